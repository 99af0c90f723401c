//! penpal reads blogs in the terminal and finds its user the people behind them.
//!
//! # The house
//!
//! A module uses only those above it in this list (`tests/house.rs` checks it):
//!
//! - [`model`]: plain data: blogs, posts, links, reasons, ids. No I/O, no clock.
//! - [`feed`]: bytes and headers to a feed: decode, parse, sanitise, dates, identity. Pure.
#![warn(missing_debug_implementations, unreachable_pub)]
#![forbid(unsafe_code)]

pub mod feed;
pub mod model;
