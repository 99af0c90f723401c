//! Polling in the background: a little at a time, so that neither the line nor any server feels that the machine was
//! switched on.

use std::time::Duration;

use super::{
    App, AppError,
    request::{
        Request, Tell,
        refresh::{Refresh, Refreshed},
    },
};
use crate::poll::schedule::Schedule;

/// Between two rounds while feeds are waiting.
const TICK: Duration = Duration::from_secs(6);
/// The longest rest, after which the clock is looked at again: it may have been put forward, or the machine slept.
const LONGEST_REST: Duration = Duration::from_secs(60);
/// However many feeds wait, they are asked within so many rounds, which is two minutes.
const ROUNDS: usize = 20;
/// So few are asked at once, there is nothing to spread.
const FEW: usize = 16;

/// How long to rest after rounds that could not be stored: a full disk must not make anybody ask the same servers again
/// and again. Doubled each time.
const AFTER_FAILURE: Duration = Duration::from_secs(15 * 60);
const LONGEST_AFTER_FAILURE: Duration = Duration::from_secs(2 * 3600);

/// The rest after so many rounds that failed one after another.
pub fn rest_after_failures(failures: u32) -> Duration {
    AFTER_FAILURE.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(LONGEST_AFTER_FAILURE)
}

impl App {
    /// Asks some of the feeds whose time has come.
    pub async fn watch_round(&self, tell: Tell<'_>) -> Result<Refreshed, AppError> {
        let Schedule { mut due, .. } = self.poller()?.schedule(self.now())?;
        due.truncate(share(due.len()));
        if due.is_empty() {
            return Ok(Refreshed::default());
        }
        Refresh { blogs: due.iter().map(ToString::to_string).collect(), force: false }.carry_out(self, tell).await
    }

    /// How long to rest before the next round.
    pub fn watch_rest(&self) -> Result<Duration, AppError> {
        let now = self.now();
        let schedule = self.poller()?.schedule(now)?;
        if !schedule.due.is_empty() {
            return Ok(TICK);
        }
        let until = schedule.next.map(|next| Duration::from_secs(next.0.saturating_sub(now.0).max(0) as u64));
        Ok(until.unwrap_or(LONGEST_REST).clamp(TICK, LONGEST_REST))
    }
}

/// How many of those that wait are asked in one round.
fn share(waiting: usize) -> usize {
    FEW.max(waiting.div_ceil(ROUNDS)).min(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_cannot_store_asks_seldom() {
        let minutes = |failures| rest_after_failures(failures).as_secs() / 60;
        assert_eq!([1, 2, 3, 4, 100].map(minutes), [15, 30, 60, 120, 120]);
    }

    #[test]
    fn few_are_asked_at_once_and_many_within_two_minutes() {
        for (waiting, asked) in [(0, 0), (3, 3), (16, 16), (100, 16), (1000, 50), (10_000, 500)] {
            assert_eq!(share(waiting), asked, "{waiting} wait");
        }
    }
}
