//! Feeds are asked politely, whatever they answer is told, and nothing that was read once is lost.

mod support;

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use support::{Answer, Authority, Nobody, Penpal, Post, Server, atom, page, rss};

fn one(server: &Server, number: u32) -> Post {
    Post::new(server.url(&format!("/{number}")), number, &format!("Post {number}"), "<p>Some text</p>")
}

fn feed_of(server: &Server, numbers: &[u32]) -> Answer {
    let posts: Vec<Post> = numbers.iter().map(|number| one(server, *number)).collect();
    Answer::feed(atom("Ann", &server.url("/"), &posts))
}

fn follower_of(server: &Server, path: &str) -> Penpal {
    let penpal = Penpal::new();
    penpal.subscribe(&[server.url(path)]);
    penpal
}

/// The only feed's line of a forced refresh that may fail.
fn refreshed(penpal: &Penpal) -> Value {
    let ran = penpal.run(&["refresh", "--force", "--json"]);
    let lines = ran.lines();
    assert_eq!(lines.len(), 1, "{}", ran.stderr);
    lines[0].clone()
}

fn status(line: &Value) -> (&str, u64) {
    (line["status"].as_str().unwrap(), line["new_posts"].as_u64().unwrap())
}

fn titles(penpal: &Penpal) -> Vec<String> {
    penpal.json(&["posts"]).iter().map(|post| post["title"].as_str().unwrap().to_owned()).collect()
}

/// It failed, with all of `parts` in its error, which is kept with the blog; nothing panicked. A bad day makes no blog ill.
#[track_caller]
fn fails_with(penpal: &Penpal, parts: &[&str]) {
    let ran = penpal.run(&["refresh", "--force", "--json"]);
    ran.failed_with(parts);
    let line = &ran.lines()[0];
    assert_eq!(status(line), ("failed", 0));
    let kept = &penpal.json(&["blogs"])[0];
    assert_eq!((&kept["status"], &kept["error"]), (&json!("ok"), &line["error"]));
}

#[test]
fn a_feed_is_new_then_unchanged_then_changed() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1, 2]));
    let penpal = follower_of(&server, "/feed");
    let first = refreshed(&penpal);
    assert_eq!(status(&first), ("new", 2));
    assert_eq!((&first["http"], &first["error"]), (&json!(200), &Value::Null));
    assert!(first["bytes"].as_u64().unwrap() > 0);
    assert_eq!(status(&refreshed(&penpal)), ("unchanged", 0));
    server.serve("/feed", feed_of(&server, &[1, 2, 3]));
    assert_eq!(status(&refreshed(&penpal)), ("changed", 1));
    assert_eq!(titles(&penpal), ["Post 3", "Post 2", "Post 1"]);
}

#[test]
fn validators_are_sent_back_byte_for_byte_as_they_came() {
    for (etag, modified) in [
        ("\"plain\"", "Tue, 06 Jan 2026 08:49:37 GMT"),
        ("W/\"weak-é\"", "2026-01-06 08:49:37"),
        ("unquoted", "Tue,  6 Jan 2026 08:49:37 +0000"),
        ("\"a\\\"b\" ; c", "yesterday"),
    ] {
        let server = Server::start();
        let answer = feed_of(&server, &[1]).with("etag", etag).with("last-modified", modified);
        server.serve_with("/feed", move |asked| {
            if asked.header("if-none-match").is_some() { Answer::status(304) } else { answer.clone() }
        });
        let penpal = follower_of(&server, "/feed");
        assert_eq!(status(&refreshed(&penpal)), ("new", 1));
        // Twice, since the 304 does not repeat them.
        for _ in 0..2 {
            let again = refreshed(&penpal);
            assert_eq!((status(&again), &again["http"]), (("unchanged", 0), &json!(304)));
        }
        let asked = server.asked();
        assert_eq!(asked[0].header("if-none-match"), None);
        for asked in &asked[1..] {
            assert_eq!(asked.header("if-none-match").as_deref(), Some(etag));
            assert_eq!(asked.header("if-modified-since").as_deref(), Some(modified));
        }
    }
}

