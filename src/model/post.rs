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
}

/// A link out of a post or a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub target: PageUrl,
    /// The words that are linked, 120 characters at most.
    pub text: Plain,
    pub kind: LinkKind,
}
