//! Text in lines of a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::Plain;

/// Breaks text into lines of so many columns, between words where it can.
pub fn wrap(text: &Plain, columns: usize) -> Vec<Plain> {
    let columns = columns.max(4);
    let mut lines: Vec<String> = vec![String::new()];
    let mut width = 0;
    for word in text.as_str().split_whitespace() {
        let mut rest = word;
        if width > 0 && width + 1 + rest.width() > columns {
            lines.push(String::new());
            width = 0;
        }
        while rest.width() > columns {
            let fitting = fitting_prefix(rest, columns - width.min(columns - 1));
            if let Some(line) = lines.last_mut() {
                line.push_str(&rest[..fitting]);
            }
            rest = &rest[fitting..];
            lines.push(String::new());
            width = 0;
        }
        if let Some(line) = lines.last_mut() {
            if width > 0 {
                line.push(' ');
                width += 1;
            }
            line.push_str(rest);
            width += rest.width();
        }
    }
    lines.iter().map(|line| Plain::line(line)).collect()
}

/// How many bytes of a word fit in so many columns; at least one character.
fn fitting_prefix(word: &str, columns: usize) -> usize {
    let mut width = 0;
    for (at, c) in word.char_indices() {
        width += c.width().unwrap_or(0);
        if width > columns && at > 0 {
            return at;
        }
    }
    word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_long_words_within() {
        let lines = wrap(&Plain::line("one two threefourfive 读读读读读"), 8);
        assert!(lines.iter().all(|line| line.as_str().width() <= 8), "{lines:?}");
        assert_eq!(lines[0].as_str(), "one two");
    }
}
