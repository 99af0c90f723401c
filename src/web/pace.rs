//! One request at a time to a host, and a pause between two: shared by everybody in the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    time::Instant,
};
use url::Url;

use crate::model::address::host_and_port;

#[derive(Debug)]
pub(super) struct Pace {
    gap: Duration,
    hosts: Mutex<HashMap<String, Arc<AsyncMutex<Door>>>>,
}

/// What is remembered of a host.
#[derive(Debug, Default)]
struct Door {
    /// Nobody knocks before this.
    opens: Option<Instant>,
}

/// The right to ask a host. The host is free for the next when it is dropped, after the pause.
#[derive(Debug)]
pub(super) struct Turn {
    host: String,
    gap: Duration,
    door: OwnedMutexGuard<Door>,
}

impl Pace {
    pub(super) fn new(gap: Duration) -> Self {
        Self { gap, hosts: Mutex::default() }
    }

    /// Leaves a host alone for a pause from now on: it was asked a moment ago, by an earlier process.
    pub(super) async fn rest(&self, url: &Url) {
        drop(self.turn(url, Duration::ZERO).await);
    }

    /// Waits until nobody else asks this host and its pause is over. `least_gap` lengthens the pause after this turn.
    pub(super) async fn turn(&self, url: &Url, least_gap: Duration) -> Turn {
        let host = host_and_port(url);
        let door = {
            // A panic while the lock was held cannot have left the map half changed.
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(host.clone()).or_default())
        };
        let door = door.lock_owned().await;
        if let Some(opens) = door.opens {
            tokio::time::sleep_until(opens).await;
        }
        let gap = if is_loopback(url) { Duration::ZERO } else { self.gap.max(least_gap) };
        Turn { host, gap, door }
    }
}

impl Turn {
    /// Whether this turn is for the host of `url`, so that a redirect within it needs no new one.
    pub(super) fn is_for(&self, url: &Url) -> bool {
        self.host == host_and_port(url)
    }

    /// Lets the next request follow at once: the page right after robots.txt.
    pub(super) fn without_pause(mut self) {
        self.gap = Duration::ZERO;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.door.opens = (!self.gap.is_zero()).then(|| Instant::now() + self.gap);
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(v4)) => v4.is_loopback(),
        Some(url::Host::Ipv6(v6)) => v6.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn waited(pace: &Pace, url: &str) -> Duration {
        let before = Instant::now();
        drop(pace.turn(&Url::parse(url).unwrap(), Duration::ZERO).await);
        before.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_left_alone_for_a_second_and_another_is_not_made_to_wait() {
        let pace = Pace::new(Duration::from_secs(1));
        assert_eq!(waited(&pace, "https://a.example/1").await, Duration::ZERO);
        assert_eq!(waited(&pace, "https://b.example/").await, Duration::ZERO);
        assert!(waited(&pace, "https://a.example/2").await >= Duration::from_secs(1));
        assert_eq!(waited(&pace, "https://a.example:8443/").await, Duration::ZERO, "another port is another host");
    }

    #[tokio::test(start_paused = true)]
    async fn the_page_after_robots_and_loopback_need_no_pause() {
        let pace = Pace::new(Duration::from_secs(1));
        pace.turn(&Url::parse("https://a.example/robots.txt").unwrap(), Duration::ZERO).await.without_pause();
        assert_eq!(waited(&pace, "https://a.example/").await, Duration::ZERO);
        for _ in 0..3 {
            assert_eq!(waited(&pace, "http://127.0.0.1:8080/").await, Duration::ZERO);
        }
    }
}
