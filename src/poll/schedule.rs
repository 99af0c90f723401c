//! What comes next, for whoever polls in the background: those that are due, the longest waiting first, and when there
//! will be more.

use super::{
    Poller,
    due::{Urgency, may_ask, next_poll},
    silence::Silences,
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
        let mut silences = Silences::default();
        let mut feeds = Vec::new();
        for subscription in self.store.subscriptions()? {
            let state = self.store.feed(subscription.blog)?;
            silences.add(&state);
            feeds.push((subscription, state));
        }
        let mut due = Vec::new();
        let mut next = None;
        for (subscription, state) in feeds {
            let feed = &subscription.feed_url;
            let wanted = self.settings.least_interval(feed).zip(state.asked).map(|(least, asked)| asked.after(least));
            let at = next_poll(subscription.blog, &state).max(wanted);
            let rested = self.settings.is_rested(feed, &state, now);
            if !rested || !may_ask(subscription.blog, &state, Urgency::Due, now) {
                next = [next, at.filter(|_| !state.gone)].into_iter().flatten().min();
            } else if !silences.hold(feed, &state, now) {
                due.push((at, subscription.blog));
            }
        }
        // Those that were never asked come first.
        due.sort();
        Ok(Schedule { due: due.into_iter().map(|(_, blog)| blog).collect(), next })
    }
}
