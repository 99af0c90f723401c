//! Where the sentence around some words begins and ends, for a quote that stands in the text word for word.

use std::ops::Range;

/// What ends in a full stop and goes on, in lower case, in the languages that bloggers were met in.
const ABBREVIATIONS: &[&str] = &[
    "abb", "abs", "al", "approx", "art", "aug", "ave", "bd", "bsp", "bspw", "bzw", "ca", "cf", "co", "dept", "dr",
    "dra", "ed", "eds", "esp", "est", "etc", "ev", "evtl", "feb", "fig", "ggf", "inc", "incl", "inkl", "jan", "jr",
    "kap", "ltd", "max", "min", "mlle", "mme", "mr", "mrs", "ms", "mt", "nr", "oct", "pag", "pp", "prof", "rev",
    "sept", "sog", "sr", "sra", "srta", "st", "str", "tel", "usw", "vgl", "vol", "vs",
];
/// Pairs of marks around what somebody says, or says aside.
const PAIRS: [(char, char); 7] = [('“', '”'), ('„', '“'), ('«', '»'), ('»', '«'), ('(', ')'), ('[', ']'), ('「', '」')];

/// The sentence that holds the `length` bytes from `at` on. Inside of somebody's speech that has not more than `longest`
/// characters it is all of that speech, for its middle alone would read as if the author said it.
pub fn around(text: &str, at: usize, length: usize, longest: usize) -> Range<usize> {
    let (start, end) = (start(text, at), end(text, at + length));
    match speech(text, at, longest) {
        Some(speech) if speech.start < start && speech.end >= end => speech,
        _ => start..end,
    }
}

fn start(text: &str, at: usize) -> usize {
    let before = text[..at].char_indices().rev();
    let mut starts = before.filter_map(|(index, c)| match c {
        '\n' => Some(index + 1),
        _ => end_at(text, index, c).filter(|end| *end <= at),
    });
    starts.next().unwrap_or(0)
}

fn end(text: &str, at: usize) -> usize {
    let mut ends = text[at..].char_indices().filter_map(|(offset, c)| match c {
        '\n' => Some(at + offset),
        _ => end_at(text, at + offset, c),
    });
    ends.next().unwrap_or(text.len())
}

/// Where the sentence ends that the character at `index` ends: behind the marks that close it. `None` if it ends none.
fn end_at(text: &str, index: usize, c: char) -> Option<usize> {
    let behind = index + c.len_utf8();
    let closing = |text: &str| text.find(|c| !is_closing(c)).unwrap_or(text.len());
    match c {
        '。' | '！' | '？' => Some(behind + closing(&text[behind..])),
        '.' | '!' | '?' | '…' => {
            let rest = &text[behind..];
            let closed = closing(rest);
            let mut next = rest[closed..].chars();
            if next.next().is_some_and(|next| !next.is_whitespace()) {
                return None;
            }
            let goes_on = next.find(|c| !c.is_whitespace()).is_some_and(char::is_lowercase);
            // “Really?” she said. And: it rose ... and fell.
            let is_within = goes_on && (closed > 0 || c == '…' || text[..index].ends_with('.'));
            let is_abbreviation = c == '.' && closed == 0 && !rest.is_empty() && is_abbreviated(&text[..index]);
            (!is_within && !is_abbreviation).then_some(behind + closed)
        }
        _ => None,
    }
}

/// Whether the word that a full stop follows is cut short: an initial or an abbreviation.
fn is_abbreviated(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').next().unwrap_or_default();
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        // “So do I.” ends a sentence; “H. Visser” and “z. B.” do not.
        (Some(letter), None) => letter.is_alphabetic() && (letter != 'I' || before.ends_with(".I")),
        (Some(_), Some(_)) => ABBREVIATIONS.contains(&word.to_lowercase().as_str()),
        (None, _) => false,
    }
}

/// Marks that belong to the sentence before them.
fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '」' | '』')
}

/// What somebody says between curly marks within one line, with the marks.
fn speech(text: &str, at: usize, longest: usize) -> Option<Range<usize>> {
    let before = text[..at].char_indices().rev().take(longest).take_while(|(_, c)| *c != '\n');
    let (from, opening) = before.into_iter().find(|(_, c)| matches!(c, '“' | '”'))?;
    let after = text[at..].char_indices().take(longest).take_while(|(_, c)| *c != '\n');
    let (offset, closing) = after.into_iter().find(|(_, c)| matches!(c, '“' | '”'))?;
    let end = at + offset + closing.len_utf8();
    let fits = text[from..end].chars().count() <= longest;
    (fits && opening == '“' && closing == '”').then_some(from..end)
}

/// Without marks at the ends whose partners are cut off, and without a pair around all of it: quotes are shown in marks.
pub fn without_lone_marks(quote: &str) -> &str {
    let mut quote = quote.trim();
    loop {
        let trimmed = without_one_mark(quote).trim();
        if trimmed.len() == quote.len() {
            return quote;
        }
        quote = trimmed;
    }
}

