//! JSON Feed 1.0 and 1.1 (<https://jsonfeed.org/version/1.1>), and what people take for it.
//!
//! Read with serde alone: feed-rs gives up on a number as an id, on a missing version and on a later one, and drops
//! hubs, `next_url`, `external_url` and whether an item's authors are its own. Keys that are of no use are not kept, so
//! that a large document does not become a larger tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use url::Url;

use super::author::Author;
use super::content::{Content, line_of_either, plain_line};
use super::links::resolve;
use super::loose::{List, Text};
use super::mend::cut;
use super::sanitise::sanitise;
use super::{Enclosure, Entry, Feed, FeedError, FeedKind, date, json_mend};
use crate::model::Plain;

/// Objects of which some keys are read, each key as often as it comes: serde's own derive gives up on a key that repeats.
/// The last one counts, as in JavaScript. What stands for a whole object is read as the field behind `or`.
macro_rules! objects {
    ($($name:ident $(or $main:ident)? { $($field:ident: $kind:ty,)* })*) => {$(
        #[derive(Default)]
        struct $name { $($field: $kind,)* }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;

                impl<'de> Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut read = $name::default();
                        while let Some(key) = map.next_key::<String>()? {
                            match &*key {
                                $(stringify!($field) => read.$field = map.next_value()?,)*
                                _ => drop(map.next_value::<IgnoredAny>()?),
                            }
                        }
                        Ok(read)
                    }

                    $(fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name { $main: Text::of(text), ..$name::default() })
                    })?
                }

                deserializer.deserialize_any(Fields)
            }
        }
    )*};
}

objects! {
    Document {
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
    Item {
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
    Person or name {
        name: Text,
        url: Text,
    }
    Hub {
        url: Text,
    }
    Attachment or url {
        url: Text,
        mime_type: Text,
        size_in_bytes: Text,
    }
}

/// A document that serde reads: the text itself, or what could be made of it.
pub(super) struct Sound<'a> {
    pub(super) text: Cow<'a, str>,
    /// What was wrong, and where, if anything was.
    pub(super) mended: Option<FeedError>,
    pub(super) cut_off: bool,
    document: Document,
}

/// Makes the most of a text that begins with a bracket.
///
/// # Errors
///
/// Where it ends before any of its items is whole.
pub(super) fn sound(text: &str) -> Result<Sound<'_>, FeedError> {
    let error = match serde_json::from_str(text) {
        Ok(document) => return Ok(Sound { text: Cow::Borrowed(text), mended: None, cut_off: false, document }),
        Err(error) => FeedError::Broken { what: broken(&error), line: error.line() },
    };
    let json_mend::Mended { text, cut_off } = json_mend::mend(text);
    match serde_json::from_str::<Document>(&text) {
        Ok(document) if !cut_off || document.items.as_ref().is_some_and(|items| !items.0.is_empty()) => {
            Ok(Sound { text: text.into(), mended: Some(error), cut_off, document })
        }
        _ => Err(error),
    }
}

/// Where a JSON Feed begins behind what a program printed before it, or within the call that some wrap it in.
pub(super) fn start(text: &str) -> Option<usize> {
    let head = cut(text, JUNK_WITHIN);
    let version = head.find("//jsonfeed.org/version")?;
    head[..version].rfind('{')
}

/// Bytes of that.
const JUNK_WITHIN: usize = 64 * 1024;

/// Reads a document whose address is `base`.
pub(super) fn read(text: &str, base: Option<&Url>) -> Result<Feed, FeedError> {
    let document = sound(text)?.document;
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
    fn a_feed_that_is_not_sound_json_keeps_its_whole_items() {
        let ids = |text: &str| -> Vec<String> {
            read(text, None).map(|feed| feed.entries.into_iter().map(|entry| entry.id).collect()).unwrap_or_default()
        };
        let feed = r#"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "\u00e9"}, {"id": "2"}]}"#;
        let ends: Vec<usize> = feed.match_indices('}').map(|(at, _)| at).collect();
        for end in 0..feed.len() {
            let whole = ends[..2].iter().filter(|at| **at < end).count();
            assert_eq!(ids(&feed[..end]), &["1", "2"][..whole], "{}", &feed[..end]);
        }
        for (broken, whole) in [
            (r#"{"items": [], "items": [{"id": "1", "id": "2"}]}"#, vec!["2"]),
            (r#"{"items": [{"id": "1", "title": "\ud83d"}, {"id": "2",}],}"#, vec!["1", "2"]),
            ("{\"items\": [{\"id\": \"1\", \"content_text\": \"a\nb\"}]}\n<!-- cached -->", vec!["1"]),
        ] {
            assert_eq!(ids(broken), whole, "{broken}");
        }
        for (before, behind) in [(")]}'\n", ""), ("callback(", ");"), ("<b>Warning</b>: x\n", "")] {
            let read = super::super::read(format!("{before}{feed}{behind}").as_bytes(), &Default::default()).unwrap();
            assert_eq!(read.entries.len(), 2, "{before}");
        }
        let named = read(r#"{"items": [{"author": "Ann", "authors": []}, {"authors": ["Ann"]}]}"#, None).unwrap();
        assert!(named.entries.iter().all(|entry| entry.authors[0].name == Some(Plain::line("Ann"))));
    }

    #[test]
    fn other_json_is_no_feed() {
        for text in ["{}", "{\"title\": \"x\"}", "[1, 2]", "{\"items\": [", "{\"version\""] {
            assert!(read(text, None).is_err(), "{text}");
        }
    }
}
