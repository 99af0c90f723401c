//! The one writer. Everything that changes goes through its thread, in atomic batches; what the user did is fsynced in
//! the journal before the store follows, and acts that wait at the same moment share one fsync.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::mpsc,
    thread::JoinHandle,
};

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::{
    Store, StoreError,
    archive::{self, ArchivedPost},
    changes::{Changes, Tree},
    codec,
    feed_state::FeedState,
    habits::Doing,
    links,
    packing::{self, Packing},
    people::Book,
    records::{Current, NewPost},
    registers::Registers,
    room,
    shelves::{Packer, Shelved, Shelving},
};
use crate::{
    journal::{Act, Deed, History, Journal, JournalError, Part, Positions, Record, wall_clock_ms},
    model::{Blog, BlogId, Matcher, PostId, Timestamp},
};

/// Posts in one batch of sled's.
const LARGEST_PART: usize = 1000;

/// Changes that belong together: all of them are there after a crash, or none.
#[derive(Debug)]
pub enum Batch {
    /// A feed answered with something to read.
    Feed {
        blog: Box<Blog>,
        state: Box<FeedState>,
        posts: Vec<NewPost>,
        /// What the feed holds now; posts that it held before and holds no longer are archived if the blog is followed.
        current: Current,
        now: Timestamp,
    },
    /// Feeds that had nothing to say, all those of a moment together.
    States(Vec<(BlogId, FeedState)>),
    /// Records that other devices or an earlier run journalled.
    Records { records: Vec<Record>, positions: Positions },
    /// Keys and encoded values of discovery; `None` removes.
    Discovery(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    /// What was reckoned of all records of discovery, and more of these; nothing of it if any of them changed since, which
    /// takes the mark away ([`super::forget::RECKONED`]).
    Reckoned { all: Vec<u8>, records: Vec<(Vec<u8>, Option<Vec<u8>>)> },
    /// The text of a post's page, with when the post had been edited last.
    FullText { post: PostId, edited: Option<Timestamp>, html: String },
    /// Posts out of the archive, after the cache was lost.
    Restore(Vec<ArchivedPost>),
}

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("posts that left their feeds cannot be archived: {0}")]
    Archive(#[from] archive::ArchiveError),
}

enum Request {
    Apply(Batch, oneshot::Sender<Result<(), WriteError>>),
    Act(Vec<Act>, oneshot::Sender<Result<(), WriteError>>),
    TakeBack(TakeBack, Option<u64>, oneshot::Sender<Result<Option<Taken>, WriteError>>),
    History(usize, oneshot::Sender<Result<History, WriteError>>),
}

/// Which way through what the user did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TakeBack {
    Undo,
    Redo,
}

/// What was undone or redone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// As it was done first.
    pub deed: Deed,
    /// What was done now: the same, or what brings back how it was before.
    pub acts: Vec<Act>,
}

/// The door to the writer's thread. Cheap to clone; the thread ends when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Writer {
    requests: mpsc::Sender<Request>,
}

