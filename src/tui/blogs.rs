//! Blogs: what is followed, by folder, with unread counts; the posts of one of them.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    frame::draw_empty,
    river::draw_list,
    widgets::{bold, cut, dim, first_row, pad, selected, span},
};
use crate::{
    app::{
        blogs::{Followed, Health},
        state::{Row, State},
    },
    model::Plain,
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if let Some((_, title, posts)) = &state.blog {
        let [heading, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
        let title = cut(title, usize::from(area.width).saturating_sub(2));
        frame.render_widget(Line::from(vec![Span::raw(" "), span(&title, bold())]), heading);
        if posts.shown.is_empty() {
            let lines: &[&str] = if posts.loading {
                &["Reading ..."]
            } else {
                &["No posts here.", "", "r   asks for new ones, Esc goes back"]
            };
            return draw_empty(frame, body, lines);
        }
        return draw_list(frame, body, posts, false);
    }
    if state.rows.is_empty() {
        let lines: &[&str] = match (state.blogs_loaded, state.blogs.is_empty()) {
            (false, _) => &["Reading ..."],
            (true, true) => &[
                "You follow no blog yet.",
                "",
                "a   follows one: type its address",
                "penpal import FILE   takes an OPML list",
            ],
            (true, false) => &["No blog holds all these words.", "", "Esc shows everything again"],
        };
        return draw_empty(frame, area, lines);
    }
    let rows = usize::from(area.height);
    let first = first_row(state.row, state.rows.len(), rows);
    let shown = state.rows.iter().enumerate().skip(first).take(rows);
    let lines: Vec<Line<'_>> =
        shown.map(|(at, row)| line(row, &state.blogs, usize::from(area.width), at == state.row)).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn line<'a>(row: &Row, blogs: &[Followed], width: usize, here: bool) -> Line<'a> {
    let count = |unread: usize| if unread > 0 { format!("{unread:>6}  ") } else { " ".repeat(8) };
    match row {
        Row::Folder { name, unread } => {
            let style = if here { selected() } else { bold() };
            let text = pad(&Plain::line(name), width.saturating_sub(8));
            Line::from(vec![Span::styled(count(*unread), style), Span::styled(text, style)])
        }
        Row::Blog(index) => {
            let followed = &blogs[*index];
            let unread = followed.counts.unread;
            let style = match (here, unread) {
                (true, _) => selected(),
                (false, 0) => Style::new(),
                (false, _) => bold(),
            };
            let indent = if followed.subscription.folder.is_empty() { "" } else { "  " };
            let last = followed.counts.last_post.map_or("never".to_owned(), |last| last.day());
            let ill = match (followed.health, &followed.feed.error) {
                (Health::Ok | Health::Paused, _) | (_, None) => String::new(),
                (_, Some(error)) => format!("  ! {error}"),
            };
            let title_width = (width / 2).clamp(20, 48);
            let rest = Plain::text(&format!("  {last}{ill}"));
            let rest = pad(&rest, width.saturating_sub(8 + indent.len() + title_width));
            Line::from(vec![
                Span::styled(count(unread), style),
                Span::styled(indent, style),
                Span::styled(pad(&followed.blog.title, title_width), style),
                Span::styled(rest, if here { style } else { dim() }),
            ])
        }
    }
}
