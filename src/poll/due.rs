//! When a feed may be asked again: worked out from stored facts and never stored itself, so that a restart or a clock
//! that jumps neither resets nor repeats a poll. Nothing here waits, reads a clock or draws lots.

use std::time::Duration;

use chrono::{Datelike, Timelike};
use serde::{Deserialize, Serialize};

use crate::{
    model::{BlogId, Timestamp},
    store::FeedState,
};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// No feed is asked more often by itself.
pub const FLOOR: Duration = Duration::from_secs(15 * 60);
/// No feed is asked less often, unless its server says so.
pub const CEILING: Duration = Duration::from_secs(2 * 24 * 3600);
/// The longest interval that leaves room for the spread below the ceiling.
const LONGEST_CALM: Duration = Duration::from_secs(2 * 24 * 3600 * 10 / 11);
/// Where nothing is known of a feed's pace yet.
const UNKNOWN: Duration = HOUR;
/// So often at most is the interval doubled where nobody answers.
const UNANSWERED: u32 = 3;
/// A feed that the user names may be asked again after this.
pub const NAMED: Duration = Duration::from_secs(60);
/// Servers often promise freshness for a year by mistake; a day is as long as we believe.
pub const LONGEST_FRESHNESS: Duration = DAY;
/// Nobody is believed who wants to be left alone for longer.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(14 * 24 * 3600);
/// A clock that says less is wrong: there was no penpal to ask (2026-01-01).
const FIRST_DAY: Timestamp = Timestamp(1_767_225_600);

/// How urgently feeds are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Those whose time has come.
    Due,
    /// The user named it: a minute is enough, unless the server forbids it.
    Named,
    /// The user insists on all: only `Retry-After` stands in the way, and 410.
    All,
    /// The user named it and insists: only `Retry-After` stands in the way.
    Insisted,
}

/// What a feed waits for besides what its own server said of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Besides {
    /// The least time between two polls, as the user's configuration has it.
    pub interval: Option<Duration>,
    /// Until when its host wants to be left alone, whichever of its feeds or pages was told so.
    pub silent_until: Option<Timestamp>,
}

/// When a feed is asked by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub at: Timestamp,
    /// It would be earlier if that were no hour or day which the feed asks to skip.
    pub skips: bool,
}

impl Next {
    /// Whether that is now.
    pub fn is_at(self, now: Timestamp) -> bool {
        self.at <= now
    }
}

/// When a feed is asked by itself, at `now` or later; `None` if it has ended.
pub fn asked_next(id: BlogId, state: &FeedState, besides: &Besides, now: Timestamp) -> Option<Next> {
    if state.gone {
        return None;
    }
    let rested = besides.interval.zip(state.asked).map(|(interval, asked)| asked.after(interval));
    let due = due(id, state).max(rested).max(besides.silent_until).max(Some(now)).unwrap_or(now);
    // Who was off when it fell due may come back within a skipped hour.
    let at = after_skips(state, due);
    Some(Next { at, skips: at > due })
}

/// Whether a feed may be asked at `now`.
pub fn may_ask(id: BlogId, state: &FeedState, besides: &Besides, urgency: Urgency, now: Timestamp) -> bool {
    if not_before(state).max(besides.silent_until).is_some_and(|earliest| now < earliest) {
        return false;
    }
    match urgency {
        Urgency::Insisted => true,
        Urgency::All => !state.gone,
        Urgency::Named => {
            let rested = state.asked.is_none_or(|asked| asked.after(NAMED) <= now || asked > now);
            rested && fresh_until(state).is_none_or(|fresh| fresh <= now)
        }
        Urgency::Due => asked_next(id, state, besides, now).is_some_and(|next| next.is_at(now)),
    }
}

