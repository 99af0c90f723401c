//! penpal reads blogs in the terminal and finds its user the people behind them.
//!
//! # The house
//!
//! A module uses only those above it in this list (`tests/house.rs` checks it):
//!
//! - [`model`]: plain data: blogs, posts, links, reasons, ids. No I/O, no clock.
#![warn(missing_debug_implementations)]
#![forbid(unsafe_code)]

pub mod journal;
pub mod model;
pub mod store;
pub mod text;
pub mod web;
