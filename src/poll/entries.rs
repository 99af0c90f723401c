//! A feed's entries as posts.

use std::collections::{HashMap, HashSet};

use crate::{
    feed::{Entry, Feed, SafeHtml},
    model::{BlogId, Enclosure, Link, LinkKind, PageUrl, Plain, Post, PostId, Timestamp},
    store::{NewPost, links_of},
};

/// Two lines of a wide screen. Every head has it, and they are half of what the cache takes.
const SUMMARY_CHARACTERS: usize = 200;

/// Files that a post is known to come with, and bytes of their addresses.
const MOST_ENCLOSURES: usize = 12;
const LONGEST_ADDRESS: usize = 2048;

/// An entry as a post, with a digest that changes when a reader would see a difference.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub new: NewPost,
    pub digest: u64,
}

impl Arrived {
    /// The text, for whoever counts its words: reckoned when asked, since a refresh needs few of them.
    pub fn text(&self) -> Plain {
        self.html().text()
    }

    /// The beginning of [`Self::text`], of about so many characters.
    pub fn beginning(&self, characters: usize) -> Plain {
        self.html().beginning(characters)
    }

    /// The text without its code.
    pub fn prose(&self) -> Plain {
        self.html().prose()
    }

    /// The links in it, what it answers first.
    pub fn links(&self) -> Vec<Link> {
        links_of(&self.new.beside, &self.html())
    }

    fn html(&self) -> SafeHtml {
        SafeHtml::from_stored(self.new.html.clone().unwrap_or_default())
    }
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
    let start = body.map(|body| body.beginning(SUMMARY_CHARACTERS + 1)).unwrap_or_default();
    let title = entry.title.clone().unwrap_or_default();
    let url = entry.link.as_ref().and_then(|link| PageUrl::parse(link.as_str()).ok());
    let html = body.map(|body| body.as_str().to_owned()).unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    for part in [title.as_str(), url.as_ref().map_or("", PageUrl::as_str), &html] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    let enclosures: Vec<Enclosure> = entry.enclosures.iter().filter_map(enclosure).take(MOST_ENCLOSURES).collect();
    for enclosure in &enclosures {
        hasher.update(enclosure.url.as_str().as_bytes()).update(&[1]);
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
        tags: once(&entry.categories),
        summary: beginning(&start),
        url,
        enclosures,
    };
    let beside = |target: PageUrl, kind| Link { target, text: Plain::default(), kind };
    let answered = entry.in_reply_to.iter().filter_map(|target| PageUrl::parse(target).ok());
    let source = entry.source.as_ref().and_then(|source| PageUrl::from_url(source.link.clone()?));
    let taken = source.map(|source| beside(source, LinkKind::Source));
    // Where nobody commented yet, there is nothing to ask for.
    let comments = entry.comments_feed.clone().filter(|_| entry.comments_count != Some(0)).and_then(PageUrl::from_url);
    let comments = comments.map(|comments| beside(comments, LinkKind::Comments));
    let beside = answered.map(|target| beside(target, LinkKind::Reply)).chain(taken).chain(comments).collect();
    Arrived { new: NewPost { post, html: Some(html), beside }, digest }
}

/// What can be fetched; a head is read with every list, so that no address may be endless.
fn enclosure(given: &crate::feed::Enclosure) -> Option<Enclosure> {
    let url = PageUrl::parse(given.url.as_str()).ok().filter(|url| url.as_str().len() <= LONGEST_ADDRESS)?;
    Some(Enclosure { url, media_type: given.media_type.clone(), length: given.length })
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
/// Without repeats, in order.
fn once(tags: &[Plain]) -> Vec<Plain> {
    let mut seen = HashSet::new();
    tags.iter().filter(|tag| seen.insert(*tag)).cloned().collect()
}
