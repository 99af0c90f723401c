//! From key events to actions, and to text where something is being typed.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{
    action::{Action, for_key},
    state::{Prompt, Screen, State},
    update::{Effect, act, choose_macro, complete, digit, end_prompt, erase, erase_all, reading, type_in},
};

/// What a key press leads to.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    // Who cannot see what they do can only leave.
    if super::frame::is_too_small(state.size) {
        let leaves = matches!(key.code, KeyCode::Char('q' | 'c'));
        return if leaves { act(state, Action::Quit) } else { Vec::new() };
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('u') if state.prompt.is_some() => erase_all(state),
            KeyCode::Char('c') => act(state, Action::Quit),
            KeyCode::Char('z') => act(state, Action::Suspend),
            KeyCode::Char('r') if state.prompt.is_none() => act(state, Action::Redo),
            KeyCode::Char('o') if state.prompt.is_none() => act(state, Action::BrowseSeveral),
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
                Some((Prompt::Import, typed)) => {
                    let longer = completed(typed);
                    complete(state, longer)
                }
                _ => Vec::new(),
            },
            KeyCode::Char(c) => type_in(state, c),
            _ => Vec::new(),
        };
    }
    if state.choosing {
        return choose_macro(state, &name_of(key.code));
    }
    if reading::takes_keys(state) {
        return reading::press(state, &name_of(key.code));
    }
    // In a post that has links, digits are their numbers; elsewhere they are screens.
    if let KeyCode::Char(c @ '0'..='9') = key.code
        && state.screen == Screen::Post
        && state.post.as_ref().is_some_and(|open| !open.article.links.is_empty())
    {
        return digit(state, c);
    }
    match for_key(&name_of(key.code), state.screen) {
        Some(action) => act(state, action),
        None => {
            state.help = false;
            Vec::new()
        }
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

/// A path with as much added as all files that begin so have in common; a folder ends with a slash.
fn completed(typed: &str) -> String {
    let (folder, begun) = typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (folder, name));
    let place = match (folder, typed.starts_with('/')) {
        ("", true) => "/".into(),
        ("", false) => ".".into(),
        // `~` alone is the home, as `~/` is.
        (folder, _) => crate::web::command::at_home(&format!("{folder}/")),
    };
    let Ok(entries) = std::fs::read_dir(place) else { return typed.to_owned() };
    let names = entries.flatten().filter_map(|entry| {
        let is_folder = entry.path().is_dir();
        let name = entry.file_name().into_string().ok()?;
        let is_meant = name.starts_with(begun) && (!name.starts_with('.') || begun.starts_with('.'));
        is_meant.then(|| if is_folder { format!("{name}/") } else { name })
    });
    let common = names.reduce(|a, b| {
        let same =
            a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map_or(a.len().min(b.len()), |((at, _), _)| at);
        a[..same].to_owned()
    });
    match common {
        Some(common) if typed.contains('/') => format!("{folder}/{common}"),
        Some(common) => common,
        None => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_adds_what_all_files_have_in_common() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["feeds.opml", "feeds.old", "été.opml", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("lists")).unwrap();
        let at = |name: &str| format!("{}/{name}", folder.path().display());
        for (typed, longer) in [
            ("f", "feeds.o"),
            ("feeds.op", "feeds.opml"),
            ("l", "lists/"),
            ("é", "été.opml"),
            ("x", "x"),
            (".h", ".hidden"),
            ("", ""),
        ] {
            assert_eq!(completed(&at(typed)), at(longer), "{typed}");
        }
        assert_eq!(completed("/nowhere/at/all"), "/nowhere/at/all");
    }
}
