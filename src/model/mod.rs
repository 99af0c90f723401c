//! Plain data: blogs, posts, links, people's reasons, ids. No I/O and no clock.

pub mod address;
pub mod blog;
pub mod feed_url;
pub mod id;
pub mod plain;
pub mod post;
pub mod suggestion;
pub mod time;

pub use address::{AddressError, PageUrl, SiteUrl};
pub use blog::{Blog, FeedForm, Standing, Subscription};
pub use feed_url::{FeedUrl, SourceScheme};
pub use id::{BlogId, PostId};
pub use plain::Plain;
pub use post::{Flags, Link, LinkKind, Post};
pub use suggestion::{Contact, ContactKind, Evidence, Reason, ReasonKind, RedLine, Signal, Suggestion};
pub use time::Timestamp;
