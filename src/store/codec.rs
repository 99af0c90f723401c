//! Values: one version byte, then postcard. A newer version is refused and left untouched.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::StoreError;

const VERSION: u8 = 1;
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
