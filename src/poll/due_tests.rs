//! When feeds may be asked.

use proptest::prelude::*;

use super::*;

const ASKED: Timestamp = Timestamp(1_790_000_000);
const BLOG: BlogId = BlogId([1; 16]);

fn asked() -> FeedState {
    FeedState { asked: Some(ASKED), ..FeedState::default() }
}

fn wait_of(id: BlogId, state: &FeedState) -> Duration {
    next_poll(id, state).unwrap().since(ASKED)
}

fn later(wait: Duration) -> Option<Timestamp> {
    Some(ASKED.after(wait))
}

/// As long, or longer by up to a tenth.
#[track_caller]
fn waits_about(state: &FeedState, expected: Duration) {
    for id in 0..50 {
        let wait = wait_of(BlogId([id; 16]), state);
        assert!(wait >= expected && wait <= expected.mul_f64(1.1).max(expected).min(CEILING), "{wait:?}");
    }
}

#[test]
fn a_blog_is_asked_as_often_as_it_writes() {
    for (gap, expected) in [(HOUR, HOUR / 4), (50 * HOUR, 5 * HOUR), (365 * DAY, LONGEST_CALM)] {
        waits_about(&FeedState { usual_gap: Some(gap.as_secs()), ..asked() }, expected);
    }
}

#[test]
fn a_blog_that_has_fallen_silent_is_asked_less_and_less() {
    let silent_for = |days: i64| {
        let newest = Some(Timestamp(ASKED.0 - days * 86_400));
        FeedState { usual_gap: Some(DAY.as_secs()), newest, ..asked() }
    };
    for (days, expected) in [(0, DAY / 10), (1, DAY / 10), (10, DAY), (1000, LONGEST_CALM)] {
        waits_about(&silent_for(days), expected);
    }
}

#[test]
fn what_the_server_wishes_is_waited_for() {
    waits_about(&FeedState { ttl: Some(3 * 3600), ..asked() }, 3 * HOUR);
    let fresh_until = later(7 * HOUR);
    waits_about(&FeedState { fresh_until, ttl: Some(60), ..asked() }, 7 * HOUR);
    let not_before = later(99 * HOUR);
    assert_eq!(wait_of(BLOG, &FeedState { not_before, fresh_until, ..asked() }), 99 * HOUR);
    assert_eq!(wait_of(BLOG, &FeedState { ttl: Some(30 * 24 * 3600), ..asked() }), CEILING);
}

#[test]
fn feeds_that_were_imported_together_drift_apart_each_by_its_own_measure() {
    let waits: Vec<Duration> = (0..100).map(|id| wait_of(BlogId([id; 16]), &asked())).collect();
    let mut different = waits.clone();
    different.sort();
    different.dedup();
    assert!(different.len() > 60, "{different:?}");
    assert_eq!(waits, (0..100).map(|id| wait_of(BlogId([id; 16]), &asked())).collect::<Vec<_>>());
}

#[test]
fn a_failing_feed_is_asked_ever_more_seldom_but_not_given_up() {
    let mean = |failures| {
        let waits = (0..100).map(|id| wait_of(BlogId([id; 16]), &FeedState { failures, http: Some(500), ..asked() }));
        waits.inspect(|wait| assert!((UNKNOWN..=CEILING).contains(wait), "{wait:?}")).sum::<Duration>() / 100
    };
    let means = [0, 1, 2, 3, 4].map(mean);
    assert!(means.is_sorted() && means[4] > 6 * means[0], "{means:?}");
    assert!(mean(40) > 20 * HOUR);
    // Nobody answers: most often because it is we who have no network.
    let offline = FeedState { failures: 40, failing_since: Some(ASKED), ..asked() };
    assert!(wait_of(BLOG, &offline) <= 9 * HOUR);
    let ill = FeedState { failing_since: Some(Timestamp(0)), ..offline };
    assert!((0..9).any(|id| wait_of(BlogId([id; 16]), &ill) > 20 * HOUR));
}

#[test]
fn skipped_hours_and_days_are_slept_through() {
    // 2026-09-21, a Monday, 14:13:20 UTC.
    let skipping = |hours: &[u32], days: u8| FeedState {
        skip_hours: hours.iter().map(|hour| 1 << hour).sum(),
        skip_days: days,
        ..asked()
    };
    let due = |state: &FeedState| next_poll(BLOG, state).unwrap().rfc3339();
    assert!(due(&skipping(&[3], 0)).starts_with("2026-09-21T15:"));
    assert_eq!(due(&skipping(&[15, 16], 0)), "2026-09-21T17:00:00Z");
    assert_eq!(due(&skipping(&[0, 1], 0b1)), "2026-09-22T02:00:00Z");
    let all: Vec<u32> = (0..24).collect();
    assert!(due(&skipping(&all, 0)).starts_with("2026-09-21T15:"), "who skips all is not believed");
    assert!(due(&skipping(&[], 0x7f)).starts_with("2026-09-21T15:"));
    // Long overdue, but now it is 16 o'clock.
    let four = Timestamp::parse("2026-09-22T16:30:00Z").unwrap();
    assert!(!may_ask(BLOG, &skipping(&[15, 16], 0), &Besides::default(), Urgency::Due, four));
    assert!(may_ask(BLOG, &skipping(&[15, 16], 0), &Besides::default(), Urgency::Named, four));
}

