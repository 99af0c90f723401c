//! Whatever lies between penpal and a feed (proxies, two protocols of the internet, one machine with many names), the feed
//! comes, and nobody is asked more than is polite.

mod support;

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use penpal::{
    model::Timestamp,
    web::{Ask, Lookup, Reply, Settings, Trust, Web, WebError},
};
use support::{Answer, Authority, Penpal, Post, Proxy, Server, atom};
use tokio::{
    net::{TcpSocket, TcpStream},
    runtime::Runtime,
};
use url::Url;

fn feed() -> Answer {
    Answer::feed(atom("Ann", "http://blog.example/", &[Post::new("http://blog.example/1", 1, "Post 1", "<p>Text</p>")]))
}

fn server_of(server: Server) -> Server {
    server.serve("/feed", feed());
    server
}

/// Where a server would be if it had the name `blog.example`.
fn under_a_name(server: &Server) -> String {
    server.url("/feed").replace("127.0.0.1", "blog.example")
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn web(lookup: impl Fn(&str) -> Vec<SocketAddr> + Send + Sync + 'static, settings: Settings) -> Web {
    Web::new(Settings { proxies: false, lookup: Some(Lookup(Arc::new(lookup))), ..settings }).unwrap()
}

async fn get(web: &Web, url: &str) -> Result<Reply, WebError> {
    web.get(Ask::feed(&Url::parse(url).unwrap(), Trust::Named), Timestamp(1_790_000_000)).await
}

/// A place where connections are begun and never made: its queue is full.
async fn never_accepting(loopback: SocketAddr) -> Option<(SocketAddr, Vec<TcpStream>)> {
    let socket = if loopback.is_ipv6() { TcpSocket::new_v6().ok()? } else { TcpSocket::new_v4().ok()? };
    socket.bind(loopback).ok()?;
    let listener = socket.listen(1).ok()?;
    let address = listener.local_addr().ok()?;
    let mut waiting = Vec::new();
    let patience = std::time::Duration::from_millis(100);
    while let Ok(Ok(stream)) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    // It lives as long as the test.
    std::mem::forget(listener);
    Some((address, waiting))
}

#[test]
fn every_kind_of_proxy_is_gone_through_and_resolves_the_name() {
    let authority = Authority::new();
    let (plain, tls) = (server_of(Server::start()), server_of(Server::start_tls(&authority)));
    for (variable, scheme) in [
        ("http_proxy", "http"),
        ("http_proxy", "https"),
        ("https_proxy", "http"),
        ("https_proxy", "https"),
        ("all_proxy", "http"),
        ("all_proxy", "socks5h"),
        ("https_proxy", "socks5h"),
        ("http_proxy", "socks5h"),
    ] {
        let proxy = match scheme {
            "http" => Proxy::http(),
            "https" => Proxy::https(&authority),
            _ => Proxy::socks(),
        };
        let server = if variable == "https_proxy" { &tls } else { &plain };
        let penpal = Penpal::new().with(variable, proxy.url(scheme)).with("SSL_CERT_FILE", authority.file());
        penpal.subscribe(&[under_a_name(server)]);
        let line = &penpal.json(&["refresh"])[0];
        assert_eq!((&line["status"], &line["error"]), (&"new".into(), &().into()), "{variable} {scheme}");
        assert_eq!(proxy.asked(), [format!("blog.example:{}", server.address().port())], "{variable} {scheme}");
    }
}

#[test]
fn a_socks_proxy_may_be_given_addresses_and_no_proxy_is_heeded() {
    let server = server_of(Server::start());
    let proxy = Proxy::socks();
    let behind = Penpal::new().with("all_proxy", proxy.url("socks5"));
    behind.subscribe(&[server.url("/feed")]);
    assert_eq!(behind.json(&["refresh"])[0]["status"], "new");
    assert_eq!(proxy.asked(), [server.address().to_string()]);

    let proxy = Proxy::http();
    let direct = Penpal::new().with("http_proxy", proxy.url("http")).with("no_proxy", "127.0.0.0/8,other.example");
    direct.subscribe(&[server.url("/feed")]);
    assert_eq!(direct.json(&["refresh"])[0]["status"], "new");
    assert_eq!(proxy.asked(), [""; 0]);
}

#[test]
fn a_proxy_that_is_not_there_is_told() {
    let server = server_of(Server::start());
    let nobody = support::Nobody::new().url("/");
    let penpal = Penpal::new().with("http_proxy", nobody);
    penpal.subscribe(&[server.url("/feed")]);
    let ran = penpal.run(&["refresh"]);
    ran.failed_with(&["127.0.0.1 cannot be reached"]);
    assert_eq!(server.paths(), [""; 0], "nobody is asked past the proxy");
}

#[test]
fn a_certificate_file_in_the_configuration_is_trusted_and_a_bad_one_is_told() {
    let authority = Authority::new();
    let server = server_of(Server::start_tls(&authority));
    let with = |path: &str| {
        let penpal = Penpal::configured(&format!("[network]\nca_file = \"{path}\"\n"));
        penpal.subscribe(&[server.url("/feed")]);
        penpal
    };
    assert_eq!(with(authority.file().to_str().unwrap()).json(&["refresh"])[0]["status"], "new");
    with("/nonexistent/ca.pem").run(&["refresh"]).failed_with(&["/nonexistent/ca.pem", "network.ca_file"]);
    with("/dev/null").run(&["refresh"]).failed_with(&["network.ca_file", "no certificate"]);
}

#[test]
fn http_2_is_spoken_where_it_is_offered() {
    let authority = Authority::new();
    for (server, version) in [
        (Server::start_h2(&authority), hyper::Version::HTTP_2),
        (Server::start_tls(&authority), hyper::Version::HTTP_11),
    ] {
        let server = server_of(server);
        let web = web(|_| Vec::new(), Settings { ca_file: Some(authority.file()), ..Settings::default() });
        let reply = runtime().block_on(get(&web, &server.url("/feed"))).unwrap();
        assert_eq!(reply.status, 200);
        assert_eq!(server.asked()[0].version, version);
    }
}

#[test]
fn a_dead_address_of_one_protocol_does_not_keep_from_a_live_one_of_the_other() {
    let runtime = runtime();
    let server = server_of(Server::start());
    let live = server.address();
    let refused = SocketAddr::from((Ipv6Addr::LOCALHOST, 1));
    let mut dead = vec![refused];
    // A machine without IPv6 has nothing to hang on.
    dead.extend(runtime.block_on(never_accepting((Ipv6Addr::LOCALHOST, 0).into())).map(|(address, _)| address));
    for dead in dead {
        for order in [vec![dead, live], vec![live, dead]] {
            let web = web(move |_| order.clone(), Settings::default());
            let reply = runtime.block_on(get(&web, "http://blog.example/feed")).unwrap();
            assert_eq!(reply.status, 200, "{dead}");
        }
    }
    let only_dead = web(move |_| vec![refused, (Ipv4Addr::LOCALHOST, 1).into()], Settings::default());
    let error = runtime.block_on(get(&only_dead, "http://blog.example/feed")).unwrap_err();
    assert!(matches!(error, WebError::Unreachable { .. }), "{error}");
}

#[test]
fn one_machine_with_many_names_is_asked_eight_things_at_once() {
    let runtime = runtime();
    let server = server_of(Server::start());
    server.hold();
    let address = server.address();
    let web = web(move |_| vec![address], Settings::default());
    let asking: Vec<_> = (0..30)
        .map(|number| {
            let web = web.clone();
            runtime.spawn(async move { get(&web, &format!("http://blog-{number}.example/feed")).await })
        })
        .collect();
    server.wait_for(8);
    server.release();
    for asked in asking {
        assert_eq!(runtime.block_on(asked).unwrap().unwrap().status, 200);
    }
    assert_eq!((server.most_at_once(), server.asked().len()), (8, 30));
}
