//! One request at a time to a host, a pause between two, and none while it wants to be left alone: shared by everybody in
//! the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    time::Instant,
};
use url::Url;

use super::{WebError, silence::Silence};
use crate::model::{Timestamp, address::host_and_port};

#[derive(Debug)]
pub(super) struct Pace {
    gap: Duration,
    hosts: Mutex<HashMap<String, Arc<Door>>>,
}

/// One stands before each host.
#[derive(Debug, Default)]
struct Door {
    /// Held by whoever asks the host.
    turn: Arc<AsyncMutex<()>>,
    facts: Mutex<Facts>,
}

/// What is remembered of a host.
#[derive(Debug, Default)]
struct Facts {
    /// Nobody knocks before this.
    opens: Option<Instant>,
    /// It asked for this with 429 or 503.
    silence: Option<Silence>,
}

/// The right to ask a host. The host is free for the next when it is dropped, after the pause.
#[derive(Debug)]
pub(super) struct Turn {
    host: String,
    gap: Duration,
    door: Arc<Door>,
    _held: OwnedMutexGuard<()>,
}

impl Pace {
    pub(super) fn new(gap: Duration) -> Self {
        Self { gap, hosts: Mutex::default() }
    }

    fn door(&self, host: &str) -> Arc<Door> {
        // A panic while the lock was held cannot have left the map half changed.
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        match hosts.get(host) {
            Some(door) => Arc::clone(door),
            None => Arc::clone(hosts.entry(host.to_owned()).or_default()),
        }
    }

    /// Leaves a host alone for a pause from now on: it was asked a moment ago, by an earlier process.
    pub(super) fn rest(&self, url: &Url) {
        let opens = (!is_loopback(url)).then(|| Instant::now() + self.gap);
        let door = self.door(&host_and_port(url));
        let mut facts = door.facts();
        facts.opens = facts.opens.max(opens);
    }

    /// Notes that a host (and port) wants to be left alone. Of two wishes the one that lasts longer counts.
    pub(super) fn hush(&self, host: &str, silence: Silence) {
        let door = self.door(host);
        let mut facts = door.facts();
        if facts.silence.is_none_or(|known| known.until < silence.until) {
            facts.silence = Some(silence);
        }
    }

    /// Until when a host wants to be left alone; `None` if it may be asked.
    pub(super) fn silent_until(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        let door = Arc::clone(self.hosts.lock().unwrap_or_else(PoisonError::into_inner).get(host)?);
        let facts = door.facts();
        facts.silence.and_then(|silence| silence.holds(now))
    }

    /// Waits until nobody else asks this host and its pause is over. `least_gap` lengthens the pause after this turn.
    /// It is an error while the host wants to be left alone. `now` is when the waiting begins.
    pub(super) async fn turn(&self, url: &Url, least_gap: Duration, now: Timestamp) -> Result<Turn, WebError> {
        let host = host_and_port(url);
        let door = self.door(&host);
        let began = Instant::now();
        let silent = || {
            let facts = door.facts();
            match facts.silence.and_then(|silence| silence.holds(now.after(began.elapsed()))) {
                Some(until) => Err(WebError::Silent { host: host.clone(), until }),
                None => Ok(facts.opens),
            }
        };
        // Nobody waits for somebody else's answer to hear that the host is silent.
        silent()?;
        let held = Arc::clone(&door.turn).lock_owned().await;
        if let Some(opens) = silent()? {
            tokio::time::sleep_until(opens).await;
        }
        let gap = if is_loopback(url) { Duration::ZERO } else { self.gap.max(least_gap) };
        Ok(Turn { host, gap, door, _held: held })
    }
}

impl Door {
    // Facts are set one at a time, so that a panic cannot have left them half changed.
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.door.facts().opens = (!self.gap.is_zero()).then(|| Instant::now() + self.gap);
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

    const NOW: Timestamp = Timestamp(1_790_000_000);

    async fn waited(pace: &Pace, url: &str) -> Duration {
        let before = Instant::now();
        drop(pace.turn(&Url::parse(url).unwrap(), Duration::ZERO, NOW).await.unwrap());
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
        let robots = Url::parse("https://a.example/robots.txt").unwrap();
        pace.turn(&robots, Duration::ZERO, NOW).await.unwrap().without_pause();
        assert_eq!(waited(&pace, "https://a.example/").await, Duration::ZERO);
        for _ in 0..3 {
            assert_eq!(waited(&pace, "http://127.0.0.1:8080/").await, Duration::ZERO);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_asked_by_an_earlier_process_has_the_pause_first() {
        let pace = Pace::new(Duration::from_secs(1));
        pace.rest(&Url::parse("https://a.example/feed").unwrap());
        assert!(waited(&pace, "https://a.example/").await >= Duration::from_secs(1));
        assert_eq!(waited(&pace, "https://b.example/").await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_turn_hears_that_the_host_wants_rest_meanwhile() {
        let pace = Pace::new(Duration::from_secs(1));
        let url = Url::parse("https://a.example/").unwrap();
        let asking = pace.turn(&url, Duration::ZERO, NOW).await.unwrap();
        let waiting = pace.turn(&url, Duration::ZERO, NOW);
        let until = NOW.after(Duration::from_secs(100));
        let answer = async {
            pace.hush("a.example", Silence::new(NOW, until));
            drop(asking);
        };
        let (refused, ()) = tokio::join!(waiting, answer);
        assert_eq!(refused.unwrap_err(), WebError::Silent { host: "a.example".into(), until });
        pace.hush("a.example", Silence::new(NOW, NOW.after(Duration::from_secs(10))));
        assert_eq!(pace.silent_until("a.example", NOW), Some(until), "a shorter wish takes nothing back");
        assert_eq!(pace.silent_until("b.example", NOW), None);
        assert!(pace.turn(&url, Duration::ZERO, until).await.is_ok(), "it is over");
    }
}
