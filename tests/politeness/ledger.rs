//! Every request as a strict publisher sees it: what was asked too soon, wrongly, or for nothing.

use std::collections::{BTreeMap, HashMap};

use hyper::HeaderMap;

use crate::{
    clock::{self, DAY, HOUR, MINUTE},
    habits::{Conditions, Feed, Habit, Said},
};

/// What must not happen. In the order of the scorecard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Unconditional,
    WrongValidators,
    BeforeRetryAfter,
    BeforeFreshness,
    BeforeTtl,
    Skipped,
    TooSoon,
    AfterGone,
    AfterMove,
    Invented,
    Tracked,
    Nameless,
    Uncompressed,
}

pub const FAULTS: [(Fault, &str); 13] = [
    (Fault::Unconditional, "requests without conditions for a feed that gave validators, but the one after eight days"),
    (Fault::WrongValidators, "validators made up, stale, changed, or of another address"),
    (Fault::BeforeRetryAfter, "requests to a host before its `Retry-After`, or an hour after a 429 that names none"),
    (Fault::BeforeFreshness, "requests before `max-age` or `Expires`, a day at most"),
    (Fault::BeforeTtl, "requests before `<ttl>`"),
    (Fault::Skipped, "requests in skipped hours or days"),
    (Fault::TooSoon, "requests less than 15 minutes after the one before"),
    (Fault::AfterGone, "requests after 410"),
    (Fault::AfterMove, "requests to an old address after the third day of 301 or 308"),
    (Fault::Invented, "addresses that nobody published, or with something added to them"),
    (Fault::Tracked, "cookies sent back, referrers"),
    (Fault::Nameless, "requests without name, version and an address to read about it"),
    (Fault::Uncompressed, "requests that accept no compression"),
];

/// What is known of one address.
#[derive(Default)]
struct Place {
    asked: usize,
    last: Option<i64>,
    /// The validators of the last answer that was the feed, as far as it had any.
    given: Option<(Option<String>, Option<String>)>,
    /// When the last whole answer was given.
    whole: i64,
    fresh_until: i64,
    /// Seconds, as they were said last.
    max_age: Option<i64>,
    ttl_until: i64,
    quiet_until: i64,
    gone: bool,
    /// Days on which it said that it had moved for good.
    moved: Vec<i64>,
}

/// What came of the requests of one habit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub requests: usize,
    pub bodies: usize,
    pub unchanged: usize,
}

#[derive(Default)]
pub struct Ledger {
    places: HashMap<String, Place>,
    /// Hosts that asked for a pause with 429 or 503.
    quiet: HashMap<String, i64>,
    /// Moments of the requests to crowded hosts.
    crowds: HashMap<String, Vec<i64>>,
    pub faults: BTreeMap<Fault, Vec<String>>,
    pub tallies: BTreeMap<Habit, Tally>,
    /// Whole answers that were asked for after eight days of 304.
    pub doubts: usize,
    /// Requests that only a clock which ran ahead explains.
    pub ahead: usize,
}

impl Ledger {
    /// Judges a request, before it is answered. Which request it is at this address, from 1.
    pub fn judge(&mut self, feed: &Feed, address: &str, headers: &HeaderMap) -> (usize, Conditions) {
        let now = clock::real();
        let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let conditions = Conditions {
            if_none_match: text("if-none-match"),
            if_modified_since: text("if-modified-since"),
            additions: text("a-im").is_some(),
        };
        let host = feed_host(address).to_owned();
        let quiet = self.quiet.get(&host).copied().unwrap_or(0);
        let place = self.places.entry(address.to_owned()).or_default();
        let mut faults = Vec::new();

        let early = [
            (Fault::TooSoon, place.last.map_or(0, |last| last + 15 * MINUTE)),
            (Fault::BeforeRetryAfter, place.quiet_until.max(quiet)),
            (Fault::BeforeFreshness, place.fresh_until),
            (Fault::BeforeTtl, place.ttl_until),
        ];
        let early: Vec<Fault> = early.into_iter().filter(|(_, until)| now < *until).map(|(fault, _)| fault).collect();
        if clock::runs_ahead() && !early.is_empty() {
            self.ahead += 1;
        } else {
            faults.extend(early);
        }
        // By the clock of the machine: a wrong one shows another day.
        let shown = clock::shown().0;
        let (hour, weekday) = (shown.rem_euclid(DAY) / HOUR, (shown.div_euclid(DAY) + 3) % 7);
        let known = place.given.is_some();
        let skipped = match feed.habit {
            Habit::SkipHours => (8..12).contains(&hour),
            Habit::SkipDays => weekday >= 5,
            _ => false,
        };
        faults.extend((skipped && known).then_some(Fault::Skipped));
        faults.extend(place.gone.then_some(Fault::AfterGone));
        let today = clock::day();
        faults.extend((place.moved.len() >= 3 && !place.moved.contains(&today)).then_some(Fault::AfterMove));

        let sent = (conditions.if_none_match.clone(), conditions.if_modified_since.clone());
        match &place.given {
            Some((None, None)) | None if sent == (None, None) => {}
            Some(_) if sent == (None, None) => {
                if now - place.whole >= 8 * DAY && feed.gap <= 7 * DAY {
                    self.doubts += 1;
                } else {
                    faults.push(Fault::Unconditional);
                }
                place.whole = now;
            }
            Some(given) if sent == *given => {}
            _ => faults.push(Fault::WrongValidators),
        }
        faults.extend((text("cookie").is_some() || text("referer").is_some()).then_some(Fault::Tracked));
        let agent = text("user-agent").unwrap_or_default();
        let version = concat!("penpal/", env!("CARGO_PKG_VERSION"), " (+https://");
        faults.extend((!agent.starts_with(version)).then_some(Fault::Nameless));
        let encodings = text("accept-encoding").unwrap_or_default();
        faults.extend((!encodings.contains("gzip") || !encodings.contains("br")).then_some(Fault::Uncompressed));

        place.asked += 1;
        place.last = Some(now);
        let nth = place.asked;
        for fault in faults {
            let line = format!("{address} ({:?}), request {nth}, day {today}: {headers:?}", feed.habit);
            self.fault(fault, line);
        }
        (nth, conditions)
    }

