//! The contact book: who is meant, what becomes of two entries that are one person, address books in and out.
//!
//! What the user said of somebody lies in the journal and the store ([`crate::store::people`]); here is what can be made
//! of it. All of it but sending is pure.
//!
//! - `who`: which person somebody means.
//! - `filter`: part of the book.
//! - `page`: everything about one person in rows.
//! - `merge`: what becomes of each field when two entries are made one.
//! - `entry`, `import`: other address books, told by their content.
//! - `vcard`, `csv`, `xfn`: their kinds.
//! - `dossier`: one page of facts about whoever writes a blog.
//! - `red_lines`: what the user does not want to overlook. - `own_words`: what somebody wrote and what they quote.
//! - `speech`: how somebody speaks of people. - `copies`: texts that stand elsewhere too. - `shops`: links that pay.
//! - `me`: who the user says they are.
//! - `facts`: what a letter may say, each with the page it stands on. - `draft`: letters from templates.
//! - `mail`: letters by mail. - `webmention`: telling a page that another links to it.

pub mod copies;
pub mod csv;
pub mod dossier;
pub mod draft;
pub mod entry;
pub mod facts;
pub mod filter;
pub mod import;
pub mod mail;
pub mod me;
pub mod merge;
pub mod own_words;
pub mod page;
pub mod red_lines;
pub mod shops;
pub mod speech;
pub mod vcard;
pub mod webmention;
pub mod who;
pub mod xfn;

pub use entry::{AddressBook, Entry, ReadError};
pub use filter::Filter;
pub use merge::Outcome;
