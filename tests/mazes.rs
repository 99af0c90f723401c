//! Sites that are made to keep a crawler busy: whatever they serve, a look at one costs no more than at any other, and
//! those who are looked for are found all the same.

mod support;

use support::{Answer, Asked, Penpal, Post, Server, atom, page};

const ON_LOOPBACK: &str = "[discover]\nallow_private = true\n";
const FEED: &str = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed\">";
const RYE: &str = "<p>A sourdough starter likes rye flour and a warm kitchen, whatever the miller says of it.</p>";
const BUDGET: usize = 120;
/// A look reads robots.txt, a home page, six places where a feed may lie, and four pages or lists of friends, each after a
/// few redirects at most.
const MOST_OF_A_LOOK: usize = 60;

fn blog(server: &Server, title: &str, home: &str) {
    server.serve("/", Answer::page(page(&format!("<title>{title}</title>{FEED}"), home)));
    server.serve("/0", Answer::page(page("", &format!("<article>{RYE}</article>"))));
    feed(server, title);
}

fn feed(server: &Server, title: &str) {
    let post = Post::new(server.url("/0"), 1, &format!("{title} on rye"), RYE);
    server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &[post])));
}

fn repeated(times: usize, one: impl Fn(usize) -> String) -> String {
    (0..times).map(one).collect()
}

/// The path that was asked for with one letter more, so that no address comes twice.
fn deeper(asked: &Asked) -> String {
    format!("{}x", asked.path)
}

/// What Mallory serves.
type Maze = fn(&Server);

const MAZES: [(&str, Maze); 8] = [
    ("each redirect leads to the next", |mallory| {
        mallory.serve_with("/", |asked| Answer::redirect(302, &deeper(asked)));
        mallory.serve_other(|asked| Answer::redirect(302, &deeper(asked)));
    }),
    ("robots.txt is somewhere else, and there too", |mallory| {
        blog(mallory, "Mallory", "");
        mallory.serve_with("/robots.txt", |asked| Answer::redirect(301, &deeper(asked)));
        mallory.serve_other(|asked| Answer::redirect(301, &deeper(asked)));
    }),
    ("a thousand feeds are declared, none of which is one", |mallory| {
        let feeds = repeated(1000, |n| format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/f{n}\">"));
        mallory.serve("/", Answer::page(page(&feeds, "")));
    }),
    ("a thousand pages of friends, each of which points to more", |mallory| {
        let friends =
            |from: usize| repeated(1000, move |n| format!("<a href=\"/friends/{}\">Friends</a>", from * 1000 + n));
        blog(mallory, "Mallory", &friends(0));
        mallory.serve_other(move |asked| Answer::page(page("<title>Friends</title>", &friends(asked.path.len()))));
    }),
    ("a thousand blogrolls, each somewhere else", |mallory| {
        let rolls = repeated(1000, |n| format!("<link rel=\"blogroll\" type=\"text/x-opml\" href=\"/roll{n}.opml\">"));
        feed(mallory, "Mallory");
        mallory.serve("/", Answer::page(page(&format!("<title>Mallory</title>{FEED}{rolls}"), "")));
        mallory.serve_other(|asked| Answer::redirect(302, &deeper(asked)));
    }),
    ("a blogroll of nested outlines without end", |mallory| {
        feed(mallory, "Mallory");
        let roll = "<link rel=\"blogroll\" type=\"text/x-opml\" href=\"/roll.opml\">";
        mallory.serve("/", Answer::page(page(&format!("<title>Mallory</title>{FEED}{roll}"), "")));
        let bomb = format!(
            "<!DOCTYPE opml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
             <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><opml version=\"2.0\"><body>{}{}</body></opml>",
            repeated(20_000, |n| format!("<outline text=\"&c;{n}\" xmlUrl=\"/~u{n}/feed\" htmlUrl=\"/~u{n}/\">")),
            "</outline>".repeat(20_000)
        );
        mallory.serve("/roll.opml", Answer::feed(bomb));
    }),
    ("everybody is Mallory, and Mallory is everybody", |mallory| {
        let me = repeated(1000, |n| format!("<a rel=\"me\" href=\"/~u{n}/\">me</a>"));
        let back = format!("<a rel=\"me\" href=\"{}\">me</a>{me}", mallory.url("/"));
        blog(mallory, "Mallory", &me);
        mallory.serve_other(move |_| Answer::page(page(FEED, &back)));
    }),
    ("every page is a front door to a thousand more", |mallory| {
        let doors = repeated(1000, |n| format!("<a href=\"/~u{n}/\">a friend</a>"));
        blog(mallory, "Mallory", &format!("<div class=\"blogroll\">{doors}</div>"));
        let door = page(&format!("<title>Door</title>{FEED}"), &format!("<div class=\"blogroll\">{doors}</div>"));
        mallory.serve_other(move |_| Answer::page(door.clone()));
    }),
];

#[test]
fn a_maze_costs_no_more_than_its_share_and_keeps_nobody_from_being_found() {
    for (name, maze) in MAZES {
        let (ann, cleo, mallory) = (Server::start(), Server::start(), Server::start());
        let door = |server: &Server| format!("<a href=\"{}\">a friend</a>", server.url("/"));
        blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}{}</div>", door(&mallory), door(&cleo)));
        blog(&cleo, "Cleo", "");
        maze(&mallory);
        let penpal = Penpal::configured(ON_LOOPBACK);
        penpal.subscribe(&[ann.url("/feed")]);
        penpal.done(&["refresh"]);
        let crawled = &penpal.json(&["discover", "--budget", &BUDGET.to_string()])[0];
        let asked = mallory.asked().len();
        assert!(asked <= MOST_OF_A_LOOK, "{name}: {asked} requests");
        assert!(crawled["requests"].as_u64().unwrap() <= BUDGET as u64, "{name}: {crawled}");
        let suggestions = penpal.json(&["suggest"]);
        let is_cleo = |one: &serde_json::Value| one["blog"]["feed_url"] == cleo.url("/feed");
        assert!(suggestions.iter().any(is_cleo), "{name}: {suggestions:?}");
    }
}
