//! What a run is asked for, and what it tells.

use serde::{Deserialize, Serialize};

use super::due::Urgency;
use crate::{
    model::{BlogId, FeedUrl, Plain},
    store::FeedState,
};

/// Which feeds are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Which {
    /// Empty for all that are followed.
    pub blogs: Vec<BlogId>,
    pub force: bool,
}

impl Which {
    /// Every followed feed whose time has come.
    pub fn due() -> Self {
        Self { blogs: Vec::new(), force: false }
    }

    pub(super) fn urgency(&self) -> Urgency {
        match (self.force, self.blogs.is_empty()) {
            (true, true) => Urgency::All,
            (true, false) => Urgency::Insisted,
            (false, true) => Urgency::Due,
            (false, false) => Urgency::Named,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// First success.
    New,
    /// Something new or edited.
    Changed,
    Unchanged,
    Moved,
    Gone,
    Failed,
}

/// How it went with one feed: a line of `refresh --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Where it is asked from now on.
    pub feed_url: FeedUrl,
    pub status: Status,
    pub http: Option<u16>,
    pub new_posts: usize,
    /// Of the body, after decompression.
    pub bytes: usize,
    pub ms: u64,
    pub error: Option<Plain>,
    /// What the user should know though nothing failed.
    pub note: Option<Plain>,
}

impl Report {
    /// Of a feed that has ended, which was not asked.
    pub(super) fn ended(feed_url: &FeedUrl, state: &FeedState) -> Self {
        Self {
            feed_url: feed_url.clone(),
            status: Status::Gone,
            http: state.http,
            new_posts: 0,
            bytes: 0,
            ms: 0,
            error: state.error.clone(),
            note: None,
        }
    }
}

/// News of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Progress {
    /// So many feeds will be asked.
    Begun {
        feeds: usize,
    },
    /// This one is being asked now.
    Asking(FeedUrl),
    /// Whoever was asking this one has stopped; it may be asked anew.
    GivenUp(FeedUrl),
    /// This one will not be asked after all: its host wants to be left alone or is not there, or somebody else has asked
    /// it meanwhile.
    Spared {
        feed: FeedUrl,
        /// Whether it was said before that it is being asked.
        was_begun: bool,
    },
    Done(Report),
}

/// The sum of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub asked: usize,
    pub failed: usize,
    pub new_posts: usize,
    /// Feeds that are followed but were not asked, since their time has not come.
    pub not_due: usize,
}
