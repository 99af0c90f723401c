//! What can be done. Each act sets registers; applying one twice, or out of order, ends in the same state.

use serde::{Deserialize, Serialize};

use crate::model::{Blog, BlogId, Change, FeedUrl, PersonId, PostId, Standing, Subscription};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    Follow(Subscription),
    Unfollow {
        of: BlogId,
    },
    /// The feed of a blog is at another address now; the blog keeps its id, and its old addresses still mean it.
    Move {
        of: BlogId,
        to: FeedUrl,
        from: FeedUrl,
    },
    /// Only the posts whose mark changed, so that undo brings back what was.
    Read {
        of: Vec<PostId>,
        read: bool,
    },
    Star {
        of: Vec<PostId>,
        starred: bool,
    },
    /// Where the user stands with the person behind a blog. The blog is told whole, since the cache may forget it.
    Stand {
        of: Blog,
        standing: Standing,
        before: Standing,
    },
    /// What the user knows of somebody changed.
    Person {
        of: PersonId,
        changes: Vec<Change>,
    },
    /// Two entries of the book are one person; `None` makes them two again.
    Merge {
        of: PersonId,
        into: Option<PersonId>,
        before: Option<PersonId>,
    },
    /// From when on (milliseconds) the user's judgements move the ranking; `None` for all of them.
    Taste {
        since: Option<u64>,
        before: Option<u64>,
    },
}

impl Act {
    /// The act that brings back what was before; `None` where nothing does (who follows again gets back the folder
    /// from the record of the follow).
    pub fn inverse(&self) -> Option<Act> {
        match self {
            Self::Follow(subscription) => Some(Self::Unfollow { of: subscription.blog }),
            Self::Unfollow { .. } => None,
            Self::Move { of, to, from } => Some(Self::Move { of: *of, to: from.clone(), from: to.clone() }),
            Self::Read { of, read } => Some(Self::Read { of: of.clone(), read: !read }),
            Self::Star { of, starred } => Some(Self::Star { of: of.clone(), starred: !starred }),
            Self::Stand { of, standing, before } => {
                Some(Self::Stand { of: of.clone(), standing: *before, before: *standing })
            }
            Self::Taste { since, before } => Some(Self::Taste { since: *before, before: *since }),
            // The last change first, so that two of one register end where they began.
            Self::Person { of, changes } => {
                Some(Self::Person { of: *of, changes: changes.iter().rev().map(Change::inverse).collect() })
            }
            Self::Merge { of, into, before } => Some(Self::Merge { of: *of, into: *before, before: *into }),
        }
    }
}
