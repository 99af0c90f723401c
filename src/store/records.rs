//! What the store keeps beside the plain data of the model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    journal::Stamp,
    model::{BlogId, FeedUrl, Link, MuteRule, Post, PostId, Standing, Subscription, Tag},
};

/// The posts that a feed held when it last changed, so that edits are noticed without reading bodies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    /// Each post with a digest of its title and text.
    pub posts: Vec<(PostId, u64)>,
    /// Counts up whenever something in it changed; what is reckoned from posts says up to which it knows.
    pub revision: u64,
}

/// What the user did to a post, each mark with when and where, so that records may come in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    pub read: Option<(bool, Stamp)>,
    pub starred: Option<(bool, Stamp)>,
}

/// More that the user did to a post or a blog: words, each a register, and whether a post is out of sight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    pub tags: BTreeMap<Tag, (bool, Stamp)>,
    pub hidden: Option<(bool, Stamp)>,
}

impl Labels {
    /// The tags that are on it, in the order of the alphabet.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tags.iter().filter(|(_, (on, _))| *on).map(|(tag, _)| tag)
    }

    pub fn has(&self, tag: &Tag) -> bool {
        self.tags.get(tag).is_some_and(|(on, _)| *on)
    }

    pub fn hidden(&self) -> bool {
        self.hidden.is_some_and(|(on, _)| on)
    }
}

/// Words that are muted, or were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Muted {
    pub rule: MuteRule,
    pub on: bool,
    pub stamp: Stamp,
}

/// Whether a blog is followed, as a register: an unfollow leaves its stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    pub subscription: Option<Subscription>,
    pub stamp: Stamp,
    /// It is not followed because a follow was undone: as if it never had been.
    #[serde(deserialize_with = "or_no")]
    pub undone: bool,
}

/// Registers of earlier versions end before it.
fn or_no<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(bool::deserialize(from).unwrap_or_default())
}

/// An address that a blog moved to. The latest of a blog's is where it is now, unless it was followed later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    pub of: BlogId,
    pub to: FeedUrl,
    pub stamp: Stamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stands {
    pub standing: Standing,
    pub stamp: Stamp,
}

/// A post as it comes out of a feed, on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPost {
    pub post: Post,
    /// `None` leaves the stored body as it is.
    pub html: Option<String>,
    /// What it says that it answers (RFC 4685) or was taken from. Links in its text are found there when somebody asks
    /// for them.
    pub beside: Vec<Link>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::codec;

    #[test]
    fn a_register_of_an_earlier_version_is_no_follow_that_was_undone() {
        let before: (Option<Subscription>, Stamp) = (None, Stamp { t: 7, ..Stamp::default() });
        let read: Followed = codec::decode(&codec::encode(&before).unwrap()).unwrap();
        assert_eq!(read, Followed { subscription: None, stamp: before.1, undone: false });
        let now = Followed { undone: true, ..read };
        assert_eq!(codec::decode::<Followed>(&codec::encode(&now).unwrap()).unwrap(), now);
        let seen_by_it: (Option<Subscription>, Stamp) = codec::decode(&codec::encode(&now).unwrap()).unwrap();
        assert_eq!(seen_by_it, before);
    }
}
