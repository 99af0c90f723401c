//! One site: robots.txt, home page, feed, friends. Everything that nobody named is asked for only where robots.txt
//! allows it, and the owner's wish not to be listed is respected.

use tokio::time::Instant;
use url::Url;

use super::{
    Outcome, Person,
    again::{Again, Stale},
    edges::{self, Roll, RollLink},
    site,
};
use crate::{
    feed::{self, Feed, Hints},
    model::{Blog, Contact, ContactKind, FeedUrl, PageUrl, Plain, Timestamp},
    opml,
    page::{FeedRank, Page, PageLink, Place, contact_page},
    web::{
        Ask, Budget, Reply, Trust, Web, WebError,
        find::{declared_feeds, page_of},
    },
};

/// Pages of friends, and lists in OPML, that are read of somebody who is followed, and of others.
const MOST_LISTS_OF_FOLLOWED: usize = 4;
const MOST_LISTS: usize = 2;
/// Blogs of one list.
const MOST_OF_A_LIST: usize = 1000;
/// Where a list of blogs lies by agreement, whatever the page declares.
const WELL_KNOWN_LIST: &str = "/.well-known/recommendations.opml";
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
    /// The home page, and where it lies.
    pub home: Option<Box<(Page, Url)>>,
}

impl Visit {
    fn without_feed(outcome: Outcome) -> Self {
        Self { outcome, feed: None, person: Person::default(), roll: Roll::default(), home: None }
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
    /// The host wants to be left alone for now.
    Silent,
}

/// Looks at sites with one client and one budget.
#[derive(Clone, Debug)]
pub struct Visitor<'a> {
    web: &'a Web,
    budget: &'a Budget,
    began: Timestamp,
    clock: Instant,
    /// Whose pages the user asked for by name ([`site::owner`]).
    named: Option<String>,
}

/// 429 (RFC 6585, 4) and 503 are meant for the whole host.
fn is_a_wish_for_rest(status: u16) -> bool {
    matches!(status, 429 | 503)
}

impl<'a> Visitor<'a> {
    /// `now` is when the first look begins.
    pub fn new(web: &'a Web, budget: &'a Budget, now: Timestamp) -> Self {
        Self { web, budget, began: now, clock: Instant::now(), named: None }
    }

    /// The same for a site that the user named as theirs: its pages may be on a private network, and what they ask of
    /// strangers' programs is not meant for this one.
    pub fn of_their_own(&self, site: &str) -> Self {
        Self { named: Some(site::owner(site).to_owned()), ..self.clone() }
    }

    fn is_named(&self, url: &Url) -> bool {
        self.named.as_deref().is_some_and(|owner| site::key(url).is_some_and(|site| site::owner(&site) == owner))
    }

    /// A run takes long: who asks for a pause means from now on, and not from its beginning.
    fn now(&self) -> Timestamp {
        self.began.after(self.clock.elapsed())
    }

