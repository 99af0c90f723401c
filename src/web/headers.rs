//! What the headers of an answer promise and ask for.

use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Url;

use crate::model::Timestamp;

/// `Cache-Control: max-age` less `Age`; `None` where the server promises nothing or `no-cache` takes it back.
pub(super) fn fresh_for(headers: &HeaderMap) -> Option<Duration> {
    let control = headers.get_all(reqwest::header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<String> =
        control.flat_map(|value| value.split(',')).map(|directive| directive.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|directive| matches!(directive.as_str(), "no-cache" | "no-store")) {
        return None;
    }
    let seconds = directives.iter().find_map(|d| d.strip_prefix("max-age=")?.trim_matches('"').parse::<u64>().ok())?;
    let age = headers.get(reqwest::header::AGE).and_then(|age| age.to_str().ok()?.trim().parse::<u64>().ok());
    Some(Duration::from_secs(seconds.saturating_sub(age.unwrap_or(0))))
}

/// Seconds or a date (RFC 9110, 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let value = headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse::<u64>() {
        Ok(seconds) => Some(now.after(Duration::from_secs(seconds))),
        Err(_) => {
            let date = httpdate::parse_http_date(value).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            Some(Timestamp(date.as_secs() as i64))
        }
    }
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
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_promise_of_freshness_is_read_with_its_age() {
        for (pairs, seconds) in [
            (&[("cache-control", "public, max-age=600")][..], Some(600)),
            (&[("cache-control", "max-age=\"600\""), ("age", "100")][..], Some(500)),
            (&[("cache-control", "max-age=600"), ("age", "900")][..], Some(0)),
            (&[("cache-control", "no-cache, max-age=600")][..], None),
            (&[("cache-control", "max-age=soon")][..], None),
            (&[][..], None),
        ] {
            assert_eq!(fresh_for(&headers(pairs)), seconds.map(Duration::from_secs), "{pairs:?}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let at = |value| retry_after(&headers(&[("retry-after", value)]), Timestamp(1000));
        assert_eq!(at("120"), Some(Timestamp(1120)));
        assert_eq!(at("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Timestamp(946_684_799)));
        assert_eq!(at("later"), None);
    }
}
