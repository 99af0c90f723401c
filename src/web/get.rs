//! One GET with its redirects, followed one at a time so that each is paced, guarded and remembered.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{
    StatusCode,
    header::{
        ACCEPT, AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue,
        IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER, VARY,
    },
};
use url::Url;

use super::{Budget, Trust, Web, WebError, guard, pace::Turn};
use crate::model::{Plain, Timestamp};

const MOST_REDIRECTS: usize = 10;
const FEEDS: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";
const PAGES: &str = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5";

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
    /// The shortest pause after it, where the host's robots.txt asks for a longer one.
    pub least_gap: Duration,
    /// The next request to the host may follow at once.
    pub no_pause: bool,
    /// The largest answer that is of use, in bytes after decompression; [`super::Settings::largest_body`] at most.
    pub largest: usize,
    /// Whether a larger answer is cut there rather than refused.
    pub cut: bool,
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
            least_gap: Duration::ZERO,
            no_pause: false,
            largest: usize::MAX,
            cut: false,
            budget: None,
        }
    }

    pub fn page(url: &'a Url, trust: Trust) -> Self {
        Self { feed: false, ..Self::feed(url, trust) }
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
    /// `Cache-Control: max-age` less `Age`, else `Expires` less `Date` (RFC 9111, 4.2).
    pub fresh_for: Option<Duration>,
    /// `Retry-After`, as a moment (RFC 9110, 10.2.3).
    pub not_before: Option<Timestamp>,
    /// 226 with `IM: feed`: the body has only what is new (RFC 3229).
    pub additions: bool,
    /// Whether the server says that it can do that.
    pub offers_additions: bool,
    /// Addresses in `Link` headers with their `rel` (RFC 8288).
    pub links: Vec<(String, Url)>,
    pub body: Bytes,
}

impl Reply {
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Web {
    /// Asks, waits its turn at each host, follows redirects. An answer of any status is a [`Reply`].
    ///
    /// `now` turns `Retry-After` in seconds into a moment.
    pub async fn get(&self, mut ask: Ask<'_>, now: Timestamp) -> Result<Reply, WebError> {
        let mut url = ask.url.clone();
        let mut moved_to = None;
        let mut all_permanent = true;
        let mut turn: Option<Turn> = None;
        let mut seen = vec![url.clone()];
        for _ in 0..=MOST_REDIRECTS {
            if let Err(why) = guard::check(&url, ask.trust, self.inner.settings.allow_private) {
                return Err(WebError::Refused { url: url.to_string(), why: why.into() });
            }
            let here = match turn.take() {
                Some(turn) if turn.is_for(&url) => turn,
                left => {
                    drop(left);
                    self.inner.pace.turn(&url, ask.least_gap).await
                }
            };
            let response = self.send_within_budget(&url, &ask).await?;
            let status = response.status();
            let Some(target) = redirect_target(&url, &response)? else {
                let reply = self.receive(response, url, &ask, now).await;
                if ask.no_pause {
                    here.without_pause();
                }
                return reply.map(|reply| Reply { moved_to, ..reply });
            };
            if seen.contains(&target) {
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
        }
        Err(WebError::Redirects { url: ask.url.to_string() })
    }

    async fn send_within_budget(&self, url: &Url, ask: &Ask<'_>) -> Result<reqwest::Response, WebError> {
        let Some(budget) = ask.budget else { return self.send(url, ask).await };
        if !budget.take() {
            return Err(WebError::BudgetSpent);
        }
        let sent = self.send(url, ask).await;
        if sent.as_ref().is_err_and(|error| !error.was_answered()) {
            budget.give_back();
        }
        sent
    }

    async fn send(&self, url: &Url, ask: &Ask<'_>) -> Result<reqwest::Response, WebError> {
        let client = if ask.trust == Trust::Named { &self.inner.named } else { &self.inner.found };
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(if ask.feed { FEEDS } else { PAGES }));
        let mut conditional = |name: HeaderName, value: &Option<Vec<u8>>| {
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_bytes(value).ok()) {
                headers.insert(name, value);
            }
        };
        if is_same_file(ask.validators_of.unwrap_or(ask.url), url) {
            conditional(IF_NONE_MATCH, &ask.validators.etag);
            conditional(IF_MODIFIED_SINCE, &ask.validators.last_modified);
            if ask.additions && ask.validators.etag.is_some() {
                headers.insert(HeaderName::from_static("a-im"), HeaderValue::from_static("feed"));
            }
        }
        let sent = client.get(url.clone()).headers(headers).send().await;
        let response = sent.map_err(|error| WebError::from_reqwest(&error, url))?;
        // A proxy that finds no way is nobody's answer. (Through https it refuses the tunnel, which is a failed connect.)
        if matches!(response.status().as_u16(), 502 | 504) && url.scheme() == "http" && self.inner.proxies.takes(url) {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(WebError::Unreachable { host, why: "the proxy found no way to it".into() });
        }
        Ok(response)
    }

