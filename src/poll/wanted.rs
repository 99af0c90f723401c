//! Who is to be asked, the feeds of each host together.

use std::collections::{BTreeMap, HashSet};

use super::{
    Poller,
    due::{self, Urgency, may_ask},
    news::{Report, Summary, Which},
};
use crate::{
    model::{BlogId, Timestamp},
    store::{FeedState, StoreError},
};

/// Who is to be asked.
#[derive(Default)]
pub(super) struct Wanted {
    /// The feeds of each host.
    pub(super) hosts: Vec<Vec<Wish>>,
    /// States that a clock which ran ahead had spoilt.
    pub(super) mended: Vec<(BlogId, FeedState)>,
    /// What is said of feeds that have ended, which are not asked unless the user names them.
    pub(super) gone: Vec<Report>,
    pub(super) summary: Summary,
}

/// A feed that is to be asked.
pub(super) struct Wish {
    pub(super) blog: BlogId,
    /// When it was asked last, as far as was known when it was wished for.
    pub(super) asked: Option<Timestamp>,
}

impl Poller {
    /// Who is to be asked, from stored facts alone: whatever happened to the process before makes no difference.
    pub(super) fn wanted(&self, which: &Which, now: Timestamp) -> Result<Wanted, StoreError> {
        let named: HashSet<BlogId> = which.blogs.iter().copied().collect();
        let mut wanted = Wanted::default();
        let mut hosts: BTreeMap<String, Vec<Wish>> = BTreeMap::new();
        for subscription in self.store.subscriptions()? {
            let stored = self.store.feed(subscription.blog)?;
            let state = due::mended(&stored, now).inspect(|mended| {
                tracing::info!(feed = %subscription.feed_url, "was asked while the clock ran ahead");
                wanted.mended.push((subscription.blog, mended.clone()));
            });
            let state = state.unwrap_or(stored);
            if !named.is_empty() && !named.contains(&subscription.blog) {
                continue;
            }
            let feed = &subscription.feed_url;
            let besides = self.besides(feed, &state, now);
            if may_ask(subscription.blog, &state, &besides, which.urgency(), now) {
                wanted.summary.asked += 1;
                let wish = Wish { blog: subscription.blog, asked: state.asked };
                hosts.entry(self.settings.host_of(feed)).or_default().push(wish);
            } else {
                wanted.summary.not_due += 1;
                if state.gone && which.urgency() == Urgency::All {
                    wanted.gone.push(Report::ended(feed, &state));
                }
            }
        }
        wanted.hosts = hosts.into_values().collect();
        Ok(wanted)
    }
}
