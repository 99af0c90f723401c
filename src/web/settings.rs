//! What can be set about the network, with what holds where nothing is.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use super::{PerFeed, names::Lookup};

#[derive(Clone, Debug)]
pub struct Settings {
    /// Name, version and where to read about penpal, as RFC 9110 (10.1.5) asks for.
    pub user_agent: String,
    /// Until a connection stands, TLS and proxies included; and until a name is looked up.
    pub connect_timeout: Duration,
    /// From the request, its connection included, until the headers of the answer are there.
    pub first_byte_timeout: Duration,
    /// Between two pieces of an answer.
    pub silence_timeout: Duration,
    /// For one answer as a whole, redirects included: what only drips ends here.
    pub total_timeout: Duration,
    /// Bytes of an answer after decompression.
    pub largest_body: usize,
    /// From the end of one request to a host to the start of the next. Loopback needs none.
    pub gap: Duration,
    /// Requests at once to one address that a name led to, whatever the name.
    pub at_one_address: usize,
    /// Certificates to trust besides the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Whether the usual proxy variables are honoured.
    pub proxies: bool,
    /// What holds for some feeds only; the first that fits counts.
    pub feeds: Vec<PerFeed>,
    /// Whether what discovery finds may be on a private network.
    pub allow_private: bool,
    /// Every name is this address; for the demo, which serves a whole neighbourhood from one port.
    pub everything_at: Option<SocketAddr>,
    /// Stands for the system's resolver in tests.
    pub lookup: Option<Lookup>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("penpal/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_HOMEPAGE"), ")")
                .to_owned(),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(20),
            silence_timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(40),
            largest_body: 24 << 20,
            // A second as the host counts it, whose own end of an answer may lie some time after ours.
            gap: Duration::from_millis(1200),
            at_one_address: 8,
            ca_file: None,
            proxies: true,
            feeds: Vec::new(),
            allow_private: false,
            everything_at: None,
            lookup: None,
        }
    }
}