    async fn receive(
        &self,
        mut response: reqwest::Response,
        url: Url,
        ask: &Ask<'_>,
        now: Timestamp,
    ) -> Result<Reply, WebError> {
        let host = || url.host_str().unwrap_or_default().to_owned();
        let limit = self.inner.settings.largest_body.min(ask.largest);
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| WebError::from_reqwest(&error, &url))? {
            if body.len() + chunk.len() > limit && ask.cut {
                body.extend_from_slice(&chunk[..limit - body.len()]);
                break;
            }
            if body.len() + chunk.len() > limit {
                return Err(WebError::TooLarge { host: host(), limit: limit >> 20 });
            }
            body.extend_from_slice(&chunk);
        }
        let headers = response.headers();
        let bytes = |name| headers.get(name).map(|value: &HeaderValue| value.as_bytes().to_vec());
        Ok(Reply {
            status: response.status().as_u16(),
            moved_to: None,
            validators: Validators { etag: bytes(ETAG), last_modified: bytes(LAST_MODIFIED) },
            content_type: bytes(CONTENT_TYPE).map(|value| String::from_utf8_lossy(&value).into_owned()),
            fresh_for: fresh_for(headers, now),
            not_before: retry_after(headers, now),
            additions: response.status() == StatusCode::IM_USED && lists(headers, &IM, "feed"),
            offers_additions: lists(headers, &IM, "feed") || lists(headers, &VARY, "a-im"),
            links: link_headers(headers, &url),
            body: body.freeze(),
            url,
        })
    }
}

/// Whether two addresses differ in nothing but their queries: some redirects sign each one anew.
fn is_same_file(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin() && a.path() == b.path()
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
    let target = from.join(location.trim()).map_err(|_| bad())?;
    // From https to http would give away what the user reads to everybody on the way.
    let downgrade = from.scheme() == "https" && target.scheme() == "http";
    if !matches!(target.scheme(), "http" | "https") || downgrade {
        return Err(bad());
    }
    Ok(Some(target))
}

/// Which manipulations were applied (RFC 3229, 10.5.2).
static IM: HeaderName = HeaderName::from_static("im");

/// The values of a header that is a list, in lower case.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = String> + 'a {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|one| one.trim().to_ascii_lowercase())
}

fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    listed(headers, name).any(|one| one == wanted)
}

/// `Cache-Control: max-age` less `Age`, where there is none `Expires` less `Date` and `Age`; `None` where the server
/// promises nothing or `no-cache` takes it back.
fn fresh_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let directives: Vec<String> = listed(headers, &CACHE_CONTROL).collect();
    if directives.iter().any(|directive| matches!(directive.as_str(), "no-cache" | "no-store")) {
        return None;
    }
    let max_age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="));
    let seconds = match max_age {
        Some(seconds) => seconds.trim_matches('"').parse::<u64>().ok()?,
        None => date(headers, &EXPIRES)?.since(date(headers, &DATE).unwrap_or(now)).as_secs(),
    };
    let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse::<u64>().ok());
    Some(Duration::from_secs(seconds.saturating_sub(age.unwrap_or(0))))
}

