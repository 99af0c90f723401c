//! What holds for some feeds and not for others, as the user's configuration has it.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use tokio::sync::OnceCell;
use url::Url;

use super::{Credentials, SecretHeader, Trust, WebError, cookies::Jar};
use crate::model::{
    FeedUrl, Timestamp,
    address::{canonical, host_and_port},
};

/// Which feeds are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    what: What,
    /// The user wrote the address with `http://`, and so means it.
    plain_http: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// A file or a program.
    Source(FeedUrl),
    /// This address.
    Address(String),
    /// All addresses that begin so: a site.
    Below(String),
    /// All addresses of this host (and port).
    Host(String),
    /// All addresses of hosts below this one.
    HostsBelow(String),
}

impl Pattern {
    /// Reads the name of a source such as `exec:NAME`, a feed's address, a site's (which ends in a slash, or is nothing but a host with its scheme), a host, or
    /// `*.host`. `Err` says what it should be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let plain_http = text.starts_with("http://");
        let source = FeedUrl::parse(text).ok().filter(|feed| feed.source().is_some());
        let what = if let Some(source) = source {
            What::Source(source)
        } else if text.contains("://") {
            let url = FeedUrl::parse(text).map_err(|error| error.to_string())?;
            let url = url.url();
            if !url.username().is_empty() || url.password().is_some() {
                return Err("a name or password in an address would be told to everybody; \
                            write `username` and `password_command` instead"
                    .into());
            }
            let address = canonical(url);
            if address.ends_with('/') { What::Below(address) } else { What::Address(address) }
        } else {
            let (below, host) = text.strip_prefix("*.").map_or((false, text), |host| (true, host));
            let read = Url::parse(&format!("https://{host}")).ok();
            let host = read.filter(|url| url.path() == "/" && !host.contains(['/', '*', '@', '?', '#']));
            let host = host.map(|url| host_and_port(&url)).filter(|host| !host.is_empty());
            let host = host.ok_or("it should be the address of a feed or site, a host, or *.host")?;
            if below { What::HostsBelow(format!(".{host}")) } else { What::Host(host) }
        };
        Ok(Self { what, plain_http })
    }

    /// Whether it means a file or a program, which nothing is sent to.
    pub fn is_source(&self) -> bool {
        matches!(self.what, What::Source(_))
    }

    /// Whether a feed is meant, on the web or not.
    pub fn fits_feed(&self, feed: &FeedUrl) -> bool {
        match (&self.what, feed.source()) {
            (What::Source(source), _) => source == feed,
            (_, Some(_)) => false,
            (_, None) => self.fits(feed.url()),
        }
    }

    /// Whether a feed at this address is meant.
    pub fn fits(&self, url: &Url) -> bool {
        match &self.what {
            What::Source(_) => false,
            What::Address(address) => canonical(url) == *address,
            What::Below(address) => canonical(url).starts_with(address),
            What::Host(host) => host_and_port(url) == *host,
            What::HostsBelow(host) => host_and_port(url).ends_with(host),
        }
    }
}

/// By which way a feed is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Through no proxy, whatever the environment says.
    Direct,
    /// Through this one: `http`, `https`, `socks5`, or `socks5h` where the proxy resolves names.
    Proxy(Url),
}

impl Way {
    /// `Err` says what it should be.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::Direct);
        }
        let form = "it should be none, http://HOST:PORT, https://HOST:PORT, socks5://HOST:PORT or socks5h://HOST:PORT";
        let url = Url::parse(text).map_err(|_| form.to_owned())?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || !url.has_host() {
            return Err(form.into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a password has no place in the configuration; give it in the variable https_proxy".into());
        }
        Ok(Self::Proxy(url))
    }
}

/// A table of the configuration. The first whose pattern fits holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerFeed {
    pub pattern: Pattern,
    pub way: Option<Way>,
    /// Sent to the feed's own host only.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Sent like credentials.
    pub secret_headers: Vec<SecretHeader>,
    /// Whether cookies are kept for the feed's host, as long as the process runs.
    pub cookies: bool,
    /// Sent to the feed's own host only, and never over plain HTTP unless the pattern says `http://`.
    pub credentials: Option<Credentials>,
}

impl PerFeed {
    /// Nothing special.
    pub fn of(pattern: Pattern) -> Self {
        Self { pattern, way: None, headers: Vec::new(), secret_headers: Vec::new(), cookies: false, credentials: None }
    }
}

