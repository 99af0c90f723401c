//! Everything that depends on what a server said: what is new, what was edited, when to ask again, whether the feed is
//! ill or has ended. From old facts and an answer to new facts; no I/O and no clock.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::{
    entries::{self, Arrived},
    heed::{self, believe_for_a_while, heed, succeeded},
    news::Status,
};
use crate::{
    feed::{Feed, FeedError},
    model::{Blog, FeedForm, FeedUrl, Plain, PostId, SiteUrl, Timestamp},
    store::{Batch, Current, FeedState, NewPost},
    text::language,
    web::{Reply, Trust, WebError},
};

/// What is known of a feed before it is asked.
#[derive(Clone, Debug)]
pub struct Known {
    pub blog: Blog,
    pub state: FeedState,
    pub current: Current,
    /// What it is followed as.
    pub form: FeedForm,
    /// Whose word stands for its address.
    pub trust: Trust,
    /// Which program of the user's filters it now, if one does.
    pub filter: Option<[u8; 16]>,
}

impl Known {
    /// What is known of a feed that was never asked, and that nobody follows.
    pub fn of(blog: Blog) -> Self {
        let (state, current) = (FeedState::default(), Current::default());
        Self { blog, state, current, form: FeedForm::Feed, trust: Trust::Found, filter: None }
    }

    /// Whether all of it is asked for, whatever the validators: 304 for so long is hard to believe, or what is known was
    /// made by another filter.
    pub fn ask_whole(&self) -> bool {
        self.state.ask_whole || self.filter != self.state.filter
    }
}

/// What asking brought.
#[derive(Debug)]
pub enum Answer {
    /// 304, or the same bytes as before.
    Same(Reply),
    Feed(Reply, Box<Feed>),
    /// A success that is no feed.
    NotAFeed(Reply, FeedError),
    /// A page for people in place of the feed, with the feeds that it declares, best first.
    Page(Reply, Vec<Url>),
    /// Any other status.
    Refused(Reply),
    /// A success of which the user's program made no feed.
    NotFiltered(Reply, WebError),
    Failed(WebError),
}

/// What is to be stored and told.
#[derive(Debug)]
pub struct Decision {
    pub state: FeedState,
    /// `None` where only the state changes.
    pub content: Option<Content>,
    pub status: Status,
    pub new_posts: usize,
    pub error: Option<Plain>,
    /// Its new address, now that the redirect to it is believed.
    pub moves_to: Option<FeedUrl>,
}

/// A feed that has something new or edited.
#[derive(Debug)]
pub struct Content {
    pub blog: Blog,
    pub posts: Vec<NewPost>,
    pub current: Current,
    /// All that the feed holds now, new or not, with their texts.
    pub arrived: Vec<Arrived>,
}

impl Content {
    /// What the store takes. The texts that are no news are let go: whoever waits for the writer should not hold them.
    pub fn batch(self, state: FeedState, now: Timestamp) -> Batch {
        let Self { blog, posts, current, .. } = self;
        Batch::Feed { blog: Box::new(blog), state: Box::new(state), posts, current, now }
    }
}

/// A feed to which additions came one after another is asked for whole when it seems to hold more posts than this.
const MOST_ADDED: usize = 1000;