    pub fn fault(&mut self, fault: Fault, line: String) {
        self.faults.entry(fault).or_default().push(line);
    }

    /// Whether a host was asked more than five times within the hour, this time included.
    pub fn is_crowded(&mut self, host: &str) -> bool {
        let now = clock::real();
        let crowd = self.crowds.entry(host.to_owned()).or_default();
        crowd.retain(|at| now - at < HOUR);
        crowd.push(now);
        crowd.len() > 5
    }

    /// Notes what was promised. `None` is a connection that broke off.
    pub fn note(&mut self, feed: &Feed, address: &str, said: Option<&Said>) {
        let now = clock::real();
        let tally = self.tallies.entry(feed.habit).or_default();
        tally.requests += 1;
        let place = self.places.entry(address.to_owned()).or_default();
        let Some(said) = said else { return };
        tally.bodies += usize::from(matches!(said.status, 200 | 226));
        tally.unchanged += usize::from(said.status == 304);

        let control = said.header("cache-control").map(|control| control.rsplit('=').next().unwrap_or_default());
        let max_age =
            control.map(|seconds| seconds.parse().unwrap_or(0)).or(place.max_age.filter(|_| said.status == 304));
        place.fresh_until = match (max_age, said.header("expires")) {
            (Some(seconds), _) => now + seconds.min(DAY),
            (None, Some(_)) => now + 5 * HOUR,
            _ => 0,
        };
        if matches!(said.status, 200 | 304) {
            place.max_age = max_age;
        }
        if matches!(said.status, 429 | 503) {
            let pause = match said.header("retry-after") {
                Some(after) => after.parse().unwrap_or(5 * HOUR),
                None => HOUR,
            };
            self.quiet.insert(feed_host(address).to_owned(), now + pause);
            place.quiet_until = now + pause;
        }
        place.gone |= said.status == 410;
        if matches!(said.status, 301 | 302 | 303 | 307 | 308) && feed.habit != Habit::Circle {
            // What is known of the feed comes from elsewhere now.
            place.given = None;
            if feed.habit == Habit::Moved && !place.moved.contains(&clock::day()) {
                place.moved.push(clock::day());
            }
        }
        let is_feed = said.body.contains("<item>") || said.status == 226;
        if is_feed && feed.habit == Habit::Ttl {
            place.ttl_until = now + 4 * HOUR;
        }
        if said.status == 304 && feed.habit == Habit::Ttl {
            place.ttl_until = now + 4 * HOUR;
        }
        let validators = || {
            let given = |name| said.header(name).map(str::to_owned);
            (given("etag"), given("last-modified"))
        };
        if is_feed {
            place.given = Some(validators());
            place.whole = now;
        } else if said.status == 304 {
            place.given = Some(validators());
        }
    }

    /// The first of each kind of fault.
    pub fn told(&self) -> String {
        let faults = self.faults.iter();
        let lines = faults.map(|(fault, lines)| format!("{fault:?}, {} times: {}\n", lines.len(), lines[0]));
        lines.collect()
    }

    /// On how many days each address of a habit said that it had moved for good.
    pub fn days_moved(&self) -> Vec<usize> {
        self.places.values().map(|place| place.moved.len()).filter(|days| *days > 0).collect()
    }
}

fn feed_host(address: &str) -> &str {
    address.split('/').next().unwrap_or_default()
}
