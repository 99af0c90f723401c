//! Text that a terminal can be given: no control characters, no escape sequences, no bidirectional overrides.
//!
//! [`Plain`] is the only text that the screens and the log take. It is made here and nowhere else, also when it is
//! read back from disk, so that a file that somebody edited cannot bring in what a feed could not.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text without anything that a terminal would obey.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Plain(String);

impl Plain {
    /// One line: white space of any kind becomes single spaces, and none is left at the ends; zero-width spaces go.
    pub fn line(text: &str) -> Self {
        if is_tidy_ascii(text) {
            return Self(text.to_owned());
        }
        let mut line = String::with_capacity(text.len());
        let mut gap = false;
        each_safe(text, |c| match c {
            '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_whitespace() => gap = true,
            c => {
                if std::mem::take(&mut gap) && !line.is_empty() {
                    line.push(' ');
                }
                line.push(c);
            }
        });
        Self(line)
    }

    /// Several lines: `\n` and `\t` stay, everything else that is a control goes.
    pub fn text(text: &str) -> Self {
        if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\t')) {
            return Self(text.to_owned());
        }
        let mut kept = String::with_capacity(text.len());
        each_safe(text, |c| kept.push(c));
        Self(kept)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `None` where there is nothing to show.
    pub fn some(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }
}

/// Whether nothing needs to change for a line, which holds for most titles.
fn is_tidy_ascii(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|b| matches!(b, b' '..=b'~'))
        && !bytes.windows(2).any(|pair| pair == b"  ")
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ')
}

/// Calls `keep` with every character that may be shown.
fn each_safe(text: &str, mut keep: impl FnMut(char)) {
    let mut characters = text.chars();
    let (mut before, mut marks) = ('\0', 0);
    while let Some(c) = characters.next() {
        if is_unsafe(c) || (is_joiner(c) && is_joiner(before)) || (is_selector(c) && is_selector(before)) {
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            continue;
        }
        before = c;
        keep(c);
        if c == '\u{1f3f4}' {
            for _ in 0..flag(characters.as_str()) {
                characters.next().into_iter().for_each(&mut keep);
            }
        }
    }
}

/// C0 but line feed and tab, DEL, C1, bidirectional overrides and isolates, non-characters, and what is invisible and
/// can carry hidden text: tags, operators without a sign, unassigned selectors.
fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}' | '\u{2061}'..='\u{206f}'
        | '\u{fffe}' | '\u{ffff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Join or part their neighbours and have no width: one makes sense, a row of them is a message.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Choose among the forms of the character before them; one does.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Marks over and under one letter; languages do with two or three, and a hundred of them cover the lines around.
const MOST_MARKS: usize = 4;

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// How many tags behind a black flag make it a region's, such as Scotland's (UTS #51, ED-14a).
fn flag(rest: &str) -> usize {
    let letters =
        rest.chars().take_while(|c| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}')).count();
    let ends = rest.chars().nth(letters) == Some('\u{e007f}');
    if ends && (3..=6).contains(&letters) { letters + 1 } else { 0 }
}

impl From<String> for Plain {
    fn from(text: String) -> Self {
        if text.bytes().all(|b| matches!(b, b' '..=b'~')) { Self(text) } else { Self::text(&text) }
    }
}

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Plain> for String {
    fn from(plain: Plain) -> Self {
        plain.0
    }
}

impl AsRef<str> for Plain {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        for (raw, line) in [
            ("\u{1b}]0;owned\u{7}title", "]0;ownedtitle"),
            ("a\u{9b}31mred", "a31mred"),
            ("pay\u{202e}load", "payload"),
            ("two\r\nlines\tand  more ", "two lines and more"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("hid\u{e0041}den", "hidden"),
            ("👩\u{200d}🚀 می\u{200c}خواهم", "👩\u{200d}🚀 می\u{200c}خواهم"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
                "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            ),
            ("🏴\u{e0041}\u{e0042}x", "🏴x"),
            ("🏴\u{e0068}\u{e0069}\u{e0064}\u{e0064}\u{e0065}\u{e006e}\u{e0021}\u{e007f}", "🏴"),
            ("❤\u{fe0f}\u{e0101}\u{e0102}x 葛\u{e0100}", "❤\u{fe0f}x 葛\u{e0100}"),
            ("a\u{200d}\u{200c}\u{200d}b \u{2063}c\u{206e}", "a\u{200d}b c"),
            ("z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}a\u{301}", "z\u{301}\u{302}\u{303}\u{304}a\u{301}"),
            ("   ", ""),
        ] {
            assert_eq!(Plain::line(raw).as_str(), line, "{raw:?}");
        }
    }

    #[test]
    fn what_comes_back_from_disk_is_cleaned_again() {
        let plain: Plain = serde_json::from_str(r#""a\u001b[2Jb""#).unwrap();
        assert_eq!(plain.as_str(), "a[2Jb");
    }
}