fn without_one_mark(quote: &str) -> &str {
    let (mut inside, mut outside) = (quote.chars(), quote.chars());
    let (Some(first), Some(last)) = (inside.next(), outside.next_back()) else { return quote };
    let (behind_first, before_last) = (inside.as_str(), outside.as_str());
    if first == '"' || last == '"' {
        let is_odd = quote.matches('"').count() % 2 == 1;
        let is_all = first == '"' && last == '"' && quote.matches('"').count() == 2;
        return match (first == '"', is_odd || is_all) {
            (true, true) => behind_first,
            (false, true) => before_last,
            (_, false) => quote,
        };
    }
    let is_mark = |c: char| PAIRS.iter().any(|(open, close)| c == *open || c == *close);
    let opened = PAIRS.iter().filter(|(open, _)| *open == first);
    let partner = opened.filter_map(|(open, close)| place(behind_first.char_indices(), *open, *close)).next();
    let wraps_all = partner.is_some_and(|at| at + last.len_utf8() == behind_first.len()) && !matches!(first, '(' | '[');
    if is_mark(first) && (partner.is_none() || wraps_all) {
        return behind_first;
    }
    let closed = PAIRS.iter().filter(|(_, close)| *close == last);
    let mut partners = closed.filter_map(|(open, close)| place(before_last.char_indices().rev(), *close, *open));
    if is_mark(last) && partners.next().is_none() { before_last } else { quote }
}

/// Where the partner of a mark stands, of which `others` are what follows it: past the pairs within.
fn place(others: impl Iterator<Item = (usize, char)>, mark: char, partner: char) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in others {
        if c == partner {
            depth -= 1;
        } else if c == mark {
            depth += 1;
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence<'t>(text: &'t str, words: &str) -> &'t str {
        let at = text.find(words).unwrap();
        without_lone_marks(&text[around(text, at, words.len(), 240)])
    }

    #[test]
    fn initials_and_abbreviations_do_not_end_a_sentence() {
        for (text, words, expected) in [
            (
                "Ahem. In a very thorough piece, that H. Visser wrote, it rises. Yes.",
                "thorough",
                "In a very thorough piece, that H. Visser wrote, it rises.",
            ),
            ("First. Dr. Crane and Mr. Bell bake, e.g. rye. Then.", "bake", "Dr. Crane and Mr. Bell bake, e.g. rye."),
            ("Erst so. Das Mehl, z. B. Roggen, bzw. Dinkel. Dann.", "Mehl", "Das Mehl, z. B. Roggen, bzw. Dinkel."),
            ("She bakes and so do I. Then we eat.", "bakes", "She bakes and so do I."),
            ("It rose ... and fell. Then.", "rose", "It rose ... and fell."),
            ("In v1.2 it works! Not before.", "works", "In v1.2 it works!"),
            ("I sold the oven to the U.S. Army. Then.", "oven", "I sold the oven to the U.S. Army."),
        ] {
            assert_eq!(sentence(text, words), expected);
        }
    }

    #[test]
    fn marks_that_close_a_sentence_belong_to_it() {
        for (text, words, expected) in [
            ("He said \"Four seeds.\" She has told the rest.", "told", "She has told the rest."),
            ("He said \"Four seeds.\" She has told the rest.", "seeds", "He said \"Four seeds.\""),
            ("Ann said: “No.” Petr agreed.", "Petr", "Petr agreed."),
            ("“Really?” she asked. I nodded.", "asked", "“Really?” she asked."),
            ("“And what are your expectations?” Silence.", "expectations", "And what are your expectations?"),
            ("He told us: “I bake. I love rye. It rests.” We ate.", "rye", "I bake. I love rye. It rests."),
            ("(It was cold. I baked.) Then.", "baked", "I baked."),
            ("她说：「我爱面包。」后面。", "后面", "后面。"),
        ] {
            assert_eq!(sentence(text, words), expected, "{text}");
        }
    }

    #[test]
    fn only_marks_without_a_partner_are_trimmed() {
        for (quote, expected) in [
            ("“Rye", "Rye"),
            ("rye.”", "rye."),
            ("” and rye", "and rye"),
            ("““Rye?””", "Rye?"),
            ("“A” and “B”", "“A” and “B”"),
            ("„Roggen“ und „Dinkel“", "„Roggen“ und „Dinkel“"),
            ("\"A\" and \"B\"", "\"A\" and \"B\""),
            ("rye (all of it)", "rye (all of it)"),
            ("(rye", "rye"),
            ("don’t", "don’t"),
            ("«Pain» et «lait»", "«Pain» et «lait»"),
            ("”", ""),
            ("", ""),
        ] {
            assert_eq!(without_lone_marks(quote), expected, "{quote}");
        }
    }
}
