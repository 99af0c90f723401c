//! Looking for candidates within a budget of requests: first at the home pages of followed blogs, where friends are
//! declared, then at the sites that most is expected of. Each visit is stored when it ends, so that a run that is
//! stopped goes on where it was.

use std::time::Duration;

use futures_util::{StreamExt, future::Either, stream::FuturesUnordered};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Knowledge, Outcome, Visited,
    again::{self, Again, Stale},
    aside,
    digest::outdated,
    edges::{self, Roll, own_sites},
    frontier::{self, Frontier, Linker, Next},
    keys,
    knowledge::{Entry, Known, Stop, reckon},
    profile::PostText,
    seen,
    sighting::{branches, see, see_edges, see_roll},
    site,
    traits::Traits,
    visit::{Visit, Visitor},
};
use crate::{
    feed::Feed,
    model::{Blog, BlogId, FeedUrl, PageUrl, Post, SiteUrl, Timestamp, Trace},
    page::Page,
    poll::{Answer, decide},
    store::{Batch, Current, FeedState, NewPost, Store, StoreError, Writer, codec, write::WriteError},
    web::{Budget, Web},
};

/// Sites that are looked at at once. More would ask many of which little is expected before their betters are known.
const AT_ONCE: usize = 32;
/// So many tries may lead to nobody before a look that somebody answered has ended: what it finds may be worth more than
/// the next in line, and names that no longer resolve are tried in no time.
const PATIENCE: usize = 16;
/// What a site without a feed, or one that was looked at, is left alone for.
const REST: Duration = Duration::from_secs(30 * 24 * 3600);
/// What a site that nobody answers at is left alone for.
const REST_UNREACHABLE: Duration = Duration::from_secs(7 * 24 * 3600);
/// A blog that nobody follows keeps so many posts, each of so many bytes at most.
const POSTS_KEPT: usize = 20;
const BYTES_KEPT: usize = 8 << 10;
/// Posts of a followed blog whose pages are read for who answered there, and older ones when nobody else is left.
const NEW_POSTS: usize = 2;
const OLDER_POSTS: usize = 20;
/// Seconds.
const DAY: i64 = 24 * 3600;

/// What came of a run: the closing line of `discover --json`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crawled {
    /// That a server answered.
    pub requests: usize,
    /// Sites that were looked at.
    pub hosts: usize,
    /// Sites that are known and wait to be looked at.
    pub candidates: usize,
    /// Blogs that are new or known anew.
    pub profiled: usize,
}

/// News of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Progress {
    Begun {
        budget: usize,
    },
    /// So many requests are spent, and so many blogs found.
    Looked {
        spent: usize,
        found: usize,
    },
}

#[derive(Clone, Debug)]
pub struct Crawler {
    pub store: Store,
    pub writer: Writer,
    pub web: Web,
}

/// What one visit leads to.
enum Done {
    Site(Next, Option<Box<Visit>>),
    Followed(BlogId, Option<Box<Visit>>),
    Again(Stale, Option<Again>),
    Post(Box<(Blog, Post)>, Option<Box<(Page, PageUrl, Option<Feed>)>>),
}

/// What is to be looked at besides the frontier, the first at the end.
#[derive(Default)]
struct Own {
    homes: Vec<Blog>,
    /// Candidates that were seen long ago.
    stale: Vec<Stale>,
    /// Pages of new posts, for who answered there.
    posts: Vec<(Blog, Post)>,
    /// Pages of older posts, for when nobody is left in the frontier.
    older: Vec<(Blog, Post)>,
}

/// What one run has come to.
struct Run<'a> {
    now: Timestamp,
    budget: &'a Budget,
    frontier: Frontier,
    knowledge: Knowledge,
    crawled: Crawled,
    /// Spent of the day before this run; `None` if it has a budget of its own.
    today: Option<usize>,
}

impl Crawler {
    /// What is left of a daily budget.
    pub fn left_today(&self, daily: usize, now: Timestamp) -> Result<usize, StoreError> {
        Ok(daily.saturating_sub(self.spent_today(now)?))
    }

    fn spent_today(&self, now: Timestamp) -> Result<usize, StoreError> {
        let spent: Option<(i64, usize)> = self.store.discovered(keys::SPENT)?;
        Ok(spent.filter(|(day, _)| *day == now.0.div_euclid(DAY)).map_or(0, |(_, spent)| spent))
    }

