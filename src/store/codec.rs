//! Values: one version byte, then postcard. A newer version is refused and left untouched.

use serde::{Serialize, de::DeserializeOwned};

use super::StoreError;

const VERSION: u8 = 1;
/// Bodies are compressed one by one at zstd's quickest level: 35,000 of them are half the size and cost half a second.
const LEVEL: i32 = 1;
/// No body is stored that is larger when read back; what came from a feed was bounded before.
const LARGEST_BODY: usize = 64 << 20;

pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    encode_as(VERSION, value)
}

pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    decode_as(VERSION, bytes)
}

/// For what has a version of its own.
pub(super) fn encode_as<T: Serialize>(version: u8, value: &T) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![version]).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(super) fn decode_as<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&known, rest)) if known == version => {
            postcard::from_bytes(rest).map_err(|error| StoreError::Damaged(error.to_string()))
        }
        Some((&newer, _)) => Err(StoreError::Newer(newer)),
        None => Err(StoreError::Damaged("it is empty".into())),
    }
}

/// Compresses one text. The compressor is kept and used again.
#[allow(missing_debug_implementations)] // zstd gives none
pub struct Compressor(zstd::bulk::Compressor<'static>);

impl Compressor {
    pub fn new() -> Result<Self, StoreError> {
        zstd::bulk::Compressor::new(LEVEL).map(Self).map_err(|error| StoreError::Damaged(error.to_string()))
    }

    pub fn compress(&mut self, text: &str) -> Result<Vec<u8>, StoreError> {
        let packed = self.0.compress(text.as_bytes()).map_err(|error| StoreError::Damaged(error.to_string()))?;
        Ok([&[VERSION], &packed[..]].concat())
    }
}

pub fn decompress(bytes: &[u8]) -> Result<String, StoreError> {
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
