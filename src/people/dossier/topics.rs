//! What somebody wrote about, year by year.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Year, dated};
use crate::{
    discover::profile::{self, PostText, Profile, Topic},
    model::Plain,
    text::{background, sensitive::is_sensitive},
};

/// Years that are told, the newest first.
const MOST_YEARS: usize = 12;
const PHRASES_A_YEAR: usize = 6;

/// Phrases of each year, the most telling first; tags where the language has no words that are parted.
pub(super) fn topics(texts: &[PostText], language: Option<&str>) -> Vec<Year> {
    use chrono::Datelike;
    let mut years: BTreeMap<i32, Vec<PostText>> = BTreeMap::new();
    for one in texts {
        if let Some(date) = dated(&one.post) {
            years.entry(date.calendar().year()).or_default().push(one.clone());
        }
    }
    let of_year = |(year, posts): (i32, Vec<PostText>)| {
        let mut phrases = telling(&profile::of(&posts, language, 0), language);
        if phrases.is_empty() {
            phrases = tags(&posts);
        }
        Year { year, phrases, posts: posts.len() }
    };
    years.into_iter().rev().take(MOST_YEARS).map(of_year).collect()
}

/// The phrases that are rarer at large than with them, without those that repeat a word of another.
fn telling(profile: &Profile, language: Option<&str>) -> Vec<Plain> {
    let english = language.is_none_or(|language| language == "en");
    let worth = |topic: &Topic| {
        // The table of everyday words is made of English ones; stop words of other languages never get here.
        let rarity = |stem: &str| if english { (1.0 / background::share(stem)).ln() } else { 5.0 };
        let words: Vec<f64> = topic.stems.split(' ').map(rarity).collect();
        let rarest = words.iter().copied().fold(0.0, f64::max);
        rarest * (1.0 + 0.3 * (words.len() as f64 - 1.0)) * f64::from(topic.posts).ln_1p()
    };
    let reads_well = |topic: &&Topic| {
        topic.written.as_str().chars().filter(|c| c.is_alphabetic()).count() >= 4
            && !topic.written.as_str().contains(|c: char| c.is_ascii_digit())
    };
    let mut sorted: Vec<(&Topic, f64)> = profile
        .topics()
        .filter(reads_well)
        .map(|topic| (topic, worth(topic)))
        .filter(|(_, worth)| *worth > 3.0)
        .collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.stems.cmp(&b.0.stems)));
    let (mut chosen, mut used): (Vec<Plain>, HashSet<&str>) = (Vec::new(), HashSet::new());
    for (topic, _) in sorted {
        if chosen.len() < PHRASES_A_YEAR && !topic.stems.split(' ').any(|stem| used.contains(stem)) {
            used.extend(topic.stems.split(' '));
            chosen.push(topic.written.clone());
        }
    }
    chosen
}

fn tags(posts: &[PostText]) -> Vec<Plain> {
    let mut counts: HashMap<&Plain, usize> = HashMap::new();
    let tags = posts.iter().flat_map(|one| &one.post.tags);
    for tag in tags.filter(|tag| !is_sensitive(tag.as_str())) {
        *counts.entry(tag).or_default() += 1;
    }
    let mut sorted: Vec<(&Plain, usize)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    sorted.into_iter().take(PHRASES_A_YEAR).map(|(tag, _)| tag.clone()).collect()
}
