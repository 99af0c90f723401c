//! What is decided about answers.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::*;
use crate::{
    feed::{Hints, read},
    poll::{
        due::{LONGEST_FRESHNESS, LONGEST_PAUSE},
        heed::{DAYS_UNTIL_DOUBT, OFTEN},
    },
    web::{Freshness, OVERLOADED, TOO_MANY, Validators},
};

const NOW: Timestamp = Timestamp(1_790_000_000);

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        validators: Validators { etag: Some(b"W/\"1\"".to_vec()), last_modified: None },
        ..Reply::of(Url::parse("https://example.org/feed").unwrap(), Bytes::copy_from_slice(body.as_bytes()))
    }
}

fn feed(items: &str) -> Answer {
    let body = format!("<rss version=\"2.0\"><channel><title>A blog</title>{items}</channel></rss>");
    let feed = read(body.as_bytes(), &Hints { base_url: None, content_type: None }).unwrap();
    Answer::Feed(reply(200, &body), Box::new(feed))
}

/// A feed that has answered before.
fn heard() -> Known {
    let known = unknown();
    Known { state: FeedState { answered: Some(NOW), ..known.state }, ..known }
}

fn unknown() -> Known {
    let url = FeedUrl::parse("https://example.org/feed").unwrap();
    Known::of(Blog::unknown(url))
}

/// What is known after an answer.
fn after(known: Known, answer: Answer) -> (Known, Status, usize) {
    let decision = decide(&known, answer, NOW);
    let (blog, current) =
        decision.content.map_or((known.blog, known.current), |content| (content.blog, content.current));
    (
        Known { blog, state: decision.state, current, filter: known.filter, ..unknown() },
        decision.status,
        decision.new_posts,
    )
}

const ONE: &str = "<item><guid>1</guid><title>one</title></item>";
const ONE_EDITED: &str = "<item><guid>1</guid><title>one, edited</title></item>";
const TWO: &str = "<item><guid>2</guid><title>two</title></item>";

#[test]
fn new_edited_and_unchanged_posts_are_told_apart() {
    let (known, status, new) = after(unknown(), feed(ONE));
    assert_eq!((status, new), (Status::New, 1));
    let (known, status, new) = after(known, feed(ONE));
    assert_eq!((status, new), (Status::Unchanged, 0));
    let (known, status, new) = after(known, feed(&format!("{TWO}{ONE_EDITED}")));
    assert_eq!((status, new), (Status::Changed, 1));
    let (_, status, new) = after(known, Answer::Same(reply(304, "")));
    assert_eq!((status, new), (Status::Unchanged, 0));
}

#[test]
fn a_feed_cut_short_forgets_nothing_and_is_asked_for_whole() {
    let (known, ..) = after(unknown(), feed(ONE));
    let posts = known.current.posts.clone();
    let Answer::Feed(short, empty) = feed("") else { unreachable!() };
    let validators = Validators { etag: Some(b"\"short\"".to_vec()), last_modified: None };
    let (known, status, _) = after(known, Answer::Feed(Reply { validators, ..short }, empty));
    assert_eq!((status, &known.current.posts), (Status::Unchanged, &posts));
    assert_eq!(known.state.etag.as_deref(), Some(&b"W/\"1\""[..]), "a 304 to the short one's would keep it");
    let (_, status, new) = after(known, feed(ONE));
    assert_eq!((status, new), (Status::Unchanged, 0), "and nothing is new when it is back");
}

