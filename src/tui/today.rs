//! Today: one row a person with their newest titles; beside or below it what the newest begins with.

use ratatui::{Frame, layout::Rect, style::Style, text::Line, text::Span, widgets::Paragraph};
use unicode_width::UnicodeWidthStr;

use super::{
    frame::draw_empty,
    panes::{draw_border, split},
    river::draw_preview,
    theme::Role,
    welcome,
    widgets::{age, cut, first_row, pad, span, wrap},
};
use crate::{
    app::{state::State, today::Writer},
    model::{Plain, Timestamp},
};

/// Percent of the columns for the list.
pub const SHARE: u16 = 62;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let today = &state.today;
    if today.all.is_empty() {
        let lines: &[&str] = match (today.loaded, state.blogs_loaded && state.blogs.is_empty()) {
            (_, true) => return welcome::draw(frame, area, state),
            (false, false) => &["Reading ..."],
            (true, false) => {
                &["You have read everything.", "", "r   asks your blogs for more", "2   the River, with what was read"]
            }
        };
        return draw_empty(frame, area, lines);
    }
    if today.shown.is_empty() {
        return draw_empty(frame, area, &["Nobody here holds all these words.", "", "Esc shows everybody again"]);
    }
    let panes = split(area, SHARE);
    let (rows, width) = (usize::from(panes.list.height), usize::from(panes.list.width));
    let first = first_row(today.cursor, today.shown.len(), rows);
    let lines: Vec<Line<'_>> = (first..today.shown.len().min(first + rows))
        .filter_map(|row| Some(line(today.get(row)?, width, row == today.cursor, state.now)))
        .collect();
    frame.render_widget(Paragraph::new(lines), panes.list);
    let Some(writer) = today.current().filter(|_| panes.detail.height > 0) else { return };
    if let Some(one) = writer.current() {
        draw_border(frame, panes.border);
        draw_preview(frame, panes.detail, one, &others(writer, usize::from(panes.detail.width)));
    }
}

/// What else of theirs is unread, in full; in the row there is no room for that.
fn others(writer: &Writer, width: usize) -> Vec<Line<'static>> {
    let others = writer.posts.iter().filter(|one| !one.flags.read).skip(1);
    let width = width.saturating_sub(2).min(76);
    let lines = others.flat_map(|one| {
        let lines = wrap(&one.post.label(), width.saturating_sub(12));
        let day = one.post.sort_time().day();
        let line = move |(at, line): (usize, Plain)| {
            let lead = if at == 0 { format!("{day}  ") } else { " ".repeat(12) };
            Line::from(vec![Span::styled(lead, Role::Dim), span(&line, Style::new())])
        };
        lines.into_iter().enumerate().map(line).collect::<Vec<_>>()
    });
    lines.collect()
}

/// `N Annika Lund        2 d  The starter in the freezer; A timer is not a nose; 3 more`
fn line<'a>(writer: &Writer, width: usize, here: bool, now: Timestamp) -> Line<'a> {
    let row = if here { Role::Selected.style() } else { Style::new() };
    let unread = writer.posts.iter().any(|one| !one.flags.read);
    let name_style = if unread { row.patch(Role::Unread) } else { row };
    let is_narrow = width < 50;
    let name_width = if is_narrow { width * 2 / 5 } else { (width / 4).clamp(14, 28) };
    let starred = writer.current().is_some_and(|one| one.flags.starred);
    let marks = format!(" {}{} ", if unread { 'N' } else { ' ' }, if starred { '*' } else { ' ' });
    let mut spans = vec![
        Span::styled(marks, if starred { name_style.patch(Role::Starred) } else { name_style }),
        Span::styled(pad(writer.name(), name_width), name_style),
    ];
    let mut used = 4 + name_width;
    if !is_narrow {
        let newest = writer.current().map_or(String::new(), |one| age(one.post.sort_time(), now));
        spans.push(Span::styled(format!(" {newest:>5}"), row.patch(Role::Dim)));
        used += 6;
    }
    spans.push(Span::styled("  ", row));
    used += 2;
    let shown = writer.posts.iter().filter(|one| !one.flags.read || !unread);
    for (at, one) in shown.enumerate() {
        let room = width.saturating_sub(used);
        // A title of which only a word would be seen says nothing.
        if at > 0 && room < 16 {
            break;
        }
        let between = if at > 0 { "; " } else { "" };
        let title = cut(&one.post.label(), room.saturating_sub(between.len()));
        used += between.len() + title.as_str().width();
        spans.push(Span::styled(between, row.patch(Role::Dim)));
        spans.push(span(&title, if at == 0 { row } else { row.patch(Role::Dim) }));
    }
    let more = writer.unread.saturating_sub(writer.posts.iter().filter(|one| !one.flags.read).count());
    let more = Plain::line(&format!("; {more} more"));
    if more.as_str() != "; 0 more" && used + more.as_str().width() <= width {
        used += more.as_str().width();
        spans.push(span(&more, row.patch(Role::Dim)));
    }
    spans.push(Span::styled(" ".repeat(width.saturating_sub(used)), row));
    Line::from(spans)
}
