//! River: new posts of all blogs, newest first. On wide terminals the beginning of the post stands beside the list.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use unicode_width::UnicodeWidthStr;

use super::{
    frame::draw_empty,
    widgets::{bold, cut, dim, first_row, pad, selected, span, wrap},
};
use crate::app::{
    posts::Listed,
    state::{Posts, State},
};

/// From this width on there is room for a second pane.
pub const WIDE: u16 = 120;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.river.all.is_empty() {
        let lines: &[&str] = match (state.river.loading, state.blogs.is_empty()) {
            (true, _) => &["Reading ..."],
            (false, true) => &[
                "Nothing here yet, since you follow no blog.",
                "",
                "a                           follows a blog: type its address",
                "penpal import FILE          takes an OPML list, such as feeds.opml beside the README",
                "penpal demo                 shows a whole small neighbourhood, offline",
            ],
            (false, false) => &["No posts yet.", "", "r   asks your blogs for theirs"],
        };
        return draw_empty(frame, area, lines);
    }
    if state.river.shown.is_empty() {
        return draw_empty(frame, area, &["No post holds all these words.", "", "Esc shows everything again"]);
    }
    draw_list(frame, area, &state.river, true);
}

/// A list of posts, with a preview of the one under the cursor where there is room.
pub fn draw_list(frame: &mut Frame<'_>, area: Rect, posts: &Posts, with_blog: bool) {
    let [list, preview] = if area.width >= WIDE {
        Layout::horizontal([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(area)
    } else {
        [area, Rect::ZERO]
    };
    let rows = usize::from(list.height);
    let first = first_row(posts.cursor, posts.shown.len(), rows);
    let lines: Vec<Line<'_>> = (first..posts.shown.len().min(first + rows))
        .filter_map(|row| posts.get(row).map(|one| line(one, usize::from(list.width), row == posts.cursor, with_blog)))
        .collect();
    frame.render_widget(Paragraph::new(lines), list);
    if let Some(one) = posts.current().filter(|_| preview.width > 0) {
        draw_preview(frame, preview, one);
    }
}

/// `N* 2026-11-22  Title ...                 Blog`
fn line<'a>(one: &Listed, width: usize, here: bool, with_blog: bool) -> Line<'a> {
    let style = match (here, one.flags.read) {
        (true, _) => selected(),
        (false, false) => bold(),
        (false, true) => Style::new(),
    };
    let marks = format!(" {}{} ", if one.flags.read { ' ' } else { 'N' }, if one.flags.starred { '*' } else { ' ' });
    let day = format!("{}  ", one.post.sort_time().day());
    let blog_width = if with_blog { (width / 4).clamp(12, 28) } else { 0 };
    let title_width = width.saturating_sub(marks.width() + day.width() + blog_width + 3);
    let title = pad(&one.post.label(), title_width);
    let blog = if with_blog { cut(&one.blog.title, blog_width) } else { Default::default() };
    let used = marks.width() + day.width() + title_width + 2 + blog.as_str().width();
    Line::from(vec![
        Span::styled(marks, style),
        Span::styled(day, if here { style } else { dim() }),
        Span::styled(title, style),
        Span::styled("  ", style),
        span(&blog, if here { style } else { dim() }),
        Span::styled(" ".repeat(width.saturating_sub(used)), style),
    ])
}

fn draw_preview(frame: &mut Frame<'_>, area: Rect, one: &Listed) {
    let width = usize::from(area.width).saturating_sub(4).min(76);
    let mut lines: Vec<Line<'_>> = Vec::new();
    lines.extend(wrap(&one.post.label(), width).iter().map(|line| Line::from(span(line, bold()))));
    let by = one.blog.author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let about = crate::model::Plain::line(&format!("{}{by}, {}", one.blog.title, one.post.sort_time().day()));
    lines.push(Line::from(span(&cut(&about, width), dim())));
    lines.push(Line::raw(""));
    lines.extend(wrap(&one.post.summary, width).iter().map(|line| Line::from(span(line, Style::new()))));
    lines.push(Line::raw(""));
    lines.push(Line::styled("Enter reads on", dim()));
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    frame.render_widget(Paragraph::new(lines), inner);
}
