//! What people bring from other readers is understood by its content, whatever the file is called.

mod support;

use serde_json::{Value, json};
use support::{Answer, Penpal, Post, Server, atom};

/// Each line's status and address.
fn told(lines: &[Value]) -> Vec<(&str, &str)> {
    lines.iter().map(|line| (line["status"].as_str().unwrap(), line["feed_url"].as_str().unwrap_or("-"))).collect()
}

#[test]
fn the_opml_of_each_reader_keeps_its_folders_tags_and_own_attributes() {
    for (reader, list, folder, tags, exported) in [
        (
            "FreshRSS",
            "<?xml version='1.0' encoding='UTF-8'?><opml xmlns:frss='https://freshrss.org/opml' version='2.0'>\
             <head><title>FreshRSS</title></head><body><outline text='Tea &amp; talk'>\
             <outline text='Ann' type='rss' xmlUrl='https://a.example/feed' htmlUrl='https://a.example/' \
             description='Leaves' frss:priority='important' frss:cssFullContent='article'/></outline></body></opml>",
            json!(["Tea & talk"]),
            json!([]),
            "frss:cssFullContent=\"article\"",
        ),
        (
            "Miniflux",
            "<?xml version='1.0' encoding='UTF-8'?>\n<opml version=\"2.0\">\n<head><title>Miniflux</title>\
             <dateCreated>Tue, 24 Nov 2026 00:00:00 UTC</dateCreated></head><body>\n<outline text=\"All\">\n\
             <outline title=\"Ann\" text=\"Ann\" xmlUrl=\"https://a.example/feed\" htmlUrl=\"https://a.example/\" \
             type=\"rss\"></outline>\n</outline></body></opml>",
            json!(["All"]),
            json!([]),
            "xmlUrl=\"https://a.example/feed\"",
        ),
        (
            "Feedly",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><opml version=\"1.0\"><head><title>Ann subscriptions in feedly \
             Cloud</title></head><body><outline text=\"Friends\" title=\"Friends\"><outline type=\"rss\" text=\"Ann\" \
             title=\"Ann\" xmlUrl=\"https://a.example/feed\" htmlUrl=\"https://a.example/\"/></outline></body></opml>",
            json!(["Friends"]),
            json!([]),
            "text=\"Ann\"",
        ),
        (
            "Inoreader",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"1.0\">\n<head><title>Subscriptions from Inoreader \
             [https://www.inoreader.com]</title></head>\n<body>\n<outline text=\"Tea\" title=\"Tea\">\n<outline text=\"Ann\" \
             title=\"Ann\" type=\"rss\" xmlUrl=\"https://a.example/feed\" htmlUrl=\"https://a.example\" category='green,black'/>\
             \n</outline>\n</body>\n</opml>",
            json!(["Tea"]),
            json!(["green", "black"]),
            "category=\"green,black\"",
        ),
    ] {
        let penpal = Penpal::new();
        let imported = penpal.run_with(&["import", "-", "--json"], list.as_bytes());
        assert_eq!(told(&imported.lines()), [("added", "https://a.example/feed")], "{reader}: {}", imported.stderr);
        let blog = &penpal.json(&["blogs"])[0];
        assert_eq!((&blog["title"], &blog["folder"], &blog["tags"]), (&json!("Ann"), &folder, &tags), "{reader}");
        let out = penpal.done(&["export"]).stdout;
        assert!(out.contains(exported), "{reader}: {exported} is not in {out}");
    }
}

const URLS: &str = "# friends\nhttps://a.example/feed tea \"~Ann’s notes\"\nhttps://b.example/feed !\n\
    \"query:Unread:unread = \\\"yes\\\"\"\nexec:~/bin/feed\nfilter:~/bin/cut:https://c.example/feed\nhttps://a.example/feed\n";

#[test]
fn newsboats_urls_are_imported_whatever_the_file_is_called() {
    let penpal = Penpal::new();
    let file = penpal.file("feeds.opml", URLS);
    let imported = penpal.json(&["import", &file]);
    let lines: Vec<u64> = imported.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    let statuses: Vec<&str> = told(&imported).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["added", "added", "skipped", "skipped", "skipped", "known"]);
    assert!(imported[2]["reason"].as_str().unwrap().contains("penpal search"));
    let blogs = penpal.json(&["blogs"]);
    let ann = blogs.iter().find(|blog| blog["feed_url"] == "https://a.example/feed").unwrap();
    assert_eq!((&ann["title"], &ann["tags"]), (&json!("Ann’s notes"), &json!(["tea"])));
    let exported = penpal.done(&["export"]).stdout;
    assert!(exported.contains("hidden=\"true\""), "{exported}");
    penpal.done(&["import", &file]).said(&["line 5", "not run", "0 added, 3 known already, 3 skipped"]);
}

#[test]
fn a_plain_list_of_addresses_is_a_list_too() {
    let penpal = Penpal::new();
    let imported =
        penpal.run_with(&["import", "-", "--json"], b"https://a.example/feed\r\nfeed:https://b.example/\r\n");
    assert_eq!(told(&imported.lines()), [("added", "https://a.example/feed"), ("added", "https://b.example/")]);
}

