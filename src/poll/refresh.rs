//! The run itself: one task a host, so that a slow host holds up nobody else, and each host is asked one thing at a time.

use std::{
    collections::{BTreeMap, HashSet},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    Settings,
    decide::{Answer, Content, Decision, Known, decide, digest},
    due::{Urgency, may_ask},
};
use crate::{
    feed::{self, Hints},
    model::{BlogId, FeedUrl, Plain, Timestamp, address::host_and_port},
    store::{Batch, FeedState, Store, StoreError, Writer, write::WriteError},
    web::{Ask, Reply, Trust, Validators, Web},
};

/// A pause that one feed was told holds for the other feeds of its host no longer than this.
const LONGEST_SILENCE: Duration = Duration::from_secs(24 * 3600);
/// Unchanged feeds are stored together, in groups of this many or when all are done.
const STATES_A_BATCH: usize = 512;

/// Whole bodies that may be on their way or wait to be read; most have 100 kB.
const MOST_WHOLE: usize = 96;
/// Whoever has not answered by then does not hold up others: it loses its place among [`MOST_WHOLE`].
const SLOW: Duration = Duration::from_secs(2);

/// Which feeds are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Which {
    /// Empty for all that are followed.
    pub blogs: Vec<BlogId>,
    pub force: bool,
}

impl Which {
    /// Every followed feed whose time has come.
    pub fn due() -> Self {
        Self { blogs: Vec::new(), force: false }
    }

    fn urgency(&self) -> Urgency {
        match (self.force, self.blogs.is_empty()) {
            (true, _) => Urgency::Forced,
            (false, true) => Urgency::Due,
            (false, false) => Urgency::Named,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// First success.
    New,
    /// Something new or edited.
    Changed,
    Unchanged,
    Moved,
    Gone,
    Failed,
}

/// How it went with one feed: a line of `refresh --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub feed_url: FeedUrl,
    pub status: Status,
    pub http: Option<u16>,
    pub new_posts: usize,
    /// Of the body, after decompression.
    pub bytes: usize,
    pub ms: u64,
    pub error: Option<Plain>,
}

/// News of a run.
#[derive(Clone, Debug)]
pub enum Progress {
    /// So many feeds will be asked.
    Begun {
        feeds: usize,
    },
    Done(Report),
}

/// The sum of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub asked: usize,
    pub failed: usize,
    pub new_posts: usize,
    /// Feeds that are followed but were not asked, since their time has not come.
    pub not_due: usize,
}

#[derive(Clone, Debug)]
pub struct Poller {
    pub store: Store,
    pub writer: Writer,
    pub web: Web,
    pub settings: Settings,
    /// Parsing is work for a processor: as many at once as there are.
    parsers: Arc<Semaphore>,
    /// An answer that was read takes several times the room of its bytes until it is stored. Those that wait for this
    /// wait as bytes.
    in_hand: Arc<Semaphore>,
    /// Feeds without validators that may be asked at once, until their answers are in hand: each brings a whole body.
    room: Arc<Semaphore>,
}