#[test]
fn a_request_says_who_asks_and_where_to_read_about_it() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1]));
    follower_of(&server, "/feed").done(&["refresh"]);
    let asked = &server.asked()[0];
    let agent = asked.header("user-agent").unwrap();
    assert!(agent.starts_with("penpal/") && agent.contains("(+http"), "{agent}");
    let encodings = asked.header("accept-encoding").unwrap();
    assert!(encodings.contains("gzip") && encodings.contains("br"), "{encodings}");
    assert_eq!((asked.header("referer"), asked.header("cookie")), (None, None));
}

#[test]
fn who_was_just_asked_is_left_alone_unless_the_user_insists() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1]));
    let penpal = follower_of(&server, "/feed");
    penpal.done(&["refresh"]);
    let at_once = penpal.done(&["refresh", "--json"]);
    assert_eq!(at_once.lines(), [] as [Value; 0]);
    at_once.said(&["1 not due yet", "--force"]);
    assert_eq!(penpal.json(&["refresh", &server.url("/feed")]), [] as [Value; 0], "a minute has not passed");
    assert_eq!(server.asked().len(), 1);
    refreshed(&penpal);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn nobody_insists_against_a_retry_after() {
    for code in [429, 503] {
        let server = Server::start();
        server.serve("/feed", Answer::status(code).with("retry-after", "3600"));
        let penpal = follower_of(&server, "/feed");
        fails_with(&penpal, &["server"]);
        let insisting = penpal.done(&["refresh", "--force", "--json"]);
        assert_eq!(insisting.lines(), [] as [Value; 0]);
        assert_eq!(server.asked().len(), 1);
    }
}

#[test]
fn feeds_that_were_not_asked_because_their_host_wants_rest_are_not_counted_as_asked() {
    let server = Server::start();
    let penpal = Penpal::new();
    for path in ["/1", "/2", "/3"] {
        server.serve(path, Answer::status(429).with("retry-after", "3600"));
        penpal.subscribe(&[server.url(path)]);
    }
    let ran = penpal.run(&["refresh", "--json"]);
    assert_eq!(ran.lines().len(), 1);
    ran.failed_with(&["1 feed asked, 0 new posts, 1 failed", "2 not due yet"]);
}

#[test]
fn a_host_that_asks_to_be_left_alone_is_not_asked_for_its_other_feeds_and_other_hosts_are() {
    let (host, other) = (Server::start(), Server::start());
    for path in ["/1", "/2", "/3"] {
        host.serve(path, Answer::status(429).with("retry-after", "3600"));
        other.serve(path, feed_of(&other, &[1]));
    }
    let penpal = Penpal::new();
    let feeds = [host.url("/1"), host.url("/2"), host.url("/3"), other.url("/1"), other.url("/2"), other.url("/3")];
    penpal.subscribe(&feeds);
    penpal.done(&["refresh"]);
    penpal.done(&["refresh", "--force"]);
    assert_eq!((host.asked().len(), other.asked().len()), (1, 6));
}

#[test]
fn redirects_are_followed_and_the_address_stays_as_it_was_followed() {
    for code in [301, 302, 303, 307, 308] {
        let (server, other) = (Server::start(), Server::start());
        server.serve("/old", Answer::redirect(code, "/older"));
        server.serve("/older", Answer::redirect(code, &other.url("/feed")));
        other.serve("/feed", feed_of(&other, &[1]));
        let penpal = follower_of(&server, "/old");
        let line = refreshed(&penpal);
        assert_eq!(status(&line), ("new", 1), "{code}");
        assert_eq!(line["feed_url"], server.url("/old"));
        assert_eq!((server.paths().len(), other.paths().len()), (2, 1));
    }
}