pub fn decide(known: &Known, answer: Answer, now: Timestamp) -> Decision {
    let mut state = FeedState { asked: Some(now), ..known.state.clone() };
    if state.ask_whole {
        // It was asked once, whatever came of it.
        state.ask_whole = false;
        state.unchanged_since = Some(now);
        state.unchanged_days = 0;
    }
    match answer {
        // It leads to a host that wants to be left alone, which is no failure of its own.
        Answer::Failed(error @ WebError::Silent { until, .. }) => {
            (state.not_before, state.silent_host) = (Some(until), None);
            let failures = (state.failures, state.failing_since);
            let mut decision = failed(state, now, None, error.to_string());
            (decision.state.failures, decision.state.failing_since) = failures;
            decision
        }
        Answer::Failed(error) => failed(state, now, None, error.to_string()),
        Answer::NotFiltered(reply, error) => {
            heed(&mut state, &reply, now);
            failed(state, now, Some(reply.status), error.to_string())
        }
        Answer::Refused(reply) => {
            heed(&mut state, &reply, now);
            // Only the feed itself takes that back, since it is no longer asked unless the user wants it.
            state.gone |= reply.status == 410;
            let status = if reply.status == 410 { Status::Gone } else { Status::Failed };
            Decision { status, ..failed(state, now, Some(reply.status), refusal(reply.status)) }
        }
        Answer::NotAFeed(reply, error) => {
            heed(&mut state, &reply, now);
            failed(state, now, Some(reply.status), error.to_string())
        }
        Answer::Page(reply, feeds) => {
            heed(&mut state, &reply, now);
            let others = feeds.into_iter().filter_map(FeedUrl::from_url);
            state.proposal = others.into_iter().find(|url| url.canonical() != known.blog.feed_url.canonical());
            let now_or_ever = if state.answered.is_some() { "this is a web page now" } else { "this is a web page" };
            let words = match &state.proposal {
                Some(url) => format!("{now_or_ever}; its feed may be at {url}: `penpal follow {url}`"),
                None => format!("{now_or_ever}, and it names no feed"),
            };
            failed(state, now, Some(reply.status), words)
        }
        // Nobody asked on a condition, so nothing can be the same.
        Answer::Same(reply) if reply.status == 304 && state.answered.is_none() => {
            heed(&mut state, &reply, now);
            let why = "the server says that nothing is new (304), though nothing is known of this feed yet";
            failed(state, now, Some(304), why.to_owned())
        }
        Answer::Same(reply) => {
            heed(&mut state, &reply, now);
            succeeded(&mut state, &reply, now);
            if reply.status == 304 {
                state.spared += state.size;
                // It may have been that of a body cut short, and this is the word for the one before.
                state.body = None;
                believe_for_a_while(&mut state, known.state.asked, now);
            }
            let moves_to = heed::moves_to(&mut state, &reply, now);
            Decision { moves_to, ..unchanged(state) }
        }
        Answer::Feed(reply, feed) => {
            heed(&mut state, &reply, now);
            state.ttl = feed.ttl.map(|ttl| ttl.as_secs()).or(state.ttl.filter(|_| reply.additions));
            state.skip_hours = feed.skip_hours.iter().filter(|hour| **hour < 24).fold(0, |bits, hour| bits | 1 << hour);
            state.skip_days = feed.skip_days.iter().filter(|day| **day < 7).fold(0, |bits, day| bits | 1 << day);
            let mut decision = read(known, state, &reply, &feed, now);
            decision.moves_to = heed::moves_to(&mut decision.state, &reply, now);
            decision
        }
    }
}

/// 16 bytes that tell one body from another.
pub fn digest(body: &[u8]) -> [u8; 16] {
    blake3::hash(body).as_bytes().first_chunk().copied().unwrap_or_default()
}

fn unchanged(state: FeedState) -> Decision {
    Decision { state, content: None, status: Status::Unchanged, new_posts: 0, error: None, moves_to: None }
}

fn failed(mut state: FeedState, now: Timestamp, http: Option<u16>, error: String) -> Decision {
    let error = Plain::line(&error);
    state.failures = state.failures.saturating_add(1);
    state.failing_since = state.failing_since.or(Some(now));
    state.http = http;
    state.error = Some(error.clone());
    Decision { status: Status::Failed, error: Some(error), ..unchanged(state) }
}

fn refusal(status: u16) -> String {
    match status {
        401 | 403 => format!(
            "the server does not let us in ({status}); if it needs a password, see [[feeds]] in the configuration"
        ),
        404 => "there is no feed at this address (404)".into(),
        410 => {
            "the feed has ended for good (410); it is not asked again unless you name it. `penpal unfollow` takes it \
                off"
            .into()
        }
        429 => "the server asks to be left alone for a while (429)".into(),
        500..=599 => format!("the server is in trouble ({status})"),
        206 | 226 => format!("the server sent only a part, which was not asked for ({status})"),
        _ => format!("the server answered {status}"),
    }
}

