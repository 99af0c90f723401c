//! Where a feed gives only a part, the rest is read from the post's page: once, politely, and made safe.

mod support;

use support::{Answer, Console, Penpal, Post, Server, atom, page};

const SENTENCE: &str = "The oven was built of bricks, with a door of iron, and it held the heat for two days.";

/// A blog whose feed gives the first words and whose pages give everything.
fn blog() -> (Server, Penpal) {
    let server = Server::start();
    let posts = [Post::new(server.url("/ovens"), 1, "Ovens", "<p>The oven was built…</p>")];
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let body = format!(
        "<nav><a href='/'>Home</a></nav><article><h1>Ovens</h1>{}<script>alert(1)</script>\
         <p onclick='x'>Read <a href='/bricks'>about bricks</a> too, and come again.</p></article><footer>Imprint</footer>",
        format!("<p>{SENTENCE}</p>").repeat(8)
    );
    server.serve("/ovens", Answer::page(page("<title>Ovens</title>", &body)));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    server.forget();
    (server, penpal)
}

#[test]
fn the_whole_text_is_fetched_once_and_made_safe() {
    let (server, penpal) = blog();
    let post = server.url("/ovens");
    let full = &penpal.json(&["read", &post, "--full"])[0];
    let html = full["html"].as_str().unwrap();
    assert_eq!(html.matches(SENTENCE).count(), 8, "{html}");
    assert!(html.contains(&server.url("/bricks")), "{html}");
    for part in ["script", "alert", "onclick", "Imprint", "Home"] {
        assert!(!html.contains(part), "{part} is in {html}");
    }
    penpal.done(&["read", &post, "--full"]);
    assert_eq!(server.paths(), ["/ovens"], "the second time it is in the cache");
    let given = &penpal.json(&["read", &post])[0];
    assert_eq!(given["text"], "The oven was built…", "what the feed gives stays");
}

#[test]
fn what_the_feed_gives_is_shown_where_it_is_more() {
    let (server, penpal) = blog();
    server.serve("/ovens", Answer::page(page("<title>Ovens</title>", "<p>Gone</p>")));
    let full = &penpal.json(&["read", &server.url("/ovens"), "--full"])[0];
    assert_eq!(full["text"], "The oven was built…");
}

#[test]
fn a_page_that_cannot_be_read_is_told_as_that_and_asked_again_later() {
    let (server, penpal) = blog();
    let post = server.url("/ovens");
    for (answer, part) in [
        (Answer::status(404), "it answered 404"),
        (Answer::ok("image/png", &b"\x89PNG"[..]), "no article"),
        (Answer::page(""), "no article"),
    ] {
        server.serve("/ovens", answer);
        penpal.run(&["read", &post, "--full"]).failed_with(&["cannot be read", part]);
    }
    penpal.done(&["read", &post]);
    server.serve("/ovens", Answer::page(page("", &format!("<article><p>{SENTENCE}</p></article>"))));
    assert_eq!(penpal.json(&["read", &post, "--full"])[0]["text"], SENTENCE);
}

#[test]
fn an_edited_post_is_fetched_again() {
    let (server, penpal) = blog();
    penpal.done(&["read", &server.url("/ovens"), "--full"]);
    let mut post = Post::new(server.url("/ovens"), 2, "Ovens", "<p>The oven was mended…</p>");
    post.published = "2026-03-04T08:00:00Z".into();
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &[post])));
    penpal.done(&["refresh", "--force"]);
    server.forget();
    penpal.done(&["read", &server.url("/ovens"), "--full"]);
    assert_eq!(server.paths(), ["/ovens"]);
}

#[test]
fn a_key_shows_the_whole_text_and_again_what_the_feed_gives() {
    let (_server, penpal) = blog();
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Ovens");
    console.type_in("\r");
    console.wait_for("[4 Post]");
    console.wait_for("The oven was built…");
    console.type_in("v");
    console.wait_for("door of iron");
    console.type_in("v");
    console.wait("the feed's text", |screen| !screen.contents().contains("door of iron"));
    console.quit();
}
