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
    contacts,
    frame::draw_empty,
    panes::draw_border,
    widgets::{bold, dim, first_row, hanging, pad, selected, span, wrap},
};
use crate::{
    app::{contacts::View, state::State},
    model::{Plain, Standing, Suggestion},
};

/// Below so many columns there is one pane.
const NARROW: u16 = 60;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.contacts.view != View::Cards || state.contacts.page.is_some() {
        return contacts::draw(frame, area, state);
    }
    if state.people.is_empty() && !state.contacts.suggested.is_empty() {
        let lines = &["No suggestion fits.", "", "Esc shows everybody again, w and L other kinds and languages"];
        return draw_empty(frame, area, lines);
    }
    if state.people.is_empty() {
        let lines: &[&str] = match (state.people_loading, state.blogs.is_empty()) {
            (true, _) => &["Looking for people near the blogs that you follow ..."],
            (false, true) => &["Nobody to suggest yet, since you follow no blog.", "", "1   shows how to begin"],
            (false, false) => &[
                "Nobody to suggest yet.",
                "",
                "d   looks around the blogs that you follow: their links, their blogrolls, who takes part in the same \
                 discussions. At most 400 polite requests, a minute or two.",
            ],
        };
        return draw_empty(frame, area, lines);
    }
    // On narrow terminals there is one pane: the list, and after Enter the person.
    if area.width < NARROW {
        match (state.evidence, state.current_person()) {
            (Some(_), Some(person)) => draw_card(frame, area, person, state),
            _ => draw_list(frame, area, state),
        }
        return;
    }
    let [list, card] = areas(area);
    draw_list(frame, list, state);
    if let Some(person) = state.current_person() {
        draw_card(frame, card, person, state);
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
            let flag = match person.standing {
                Standing::Flagged => " f ",
                _ if state.contacts.fresh.contains(&person.blog.id) => " + ",
                _ => "   ",
            };
            let name = person.blog.author.as_ref().unwrap_or(&person.blog.title);
            Line::from(vec![Span::styled(flag, style), Span::styled(pad(name, width.saturating_sub(3)), style)])
        })
        .collect();
    let mut lines = lines;
    let held_back = state.contacts.held_back(state.people.len(), &state.filter);
    if held_back > 0 && lines.len() + 1 < rows {
        lines.push(Line::raw(""));
        let more = Plain::line(if state.contacts.everybody { "" } else { "+ shows the others" });
        lines.push(Line::from(vec![Span::raw("   "), span(&more, dim())]));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Their newest posts, which can be read at once without following.
fn newest<'a>(person: &Suggestion, state: &State, width: usize) -> Vec<Line<'a>> {
    let known = state.contacts.newest.as_ref().filter(|(blog, _)| *blog == person.blog.id);
    let Some((_, posts)) = known.filter(|(_, posts)| !posts.is_empty()) else { return Vec::new() };
    let mut lines = vec![Line::raw("")];
    for listed in posts.iter().take(3) {
        let day = listed.post.sort_time().day();
        let mark = if listed.flags.read { "   " } else { " * " };
        let title = Plain::line(&format!("{day} {}", listed.post.label()));
        lines.extend(hanging(mark, &title, width, Style::new()).into_iter().take(1));
    }
    lines.push(Line::from(vec![
        Span::raw("   "),
        span(&Plain::line("Enter reads the newest; n goes on to the next"), dim()),
    ]));
    lines
}

/// The person, the reasons, and for each the quoted words.
fn draw_card(frame: &mut Frame<'_>, area: Rect, person: &Suggestion, state: &State) {
    let evidence = state.evidence;
    // There is nothing to be kept apart from where it stands alone.
    let beside = u16::from(area.x > 0);
    let [border, inner] = Layout::horizontal([Constraint::Length(beside), Constraint::Min(1)]).areas(area);
    if beside > 0 {
        draw_border(frame, border);
    }
    let width = usize::from(inner.width).saturating_sub(3).min(90);
    let mut lines = heading(person, width);
    if evidence.is_none() {
        lines.extend(newest(person, state, width));
    }
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
    let room = usize::from(inner.height);
    let red = red_lines(person, width);
    if evidence.is_none() && !red.is_empty() {
        // What somebody does not want to overlook stays in sight on low terminals too.
        lines.truncate(room.saturating_sub(red.len() + 2).max(room / 2));
    }
    lines.extend(red);
    if evidence.is_none() {
        lines.push(Line::raw(""));
        let more = Plain::line(&format!("e looks into the {pieces} quoted posts"));
        lines.push(Line::from(vec![Span::raw(" "), span(&more, dim())]));
    }
    let scroll =
        if evidence.is_some() { here.saturating_sub(room / 3).min(lines.len().saturating_sub(room)) } else { 0 };
    let shown: Vec<Line<'_>> = lines.into_iter().skip(scroll).take(room).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}

/// Sentences that cross a red line of the user's, with their dates.
fn red_lines<'a>(person: &Suggestion, width: usize) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for line in &person.red_lines {
        let quoting = if line.quoting { " (quoting somebody)" } else { "" };
        let day = line.published.map(|date| format!(" ({})", date.day())).unwrap_or_default();
        let text = Plain::line(&format!("red line {}{quoting}: “{}”{day}", line.name, line.quote));
        lines.extend(hanging("! ", &text, width, bold()));
    }
    if !lines.is_empty() {
        lines.insert(0, Line::raw(""));
    }
    lines
}

fn heading<'a>(person: &Suggestion, width: usize) -> Vec<Line<'a>> {
    let by = person.blog.author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let title = Plain::line(&format!("{}{by}", person.blog.title));
    let mut lines: Vec<Line<'a>> =
        wrap(&title, width).iter().map(|line| Line::from(vec![Span::raw(" "), span(line, bold())])).collect();
    let address = person.blog.site_url.as_ref().map_or(person.blog.feed_url.as_str(), |site| site.as_str());
    let last = person.last_heard().map(|last| format!(", {last}")).unwrap_or_default();
    let place = person.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let standing =
        if person.standing == Standing::New { String::new() } else { format!(", {}", person.standing.words()) };
    lines.extend(hanging(" ", &Plain::line(&format!("{address}{last}{place}{standing}")), width, dim()));
    for contact in person.contact.iter().take(3) {
        lines.extend(hanging(" ", &contact.value, width, dim()));
    }
    lines
}
