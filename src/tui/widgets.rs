//! Lines and widths. Text from the web comes in as [`Plain`] and in no other form.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::theme::Role;
use crate::model::{Plain, Timestamp};
pub use crate::text::wrap::wrap;

/// Text from the web or the user, as it may be drawn.
pub fn span<'a>(text: &Plain, style: Style) -> Span<'a> {
    Span::styled(text.as_str().to_owned(), style)
}

pub fn bold() -> Style {
    Role::Strong.style()
}

pub fn dim() -> Style {
    Role::Dim.style()
}

/// The row that the cursor is on.
pub fn selected() -> Style {
    Role::Selected.style()
}

/// A line with a margin of one column, cut to `columns`.
pub fn line<'a>(text: &str, columns: usize, style: Style) -> Line<'a> {
    Line::from(vec![Span::raw(" "), span(&cut(&Plain::text(text), columns.saturating_sub(2)), style)])
}

/// How long ago, in five columns at most: `now`, `40 m`, `3 h`, `12 d`, `7 w`, `15 mo`, `4 y`.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    match now.since(then).as_secs() {
        0..60 => "now".into(),
        s @ 60..3_600 => format!("{} m", s / 60),
        s @ 3_600..86_400 => format!("{} h", s / 3_600),
        s @ 86_400..2_592_000 => format!("{} d", s / 86_400),
        s @ 2_592_000..7_776_000 => format!("{} w", s / 604_800),
        s @ 7_776_000..63_072_000 => format!("{} mo", s / 2_629_800),
        s => format!("{} y", s / 31_557_600),
    }
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

/// Wrapped text whose further lines stand under the first.
pub fn hanging<'a>(mark: &'static str, text: &Plain, width: usize, style: Style) -> Vec<Line<'a>> {
    let indent = mark.len();
    let lines = wrap(text, width.saturating_sub(indent));
    let lead = |at: usize| if at == 0 { mark.to_owned() } else { " ".repeat(indent) };
    let line = |(at, line): (usize, &Plain)| Line::from(vec![Span::raw(format!(" {}", lead(at))), span(line, style)]);
    lines.iter().enumerate().map(line).collect()
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
    fn ages_take_five_columns_at_most() {
        const DAY: i64 = 86_400;
        let now = Timestamp(1_790_000_000);
        for (seconds, said) in [
            (-5, "now"),
            (59, "now"),
            (3_599, "59 m"),
            (3_600, "1 h"),
            (DAY, "1 d"),
            (29 * DAY, "29 d"),
            (30 * DAY, "4 w"),
            (100 * DAY, "3 mo"),
            (729 * DAY, "23 mo"),
            (99 * 366 * DAY, "99 y"),
        ] {
            assert_eq!(age(Timestamp(now.0 - seconds), now), said);
            assert!(said.len() <= 5);
        }
    }
}
