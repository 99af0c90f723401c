//! What the tests of the whole program share.
//!
//! - `server`: a web server on loopback that answers as a test says and remembers what it was asked.
//! - `authority`: certificates, good and bad.
//! - `proxy`: small proxies that remember what they were asked for.
//! - `raw`: a server that sends bytes as they are, right or wrong.
//! - `penpal`: the real binary with a data folder of its own.
//! - `console`: the same in a terminal.
//! - `graphics`: the pictures in what was written to a terminal.
//! - `smtp`: a mail server, with faults.
//! - `village`: the demo's blogs, served to the real binary as by a proxy.
//! - `web`: feeds, pages and lists to serve.

// Each test file takes of this what it needs.
#![allow(dead_code, unused_imports)]

mod authority;
mod console;
mod graphics;
mod penpal;
mod proxy;
mod raw;
mod server;
mod smtp;
mod village;
mod web;

pub use self::penpal::{Penpal, Ran, discover_after};
pub use authority::{Authority, Flaw};
pub use console::Console;
pub use graphics::{Drawn, Rgb, drawn};
pub use proxy::Proxy;
pub use raw::{Head, Raw, Step};
pub use server::{Answer, Asked, Nobody, Server};
pub use smtp::{Arrived, Fault, Secured, Smtp};
pub use village::Village;
pub use web::{Post, atom, opml, page, rss};
