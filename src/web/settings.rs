//! What can be set about the network, with what holds where nothing is.

use std::{net::SocketAddr, time::Duration};

#[derive(Clone, Debug)]
pub struct Settings {
    /// Name, version and where to read about penpal, as RFC 9110 (10.1.5) asks for.
    pub user_agent: String,
    /// Until a connection stands, TLS included.
    pub connect_timeout: Duration,
    /// Between two pieces of an answer, and until the first.
    pub read_timeout: Duration,
    /// For one answer as a whole.
    pub total_timeout: Duration,
    /// Bytes of an answer after decompression.
    pub largest_body: usize,
    /// From the end of one request to a host to the start of the next. Loopback needs none.
    pub gap: Duration,
    /// Whether the usual proxy variables are honoured.
    pub proxies: bool,
    /// Whether what discovery finds may be on a private network.
    pub allow_private: bool,
    /// Every name is this address; for the demo, which serves a whole neighbourhood from one port.
    pub everything_at: Option<SocketAddr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("penpal/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_HOMEPAGE"), ")")
                .to_owned(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(40),
            largest_body: 24 << 20,
            gap: Duration::from_secs(1),
            proxies: true,
            allow_private: false,
            everything_at: None,
        }
    }
}