#[test]
fn a_circle_of_redirects_ends_in_words() {
    let server = Server::start();
    server.serve("/a", Answer::redirect(302, "/b"));
    server.serve("/b", Answer::redirect(302, "/a"));
    let penpal = follower_of(&server, "/a");
    fails_with(&penpal, &["redirects in a circle or too often"]);
    assert!(server.asked().len() <= 11, "{} requests", server.asked().len());
}

#[test]
fn a_redirect_to_what_is_no_web_address_is_not_followed() {
    let server = Server::start();
    server.serve("/feed", Answer::redirect(302, "file:///etc/hosts"));
    fails_with(&follower_of(&server, "/feed"), &["redirects to an address that cannot be followed"]);
}

#[test]
fn a_host_is_asked_one_thing_at_a_time_while_others_are_asked() {
    let (busy, free) = (Server::start(), Server::start());
    let mut feeds = Vec::new();
    for number in 0..6 {
        let path = format!("/{number}");
        busy.serve(&path, feed_of(&busy, &[number]));
        free.serve(&path, feed_of(&free, &[number]));
        feeds.extend([busy.url(&path), free.url(&path)]);
    }
    let penpal = Penpal::new();
    penpal.subscribe(&feeds);
    busy.hold();
    let running = penpal.command(&["refresh", "--json"]).spawn().unwrap();
    // The free host answers six times, one after the other, while the busy one still thinks about its first.
    busy.wait_for(1);
    free.wait_for(6);
    assert_eq!(busy.asked().len(), 1);
    busy.release();
    let ran: support::Ran = running.wait_with_output().unwrap().into();
    assert_eq!((ran.status, ran.lines().len()), (Some(0), 12), "{}", ran.stderr);
    assert_eq!((busy.most_at_once(), free.most_at_once()), (1, 1));
}

#[test]
fn compressed_answers_are_read() {
    let server = Server::start();
    server.serve("/gzip", feed_of(&server, &[1]).gzip());
    server.serve("/brotli", feed_of(&server, &[2]).brotli());
    for (path, title) in [("/gzip", "Post 1"), ("/brotli", "Post 2")] {
        let penpal = follower_of(&server, path);
        assert_eq!(status(&refreshed(&penpal)), ("new", 1), "{path}");
        assert_eq!(titles(&penpal), [title]);
    }
}

#[test]
fn an_answer_over_the_limit_is_cut_off_also_if_it_was_small_on_the_wire() {
    let server = Server::start();
    let long = "<p>word after word</p>".repeat(100_000);
    let feed = atom("Ann", &server.url("/"), &[Post::new(server.url("/1"), 1, "Long", &long)]);
    server.serve("/plain", Answer::feed(feed.clone()));
    server.serve("/gzip", Answer::feed(feed.clone()).gzip());
    server.serve("/brotli", Answer::feed(feed).brotli());
    for path in ["/plain", "/gzip", "/brotli"] {
        let penpal = Penpal::configured("[network]\nlargest_answer = 1\n");
        penpal.subscribe(&[server.url(path)]);
        fails_with(&penpal, &["larger than 1 MB"]);
    }
    assert_eq!(status(&refreshed(&follower_of(&server, "/gzip"))), ("new", 1), "the usual limit is larger");
}

#[test]
fn a_certificate_of_an_authority_that_the_user_names_is_trusted() {
    let authority = Authority::new();
    let server = Server::start_tls(&authority);
    server.serve("/feed", feed_of(&server, &[1]));
    let penpal = Penpal::new().with("SSL_CERT_FILE", authority.file());
    penpal.subscribe(&[server.url("/feed")]);
    assert_eq!(status(&refreshed(&penpal)), ("new", 1));
}

