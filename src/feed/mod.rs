//! Bytes from a server to a [`Feed`]: RSS 0.90 to 2.0, Atom 0.3 and 1.0, JSON Feed. Pure: no network, files or clock.
//!
//! The steps, each in a file: `decode` (bytes to text), `markup` (text to tokens, `entity` its references), `xml` (tokens
//! to a `tree`, `names` its vocabularies, `mend` its texts) or `json` (`json_mend` what is no sound JSON), `channel` and `entry` (fields, by way of
//! `content`, `links`, `author` and `date`), [`sanitise`] by way of `direct` or `bounds` (HTML made safe, `flow` its
//! text, `pieces` a walk through it), `identity`, [`show`] (as JSON). [`explain()`] tells which repairs all that took.
//!
//! Everything is bounded, in time linear in the bytes: a hostile feed costs as much as a large one. What comes out is
//! safe to draw and to log.

mod author;
mod bounds;
mod channel;
mod content;
mod date;
mod date_pieces;
mod date_words;
mod decode;
mod direct;
mod entity;
mod entry;
pub mod explain;
mod flow;
mod identity;
mod json;
mod json_mend;
mod links;
mod loose;
mod markup;
mod mend;
mod names;
pub mod pieces;
pub mod sanitise;
mod show;
mod tree;
mod xml;

use std::time::Duration;

use url::Url;

pub use author::Author;
pub use explain::{Note, explain};
pub use sanitise::SafeHtml;
pub use show::{Shown, show};

use crate::model::{Plain, Timestamp};

/// Bytes of a body that are read; the largest podcasts have a tenth of it.
pub const LARGEST: usize = 64 << 20;

/// What is known of a body besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Where it was fetched in the end; relative addresses are relative to it unless the feed says otherwise.
    pub base_url: Option<&'a Url>,
    /// The whole header: `text/xml; charset=windows-1251`.
    pub content_type: Option<&'a str>,
}

/// What a blog publishes, as far as its feed has it now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    pub title: Option<Plain>,
    /// The page for people.
    pub link: Option<Url>,
    pub description: Option<Plain>,
    /// As declared, not checked.
    pub language: Option<String>,
    pub updated: Option<Timestamp>,
    pub icon: Option<Url>,
    /// Not copied to entries.
    pub authors: Vec<Author>,
    pub kind: FeedKind,
    /// What the feed takes for its own address.
    pub self_url: Option<Url>,
    /// WebSub.
    pub hub: Option<Url>,
    /// The page with older entries (RFC 5005).
    pub next: Option<Url>,
    /// An OPML of whom the author reads (`source:blogroll`).
    pub blogroll: Option<Url>,
    /// How long the feed asks to be left alone: `<ttl>`, else `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub ttl: Option<Duration>,
    /// Hours of the day, UTC, 0 to 23, in which not to ask.
    pub skip_hours: Vec<u8>,
    /// Days of the week on which not to ask; Monday is 0.
    pub skip_days: Vec<u8>,
    /// In the order of the document, repeats kept.
    pub entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FeedKind {
    /// 0.91 to 2.0.
    #[default]
    Rss,
    /// RSS 0.90 and 1.0.
    Rdf,
    /// 0.3 and 1.0.
    Atom,
    Json,
    /// Posts marked up on a page (h-feed).
    Page,
    /// A list of blogs (OPML).
    List,
}

impl FeedKind {
    /// As `penpal parse` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Rdf => "rdf",
            Self::Atom => "atom",
            Self::Json => "json",
            Self::Page => "h-feed",
            Self::List => "opml",
        }
    }
}

/// One post.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Never empty. As the feed has it, and then it may repeat; else invented, the same each time.
    pub id: String,
    pub title: Option<Plain>,
    pub link: Option<Url>,
    pub authors: Vec<Author>,
    /// `None` if missing or unreadable; may lie in the future.
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub summary: Option<SafeHtml>,
    pub content: Option<SafeHtml>,
    /// As the feed has them; they may repeat.
    pub categories: Vec<Plain>,
    /// One for each address.
    pub enclosures: Vec<Enclosure>,
    /// The page with comments.
    pub comments: Option<Url>,
    /// Ids or addresses of what it answers (RFC 4685).
    pub in_reply_to: Vec<String>,
    /// The feed that it was taken from.
    pub source: Option<Source>,
    pub comments_feed: Option<Url>,
    pub comments_count: Option<u64>,
}

/// A file that comes with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    pub url: Url,
    pub media_type: Option<Plain>,
    /// Bytes, as declared.
    pub length: Option<u64>,
}

/// Where an entry was first published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub title: Option<Plain>,
    /// Its page, or its feed.
    pub link: Option<Url>,
}

impl Source {
    fn is_known(&self) -> bool {
        *self != Self::default()
    }
}

