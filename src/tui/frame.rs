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
    widgets::{bold, cut, dim, selected, wrap},
};
use crate::{
    app::{
        action::{Action, Entry, TABLE, in_footer},
        state::{Prompt, Screen, State},
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
        draw_help(frame, area, state);
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
    let here = match state.screen {
        Screen::Dossier => " [Dossier]",
        _ => "",
    };
    let mut written = Vec::new();
    if long + here.len() + 8 <= width {
        written.push((None, " penpal ".to_owned()));
    }
    let short: usize = all(false).map(|(_, text)| text.width()).sum();
    if short > width {
        // Where one is counts more than where one could go.
        written.extend(all(false).filter(|(screen, _)| *screen == Some(state.screen)));
    } else {
        written.extend(all(long + here.len() <= width));
    }
    written.extend((!here.is_empty()).then(|| (None, here.to_owned())));
    written
}

fn draw_tabs(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let mut spans: Vec<Span<'_>> = tabs(state, usize::from(area.width))
        .into_iter()
        .map(|(screen, text)| match screen {
            Some(screen) if screen == state.screen => Span::styled(text, selected()),
            Some(_) => Span::raw(text),
            None if state.screen == Screen::Dossier && text.contains('[') => Span::styled(text, selected()),
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
        (None, None, _)
            if state.status.is_empty()
                && !state.filter.is_empty()
                && !matches!(state.screen, Screen::Post | Screen::Dossier) =>
        {
            format!("narrowed to: {}  (Esc shows everything again)", state.filter)
        }
        (None, None, _)
            if state.status.is_empty()
                && state.screen == Screen::People
                && state.contacts.is_on_cards()
                && state.contacts.is_narrowed() =>
        {
            "Esc shows everybody again, in the usual order".into()
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
    if let Some((prompt, _)) = &state.prompt {
        // All other keys are letters now.
        let keys = [("Enter", "done"), ("Esc", "never mind"), ("Tab", "completes a name")];
        let some = if matches!(prompt, Prompt::Import | Prompt::WriteTo) { &keys[..] } else { &keys[..2] };
        let spans = some.iter().flat_map(|(key, word)| key_and_word(key, word));
        return frame.render_widget(Line::from_iter(std::iter::once(Span::raw(" ")).chain(spans)), area);
    }
    let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(15)]).areas(area);
    let always = [Action::Help, Action::Quit];
    let mut spans = vec![Span::raw(" ")];
    let mut room = usize::from(left.width).saturating_sub(1);
    let is_on_cards = state.screen == Screen::People && state.contacts.is_on_cards();
    let is_on_card = is_on_cards && state.evidence.is_none() && !state.people.is_empty();
    for entry in in_footer(state.screen, is_on_card) {
        let word = if is_on_card && entry.action == Action::Open { "read" } else { entry.short };
        let width = entry.keys[0].len() + word.len() + 3;
        // Where nothing is followed, the page itself says what can be done.
        let is_bare = state.blogs_loaded && state.blogs.is_empty() && !is_on_card;
        if is_bare && !matches!(entry.action, Action::Open | Action::Back) {
            continue;
        }
        if always.contains(&entry.action) || width > room {
            continue;
        }
        room -= width;
        spans.extend(key_and_word(entry.keys[0], word));
    }
    frame.render_widget(Line::from(spans), left);
    let last = TABLE.iter().filter(|entry| always.contains(&entry.action));
    frame.render_widget(
        Line::from(last.flat_map(|entry| key_and_word(entry.keys[0], entry.short)).collect::<Vec<_>>()),
        right,
    );
}

fn key_and_word(key: &'static str, word: &str) -> [Span<'static>; 2] {
    [Span::styled(key, Role::Key), Span::styled(format!(" {word}  "), dim())]
}

/// What works here, what is only here first. Where there is no room for all of it, it has pages.
fn draw_help(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let width = area.width.min(84);
    let rows = rows_of_help(state.screen, width);
    let height = (rows.len() as u16).saturating_add(2).min(area.height);
    let window = Rect { x: (area.width - width) / 2, y: (area.height - height) / 2, width, height };
    let room = usize::from(height).saturating_sub(2).max(1);
    let first = first_of_help(state);
    let title = match rows.len() > room {
        true if width < 60 => format!(" {}: Space goes on ", state.screen.name()),
        true => format!(
            " What works on {} ({} of {}; Space goes on, Esc ends) ",
            state.screen.name(),
            (first + room).min(rows.len()).div_ceil(room),
            rows.len().div_ceil(room)
        ),
        false => format!(" What works on {} ", state.screen.name()),
    };
    let rows: Vec<Line<'_>> = rows.into_iter().skip(first).take(room).collect();
    frame.render_widget(Clear, window);
    frame.render_widget(Paragraph::new(rows).block(framed(title)), window);
}

/// The first row of the help that is seen.
fn first_of_help(state: &State) -> usize {
    let rows = rows_of_help(state.screen, state.size.0.min(84)).len();
    state.help_row.min(rows.saturating_sub(usize::from(state.size.1).saturating_sub(2)))
}

/// A key while the help is open: it turns the pages, and whatever else it is ends it. `rows`: how far it goes on.
pub fn turn_help(state: &mut State, rows: isize) {
    let before = first_of_help(state);
    state.help_row = before.saturating_add_signed(rows);
    if first_of_help(state) == before && rows > 0 {
        (state.help, state.help_row) = (false, 0);
    }
}

/// The keys of a screen with what they do, in rows of so many columns with a frame around them.
fn rows_of_help(screen: Screen, width: u16) -> Vec<Line<'static>> {
    // The screens' own numbers stand in the tabs.
    let worth_a_line = |entry: &&Entry| entry.works_on(screen) && !matches!(entry.action, Action::Go(_));
    let (here, everywhere): (Vec<&Entry>, Vec<&Entry>) =
        TABLE.iter().filter(worth_a_line).partition(|entry| !entry.on.is_empty());
    let is_narrow = width < 60;
    let keys = |entry: &Entry| if is_narrow { entry.keys[0].to_owned() } else { entry.keys.join(" ") };
    let all = || here.iter().chain(&everywhere).copied();
    let key_width = all().map(|entry| keys(entry).len()).max().unwrap_or(0);
    let room = usize::from(width).saturating_sub(key_width + 5);
    let row = |entry: &Entry| {
        let does = wrap(&Plain::line(entry.does), room);
        let lead = |at: usize| if at == 0 { keys(entry) } else { String::new() };
        let rows = does.iter().enumerate().map(|(at, line)| {
            Line::from(vec![
                Span::styled(format!(" {:<key_width$}  ", lead(at)), Role::Key),
                super::widgets::span(line, Default::default()),
            ])
        });
        rows.collect::<Vec<_>>()
    };
    let marks = marks_of(screen).iter().flat_map(|mark| {
        let lines = wrap(&Plain::line(mark), usize::from(width).saturating_sub(4));
        lines.iter().map(|line| Line::from(vec![Span::raw(" "), super::widgets::span(line, dim())])).collect::<Vec<_>>()
    });
    let here = here.iter().copied().flat_map(row).chain(marks);
    here.chain(everywhere.iter().copied().flat_map(row)).collect()
}

/// What the marks in a screen's list mean.
fn marks_of(screen: Screen) -> &'static [&'static str] {
    match screen {
        Screen::People => &["Before a name: + is new since the last time, f is flagged."],
        _ => &[],
    }
}

/// A window's frame.
pub fn framed(title: String) -> Block<'static> {
    Block::bordered().border_set(ASCII).border_style(Role::Border).title(Span::styled(title, Role::Heading))
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

/// An empty screen says what to do next: what stands behind a key or a command and three spaces stays behind it.
pub fn draw_empty(frame: &mut Frame<'_>, area: Rect, lines: &[&str]) {
    let width = usize::from(area.width).saturating_sub(3);
    let mut text = vec![Line::raw("")];
    for line in lines {
        let (key, words) = line.split_once("   ").unwrap_or(("", line));
        let short = !key.is_empty() && key.len() < 4;
        let indent = if short { key.len() + 3 } else { 0 };
        let words = if short { words.to_owned() } else { line.replace("   ", ": ") };
        for (at, part) in wrap(&Plain::line(&words), width.saturating_sub(indent)).iter().enumerate() {
            let lead = if at == 0 && short { format!("{key}   ") } else { " ".repeat(indent) };
            let lead = Span::styled(format!("  {lead}"), if short { Role::Key.style() } else { Default::default() });
            text.push(Line::from(vec![lead, super::widgets::span(part, Default::default())]));
        }
    }
    frame.render_widget(Paragraph::new(text), area);
}
