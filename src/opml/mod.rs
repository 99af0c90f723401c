//! OPML in and out (OPML 2.0, <https://opml.org/spec2.opml>): lists of subscriptions, blogrolls.
//!
//! ```text
//! bytes ─decode─▶ text ─pieces─▶ tags ─attributes─▶ outline ─▶ Document
//! ```
//!
//! [`read`] makes the most of damaged files: each valid subscription is found, and what is not is reported with its
//! line. What [`write()`] gives reads back equal. [`read_list`] takes what other readers keep besides: newsboat's `urls`,
//! starred posts, `cache.db`.

mod as_feed;
mod attributes;
mod freshrss;
mod list;
mod name;
mod newsboat;
mod outline;
mod pieces;
mod read;
mod read_elsewhere;
mod recognise;
mod sqlite;
mod starred;
mod write;

/// The list of blogs that lies beside the README, for who follows nothing yet.
pub const STARTER_SET: &str = include_str!("../../feeds.opml");

pub use as_feed::as_feed;
pub use freshrss::Reader;
pub use list::{List, read_list};
pub use read::read;
pub use read_elsewhere::ReadPosts;
pub use recognise::OpmlError;
pub use starred::StarredPost;
pub use write::write;

use serde::{Deserialize, Serialize};

use crate::model::{FeedUrl, PageUrl, Plain, SiteUrl};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub title: Option<Plain>,
    /// The line at which the file breaks off, if it does: what came after is missing.
    pub broken_off: Option<usize>,
    /// In document order; a feed that is listed twice is here twice, so that the caller can say so.
    pub outlines: Vec<Outline>,
    /// What cannot be followed, in document order. Folders are not among it.
    pub skipped: Vec<Skipped>,
    /// Other lists that this one points to; each is among `skipped` too, since nothing fetches it by itself.
    pub includes: Vec<Include>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    pub feed_url: FeedUrl,
    /// `text`, else `title`; never empty.
    pub title: Option<Plain>,
    pub site_url: Option<SiteUrl>,
    /// Outermost first; empty at the top level; at most [`DEEPEST_FOLDER`] long.
    pub folder: Vec<Plain>,
    /// `category`, split at commas. A slash-delimited path keeps its slashes, as in `/Tourism/New York`.
    pub tags: Vec<Plain>,
    /// All other attributes, name and value as in the file, kept for export. With a namespaced name comes the
    /// declaration of its prefix. `title` is among them where it differs from `text`, `type` where it isn't `rss`.
    pub other: Vec<(String, String)>,
    /// Where it begins in the file; the first line is 1. 0 where it comes from no file.
    pub line: usize,
}

/// An outline that is neither folder nor feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub line: usize,
    pub title: Option<Plain>,
    /// As in the file, made safe to show.
    pub address: Option<String>,
    /// For the user: a cause, and a next step where there is one.
    pub reason: String,
}

/// Another list, by `type="include"` or a `link` to an OPML file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    pub address: PageUrl,
    pub title: Option<Plain>,
    pub line: usize,
}

/// Folders nested deeper are read as if they were this deep.
pub const DEEPEST_FOLDER: usize = 64;