#[test]
fn a_certificate_that_nobody_trusts_is_told_in_words() {
    let server = Server::start_tls(&Authority::new());
    server.serve("/feed", feed_of(&server, &[1]));
    for penpal in [Penpal::new(), Penpal::new().with("SSL_CERT_FILE", Authority::new().file())] {
        penpal.subscribe(&[server.url("/feed")]);
        fails_with(&penpal, &["127.0.0.1 offers no trustworthy connection"]);
    }
    assert_eq!(server.paths(), [""; 0], "nothing was said to it");
}

#[test]
fn what_is_no_feed_is_told_in_words_and_the_posts_stay() {
    let server = Server::start();
    for (answer, part) in [
        (Answer::page(page("<title>Moved</title>", "<p>We moved</p>")), "page"),
        (Answer::feed("<note>We moved</note>"), "feed"),
        (Answer::feed(""), "empty"),
        (Answer::status(404), "no feed at this address (404)"),
        (Answer::status(403), "does not let us in (403)"),
        (Answer::status(500), "in trouble (500)"),
    ] {
        server.serve("/feed", feed_of(&server, &[1]));
        let penpal = follower_of(&server, "/feed");
        refreshed(&penpal);
        server.serve("/feed", answer);
        fails_with(&penpal, &[part]);
        assert_eq!(titles(&penpal), ["Post 1"]);
    }
}

#[test]
fn an_answer_that_breaks_off_is_told_in_words_and_the_posts_stay() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1, 2]));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    server.serve("/feed", feed_of(&server, &[3]).breaking_off());
    fails_with(&penpal, &["the answer of 127.0.0.1 broke off"]);
    assert_eq!(titles(&penpal), ["Post 2", "Post 1"]);
    assert!(!penpal.data().join("archive").exists(), "nothing has left");
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1]));
    server.hold();
    let penpal = Penpal::configured("[network]\ntimeout = 1\n");
    penpal.subscribe(&[server.url("/feed")]);
    fails_with(&penpal, &["127.0.0.1 took too long to answer"]);
}

#[test]
fn nobody_at_an_address_is_told_as_that_and_asked_again_the_next_time() {
    let penpal = Penpal::new();
    penpal.subscribe(&[Nobody::new().url("/feed")]);
    fails_with(&penpal, &["127.0.0.1 cannot be reached"]);
    fails_with(&penpal, &["127.0.0.1 cannot be reached"]);
}

#[test]
fn a_feed_that_has_ended_is_said_to_be_gone_and_asked_no_more() {
    let server = Server::start();
    server.serve("/feed", Answer::status(410));
    let penpal = follower_of(&server, "/feed");
    let line = refreshed(&penpal);
    assert_eq!((status(&line), &line["http"]), (("gone", 0), &json!(410)));
    assert!(line["error"].as_str().unwrap().contains("penpal unfollow"), "{line}");
    assert_eq!(penpal.json(&["blogs"])[0]["status"], "gone");
    assert_eq!(penpal.json(&["refresh"]), [] as [Value; 0]);
}

#[test]
fn a_feed_that_has_ended_is_asked_again_only_by_name() {
    let server = Server::start();
    server.serve("/feed", Answer::status(410));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    let reminded = refreshed(&penpal);
    assert_eq!((status(&reminded), server.asked().len()), (("gone", 0), 1), "it is told again, and not asked");
    server.serve("/feed", feed_of(&server, &[1]));
    assert_eq!(penpal.json(&["refresh", "--force", &server.url("/feed")])[0]["status"], "new");
    assert_eq!(penpal.json(&["blogs"])[0]["status"], "ok");
}

#[test]
fn a_host_that_asked_for_rest_is_not_asked_for_a_feed_that_is_followed_later() {
    let server = Server::start();
    server.serve("/1", Answer::status(503).with("retry-after", "3600"));
    server.serve("/2", feed_of(&server, &[1]));
    let penpal = follower_of(&server, "/1");
    fails_with(&penpal, &["in trouble (503)"]);
    penpal.subscribe(&[server.url("/2")]);
    for arguments in [&["refresh"][..], &["refresh", "--force"], &["refresh", &server.url("/2")]] {
        penpal.done(arguments);
    }
    assert_eq!(server.paths(), ["/1"]);
}

