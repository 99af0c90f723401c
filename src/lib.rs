//! penpal reads blogs in the terminal and finds its user the people behind them.
//!
//! # The house
//!
//! A module uses only those above it in this list (`tests/house.rs` checks it):
//!
//! - [`model`]: plain data: blogs, posts, links, reasons, ids. No I/O, no clock.
//! - [`page`]: what an HTML page offers: feeds, links and what they mean, the person behind it, the main text. Pure.
//! - [`opml`]: lists of subscriptions in and out. Pure.
#![warn(missing_debug_implementations, unreachable_pub)]
#![forbid(unsafe_code)]

pub mod model;
pub mod opml;
pub mod page;
