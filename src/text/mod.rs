//! Words, phrases and languages of a text. Pure functions.
//!
//! - `language`: which language it is.
//! - `words`: its words, stemmed, with letter pairs where no spaces part words.
//! - `stopwords`: words that say nothing about a topic.
//! - `background`: how common a word is in blog posts at large.
//! - `phrases`: runs of words that a person would recognise as a topic.
//! - `vector`: term counts, weights and their cosine.
//! - `wrap`: a text in lines of so many columns.

pub mod background;
pub mod language;
pub mod phrases;
pub mod stopwords;
pub mod vector;
pub mod words;
pub mod wrap;

/// A number for a text, the same on every machine and in every version (FNV-1a, with a last stir), by which terms and
/// keys are counted without being kept.
pub fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    hash ^ (hash >> 29)
}
