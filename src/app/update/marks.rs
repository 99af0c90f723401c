//! Marks, stars, what is saved, hidden or followed no longer, and how all of it is taken back.

use std::ops::Range;

use super::{Effect, say};
use crate::{
    app::{
        history::TakenBack,
        lists::Posts,
        select::{Only, Unread},
        state::{Row, Screen, State},
    },
    journal::Act,
    model::{BlogId, PostId, Tag},
    store::TakeBack,
};

pub(super) fn toggle_read(state: &mut State) -> Vec<Effect> {
    let Some((id, read)) = state.this_post().map(|listed| (listed.post.id, !listed.flags.read)) else {
        return say(state, "Put the cursor on a post first");
    };
    state.show_marks(&[id], |one| one.flags.read = read);
    state.status = format!("Marked {}; u undoes it", if read { "read" } else { "unread" });
    vec![Effect::Mark { posts: vec![id], read }]
}

pub(super) fn toggle_star(state: &mut State) -> Vec<Effect> {
    let Some((id, starred)) = state.this_post().map(|listed| (listed.post.id, !listed.flags.starred)) else {
        return say(state, "Put the cursor on a post first");
    };
    state.show_marks(&[id], |one| one.flags.starred = starred);
    state.status = if starred { "Starred; u undoes it" } else { "Star taken off; u undoes it" }.into();
    vec![Effect::Star { post: id, starred }]
}

pub(super) fn toggle_saved(state: &mut State) -> Vec<Effect> {
    let Some((id, saved)) = state.this_post().map(|listed| (listed.post.id, !listed.flags.saved)) else {
        return say(state, "Put the cursor on a post first");
    };
    show_tags(state, &[id], &Tag::saved(), saved);
    state.status = if saved { "Saved for later; u undoes it" } else { "Saved no longer; u undoes it" }.into();
    vec![Effect::Retag { post: id, changes: vec![(Tag::saved(), saved)] }]
}

pub(super) fn toggle_hidden(state: &mut State) -> Vec<Effect> {
    let Some((id, flags)) = state.this_post().map(|listed| (listed.post.id, listed.flags)) else {
        return say(state, "Put the cursor on a post first");
    };
    if flags.muted && !flags.hidden {
        return say(state, "It is hidden by words that are muted; `penpal mute list` says which");
    }
    let hidden = !flags.hidden;
    state.show_marks(&[id], |one| one.flags.hidden = hidden);
    if hidden != (state.only == Only::Hidden) {
        state.drop_post(id);
    }
    state.status = if hidden { "Hidden; u brings it back" } else { "Shown again; u undoes it" }.into();
    vec![Effect::Hide { post: id, hidden }, Effect::LoadBlogs, Effect::LoadToday]
}

/// Shows a tag at once, wherever the posts are in memory.
pub(super) fn show_tags(state: &mut State, posts: &[PostId], tag: &Tag, on: bool) {
    state.show_marks(posts, |one| {
        one.tags.retain(|had| had != tag);
        if on {
            one.tags.push(tag.clone());
            one.tags.sort();
        }
        one.flags.saved = one.tags.contains(&Tag::saved());
    });
}

/// What is unread in the list at hand, or of the blog under the cursor; only what was there when it was read from the
/// store, since what came in meanwhile nobody has seen.
pub(super) fn mark_all(state: &mut State) -> Vec<Effect> {
    let Some(posts) = state.posts() else {
        let blog = match (state.screen, state.rows.get(state.row)) {
            (Screen::Today, _) => state.today.current().map(|writer| writer.blog.id),
            (Screen::Blogs, Some(Row::Blog(index))) => Some(state.blogs[*index].blog.id),
            _ => None,
        };
        return match blog {
            Some(blog) => many(state, Unread { blog: Some(blog), ..Unread::default() }, Vec::new()),
            None => say(state, "Put the cursor on a blog first"),
        };
    };
    if !state.filter.is_empty() || state.only != Only::All {
        return mark_these(state, unread_in(posts, 0..posts.shown.len()));
    }
    let shown = (0..posts.shown.len()).filter_map(|row| posts.get(row)).map(|one| one.post.id).collect();
    many(state, Unread { blog: blog_of_list(state), ..Unread::default() }, shown)
}

/// What stands above the cursor in the list at hand.
pub(super) fn mark_above(state: &mut State) -> Vec<Effect> {
    let Some(posts) = state.posts() else { return say(state, "This works in a list of posts") };
    mark_these(state, unread_in(posts, 0..posts.cursor))
}

