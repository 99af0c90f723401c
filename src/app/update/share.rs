//! Handing a post on: its address to the clipboard or the browser, itself to a program of the user's.

use super::{Effect, marks, say};
use crate::{
    app::state::{Screen, State},
    model::PostId,
};

/// Posts that are opened in the browser at once.
const SEVERAL: usize = 10;

/// The address of what is at hand goes to the terminal's clipboard.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    match super::address(state) {
        Some(address) => {
            state.status = format!("Copied, if the terminal allows it (OSC 52): {address}");
            vec![Effect::Copy(address)]
        }
        None => say(state, "There is no address to copy here"),
    }
}

/// The unread posts of the list from the cursor on, in the browser; they are read then.
pub(super) fn browse_several(state: &mut State) -> Vec<Effect> {
    let Some(posts) = state.posts() else { return say(state, "This works in a list of posts") };
    let unread = (posts.cursor..posts.shown.len()).filter_map(|row| posts.get(row)).filter(|one| !one.flags.read);
    let (ids, addresses): (Vec<PostId>, Vec<String>) =
        unread.filter_map(|one| Some((one.post.id, one.post.url.as_ref()?.to_string()))).take(SEVERAL).unzip();
    if ids.is_empty() {
        return say(state, "Nothing unread from here on has an address");
    }
    let (mut effects, many) = (vec![Effect::BrowseAll(addresses)], ids.len());
    effects.extend(marks::mark_these(state, ids));
    state.status = format!("{many} posts go to the browser and are marked read; u marks them unread");
    effects
}

/// Waits for the key of a macro.
pub(super) fn ask_macro(state: &mut State) -> Vec<Effect> {
    if state.macros.is_empty() {
        return say(state, "No [[macros]] are in the configuration; `penpal config` shows what one looks like");
    }
    let names: Vec<String> = state.macros.iter().map(|one| format!("{} {}", one.key, one.name)).collect();
    state.choosing = true;
    say(state, &format!("Hand the post to: {}", names.join(", ")))
}

/// A key after that.
pub fn choose_macro(state: &mut State, key: &str) -> Vec<Effect> {
    state.choosing = false;
    state.status.clear();
    if key == "Esc" {
        return Vec::new();
    }
    let Some(at) = state.macros.iter().position(|one| one.key == key) else {
        return say(state, &format!("No macro has the key {key}"));
    };
    let Some(post) = state.this_post().map(|one| one.post.id) else {
        return say(state, "Put the cursor on a post first");
    };
    let full = state.screen == Screen::Post && state.post.as_ref().is_some_and(|open| open.full);
    state.status = format!("{} is under way ...", state.macros[at].name);
    vec![Effect::Macro { macro_: Box::new(state.macros[at].clone()), post, full }]
}
