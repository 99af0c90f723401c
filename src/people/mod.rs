//! The contact book: who is meant, what becomes of two entries that are one person, address books in and out.
//!
//! What the user said of somebody lies in the journal and the store ([`crate::store::people`]); here is what can be made
//! of it. All of it is pure.
//!
//! - `who`: which person somebody means.
//! - `filter`: part of the book.
//! - `merge`: what becomes of each field when two entries are made one.
//! - `entry`, `import`: other address books, told by their content.
//! - `vcard`, `csv`, `xfn`: their kinds.

pub mod csv;
pub mod entry;
pub mod filter;
pub mod import;
pub mod merge;
pub mod vcard;
pub mod who;
pub mod xfn;

pub use entry::{AddressBook, Entry, ReadError};
pub use filter::Filter;
pub use merge::Outcome;
