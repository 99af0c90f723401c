//! Lines and widths. Text from the web comes in as [`Plain`] and in no other form.

use ratatui::{
    style::{Modifier, Style},
    text::Span,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::Plain;

/// Text from the web or the user, as it may be drawn.
pub fn span<'a>(text: &Plain, style: Style) -> Span<'a> {
    Span::styled(text.as_str().to_owned(), style)
}

pub fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

pub fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// The row that the cursor is on.
pub fn selected() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// The text cut to so many columns, with an ellipsis where something is missing; a wide character is never halved.
pub fn cut(text: &Plain, columns: usize) -> Plain {
    if text.as_str().width() <= columns {
        return text.clone();
    }
    let mut kept = String::new();
    let mut width = 0;
    for c in text.as_str().chars() {
        width += c.width().unwrap_or(0);
        if width + 1 > columns {
            break;
        }
        kept.push(c);
    }
    if columns > 0 {
        kept.push('…');
    }
    Plain::text(&kept)
}

/// The text filled up with spaces to so many columns, or cut to them.
pub fn pad(text: &Plain, columns: usize) -> String {
    let cut = cut(text, columns);
    let gap = columns.saturating_sub(cut.as_str().width());
    format!("{cut}{}", " ".repeat(gap))
}

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

/// The first row on a screen of `rows` so that the cursor is on it, near the middle once the list is longer.
pub fn first_row(cursor: usize, len: usize, rows: usize) -> usize {
    cursor.saturating_sub(rows / 2).min(len.saturating_sub(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_never_halved() {
        for (text, columns, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("读读读读", 6, "读读…"),
            ("读读读读", 5, "读读…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(cut(&Plain::line(text), columns).as_str(), expected);
            assert!(pad(&Plain::line(text), columns).width() <= columns.max(1));
        }
    }

    #[test]
    fn lines_break_between_words_and_long_words_within() {
        let lines = wrap(&Plain::line("one two threefourfive 读读读读读"), 8);
        assert!(lines.iter().all(|line| line.as_str().width() <= 8), "{lines:?}");
        assert_eq!(lines[0].as_str(), "one two");
    }
}