#[test]
fn failures_count_up_until_an_answer_and_410_ends_it() {
    let (known, status, _) = after(unknown(), Answer::Refused(reply(500, "")));
    assert_eq!((status, known.state.failures), (Status::Failed, 1));
    let (known, ..) = after(known, Answer::Refused(reply(404, "")));
    assert_eq!((known.state.failures, known.state.http), (2, Some(404)));
    let (known, ..) = after(known, feed(ONE));
    assert_eq!((known.state.failures, &known.state.error), (0, &None));
    let (known, status, _) = after(known, Answer::Refused(reply(410, "")));
    assert_eq!((status, known.state.gone), (Status::Gone, true));
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn at(known: &Known, answer: Answer, seconds: i64) -> Decision {
    decide(known, answer, Timestamp(NOW.0 + seconds))
}

#[test]
fn validators_are_renewed_by_a_304_and_kept_where_it_has_none() {
    let (known, ..) = after(unknown(), feed(ONE));
    let with = |etag: Option<&str>| {
        let validators = Validators { etag: etag.map(|etag| etag.as_bytes().to_vec()), last_modified: None };
        Answer::Same(Reply { validators, ..reply(304, "") })
    };
    let (known, ..) = after(known, with(None));
    assert_eq!(known.state.etag.as_deref(), Some(&b"W/\"1\""[..]));
    let (known, ..) = after(known, with(Some("unquoted")));
    assert_eq!(known.state.etag.as_deref(), Some(&b"unquoted"[..]));
    let (known, ..) = after(known, Answer::Refused(reply(500, "")));
    assert_eq!(known.state.etag.as_deref(), Some(&b"unquoted"[..]), "an error page's validators are its own");
}

#[test]
fn after_eight_days_of_304_one_request_asks_for_all() {
    let asked_whole = |usual_gap, days| {
        let unchanged_days = DAYS_UNTIL_DOUBT - 1;
        let usual_gap = Some(usual_gap);
        let state =
            FeedState { unchanged_since: Some(NOW), unchanged_days, usual_gap, asked: Some(NOW), ..heard().state };
        at(&Known { state, ..heard() }, Answer::Same(reply(304, "")), days * DAY).state
    };
    assert!(!asked_whole(OFTEN, 7).ask_whole);
    assert!(!asked_whole(OFTEN + 1, 30).ask_whole, "who posts seldom is silent for longer");
    let state = asked_whole(OFTEN, 8);
    assert!(state.ask_whole && state.etag.is_some(), "and nothing is forgotten");
    // Whatever comes of it, the days begin anew.
    let known = Known { state, ..heard() };
    for answer in [Answer::Same(reply(304, "")), Answer::Refused(reply(500, "")), feed(ONE)] {
        let state = at(&known, answer, 9 * DAY).state;
        assert_eq!((state.ask_whole, state.unchanged_since), (false, Some(Timestamp(NOW.0 + 9 * DAY))));
    }
    let ahead = FeedState { unchanged_since: Some(Timestamp(NOW.0 + 99 * DAY)), ..heard().state };
    let state = at(&Known { state: ahead, ..heard() }, Answer::Same(reply(304, "")), 0).state;
    assert_eq!(state.unchanged_since, Some(NOW), "no wrong clock puts it off");
}

#[test]
fn a_move_is_believed_when_it_was_seen_on_three_days() {
    let to = |place: &str| {
        let url = Url::parse(place).unwrap();
        Reply { url: url.clone(), moved_to: Some(url), ..reply(304, "") }
    };
    let (a, b) = (|| to("https://example.net/a"), || to("https://example.net/b"));
    // What is seen, hours after the first time; whether the feed moves then.
    for (story, moves) in [
        (vec![(0, a()), (1, a()), (2, a()), (3, a())], false),
        (vec![(0, a()), (24, a()), (48, a())], true),
        (vec![(0, a()), (24, a()), (48, b())], false),
        (vec![(0, a()), (24, reply(304, "")), (48, a()), (72, a())], false),
        (vec![(0, a()), (24, a()), (25, a()), (26, a())], false),
        (vec![(0, a()), (24, a()), (240, a())], true),
    ] {
        let (mut known, mut last) = (heard(), None);
        for (hours, reply) in story {
            let decision = at(&known, Answer::Same(reply), hours * HOUR);
            (known.state, last) = (decision.state, decision.moves_to);
        }
        assert_eq!(last.is_some(), moves);
    }
    // A 302 on the way: `moved_to` reaches only as far as the permanent part.
    let halfway = Reply { url: Url::parse("https://cdn.example/x").unwrap(), ..a() };
    assert_eq!(at(&heard(), Answer::Same(halfway), 0).state.moving, None);
}

#[test]
fn a_page_in_place_of_the_feed_proposes_the_feed_that_it_declares() {
    let (known, ..) = after(heard(), feed(ONE));
    let urls = ["https://example.org/feed", "https://example.org/new.xml"].map(|url| Url::parse(url).unwrap());
    let decision = at(&known, Answer::Page(reply(200, "<html>"), urls.to_vec()), 0);
    let error = decision.error.unwrap();
    assert_eq!(decision.state.proposal.as_ref().map(FeedUrl::as_str), Some("https://example.org/new.xml"));
    assert!(error.as_str().ends_with("`penpal follow https://example.org/new.xml`"), "{error}");
    let known = Known { state: decision.state, ..known };
    assert_eq!(at(&known, feed(ONE), 0).state.proposal, None);
}

#[test]
fn additions_alone_take_nothing_away() {
    let (known, ..) = after(heard(), feed(ONE));
    let part = |items: &str| {
        let Answer::Feed(whole, feed) = feed(items) else { unreachable!() };
        Answer::Feed(Reply { status: 226, additions: true, ..whole }, feed)
    };
    let decision = at(&known, part(TWO), 0);
    assert_eq!((decision.status, decision.new_posts), (Status::Changed, 1));
    assert_eq!(decision.content.map(|content| content.current.posts.len()), Some(2));
    let nothing = at(&known, part(""), 0);
    assert_eq!((nothing.status, nothing.state.error), (Status::Unchanged, None));
}

#[test]
fn a_feed_that_only_ever_adds_is_asked_for_whole_in_time_and_nothing_becomes_new_again() {
    let items = |numbers: std::ops::Range<usize>| -> String {
        numbers.map(|number| format!("<item><guid>{number}</guid><title>{number}</title></item>")).collect()
    };
    let part = |numbers| {
        let Answer::Feed(whole, feed) = feed(&items(numbers)) else { unreachable!() };
        Answer::Feed(Reply { status: 226, additions: true, ..whole }, feed)
    };
    let (mut known, ..) = after(heard(), part(0..MOST_ADDED));
    assert!(!known.ask_whole());
    (known, ..) = after(known, part(MOST_ADDED..MOST_ADDED + 1));
    assert_eq!((known.ask_whole(), known.current.posts.len()), (true, MOST_ADDED + 1));
    // Whether it calls that an addition or not, it is what the feed holds now.
    for whole in [part(MOST_ADDED - 9..MOST_ADDED + 2), feed(&items(MOST_ADDED - 9..MOST_ADDED + 2))] {
        let (known, status, new) = after(known.clone(), whole);
        assert_eq!((status, new, known.current.posts.len()), (Status::Changed, 1, 11));
        assert!(!known.ask_whole());
        let (known, _, new) = after(known, part(MOST_ADDED + 1..MOST_ADDED + 3));
        assert_eq!((new, known.current.posts.len()), (1, 12), "additions are added again");
    }
}

#[test]
fn what_a_304_does_not_say_stays_as_it_was() {
    let hour = Duration::from_secs(3600);
    let saying = |status, freshness, age| {
        let body = if status == 200 { "<rss version=\"2.0\"><channel><title>A</title></channel></rss>" } else { "" };
        let reply = Reply { freshness, age, ..reply(status, body) };
        match status {
            200 => {
                let feed = read(body.as_bytes(), &Hints { base_url: None, content_type: None }).unwrap();
                Answer::Feed(reply, Box::new(feed))
            }
            304 => Answer::Same(reply),
            _ => Answer::Refused(reply),
        }
    };
    let none = Duration::ZERO;
    let later = |hours: i64| Some(Timestamp(NOW.0 + hours * HOUR));
    // What was said first, an hour later, and until when it is fresh then.
    for (first, second, fresh_until) in [
        ((Freshness::MaxAge(3 * hour), none), (304, Freshness::Unsaid, none), later(4)),
        ((Freshness::MaxAge(3 * hour), 2 * hour), (304, Freshness::Unsaid, none), later(4)),
        ((Freshness::MaxAge(3 * hour), none), (304, Freshness::Unsaid, hour), later(3)),
        ((Freshness::MaxAge(3 * hour), none), (304, Freshness::MaxAge(hour), none), later(2)),
        ((Freshness::MaxAge(3 * hour), none), (304, Freshness::None, none), None),
        ((Freshness::Expires(3 * hour), none), (304, Freshness::Unsaid, none), later(3)),
        ((Freshness::Expires(3 * hour), none), (304, Freshness::Expires(3 * hour), none), later(4)),
        ((Freshness::Unsaid, none), (304, Freshness::Unsaid, none), None),
        ((Freshness::MaxAge(3 * hour), none), (200, Freshness::Unsaid, none), None),
        ((Freshness::MaxAge(3 * hour), none), (500, Freshness::Unsaid, none), None),
    ] {
        let state = at(&heard(), saying(200, first.0, first.1), 0).state;
        let known = Known { state, ..heard() };
        let (status, freshness, age) = second;
        let state = at(&known, saying(status, freshness, age), HOUR).state;
        assert_eq!(state.fresh_until, fresh_until, "{first:?}, then {second:?}");
    }
    // A failure between the two takes nothing back either.
    let state = at(&heard(), saying(200, Freshness::MaxAge(3 * hour), none), 0).state;
    let state = at(&Known { state, ..heard() }, saying(500, Freshness::Unsaid, none), HOUR).state;
    let state = at(&Known { state, ..heard() }, saying(304, Freshness::Unsaid, none), 2 * HOUR).state;
    assert_eq!(state.fresh_until, later(5));
}

#[test]
fn who_leads_to_a_host_that_wants_rest_waits_with_it_and_has_not_failed_itself() {
    let until = NOW.after(Duration::from_secs(3600));
    let silent = || Answer::Failed(WebError::Silent { host: "b.example".into(), until });
    let (known, status, _) = after(heard(), silent());
    assert_eq!((status, known.state.failures, known.state.failing_since), (Status::Failed, 0, None));
    assert_eq!((known.state.not_before, &known.state.silent_host), (Some(until), &None));
}

#[test]
fn a_failure_becomes_an_illness_when_it_lasts() {
    let (mut known, ..) = after(heard(), feed(ONE));
    for (hours, ill) in [(0, false), (47, false), (48, true), (50, true)] {
        known.state = at(&known, Answer::Refused(reply(404, "")), hours * HOUR).state;
        assert_eq!(known.state.is_ill(), ill, "{hours} h");
    }
    assert!(!after(known, feed(ONE)).0.state.is_ill());
}

#[test]
fn who_is_asked_too_often_is_left_alone_also_without_retry_after() {
    for (status, pause) in [(429, Some(TOO_MANY)), (503, Some(OVERLOADED)), (500, None), (404, None)] {
        let state = at(&heard(), Answer::Refused(reply(status, "")), 0).state;
        assert_eq!(state.not_before, pause.map(|pause| NOW.after(pause)), "{status}");
        assert_eq!(state.silent_host.is_some(), pause.is_some());
    }
}

#[test]
fn what_has_ended_stays_so_until_the_feed_is_back() {
    let (known, ..) = after(unknown(), Answer::Refused(reply(410, "")));
    let (known, status, _) = after(known, Answer::Refused(reply(404, "")));
    assert_eq!((status, known.state.gone), (Status::Failed, true));
    assert!(!after(known, feed(ONE)).0.state.gone);
}

#[test]
fn nothing_can_be_as_it_was_before_anything_was_known() {
    let (known, status, _) = after(unknown(), Answer::Same(reply(304, "")));
    assert_eq!((status, known.state.failures, known.state.answered), (Status::Failed, 1, None));
    assert_eq!(after(known, feed(ONE)).1, Status::New);
}

#[test]
fn promises_are_believed_within_reason() {
    let year = Duration::from_secs(365 * 86_400);
    let patient = Reply { freshness: Freshness::MaxAge(year), not_before: Some(NOW.after(year)), ..reply(304, "") };
    let (known, ..) = after(heard(), Answer::Same(patient));
    assert_eq!(known.state.fresh_until, Some(NOW.after(LONGEST_FRESHNESS)));
    assert_eq!(known.state.not_before, Some(NOW.after(LONGEST_PAUSE)));
    assert_eq!(known.state.etag.as_deref(), Some(&b"W/\"1\""[..]), "byte for byte");
}
