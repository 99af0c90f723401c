//! What can be done in an open post: links by their letters or in a list, places within the text, what comes with it.

use std::sync::Arc;

use super::{Effect, say};
use crate::{
    app::{
        article::{Article, Line, Link, Role},
        left_off::PLACES,
        state::{Hint, OpenPost, Over, Screen, State},
    },
    model::PostId,
};

/// Letters of hints, those first that fingers rest on.
const LETTERS: &[u8; 26] = b"asdfghjklqwertyuiopzxcvbnm";

/// Puts letters beside all links that are seen.
pub fn hints(state: &mut State) -> Vec<Effect> {
    let rows = state.post_rows();
    let Some(open) = &state.post else { return say(state, "No post is open") };
    let seen = open.article.lines.iter().enumerate().skip(open.scroll).take(rows);
    let mut found: Vec<(Link, usize, usize)> = Vec::new();
    for (at, line) in seen {
        for (span, piece) in line.spans.iter().enumerate() {
            let (Some(link), is_number) = (piece.look.link, piece.look.role == Role::Number) else { continue };
            // A link out has its letters where its number is; one within the text has none.
            if is_number || matches!(link, Link::Within(_)) {
                found.push((link, at, span));
            }
        }
    }
    if found.is_empty() {
        return say(state, "No link is seen here; L lists all of this post");
    }
    let two = found.len() > LETTERS.len();
    let letters = |at: usize| {
        let letter = |at: usize| char::from(LETTERS[at % LETTERS.len()]);
        if two { [letter(at / LETTERS.len()), letter(at)].iter().collect() } else { letter(at).to_string() }
    };
    let hints =
        found.into_iter().enumerate().map(|(at, (link, line, span))| Hint { letters: letters(at), link, line, span });
    state.over = Some(Over::Hints { hints: hints.collect(), typed: String::new() });
    say(state, "Type the letters of a link; Esc forgets it")
}

/// Lists all links.
pub fn links(state: &mut State) -> Vec<Effect> {
    match &state.post {
        Some(open) if !open.article.links.is_empty() => {
            state.over = Some(Over::Links { cursor: 0 });
            say(state, "Enter opens a link, Esc closes the list")
        }
        Some(_) => say(state, "This post has no links; o opens it in the browser"),
        None => say(state, "No post is open"),
    }
}

/// Plays what comes with a post, or asks which of it.
pub fn enclosures(state: &mut State) -> Vec<Effect> {
    let Some(open) = &state.post else { return say(state, "No post is open") };
    match open.listed.post.enclosures.as_slice() {
        [] => say(state, "Nothing comes with this post"),
        [one] => vec![Effect::Play(one.url.to_string())],
        _ => {
            state.over = Some(Over::Enclosures { cursor: 0 });
            say(state, "Enter plays or opens one, Esc closes the list")
        }
    }
}

/// Opens the picture that is seen, or lists those of the post, from the one that is nearest on.
pub fn pictures(state: &mut State) -> Vec<Effect> {
    let rows = state.post_rows();
    let Some(open) = &state.post else { return say(state, "No post is open") };
    let on = |line: &Line| line.spans.iter().filter_map(|span| span.look.role.image()).collect::<Vec<_>>();
    let mut seen: Vec<usize> = open.article.lines.iter().skip(open.scroll).take(rows).flat_map(on).collect();
    seen.dedup();
    match (open.article.images.as_slice(), seen.as_slice()) {
        ([], _) => say(state, "This post has no pictures"),
        (images, [only]) => images.get(*only).map(|one| Effect::Browse(one.address.to_string())).into_iter().collect(),
        (_, seen) => {
            state.over = Some(Over::Pictures { cursor: seen.first().copied().unwrap_or(0) });
            say(state, "Enter opens a picture, Esc closes the list")
        }
    }
}

/// A key while something lies over the post; named as in the table of actions.
pub fn press(state: &mut State, key: &str) -> Vec<Effect> {
    let Some(over) = state.over.take() else { return Vec::new() };
    match over {
        Over::Hints { hints, mut typed } => {
            if key == "Backspace" {
                typed.pop();
            } else if key.len() == 1 {
                typed.push_str(&key.to_lowercase());
            } else {
                state.status.clear();
                return Vec::new();
            }
            if let Some(hint) = hints.iter().find(|hint| hint.letters == typed) {
                return follow(state, hint.link);
            }
            if hints.iter().any(|hint| hint.letters.starts_with(&typed)) {
                state.over = Some(Over::Hints { hints, typed });
                return Vec::new();
            }
            say(state, "No link has these letters")
        }
        Over::Links { cursor } => {
            let count = state.post.as_ref().map_or(0, |open| open.article.links.len());
            match moved(key, cursor, count) {
                Step::To(cursor) => state.over = Some(Over::Links { cursor }),
                Step::Chosen => return follow(state, Link::Out(cursor + 1)),
                Step::Away => state.status.clear(),
            }
            Vec::new()
        }
        Over::Pictures { cursor } => {
            let images = state.post.as_ref().map_or(&[][..], |open| &open.article.images);
            match moved(key, cursor, images.len()) {
                Step::To(cursor) => state.over = Some(Over::Pictures { cursor }),
                Step::Chosen => {
                    let address = images.get(cursor).map(|one| one.address.to_string());
                    return address.map(Effect::Browse).into_iter().collect();
                }
                Step::Away => state.status.clear(),
            }
            Vec::new()
        }
        Over::Enclosures { cursor } => {
            let enclosures = state.post.as_ref().map_or(&[][..], |open| &open.listed.post.enclosures);
            match moved(key, cursor, enclosures.len()) {
                Step::To(cursor) => state.over = Some(Over::Enclosures { cursor }),
                Step::Chosen => {
                    let url = enclosures.get(cursor).map(|one| one.url.to_string());
                    return url.map(Effect::Play).into_iter().collect();
                }
                Step::Away => state.status.clear(),
            }
            Vec::new()
        }
    }
}