    /// Looks for candidates with at most `budget` answered requests, which are taken from the day's if `of_today`.
    pub async fn run(
        &self,
        budget: usize,
        of_today: bool,
        now: Timestamp,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Crawled, WriteError> {
        Knowledge::catch_up(&self.store, &self.writer, &Stop::default()).await?;
        let knowledge = Knowledge::load(&self.store)?;
        let frontier = self.frontier(&knowledge, budget, now)?;
        let budget_left = Budget::new(budget);
        let visitor = Visitor::new(&self.web, &budget_left, now);
        progress(Progress::Begun { budget });
        let mut own = self.own(&knowledge, budget, now)?;
        let today = if of_today { Some(self.spent_today(now)?) } else { None };
        let mut run = Run { now, budget: &budget_left, frontier, knowledge, crawled: Crawled::default(), today };
        // Each visit needs a few requests: with a small budget, few that end are better than many begun.
        let at_once = AT_ONCE.min(budget.div_ceil(5));
        let mut under_way = FuturesUnordered::new();
        let mut in_vain = 0;
        loop {
            while under_way.len() < at_once && budget_left.allows(under_way.len()) {
                let visitor = &visitor;
                if under_way.is_empty() {
                    in_vain = 0;
                }
                if let Some(blog) = own.homes.pop() {
                    under_way.push(Either::Left(Either::Left(async move {
                        Done::Followed(blog.id, visitor.look_at_followed(&blog).await.map(Box::new))
                    })));
                    continue;
                }
                if let Some(stale) = own.stale.pop() {
                    under_way.push(Either::Left(Either::Right(Either::Left(async move {
                        let again = visitor.look_again(&stale).await;
                        Done::Again(stale, again)
                    }))));
                    continue;
                }
                if own.posts.is_empty() && in_vain >= PATIENCE {
                    break;
                }
                let mut post = own.posts.pop();
                if post.is_none() {
                    if let Some(next) = run.frontier.pop() {
                        in_vain += 1;
                        under_way.push(Either::Left(Either::Right(Either::Right(async move {
                            let visit = visitor.look(&next.url).await;
                            Done::Site(next, visit.map(Box::new))
                        }))));
                        continue;
                    }
                    post = own.older.pop();
                }
                let Some((blog, post)) = post else { break };
                let comments = self.store.comments_feed(post.id)?;
                under_way.push(Either::Right(async move {
                    let page = match &post.url {
                        Some(url) => visitor.look_at_post(url, comments.as_ref()).await,
                        None => None,
                    };
                    Done::Post(Box::new((blog, post)), page.map(Box::new))
                }));
            }
            let Some(done) = under_way.next().await else { break };
            if !matches!(&done, Done::Site(_, Some(visit)) if visit.outcome == Outcome::Unreachable) {
                in_vain = 0;
            }
            self.take(&mut run, done).await?;
            let spent = budget_left.spent().min(budget);
            progress(Progress::Looked { spent, found: run.crawled.profiled });
        }
        drop(under_way);
        let mut records = aside::set_aside(&self.store, &run.knowledge)?;
        records.extend(run.spent()?);
        self.writer.apply(Batch::Discovery(records)).await?;
        run.crawled.requests = budget_left.spent();
        run.crawled.candidates = run.frontier.len();
        self.store.sync()?;
        Ok(run.crawled)
    }

    /// Stores what came of a visit and sees what it links to.
    async fn take(&self, run: &mut Run<'_>, done: Done) -> Result<(), WriteError> {
        match done {
            Done::Followed(blog, Some(visit)) => {
                run.crawled.hosts += 1;
                self.keep_followed(run, blog, &visit).await?;
                if let Some(linker) = run.knowledge.position(blog) {
                    let linker = Linker { id: run.knowledge.blogs[linker].blog.id.to_string(), branch: None };
                    see_roll(&mut run.frontier, &linker, &visit.roll, frontier::FOLLOWED);
                }
            }
            Done::Post(of, Some(found)) => {
                let ((blog, post), (page, address, comments)) = (*of, *found);
                let shown = seen::on_page(&self.store, &blog, &post, (&page, &address, comments.as_ref()))?;
                let linker = Linker { id: blog.id.to_string(), branch: None };
                see_edges(&mut run.frontier, &linker, &shown, frontier::FOLLOWED);
                let visited = Visited { at: run.now, outcome: Outcome::NoFeed };
                let mut records = seen::records(&self.store, blog.id, &post, shown)?;
                records.push((keys::of_site(&post_key(&post)), Some(codec::encode(&visited)?)));
                records.extend(run.spent()?);
                self.writer.apply(Batch::Discovery(records)).await?;
            }
            Done::Again(stale, Some(again)) => {
                run.crawled.hosts += 1;
                let anybody_answers = run.budget.spent() > 0;
                let mut records = again::records(&self.store, &stale, &again, anybody_answers, run.now)?;
                records.extend(run.spent()?);
                self.writer.apply(Batch::Discovery(records)).await?;
                if let Again::There(visit) = again {
                    self.keep((&stale.site, &stale.at), *visit, run.now, None).await?;
                }
            }
            Done::Followed(_, None) | Done::Site(_, None) | Done::Post(_, None) | Done::Again(_, None) => {}
            Done::Site(next, Some(visit)) => {
                run.crawled.hosts += usize::from(visit.outcome != Outcome::Unreachable);
                if visit.outcome == Outcome::Unreachable {
                    run.frontier.was_in_vain(&next);
                }
                tracing::debug!(site = %next.site, value = next.value, outcome = ?visit.outcome, "looked at");
                if let Some(known) = self.keep((&next.site, &next.url), *visit, run.now, run.spent()?).await? {
                    run.crawled.profiled += 1;
                    own_sites(&known.blog).iter().for_each(|site| run.frontier.skip(site));
                    let linker = Linker { id: known.blog.id.to_string(), branch: Some(next.branch) };
                    see(&mut run.frontier, &linker, &known, frontier::trust(next.value));
                    run.knowledge.blogs.push(known);
                }
            }
        }
        Ok(())
    }

    /// Whether what was looked at leads to somebody who asked to be forgotten.
    fn is_forgotten(&self, site: &str, visit: &Visit) -> Result<bool, StoreError> {
        let forgotten = self.store.forgotten()?;
        let at_site = |site: String| forgotten.holds(&Trace::Site(site));
        let is_feed_of_theirs = visit.feed.as_ref().is_some_and(|(url, _, feed)| {
            let sites = site::key(url.url()).into_iter().chain(feed.link.as_ref().and_then(site::key));
            forgotten.holds(&Trace::Blog(BlogId::of(url))) || sites.into_iter().any(at_site)
        });
        Ok(!forgotten.is_empty() && (is_feed_of_theirs || at_site(site.to_owned())))
    }

    /// The links of everybody who is known, less what needs no look.
    fn frontier(&self, knowledge: &Knowledge, budget: usize, now: Timestamp) -> Result<Frontier, StoreError> {
        let mut frontier = Frontier::new(budget).without(self.store.forgotten()?);
        for known in &knowledge.blogs {
            own_sites(&known.blog).iter().for_each(|site| frontier.skip(site));
        }
        for subscription in self.store.subscriptions()? {
            let blog = Blog { site_url: subscription.site_url.clone(), ..Blog::unknown(subscription.feed_url.clone()) };
            own_sites(&blog).iter().for_each(|site| frontier.skip(site));
        }
        for (site, visited) in self.store.discovered_all::<Visited>(keys::VISITED)? {
            let rest = if visited.outcome == Outcome::Unreachable { REST_UNREACHABLE } else { REST };
            if visited.at.after(rest) > now {
                frontier.skip(&String::from_utf8_lossy(&site));
            }
        }
        // Only so many may wait: those whom the user reads name theirs first.
        let mut linkers: Vec<(&Known, Option<String>)> = knowledge.blogs.iter().zip(branches(knowledge)).collect();
        linkers.sort_by_key(|(known, _)| !known.followed);
        for (known, branch) in linkers {
            let trust = if known.followed { frontier::FOLLOWED } else { frontier::trust(frontier::MENTION) };
            see(&mut frontier, &Linker { id: known.blog.id.to_string(), branch }, known, trust);
        }
        Ok(frontier)
    }

    /// What of the followed blogs was not read for a while: home pages, and pages of posts.
    fn own(&self, knowledge: &Knowledge, budget: usize, now: Timestamp) -> Result<Own, StoreError> {
        let mut own = Own::default();
        let is_due = |key: &str| -> Result<bool, StoreError> {
            let visited: Option<Visited> = self.store.discovered(&keys::of_site(key))?;
            Ok(visited.is_none_or(|visited| visited.at.after(REST) <= now))
        };
        for index in knowledge.followed() {
            let blog = &knowledge.blogs[index].blog;
            if is_due(&home_key(blog))? {
                own.homes.push(blog.clone());
            }
            let mine = own_sites(blog);
            let mut newest = 0;
            for post in self.store.heads_of(blog.id).take(NEW_POSTS + OLDER_POSTS) {
                newest += 1;
                let post = post?;
                let site = post.url.as_ref().and_then(|url| site::key(url.url()));
                if site.is_some_and(|site| mine.contains(&site)) && is_due(&post_key(&post))? {
                    let list = if newest <= NEW_POSTS { &mut own.posts } else { &mut own.older };
                    list.push((blog.clone(), post));
                }
            }
        }
        // A home costs three requests or so: half the budget at most goes to those who are followed already.
        own.homes.truncate(budget.div_ceil(6));
        own.posts.truncate(budget / 10);
        own.stale = again::stale(&self.store, knowledge, budget, now)?;
        Ok(own)
    }

    async fn keep_followed(&self, run: &Run<'_>, blog: BlogId, visit: &Visit) -> Result<(), WriteError> {
        let Some(known) = self.store.blog(blog)? else { return Ok(()) };
        let home = visit.home.as_deref().map(|(page, url)| (page, url));
        let traits = aside::of_stored(&self.store, &known, home)?;
        let visited = Visited { at: run.now, outcome: Outcome::Blog(blog) };
        let mut records = vec![
            (keys::of(keys::ROLL, blog), Some(codec::encode(&visit.roll)?)),
            (keys::of(keys::TRAITS, blog), Some(codec::encode(&traits)?)),
            (keys::of_site(&home_key(&known)), Some(codec::encode(&visited)?)),
        ];
        records.extend(visit.person.records(blog)?);
        records.extend(outdated(blog));
        records.extend(run.spent()?);
        self.writer.apply(Batch::Discovery(records)).await
    }

    /// Stores what a visit to a site, at an address of it, brought, with `more` in the same batch. The blog, if there is one that is not followed.
    pub async fn keep(
        &self,
        (site, at): (&str, &Url),
        visit: Visit,
        now: Timestamp,
        more: Option<Entry>,
    ) -> Result<Option<Known>, WriteError> {
        if self.is_forgotten(site, &visit)? {
            return Ok(None);
        }
        let visited = Visited { at: now, outcome: visit.outcome };
        let mut records = vec![(keys::of_site(site), Some(codec::encode(&visited)?))];
        records.extend(more);
        let mut found = None;
        if let Some((url, reply, feed)) = visit.feed {
            let home = visit.home.as_deref().map(|(page, url)| (page, url));
            let id = BlogId::of(&url);
            let is_theirs = is_of_who_was_looked_at(&url, &feed, site, home.map(|(_, url)| url));
            let known_traits: Option<Traits> = self.store.discovered(&keys::of(keys::TRAITS, id))?;
            let traits = match known_traits {
                Some(known) if !is_theirs => known,
                None if !is_theirs => aside::of_feed(&url, None, &feed, None),
                known => {
                    let traits = aside::of_feed(&url, Some(site), &feed, home);
                    if home.is_none() { traits.with_page_of(known.unwrap_or_default()) } else { traits }
                }
            };
            if self.store.subscription(id)?.is_none() && !feed.entries.is_empty() {
                let blog = self.store.blog(id)?.unwrap_or_else(|| Blog::unknown(url));
                let site_before = blog.site_url.clone();
                let before = crate::poll::Known::of(blog);
                let decision = decide(&before, Answer::Feed(reply, feed), now);
                if let Some(mut content) = decision.content {
                    content.blog.site_url = if is_theirs {
                        own_site(&content.blog, (site, at), home.map(|(_, url)| url))
                    } else {
                        site_of_feed(&content.blog, site_before)
                    };
                    let texts: Vec<PostText> = content
                        .arrived
                        .iter()
                        .map(|one| PostText {
                            post: one.new.post.clone(),
                            text: one.text(),
                            prose: one.prose(),
                            links: one.links(),
                        })
                        .collect();
                    let (blog, revision) = (content.blog, content.current.revision);
                    let reckoned = tokio::task::spawn_blocking(move || {
                        let records = reckon(&blog, &texts, revision)?;
                        let known = Known {
                            profile: super::profile::Profile::default(),
                            edges: edges::of(&blog, &texts, revision),
                            blog,
                            followed: false,
                            standing: Default::default(),
                            stood: None,
                            roll: Roll::default(),
                            person: super::Person::default(),
                            aside: None,
                        };
                        Ok::<_, StoreError>((records, known))
                    });
                    let reckoned = reckoned.await.map_err(|error| StoreError::Damaged(error.to_string()))?;
                    let (more, mut known) = reckoned?;
                    records.extend(more);
                    records.push((keys::of(keys::TRAITS, id), Some(codec::encode(&traits)?)));
                    // A page that points to somebody else's feed says nothing of who writes there.
                    if is_theirs && home.is_some() {
                        records.extend(visit.person.records(id)?);
                        records.push((keys::of(keys::ROLL, id), Some(codec::encode(&visit.roll)?)));
                        known.roll = visit.roll;
                    }
                    // Only a part is kept, so whoever follows it asks for all of it anew: no validators, no posts that
                    // count as stored.
                    let batch = Batch::Feed {
                        blog: Box::new(known.blog.clone()),
                        state: Box::new(FeedState::default()),
                        posts: few(content.posts),
                        current: Current { posts: Vec::new(), revision },
                        now,
                    };
                    self.writer.apply(batch).await?;
                    found = Some(known);
                }
            }
        }
        self.writer.apply(Batch::Discovery(records)).await?;
        Ok(found)
    }
}

impl Run<'_> {
    /// How much of the day's budget is spent by now, for the store.
    fn spent(&self) -> Result<Option<Entry>, StoreError> {
        let Some(before) = self.today else { return Ok(None) };
        let spent = (self.now.0.div_euclid(DAY), before + self.budget.spent());
        Ok(Some((keys::SPENT.to_vec(), Some(codec::encode(&spent)?))))
    }
}

