//! Words as a text spells them: finding them, telling one from another, and whether what is said of them can be quoted. Pure.

use std::collections::BTreeSet;

use crate::{
    model::Plain,
    text::{
        nouns::stands_as_noun,
        sensitive::is_sensitive,
        topical::is_first_name,
        words::{Word, is_unspaced, split},
    },
};

/// Different letters on each side that make a word of some letters.
const VARIED: usize = 3;

/// Whether a line says something of the words that were found in it (line, words, language, what is quoted of the line).
pub(super) type Says = fn(&str, &str, Option<&str>, &Plain) -> bool;

/// What is said of somebody: the words stand there as a noun, and what is quoted can be shown.
pub(super) fn says(line: &str, found: &str, language: Option<&str>, quote: &Plain) -> bool {
    // `found` is a part of `line`, so its place is the distance of the two beginnings.
    let at = found.as_ptr() as usize - line.as_ptr() as usize;
    stands_as_noun(line, at..at + found.len(), language) && can_be_quoted(line, found, language, quote)
}

/// The same of words that the user named: what they are called for is known.
pub(super) fn can_be_quoted(line: &str, found: &str, _: Option<&str>, quote: &Plain) -> bool {
    !is_denied(line, found) && !looks_like_code(quote.as_str()) && !is_sensitive(quote.as_str())
}

/// Whether the words in a line are what somebody says that they have nothing of: "I have no garden, for the record".
pub(super) fn is_denied(line: &str, found: &str) -> bool {
    let at = found.as_ptr() as usize - line.as_ptr() as usize;
    let before = split(&line[..at]).last().map(|word| word.written.to_lowercase());
    before.is_some_and(|word| {
        ["no", "not", "never", "nor", "without", "kein", "keine", "keinen"].contains(&word.as_str())
    })
}

/// Whether a quotation is a piece of a program and no sentence.
pub(super) fn looks_like_code(quote: &str) -> bool {
    quote.ends_with(';') || ["{", "}", "();", "=>", "==", "&&", "||", "</"].iter().any(|mark| quote.contains(mark))
}

/// Whether a word stands in a text as somebody's surname: with a capital, behind a first name.
pub(super) fn is_surname(text: &str, word: &str) -> bool {
    // Most texts hold no such word, and a phrase is no word.
    if word.contains(' ') || (word.is_ascii() && find_ignoring_case(text, word).is_none()) {
        return false;
    }
    let lower = word.to_lowercase();
    let same = |written: &str| written.starts_with(char::is_uppercase) && written.to_lowercase() == lower;
    let mut before = "";
    split(text).any(|Word { written, after_break }| {
        let first = std::mem::replace(&mut before, written);
        !after_break && same(written) && is_first_name(first)
    })
}

/// The words as the text spells them.
pub(super) fn find_ignoring_case<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    // No other letter than K has a look-alike of which it is the lower case (the sign of Kelvin).
    let has_k = words.bytes().any(|byte| byte.eq_ignore_ascii_case(&b'k'));
    if words.is_ascii() && !(has_k && text.contains('\u{212a}')) {
        return find_ascii(text, words);
    }
    let first = words.chars().next()?;
    let starts = text.char_indices().filter(|(_, c)| c.to_lowercase().eq(first.to_lowercase())).map(|(at, _)| at);
    for at in starts {
        // In the middle of a word it is another word; where words are not parted, anywhere will do.
        if !is_unspaced(first) && is_within_a_word(text, at) {
            continue;
        }
        let mut rest = text[at..].char_indices();
        let fits = words.chars().all(|word| rest.next().is_some_and(|(_, c)| c.to_lowercase().eq(word.to_lowercase())));
        if fits {
            let end = rest.next().map_or(text.len(), |(offset, _)| at + offset);
            return Some(&text[at..end]);
        }
    }
    None
}

/// The same for words of plain letters, sixteen bytes at a time.
fn find_ascii<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let first = *words.as_bytes().first()?;
    let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text.as_bytes());
    let fits =
        |at: usize| text.as_bytes()[at..].get(..words.len())?.eq_ignore_ascii_case(words.as_bytes()).then_some(at);
    let at = starts.filter_map(fits).find(|at| !is_within_a_word(text, *at))?;
    Some(&text[at..at + words.len()])
}

fn is_within_a_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Whether two spellings of one stem are one word: Electron is not electronics, and Slack is not slack. Elsewhere than in
/// English, endings and capitals tell less.
pub(super) fn is_same_word(a: &str, b: &str, language: Option<&str>) -> bool {
    let is_name = |word: &str| word.starts_with(char::is_uppercase);
    language != Some("en") || a.contains(' ') || (is_name(a) == is_name(b) && one_of_many(a) == one_of_many(b))
}

/// A plural's singular, in lower case.
pub(super) fn one_of_many(word: &str) -> String {
    let word = word.to_lowercase();
    let cut = |ending: &str| word.strip_suffix(ending).filter(|rest| rest.len() > 2);
    if let Some(rest) = cut("ies") {
        return format!("{rest}y");
    }
    let sibilant = |rest: &&str| ["s", "x", "z", "ch", "sh"].iter().any(|ending| rest.ends_with(ending));
    match cut("es").filter(sibilant).or_else(|| cut("s").filter(|rest| !rest.ends_with('s'))) {
        Some(rest) => rest.to_owned(),
        None => word,
    }
}

/// Different letters at one side of a word. Where it begins or ends a sentence, it begins or ends there.
#[derive(Default)]
pub(super) struct Varied {
    letters: BTreeSet<char>,
    ends: usize,
}

