//! Words that say nothing about a topic, by language. The lists in `assets/stopwords` are our own.

use std::{collections::HashSet, sync::LazyLock};

type List = LazyLock<HashSet<&'static str>>;

macro_rules! list {
    ($name:ident, $file:literal) => {
        static $name: List = LazyLock::new(|| {
            include_str!(concat!("../../assets/stopwords/", $file, ".txt")).split_whitespace().collect()
        });
    };
}

list!(ENGLISH, "en");
list!(GERMAN, "de");
list!(FRENCH, "fr");
list!(SPANISH, "es");
list!(PORTUGUESE, "pt");
list!(ITALIAN, "it");
list!(DUTCH, "nl");

/// Whether a lower-case word is a stop word of the language, or of English, which is everywhere.
pub fn is_stop_word(word: &str, language: Option<&str>) -> bool {
    let own = match language {
        Some("de") => Some(&GERMAN),
        Some("fr") => Some(&FRENCH),
        Some("es") => Some(&SPANISH),
        Some("pt") => Some(&PORTUGUESE),
        Some("it") => Some(&ITALIAN),
        Some("nl") => Some(&DUTCH),
        _ => None,
    };
    ENGLISH.contains(word) || own.is_some_and(|list| list.contains(word))
}
