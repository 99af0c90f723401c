//! Marks, stars, what is followed no longer, and how all of it is taken back.

use super::{Effect, news, people, say};
use crate::{
    app::{
        posts::Listed,
        state::{Row, Screen, State, Undo},
    },
    model::PostId,
};

pub(super) fn toggle_read(state: &mut State) -> Vec<Effect> {
    let Some((id, read)) = state.this_post().map(|listed: &Listed| (listed.post.id, !listed.flags.read)) else {
        return Vec::new();
    };
    state.show_marks(&[id], |one| one.flags.read = read);
    state.undo.push(Undo::Read { posts: vec![id], read: !read });
    state.status = format!("Marked {}; u undoes it", if read { "read" } else { "unread" });
    vec![Effect::Mark { posts: vec![id], read }]
}

pub(super) fn toggle_star(state: &mut State) -> Vec<Effect> {
    let Some((id, starred)) = state.this_post().map(|listed| (listed.post.id, !listed.flags.starred)) else {
        return Vec::new();
    };
    state.show_marks(&[id], |one| one.flags.starred = starred);
    state.undo.push(Undo::Star { post: id, starred: !starred });
    state.status = if starred { "Starred; u undoes it" } else { "Star taken off; u undoes it" }.into();
    vec![Effect::Star { post: id, starred }]
}

pub(super) fn mark_all(state: &mut State) -> Vec<Effect> {
    let narrowed = !state.filter.is_empty();
    let Some(posts) = state.posts() else {
        return match (state.screen, state.rows.get(state.row)) {
            (Screen::Today, _) => {
                state.today.current().map(|writer| Effect::MarkAll(Some(writer.blog.id))).into_iter().collect()
            }
            (Screen::Blogs, Some(Row::Blog(index))) => vec![Effect::MarkAll(Some(state.blogs[*index].blog.id))],
            _ => say(state, "Put the cursor on a blog first"),
        };
    };
    if !narrowed {
        return vec![Effect::MarkAll(
            state.blog.as_ref().filter(|_| state.screen == Screen::Blogs).map(|(id, ..)| *id),
        )];
    }
    let shown = (0..posts.shown.len()).filter_map(|row| posts.get(row));
    let unread: Vec<PostId> = shown.filter(|one| !one.flags.read).map(|one| one.post.id).collect();
    if unread.is_empty() {
        return say(state, "Nothing unread here");
    }
    news::marked(state, &unread);
    vec![Effect::Mark { posts: unread, read: true }]
}

pub(super) fn unfollow(state: &mut State) -> Vec<Effect> {
    let Some(followed) = state.this_blog() else { return Vec::new() };
    let (id, subscription) = (followed.blog.id, Box::new(followed.subscription.clone()));
    state.status = format!("{} is followed no longer; u brings it back", followed.blog.title);
    state.undo.push(Undo::Unfollow(subscription));
    vec![Effect::Unfollow(id)]
}

pub(super) fn undo(state: &mut State) -> Vec<Effect> {
    match state.undo.pop() {
        None => say(state, "Nothing to undo"),
        Some(Undo::Read { posts, read }) => {
            state.show_marks(&posts, |one| one.flags.read = read);
            state.status = format!("{} marked {} again", posts.len(), if read { "read" } else { "unread" });
            // Posts that are not loaded may be among them, so blogs are counted anew.
            vec![Effect::Mark { posts, read }, Effect::LoadBlogs]
        }
        Some(Undo::Star { post, starred }) => {
            state.show_marks(&[post], |one| one.flags.starred = starred);
            state.status = "Undone".into();
            vec![Effect::Star { post, starred }]
        }
        Some(Undo::Unfollow(subscription)) => {
            state.status = "It is followed again".into();
            vec![Effect::Refollow(subscription)]
        }
        Some(Undo::Stand { person, at, standing }) => people::bring_back(state, *person, at, standing),
        Some(Undo::StandWith { whom, standing, because, quote, card }) => {
            state.status = format!("{} is {} again", whom.name(), standing.words());
            if let Some((at, card)) = card {
                people::put_back(state, *card, at);
            }
            vec![Effect::StandWith { whom, standing, because, quote }]
        }
    }
}
