//! A date as a run of numbers, words and signs, whatever script and language it is written in.

use super::date_words::MONTH_NAMES;
use Piece::{Mark, Number, Word};

/// In lower case, with single spaces, with the halves of the day as one word each, and with the digits of everybody.
pub(super) fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(16).collect();
    let text = words.join(" ").to_lowercase().replace("p.m", "pm").replace("a.m", "am");
    if text.is_ascii() { text } else { text.chars().map(plain).collect() }
}

/// Digits of other scripts, and the wide forms of Chinese and Japanese, as ASCII has them.
fn plain(c: char) -> char {
    const ZEROS: [char; 5] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];
    let code = u32::from(c);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
    let wide = || (0xff01..=0xff5e).contains(&code).then(|| code - 0xff01 + 0x21);
    digit.map(|digit| digit + u32::from('0')).or_else(wide).and_then(char::from_u32).unwrap_or(c)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Its value and how many digits it has.
    Number(u64, usize),
    Word(&'a str),
    /// One character of punctuation; white space is one space.
    Mark(char),
}

pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = |kind: fn(char) -> bool| rest.find(|c| !kind(c)).unwrap_or(rest.len());
        let taken = if c.is_ascii_digit() {
            let digits = length(|c| c.is_ascii_digit());
            match rest[..digits].parse() {
                Ok(number) => pieces.push(Number(number, digits)),
                // More digits than any date has; a word that means nothing spoils the date.
                Err(_) => pieces.push(Word("?")),
            }
            digits
        } else if c.is_alphabetic() {
            let letters = length(char::is_alphabetic);
            pieces.push(Word(&rest[..letters]));
            letters
        } else if c == '(' {
            // A comment (RFC 822, 3.4.3) such as the zone's name.
            rest.find(')').map_or(rest.len(), |close| close + 1)
        } else {
            pieces.push(Mark(c));
            c.len_utf8()
        };
        rest = &rest[taken..];
    }
    while pieces.last() == Some(&Mark(' ')) {
        pieces.pop();
    }
    counted(&pieces)
}

/// The same with the words that count months and hours (`1月`, `tháng 1`, `19h48`, `10時30分`) as months and colons.
fn counted<'t>(pieces: &[Piece<'t>]) -> Vec<Piece<'t>> {
    let mut read = Vec::with_capacity(pieces.len());
    let mut rest = pieces;
    let name = |number: u64| numbered(number).map(|month| Word(MONTH_NAMES[month as usize - 1]));
    while let [first, after @ ..] = rest {
        rest = after;
        match (*first, after) {
            (Number(number, 1 | 2), [Word("月" | "월"), behind @ ..]) if name(number).is_some() => {
                read.extend(name(number));
                rest = behind;
            }
            (Word("tháng" | "thg"), [Mark(' ' | '.'), Number(number, 1 | 2), behind @ ..])
                if name(*number).is_some() =>
            {
                read.extend(name(*number));
                rest = behind;
            }
            (Word("tháng"), [Mark(' '), behind @ ..]) if vietnamese(behind).is_some() => {
                let (number, length) = vietnamese(behind).unwrap_or_default();
                read.extend(name(number));
                rest = &behind[length..];
            }
            (Word("h" | "時" | "时" | "시" | "点" | "點"), _) if matches!(read.last(), Some(Number(_, 1 | 2))) => {
                read.push(Mark(':'));
                while let [Mark(' '), behind @ ..] = rest {
                    rest = behind;
                }
                if !matches!(rest, [Number(..), ..]) {
                    read.push(Number(0, 2));
                }
            }
            (Word("分" | "분"), [Number(..), ..]) => read.push(Mark(':')),
            (Word("分" | "분"), [Mark(' '), Number(_, 1 | 2), Word("秒" | "초"), ..]) => {
                read.push(Mark(':'));
                rest = &rest[1..];
            }
            (Word("分" | "분" | "秒" | "초"), _) => {}
            (piece, _) => read.push(piece),
        }
    }
    read
}

/// The number of a month that Vietnamese spells out, and how many pieces do it.
fn vietnamese(pieces: &[Piece]) -> Option<(u64, usize)> {
    const NUMBERS: [&str; 10] = ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"];
    let number = |piece: &Piece| match piece {
        Word(word) => NUMBERS.iter().zip(1..).find(|(number, _)| *number == word).map(|(_, number)| number),
        _ => None,
    };
    match pieces {
        [ten, Mark(' '), unit, ..] if number(ten) == Some(10) && matches!(number(unit), Some(1 | 2)) => {
            Some((10 + number(unit)?, 3))
        }
        [first, ..] => Some((number(first)?, 1)),
        [] => None,
    }
}

/// A month as a number.
pub(super) fn numbered(number: u64) -> Option<u32> {
    u32::try_from(number).ok().filter(|month| (1..=12).contains(month))
}
