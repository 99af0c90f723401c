//! A jar of cookies for one host, in memory, for feeds that the user wants it for (RFC 6265 without domains: a cookie goes
//! back to the host that set it and nowhere else).

use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

use crate::model::{Timestamp, address::host_and_port};

/// Cookies that a jar holds at most.
const MOST: usize = 50;
/// Bytes of a cookie with its name (RFC 6265, 6.1).
const LONGEST: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
    secure: bool,
    expires: Option<Timestamp>,
}

impl Jar {
    /// Takes in what an answer of `url` sets.
    pub(super) fn keep(&mut self, url: &Url, headers: &HeaderMap, now: Timestamp) {
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Some(cookie) =
                Cookie::read(line, url, now).filter(|cookie| cookie.name.len() + cookie.value.len() <= LONGEST)
            else {
                continue;
            };
            self.0
                .retain(|known| (&known.host, &known.path, &known.name) != (&cookie.host, &cookie.path, &cookie.name));
            if cookie.is_alive(now) && self.0.len() < MOST {
                self.0.push(cookie);
            }
        }
    }

    /// The `Cookie` of a request to `url`; `None` if the jar has nothing for it.
    pub(super) fn header(&self, url: &Url, now: Timestamp) -> Option<HeaderValue> {
        let host = host_and_port(url);
        let fitting = self.0.iter().filter(|cookie| {
            cookie.host == host
                && cookie.is_alive(now)
                && (!cookie.secure || url.scheme() == "https")
                && path_fits(&cookie.path, url.path())
        });
        let pairs: Vec<String> = fitting.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let mut header = HeaderValue::from_str(&pairs.join("; ")).ok().filter(|_| !pairs.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }
}

impl Cookie {
    /// RFC 6265, 5.2 and 5.3.
    fn read(line: &str, url: &Url, now: Timestamp) -> Option<Self> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut cookie = Self {
            host: host_and_port(url),
            path: if folder.is_empty() { "/".into() } else { folder.to_owned() },
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            secure: false,
            expires: None,
        };
        let (mut expires, mut max_age) = (None, None);
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "secure" => cookie.secure = true,
                "max-age" => max_age = value.trim().parse::<i64>().ok().map(|age| Timestamp(now.0.saturating_add(age))),
                "expires" => {
                    let date = httpdate::parse_http_date(value.trim()).ok();
                    let since = date.and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok());
                    expires = since.map(|since| Timestamp(since.as_secs() as i64));
                }
                _ => {}
            }
        }
        cookie.expires = max_age.or(expires);
        (!cookie.name.is_empty() && (!cookie.secure || url.scheme() == "https")).then_some(cookie)
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

/// RFC 6265, 5.1.4.
fn path_fits(cookie: &str, path: &str) -> bool {
    path.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_back_where_it_came_from_and_nowhere_else() {
        let now = Timestamp(1_000_000_000);
        let url = |text: &str| Url::parse(text).unwrap();
        let home = url("https://a.example/blog/feed.xml");
        let mut jar = Jar::default();
        let mut set = |line: &str| {
            let headers = [(SET_COOKIE, HeaderValue::from_str(line).unwrap())].into_iter().collect();
            jar.keep(&home, &headers, now);
            let shown = |at: &str| jar.header(&url(at), now).map(|value| value.to_str().unwrap().to_owned());
            [
                shown("https://a.example/blog/feed.xml"),
                shown("https://a.example/"),
                shown("http://a.example/blog/x"),
                shown("https://b.example/blog/feed.xml"),
                shown("https://a.example:8443/blog/feed.xml"),
            ]
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(set("a=1; HttpOnly; Domain=example"), [some("a=1"), None, some("a=1"), None, None]);
        assert_eq!(set("a=2; Path=/blog"), [some("a=2"), None, some("a=2"), None, None]);
        assert_eq!(set("b=x y; Path=/; Secure"), [some("a=2; b=x y"), some("b=x y"), some("a=2"), None, None]);
        assert_eq!(set("b=; Path=/; Max-Age=0; Secure"), [some("a=2"), None, some("a=2"), None, None]);
        assert_eq!(set("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), [None, None, None, None, None]);
        assert_eq!(set("nonsense"), [None, None, None, None, None]);
    }
}
