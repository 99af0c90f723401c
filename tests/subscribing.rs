//! What somebody wants to follow is followed: lists from other programs, sites, feeds. And it can be taken along again.

mod support;

use serde_json::{Value, json};
use support::{Answer, Nobody, Penpal, Post, Server, atom, page};

/// Two of each line's facts.
fn status_and_title(lines: &[Value]) -> Vec<(&str, Option<&str>)> {
    lines.iter().map(|line| (line["status"].as_str().unwrap(), line["title"].as_str())).collect()
}

fn nothing_is_followed(penpal: &Penpal) {
    assert_eq!(penpal.json(&["blogs"]), [] as [Value; 0]);
}

#[test]
fn an_import_tells_of_each_outline_what_became_of_it() {
    let penpal = Penpal::new();
    let list = penpal.file(
        "list.opml",
        "<opml version='2.0'><body>
        <outline text='Outer'><outline text='Inner'>
          <outline type='rss' text='A &amp; B' xmlUrl='http://a.example/feed' htmlUrl='http://a.example/'/>
        </outline></outline>
        <outline type='rss' xmlUrl='http://b.example/feed'/>
        <outline type='rss' text='Again' xmlUrl='https://a.example/feed#top'/>
        <outline type='rss' text='No address'/>
        <outline type='rss' text='By mail' xmlUrl='mailto:a@c.example'/>
        </body></opml>",
    );
    let imported = penpal.run(&["import", &list, "--json"]);
    let lines = imported.lines();
    let told: Vec<(&str, u64)> =
        lines.iter().map(|line| (line["status"].as_str().unwrap(), line["line"].as_u64().unwrap())).collect();
    assert_eq!(told, [("added", 3), ("added", 5), ("known", 6), ("skipped", 7), ("skipped", 8)]);
    assert!(lines[3]["reason"].as_str().unwrap().contains("xmlUrl"), "{}", lines[3]);
    assert!(lines[4]["reason"].as_str().unwrap().contains("only http and https"), "{}", lines[4]);
    assert_eq!(imported.status, Some(0), "skipped ones do not make it fail");

    let blogs = penpal.json(&["blogs"]);
    let of = |feed: &str| blogs.iter().find(|blog| blog["feed_url"] == feed).unwrap();
    assert_eq!(blogs.len(), 2);
    assert_eq!(of("http://a.example/feed")["folder"], json!(["Outer", "Inner"]));
    assert_eq!(of("http://a.example/feed")["title"], "A & B");
    assert_eq!(of("http://b.example/feed")["title"], "b.example", "the host stands in for a title");
}

#[test]
fn a_person_is_told_the_lines_that_were_skipped_and_the_sums() {
    let penpal = Penpal::new();
    let list = penpal.file("l.opml", "<opml>\n<outline xmlUrl='http://a.example/'/>\n<outline text='words'/></opml>");
    let imported = penpal.done(&["import", &list]);
    imported.said(&["line 3", "words", "1 added, 0 known already, 1 skipped"]);
    penpal.done(&["import", &list]).said(&["0 added, 1 known already, 1 skipped"]);
}

