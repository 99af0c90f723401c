//! A list of blogs that somebody keeps is followed like a feed: what comes onto it is followed along, what goes is told.

mod support;

use penpal::model::Plain;
use support::{Answer, Penpal, Post, Server, atom};

/// A list with these blogs in a folder, each a name and the path of its feed.
fn list(server: &Server, blogs: &[(&str, &str)]) -> Answer {
    let outlines: String = blogs
        .iter()
        .map(|(name, path)| {
            let address = if path.starts_with('/') { server.url(path) } else { (*path).to_owned() };
            format!("<outline text='{name}' type='rss' xmlUrl='{address}'/>")
        })
        .collect();
    let head = "<head><title>Ann reads</title></head>";
    Answer::ok(
        "text/x-opml",
        format!("<opml version='2.0'>{head}<body><outline text='Tea'>{outlines}</outline></body></opml>"),
    )
}

fn blog(server: &Server, path: &str, title: &str) {
    let posts = [Post::new(server.url(&format!("{path}/1")), 1, "One", "<p>first</p>")];
    server.serve(path, Answer::feed(atom(title, &server.url(path), &posts)));
}

/// The titles of what is followed, with folders.
fn followed(penpal: &Penpal) -> Vec<String> {
    let blogs = penpal.json(&["blogs"]);
    let folder = |blog: &serde_json::Value| {
        let names: Vec<&str> = blog["folder"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        names.join("/")
    };
    let mut titles: Vec<String> =
        blogs.iter().map(|blog| format!("{}:{}", folder(blog), Plain::line(blog["title"].as_str().unwrap()))).collect();
    titles.sort();
    titles
}

#[test]
fn a_list_brings_its_blogs_and_keeps_bringing_them() {
    let server = Server::start();
    for (path, title) in [("/b", "Bob"), ("/c", "Cem"), ("/d", "Dora")] {
        blog(&server, path, title);
    }
    server.serve("/l.opml", list(&server, &[("Bob", "/b"), ("Cem", "/c")]));
    let penpal = Penpal::new();
    let ran = penpal.done(&["follow", &server.url("/l.opml"), "--folder", "Lists"]);
    ran.said(&["Bob", "Cem", "followed now"]);
    assert!(ran.stdout.contains("reading list"), "{}", ran.stdout);
    assert_eq!(followed(&penpal), ["Lists/Tea:Bob", "Lists/Tea:Cem", "Lists:Ann reads"]);
    // What stood on it from the start is no news.
    assert!(penpal.json(&["posts"]).iter().all(|post| post["read"] == true));

    // One is taken off by the user and stays so; one comes; one goes, which is told and no more.
    penpal.done(&["unfollow", &server.url("/b")]);
    server.serve(
        "/l.opml",
        list(&server, &[("Bob", "/b"), ("Dora", "/d"), ("Bad", "exec:x"), ("Worse", "javascript:x")]),
    );
    let ran = penpal.done(&["refresh", "--force"]);
    ran.said(&["Dora", "no longer on this list: Cem"]);
    assert_eq!(followed(&penpal), ["Lists/Tea:Cem", "Lists/Tea:Dora", "Lists:Ann reads"]);
    assert!(penpal.json(&["posts"]).iter().any(|post| post["title"] == "Dora" && post["read"] == false));

    // A list that comes cut off, empty or as a page changes nothing.
    let whole = server.body("/l.opml");
    for answer in [
        Answer::ok("text/x-opml", whole[..whole.len() - 60].to_owned()),
        Answer::ok("text/x-opml", "<opml version='2.0'><body></body></opml>"),
        Answer::page("<!doctype html><html><title>Sold</title>"),
    ] {
        server.serve("/l.opml", answer);
        let ran = penpal.run(&["refresh", "--force"]);
        assert!(!ran.stderr.contains("no longer"), "{}", ran.stderr);
    }
    assert_eq!(followed(&penpal).len(), 3);

    // All of it is in the journal: a cache that is lost comes back the same.
    std::fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    assert_eq!(followed(&penpal)[..2], ["Lists/Tea:Cem", "Lists/Tea:Dora"]);
}
