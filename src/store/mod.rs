//! The cache: blogs, posts and what is known of their feeds, in sled. All of it can be built again, from the journal,
//! the archive and the web, so a damaged one is set aside rather than mended.
//!
//! sled 0.34 as it was measured: transactions over several trees hold under kill -9, but a damaged file can make it
//! panic while opening, `flush` does not fsync, and rewritten values are not given back to the disk. Hence the narrow
//! door: [`Store`] reads, [`Writer`] writes, and nobody else sees a tree.
//!
//! - `keys`: how keys sort.
//! - `codec`: a version byte and postcard.
//! - `feed_state`: what a feed's server taught us.
//! - `open`: opening, also what is damaged.
//! - `read`: queries.
//! - `registers`, `changes`: from records and batches to what a transaction does.
//! - `write`: the one writer and its batches.
//! - `archive`: posts that left their feeds.

pub mod archive;
mod changes;
pub mod codec;
pub mod feed_state;
pub mod keys;
pub mod open;
pub mod read;
pub mod records;
mod registers;
pub mod write;

use std::{io, path::PathBuf, sync::Arc};

pub use feed_state::{Answered, FeedState, Moving};
pub use open::Recovery;
pub use read::Counts;
pub use records::{Current, Marks, NewPost};
pub use write::{Batch, Writer};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the cache cannot be read or written: {0}")]
    Sled(#[from] sled::Error),
    #[error("the cache in {path} cannot be opened: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("a record in the cache was written by a newer penpal (version {0}); update penpal, nothing was changed")]
    Newer(u8),
    #[error("a record in the cache is damaged: {0}")]
    Damaged(String),
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
        f.debug_struct("Store").field("posts", &self.trees.heads.len()).finish()
    }
}

/// Each tree says what its key is and what its value.
struct Trees {
    db: sled::Db,
    /// The file that sled's pages lie in, for a real fsync.
    file: PathBuf,
    /// Names of single facts, such as how far the journal was taken in.
    meta: sled::Tree,
    /// Blog id: [`crate::model::Blog`], followed or only known.
    blogs: sled::Tree,
    /// Blog id: [`crate::model::Subscription`] with its stamp; also of unfollowed ones, as a register that says so.
    subscriptions: sled::Tree,
    /// Blog id of an address that a blog moved to: [`records::Alias`], the blog that it is.
    aliases: sled::Tree,
    /// Blog id: [`FeedState`].
    feeds: sled::Tree,
    /// Blog id: [`Current`], the posts that its feed held when it last changed.
    current: sled::Tree,
    /// Post id: [`crate::model::Post`].
    heads: sled::Tree,
    /// Post id: compressed HTML, made safe before it came here.
    bodies: sled::Tree,
    /// Post id: the text of its page, fetched where the feed gives a summary, with when the post had been edited then.
    full_texts: sled::Tree,
    /// Post id: [`Marks`].
    marks: sled::Tree,
    /// Time descending, post id: blog id. Only posts of followed blogs.
    river: sled::Tree,
    /// Blog id, time descending, post id: nothing.
    by_blog: sled::Tree,
    /// Post id: the links in it.
    links: sled::Tree,
    /// Blog id: where the user stands with the person behind it, with its stamp.
    standings: sled::Tree,
    /// What discovery keeps: see [`crate::discover`]. Named by it, opaque here.
    discovery: sled::Tree,
}

#[cfg(test)]
mod tests;