#[test]
fn a_list_is_read_in_the_encoding_that_it_is_in_and_not_in_the_one_that_it_claims() {
    let list = |encoding: &str| {
        format!(
            "<?xml version='1.0' encoding='{encoding}'?><opml><body><outline text='Küche' xmlUrl='http://k.example/f'/></body></opml>"
        )
    };
    let latin1: Vec<u8> = list("iso-8859-1").chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> = ['\u{feff}']
        .into_iter()
        .chain(list("utf-16").chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let claims_latin1 = list("iso-8859-1").into_bytes();
    for bytes in [latin1, utf16, claims_latin1] {
        let penpal = Penpal::new();
        let imported = penpal.run_with(&["import", "-", "--json"], &bytes);
        assert_eq!(status_and_title(&imported.lines()), [("added", Some("Küche"))], "{}", imported.stderr);
    }
}

#[test]
fn a_list_is_imported_from_standard_input_and_from_its_address() {
    let server = Server::start();
    server.serve("/blogroll.opml", Answer::ok("text/x-opml", support::opml(&["http://a.example/feed".into()])));
    let penpal = Penpal::new();
    penpal.done(&["import", &server.url("/blogroll.opml")]);
    penpal.subscribe(&["http://a.example/feed".into(), "http://b.example/feed".into()]);
    assert_eq!(penpal.json(&["blogs"]).len(), 2);
    assert_eq!(server.paths(), ["/blogroll.opml"]);
}

#[test]
fn what_is_no_list_is_refused_with_a_way_on_and_nothing_is_lost() {
    let penpal = Penpal::new();
    penpal.subscribe(&["http://a.example/feed".into()]);
    let before = penpal.json(&["blogs"]);
    for (name, content, part) in [
        ("empty.opml", &b""[..], "nothing to import"),
        ("feed.xml", b"<rss version='2.0'><channel/></rss>", "penpal follow"),
        ("page.html", b"<!DOCTYPE html><title>Blogroll</title>", "penpal follow"),
        ("list.opml.gz", b"\x1f\x8b\x08\x00\x00", "unpack it"),
        ("noise.opml", b"\x00\x01\x02 nothing at all", "check that it is the right file"),
    ] {
        let file = penpal.file(name, content);
        penpal.run(&["import", &file]).failed_with(&[name, part]);
    }
    penpal.run(&["import", "absent.opml"]).failed_with(&["absent.opml", "cannot be read"]);
    let server = Server::start();
    penpal.run(&["import", &server.url("/gone.opml")]).failed_with(&["404"]);
    assert_eq!(penpal.json(&["blogs"]), before);
}

#[test]
fn a_site_is_followed_by_the_feed_that_its_page_declares() {
    let server = Server::start();
    server.serve(
        "/",
        Answer::page(page(
            "<title>Ann</title><link rel='alternate' type='application/atom+xml' href='/posts.atom' title='Posts'>\
             <link rel='alternate' type='application/atom+xml' href='/comments/feed' title='Comments'>",
            "<p>Hello</p>",
        )),
    );
    let posts = [Post::new(server.url("/1"), 1, "One", "<p>first</p>")];
    server.serve("/posts.atom", Answer::feed(atom("Ann’s notes", &server.url("/"), &posts)));
    let penpal = Penpal::new();
    let followed = penpal.json(&["follow", &server.url("/"), "--folder", "Friends/Near"]);
    assert_eq!(status_and_title(&followed), [("added", Some("Ann’s notes"))]);
    assert_eq!(followed[0]["feed_url"], server.url("/posts.atom"));
    assert_eq!(server.paths(), ["/", "/posts.atom"]);
    let blog = &penpal.json(&["blogs"])[0];
    assert_eq!((&blog["site_url"], &blog["folder"]), (&json!(server.url("/")), &json!(["Friends", "Near"])));
    assert_eq!(penpal.json(&["posts"])[0]["title"], "One", "its posts are here at once");
}

#[test]
fn an_address_that_is_a_feed_costs_exactly_one_request() {
    let server = Server::start();
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &[])));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    assert_eq!(server.paths(), ["/feed"]);
}

#[test]
fn who_is_followed_already_is_known() {
    let server = Server::start();
    server.serve("/", Answer::page(page("<link rel='alternate' type='application/rss+xml' href='/feed'>", "")));
    let posts = [Post::new(server.url("/1"), 1, "One", "<p>first</p>")];
    server.serve("/feed", Answer::feed(atom("Ann", "http://elsewhere.example/", &posts)));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    for address in [server.url("/feed"), server.url("/")] {
        let again = penpal.json(&["follow", &address]);
        assert_eq!(status_and_title(&again), [("known", Some("Ann"))], "{address}");
        assert_eq!(again[0]["posts"], 0, "none of them is new");
    }
    assert_eq!(penpal.json(&["blogs"]).len(), 1);
}