#[test]
fn insisting_gets_past_everything_but_retry_after() {
    let soon = ASKED.after(Duration::from_secs(30));
    let fresh = FeedState { fresh_until: later(HOUR / 6), ..asked() };
    let told_to_wait = FeedState { not_before: later(HOUR / 6), ..asked() };
    let gone = FeedState { gone: true, ..asked() };
    for (state, urgency, allowed) in [
        (asked(), Urgency::Due, false),
        (asked(), Urgency::Named, false),
        (asked(), Urgency::All, true),
        (fresh.clone(), Urgency::Named, false),
        (fresh, Urgency::Insisted, true),
        (told_to_wait, Urgency::Insisted, false),
        (gone.clone(), Urgency::All, false),
        (gone, Urgency::Insisted, true),
        (FeedState::default(), Urgency::Due, true),
    ] {
        assert_eq!(may_ask(BLOG, &state, &Besides::default(), urgency, soon), allowed, "{urgency:?} {state:?}");
    }
    assert!(may_ask(BLOG, &asked(), &Besides::default(), Urgency::Named, Timestamp(ASKED.0 + 60)));
}

#[test]
fn a_clock_that_was_wrong_neither_repeats_a_poll_nor_puts_it_off_for_long() {
    let year = 365 * DAY;
    let ahead = FeedState {
        asked: later(year),
        fresh_until: later(year + HOUR),
        not_before: later(year + 5 * HOUR),
        ..FeedState::default()
    };
    let mended = mended(&ahead, ASKED).unwrap();
    assert_eq!((mended.asked, mended.fresh_until), (Some(ASKED), later(HOUR)));
    assert_eq!(wait_of(BLOG, &mended), 5 * HOUR, "as long as the server asked for");
    // An hour ahead is let be, and so is everything by a clock without a battery.
    assert_eq!(super::mended(&asked(), Timestamp(ASKED.0 - 3600)), None);
    assert!(!may_ask(BLOG, &asked(), &Besides::default(), Urgency::Due, Timestamp(ASKED.0 - 3600)));
    assert_eq!(super::mended(&asked(), Timestamp(60)), None);
}

#[test]
fn a_promise_from_a_clock_that_was_wrong_is_bounded() {
    let state = FeedState { not_before: later(900 * DAY), fresh_until: later(900 * DAY), ..asked() };
    assert_eq!(wait_of(BLOG, &state), LONGEST_PAUSE);
    assert!(may_ask(BLOG, &state, &Besides::default(), Urgency::Named, ASKED.after(LONGEST_PAUSE)));
}

#[test]
fn why_a_feed_is_left_alone_is_told_in_words() {
    let tell = |state: FeedState| reason(&state, &Besides::default()).1;
    for (state, words) in [
        (asked(), "how often it posts is not known yet"),
        (FeedState { newest: Some(Timestamp(ASKED.0 - 40 * 86_400)), ..asked() }, "it has posted nothing for 40 days"),
        (FeedState { usual_gap: Some(3 * 86_400), ..asked() }, "it posts about every 3 days"),
        (FeedState { usual_gap: Some(3700), ..asked() }, "it posts about every 62 minutes"),
        (FeedState { usual_gap: Some(86_400), ..asked() }, "it posts about every day"),
        (FeedState { fresh_until: later(6 * HOUR), ..asked() }, "the server asks for 6 hours (max-age)"),
        (FeedState { ttl: Some(86_400), ..asked() }, "the feed asks for a day (ttl)"),
        (FeedState { failures: 4, ..asked() }, "it failed 4 times in a row"),
        (FeedState { not_before: later(DAY), ..asked() }, "the server asks for a day (Retry-After)"),
        (FeedState { gone: true, ..asked() }, "it has ended (410), and is asked only if you name it"),
    ] {
        assert_eq!(tell(state), words);
    }
    assert_eq!(reason(&FeedState { usual_gap: Some(30 * 3600), ..asked() }, &Besides::default()).0, 3 * HOUR);
}

proptest! {
    #[test]
    fn no_lot_shortens_what_anybody_demands(
        id: [u8; 16],
        failures in 0..40_u32,
        gap in proptest::option::of(0..400 * 86_400_u64),
        ttl in proptest::option::of(0..10 * 86_400_u64),
        fresh in proptest::option::of(0..86_400_u64),
        pause in proptest::option::of(0..14 * 86_400_u64),
        (skip_hours, skip_days) in (0..1_u32 << 24, 0..1_u8 << 7),
    ) {
        let seconds = |seconds: Option<u64>| seconds.map(Duration::from_secs);
        let state = FeedState {
            failures,
            usual_gap: gap,
            ttl,
            fresh_until: seconds(fresh).and_then(later),
            not_before: seconds(pause).and_then(later),
            skip_hours,
            skip_days,
            ..asked()
        };
        let wait = wait_of(BlogId(id), &state);
        prop_assert!(wait >= FLOOR);
        prop_assert!(wait >= seconds(ttl).unwrap_or_default().min(CEILING));
        prop_assert!(wait >= seconds(fresh).unwrap_or_default());
        prop_assert!(wait >= seconds(pause).unwrap_or_default());
        // And nobody is forgotten: skipped hours and days are over within a week.
        prop_assert!(wait <= CEILING.max(seconds(pause).unwrap_or_default()) + 8 * DAY);
        prop_assert!(may_ask(BlogId(id), &state, &Besides::default(), Urgency::Due, ASKED.after(wait)));
    }
}
