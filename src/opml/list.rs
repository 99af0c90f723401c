//! What a file holds that somebody wants to import: told by its content, since names lie.

use super::{
    Document, OpmlError, ReadPosts, Reader, StarredPost, freshrss, newsboat, read, read_elsewhere, sqlite, starred,
};
use crate::page::decode::decode_declared;

/// What can be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum List {
    /// Feeds to follow.
    Feeds(Document),
    /// Posts to star.
    Stars(Vec<StarredPost>),
    /// Posts to mark as read.
    Read(Vec<ReadPosts>),
    /// All of that, out of the database of another reader.
    Reader(Reader),
}

/// Reads OPML, newsboat's `urls` and `cache.db`, a database of FreshRSS, a plain list of addresses, or starred posts as JSON.
///
/// # Errors
///
/// Where it is none of these; the error says what it looks like and what to do.
pub fn read_list(bytes: &[u8]) -> Result<List, OpmlError> {
    if sqlite::looks_like(bytes) {
        let read = read_elsewhere::newsboat(bytes).map(List::Read);
        return read.or_else(|| freshrss::read(bytes).map(List::Reader)).ok_or(OpmlError::OtherDatabase);
    }
    let error = match read(bytes) {
        Ok(document) => return Ok(List::Feeds(document)),
        Err(error) => error,
    };
    let text = decode_declared(bytes, None);
    match error {
        OpmlError::Addresses | OpmlError::Unknown if newsboat::looks_like(&text) => {
            Ok(List::Feeds(newsboat::read(&text)))
        }
        OpmlError::Json => starred::read(&text).map(List::Stars).ok_or(error),
        _ => Err(error),
    }
}
