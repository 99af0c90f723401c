//! When a feed may be asked again: worked out from stored facts and never stored itself, so that a restart or a clock
//! that jumps neither resets nor repeats a poll.

use std::time::Duration;

use crate::{model::Timestamp, store::FeedState};

const FLOOR: Duration = Duration::from_secs(15 * 60);
const CEILING: Duration = Duration::from_secs(2 * 24 * 3600);
/// Where nothing is known of a feed's pace yet.
const UNKNOWN: Duration = Duration::from_secs(3600);
/// A feed that the user names may be asked again after this.
const NAMED: Duration = Duration::from_secs(60);

/// How urgently feeds are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Those whose time has come.
    Due,
    /// The user named it: a minute is enough, unless the server forbids it.
    Named,
    /// The user insists: only `Retry-After` stands in the way.
    Forced,
}

/// Whether a feed may be asked at `now`.
pub fn may_ask(state: &FeedState, urgency: Urgency, now: Timestamp) -> bool {
    if state.not_before.is_some_and(|earliest| now < earliest) {
        return false;
    }
    match urgency {
        Urgency::Forced => true,
        Urgency::Named => {
            let rested = state.asked.is_none_or(|asked| asked.after(NAMED) <= now || asked > now);
            rested && state.fresh_until.is_none_or(|fresh| fresh <= now)
        }
        Urgency::Due => !state.gone && next_poll(state).is_none_or(|due| due <= now),
    }
}

/// The earliest moment at which a feed is asked again by itself; `None` if it was never asked.
///
/// The last time asked plus the longest of the adaptive interval, `ttl` and `max-age`, later if `Retry-After` says so.
pub fn next_poll(state: &FeedState) -> Option<Timestamp> {
    let asked = state.asked?;
    let ttl = Duration::from_secs(state.ttl.unwrap_or(0)).min(CEILING);
    let due = asked.after(interval(state).max(ttl));
    let due = state.fresh_until.map_or(due, |fresh| due.max(fresh));
    Some(state.not_before.map_or(due, |earliest| due.max(earliest)))
}

/// A tenth of the usual gap between posts, doubled for each failure in a row, within floor and ceiling.
fn interval(state: &FeedState) -> Duration {
    let calm = state.usual_gap.map_or(UNKNOWN, |gap| Duration::from_secs(gap / 10)).clamp(FLOOR, CEILING);
    calm.saturating_mul(1 << state.failures.min(16)).min(CEILING)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;
    const ASKED: Timestamp = Timestamp(1_000_000);

    fn asked() -> FeedState {
        FeedState { asked: Some(ASKED), ..FeedState::default() }
    }

    fn wait(state: FeedState) -> u64 {
        (next_poll(&state).unwrap().0 - ASKED.0) as u64
    }

    #[test]
    fn a_blog_is_asked_as_often_as_it_writes() {
        for (gap, expected) in [(HOUR, HOUR / 4), (50 * HOUR, 5 * HOUR), (24 * 365 * HOUR, 48 * HOUR)] {
            assert_eq!(wait(FeedState { usual_gap: Some(gap), ..asked() }), expected, "a post every {gap} s");
        }
    }

    #[test]
    fn what_the_server_wishes_is_waited_for() {
        assert_eq!(wait(FeedState { ttl: Some(3 * HOUR), ..asked() }), 3 * HOUR);
        let fresh_until = Some(Timestamp(ASKED.0 + 7 * HOUR as i64));
        assert_eq!(wait(FeedState { fresh_until, ..asked() }), 7 * HOUR);
        let not_before = Some(Timestamp(ASKED.0 + 99 * HOUR as i64));
        assert_eq!(wait(FeedState { not_before, fresh_until, ..asked() }), 99 * HOUR);
    }

    #[test]
    fn a_failing_feed_is_asked_ever_more_seldom_but_not_given_up() {
        let waits = [0, 1, 2, 3, 40].map(|failures| wait(FeedState { failures, ..asked() }));
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(waits[4], 48 * HOUR);
    }

    #[test]
    fn insisting_gets_past_everything_but_retry_after() {
        let soon = Timestamp(ASKED.0 + 30);
        let fresh = FeedState { fresh_until: Some(Timestamp(ASKED.0 + 600)), ..asked() };
        let told_to_wait = FeedState { not_before: Some(Timestamp(ASKED.0 + 600)), ..asked() };
        for (state, urgency, allowed) in [
            (asked(), Urgency::Due, false),
            (asked(), Urgency::Named, false),
            (asked(), Urgency::Forced, true),
            (fresh.clone(), Urgency::Named, false),
            (fresh, Urgency::Forced, true),
            (told_to_wait, Urgency::Forced, false),
            (FeedState::default(), Urgency::Due, true),
        ] {
            assert_eq!(may_ask(&state, urgency, soon), allowed, "{urgency:?} {state:?}");
        }
        assert!(may_ask(&asked(), Urgency::Named, Timestamp(ASKED.0 + 60)));
    }
}
