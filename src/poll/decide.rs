//! Everything that depends on what a server said: what is new, what was edited, when to ask again, whether the feed is
//! ill or has ended. From old facts and an answer to new facts; no I/O and no clock.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use url::Url;

use super::{
    due::{LONGEST_FRESHNESS, LONGEST_PAUSE},
    entries::{self, Arrived},
    refresh::Status,
};
use crate::{
    feed::{Feed, FeedError},
    model::{Blog, FeedUrl, Plain, PostId, SiteUrl, Timestamp, address::host_and_port},
    store::{Current, FeedState, Moving, NewPost},
    text::language,
    web::{Reply, WebError},
};

/// How long who answers 429 (RFC 6585, 4) is left alone if it does not say: an hour is what strict servers allow to a
/// reader that asks with conditions.
const TOO_MANY: Duration = Duration::from_secs(3600);
/// The same for 503 (RFC 9110, 15.6.4).
const OVERLOADED: Duration = Duration::from_secs(15 * 60);
/// After so long with nothing but 304 one request asks for all: some servers say 304 to everything.
const HARD_TO_BELIEVE: Duration = Duration::from_secs(8 * 24 * 3600);
/// And it was said on so many different days: a machine that was off, or a clock that jumps, proves nothing.
const DAYS_UNTIL_DOUBT: u32 = 4;
/// That is asked of blogs that post at least so often; who posts seldom is silent for longer.
const OFTEN: u64 = 7 * 24 * 3600;
/// A permanent redirect is believed when it was seen on so many different days.
const DAYS_UNTIL_MOVED: u32 = 3;

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
    /// A page for people in place of the feed, with the feeds that it declares, best first.
    Page(Reply, Vec<Url>),
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

