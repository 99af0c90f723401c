//! From any address that a person pastes to a feed: what the table of well-known places says, else the address itself if
//! it is a feed, else what its page declares, else what it hints at, and last the usual places. An address that is a
//! feed costs exactly one request, and nothing is guessed where something declared works.
//!
//! - `readings`: what a text may mean.
//! - `page::known`: the table.

mod readings;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Ask, Reply, Trust, Web, WebError, guard};
use crate::{
    feed::{self, Feed, FeedError, Hints, Texts},
    model::{FeedForm, FeedUrl, Plain, Timestamp, address::canonical},
    opml,
    page::{self, FeedRank, Page, known, known::Known},
};
use readings::{Readings, readings};

/// Where feeds lie that no page declares, the likeliest first.
const USUAL_PLACES: [&str; 7] = ["feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed.json"];
/// The same in the folder of a page that is not the root's.
const USUAL_BELOW: [&str; 4] = ["feed", "feed.xml", "rss.xml", "index.xml"];
/// Declared feeds that are tried before giving up.
const MOST_TRIED: usize = 4;
/// Links that only may be feeds.
const MOST_HINTS: usize = 3;

/// A feed and how it was found.
#[derive(Debug)]
pub struct Found {
    pub feed_url: FeedUrl,
    pub feed: Feed,
    pub reply: Reply,
    pub form: FeedForm,
    /// Other feeds that the page offers, the best first.
    pub others: Vec<Url>,
}

/// What an address leads to.
#[derive(Debug)]
pub enum Outcome {
    Found(Box<Found>),
    /// The page declares several feeds, none of which is more its own than the others. None was asked for yet.
    Several(Vec<Candidate>),
}

/// A feed that a page offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub url: Url,
    pub title: Option<Plain>,
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
    #[error("{url} has no feed: {why}")]
    KnownToHaveNone { url: Url, why: &'static str },
    #[error("{url} is neither a feed nor a page: {why}")]
    Neither { url: Url, why: FeedError },
}

impl FindError {
    /// Nobody answered, so that another reading of the address may do better.
    fn is_silence(&self) -> bool {
        matches!(self, Self::Web(WebError::Unreachable { .. } | WebError::Tls { .. }))
    }

    /// The host wants to be left alone, also at its other addresses.
    fn is_refusal(&self) -> bool {
        matches!(self, Self::Status { status: 429 | 503, .. } | Self::Web(WebError::Silent { .. }))
    }
}

impl Web {
    /// Finds the feed of a site, a post, a feed's own address, a bare domain or a handle; the best of several.
    pub async fn find_feed(&self, text: &str, now: Timestamp) -> Result<Found, FindError> {
        let search = Search { web: self, now, may_ask: false };
        match search.search(text).await? {
            Outcome::Found(found) => Ok(*found),
            Outcome::Several(_) => Err(FindError::NoAddress(text.trim().to_owned())),
        }
    }

    /// The same, but where a page has several feeds of the same standing they are all told, so that somebody can choose.
    pub async fn find_or_choose(&self, text: &str, now: Timestamp) -> Result<Outcome, FindError> {
        Search { web: self, now, may_ask: true }.search(text).await
    }
}

struct Search<'a> {
    web: &'a Web,
    now: Timestamp,
    /// Whether somebody is there to choose.
    may_ask: bool,
}

