//! Discussions: what several of the followed blogs talk about; beside or below it who said what.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    frame::draw_empty,
    panes::{draw_border, split},
    theme::Role,
    widgets::{age, first_row, hanging, pad, span, wrap},
};
use crate::{
    app::{discussions::Discussion, state::State},
    model::{Plain, Timestamp},
};

/// Percent of the columns for the list.
pub const SHARE: u16 = 45;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let talks = &state.discussions;
    if talks.all.is_empty() {
        let lines: &[&str] = match (talks.loading || !talks.loaded, state.blogs_loaded && state.blogs.is_empty()) {
            (_, true) => &["Nobody talks yet, since you follow no blog.", "", "1   shows how to begin"],
            (true, false) => &["Reading what your blogs link to ..."],
            (false, false) => &[
                "None of your blogs talk about the same page yet.",
                "",
                "r   asks them for new posts",
                "6   whom you might like to meet: the more you follow, the more they talk",
            ],
        };
        return draw_empty(frame, area, lines);
    }
    let panes = split(area, SHARE);
    // On low terminals there is one pane: the list, and after Enter what was said.
    if panes.detail.height == 0 && talks.saying.is_some() {
        if let Some(talk) = talks.current() {
            draw_talk(frame, area, talk, talks.saying);
        }
        return;
    }
    let (rows, width) = (usize::from(panes.list.height), usize::from(panes.list.width));
    let first = first_row(talks.cursor, talks.all.len(), rows);
    let lines: Vec<Line<'_>> = talks
        .all
        .iter()
        .enumerate()
        .skip(first)
        .take(rows)
        .map(|(at, talk)| {
            let role = if talks.saying.is_some() { Role::Beside } else { Role::Selected };
            line(talk, width, if at == talks.cursor { role.style() } else { Style::new() }, state.now)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), panes.list);
    if let Some(talk) = talks.current() {
        draw_border(frame, panes.border);
        draw_talk(frame, panes.detail, talk, talks.saying);
    }
}

/// ` 2 d   Flour from a real mill            Slow Crumb, Mill Lane`
fn line<'a>(talk: &Discussion, width: usize, row: Style, now: Timestamp) -> Line<'a> {
    let when = talk.newest().map_or(String::new(), |newest| age(newest, now));
    let who: Vec<&str> = talk.who().into_iter().map(Plain::as_str).collect();
    let who = Plain::line(&who.join(", "));
    let who_width = if width >= 50 { width / 3 } else { 0 };
    let title_width = width.saturating_sub(8 + who_width + usize::from(who_width > 0) * 2);
    let mut spans = vec![
        Span::styled(format!(" {when:>5}  "), row.patch(Role::Dim)),
        Span::styled(pad(&talk.title, title_width), row),
    ];
    if who_width > 0 {
        spans.push(Span::styled("  ", row));
        spans.push(Span::styled(pad(&who, who_width), row.patch(Role::Dim)));
    }
    Line::from(spans)
}

/// The page, and for each who took part the sentence around the link.
fn draw_talk(frame: &mut Frame<'_>, area: Rect, talk: &Discussion, saying: Option<usize>) {
    let width = usize::from(area.width).saturating_sub(3).min(90);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for part in wrap(&talk.title, width) {
        lines.push(Line::from(vec![Span::raw(" "), span(&part, Role::Heading.style())]));
    }
    let by = talk.by.as_ref().map(|by| format!("{by}, ")).unwrap_or_default();
    lines.extend(hanging(" ", &Plain::line(&format!("{by}{}", talk.page)), width, Role::Dim.style()));
    let mut here = 0;
    for (at, said) in talk.sayings.iter().enumerate() {
        let chosen = saying == Some(at);
        if chosen {
            here = lines.len();
        }
        lines.push(Line::raw(""));
        let day = said.published.map(|published| format!(", {}", published.day())).unwrap_or_default();
        let verb = if said.answers { "answers" } else { "links to it" };
        let head = Plain::line(&format!("{} {verb} in “{}”{day}", said.blog, said.title));
        lines.extend(hanging(if chosen { "> " } else { "  " }, &head, width, Role::Strong.style()));
        if !said.quote.is_empty() {
            let style = if chosen { Role::Selected.style() } else { Style::new() };
            lines.extend(hanging("    ", &Plain::line(&format!("“{}”", said.quote)), width, style));
        }
    }
    lines.push(Line::raw(""));
    let hint = if saying.is_some() { "Enter opens the post, o the page" } else { "Enter goes to who said what" };
    lines.push(Line::from(vec![Span::raw(" "), Span::styled(hint, Role::Dim)]));
    let room = usize::from(area.height);
    let scroll = here.saturating_sub(room / 3).min(lines.len().saturating_sub(room));
    let shown: Vec<Line<'_>> = lines.into_iter().skip(scroll).take(room).collect();
    frame.render_widget(Paragraph::new(shown), area);
}