/// Seconds or a date (RFC 9110, 10.2.3). The date is taken as so long after the server's own, since one of the two
/// clocks may be wrong.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse::<u64>() {
        Ok(seconds) => Some(now.after(Duration::from_secs(seconds))),
        Err(_) => {
            let until = date(headers, &RETRY_AFTER)?;
            Some(date(headers, &DATE).map_or(until, |theirs| now.after(until.since(theirs))))
        }
    }
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok()?;
    Some(Timestamp(date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs() as i64))
}

/// `Link: <feed.xml>; rel="alternate"` gives `("alternate", …)`.
fn link_headers(headers: &HeaderMap, base: &Url) -> Vec<(String, Url)> {
    let values = headers.get_all(reqwest::header::LINK).iter().filter_map(|value| value.to_str().ok());
    let links = values.flat_map(|value| value.split(",<").flat_map(|part| part.split(", <"))).filter_map(|link| {
        let (target, parameters) = link.trim_start_matches('<').split_once('>')?;
        let rel = parameters.split(';').find_map(|p| p.trim().strip_prefix("rel="))?.trim_matches('"');
        Some((parameters_with_type(rel, parameters), base.join(target).ok()?))
    });
    links.take(50).collect()
}

/// `alternate` of a type that no feed has is not one.
fn parameters_with_type(rel: &str, parameters: &str) -> String {
    let other = parameters.contains("type=") && !parameters.contains("xml") && !parameters.contains("json");
    if other { format!("{rel} other") } else { rel.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    const NOON: &str = "Fri, 31 Dec 1999 12:00:00 GMT";
    const ONE: &str = "Fri, 31 Dec 1999 13:00:00 GMT";
    const AT_NOON: Timestamp = Timestamp(946_641_600);

    #[test]
    fn a_promise_of_freshness_is_read_with_its_age() {
        for (pairs, seconds) in [
            (&[("cache-control", "public, max-age=600")][..], Some(600)),
            (&[("cache-control", "max-age=\"600\""), ("age", "100")][..], Some(500)),
            (&[("cache-control", "max-age=600"), ("age", "900")][..], Some(0)),
            (&[("cache-control", "no-cache, max-age=600")][..], None),
            (&[("cache-control", "max-age=soon"), ("expires", ONE)][..], None),
            (&[("expires", ONE), ("date", NOON)][..], Some(3600)),
            (&[("expires", ONE), ("date", NOON), ("age", "600")][..], Some(3000)),
            (&[("expires", ONE)][..], Some(3600 - 60)),
            (&[("expires", NOON), ("date", ONE)][..], Some(0)),
            (&[("expires", ONE), ("date", NOON), ("cache-control", "private, max-age=60")][..], Some(60)),
            (&[("expires", "0")][..], None),
            (&[][..], None),
        ] {
            let minute_past = AT_NOON.after(Duration::from_secs(60));
            assert_eq!(fresh_for(&headers(pairs), minute_past), seconds.map(Duration::from_secs), "{pairs:?}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_servers_clock() {
        let at = |pairs: &[(&'static str, &'static str)]| retry_after(&headers(pairs), Timestamp(1000));
        assert_eq!(at(&[("retry-after", "120")]), Some(Timestamp(1120)));
        assert_eq!(at(&[("retry-after", ONE)]), Some(Timestamp(AT_NOON.0 + 3600)));
        assert_eq!(at(&[("retry-after", ONE), ("date", NOON)]), Some(Timestamp(4600)));
        assert_eq!(at(&[("retry-after", "later")]), None);
    }

    #[test]
    fn who_can_send_additions_alone_says_so() {
        for (pairs, offered) in [
            (&[("vary", "Accept-Encoding, A-IM")][..], true),
            (&[("im", "feed, gzip")][..], true),
            (&[("vary", "*")][..], false),
            (&[("im", "vcdiff")][..], false),
        ] {
            let headers = headers(pairs);
            assert_eq!(lists(&headers, &IM, "feed") || lists(&headers, &VARY, "a-im"), offered, "{pairs:?}");
        }
    }
}
