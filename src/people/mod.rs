//! The contact book: who is meant, what becomes of two entries that are one person, address books in and out.
//!
//! What the user said of somebody lies in the journal and the store ([`crate::store::people`]); here is what can be made
//! of it. All of it is pure.
//!
//! - `who`: which person somebody means.

pub mod who;
