//! What comes next, for whoever polls in the background: those that are due, the longest waiting first, and when there
//! will be more.

use super::{
    Poller,
    due::{Urgency, may_ask, next_poll},
};
use crate::{
    model::{BlogId, Timestamp},
    store::StoreError,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Followed feeds whose time has come, the longest waiting first.
    pub due: Vec<BlogId>,
    /// When the first of the others is due; `None` if there are none, or none is ever asked again by itself.
    pub next: Option<Timestamp>,
}

impl Poller {
    pub fn schedule(&self, now: Timestamp) -> Result<Schedule, StoreError> {
        let mut due = Vec::new();
        let mut next = None;
        for subscription in self.store.subscriptions()? {
            let state = self.store.feed(subscription.blog)?;
            let at = next_poll(&state);
            if may_ask(&state, Urgency::Due, now) {
                due.push((at, subscription.blog));
            } else if !state.gone {
                next = [next, at].into_iter().flatten().min();
            }
        }
        // Those that were never asked come first.
        due.sort();
        Ok(Schedule { due: due.into_iter().map(|(_, blog)| blog).collect(), next })
    }
}
