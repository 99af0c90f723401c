//! River: new posts of all blogs, newest first. The beginning of the post under the cursor stands beside the list, or
//! below it.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use unicode_width::UnicodeWidthStr;

use super::{
    frame::draw_empty,
    panes::{draw_border, inside, split},
    theme::Role,
    welcome,
    widgets::{age, cut, first_row, pad, span, wrap},
};
use crate::{
    app::{lists::Posts, posts::Listed, select::Only, state::State},
    model::{Plain, Timestamp},
};

/// Percent of the columns for the list.
pub const SHARE: u16 = 55;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.river.all.is_empty() {
        let lines: &[&str] = match (state.river.loading, state.blogs_loaded && state.blogs.is_empty()) {
            (false, true) => return welcome::draw(frame, area, state),
            (true, _) => &["Reading ..."],
            (false, false) if state.only != Only::All => {
                &["Nothing here is so.", "", "f goes on, Esc shows everything"]
            }
            (false, false) => &["No posts yet.", "", "r   asks your blogs for theirs"],
        };
        return draw_empty(frame, area, lines);
    }
    if state.river.shown.is_empty() {
        return draw_empty(frame, area, &["No post holds all these words.", "", "Esc shows everything again"]);
    }
    draw_list(frame, area, &state.river, true, true, state.now);
}

/// A list of posts, with a preview of the one under the cursor where there is room. `here`: keys go to it.
pub fn draw_list(frame: &mut Frame<'_>, area: Rect, posts: &Posts, with_blog: bool, here: bool, now: Timestamp) {
    // A pane beside another one is not cut in two again, unless it is as wide as a screen.
    let panes = split(area, SHARE);
    let rows = usize::from(panes.list.height);
    let first = first_row(posts.cursor, posts.shown.len(), rows);
    let cursor = if here { Role::Selected.style() } else { Style::new() };
    let lines: Vec<Line<'_>> = (first..posts.shown.len().min(first + rows))
        .filter_map(|row| {
            let style = if row == posts.cursor { cursor } else { Style::new() };
            Some(line(posts.get(row)?, usize::from(panes.list.width), style, with_blog, now))
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), panes.list);
    if let Some(one) = posts.current().filter(|_| panes.detail.height > 0) {
        draw_border(frame, panes.border);
        draw_preview(frame, panes.detail, one, &[]);
    }
}

/// `N* 2026-11-22  Title ...                 Blog`; on narrow terminals how long ago, and no blog.
fn line<'a>(one: &Listed, width: usize, row: Style, with_blog: bool, now: Timestamp) -> Line<'a> {
    let text = if one.flags.read { row } else { row.patch(Role::Unread) };
    let marks = format!(" {}{} ", if one.flags.read { ' ' } else { 'N' }, if one.flags.starred { '*' } else { ' ' });
    let day = match width {
        0..34 => String::new(),
        34..60 => format!("{:>5}  ", age(one.post.sort_time(), now)),
        _ => format!("{}  ", one.post.sort_time().day()),
    };
    let blog_width = match (with_blog, width) {
        (false, _) | (_, 0..50) => 0,
        (true, _) => (width / 4).clamp(12, 28),
    };
    let between = if blog_width > 0 { "  " } else { "" };
    let title_width = width.saturating_sub(marks.width() + day.width() + between.len() + blog_width + 1);
    let title = pad(&one.post.label(), title_width);
    let blog = cut(&one.blog.title, blog_width);
    let used = marks.width() + day.width() + title_width + between.len() + blog.as_str().width();
    Line::from(vec![
        Span::styled(marks, if one.flags.starred { text.patch(Role::Starred) } else { text }),
        Span::styled(day, row.patch(Role::Dim)),
        Span::styled(title, text),
        Span::styled(between, row),
        span(&blog, row.patch(Role::Dim)),
        Span::styled(" ".repeat(width.saturating_sub(used)), row),
    ])
}

/// How a post begins, and below it what else there is to say, where there is room.
pub fn draw_preview(frame: &mut Frame<'_>, area: Rect, one: &Listed, more: &[Line<'static>]) {
    let area = inside(area);
    let width = usize::from(area.width).min(76);
    let mut lines: Vec<Line<'_>> = Vec::new();
    lines.extend(wrap(&one.post.label(), width).iter().map(|line| Line::from(span(line, Role::Heading.style()))));
    let by = one.blog.by();
    let about = Plain::line(&format!("{}{by}, {}", one.blog.title, one.post.sort_time().day()));
    lines.push(Line::from(span(&cut(&about, width), Role::Dim.style())));
    let roomy = area.height > 8;
    if roomy {
        lines.push(Line::raw(""));
    }
    lines.extend(wrap(&one.post.summary, width).iter().map(|line| Line::from(span(line, Style::new()))));
    if roomy {
        lines.push(Line::raw(""));
        lines.push(Line::styled("Enter reads on", Role::Dim));
    }
    if !more.is_empty() && lines.len() + 2 < usize::from(area.height) {
        lines.push(Line::raw(""));
        lines.extend(more.iter().cloned());
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Where lists of posts lie on a screen.
pub fn list_area(area: Rect) -> Rect {
    split(area, SHARE).list
}