#[test]
fn a_web_page_in_place_of_the_feed_names_the_feed_to_follow_instead_without_asking_for_it() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1]));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    server.forget();
    let link = "<title>New</title><link rel='alternate' type='application/atom+xml' href='/new.xml'>";
    server.serve("/feed", Answer::page(page(link, "<p>We moved</p>")));
    fails_with(&penpal, &["this is a web page now", &format!("`penpal follow {}`", server.url("/new.xml"))]);
    assert_eq!(server.paths(), ["/feed"]);
    assert_eq!(titles(&penpal), ["Post 1"]);
}

#[test]
fn who_is_not_let_in_is_told_where_a_password_goes() {
    let server = Server::start();
    for code in [401, 403] {
        server.serve("/feed", Answer::status(code));
        fails_with(&follower_of(&server, "/feed"), &["does not let us in", "[[feeds]] in the configuration"]);
    }
}

#[test]
fn a_part_of_a_feed_is_not_taken_for_the_whole() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1, 2]));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    for code in [206, 226] {
        server.serve("/feed", feed_of(&server, &[3]).with_status(code));
        fails_with(&penpal, &["sent only a part, which was not asked for"]);
    }
    assert_eq!(titles(&penpal), ["Post 2", "Post 1"]);
}

#[test]
fn a_server_that_can_send_additions_alone_is_asked_for_them_and_nothing_leaves() {
    let server = Server::start();
    let whole = feed_of(&server, &[1]).with("etag", "\"1\"").with("vary", "A-IM");
    let part = feed_of(&server, &[2]).with_status(226).with("im", "feed").with("etag", "\"2\"");
    server.serve_with("/feed", move |asked| match asked.header("a-im").as_deref() {
        Some("feed") if asked.header("if-none-match").as_deref() == Some("\"1\"") => part.clone(),
        Some("feed") => Answer::status(304),
        _ => whole.clone(),
    });
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    assert_eq!(server.asked()[0].header("a-im"), None, "nobody has offered it yet");
    assert_eq!(status(&refreshed(&penpal)), ("changed", 1));
    assert_eq!(status(&refreshed(&penpal)), ("unchanged", 0));
    assert_eq!(titles(&penpal), ["Post 2", "Post 1"]);
    assert!(!penpal.data().join("archive").exists(), "nothing has left");
}

#[test]
fn a_refresh_fails_only_if_every_feed_failed() {
    let server = Server::start();
    server.serve("/good", feed_of(&server, &[1]));
    let penpal = Penpal::new();
    penpal.subscribe(&[server.url("/good"), server.url("/bad")]);
    let mixed = penpal.done(&["refresh", "--json"]);
    assert_eq!(mixed.lines().len(), 2);
    mixed.said(&["/bad", "404", "2 feeds asked, 1 new posts, 1 failed"]);
    server.serve("/good", Answer::status(500));
    assert_eq!(penpal.run(&["refresh", "--force"]).status, Some(1));
}

#[test]
fn a_post_that_left_its_feed_is_archived_and_stays_in_the_lists() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1, 2]));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    assert!(!penpal.data().join("archive").exists(), "nothing has left yet");
    server.serve("/feed", feed_of(&server, &[2, 3]));
    refreshed(&penpal);
    let archived: Vec<_> =
        fs::read_dir(penpal.data().join("archive")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(archived.len(), 1);
    assert!(archived[0].to_str().unwrap().ends_with(".ndjson.zst"), "{archived:?}");
    let lines = String::from_utf8(zstd::stream::decode_all(fs::File::open(&archived[0]).unwrap()).unwrap()).unwrap();
    let line: Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!((&line["post"]["title"], &line["html"]), (&json!("Post 1"), &json!("<p>Some text</p>")));
    assert_eq!(titles(&penpal), ["Post 3", "Post 2", "Post 1"]);

    // What is archived is there after the cache is gone, though no feed has it any more.
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    assert_eq!(titles(&penpal), ["Post 1"]);
}

