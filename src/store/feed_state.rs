//! What a feed's server taught us, and when: everything that the next request depends on.
//!
//! Stored in version 3. Version 2 is the same without what version 3 added at the end; version 1, which knew less, is read
//! by a decoder of its own.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{StoreError, codec};
use crate::model::{FeedUrl, Plain, Timestamp};

const VERSION: u8 = 3;
/// What stands at the end of [`FeedState`] since version 3, as it is written where nothing is known of it.
const ADDED_SINCE_2: [u8; 2] = [0, 0];
/// As many answers as are kept for who wants to know how a feed fares.
pub const ANSWERS_KEPT: usize = 8;
/// A feed that cannot be had is ill when that has lasted so long; until then it is a bad day.
pub const BAD_DAYS: Duration = Duration::from_secs(2 * 24 * 3600);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedState {
    /// Of the last answer that was a feed, as received, byte for byte (RFC 9110, 8.8); a 304 may have renewed it.
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
    /// Where that answer came from in the end, if redirects led elsewhere: its validators are nobody else's.
    pub came_from: Option<FeedUrl>,
    /// Since when there was nothing but 304: the moment of the last answer with a body.
    pub unchanged_since: Option<Timestamp>,
    /// On how many different days (UTC) it said 304 since then: a clock that jumps makes none of them.
    pub unchanged_days: u32,
    /// The next request asks for all of it, whatever the validators: 304 for so long is hard to believe.
    pub ask_whole: bool,
    pub asked: Option<Timestamp>,
    /// When it last answered with a feed or with 304.
    pub answered: Option<Timestamp>,
    pub http: Option<u16>,
    /// What went wrong the last time, in words; `None` if nothing did.
    pub error: Option<Plain>,
    /// In a row.
    pub failures: u32,
    /// The first of these failures.
    pub failing_since: Option<Timestamp>,
    /// `Cache-Control: max-age` less `Age`, or `Expires` less `Date`; a day at most.
    pub fresh_until: Option<Timestamp>,
    /// `Retry-After`, or our own pause where a server that is asked too often names none. Nothing is asked before it.
    pub not_before: Option<Timestamp>,
    /// Which host (and port) asked for that pause with 429 or 503: it is meant for all feeds there.
    pub silent_host: Option<String>,
    /// Seconds, of `<ttl>` or `sy:updatePeriod`.
    pub ttl: Option<u64>,
    /// A bit for each hour of the day, UTC, in which not to ask (RSS 2.0, `skipHours`); the lowest is midnight.
    pub skip_hours: u32,
    /// A bit for each day of the week (`skipDays`); the lowest is Monday.
    pub skip_days: u8,
    /// Seconds: the middle of the gaps between the newest posts.
    pub usual_gap: Option<u64>,
    /// When the newest of its posts was written.
    pub newest: Option<Timestamp>,
    /// It said 410: not asked again unless the user does.
    pub gone: bool,
    /// Where it says that it moved for good, until that is believed.
    pub moving: Option<Moving>,
    /// It is a page now, which declares this feed: an address to propose.
    pub proposal: Option<FeedUrl>,
    /// It can send additions alone (RFC 3229 with the `feed` manipulation).
    pub offers_additions: bool,
    /// BLAKE3 of the last body: the same bytes need not be read again.
    pub body: Option<[u8; 16]>,
    /// Bytes of the last whole body, after decompression.
    pub size: u64,
    /// Bytes that all the 304 have spared.
    pub spared: u64,
    /// The last [`ANSWERS_KEPT`], oldest first.
    pub answers: Vec<Answered>,
    /// Seconds, of `Cache-Control: max-age`: a 304 that says nothing of it begins it anew (RFC 9111, 4.3.4).
    pub max_age: Option<u64>,
    /// Which of the user's programs filtered it when it was last read.
    pub filter: Option<[u8; 16]>,
}

/// A permanent redirect (301, 308) that may be somebody's mistake as long as it was not seen on several days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    pub to: FeedUrl,
    /// Different days (UTC) on which it was seen.
    pub days: u32,
    /// The last of them, counted from the Unix epoch.
    pub last_day: i64,
}

/// How asking went once, for a page about a feed's health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub at: Timestamp,
    /// `None` where nobody answered.
    pub http: Option<u16>,
    /// Of the body, after decompression.
    pub bytes: u64,
    /// From the question to the end of the answer, the wait for the host's turn included.
    pub ms: u64,
    pub error: Option<Plain>,
}

impl FeedState {
    /// Whether it could not be had for longer than a bad day or two.
    pub fn is_ill(&self) -> bool {
        self.failing_since.zip(self.asked).is_some_and(|(since, asked)| asked.since(since) >= BAD_DAYS)
    }

