//! Plain data: blogs, posts, links, people's reasons, ids. No I/O and no clock.

pub mod address;
pub mod blog;
pub mod feed_url;
pub mod forget;
pub mod id;
pub mod mute;
pub mod person;
pub mod plain;
pub mod post;
pub mod suggestion;
pub mod tag;
pub mod time;

pub use address::{AddressError, PageUrl, SiteUrl};
pub use blog::{Blog, FeedForm, Standing, Subscription};
pub use feed_url::{FeedUrl, SourceScheme};
pub use forget::{Forget, Trace};
pub use id::{BlogId, EntryId, PersonId, PostId};
pub use mute::{Matcher, MuteError, MuteRule};
pub use person::{Change, Element, Field, Passed, PassedKind, Person, Way};
pub use plain::Plain;
pub use post::{Enclosure, Flags, Link, LinkKind, Post};
pub use suggestion::{Contact, ContactKind, Evidence, Reason, ReasonKind, RedLine, Signal, Suggestion};
pub use tag::Tag;
pub use time::Timestamp;
