//! How feeds fare: what their servers answered of late, when they are asked next and why then.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::blogs::{Followed, Health};
use crate::{
    model::{Plain, Timestamp},
    poll::due::reason,
    store::{Answered, FeedState},
};

/// An answer that usually takes longer is slow.
const SLOW: Duration = Duration::from_secs(5);

/// Nobody is quiet who wrote within so long: a season off is no farewell.
const QUIET_FROM: Duration = Duration::from_secs(90 * 24 * 3600);
/// So many of their usual gaps are more than a habit allows.
const QUIET_GAPS: u32 = 6;
/// Seconds; the gap of who wrote too little to tell.
const UNKNOWN_GAP: u64 = 60 * 24 * 3600;

/// What can be said of one feed: the object `health` of `blogs --health --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fares {
    pub asked: Option<Timestamp>,
    /// When it last answered with a feed or 304.
    pub answered: Option<Timestamp>,
    pub http: Option<u16>,
    pub error: Option<Plain>,
    /// In a row, since when.
    pub failures: u32,
    pub failing_since: Option<Timestamp>,
    /// When it is asked by itself: by the same reckoning by which it will be. In the past or now if it is due; `None` if it
    /// has ended.
    pub next: Option<Timestamp>,
    /// Seconds between two polls; `None` if it is not asked any more.
    pub interval: Option<u64>,
    /// Why that long, in words that follow "because".
    pub because: String,
    /// The middle of how long its last answers took, in milliseconds.
    pub usual_ms: Option<u64>,
    pub slow: bool,
    /// Bytes that answers of 304 spared.
    pub spared: u64,
    /// Where a page that stands in its place says that its feed is.
    pub proposal: Option<String>,
    /// Where it says that it moved for good, which is not believed yet.
    pub moving_to: Option<String>,
    /// Oldest first.
    pub answers: Vec<Answered>,
}

impl Fares {
    fn of(followed: &Followed) -> Self {
        let feed = &followed.feed;
        let (interval, mut because) = reason(feed, &followed.besides);
        if followed.next.is_some_and(|next| next.skips) {
            because.push_str("; and it asks to skip some hours or days (skipHours, skipDays)");
        }
        let usual_ms = usual_ms(feed);
        Self {
            asked: feed.asked,
            answered: feed.answered,
            http: feed.http,
            error: feed.error.clone(),
            failures: feed.failures,
            failing_since: feed.failing_since,
            next: followed.next.map(|next| next.at),
            interval: (!feed.gone).then_some(interval.as_secs()),
            because,
            usual_ms,
            slow: is_slow(feed),
            spared: feed.spared,
            proposal: feed.proposal.as_ref().map(ToString::to_string),
            moving_to: feed.moving.as_ref().map(|moving| moving.to.to_string()),
            answers: feed.answers.clone(),
        }
    }
}

fn usual_ms(feed: &FeedState) -> Option<u64> {
    let answered = feed.answers.iter().filter(|answer| answer.http.is_some());
    let mut took: Vec<u64> = answered.map(|answer| answer.ms).collect();
    took.sort_unstable();
    took.get(took.len() / 2).copied()
}

fn is_slow(feed: &FeedState) -> bool {
    usual_ms(feed).is_some_and(|ms| u128::from(ms) > SLOW.as_millis())
}

impl Followed {
    pub fn fares(&self) -> Fares {
        Fares::of(self)
    }

    fn is_slow(&self) -> bool {
        is_slow(&self.feed)
    }

    /// Whether its last post is long past against its habit, though the feed itself can be had.
    pub fn went_quiet(&self, now: Timestamp) -> bool {
        let Some(last) = self.counts.last_post.filter(|_| self.health == Health::Ok) else { return false };
        let usual = Duration::from_secs(self.feed.usual_gap.unwrap_or(UNKNOWN_GAP));
        now.since(last) > QUIET_FROM.max(usual * QUIET_GAPS)
    }

