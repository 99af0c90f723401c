//! The first page that somebody sees who follows nothing yet: what can be done, each with its key.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    theme::Role,
    widgets::{span, wrap},
};
use crate::{app::state::State, model::Plain};

const WAYS: [(&str, &str, &str); 4] = [
    ("a", "Follow a blog", "Type or paste the address of a site, a post, a feed, or @name@instance."),
    ("i", "Import a list", "An OPML file of another reader, newsboat's urls, or the address of a list."),
    ("S", "Take the starter set", "Sixty blogs by people who write well, to look around in."),
    ("D", "Look at the demo", "A whole small neighbourhood, offline, that leaves your own folder alone."),
];

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let width = usize::from(area.width).saturating_sub(4).min(76);
    let mut lines = vec![Line::raw("")];
    let mut say = |text: &str, role: Option<Role>| {
        for part in wrap(&Plain::line(text), width) {
            lines.push(Line::from(vec![Span::raw("  "), span(&part, role.map(Role::style).unwrap_or_default())]));
        }
    };
    say("Welcome to penpal", Some(Role::Heading));
    say("Nothing is here yet, since you follow no blog. What shall it be?", None);
    let roomy = area.height >= 18;
    for (key, what, how) in WAYS {
        if roomy {
            lines.push(Line::raw(""));
        }
        lines.push(Line::from(vec![
            Span::raw("  "),
            Span::styled(key, Role::Key),
            Span::raw("   "),
            Span::styled(what, Role::Strong),
        ]));
        if area.height >= 12 {
            let parts = wrap(&Plain::line(how), width.saturating_sub(4));
            lines.extend(parts.iter().map(|part| Line::from(vec![Span::raw("      "), span(part, Role::Dim.style())])));
        }
    }
    if state.busy.is_none() && roomy {
        lines.push(Line::raw(""));
        lines.push(Line::styled("  ? shows every key that works where you are, q leaves.", Role::Dim));
    }
    frame.render_widget(Paragraph::new(lines), area);
}
