//! Names and addresses: looking names up, and asking no address more than a few things at a time, since hundreds of names
//! may lead to one machine.

use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::guard::is_public;

/// How long an answer of the system's resolver is used again: a request looks its name up twice within moments, to count
/// who else asks this address and to connect.
const FRESH: Duration = Duration::from_secs(30);

/// The same for a failure, which may be over as soon as the machine is online again.
const FRESH_FAILURE: Duration = Duration::from_secs(3);

/// Looks names up otherwise than the system does; for tests.
#[derive(Clone)]
pub struct Lookup(pub Arc<AnyLookup>);

/// From a name to its addresses, none if it has none.
pub type AnyLookup = dyn Fn(&str) -> Vec<SocketAddr> + Send + Sync;

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

/// What names mean.
#[derive(Debug, Default)]
pub(super) struct Names {
    lookup: Option<Lookup>,
    known: Mutex<HashMap<String, Known>>,
}

/// When a name was looked up, and what it led to, or why to nothing.
type Known = (Instant, Result<Arc<[SocketAddr]>, String>);

impl Names {
    pub(super) fn new(lookup: Option<Lookup>) -> Self {
        Self { lookup, known: Mutex::default() }
    }

    /// All addresses of a name, in the order of preference (RFC 6724).
    pub(super) async fn look_up(&self, name: &str) -> io::Result<Arc<[SocketAddr]>> {
        if let Some(lookup) = &self.lookup {
            return Ok((lookup.0)(name).into());
        }
        let now = Instant::now();
        // A panic while the lock was held cannot have left the map half changed.
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        let fresh = |(when, found): &Known| now - *when < if found.is_ok() { FRESH } else { FRESH_FAILURE };
        if let Some((_, addresses)) = known.filter(fresh) {
            return addresses.map_err(io::Error::other);
        }
        let found = tokio::net::lookup_host((name, 0)).await;
        let addresses: Result<Arc<[SocketAddr]>, String> =
            found.map(Iterator::collect).map_err(|error| error.to_string());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.to_owned(), (Instant::now(), addresses.clone()));
        addresses.map_err(io::Error::other)
    }
}

/// Who is asked at the moment, by address.
#[derive(Debug)]
pub(super) struct Seats {
    at_once: usize,
    taken: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
}

impl Seats {
    /// So many requests at once to an address.
    pub(super) fn new(at_once: usize) -> Self {
        Self { at_once: at_once.max(1), taken: Mutex::default() }
    }

    /// Waits until each of these addresses has a seat free. One is taken at each, since which of them answers is not
    /// known before the connection stands. All take them in the same order, so that nobody waits in a circle.
    pub(super) async fn take(&self, addresses: &[SocketAddr]) -> Vec<OwnedSemaphorePermit> {
        let mut addresses: Vec<IpAddr> = addresses.iter().map(SocketAddr::ip).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let mut seats = Vec::with_capacity(addresses.len());
        for address in addresses {
            let door = {
                let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(taken.entry(address).or_insert_with(|| Arc::new(Semaphore::new(self.at_once))))
            };
            // Closing the semaphore is never done, so a seat always comes.
            seats.extend(door.acquire_owned().await);
        }
        seats
    }
}

/// What a client connects to, less what may not be reached.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    pub(super) names: Arc<Names>,
    pub(super) everything_at: Option<SocketAddr>,
    pub(super) only_public: bool,
    /// A proxy that the user named may be anywhere.
    pub(super) proxy_hosts: Vec<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            if let Some(address) = this.everything_at {
                return Ok(Box::new(std::iter::once(address)) as Addrs);
            }
            let found = this.names.look_up(name.as_str()).await?;
            let guarded = this.only_public && !this.proxy_hosts.iter().any(|host| host == name.as_str());
            let allowed: Vec<SocketAddr> =
                found.iter().copied().filter(|address| !guarded || is_public(address.ip())).collect();
            if found.is_empty() {
                return Err("no such name is known; check the address".into());
            }
            if allowed.is_empty() {
                return Err("the name leads to a private network, and nobody named it".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn an_address_has_so_many_seats_whatever_names_lead_to_it() {
        let seats = Seats::new(2);
        let at = |last: u8| SocketAddr::from(([192, 0, 2, last], 0));
        let first = seats.take(&[at(1), at(2)]).await;
        let second = seats.take(&[at(2), at(1), at(1)]).await;
        assert_eq!((first.len(), second.len()), (2, 2));
        let other = seats.take(&[at(3)]).await;
        assert_eq!(other.len(), 1, "another address is free");
        let wanted = [at(1)];
        let mut third = Box::pin(seats.take(&wanted));
        assert!(third.as_mut().now_or_never().is_none(), "somebody must leave first");
        drop(first);
        assert_eq!(third.await.len(), 1);
    }
}