    /// Looks at the site of an address: who is there, what they publish, whom they link to. `None` if the budget ended
    /// before anything was learned.
    pub async fn look(&self, url: &Url) -> Option<Visit> {
        // Where the user says that their blog is, it is.
        let home = if self.is_named(url) { None } else { site::home(url) }.unwrap_or_else(|| url.clone());
        let mut reply = match self.ask(&home, false).await {
            Asked::Reply(reply) => reply,
            Asked::Declined => return Some(Visit::without_feed(Outcome::Declined)),
            Asked::Unreachable => return Some(Visit::without_feed(Outcome::Unreachable)),
            Asked::Failed => return Some(Visit::without_feed(Outcome::Failed)),
            // Nobody was asked, so there is nothing to remember.
            Asked::Spent | Asked::Refused | Asked::Silent => return None,
        };
        if is_a_wish_for_rest(reply.status) {
            return Some(Visit::without_feed(Outcome::Failed));
        }
        if !reply.is_ok() && *url != home {
            // Some sites have no front door; the page that was linked may say as much.
            match self.ask(url, false).await {
                Asked::Reply(other) => reply = other,
                Asked::Spent | Asked::Silent => return None,
                _ => return Some(Visit::without_feed(Outcome::NoFeed)),
            }
        }
        if !reply.is_ok() {
            return Some(Visit::without_feed(Outcome::NoFeed));
        }
        if reply.noindex && !self.is_named(&reply.url) {
            return Some(Visit::without_feed(Outcome::Declined));
        }
        if let Ok(feed) = read(&reply) {
            return Some(self.with_feed(*reply, feed, Person::default(), Roll::default(), None));
        }
        let Some(page) = page_of(&reply) else { return Some(Visit::without_feed(Outcome::NoFeed)) };
        if (page.noindex || reply.noindex) && !self.is_named(&reply.url) {
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
                        let home = Some(Box::new((page, reply.url.clone())));
                        return Some(self.with_feed(*answer, feed, person, roll, home));
                    }
                }
                // Whoever wants to be left alone is asked nothing more.
                Asked::Reply(answer) if is_a_wish_for_rest(answer.status) => break,
                Asked::Spent | Asked::Silent => return None,
                _ => {}
            }
        }
        Some(Visit { person, ..Visit::without_feed(Outcome::NoFeed) })
    }

    /// Looks whether a candidate is still there. `None` if the budget ended before that was known.
    pub async fn look_again(&self, stale: &Stale) -> Option<Again> {
        let visit = self.look(&stale.at).await?;
        let home = match visit.outcome {
            Outcome::Blog(_) => return Some(Again::There(Box::new(visit))),
            Outcome::Declined => return Some(Again::Declined),
            Outcome::Failed => return Some(Again::Unsure),
            // A page without a feed is read for who is there.
            Outcome::NoFeed => visit.person.page.is_some(),
            Outcome::Unreachable => false,
        };
        match self.ask(stale.blog.feed_url.url(), true).await {
            Asked::Reply(answer) if answer.is_ok() => match read(&answer) {
                Ok(feed) => {
                    let visit = self.with_feed(*answer, feed, Person::default(), Roll::default(), None);
                    Some(Again::There(Box::new(visit)))
                }
                Err(_) if home => Some(Again::Unsure),
                Err(_) => Some(Again::Gone),
            },
            Asked::Reply(answer) if matches!(answer.status, 404 | 410) && !home => Some(Again::Gone),
            Asked::Unreachable if !home => Some(Again::Gone),
            Asked::Spent | Asked::Silent | Asked::Refused => None,
            Asked::Declined => Some(Again::Declined),
            Asked::Reply(_) | Asked::Unreachable | Asked::Failed => Some(Again::Unsure),
        }
    }

    /// Looks at the home page of a blog whose feed is followed already: only who is there and whom they link to.
    pub async fn look_at_followed(&self, blog: &Blog) -> Option<Visit> {
        let home =
            blog.site_url.as_ref().map_or_else(|| site::home(blog.feed_url.url()), |site| Some(site.url().clone()))?;
        let Asked::Reply(reply) = self.ask(&home, false).await else { return None };
        let page = page_of(&reply).filter(|_| reply.is_ok())?;
        if page.noindex || reply.noindex {
            return Some(Visit::without_feed(Outcome::Declined));
        }
        let mut roll = self.roll(blog, &page, &reply, &[], true).await;
        // Some say it in their feed alone.
        if !roll.links.iter().any(|link| link.declared)
            && let Asked::Reply(answer) = self.ask(blog.feed_url.url(), true).await
            && let Ok(feed) = read(&answer)
            && let Some(list) = feed.blogroll
            && let Asked::Reply(answer) = self.ask(&list, false).await
            && !answer.noindex
            && let (Ok(document), Some(address)) = (opml::read(&answer.body), PageUrl::from_url(answer.url.clone()))
        {
            roll = joined(roll.links.into_iter().chain(of_list(&document, &address)).collect());
        }
        let (person, home) = (person_of(&page, &reply), Some(Box::new((page, reply.url.clone()))));
        Some(Visit { person, roll, home, ..Visit::without_feed(Outcome::Blog(blog.id)) })
    }

    fn with_feed(&self, reply: Reply, feed: Feed, person: Person, roll: Roll, home: Option<Box<(Page, Url)>>) -> Visit {
        match FeedUrl::from_url(reply.url.clone()) {
            Some(url) => {
                let outcome = Outcome::Blog(crate::model::BlogId::of(&url));
                Visit { outcome, feed: Some((url, reply, Box::new(feed))), person, roll, home }
            }
            None => Visit::without_feed(Outcome::NoFeed),
        }
    }

    async fn friends(&self, feed: &Feed, page: &Page, reply: &Reply) -> Roll {
        let Some(url) = FeedUrl::from_url(reply.url.clone()) else { return Roll::default() };
        self.roll(&Blog::unknown(url), page, reply, feed.blogroll.as_slice(), false).await
    }

    /// The page of a post of somebody who is followed, and the comments below it. `None` if it cannot be had or wants to
    /// be left out. Where the page shows nobody's site in comments, the feed of its comments is asked for them, which the
    /// page names, or `comments`, which the feed named that brought the post.
    pub async fn look_at_post(
        &self,
        post: &PageUrl,
        comments: Option<&PageUrl>,
    ) -> Option<(Page, PageUrl, Option<Feed>)> {
        let Asked::Reply(reply) = self.ask(post.url(), false).await else { return None };
        let page = page_of(&reply).filter(|page| reply.is_ok() && !page.noindex && !reply.noindex)?;
        let address = PageUrl::from_url(reply.url.clone())?;
        let comments = match comments_feed(&page, &address, comments) {
            Some(url) => match self.ask(&url, true).await {
                Asked::Reply(answer) if answer.is_ok() && !answer.noindex => read(&answer).ok(),
                _ => None,
            },
            None => None,
        };
        Some((page, address, comments))
    }

    /// The links of a home page, of the pages of friends that it points to, and of blogrolls in OPML. `declared` are
    /// those that the feed points to.
    async fn roll(&self, blog: &Blog, page: &Page, reply: &Reply, declared: &[Url], followed: bool) -> Roll {
        let Some(address) = PageUrl::from_url(reply.url.clone()) else { return Roll::default() };
        let most = if followed { MOST_LISTS_OF_FOLLOWED } else { MOST_LISTS };
        let mut links = edges::of_page(blog, page, &address, false);
        let mut lists: Vec<Url> = declared.to_vec();
        let mut add = |more: &[Url]| {
            more.iter().for_each(|url| {
                if !lists.contains(url) {
                    lists.push(url.clone())
                }
            })
        };
        add(&page.blogrolls);
        for friends in page.friends_pages.iter().take(most) {
            if let Asked::Reply(reply) = self.ask(friends, false).await
                && let (Some(page), Some(address), true) =
                    (page_of(&reply), PageUrl::from_url(reply.url.clone()), reply.is_ok() && !reply.noindex)
                && !page.noindex
            {
                links.extend(edges::of_page(blog, &page, &address, true));
                add(&page.blogrolls);
            }
        }
        if followed
            && lists.is_empty()
            && let Ok(well_known) = reply.url.join(WELL_KNOWN_LIST)
        {
            lists.push(well_known);
        }
        for list in lists.iter().take(most) {
            if let Asked::Reply(reply) = self.ask(list, false).await
                && let (Ok(document), Some(address), true) =
                    (opml::read(&reply.body), PageUrl::from_url(reply.url.clone()), reply.is_ok() && !reply.noindex)
            {
                links.extend(of_list(&document, &address));
            }
        }
        joined(links)
    }

    async fn ask(&self, url: &Url, feed: bool) -> Asked {
        let is_named = self.is_named(url);
        let trust = if is_named { Trust::Named } else { Trust::Found };
        let (base, largest) = match feed {
            true => (Ask::feed(url, trust), LARGEST_FEED),
            false => (Ask::page(url, trust), LARGEST_PAGE),
        };
        let ask = Ask { heeds_robots: !is_named, largest, budget: Some(self.budget), ..base };
        match self.web.get(ask, self.now()).await {
            Ok(reply) => Asked::Reply(Box::new(reply)),
            Err(error) => Asked::nothing(&error),
        }
    }
}