impl Search<'_> {
    async fn search(&self, text: &str) -> Result<Outcome, FindError> {
        let mut last = FindError::NoAddress(text.trim().to_owned());
        let Readings { urls, is_handle } = readings(text);
        for url in urls {
            match self.at(&url, is_handle).await {
                // Nobody at https: an old site may still answer at http.
                Err(error) if error.is_silence() => last = error,
                outcome => return outcome,
            }
        }
        Err(last)
    }

    /// `is_handle`: somebody named a person and not a page, so that the network's own shape of addresses is no guess.
    async fn at(&self, url: &Url, is_handle: bool) -> Result<Outcome, FindError> {
        let known = known::at(url).filter(|_| !page::looks_like_feed(url));
        let known = known.or_else(|| is_handle.then(|| Known::Feeds(known::like(url))));
        match known {
            Some(Known::None(why)) => return Err(FindError::KnownToHaveNone { url: url.clone(), why }),
            Some(Known::Feeds(feeds)) => {
                if let Some(found) = self.best_of(&feeds, url, &[]).await? {
                    return Ok(found);
                }
            }
            Some(Known::AsItIs) | None => {}
        }
        let reply = self.get(url, url).await?;
        let page = match read(&reply) {
            Ok(feed) => return found(reply, feed, Vec::new()).ok_or_else(|| FindError::NoFeed { url: url.clone() }),
            Err(error) => {
                if let Ok(list) = read_as(FeedForm::List, &reply, Texts::Both) {
                    return as_found(FeedForm::List, reply, list, Vec::new())
                        .ok_or_else(|| FindError::NoFeed { url: url.clone() });
                }
                page_of(&reply).ok_or_else(|| FindError::Neither { url: reply.url.clone(), why: error })?
            }
        };
        self.of_page(reply, &page).await
    }

    /// Goes on from a page.
    async fn of_page(&self, reply: Reply, page: &Page) -> Result<Outcome, FindError> {
        let declared = declared_feeds(&reply, page);
        let equals = equals(&declared, page);
        if self.may_ask && equals.len() > 1 {
            return Ok(Outcome::Several(equals));
        }
        if let Some(found) = self.first_of(&declared, MOST_TRIED, &reply.url, &declared).await? {
            return Ok(found);
        }
        // What the table says of where the page came from, or of what it calls itself.
        let html = page::decode(&reply.body, reply.content_type.as_deref());
        let mut known = known::inside(&reply.url, &html);
        for url in [Some(&reply.url), page.canonical.as_ref()].into_iter().flatten() {
            if let Some(Known::Feeds(feeds)) = known::at(url) {
                known.extend(feeds);
            }
        }
        if let Some(found) = self.best_of(&known, &reply.url, &declared).await? {
            return Ok(found);
        }
        if let Some(found) = self.first_of(&page.feed_hints, MOST_HINTS, &reply.url, &[]).await? {
            return Ok(found);
        }
        if let Some(found) = self.at_home(&reply.url).await? {
            return Ok(found);
        }
        let tried = [declared, known].concat();
        let guesses: Vec<Url> = guesses(&reply.url, page).into_iter().filter(|url| !tried.contains(url)).collect();
        match self.first_of(&guesses, usize::MAX, &reply.url, &[]).await? {
            Some(found) => Ok(found),
            None => {
                let url = reply.url.clone();
                let marked = read_as(FeedForm::Page, &reply, Texts::Both).ok();
                let found = marked.and_then(|feed| as_found(FeedForm::Page, reply, feed, Vec::new()));
                found.ok_or(FindError::NoFeed { url })
            }
        }
    }

    /// A post may declare nothing where the site's first page does.
    async fn at_home(&self, url: &Url) -> Result<Option<Outcome>, FindError> {
        let first = url.path_segments().and_then(|mut parts| parts.next()).unwrap_or_default();
        let Ok(home) = url.join("/") else { return Ok(None) };
        // Behind these begins a house of many, whose first page is somebody else's.
        if home.path() == url.path() || first.starts_with(['~', '@']) {
            return Ok(None);
        }
        let Ok(reply) = self.get(&home, url).await else { return Ok(None) };
        let Some(page) = page_of(&reply) else { return Ok(None) };
        let declared = declared_feeds(&reply, &page);
        self.first_of(&declared, MOST_TRIED, url, &declared).await
    }

    /// The first of `feeds` that is one; `others` are told along with it.
    async fn first_of(
        &self,
        feeds: &[Url],
        most: usize,
        from: &Url,
        others: &[Url],
    ) -> Result<Option<Outcome>, FindError> {
        for url in feeds.iter().take(most) {
            if let Some((reply, feed)) = self.feed_at(url, from).await? {
                let others = others.iter().filter(|other| *other != url).cloned().collect();
                return Ok(found(reply, feed, others));
            }
        }
        Ok(None)
    }

    /// The first of `feeds` in which something stands, since a project may have no releases; else one that is empty.
    async fn best_of(&self, feeds: &[Url], from: &Url, others: &[Url]) -> Result<Option<Outcome>, FindError> {
        let mut empty = None;
        for url in feeds {
            let rest = || feeds.iter().chain(others).filter(|other| *other != url).cloned().collect();
            match self.feed_at(url, from).await? {
                Some((reply, feed)) if !feed.entries.is_empty() => return Ok(found(reply, feed, rest())),
                Some((reply, feed)) if empty.is_none() => empty = found(reply, feed, rest()),
                _ => {}
            }
        }
        Ok(empty)
    }

    /// `None` if there is no feed at an address. It is an error if the host that the user named does not answer at all.
    async fn feed_at(&self, url: &Url, from: &Url) -> Result<Option<(Reply, Feed)>, FindError> {
        match self.get(url, from).await {
            Ok(reply) => Ok(read(&reply).ok().map(|feed| (reply, feed))),
            Err(error) if (error.is_silence() || error.is_refusal()) && url.host() == from.host() => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Asks for `url`, to which `from` led. Whoever names a public address has not named what that page points to.
    async fn get(&self, url: &Url, from: &Url) -> Result<Reply, FindError> {
        let is_named = url.host() == from.host() || guard::check(from, Trust::Found, false).is_err();
        let trust = if is_named { Trust::Named } else { Trust::Found };
        let reply = self.web.get(Ask::feed(url, trust), self.now).await?;
        match reply.is_ok() {
            true => Ok(reply),
            false => Err(FindError::Status { url: reply.url, status: reply.status }),
        }
    }
}

fn found(reply: Reply, feed: Feed, others: Vec<Url>) -> Option<Outcome> {
    as_found(FeedForm::Feed, reply, feed, others)
}

fn as_found(form: FeedForm, reply: Reply, feed: Feed, others: Vec<Url>) -> Option<Outcome> {
    let feed_url = FeedUrl::from_url(reply.url.clone())?;
    Some(Outcome::Found(Box::new(Found { feed_url, feed, reply, form, others })))
}

fn read(reply: &Reply) -> Result<Feed, FeedError> {
    read_as(FeedForm::Feed, reply, Texts::Both)
}

/// Reads an answer as what the user follows it as. A page or a list may have become a feed meanwhile.
pub fn read_as(form: FeedForm, reply: &Reply, texts: Texts) -> Result<Feed, FeedError> {
    let hints = Hints { base_url: Some(&reply.url), content_type: reply.content_type.as_deref() };
    let error = match feed::read_with(&reply.body, &hints, texts) {
        Ok(feed) => return Ok(feed),
        Err(error) => error,
    };
    let other = match form {
        FeedForm::Feed => None,
        FeedForm::Page => page::marked(&page::decode(&reply.body, reply.content_type.as_deref()), &reply.url),
        // A list that breaks off would make believe that blogs were taken off it.
        FeedForm::List => opml::read(&reply.body)
            .ok()
            .filter(|list| list.broken_off.is_none() && (!list.outlines.is_empty() || page_of(reply).is_none()))
            .map(|list| opml::as_feed(&list, &reply.url)),
    };
    other.ok_or(error)
}

/// The answer as a page; `None` if it does not look like HTML.
pub fn page_of(reply: &Reply) -> Option<Page> {
    let html = page::decode(&reply.body, reply.content_type.as_deref());
    let start: String = html.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let declared = reply.content_type.as_deref().is_some_and(|kind| kind.contains("html"));
    let looks = start.contains("<!doctype html") || start.contains("<html") || start.contains("<head");
    (declared || looks).then(|| page::read(&html, &reply.url))
}

/// The feeds that a page declares in its `Link` header or its head, or links to; best first, each once.
pub fn declared_feeds(reply: &Reply, page: &Page) -> Vec<Url> {
    let header = reply.links.iter().filter(|(rel, _)| rel == "alternate").map(|(_, url)| url);
    // What the page ranks low is not ranked higher by a header.
    let low = |url: &Url| {
        let rank = page.feeds.iter().find(|feed| canonical(&feed.url) == canonical(url)).map(|feed| feed.rank);
        rank.is_some_and(|rank| rank > FeedRank::Linked)
    };
    let mut seen = std::collections::HashSet::from([canonical(&reply.url)]);
    let all = header.filter(|url| !low(url)).chain(page.feeds.iter().map(|feed| &feed.url));
    all.filter(|url| seen.insert(canonical(url))).cloned().collect()
}

/// The feeds that are as much the page's own as the best one is; empty if the page declares none.
fn equals(declared: &[Url], page: &Page) -> Vec<Candidate> {
    let own = |url: &Url| page.feeds.iter().find(|feed| feed.rank == FeedRank::Declared && feed.url == *url);
    let candidates = declared.iter().filter_map(own);
    candidates.map(|feed| Candidate { url: feed.url.clone(), title: feed.title.clone() }).collect()
}

/// Where a feed may lie: where the program that made the page keeps it, where programs with such addresses keep it, in
/// the usual places.
fn guesses(url: &Url, page: &Page) -> Vec<Url> {
    let root = url.join("/").ok();
    let folder = url.join(".").ok().filter(|folder| Some(folder) != root.as_ref() && url.path().ends_with('/'));
    let below = |base: &Option<Url>, places: &[&str]| {
        let joined = base.iter().flat_map(|base| places.iter().filter_map(|place| base.join(place).ok()));
        joined.collect::<Vec<Url>>()
    };
    let program = page.generator.as_ref().map_or(&[][..], |generator| known::by(generator.as_str()));
    let mut guesses = known::like(url);
    for more in
        [below(&folder, program), below(&root, program), below(&folder, &USUAL_BELOW), below(&root, &USUAL_PLACES)]
    {
        for url in more {
            if !guesses.contains(&url) {
                guesses.push(url);
            }
        }
    }
    guesses
}
