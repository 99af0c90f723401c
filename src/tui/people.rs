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
    panes::{draw_border, parts},
    widgets::{bold, cut, dim, first_row, hanging, pad, selected, span, wrap},
};
use crate::{
    app::{narrowed::in_a_line, state::State},
    model::{Plain, Standing, Suggestion},
};

/// Below so many columns there is one pane.
const NARROW: u16 = 60;

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    if !state.contacts.is_on_cards() {
        return contacts::draw(frame, area, state);
    }
    if state.people.is_empty() && !state.contacts.suggested.is_empty() {
        let lines =
            &["No suggestion fits.", "", "Esc shows everybody again; w, L and C other kinds, languages, circles"];
        let [look, below] = below_look(area, state);
        draw_look(frame, look, state);
        return draw_empty(frame, below, lines);
    }
    if state.people.is_empty() {
        let lines: &[&str] = match (state.people_loading, state.blogs.is_empty()) {
            (true, _) => &["Looking for people near the blogs that you follow ..."],
            (false, true) => &[
                "Nobody to suggest yet, since you follow no blog.",
                "",
                "1   shows how to begin",
                "d   looks around your own blog, or for topics, if the configuration names them ([me] blogs, topics)",
            ],
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
pub fn list_area(area: Rect, state: &State) -> Rect {
    let pane = if area.width < NARROW { area } else { areas(area)[0] };
    below_look(pane, state)[1]
}

/// Room for what the list is narrowed to and how it is ordered, and for the list.
fn below_look(pane: Rect, state: &State) -> [Rect; 2] {
    let rows = look(state, pane.width).len() as u16;
    Layout::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(pane)
}

/// Whose like come first, and what the list is narrowed to: in one row where there is room for that, else the order has a
/// row of its own.
fn look(state: &State, columns: u16) -> Vec<Plain> {
    let width = usize::from(columns).saturating_sub(2);
    let fits = |row: &Plain| cut(row, width) == *row;
    let (order, only) = state.contacts.look();
    let all: Vec<Plain> = order.iter().chain(&only).cloned().collect();
    let in_one = in_a_line(&all);
    if !all.is_empty() && fits(&in_one) {
        return vec![in_one];
    }
    let has_order = usize::from(order.is_some());
    let mut rows: Vec<Plain> = order.into_iter().collect();
    for words in only {
        let longer =
            rows.get(has_order..).and_then(<[Plain]>::last).map(|row| in_a_line(&[row.clone(), words.clone()]));
        match (longer.filter(fits), rows.last_mut()) {
            (Some(longer), Some(row)) => *row = longer,
            _ => rows.push(words),
        }
    }
    rows.iter().map(|row| cut(row, width)).collect()
}

fn draw_look(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let rows = look(state, area.width).into_iter().map(|row| Line::from(vec![Span::raw(" "), span(&row, bold())]));
    frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), area);
}

