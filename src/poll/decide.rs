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
    if arrived.is_empty() && !known.current.posts.is_empty() {
        // More often a file cut short than a blog emptied: what is known stays, and the next answer must be a whole one.
        state.etag = None;
        state.last_modified = None;
        state.body = None;
        return Decision { state, content: None, status: Status::Unchanged, new_posts: 0, error: None };
    }
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use url::Url;

    use super::*;
    use crate::{
        feed::{Hints, read},
        web::Validators,
    };

    const NOW: Timestamp = Timestamp(1_790_000_000);

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            url: Url::parse("https://example.org/feed").unwrap(),
            moved_to: None,
            validators: Validators { etag: Some(b"W/\"1\"".to_vec()), last_modified: None },
            content_type: None,
            fresh_for: None,
            not_before: None,
            links: Vec::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    fn feed(items: &str) -> Answer {
        let body = format!("<rss version=\"2.0\"><channel><title>A blog</title>{items}</channel></rss>");
        let feed = read(body.as_bytes(), &Hints { base_url: None, content_type: None }).unwrap();
        Answer::Feed(reply(200, &body), Box::new(feed))
    }

    fn unknown() -> Known {
        let url = FeedUrl::parse("https://example.org/feed").unwrap();
        Known { blog: Blog::unknown(url), state: FeedState::default(), current: Current::default() }
    }

    /// What is known after an answer.
    fn after(known: Known, answer: Answer) -> (Known, Status, usize) {
        let decision = decide(&known, answer, NOW);
        let (blog, current) =
            decision.content.map_or((known.blog, known.current), |content| (content.blog, content.current));
        (Known { blog, state: decision.state, current }, decision.status, decision.new_posts)
    }

    const ONE: &str = "<item><guid>1</guid><title>one</title></item>";
    const ONE_EDITED: &str = "<item><guid>1</guid><title>one, edited</title></item>";
    const TWO: &str = "<item><guid>2</guid><title>two</title></item>";

    #[test]
    fn new_edited_and_unchanged_posts_are_told_apart() {
        let (known, status, new) = after(unknown(), feed(ONE));
        assert_eq!((status, new), (Status::New, 1));
        let (known, status, new) = after(known, feed(ONE));
        assert_eq!((status, new), (Status::Unchanged, 0));
        let (known, status, new) = after(known, feed(&format!("{TWO}{ONE_EDITED}")));
        assert_eq!((status, new), (Status::Changed, 1));
        let (_, status, new) = after(known, Answer::Same(reply(304, "")));
        assert_eq!((status, new), (Status::Unchanged, 0));
    }

    #[test]
    fn a_feed_cut_short_forgets_nothing_and_is_asked_for_whole() {
        let (known, ..) = after(unknown(), feed(ONE));
        let posts = known.current.posts.clone();
        let (known, status, _) = after(known, feed(""));
        assert_eq!((status, &known.current.posts), (Status::Unchanged, &posts));
        assert_eq!(known.state.etag, None, "a 304 would keep the short one");
        let (_, status, new) = after(known, feed(ONE));
        assert_eq!((status, new), (Status::Unchanged, 0), "and nothing is new when it is back");
    }

    #[test]
    fn failures_count_up_until_an_answer_and_410_ends_it() {
        let (known, status, _) = after(unknown(), Answer::Refused(reply(500, "")));
        assert_eq!((status, known.state.failures), (Status::Failed, 1));
        let (known, ..) = after(known, Answer::Refused(reply(404, "")));
        assert_eq!((known.state.failures, known.state.http), (2, Some(404)));
        let (known, ..) = after(known, feed(ONE));
        assert_eq!((known.state.failures, &known.state.error), (0, &None));
        let (known, status, _) = after(known, Answer::Refused(reply(410, "")));
        assert_eq!((status, known.state.gone), (Status::Gone, true));
    }

    #[test]
    fn promises_are_believed_within_reason() {
        let year = Duration::from_secs(365 * 86_400);
        let patient = Reply { fresh_for: Some(year), not_before: Some(NOW.after(year)), ..reply(304, "") };
        let (known, ..) = after(unknown(), Answer::Same(patient));
        assert_eq!(known.state.fresh_until, Some(NOW.after(LONGEST_FRESHNESS)));
        assert_eq!(known.state.not_before, Some(NOW.after(LONGEST_PAUSE)));
        assert_eq!(known.state.etag.as_deref(), Some(&b"W/\"1\""[..]), "byte for byte");
    }
}
