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
    let mut flag = false;
    for c in text.chars() {
        // Tag characters are invisible and can carry hidden text; only a flag such as Scotland's is spelt with them.
        let tag = matches!(c, '\u{e0000}'..='\u{e007f}');
        flag = c == '\u{1f3f4}' || (flag && tag);
        if (tag && !flag) || is_unsafe(c) {
            continue;
        }
        keep(c);
    }
}

/// C0 but line feed and tab, DEL, C1, bidirectional overrides and isolates, non-characters.
fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{fffe}' | '\u{ffff}' | '\u{fff9}'..='\u{fffb}')
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
