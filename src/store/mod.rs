//! The cache: blogs, posts and what is known of their feeds, in sled. All of it can be built again, from the journal,
//! the archive and the web, so a damaged one is set aside rather than mended.
//!
//! sled 0.34 as it was measured: batches of one tree hold under kill -9, but a damaged file can make it
//! panic while opening, `flush` does not fsync, and rewritten values are not given back to the disk. Hence the narrow
//! door: [`Store`] reads, [`Writer`] writes, and nobody else sees a tree.
//!
//! - `codec`: a version byte and postcard.
//! - `feed_state`: what a feed's server taught us.
//! - `shelves`: posts' heads, many to an entry; `index`: where each is, in memory; `older`: as they lay once.
//! - `packs`, `packing`, `tidy`: files beside sled in which the posts' texts lie.
//! - `open`: opening, also what is damaged.
//! - `read`: queries; `links`: those that a post has.
//! - `habits`: what the user does with the posts of each blog.
//! - `mutes`: which posts the muted words hide.
//! - `people`: the contact book.
//! - `registers`, `changes`: from records and batches to what sled is told.
//! - `table`: many tables in sled's one tree.
//! - `write`: the one writer and its batches; `take_in`: posts.
//! - `reckoned`: what discovery reckons of all blogs together.
//! - `forget`: taking somebody out of all of it.
//! - `archive`: posts that left their feeds.

pub mod archive;
mod changes;
pub mod codec;
pub mod feed_state;
pub mod forget;
mod habits;
mod index;
mod links;
mod mutes;
mod older;
pub mod open;
mod packing;
mod packs;
pub mod people;
pub mod read;
mod reckoned;
pub mod records;
mod registers;
mod room;
mod shelves;
mod table;
mod take_in;
mod tidy;
pub mod write;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, RwLock, atomic::AtomicBool},
};

pub use feed_state::{Answered, FeedState, Moving};
pub use forget::Forgotten;
pub use habits::Habits;
pub use links::links_of;
pub use open::Recovery;
pub use read::Counts;
pub use records::{Current, Labels, Marks, NewPost};
pub use write::{Batch, TakeBack, Taken, Writer};

use table::Table;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the cache cannot be read or written: {0}. If that stays so, move the folder `cache` in the data folder away: journal \
         and archive bring back what you did, `penpal refresh` and `penpal discover` the rest"
    )]
    Sled(#[from] sled::Error),
    #[error("the cache in {path} cannot be opened: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("a record in the cache was written by a newer penpal (version {0}); update penpal, nothing was changed")]
    Newer(u8),
    #[error("a record in the cache is damaged: {0}")]
    Damaged(String),
    #[error(
        "the disk that holds {path} is full: {free} kB are free, and it takes {least} MB to write safely. Make room and try \
         again; nothing was changed"
    )]
    NoRoom {
        path: PathBuf,
        /// kB.
        free: u64,
        /// MB.
        least: u64,
    },
    #[error("the cache's writer has stopped after an earlier error")]
    WriterGone,
}

/// The reading side. Cheap to clone; reads never wait for the writer.
#[derive(Clone)]
pub struct Store {
    trees: Arc<Trees>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// Each table says what its key is and what its value.
struct Trees {
    db: sled::Db,
    /// The file that sled's pages lie in, for a real fsync.
    file: PathBuf,
    /// Names of single facts, such as how far the journal was taken in.
    meta: Table,
    /// Blog id: [`crate::model::Blog`], followed or only known.
    blogs: Table,
    /// Blog id: [`crate::model::Subscription`] with its stamp; also of unfollowed ones, as a register that says so.
    subscriptions: Table,
    /// Blog id of an address that a blog moved to: [`records::Alias`], the blog that it is.
    aliases: Table,
    /// Blog id: [`FeedState`].
    feeds: Table,
    /// Blog id: [`Current`], the posts that its feed held when it last changed.
    current: Table,
    /// Blog id, number of a shelf: ids and times of the posts on it.
    listed: Table,
    /// The same: the heads of these posts, and where in `packs` their HTML lies, which was made safe before it came here.
    shelves: Table,
    /// Posts by id, and those of followed blogs, once somebody asks.
    index: RwLock<Option<index::Index>>,
    packs: Arc<packs::Packs>,
    /// Something was committed since the last [`Store::sync`].
    unsynced: AtomicBool,
    /// Post id: the text of its page, fetched where the feed gives a summary, with when the post had been edited then.
    full_texts: Table,
    /// Post id: [`Marks`].
    marks: Table,
    /// Post id: [`habits::Opened`], of posts that were opened.
    opened: Table,
    /// Blog id: [`Habits`].
    habits: Table,
    /// Post id: [`Labels`], of posts that were tagged or hidden.
    labels: Table,
    /// Blog id: [`Labels`], of blogs that were tagged.
    blog_labels: Table,
    /// Hash of a rule: [`records::Muted`].
    mutes: Table,
    /// Post id: nothing. The posts that rules in `mutes` hide.
    muted: Table,
    /// Post id: what the post answers, if it says so, as links; in caches from before 2026-12, all links in it.
    links: Table,
    /// Blog id: where the user stands with the person behind it, with its stamp.
    standings: Table,
    /// Person id: [`people::Entry`], what the user said of them, as registers.
    people: Table,
    /// What discovery keeps: see [`crate::discover`]. Named by it, opaque here.
    discovery: Table,
}

#[cfg(test)]
mod tests;
