//! What the store keeps beside the plain data of the model.

use serde::{Deserialize, Serialize};

use super::packs::Place;
use crate::{
    journal::Stamp,
    model::{BlogId, FeedUrl, PageUrl, Plain, Post, PostId, Standing, Subscription, Timestamp},
};

/// What a feed's server taught us, and when. Everything that the next request depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedState {
    /// As received, byte for byte (RFC 9110, 8.8).
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
    pub asked: Option<Timestamp>,
    /// When it last answered with a feed or with 304.
    pub answered: Option<Timestamp>,
    pub http: Option<u16>,
    /// What went wrong the last time, in words; `None` if nothing did.
    pub error: Option<Plain>,
    pub failures: u32,
    /// `Cache-Control: max-age` less `Age`, a day at most.
    pub fresh_until: Option<Timestamp>,
    /// `Retry-After`. Nothing is asked before it.
    pub not_before: Option<Timestamp>,
    /// Seconds, of `<ttl>` or `sy:updatePeriod`.
    pub ttl: Option<u64>,
    /// Seconds: the middle of the gaps between the newest posts.
    pub usual_gap: Option<u64>,
    /// It said 410: not asked again unless the user does.
    pub gone: bool,
    /// Where it said that it moved to for good (301, 308).
    pub moved_to: Option<FeedUrl>,
    /// BLAKE3 of the last body: the same bytes need not be read again.
    pub body: Option<[u8; 16]>,
}

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

/// Whether a blog is followed, as a register: an unfollow leaves its stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    pub subscription: Option<Subscription>,
    pub stamp: Stamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stands {
    pub standing: Standing,
    pub stamp: Stamp,
}

/// Where a post is found by its id alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whereabouts {
    /// With the id, the key of its head.
    pub(super) blog: BlogId,
    pub(super) time: Timestamp,
    /// Its text; `None` if there is none.
    pub(super) place: Option<Place>,
}

/// A post as it comes out of a feed, on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPost {
    pub post: Post,
    /// `None` leaves the stored body as it is.
    pub html: Option<String>,
    /// What it says that it answers (RFC 4685). Links in its text are found there when somebody asks for them.
    pub answers: Vec<PageUrl>,
}
