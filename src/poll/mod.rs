//! Polling: which feeds are due, fetch -> feed -> store, with news of how it goes.
//!
//! - `due`: when a feed may be asked again. Pure.
//! - `entries`: a feed's entries as posts. Pure.
//! - `decide`: everything that depends on what a server said. Pure.
//! - `refresh`: the run itself.
//! - `schedule`: what comes next, for polling in the background.
//! - `under_way`: who is still being asked.

pub mod decide;
pub mod due;
pub mod entries;
pub mod refresh;
pub mod schedule;
pub mod under_way;

pub use decide::{Answer, Decision, Known, decide};
pub use refresh::{Poller, Progress, Report, Status, Summary, Which};
pub use under_way::UnderWay;

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
