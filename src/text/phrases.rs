//! Runs of words that a person would recognise as a topic: one to three words within a sentence, none of them a stop
//! word, as in RAKE (Rose et al. 2010), counted by stem and shown as they are first written.

use std::collections::HashMap;

use super::{
    stopwords::is_stop_word,
    words::{Terms, is_unspaced, split},
};

const LONGEST: usize = 3;

/// The phrases of one text, by the stems of their words.
pub type Phrases = HashMap<String, Phrase>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// How often it stands in the text.
    pub count: u32,
    /// As first written; in lower case unless it has capitals within.
    pub written: String,
    /// How many words it has.
    pub words: usize,
}

/// Finds the phrases of a text in a language (ISO 639-1).
pub fn of(text: &str, language: Option<&str>, terms: &Terms) -> Phrases {
    let mut phrases = Phrases::default();
    let mut run: Vec<(&str, String)> = Vec::new();
    for word in split(text) {
        if word.after_break {
            run.clear();
        }
        if is_telling(word.written, language) {
            run.push((word.written, terms.stem(word.written)));
            for length in 1..=LONGEST.min(run.len()) {
                add(&mut phrases, &run[run.len() - length..]);
            }
        } else {
            run.clear();
        }
    }
    phrases
}

fn is_telling(word: &str, language: Option<&str>) -> bool {
    let length = word.chars().count();
    (3..=40).contains(&length)
        && word.chars().any(char::is_alphabetic)
        && !word.chars().any(is_unspaced)
        && !is_contraction(word)
        && !is_stop_word(&word.to_lowercase().replace('’', "'"), language)
}

/// `could've` and `they’d`, whatever stands before; `Anna's` is Anna, and `l'eau` is water.
fn is_contraction(word: &str) -> bool {
    let tail = word.rsplit_once(['\'', '’']).map_or("", |(_, tail)| tail);
    matches!(tail.to_lowercase().as_str(), "d" | "ll" | "m" | "re" | "t" | "ve")
}

fn add(phrases: &mut Phrases, words: &[(&str, String)]) {
    let key = words.iter().map(|(_, stem)| stem.as_str()).collect::<Vec<_>>().join(" ");
    let phrase = phrases.entry(key).or_insert_with(|| Phrase {
        count: 0,
        written: words.iter().map(|(written, _)| as_shown(written)).collect::<Vec<_>>().join(" "),
        words: words.len(),
    });
    phrase.count += 1;
}

/// `Rust` at the start of a sentence and `rust` are shown alike; `API` and `iPhone` keep their capitals.
fn as_shown(word: &str) -> String {
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    let capitals_within = word.chars().skip(1).any(char::is_uppercase);
    if capitals_within { word.to_owned() } else { word.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_a_run_of_telling_words_within_a_sentence() {
        let text = "The borrow checker is strict. Checker and borrow checkers: API design.";
        let phrases = of(text, Some("en"), &Terms::of(Some("en")));
        assert_eq!((phrases["borrow checker"].count, phrases["borrow checker"].words), (2, 2));
        assert_eq!(phrases["api design"].written, "API design");
        assert!(!phrases.contains_key("strict checker"), "not across sentences");
        assert!(!phrases.contains_key("the borrow"));
        let phrases = of("Anna's bread could've risen, they’d say.", Some("en"), &Terms::of(Some("en")));
        assert!(phrases.contains_key("anna bread") && phrases.keys().all(|phrase| !phrase.contains(['\'', '’'])));
    }
}
