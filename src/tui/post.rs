//! Post: the text, set in a readable measure, with its links numbered.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    frame::draw_empty,
    widgets::{bold, cut, dim, selected, span, wrap},
};
use crate::{
    app::{article::MEASURE, state::State},
    model::Plain,
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let Some(open) = &state.post else {
        return draw_empty(frame, area, &["No post is open.", "", "1   shows the River: Enter there opens a post"]);
    };
    let width = usize::from(area.width).saturating_sub(4).min(MEASURE);
    let left = (area.width.saturating_sub(width as u16)) / 2;
    let column = Rect { x: area.x + left, width: area.width - left, ..area };
    let mut lines: Vec<Line<'_>> = Vec::new();
    let post = &open.listed.post;
    for line in wrap(&post.label(), width) {
        lines.push(Line::from(span(&line, bold())));
    }
    let author = open.listed.blog.author.as_ref().or(post.authors.first()).map(|author| format!(" by {author}"));
    let star = if open.listed.flags.starred { "  * starred" } else { "" };
    let unread = if open.listed.flags.read { "" } else { "  unread" };
    let about =
        format!("{}{}, {}{star}{unread}", open.listed.blog.title, author.unwrap_or_default(), post.sort_time().day());
    lines.push(Line::from(span(&cut(&Plain::line(&about), width), dim())));
    lines.push(Line::raw(""));
    let room = usize::from(area.height).saturating_sub(lines.len());
    if open.article.lines.is_empty() {
        lines.push(Line::raw("The feed gives no text for this post; v reads its page, o opens it in the browser."));
    }
    for (at, text) in open.article.lines.iter().enumerate().skip(open.scroll).take(room) {
        let quoted = open.quoted == Some(at);
        let mark = if quoted { Span::styled("> ", selected()) } else { Span::raw("") };
        lines.push(Line::from(vec![mark, span(text, style_of(text))]));
    }
    frame.render_widget(Paragraph::new(lines), column);
    let total = open.article.lines.len();
    if total > room {
        let percent = (open.scroll + room).min(total) * 100 / total;
        let place = format!("{percent:>3} %");
        let corner = Rect { x: area.right().saturating_sub(6), y: area.y, width: 6, height: 1 };
        frame.render_widget(Line::styled(place, dim()), corner);
    }
}

/// Headings and quotations as html2text marks them.
fn style_of(line: &Plain) -> Style {
    match line.as_str().as_bytes() {
        [b'#', ..] => bold(),
        [b'>', ..] => dim(),
        _ => Style::new(),
    }
}