fn read(known: &Known, mut state: FeedState, reply: &Reply, feed: &Feed, now: Timestamp) -> Decision {
    let arrived = entries::of(feed, known.blog.id, now);
    if arrived.is_empty() && !known.current.posts.is_empty() && !reply.additions {
        // More often a file cut short than a blog emptied: what is known stays, with the validators that belong to it.
        // The same bytes once more are believed.
        let whole = state.clone();
        succeeded(&mut state, reply, now);
        state.body = Some(digest(&reply.body));
        let FeedState { etag, last_modified, came_from, .. } = whole;
        return unchanged(FeedState { etag, last_modified, came_from, ..state });
    }
    succeeded(&mut state, reply, now);
    // A post from the future is no younger than one of today.
    let newest = dates(&arrived).max().map(|newest| newest.min(now));
    state.newest = if reply.additions { newest.max(state.newest) } else { newest.or(state.newest) };
    if reply.additions {
        // A part is no body to compare the next one with.
        state.body = None;
    } else {
        state.body = Some(digest(&reply.body));
        state.size = reply.body.len() as u64;
        state.usual_gap = usual_gap(&arrived);
    }
    let before: HashMap<PostId, u64> = known.current.posts.iter().copied().collect();
    let changed = |one: &&Arrived| before.get(&one.new.post.id) != Some(&one.digest);
    let posts: Vec<NewPost> = arrived.iter().filter(changed).map(|one| one.new.clone()).collect();
    let new_posts = posts.iter().filter(|new| !before.contains_key(&new.post.id)).count();
    // What was asked for without a condition is all there is, whatever it is called.
    let additions = reply.additions && !known.ask_whole();
    let mut posts_now: Vec<(PostId, u64)> = arrived.iter().map(|one| (one.new.post.id, one.digest)).collect();
    let blog = if additions {
        // What a part does not hold has not left the feed, and a part says less of the blog than the whole did.
        let told: HashSet<PostId> = posts_now.iter().map(|(id, _)| *id).collect();
        posts_now.extend(known.current.posts.iter().filter(|(id, _)| !told.contains(id)));
        // What has left it since is known only when it is told whole.
        state.ask_whole = posts_now.len() > MOST_ADDED;
        known.blog.clone()
    } else {
        describe(&known.blog, feed, &arrived)
    };
    let first = known.state.answered.is_none();
    if !first && posts.is_empty() && blog == known.blog && posts_now == known.current.posts {
        return unchanged(state);
    }
    let status = match (first, posts.is_empty()) {
        (true, _) => Status::New,
        (false, false) => Status::Changed,
        (false, true) => Status::Unchanged,
    };
    let current = Current { posts: posts_now, revision: known.current.revision + 1 };
    let content = Some(Content { blog, posts, current, arrived });
    Decision { content, status, new_posts, ..unchanged(state) }
}

/// What the feed says of its blog; what it does not say stays as it was.
fn describe(known: &Blog, feed: &Feed, arrived: &[Arrived]) -> Blog {
    let mut blog = known.clone();
    if let Some(title) = feed.title.clone().and_then(Plain::some) {
        blog.title = title;
    }
    if let Some(site) = feed.link.as_ref().and_then(|link| SiteUrl::parse(link.as_str()).ok()) {
        blog.site_url = Some(site);
    }
    let author = feed.authors.iter().find_map(|author| author.name.clone()).or_else(|| only_author(arrived));
    blog.author = author.or(blog.author);
    blog.language = feed.language.clone().or_else(|| language::of(&sample(arrived), None)).or(blog.language);
    blog
}

/// As much text as it takes to tell its language.
fn sample(arrived: &[Arrived]) -> String {
    let texts: Vec<String> = arrived.iter().take(10).map(|one| one.beginning(400).to_string()).collect();
    texts.join("\n")
}

/// The author of all posts, if one person wrote them.
fn only_author(arrived: &[Arrived]) -> Option<Plain> {
    let mut authors = arrived.iter().flat_map(|one| &one.new.post.authors);
    let first = authors.next()?;
    authors.all(|author| author == first).then(|| first.clone())
}

fn dates(arrived: &[Arrived]) -> impl Iterator<Item = Timestamp> + '_ {
    arrived.iter().filter_map(|one| one.new.post.published.or(one.new.post.updated))
}

/// Seconds: the middle of the gaps between the newest eleven posts.
fn usual_gap(arrived: &[Arrived]) -> Option<u64> {
    let mut dates: Vec<i64> = dates(arrived).map(|date| date.0).collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    dates.truncate(11);
    let mut gaps: Vec<u64> = dates.windows(2).map(|pair| pair[0].abs_diff(pair[1])).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
