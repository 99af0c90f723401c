//! One request and its answer, each step of it with a time of its own.

use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
        IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
    },
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout, timeout_at},
};
use url::{Host, Url};

use super::{
    Ask, Reply, Trust, Validators, Way, Web, WebError, cause,
    client::{self, Idle},
    encoding::{self, Decoder},
    headers::{IM, age, freshness, link_headers, lists, noindex, retry_after},
    per_feed::Rule,
};
use crate::model::Timestamp;

const FEEDS: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";
const PAGES: &str = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5";
/// Those that penpal can take apart.
const PICTURES: &str = "image/webp, image/png, image/jpeg, image/gif;q=0.9, image/*;q=0.1";

/// Whether a request comes right after another one to the same host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    First,
    /// A redirect within the host led to it.
    WithinHost,
}

impl Web {
    /// The right to ask the addresses that a name leads to. Only those count that penpal looked up itself: behind a proxy
    /// nobody knows them, and who names an address or this machine means it.
    pub(super) async fn seats(&self, url: &Url, rule: Option<&Rule>) -> Result<Vec<OwnedSemaphorePermit>, WebError> {
        let settings = &self.inner.settings;
        let name = match url.host() {
            Some(Host::Domain(name)) if name != "localhost" && !name.ends_with(".localhost") => name,
            _ => return Ok(Vec::new()),
        };
        if settings.everything_at.is_some() || self.is_proxied(url, rule) {
            return Ok(Vec::new());
        }
        let looking = timeout(settings.connect_timeout, self.inner.names.look_up(name)).await;
        let found = looking.map_err(|_| {
            WebError::timed_out(name.to_owned(), "its name could not be looked up", settings.connect_timeout)
        })?;
        // Why it leads nowhere is told when the connection fails for it.
        let addresses = found.unwrap_or_else(|_| [].into());
        Ok(self.inner.seats.take(&addresses).await)
    }

    pub(super) async fn send_within_budget(
        &self,
        url: &Url,
        ask: &Ask<'_>,
        rule: Option<&Rule>,
        deadline: Instant,
        hop: Hop,
        now: Timestamp,
    ) -> Result<Response, WebError> {
        let Some(budget) = ask.budget else { return self.send(url, ask, rule, deadline, hop, now).await };
        if !budget.take() {
            return Err(WebError::BudgetSpent);
        }
        let sent = self.send(url, ask, rule, deadline, hop, now).await;
        if sent.as_ref().is_err_and(|error| !error.was_answered()) {
            budget.give_back();
        }
        sent
    }

    async fn send(
        &self,
        url: &Url,
        ask: &Ask<'_>,
        rule: Option<&Rule>,
        deadline: Instant,
        hop: Hop,
        now: Timestamp,
    ) -> Result<Response, WebError> {
        let mut headers = request_headers(ask, url);
        if let Some(rule) = rule {
            headers.extend(rule.headers(ask.url, url, now).await?);
        }
        let client = self.client(ask.trust, rule, if ask.alone { Idle::Closed } else { Idle::Kept })?;
        let first_byte = self.inner.settings.first_byte_timeout;
        let until = deadline.min(Instant::now() + first_byte);
        let request = || client.get(url.clone()).headers(headers.clone()).send();
        let mut sent = timeout_at(until, request()).await;
        if let (Hop::WithinHost, Ok(Err(error))) = (hop, &sent)
            && cause::ended_early(error)
        {
            // The connection of the hop before, which the server was about to close (RFC 9110, 9.2.2). Who breaks off
            // the first request is not asked twice.
            sent = timeout_at(until, request()).await;
        }
        let host = || url.host_str().unwrap_or_default().to_owned();
        let response = match sent {
            Err(_) if Instant::now() >= deadline => return Err(self.not_done(url)),
            Err(_) => return Err(WebError::timed_out(host(), "no answer began", first_byte)),
            Ok(Err(error)) if error.is_timeout() => {
                let after = self.inner.settings.connect_timeout;
                return Err(WebError::timed_out(host(), "no connection was made", after));
            }
            Ok(Err(error)) => {
                let error = cause::explain(&error, url, false);
                return Err(if self.is_proxied(url, rule) { error.behind_a_proxy() } else { error });
            }
            Ok(Ok(response)) => response,
        };
        // A proxy that finds no way is nobody's answer. (Through https it refuses the tunnel, which is a failed connect.)
        let proxy_says = match response.status().as_u16() {
            502 | 504 => Some("the proxy found no way to it"),
            407 => Some("the proxy wants a password, which the variable http_proxy can hold"),
            _ => None,
        };
        if let Some(why) = proxy_says.filter(|_| url.scheme() == "http" && self.is_proxied(url, rule)) {
            return Err(WebError::Unreachable { host: host(), why: why.into() });
        }
        Ok(response)
    }

