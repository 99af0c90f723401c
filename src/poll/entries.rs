//! A feed's entries as posts.

use std::collections::HashMap;

use crate::{
    feed::{Entry, Feed, SafeHtml},
    model::{BlogId, Link, LinkKind, PageUrl, Plain, Post, PostId, Timestamp},
    store::NewPost,
};

const SUMMARY_CHARACTERS: usize = 300;
const LINKS_A_POST: usize = 500;

/// An entry as a post, with a digest that changes when a reader would see a difference.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub new: NewPost,
    /// The text, for whoever counts its words.
    pub text: Plain,
    pub digest: u64,
}

/// All entries in feed order. Entries that repeat another's id and link are left out; those that only repeat the id,
/// as broken feeds have them, are told apart by their link.
pub fn of(feed: &Feed, blog: BlogId, now: Timestamp) -> Vec<Arrived> {
    let mut seen: HashMap<String, Option<String>> = HashMap::new();
    let mut arrived = Vec::with_capacity(feed.entries.len());
    for entry in &feed.entries {
        let link = entry.link.as_ref().map(ToString::to_string);
        let id = match seen.get(&entry.id) {
            Some(other) if *other == link => continue,
            Some(_) => format!("{}\n{}", entry.id, link.as_deref().unwrap_or_default()),
            None => entry.id.clone(),
        };
        if seen.insert(id.clone(), link).is_none() {
            arrived.push(post(entry, blog, PostId::of(blog, &id), now));
        }
    }
    arrived
}

fn post(entry: &Entry, blog: BlogId, id: PostId, now: Timestamp) -> Arrived {
    let body = entry.content.as_ref().or(entry.summary.as_ref());
    let text = body.map(SafeHtml::text).unwrap_or_default();
    let title = entry.title.clone().unwrap_or_default();
    let url = entry.link.as_ref().and_then(|link| PageUrl::parse(link.as_str()).ok());
    let html = body.map(|body| body.as_str().to_owned()).unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    for part in [title.as_str(), url.as_ref().map_or("", PageUrl::as_str), &html] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    let digest = hasher.finalize().as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let post = Post {
        id,
        blog,
        title,
        authors: entry.authors.iter().filter_map(|author| author.name.clone()).collect(),
        published: entry.published,
        updated: entry.updated,
        first_seen: now,
        tags: entry.categories.clone(),
        summary: beginning(&text),
        url,
    };
    let links = links(entry, body);
    Arrived { new: NewPost { post, html: Some(html), links }, text, digest }
}

/// The first words, cut where a word ends.
fn beginning(text: &Plain) -> Plain {
    let start: String = text.as_str().chars().take(SUMMARY_CHARACTERS).collect();
    if start.len() == text.as_str().len() {
        return Plain::line(&start);
    }
    let whole = start.rsplit_once(char::is_whitespace).map_or(start.as_str(), |(whole, _)| whole);
    Plain::line(&format!("{}…", whole.trim_end()))
}

fn links(entry: &Entry, body: Option<&SafeHtml>) -> Vec<Link> {
    let replies = entry.in_reply_to.iter().map(|target| (target.clone(), Plain::default(), LinkKind::Reply));
    let mentions = body.into_iter().flat_map(SafeHtml::links).map(|(target, text)| (target, text, LinkKind::Mention));
    replies
        .chain(mentions)
        .filter_map(|(target, text, kind)| {
            let short: String = text.as_str().chars().take(120).collect();
            Some(Link { target: PageUrl::parse(&target).ok()?, text: Plain::line(&short), kind })
        })
        .take(LINKS_A_POST)
        .collect()
}