#[test]
fn an_address_that_leads_to_no_feed_is_refused_in_words() {
    let server = Server::start();
    server.serve("/", Answer::page(page("<title>Shop</title>", "<p>No feed here</p>")));
    server.serve("/picture", Answer::ok("image/png", &b"\x89PNG\r\n\x1a\n"[..]));
    let penpal = Penpal::new();
    penpal.run(&["follow", &server.url("/")]).failed_with(&["a page without a feed"]);
    penpal.run(&["follow", &server.url("/nothing")]).failed_with(&["404"]);
    penpal.run(&["follow", &server.url("/picture")]).failed_with(&["neither a feed nor a page"]);
    penpal.run(&["follow", "http://nobody.invalid/"]).failed_with(&["nobody.invalid cannot be reached"]);
    penpal.run(&["follow", "some words"]).failed_with(&["some words", "no address", "https://example.org"]);
    nothing_is_followed(&penpal);
}

#[test]
fn nobody_at_an_address_is_told_as_that() {
    Penpal::new().run(&["follow", &Nobody::new().url("/feed")]).failed_with(&["127.0.0.1 cannot be reached"]);
}

#[test]
fn an_unfollowed_blog_leaves_the_lists_and_comes_back_with_its_posts() {
    let server = Server::start();
    let posts = [Post::new(server.url("/1"), 1, "One", "<p>first</p>")];
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    let id = penpal.json(&["posts"])[0]["id"].as_str().unwrap().to_owned();
    penpal.done(&["mark", &id, "--read"]);

    penpal.done(&["unfollow", "Ann"]);
    nothing_is_followed(&penpal);
    assert_eq!(penpal.json(&["posts"]), [] as [Value; 0]);
    penpal.run(&["unfollow", "Ann"]).failed_with(&["not followed"]);

    penpal.done(&["follow", &server.url("/feed")]);
    let posts = penpal.json(&["posts"]);
    assert_eq!((&posts[0]["id"], &posts[0]["read"]), (&json!(id), &json!(true)));
}

#[test]
fn a_name_that_means_nobody_or_several_is_told_with_the_candidates() {
    let penpal = Penpal::new();
    penpal.subscribe(&["http://a.example/one".into(), "http://a.example/two".into()]);
    penpal.run(&["unfollow", "a.example"]).failed_with(&["http://a.example/one", "http://a.example/two"]);
    penpal.run(&["unfollow", "b.example"]).failed_with(&["b.example", "penpal blogs"]);
    assert_eq!(penpal.json(&["blogs"]).len(), 2);
}

#[test]
fn what_is_exported_and_imported_elsewhere_is_the_same() {
    let penpal = Penpal::new();
    let list = penpal.file(
        "list.opml",
        "<opml version='2.0' xmlns:frss='https://freshrss.example/opml'><body>
        <outline text='Outer'>
          <outline text='Inner &lt;3'><outline type='rss' text='A &amp; “B”' title='other' xmlUrl='http://a.example/feed?x=1&amp;y=2'
            htmlUrl='http://a.example/' category='tea,/drinks/hot' frss:priority='main' description='two&#10;lines' odd='1'/>
          </outline>
          <outline type='atom' text='山田' xmlUrl='http://b.example/feed'/>
        </outline>
        <outline type='rss' xmlUrl='http://c.example/feed'/>
        </body></opml>",
    );
    penpal.done(&["import", &list]);
    let exported = penpal.done(&["export"]).stdout;
    let elsewhere = Penpal::new();
    let imported = elsewhere.run_with(&["import", "-", "--json"], exported.as_bytes());
    assert_eq!(
        imported.lines().iter().map(|line| &line["status"]).collect::<Vec<_>>(),
        ["added", "added", "added"],
        "{exported}"
    );
    assert_eq!(elsewhere.done(&["export"]).stdout, exported);
    assert_eq!(elsewhere.json(&["blogs"]), penpal.json(&["blogs"]));
    for part in
        ["frss:priority=\"main\"", "odd=\"1\"", "title=\"other\"", "description=\"two&#10;lines\"", "type=\"atom\""]
    {
        assert!(exported.contains(part), "{part} is not in {exported}");
    }
}

#[test]
fn an_export_as_json_has_an_object_a_line() {
    let penpal = Penpal::new();
    penpal.subscribe(&["http://a.example/feed".into()]);
    let exported = penpal.done(&["export", "--format", "json"]).lines();
    assert_eq!(
        exported,
        [
            json!({"feed_url": "http://a.example/feed", "title": "a.example", "site_url": null, "folder": [], "tags": []})
        ]
    );
}