    /// The client for what the user named or for what was found, by the way that its rule wants.
    pub(super) fn client(&self, trust: Trust, rule: Option<&Rule>, idle: Idle) -> Result<reqwest::Client, WebError> {
        let inner = &self.inner;
        let of_trust = usize::from(trust == Trust::Found);
        let (made, way, idle) = match rule.and_then(|rule| Some((rule, rule.settings.way.as_ref()?))) {
            Some((rule, way)) => (&rule.clients[of_trust], Some(way), Idle::Kept),
            None if idle == Idle::Closed => (&inner.alone[of_trust], None, idle),
            None => return Ok(if trust == Trust::Named { inner.named.clone() } else { inner.found.clone() }),
        };
        if let Some(client) = made.get() {
            return Ok(client.clone());
        }
        let client = client::build(&inner.settings, &inner.proxies, inner.tls.clone(), &inner.names, trust, way, idle)?;
        Ok(made.get_or_init(|| client).clone())
    }

    /// Whether a proxy is asked for this address, whose name then is the proxy's to resolve.
    fn is_proxied(&self, url: &Url, rule: Option<&Rule>) -> bool {
        match rule.and_then(|rule| rule.settings.way.as_ref()) {
            Some(way) => matches!(way, Way::Proxy(_)),
            None => self.inner.proxies.takes(url),
        }
    }

    /// The time for the answer as a whole is over.
    fn not_done(&self, url: &Url) -> WebError {
        let host = url.host_str().unwrap_or_default().to_owned();
        WebError::timed_out(host, "it was not done", self.inner.settings.total_timeout)
    }

    pub(super) async fn receive(
        &self,
        mut response: Response,
        url: Url,
        ask: &Ask<'_>,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<Reply, WebError> {
        let host = || url.host_str().unwrap_or_default().to_owned();
        let limit = self.inner.settings.largest_body.min(ask.largest);
        let silence: Duration = self.inner.settings.silence_timeout;
        let garbled = |error| WebError::from_decoding(error, host(), limit);
        let codings = response.headers().get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut decoder = Decoder::new(codings, limit, ask.cut).map_err(garbled)?;
        loop {
            let piece = match timeout_at(deadline.min(Instant::now() + silence), response.chunk()).await {
                Err(_) if Instant::now() >= deadline => return Err(self.not_done(&url)),
                Err(_) => return Err(WebError::timed_out(host(), "nothing more of it came", silence)),
                Ok(piece) => piece.map_err(|error| cause::explain(&error, &url, true))?,
            };
            let Some(piece) = piece else { break };
            if !decoder.push(&piece).map_err(garbled)? {
                break;
            }
        }
        let body = decoder.finish().map_err(garbled)?;
        let headers = response.headers();
        let bytes = |name| headers.get(name).map(|value: &HeaderValue| value.as_bytes().to_vec());
        Ok(Reply {
            status: response.status().as_u16(),
            moved_to: None,
            validators: Validators { etag: bytes(ETAG), last_modified: bytes(LAST_MODIFIED) },
            content_type: bytes(CONTENT_TYPE).map(|value| String::from_utf8_lossy(&value).into_owned()),
            freshness: freshness(headers, now),
            age: age(headers),
            not_before: retry_after(headers, now),
            additions: response.status() == StatusCode::IM_USED && lists(headers, &IM, "feed"),
            offers_additions: lists(headers, &IM, "feed") || lists(headers, &VARY, "a-im"),
            links: link_headers(headers, &url),
            noindex: noindex(headers),
            body: body.into(),
            url,
        })
    }
}

/// What is asked of `url`, which a redirect may have led to.
fn request_headers(ask: &Ask<'_>, url: &Url) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        ACCEPT,
        HeaderValue::from_static(match (ask.picture, ask.feed) {
            (true, _) => PICTURES,
            (false, true) => FEEDS,
            (false, false) => PAGES,
        }),
    );
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding::ACCEPTED));
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
    headers
}

/// Whether two addresses differ in nothing but their queries: some redirects sign each one anew.
fn is_same_file(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin() && a.path() == b.path()
}