impl Writer {
    /// Starts the thread. Join the handle after dropping the last `Writer`, so that everything is written.
    pub fn start(store: Store, journal: Journal, archive: PathBuf) -> Result<(Self, JoinHandle<()>), StoreError> {
        let (requests, incoming) = mpsc::channel();
        let packing = Packing::start(store.trees.packs.clone(), packing::accounts(&store.trees.meta)?)?;
        let matchers = store.matchers()?;
        let mut worker = Worker { store, journal, archive, packing, packer: Packer::new()?, matchers };
        worker.shelve_older()?;
        worker.count_habits()?;
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || worker.run(&incoming));
        let thread = thread.map_err(|source| StoreError::Io { path: PathBuf::new(), source })?;
        Ok((Self { requests }, thread))
    }

    /// Applies a batch. When it returns, readers see it; it survives a killed process, and a lost machine after
    /// [`Store::sync`].
    pub async fn apply(&self, batch: Batch) -> Result<(), WriteError> {
        let (reply, done) = oneshot::channel();
        self.requests.send(Request::Apply(batch, reply)).map_err(|_| StoreError::WriterGone)?;
        done.await.map_err(|_| StoreError::WriterGone)?
    }

    /// Applies a batch some time soon, for whoever is stopped and cannot wait.
    pub fn apply_soon(&self, batch: Batch) {
        // Nobody is left to hear that the writer has stopped.
        let _ = self.requests.send(Request::Apply(batch, oneshot::channel().0));
    }

    /// Writes down what the user did. When it returns, it is durable and readers see it.
    pub async fn act(&self, acts: Vec<Act>) -> Result<(), WriteError> {
        if acts.is_empty() {
            return Ok(());
        }
        let (reply, done) = oneshot::channel();
        self.requests.send(Request::Act(acts, reply)).map_err(|_| StoreError::WriterGone)?;
        done.await.map_err(|_| StoreError::WriterGone)?
    }

    /// Takes back what the user did last, or does again what was taken back last; durable when it returns. `None` where
    /// there is nothing, and where the next is not the deed that was asked for, if one was. A deed that is undone, or
    /// redone, already is not a second time.
    pub async fn take_back(&self, which: TakeBack, of: Option<u64>) -> Result<Option<Taken>, WriteError> {
        let (reply, done) = oneshot::channel();
        self.requests.send(Request::TakeBack(which, of, reply)).map_err(|_| StoreError::WriterGone)?;
        done.await.map_err(|_| StoreError::WriterGone)?
    }

    /// What the user can undo and redo; `limit` deeds of each kind at most.
    pub async fn history(&self, limit: usize) -> Result<History, WriteError> {
        let (reply, done) = oneshot::channel();
        self.requests.send(Request::History(limit, reply)).map_err(|_| StoreError::WriterGone)?;
        done.await.map_err(|_| StoreError::WriterGone)?
    }

    /// [`Writer::apply`] for a thread that may block; it panics within a runtime.
    pub fn apply_blocking(&self, batch: Batch) -> Result<(), WriteError> {
        let (reply, done) = oneshot::channel();
        self.requests.send(Request::Apply(batch, reply)).map_err(|_| StoreError::WriterGone)?;
        done.blocking_recv().map_err(|_| StoreError::WriterGone)?
    }
}

pub(super) struct Worker {
    pub(super) store: Store,
    pub(super) journal: Journal,
    pub(super) archive: PathBuf,
    pub(super) packing: Packing,
    pub(super) packer: Packer,
    /// What hides posts that come in.
    pub(super) matchers: Vec<Matcher>,
}

impl Worker {
    fn run(&mut self, incoming: &mpsc::Receiver<Request>) {
        while let Ok(first) = incoming.recv() {
            let mut acts = Vec::new();
            let mut waiting = Vec::new();
            for request in std::iter::once(first).chain(incoming.try_iter()) {
                match request {
                    Request::Act(more, reply) => {
                        acts.push((more, Part::Whole));
                        waiting.push(reply);
                    }
                    Request::TakeBack(which, of, reply) => {
                        self.commit_acts(&mut acts, &mut waiting);
                        let _ = reply.send(self.take_back(which, of));
                    }
                    Request::History(limit, reply) => {
                        self.commit_acts(&mut acts, &mut waiting);
                        let _ = reply.send(self.journal.history(limit).map_err(Into::into));
                    }
                    Request::Apply(batch, reply) => {
                        self.commit_acts(&mut acts, &mut waiting);
                        // Whoever asked may have gone; what was asked is done all the same.
                        let _ = reply.send(self.apply(batch));
                    }
                }
            }
            self.commit_acts(&mut acts, &mut waiting);
        }
    }

