//! What can be done. Each act sets registers; applying one twice, or out of order, ends in the same state.

use serde::{Deserialize, Serialize};

use crate::model::{Blog, BlogId, Change, FeedUrl, Forget, MuteRule, PersonId, PostId, Standing, Subscription, Tag};

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
    /// A post of a blog was opened, or the user came to its end. It is counted, and nothing that undo speaks of.
    Opened {
        of: PostId,
        blog: BlogId,
        finished: bool,
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
    /// Somebody wishes to be forgotten; what was said of them before is written out of the journal.
    Forget(Forget),
    /// From when on (milliseconds) the user's judgements move the ranking; `None` for all of them.
    Taste {
        since: Option<u64>,
        before: Option<u64>,
    },
}

impl Act {
    /// The act that brings back what was before. `None` where nothing does, where it was not the user who did it,
    /// and of the steps of a letter: one that seemed unsent again would be sent twice.
    pub fn inverse(&self) -> Option<Act> {
        Some(match self.clone() {
            Self::Follow(subscription) => {
                Self::Unfollow { of: subscription.blog, before: Some(Box::new(subscription)) }
            }
            Self::Unfollow { before, .. } => Self::Follow(*before?),
            Self::Move { .. } | Self::Forget(_) | Self::Opened { .. } => return None,
            Self::Read { of, read } => Self::Read { of, read: !read },
            Self::Star { of, starred } => Self::Star { of, starred: !starred },
            Self::Tag { of, tag, on } => Self::Tag { of, tag, on: !on },
            Self::TagBlog { of, tag, on } => Self::TagBlog { of, tag, on: !on },
            Self::Hide { of, hidden } => Self::Hide { of, hidden: !hidden },
            Self::Mute { rule, on } => Self::Mute { rule, on: !on },
            Self::Stand { of, standing, before } => Self::Stand { of, standing: before, before: standing },
            Self::Taste { since, before } => Self::Taste { since: before, before: since },
            Self::Person { changes, .. } if changes.iter().any(Change::is_of_a_letter) => return None,
            // The last change first, so that two of one register end where they began.
            Self::Person { of, changes } => {
                Self::Person { of, changes: changes.iter().rev().map(Change::inverse).collect() }
            }
            Self::Merge { of, into, before } => Self::Merge { of, into: before, before: into },
        })
    }

    /// Whether the user did something that they might take back: a server says that a feed has moved, and what was read was
    /// read.
    pub fn is_the_users(&self) -> bool {
        !matches!(self, Self::Move { .. } | Self::Opened { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Passed, PassedKind, Plain, Timestamp, Way};

    #[test]
    fn no_step_of_a_letter_is_taken_back() {
        let of = PersonId([1; 16]);
        let as_it_was = |kind| Box::new(Passed::new(kind, Way::FromMe, Plain::line("Rye"), of, Timestamp(5)));
        let step = |before: Option<PassedKind>, to| {
            let (before, to) = (before.map(as_it_was), as_it_was(to));
            let stands = Change::Stand { to: Standing::Invited, before: Standing::New };
            Act::Person { of, changes: vec![Change::Log { id: to.id, to: Some(to), before }, stands] }.inverse()
        };
        for (before, to) in [
            (None, PassedKind::Draft),
            (Some(PassedKind::Draft), PassedKind::Unsure),
            (Some(PassedKind::Unsure), PassedKind::Mail),
            (Some(PassedKind::Draft), PassedKind::Discarded),
        ] {
            assert_eq!(step(before, to), None, "{before:?} to {to:?}");
        }
        assert!(step(None, PassedKind::Mail).is_some(), "what was only noted is");
    }
}