impl Poller {
    pub fn new(store: Store, writer: Writer, web: Web, settings: Settings) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let parsers = Arc::new(Semaphore::new(processors));
        // Those that are read, one that is written and one that waits for that.
        let in_hand = Arc::new(Semaphore::new(processors + 2));
        let room = Arc::new(Semaphore::new(MOST_WHOLE));
        Self { store, writer, web, settings, parsers, in_hand, room }
    }

    /// Asks what is wanted. When it returns, the posts that came are durable. `clock` says what time it is.
    pub async fn refresh(
        &self,
        which: &Which,
        clock: fn() -> Timestamp,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Summary, WriteError> {
        let urgency = which.urgency();
        let mut summary = Summary::default();
        let mut hosts: BTreeMap<String, Vec<BlogId>> = BTreeMap::new();
        let named: HashSet<BlogId> = which.blogs.iter().copied().collect();
        for subscription in self.store.subscriptions()? {
            if !named.is_empty() && !named.contains(&subscription.blog) {
                continue;
            }
            if may_ask(&self.store.feed(subscription.blog)?, urgency, clock()) {
                summary.asked += 1;
                hosts.entry(host_and_port(subscription.feed_url.url())).or_default().push(subscription.blog);
            } else {
                summary.not_due += 1;
            }
        }
        progress(Progress::Begun { feeds: summary.asked });
        let states = Mutex::new(Vec::new());
        let sums = Mutex::new(&mut summary);
        let told = |report: Report| {
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            sums.failed += usize::from(matches!(report.status, Status::Failed | Status::Gone));
            sums.new_posts += report.new_posts;
            drop(sums);
            progress(Progress::Done(report));
        };
        // Hosts with many feeds take longest, so they begin first.
        let mut hosts: Vec<Vec<BlogId>> = hosts.into_values().collect();
        hosts.sort_by_key(|feeds| std::cmp::Reverse(feeds.len()));
        let runs = hosts.into_iter().map(|feeds| self.poll_host(feeds, clock, &states, &told));
        let mut runs = stream::iter(runs).buffer_unordered(self.settings.at_once.max(1));
        let (mut first_error, mut spared) = (Ok(()), 0);
        while let Some(done) = runs.next().await {
            match done {
                Ok(more) => spared += more,
                Err(error) if first_error.is_ok() => first_error = Err(error),
                Err(_) => {}
            }
        }
        drop(runs);
        summary.asked -= spared;
        summary.not_due += spared;
        let rest = states.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.writer.apply(Batch::States(rest)).await?;
        first_error?;
        let store = self.store.clone();
        let synced = tokio::task::spawn_blocking(move || store.sync()).await;
        synced.map_err(|error| StoreError::Damaged(error.to_string()))??;
        Ok(summary)
    }

    /// How many feeds were spared, since the host asked to be left alone.
    async fn poll_host(
        &self,
        feeds: Vec<BlogId>,
        clock: fn() -> Timestamp,
        states: &Mutex<Vec<(BlogId, FeedState)>>,
        told: &(impl Fn(Report) + Sync),
    ) -> Result<usize, WriteError> {
        let (mut silence, mut spared) = (None, 0);
        for id in feeds {
            let Some(mut known) = self.known(id)? else { continue };
            if silence.is_some() {
                // 429 and 503 are meant for the whole host (RFC 6585, 4).
                known.state.not_before = silence;
                spared += 1;
                self.keep_state(states, id, known.state).await?;
                continue;
            }
            let begun = Instant::now();
            let (answer, bytes, _in_hand) = self.ask(&known, clock()).await;
            let decision = decide(&known, answer, clock());
            if matches!(decision.state.http, Some(429 | 503)) {
                // Other people's feeds on a shared host are not made to wait for long.
                silence = decision.state.not_before.map(|until| until.min(clock().after(LONGEST_SILENCE)));
            }
            match &decision.error {
                Some(error) => tracing::info!(feed = %known.blog.feed_url, %error, "could not be had"),
                None => tracing::debug!(feed = %known.blog.feed_url, status = ?decision.status, "polled"),
            }
            let report = Report {
                feed_url: known.blog.feed_url.clone(),
                status: decision.status,
                http: decision.state.http,
                new_posts: decision.new_posts,
                bytes,
                ms: begun.elapsed().as_millis() as u64,
                error: decision.error.clone(),
            };
            self.store_decision(states, id, decision, clock()).await?;
            told(report);
        }
        Ok(spared)
    }

    /// What is known of a blog's feed; `None` if the blog is not known at all.
    pub fn known(&self, id: BlogId) -> Result<Option<Known>, StoreError> {
        let Some(blog) = self.store.blog(id)? else { return Ok(None) };
        Ok(Some(Known { blog, state: self.store.feed(id)?, current: self.store.current(id)? }))
    }

    /// The answer, its bytes, and the right to have it in hand until it is stored.
    async fn ask(&self, known: &Known, now: Timestamp) -> (Answer, usize, Option<SemaphorePermit<'_>>) {
        let validators =
            Validators { etag: known.state.etag.clone(), last_modified: known.state.last_modified.clone() };
        let ask = Ask { validators, ..Ask::feed(known.blog.feed_url.url(), Trust::Named) };
        // Who was asked before most often answers that nothing is new.
        let may_be_large = known.state.etag.is_none() && known.state.last_modified.is_none();
        let mut room = if may_be_large { self.room.acquire().await.ok() } else { None };
        let mut getting = pin!(self.web.get(ask, now));
        let got = match tokio::time::timeout(SLOW, &mut getting).await {
            Ok(got) => got,
            Err(_) => {
                room = None;
                getting.await
            }
        };
        match got {
            Ok(mut reply) => {
                let bytes = reply.body.len();
                // As it came it may take twice its bytes, and it may have to wait.
                reply.body = Bytes::copy_from_slice(&reply.body);
                // Closing the semaphore is never done, so a permit always comes.
                let in_hand = if bytes == 0 { None } else { self.in_hand.acquire().await.ok() };
                drop(room);
                (self.understand(reply, known.state.body).await, bytes, in_hand)
            }
            Err(error) => (Answer::Failed(error), 0, None),
        }
    }

    /// Reads an answer on a thread for such work. `before` is the digest of the last body.
    pub async fn understand(&self, reply: Reply, before: Option<[u8; 16]>) -> Answer {
        if reply.status == 304 {
            return Answer::Same(reply);
        }
        if !reply.is_ok() {
            return Answer::Refused(reply);
        }
        // Closing the semaphore is never done, so a permit always comes.
        let _permit = self.parsers.acquire().await;
        let reading = tokio::task::spawn_blocking(move || {
            if before == Some(digest(&reply.body)) {
                return Answer::Same(reply);
            }
            let hints = Hints { base_url: Some(&reply.url), content_type: reply.content_type.as_deref() };
            match feed::read_bodies(&reply.body, &hints) {
                Ok(feed) => Answer::Feed(reply, Box::new(feed)),
                Err(error) => Answer::NotAFeed(reply, error),
            }
        });
        reading.await.unwrap_or_else(|_| {
            let why = "reading it failed in a way that should not happen; please report this feed".to_owned();
            Answer::Failed(crate::web::WebError::Broken { host: String::new(), why })
        })
    }

    async fn store_decision(
        &self,
        states: &Mutex<Vec<(BlogId, FeedState)>>,
        id: BlogId,
        decision: Decision,
        now: Timestamp,
    ) -> Result<(), WriteError> {
        let Some(content) = decision.content else { return self.keep_state(states, id, decision.state).await };
        let Content { blog, posts, current, arrived } = content;
        // Not kept while waiting for the writer: it holds all texts once more.
        drop(arrived);
        let state = Box::new(decision.state);
        self.writer.apply(Batch::Feed { blog: Box::new(blog), state, posts, current, now }).await
    }

    async fn keep_state(
        &self,
        states: &Mutex<Vec<(BlogId, FeedState)>>,
        id: BlogId,
        state: FeedState,
    ) -> Result<(), WriteError> {
        let full = {
            let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
            states.push((id, state));
            if states.len() >= STATES_A_BATCH { std::mem::take(&mut *states) } else { Vec::new() }
        };
        if full.is_empty() { Ok(()) } else { self.writer.apply(Batch::States(full)).await }
    }
}
