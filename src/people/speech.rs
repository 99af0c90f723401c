//! How somebody speaks of people: typical sentences of theirs, word for word. What to make of them is the reader's.

use std::{collections::HashMap, sync::LazyLock};

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::own_words::OwnWords;
use crate::{
    discover::edges::quote_at,
    model::{PageUrl, Plain, Post, Timestamp},
};

/// Sentences that are shown.
const MOST: usize = 8;
/// Characters of a sentence that tells something.
const LENGTH: std::ops::RangeInclusive<usize> = 30..=240;
/// Characters of one where words are not parted, which says more with fewer.
const SHORTEST_UNSPACED: usize = 10;

/// A sentence about people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// Stands in the post word for word.
    pub quote: Plain,
    pub post_url: PageUrl,
    pub post_title: Plain,
    pub published: Option<Timestamp>,
    /// Of whom: `candidates`, `colleagues`, `readers` ...
    pub of: String,
}

/// By language, the groups with what finds them.
type Table = HashMap<&'static str, Vec<(&'static str, Regex)>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::new();
    for line in include_str!("../../assets/people_words.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.splitn(3, ' ');
        let (Some(group), Some(language), Some(words)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let words: Vec<String> = words.split('|').map(regex::escape).collect();
        let words = words.join("|").replace(' ', r"\s+");
        let text = if language == "zh" { words } else { format!(r"\b(?:{words})\b") };
        // A line of the table that is no pattern would fail the test below.
        if let Ok(pattern) = RegexBuilder::new(&text).case_insensitive(true).build() {
            table.entry(language).or_default().push((group, pattern));
        }
    }
    table
});

/// Sentences about people, of each group in turn, the newest first; no two of one post and group. Empty where the
/// language (ISO 639-1) is not in the table.
pub fn of_people<'a>(posts: impl Iterator<Item = (&'a Post, &'a OwnWords)>, language: Option<&str>) -> Vec<Spoken> {
    let Some(groups) = TABLE.get(language.unwrap_or("en")) else { return Vec::new() };
    let mut posts: Vec<_> = posts.filter(|(post, _)| post.url.is_some()).collect();
    posts.sort_by_key(|(post, _)| std::cmp::Reverse(post.published.or(post.updated)));
    let mut by_group: Vec<std::vec::IntoIter<Spoken>> = Vec::new();
    for (group, pattern) in groups {
        let found = posts.iter().filter_map(|(post, words)| sentence(post, words, group, pattern));
        by_group.push(found.take(MOST).collect::<Vec<_>>().into_iter());
    }
    let mut chosen: Vec<Spoken> = Vec::new();
    loop {
        let before = chosen.len();
        for group in &mut by_group {
            if let Some(next) = group.find(|one| chosen.iter().all(|other| other.quote != one.quote))
                && chosen.len() < MOST
            {
                chosen.push(next);
            }
        }
        if chosen.len() == before || chosen.len() >= MOST {
            break;
        }
    }
    chosen.sort_by_key(|one| std::cmp::Reverse(one.published));
    chosen
}

fn sentence(post: &Post, words: &OwnWords, group: &str, pattern: &Regex) -> Option<Spoken> {
    let text = words.own.as_str();
    let quote =
        pattern.find_iter(text).take(20).map(|found| quote_at(text, found.start(), found.len())).find(|quote| {
            let length = quote.as_str().chars().count();
            LENGTH.contains(&length)
                || (length >= SHORTEST_UNSPACED && quote.as_str().chars().any(crate::text::words::is_unspaced))
        })?;
    Some(Spoken {
        quote,
        post_url: post.url.clone()?,
        post_title: post.label(),
        published: post.published.or(post.updated),
        of: group.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        feed::SafeHtml,
        model::{BlogId, PostId},
    };

    fn post(day: i64, html: &str) -> (Post, OwnWords) {
        let post = Post {
            id: PostId([day as u8; 16]),
            blog: BlogId([1; 16]),
            url: PageUrl::parse(&format!("https://a.example/{day}")).ok(),
            title: Plain::line("T"),
            authors: Vec::new(),
            published: Some(Timestamp(day * 86_400)),
            updated: None,
            first_seen: Timestamp(0),
            tags: Vec::new(),
            summary: Plain::default(),
            enclosures: Vec::new(),
        };
        (post, OwnWords::of(&SafeHtml::from_stored(html.into())))
    }

    #[test]
    fn every_line_of_the_table_finds_somebody() {
        let lines = include_str!("../../assets/people_words.txt").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.count(), TABLE.values().map(Vec::len).sum::<usize>());
        let mut languages: Vec<&str> = TABLE.keys().copied().collect();
        languages.sort_unstable();
        assert_eq!(languages, ["de", "en", "es", "fr", "it", "nl", "pt", "zh"]);
    }

    #[test]
    fn sentences_about_people_are_quoted_and_those_of_others_are_not() {
        for (language, html, quote) in [
            (
                "en",
                "<p>Rain. I tell every candidate what the job pays first.</p>",
                "I tell every candidate what the job pays first.",
            ),
            ("en", "<blockquote>I tell every candidate what the job pays first.</blockquote>", ""),
            (
                "de",
                "<p>Meine Kolleginnen haben mir an dem Tag sehr geholfen.</p>",
                "Meine Kolleginnen haben mir an dem Tag sehr geholfen.",
            ),
            (
                "fr",
                "<p>Les collègues m’ont appris presque tout ce que je sais.</p>",
                "Les collègues m’ont appris presque tout ce que je sais.",
            ),
            (
                "es",
                "<p>Mis lectores siempre encuentran los errores antes que yo.</p>",
                "Mis lectores siempre encuentran los errores antes que yo.",
            ),
            ("zh", "<p>前言。我的读者总是比我先发现错误。</p>", "我的读者总是比我先发现错误。"),
            ("fi", "<p>I tell every candidate what the job pays first.</p>", ""),
        ] {
            let (post, words) = post(1, html);
            let found = of_people([(&post, &words)].into_iter(), Some(language));
            assert_eq!(found.first().map_or("", |one| one.quote.as_str()), quote, "{language}");
        }
    }

    #[test]
    fn each_group_has_its_turn() {
        let of = |day| post(day, "<p>My readers are the kindest people I have ever met.</p>");
        let mut posts: Vec<_> = (10..30).map(of).collect();
        posts.push(post(1, "<p>Every candidate deserves an answer within a week.</p>"));
        let found = of_people(posts.iter().map(|(post, words)| (post, words)), Some("en"));
        assert!(found.iter().any(|one| one.of == "candidates"), "{found:?}");
        assert_eq!(found.iter().filter(|one| one.of == "readers").count(), 1, "the same sentence is shown once");
    }
}
