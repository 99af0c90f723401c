//! Words, phrases and languages of a text. Pure functions.
//!
//! - `language`: which language it is.
//! - `words`: its words, stemmed, with letter pairs where no spaces part words.
//! - `stopwords`: words that say nothing about a topic.
//! - `background`: how common a word is in blog posts at large.
//! - `nouns`: whether a word stands in a text as a noun.
//! - `phrases`: runs of words that a person would recognise as a topic.
//! - `sensitive`: words of health, faith, politics, origin and sexuality.
//! - `sentences`: where a sentence begins and ends, and the quotation marks around it.
//! - `topical`: whether a phrase can be a topic at all.
//! - `vector`: term counts, weights and their cosine.
//! - `wrap`: a text in lines of so many columns.

pub mod background;
pub mod language;
pub mod nouns;
pub mod phrases;
pub mod sensitive;
pub mod sentences;
pub mod stopwords;
pub mod topical;
pub mod vector;
pub mod words;
pub mod wrap;

use std::hash::{BuildHasherDefault, Hasher};

/// A number for a text, the same on every machine and in every version (FNV-1a, with a last stir), by which terms and
/// keys are counted without being kept.
pub fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    hash ^ (hash >> 29)
}

/// A shorter number for a text, where millions are kept: half of its [`hash`]. Of a million texts a hundred share theirs.
pub fn key(text: &str) -> u32 {
    hash(text) as u32
}

/// Tables of what is counted by [`key`].
pub type ByKey<V> = std::collections::HashMap<u32, V, BuildHasherDefault<Spread>>;

/// Keys are random already, and whoever chooses texts that share one gains a word or two; so spreading them is enough.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, key: u32) {
        // The table takes some of its bits from the top (Knuth's multiplicative hashing).
        self.0 = (self.0 ^ u64::from(key)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}
