//! What comes next, for whoever polls in the background: those that are due, the longest waiting first, and when there
//! will be more.

use super::{
    Poller,
    due::{asked_next, mended, next_poll},
};
use crate::{
    model::{BlogId, Timestamp},
    store::StoreError,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Followed feeds that can be asked now, the longest waiting first.
    pub due: Vec<BlogId>,
    /// When the first of the others is due; `None` if there are none, or none is ever asked again by itself.
    pub next: Option<Timestamp>,
}

impl Poller {
    pub fn schedule(&self, now: Timestamp) -> Result<Schedule, StoreError> {
        let mut due = Vec::new();
        let mut next = None;
        for subscription in self.store.subscriptions()? {
            let blog = subscription.blog;
            let state = self.store.feed(blog)?;
            // Whoever polls puts that right, which is all that comes of asking for it now.
            if mended(&state, now).is_some() {
                due.push((None, blog));
                continue;
            }
            match asked_next(blog, &state, &self.besides(&subscription.feed_url, &state, now), now) {
                None => {}
                Some(at) if at.is_at(now) => due.push((next_poll(blog, &state), blog)),
                Some(later) => next = [next, Some(later.at)].into_iter().flatten().min(),
            }
        }
        // Those that were never asked come first.
        due.sort();
        Ok(Schedule { due: due.into_iter().map(|(_, blog)| blog).collect(), next })
    }
}