    /// Keeps what was done: in the journal, and then in the registers.
    fn keep(&mut self, deeds: Vec<(Vec<Act>, Part)>) -> Result<(), WriteError> {
        self.check_room()?;
        let records = self.journal.append_deeds(deeds, wall_clock_ms())?;
        let mut positions = self.store.positions()?;
        positions.extend([self.journal.position()]);
        self.apply(Batch::Records { records, positions })
    }

    fn take_back(&mut self, which: TakeBack, of: Option<u64>) -> Result<Option<Taken>, WriteError> {
        let History { undo, redo } = self.journal.history(1)?;
        let (next, other) = match which {
            TakeBack::Undo => (undo, redo),
            TakeBack::Redo => (redo, undo),
        };
        let is_it = |deed: &Deed| of.is_none_or(|n| deed.n == n);
        let (deed, is_done) = match (next.into_iter().find(is_it), other.into_iter().find(is_it)) {
            (Some(deed), _) => (deed, false),
            (None, Some(deed)) if of.is_some() => (deed, true),
            _ => return Ok(None),
        };
        let (acts, part) = match which {
            // What is in the history to be undone has an inverse.
            TakeBack::Undo => (deed.inverse().unwrap_or_default(), Part::Undoes(deed.n)),
            TakeBack::Redo => (deed.acts.clone(), Part::Redoes(deed.n)),
        };
        if !is_done {
            self.keep(vec![(acts.clone(), part)])?;
        }
        Ok(Some(Taken { deed, acts }))
    }

    fn commit_acts(
        &mut self,
        acts: &mut Vec<(Vec<Act>, Part)>,
        waiting: &mut Vec<oneshot::Sender<Result<(), WriteError>>>,
    ) {
        if waiting.is_empty() {
            return;
        }
        let mut outcome = self.keep(std::mem::take(acts));
        for reply in waiting.drain(..) {
            let told = match &mut outcome {
                Ok(()) => Ok(()),
                // The error itself goes to the first who waits; the others hear that the group failed with it.
                failed => std::mem::replace(failed, Err(StoreError::WriterGone.into())),
            };
            let _ = reply.send(told);
        }
    }

    fn apply(&mut self, batch: Batch) -> Result<(), WriteError> {
        let outcome = self.carry_out(batch);
        if outcome.is_err() {
            // What was packed for it does not count.
            self.packing.accounts = packing::accounts(&self.store.trees.meta)?;
        }
        outcome
    }

    fn check_room(&self) -> Result<(), StoreError> {
        room::check(&self.store.trees.file, room::TO_WRITE)
    }

