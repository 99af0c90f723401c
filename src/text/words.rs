//! The words of a text: lower case, stemmed by Snowball where the language has a stemmer; letter pairs where words are
//! not parted by spaces (Chinese, Japanese, Korean), which needs no dictionary and does nearly as well for retrieval.

use rust_stemmers::{Algorithm, Stemmer};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written.
    pub written: &'a str,
    /// Whether punctuation other than quotation marks stands between this word and the one before.
    pub after_break: bool,
}

/// The words of a text in order. An apostrophe, hyphen, `+` or `#` within or behind a word belongs to it.
pub fn split(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text;
    let mut after_break = true;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        after_break |=
            rest[..start].contains(|c: char| !c.is_whitespace() && !matches!(c, '"' | '“' | '”' | '‘' | '’'));
        let word = &rest[start..];
        let end = end_of(word);
        rest = &word[end..];
        Some(Word { written: &word[..end], after_break: std::mem::take(&mut after_break) })
    })
}

fn end_of(word: &str) -> usize {
    let mut characters = word.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let joins = matches!(c, '\'' | '’' | '-') && next.is_some_and(char::is_alphanumeric);
        let belongs = matches!(c, '+' | '#') && next.is_none_or(|next| !next.is_alphanumeric());
        if !(c.is_alphanumeric() || is_mark(c) || joins || belongs) {
            return at;
        }
    }
    word.len()
}

/// Whether words of this character's script are not parted by spaces.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{20000}'..='\u{2fa1f}')
}

/// Combining marks and joiners, which belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{200c}' | '\u{200d}')
}

/// Turns words into terms: what two texts are compared by.
pub struct Terms {
    stemmer: Option<Stemmer>,
}

impl std::fmt::Debug for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terms").field("stems", &self.stemmer.is_some()).finish()
    }
}

impl Terms {
    /// For a language by its ISO 639-1 code; words stay as they are where there is no stemmer.
    pub fn of(language: Option<&str>) -> Self {
        let algorithm = match language.unwrap_or("en") {
            "en" => Algorithm::English,
            "de" => Algorithm::German,
            "fr" => Algorithm::French,
            "es" => Algorithm::Spanish,
            "pt" => Algorithm::Portuguese,
            "it" => Algorithm::Italian,
            "nl" => Algorithm::Dutch,
            "sv" => Algorithm::Swedish,
            "da" => Algorithm::Danish,
            "no" => Algorithm::Norwegian,
            "fi" => Algorithm::Finnish,
            "ru" => Algorithm::Russian,
            "hu" => Algorithm::Hungarian,
            "ro" => Algorithm::Romanian,
            "tr" => Algorithm::Turkish,
            "el" => Algorithm::Greek,
            "ar" => Algorithm::Arabic,
            _ => return Self { stemmer: None },
        };
        Self { stemmer: Some(Stemmer::create(algorithm)) }
    }

    /// The stem of a word in any case.
    pub fn stem(&self, word: &str) -> String {
        let lower = word.to_lowercase().replace('’', "'");
        let lower = lower.strip_suffix("'s").unwrap_or(&lower);
        match &self.stemmer {
            Some(stemmer) => stemmer.stem(lower).into_owned(),
            None => lower.to_owned(),
        }
    }

    /// Calls `found` with every term of a text: stems of two characters or more that hold a letter, and letter pairs.
    pub fn each(&self, text: &str, mut found: impl FnMut(String)) {
        for word in split(text) {
            if word.written.chars().any(is_unspaced) {
                letter_pairs(word.written, &mut found);
            } else if word.written.len() <= 60 && word.written.chars().any(char::is_alphabetic) {
                let stem = self.stem(word.written);
                if stem.chars().nth(1).is_some() {
                    found(stem);
                }
            }
        }
    }
}

/// Pairs of neighbouring letters of unspaced runs; Latin words among them stay whole.
fn letter_pairs(run: &str, found: &mut impl FnMut(String)) {
    let mut latin = String::new();
    let mut last: Option<char> = None;
    for c in run.chars().chain(std::iter::once('\u{3000}')) {
        if c.is_alphanumeric() && !is_unspaced(c) {
            latin.push(c);
            last = None;
            continue;
        }
        if latin.chars().nth(1).is_some() {
            found(latin.to_lowercase());
        }
        latin.clear();
        let this = is_unspaced(c).then_some(c);
        if let (Some(last), Some(this)) = (last, this) {
            found([last, this].iter().collect());
        }
        last = this;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str, language: &str) -> Vec<String> {
        let mut terms = Vec::new();
        Terms::of(Some(language)).each(text, |term| terms.push(term));
        terms
    }

    #[test]
    fn words_are_stemmed_and_unspaced_scripts_become_pairs() {
        for (text, language, expected) in [
            ("Hiring the hired", "en", &["hire", "the", "hire"][..]),
            ("don't stop, C++ at 9", "en", &["don't", "stop", "c++", "at"]),
            ("borrow-checker’s joy", "en", &["borrow-check", "joy"]),
            ("我喜欢Rust编程", "zh", &["我喜", "喜欢", "rust", "编程"]),
            ("Мельница", "ru", &["мельниц"]),
        ] {
            assert_eq!(terms(text, language), expected, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_sentence_is_noticed() {
        let breaks: Vec<bool> = split("One two. Three, \"four\" five").map(|word| word.after_break).collect();
        assert_eq!(breaks, [true, false, true, true, false]);
    }
}