#[test]
fn starred_posts_that_are_here_get_their_star_and_the_others_a_reason() {
    let server = Server::start();
    let posts = [1, 2].map(|n| Post::new(server.url(&format!("/{n}")), n, "Post", "<p>x</p>"));
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    let item = |path: &str, feed: &str| {
        json!({"id": format!("tag:google.com,2005:reader/item/{path}"), "title": format!("Post {path}"),
            "canonical": [{"href": server.url(path)}], "origin": {"streamId": format!("feed/{feed}")}})
    };
    let starred = json!({"id": "user/1/state/com.google/starred", "items": [
        item("/1", &server.url("/feed")), item("/9", &server.url("/feed")), item("/8", "https://gone.example/feed"),
        json!({"title": "nameless", "origin": {}})]});
    let file = penpal.file("starred.json", starred.to_string());
    let imported = penpal.json(&["import", &file]);
    let statuses: Vec<&str> = told(&imported).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["added", "skipped", "skipped", "skipped"]);
    for (line, part) in
        imported[1..].iter().zip(["dropped it", "penpal follow https://gone.example/feed", "does not say"])
    {
        assert!(line["reason"].as_str().unwrap().contains(part), "{line}");
    }
    let starred =
        penpal.json(&["posts"]).into_iter().filter(|post| post["starred"] == true).map(|post| post["url"].clone());
    assert_eq!(starred.collect::<Vec<_>>(), [json!(server.url("/1"))]);
    assert_eq!(penpal.json(&["blogs"]).len(), 1, "a star is no subscription");
    penpal.done(&["import", &file]).said(&["0 starred, 1 starred already, 3 skipped", "post 2"]);
}

#[test]
fn a_list_at_an_address_is_told_by_its_content_too() {
    let server = Server::start();
    server.serve("/urls", Answer::text("https://a.example/feed\n"));
    let penpal = Penpal::new();
    assert_eq!(told(&penpal.json(&["import", &server.url("/urls")])), [("added", "https://a.example/feed")]);
}

#[test]
fn what_was_read_in_newsboat_is_read_here_before_and_after_a_refresh() {
    let server = Server::start();
    let posts: Vec<Post> = (1..=9)
        .map(|n| Post {
            id: format!("urn:post:{n}"),
            ..Post::new(format!("http://a.example/{n}"), n, &format!("Post {n}"), "")
        })
        .collect();
    server.serve("/feed", Answer::feed(atom("Ann", "http://a.example/", &posts)));
    // The cache names its feed at port 00000, so that any port has room there.
    let port = format!("127.0.0.1:{:05}/", server.address().port());
    let cache = include_bytes!("files/newsboat-cache.db");
    let cache: Vec<u8> = {
        let text: String = cache.iter().map(|byte| char::from(*byte)).collect();
        text.replace("127.0.0.1:00000/", &port).chars().map(|c| c as u8).collect()
    };
    let unread = |penpal: &Penpal| {
        let posts = penpal.json(&["posts"]);
        let mut unread: Vec<String> = posts
            .iter()
            .filter(|post| post["read"] == false)
            .map(|post| post["title"].as_str().unwrap().to_owned())
            .collect();
        unread.sort();
        unread
    };
    for refresh_first in [false, true] {
        let penpal = Penpal::new();
        let cache = penpal.file("cache.db", &cache);
        penpal.subscribe(&[server.url("/feed")]);
        if refresh_first {
            penpal.done(&["refresh"]);
        }
        let ran = penpal.done(&["import", &cache]);
        ran.said(&[
            "1 feeds whose posts are marked as read",
            "http://other.example/feed skipped: you do not follow it",
        ]);
        if !refresh_first {
            penpal.done(&["refresh"]);
        }
        assert_eq!(unread(&penpal), ["Post 3", "Post 6", "Post 9"], "refreshed first: {refresh_first}");
        penpal.done(&["import", &cache]).said(&["0 feeds", "1 marked already"]);
    }
    let penpal = Penpal::new();
    let damaged = penpal.file("cache.db", &cache[..700]);
    penpal.run(&["import", &damaged]).failed_with(&["database", "damaged"]);
}

#[test]
fn a_database_of_freshrss_brings_feeds_what_was_read_and_stars() {
    let penpal = Penpal::new();
    let database = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/freshrss.sqlite");
    let imported = penpal.run(&["import", database]);
    for told in ["2 added", "1 skipped", "2 feeds whose posts are marked as read", "0 starred", "2 skipped"] {
        assert!(imported.stderr.contains(told), "{told} is not in {}", imported.stderr);
    }
    let folders: Vec<Value> = penpal.json(&["blogs"]).iter().map(|blog| blog["folder"].clone()).collect();
    assert_eq!(folders.len(), 2);
    assert!(folders.contains(&json!(["Tea & talk"])), "{folders:?}");
}
