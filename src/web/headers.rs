//! What the headers of an answer promise and ask for.

use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};
use url::Url;

use crate::model::Timestamp;

/// Which manipulations were applied (RFC 3229, 10.5.2).
pub(super) static IM: HeaderName = HeaderName::from_static("im");

/// The values of a header that is a list, in lower case.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = String> + 'a {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|one| one.trim().to_ascii_lowercase())
}

pub(super) fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    listed(headers, name).any(|one| one == wanted)
}

/// What an answer promises of how long it stays fresh from when it was made (RFC 9111, 4.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// It has neither `Cache-Control` nor `Expires`.
    #[default]
    Unsaid,
    /// It promises nothing, takes a promise back (`no-cache`), or cannot be understood.
    None,
    /// `Cache-Control: max-age`.
    MaxAge(Duration),
    /// `Expires` less `Date`.
    Expires(Duration),
}

/// `Cache-Control: max-age`, where there is none `Expires` less `Date`.
pub(super) fn freshness(headers: &HeaderMap, now: Timestamp) -> Freshness {
    if !headers.contains_key(CACHE_CONTROL) && !headers.contains_key(EXPIRES) {
        return Freshness::Unsaid;
    }
    let directives: Vec<String> = listed(headers, &CACHE_CONTROL).collect();
    if directives.iter().any(|directive| matches!(directive.as_str(), "no-cache" | "no-store")) {
        return Freshness::None;
    }
    let max_age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="));
    let promised = match max_age {
        Some(seconds) => seconds.trim_matches('"').parse().ok().map(|age| Freshness::MaxAge(Duration::from_secs(age))),
        None => {
            date(headers, &EXPIRES).map(|until| Freshness::Expires(until.since(date(headers, &DATE).unwrap_or(now))))
        }
    };
    promised.unwrap_or(Freshness::None)
}

/// How long ago the answer was made, as caches on the way say (RFC 9111, 5.1).
pub(super) fn age(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

/// Seconds or a date (RFC 9110, 10.2.3). The date is taken as so long after the server's own, since one of the two
/// clocks may be wrong.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse::<u64>() {
        Ok(seconds) => Some(now.after(Duration::from_secs(seconds))),
        // More than a number holds is very long.
        Err(_) if digits => Some(now.after(Duration::MAX)),
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

/// Whether `X-Robots-Tag` asks to be left out: for everybody, or for penpal by name
/// (<https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag>).
pub(super) fn noindex(headers: &HeaderMap) -> bool {
    let values = headers.get_all("x-robots-tag").into_iter().filter_map(|value| value.to_str().ok());
    values.map(str::to_ascii_lowercase).any(|value| {
        let (agent, rules) = value.split_once(':').unwrap_or(("", &value));
        // Some rules have a colon of their own, and others may come before them.
        let is_rule = agent.contains(',') || agent.trim().starts_with("max-") || agent.trim() == "unavailable_after";
        let for_us = agent.is_empty() || is_rule || matches!(agent.trim(), "penpal" | "*");
        for_us && rules.split(',').chain(agent.split(',')).any(|rule| matches!(rule.trim(), "noindex" | "none"))
    })
}

/// `Link: <feed.xml>; rel="alternate"` gives `("alternate", …)`.
pub(super) fn link_headers(headers: &HeaderMap, base: &Url) -> Vec<(String, Url)> {
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
    use reqwest::header::{HeaderValue, VARY};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    const NOON: &str = "Fri, 31 Dec 1999 12:00:00 GMT";
    const ONE: &str = "Fri, 31 Dec 1999 13:00:00 GMT";
    const AT_NOON: Timestamp = Timestamp(946_641_600);

    #[test]
    fn a_promise_of_freshness_and_an_age_are_read() {
        use Freshness::{Expires, MaxAge, None, Unsaid};
        let seconds = Duration::from_secs;
        for (pairs, promised, old) in [
            (&[("cache-control", "public, max-age=600")][..], MaxAge(seconds(600)), 0),
            (&[("cache-control", "max-age=\"600\""), ("age", "100")][..], MaxAge(seconds(600)), 100),
            (&[("cache-control", "max-age=600"), ("age", "an hour")][..], MaxAge(seconds(600)), 0),
            (&[("cache-control", "no-cache, max-age=600")][..], None, 0),
            (&[("cache-control", "max-age=soon"), ("expires", ONE)][..], None, 0),
            (&[("cache-control", "public")][..], None, 0),
            (&[("expires", ONE), ("date", NOON)][..], Expires(seconds(3600)), 0),
            (&[("expires", ONE), ("date", NOON), ("age", "600")][..], Expires(seconds(3600)), 600),
            (&[("expires", ONE)][..], Expires(seconds(3600 - 60)), 0),
            (&[("expires", NOON), ("date", ONE)][..], Expires(seconds(0)), 0),
            (&[("expires", ONE), ("date", NOON), ("cache-control", "private, max-age=60")][..], MaxAge(seconds(60)), 0),
            (&[("expires", "0")][..], None, 0),
            (&[("age", "600")][..], Unsaid, 600),
        ] {
            let (headers, minute_past) = (headers(pairs), AT_NOON.after(Duration::from_secs(60)));
            assert_eq!((freshness(&headers, minute_past), age(&headers)), (promised, seconds(old)), "{pairs:?}");
        }
    }

    #[test]
    fn a_wish_to_be_left_out_is_read_from_the_headers() {
        for (value, wished) in [
            ("noindex", true),
            ("noarchive, NOINDEX", true),
            ("none", true),
            ("penpal: noindex", true),
            ("otherbot: noindex", false),
            ("noindex, max-snippet: 20", true),
            ("nofollow", false),
        ] {
            assert_eq!(noindex(&headers(&[("x-robots-tag", value)])), wished, "{value}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_servers_clock() {
        let at = |pairs: &[(&'static str, &'static str)]| retry_after(&headers(pairs), Timestamp(1000));
        assert_eq!(at(&[("retry-after", "120")]), Some(Timestamp(1120)));
        assert_eq!(at(&[("retry-after", "99999999999999999999")]), Some(Timestamp(i64::MAX)));
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
