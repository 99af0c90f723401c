//! Polling: which feeds are due, fetch -> feed -> store, with news of how it goes.
//!
//! - `due`: when a feed may be asked again. Pure.
//! - `entries`: a feed's entries as posts. Pure.
//! - `heed`: what an answer teaches for the next request. Pure.
//! - `decide`: everything that depends on what a server said. Pure.
//! - `silence`: hosts that want to be left alone, out of stored facts.
//! - `news`: what a run is asked for, and what it tells.
//! - `wanted`: who is to be asked.
//! - `refresh`: the run itself.
//! - `lists`: reading lists, whose blogs are followed along with them.
//! - `schedule`: what comes next, for polling in the background.
//! - `under_way`: who is still being asked, in words.
//! - `together`: what runs at the same time share.
//! - `source`: feeds from files and programs.

pub mod decide;
pub mod due;
pub mod entries;
mod heed;
pub mod lists;
pub mod news;
pub mod refresh;
pub mod schedule;
pub mod silence;
pub mod source;
pub mod together;
pub mod under_way;
mod wanted;

pub use decide::{Answer, Decision, Known, decide};
pub use news::{Progress, Report, Status, Summary, Which};
pub use refresh::Poller;
pub use source::{Source, SourceKind, decide_source};
pub use together::Together;
pub use under_way::UnderWay;

use std::time::Duration;

use crate::web::{Pattern, command};

#[derive(Clone, Debug)]
pub struct Settings {
    /// Hosts that are asked at once; each of them one thing at a time.
    pub at_once: usize,
    /// The least time between two polls of some feeds, for the first pattern that fits.
    pub intervals: Vec<(Pattern, Duration)>,
    /// What the user's configuration defines.
    pub sources: Vec<Source>,
    /// How long a program may take that makes a feed.
    pub longest_program: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { at_once: 256, intervals: Vec::new(), sources: Vec::new(), longest_program: command::LONGEST }
    }
}