enum Step {
    To(usize),
    Chosen,
    Away,
}

fn moved(key: &str, cursor: usize, count: usize) -> Step {
    let last = count.saturating_sub(1);
    match key {
        "j" | "Down" => Step::To((cursor + 1).min(last)),
        "k" | "Up" => Step::To(cursor.saturating_sub(1)),
        "Space" | "PgDn" => Step::To((cursor + 10).min(last)),
        "b" | "PgUp" => Step::To(cursor.saturating_sub(10)),
        "g" | "Home" => Step::To(0),
        "G" | "End" => Step::To(last),
        "Enter" | "l" | "Right" | "o" => Step::Chosen,
        _ => Step::Away,
    }
}

fn follow(state: &mut State, link: Link) -> Vec<Effect> {
    state.status.clear();
    let rows = state.post_rows();
    let Some(open) = &mut state.post else { return Vec::new() };
    match link {
        Link::Out(number) => {
            let address = open.article.links.get(number.saturating_sub(1));
            address.map(|address| Effect::Browse(address.to_string())).into_iter().collect()
        }
        Link::Within(at) => {
            if let Some(&line) = open.article.within.get(at) {
                open.left.push(open.scroll);
                open.scroll = line.min(open.article.lines.len().saturating_sub(rows));
                open.quoted = Some(line);
            }
            say(state, "Esc goes back to where you were")
        }
    }
}

/// Goes back to where a link within the text was; whether there was one.
pub fn return_to_text(state: &mut State) -> bool {
    let Some(open) = &mut state.post else { return false };
    let Some(scroll) = open.left.pop() else { return false };
    open.scroll = scroll;
    open.quoted = None;
    true
}

/// Notes that the open post was opened; where all of it is seen at once, that it was finished too.
pub fn opened(state: &mut State) -> Option<Effect> {
    let last = last_scroll(state);
    let open = state.post.as_mut()?;
    open.finished = last == 0;
    Some(Effect::Opened { post: open.listed.post.id, blog: open.listed.blog.id, finished: open.finished })
}

/// Notes that the end of the open post came into sight, the first time that it does. Who leaps there has read nothing.
pub fn came_to_end(state: &mut State, by: isize, page: isize) -> Option<Effect> {
    let last = last_scroll(state);
    let open = state.post.as_mut()?;
    if open.finished || open.scroll < last || !(1..=page).contains(&by) {
        return None;
    }
    open.finished = true;
    Some(Effect::Opened { post: open.listed.post.id, blog: open.listed.blog.id, finished: true })
}

/// How far the open post can be scrolled: 0 if all of it is seen.
pub fn last_scroll(state: &State) -> usize {
    let rows = state.list_rows().saturating_sub(4).max(1);
    state.post.as_ref().map_or(0, |open| open.article.lines.len().saturating_sub(rows))
}

/// Remembers how far the open post was read.
pub fn keep_place(state: &mut State) {
    let Some(open) = &state.post else { return };
    let (id, place) = (open.listed.post.id, open.article.place_of(open.scroll));
    match state.places.last_mut() {
        Some((last, at)) if *last == id => *at = place,
        _ => {
            state.places.retain(|(known, _)| *known != id);
            state.places.push((id, place));
            let many = state.places.len().saturating_sub(PLACES);
            state.places.drain(..many);
        }
    }
}

/// Has the open post set anew if its lines do not have the width that there is, or the pictures.
pub fn fit(state: &State) -> Vec<Effect> {
    let Some(open) = &state.post else { return Vec::new() };
    let (width, shown) = (state.measure(), super::pictures::wanted(open, &state.pictures));
    if open.article.width == width && open.article.shown == shown {
        return Vec::new();
    }
    vec![Effect::Fit { post: open.listed.post.id, article: Arc::clone(&open.article), width, shown }]
}

/// Takes in the open post in another width, at the same words.
pub fn fitted(state: &mut State, id: PostId, article: Arc<Article>) {
    let Some(open) = state.post.as_mut().filter(|open| open.listed.post.id == id) else { return };
    if open.article.links != article.links || open.article.images != article.images {
        return;
    }
    let moved = |line: usize| {
        let place = open.article.place_of(line);
        let next = article.line_at(place);
        // Lines without letters, pictures and their captions among them, stay as near as they were to the words before.
        let Some(last) = place.checked_sub(1) else { return next };
        next.min(article.line_at(last) + line.saturating_sub(open.article.line_at(last)))
    };
    let (scroll, quoted) = (moved(open.scroll), open.quoted.map(moved));
    *open =
        OpenPost { scroll, quoted, left: open.left.iter().map(|line| moved(*line)).collect(), article, ..open.clone() };
    // Letters stand beside spans that are no more.
    if matches!(state.over, Some(Over::Hints { .. })) {
        state.over = None;
    }
}

/// Whether keys go to what lies over the post.
pub fn takes_keys(state: &State) -> bool {
    state.screen == Screen::Post && state.over.is_some() && state.prompt.is_none() && !state.help
}
