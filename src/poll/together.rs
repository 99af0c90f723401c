//! What all runs of a process share, so that two at once do each other's work and none of it twice: who is being asked,
//! and what is known and not stored yet.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, Semaphore, watch};

use super::Report;
use crate::{
    model::BlogId,
    store::{Batch, FeedState, Writer, write::WriteError},
};

/// Whole bodies that may be on their way or wait to be read; most have 100 kB.
const MOST_WHOLE: usize = 96;

/// Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub struct Together(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Parsing is work for a processor: as many at once as there are.
    parsers: Semaphore,
    /// So do the user's programs.
    programs: Semaphore,
    /// An answer that was read takes several times the room of its bytes until it is stored. Those that wait for this
    /// wait as bytes.
    in_hand: Semaphore,
    /// Feeds without validators that may be asked at once, until their answers are in hand: each brings a whole body.
    room: Semaphore,
    /// Feeds that are being asked, and what will be said of them.
    asked: Mutex<HashMap<BlogId, watch::Receiver<Option<Report>>>>,
    states: Mutex<States>,
    /// Held while states are stored.
    storing: AsyncMutex<()>,
}

/// Of feeds that had nothing to say, until they are stored together.
#[derive(Debug, Default)]
struct States {
    gathered: HashMap<BlogId, FeedState>,
    /// Handed to the writer, and perhaps not stored yet.
    on_their_way: HashSet<BlogId>,
}

/// Who asks a feed.
pub(super) enum Claim {
    Ours(Asking),
    /// Somebody does already.
    Theirs(Awaited),
}

/// The right to ask a feed, which no two have at once.
pub(super) struct Asking {
    together: Together,
    blog: BlogId,
    told: watch::Sender<Option<Report>>,
}

/// What somebody else is about to hear of a feed.
pub(super) struct Awaited(watch::Receiver<Option<Report>>);

impl Default for Together {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Inner {
            parsers: Semaphore::new(processors),
            programs: Semaphore::new(processors),
            // Those that are read, one that is written and one that waits for that.
            in_hand: Semaphore::new(processors + 2),
            room: Semaphore::new(MOST_WHOLE),
            asked: Mutex::default(),
            states: Mutex::default(),
            storing: AsyncMutex::default(),
        }))
    }
}

impl Together {
    pub(super) fn parsers(&self) -> &Semaphore {
        &self.0.parsers
    }

    pub(super) fn programs(&self) -> &Semaphore {
        &self.0.programs
    }

    pub(super) fn in_hand(&self) -> &Semaphore {
        &self.0.in_hand
    }

    pub(super) fn room(&self) -> &Semaphore {
        &self.0.room
    }

    pub(super) fn claim(&self, blog: BlogId) -> Claim {
        // A panic while the lock was held cannot have left the map half changed.
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(awaited) = asked.get(&blog) {
            return Claim::Theirs(Awaited(awaited.clone()));
        }
        let (told, awaited) = watch::channel(None);
        asked.insert(blog, awaited);
        Claim::Ours(Asking { together: self.clone(), blog, told })
    }

    /// Keeps what is known of a feed now, until it is stored. How many wait.
    pub(super) fn gather(&self, blog: BlogId, state: FeedState) -> usize {
        let mut states = self.states();
        states.gathered.insert(blog, state);
        states.gathered.len()
    }

    /// Whether what is stored of a feed may be older than what is known.
    pub(super) fn is_gathered(&self, blog: BlogId) -> bool {
        let states = self.states();
        states.gathered.contains_key(&blog) || states.on_their_way.contains(&blog)
    }

    /// Stores what was gathered. When it returns, what is stored is what was known when it was called.
    pub(super) async fn store(&self, writer: &Writer) -> Result<(), WriteError> {
        let _storing = self.0.storing.lock().await;
        let (states, waiting) = self.take();
        if waiting.is_empty() {
            return Ok(());
        }
        // What was handed in before is stored before.
        let stored = writer.apply(Batch::States(states)).await;
        let mut states = self.states();
        waiting.iter().for_each(|blog| {
            states.on_their_way.remove(blog);
        });
        stored
    }

    /// The same for a run that is stopped and cannot wait, so that nobody is asked twice for what it has heard.
    pub(super) fn store_soon(&self, writer: &Writer) {
        let (states, _) = self.take();
        if !states.is_empty() {
            writer.apply_soon(Batch::States(states));
        }
    }

    /// What is to be handed in now, and all that is not stored then.
    fn take(&self) -> (Vec<(BlogId, FeedState)>, Vec<BlogId>) {
        let mut states = self.states();
        let gathered: Vec<(BlogId, FeedState)> = states.gathered.drain().collect();
        states.on_their_way.extend(gathered.iter().map(|(blog, _)| *blog));
        (gathered, states.on_their_way.iter().copied().collect())
    }

    // A panic while the lock was held cannot have left a list half changed.
    fn states(&self) -> MutexGuard<'_, States> {
        self.0.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    /// Tells whoever waits for it what came of it.
    pub(super) fn tell(self, report: &Report) {
        self.told.send_replace(Some(report.clone()));
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.together.0.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.blog);
    }
}

impl Awaited {
    /// What came of it; `None` if whoever asked gave up, or found no reason to ask.
    pub(super) async fn report(mut self) -> Option<Report> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|told| told.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::FeedUrl, poll::Status};

    #[tokio::test]
    async fn who_comes_second_hears_what_the_first_was_told() {
        let together = Together::default();
        let blog = BlogId([1; 16]);
        let report = Report {
            feed_url: FeedUrl::parse("https://a.example/feed").unwrap(),
            status: Status::Changed,
            http: Some(200),
            new_posts: 3,
            bytes: 1,
            ms: 1,
            error: None,
            note: None,
        };
        let (Claim::Ours(first), Claim::Theirs(second)) = (together.claim(blog), together.claim(blog)) else {
            panic!("two ask at once")
        };
        assert!(matches!(together.claim(BlogId([2; 16])), Claim::Ours(_)), "others are free");
        first.tell(&report);
        assert_eq!(second.report().await, Some(report));
        let (Claim::Ours(first), Claim::Theirs(second)) = (together.claim(blog), together.claim(blog)) else {
            panic!("it was free again")
        };
        drop(first);
        assert_eq!(second.report().await, None, "the first gave up");
        assert!(matches!(together.claim(blog), Claim::Ours(_)));
    }
}