    /// Of somebody who went quiet: their habit, their last post, and where they may have moved.
    pub fn quiet_in_words(&self, now: Timestamp) -> Option<String> {
        let last = self.counts.last_post.filter(|_| self.went_quiet(now))?;
        let habit = self.feed.usual_gap.map_or(String::new(), |gap| match gap / 86_400 {
            0 | 1 => "wrote about every day, and ".to_owned(),
            days => format!("wrote about every {days} days, and "),
        });
        let to = self.feed.moving.as_ref().map(|moving| &moving.to).or(self.feed.proposal.as_ref());
        let to = to.map_or(String::new(), |to| format!("; may have moved to {to}"));
        Some(format!("{habit}nothing since {}{to}", last.day()))
    }
}

/// The sum over all feeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    pub feeds: usize,
    pub never_asked: usize,
    pub failing: usize,
    pub ended: usize,
    pub slow: usize,
    pub quiet: usize,
    /// Bytes.
    pub spared: u64,
}

impl Overview {
    pub fn of(followed: &[Followed], now: Timestamp) -> Self {
        let mut sum = Self { feeds: followed.len(), ..Self::default() };
        for one in followed {
            sum.never_asked += usize::from(one.feed.asked.is_none());
            sum.ended += usize::from(one.health == Health::Gone);
            sum.failing += usize::from(one.health != Health::Gone && one.feed.error.is_some());
            sum.slow += usize::from(one.is_slow());
            sum.quiet += usize::from(one.went_quiet(now));
            sum.spared += one.feed.spared;
        }
        sum
    }