impl Varied {
    pub(super) fn take_in(&mut self, next: Option<char>) {
        match next.filter(|c| is_unspaced(*c)) {
            Some(letter) => drop(self.letters.insert(letter)),
            None => self.ends += 1,
        }
    }

    pub(super) fn is_enough(&self) -> bool {
        self.letters.len() + self.ends >= VARIED
    }
}

/// The whole word that begins with a stem, as a text has it.
pub(super) fn as_written(text: &str, stem: &str, language: Option<&str>) -> Plain {
    let Some(found) = find_ignoring_case(text, stem) else { return Plain::line(stem) };
    // `found` is a part of `text`, so its place is the distance of the two beginnings.
    let at = found.as_ptr() as usize - text.as_ptr() as usize;
    let end = text[at..]
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '+' | '#')))
        .map_or(text.len(), |end| at + end);
    let end = if stem.chars().any(is_unspaced) { at + found.len() } else { end };
    let word = text[at..end].split("--").next().unwrap_or_default();
    // A capital at the beginning of a sentence is no part of the word, but in German it is of every noun.
    let is_capital = at == 0 && language != Some("de") && !word.chars().skip(1).any(char::is_uppercase);
    Plain::line(&if is_capital { word.to_lowercase() } else { word.to_owned() })
}

/// Whether a single word may stand for a topic: not `u32`, `rec` or `tmp`, which come from listings, but `CSS` and `bread`.
pub(super) fn reads_like_a_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    !word.chars().any(|c| c.is_ascii_digit()) && (letters >= 4 || (letters >= 3 && capitals == letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_one_thing_however_many_of_them_but_not_whatever_begins_alike() {
        let same = |a, b| is_same_word(a, b, Some("en"));
        assert!(same("stones", "stone") && same("GPU", "GPUs") && same("bodies", "body") && same("boxes", "box"));
        assert!(!same("Slack", "slack") && !same("Electron", "electronics") && !same("Sandy", "sand"));
        assert!(!same("filmmaker", "filming") && is_same_word("Wörter", "Wort", Some("de")));
    }

    #[test]
    fn who_says_that_they_have_none_of_it_is_not_quoted_for_it() {
        for (line, denied) in [("I have no garden, for the record.", true), ("My garden has no gate.", false)] {
            let found = find_ignoring_case(line, "garden").unwrap();
            assert_eq!(is_denied(line, found), denied, "{line}");
        }
    }

    #[test]
    fn letters_are_a_word_where_what_stands_around_them_varies() {
        let varies = |around: &str| {
            let mut side = Varied::default();
            around.chars().for_each(|c| side.take_in(Some(c)));
            side.is_enough()
        };
        assert!(varies("的在，") && varies("，。 ") && !varies("接接接接"));
    }

    #[test]
    fn a_surname_is_told_by_the_first_name_before_it() {
        for (line, words, surname) in [
            ("It was Hannah Slack who milled.", "slack", true),
            ("The slack in the rope.", "slack", false),
            ("Hannah, Slack is down.", "slack", false),
            ("Slack is down.", "slack", false),
        ] {
            assert_eq!(is_surname(line, words), surname, "{line}");
        }
    }

    #[test]
    fn words_are_found_whatever_their_capitals_but_not_within_others() {
        for (text, words, found) in [
            ("A crust. RUST is", "rust", Some("RUST")),
            ("trust", "rust", None),
            ("éclair, Clair", "clair", Some("Clair")),
            ("Rust", "rusty", None),
            ("Borrow  checker, borrow Checker", "borrow checker", Some("borrow Checker")),
            ("3 \u{212a}g", "kg", Some("\u{212a}g")),
            ("Größe und GRÖSSE", "größe", Some("Größe")),
            ("我喜欢编程", "编程", Some("编程")),
            ("ends in C", "c", Some("C")),
            ("", "c", None),
        ] {
            assert_eq!(find_ignoring_case(text, words), found, "{text}");
        }
    }

    #[test]
    fn what_is_said_of_somebody_is_a_noun_in_a_sentence() {
        for (line, words, expected) in [
            ("I keep the recipes of my aunt.", "recipes", true),
            ("That is brilliant.", "brilliant", false),
            ("int lookup(table) { return 0; }", "table", false),
            ("let x = a.lookup(table);", "table", false),
            ("After chemotherapy I read the recipes.", "recipes", false),
        ] {
            let found = find_ignoring_case(line, words).unwrap();
            assert_eq!(says(line, found, Some("en"), &Plain::line(line)), expected, "{line}");
        }
    }

    #[test]
    fn a_word_is_shown_as_it_stands_within_a_sentence() {
        for (quote, stem, language, expected) in [
            ("Recipes are old.", "recip", Some("en"), "recipes"),
            ("Brot ist alt.", "brot", Some("de"), "Brot"),
            ("GPUs are fast.", "gpu", Some("en"), "GPUs"),
            ("It has upsides--the price.", "upsid", Some("en"), "upsides"),
            ("We chose Netlify.", "netlifi", Some("en"), "netlifi"),
            ("We chose Netlify.", "netlif", Some("en"), "Netlify"),
        ] {
            assert_eq!(as_written(quote, stem, language).as_str(), expected);
        }
    }

    #[test]
    fn a_single_word_has_to_read_like_a_topic() {
        for (word, expected) in [("bread", true), ("CSS", true), ("assembly", true), ("rec", false), ("sha256", false)]
        {
            assert_eq!(reads_like_a_word(word), expected, "{word}");
        }
    }
}
