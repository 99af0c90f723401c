//! Five hundred feeds and how they behave.

use std::fmt::Write;

use crate::clock::{self, DAY, HOUR, MINUTE, http_date};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    Both,
    EtagOnly,
    DateOnly,
    Weak,
    Unquoted,
    Odd,
    Rotating,
    Additions,
    Always304,
    NoValidators,
    ShortMaxAge,
    HugeMaxAge,
    Expires,
    Ttl,
    SkipHours,
    SkipDays,
    RetrySeconds,
    RetryDate,
    Crowded,
    Absent,
    Gone,
    Moved,
    Mistaken,
    Temporary,
    Circle,
    BreaksOff,
    Hangs,
    Page,
    Empty,
    Short,
    Cookies,
}

/// How many feeds behave so, and the words for it.
pub const HABITS: [(Habit, usize, &str); 31] = [
    (Habit::Both, 100, "`ETag` and `Last-Modified`"),
    (Habit::EtagOnly, 50, "`ETag` alone"),
    (Habit::DateOnly, 40, "`Last-Modified` alone"),
    (Habit::Weak, 20, "weak `ETag`"),
    (Habit::Unquoted, 10, "`ETag` without quotes"),
    (Habit::Odd, 10, "an `ETag` with quotes and semicolons within, a `Last-Modified` that is no date"),
    (Habit::Rotating, 10, "another `ETag` in each answer, 304 too"),
    (Habit::Additions, 10, "additions alone for who asks (RFC 3229)"),
    (Habit::Always304, 10, "304 to every condition, whatever is new"),
    (Habit::NoValidators, 30, "no validators at all"),
    (Habit::ShortMaxAge, 20, "`max-age` of an hour, not repeated by every second 304"),
    (Habit::HugeMaxAge, 10, "`max-age` of a year, not repeated by every second 304"),
    (Habit::Expires, 10, "`Expires` in five hours"),
    (Habit::Ttl, 15, "`<ttl>` of four hours"),
    (Habit::SkipHours, 10, "`skipHours`: 8 to 11"),
    (Habit::SkipDays, 10, "`skipDays`: Saturday, Sunday"),
    (Habit::RetrySeconds, 10, "503 every seventh time, `Retry-After` in seconds"),
    (Habit::RetryDate, 10, "503 every seventh time, `Retry-After` as a date"),
    (Habit::Crowded, 40, "429 for who asks a host with eight feeds more than five times an hour"),
    (Habit::Absent, 10, "404 for a week"),
    (Habit::Gone, 5, "410 from the tenth day on"),
    (Habit::Moved, 15, "301 or 308 from the sixth day on"),
    (Habit::Mistaken, 5, "301 on one day by mistake"),
    (Habit::Temporary, 10, "302, 303 or 307 for ever"),
    (Habit::Circle, 5, "redirects in a circle"),
    (Habit::BreaksOff, 5, "connections that break off for two days"),
    (Habit::Hangs, 2, "no answer for an hour"),
    (Habit::Page, 5, "a web page in place of the feed from the eighth day on"),
    (Habit::Empty, 5, "an empty body every fourth time"),
    (Habit::Short, 4, "a feed without posts every fourth time"),
    (Habit::Cookies, 4, "cookies in each answer"),
];

/// How far apart the posts of a blog are: of a hundred, one writes hourly, most seldom.
const GAPS: [(usize, i64); 8] = [
    (1, HOUR),
    (2, 12 * HOUR),
    (4, DAY),
    (8, 3 * DAY),
    (16, 7 * DAY),
    (32, 14 * DAY),
    (58, 30 * DAY),
    (100, 365 * DAY),
];

#[derive(Clone, Debug)]
pub struct Feed {
    pub number: usize,
    pub habit: Habit,
    pub host: String,
    pub path: String,
    /// Seconds between two posts.
    pub gap: i64,
}

pub fn all() -> Vec<Feed> {
    let habits = HABITS.iter().flat_map(|(habit, count, _)| (0..*count).map(move |nth| (*habit, nth)));
    let feeds = habits.enumerate().map(|(number, (habit, nth))| {
        let place = number * 37 % 100;
        let gap = GAPS.iter().find(|(up_to, _)| place < *up_to).map_or(DAY, |(_, gap)| *gap);
        let (gap, host) = match habit {
            Habit::Always304 => (if nth % 2 == 0 { DAY } else { 30 * DAY }, format!("blog-{number}.example")),
            Habit::Crowded => (gap.max(DAY), format!("crowd-{}.example", nth / 8)),
            _ => (gap, format!("blog-{number}.example")),
        };
        Feed { number, habit, host, path: format!("/{number}/feed.xml"), gap }
    });
    feeds.collect()
}

/// What a server says.
#[derive(Clone, Debug)]
pub struct Said {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Said {
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// What was asked, as far as servers care.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    pub if_none_match: Option<String>,
    pub if_modified_since: Option<String>,
    pub additions: bool,
}

impl Feed {
    pub fn url(&self) -> String {
        format!("http://{}{}", self.host, self.path)
    }

    /// Where the feed is in truth, or comes to be.
    pub fn new_host(&self) -> String {
        format!("new-{}.example", self.number)
    }

