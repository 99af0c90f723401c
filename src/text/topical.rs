//! Whether a phrase can be what somebody writes about. Most that is rare is not: eleven, Wednesday, kilo, Hannah, began.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{sensitive::is_sensitive, words::split};

/// Endings of English adverbs, in words so long that hardly a noun has them.
const ADVERBS: [&str; 9] = ["ably", "ally", "antly", "ately", "edly", "ently", "ibly", "ingly", "ively"];
const LEAST_OF_ADVERBS: usize = 8;
/// Nouns that end as the past of an English verb does; those in `-eed` are nouns too.
const NOT_PAST: [&str; 14] = [
    "aged",
    "bed",
    "biped",
    "embed",
    "flatbed",
    "hundred",
    "infrared",
    "kindred",
    "moped",
    "red",
    "seedbed",
    "shed",
    "sled",
    "watershed",
];
/// What stands before a first name in the name of a place: San Francisco.
const OF_PLACES: [&str; 8] = ["saint", "san", "sankt", "santa", "santo", "st", "são", "port"];

/// By group and language (ISO 639-1), the words of `assets/no_topics.txt`.
static LISTS: LazyLock<HashMap<&str, HashMap<&str, HashSet<&str>>>> = LazyLock::new(|| {
    let mut lists: HashMap<&str, HashMap<&str, HashSet<&str>>> = HashMap::new();
    for line in include_str!("../../assets/no_topics.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        if let (Some(group), Some(language)) = (words.next(), words.next()) {
            lists.entry(group).or_default().entry(language).or_default().extend(words);
        }
    }
    lists
});

static FIRST_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/first_names.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// Whether a word in lower case is one of a group, in the language or in English, which is everywhere.
fn is_of(group: &str, word: &str, language: &str) -> bool {
    let holds = |language| LISTS.get(group)?.get(language).map(|list| list.contains(word));
    ["en", language].into_iter().any(|language| holds(language) == Some(true))
}

/// Whether a word in any case is somebody's first name and hardly anything else.
pub fn is_first_name(word: &str) -> bool {
    let word = word.to_lowercase();
    FIRST_NAMES.contains(word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(&word))
}

/// Whether a phrase as somebody writes it, in a language (ISO 639-1), can be a topic: nothing sensitive, no number, day,
/// time or unit, nobody's name, and no piece of a sentence that a verb cuts off.
pub fn is_topic(phrase: &str, language: Option<&str>) -> bool {
    let language = language.unwrap_or("en");
    let words: Vec<String> = split(phrase).map(|word| word.written.to_lowercase()).collect();
    let Some(last) = words.last() else { return false };
    let names_somebody = words
        .iter()
        .enumerate()
        .any(|(at, word)| is_first_name(word) && !(at > 0 && OF_PLACES.contains(&words[at - 1].as_str())));
    let says_nothing = words.len() == 1 && is_of("alone", last, language);
    !names_somebody
        && !says_nothing
        && !words.iter().any(|word| is_of("count", word, language))
        && !is_of("measure", last, language)
        && !words.iter().any(|word| is_of("verb", word, language))
        // Fermented dough may be a topic, and “jar labelled wasps” is a piece of a sentence.
        && !words.iter().enumerate().any(|(at, word)| (at > 0 || words.len() == 1) && is_past(word, language))
        && !is_adverb(last)
        && !is_sensitive(phrase)
}

fn is_past(word: &str, language: &str) -> bool {
    let regular = || language == "en" && word.ends_with("ed") && !word.ends_with("eed") && !NOT_PAST.contains(&word);
    is_of("past", word, language) || regular()
}

fn is_adverb(word: &str) -> bool {
    word.chars().count() >= LEAST_OF_ADVERBS && ADVERBS.iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_units_names_and_pieces_of_sentences_are_no_topics() {
        for (phrase, language) in [
            ("eleven", "en"),
            ("afternoon", "en"),
            ("Wednesday", "en"),
            ("nine sheets", "en"),
            ("November rain", "en"),
            ("kilo", "en"),
            ("Kilo", "de"),
            ("mittwoch", "de"),
            ("onze", "fr"),
            ("miércoles", "es"),
            ("pomeriggio", "it"),
            ("segunda-feira", "pt"),
            ("ochtend", "nl"),
            ("eleven", "nl"),
            ("Priya", "en"),
            ("Hannah", "en"),
            ("Edith Crane", "en"),
            ("Anna's bread", "en"),
            ("began", "en"),
            ("shut", "en"),
            ("ended", "en"),
            ("likes rye flour", "en"),
            ("letter sent", "en"),
            ("enzyme eats starch", "en"),
            ("jar labelled wasps", "en"),
            ("permanently", "en"),
            ("mahlte", "de"),
            ("chemotherapy", "en"),
            ("gonna", "en"),
            ("moreover", "en"),
            ("husband", "en"),
            ("Americans", "en"),
            ("vast majority", "en"),
            ("Josh", "en"),
            ("Zach Leatherman", "en"),
            ("", "en"),
        ] {
            assert!(!is_topic(phrase, Some(language)), "{phrase}");
        }
    }

    #[test]
    fn things_places_and_techniques_are() {
        for phrase in [
            "Rust",
            "Berlin",
            "Emacs",
            "San Francisco",
            "borrow checker",
            "night sky",
            "lost signs",
            "fermented dough",
            "seed",
            "watershed",
            "third party",
            "remote work",
            "pull request",
            "Julia",
            "assembly",
            "miller",
            "stones",
        ] {
            assert!(is_topic(phrase, Some("en")), "{phrase}");
        }
        assert!(is_topic("Sauerteig", Some("de")) && is_topic("编程", Some("zh")) && is_topic("bread", None));
    }
}
