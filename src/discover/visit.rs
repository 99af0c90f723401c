//! One site: robots.txt, home page, feed, friends. Everything that nobody named is asked for only where robots.txt
//! allows it, and the owner's wish not to be listed is respected.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use url::Url;

use super::{
    Outcome, Person,
    edges::{self, Roll, RollLink},
    site,
};
use crate::{
    feed::{self, Feed, Hints},
    model::{Blog, Contact, ContactKind, FeedUrl, PageUrl, Plain, Timestamp},
    opml,
    page::Page,
    web::{
        Ask, Reply, Trust, Web, WebError,
        find::{declared_feeds, page_of},
    },
};

/// Declared feeds that are tried.
const MOST_FEEDS: usize = 2;
/// Usual places that are tried on a site that declares no feed, and on one whose declared feed is not there.
const GUESSES: usize = 2;
const GUESSES_AFTER_DECLARED: usize = 4;
/// No page that is looked at needs to be larger.
const LARGEST_PAGE: usize = 4 << 20;
const LARGEST_FEED: usize = 16 << 20;
/// A name that does not resolve or a refused connection costs nothing but is tried at most so many times the budget.
const TRIES_A_REQUEST: usize = 5;

/// How many more requests may be answered.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    answered: AtomicUsize,
    unanswered: AtomicUsize,
}

impl Budget {
    pub fn new(limit: usize) -> Self {
        Self { limit, answered: AtomicUsize::new(0), unanswered: AtomicUsize::new(0) }
    }

    /// Sets one request aside. `false` if none is left.
    fn take(&self) -> bool {
        let left = |taken: usize| (taken < self.limit).then_some(taken + 1);
        self.unanswered.load(Ordering::Relaxed) < self.limit.saturating_mul(TRIES_A_REQUEST)
            && self.answered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    /// Says how a request that was set aside went: so many answers came.
    fn settle(&self, answers: usize) {
        match answers {
            0 => {
                self.answered.fetch_sub(1, Ordering::Relaxed);
                self.unanswered.fetch_add(1, Ordering::Relaxed);
            }
            more => {
                self.answered.fetch_add(more - 1, Ordering::Relaxed);
            }
        }
    }

    pub fn spent(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }

    pub fn is_spent(&self) -> bool {
        self.spent() >= self.limit
            || self.unanswered.load(Ordering::Relaxed) >= self.limit.saturating_mul(TRIES_A_REQUEST)
    }
}

/// What a visit brought.
#[derive(Debug)]
pub struct Visit {
    pub outcome: Outcome,
    /// The feed with its address, if there is one.
    pub feed: Option<(FeedUrl, Reply, Box<Feed>)>,
    pub person: Person,
    pub roll: Roll,
}

impl Visit {
    fn without_feed(outcome: Outcome) -> Self {
        Self { outcome, feed: None, person: Person::default(), roll: Roll::default() }
    }
}

enum Asked {
    Reply(Box<Reply>),
    /// robots.txt says no.
    Declined,
    Unreachable,
    Failed,
    /// The budget is spent.
    Spent,
}

/// Looks at sites with one client and one budget.
#[derive(Debug)]
pub struct Visitor<'a> {
    pub web: &'a Web,
    pub budget: &'a Budget,
    pub now: Timestamp,
}

