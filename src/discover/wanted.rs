//! Topics that the user names, for whoever follows few or nobody: how much a blog writes about them. Pure.

use super::{blend::ENOUGH, digest::Digest, near::Near};
use crate::{
    model::Plain,
    text::{
        background, key,
        stopwords::is_stop_word,
        words::{Terms, split},
    },
};

/// How soon more of the same word says no more, and how much the length of a blog counts (BM25, Robertson & Zaragoza
/// 2009). The first is larger than for short documents: a blog may name a word in every other post.
const SATURATION: f64 = 8.0;
const LENGTH: f64 = 0.75;
/// So much counts where the words stand in a blog, but not often one behind the other.
const APART: f64 = 0.5;
/// What topics count beside one followed blog when enough are followed; it falls to that from all.
const LITTLE: f64 = 0.1;

/// A topic, as the user wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub written: Plain,
    /// Its words as stems of each language that it may be in.
    readings: Vec<Reading>,
}

/// The stems of one language.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    /// The [`key`] of each, and how rare it is at large.
    words: Vec<(u32, f64)>,
    /// That of all of them as a phrase.
    phrase: u32,
}

impl Wanted {
    /// In languages by their codes, and in English, which is everywhere.
    pub fn of(written: &Plain, languages: &[String]) -> Self {
        let mut readings: Vec<Reading> = Vec::new();
        for language in languages.iter().map(String::as_str).chain(["en"]) {
            let reading = Reading::of(written.as_str(), language);
            if !reading.words.is_empty() && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        Self { written: written.clone(), readings }
    }

    /// Whether it is the same, written another way.
    pub fn is_same(&self, other: &Self) -> bool {
        self.readings == other.readings
    }

    /// How much a blog writes about it, 0..=1; nothing if a word of it is not there. `usual` is how many terms a blog has.
    fn in_blog(&self, digest: &Digest, usual: f64) -> f64 {
        let length: f64 = digest.terms.iter().map(|(_, count)| f64::from(*count)).sum();
        let spread = SATURATION * (1.0 - LENGTH + LENGTH * length / usual.max(1.0));
        let of = |reading: &Reading| -> Option<f64> {
            let (mut sum, mut most) = (0.0, 0.0);
            for (word, rarity) in &reading.words {
                let at = digest.terms.binary_search_by_key(word, |(term, _)| *term).ok()?;
                let count = f64::from(digest.terms[at].1);
                // Whoever named it but once does not write about it.
                if count < 2.0 {
                    return None;
                }
                sum += rarity * count / (count + spread);
                most += rarity;
            }
            let together = reading.words.len() == 1 || digest.topics.iter().any(|(topic, _)| *topic == reading.phrase);
            Some(sum / most * if together { 1.0 } else { APART })
        };
        self.readings.iter().filter_map(of).fold(0.0, f64::max)
    }
}

impl Reading {
    fn of(written: &str, language: &str) -> Self {
        let stemming = Terms::of(Some(language));
        let telling: Vec<&str> = split(written)
            .map(|word| word.written)
            .filter(|word| !is_stop_word(&word.to_lowercase(), Some(language)))
            .collect();
        let mut stems = Vec::new();
        telling.iter().for_each(|word| stemming.each(word, |stem| stems.push(stem)));
        // A word that is everywhere has a rarity of nothing, and one of them all the same.
        let rarity = |stem: &String| (1.0 / background::share(stem)).ln().max(0.1);
        Self { phrase: key(&stems.join(" ")), words: stems.iter().map(|stem| (key(stem), rarity(stem))).collect() }
    }
}

/// How much a blog writes about some topics, 0..=1: as much as about one, and more if about several.
pub fn about(topics: &[Wanted], digest: &Digest, usual: f64) -> f64 {
    1.0 - topics.iter().map(|topic| 1.0 - topic.in_blog(digest, usual)).product::<f64>()
}

/// What named topics count beside one followed blog: as much as one where nobody is followed, less with each, and little
/// from [`ENOUGH`] on. Nothing if none are named.
pub fn weight(near: &Near) -> f64 {
    if near.wanted.is_empty() { 0.0 } else { (1.0 - near.followed.len() as f64 / ENOUGH as f64).max(LITTLE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::near::Facts;

    fn digest(terms: &[(&str, u32)], topics: &[&str]) -> Digest {
        let mut terms: Vec<(u32, u32)> = terms.iter().map(|(term, count)| (key(term), *count)).collect();
        terms.sort_unstable();
        let facts = Facts {
            id: crate::model::BlogId([1; 16]),
            has_posts: true,
            aside: false,
            language: None,
            last_post: None,
            has_words: true,
            reachable: false,
            answers: None,
            steady: None,
        };
        Digest::made_of(facts, terms, topics.iter().map(|topic| (key(topic), 3)).collect())
    }

    #[test]
    fn a_topic_is_in_a_blog_that_has_all_of_its_words_the_more_the_oftener() {
        let topic = |written: &str| [Wanted::of(&Plain::line(written), &[])];
        let little = digest(&[("rye", 2), ("bread", 2), ("oven", 60)], &[]);
        let much = digest(&[("rye", 30), ("bread", 30), ("oven", 4)], &[]);
        let phrase = digest(&[("rye", 30), ("bread", 30), ("oven", 4)], &["rye bread"]);
        let of = |blog: &Digest| about(&topic("Rye breads"), blog, 64.0);
        assert!(0.0 < of(&little) && of(&little) < of(&much) && of(&much) < of(&phrase) && of(&phrase) < 1.0);
        assert_eq!(about(&topic("the rye loaf"), &phrase, 64.0), 0.0, "no loaf is there");
        assert!(about(&topic("the oven"), &little, 64.0) > 0.5, "what says nothing is left out");
        let both = [topic("rye"), topic("oven")].concat();
        assert!(about(&both, &phrase, 64.0) > about(&topic("rye"), &phrase, 64.0));
    }

    #[test]
    fn topics_count_little_once_many_are_followed_and_nothing_where_none_are_named() {
        let near = |followed: usize, topics: usize| Near {
            followed: (0..followed).collect(),
            wanted: vec![Plain::line("rye"); topics],
            ..Near::default()
        };
        assert_eq!((weight(&near(0, 1)), weight(&near(4, 2)), weight(&near(300, 1))), (1.0, 0.5, LITTLE));
        assert_eq!(weight(&near(0, 0)), 0.0);
    }
}
