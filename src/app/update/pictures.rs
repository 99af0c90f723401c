//! The pictures of the open post: fetched and drawn when somebody wants to see them, and hidden again.

use super::{Effect, reading, say};
use crate::{
    app::{
        article::picture::Shown,
        picture::{Asked, Picture, Pictures},
        state::{OpenPost, State},
    },
    model::Plain,
};
use std::sync::Arc;

/// Pictures that are fetched at once; pressing the key again goes on.
const MOST: usize = 20;

pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let by = state.pictures_by;
    let Some(open) = &mut state.post else { return say(state, "No post is open") };
    let Some(way) = by.filter(|_| !open.article.images.is_empty()) else {
        let why = match open.article.images.is_empty() {
            true => "This post has no pictures",
            false => {
                "Pictures need colours, which this terminal lacks or NO_COLOR switches off; P opens one in the browser"
            }
        };
        return say(state, why);
    };
    if std::mem::take(&mut state.asks_terminal) {
        state.ask_terminal = true;
        return Vec::new();
    }
    if open.pictures && !open.article.shown.is_empty() {
        open.pictures = false;
        return reading::fit(state);
    }
    open.pictures = true;
    let mut addresses: Vec<Plain> = Vec::new();
    for image in &open.article.images {
        // What failed is tried again.
        let is_wanted = matches!(state.pictures.get(&image.address), None | Some(Asked::Failed(_)));
        if is_wanted && !addresses.contains(&image.address) && addresses.len() < MOST {
            addresses.push(image.address.clone());
        }
    }
    let blog = Box::new(open.listed.blog.clone());
    for address in &addresses {
        state.pictures.put(address.clone(), Asked::Coming);
    }
    let mut effects = reading::fit(state);
    if !addresses.is_empty() {
        state.status = match addresses.len() {
            1 => "Fetching a picture ...".to_owned(),
            many => format!("Fetching {many} pictures ..."),
        };
        effects.push(Effect::LoadPictures { blog, addresses, way });
    }
    effects
}

/// A picture came, or why it did not.
pub(super) fn came(state: &mut State, address: Plain, picture: Result<Arc<Picture>, Plain>) -> Vec<Effect> {
    let failed = picture.as_ref().err().cloned();
    state.pictures.put(
        address.clone(),
        match picture {
            Ok(picture) => Asked::Here(picture),
            Err(why) => Asked::Failed(why),
        },
    );
    let Some(open) = state.post.as_ref().filter(|open| open.pictures) else { return Vec::new() };
    let Some(image) = open.article.images.iter().find(|image| image.address == address) else { return Vec::new() };
    let is_coming = |asked: Option<&Asked>| matches!(asked, Some(Asked::Coming));
    let left = open.article.images.iter().filter(|image| is_coming(state.pictures.get(&image.address))).count();
    // What went wrong stays in sight, whatever comes after it.
    let is_ours = state.status.starts_with("Fetching");
    match failed {
        Some(why) => state.status = format!("“{}” cannot be shown, its words stand for it: {why}", image.label),
        None if is_ours && left > 0 => state.status = format!("Fetching {left} more ..."),
        None if is_ours => state.status = "i hides the pictures again, P opens one in the browser".into(),
        None => {}
    }
    reading::fit(state)
}

/// Which pictures of a post are to be drawn, with their sizes.
pub(super) fn wanted(open: &OpenPost, pictures: &Pictures) -> Shown {
    if !open.pictures {
        return Shown::new();
    }
    let images = open.article.images.iter().enumerate();
    images.filter_map(|(at, image)| Some((at, pictures.here(&image.address)?.size))).collect()
}
