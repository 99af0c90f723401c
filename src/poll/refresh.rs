//! The run itself: one task a host, so that a slow host holds up nobody else, and each host is asked one thing at a time.
//! Runs may go on side by side: who wants what another one is asking waits for that alone.

use std::{
    pin::pin,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::SemaphorePermit;
use url::Url;

use super::{
    Settings,
    decide::{Answer, Decision, Known, digest},
    lists,
    news::{Progress, Report, Status, Summary, Which},
    source::decide_source,
    together::{Asking, Claim, Together},
    wanted::{Wanted, Wish},
};
use crate::{
    feed::{FeedError, Texts},
    journal::Act,
    model::{Blog, BlogId, FeedUrl, Plain, Timestamp, address::host_and_port},
    store::{Answered, Batch, Current, FeedState, Store, StoreError, Writer, write::WriteError},
    web::{
        Ask, Reply, Validators, Web, WebError,
        find::{declared_feeds, page_of, read_as},
    },
};

/// Unchanged feeds are stored together, in groups of this many, or what there is every so often: that much is asked
/// again after a process was killed.
const STATES_A_BATCH: usize = 1024;
const STORE_EVERY: Duration = Duration::from_secs(5);

/// Whoever has not answered by then does not hold up others: it loses its place among those whose whole bodies may come.
const SLOW: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub struct Poller {
    pub store: Store,
    pub writer: Writer,
    pub web: Web,
    pub settings: Settings,
    /// What other runs are doing.
    pub together: Together,
}

impl Poller {
    /// Asks what is wanted. When it returns, the posts that came are durable. `clock` says what time it is.
    pub async fn refresh(
        &self,
        which: &Which,
        clock: fn() -> Timestamp,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Summary, WriteError> {
        // What another run has heard counts.
        self.together.store(&self.writer).await?;
        let Wanted { mut hosts, mended, gone, mut summary } = self.wanted(which, clock())?;
        if !mended.is_empty() {
            self.writer.apply(Batch::States(mended)).await?;
        }
        progress(Progress::Begun { feeds: summary.asked });
        gone.into_iter().for_each(|report| progress(Progress::Done(report)));
        let run = Run { together: &self.together, writer: &self.writer, clock };
        let sums = Mutex::new(&mut summary);
        let told = |news: Progress| {
            if let Progress::Done(report) = &news {
                let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
                sums.failed += usize::from(matches!(report.status, Status::Failed | Status::Gone));
                sums.new_posts += report.new_posts;
            }
            progress(news);
        };
        // Hosts with many feeds take longest, so they begin first.
        hosts.sort_by_key(|feeds| std::cmp::Reverse(feeds.len()));
        let runs = hosts.into_iter().map(|feeds| self.poll_host(feeds, &run, &told));
        let mut runs = stream::iter(runs).buffer_unordered(self.settings.at_once.max(1));
        let (mut first_error, mut spared) = (Ok(()), 0);
        let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + STORE_EVERY, STORE_EVERY);
        loop {
            let done = tokio::select! {
                done = runs.next() => done,
                _ = tick.tick() => Some(self.together.store(&self.writer).await.map(|()| 0)),
            };
            match done {
                None => break,
                Some(Ok(more)) => spared += more,
                Some(Err(error)) if first_error.is_ok() => first_error = Err(error),
                Some(Err(_)) => {}
            }
        }
        drop(runs);
        summary.asked -= spared;
        summary.not_due += spared;
        self.together.store(&self.writer).await?;
        first_error?;
        let store = self.store.clone();
        let synced = tokio::task::spawn_blocking(move || store.sync()).await;
        synced.map_err(|error| StoreError::Damaged(error.to_string()))??;
        Ok(summary)
    }

    /// How many feeds were spared: the host asked to be left alone, or is not there, or another run has asked them
    /// meanwhile.
    async fn poll_host(
        &self,
        feeds: Vec<Wish>,
        run: &Run<'_>,
        told: &(impl Fn(Progress) + Sync),
    ) -> Result<usize, WriteError> {
        let (mut spared, mut unanswered) = (0, 0);
        let alone = feeds.len() == 1;
        for wish in feeds {
            // Whoever is not there for two of their feeds is not there for the others: these stay due.
            if unanswered >= DEAD {
                spared += 1;
                self.tell_of(wish.blog, told, |feed| Progress::Spared { feed, was_begun: false })?;
                continue;
            }
            let Some(claim) = self.claim(wish.blog, told).await? else { continue };
            if self.together.is_gathered(wish.blog) {
                self.together.store(&self.writer).await?;
            }
            // What was known before it was ours to ask may have been overtaken.
            let Some(known) = self.known_but_posts(wish.blog)? else { continue };
            let feed = known.blog.feed_url.clone();
            let silent = self.besides(&feed, &known.state, (run.clock)()).silent_until.is_some();
            if silent || known.state.asked != wish.asked {
                spared += 1;
                told(Progress::Spared { feed, was_begun: false });
                continue;
            }
            told(Progress::Asking(feed.clone()));
            match self.poll(known, alone, claim, run).await? {
                Some((report, was_answered)) => {
                    unanswered = if was_answered { 0 } else { unanswered + 1 };
                    told(Progress::Done(report));
                }
                None => {
                    spared += 1;
                    told(Progress::Spared { feed, was_begun: true });
                }
            }
        }
        Ok(spared)
    }

    /// The right to ask a feed; `None` if somebody else was asking it, and what came of that was told.
    async fn claim(&self, blog: BlogId, told: &(impl Fn(Progress) + Sync)) -> Result<Option<Asking>, StoreError> {
        loop {
            let awaited = match self.together.claim(blog) {
                Claim::Ours(claim) => return Ok(Some(claim)),
                Claim::Theirs(awaited) => awaited,
            };
            self.tell_of(blog, told, Progress::Asking)?;
            if let Some(report) = awaited.report().await {
                told(Progress::Done(report));
                return Ok(None);
            }
            // They were stopped, or had a reason not to ask, which may be ours too.
            self.tell_of(blog, told, Progress::GivenUp)?;
        }
    }

    fn tell_of(
        &self,
        blog: BlogId,
        told: &(impl Fn(Progress) + Sync),
        news: impl Fn(FeedUrl) -> Progress,
    ) -> Result<(), StoreError> {
        if let Some(blog) = self.store.blog(blog)? {
            told(news(blog.feed_url));
        }
        Ok(())
    }

    /// Asks one feed and stores what came of it. What to tell, and whether anybody answered; `None` if its host wants to
    /// be left alone, so that it was not asked.
    async fn poll(
        &self,
        mut known: Known,
        alone: bool,
        claim: Asking,
        run: &Run<'_>,
    ) -> Result<Option<(Report, bool)>, WriteError> {
        let id = known.blog.id;
        let begun = Instant::now();
        let (answer, bytes, _in_hand) = self.ask_in_hand(&known, alone, (run.clock)()).await;
        if self.is_unasked(&known, &answer) {
            return Ok(None);
        }
        let now = (run.clock)();
        let was_answered = !is_unanswered(&answer);
        if matches!(answer, Answer::Feed(..)) {
            known.current = self.store.current(id)?;
        }
        let list = lists::read(&known, &answer);
        let mut decision = decide_source(&known, answer, now);
        let ms = begun.elapsed().as_millis() as u64;
        decision.state.remember(Answered {
            at: now,
            http: decision.state.http,
            bytes: bytes as u64,
            ms,
            error: decision.error.clone(),
        });
        match &decision.error {
            Some(error) => tracing::info!(feed = %known.blog.feed_url, %error, "could not be had"),
            None => tracing::debug!(feed = %known.blog.feed_url, status = ?decision.status, "polled"),
        }
        let mut report = Report {
            feed_url: known.blog.feed_url.clone(),
            status: decision.status,
            http: decision.state.http,
            new_posts: decision.new_posts,
            bytes,
            ms,
            error: decision.error.clone(),
            note: None,
        };
        let moves_to = decision.moves_to.take();
        // Before it counts as known what stands on it: whoever is killed in between takes it over the next time.
        if let Some(list) = list {
            report.note = self.take_over(&known, &list, now).await?;
        }
        if let Err(error) = self.store_decision(run, id, decision).await {
            self.note_unstored(id, &known.state, &error, now).await;
            return Err(error);
        }
        if let Some(to) = moves_to {
            self.settle(&known.blog, to, &mut report).await?;
        }
        claim.tell(&report);
        Ok(Some((report, was_answered)))
    }

    /// Whether nothing was sent, since the host was told to another one meanwhile to be left alone. A feed that leads to
    /// such a host was asked.
    fn is_unasked(&self, known: &Known, answer: &Answer) -> bool {
        let Answer::Failed(WebError::Silent { host, .. }) = answer else { return false };
        self.settings.web_address(&known.blog.feed_url).is_some_and(|url| host_and_port(url) == *host)
    }

    /// Follows a blog to its new address, unless that is followed already. The blog keeps its id and so its posts.
    async fn settle(&self, blog: &Blog, to: FeedUrl, report: &mut Report) -> Result<(), WriteError> {
        let from = blog.feed_url.clone();
        let there = self.store.blog_at(&to)?;
        if there != blog.id && self.store.subscription(there)?.is_some() {
            let note = format!("this feed moved for good to {to}, which you follow too: `penpal unfollow {from}`");
            report.note = Some(Plain::line(&note));
            return Ok(());
        }
        tracing::info!(%from, %to, "a feed moved for good");
        self.writer.act(vec![Act::Move { of: blog.id, to: to.clone(), from: from.clone() }]).await?;
        report.note = Some(Plain::line(&format!("this feed moved for good; it was at {from} before")));
        report.status = Status::Moved;
        report.feed_url = to;
        Ok(())
    }

    /// What is known of a blog's feed; `None` if the blog is not known at all.
    pub fn known(&self, id: BlogId) -> Result<Option<Known>, StoreError> {
        let Some(known) = self.known_but_posts(id)? else { return Ok(None) };
        Ok(Some(Known { current: self.store.current(id)?, ..known }))
    }

    /// The same without the posts that the feed held, of which most answers say that nothing changed.
    fn known_but_posts(&self, id: BlogId) -> Result<Option<Known>, StoreError> {
        let Some(blog) = self.store.blog(id)? else { return Ok(None) };
        let (form, trust) = lists::form_and_trust(self.store.subscription(id)?.as_ref());
        let (state, current) = (self.store.feed(id)?, Current::default());
        let filter = self.settings.filter_of(&blog.feed_url);
        Ok(Some(Known { blog, state, current, form, trust, filter }))
    }

    /// Asks a feed; its answer, and the bytes of it.
    pub async fn ask(&self, known: &Known, now: Timestamp) -> (Answer, usize) {
        let (answer, bytes, _) = self.ask_in_hand(known, false, now).await;
        (answer, bytes)
    }

    /// The answer, its bytes, and the right to have it in hand until it is stored. `alone` is a feed that is the only one
    /// of its host.
    async fn ask_in_hand(
        &self,
        known: &Known,
        alone: bool,
        now: Timestamp,
    ) -> (Answer, usize, Option<SemaphorePermit<'_>>) {
        let feed_url = &known.blog.feed_url;
        if feed_url.source().is_some() {
            // On the heap, as few feeds are programs: every feed that is asked would have room for it.
            let (answer, bytes) = Box::pin(self.ask_source(known, now)).await;
            return (answer, bytes, None);
        }
        // Who was asked before most often answers that nothing is new.
        let may_be_large = known.state.etag.is_none() && known.state.last_modified.is_none();
        let mut room = if may_be_large { self.together.room().acquire().await.ok() } else { None };
        let mut getting = pin!(self.fetch(feed_url.url(), known, alone, now));
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
                let in_hand = if bytes == 0 { None } else { self.together.in_hand().acquire().await.ok() };
                drop(room);
                (self.understand(reply, known).await, bytes, in_hand)
            }
            Err(error) => (Answer::Failed(error), 0, None),
        }
    }

    pub(super) async fn fetch(&self, url: &Url, known: &Known, alone: bool, now: Timestamp) -> Result<Reply, WebError> {
        let state = &known.state;
        let validators = match known.ask_whole() {
            true => Validators::default(),
            false => Validators { etag: state.etag.clone(), last_modified: state.last_modified.clone() },
        };
        let ask = Ask {
            validators,
            validators_of: state.came_from.as_ref().map(FeedUrl::url),
            additions: state.offers_additions,
            alone,
            ..Ask::feed(url, known.trust)
        };
        self.web.get(ask, now).await
    }

    /// Reads an answer on a thread for such work. It is compared with the digest of the last body.
    pub async fn understand(&self, reply: Reply, known: &Known) -> Answer {
        let (before, form) = (known.state.body, known.form);
        if reply.status == 304 {
            return Answer::Same(reply);
        }
        // A part (206) is not the whole, and 226 only what was asked for.
        let whole = reply.is_ok() && !matches!(reply.status, 206 | 226);
        if !whole && !reply.additions {
            return Answer::Refused(reply);
        }
        // Closing the semaphore is never done, so a permit always comes.
        let _permit = self.together.parsers().acquire().await;
        let reading = tokio::task::spawn_blocking(move || {
            if before.is_some_and(|before| before == digest(&reply.body)) {
                return Answer::Same(reply);
            }
            match read_as(form, &reply, Texts::Body) {
                Ok(feed) => Answer::Feed(reply, Box::new(feed)),
                Err(error) => match page_of(&reply).filter(|_| !matches!(error, FeedError::Empty)) {
                    Some(page) => {
                        let feeds = declared_feeds(&reply, &page);
                        Answer::Page(reply, feeds)
                    }
                    None => Answer::NotAFeed(reply, error),
                },
            }
        });
        reading.await.unwrap_or_else(|_| {
            let why = "reading it failed in a way that should not happen; please report this feed".to_owned();
            Answer::Failed(WebError::Broken { host: String::new(), why })
        })
    }

    /// Notes that a feed was asked although what it said could not be stored, so that it is not asked again at once.
    async fn note_unstored(&self, id: BlogId, before: &FeedState, error: &WriteError, now: Timestamp) {
        let state = FeedState {
            asked: Some(now),
            failures: before.failures.saturating_add(1),
            failing_since: before.failing_since.or(Some(now)),
            error: Some(Plain::line(&error.to_string())),
            ..before.clone()
        };
        // Where nothing at all can be stored, whoever polls in the background rests instead.
        let _ = self.writer.apply(Batch::States(vec![(id, state)])).await;
    }

    async fn store_decision(&self, run: &Run<'_>, id: BlogId, decision: Decision) -> Result<(), WriteError> {
        let Some(content) = decision.content else { return self.keep_state(id, decision.state).await };
        self.writer.apply(content.batch(decision.state, (run.clock)())).await
    }

    async fn keep_state(&self, id: BlogId, state: FeedState) -> Result<(), WriteError> {
        if self.together.gather(id, state) < STATES_A_BATCH { Ok(()) } else { self.together.store(&self.writer).await }
    }
}

/// So many feeds of one host that got no answer in a row, and the host is not there.
const DEAD: usize = 2;

fn is_unanswered(answer: &Answer) -> bool {
    matches!(answer, Answer::Failed(WebError::Unreachable { .. } | WebError::TimedOut { .. }))
}

/// What the hosts of a run share.
struct Run<'a> {
    together: &'a Together,
    writer: &'a Writer,
    clock: fn() -> Timestamp,
}

impl Drop for Run<'_> {
    /// A run that is stopped keeps what it has heard, so that nobody is asked twice for it.
    fn drop(&mut self) {
        self.together.store_soon(self.writer);
    }
}
