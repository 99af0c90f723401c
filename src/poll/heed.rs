//! What an answer teaches for the next request, whatever it holds: validators, promises of freshness, pauses, doubts about
//! 304 and moves. Pure.

use std::time::Duration;

use super::due::{LONGEST_FRESHNESS, LONGEST_PAUSE};
use crate::{
    model::{FeedUrl, Timestamp, address::host_and_port},
    store::{FeedState, Moving},
    web::{Freshness, Reply},
};

/// After so long with nothing but 304 one request asks for all: some servers say 304 to everything.
const HARD_TO_BELIEVE: Duration = Duration::from_secs(8 * 24 * 3600);
/// And it was said on so many different days: a machine that was off, or a clock that jumps, proves nothing.
pub(super) const DAYS_UNTIL_DOUBT: u32 = 4;
/// That is asked of blogs that post at least so often; who posts seldom is silent for longer.
pub(super) const OFTEN: u64 = 7 * 24 * 3600;
/// A permanent redirect is believed when it was seen on so many different days.
const DAYS_UNTIL_MOVED: u32 = 3;

/// What holds whatever the answer was.
pub(super) fn heed(state: &mut FeedState, reply: &Reply, now: Timestamp) {
    state.http = Some(reply.status);
    let lifetime = match (reply.freshness, reply.status) {
        (Freshness::MaxAge(lifetime) | Freshness::Expires(lifetime), _) => Some(lifetime),
        // What a 304 does not say stays as it was (RFC 9111, 4.3.4): a max-age begins anew ...
        (Freshness::Unsaid, 304) => state.max_age.map(Duration::from_secs),
        _ => None,
    };
    // ... and an Expires is a moment.
    let stays = reply.status == 304 && reply.freshness == Freshness::Unsaid && lifetime.is_none();
    if !stays {
        let fresh_for = lifetime.map(|lifetime| lifetime.saturating_sub(reply.age).min(LONGEST_FRESHNESS));
        state.fresh_until = fresh_for.map(|fresh| now.after(fresh));
    }
    let silence = reply.silence(now);
    state.not_before = silence.or(reply.not_before).map(|earliest| earliest.min(now.after(LONGEST_PAUSE)));
    state.silent_host = silence.map(|_| host_and_port(&reply.url));
}

pub(super) fn succeeded(state: &mut FeedState, reply: &Reply, now: Timestamp) {
    if reply.status != 304 || reply.freshness != Freshness::Unsaid {
        state.max_age = match reply.freshness {
            Freshness::MaxAge(lifetime) => Some(lifetime.as_secs()),
            _ => None,
        };
    }
    // A 304 may bring newer validators and need not repeat the old ones (RFC 9111, 4.3.4).
    if reply.status == 304 {
        state.etag = reply.validators.etag.clone().or(state.etag.take());
        state.last_modified = reply.validators.last_modified.clone().or(state.last_modified.take());
    } else {
        state.etag = reply.validators.etag.clone();
        state.last_modified = reply.validators.last_modified.clone();
        state.unchanged_since = Some(now);
        state.unchanged_days = 0;
        state.offers_additions = reply.offers_additions;
    }
    state.came_from = FeedUrl::from_url(reply.url.clone());
    state.answered = Some(now);
    state.error = None;
    state.failures = 0;
    state.failing_since = None;
    state.gone = false;
    state.proposal = None;
}

/// Servers that answer 304 for ever are found out by asking once for all of it.
pub(super) fn believe_for_a_while(state: &mut FeedState, asked_before: Option<Timestamp>, now: Timestamp) {
    state.unchanged_days += u32::from(asked_before.is_none_or(|before| day(before) != day(now)));
    // What lies ahead was written by a clock that was wrong.
    let since = state.unchanged_since.filter(|since| *since <= now).unwrap_or(now);
    state.unchanged_since = Some(since);
    let often = state.usual_gap.is_some_and(|gap| gap <= OFTEN);
    let long = now.since(since) >= HARD_TO_BELIEVE && state.unchanged_days >= DAYS_UNTIL_DOUBT;
    state.ask_whole = often && long;
}

/// Counted from the Unix epoch, UTC.
fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(24 * 3600)
}

/// A redirect for good (301, 308 on the whole way) is only noted, and believed when it is seen again on other days. The
/// new address, when it is believed.
pub(super) fn moves_to(state: &mut FeedState, reply: &Reply, now: Timestamp) -> Option<FeedUrl> {
    let to = reply.moved_to.clone().filter(|to| *to == reply.url).and_then(FeedUrl::from_url);
    let today = day(now);
    state.moving = to.map(|to| match state.moving.take() {
        Some(before) if before.to == to && before.last_day == today => before,
        Some(before) if before.to == to => Moving { days: before.days.saturating_add(1), last_day: today, to },
        _ => Moving { days: 1, last_day: today, to },
    });
    let believed = state.moving.as_ref().filter(|moving| moving.days >= DAYS_UNTIL_MOVED);
    believed.map(|moving| moving.to.clone())
}