/// What stands below the cursor in the list at hand, also what is not loaded yet.
pub(super) fn mark_below(state: &mut State) -> Vec<Effect> {
    let Some(posts) = state.posts() else { return say(state, "This works in a list of posts") };
    let rows = posts.cursor + 1..posts.shown.len();
    if posts.whole || !state.filter.is_empty() || !state.is_plain() {
        return mark_these(state, unread_in(posts, rows));
    }
    let here = posts.current().map(|one| (one.post.sort_time(), one.post.id));
    let below = rows.filter_map(|row| posts.get(row)).map(|one| one.post.id).collect();
    many(state, Unread { blog: blog_of_list(state), after: here, ..Unread::default() }, below)
}

/// What is older than so many seconds, in the list at hand or of the blog under the cursor.
pub(super) fn mark_older(state: &mut State, seconds: i64) -> Vec<Effect> {
    let under_cursor = match state.screen {
        Screen::Blogs if state.blog.is_none() => state.this_blog().map(|followed| followed.blog.id),
        _ => blog_of_list(state),
    };
    let before = Some(crate::model::Timestamp(state.now.0.saturating_sub(seconds)));
    many(state, Unread { blog: under_cursor, before, ..Unread::default() }, Vec::new())
}

fn many(state: &mut State, which: Unread, shown: Vec<PostId>) -> Vec<Effect> {
    // Elsewhere than in a list of one blog, what was in the River when that was read counts as seen.
    let as_of = state.posts().unwrap_or(&state.river).as_of;
    vec![Effect::MarkMany { which: Unread { as_of: Some(as_of), ..which }, shown }]
}

fn blog_of_list(state: &State) -> Option<BlogId> {
    state.blog.as_ref().filter(|_| state.screen == Screen::Blogs).map(|(id, ..)| *id)
}

/// The posts in some rows that are unread.
fn unread_in(posts: &Posts, rows: Range<usize>) -> Vec<PostId> {
    rows.filter_map(|row| posts.get(row)).filter(|one| !one.flags.read).map(|one| one.post.id).collect()
}

pub(super) fn mark_these(state: &mut State, unread: Vec<PostId>) -> Vec<Effect> {
    if unread.is_empty() {
        return say(state, "Nothing unread there");
    }
    marked(state, &unread);
    vec![Effect::Mark { posts: unread, read: true }]
}

/// Rows that the cursor went past, where the user wants them to be read by that.
pub(super) fn passed(state: &mut State, rows: Range<usize>) -> Vec<Effect> {
    if !state.reading.mark_on_scroll {
        return Vec::new();
    }
    let unread = state.posts().map(|posts| unread_in(posts, rows)).unwrap_or_default();
    if unread.is_empty() { Vec::new() } else { mark_these(state, unread) }
}

/// Shows that posts were marked read, and says the way back.
pub(super) fn marked(state: &mut State, posts: &[PostId]) {
    if posts.is_empty() {
        state.status = "Nothing unread there".into();
        return;
    }
    state.show_marks(posts, |one| one.flags.read = true);
    state.status =
        format!("{} marked read; u brings {} back", posts.len(), if posts.len() == 1 { "it" } else { "them" });
}

pub(super) fn unfollow(state: &mut State) -> Vec<Effect> {
    let Some(followed) = state.this_blog() else { return Vec::new() };
    let id = followed.blog.id;
    state.status = format!("{} is followed no longer; u brings it back", followed.blog.title);
    vec![Effect::Unfollow(id)]
}

/// Something was undone or redone: shows it, and reads again what lists show.
pub(super) fn taken_back(state: &mut State, which: TakeBack, taken: Option<TakenBack>) -> Vec<Effect> {
    let Some(TakenBack { taken, what, .. }) = taken else {
        return say(
            state,
            match which {
                TakeBack::Undo => "Nothing was done on this device that could be undone",
                TakeBack::Redo => "Nothing was undone since something was done last",
            },
        );
    };
    for act in &taken.acts {
        match act {
            Act::Read { of, read } => state.show_marks(of, |one| one.flags.read = *read),
            Act::Star { of, starred } => state.show_marks(of, |one| one.flags.starred = *starred),
            Act::Tag { of, tag, on } => show_tags(state, of, tag, *on),
            Act::Hide { of, hidden } => state.show_marks(of, |one| one.flags.hidden = *hidden),
            _ => {}
        }
    }
    state.status = match which {
        TakeBack::Undo => format!("Undone: {what}; Ctrl-R does it again"),
        TakeBack::Redo => format!("Done again: {what}; u undoes it"),
    };
    super::news::reload(state)
}
