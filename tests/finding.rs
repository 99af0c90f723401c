//! From whatever somebody pastes, the feed is found, with as few requests as it takes.

mod support;

use penpal::{
    model::Timestamp,
    web::{
        Settings, Web,
        find::{FindError, Outcome},
    },
};
use support::{Answer, Console, Penpal, Post, Server, atom, page};

/// A client for which every name is this server's.
fn web(server: &Server) -> Web {
    let address = server.url("").strip_prefix("http://").unwrap().parse().unwrap();
    Web::new(Settings { everything_at: Some(address), gap: std::time::Duration::ZERO, ..Settings::default() }).unwrap()
}

fn feed() -> Answer {
    let posts = [Post::new("http://ann.example/1", 1, "One", "<p>first</p>")];
    Answer::feed(atom("Ann", "http://ann.example/", &posts))
}

fn no_entries() -> Answer {
    Answer::feed(atom("Ann", "http://ann.example/", &[]))
}

fn found(server: &Server, text: &str) -> Result<String, Box<FindError>> {
    let web = web(server);
    let found = wait(web.find_feed(text, Timestamp::now()));
    found.map(|found| found.feed_url.to_string()).map_err(Box::new)
}

/// The server's own runtime must not wait for itself, so each search gets one.
fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn the_feed_of_a_well_known_place_is_asked_at_once() {
    for (pasted, path, feed_url) in [
        ("http://github.com/ann", "/ann.atom", "http://github.com/ann.atom"),
        ("http://github.com/ann/tool", "/ann/tool/releases.atom", "http://github.com/ann/tool/releases.atom"),
        ("http://gitlab.com/ann/tool", "/ann/tool/-/releases.atom", "http://gitlab.com/ann/tool/-/releases.atom"),
        ("http://bsky.app/profile/ann.example", "/profile/ann.example/rss", "http://bsky.app/profile/ann.example/rss"),
        (
            "http://www.youtube.com/channel/UCa/about",
            "/feeds/videos.xml?channel_id=UCa",
            "http://www.youtube.com/feeds/videos.xml?channel_id=UCa",
        ),
        (
            "http://www.youtube.com/playlist?list=PLa",
            "/feeds/videos.xml?playlist_id=PLa",
            "http://www.youtube.com/feeds/videos.xml?playlist_id=PLa",
        ),
        ("http://www.reddit.com/r/rust", "/r/rust/.rss", "http://www.reddit.com/r/rust/.rss"),
        ("http://medium.com/@ann/post", "/feed/@ann", "http://medium.com/feed/@ann"),
        ("http://ann.substack.com/p/post", "/feed", "http://ann.substack.com/feed"),
        ("http://ann.wordpress.com/about", "/feed/", "http://ann.wordpress.com/feed/"),
        ("http://www.tumblr.com/ann", "/rss", "http://ann.tumblr.com/rss"),
        ("http://ann.blogspot.com/", "/feeds/posts/default", "http://ann.blogspot.com/feeds/posts/default"),
        ("http://write.as/ann/post", "/ann/feed/", "http://write.as/ann/feed/"),
        ("http://ann.bearblog.dev", "/feed/", "http://ann.bearblog.dev/feed/"),
        ("http://micro.blog/ann", "/feed.xml", "http://ann.micro.blog/feed.xml"),
        ("http://news.ycombinator.com/", "/rss", "http://news.ycombinator.com/rss"),
    ] {
        let server = Server::start();
        server.serve(path, feed());
        assert_eq!(found(&server, pasted).unwrap(), feed_url, "{pasted}");
        assert_eq!(server.paths(), [path], "{pasted}");
    }
}

#[test]
fn a_project_without_releases_is_followed_by_its_commits() {
    let server = Server::start();
    server.serve("/ann/tool/releases.atom", no_entries());
    server.serve("/ann/tool/commits.atom", feed());
    assert_eq!(found(&server, "http://github.com/ann/tool").unwrap(), "http://github.com/ann/tool/commits.atom");
}

#[test]
fn a_well_known_place_that_changed_its_ways_is_asked_for_its_page() {
    let server = Server::start();
    let declared = "<link rel='alternate' type='application/atom+xml' href='/new/place'>";
    server.serve("/ann", Answer::page(page(declared, "")));
    server.serve("/new/place", feed());
    assert_eq!(found(&server, "http://github.com/ann").unwrap(), "http://github.com/new/place");
}

#[test]
fn a_place_that_has_no_feeds_is_not_even_asked() {
    let server = Server::start();
    let error = found(&server, "http://news.ycombinator.com/user?id=ann").unwrap_err();
    assert!(error.to_string().contains("Hacker News offers no feed of a person"), "{error}");
    assert!(server.paths().is_empty());
}

