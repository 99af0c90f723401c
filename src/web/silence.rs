//! Hosts that want to be left alone: 429 and 503 are meant for the whole host (RFC 6585, 4; RFC 9110, 15.6.4).

use std::time::Duration;

use tokio::time::Instant;

use crate::model::Timestamp;

/// How long who answers 429 is left alone if it does not say: an hour is what strict servers allow to a reader that asks
/// with conditions.
pub const TOO_MANY: Duration = Duration::from_secs(3600);
/// The same for 503.
pub const OVERLOADED: Duration = Duration::from_secs(15 * 60);
/// The wish of one page holds for the others of its host no longer than this, since some hosts are shared.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Whoever was told this much later than it is now was told by a clock that was wrong.
const WRONG: Duration = Duration::from_secs(2 * 24 * 3600);

/// Until when an answer asks to be left alone, with its `Retry-After` or without; `None` for any other status.
pub(super) fn asked_for(status: u16, retry_after: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let unsaid = match status {
        429 => TOO_MANY,
        503 => OVERLOADED,
        _ => return None,
    };
    Some(retry_after.unwrap_or(now.after(unsaid)))
}

/// The wish of one host.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence {
    since: Timestamp,
    pub(super) until: Timestamp,
    /// When this process heard of it, by a clock that never jumps.
    heard: Instant,
}

impl Silence {
    /// A day at most.
    pub(super) fn new(since: Timestamp, until: Timestamp) -> Self {
        Self { since, until: until.min(since.after(LONGEST)), heard: Instant::now() }
    }

    /// Until when it lasts; `None` if it is over.
    pub(super) fn holds(&self, now: Timestamp) -> Option<Timestamp> {
        if self.since.since(now) <= WRONG {
            return (now < self.until).then_some(self.until);
        }
        // One of the two clocks was wrong: as long as was asked for has to pass here.
        let left = self.until.since(self.since).saturating_sub(self.heard.elapsed());
        (!left.is_zero()).then(|| now.after(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000);
    const HOUR: i64 = 3600;

    #[test]
    fn a_wish_lasts_until_the_moment_that_was_named_and_a_day_at_most() {
        let later = |hours: i64| Timestamp(NOW.0 + hours * HOUR);
        let wish = Silence::new(NOW, later(3));
        assert_eq!([0, 2, 3, -24].map(|hours| wish.holds(later(hours)).is_some()), [true, true, false, true]);
        assert_eq!(Silence::new(NOW, later(999)).until, later(24));
        for (status, retry_after, until) in [
            (429, Some(later(2)), Some(later(2))),
            (429, None, Some(later(1))),
            (503, None, Some(NOW.after(OVERLOADED))),
            (500, Some(later(2)), None),
            (200, Some(later(2)), None),
        ] {
            assert_eq!(asked_for(status, retry_after, NOW), until, "{status}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wish_that_was_heard_while_the_clock_ran_ahead_ends_all_the_same() {
        let ahead = Timestamp(NOW.0 + 400 * 24 * HOUR);
        let wish = Silence::new(ahead, ahead.after(TOO_MANY));
        assert!(wish.holds(NOW).is_some());
        tokio::time::advance(TOO_MANY).await;
        assert_eq!(wish.holds(NOW), None);
    }
}
