//! What stands around every screen: tabs, status, footer, help, and a word to terminals that are too small.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    symbols::border,
    text::{Line, Span},
    widgets::{Block, Clear, Paragraph, Wrap},
};
use unicode_width::UnicodeWidthStr;

use super::{
    blogs, discussions, dossier, health,
    panes::{Parts, parts},
    people, post, river,
    theme::Role,
    today,
    widgets::{bold, cut, dim, selected},
};
use crate::{
    app::{
        action::{Action, Entry, TABLE},
        state::{Screen, State},
    },
    model::Plain,
};

/// On smaller terminals nothing can be read.
const LEAST: (u16, u16) = (20, 3);

/// Whether the screens cannot be shown in so many columns and rows.
pub fn is_too_small((width, height): (u16, u16)) -> bool {
    width < LEAST.0 || height < LEAST.1
}

/// Draws what is to be seen, in roles; [`super::theme::Theme::paint`] makes colours of them.
pub fn draw(frame: &mut Frame<'_>, state: &State) {
    let area = frame.area();
    if is_too_small((area.width, area.height)) {
        frame.render_widget(Paragraph::new("too small; q quits").wrap(Wrap { trim: true }), area);
        return;
    }
    let Parts { tabs, body, status, footer } = parts(area);
    if tabs.height > 0 {
        draw_tabs(frame, tabs, state);
    }
    match state.screen {
        Screen::Today => today::draw(frame, body, state),
        Screen::River => river::draw(frame, body, state),
        Screen::Blogs => blogs::draw(frame, body, state),
        Screen::Post => post::draw(frame, body, state),
        Screen::Discussions => discussions::draw(frame, body, state),
        Screen::People => people::draw(frame, body, state),
        Screen::Health => health::draw(frame, body, state),
        Screen::Dossier => dossier::draw(frame, body, state),
    }
    if status.height > 0 {
        draw_status(frame, status, state, footer.height == 0);
    }
    if footer.height > 0 {
        draw_footer(frame, footer, state);
    }
    if state.help {
        draw_help(frame, area, state.screen);
    }
}

/// The tabs as they are written: each with its screen, or `None` for what is no tab. As much as there is room for.
pub fn tabs(state: &State, width: usize) -> Vec<(Option<Screen>, String)> {
    let full = |screen: Screen| match screen {
        Screen::River if state.unread() > 0 => format!("{} ({})", screen.name(), state.unread()),
        _ => screen.name().to_owned(),
    };
    let tab = |screen: Screen, named: bool| {
        let number = Screen::ALL.iter().position(|other| *other == screen).map_or(0, |at| at + 1);
        let text = if named { format!("{number} {}", full(screen)) } else { number.to_string() };
        let text = if screen == state.screen { format!("[{text}]") } else { format!(" {text} ") };
        (Some(screen), text)
    };
    let all = |named: bool| Screen::ALL.iter().map(move |&screen| tab(screen, named || screen == state.screen));
    let long: usize = all(true).map(|(_, text)| text.width()).sum();
    let mut written = Vec::new();
    if long + 8 <= width {
        written.push((None, " penpal ".to_owned()));
    }
    written.extend(all(long <= width));
    written
}

fn draw_tabs(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut spans: Vec<Span<'_>> = tabs(state, usize::from(area.width))
        .into_iter()
        .map(|(screen, text)| match screen {
            Some(screen) if screen == state.screen => Span::styled(text, selected()),
            Some(_) => Span::raw(text),
            None => Span::styled(text, Role::Heading),
        })
        .collect();
    let mut narrowed = if state.posts().is_some() { state.look() } else { String::new() };
    if !state.filter.is_empty() {
        narrowed = format!("/{} {narrowed}", state.filter);
    }
    if !narrowed.is_empty() {
        let filter = cut(&Plain::line(&format!(" {narrowed}")), 30);
        spans.push(super::widgets::span(&filter, bold()));
    }
    frame.render_widget(Line::from(spans), area);
}

