//! Post: the text, set in a readable measure, with its links numbered.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use unicode_width::UnicodeWidthStr;

use super::{
    frame::draw_empty,
    hyperlink, look, over, pictures,
    widgets::{bold, cut, dim, selected, span, wrap},
};
use crate::{
    app::{
        article::{self, Link, bidi},
        state::{Hint, OpenPost, Over, State},
    },
    model::Plain,
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let Some(open) = &state.post else {
        return draw_empty(frame, area, &["No post is open.", "", "2   shows the River: Enter there opens a post"]);
    };
    let width = usize::from(area.width).saturating_sub(4).min(article::MEASURE);
    let left = (area.width.saturating_sub(width as u16)) / 2;
    let column = Rect { x: area.x + left, width: area.width - left, ..area };
    let mut lines: Vec<Line<'_>> = Vec::new();
    let post = &open.listed.post;
    for line in title(&post.label(), width, usize::from(area.height)) {
        lines.push(Line::from(span(&line, bold())));
    }
    let author = open.listed.blog.author.as_ref().or(post.authors.first()).map(|author| format!(" by {author}"));
    let star = if open.listed.flags.starred { "  * starred" } else { "" };
    let unread = if open.listed.flags.read { "" } else { "  unread" };
    // Of the names something may be missing, and not of the day and the marks.
    let rest = Plain::line(&format!(", {}{star}{unread}", post.sort_time().day()));
    let names = Plain::line(&format!("{}{}", open.listed.blog.title, author.unwrap_or_default()));
    let names = cut(&names, width.saturating_sub(rest.as_str().width()));
    lines.push(Line::from(vec![span(&names, dim()), span(&cut(&rest, width), dim())]));
    lines.push(Line::raw(""));
    let room = usize::from(area.height).saturating_sub(lines.len());
    if open.article.lines.is_empty() {
        lines.push(Line::raw("The feed gives no text for this post; v reads its page, o opens it in the browser."));
    }
    let hints = match &state.over {
        Some(Over::Hints { hints, typed }) => Some((hints.as_slice(), typed.as_str())),
        _ => None,
    };
    let above = lines.len();
    for (at, text) in open.article.lines.iter().enumerate().skip(open.scroll).take(room) {
        lines.push(line_of(text, at, state, open, hints, width));
    }
    frame.render_widget(Paragraph::new(lines), column);
    if state.hyperlinks && hints.is_none() {
        let body = Rect { y: column.y + above as u16, height: column.height.saturating_sub(above as u16), ..column };
        make_links(frame, body, open, width);
    }
    let total = open.article.lines.len();
    if total > room {
        let percent = (open.scroll + room).min(total) * 100 / total;
        let place = format!("{percent:>3} %");
        let corner = Rect { x: area.right().saturating_sub(6), y: area.y, width: 6, height: 1 };
        frame.render_widget(Line::styled(place, dim()), corner);
    }
    if let Some(over) = &state.over {
        over::draw(frame, area, open, over);
    }
}

/// A title's lines: few, so that there is room for the text, and a page down skips none of it.
fn title(text: &Plain, width: usize, rows: usize) -> Vec<Plain> {
    let mut lines = wrap(text, width);
    let most = (rows / 3).clamp(1, 3);
    if lines.len() > most {
        let rest = lines.split_off(most - 1);
        let rest = rest.iter().map(Plain::as_str).collect::<Vec<_>>().join(" ");
        lines.push(cut(&Plain::line(&rest), width));
    }
    lines
}

/// Lets the terminal open what is drawn as a link.
fn make_links(frame: &mut Frame<'_>, body: Rect, open: &OpenPost, width: usize) {
    let buffer = frame.buffer_mut();
    for (row, (at, line)) in open.article.lines.iter().enumerate().skip(open.scroll).enumerate() {
        let y = body.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
        if y >= body.bottom() {
            return;
        }
        let mut x = body.x + if open.quoted == Some(at) { 2 } else { 0 };
        for piece in bidi::visual(line, width).spans {
            let cells = u16::try_from(piece.text.as_str().width()).unwrap_or(u16::MAX);
            let end = x.saturating_add(cells).min(body.right());
            if let Some(Link::Out(number)) = piece.look.link
                && let Some(address) = open.article.links.get(number.saturating_sub(1))
            {
                hyperlink::make(buffer, y, x..end, number, address.as_str());
            }
            x = end;
        }
    }
}

/// A line in the order in which it is seen, with the letters of its links while one is chosen.
fn line_of<'a>(
    text: &article::Line,
    at: usize,
    state: &State,
    open: &OpenPost,
    hints: Option<(&[Hint], &str)>,
    width: usize,
) -> Line<'a> {
    let mut spans = Vec::with_capacity(text.spans.len() + 1);
    if open.quoted == Some(at) {
        spans.push(Span::styled("> ", selected()));
    }
    if let Some((hints, typed)) = hints {
        for (place, piece) in text.spans.iter().enumerate() {
            match hints.iter().find(|hint| (hint.line, hint.span) == (at, place)) {
                Some(hint) if hint.letters.starts_with(typed) => {
                    // In the place of the number, so that nothing moves.
                    let cells = piece.text.as_str().width();
                    spans.push(Span::styled(format!("{:^cells$}", hint.letters), selected()));
                }
                _ => match piece.look.role {
                    article::Role::Picture { at, row } => {
                        spans.extend(pictures::row(state, open, at, row, piece.text.as_str().len()));
                    }
                    _ => spans.push(span(&piece.text, dim())),
                },
            }
        }
        return Line::from(spans);
    }
    let seen = bidi::visual(text, width);
    for piece in &seen.spans {
        match piece.look.role {
            article::Role::Picture { at, row } => {
                spans.extend(pictures::row(state, open, at, row, piece.text.as_str().len()));
            }
            _ => spans.push(span(&piece.text, look::style(&piece.look))),
        }
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_leaves_room_for_the_text_and_says_that_it_goes_on() {
        let text =
            Plain::line("Why the mill at Caldbeck ground slowly, and what the miller said about it when I asked");
        for (width, rows, lines) in [(200, 40, 1), (30, 40, 3), (16, 40, 3), (16, 7, 2), (16, 2, 1)] {
            let title = title(&text, width, rows);
            assert_eq!(title.len(), lines, "{width} x {rows}");
            assert!(title.iter().all(|line| line.as_str().width() <= width));
            let whole = title.iter().map(Plain::as_str).collect::<Vec<_>>().join(" ");
            assert!(whole == text.as_str() || whole.ends_with('…'), "{whole:?}");
        }
    }
}
