//! A feed as JSON, in the schema of `penpal parse`: no key is left out, what is unknown is null or `[]`.

use serde_json::{Value, json};
use url::Url;

use super::{Author, Enclosure, Entry, Feed, SafeHtml};
use crate::model::{Plain, Timestamp};

/// The object that `penpal parse --json` prints. Addresses are absolute, moments RFC 3339 in UTC.
pub fn show(feed: &Feed) -> Value {
    json!({
        "title": feed.title.as_ref().map(Plain::as_str),
        "link": address(feed.link.as_ref()),
        "description": feed.description.as_ref().map(Plain::as_str),
        "language": feed.language,
        "updated": feed.updated.map(Timestamp::rfc3339),
        "icon": address(feed.icon.as_ref()),
        "authors": feed.authors.iter().map(author).collect::<Vec<_>>(),
        "feed_type": feed.kind.name(),
        "self": address(feed.self_url.as_ref()),
        "hub": address(feed.hub.as_ref()),
        "next": address(feed.next.as_ref()),
        "blogroll": address(feed.blogroll.as_ref()),
        "entries": feed.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn entry(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "title": entry.title.as_ref().map(Plain::as_str),
        "link": address(entry.link.as_ref()),
        "authors": entry.authors.iter().map(author).collect::<Vec<_>>(),
        "published": entry.published.map(Timestamp::rfc3339),
        "updated": entry.updated.map(Timestamp::rfc3339),
        "summary_html": entry.summary.as_ref().map(SafeHtml::as_str),
        "content_html": entry.content.as_ref().map(SafeHtml::as_str),
        "text": entry.body().map(SafeHtml::text).and_then(Plain::some),
        "categories": entry.categories,
        "enclosures": entry.enclosures.iter().map(enclosure).collect::<Vec<_>>(),
        "comments": address(entry.comments.as_ref()),
        "comments_feed": address(entry.comments_feed.as_ref()),
        "comments_count": entry.comments_count,
        "in_reply_to": entry.in_reply_to,
        "source": entry.source.as_ref().map(|source| json!({
            "title": source.title.as_ref().map(Plain::as_str),
            "link": address(source.link.as_ref()),
        })),
    })
}

fn address(url: Option<&Url>) -> Option<&str> {
    url.map(Url::as_str)
}

fn author(author: &Author) -> Value {
    json!({"name": author.name, "email": author.email, "url": address(author.url.as_ref())})
}

fn enclosure(enclosure: &Enclosure) -> Value {
    json!({"url": enclosure.url.as_str(), "type": enclosure.media_type, "length": enclosure.length})
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