    /// In a sentence.
    pub fn in_words(&self) -> String {
        let part = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
        let parts = [
            Some(format!("{} feeds", self.feeds)),
            part(self.failing, "failing"),
            part(self.ended, "ended"),
            part(self.slow, "slow"),
            part(self.quiet, "gone quiet"),
            part(self.never_asked, "not asked yet"),
            (self.spared > 0).then(|| format!("{} spared by asking only for news", bytes(self.spared))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Positions in the order in which somebody wants to look: those that fail first, then those that ended, then the slow
/// ones, then those whose writers went quiet.
pub fn worst_first(followed: &[Followed], now: Timestamp) -> Vec<usize> {
    let rank = |one: &Followed| match (one.health, &one.feed.error, one.is_slow()) {
        (Health::Ill, ..) => 0,
        (Health::Gone, ..) => 2,
        (_, Some(_), _) => 1,
        (_, None, true) => 3,
        (_, None, false) if one.went_quiet(now) => 4,
        (_, None, false) => 5,
    };
    let mut sorted: Vec<usize> = (0..followed.len()).collect();
    sorted.sort_by_cached_key(|&at| (rank(&followed[at]), followed[at].blog.title.as_str().to_lowercase()));
    sorted
}

/// A size as people say it.
pub fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{} kB", size / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", size / 1_000_000),
        _ => format!("{}.{} GB", size / 1_000_000_000, size % 1_000_000_000 / 100_000_000),
    }
}

/// How far away a moment is, as people say it: "in 3 hours", "5 minutes ago".
pub fn away(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.0.saturating_sub(now.0);
    let (count, unit) = match seconds.unsigned_abs() {
        0..60 => return if seconds <= 0 { "just now".into() } else { "in a moment".into() },
        far @ 60..7_200 => (far / 60, "minute"),
        far @ 7_200..172_800 => (far / 3_600, "hour"),
        far => (far / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// What to say of a feed in two or three sentences: what is wrong, and when it is asked next and why then.
pub fn in_words(followed: &Followed, now: Timestamp) -> Vec<String> {
    let fares = followed.fares();
    let mut said = Vec::new();
    if let Some(error) = &fares.error {
        let since = fares.failing_since.map(|since| format!(" (since {})", since.day())).unwrap_or_default();
        said.push(format!("{error}{since}"));
    }
    if let Some(quiet) = followed.quiet_in_words(now) {
        said.push(format!("It {quiet}. Its site may say where its writer is now."));
    }
    if let Some(to) = &fares.moving_to {
        said.push(format!("It says that it moved for good to {to}; that is believed when it is said on three days."));
    }
    let next = match fares.next {
        Some(next) if next > now => format!("again {}", away(next, now)),
        Some(_) => "due now".into(),
        None => "not again by itself".into(),
    };
    said.push(match fares.asked {
        Some(asked) => format!("Asked {}, {next}: {}.", away(asked, now), fares.because),
        None => "Not asked yet.".into(),
    });
    let mut more = Vec::new();
    if let Some(ms) = fares.usual_ms {
        more.push(format!("It usually answers in {ms} ms{}", if fares.slow { ", which is slow" } else { "" }));
    }
    if fares.spared > 0 {
        more.push(format!("{} spared by asking only for news", bytes(fares.spared)));
    }
    if !more.is_empty() {
        said.push(format!("{}.", more.join("; ")));
    }
    said
}

/// One answer in a line: "2026-03-01 08:00  304    88 ms  nothing new".
pub fn told(answer: &Answered) -> String {
    let http = answer.http.map_or("---".to_owned(), |http| http.to_string());
    let what = match (&answer.error, answer.http) {
        (Some(error), _) => error.to_string(),
        (None, Some(304)) => "nothing new".into(),
        (None, _) => bytes(answer.bytes),
    };
    format!("{}  {http}  {:>6} ms  {what}", answer.at.minute(), answer.ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_and_sizes_are_said_as_people_do() {
        let now = Timestamp(1_790_000_000);
        for (seconds, said) in [
            (0, "just now"),
            (30, "in a moment"),
            (-59, "just now"),
            (60, "in 1 minute"),
            (-7_199, "119 minutes ago"),
            (7_200, "in 2 hours"),
            (-400_000, "4 days ago"),
        ] {
            assert_eq!(away(Timestamp(now.0 + seconds), now), said);
        }
        for (size, said) in [(999, "999 bytes"), (1_000, "1 kB"), (12_345_678, "12 MB"), (1_250_000_000, "1.2 GB")] {
            assert_eq!(bytes(size), said);
        }
    }

    #[test]
    fn who_writes_seldom_is_not_quiet_yet_when_who_writes_often_is() {
        const DAY: i64 = 24 * 3600;
        let now = Timestamp(1_790_000_000);
        let url = crate::model::FeedUrl::parse("https://a.example/feed").unwrap();
        for (days_since, gap_days, quiet) in [
            (89, Some(1), false),
            (91, Some(1), true),
            (91, Some(30), false),
            (181, Some(30), true),
            (300, None, false),
            (361, None, true),
        ] {
            let blog = crate::model::Blog::unknown(url.clone());
            let one = Followed {
                subscription: crate::model::Subscription {
                    blog: blog.id,
                    feed_url: url.clone(),
                    title: None,
                    site_url: None,
                    folder: Vec::new(),
                    tags: Vec::new(),
                    since: now,
                    other: Vec::new(),
                },
                blog,
                counts: crate::store::Counts {
                    last_post: Some(Timestamp(now.0 - days_since * DAY)),
                    ..Default::default()
                },
                health: Health::Ok,
                feed: FeedState { usual_gap: gap_days.map(|days: u64| days * 86_400), ..FeedState::default() },
                besides: Default::default(),
                next: None,
            };
            assert_eq!(one.went_quiet(now), quiet, "{days_since} days, every {gap_days:?}");
            assert_eq!(one.quiet_in_words(now).is_some(), quiet);
        }
    }

    #[test]
    fn what_takes_long_most_of_the_time_is_slow() {
        let mut feed = FeedState::default();
        for ms in [100, 9_000, 8_000, 7_000] {
            feed.remember(Answered { at: Timestamp(0), http: Some(200), bytes: 1, ms, error: None });
        }
        assert_eq!((usual_ms(&feed), is_slow(&feed)), (Some(8_000), true));
    }
}
