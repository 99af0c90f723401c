//! Values: one version byte, then postcard. A newer version is refused and left untouched.

use serde::{Serialize, de::DeserializeOwned};

use super::{StoreError, packs::Place};

const VERSION: u8 = 1;
/// The version of a body that lies in a pack.
const PACKED: u8 = 2;
/// No body is stored that is larger when read back; what came from a feed was bounded before.
const LARGEST_BODY: usize = 64 << 20;

pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![VERSION]).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|error| StoreError::Damaged(error.to_string())),
        Some((&newer, _)) => Err(StoreError::Newer(newer)),
        None => Err(StoreError::Damaged("it is empty".into())),
    }
}

/// What stands for a body.
pub(super) enum Body {
    /// Version 1: itself, compressed alone.
    Alone(String),
    /// Version 2: where it lies.
    Packed(Place),
}

pub(super) fn encode_place(place: Place) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(&place, vec![PACKED]).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn body(bytes: &[u8]) -> Result<Body, StoreError> {
    match bytes.split_first() {
        Some((&PACKED, rest)) => {
            postcard::from_bytes(rest).map(Body::Packed).map_err(|error| StoreError::Damaged(error.to_string()))
        }
        _ => decompress(bytes).map(Body::Alone),
    }
}

fn decompress(bytes: &[u8]) -> Result<String, StoreError> {
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
