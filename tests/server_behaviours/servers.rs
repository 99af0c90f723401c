//! The servers and proxies that the rows speak of. A row's host name says which row it is.

use std::sync::OnceLock;

use penpal::{model::FeedUrl, web::Way};

use super::{
    rows::{At, Row},
    support::{Authority, Flaw, Head, Nobody, Proxy, Raw, Server},
};

/// The ports of the plain server and of the one with TLS, for rows that lead from one to the other.
pub static PORTS: OnceLock<(u16, u16)> = OnceLock::new();

pub fn host_of(number: usize) -> String {
    format!("row{number}.blogs.example")
}

/// The row that a host name stands for.
pub fn number_of(host: &str) -> Option<usize> {
    host.strip_prefix("row")?.split('.').next()?.parse().ok()
}

pub struct Servers {
    pub authority: Authority,
    plain: Raw,
    tls: Raw,
    flawed: Vec<(Flaw, Raw)>,
    stranger: Raw,
    h2: Server,
    closing: Raw,
    never: Raw,
    nobody: Nobody,
    proxy: Raw,
    socks: Proxy,
    tls_proxy: Proxy,
}

impl Servers {
    pub fn start(rows: &'static [Row]) -> Self {
        let script = move |head: &Head| {
            let host = head.header("host").unwrap_or_default();
            let row = number_of(host).and_then(|number| rows.get(number));
            row.map_or_else(Vec::new, |row| (row.answer)(head))
        };
        let authority = Authority::new();
        let h2 = Server::start_h2(&authority);
        for (number, row) in rows.iter().enumerate() {
            if let At::Http2(answer) = row.at {
                h2.serve(&format!("/feed-{number}"), answer());
            }
        }
        let flaws = [Flaw::Expired, Flaw::NotYetValid, Flaw::OtherName, Flaw::SignedByItself];
        let servers = Self {
            plain: Raw::start(script),
            tls: Raw::start_tls(authority.acceptor(&[]), script),
            flawed: flaws.map(|flaw| (flaw, Raw::start_tls(authority.bad_acceptor(flaw), script))).into(),
            stranger: Raw::start_tls(Authority::new().acceptor(&[]), script),
            h2,
            closing: Raw::closing(),
            never: Raw::never_accepting(),
            nobody: Nobody::new(),
            proxy: Raw::start(script),
            socks: Proxy::socks(),
            tls_proxy: Proxy::https(&authority),
            authority,
        };
        PORTS.get_or_init(|| (servers.plain.port(), servers.tls.port()));
        servers
    }

    /// The address that a row's feed is followed at.
    pub fn feed_url(&self, number: usize, row: &Row) -> FeedUrl {
        let (scheme, port) = match row.at {
            At::Plain | At::NoName | At::Proxy | At::Socks | At::ProxyWithTls | At::NoProxy => {
                ("http", self.plain.port())
            }
            At::Tls | At::TlsThroughProxy => ("https", self.tls.port()),
            At::Flawed(flaw) => ("https", self.flawed.iter().find(|(has, _)| *has == flaw).unwrap().1.port()),
            At::Stranger => ("https", self.stranger.port()),
            At::PlainBehindHttps => ("https", self.plain.port()),
            At::Http2(_) => ("https", self.h2.address().port()),
            At::Closing => ("http", self.closing.port()),
            At::NeverAccepting => ("http", self.never.port()),
            At::Nobody => ("http", self.nobody.port()),
        };
        let path = if matches!(row.at, At::Http2(_)) { format!("/feed-{number}") } else { "/feed".into() };
        FeedUrl::parse(&format!("{scheme}://{}:{port}{path}", host_of(number))).unwrap()
    }

    pub fn way(&self, row: &Row) -> Option<Way> {
        let proxy = match row.at {
            At::Proxy | At::TlsThroughProxy => format!("http://127.0.0.1:{}", self.proxy.port()),
            At::Socks => self.socks.url("socks5h"),
            At::ProxyWithTls => self.tls_proxy.url("https"),
            At::NoProxy => format!("http://127.0.0.1:{}", self.nobody.port()),
            _ => return None,
        };
        Some(Way::parse(&proxy).unwrap())
    }

    /// All ports, which are others in every run.
    pub fn ports(&self) -> Vec<u16> {
        let mut ports = vec![
            self.plain.port(),
            self.tls.port(),
            self.stranger.port(),
            self.h2.address().port(),
            self.closing.port(),
            self.never.port(),
            self.nobody.port(),
            self.proxy.port(),
        ];
        ports.extend(self.flawed.iter().map(|(_, server)| server.port()));
        ports
    }
}
