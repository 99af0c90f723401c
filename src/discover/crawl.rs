//! Looking for candidates within a budget of requests: first at the home pages of followed blogs, where friends are
//! declared, then at the sites that most is expected of. Each visit is stored when it ends, so that a run that is
//! stopped goes on where it was.

use std::{collections::HashSet, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde::{Deserialize, Serialize};

use super::{
    Knowledge, Outcome, Visited,
    edges::{self, Roll, own_sites},
    frontier::{self, Frontier, Next},
    keys,
    knowledge::{Known, reckon},
    profile::PostText,
    visit::{Visit, Visitor},
};
use crate::{
    model::{Blog, BlogId, FeedForm, LinkKind, Timestamp},
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
/// Times are kept in whole seconds: what was asked so long ago may have been asked within the last one.
const JUST_NOW: Duration = Duration::from_secs(2);
/// A blog that nobody follows keeps so many posts, each of so many bytes at most.
const POSTS_KEPT: usize = 20;
const BYTES_KEPT: usize = 8 << 10;

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
    Followed(BlogId, Option<(super::Person, Roll)>),
}

impl Crawler {
    /// Looks for candidates with at most `budget` answered requests.
    pub async fn run(
        &self,
        budget: usize,
        now: Timestamp,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Crawled, WriteError> {
        Knowledge::catch_up(&self.store, &self.writer).await?;
        let mut knowledge = Knowledge::load(&self.store)?;
        let mut frontier = self.frontier(&knowledge, now)?;
        self.rest(now).await?;
        let budget_left = Budget::new(budget);
        let visitor = Visitor { web: &self.web, budget: &budget_left, now };
        progress(Progress::Begun { budget });
        let mut crawled = Crawled::default();
        let mut own: Vec<Blog> = self.homes_to_look_at(&knowledge, now)?;
        // A home costs three requests or so: half the budget at most goes to those who are followed already.
        own.truncate(budget.div_ceil(6));
        // Each visit needs a few requests: with a small budget, few that end are better than many begun.
        let at_once = AT_ONCE.min(budget.div_ceil(5));
        let mut under_way = FuturesUnordered::new();
        let mut in_vain = 0;
        loop {
            while under_way.len() < at_once && budget_left.allows(under_way.len()) {
                if under_way.is_empty() {
                    in_vain = 0;
                }
                if own.is_empty() && in_vain >= PATIENCE {
                    break;
                }
                let visit: Option<futures_util::future::Either<_, _>> = if let Some(blog) = own.pop() {
                    let visitor = &visitor;
                    Some(futures_util::future::Either::Left(async move {
                        Done::Followed(blog.id, visitor.look_at_followed(&blog).await)
                    }))
                } else {
                    frontier.pop().map(|next| {
                        in_vain += 1;
                        let visitor = &visitor;
                        futures_util::future::Either::Right(async move {
                            let visit = visitor.look(&next.url).await;
                            Done::Site(next, visit.map(Box::new))
                        })
                    })
                };
                match visit {
                    Some(visit) => under_way.push(visit),
                    None => break,
                }
            }
            let Some(done) = under_way.next().await else { break };
            if !matches!(&done, Done::Site(_, Some(visit)) if visit.outcome == Outcome::Unreachable) {
                in_vain = 0;
            }
            match done {
                Done::Followed(blog, Some((person, roll))) => {
                    crawled.hosts += 1;
                    self.keep_followed(blog, &person, &roll, now).await?;
                    if let Some(linker) = knowledge.position(blog) {
                        see_roll(&mut frontier, &knowledge.blogs[linker].blog, &roll, frontier::FOLLOWED);
                    }
                }
                Done::Followed(_, None) | Done::Site(_, None) => {}
                Done::Site(next, Some(visit)) => {
                    crawled.hosts += usize::from(visit.outcome != Outcome::Unreachable);
                    tracing::debug!(site = %next.site, value = next.value, outcome = ?visit.outcome, "looked at");
                    let found = self.keep(&next.site, *visit, now).await?;
                    if let Some(known) = found {
                        crawled.profiled += 1;
                        own_sites(&known.blog).iter().for_each(|site| frontier.skip(site));
                        see(&mut frontier, &known, frontier::trust(next.value));
                        knowledge.blogs.push(known);
                    }
                }
            }
            progress(Progress::Looked { spent: budget_left.spent().min(budget), found: crawled.profiled });
        }
        drop(under_way);
        crawled.requests = budget_left.spent();
        crawled.candidates = frontier.len();
        self.store.sync()?;
        Ok(crawled)
    }

    /// Hosts that a refresh asked a moment ago have their pause first.
    async fn rest(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut just_asked = Vec::new();
        for subscription in self.store.subscriptions()? {
            if self.store.feed(subscription.blog)?.asked.is_some_and(|asked| asked.after(JUST_NOW) >= now) {
                just_asked.push(subscription.feed_url);
            }
        }
        let on_the_web = just_asked.iter().filter(|feed| feed.source().is_none());
        self.web.rest(on_the_web.map(|feed| feed.url())).await;
        Ok(())
    }

    /// The links of everybody who is known, less what needs no look.
    fn frontier(&self, knowledge: &Knowledge, now: Timestamp) -> Result<Frontier, StoreError> {
        let mut frontier = Frontier::default();
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
        for known in &knowledge.blogs {
            let trust = if known.followed { frontier::FOLLOWED } else { frontier::trust(frontier::MENTION) };
            see(&mut frontier, known, trust);
        }
        Ok(frontier)
    }

    /// Followed blogs whose home page was not read for a while.
    fn homes_to_look_at(&self, knowledge: &Knowledge, now: Timestamp) -> Result<Vec<Blog>, StoreError> {
        let mut homes = Vec::new();
        for index in knowledge.followed() {
            let blog = &knowledge.blogs[index].blog;
            let visited: Option<Visited> = self.store.discovered(&keys::of_site(&home_key(blog)))?;
            if visited.is_none_or(|visited| visited.at.after(REST) <= now) {
                homes.push(blog.clone());
            }
        }
        Ok(homes)
    }

    async fn keep_followed(
        &self,
        blog: BlogId,
        person: &super::Person,
        roll: &Roll,
        now: Timestamp,
    ) -> Result<(), WriteError> {
        let Some(known) = self.store.blog(blog)? else { return Ok(()) };
        let visited = Visited { at: now, outcome: Outcome::Blog(blog) };
        let records = vec![
            (keys::of(keys::PERSON, blog), Some(codec::encode(person)?)),
            (keys::of(keys::ROLL, blog), Some(codec::encode(roll)?)),
            (keys::of_site(&home_key(&known)), Some(codec::encode(&visited)?)),
        ];
        self.writer.apply(Batch::Discovery(records)).await
    }

    /// Stores what a visit brought. The blog, if there is one that is not followed.
    pub async fn keep(&self, site: &str, visit: Visit, now: Timestamp) -> Result<Option<Known>, WriteError> {
        let visited = Visited { at: now, outcome: visit.outcome };
        let mut records = vec![(keys::of_site(site), Some(codec::encode(&visited)?))];
        let mut found = None;
        if let Some((url, reply, feed)) = visit.feed {
            let id = BlogId::of(&url);
            if self.store.subscription(id)?.is_none() && !feed.entries.is_empty() {
                let blog = self.store.blog(id)?.unwrap_or_else(|| Blog::unknown(url));
                let before = crate::poll::Known {
                    blog,
                    state: FeedState::default(),
                    current: Current::default(),
                    form: FeedForm::Feed,
                };
                let decision = decide(&before, Answer::Feed(reply, feed), now);
                if let Some(content) = decision.content {
                    let texts: Vec<PostText> = content
                        .arrived
                        .iter()
                        .map(|one| PostText { post: one.new.post.clone(), text: one.text(), links: one.links() })
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
                        };
                        Ok::<_, StoreError>((records, known))
                    });
                    let reckoned = reckoned.await.map_err(|error| StoreError::Damaged(error.to_string()))?;
                    let (more, mut known) = reckoned?;
                    records.extend(more);
                    records.push((keys::of(keys::PERSON, id), Some(codec::encode(&visit.person)?)));
                    records.push((keys::of(keys::ROLL, id), Some(codec::encode(&visit.roll)?)));
                    known.roll = visit.roll;
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

fn see(frontier: &mut Frontier, known: &Known, trust: f64) {
    let linker = known.blog.id.to_string();
    let mut seen = HashSet::new();
    let newest = known.edges.sources.iter().filter_map(|source| source.published).max();
    for edge in &known.edges.edges {
        if let Some(site) = &edge.site {
            let worth = if edge.kind == LinkKind::Reply { frontier::REPLY } else { frontier::MENTION };
            let written = known.edges.sources.get(edge.source as usize).and_then(|source| source.published);
            let age = newest.zip(written).map_or(Duration::ZERO, |(newest, written)| newest.since(written));
            // A post that names one blog ten times names it once.
            if seen.insert((site, edge.source)) {
                let worth = worth * trust * frontier::fading(age) * frontier::personal(edge.target.url());
                frontier.saw(&linker, site, edge.target.url(), worth);
            }
        }
    }
    see_roll(frontier, &known.blog, &known.roll, trust);
}

fn see_roll(frontier: &mut Frontier, blog: &Blog, roll: &Roll, trust: f64) {
    let linker = blog.id.to_string();
    for link in &roll.links {
        let worth = if link.declared { frontier::DECLARED } else { frontier::PAGE };
        frontier.saw(&linker, &link.site, link.target.url(), worth * trust);
    }
}
