//! The contact book, one person's page, and the outbox: the other side of the People screen.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    frame::draw_empty,
    widgets::{bold, cut, dim, first_row, hanging, pad, selected, span, wrap},
};
use crate::{
    app::{contacts::View, state::State},
    model::{PassedKind, Person, Plain, Standing},
    people::page::{rows, what_passed},
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let contacts = &state.contacts;
    if let Some(person) = &contacts.page {
        return draw_page(frame, area, person, contacts.scroll);
    }
    let heading = Rect { height: area.height.min(1), ..area };
    let text = match contacts.view {
        View::Outbox => "Outbox: what was drafted, sent and answered; the latest first".to_owned(),
        _ => asked_for(state),
    };
    let text = cut(&Plain::line(&text), usize::from(area.width).saturating_sub(2));
    frame.render_widget(Line::from(vec![Span::raw(" "), span(&text, bold())]), heading);
    let list = list_area(area);
    match contacts.view {
        View::Outbox => draw_outbox(frame, list, state),
        _ => draw_book(frame, list, state),
    }
}

/// Where the list lies, below its heading.
pub fn list_area(area: Rect) -> Rect {
    let [_, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    list
}

/// The cursor of the list in sight, and how long it is.
pub fn place(state: &State) -> (usize, usize) {
    match state.contacts.view {
        View::Outbox => (state.contacts.letter, state.contacts.letters().len()),
        _ => (state.contacts.cursor, state.contacts.shown.len()),
    }
}

fn asked_for(state: &State) -> String {
    let contacts = &state.contacts;
    let standing = contacts.standing.map(|standing| format!(", only {}", standing.words())).unwrap_or_default();
    let circle = contacts.circle.as_ref().map(|circle| format!(", only the circle {circle}")).unwrap_or_default();
    format!("The contact book{standing}{circle}")
}

fn draw_book(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let contacts = &state.contacts;
    if contacts.shown.is_empty() {
        let lines: &[&str] = match (contacts.loaded, contacts.all.is_empty()) {
            (false, _) => &["Reading ..."],
            (true, true) => &[
                "Nobody is in your book yet.",
                "",
                "f   on a suggestion brings somebody in; c goes back to the suggestions",
                "penpal people add ADDRESS   takes in whoever wrote to you",
                "penpal people import FILE   takes in another address book",
            ],
            (true, false) => &["Nobody fits.", "", "Esc shows everybody again, w and L other standings and circles"],
        };
        return draw_empty(frame, area, lines);
    }
    let (height, width) = (usize::from(area.height), usize::from(area.width));
    let first = first_row(contacts.cursor, contacts.shown.len(), height);
    let shown = contacts.shown.iter().enumerate().skip(first).take(height);
    let lines: Vec<Line<'_>> = shown.map(|(row, &at)| line(&contacts.all[at], width, row == contacts.cursor)).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn line(person: &Person, width: usize, here: bool) -> Line<'static> {
    let style = if here { selected() } else { Style::new() };
    let name = (width / 3).clamp(12, 36);
    let standing = if person.standing == Standing::New { "" } else { person.standing.words() };
    let last = person.log.iter().rev().find(|passed| passed.kind != PassedKind::Note);
    let last = last.map(|passed| format!("{} {}", passed.when.day(), what_passed(passed)));
    let blog = person.blogs.first().map(|blog| blog.host().to_owned());
    let address = || person.reach.first().map(|contact| contact.value.to_string());
    let tags: Vec<String> = person.tags.iter().map(|tag| format!("#{tag}")).collect();
    let rest = [blog.or_else(address), Some(tags.join(" ")).filter(|tags| !tags.is_empty()), last];
    let rest = Plain::line(&rest.into_iter().flatten().collect::<Vec<_>>().join("  "));
    Line::from(vec![
        Span::styled(format!(" {}", pad(&person.name, name)), style),
        Span::styled(format!(" {standing:<14}"), style),
        Span::styled(pad(&rest, width.saturating_sub(name + 16)), if here { style } else { dim() }),
    ])
}

fn draw_outbox(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let letters = state.contacts.letters();
    if letters.is_empty() {
        let lines = &[
            "Nothing was sent yet.",
            "",
            "penpal invite WHO   drafts a first letter; penpal people log notes one that passed",
        ];
        return draw_empty(frame, area, lines);
    }
    let (height, width) = (usize::from(area.height), usize::from(area.width));
    let first = first_row(state.contacts.letter, letters.len(), height);
    let shown = letters.iter().enumerate().skip(first).take(height);
    let lines: Vec<Line<'_>> = shown
        .map(|(row, (person, passed))| {
            let here = row == state.contacts.letter;
            let style = if here { selected() } else { Style::new() };
            let name = (width / 4).clamp(10, 30);
            let what = Plain::line(&format!("{}: {}", what_passed(passed), passed.text));
            Line::from(vec![
                Span::styled(format!(" {}  {} ", passed.when.day(), pad(&person.name, name)), style),
                Span::styled(pad(&what, width.saturating_sub(name + 14)), style),
            ])
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// A text behind its label, its further lines below its first.
fn labelled(label: &str, text: &Plain, width: usize) -> Vec<Line<'static>> {
    let lines = wrap(text, width.saturating_sub(label.len()));
    let lead = |row: usize| if row == 0 { label.to_owned() } else { " ".repeat(label.len()) };
    let lines = lines.iter().enumerate();
    lines.map(|(row, line)| Line::from(vec![Span::styled(lead(row), dim()), span(line, Style::new())])).collect()
}

/// Everything about one person, with what passed between us.
fn draw_page(frame: &mut Frame<'_>, area: Rect, person: &Person, scroll: usize) {
    let width = usize::from(area.width).saturating_sub(2).min(96);
    let mut lines = vec![Line::from(vec![Span::raw(" "), span(&cut(&person.name, width), bold())])];
    for (name, value) in rows(person) {
        lines.extend(labelled(&format!(" {name:<13}"), &Plain::line(&value), width));
    }
    if !person.log.is_empty() {
        lines.push(Line::raw(""));
    }
    for passed in &person.log {
        let text = Plain::line(&format!("{}: {}", what_passed(passed), passed.text));
        lines.extend(labelled(&format!(" {}  ", passed.when.day()), &text, width));
        if let Some(body) = &passed.body {
            for part in body.as_str().lines() {
                lines.extend(hanging("      ", &Plain::line(part), width, dim()));
            }
        }
    }
    lines.push(Line::raw(""));
    let more = Plain::line(
        "f flags, K keeps at a distance, o opens their blog, Esc goes back; penpal people changes the rest",
    );
    lines.extend(hanging(" ", &more, width, dim()));
    let room = usize::from(area.height);
    let scroll = scroll.min(lines.len().saturating_sub(room));
    frame.render_widget(Paragraph::new(lines.into_iter().skip(scroll).take(room).collect::<Vec<_>>()), area);
}