/// The earliest moment at which a feed is asked again by itself; `None` if it was never asked.
///
/// The last time asked plus the longest of the adaptive interval, `ttl` and `max-age`, lengthened by up to a tenth, the
/// same for a feed each time, so that feeds that were imported together drift apart; later if `Retry-After`,
/// `skipHours` or `skipDays` say so.
pub fn next_poll(id: BlogId, state: &FeedState) -> Option<Timestamp> {
    due(id, state).map(|due| after_skips(state, due))
}

/// The same before hours and days are skipped.
fn due(id: BlogId, state: &FeedState) -> Option<Timestamp> {
    let asked = state.asked?;
    let promised = fresh_until(state).map_or(Duration::ZERO, |fresh| fresh.since(asked));
    let longest = interval(id, state).max(ttl(state)).max(promised);
    let spread = longest.mul_f64(1.0 + lot(id, 0, 0) / 10.0).min(CEILING);
    let due = asked.after(longest.max(spread));
    Some(not_before(state).map_or(due, |earliest| due.max(earliest)))
}

/// A tenth of the usual gap between posts, or of the time since the newest if that is longer (a blog that wrote daily
/// may have fallen silent), within floor and ceiling; after failures longer, by a part of an interval
/// that doubles with each of them. The part is drawn by lot ("full jitter", Brooker, Exponential Backoff And Jitter,
/// 2015), from facts that are stored, so that it is the same however often it is reckoned.
fn interval(id: BlogId, state: &FeedState) -> Duration {
    let calm = calm(state);
    let longest = backoff(calm, state);
    let drawn = lot(id, state.asked.map_or(0, |asked| asked.0), state.failures);
    calm + (longest - calm).mul_f64(drawn)
}

/// The longest interval after failures. Where nobody answered, which more often is our own network, it stays shorter for as
/// long as the feed is not ill.
fn backoff(calm: Duration, state: &FeedState) -> Duration {
    let most = if state.http.is_none() && !state.is_ill() { UNANSWERED } else { 16 };
    calm.saturating_mul(1 << state.failures.min(most)).min(CEILING)
}

fn calm(state: &FeedState) -> Duration {
    let usual = state.usual_gap.map_or(UNKNOWN, |gap| Duration::from_secs(gap / 10));
    usual.max(silence(state) / 10).clamp(FLOOR, LONGEST_CALM)
}

/// From the newest post to the last time asked.
fn silence(state: &FeedState) -> Duration {
    state.asked.zip(state.newest).map_or(Duration::ZERO, |(asked, newest)| asked.since(newest))
}

fn ttl(state: &FeedState) -> Duration {
    Duration::from_secs(state.ttl.unwrap_or(0)).min(CEILING)
}

/// Bounded from when it was said: no clock that was wrong then, and no server, silences a feed for longer.
fn not_before(state: &FeedState) -> Option<Timestamp> {
    bounded(state.not_before, state.asked, LONGEST_PAUSE)
}

fn fresh_until(state: &FeedState) -> Option<Timestamp> {
    bounded(state.fresh_until, state.asked, LONGEST_FRESHNESS)
}

fn bounded(until: Option<Timestamp>, asked: Option<Timestamp>, longest: Duration) -> Option<Timestamp> {
    until.map(|until| asked.map_or(until, |asked| asked.after(longest).min(until)))
}

/// A number in 0..1 that looks drawn by lot and is always the same for the same facts.
fn lot(id: BlogId, asked: i64, failures: u32) -> f64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&id.0).update(&asked.to_le_bytes()).update(&failures.to_le_bytes());
    let bytes = hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default();
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// The first moment from `due` on that lies in no hour or day which the feed asks to skip (RSS 2.0). Who skips them all
/// is not believed.
fn after_skips(state: &FeedState, due: Timestamp) -> Timestamp {
    if state.skip_hours == 0 && state.skip_days == 0 {
        return due;
    }
    let is_skipped = |at: Timestamp| {
        let at = at.calendar();
        state.skip_hours >> at.hour() & 1 == 1 || state.skip_days >> at.weekday().num_days_from_monday() & 1 == 1
    };
    let next_hours = (1..=8 * 24).map(|hours| Timestamp((due.0.div_euclid(3600) + hours) * 3600));
    std::iter::once(due).chain(next_hours).find(|at| !is_skipped(*at)).unwrap_or(due)
}

