//! Polling: which feeds are due, fetch -> feed -> store, with news of how it goes.
//!
//! - `due`: when a feed may be asked again. Pure.
//! - `entries`: a feed's entries as posts. Pure.
//! - `heed`: what an answer teaches for the next request. Pure.
//! - `decide`: everything that depends on what a server said. Pure.
//! - `silence`: hosts that want to be left alone. Pure.
//! - `news`: what a run is asked for, and what it tells.
//! - `refresh`: the run itself.

pub mod decide;
pub mod due;
pub mod entries;
mod heed;
pub mod news;
pub mod refresh;
mod silence;

pub use decide::{Answer, Decision, Known, decide};
pub use news::{Progress, Report, Status, Summary, Which};
pub use refresh::Poller;

#[derive(Clone, Debug)]
pub struct Settings {
    /// Hosts that are asked at once; each of them one thing at a time.
    pub at_once: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { at_once: 256 }
    }
}
