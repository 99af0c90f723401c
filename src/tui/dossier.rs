//! The dossier: who somebody is, from what they wrote, on a page that scrolls.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::widgets::{bold, dim, span};
use crate::app::{dossier::Part, state::State};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let Some(open) = &state.dossier else { return };
    let room = usize::from(area.height);
    let scroll = open.scroll.min(open.rows.len().saturating_sub(room));
    let lines = open.rows.iter().skip(scroll).take(room).map(|row| {
        let style = match row.part {
            Part::Title | Part::Heading => bold(),
            Part::Text => Style::new(),
            Part::Source => dim(),
        };
        Line::from(vec![Span::raw(" ".repeat(row.indent + 1)), span(&row.text, style)])
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
}
