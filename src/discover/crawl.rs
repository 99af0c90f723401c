//! Looking for candidates within a budget of requests: first at the user's own blogs and the home pages of followed ones,
//! where friends are declared, then at the sites that most is expected of. Each visit is stored when it ends, so that a run that is
//! stopped goes on where it was.

use std::time::Duration;

use futures_util::{StreamExt, future::Either, stream::FuturesUnordered};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Knowledge, Named, Outcome, Visited,
    again::{self, Again, Stale},
    aside,
    edges::own_sites,
    frontier::{self, Frontier, Linker, Next},
    keys,
    knowledge::{Entry, Known, Stop},
    own::{Own, REST, post_key},
    seen,
    sighting::{branches, see, see_edges, see_roll},
    site,
    theirs::Theirs,
    visit::{Visit, Visitor},
};
use crate::{
    feed::Feed,
    model::{Blog, BlogId, PageUrl, Post, Timestamp},
    opml,
    page::Page,
    store::{Batch, Store, StoreError, Writer, codec, write::WriteError},
    web::{Budget, Web},
};

/// Sites that are looked at at once. More would ask many of which little is expected before their betters are known.
const AT_ONCE: usize = 32;
/// So many tries may lead to nobody before a look that somebody answered has ended: what it finds may be worth more than
/// the next in line, and names that no longer resolve are tried in no time.
const PATIENCE: usize = 16;
/// What a site that nobody answers at is left alone for.
const REST_UNREACHABLE: Duration = Duration::from_secs(7 * 24 * 3600);
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
    /// A blog of the user.
    Own((String, Url), Option<Box<Visit>>),
    Followed(BlogId, Option<Box<Visit>>),
    Again(Box<Stale>, Option<Again>),
    Post(Box<(Blog, Post)>, Option<Box<(Page, PageUrl, Option<Feed>)>>),
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
        named: &Named,
        now: Timestamp,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Crawled, WriteError> {
        Knowledge::catch_up(&self.store, &self.writer, &Stop::default()).await?;
        let mut knowledge = Knowledge::load_links(&self.store)?;
        knowledge.mark_own(&named.sites());
        let theirs = Theirs::now(&self.store, named)?;
        let frontier = self.frontier(&knowledge, named, budget, now)?;
        let budget_left = Budget::new(budget);
        let visitor = Visitor::new(&self.web, &budget_left, now);
        progress(Progress::Begun { budget });
        let mut own = Own::of(&self.store, &knowledge, named, budget, now)?;
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
                if let Some((site, at)) = own.named.pop() {
                    under_way.push(Either::Left(Either::Left(Either::Left(async move {
                        let visit = visitor.of_their_own(&site).look(&at).await;
                        Done::Own((site, at), visit.map(Box::new))
                    }))));
                    continue;
                }
                if let Some(blog) = own.homes.pop() {
                    under_way.push(Either::Left(Either::Left(Either::Right(async move {
                        Done::Followed(blog.id, visitor.look_at_followed(&blog).await.map(Box::new))
                    }))));
                    continue;
                }
                if let Some(stale) = own.stale.pop() {
                    under_way.push(Either::Left(Either::Right(Either::Left(async move {
                        let again = visitor.look_again(&stale).await;
                        Done::Again(Box::new(stale), again)
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
        let mut records = aside::set_aside(&self.store, &run.knowledge, &theirs)?;
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
                self.keep_followed(blog, &visit, run.now, run.spent()?).await?;
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
            Done::Own((site, at), Some(visit)) => {
                run.crawled.hosts += usize::from(visit.outcome != Outcome::Unreachable);
                tracing::debug!(%site, outcome = ?visit.outcome, "looked at the user's own blog");
                if let Some(known) = self.keep((&site, &at), *visit, run.now, run.spent()?).await? {
                    run.crawled.profiled += 1;
                    own_sites(&known.blog).iter().for_each(|site| run.frontier.skip(site));
                    let linker = Linker { id: known.blog.id.to_string(), branch: None };
                    see(&mut run.frontier, &linker, &known, frontier::FOLLOWED);
                    run.knowledge.blogs.retain(|before| before.blog.id != known.blog.id);
                    run.knowledge.blogs.push(Known { own: true, ..known });
                }
            }
            Done::Own(_, None)
            | Done::Followed(_, None)
            | Done::Site(_, None)
            | Done::Post(_, None)
            | Done::Again(_, None) => {}
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

    /// The links of everybody who is known, less what needs no look.
    fn frontier(
        &self,
        knowledge: &Knowledge,
        named: &Named,
        budget: usize,
        now: Timestamp,
    ) -> Result<Frontier, StoreError> {
        let mut frontier = Frontier::new(budget).without(self.store.forgotten()?);
        named.sites().iter().for_each(|site| frontier.skip(site));
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
        if named.begins_at_starter_set() && self.store.subscriptions()?.is_empty() {
            see_starter_set(&mut frontier);
        }
        // Only so many may wait: the user and those whom they read name theirs first.
        let mut linkers: Vec<(&Known, Option<String>)> = knowledge.blogs.iter().zip(branches(knowledge)).collect();
        linkers.sort_by_key(|(known, _)| !known.is_theirs());
        for (known, branch) in linkers {
            let trust = if known.is_theirs() { frontier::FOLLOWED } else { frontier::trust(frontier::MENTION) };
            see(&mut frontier, &Linker { id: known.blog.id.to_string(), branch }, known, trust);
        }
        Ok(frontier)
    }
}

/// Topics alone are no place to begin at: the blogs of the list that penpal brings are, each as if somebody named it.
fn see_starter_set(frontier: &mut Frontier) {
    let Ok(list) = opml::read(opml::STARTER_SET.as_bytes()) else { return };
    let linker = Linker { id: "the starter set".to_owned(), branch: None };
    for outline in list.outlines {
        let at = outline.site_url.as_ref().map_or(outline.feed_url.url(), |site| site.url());
        if let Some(site) = site::key(at) {
            frontier.saw(&linker, &site, at, frontier::MENTION);
        }
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
