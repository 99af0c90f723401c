//! A post's head: everything but its text, so that long lists open without reading bodies.

use serde::{Deserialize, Serialize};

use super::{BlogId, PageUrl, Plain, PostId, Timestamp};

/// One post as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub id: PostId,
    pub blog: BlogId,
    pub url: Option<PageUrl>,
    /// May be empty: notes have no title.
    pub title: Plain,
    pub authors: Vec<Plain>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub first_seen: Timestamp,
    pub tags: Vec<Plain>,
    /// The first words of the text, 200 characters at most.
    pub summary: Plain,
    /// Recordings and other files that come with it. Last, so that the store can tell older heads by its absence.
    #[serde(default)]
    pub enclosures: Vec<Enclosure>,
}

/// A file that comes with a post: a podcast's episode, a film, a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    pub url: PageUrl,
    /// As declared: `audio/mpeg`.
    #[serde(rename = "type")]
    pub media_type: Option<Plain>,
    /// Bytes, as declared.
    pub length: Option<u64>,
}

impl Enclosure {
    /// Its file's name, type and size, as far as they are known.
    pub fn label(&self) -> Plain {
        let name = self.url.url().path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
        let name = if name.is_empty() { self.url.as_str() } else { name };
        let kind = self.media_type.as_ref().map(|kind| format!(", {kind}")).unwrap_or_default();
        let size = self.length.filter(|bytes| *bytes > 0).map(|bytes| format!(", {}", in_words(bytes)));
        Plain::line(&format!("{name}{kind}{}", size.unwrap_or_default()))
    }
}

/// A size as people say it (powers of ten).
fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

impl Post {
    /// The earlier of published (or updated) and first seen, so that no future date sticks to the top.
    pub fn sort_time(&self) -> Timestamp {
        self.published.or(self.updated).map_or(self.first_seen, |dated| dated.min(self.first_seen))
    }

    /// The title, or the first words where there is none; 80 characters at most then.
    pub fn label(&self) -> Plain {
        match (self.title.is_empty(), self.summary.is_empty()) {
            (false, _) => self.title.clone(),
            (true, false) => Plain::line(&self.summary.as_str().chars().take(80).collect::<String>()),
            (true, true) => Plain::line("(untitled)"),
        }
    }
}

/// What the user did to a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    pub read: bool,
    pub starred: bool,
    /// Kept for later.
    pub saved: bool,
    /// Put out of sight by hand.
    pub hidden: bool,
    /// Put out of sight by words that are muted.
    pub muted: bool,
}

impl Flags {
    /// Lists and counts of what is new pass it over.
    pub fn out_of_sight(self) -> bool {
        self.hidden || self.muted
    }
}

/// How somebody came to link to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// In the text of a post.
    Mention,
    /// The post says that it answers the other one (`thr:in-reply-to`, `u-in-reply-to`).
    Reply,
    /// On a blogroll or a page of friends.
    Blogroll,
    /// On a home page or about page, outside of any post.
    Page,
    /// The address that a commenter left.
    Comment,
    /// Where the post was taken from: planets and link blogs say so (`atom:source`, RSS's `<source>`).
    Source,
    /// The feed of the comments on the post (`wfw:commentRss`, `rel=replies`). Nobody is linked by it.
    Comments,
}

/// A link out of a post or a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub target: PageUrl,
    /// The words that are linked, 120 characters at most.
    pub text: Plain,
    pub kind: LinkKind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enclosure_says_what_it_is_and_how_large() {
        for (url, kind, length, label) in [
            ("https://a.example/e/12.mp3?x=1", Some("audio/mpeg"), Some(34_560_000), "12.mp3, audio/mpeg, 34.5 MB"),
            ("https://a.example/", None, Some(0), "https://a.example/"),
            ("https://a.example/x.pdf", None, Some(12_300), "x.pdf, 12 kB"),
        ] {
            let url = PageUrl::parse(url).unwrap();
            let enclosure = Enclosure { url, media_type: kind.map(Plain::line), length };
            assert_eq!(enclosure.label().as_str(), label);
        }
    }
}