#[test]
fn a_host_that_asks_for_quiet_is_not_asked_again() {
    let server = Server::start();
    server.serve("/r/rust/.rss", Answer::status(429));
    let error = found(&server, "http://www.reddit.com/r/rust").unwrap_err();
    assert!(error.to_string().contains("429"), "{error}");
    assert_eq!(server.paths().len(), 1);
}

#[test]
fn a_channel_that_goes_by_a_name_is_found_in_its_page() {
    let server = Server::start();
    server.serve("/@ann", Answer::page(page("", "<script>var a = {\"externalId\":\"UCann\"}</script>")));
    server.serve("/feeds/videos.xml?channel_id=UCann", feed());
    assert_eq!(
        found(&server, "http://www.youtube.com/@ann").unwrap(),
        "http://www.youtube.com/feeds/videos.xml?channel_id=UCann"
    );
    assert_eq!(server.paths(), ["/@ann", "/feeds/videos.xml?channel_id=UCann"]);
}

#[test]
fn what_a_page_says_is_tried_in_the_order_of_its_worth() {
    let link = "<link rel='alternate' type='application/rss+xml' href='/declared'>";
    for (head, body, serves, expected, asked) in [
        (link, "<a href='/feed'>RSS</a>", &["/declared", "/feed"][..], "/declared", &["/page", "/declared"][..]),
        // Declared, and gone: what is linked is next, and guesses come last.
        (link, "<a href='/subscribe'>RSS</a>", &["/subscribe"], "/subscribe", &["/page", "/declared", "/subscribe"]),
        ("", "<a href='/x'>Our RSS feed is here</a>", &["/x"], "/x", &["/page", "/x"]),
        (
            "",
            "<a href='/blog/rss-all.php'>Follow</a>",
            &["/blog/rss-all.php"],
            "/blog/rss-all.php",
            &["/page", "/blog/rss-all.php"],
        ),
        (
            "<meta name='generator' content='Hugo 0.1'>",
            "",
            &["/index.xml"],
            "/index.xml",
            &["/page", "/", "/index.xml"],
        ),
        (
            "<meta name='generator' content='WordPress 6'>",
            "",
            &["/?feed=rss2"],
            "/?feed=rss2",
            &["/page", "/", "/feed/", "/?feed=rss2"],
        ),
        ("", "", &["/feed"], "/feed", &["/page", "/", "/feed"]),
    ] {
        let server = Server::start();
        server.serve("/page", Answer::page(page(head, body)));
        for path in serves {
            server.serve(path, feed());
        }
        assert_eq!(found(&server, "http://ann.example/page").unwrap(), format!("http://ann.example{expected}"));
        assert_eq!(server.paths(), asked, "{head}{body}");
    }
}

#[test]
fn a_link_header_declares_too() {
    let server = Server::start();
    let link =
        "<https://ann.example/style.css>; rel=\"preload\", </posts>; rel=\"alternate\"; type=\"application/atom+xml\"";
    server.serve("/", Answer::page(page("", "<p>Hello</p>")).with("link", link));
    server.serve("/posts", feed());
    assert_eq!(found(&server, "http://ann.example/").unwrap(), "http://ann.example/posts");
    assert_eq!(server.paths(), ["/", "/posts"]);
}

#[test]
fn a_post_that_declares_nothing_is_followed_by_its_sites_first_page() {
    let server = Server::start();
    server.serve("/2026/post.html", Answer::page(page("<title>Post</title>", "<p>Hello</p>")));
    server.serve("/", Answer::page(page("<link rel='alternate' type='application/rss+xml' href='/all'>", "")));
    server.serve("/all", feed());
    assert_eq!(found(&server, "http://ann.example/2026/post.html").unwrap(), "http://ann.example/all");
    assert_eq!(server.paths(), ["/2026/post.html", "/", "/all"]);
}

#[test]
fn programs_are_found_by_the_shapes_of_their_addresses() {
    for (pasted, feed_path) in [
        ("http://social.example/@ann", "/@ann.rss"),
        ("http://forum.example/c/rust", "/feeds/c/rust.xml"),
        ("http://forum.example/u/ann", "/feeds/u/ann.xml"),
    ] {
        let server = Server::start();
        let path = url::Url::parse(pasted).unwrap().path().to_owned();
        server.serve(&path, Answer::page(page("<title>Ann</title>", "<p>Hello</p>")));
        server.serve(feed_path, feed());
        assert!(found(&server, pasted).unwrap().ends_with(feed_path), "{pasted}");
    }
}

