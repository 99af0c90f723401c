//! From any address that a person pastes to a feed: the address itself if it is one, else what its page declares, else
//! the usual places. An address that is a feed costs exactly one request.

use url::Url;

use super::{Ask, Reply, Trust, Web, WebError};
use crate::{
    feed::{self, Feed, FeedError, Hints},
    model::{FeedUrl, Timestamp},
    page::{self, Page},
};

/// Where feeds lie that no page declares, the likeliest first.
const USUAL_PLACES: [&str; 7] = ["feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed.json"];
/// Declared feeds that are tried before giving up.
const MOST_TRIED: usize = 4;

/// A feed and how it was found.
#[derive(Debug)]
pub struct Found {
    pub feed_url: FeedUrl,
    pub feed: Feed,
    pub reply: Reply,
    /// Other feeds that the page offers.
    pub others: Vec<Url>,
}

#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("{0:?} is no address. Give a site such as https://example.org, a feed, or @name@instance")]
    NoAddress(String),
    #[error(transparent)]
    Web(#[from] WebError),
    #[error("{url} answered {status}")]
    Status { url: Url, status: u16 },
    #[error("{url} is a page without a feed: it declares none, and none lies in the usual places")]
    NoFeed { url: Url },
    #[error("{url} is neither a feed nor a page: {why}")]
    Neither { url: Url, why: FeedError },
}

impl Web {
    /// Finds the feed of a site, a post, a feed's own address, a bare domain or an `@name@instance`.
    pub async fn find_feed(&self, text: &str, now: Timestamp) -> Result<Found, FindError> {
        let mut last = FindError::NoAddress(text.trim().to_owned());
        for url in readings(text) {
            match self.find_feed_at(&url, Trust::Named, now).await {
                // Nobody at https: an old site may still answer at http.
                Err(FindError::Web(error @ (WebError::Unreachable { .. } | WebError::Tls { .. }))) => {
                    last = error.into()
                }
                outcome => return outcome,
            }
        }
        Err(last)
    }

    async fn find_feed_at(&self, url: &Url, trust: Trust, now: Timestamp) -> Result<Found, FindError> {
        let reply = self.get(Ask::feed(url, trust), now).await?;
        if !reply.is_ok() {
            return Err(FindError::Status { url: reply.url, status: reply.status });
        }
        let page = match read(&reply) {
            Ok(feed) => return found(reply, feed, Vec::new()).ok_or_else(|| FindError::NoFeed { url: url.clone() }),
            Err(error) => page_of(&reply).ok_or_else(|| FindError::Neither { url: reply.url.clone(), why: error })?,
        };
        let declared = declared_feeds(&reply, &page);
        for (index, candidate) in declared.iter().take(MOST_TRIED).enumerate() {
            let others = declared.iter().skip(index + 1).cloned().collect();
            if let Some(found) = self.try_feed(candidate, trust, now, others).await {
                return Ok(found);
            }
        }
        let usual = USUAL_PLACES.iter().filter_map(|place| reply.url.join("/").ok()?.join(place).ok());
        for candidate in usual.filter(|candidate| !declared.contains(candidate)) {
            if let Some(found) = self.try_feed(&candidate, trust, now, Vec::new()).await {
                return Ok(found);
            }
        }
        Err(FindError::NoFeed { url: reply.url })
    }

    async fn try_feed(&self, url: &Url, trust: Trust, now: Timestamp, others: Vec<Url>) -> Option<Found> {
        let reply = self.get(Ask::feed(url, trust), now).await.ok().filter(Reply::is_ok)?;
        let feed = read(&reply).ok()?;
        found(reply, feed, others)
    }
}

fn found(reply: Reply, feed: Feed, others: Vec<Url>) -> Option<Found> {
    let feed_url = FeedUrl::from_url(reply.url.clone())?;
    Some(Found { feed_url, feed, reply, others })
}

fn read(reply: &Reply) -> Result<Feed, FeedError> {
    feed::read(&reply.body, &Hints { base_url: Some(&reply.url), content_type: reply.content_type.as_deref() })
}

/// The answer as a page; `None` if it does not look like HTML.
pub fn page_of(reply: &Reply) -> Option<Page> {
    let html = page::decode(&reply.body, reply.content_type.as_deref());
    let start: String = html.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let declared = reply.content_type.as_deref().is_some_and(|kind| kind.contains("html"));
    let looks = start.contains("<!doctype html") || start.contains("<html") || start.contains("<head");
    (declared || looks).then(|| page::read(&html, &reply.url))
}

/// The feeds that a page declares in its `Link` header or its head, or hints at; best first, each once.
pub fn declared_feeds(reply: &Reply, page: &Page) -> Vec<Url> {
    let header = reply.links.iter().filter(|(rel, _)| rel == "alternate").map(|(_, url)| url.clone());
    let mut feeds: Vec<Url> = Vec::new();
    for url in header.chain(page.feeds.iter().map(|feed| feed.url.clone())) {
        if !feeds.contains(&url) && url != reply.url {
            feeds.push(url);
        }
    }
    feeds
}

/// What a pasted text may mean, the likeliest first.
fn readings(text: &str) -> Vec<Url> {
    let text = text.trim();
    if let Some((name, instance)) = text.strip_prefix('@').and_then(|handle| handle.split_once('@')) {
        return Url::parse(&format!("https://{instance}/@{name}.rss")).into_iter().collect();
    }
    if let Ok(feed) = FeedUrl::parse(text) {
        return vec![feed.url().clone()];
    }
    let bare =
        !text.is_empty() && !text.contains("://") && !text.contains(char::is_whitespace) && text.contains(['.', ':']);
    let schemes: &[&str] = if bare { &["https", "http"] } else { &[] };
    schemes
        .iter()
        .filter_map(|scheme| FeedUrl::parse(&format!("{scheme}://{text}")).ok())
        .map(|url| url.url().clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_is_understood() {
        for (text, expected) in [
            ("https://example.net/a", &["https://example.net/a"][..]),
            ("feed:https://example.net/f", &["https://example.net/f"]),
            ("example.net/blog", &["https://example.net/blog", "http://example.net/blog"]),
            ("@ann@social.example", &["https://social.example/@ann.rss"]),
            ("some words", &[]),
            ("", &[]),
        ] {
            assert_eq!(readings(text).iter().map(Url::as_str).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