impl Asked {
    fn nothing(error: &WebError) -> Self {
        match error {
            WebError::Unreachable { .. } => Self::Unreachable,
            WebError::Robots { .. } => Self::Declined,
            WebError::BudgetSpent => Self::Spent,
            WebError::Refused { .. } | WebError::Setup(_) => Self::Refused,
            WebError::Silent { .. } => Self::Silent,
            _ => Self::Failed,
        }
    }
}

/// Each site once. Where one stands several times, the declared place is the one to show.
fn joined(mut links: Vec<RollLink>) -> Roll {
    links.sort_by_key(|link| !link.declared);
    let mut seen = std::collections::HashSet::new();
    links.retain(|link| seen.insert(link.site.clone()));
    Roll { links }
}

/// The blogs of a list in OPML.
fn of_list(document: &opml::Document, address: &PageUrl) -> Vec<RollLink> {
    let outlines = document.outlines.iter().take(MOST_OF_A_LIST).filter_map(|outline| {
        let site = outline.site_url.as_ref().map_or(outline.feed_url.url(), |site| site.url());
        Some(RollLink {
            site: site::key(site)?,
            target: PageUrl::from_url(site.clone())?,
            text: outline.title.clone().unwrap_or_else(|| Plain::line(outline.feed_url.host())),
            declared: true,
            page: address.clone(),
            page_title: document.title.clone().unwrap_or_else(|| Plain::line("blogroll")),
        })
    });
    outlines.collect()
}

