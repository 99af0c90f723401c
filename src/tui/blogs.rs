//! Blogs: what is followed, in folders that fold or under tags, with unread counts; the posts of one of them, beside the
//! tree where there is room.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    frame::draw_empty,
    panes::{draw_border, split},
    river::draw_list,
    theme::Role,
    welcome,
    widgets::{cut, first_row, pad, span},
};
use crate::{
    app::{
        blogs::{Followed, Health},
        lists::Posts,
        select::Only,
        state::{Row, State, WIDE},
    },
    model::Plain,
};

/// Percent of the columns for the tree.
pub const SHARE: u16 = 40;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.blogs.is_empty() {
        return match state.blogs_loaded {
            true => welcome::draw(frame, area, state),
            false => draw_empty(frame, area, &["Reading ..."]),
        };
    }
    if area.width < WIDE {
        match &state.blog {
            Some((_, title, posts)) => draw_posts(frame, area, title, posts, true, state),
            None => draw_tree(frame, area, state, Role::Selected),
        }
        return;
    }
    let panes = split(area, SHARE);
    draw_border(frame, panes.border);
    match (&state.blog, &state.beside) {
        (Some((_, title, posts)), _) => {
            draw_tree(frame, panes.list, state, Role::Beside);
            draw_posts(frame, panes.detail, title, posts, true, state);
        }
        (None, beside) => {
            draw_tree(frame, panes.list, state, Role::Selected);
            let here = state.this_blog().map(|followed| followed.blog.id);
            if let Some((_, title, posts)) = beside.as_ref().filter(|(id, ..)| Some(*id) == here) {
                draw_posts(frame, panes.detail, title, posts, false, state);
            }
        }
    }
}

/// Where the posts of a blog are listed below their heading.
pub fn posts_area(area: Rect) -> [Rect; 2] {
    Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area)
}

fn draw_posts(frame: &mut Frame<'_>, area: Rect, title: &Plain, posts: &Posts, here: bool, state: &State) {
    let [heading, body] = posts_area(area);
    let title = cut(title, usize::from(area.width).saturating_sub(2));
    frame.render_widget(Line::from(vec![Span::raw(" "), span(&title, Role::Heading.style())]), heading);
    if posts.shown.is_empty() {
        let lines: &[&str] = match (posts.loading, posts.all.is_empty()) {
            (true, _) => &["Reading ..."],
            (false, true) if state.only != Only::All => &["Nothing here is so.", "", "f goes on, Esc shows everything"],
            (false, true) => &["No posts here.", "", "R   asks this blog for them, Esc goes back"],
            (false, false) => &["No post holds all these words.", "", "Esc shows everything again"],
        };
        return draw_empty(frame, body, lines);
    }
    draw_list(frame, body, posts, false, here, state.now);
}

fn draw_tree(frame: &mut Frame<'_>, area: Rect, state: &State, cursor: Role) {
    if state.rows.is_empty() {
        return draw_empty(frame, area, &["No blog holds all these words.", "", "Esc shows everything again"]);
    }
    let rows = usize::from(area.height);
    let first = first_row(state.row, state.rows.len(), rows);
    // How deep a blog stands is told by the folder above it.
    let mut depth = state.rows[..first].iter().rev().find_map(depth_of).map_or(0, |depth| depth + 1);
    let shown = state.rows.iter().enumerate().skip(first).take(rows);
    let lines: Vec<Line<'_>> = shown
        .map(|(at, row)| {
            let style = if at == state.row { cursor.style() } else { Style::new() };
            let line = line(row, &state.blogs, usize::from(area.width), depth, style);
            depth = depth_of(row).map_or(depth, |folder| folder + 1);
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn depth_of(row: &Row) -> Option<usize> {
    match row {
        Row::Folder { path, .. } => Some(path.len().saturating_sub(1)),
        Row::Blog(_) => None,
    }
}

fn line<'a>(row: &Row, blogs: &[Followed], width: usize, depth: usize, style: Style) -> Line<'a> {
    let digits = if width < 50 { 4 } else { 6 };
    let count = |unread: usize| match unread {
        0 => " ".repeat(digits + 2),
        unread => format!("{unread:>digits$}  "),
    };
    match row {
        Row::Folder { path, unread, folded } => {
            let style = style.patch(Role::Strong);
            let (indent, mark) = ("  ".repeat(path.len().saturating_sub(1)), if *folded { "+ " } else { "- " });
            let name = path.last().cloned().unwrap_or_default();
            let name = pad(&name, width.saturating_sub(digits + 2 + indent.len() + mark.len()));
            Line::from(vec![
                Span::styled(count(*unread), style),
                Span::styled(format!("{indent}{mark}"), style),
                Span::styled(name, style),
            ])
        }
        Row::Blog(index) => {
            let followed = &blogs[*index];
            let unread = followed.counts.unread;
            let name = if unread > 0 { style.patch(Role::Unread) } else { style };
            let indent = "  ".repeat(depth);
            let last = followed.counts.last_post.map_or("never".to_owned(), |last| last.day());
            let ill = match (followed.health, &followed.feed.error) {
                (Health::Ok | Health::Paused, _) | (_, None) => String::new(),
                (_, Some(error)) => format!("  ! {error}"),
            };
            let title_width = if width < 40 { width } else { (width / 2).clamp(20, 48) };
            let title_width = title_width.min(width.saturating_sub(digits + 2 + indent.len()));
            let room = width.saturating_sub(digits + 2 + indent.len() + title_width);
            let rest = match room {
                // Half a reason says less than the word; Health has all of it.
                ..18 if !ill.is_empty() => "  ! failing".to_owned(),
                18..50 if !ill.is_empty() => format!("  {last}  ! failing"),
                _ => format!("  {last}{ill}"),
            };
            let rest = pad(&Plain::text(&rest), room);
            let rest_style = style.patch(if ill.is_empty() { Role::Dim } else { Role::Error });
            Line::from(vec![
                Span::styled(count(unread), name),
                Span::styled(indent, style),
                Span::styled(pad(&followed.blog.title, title_width), name),
                Span::styled(rest, rest_style),
            ])
        }
    }
}
