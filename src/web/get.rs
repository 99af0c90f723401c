//! One GET with its redirects, followed one at a time so that each is paced, guarded and remembered.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use reqwest::{StatusCode, header::LOCATION};
use tokio::time::Instant;
use url::{Position, Url};

use super::{
    Budget, Trust, Web, WebError, guard,
    headers::{Freshness, retry_after},
    pace::Turn,
    send::Hop,
    silence::{self, Silence},
};
use crate::model::{Plain, Timestamp, address::host_and_port};

const MOST_REDIRECTS: usize = 10;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    pub url: &'a Url,
    pub trust: Trust,
    pub validators: Validators,
    /// Where the validators came from, if not from `url`; they are sent nowhere else, but for another query.
    pub validators_of: Option<&'a Url>,
    /// Whether what is new since the validators is enough (RFC 3229 with the `feed` manipulation).
    pub additions: bool,
    /// Whether a feed is expected rather than a page.
    pub feed: bool,
    /// Whether a picture is expected rather than either.
    pub picture: bool,
    /// The next request to the host may follow at once.
    pub no_pause: bool,
    /// The next request to the host is far off: the connection is closed with the answer. Kept, it would cost the
    /// server a place, and this machine the 30 kB that it was read through.
    pub alone: bool,
    /// The largest answer that is of use, in bytes after decompression; [`super::Settings::largest_body`] at most.
    pub largest: usize,
    /// Whether a larger answer is cut there rather than refused.
    pub cut: bool,
    /// Whether robots.txt is heeded, of each host that a redirect leads to as well ([`WebError::Robots`]). What asking for
    /// it takes is taken from the budget, if there is one.
    pub heeds_robots: bool,
    /// What each request, also each on the way of a redirect, is taken from.
    pub budget: Option<&'a Budget>,
}

impl<'a> Ask<'a> {
    pub fn feed(url: &'a Url, trust: Trust) -> Self {
        Self {
            url,
            trust,
            validators: Validators::default(),
            validators_of: None,
            additions: false,
            feed: true,
            picture: false,
            no_pause: false,
            alone: false,
            largest: usize::MAX,
            cut: false,
            heeds_robots: false,
            budget: None,
        }
    }

    pub fn page(url: &'a Url, trust: Trust) -> Self {
        Self { feed: false, ..Self::feed(url, trust) }
    }

    /// `largest`: bytes.
    pub fn picture(url: &'a Url, trust: Trust, largest: usize) -> Self {
        Self { picture: true, largest, ..Self::page(url, trust) }
    }
}

/// What the server gave to recognise an answer by, byte for byte (RFC 9110, 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// Where it came from, after redirects.
    pub url: Url,
    /// Where the address moved to for good: as far as every redirect so far was a 301 or 308.
    pub moved_to: Option<Url>,
    pub validators: Validators,
    pub content_type: Option<String>,
    /// How long the answer stays fresh from when it was made.
    pub freshness: Freshness,
    /// How long ago that was (RFC 9111, 4.2.3).
    pub age: Duration,
    /// `Retry-After`, as a moment (RFC 9110, 10.2.3).
    pub not_before: Option<Timestamp>,
    /// 226 with `IM: feed`: the body has only what is new (RFC 3229).
    pub additions: bool,
    /// Whether the server says that it can do that.
    pub offers_additions: bool,
    /// Addresses in `Link` headers with their `rel` (RFC 8288).
    pub links: Vec<(String, Url)>,
    /// `X-Robots-Tag` asks to be left out.
    pub noindex: bool,
    pub body: Bytes,
}

impl Reply {
    /// An answer (200) that says and promises nothing besides its body: what no server sent.
    pub fn of(url: Url, body: Bytes) -> Self {
        Self {
            status: 200,
            url,
            moved_to: None,
            validators: Validators::default(),
            content_type: None,
            freshness: Freshness::Unsaid,
            age: Duration::ZERO,
            not_before: None,
            additions: false,
            offers_additions: false,
            links: Vec::new(),
            noindex: false,
            body,
        }
    }

    /// Whether the body is what was asked for. A part of it (206) is not: nobody asked for a part, and a feed that lacks
    /// its end would look like one whose posts have left.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status) && !self.is_partial()
    }

    /// Until when its host wants to be left alone, if it does (429, 503).
    pub fn silence(&self, now: Timestamp) -> Option<Timestamp> {
        silence::asked_for(self.status, self.not_before, now)
    }

    /// 206 (RFC 9110, 15.3.7).
    pub fn is_partial(&self) -> bool {
        self.status == 206
    }
}

