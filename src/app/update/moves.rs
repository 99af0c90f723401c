//! From screen to screen, and about in them: the cursor, the text, folders, the next post.

use super::{Effect, contacts, lists, marks, narrow, reading, say, vet};
use crate::{
    app::{
        contacts::View,
        lists::Posts,
        state::{Row, Screen, State, WIDE},
    },
    model::PostId,
};

pub(super) fn go(state: &mut State, screen: Screen) -> Vec<Effect> {
    // Words that narrowed posts say nothing about people.
    if screen == Screen::People && state.screen != Screen::People && !state.filter.is_empty() {
        state.filter.clear();
        narrow(state);
    }
    if state.screen == Screen::Dossier {
        state.dossier = None;
    }
    state.screen = screen;
    match screen {
        Screen::People if !state.people_loaded && !state.people_loading => {
            state.people_loading = true;
            vec![Effect::Suggest]
        }
        Screen::People => contacts::newest(state),
        Screen::Today => vec![Effect::LoadToday],
        Screen::Discussions if !state.discussions.loading => {
            state.discussions.loading = true;
            vec![Effect::LoadDiscussions]
        }
        Screen::Blogs => std::iter::once(Effect::LoadBlogs).chain(beside(state)).collect(),
        Screen::Health => {
            state.sick = 0;
            vec![Effect::LoadBlogs]
        }
        _ => Vec::new(),
    }
}

pub(super) fn page(state: &State) -> isize {
    // The title stands above a post, and two lines are seen again.
    let rows = if state.screen == Screen::Post { state.post_rows().saturating_sub(1) } else { state.list_rows() };
    rows.saturating_sub(1).max(1) as isize
}

/// Moves the cursor, or the text, within what there is.
pub(super) fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let moved = |at: usize, len: usize| at.saturating_add_signed(by).min(len.saturating_sub(1));
    state.found(state.screen);
    match state.screen {
        Screen::Post => {
            let (last, page) = (reading::last_scroll(state), page(state));
            if let Some(open) = &mut state.post {
                open.scroll = open.scroll.saturating_add_signed(by).min(last);
                reading::keep_place(state);
            }
            reading::came_to_end(state, by, page).into_iter().collect()
        }
        Screen::Dossier => {
            vet::step(state, by);
            Vec::new()
        }
        Screen::People if !state.contacts.is_on_cards() => contacts::step(state, by),
        Screen::People => {
            let pieces = state.all_evidence().len();
            match state.evidence {
                Some(at) => state.evidence = Some(moved(at, pieces)),
                None => state.person = moved(state.person, state.people.len()),
            }
            contacts::newest(state)
        }
        Screen::Health => {
            state.sick = moved(state.sick, state.worst.len());
            Vec::new()
        }
        Screen::Blogs if state.blog.is_none() => {
            state.row = moved(state.row, state.rows.len());
            beside(state)
        }
        Screen::Today => {
            state.today.cursor = moved(state.today.cursor, state.today.shown.len());
            Vec::new()
        }
        Screen::Discussions => {
            let sayings = state.discussions.current().map_or(0, |talk| talk.sayings.len());
            match state.discussions.saying {
                Some(at) => state.discussions.saying = Some(moved(at, sayings)),
                None => state.discussions.cursor = moved(state.discussions.cursor, state.discussions.all.len()),
            }
            Vec::new()
        }
        _ => {
            let mut passed = 0..0;
            let limit = page(state);
            if let Some(posts) = state.posts_mut() {
                let before = posts.cursor;
                posts.cursor = moved(posts.cursor, posts.shown.len());
                // Who leaps to the end has passed nothing by.
                if (1..=limit).contains(&by) {
                    passed = before..posts.cursor;
                }
            }
            let mut effects = marks::passed(state, passed);
            effects.extend(more(state));
            effects
        }
    }
}

/// Loads the next page of the River when the cursor comes near the end of what is loaded.
pub(super) fn more(state: &mut State) -> Vec<Effect> {
    let near = state.river.cursor + 2 * state.list_rows() >= state.river.shown.len();
    if state.screen != Screen::River || !near || state.river.whole || state.river.loading {
        return Vec::new();
    }
    vec![lists::load_more(state)]
}

