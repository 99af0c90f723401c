//! What can be done. Each act sets registers; applying one twice, or out of order, ends in the same state.

use serde::{Deserialize, Serialize};

use crate::model::{Blog, BlogId, Change, FeedUrl, MuteRule, PersonId, PostId, Standing, Subscription, Tag};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    Follow(Subscription),
    Unfollow {
        of: BlogId,
        /// As it was followed, so that undo brings it back; records from before 2026-12 do not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Box<Subscription>>,
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
    /// Put on posts that did not have it, or taken off those that had.
    Tag {
        of: Vec<PostId>,
        tag: Tag,
        on: bool,
    },
    TagBlog {
        of: Vec<BlogId>,
        tag: Tag,
        on: bool,
    },
    /// Out of sight, or back again.
    Hide {
        of: Vec<PostId>,
        hidden: bool,
    },
    Mute {
        rule: MuteRule,
        on: bool,
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
    /// The act that brings back what was before. `None` where nothing does, and where it was not the user who did it.
    pub fn inverse(&self) -> Option<Act> {
        Some(match self.clone() {
            Self::Follow(subscription) => {
                Self::Unfollow { of: subscription.blog, before: Some(Box::new(subscription)) }
            }
            Self::Unfollow { before, .. } => Self::Follow(*before?),
            Self::Move { .. } => return None,
            Self::Read { of, read } => Self::Read { of, read: !read },
            Self::Star { of, starred } => Self::Star { of, starred: !starred },
            Self::Tag { of, tag, on } => Self::Tag { of, tag, on: !on },
            Self::TagBlog { of, tag, on } => Self::TagBlog { of, tag, on: !on },
            Self::Hide { of, hidden } => Self::Hide { of, hidden: !hidden },
            Self::Mute { rule, on } => Self::Mute { rule, on: !on },
            Self::Stand { of, standing, before } => Self::Stand { of, standing: before, before: standing },
            Self::Taste { since, before } => Self::Taste { since: before, before: since },
            // The last change first, so that two of one register end where they began.
            Self::Person { of, changes } => {
                Self::Person { of, changes: changes.iter().rev().map(Change::inverse).collect() }
            }
            Self::Merge { of, into, before } => Self::Merge { of, into: before, before: into },
        })
    }

    /// Whether the user did it; a server says that a feed has moved.
    pub fn is_the_users(&self) -> bool {
        !matches!(self, Self::Move { .. })
    }
}
