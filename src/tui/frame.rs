//! What stands around every screen: tabs, status, footer, help, and a word to terminals that are too small.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::{Block, Borders, Clear, Paragraph, Wrap},
};

use super::{
    blogs, health, people, post, river,
    widgets::{bold, cut, dim, selected},
};
use crate::{
    app::{
        action::{Action, Entry, TABLE},
        state::{Prompt, Screen, State},
    },
    model::Plain,
};

/// Smaller terminals are told so.
const LEAST: (u16, u16) = (60, 12);

/// Whether the screens cannot be shown in so many columns and rows.
pub fn is_too_small((width, height): (u16, u16)) -> bool {
    width < LEAST.0 || height < LEAST.1
}

pub fn draw(frame: &mut Frame<'_>, state: &State) {
    let area = frame.area();
    if is_too_small((area.width, area.height)) {
        let text = format!("penpal needs {}x{}; this is {}x{}. q quits", LEAST.0, LEAST.1, area.width, area.height);
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
        return;
    }
    let [tabs, body, status, footer] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1), Constraint::Length(1)])
            .areas(area);
    draw_tabs(frame, tabs, state);
    match state.screen {
        Screen::River => river::draw(frame, body, state),
        Screen::Blogs => blogs::draw(frame, body, state),
        Screen::Post => post::draw(frame, body, state),
        Screen::People => people::draw(frame, body, state),
        Screen::Health => health::draw(frame, body, state),
    }
    draw_status(frame, status, state);
    draw_footer(frame, footer, state);
    if state.help {
        draw_help(frame, area, state.screen);
    }
}

fn draw_tabs(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut spans = vec![Span::styled(" penpal  ", bold())];
    for (number, screen) in Screen::ALL.iter().enumerate() {
        let count = match screen {
            Screen::Blogs if state.unread() > 0 => format!(" ({})", state.unread()),
            _ => String::new(),
        };
        let label = format!(" {} {}{count} ", number + 1, screen.name());
        spans.push(if *screen == state.screen { Span::styled(label, selected()) } else { Span::raw(label) });
        spans.push(Span::raw(" "));
    }
    if !state.filter.is_empty() {
        let filter = cut(&Plain::line(&format!(" /{}", state.filter)), 24);
        spans.push(super::widgets::span(&filter, bold()));
    }
    frame.render_widget(Line::from(spans), area);
}

fn draw_status(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let width = usize::from(area.width).saturating_sub(2);
    let text = match (&state.prompt, &state.busy) {
        (Some((Prompt::Filter, text)), _) => format!("/{text}_"),
        (Some((Prompt::Follow, text)), _) => format!("Follow (a site, a feed, @name@instance): {text}_"),
        (None, Some(busy)) if busy.of > 0 => {
            let bar = 20 * busy.done.min(busy.of) / busy.of;
            let bar = format!("{}{}", "=".repeat(bar), " ".repeat(20 - bar));
            format!("{} [{bar}] {} of {} {}", busy.what, busy.done, busy.of, busy.waiting)
        }
        (None, Some(busy)) => format!("{} ...", busy.what),
        (None, None) if state.status.is_empty() && !state.filter.is_empty() => {
            format!("narrowed to: {}  (Esc shows everything again)", state.filter)
        }
        (None, None) => state.status.clone(),
    };
    let text = cut(&Plain::line(&text), width);
    frame.render_widget(Line::from(vec![Span::raw(" "), super::widgets::span(&text, bold())]), area);
}

/// The keys that matter here, as many as there is room for; help and quit always.
fn draw_footer(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let [left, right] = Layout::horizontal([Constraint::Min(1), Constraint::Length(15)]).areas(area);
    let always = [Action::Help, Action::Quit];
    let mut spans = vec![Span::raw(" ")];
    let mut room = usize::from(left.width).saturating_sub(1);
    for entry in TABLE.iter().filter(|entry| !entry.short.is_empty() && entry.works_on(state.screen)) {
        let width = entry.keys[0].len() + entry.short.len() + 3;
        if always.contains(&entry.action) || width > room {
            continue;
        }
        room -= width;
        spans.extend(key_and_word(entry));
    }
    frame.render_widget(Line::from(spans), left);
    let last = TABLE.iter().filter(|entry| always.contains(&entry.action));
    frame.render_widget(Line::from(last.flat_map(key_and_word).collect::<Vec<_>>()), right);
}

fn key_and_word(entry: &Entry) -> [Span<'static>; 2] {
    [Span::styled(entry.keys[0], bold()), Span::styled(format!(" {}  ", entry.short), dim())]
}

fn draw_help(frame: &mut Frame<'_>, area: Rect, screen: Screen) {
    // The screens' own numbers stand in the tabs.
    let worth_a_line = |entry: &&Entry| entry.works_on(screen) && !matches!(entry.action, Action::Go(_));
    let entries: Vec<_> = TABLE.iter().filter(worth_a_line).collect();
    let columns = if usize::from(area.height) >= entries.len() + 2 { 1 } else { 2 };
    let rows = entries.len().div_ceil(columns);
    let width = if columns == 1 { 66 } else { area.width.saturating_sub(2).min(140) };
    let height = (rows as u16 + 2).min(area.height);
    let window = Rect {
        x: (area.width.saturating_sub(width)) / 2,
        y: (area.height.saturating_sub(height)) / 2,
        width: width.min(area.width),
        height,
    };
    let room = usize::from(width).saturating_sub(4) / columns;
    let lines: Vec<Line<'_>> = (0..rows)
        .map(|row| {
            let cells = (0..columns).filter_map(|column| entries.get(column * rows + row));
            Line::from(
                cells
                    .flat_map(|entry| {
                        let keys = entry.keys.join(" ");
                        let does = Plain::line(entry.does);
                        let does = super::widgets::pad(&does, room.saturating_sub(14));
                        [Span::styled(format!(" {keys:<12} "), bold()), Span::raw(does)]
                    })
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let title = format!(" What works on {} ", screen.name());
    frame.render_widget(Clear, window);
    frame.render_widget(Paragraph::new(lines).block(Block::new().borders(Borders::ALL).title(title)), window);
}

/// An empty screen says what to do next.
pub fn draw_empty(frame: &mut Frame<'_>, area: Rect, lines: &[&str]) {
    let text: Vec<Line<'_>> =
        std::iter::once(Line::raw("")).chain(lines.iter().map(|line| Line::raw(format!("  {line}")))).collect();
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }), area);
}