#[test]
fn a_page_that_only_marks_up_its_posts_is_followed_as_if_it_were_a_feed() {
    let server = Server::start();
    let post = |n: u8| {
        format!(
            "<article class='h-entry'><a class='u-url p-name' href='/{n}'>Post {n}</a><div class='e-content'>text \
             {n}</div></article>"
        )
    };
    server.serve("/", Answer::page(page("<title>Ann</title>", &format!("<div class='h-feed'>{}</div>", post(1)))));
    let penpal = Penpal::new();
    let address = server.url("/");
    penpal.done(&["follow", &address]).said(&["no feed", "h-feed"]);
    assert!(server.paths().iter().filter(|path| *path == "/").count() == 1, "{:?}", server.paths());
    server.serve(
        "/",
        Answer::page(page("<title>Ann</title>", &format!("<div class='h-feed'>{}{}</div>", post(2), post(1)))),
    );
    let refreshed = penpal.json(&["refresh", "--force"]);
    assert_eq!((&refreshed[0]["status"], &refreshed[0]["new_posts"]), (&"changed".into(), &1.into()), "{refreshed:?}");
    let mut titles: Vec<String> =
        penpal.json(&["posts"]).iter().map(|post| post["title"].as_str().unwrap().into()).collect();
    titles.sort();
    assert_eq!(titles, ["Post 1", "Post 2"]);
    // What it is survives export and import, and a page that marks up nothing any more is no feed.
    let exported = penpal.done(&["export"]).stdout;
    let other = Penpal::new();
    other.run_with(&["import", "-"], exported.as_bytes());
    assert_eq!(other.json(&["refresh"])[0]["new_posts"], 2);
    server.serve("/", Answer::page(page("<title>Ann</title>", "Gone fishing")));
    assert_eq!(penpal.run(&["refresh", "--force", "--json"]).lines()[0]["status"], "failed");
}

/// RSS and Atom of the same posts, a feed of comments, one of a tag.
const FOUR: &str = "<link rel='alternate' type='application/rss+xml' title='Ann: comments' href='/comments/feed'>\
    <link rel='alternate' type='application/rss+xml' title='Ann: tea' href='/tag/tea/feed'>\
    <link rel='alternate' type='application/rss+xml' title='Ann RSS' href='/rss'>\
    <link rel='alternate' type='application/atom+xml' title='Ann Atom' href='/atom'>";

#[test]
fn comments_and_the_same_in_another_format_come_last() {
    let server = Server::start();
    server.serve("/", Answer::page(page(FOUR, "")));
    for path in ["/comments/feed", "/tag/tea/feed", "/rss", "/atom"] {
        server.serve(path, feed());
    }
    let Outcome::Found(found) = wait(web(&server).find_or_choose("http://ann.example/", Timestamp::now())).unwrap()
    else {
        panic!("there is nothing to choose: one is the blog, and the others are its parts and copies")
    };
    let others: Vec<&str> = found.others.iter().map(url::Url::path).collect();
    assert_eq!((found.feed_url.url().path(), others), ("/rss", vec!["/tag/tea/feed", "/atom", "/comments/feed"]));
    assert_eq!(server.paths(), ["/", "/rss"]);
}

const TWO: &str = "<link rel='alternate' type='application/rss+xml' title='Essays' href='/essays.xml'>\
    <link rel='alternate' type='application/rss+xml' title='Notes' href='/notes.xml'>";

#[test]
fn a_program_gets_the_best_of_several_feeds_and_the_list_of_the_others() {
    let server = Server::start();
    server.serve("/", Answer::page(page(TWO, "")));
    server.serve("/essays.xml", feed());
    let penpal = Penpal::new();
    let followed = &penpal.json(&["follow", &server.url("/")])[0];
    assert_eq!(followed["feed_url"], server.url("/essays.xml"));
    assert_eq!(followed["others"], serde_json::json!([server.url("/notes.xml")]));
}

#[test]
fn a_person_is_asked_which_of_several_feeds_is_meant() {
    let server = Server::start();
    server.serve("/", Answer::page(page(TWO, "")));
    server.serve("/notes.xml", feed());
    let penpal = Penpal::new();
    let mut console = Console::open(&penpal, &["follow", &server.url("/")]);
    console.wait_for("Which one?");
    let shown = console.text();
    assert!(shown.contains("1  Essays") && shown.contains("2  Notes"), "{shown}");
    console.type_in("7\r");
    console.wait("the question again", |screen| screen.contents().matches("Which one?").count() == 2);
    console.type_in("2\r");
    console.wait_for("is followed now");
    assert_eq!(console.end(), 0);
    assert_eq!(penpal.json(&["blogs"])[0]["feed_url"], server.url("/notes.xml"));
    assert_eq!(server.paths(), ["/", "/notes.xml"]);
}