#[test]
fn a_post_that_is_edited_keeps_its_marks() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server, &[1, 2]));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    let before = penpal.json(&["posts"]);
    let id = before[0]["id"].as_str().unwrap();
    penpal.done(&["mark", id, "--read"]);
    penpal.done(&["star", id]);

    let edited = Post { title: "Post 2, mended".into(), html: "<p>Better text</p>".into(), ..one(&server, 2) };
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &[one(&server, 1), edited])));
    assert_eq!(status(&refreshed(&penpal)), ("changed", 0), "an edit is no new post");
    let after = penpal.json(&["posts"]);
    assert_eq!(after.len(), 2);
    assert_eq!((&after[0]["id"], &after[0]["title"]), (&json!(id), &json!("Post 2, mended")));
    assert_eq!((&after[0]["read"], &after[0]["starred"]), (&json!(true), &json!(true)));
    assert!(penpal.done(&["read", id]).stdout.contains("Better text"));
}

#[test]
fn posts_without_ids_or_dates_keep_their_ids_from_refresh_to_refresh() {
    let server = Server::start();
    let feed = |numbers: &[u32]| {
        let posts: Vec<Post> = numbers.iter().map(|number| one(&server, *number)).collect();
        Answer::feed(rss("Ann", &server.url("/"), &posts))
    };
    server.serve("/feed", feed(&[2, 1]));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    let ids = |penpal: &Penpal| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut ids: Vec<_> =
            penpal.json(&["posts"]).iter().map(|post| (text(&post["title"]), text(&post["id"]))).collect();
        ids.sort();
        ids
    };
    let before = ids(&penpal);
    server.serve("/feed", feed(&[3, 2, 1]));
    assert_eq!(status(&refreshed(&penpal)), ("changed", 1));
    assert_eq!(ids(&penpal)[..2], before);
}

#[test]
fn a_feed_that_repeats_itself_in_other_words_is_unchanged() {
    let server = Server::start();
    let times = AtomicUsize::new(0);
    let feed = atom("Ann", &server.url("/"), &[one(&server, 1)]);
    // Some servers stamp every answer.
    server.serve_with("/feed", move |_| {
        Answer::feed(format!("{feed}<!-- {} -->", times.fetch_add(1, Ordering::Relaxed)))
    });
    let penpal = follower_of(&server, "/feed");
    assert_eq!(status(&refreshed(&penpal)), ("new", 1));
    assert_eq!(status(&refreshed(&penpal)), ("unchanged", 0));
}

#[test]
fn a_named_blog_is_asked_and_no_other() {
    let server = Server::start();
    server.serve("/one", feed_of(&server, &[1]));
    server.serve("/two", feed_of(&server, &[2]));
    let penpal = Penpal::new();
    penpal.subscribe(&[server.url("/one"), server.url("/two")]);
    assert_eq!(penpal.json(&["refresh", &server.url("/two")]).len(), 1);
    assert_eq!(server.paths(), ["/two"]);
}

#[test]
fn what_a_server_sends_cannot_steer_the_terminal() {
    let server = Server::start();
    let post =
        Post::new(server.url("/1"), 1, "\u{202e}Title\u{9b}31m", "<p>text \u{9d}0;x\u{9c} <script>bad()</script></p>");
    server.serve("/feed", Answer::feed(atom("A\u{85}nn", &server.url("/"), &[post])));
    let penpal = follower_of(&server, "/feed");
    refreshed(&penpal);
    let listed = penpal.done(&["posts"]).stdout + &penpal.done(&["blogs"]).stdout;
    let id = penpal.json(&["posts"])[0]["id"].as_str().unwrap().to_owned();
    let all = listed + &penpal.done(&["read", &id]).stdout;
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!all.contains(steers) && !all.contains("bad()"), "{all:?}");
}
