//! What lists show and in what order; the next unread post; a blog by a part of its name.

use std::collections::HashSet;

use super::{Effect, narrow, say};
use crate::{
    app::{
        blogs::Followed,
        lists::{PAGE, POSTS_OF_ONE, Posts},
        posts::Listed,
        select::{Only, Selection},
        state::{Screen, State},
    },
    model::{BlogId, PostId, Timestamp},
};

/// Reads the River from its top, as it is looked at.
pub(super) fn load_river(state: &mut State, limit: usize) -> Effect {
    state.river.loading = true;
    if state.is_plain() {
        return Effect::LoadRiver { after: None, limit };
    }
    Effect::LoadThrough { selection: state.selection(None), known: HashSet::new(), limit }
}

/// Reads on behind what is loaded of the River.
pub(super) fn load_more(state: &mut State) -> Effect {
    state.river.loading = true;
    if state.is_plain() {
        return Effect::LoadRiver { after: state.river.end(), limit: PAGE };
    }
    let known: HashSet<PostId> = state.river.all.iter().map(|one| one.post.id).collect();
    Effect::LoadThrough { selection: state.selection(None), known, limit: PAGE }
}

/// Reads the posts of one blog, as lists are looked at.
pub(super) fn load_posts_of(state: &State, blog: BlogId) -> Effect {
    if state.is_plain() {
        return Effect::LoadPostsOf(blog);
    }
    Effect::LoadThrough { selection: state.selection(Some(blog)), known: HashSet::new(), limit: POSTS_OF_ONE }
}

/// What is looked at has changed: lists are read anew from their tops.
fn look_anew(state: &mut State) -> Vec<Effect> {
    state.river = Posts::default();
    let mut effects = vec![load_river(state, PAGE)];
    if let Some((id, _, posts)) = &mut state.blog {
        *posts = Posts::on_its_way();
        let id = *id;
        effects.push(load_posts_of(state, id));
    }
    effects
}

/// The next of: everything, unread, starred, saved, hidden.
pub(super) fn cycle_only(state: &mut State) -> Vec<Effect> {
    only(state, state.only.next())
}

pub(super) fn only(state: &mut State, only: Only) -> Vec<Effect> {
    state.only = only;
    state.status = match &state.only {
        Only::All => "Everything is shown".into(),
        only => format!("Only what is {}; f goes on, Esc shows everything", only.words()),
    };
    look_anew(state)
}

pub(super) fn cycle_order(state: &mut State) -> Vec<Effect> {
    state.order = state.order.next();
    state.status = format!("Sorted {}; O goes on", state.order.words());
    look_anew(state)
}

/// A page of what is looked at.
pub(super) fn through(
    state: &mut State,
    selection: &Selection,
    known: usize,
    whole: bool,
    posts: Vec<Listed>,
    as_of: Timestamp,
) -> Vec<Effect> {
    // Somebody may have gone on to another look meanwhile.
    if *selection != state.selection(selection.blog) {
        return Vec::new();
    }
    if let Some(blog) = selection.blog {
        return super::news::posts_of(state, blog, posts, as_of);
    }
    if known > 0 && known != state.river.all.len() {
        return super::news::goes_on_from_another(state);
    }
    super::news::river(state, known == 0, whole, posts, as_of)
}

/// Opens the first unread post behind the one at hand; from the end it begins at the top again.
pub(super) fn next_unread(state: &mut State) -> Vec<Effect> {
    let here = state.this_post().map(|one| (one.post.sort_time(), one.post.id));
    let from = state.post.as_ref().filter(|_| state.screen == Screen::Post).map(|open| open.from);
    // In the list that one reads, its order counts.
    let list = match from.unwrap_or(state.screen) {
        Screen::Blogs => state.blog.as_mut().map(|(_, _, posts)| posts),
        Screen::River => Some(&mut state.river),
        _ => None,
    };
    if let Some(list) = list {
        let start = here
            .and_then(|(_, id)| (0..list.shown.len()).find(|&row| list.get(row).map(|one| one.post.id) == Some(id)));
        let begin = match (start, state.screen) {
            (Some(row), Screen::Post) => row + 1,
            (Some(row), _) => row,
            (None, _) => 0,
        };
        let next = (begin..list.shown.len()).find(|&row| list.get(row).is_some_and(|one| !one.flags.read));
        if let Some(row) = next
            && let Some(id) = list.get(row).map(|one| one.post.id)
        {
            list.cursor = row;
            let from = from.unwrap_or(state.screen);
            return vec![Effect::LoadPost { id, quote: None, from }];
        }
    }
    let from = from.unwrap_or(state.screen);
    if let Some(one) = state.this_post().filter(|one| state.screen != Screen::Post && !one.flags.read) {
        return vec![Effect::LoadPost { id: one.post.id, quote: None, from }];
    }
    let but = here.map(|(_, id)| id).filter(|_| state.screen == Screen::Post);
    vec![Effect::NextUnread { after: here, but, from }]
}

/// The followed blogs whose name has a part, those whose name begins with it first.
pub fn blogs_called<'a>(state: &'a State, part: &str) -> Vec<&'a Followed> {
    let part = part.trim().to_lowercase();
    let name = |followed: &Followed| format!("{} {}", followed.blog.title, followed.blog.host()).to_lowercase();
    let mut found: Vec<&Followed> = state.blogs.iter().filter(|followed| name(followed).contains(&part)).collect();
    found.sort_by_key(|followed| !name(followed).starts_with(&part));
    found
}

/// To the posts of the blog whose name has a part.
pub(super) fn jump(state: &mut State, part: &str) -> Vec<Effect> {
    let Some((id, title)) = blogs_called(state, part).first().map(|found| (found.blog.id, found.blog.title.clone()))
    else {
        return say(state, &format!("No blog that you follow is called “{}”", part.trim()));
    };
    state.filter.clear();
    state.screen = Screen::Blogs;
    state.blog = Some((id, title, Posts::on_its_way()));
    let mut effects = narrow(state);
    effects.push(load_posts_of(state, id));
    effects
}
