//! Hosts that want to be left alone.

use std::{collections::HashMap, time::Duration};

use crate::{
    model::{FeedUrl, Timestamp, address::host_and_port},
    store::FeedState,
};

/// A pause that one feed was told holds for the other feeds of its host no longer than this.
const LONGEST_SILENCE: Duration = Duration::from_secs(24 * 3600);

/// Hosts (with port) that want to be left alone, and until when: 429 and 503 are meant for the whole host (RFC 6585, 4;
/// RFC 9110, 15.6.4).
#[derive(Default)]
pub(super) struct Silences(HashMap<String, Timestamp>);

impl Silences {
    /// What one of the host's feeds was told.
    pub(super) fn add(&mut self, state: &FeedState) {
        if let (Some(host), Some(asked), Some(until)) = (&state.silent_host, state.asked, state.not_before) {
            // Other people's feeds on a shared host are not made to wait for long.
            let until = until.min(asked.after(LONGEST_SILENCE));
            let known = self.0.entry(host.clone()).or_insert(until);
            *known = until.max(*known);
        }
    }

    /// Whether a feed has to wait, since its host or the one that it redirects to is silent.
    pub(super) fn hold(&self, feed_url: &FeedUrl, state: &FeedState, now: Timestamp) -> bool {
        let is_silent = |url: &FeedUrl| self.0.get(&host_and_port(url.url())).is_some_and(|until| now < *until);
        is_silent(feed_url) || state.came_from.as_ref().is_some_and(is_silent)
    }
}
