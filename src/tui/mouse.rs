//! The mouse: a click selects, a second one on the same row opens, the wheel moves, a click on a tab goes there.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::{
    blogs, discussions, frame,
    panes::{parts, split},
    river, today,
    widgets::first_row,
};
use crate::app::{
    action::Action,
    contacts::View,
    lists::Posts,
    state::{Screen, State, WIDE},
    update::{Effect, act, put},
};

/// Rows that one turn of the wheel moves.
const WHEEL: usize = 3;

pub fn point(state: &mut State, event: MouseEvent) -> Vec<Effect> {
    let at = Position { x: event.column, y: event.row };
    match event.kind {
        MouseEventKind::Down(_) if state.help => act(state, Action::Help),
        MouseEventKind::ScrollDown if state.help => {
            frame::turn_help(state, WHEEL as isize);
            Vec::new()
        }
        MouseEventKind::ScrollUp if state.help => {
            frame::turn_help(state, -(WHEEL as isize));
            Vec::new()
        }
        MouseEventKind::ScrollDown => wheel(state, Action::Down),
        MouseEventKind::ScrollUp => wheel(state, Action::Up),
        MouseEventKind::Down(MouseButton::Left) => click(state, at),
        // What brings one forward and back in a browser.
        MouseEventKind::Down(MouseButton::Right) => act(state, Action::Back),
        _ => Vec::new(),
    }
}

fn wheel(state: &mut State, action: Action) -> Vec<Effect> {
    (0..WHEEL).flat_map(|_| act(state, action)).collect()
}

fn click(state: &mut State, at: Position) -> Vec<Effect> {
    if state.prompt.is_some() {
        return Vec::new();
    }
    let parts = parts(Rect { x: 0, y: 0, width: state.size.0, height: state.size.1 });
    if parts.tabs.contains(at) {
        return tab_at(state, at.x).map_or_else(Vec::new, |screen| act(state, Action::Go(screen)));
    }
    let Some((area, cursor, len)) = list(state, parts.body) else { return Vec::new() };
    if !area.contains(at) {
        return Vec::new();
    }
    let row = first_row(cursor, len, usize::from(area.height)) + usize::from(at.y - area.y);
    if row >= len {
        return Vec::new();
    }
    let (was_there, effects) = put(state, row);
    if was_there { act(state, Action::Open) } else { effects }
}

fn tab_at(state: &State, column: u16) -> Option<Screen> {
    let mut end = 0;
    frame::tabs(state, usize::from(state.size.0)).into_iter().find_map(|(screen, text)| {
        end += text.width();
        (usize::from(column) < end).then_some(screen)
    })?
}

/// Where the list at hand lies, the row its cursor is on, and how many rows it has.
fn list(state: &State, body: Rect) -> Option<(Rect, usize, usize)> {
    let of_posts = |area: Rect, posts: &Posts| (river::list_area(area), posts.cursor, posts.shown.len());
    match state.screen {
        Screen::Today => Some((split(body, today::SHARE).list, state.today.cursor, state.today.shown.len())),
        Screen::River => Some(of_posts(body, &state.river)),
        Screen::Blogs => {
            let panes = if body.width < WIDE { None } else { Some(split(body, blogs::SHARE)) };
            match &state.blog {
                Some((_, _, posts)) => {
                    let [_, list] = blogs::posts_area(panes.map_or(body, |panes| panes.detail));
                    Some(of_posts(list, posts))
                }
                None => Some((panes.map_or(body, |panes| panes.list), state.row, state.rows.len())),
            }
        }
        Screen::Discussions if state.discussions.saying.is_none() => {
            let talks = &state.discussions;
            Some((split(body, discussions::SHARE).list, talks.cursor, talks.all.len()))
        }
        Screen::People if state.contacts.page.is_some() => None,
        Screen::People if state.contacts.view != View::Cards => {
            let (cursor, len) = super::contacts::place(state);
            Some((super::contacts::list_area(body), cursor, len))
        }
        Screen::People if state.evidence.is_none() => {
            let list = super::people::list_area(body, state);
            Some((list, state.person, state.people.len()))
        }
        Screen::Health => Some((super::health::list_area(body), state.sick, state.worst.len())),
        Screen::Post | Screen::People | Screen::Discussions | Screen::Dossier => None,
    }
}
