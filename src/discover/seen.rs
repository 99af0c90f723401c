//! What pages of posts show and feeds do not: who commented, who mentioned the post, links that a summary leaves out.
//! Kept a blog, beside the edges that are reckoned from its feed.

use std::collections::HashSet;

use super::{
    digest::outdated,
    edges::{self, Edges, Source},
    keys,
    knowledge::Entry,
};
use crate::{
    feed::Feed,
    model::{Blog, BlogId, PageUrl, Post, address::page_key},
    page::Page,
    store::{Store, StoreError, codec},
};

/// Pages of posts, and comments on them, that are remembered of a blog; those of the newest posts stay.
const MOST_SOURCES: usize = 200;

/// What was seen on the pages of a blog's posts.
pub fn of(store: &Store, blog: BlogId) -> Result<Edges, StoreError> {
    Ok(store.discovered(&keys::of(keys::SEEN, blog))?.unwrap_or_default())
}

/// What the page of a post, and the feed of its comments, show that is not known from the blog's feed.
pub fn on_page(
    store: &Store,
    blog: &Blog,
    post: &Post,
    (page, address, comments): (&Page, &PageUrl, Option<&Feed>),
) -> Result<Edges, StoreError> {
    let known: HashSet<String> = store.links(post.id)?.iter().map(|link| page_key(link.target.url())).collect();
    let source =
        Source { post: post.id, url: address.clone(), title: post.label(), published: post.published.or(post.updated) };
    let commented = comments.map(|feed| edges::of_comments(blog, feed, &source));
    let mut shown = edges::of_post_page(blog, page, source, &known);
    shown.join(commented.unwrap_or_default());
    Ok(shown)
}

/// The records that keep what a post's page showed, in place of what it showed before.
pub fn records(store: &Store, blog: BlogId, post: &Post, shown: Edges) -> Result<Vec<Entry>, StoreError> {
    let mut seen = of(store, blog)?;
    seen.forget(post.id);
    seen.join(shown);
    while seen.sources.len() > MOST_SOURCES
        && let Some(oldest) = seen.sources.iter().min_by_key(|source| source.published).map(|source| source.post)
    {
        seen.forget(oldest);
    }
    let mut records = vec![(keys::of(keys::SEEN, blog), Some(codec::encode(&seen)?))];
    records.extend(outdated(blog));
    Ok(records)
}