impl Web {
    /// Asks, waits its turn at each host, follows redirects. An answer of any status is a [`Reply`]. Who wants to be left
    /// alone is not asked ([`WebError::Silent`]), whoever wants it.
    ///
    /// `now` turns `Retry-After` in seconds into a moment.
    pub async fn get(&self, mut ask: Ask<'_>, now: Timestamp) -> Result<Reply, WebError> {
        let mut url = ask.url.clone();
        let mut moved_to = None;
        let mut all_permanent = true;
        let mut turn: Option<Turn> = None;
        let mut seen = vec![url.clone()];
        let began = Instant::now();
        let rule = self.inner.rules.iter().find(|rule| rule.is_for(ask.url, ask.trust));
        // What is left of the time for the answer as a whole, redirects included; waiting for a turn is not counted.
        let mut left = self.inner.settings.total_timeout;
        for _ in 0..=MOST_REDIRECTS {
            if let Err(why) = guard::check(&url, ask.trust, self.inner.settings.allow_private) {
                return Err(WebError::Refused { url: url.to_string(), why: why.into() });
            }
            // Another host is free for others from here on. So is the same under another scheme, which has a robots.txt of
            // its own: asking for that takes a turn too.
            let came_from = seen.iter().rev().nth(1);
            let is_same_origin = came_from.is_none_or(|from| from.origin() == url.origin());
            let held = turn.take().filter(|turn| turn.is_for(&url) && (is_same_origin || !ask.heeds_robots));
            let least_gap = match ask.heeds_robots {
                true => self.crawl_delay(&url, ask.budget, now.after(began.elapsed())).await?,
                false => Duration::ZERO,
            };
            let (here, hop) = match held {
                Some(turn) => (turn, Hop::WithinHost),
                None => {
                    let turn = self.inner.pace.turn(&url, least_gap, now.after(began.elapsed())).await?;
                    (turn, Hop::First)
                }
            };
            // Others may have been before us.
            let now = now.after(began.elapsed());
            let seats = self.seats(&url, rule).await?;
            let begun = Instant::now();
            let deadline = begun + left;
            let response = self.send_within_budget(&url, &ask, rule, deadline, hop, now).await?;
            self.heed_silence(&url, &response, now);
            if let Some(rule) = rule {
                rule.keep_cookies(ask.url, &url, response.headers(), now);
            }
            let status = response.status();
            let Some(target) = redirect_target(&url, &response)? else {
                let reply = self.receive(response, url, &ask, deadline, now).await;
                if ask.no_pause {
                    here.without_pause();
                }
                return reply.map(|reply| Reply { moved_to, ..reply });
            };
            if seen.contains(&target) && !rule.is_some_and(|rule| rule.settings.cookies) {
                // Without cookies the same question gets the same answer.
                return Err(WebError::Redirects { url: ask.url.to_string() });
            }
            seen.push(target.clone());
            all_permanent &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
            if all_permanent {
                moved_to = Some(target.clone());
            }
            // The user named a public address and not where it leads: from there on nothing private is reached.
            if target.host_str() != url.host_str() && guard::check(ask.url, Trust::Found, false).is_ok() {
                ask.trust = Trust::Found;
            }
            url = target;
            turn = Some(here);
            drop(seats);
            left = left.saturating_sub(begun.elapsed());
        }
        Err(WebError::Redirects { url: ask.url.to_string() })
    }
}

impl Web {
    /// The pause that the host's robots.txt asks for, if it lets this address be fetched. Boxed, as robots.txt is got too.
    fn crawl_delay<'a>(
        &'a self,
        url: &'a Url,
        budget: Option<&'a Budget>,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Duration, WebError>> {
        Box::pin(async move {
            let robots = self.robots(url, budget, now).await?;
            let path = &url[Position::BeforePath..Position::AfterQuery];
            if robots.allows(path) {
                return Ok(robots.crawl_delay.unwrap_or_default());
            }
            Err(WebError::Robots { host: url.host_str().unwrap_or_default().to_owned(), path: path.to_owned() })
        })
    }

    /// Keeps everybody away from a host that wants to be left alone.
    pub(super) fn heed_silence(&self, url: &Url, response: &reqwest::Response, now: Timestamp) {
        let asked_for = silence::asked_for(response.status().as_u16(), retry_after(response.headers(), now), now);
        if let Some(until) = asked_for {
            self.inner.pace.hush(&host_and_port(url), Silence::new(now, until));
        }
    }
}

/// Where a redirect leads; `None` for any other answer.
fn redirect_target(from: &Url, response: &reqwest::Response) -> Result<Option<Url>, WebError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let location = String::from_utf8_lossy(location.as_bytes());
    let bad = || WebError::BadRedirect {
        url: from.to_string(),
        target: Plain::line(&location.chars().take(200).collect::<String>()).to_string(),
    };
    // An empty one is none, and not the same address once more.
    if location.trim().is_empty() {
        return Ok(None);
    }
    let mut target = from.join(location.trim()).map_err(|_| bad())?;
    // A name and a password that a server makes up are not the user's, and would be kept and shown with the address.
    if target.set_username("").and(target.set_password(None)).is_err() {
        return Err(bad());
    }
    // From https to http would give away what the user reads to everybody on the way.
    let downgrade = from.scheme() == "https" && target.scheme() == "http";
    if !matches!(target.scheme(), "http" | "https") || downgrade {
        return Err(bad());
    }
    Ok(Some(target))
}
