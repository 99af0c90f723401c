//! What the tests of the whole program share.
//!
//! - `server`: a web server on loopback that answers as a test says and remembers what it was asked.
//! - `penpal`: the real binary with a data folder of its own.
//! - `console`: the same in a terminal.
//! - `web`: feeds, pages and lists to serve.

// Each test file takes of this what it needs.
#![allow(dead_code, unused_imports)]

mod console;
mod penpal;
mod server;
mod web;

pub use console::Console;
pub use penpal::{Penpal, Ran};
pub use server::{Answer, Asked, Authority, Nobody, Server};
pub use web::{Post, atom, opml, page, rss};