pub fn decide(known: &Known, answer: Answer, now: Timestamp) -> Decision {
    let mut state = FeedState { asked: Some(now), ..known.state.clone() };
    if state.ask_whole {
        // It was asked once, whatever came of it.
        state.ask_whole = false;
        state.unchanged_since = Some(now);
        state.unchanged_days = 0;
    }
    match answer {
        Answer::Failed(error) => failed(state, now, None, error.to_string()),
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
        Answer::Same(reply) => {
            heed(&mut state, &reply, now);
            succeeded(&mut state, &reply, now);
            if reply.status == 304 {
                state.spared += state.size;
                // It may have been that of a body cut short, and this is the word for the one before.
                state.body = None;
                believe_for_a_while(&mut state, known.state.asked, now);
            }
            moved(unchanged(state), &reply, now)
        }
        Answer::Feed(reply, feed) => {
            heed(&mut state, &reply, now);
            state.ttl = feed.ttl.map(|ttl| ttl.as_secs()).or(state.ttl.filter(|_| reply.additions));
            state.skip_hours = feed.skip_hours.iter().filter(|hour| **hour < 24).fold(0, |bits, hour| bits | 1 << hour);
            state.skip_days = feed.skip_days.iter().filter(|day| **day < 7).fold(0, |bits, day| bits | 1 << day);
            moved(read(known, state, &reply, &feed, now), &reply, now)
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
    state.fresh_until = reply.fresh_for.map(|fresh| now.after(fresh.min(LONGEST_FRESHNESS)));
    let unsaid = match reply.status {
        429 => Some(now.after(TOO_MANY)),
        503 => Some(now.after(OVERLOADED)),
        _ => None,
    };
    state.not_before = reply.not_before.or(unsaid).map(|earliest| earliest.min(now.after(LONGEST_PAUSE)));
    state.silent_host = unsaid.map(|_| host_and_port(&reply.url));
}

fn succeeded(state: &mut FeedState, reply: &Reply, now: Timestamp) {
    // A 304 may bring newer validators and need not repeat the old ones (RFC 9111, 4.3.4).
    if reply.status == 304 {
        state.etag = reply.validators.etag.clone().or(state.etag.take());
        state.last_modified = reply.validators.last_modified.clone().or(state.last_modified.take());
    } else {
        state.etag = reply.validators.etag.clone();
        state.last_modified = reply.validators.last_modified.clone();
        state.unchanged_since = Some(now);
        state.unchanged_days = 0;
        state.offers_additions = reply.offers_additions;
    }
    state.came_from = FeedUrl::from_url(reply.url.clone());
    state.answered = Some(now);
    state.error = None;
    state.failures = 0;
    state.failing_since = None;
    state.gone = false;
    state.proposal = None;
}

/// Servers that answer 304 for ever are found out by asking once for all of it.
fn believe_for_a_while(state: &mut FeedState, asked_before: Option<Timestamp>, now: Timestamp) {
    state.unchanged_days += u32::from(asked_before.is_none_or(|before| day(before) != day(now)));
    // What lies ahead was written by a clock that was wrong.
    let since = state.unchanged_since.filter(|since| *since <= now).unwrap_or(now);
    state.unchanged_since = Some(since);
    let often = state.usual_gap.is_some_and(|gap| gap <= OFTEN);
    let long = now.since(since) >= HARD_TO_BELIEVE && state.unchanged_days >= DAYS_UNTIL_DOUBT;
    state.ask_whole = often && long;
}

/// Counted from the Unix epoch, UTC.
fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(24 * 3600)
}

/// A redirect for good (301, 308 on the whole way) is only noted, and believed when it is seen again on other days.
fn moved(mut decision: Decision, reply: &Reply, now: Timestamp) -> Decision {
    let to = reply.moved_to.clone().filter(|to| *to == reply.url).and_then(FeedUrl::from_url);
    let today = day(now);
    decision.state.moving = to.map(|to| match decision.state.moving.take() {
        Some(before) if before.to == to && before.last_day == today => before,
        Some(before) if before.to == to => Moving { days: before.days.saturating_add(1), last_day: today, to },
        _ => Moving { days: 1, last_day: today, to },
    });
    let believed = decision.state.moving.as_ref().filter(|moving| moving.days >= DAYS_UNTIL_MOVED);
    decision.moves_to = believed.map(|moving| moving.to.clone());
    decision
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
    let mut posts_now: Vec<(PostId, u64)> = arrived.iter().map(|one| (one.new.post.id, one.digest)).collect();
    let blog = if reply.additions {
        // What a part does not hold has not left the feed, and a part says less of the blog than the whole did.
        let told: HashSet<PostId> = posts_now.iter().map(|(id, _)| *id).collect();
        posts_now.extend(known.current.posts.iter().filter(|(id, _)| !told.contains(id)));
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
            additions: false,
            offers_additions: false,
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
        let Answer::Feed(short, empty) = feed("") else { unreachable!() };
        let validators = Validators { etag: Some(b"\"short\"".to_vec()), last_modified: None };
        let (known, status, _) = after(known, Answer::Feed(Reply { validators, ..short }, empty));
        assert_eq!((status, &known.current.posts), (Status::Unchanged, &posts));
        assert_eq!(known.state.etag.as_deref(), Some(&b"W/\"1\""[..]), "a 304 to the short one's would keep it");
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

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;

    fn at(known: &Known, answer: Answer, seconds: i64) -> Decision {
        decide(known, answer, Timestamp(NOW.0 + seconds))
    }

    #[test]
    fn validators_are_renewed_by_a_304_and_kept_where_it_has_none() {
        let (known, ..) = after(unknown(), feed(ONE));
        let with = |etag: Option<&str>| {
            let validators = Validators { etag: etag.map(|etag| etag.as_bytes().to_vec()), last_modified: None };
            Answer::Same(Reply { validators, ..reply(304, "") })
        };
        let (known, ..) = after(known, with(None));
        assert_eq!(known.state.etag.as_deref(), Some(&b"W/\"1\""[..]));
        let (known, ..) = after(known, with(Some("unquoted")));
        assert_eq!(known.state.etag.as_deref(), Some(&b"unquoted"[..]));
        let (known, ..) = after(known, Answer::Refused(reply(500, "")));
        assert_eq!(known.state.etag.as_deref(), Some(&b"unquoted"[..]), "an error page's validators are its own");
    }

    #[test]
    fn after_eight_days_of_304_one_request_asks_for_all() {
        let asked_whole = |usual_gap, days| {
            let unchanged_days = DAYS_UNTIL_DOUBT - 1;
            let usual_gap = Some(usual_gap);
            let state = FeedState {
                unchanged_since: Some(NOW),
                unchanged_days,
                usual_gap,
                asked: Some(NOW),
                ..unknown().state
            };
            at(&Known { state, ..unknown() }, Answer::Same(reply(304, "")), days * DAY).state
        };
        assert!(!asked_whole(OFTEN, 7).ask_whole);
        assert!(!asked_whole(OFTEN + 1, 30).ask_whole, "who posts seldom is silent for longer");
        let state = asked_whole(OFTEN, 8);
        assert!(state.ask_whole && state.etag.is_some(), "and nothing is forgotten");
        // Whatever comes of it, the days begin anew.
        let known = Known { state, ..unknown() };
        for answer in [Answer::Same(reply(304, "")), Answer::Refused(reply(500, "")), feed(ONE)] {
            let state = at(&known, answer, 9 * DAY).state;
            assert_eq!((state.ask_whole, state.unchanged_since), (false, Some(Timestamp(NOW.0 + 9 * DAY))));
        }
        let ahead = FeedState { unchanged_since: Some(Timestamp(NOW.0 + 99 * DAY)), ..FeedState::default() };
        let state = at(&Known { state: ahead, ..unknown() }, Answer::Same(reply(304, "")), 0).state;
        assert_eq!(state.unchanged_since, Some(NOW), "no wrong clock puts it off");
    }

    #[test]
    fn a_move_is_believed_when_it_was_seen_on_three_days() {
        let to = |place: &str| {
            let url = Url::parse(place).unwrap();
            Reply { url: url.clone(), moved_to: Some(url), ..reply(304, "") }
        };
        let (a, b) = (|| to("https://example.net/a"), || to("https://example.net/b"));
        // What is seen, hours after the first time; whether the feed moves then.
        for (story, moves) in [
            (vec![(0, a()), (1, a()), (2, a()), (3, a())], false),
            (vec![(0, a()), (24, a()), (48, a())], true),
            (vec![(0, a()), (24, a()), (48, b())], false),
            (vec![(0, a()), (24, reply(304, "")), (48, a()), (72, a())], false),
            (vec![(0, a()), (24, a()), (25, a()), (26, a())], false),
            (vec![(0, a()), (24, a()), (240, a())], true),
        ] {
            let (mut known, mut last) = (unknown(), None);
            for (hours, reply) in story {
                let decision = at(&known, Answer::Same(reply), hours * HOUR);
                (known.state, last) = (decision.state, decision.moves_to);
            }
            assert_eq!(last.is_some(), moves);
        }
        // A 302 on the way: `moved_to` reaches only as far as the permanent part.
        let halfway = Reply { url: Url::parse("https://cdn.example/x").unwrap(), ..a() };
        assert_eq!(at(&unknown(), Answer::Same(halfway), 0).state.moving, None);
    }

    #[test]
    fn a_page_in_place_of_the_feed_proposes_the_feed_that_it_declares() {
        let (known, ..) = after(unknown(), feed(ONE));
        let urls = ["https://example.org/feed", "https://example.org/new.xml"].map(|url| Url::parse(url).unwrap());
        let decision = at(&known, Answer::Page(reply(200, "<html>"), urls.to_vec()), 0);
        let error = decision.error.unwrap();
        assert_eq!(decision.state.proposal.as_ref().map(FeedUrl::as_str), Some("https://example.org/new.xml"));
        assert!(error.as_str().ends_with("`penpal follow https://example.org/new.xml`"), "{error}");
        let known = Known { state: decision.state, ..known };
        assert_eq!(at(&known, feed(ONE), 0).state.proposal, None);
    }

    #[test]
    fn additions_alone_take_nothing_away() {
        let (known, ..) = after(unknown(), feed(ONE));
        let part = |items: &str| {
            let Answer::Feed(whole, feed) = feed(items) else { unreachable!() };
            Answer::Feed(Reply { status: 226, additions: true, ..whole }, feed)
        };
        let decision = at(&known, part(TWO), 0);
        assert_eq!((decision.status, decision.new_posts), (Status::Changed, 1));
        assert_eq!(decision.content.map(|content| content.current.posts.len()), Some(2));
        let nothing = at(&known, part(""), 0);
        assert_eq!((nothing.status, nothing.state.error), (Status::Unchanged, None));
    }

    #[test]
    fn a_failure_becomes_an_illness_when_it_lasts() {
        let (mut known, ..) = after(unknown(), feed(ONE));
        for (hours, ill) in [(0, false), (47, false), (48, true), (50, true)] {
            known.state = at(&known, Answer::Refused(reply(404, "")), hours * HOUR).state;
            assert_eq!(known.state.is_ill(), ill, "{hours} h");
        }
        assert!(!after(known, feed(ONE)).0.state.is_ill());
    }

    #[test]
    fn who_is_asked_too_often_is_left_alone_also_without_retry_after() {
        for (status, pause) in [(429, Some(TOO_MANY)), (503, Some(OVERLOADED)), (500, None), (404, None)] {
            let state = at(&unknown(), Answer::Refused(reply(status, "")), 0).state;
            assert_eq!(state.not_before, pause.map(|pause| NOW.after(pause)), "{status}");
            assert_eq!(state.silent_host.is_some(), pause.is_some());
        }
    }

    #[test]
    fn what_has_ended_stays_so_until_the_feed_is_back() {
        let (known, ..) = after(unknown(), Answer::Refused(reply(410, "")));
        let (known, status, _) = after(known, Answer::Refused(reply(404, "")));
        assert_eq!((status, known.state.gone), (Status::Failed, true));
        assert!(!after(known, feed(ONE)).0.state.gone);
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
