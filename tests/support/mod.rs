//! What the tests of the whole program share.
//!
//! - `server`: a web server on loopback that answers as a test says and remembers what it was asked.
//! - `authority`: certificates, good and bad.
//! - `proxy`: small proxies that remember what they were asked for.
//! - `penpal`: the real binary with a data folder of its own.
//! - `web`: feeds, pages and lists to serve.

// Each test file takes of this what it needs.
#![allow(dead_code, unused_imports)]

mod authority;
mod penpal;
mod proxy;
mod server;
mod web;

pub use authority::{Authority, Flaw};
pub use penpal::{Penpal, Ran};
pub use proxy::Proxy;
pub use server::{Answer, Asked, Nobody, Server};
pub use web::{Post, atom, opml, page, rss};