/// The feed of the comments on a post alone, if its page shows no commenter's site itself. `named` is what the blog's feed
/// says that it is.
fn comments_feed(page: &Page, address: &PageUrl, named: Option<&PageUrl>) -> Option<Url> {
    let is_commenters = |link: &PageLink| {
        link.place == Place::Comment
            && site::key(link.target.url()).is_some_and(|site| Some(site) != site::key(address.url()))
    };
    if page.links.iter().any(is_commenters) {
        return None;
    }
    let of_post = |url: &Url| url.path().starts_with(address.url().path()) || url.path().contains("/comments/");
    let of_all = |url: &Url| url.path().trim_end_matches('/').ends_with("/comments/feed");
    let feeds = page.feeds.iter().filter(|feed| feed.rank == FeedRank::Comments).map(|feed| &feed.url);
    let own = |url: &&Url| url.host_str() == Some(address.host());
    let declared = feeds.filter(own).find(|url| of_post(url) && !of_all(url));
    let url = declared.or_else(|| named.map(PageUrl::url).filter(own).filter(|url| !of_all(url)))?;
    // WordPress names commenters' sites in Atom only.
    let is_wordpress = page.generator.as_ref().is_some_and(|name| name.as_str().starts_with("WordPress"));
    if is_wordpress && url.path().ends_with("/feed/") { url.join("atom/").ok() } else { Some(url.clone()) }
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
    if let Some(form) = contact_page(page, &reply.url) {
        add(ContactKind::Form, &Plain::line(form.as_str()));
    }
    Person {
        place: page.locality.clone(),
        name: page.name.clone(),
        about: page.description.clone(),
        contact,
        page: PageUrl::from_url(reply.url.clone()),
    }
}