impl Visitor<'_> {
    /// Looks at the site of an address: who is there, what they publish, whom they link to. `None` if the budget ended
    /// before anything was learned.
    pub async fn look(&self, url: &Url) -> Option<Visit> {
        let home = site::home(url).unwrap_or_else(|| url.clone());
        let mut reply = match self.ask(&home, false).await {
            Asked::Reply(reply) => reply,
            Asked::Declined => return Some(Visit::without_feed(Outcome::Declined)),
            Asked::Unreachable => return Some(Visit::without_feed(Outcome::Unreachable)),
            Asked::Failed => return Some(Visit::without_feed(Outcome::Failed)),
            Asked::Spent => return None,
        };
        if !reply.is_ok() && *url != home {
            // Some sites have no front door; the page that was linked may say as much.
            match self.ask(url, false).await {
                Asked::Reply(other) => reply = other,
                Asked::Spent => return None,
                _ => return Some(Visit::without_feed(Outcome::NoFeed)),
            }
        }
        if !reply.is_ok() {
            return Some(Visit::without_feed(Outcome::NoFeed));
        }
        if let Ok(feed) = read(&reply) {
            return Some(self.with_feed(*reply, feed, Person::default(), Roll::default()));
        }
        let Some(page) = page_of(&reply) else { return Some(Visit::without_feed(Outcome::NoFeed)) };
        if page.noindex {
            return Some(Visit::without_feed(Outcome::Declined));
        }
        let person = person_of(&page, &reply);
        let declared = declared_feeds(&reply, &page);
        let usual = usual_places(&reply.url, if declared.is_empty() { GUESSES } else { GUESSES_AFTER_DECLARED });
        let tried: Vec<Url> = declared.into_iter().take(MOST_FEEDS).collect();
        let usual: Vec<Url> = usual.into_iter().filter(|place| !tried.contains(place)).collect();
        for candidate in tried.iter().chain(&usual) {
            match self.ask(candidate, true).await {
                Asked::Reply(answer) if answer.is_ok() => {
                    if let Ok(feed) = read(&answer) {
                        let roll = self.friends(&feed, &page, &reply).await;
                        return Some(self.with_feed(*answer, feed, person, roll));
                    }
                }
                Asked::Spent => return None,
                _ => {}
            }
        }
        Some(Visit { person, ..Visit::without_feed(Outcome::NoFeed) })
    }

    /// Looks at the home page of a blog whose feed is followed already: only who is there and whom they link to.
    pub async fn look_at_followed(&self, blog: &Blog) -> Option<(Person, Roll)> {
        let home =
            blog.site_url.as_ref().map_or_else(|| site::home(blog.feed_url.url()), |site| Some(site.url().clone()))?;
        let Asked::Reply(reply) = self.ask(&home, false).await else { return None };
        let page = page_of(&reply).filter(|_| reply.is_ok())?;
        Some((person_of(&page, &reply), self.roll(blog, &page, &reply, None).await))
    }

    fn with_feed(&self, reply: Reply, feed: Feed, person: Person, roll: Roll) -> Visit {
        match FeedUrl::from_url(reply.url.clone()) {
            Some(url) => {
                let outcome = Outcome::Blog(crate::model::BlogId::of(&url));
                Visit { outcome, feed: Some((url, reply, Box::new(feed))), person, roll }
            }
            None => Visit::without_feed(Outcome::NoFeed),
        }
    }

    async fn friends(&self, feed: &Feed, page: &Page, reply: &Reply) -> Roll {
        let Some(url) = FeedUrl::from_url(reply.url.clone()) else { return Roll::default() };
        self.roll(&Blog::unknown(url), page, reply, feed.blogroll.as_ref()).await
    }

    /// The links of a home page, of the page of friends that it points to, and of its OPML blogroll.
    async fn roll(&self, blog: &Blog, page: &Page, reply: &Reply, declared: Option<&Url>) -> Roll {
        let Some(address) = PageUrl::from_url(reply.url.clone()) else { return Roll::default() };
        let mut links = edges::of_page(blog, page, &address, false);
        if let Some(friends) = page.friends_pages.first()
            && let Asked::Reply(reply) = self.ask(friends, false).await
            && let (Some(page), Some(address), true) =
                (page_of(&reply), PageUrl::from_url(reply.url.clone()), reply.is_ok())
        {
            links.extend(edges::of_page(blog, &page, &address, true));
        }
        if let Some(list) = declared.or(page.blogrolls.first())
            && let Asked::Reply(reply) = self.ask(list, false).await
            && let (Ok(document), Some(address), true) =
                (opml::read(&reply.body), PageUrl::from_url(reply.url.clone()), reply.is_ok())
        {
            links.extend(document.outlines.iter().filter_map(|outline| {
                let site = outline.site_url.as_ref().map_or(outline.feed_url.url(), |site| site.url());
                Some(RollLink {
                    site: site::key(site)?,
                    target: PageUrl::from_url(site.clone())?,
                    text: outline.title.clone().unwrap_or_else(|| Plain::line(outline.feed_url.host())),
                    declared: true,
                    page: address.clone(),
                    page_title: document.title.clone().unwrap_or_else(|| Plain::line("blogroll")),
                })
            }));
        }
        // Where one site stands several times, the declared place is the one to show.
        links.sort_by_key(|link| !link.declared);
        let mut seen = std::collections::HashSet::new();
        links.retain(|link| seen.insert(link.site.clone()));
        Roll { links }
    }

    async fn ask(&self, url: &Url, feed: bool) -> Asked {
        if self.budget.is_spent() {
            return Asked::Spent;
        }
        let delay = match self.robots(url).await {
            Ok(Some(delay)) => delay,
            Ok(None) => return Asked::Declined,
            Err(asked) => return asked,
        };
        if !self.budget.take() {
            return Asked::Spent;
        }
        let largest = if feed { LARGEST_FEED } else { LARGEST_PAGE };
        let base = if feed { Ask::feed(url, Trust::Found) } else { Ask::page(url, Trust::Found) };
        match self.web.get(Ask { least_gap: delay, largest, ..base }, self.now).await {
            Ok(reply) => {
                self.budget.settle(reply.answers);
                Asked::Reply(Box::new(reply))
            }
            Err(error) => {
                self.budget.settle(usize::from(error.was_answered()));
                if matches!(error, WebError::Unreachable { .. }) { Asked::Unreachable } else { Asked::Failed }
            }
        }
    }

    /// The pause that the host asks for; `None` if it does not want this address fetched.
    async fn robots(&self, url: &Url) -> Result<Option<Duration>, Asked> {
        if !self.budget.take() {
            return Err(Asked::Spent);
        }
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        match self.web.robots(url, self.now).await {
            Ok((robots, answers)) => {
                if answers == 0 {
                    // It was known already: nothing was asked.
                    self.budget.answered.fetch_sub(1, Ordering::Relaxed);
                } else {
                    self.budget.settle(answers);
                }
                Ok(robots.allows(&path).then(|| robots.crawl_delay.unwrap_or_default()))
            }
            Err(error) => {
                self.budget.settle(usize::from(error.was_answered()));
                Err(if matches!(error, WebError::Unreachable { .. }) { Asked::Unreachable } else { Asked::Failed })
            }
        }
    }
}

