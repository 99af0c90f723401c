//! What lies over a post: its links, its pictures or its files in a list.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::{Clear, Paragraph},
};

use super::{
    frame::framed,
    widgets::{cut, first_row, selected, span},
};
use crate::{
    app::state::{OpenPost, Over},
    model::Plain,
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, open: &OpenPost, over: &Over) {
    let (title, rows, cursor): (&str, Vec<Plain>, usize) = match over {
        Over::Hints { .. } => return,
        Over::Links { cursor } => {
            let words = open.article.words_of_links();
            let rows = open.article.links.iter().zip(words).enumerate().map(|(at, (address, words))| {
                let words = if words.is_empty() { String::new() } else { format!("{words}  ") };
                Plain::line(&format!("[{}] {words}{address}", at + 1))
            });
            (" Links ", rows.collect(), *cursor)
        }
        Over::Pictures { cursor } => {
            let rows =
                open.article.images.iter().map(|image| Plain::line(&format!("{}  {}", image.label, image.address)));
            (" Pictures ", rows.collect(), *cursor)
        }
        Over::Enclosures { cursor } => {
            (" What comes with it ", open.listed.post.enclosures.iter().map(|one| one.label()).collect(), *cursor)
        }
    };
    let width = area.width.saturating_sub(4).min(100);
    let height = (rows.len() as u16).saturating_add(2).min(area.height);
    let window = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    let room = usize::from(height).saturating_sub(2);
    let first = first_row(cursor, rows.len(), room);
    let lines = rows.iter().enumerate().skip(first).take(room).map(|(at, row)| {
        let text = cut(row, usize::from(width).saturating_sub(4));
        if at == cursor {
            Line::from(vec![Span::styled("> ", selected()), span(&text, selected())])
        } else {
            Line::from(vec![Span::raw("  "), span(&text, Default::default())])
        }
    });
    let lines: Vec<Line<'_>> = lines.collect();
    frame.render_widget(Clear, window);
    frame.render_widget(Paragraph::new(lines).block(framed(title.into())), window);
}
