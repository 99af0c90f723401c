//! How many more requests may be answered, for whoever asks without having been sent.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A name that does not resolve or a refused connection costs nothing but is tried at most so many times the budget.
const TRIES_A_REQUEST: usize = 5;
/// What a look at a site that was begun may still ask before it ends: answers, and names that nobody answers at.
const ANSWERS_A_LOOK: usize = 3;
const TRIES_A_LOOK: usize = 2;

/// Shared by all requests of a run; each redirect is a request of its own.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    answered: AtomicUsize,
    unanswered: AtomicUsize,
}

impl Budget {
    pub fn new(limit: usize) -> Self {
        Self { limit, answered: AtomicUsize::new(0), unanswered: AtomicUsize::new(0) }
    }

    /// Sets one request aside before it is sent. `false` if none is left.
    pub(super) fn take(&self) -> bool {
        let left = |taken: usize| (taken < self.limit).then_some(taken + 1);
        self.unanswered.load(Ordering::Relaxed) < self.limit.saturating_mul(TRIES_A_REQUEST)
            && self.answered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    /// Nobody answered the request that was set aside.
    pub(super) fn give_back(&self) {
        self.answered.fetch_sub(1, Ordering::Relaxed);
        self.unanswered.fetch_add(1, Ordering::Relaxed);
    }

    /// Requests that were answered, and those under way.
    pub fn spent(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }

    /// Whether one more look may begin beside so many that are under way, without taking from them what they need to end.
    pub fn allows(&self, under_way: usize) -> bool {
        let asked = self.spent() + under_way * ANSWERS_A_LOOK;
        let tried = self.unanswered.load(Ordering::Relaxed) + under_way * TRIES_A_LOOK;
        self.spent() < self.limit
            && (under_way == 0 || asked < self.limit)
            && tried < self.limit.saturating_mul(TRIES_A_REQUEST)
    }
}