/// Where there is room, the posts of the blog under the cursor stand beside the tree.
pub(super) fn beside(state: &mut State) -> Vec<Effect> {
    if state.screen != Screen::Blogs || state.size.0 < WIDE {
        return Vec::new();
    }
    let Some(followed) = state.this_blog() else { return Vec::new() };
    let (id, title) = (followed.blog.id, followed.blog.title.clone());
    if state.beside.as_ref().is_some_and(|(known, ..)| *known == id) {
        return Vec::new();
    }
    state.beside = Some((id, title, Posts::on_its_way()));
    vec![Effect::LoadPostsOf(id)]
}

/// Puts the cursor of the list at hand on a row, as a click does. Whether it was there already.
pub fn put(state: &mut State, row: usize) -> (bool, Vec<Effect>) {
    let here = cursor(state);
    let by = row as isize - here as isize;
    let effects = step(state, by);
    (cursor(state) == here && by == 0, effects)
}

/// The row that the cursor of the list at hand is on.
pub(super) fn cursor(state: &State) -> usize {
    match state.screen {
        Screen::Today => state.today.cursor,
        Screen::Discussions => state.discussions.saying.unwrap_or(state.discussions.cursor),
        Screen::People => match state.contacts.view {
            View::Cards => state.evidence.unwrap_or(state.person),
            View::Book => state.contacts.cursor,
            View::Outbox => state.contacts.letter,
        },
        Screen::Health => state.sick,
        Screen::Blogs if state.blog.is_none() => state.row,
        _ => state.posts().map_or(0, |posts| posts.cursor),
    }
}

/// A folder opens and folds; from a blog, it is the folder that it lies in.
pub(super) fn fold(state: &mut State, fold: bool) -> Vec<Effect> {
    let folder = |row: &Row| matches!(row, Row::Folder { .. });
    let at = match state.rows.get(state.row) {
        Some(Row::Folder { folded, path, .. }) if *folded == fold => {
            // It is as it shall be: folding goes on to the folder around it.
            let around = &path[..path.len().saturating_sub(1)];
            state.rows[..state.row]
                .iter()
                .rposition(|row| matches!(row, Row::Folder { path, .. } if path.as_slice() == around))
        }
        Some(Row::Folder { .. }) => Some(state.row),
        _ => state.rows.get(..state.row).and_then(|above| above.iter().rposition(folder)),
    };
    let Some(at) = at.filter(|_| state.filter.is_empty()) else { return Vec::new() };
    state.row = at;
    if let Some(Row::Folder { path, .. }) = state.rows.get(at) {
        let path = path.clone();
        if fold {
            state.folded.insert(path);
        } else {
            state.folded.remove(&path);
        }
    }
    state.arrange_blogs();
    beside(state)
}

/// The next or previous post of the list that the open one came from.
pub(super) fn neighbour(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(from) = state.post.as_ref().map(|open| open.from) else { return Vec::new() };
    if from == Screen::People
        && let Some(next) = contacts::neighbour(state, by)
    {
        return next;
    }
    if matches!(from, Screen::People | Screen::Discussions) {
        return say(state, &format!("This post was opened from {}; Esc goes back there", from.name()));
    }
    if from == Screen::Today {
        return neighbour_today(state, by);
    }
    let list = match from {
        Screen::Blogs => state.blog.as_mut().map(|(_, _, posts)| posts),
        _ => Some(&mut state.river),
    };
    let Some(list) = list else { return Vec::new() };
    let next = list.cursor.saturating_add_signed(by).min(list.shown.len().saturating_sub(1));
    if next == list.cursor {
        return say(state, if by > 0 { "This is the last post" } else { "This is the first post" });
    }
    list.cursor = next;
    let Some(id) = list.current().map(|listed| listed.post.id) else { return Vec::new() };
    vec![Effect::LoadPost { id, quote: None, from }]
}

/// The next or previous title of Today, in the order in which rows and titles stand there.
fn neighbour_today(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(open) = state.post.as_ref().map(|open| open.listed.post.id) else { return Vec::new() };
    let rows = (0..state.today.shown.len()).filter_map(|row| Some((row, state.today.get(row)?)));
    let titles: Vec<(usize, PostId)> =
        rows.flat_map(|(row, writer)| writer.posts.iter().map(move |one| (row, one.post.id))).collect();
    let here = titles.iter().position(|(_, id)| *id == open);
    match here.and_then(|at| at.checked_add_signed(by)).and_then(|at| titles.get(at)) {
        Some(&(row, id)) => {
            state.today.cursor = row;
            vec![Effect::LoadPost { id, quote: None, from: Screen::Today }]
        }
        None => say(state, if by > 0 { "This is the last post of Today" } else { "This is the first post" }),
    }
}
