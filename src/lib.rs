//! penpal reads blogs in the terminal and finds its user the people behind them.
//!
//! # The house
//!
//! A module uses only those above it in this list (`tests/house.rs` checks it):
//!
//! - [`model`]: plain data: blogs, posts, links, reasons, ids. No I/O, no clock.
//! - [`text`]: language, words, key phrases, term vectors. Pure functions of text.
//! - [`feed`]: bytes and headers to a feed: decode, parse, sanitise, dates, identity. Pure.
//! - [`page`]: what an HTML page offers: feeds, links and what they mean, the person behind it, the main text. Pure.
//! - [`opml`]: lists of subscriptions in and out. Pure.
//! - [`web`]: HTTP: the only client, address guard, robots, pace, conditional requests, finding a feed.
//! - [`journal`]: what the user did, appended as lines of JSON and fsynced.
//! - [`store`]: the sled cache, its one writer, and the archive of posts that left their feeds.
//! - [`poll`]: which feeds are due, fetch -> feed -> store, news of how it goes.
//! - [`discover`]: candidates -> profile -> signals -> ranking -> evidence. The heart.
//! - [`people`]: the contact book: who is meant, merging, address books in and out.
//! - [`config`]: one TOML file, read into the settings that each module above owns.
//! - [`app`]: every action and query on the data folder; knows nothing of terminals.
//! - [`session`]: who holds the data folder.
//! - [`demo`]: the embedded neighbourhood, served on loopback.
//! - [`tui`]: the screens: draws what `app` holds, sends it actions.
//! - [`cli`]: one file a sub-command.
#![warn(missing_debug_implementations)]
#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod discover;
pub mod feed;
pub mod journal;
pub mod model;
pub mod opml;
pub mod page;
pub mod people;
pub mod poll;
pub mod session;
pub mod store;
pub mod text;
pub mod tui;
pub mod web;
