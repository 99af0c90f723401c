//! A feed as JSON, in the schema of `penpal parse`: no key is left out, what is unknown is null or `[]`.

use serde::{Serialize, Serializer};
use serde_json::Value;
use url::Url;

use super::{Author, Enclosure, Entry, Feed, SafeHtml, Source};
use crate::model::{Plain, Timestamp};

/// The object that `penpal parse --json` prints. Addresses are absolute, moments RFC 3339 in UTC.
pub fn show(feed: &Feed) -> Value {
    // Strings, numbers and lists under names are JSON, and nothing else is in it.
    serde_json::to_value(Shown(feed)).unwrap_or_default()
}

/// What [`show`] gives, to be written without a copy of it in memory.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a Feed);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let feed = self.0;
        let fields = FeedFields {
            title: feed.title.as_ref(),
            link: feed.link.as_ref(),
            description: feed.description.as_ref(),
            language: feed.language.as_deref(),
            updated: feed.updated,
            icon: feed.icon.as_ref(),
            authors: feed.authors.iter().map(AuthorFields::of).collect(),
            feed_type: feed.kind.name(),
            own: feed.self_url.as_ref(),
            hub: feed.hub.as_ref(),
            next: feed.next.as_ref(),
            blogroll: feed.blogroll.as_ref(),
            entries: Entries(&feed.entries),
        };
        fields.serialize(serializer)
    }
}

#[derive(Serialize)]
struct FeedFields<'a> {
    title: Option<&'a Plain>,
    link: Option<&'a Url>,
    description: Option<&'a Plain>,
    language: Option<&'a str>,
    updated: Option<Timestamp>,
    icon: Option<&'a Url>,
    authors: Vec<AuthorFields<'a>>,
    feed_type: &'static str,
    #[serde(rename = "self")]
    own: Option<&'a Url>,
    hub: Option<&'a Url>,
    next: Option<&'a Url>,
    blogroll: Option<&'a Url>,
    entries: Entries<'a>,
}

struct Entries<'a>(&'a [Entry]);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(EntryFields::of))
    }
}

#[derive(Serialize)]
struct EntryFields<'a> {
    id: &'a str,
    title: Option<&'a Plain>,
    link: Option<&'a Url>,
    authors: Vec<AuthorFields<'a>>,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    summary_html: Option<&'a SafeHtml>,
    content_html: Option<&'a SafeHtml>,
    text: Option<Plain>,
    categories: &'a [Plain],
    enclosures: Vec<EnclosureFields<'a>>,
    comments: Option<&'a Url>,
    comments_feed: Option<&'a Url>,
    comments_count: Option<u64>,
    in_reply_to: &'a [String],
    source: Option<SourceFields<'a>>,
}

impl<'a> EntryFields<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self {
            id: &entry.id,
            title: entry.title.as_ref(),
            link: entry.link.as_ref(),
            authors: entry.authors.iter().map(AuthorFields::of).collect(),
            published: entry.published,
            updated: entry.updated,
            summary_html: entry.summary.as_ref(),
            content_html: entry.content.as_ref(),
            text: entry.body().map(SafeHtml::text).and_then(Plain::some),
            categories: &entry.categories,
            enclosures: entry.enclosures.iter().map(EnclosureFields::of).collect(),
            comments: entry.comments.as_ref(),
            comments_feed: entry.comments_feed.as_ref(),
            comments_count: entry.comments_count,
            in_reply_to: &entry.in_reply_to,
            source: entry.source.as_ref().map(SourceFields::of),
        }
    }
}

#[derive(Serialize)]
struct AuthorFields<'a> {
    name: Option<&'a Plain>,
    email: Option<&'a Plain>,
    url: Option<&'a Url>,
}

impl<'a> AuthorFields<'a> {
    fn of(author: &'a Author) -> Self {
        Self { name: author.name.as_ref(), email: author.email.as_ref(), url: author.url.as_ref() }
    }
}

#[derive(Serialize)]
struct EnclosureFields<'a> {
    url: &'a Url,
    #[serde(rename = "type")]
    media_type: Option<&'a Plain>,
    length: Option<u64>,
}

impl<'a> EnclosureFields<'a> {
    fn of(enclosure: &'a Enclosure) -> Self {
        Self { url: &enclosure.url, media_type: enclosure.media_type.as_ref(), length: enclosure.length }
    }
}

#[derive(Serialize)]
struct SourceFields<'a> {
    title: Option<&'a Plain>,
    link: Option<&'a Url>,
}

impl<'a> SourceFields<'a> {
    fn of(source: &'a Source) -> Self {
        Self { title: source.title.as_ref(), link: source.link.as_ref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_left_out() {
        let feed = Feed { entries: vec![Entry::default()], ..Feed::default() };
        let shown = show(&feed);
        assert_eq!(shown.as_object().unwrap().len(), 13);
        assert_eq!(shown["entries"][0].as_object().unwrap().len(), 16);
        assert!(shown["entries"][0]["source"].is_null());
    }
}
