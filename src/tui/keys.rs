//! From key events to actions, and to text where something is being typed.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{frame::turn_help, people};
use crate::app::{
    action::{Action, TABLE, for_key},
    state::{Prompt, Screen, State},
    update::{Effect, act, choose_macro, digit, end_prompt, erase, erase_all, reading, type_in},
};

/// What a key press leads to.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    // Who cannot see what they do can only leave.
    if super::frame::is_too_small(state.size) {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let leaves = key.code == KeyCode::Char(if is_control { 'c' } else { 'q' });
        return if leaves { act(state, Action::Quit) } else { Vec::new() };
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('u') if state.prompt.is_some() => erase_all(state),
            KeyCode::Char('c') => act(state, Action::Quit),
            KeyCode::Char('z') => act(state, Action::Suspend),
            KeyCode::Char('r') if state.prompt.is_none() => act(state, Action::Redo),
            KeyCode::Char('o') if state.prompt.is_none() => act(state, Action::BrowseSeveral),
            KeyCode::Char('d' | 'f') if turns_card(state, 1) => Vec::new(),
            KeyCode::Char('u' | 'b') if turns_card(state, -1) => Vec::new(),
            KeyCode::Char('d' | 'f') => act(state, Action::PageDown),
            KeyCode::Char('u' | 'b') => act(state, Action::PageUp),
            _ => Vec::new(),
        };
    }
    if state.prompt.is_some() {
        return match key.code {
            KeyCode::Enter => end_prompt(state, true),
            KeyCode::Esc => end_prompt(state, false),
            KeyCode::Backspace => erase(state),
            KeyCode::Tab => match &state.prompt {
                Some((Prompt::Import, typed)) => vec![Effect::Complete(typed.clone())],
                _ => Vec::new(),
            },
            KeyCode::Char(c) => type_in(state, c),
            _ => Vec::new(),
        };
    }
    if state.help {
        let page = isize::try_from(state.size.1.saturating_sub(3)).unwrap_or(1).max(1);
        match for_key(&name_of(key.code), state.screen) {
            Some(Action::PageDown) => turn_help(state, page),
            Some(Action::PageUp) => turn_help(state, -page),
            Some(Action::Down) => turn_help(state, 1),
            Some(Action::Up) => turn_help(state, -1),
            _ => (state.help, state.help_row) = (false, 0),
        }
        return Vec::new();
    }
    if state.choosing {
        return choose_macro(state, &name_of(key.code));
    }
    if reading::takes_keys(state) {
        return reading::press(state, &name_of(key.code));
    }
    if let KeyCode::Char(c @ '0'..='9') = key.code
        && is_of_a_link(state, c)
    {
        return digit(state, c);
    }
    match for_key(&name_of(key.code), state.screen) {
        Some(Action::PageDown) if turns_card(state, 1) => Vec::new(),
        Some(Action::PageUp) if turns_card(state, -1) => Vec::new(),
        Some(action) => act(state, action),
        None => {
            if matches!(key.code, KeyCode::Char(_)) {
                state.status = nothing_here(&name_of(key.code), state.screen);
            }
            Vec::new()
        }
    }
}

/// In a post, digits are the numbers of its links; where it has none of that number, and elsewhere, they are screens.
fn is_of_a_link(state: &State, digit: char) -> bool {
    let links = state.post.as_ref().map_or(0, |open| open.article.links.len());
    let first = digit.to_digit(10).is_some_and(|number| (1..=links).contains(&(number as usize)));
    state.screen == Screen::Post && (first || !state.digits.is_empty())
}

/// How long a card is on this terminal, only whoever draws it knows.
fn turns_card(state: &mut State, pages: isize) -> bool {
    let is_free = state.screen == Screen::People && state.prompt.is_none() && !state.help;
    is_free && people::turn_card(state, pages)
}

/// What is said of a key that does nothing on a screen: perhaps it does elsewhere.
fn nothing_here(key: &str, screen: Screen) -> String {
    let elsewhere = TABLE.iter().find(|entry| entry.keys.contains(&key));
    match elsewhere {
        Some(entry) => format!("{key} works on {}, not on {}: {}", entry.places(), screen.name(), entry.does),
        None => format!("{key} does nothing; ? shows what works here"),
    }
}

/// The name of a key as the table of actions has it.
fn name_of(code: KeyCode) -> String {
    match code {
        KeyCode::Char(' ') => "Space".into(),
        KeyCode::Char(c) => c.into(),
        KeyCode::PageUp => "PgUp".into(),
        KeyCode::PageDown => "PgDn".into(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_does_nothing_here_says_where_it_works() {
        let said = |key: char, screen| {
            let mut state = State { screen, size: (80, 24), ..State::default() };
            press(&mut state, KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE));
            state.status
        };
        assert!(said('A', Screen::Post).starts_with("A works on Today, River, Blogs, not on Post: mark everything"));
        assert!(said('%', Screen::Post).starts_with("% does nothing; ?"));
        assert_eq!(said('j', Screen::Post), "", "what works says what it did, or nothing");
    }
}
