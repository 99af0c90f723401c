//! Everything that depends on what a server said: what is new, what was edited, when to ask again, whether the feed is
//! ill or has ended. From old facts and an answer to new facts; no I/O and no clock.

use std::{collections::HashMap, time::Duration};

use super::{
    entries::{self, Arrived},
    refresh::Status,
};
use crate::{
    feed::{Feed, FeedError},
    model::{Blog, FeedUrl, Plain, PostId, SiteUrl, Timestamp},
    store::{Current, FeedState, NewPost},
    text::language,
    web::{Reply, WebError},
};

/// Servers often promise freshness for a year by mistake; a day is as long as we believe.
const LONGEST_FRESHNESS: Duration = Duration::from_secs(24 * 3600);
/// Nobody is believed who wants to be left alone for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(14 * 24 * 3600);

/// What is known of a feed before it is asked.
#[derive(Clone, Debug)]
pub struct Known {
    pub blog: Blog,
    pub state: FeedState,
    pub current: Current,
}

/// What asking brought.
#[derive(Debug)]
pub enum Answer {
    /// 304, or the same bytes as before.
    Same(Reply),
    Feed(Reply, Box<Feed>),
    /// A success that is no feed.
    NotAFeed(Reply, FeedError),
    /// Any other status.
    Refused(Reply),
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

pub fn decide(known: &Known, answer: Answer, now: Timestamp) -> Decision {
    let mut state = FeedState { asked: Some(now), ..known.state.clone() };
    match answer {
        Answer::Failed(error) => failed(state, None, error.to_string()),
        Answer::Refused(reply) => {
            heed(&mut state, &reply, now);
            state.gone = reply.status == 410;
            let status = if state.gone { Status::Gone } else { Status::Failed };
            Decision { status, ..failed(state, Some(reply.status), refusal(reply.status)) }
        }
        Answer::NotAFeed(reply, error) => {
            heed(&mut state, &reply, now);
            failed(state, Some(reply.status), error.to_string())
        }
        Answer::Same(reply) => {
            heed(&mut state, &reply, now);
            succeeded(&mut state, &reply, now);
            Decision { state, content: None, status: Status::Unchanged, new_posts: 0, error: None }
        }
        Answer::Feed(reply, feed) => {
            heed(&mut state, &reply, now);
            succeeded(&mut state, &reply, now);
            state.body = Some(digest(&reply.body));
            state.ttl = feed.ttl.map(|ttl| ttl.as_secs());
            read(known, state, &feed, now)
        }
    }
}

/// 16 bytes that tell one body from another.
pub fn digest(body: &[u8]) -> [u8; 16] {
    blake3::hash(body).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// What holds whatever the answer was.
fn heed(state: &mut FeedState, reply: &Reply, now: Timestamp) {
    state.http = Some(reply.status);
    state.not_before = reply.not_before.map(|earliest| earliest.min(now.after(LONGEST_PAUSE)));
}

fn succeeded(state: &mut FeedState, reply: &Reply, now: Timestamp) {
    // A 304 may bring newer validators and need not repeat the old ones (RFC 9111, 4.3.4).
    if reply.status == 304 {
        state.etag = reply.validators.etag.clone().or(state.etag.take());
        state.last_modified = reply.validators.last_modified.clone().or(state.last_modified.take());
    } else {
        state.etag = reply.validators.etag.clone();
        state.last_modified = reply.validators.last_modified.clone();
    }
    state.fresh_until = reply.fresh_for.map(|fresh| now.after(fresh.min(LONGEST_FRESHNESS)));
    state.moved_to = reply.moved_to.clone().and_then(FeedUrl::from_url);
    state.answered = Some(now);
    state.error = None;
    state.failures = 0;
    state.gone = false;
}

fn failed(mut state: FeedState, http: Option<u16>, error: String) -> Decision {
    let error = Plain::line(&error);
    state.failures += 1;
    state.http = http;
    state.error = Some(error.clone());
    Decision { state, content: None, status: Status::Failed, new_posts: 0, error: Some(error) }
}

fn refusal(status: u16) -> String {
    match status {
        401 | 403 => format!("the server does not let us in ({status})"),
        404 => "there is no feed at this address (404)".into(),
        410 => "the feed has ended for good (410); it is not asked again. `penpal unfollow` takes it off".into(),
        429 => "the server asks to be left alone for a while (429)".into(),
        500..=599 => format!("the server is in trouble ({status})"),
        _ => format!("the server answered {status}"),
    }
}

fn read(known: &Known, mut state: FeedState, feed: &Feed, now: Timestamp) -> Decision {
    let arrived = entries::of(feed, known.blog.id, now);
    state.usual_gap = usual_gap(&arrived);
    let before: HashMap<PostId, u64> = known.current.posts.iter().copied().collect();
    let changed = |one: &&Arrived| before.get(&one.new.post.id) != Some(&one.digest);
    let posts: Vec<NewPost> = arrived.iter().filter(changed).map(|one| one.new.clone()).collect();
    let new_posts = posts.iter().filter(|new| !before.contains_key(&new.post.id)).count();
    let blog = describe(&known.blog, feed, &arrived);
    let posts_now: Vec<(PostId, u64)> = arrived.iter().map(|one| (one.new.post.id, one.digest)).collect();
    let first = known.state.answered.is_none();
    if !first && posts.is_empty() && blog == known.blog && posts_now == known.current.posts {
        return Decision { state, content: None, status: Status::Unchanged, new_posts: 0, error: None };
    }
    let status = match (first, posts.is_empty()) {
        (true, _) => Status::New,
        (false, false) => Status::Changed,
        (false, true) => Status::Unchanged,
    };
    let current = Current { posts: posts_now, revision: known.current.revision + 1 };
    Decision { state, content: Some(Content { blog, posts, current, arrived }), status, new_posts, error: None }
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
    let text: String = arrived.iter().take(10).map(|one| one.text.as_str()).collect::<Vec<_>>().join("\n");
    blog.language = feed.language.clone().or_else(|| language::of(&text, None)).or(blog.language);
    blog
}

/// The author of all posts, if one person wrote them.
fn only_author(arrived: &[Arrived]) -> Option<Plain> {
    let mut authors = arrived.iter().flat_map(|one| &one.new.post.authors);
    let first = authors.next()?;
    authors.all(|author| author == first).then(|| first.clone())
}

/// Seconds: the middle of the gaps between the newest eleven posts.
fn usual_gap(arrived: &[Arrived]) -> Option<u64> {
    let mut dates: Vec<i64> =
        arrived.iter().filter_map(|one| one.new.post.published.or(one.new.post.updated)).map(|t| t.0).collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    dates.truncate(11);
    let mut gaps: Vec<u64> = dates.windows(2).map(|pair| pair[0].abs_diff(pair[1])).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}