    fn carry_out(&mut self, batch: Batch) -> Result<(), WriteError> {
        self.check_room()?;
        let mut changes = Changes::default();
        match batch {
            Batch::Feed { blog, state, posts, current, now } => {
                self.archive_leavers(&blog, &current, now)?;
                let mut posts = posts;
                // One batch of a feed with tens of thousands of posts would take much memory. What comes before
                // the last part is only posts; that the feed was read is said with the last.
                while posts.len() > LARGEST_PART {
                    let rest = posts.split_off(LARGEST_PART);
                    let mut part = Changes::default();
                    self.take_in(&blog, std::mem::replace(&mut posts, rest), &mut part)?;
                    part.commit(&self.store)?;
                }
                self.take_in(&blog, posts, &mut changes)?;
                changes.put(Tree::Feeds, blog.id, state.encode()?);
                changes.put(Tree::Current, blog.id, codec::encode(&current)?);
                changes.put(Tree::Blogs, blog.id, codec::encode(&*blog)?);
            }
            Batch::States(states) => {
                for (blog, state) in states {
                    changes.put(Tree::Feeds, blog, state.encode()?);
                }
            }
            Batch::Records { records, mut positions } => {
                let mut forgotten = self.store.forgotten()?;
                let mut wishes = 0;
                for record in &records {
                    if let Some(Act::Forget(forget)) = &record.act {
                        forgotten.add(record.stamp, forget);
                        wishes += 1;
                    }
                }
                if wishes > 0 {
                    self.forget(&forgotten, &mut changes)?;
                    positions.extend([self.journal.position()]);
                }
                let mut registers = Registers {
                    store: &self.store,
                    changes: &mut changes,
                    forgotten: &forgotten,
                    marks: BTreeMap::new(),
                    follows: BTreeMap::new(),
                    moves: Vec::new(),
                    labels: BTreeMap::new(),
                    mutes: BTreeMap::new(),
                    book: Book::default(),
                    doing: Doing::default(),
                };
                for record in records {
                    registers.set(record)?;
                }
                registers.finish()?;
                changes.put(Tree::Meta, "positions", codec::encode(&positions)?);
            }
            Batch::Reckoned { .. } if !self.store.is_reckoned()? => return Ok(()),
            Batch::Reckoned { all, records } => {
                self.store.keep_reckoned(&all)?;
                changes.list.extend(records.into_iter().map(|(key, value)| (Tree::Discovery, key, value)));
            }
            Batch::Discovery(records) => {
                for (key, value) in records {
                    changes.list.push((Tree::Discovery, key, value));
                }
            }
            Batch::FullText { post, edited, html } => {
                let value = codec::encode(&(edited, codec::compress(&html)?))?;
                changes.put(Tree::FullTexts, post, value);
            }
            Batch::Restore(posts) => self.restore(posts)?,
        }
        let rules_changed = changes.list.iter().any(|(tree, ..)| *tree == Tree::Mutes);
        changes.commit(&self.store)?;
        if rules_changed {
            self.matchers = self.store.matchers()?;
        }
        self.count_habits()?;
        self.tidy()?;
        Ok(())
    }

    /// Each run of posts of one blog by itself: the archive may be larger than the memory for one batch.
    fn restore(&mut self, posts: Vec<ArchivedPost>) -> Result<(), WriteError> {
        let mut posts = posts.into_iter().peekable();
        while let Some(first) = posts.next() {
            let blog = first.blog.clone();
            let mut run = vec![first];
            while run.len() < LARGEST_PART
                && let Some(next) = posts.next_if(|next| next.blog.id == blog.id)
            {
                run.push(next);
            }
            let mut missing = Vec::new();
            let mut seen = HashSet::new();
            let shelving = Shelving::of(&self.store, blog.id)?;
            for ArchivedPost { post, html, links, .. } in run {
                if seen.insert(post.id) && !shelving.holds(post.id) {
                    missing.push(NewPost { post, html: Some(html), beside: links::beside(links) });
                }
            }
            let mut changes = Changes::default();
            self.take_in(&blog, missing, &mut changes)?;
            changes.commit(&self.store)?;
        }
        Ok(())
    }

    /// What has left its feed cannot be fetched again. It is archived before the store forgets that it was there.
    fn archive_leavers(&self, blog: &Blog, current: &Current, now: Timestamp) -> Result<(), WriteError> {
        if self.store.subscription(blog.id)?.is_none() {
            return Ok(());
        }
        let here: HashSet<PostId> = current.posts.iter().map(|(id, _)| *id).collect();
        let before = self.store.current(blog.id)?.posts;
        let gone: HashSet<PostId> = before.into_iter().map(|(id, _)| id).filter(|id| !here.contains(id)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let rows = self.store.rows_of(blog.id)?.into_iter().filter(|row| gone.contains(&row.id)).collect();
        let mut left = Vec::new();
        for found in self.store.each_of(blog.id, rows) {
            let Shelved { post, place } = found?;
            let html = place.map(|place| self.store.trees.packs.read(place)).transpose()?.flatten().unwrap_or_default();
            let links = self.store.links_in(post.id, &html)?;
            left.push(ArchivedPost { blog: blog.clone(), post, html, links });
        }
        Ok(archive::append(&self.archive, &left, now)?)
    }
}

impl Store {
    /// Where the archive of a data folder lies.
    pub fn archive_folder(data: &Path) -> PathBuf {
        data.join("archive")
    }
}