/// A table at work: with its cookies, its secrets once they are known, and its clients once they are needed.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) settings: PerFeed,
    pub(super) clients: [OnceLock<reqwest::Client>; 2],
    secrets: OnceCell<Vec<(HeaderName, HeaderValue)>>,
    jar: Mutex<Jar>,
}

impl Rule {
    pub(super) fn new(settings: PerFeed) -> Self {
        Self { settings, clients: Default::default(), secrets: OnceCell::new(), jar: Mutex::default() }
    }

    /// Whether this is for a request. What nobody named gets nothing of the user's.
    pub(super) fn is_for(&self, url: &Url, trust: Trust) -> bool {
        trust == Trust::Named && self.settings.pattern.fits(url)
    }

    /// What is sent to `url` on the way from `asked`.
    pub(super) async fn headers(&self, asked: &Url, url: &Url, now: Timestamp) -> Result<HeaderMap, WebError> {
        let mut headers = HeaderMap::new();
        if !self.is_own_host(asked, url) {
            return Ok(headers);
        }
        headers.extend(self.settings.headers.iter().cloned());
        if let Some(cookies) = self.jar().header(url, now).filter(|_| self.settings.cookies) {
            headers.insert(COOKIE, cookies);
        }
        if self.settings.credentials.is_some() || !self.settings.secret_headers.is_empty() {
            let refused = |why: String| WebError::Refused { url: url.to_string(), why };
            if url.scheme() != "https" && !self.settings.pattern.plain_http {
                let why = "the password or secret header in its configuration is not sent over plain http; follow it under \
                           https://, or write its address with http:// there";
                return Err(refused(why.into()));
            }
            // On the heap, as it is seldom needed: every request would have room for it.
            let secrets = self.secrets.get_or_try_init(|| Box::pin(self.reveal())).await;
            headers.extend(secrets.map_err(refused)?.iter().cloned());
        }
        Ok(headers)
    }

    /// Fetches what is secret from where it lies.
    async fn reveal(&self) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
        let mut secrets = Vec::new();
        if let Some(credentials) = &self.settings.credentials {
            secrets.push((AUTHORIZATION, credentials.header().await?));
        }
        for header in &self.settings.secret_headers {
            secrets.push((header.name.clone(), header.value().await?));
        }
        Ok(secrets)
    }

    /// Keeps the cookies of an answer, if they are wanted.
    pub(super) fn keep_cookies(&self, asked: &Url, url: &Url, headers: &HeaderMap, now: Timestamp) {
        if self.settings.cookies && self.is_own_host(asked, url) {
            self.jar().keep(url, headers, now);
        }
    }

    fn is_own_host(&self, asked: &Url, url: &Url) -> bool {
        host_and_port(asked) == host_and_port(url)
    }

    fn jar(&self) -> MutexGuard<'_, Jar> {
        // A panic while the lock was held cannot have left a cookie half kept.
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_an_address_a_site_a_host_or_all_hosts_below_one() {
        for (pattern, url, fits) in [
            ("https://a.example/feed.xml", "https://a.example/feed.xml", true),
            ("https://a.example/feed.xml", "http://a.example/feed.xml", true),
            ("https://a.example/feed.xml", "https://a.example/feed.xml?x", false),
            ("https://a.example/blog/", "https://a.example/blog/feed", true),
            ("https://a.example/blog/", "https://a.example/other/feed", false),
            ("https://a.example", "https://a.example/any/feed", true),
            ("a.example", "https://a.example/any/feed", true),
            ("A.Example", "http://a.example/", true),
            ("a.example", "https://a.example.evil.example/", false),
            ("a.example", "https://a.example:8443/", false),
            ("a.example:8443", "https://a.example:8443/", true),
            ("*.a.example", "https://b.a.example/", true),
            ("*.a.example", "https://a.example/", false),
            ("*.a.example", "https://evila.example/", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(Pattern::parse(pattern).unwrap().fits(&url), fits, "{pattern} {url}");
        }
        for bad in ["", "*", "a b", "ftp://a.example/", "a.example/feed", "https://me:pw@a.example/", "*.*.example"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_way_is_a_proxy_or_none() {
        assert_eq!(Way::parse("none"), Ok(Way::Direct));
        for (text, fits) in [
            ("socks5h://127.0.0.1:9050", true),
            ("http://proxy.example:3128", true),
            ("ftp://proxy.example", false),
            ("proxy.example:3128", false),
            ("http://me:secret@proxy.example", false),
        ] {
            let read = Way::parse(text);
            assert_eq!(read.is_ok(), fits, "{text}");
            assert!(!format!("{read:?}").contains("secret"));
        }
    }
}