/// Why bytes are no feed. One line, for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    #[error("the answer is empty: ask again later, or look for another address of the feed")]
    Empty,
    #[error("{} bytes are more than a feed can have ({} at most): look for a shorter feed of this blog", size, LARGEST)]
    TooLarge { size: usize },
    #[error("{}", not_a_feed(*looks_like_html, found.as_ref()))]
    NotAFeed {
        /// It is a page for people, on which a link to the feed may be found.
        looks_like_html: bool,
        /// The outermost element, or what else it is.
        found: Option<Plain>,
    },
    #[error("line {line}: {what}: ask again later, or tell the author of the feed")]
    Broken { what: String, line: usize },
}

fn not_a_feed(looks_like_html: bool, found: Option<&Plain>) -> String {
    match (looks_like_html, found) {
        (true, _) => "this is a web page, not a feed: look for the feed that the page links to".to_owned(),
        (false, Some(found)) => format!("this is no feed but {found}: look for another address of the feed"),
        (false, None) => "this is no feed (RSS, Atom or JSON Feed): look for another address of the feed".to_owned(),
    }
}

/// Reads a feed. Deterministic; never panics; time and memory are bounded by the bytes.
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Feed, FeedError> {
    read_with(bytes, hints, Texts::Both)
}

/// The same for whoever wants [`Entry::body`] alone: the summary of an entry that has content is left out, since making
/// HTML safe is most of the work.
pub fn read_bodies(bytes: &[u8], hints: &Hints) -> Result<Feed, FeedError> {
    read_with(bytes, hints, Texts::Body)
}

/// Completes a feed that was put together from something else: every entry gets an id.
pub fn complete(mut feed: Feed) -> Feed {
    identity::invent_ids(&mut feed.entries);
    feed
}

/// Reads a date as feeds have it; `None` if it can't be understood.
pub fn moment(text: &str) -> Option<Timestamp> {
    date::parse(text)
}

/// Which texts of an entry are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// Content and summary.
    Both,
    /// The summary only where there is no content.
    Body,
}

/// [`read`], with the texts that are wanted.
pub fn read_with(bytes: &[u8], hints: &Hints, texts: Texts) -> Result<Feed, FeedError> {
    if bytes.len() > LARGEST {
        return Err(FeedError::TooLarge { size: bytes.len() });
    }
    let text = decode::decode(bytes, hints.content_type);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if text.is_empty() {
        return Err(FeedError::Empty);
    }
    let mut feed = if text.starts_with(['{', '[']) {
        json::read(text, hints.base_url)?
    } else {
        xml(text, hints.base_url, texts).or_else(|error| match (json::start(text), &error) {
            (Some(start), FeedError::NotAFeed { looks_like_html: false, .. }) => {
                json::read(&text[start..], hints.base_url).map_err(|_| error)
            }
            _ => Err(error),
        })?
    };
    identity::invent_ids(&mut feed.entries);
    Ok(feed)
}

fn xml(text: &str, base: Option<&Url>, texts: Texts) -> Result<Feed, FeedError> {
    xml_from_its_root(text, base, texts).or_else(|error| {
        let start = xml::start(text).ok_or_else(|| error.clone())?;
        let feed = xml_from_its_root(&text[start..], base, texts);
        feed.ok().filter(|feed| !feed.entries.is_empty()).ok_or(error)
    })
}

