//! People: whom one might like to meet, the reasons beside them, and the words that prove them. No number is shown for a
//! human being.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    frame::draw_empty,
    panes::draw_border,
    widgets::{bold, dim, first_row, hanging, pad, selected, span, wrap},
};
use crate::{
    app::state::State,
    model::{Plain, Standing, Suggestion},
};

/// Below so many columns there is one pane.
const NARROW: u16 = 60;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.people.is_empty() {
        let lines: &[&str] = match (state.people_loading, state.blogs.is_empty()) {
            (true, _) => &["Looking for people near the blogs that you follow ..."],
            (false, true) => &["Nobody to suggest yet, since you follow no blog.", "", "1   shows how to begin"],
            (false, false) => &[
                "Nobody to suggest yet.",
                "",
                "d   looks around the blogs that you follow: their links, their blogrolls, who",
                "    takes part in the same discussions. At most 400 polite requests, a minute or two.",
            ],
        };
        return draw_empty(frame, area, lines);
    }
    // On narrow terminals there is one pane: the list, and after Enter the person.
    if area.width < NARROW {
        match (state.evidence, state.current_person()) {
            (Some(_), Some(person)) => draw_card(frame, area, person, state.evidence),
            _ => draw_list(frame, area, state),
        }
        return;
    }
    let [list, card] = areas(area);
    draw_list(frame, list, state);
    if let Some(person) = state.current_person() {
        draw_card(frame, card, person, state.evidence);
    }
}

fn areas(area: Rect) -> [Rect; 2] {
    let list_width = if area.width >= crate::app::state::WIDE { 44 } else { 28 };
    Layout::horizontal([Constraint::Length(list_width), Constraint::Min(20)]).areas(area)
}

/// Where the list of people lies.
pub fn list_area(area: Rect) -> Rect {
    if area.width < NARROW { area } else { areas(area)[0] }
}

fn draw_list(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let rows = usize::from(area.height);
    let width = usize::from(area.width).saturating_sub(1);
    let first = first_row(state.person, state.people.len(), rows);
    let lines: Vec<Line<'_>> = state
        .people
        .iter()
        .enumerate()
        .skip(first)
        .take(rows)
        .map(|(at, person)| {
            let here = at == state.person;
            let style = match (here, state.evidence.is_some()) {
                (true, false) => selected(),
                (true, true) => bold(),
                (false, _) => Style::new(),
            };
            let flag = if person.standing == Standing::Flagged { " f " } else { "   " };
            let name = person.blog.author.as_ref().unwrap_or(&person.blog.title);
            Line::from(vec![Span::styled(flag, style), Span::styled(pad(name, width.saturating_sub(3)), style)])
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// The person, the reasons, and for each the quoted words.
fn draw_card(frame: &mut Frame<'_>, area: Rect, person: &Suggestion, evidence: Option<usize>) {
    let [border, inner] = Layout::horizontal([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    draw_border(frame, border);
    let width = usize::from(inner.width).saturating_sub(3).min(90);
    let mut lines = heading(person, width);
    let (mut number, mut here) = (0, 0);
    for reason in &person.reasons {
        lines.push(Line::raw(""));
        lines.extend(hanging("- ", &reason.text, width, Style::new()));
        for (place, piece) in reason.evidence.iter().enumerate() {
            // Until somebody looks into them, one quote a reason, so that all reasons are in sight.
            if evidence.is_none() && place > 0 {
                number += 1;
                continue;
            }
            let chosen = evidence == Some(number);
            if chosen {
                here = lines.len();
            }
            let style = if chosen { selected() } else { Style::new() };
            let quote = Plain::line(&format!("“{}”", piece.quote));
            lines.extend(hanging(if chosen { "  > " } else { "    " }, &quote, width, style));
            let day = piece.published.map(|date| format!(", {}", date.day())).unwrap_or_default();
            let source = Plain::line(&format!("{}{day}, {}", piece.post_title, piece.post_url.host()));
            lines.extend(hanging("      ", &source, width, dim()));
            number += 1;
        }
    }
    let pieces = number;
    if evidence.is_none() {
        lines.push(Line::raw(""));
        let more = Plain::line(&format!("Enter looks into the {pieces} quoted posts"));
        lines.push(Line::from(vec![Span::raw(" "), span(&more, dim())]));
    }
    let room = usize::from(inner.height);
    let scroll =
        if evidence.is_some() { here.saturating_sub(room / 3).min(lines.len().saturating_sub(room)) } else { 0 };
    let shown: Vec<Line<'_>> = lines.into_iter().skip(scroll).take(room).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}

fn heading<'a>(person: &Suggestion, width: usize) -> Vec<Line<'a>> {
    let by = person.blog.author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let title = Plain::line(&format!("{}{by}", person.blog.title));
    let mut lines: Vec<Line<'a>> =
        wrap(&title, width).iter().map(|line| Line::from(vec![Span::raw(" "), span(line, bold())])).collect();
    let address = person.blog.site_url.as_ref().map_or(person.blog.feed_url.as_str(), |site| site.as_str());
    let last = person.last_post.map(|last| format!(", last post {}", last.day())).unwrap_or_default();
    let standing =
        if person.standing == Standing::New { String::new() } else { format!(", {}", person.standing.words()) };
    lines.extend(hanging(" ", &Plain::line(&format!("{address}{last}{standing}")), width, dim()));
    for contact in person.contact.iter().take(3) {
        lines.extend(hanging(" ", &contact.value, width, dim()));
    }
    lines
}
