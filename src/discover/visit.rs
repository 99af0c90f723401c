//! One site: robots.txt, home page, feed, friends. Everything that nobody named is asked for only where robots.txt
//! allows it, and the owner's wish not to be listed is respected.

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
        Ask, Budget, Reply, Trust, Web, WebError,
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
    /// The address may not be reached.
    Refused,
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
            // Nobody was asked, so there is nothing to remember.
            Asked::Spent | Asked::Refused => return None,
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
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let robots = match self.web.robots(url, self.budget, self.now).await {
            Ok(robots) => robots,
            Err(error) => return Asked::nothing(&error),
        };
        if !robots.allows(&path) {
            return Asked::Declined;
        }
        let (base, largest) = match feed {
            true => (Ask::feed(url, Trust::Found), LARGEST_FEED),
            false => (Ask::page(url, Trust::Found), LARGEST_PAGE),
        };
        let least_gap = robots.crawl_delay.unwrap_or_default();
        let ask = Ask { least_gap, largest, budget: Some(self.budget), ..base };
        match self.web.get(ask, self.now).await {
            Ok(reply) => Asked::Reply(Box::new(reply)),
            Err(error) => Asked::nothing(&error),
        }
    }
}

impl Asked {
    fn nothing(error: &WebError) -> Self {
        match error {
            WebError::Unreachable { .. } => Self::Unreachable,
            WebError::BudgetSpent => Self::Spent,
            WebError::Refused { .. } | WebError::Setup(_) => Self::Refused,
            _ => Self::Failed,
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

/// What a page says of the person behind it.
pub fn person_of(page: &Page, reply: &Reply) -> Person {
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