fn xml_from_its_root(text: &str, base: Option<&Url>, texts: Texts) -> Result<Feed, FeedError> {
    let mut entries = Vec::new();
    let mut fallback = base.cloned();
    let outline = xml::read(text, base, |element, around| {
        if fallback.is_none() {
            fallback = channel::base(around);
        }
        entries.push(entry::read(&element, fallback.as_ref(), texts));
    })?;
    let mut feed = channel::read(&outline, fallback.as_ref());
    if fallback.is_none() && !entries.is_empty() && (feed.link.is_some() || feed.self_url.is_some()) {
        // The page stands behind the entries, whose relative addresses are relative to it all the same.
        fallback = feed.link.clone().or_else(|| feed.self_url.clone());
        entries.clear();
        xml::read(text, base, |element, _| entries.push(entry::read(&element, fallback.as_ref(), texts)))?;
    }
    feed.entries = entries;
    Ok(feed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Feed {
        read(text.as_bytes(), &Hints::default()).unwrap()
    }

    #[test]
    fn a_feed_is_found_behind_whatever_was_printed_before_it() {
        const FEED: &str = "<rss version='2.0'><channel><item><title>1</title></item></channel></rss>";
        for junk in [
            "<table class='xdebug'><tr><td>Notice</table>",
            "<script>x</script>",
            "<div>a &lt; b</div>",
            "\n<a>b</a>\n",
        ] {
            assert_eq!(parsed(&format!("{junk}{FEED}")).entries.len(), 1, "{junk}");
        }
        for page in ["<!doctype html><html><script>'", "<div>no items</div><rss></rss><!--"] {
            assert!(
                read(format!("{page}{}", FEED.replace("item", "thing")).as_bytes(), &Hints::default()).is_err(),
                "{page}"
            );
        }
        assert!(read(format!("<html><body>{FEED}").as_bytes(), &Hints::default()).is_err());
    }

    #[test]
    fn an_error_says_what_was_found_and_what_to_do() {
        for (text, error) in [
            (" \n", FeedError::Empty),
            ("<!DOCTYPE html><html>", FeedError::NotAFeed { looks_like_html: true, found: Some(Plain::line("html")) }),
            ("<urlset>", FeedError::NotAFeed { looks_like_html: false, found: Some(Plain::line("urlset")) }),
            ("just words", FeedError::NotAFeed { looks_like_html: false, found: None }),
        ] {
            let got = read(text.as_bytes(), &Hints::default()).unwrap_err();
            assert_eq!(got, error, "{text}");
            assert!(!got.to_string().contains('\n'));
        }
    }

    #[test]
    fn an_atom_entry_keeps_its_own_authors_and_answers() {
        let feed = parsed(
            r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="de">
            <title>T</title><author><name>Feed's</name></author>
            <entry><id> urn:1 </id><thr:in-reply-to ref="urn:0"/><link href="http://example.org/1"/>
            <source><title>S</title><author><name>Ann</name></author></source>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x <a href="y">z</a></p></div></content></entry>
            </feed>"#,
        );
        let entry = &feed.entries[0];
        assert_eq!((entry.id.as_str(), feed.language.as_deref()), ("urn:1", Some("de")));
        assert_eq!(entry.authors[0].name, Some(Plain::line("Ann")));
        assert_eq!(entry.in_reply_to, ["urn:0"]);
        assert_eq!(entry.source.as_ref().and_then(|source| source.title.as_ref()).map(Plain::as_str), Some("S"));
        assert_eq!(entry.content.as_ref().map(SafeHtml::as_str), Some("<div><p>x <a>z</a></p></div>"));
    }

    #[test]
    fn addresses_in_xhtml_are_relative_to_the_nearest_base() {
        let feed = parsed(
            r#"<feed xml:base="http://example.org/a/"><entry><content type="xhtml" xml:base="b/"><div>
            <a href="1">x</a><p xml:base="c/"><a href="2">y</a><a href="mailto:z@example.org">z</a></p></div></content></entry></feed>"#,
        );
        let links: Vec<String> =
            feed.entries[0].content.iter().flat_map(SafeHtml::links).map(|(address, _)| address).collect();
        assert_eq!(links, ["http://example.org/a/b/1", "http://example.org/a/b/c/2", "mailto:z@example.org"]);
    }

    #[test]
    fn a_page_that_is_named_behind_the_entries_is_their_base_too() {
        let feed = parsed(
            "<rss><channel><item><link>1</link><description>&lt;a href='2'>x&lt;/a></description></item>\
             <link>http://example.org/d/</link></channel></rss>",
        );
        assert_eq!(feed.entries[0].link.as_ref().map(Url::as_str), Some("http://example.org/d/1"));
        assert_eq!(feed.entries[0].summary.as_ref().map_or(0, |summary| summary.links().len()), 1);
    }

    #[test]
    fn a_picture_is_no_text_and_markdown_is_better_than_none() {
        let feed = parsed(
            "<feed><entry><content type='image/png'>iVBORw0KGgo=</content><summary>s</summary></entry>\
             <entry><source:markdown>*x* &lt;b></source:markdown></entry></feed>",
        );
        let bodies: Vec<&str> = feed.entries.iter().filter_map(Entry::body).map(SafeHtml::as_str).collect();
        assert_eq!(bodies, ["s", "*x* &lt;b&gt;"]);
    }

    #[test]
    fn an_rss_item_is_linked_by_what_it_has() {
        for (item, link) in [
            ("<link>/1</link><guid>http://example.org/2</guid>", Some("http://example.org/1")),
            ("<guid>http://example.org/2</guid>", Some("http://example.org/2")),
            ("<guid isPermaLink='false'>http://example.org/2</guid>", None),
            ("<guid>urn:x</guid><atom:link href='http://example.org/3'/>", Some("http://example.org/3")),
            ("<link>javascript:x</link>", None),
        ] {
            let feed =
                parsed(&format!("<rss><channel><link>http://example.org/</link><item>{item}</item></channel></rss>"));
            assert_eq!(feed.entries[0].link.as_ref().map(Url::as_str), link, "{item}");
        }
    }
}