/// `alone`: there is no footer, so that its most needed words stand here when nothing else has to be said.
fn draw_status(frame: &mut Frame<'_>, area: Rect, state: &State, alone: bool) {
    let width = usize::from(area.width).saturating_sub(2);
    let text = match (&state.prompt_line(), &state.busy, &state.vetting) {
        (Some(line), ..) => line.clone(),
        (None, Some(busy), _) if busy.of > 0 => {
            let bar = 20 * busy.done.min(busy.of) / busy.of;
            let bar = format!("{}{}", "=".repeat(bar), " ".repeat(20 - bar));
            format!("{} [{bar}] {} of {} {}", busy.what, busy.done, busy.of, busy.waiting)
        }
        (None, Some(busy), _) => format!("{} ...", busy.what),
        (None, None, Some(vetting)) if state.status.is_empty() => format!("Looking at {} ...", vetting.name),
        (None, None, _) if state.status.is_empty() && !state.filter.is_empty() => {
            format!("narrowed to: {}  (Esc shows everything again)", state.filter)
        }
        (None, None, _) if state.status.is_empty() && state.opening => "Opening ...".into(),
        (None, None, _) if state.status.is_empty() && alone => "? help  q quit".into(),
        (None, None, _) => state.status.clone(),
    };
    let text = Plain::line(&text);
    // Of what is being typed, the end is what matters.
    let text = if state.prompt.is_some() { end_of(&text, width) } else { cut(&text, width) };
    frame.render_widget(Line::from(vec![Span::raw(" "), super::widgets::span(&text, Role::Status.style())]), area);
}

/// The last columns of a text that is too long.
fn end_of(text: &Plain, columns: usize) -> Plain {
    let mut kept = text.as_str();
    while kept.width() > columns {
        let Some(c) = kept.chars().next() else { break };
        kept = &kept[c.len_utf8()..];
    }
    Plain::line(kept)
}

/// The keys that matter here, as many as there is room for; help and quit always.
fn draw_footer(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(15)]).areas(area);
    let always = [Action::Help, Action::Quit];
    let mut spans = vec![Span::raw(" ")];
    let mut room = usize::from(left.width).saturating_sub(1);
    for entry in TABLE.iter().filter(|entry| !entry.short.is_empty() && entry.works_on(state.screen)) {
        let width = entry.keys[0].len() + entry.short.len() + 3;
        // Where nothing is followed, the page itself says what can be done.
        if state.blogs_loaded && state.blogs.is_empty() && !matches!(entry.action, Action::Open | Action::Back) {
            continue;
        }
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
    [Span::styled(entry.keys[0], Role::Key), Span::styled(format!(" {}  ", entry.short), dim())]
}

fn draw_help(frame: &mut Frame<'_>, area: Rect, screen: Screen) {
    // The screens' own numbers stand in the tabs.
    let worth_a_line = |entry: &&Entry| entry.works_on(screen) && !matches!(entry.action, Action::Go(_));
    let entries: Vec<_> = TABLE.iter().filter(worth_a_line).collect();
    let columns = if usize::from(area.height) >= entries.len() + 2 || area.width < 80 { 1 } else { 2 };
    let rows = entries.len().div_ceil(columns);
    let width = if columns == 1 { 66 } else { area.width.saturating_sub(2).min(140) };
    let height = (rows as u16 + 2).min(area.height);
    let window = Rect {
        x: (area.width.saturating_sub(width)) / 2,
        y: (area.height.saturating_sub(height)) / 2,
        width: width.min(area.width),
        height,
    };
    let key_width = if window.width < 40 { 6 } else { 12 };
    let room = usize::from(window.width).saturating_sub(4) / columns;
    let lines: Vec<Line<'_>> = (0..rows)
        .map(|row| {
            let cells = (0..columns).filter_map(|column| entries.get(column * rows + row));
            Line::from(
                cells
                    .flat_map(|entry| {
                        let keys = if key_width < 12 { entry.keys[0].to_owned() } else { entry.keys.join(" ") };
                        let does = Plain::line(entry.does);
                        let does = super::widgets::pad(&does, room.saturating_sub(key_width + 2));
                        [Span::styled(format!(" {keys:<key_width$} "), Role::Key), Span::raw(does)]
                    })
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let title = format!(" What works on {} ", screen.name());
    frame.render_widget(Clear, window);
    frame.render_widget(
        Paragraph::new(lines).block(Block::bordered().border_set(ASCII).border_style(Role::Border).title(title)),
        window,
    );
}

/// A frame of characters that every font has.
const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// An empty screen says what to do next.
pub fn draw_empty(frame: &mut Frame<'_>, area: Rect, lines: &[&str]) {
    let text: Vec<Line<'_>> =
        std::iter::once(Line::raw("")).chain(lines.iter().map(|line| Line::raw(format!("  {line}")))).collect();
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }), area);
}