    /// Keeps an answer, and forgets the oldest if there are too many.
    pub fn remember(&mut self, answered: Answered) {
        let surplus = (self.answers.len() + 1).saturating_sub(ANSWERS_KEPT);
        self.answers.drain(..surplus);
        self.answers.push(answered);
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        codec::encode_as(VERSION, self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        match bytes.first() {
            Some(1) => codec::decode::<Version1>(bytes).map(Self::from),
            Some(2) => codec::decode_as(VERSION, &[&[VERSION], &bytes[1..], &ADDED_SINCE_2].concat()),
            _ => codec::decode_as(VERSION, bytes),
        }
    }
}

/// As it was before answers were kept. Its fields and their order are what lies on disks.
#[derive(Debug, Serialize, Deserialize)]
struct Version1 {
    etag: Option<Vec<u8>>,
    last_modified: Option<Vec<u8>>,
    asked: Option<Timestamp>,
    answered: Option<Timestamp>,
    http: Option<u16>,
    error: Option<Plain>,
    failures: u32,
    fresh_until: Option<Timestamp>,
    not_before: Option<Timestamp>,
    ttl: Option<u64>,
    usual_gap: Option<u64>,
    gone: bool,
    moved_to: Option<FeedUrl>,
    body: Option<[u8; 16]>,
}

impl From<Version1> for FeedState {
    fn from(old: Version1) -> Self {
        Self {
            etag: old.etag,
            last_modified: old.last_modified,
            unchanged_since: old.answered,
            asked: old.asked,
            answered: old.answered,
            http: old.http,
            failing_since: old.error.as_ref().and(old.asked),
            error: old.error,
            failures: old.failures,
            fresh_until: old.fresh_until,
            not_before: old.not_before,
            ttl: old.ttl,
            usual_gap: old.usual_gap,
            gone: old.gone,
            // On which day it was seen was not kept: the days are counted anew.
            moving: None,
            body: old.body,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_version_1_wrote_is_read() {
        // Written by version 0.1.0, byte for byte: etag "1", asked and answered at 1790000000, 200, a ttl of an hour.
        let mut written = vec![1];
        written.extend(b"\x01\x03\"1\"\x00"); // etag; no date
        written.extend(b"\x01\x80\xee\x89\xab\x0d\x01\x80\xee\x89\xab\x0d"); // asked, answered
        written.extend(b"\x01\xc8\x01\x00\x00"); // 200, no error, no failure
        written.extend(b"\x00\x00\x01\x90\x1c\x00\x00"); // no max-age, no pause, ttl, no gap, not gone
        written.extend(b"\x01\x13https://b.example/f"); // moved to
        written.extend(b"\x01"); // the digest of its body
        written.extend([7; 16]);
        let state = FeedState::decode(&written).unwrap_or_default();
        let at = Some(Timestamp(1_790_000_000));
        let expected = FeedState {
            etag: Some(b"\"1\"".to_vec()),
            asked: at,
            answered: at,
            unchanged_since: at,
            http: Some(200),
            ttl: Some(3600),
            body: Some([7; 16]),
            ..FeedState::default()
        };
        assert_eq!(state, expected);
    }

    #[test]
    fn what_version_2_wrote_is_read() {
        let answered = Answered { at: Timestamp(7), http: Some(200), bytes: 9, ms: 1, error: None };
        let state = FeedState { answers: vec![answered], spared: 300, gone: true, ..FeedState::default() };
        let mut written = state.encode().unwrap();
        written.truncate(written.len() - ADDED_SINCE_2.len());
        written[0] = 2;
        assert_eq!(FeedState::decode(&written).unwrap(), state);
    }

    #[test]
    fn what_is_written_is_read_back_and_a_newer_version_is_refused() {
        let state = FeedState { failures: 3, skip_hours: 1 << 23, ..FeedState::default() };
        let mut written = state.encode().unwrap();
        assert_eq!((written[0], FeedState::decode(&written).unwrap()), (3, state));
        written[0] = 4;
        assert!(matches!(FeedState::decode(&written), Err(StoreError::Newer(4))));
    }

    #[test]
    fn the_last_answers_are_kept() {
        let mut state = FeedState::default();
        for at in 0..20 {
            let http = Some(200);
            state.remember(Answered { at: Timestamp(at), http, bytes: 0, ms: 0, error: None });
        }
        assert_eq!(state.answers.iter().map(|one| one.at.0).collect::<Vec<_>>(), (12..20).collect::<Vec<_>>());
    }
}