/// Where feeds lie most often, the likeliest first.
fn usual_places(home: &Url, most: usize) -> Vec<Url> {
    ["feed.xml", "index.xml", "atom.xml", "rss.xml"]
        .iter()
        .take(most)
        .filter_map(|place| home.join(place).ok())
        .collect()
}

fn read(reply: &Reply) -> Result<Feed, feed::FeedError> {
    feed::read(&reply.body, &Hints { base_url: Some(&reply.url), content_type: reply.content_type.as_deref() })
}

fn person_of(page: &Page, reply: &Reply) -> Person {
    let mut contact: Vec<Contact> = Vec::new();
    let mut add = |kind, value: &Plain| {
        let one = Contact { kind, value: value.clone() };
        if !value.is_empty() && !contact.contains(&one) && contact.len() < 8 {
            contact.push(one);
        }
    };
    page.emails.iter().for_each(|email| add(ContactKind::Email, email));
    page.mastodon.iter().for_each(|handle| add(ContactKind::Mastodon, handle));
    if let Some(endpoint) = &page.webmention {
        add(ContactKind::Webmention, &Plain::line(endpoint.as_str()));
    }
    Person {
        name: page.name.clone(),
        about: page.description.clone(),
        contact,
        page: PageUrl::from_url(reply.url.clone()),
    }
}
