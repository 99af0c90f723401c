//! How keys sort: big-endian, and beginning with what is scanned.

use crate::model::{BlogId, PostId, Timestamp};

/// Eight bytes that sort later moments first.
pub fn descending(time: Timestamp) -> [u8; 8] {
    // Flipping the sign bit makes the order of signed numbers that of their bytes; the complement turns it round.
    (!((time.0 as u64) ^ (1 << 63))).to_be_bytes()
}

pub fn river(time: Timestamp, post: PostId) -> [u8; 24] {
    let mut key = [0; 24];
    key[..8].copy_from_slice(&descending(time));
    key[8..].copy_from_slice(&post.0);
    key
}

pub fn by_blog(blog: BlogId, time: Timestamp, post: PostId) -> [u8; 40] {
    let mut key = [0; 40];
    key[..16].copy_from_slice(&blog.0);
    key[16..].copy_from_slice(&river(time, post));
    key
}

/// The moment that a river key begins with.
pub fn time_of(key: &[u8]) -> Timestamp {
    let bytes = key.first_chunk::<8>().copied().unwrap_or_default();
    Timestamp((!u64::from_be_bytes(bytes) ^ (1 << 63)) as i64)
}

/// The post that a river or by-blog key ends with.
pub fn post_of(key: &[u8]) -> Option<PostId> {
    PostId::from_slice(key.get(key.len().checked_sub(16)?..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_moments_sort_first_also_before_1970() {
        let keys = [i64::MAX, 1_790_000_000, 1, 0, -1, -86_400, i64::MIN].map(|t| descending(Timestamp(t)));
        assert!(keys.is_sorted());
        assert_eq!(time_of(&river(Timestamp(-5), PostId([0; 16]))), Timestamp(-5));
    }
}