/// Whether a feed belongs to the owner of the page that was looked at: it lies there, or calls that its site. The page that
/// pointed to it vouches for the second.
fn is_of_who_was_looked_at(feed_url: &FeedUrl, feed: &Feed, site: &str, home: Option<&Url>) -> bool {
    let Some(looked_at) = home.map_or_else(|| Some(site.to_owned()), site::key) else { return false };
    let is_there = |url: &Url| site::key(url).is_some_and(|site| site::owner(&site) == site::owner(&looked_at));
    is_there(feed_url.url()) || feed.link.as_ref().is_some_and(is_there)
}

/// The site of a feed that somebody else's page pointed to: what lies where the feed does, else what was known before.
fn site_of_feed(blog: &Blog, before: Option<SiteUrl>) -> Option<SiteUrl> {
    let feed_site = site::key(blog.feed_url.url());
    let lies_there = |url: &SiteUrl| {
        let owners = site::key(url.url()).zip(feed_site.clone());
        owners.is_some_and(|(site, feed_site)| site::owner(&site) == site::owner(&feed_site))
    };
    let claimed = blog.site_url.clone().filter(lies_there);
    claimed.or(before).or_else(|| SiteUrl::from_url(site::home(blog.feed_url.url())?))
}

/// Whose page a blog may claim as its own: what was looked at, or what lies below the same name. A feed that calls
/// somebody else's site its own would take their place, and their friends.
fn own_site(blog: &Blog, (site, at): (&str, &Url), home: Option<&Url>) -> Option<SiteUrl> {
    let seen = [site::key(blog.feed_url.url()), home.and_then(site::key), Some(site.to_owned())];
    let owners: Vec<&str> = seen.iter().flatten().map(|site| site::owner(site)).collect();
    let claimed = blog.site_url.clone();
    let is_theirs = |url: &SiteUrl| site::key(url.url()).is_none_or(|site| owners.contains(&site::owner(&site)));
    claimed.filter(is_theirs).or_else(|| SiteUrl::from_url(home.cloned().or_else(|| site::home(at))?))
}

/// The key under which it is noted that the page of a post was read.
fn post_key(post: &Post) -> String {
    format!("post {}", post.id)
}

/// The key under which it is noted that a followed blog's home page was read.
fn home_key(blog: &Blog) -> String {
    format!("home of {}", blog.id)
}

/// The newest posts, long ones cut.
fn few(mut posts: Vec<NewPost>) -> Vec<NewPost> {
    posts.sort_by_key(|new| std::cmp::Reverse((new.post.sort_time(), new.post.published)));
    posts.truncate(POSTS_KEPT);
    for new in &mut posts {
        if let Some(html) = &mut new.html
            && html.len() > BYTES_KEPT
        {
            let text = crate::feed::SafeHtml::from_stored(std::mem::take(html)).text();
            let cut = text.as_str().floor_char_boundary(BYTES_KEPT - (BYTES_KEPT >> 3));
            *html = escape(&text.as_str()[..cut]);
        }
    }
    posts
}

/// Plain text as HTML: a paragraph a line.
fn escape(text: &str) -> String {
    let paragraphs = text.split('\n').filter(|line| !line.trim().is_empty());
    paragraphs
        .map(|line| format!("<p>{}</p>", line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")))
        .collect()
}
