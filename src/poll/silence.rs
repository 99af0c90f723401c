//! Hosts that want to be left alone, and hosts that were asked a moment ago: what an earlier process knew of that, out of
//! stored facts. `web` keeps everybody from them.

use std::{collections::HashMap, time::Duration};

use url::Url;

use super::{
    Poller, Settings,
    due::{Besides, mended},
};
use crate::{
    model::{FeedUrl, Timestamp, address::host_and_port},
    store::{FeedState, Store, StoreError},
    web::Web,
};

/// A pause that one feed was told holds for the other feeds of its host no longer than this.
const LONGEST_SILENCE: Duration = Duration::from_secs(24 * 3600);
/// Times are kept in whole seconds: what was asked so long ago may have been asked within the last one.
const JUST_NOW: Duration = Duration::from_secs(2);

/// Hosts (with port) that want to be left alone: since when, and until when.
#[derive(Debug, Default)]
pub struct Silences(HashMap<String, (Timestamp, Timestamp)>);

impl Silences {
    /// What one of the host's feeds was told.
    pub fn add(&mut self, state: &FeedState) {
        if let (Some(host), Some(asked), Some(until)) = (&state.silent_host, state.asked, state.not_before) {
            // Other people's feeds on a shared host are not made to wait for long.
            let told = (asked, until.min(asked.after(LONGEST_SILENCE)));
            let known = self.0.entry(host.clone()).or_insert(told);
            if known.1 < told.1 {
                *known = told;
            }
        }
    }

    fn until(&self, url: &Url, now: Timestamp) -> Option<Timestamp> {
        self.0.get(&host_and_port(url)).map(|(_, until)| *until).filter(|until| now < *until)
    }
}

impl Settings {
    /// What a feed waits for besides what its own server said. `web` knows what this process was told.
    pub fn besides(
        &self,
        feed: &FeedUrl,
        state: &FeedState,
        silences: &Silences,
        web: Option<&Web>,
        now: Timestamp,
    ) -> Besides {
        let until = |url: &Url| silences.until(url, now).max(web.and_then(|web| web.silent_until(url, now)));
        // The host that is asked, or the one that it redirects to.
        let (first, last) = (self.web_address(feed), state.came_from.as_ref().map(FeedUrl::url));
        let silent_until = first.into_iter().chain(last).filter_map(until).max();
        Besides { interval: self.least_interval(feed), silent_until }
    }

    /// Tells a new client what is stored: which hosts want to be left alone, and which were asked a moment ago.
    pub fn recall(&self, store: &Store, web: &Web, now: Timestamp) -> Result<(), StoreError> {
        let mut silences = Silences::default();
        for subscription in store.subscriptions()? {
            let stored = store.feed(subscription.blog)?;
            let state = mended(&stored, now).unwrap_or(stored);
            silences.add(&state);
            if state.asked.is_some_and(|asked| asked <= now && now <= asked.after(JUST_NOW)) {
                let asked = self.web_address(&subscription.feed_url).into_iter();
                asked.chain(state.came_from.as_ref().map(FeedUrl::url)).for_each(|url| web.rest(url));
            }
        }
        silences.0.iter().for_each(|(host, (since, until))| web.hush(host, *since, *until));
        Ok(())
    }
}

impl Poller {
    /// What a feed waits for besides what its own server said.
    pub(super) fn besides(&self, feed: &FeedUrl, state: &FeedState, now: Timestamp) -> Besides {
        self.settings.besides(feed, state, &Silences::default(), Some(&self.web), now)
    }
}
