//! JSON Feed 1.0 and 1.1 (<https://jsonfeed.org/version/1.1>), and what people take for it.
//!
//! Read with serde alone: feed-rs gives up on a number as an id, on a missing version and on a later one, and drops
//! hubs, `next_url`, `external_url` and whether an item's authors are its own. Keys that are of no use are not kept, so
//! that a large document does not become a larger tree.

use url::Url;

use super::author::Author;
use super::content::{Content, line_of_either, plain_line};
use super::links::resolve;
use super::loose::{List, Text};
use super::sanitise::sanitise;
use super::{Enclosure, Entry, Feed, FeedError, FeedKind, date};
use crate::model::Plain;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Document {
    version: Text,
    title: Text,
    home_page_url: Text,
    feed_url: Text,
    description: Text,
    next_url: Text,
    icon: Text,
    favicon: Text,
    language: Text,
    author: List<Person>,
    authors: List<Person>,
    hubs: List<Hub>,
    items: Option<List<Item>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Item {
    id: Text,
    url: Text,
    external_url: Text,
    title: Text,
    content_html: Text,
    content_text: Text,
    summary: Text,
    date_published: Text,
    date_modified: Text,
    author: List<Person>,
    authors: List<Person>,
    tags: List<Text>,
    attachments: List<Attachment>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Person {
    name: Text,
    url: Text,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Hub {
    url: Text,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Attachment {
    url: Text,
    mime_type: Text,
    size_in_bytes: Text,
}

/// Reads a document whose address is `base`.
pub(super) fn read(text: &str, base: Option<&Url>) -> Result<Feed, FeedError> {
    let document: Document =
        serde_json::from_str(text).map_err(|error| FeedError::Broken { what: broken(&error), line: error.line() })?;
    let known = document.version.text().contains("jsonfeed.org");
    if !known && document.items.is_none() {
        return Err(FeedError::NotAFeed { looks_like_html: false, found: Some(Plain::line("JSON")) });
    }
    let link = resolve(base, document.home_page_url.text());
    let self_url = resolve(base, document.feed_url.text());
    let base = base.or(link.as_ref()).or(self_url.as_ref());
    Ok(Feed {
        title: plain_line(document.title.text()),
        description: line_of_either(document.description.text()),
        language: plain_line(document.language.text()).map(String::from),
        icon: resolve(base, document.icon.text()).or_else(|| resolve(base, document.favicon.text())),
        authors: people(document.authors.0, document.author.0, base),
        kind: FeedKind::Json,
        hub: document.hubs.0.iter().find_map(|hub| resolve(base, hub.url.text())),
        next: resolve(base, document.next_url.text()),
        entries: document.items.unwrap_or_default().0.into_iter().map(|item| item.into_entry(base)).collect(),
        link: link.clone(),
        self_url: self_url.clone(),
        ..Feed::default()
    })
}

fn broken(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let cause = message.split(" at line ").next().unwrap_or_default();
    format!("the JSON ends or goes wrong: {cause}")
}

impl Item {
    fn into_entry(self, base: Option<&Url>) -> Entry {
        let html = self.content_html.0.filter(|html| !html.trim().is_empty()).map(Content::Html);
        let text = self.content_text.0.filter(|text| !text.trim().is_empty()).map(Content::Text);
        Entry {
            id: String::from(Plain::text(self.id.0.unwrap_or_default().trim())),
            title: self.title.0.as_deref().and_then(plain_line),
            link: [&self.url, &self.external_url].iter().find_map(|url| resolve(base, url.text())),
            authors: people(self.authors.0, self.author.0, base),
            published: date::parse(self.date_published.text()),
            updated: date::parse(self.date_modified.text()),
            summary: self.summary.0.and_then(|text| sanitise(&Content::Text(text), base)),
            content: html.or(text).and_then(|content| sanitise(&content, base)),
            categories: self.tags.0.iter().filter_map(|tag| plain_line(tag.text())).collect(),
            enclosures: self
                .attachments
                .0
                .into_iter()
                .filter_map(|attachment| attachment.into_enclosure(base))
                .collect(),
            ..Entry::default()
        }
    }
}

impl Attachment {
    fn into_enclosure(self, base: Option<&Url>) -> Option<Enclosure> {
        let length = self.size_in_bytes.text();
        Some(Enclosure {
            url: resolve(base, self.url.text())?,
            media_type: plain_line(self.mime_type.text()),
            length: length.split('.').next().and_then(|length| length.parse().ok()),
        })
    }
}

fn people(many: Vec<Person>, one: Vec<Person>, base: Option<&Url>) -> Vec<Author> {
    let people = if many.is_empty() { one } else { many };
    let authors = people.into_iter().map(|person| Author {
        name: plain_line(person.name.text()),
        email: person.url.text().strip_prefix("mailto:").and_then(plain_line),
        url: resolve(base, person.url.text()).filter(|url| url.scheme() != "mailto"),
    });
    authors.filter(|author| *author != Author::default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_feed_says_is_read_however_it_says_it() {
        let text = r#"{"version": 2, "title": "J", "author": {"name": "Ann", "url": "mailto:ann@example.org"},
            "hubs": [{"type": "WebSub", "url": "https://hub.example/"}], "next_url": "?page=2", "_x": {"y": [[]]},
            "items": [{"id": 42, "external_url": "/x", "tags": ["a", "", 1], "content_text": "1 < 2"}, "junk", null,
                {"id": "b", "attachments": {"url": "a.mp3", "size_in_bytes": 12.0}, "date_published": false}]}"#;
        let base = Url::parse("https://example.org/d/feed.json").unwrap();
        let feed = read(text, Some(&base)).unwrap();
        assert_eq!(feed.authors[0].email.as_ref().map(Plain::as_str), Some("ann@example.org"));
        assert_eq!(feed.hub.map(String::from).as_deref(), Some("https://hub.example/"));
        assert_eq!(feed.next.map(String::from).as_deref(), Some("https://example.org/d/feed.json?page=2"));
        let [first, second] = feed.entries.as_slice() else { panic!("{} entries", feed.entries.len()) };
        assert_eq!((first.id.as_str(), first.categories.len()), ("42", 2));
        assert_eq!(first.link.as_ref().map(Url::as_str), Some("https://example.org/x"));
        assert_eq!(first.content.as_ref().map(|content| content.as_str()), Some("1 &lt; 2"));
        assert_eq!((second.id.as_str(), second.enclosures[0].length), ("b", Some(12)));
    }

    #[test]
    fn other_json_is_no_feed() {
        for text in ["{}", "{\"title\": \"x\"}", "[1, 2]", "{\"items\": [", "{\"version\""] {
            assert!(read(text, None).is_err(), "{text}");
        }
    }
}