    /// The answer to the `nth` request at its address, from 1; `None` breaks the connection off.
    pub fn answer(&self, nth: usize, conditions: &Conditions) -> Option<Said> {
        let now = clock::real();
        let day = clock::day();
        let to_new = || format!("http://{}{}", self.new_host(), self.path);
        let busy = |after: String| Said::status(503).with("retry-after", after).with("date", http_date(now));
        Some(match self.habit {
            Habit::RetrySeconds if nth.is_multiple_of(7) => busy((90 * MINUTE).to_string()),
            Habit::RetryDate if nth.is_multiple_of(7) => busy(http_date(now + 5 * HOUR)),
            Habit::Absent if (5..12).contains(&day) => Said::status(404),
            Habit::Gone if day >= 10 => Said::status(410),
            Habit::Moved if day >= 6 => {
                Said::status(if self.number.is_multiple_of(2) { 301 } else { 308 }).with("location", to_new())
            }
            Habit::Mistaken if day == 6 => Said::status(301).with("location", to_new()),
            Habit::Temporary => Said::status([302, 303, 307][self.number % 3]).with("location", to_new()),
            Habit::Circle if day >= 3 => Said::status(301).with("location", to_new()),
            Habit::BreaksOff if (4..6).contains(&day) => return None,
            Habit::Page if day >= 8 => Said {
                body: "<!doctype html><title>New</title><link rel=alternate type='application/rss+xml' href='/n.xml'>"
                    .into(),
                ..Said::status(200).with("content-type", "text/html").with("etag", "\"page\"")
            },
            Habit::Empty if nth.is_multiple_of(4) => Said::status(200).with("etag", "\"empty\""),
            Habit::Short if nth.is_multiple_of(4) => Said {
                body: "<rss version='2.0'><channel><title>Nothing</title></channel></rss>".into(),
                ..Said::status(200).with("etag", "\"short\"")
            },
            _ => self.whole(nth, conditions),
        })
    }

    /// What the new address says.
    pub fn answer_at_new(&self, nth: usize, conditions: &Conditions) -> Said {
        if self.habit == Habit::Circle {
            return Said::status(301).with("location", self.url());
        }
        self.whole(nth, conditions)
    }

    /// The feed, 304, or additions alone.
    fn whole(&self, nth: usize, conditions: &Conditions) -> Said {
        let newest = self.newest();
        let date = http_date(self.date_of(newest));
        let etag = match self.habit {
            Habit::NoValidators | Habit::DateOnly => None,
            Habit::Weak => Some(format!("W/\"{newest}\"")),
            Habit::Unquoted => Some(format!("{newest}-unquoted")),
            Habit::Odd => Some(format!("\"{newest}\\\"; é\" ; q")),
            Habit::Rotating => Some(format!("\"{newest}-{nth}\"")),
            _ => Some(format!("\"{newest}\"")),
        };
        let modified = match self.habit {
            Habit::NoValidators | Habit::EtagOnly | Habit::Unquoted | Habit::Rotating | Habit::Additions => None,
            Habit::Odd => Some(format!("after lunch, {newest}")),
            _ => Some(date),
        };
        let known = conditions.if_none_match.as_deref();
        let is_known = match (known, self.habit) {
            (Some(_), Habit::Always304) => true,
            (Some(known), Habit::Rotating) => known.starts_with(&format!("\"{newest}-")),
            (Some(known), _) => etag.as_deref() == Some(known),
            (None, _) => modified.is_some() && conditions.if_modified_since == modified,
        };
        let part = conditions.additions && self.habit == Habit::Additions;
        let after = known.and_then(|known| known.trim_matches('"').parse::<i64>().ok()).filter(|_| part);
        let mut said = match (is_known, after) {
            (true, _) => Said::status(304),
            (false, Some(after)) => Said { body: self.rss(after + 1, newest), ..Said::status(226).with("im", "feed") },
            (false, None) => Said { body: self.rss(newest - 5, newest), ..Said::status(200) },
        };
        said.headers.extend(etag.map(|etag| ("etag", etag)));
        said.headers.extend(modified.map(|modified| ("last-modified", modified)));
        let now = clock::real();
        match self.habit {
            // What a 304 does not say stays as it was (RFC 9111, 4.3.4).
            Habit::ShortMaxAge | Habit::HugeMaxAge if said.status == 304 && nth % 2 == 1 => said,
            Habit::ShortMaxAge => said.with("cache-control", "max-age=3600"),
            Habit::HugeMaxAge => said.with("cache-control", "public, max-age=31536000"),
            Habit::Expires => said.with("expires", http_date(now + 5 * HOUR)).with("date", http_date(now)),
            Habit::Cookies => said.with("set-cookie", format!("id={nth}; Max-Age=99999999")),
            Habit::Additions => said.with("vary", "A-IM"),
            _ => said,
        }
    }

    /// The number of the newest post.
    fn newest(&self) -> i64 {
        self.newest_at(clock::real())
    }

    pub fn newest_at(&self, real: i64) -> i64 {
        (real + self.shift()) / self.gap
    }

    fn date_of(&self, post: i64) -> i64 {
        post * self.gap - self.shift()
    }

    /// So that not all blogs post at the same moment.
    fn shift(&self) -> i64 {
        self.number as i64 * 7919 % self.gap
    }

    fn rss(&self, from: i64, to: i64) -> String {
        let about = match self.habit {
            Habit::Ttl => "<ttl>240</ttl>",
            Habit::SkipHours => "<skipHours><hour>8</hour><hour>9</hour><hour>10</hour><hour>11</hour></skipHours>",
            Habit::SkipDays => "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>",
            _ => "",
        };
        let mut rss = format!("<rss version='2.0'><channel><title>Blog {}</title>{about}", self.number);
        for post in (from..=to).rev() {
            let date = http_date(self.date_of(post));
            let _ = write!(rss, "<item><guid>{post}</guid><title>Post {post}</title><pubDate>{date}</pubDate></item>");
        }
        rss + "</channel></rss>"
    }
}
