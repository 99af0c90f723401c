//! Values: one version byte, then postcard. A newer version is refused and left untouched.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{StoreError, packs::Place, records::Whereabouts};
use crate::model::Post;

const VERSION: u8 = 1;
/// The version of what is known of a post by its id. Version 1 was its text, compressed alone.
const WHEREABOUTS: u8 = 2;
/// The version of a post's head. Version 1 had no enclosures, which come last.
const HEAD: u8 = 2;
/// No body is stored that is larger when read back; what came from a feed was bounded before.
const LARGEST_BODY: usize = 64 << 20;

pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    encode_as(VERSION, value)
}

pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    decode_as(VERSION, bytes)
}

/// What borrows its texts from the bytes: nothing is copied of what is only looked through.
pub fn decode_in<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, StoreError> {
    decode_of(VERSION, bytes)
}

/// For what has a version of its own.
pub(super) fn encode_as<T: Serialize>(version: u8, value: &T) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![version]).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn decode_as<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<T, StoreError> {
    decode_of(version, bytes)
}

fn decode_of<'a, T: Deserialize<'a>>(version: u8, bytes: &'a [u8]) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&known, rest)) if known == version => {
            postcard::from_bytes(rest).map_err(|error| StoreError::Damaged(error.to_string()))
        }
        Some((&newer, _)) => Err(StoreError::Newer(newer)),
        None => Err(StoreError::Damaged("it is empty".into())),
    }
}

/// A post's head.
pub(super) fn encode_head(post: &Post) -> Result<Vec<u8>, StoreError> {
    encode_as(HEAD, post)
}

/// A post's head, also one from before there were enclosures.
pub(super) fn decode_head(bytes: &[u8]) -> Result<Post, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => {
            // An empty list is a zero.
            let with_none = [&[HEAD], rest, &[0]].concat();
            decode_as(HEAD, &with_none)
        }
        _ => decode_as(HEAD, bytes),
    }
}

/// The text of a post.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Alone(String),
    Packed(Place),
}

/// What stands under the id of a post.
pub(super) enum Entry {
    /// Version 1: the text alone; the head is in a tree of its own.
    Old(String),
    Whereabouts(Whereabouts),
}

pub(super) fn encode_whereabouts(whereabouts: &Whereabouts) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(whereabouts, vec![WHEREABOUTS]).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn entry(bytes: &[u8]) -> Result<Entry, StoreError> {
    match bytes.split_first() {
        Some((&WHEREABOUTS, rest)) => {
            postcard::from_bytes(rest).map(Entry::Whereabouts).map_err(|error| StoreError::Damaged(error.to_string()))
        }
        _ => decompress(bytes).map(Entry::Old),
    }
}

/// A text on its own, for [`decompress`].
pub(super) fn compress(text: &str) -> Result<Vec<u8>, StoreError> {
    let packed = zstd::bulk::compress(text.as_bytes(), 1).map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok([&[VERSION], &packed[..]].concat())
}

pub(super) fn decompress(bytes: &[u8]) -> Result<String, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, packed)) => {
            let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().unwrap_or(0) as usize;
            let text = zstd::bulk::decompress(packed, size.min(LARGEST_BODY));
            let text = text.map_err(|error| StoreError::Damaged(error.to_string()))?;
            String::from_utf8(text).map_err(|error| StoreError::Damaged(error.to_string()))
        }
        Some((&newer, _)) => Err(StoreError::Newer(newer)),
        None => Err(StoreError::Damaged("it is empty".into())),
    }
}
