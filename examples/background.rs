//! Makes `assets/background.txt`: in which share of blog posts each word stands.
//!
//! `cargo run --release --example background -- FEED_FILE ... > assets/background.txt`
//!
//! A share is the greatest over the languages that have enough posts, so that what is common in one language is not
//! taken for rare because few write it.

use std::collections::{HashMap, HashSet};

use penpal::{
    feed::{self, Hints},
    text::{language, words::Terms},
};

/// Fewer posts of a language than this say nothing about it.
const ENOUGH_POSTS: u32 = 150;
/// Words in fewer posts are left out: they are rare, which is all that needs to be known.
const LEAST_POSTS: u32 = 10;
const MOST_WORDS: usize = 12_000;

fn main() {
    let mut posts: HashMap<String, u32> = HashMap::new();
    let mut found: HashMap<String, HashMap<String, u32>> = HashMap::new();
    for path in std::env::args().skip(1) {
        let read = std::fs::read(&path).map(|bytes| feed::read(&bytes, &Hints { base_url: None, content_type: None }));
        let Ok(Ok(feed)) = read else {
            eprintln!("{path}: no feed");
            continue;
        };
        for entry in feed.entries.iter().take(60) {
            let text = entry.content.as_ref().or(entry.summary.as_ref()).map(|html| html.text()).unwrap_or_default();
            let Some(language) = language::of(text.as_str(), feed.language.as_deref()) else { continue };
            let mut terms = HashSet::new();
            Terms::of(Some(&language)).each(text.as_str(), |term| {
                terms.insert(term);
            });
            *posts.entry(language.clone()).or_default() += 1;
            let counts = found.entry(language).or_default();
            for term in terms {
                *counts.entry(term).or_default() += 1;
            }
        }
    }
    let mut shares: HashMap<&str, f64> = HashMap::new();
    for (language, counts) in &found {
        let total = posts[language];
        for (term, count) in counts.iter().filter(|(_, count)| total >= ENOUGH_POSTS && **count >= LEAST_POSTS) {
            let share = shares.entry(term).or_default();
            *share = share.max(f64::from(*count) / f64::from(total));
        }
    }
    let mut lines: Vec<(&str, u32)> =
        shares.into_iter().map(|(term, share)| (term, (share * 10_000.0) as u32)).collect();
    lines.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    lines.truncate(MOST_WORDS);
    println!("# In how many of ten thousand blog posts a word stands (its stem). Made by examples/background.rs.");
    for (term, share) in lines {
        println!("{term} {share}");
    }
}
