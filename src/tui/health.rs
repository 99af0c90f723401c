//! Health: how the feeds fare, the worst first; below the list what is known of the one under the cursor.

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
    widgets::{age, bold, cut, dim, first_row, pad, selected, span, wrap},
};
use crate::{
    app::{
        blogs::{Followed, Health},
        health::{Overview, away, in_words, told},
        state::State,
    },
    model::{Plain, Timestamp},
};

/// Rows of the card below the list, its border included.
const CARD: u16 = 14;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if state.worst.is_empty() {
        let lines: &[&str] = match state.blogs_loaded {
            false => &["Reading ..."],
            true => &["You follow no blog yet, so nothing can fail.", "", "a   follows one: type its address"],
        };
        return draw_empty(frame, area, lines);
    }
    let [heading, list, card] = areas(area);
    let sum =
        cut(&Plain::line(&Overview::of(&state.blogs, state.now).in_words()), usize::from(area.width).saturating_sub(2));
    frame.render_widget(Line::from(vec![Span::raw(" "), span(&sum, bold())]), heading);
    draw_list(frame, list, state);
    if let Some(followed) = state.this_feed().filter(|_| card.height > 0) {
        draw_card(frame, card, followed, state.now);
    }
}

fn areas(area: Rect) -> [Rect; 3] {
    // On low terminals the list is worth more.
    let card = if area.height < 8 { 0 } else { CARD.min(area.height / 2) };
    Layout::vertical([Constraint::Length(1), Constraint::Min(0), Constraint::Length(card)]).areas(area)
}

/// Where the list lies.
pub fn list_area(area: Rect) -> Rect {
    areas(area)[1]
}

fn draw_list(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let (rows, width) = (usize::from(area.height), usize::from(area.width));
    let first = first_row(state.sick, state.worst.len(), rows);
    let shown = state.worst.iter().enumerate().skip(first).take(rows);
    let lines: Vec<Line<'_>> =
        shown.map(|(at, &index)| line(&state.blogs[index], width, at == state.sick, state.now)).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn line(followed: &Followed, width: usize, here: bool, now: Timestamp) -> Line<'static> {
    let fares = followed.fares();
    let quiet = followed.quiet_in_words(now);
    let word = match (followed.health, &fares.error, fares.slow) {
        (Health::Gone, ..) => "ended",
        (Health::Ill, ..) => "ill",
        (_, Some(_), _) => "failed",
        (_, None, true) => "slow",
        (_, None, false) if quiet.is_some() => "quiet",
        (_, None, false) => "",
    };
    let is_narrow = width < 60;
    let next = match fares.next {
        Some(next) if next > now && is_narrow => format!("in {}", age(now, next)),
        Some(next) if next > now => away(next, now),
        None if followed.health == Health::Gone => "never".into(),
        _ => "due".into(),
    };
    let style = if here { selected() } else { Style::new() };
    let title = (width / 3).clamp(20, 48);
    let columns = if is_narrow { 8 } else { 15 };
    // Of a reason, a word or two say nothing.
    let room = width.saturating_sub(8 + title + columns + 2);
    let why = match (fares.error, fares.asked) {
        (Some(error), _) => error,
        (None, None) => Plain::line("not asked yet"),
        (None, Some(_)) => Plain::line(quiet.as_ref().unwrap_or(&fares.because)),
    };
    Line::from(vec![
        Span::styled(format!(" {word:<7}"), if here { style } else { bold() }),
        Span::styled(pad(&followed.blog.title, title), style),
        Span::styled(format!("  {next:<columns$}"), style),
        Span::styled(pad(&why, if room < 12 { 0 } else { room }), if here { style } else { dim() }),
    ])
}

/// What is wrong, when it is asked next and why, and its last answers, the newest first.
fn draw_card(frame: &mut Frame<'_>, area: Rect, followed: &Followed, now: Timestamp) {
    let [border, inner] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    draw_border(frame, border);
    let width = usize::from(inner.width).saturating_sub(2);
    let mut lines = vec![
        Line::from(vec![Span::raw(" "), span(&cut(&followed.blog.title, width), bold())]),
        Line::from(vec![Span::raw(" "), span(&cut(&Plain::line(followed.blog.feed_url.as_str()), width), dim())]),
    ];
    let mut add = |text: &str, style: Style| {
        for part in wrap(&Plain::line(text), width) {
            lines.push(Line::from(vec![Span::raw(" "), span(&part, style)]));
        }
    };
    for said in in_words(followed, now) {
        add(&said, Style::new());
    }
    if followed.feed.proposal.is_some() {
        add("a follows the feed that the page names.", bold());
    }
    if followed.health == Health::Gone {
        add(
            "U follows it no longer (u takes that back). R asks once more. Without either it is kept with its posts, and not \
             asked.",
            bold(),
        );
    }
    for answer in followed.feed.answers.iter().rev() {
        let line = cut(&Plain::text(&told(answer)), width);
        lines.push(Line::from(vec![Span::raw(" "), span(&line, dim())]));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}
