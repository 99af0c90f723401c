//! Webmentions are sent to where a page takes them, in all the ways in which pages say so: the rows of the discovery list of
//! the webmention.rocks test suite, rebuilt as local pages.

mod support;

use penpal::{
    model::{PageUrl, Timestamp},
    people::webmention::{self, MentionError, Sent},
    web::{Settings, Web},
};
use support::{Answer, Server};

fn send(server: &Server, path: &str, vouch: Option<&str>) -> Result<Sent, Box<MentionError>> {
    let web = Web::new(Settings { proxies: false, ..Settings::default() }).unwrap();
    let page = |url: &str| PageUrl::parse(url).unwrap();
    let (source, target) = (page("http://me.example/post?a=1&b=2"), page(&server.url(path)));
    let vouch = vouch.map(page);
    let work = webmention::send(&web, &source, &target, vouch.as_ref(), Timestamp::now());
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work).map_err(Box::new)
}

/// A row: its number, the path of the page, its `Link` headers, its HTML, and where the mention belongs.
type Row = (u32, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const ROWS: &[Row] = &[
    (1, "/t/1", &[("link", "</t/1/webmention>; rel=webmention")], "", "/t/1/webmention"),
    (2, "/t/2", &[("link", "<{base}/t/2/webmention>; rel=webmention")], "", "/t/2/webmention"),
    (3, "/t/3", &[], r#"<head><link rel="webmention" href="/t/3/webmention"></head>"#, "/t/3/webmention"),
    (4, "/t/4", &[], r#"<head><link rel="webmention" href="{base}/t/4/webmention"></head>"#, "/t/4/webmention"),
    (5, "/t/5", &[], r#"<p>It <a rel="webmention" href="/t/5/webmention">takes</a> mentions</p>"#, "/t/5/webmention"),
    (6, "/t/6", &[], r#"<p>It <a rel="webmention" href="{base}/t/6/webmention">takes</a> them</p>"#, "/t/6/webmention"),
    (8, "/t/8", &[("link", "<{base}/t/8/webmention>; rel=\"webmention\"")], "", "/t/8/webmention"),
    (9, "/t/9", &[], r#"<link rel="webmention somethingelse" href="{base}/t/9/webmention">"#, "/t/9/webmention"),
    (10, "/t/10", &[("link", "<{base}/t/10/webmention>; rel=\"webmention somethingelse\"")], "", "/t/10/webmention"),
    (
        11,
        "/t/11",
        &[("link", "</t/11/webmention>; rel=webmention")],
        r#"<link rel="webmention" href="/t/11/wrong"><a rel="webmention" href="/t/11/worse">x</a>"#,
        "/t/11/webmention",
    ),
    (
        12,
        "/t/12",
        &[],
        r#"<link rel="not-webmention" href="/t/12/wrong"><a href="/t/12/webmention" rel="webmention">x</a>"#,
        "/t/12/webmention",
    ),
    (
        13,
        "/t/13",
        &[],
        r#"<!-- <a href="/t/13/wrong" rel="webmention">x</a> --><a href="/t/13/webmention" rel="webmention">y</a>"#,
        "/t/13/webmention",
    ),
    (
        14,
        "/t/14",
        &[],
        r#"<code>&lt;a href="/t/14/wrong" rel="webmention"&gt;&lt;/a&gt;</code><a href="/t/14/webmention" rel="webmention">y</a>"#,
        "/t/14/webmention",
    ),
    (15, "/t/15", &[], r#"<link rel="webmention" href="">"#, "/t/15"),
    (
        16,
        "/t/16",
        &[],
        r#"<body><a rel="webmention" href="/t/16/webmention">x</a><link rel="webmention" href="/t/16/wrong"></body>"#,
        "/t/16/webmention",
    ),
    (
        17,
        "/t/17",
        &[],
        r#"<body><link rel="webmention" href="/t/17/webmention"><a rel="webmention" href="/t/17/wrong">x</a></body>"#,
        "/t/17/webmention",
    ),
    (
        18,
        "/t/18",
        &[("link", "</t/18/wrong>; rel=\"other\""), ("link", "</t/18/webmention>; rel=\"webmention\"")],
        "",
        "/t/18/webmention",
    ),
    (
        19,
        "/t/19",
        &[("link", "</t/19/wrong>; rel=\"other\", </t/19/webmention>; rel=\"webmention\"")],
        "",
        "/t/19/webmention",
    ),
    (
        20,
        "/t/20",
        &[],
        r#"<link rel="webmention"><a rel="webmention" href="/t/20/webmention">x</a>"#,
        "/t/20/webmention",
    ),
    (21, "/t/21", &[], r#"<link rel="webmention" href="/t/21/webmention?query=yes">"#, "/t/21/webmention?query=yes"),
    (22, "/t/22", &[], r#"<link rel="webmention" href="22/webmention">"#, "/t/22/webmention"),
    // The page of 23 is found behind a redirect, and what it says is relative to there.
    (23, "/t/23", &[], r#"<link rel="webmention" href="webmention-endpoint">"#, "/t/23/page/webmention-endpoint"),
];

#[test]
fn every_way_in_which_a_page_says_where_it_takes_mentions_is_understood() {
    let server = Server::start();
    let base = server.url("").trim_end_matches('/').to_owned();
    let mut numbers = Vec::new();
    for (number, path, headers, html, endpoint) in ROWS {
        let mut page = Answer::page(html.replace("{base}", &base));
        for (name, value) in *headers {
            page = page.with(name, &value.replace("{base}", &base));
        }
        if *number == 23 {
            server.serve(path, Answer::redirect(302, "/t/23/page/"));
            server.serve("/t/23/page/", page.clone());
        } else if endpoint != path {
            server.serve(path, page.clone());
        } else {
            // It takes mentions itself.
            server
                .serve_with(path, move |asked| if asked.body.is_empty() { page.clone() } else { Answer::status(202) });
        }
        if endpoint != path {
            server.serve(endpoint, Answer::status(202));
        }
        server.forget();
        let sent = send(&server, path, None).unwrap_or_else(|error| panic!("row {number}: {error}"));
        assert_eq!(sent.endpoint.as_str(), format!("{base}{endpoint}"), "row {number}");
        let posted: Vec<_> = server.asked().into_iter().filter(|asked| !asked.body.is_empty()).collect();
        assert_eq!(posted.len(), 1, "row {number}");
        assert_eq!(posted[0].path, *endpoint, "row {number}");
        assert_eq!(posted[0].header("content-type").as_deref(), Some("application/x-www-form-urlencoded"));
        let source = "source=http%3A%2F%2Fme.example%2Fpost%3Fa%3D1%26b%3D2";
        assert!(posted[0].body.starts_with(source) && posted[0].body.contains("&target="), "{}", posted[0].body);
        numbers.push(*number);
    }
    // Row 7 is the next test's: its header is spelt as no decent server spells it.
    assert_eq!(numbers, (1..=23).filter(|number| *number != 7).collect::<Vec<u32>>());
}

#[test]
fn a_header_in_odd_capitals_is_the_same_header() {
    let server = Server::start();
    server.serve("/t/7/webmention", Answer::status(202));
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let page = format!("http://{}/t/7", listener.local_addr().unwrap());
    let head = format!(
        "HTTP/1.1 200 OK\r\nLinK: <{}>; rel=webmention\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
        server.url("/t/7/webmention")
    );
    let serving = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = [0; 4096];
        let _ = stream.read(&mut read).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
    });
    let web = Web::new(Settings { proxies: false, ..Settings::default() }).unwrap();
    let (source, target) = (PageUrl::parse("http://me.example/").unwrap(), PageUrl::parse(&page).unwrap());
    let work = webmention::send(&web, &source, &target, None, Timestamp::now());
    let sent = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work).unwrap();
    serving.join().unwrap();
    assert_eq!(sent.endpoint.as_str(), server.url("/t/7/webmention"));
}

#[test]
fn a_voucher_goes_along_and_what_a_receiver_says_is_told() {
    let server = Server::start();
    server.serve("/post", Answer::page(r#"<link rel="webmention" href="/take">"#));
    server.serve("/take", Answer::status(201));
    let sent = send(&server, "/post", Some("http://friend.example/links")).unwrap();
    assert_eq!(sent.status, 201);
    assert!(server.asked().last().unwrap().body.ends_with("&vouch=http%3A%2F%2Ffriend.example%2Flinks"));
    for (answer, part) in [
        (Answer::text("the source does not link here").with_status(400), "(400): the source does not link here"),
        (Answer::page("<h1>no</h1>").with_status(500), "refused the mention (500)"),
        (Answer::redirect(302, "/elsewhere"), "refused the mention (302)"),
    ] {
        server.serve("/take", answer);
        let error = send(&server, "/post", None).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    server.serve("/nothing", Answer::page("<p>hello</p>"));
    assert!(send(&server, "/nothing", None).unwrap_err().to_string().contains("takes no webmentions"));
    assert!(send(&server, "/gone", None).unwrap_err().to_string().contains("answered 404"));
}

#[test]
fn a_public_page_cannot_send_a_mention_into_a_private_network() {
    let server = Server::start();
    let private = Server::start();
    private.serve("/take", Answer::status(202));
    server.serve("/post", Answer::page(format!("<link rel=\"webmention\" href=\"{}\">", private.url("/take"))));
    // Every name is this server's, so that a public name can be asked without leaving this machine.
    let web =
        Web::new(Settings { everything_at: Some(server.address()), proxies: false, ..Settings::default() }).unwrap();
    let page = |url: &str| PageUrl::parse(url).unwrap();
    let (source, target) = (page("http://me.example/"), page("http://them.example/post"));
    let work = webmention::send(&web, &source, &target, None, Timestamp::now());
    let error = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work).unwrap_err();
    assert!(error.to_string().contains("was not asked"), "{error}");
    assert!(private.asked().is_empty());
}
