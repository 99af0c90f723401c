//! Words, phrases and languages of a text. Pure functions.
//!
//! - `language`: which language it is.
//! - `words`: its words, stemmed, with letter pairs where no spaces part words.
//! - `stopwords`: words that say nothing about a topic.
//! - `background`: how common a word is in blog posts at large.
//! - `phrases`: runs of words that a person would recognise as a topic.
//! - `vector`: term counts, weights and their cosine.

pub mod background;
pub mod language;
pub mod phrases;
pub mod stopwords;
pub mod vector;
pub mod words;
