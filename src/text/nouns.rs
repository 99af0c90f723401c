//! Whether a word stands in a text as a noun, told by what stands around it: who finds something "brilliant" and is "gonna
//! convey" it writes about none of these. Only where the words around it prove it; a text has more than one place.

use std::ops::Range;

use super::{stopwords::is_stop_word, words::split};

/// Words that a noun follows at once.
const BEFORE: [&str; 31] = [
    "a",
    "an",
    "another",
    "any",
    "best",
    "better",
    "each",
    "every",
    "first",
    "good",
    "great",
    "her",
    "his",
    "its",
    "last",
    "my",
    "new",
    "no",
    "other",
    "our",
    "own",
    "same",
    "some",
    "such",
    "the",
    "their",
    "this",
    "whose",
    "your",
    "different",
    "favourite",
];
/// The same, and what follows ends with them more often than with other words.
const PREPOSITIONS: [&str; 21] = [
    "about", "against", "around", "at", "between", "by", "for", "from", "in", "inside", "into", "of", "on", "onto",
    "through", "under", "using", "versus", "via", "with", "without",
];
/// Words that begin something else, so that a noun ends before them.
const BEHIND: [&str; 51] = [
    "after", "are", "as", "at", "because", "before", "between", "by", "can", "could", "did", "do", "does", "during",
    "for", "from", "had", "has", "have", "if", "in", "into", "is", "may", "might", "must", "of", "on", "over",
    "should", "since", "so", "than", "that", "through", "to", "under", "until", "via", "was", "were", "when", "where",
    "which", "while", "who", "will", "with", "without", "would", "instead",
];
/// Verbs, and "of", that tell a noun before them whatever stands before that.
const TELLING: [&str; 5] = ["are", "is", "of", "was", "were"];

/// Whether `found` in `text` can be said to be what it is about, in a language (ISO 639-1): in German its capital tells, in
/// English what stands around a single word, elsewhere every word passes.
pub fn stands_as_noun(text: &str, found: Range<usize>, language: Option<&str>) -> bool {
    let words = &text[found.clone()];
    match language {
        Some("de") => split(words).last().is_some_and(|word| word.written.starts_with(char::is_uppercase)),
        Some("en") if !words.contains(' ') => is_noun(text, found),
        _ => true,
    }
}

fn is_noun(text: &str, found: Range<usize>) -> bool {
    let line = text[..found.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..found.start];
    let rest = text[found.end..].lines().next().unwrap_or_default();
    // `recipe` may be found in `recipes`.
    let rest = rest.trim_start_matches(char::is_alphanumeric);
    let word = &text[found.clone()];
    // A part of `re-use` is another word.
    if before.ends_with('-') || rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphanumeric)) {
        return false;
    }
    let behind = &rest[..rest.find(char::is_alphanumeric).unwrap_or(rest.len())];
    let goes_on = behind.chars().all(|c| c.is_whitespace() || is_mark_of_speech(c));
    let next = split(rest).next().map(|word| word.written).filter(|_| goes_on);
    // GPU and iPhone are names, and so is what has a capital within a sentence, unless it is a part of a longer name.
    let begins = before.trim_end_matches(|c: char| c.is_whitespace() || is_mark_of_speech(c)).chars().next_back();
    let is_first = begins.is_none_or(|c| matches!(c, '.' | '!' | '?' | '…' | ':' | '•' | '–' | '—'));
    let is_whole = !next.is_some_and(|next| next.starts_with(char::is_uppercase));
    let is_capital = word.starts_with(char::is_uppercase);
    if word.chars().skip(1).any(char::is_uppercase) || (is_capital && !is_first && is_whole) {
        return true;
    }
    let last = split(before).last().map(|word| word.written.to_lowercase());
    // Only white space and marks of speech may be between.
    let gap = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let is_near = before[gap.len()..].chars().all(|c| c.is_whitespace() || is_mark_of_speech(c));
    let previous = last.filter(|_| is_near && !is_first).unwrap_or_default();
    let possessive = rest.starts_with("'s") || rest.starts_with("’s");
    let (determined, led) = (BEFORE.contains(&previous.as_str()), PREPOSITIONS.contains(&previous.as_str()));
    match next {
        _ if possessive => determined || led,
        // “The simple, old way” tells of no simple; “in bread, butter and jam” does of bread.
        None if behind.starts_with(',') => led,
        None => determined || led,
        Some(next) => {
            let next = next.to_lowercase();
            let telling = TELLING.contains(&next.as_str());
            let named = telling && !previous.is_empty() && !is_stop_word(&previous, Some("en"));
            let begun = telling && is_first && is_capital && next != "of";
            (BEHIND.contains(&next.as_str()) && (determined || led)) || named || begun
        }
    }
}

fn is_mark_of_speech(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '‘' | '’' | '\'' | '*' | '_' | '`' | '(' | '[')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(text: &str, word: &str, language: &str) -> bool {
        let at = text.find(word).unwrap();
        stands_as_noun(text, at..at + word.len(), Some(language))
    }

    #[test]
    fn what_is_written_about_is_a_noun() {
        for (text, word) in [
            ("I keep my recipes in a drawer.", "recipes"),
            ("Recipes are old.", "Recipes"),
            ("It is about typography.", "typography"),
            ("We moved it to Netlify yesterday.", "Netlify"),
            ("A GPU", "GPU"),
            ("Sourdough bread is old.", "bread"),
            ("the compiler's mistake", "compiler"),
            ("Between compost, leaves and straw.", "compost"),
            ("The \"rye\" of it.", "rye"),
            ("borrow checker woes", "borrow checker"),
            ("One recipes book.\nThe recipes of my aunt.", "recipes of"),
        ] {
            assert!(stands(text, word, "en"), "{text}");
        }
    }

    #[test]
    fn what_is_only_said_of_something_is_none() {
        for (text, word) in [
            ("That is brilliant.", "brilliant"),
            ("I'm gonna go.", "gonna"),
            ("The horizontal axis.", "horizontal"),
            ("Frankly, it is.", "Frankly"),
            ("Moreover it is.", "Moreover"),
            ("You ought to see it.", "ought"),
            ("I try to reproduce it.", "reproduce"),
            ("A simple, old way.", "simple"),
            ("I re-use it.", "use"),
            ("By shutting the door.", "shutting"),
            ("They celebrate. Reproduce it.", "Reproduce"),
            ("It is in the Millers’ Register.", "Millers"),
        ] {
            assert!(!stands(text, word, "en"), "{text}");
        }
    }

    #[test]
    fn other_languages_have_other_marks() {
        assert!(stands("ein alter Roggen", "Roggen", "de") && !stands("er mahlt es", "mahlt", "de"));
        assert!(stands("il moud", "moud", "fr"));
    }
}
