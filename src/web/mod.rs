//! HTTP: the only client that penpal has, and its manners.
//!
//! Everything that leaves the machine passes through [`Web::get`]: conditional requests, redirects one at a time, bounded
//! bodies, an honest name, one request at a time to a host with a pause after it, and no way to a private address for
//! what the user did not name.
//!
//! - `settings`: what can be set.
//! - `client`: TLS, proxies.
//! - `guard`: which addresses may be reached.
//! - `per_feed`: what holds for some feeds only: proxies, headers, cookies, passwords.
//! - `secret`: where passwords lie. - `cookies`: a jar for one host.
//! - `command`: programs of the user's own, run with bounds.
//! - `names`: what names lead to, and a few requests at a time to one address.
//! - `pace`: one at a time to a host, and a pause. - `silence`: none while it wants to be left alone.
//! - `budget`: how many requests a run may make.
//! - `get`: one thing that is asked for, with its redirects.
//! - `post`: a form that is sent once.
//! - `send`: one request and its answer, with time-outs.
//! - `headers`: what the headers of an answer promise.
//! - `encoding`: gzip, brotli and their like, undone with an eye on bombs.
//! - `error`, `cause`: what went wrong, in words.
//! - `robots`: robots.txt (RFC 9309), for everything that the user did not ask for by name.
//! - `find`: from any address to a feed.

pub mod budget;
mod cause;
pub mod client;
pub mod command;
mod cookies;
mod encoding;
pub mod error;
pub mod find;
pub mod get;
pub mod guard;
mod headers;
pub mod names;
pub mod pace;
pub mod per_feed;
mod post;
pub mod robots;
pub mod secret;
mod send;
pub mod settings;
mod silence;

use std::sync::{Arc, OnceLock};

use silence::Silence;

use crate::model::{Timestamp, address::host_and_port};

pub use budget::Budget;
pub use error::WebError;
pub use get::{Ask, Reply, Validators};
pub use guard::Trust;
pub use headers::Freshness;
pub use names::Lookup;
pub use per_feed::{Pattern, PerFeed, Way};
pub use secret::{Credentials, Secret, SecretHeader};
pub use settings::Settings;
pub use silence::{OVERLOADED, TOO_MANY};

use client::Idle;

/// The client. Cheap to clone; clones share connections and manners.
#[derive(Clone, Debug)]
pub struct Web {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// For what the user named, which may be on a private network.
    named: reqwest::Client,
    /// For what was found, which may not.
    found: reqwest::Client,
    /// The same two, without keeping connections, once they are needed.
    alone: [OnceLock<reqwest::Client>; 2],
    pace: pace::Pace,
    names: Arc<names::Names>,
    seats: names::Seats,
    robots: robots::Cache,
    proxies: client::Proxies,
    tls: rustls::ClientConfig,
    rules: Vec<per_feed::Rule>,
    settings: Settings,
}

impl Web {
    /// Makes the client. It touches no network yet.
    pub fn new(settings: Settings) -> Result<Self, WebError> {
        let tls = client::tls(settings.ca_file.as_deref())?;
        let names = Arc::new(names::Names::new(settings.lookup.clone()));
        let proxies = client::Proxies::from_environment(&settings);
        Ok(Self {
            inner: Arc::new(Inner {
                named: client::build(&settings, &proxies, tls.clone(), &names, Trust::Named, None, Idle::Kept)?,
                found: client::build(&settings, &proxies, tls.clone(), &names, Trust::Found, None, Idle::Kept)?,
                alone: Default::default(),
                pace: pace::Pace::new(settings.gap),
                names,
                seats: names::Seats::new(settings.at_one_address),
                robots: robots::Cache::default(),
                proxies,
                tls,
                rules: settings.feeds.iter().cloned().map(per_feed::Rule::new).collect(),
                settings,
            }),
        })
    }

    /// Leaves the host of `url` alone for a pause: it was asked a moment ago, by an earlier process.
    pub fn rest(&self, url: &url::Url) {
        self.inner.pace.rest(url);
    }

    /// Notes that a host (and port) asked at `since` to be left alone until then; a day of it is believed.
    pub fn hush(&self, host: &str, since: Timestamp, until: Timestamp) {
        self.inner.pace.hush(host, Silence::new(since, until));
    }

    /// Until when the host of `url` wants to be left alone; `None` if it may be asked. Nothing is sent to it before.
    pub fn silent_until(&self, url: &url::Url, now: Timestamp) -> Option<Timestamp> {
        self.inner.pace.silent_until(&host_and_port(url), now)
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }
}