fn draw_list(frame: &mut Frame<'_>, pane: Rect, state: &State) {
    let [look, area] = below_look(pane, state);
    draw_look(frame, look, state);
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

/// Where a card lies, without the border that keeps it apart from the list.
fn card_area(area: Rect) -> [Rect; 2] {
    // There is nothing to be kept apart from where it stands alone.
    let beside = u16::from(area.x > 0);
    Layout::horizontal([Constraint::Length(beside), Constraint::Min(1)]).areas(area)
}

/// The person, the reasons, and for each the quoted words.
fn draw_card(frame: &mut Frame<'_>, area: Rect, person: &Suggestion, state: &State) {
    let [border, inner] = card_area(area);
    if border.width > 0 {
        draw_border(frame, border);
    }
    let room = usize::from(inner.height);
    let (mut lines, here) = card(person, state, inner);
    let last = lines.len().saturating_sub(room);
    if state.evidence.is_some() {
        lines.drain(..here.saturating_sub(room / 3).min(last));
    } else {
        lines.drain(..first_of_card(person, state).min(last));
        if lines.len() > room && room > 1 {
            lines.truncate(room - 1);
            let more = cut(&Plain::line("more: Space; the reasons: e"), usize::from(inner.width).saturating_sub(2));
            lines.push(Line::from(vec![Span::raw(" "), span(&more, dim())]));
        }
    }
    lines.truncate(room);
    frame.render_widget(Paragraph::new(lines), inner);
}

fn first_of_card(person: &Suggestion, state: &State) -> usize {
    state.contacts.card.filter(|(blog, _)| *blog == person.blog.id).map_or(0, |(_, row)| row)
}

/// Turns the card that is longer than its place, by so many pages. Whether there is such a card in sight.
pub fn turn_card(state: &mut State, pages: isize) -> bool {
    let is_on_card = state.contacts.is_on_cards() && state.evidence.is_none();
    let Some(person) = state.current_person().filter(|_| is_on_card) else { return false };
    let body = parts(Rect { x: 0, y: 0, width: state.size.0, height: state.size.1 }).body;
    if body.width < NARROW {
        return false;
    }
    let [_, inner] = card_area(areas(body)[1]);
    let room = usize::from(inner.height);
    let last = card(person, state, inner).0.len().saturating_sub(room);
    if last == 0 {
        return false;
    }
    // A row says that there is more, and a line is seen again.
    let page = room.saturating_sub(2).max(1) as isize;
    let before = first_of_card(person, state).min(last);
    let row = before.saturating_add_signed(page.saturating_mul(pages)).min(last);
    let blog = person.blog.id;
    state.contacts.card = Some((blog, row));
    state.status =
        if row == before && pages > 0 { "This is the end; j goes on to the next".into() } else { String::new() };
    true
}

/// A card in lines, as long as it is, and the line of the chosen piece of evidence.
fn card<'a>(person: &Suggestion, state: &State, area: Rect) -> (Vec<Line<'a>>, usize) {
    let evidence = state.evidence;
    let width = usize::from(area.width).saturating_sub(3).min(90);
    let mut head = heading(person, state, width);
    let mut lines = if evidence.is_none() { newest(person, state, width) } else { Vec::new() };
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
                here = head.len() + lines.len();
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
    let mut end = Vec::new();
    if evidence.is_none() {
        end.push(Line::raw(""));
        let quoted = if number == 1 { "the quoted post".to_owned() } else { format!("the {number} quoted posts") };
        let more = Plain::line(&format!("e looks into {quoted}"));
        end.push(Line::from(vec![Span::raw(" "), span(&more, dim())]));
    }
    let red = red_lines(person, width);
    let is_long = head.len() + lines.len() + red.len() + end.len() > usize::from(area.height);
    // What somebody does not want to overlook is in sight at once on low terminals too.
    if is_long && evidence.is_none() {
        head.extend(red);
    } else {
        lines.extend(red);
    }
    head.extend(lines);
    head.extend(end);
    (head, here)
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

fn heading<'a>(person: &Suggestion, state: &State, width: usize) -> Vec<Line<'a>> {
    let by = person.blog.by();
    let title = Plain::line(&format!("{}{by}", person.blog.title));
    let mut lines: Vec<Line<'a>> =
        wrap(&title, width).iter().map(|line| Line::from(vec![Span::raw(" "), span(line, bold())])).collect();
    let address = person.blog.site_url.as_ref().map_or(person.blog.feed_url.as_str(), |site| site.as_str());
    let last = person.last_heard().map(|last| format!(", {last}")).unwrap_or_default();
    let place = person.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let standing =
        if person.standing == Standing::New { String::new() } else { format!(", {}", person.standing.words()) };
    lines.extend(hanging(" ", &Plain::line(&format!("{address}{last}{place}{standing}")), width, dim()));
    if state.contacts.fresh.contains(&person.blog.id) {
        lines.extend(hanging(" ", &Plain::line("new since the last time"), width, dim()));
    }
    for contact in person.contact.iter().take(3) {
        lines.extend(hanging(" ", &contact.value, width, dim()));
    }
    lines
}