/// The facts put right, if they were written while the clock ran far ahead: as if the feed had been asked just now, and
/// all else with it. Without this it would not be asked again until that wrong future comes.
///
/// What lies ahead by less than the longest interval is let be, since that much waiting hurts nobody; so is
/// everything while the clock stands where no clock can, as at a start without a battery, since then it is the one
/// that is wrong.
pub fn mended(state: &FeedState, now: Timestamp) -> Option<FeedState> {
    let asked = state.asked?;
    let ahead = asked.since(now);
    if ahead <= CEILING || now < FIRST_DAY {
        return None;
    }
    let back = |at: Timestamp| Timestamp(at.0.saturating_sub_unsigned(ahead.as_secs()));
    Some(FeedState {
        asked: Some(now),
        answered: state.answered.map(back),
        // What passed meanwhile proves nothing.
        unchanged_since: Some(now),
        unchanged_days: 0,
        ask_whole: false,
        failing_since: state.failing_since.map(|since| since.min(now)),
        fresh_until: state.fresh_until.map(back),
        not_before: state.not_before.map(back),
        moving: None,
        ..state.clone()
    })
}

/// How long a feed is left alone now, and why, in words that follow "because". The spread is left out; after failures
/// it is the longest that the lot can bring. [`Duration::MAX`] for a feed that has ended.
pub fn reason(state: &FeedState, besides: &Besides) -> (Duration, String) {
    if state.gone {
        return (Duration::MAX, "it has ended (410), and is asked only if you name it".into());
    }
    let asked = state.asked.unwrap_or_default();
    let silence = silence(state);
    let pace = match (state.failures, state.usual_gap.map(Duration::from_secs)) {
        (0, gap) if silence / 10 > UNKNOWN && gap.is_none_or(|gap| silence > 2 * gap) => {
            format!("it has posted nothing for {}", in_words(silence, "a "))
        }
        (0, None) => "how often it posts is not known yet".into(),
        (0, Some(gap)) => format!("it posts about every {}", in_words(gap, "")),
        (1, _) => "it failed the last time".into(),
        (failures, _) => format!("it failed {failures} times in a row"),
    };
    let backoff = backoff(calm(state), state);
    let demand =
        |wait: Duration, who: &str, how: &str| (wait, format!("{who} asks for {} ({how})", in_words(wait, "a ")));
    let until = |moment: Option<Timestamp>| moment.map_or(Duration::ZERO, |moment| moment.since(asked));
    let demands = [
        demand(ttl(state), "the feed", "ttl"),
        demand(until(fresh_until(state)), "the server", "max-age"),
        demand(until(not_before(state)), "the server", "Retry-After"),
        demand(until(besides.silent_until), "its host", "429 or 503 to another request"),
        demand(besides.interval.unwrap_or_default(), "your configuration", "interval"),
    ];
    let pace = (backoff, pace);
    // The first of those that are equal is what would be left if the server asked for nothing.
    demands.into_iter().fold(pace, |longest, demand| if demand.0 > longest.0 { demand } else { longest })
}

/// About how long, in the largest unit of which there are two, else in one: "36 hours", "3 days"; a single one is
/// "hour" with `one` in front.
fn in_words(long: Duration, one: &str) -> String {
    let minutes = (long.as_secs() + 30) / 60;
    let (count, unit) = match minutes {
        ..120 if minutes != 60 => (minutes, "minute"),
        ..2880 if minutes != 1440 => ((minutes + 30) / 60, "hour"),
        _ => ((minutes + 720) / 1440, "day"),
    };
    match count {
        1 if unit == "hour" && one == "a " => "an hour".into(),
        1 => format!("{one}{unit}"),
        _ => format!("{count} {unit}s"),
    }
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
