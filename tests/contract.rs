//! Every line of `--json` has all of its keys, in the shapes that other programs rely on. More keys may be added.

mod support;

use chrono::DateTime;
use serde_json::Value;
use support::{Answer, Nobody, Penpal, Post, Server, atom, page};

/// What a value may be.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Text,
    TextOrNull,
    /// RFC 3339 in UTC with `Z`, or null.
    TimeOrNull,
    Number,
    NumberOrNull,
    Whole,
    WholeOrNull,
    /// 0..=1.
    Share,
    Flag,
    Texts,
    Blog,
    Is(&'static str),
    OneOf(&'static [&'static str]),
    /// A list of objects, each with these keys.
    Each(&'static [(&'static str, Shape)]),
}

use Shape::*;

const BLOG: &[(&str, Shape)] = &[
    ("id", Text),
    ("title", Text),
    ("site_url", TextOrNull),
    ("feed_url", Text),
    ("author", TextOrNull),
    ("language", TextOrNull),
];

const EVIDENCE: &[(&str, Shape)] =
    &[("post_url", Text), ("post_title", Text), ("quote", Text), ("published", TimeOrNull)];

const STANDINGS: &[&str] = &[
    "new",
    "followed",
    "flagged",
    "not_now",
    "never",
    "invited",
    "answered",
    "connected",
    "declined",
    "at_a_distance",
    "lapsed",
];

const SUGGEST: &[(&str, Shape)] = &[
    ("rank", Whole),
    ("score", Share),
    ("blog", Blog),
    ("standing", OneOf(STANDINGS)),
    (
        "reasons",
        Each(&[
            ("kind", OneOf(&["interests", "friends", "discussions", "perspective"])),
            ("strength", Share),
            ("text", Text),
            ("evidence", Each(EVIDENCE)),
        ]),
    ),
    ("red_lines", Each(&[("name", Text), ("quote", Text), ("post_url", TextOrNull), ("published", TimeOrNull)])),
    ("contact", Each(&[("kind", OneOf(&["email", "mastodon", "webmention", "form"])), ("value", Text)])),
    ("place", TextOrNull),
    ("posts_per_month", NumberOrNull),
    ("last_post", TimeOrNull),
    ("silent_since", TimeOrNull),
];

const SIGNALS: &[(&str, Shape)] = &[("name", Text), ("value", NumberOrNull), ("weight", Number), ("share", Share)];

const POSTS: &[(&str, Shape)] = &[
    ("id", Text),
    ("blog", Blog),
    ("feed_url", Text),
    ("title", Text),
    ("url", TextOrNull),
    ("authors", Texts),
    ("published", TimeOrNull),
    ("updated", TimeOrNull),
    ("read", Flag),
    ("starred", Flag),
    ("tags", Texts),
    ("summary", Text),
    ("enclosures", Each(&[("url", Text), ("type", TextOrNull), ("length", WholeOrNull)])),
];

const IMPORT: &[(&str, Shape)] = &[
    ("feed_url", TextOrNull),
    ("title", TextOrNull),
    ("status", OneOf(&["added", "known", "skipped"])),
    ("line", WholeOrNull),
    ("reason", TextOrNull),
];

const REFRESH: &[(&str, Shape)] = &[
    ("feed_url", Text),
    ("status", OneOf(&["new", "changed", "unchanged", "moved", "gone", "failed"])),
    ("http", WholeOrNull),
    ("new_posts", Whole),
    ("bytes", Whole),
    ("ms", Whole),
    ("error", TextOrNull),
];

/// What is wrong with an object, if anything is.
fn wrong(value: &Value, keys: &[(&str, Shape)]) -> Option<String> {
    let Some(object) = value.as_object() else { return Some(format!("{value} is no object")) };
    keys.iter().find_map(|(key, shape)| match object.get(*key) {
        None => Some(format!("{key} is missing")),
        Some(value) => misshapen(value, *shape).map(|wrong| format!("{key}: {wrong}")),
    })
}

fn misshapen(value: &Value, shape: Shape) -> Option<String> {
    let fits = match shape {
        TextOrNull | TimeOrNull | NumberOrNull | WholeOrNull if value.is_null() => true,
        Text | TextOrNull => value.is_string(),
        TimeOrNull => {
            value.as_str().is_some_and(|text| text.ends_with('Z') && DateTime::parse_from_rfc3339(text).is_ok())
        }
        Number | NumberOrNull => value.is_number(),
        Whole | WholeOrNull => value.is_u64(),
        Share => value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number)),
        Flag => value.is_boolean(),
        Texts => value.as_array().is_some_and(|texts| texts.iter().all(Value::is_string)),
        Is(word) => value == word,
        OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        Blog => return wrong(value, BLOG),
        Each(keys) => match value.as_array() {
            Some(objects) => return objects.iter().find_map(|object| wrong(object, keys)),
            None => false,
        },
    };
    (!fits).then(|| format!("{value} is not {shape:?}"))
}

/// There is a line, and each has all keys in their shapes.
#[track_caller]
fn hold(lines: &[Value], keys: &[(&str, Shape)]) {
    assert!(!lines.is_empty(), "there is no line");
    for line in lines {
        assert_eq!(wrong(line, keys), None, "{line}");
    }
}

fn blog(server: &Server, title: &str, posts: &[(&str, &str)]) {
    let entries: Vec<Post> = (1..)
        .zip(posts)
        .map(|(number, (title, html))| Post::new(server.url(&format!("/{number}")), number, title, html))
        .collect();
    server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &entries)));
    let head = format!("<title>{title}</title><link rel='alternate' type='application/atom+xml' href='/feed'>");
    let body = "<p class='h-card'><a rel='me' href='mailto:me@blog.example'>Write to me</a></p>";
    server.serve("/", Answer::page(page(&head, body)));
}

/// Somebody who follows one blog of two that know each other, and has looked around.
fn settled() -> (Penpal, Server, Server) {
    let (ann, cleo) = (Server::start(), Server::start());
    let link = format!("<p>My sourdough starter is younger than <a href='{}'>Cleo’s</a>.</p>", cleo.url("/1"));
    blog(&ann, "Ann", &[("Rye", &link), ("Oven", "<p>A sourdough starter wants rye flour.</p>")]);
    blog(&cleo, "Cleo", &[("Old", "<p>A sourdough starter grows old on rye flour.</p>"), ("Note", "<p>Short.</p>")]);
    let penpal = Penpal::configured("[discover]\nallow_private = true\n");
    penpal.subscribe(&[ann.url("/feed")]);
    hold(&penpal.json(&["refresh"]), REFRESH);
    (penpal, ann, cleo)
}

#[test]
fn import_and_follow() {
    let penpal = Penpal::new();
    let list = "<opml><outline text='A' xmlUrl='http://a.example/'/><outline xmlUrl='https://a.example/'/>\
                <outline text='no address'/><outline xmlUrl='ftp://b.example/'/></opml>";
    let imported = penpal.run_with(&["import", "-", "--json"], list.as_bytes()).lines();
    assert_eq!(imported.len(), 4);
    hold(&imported, IMPORT);
    let server = Server::start();
    blog(&server, "Ann", &[]);
    for _ in 0..2 {
        hold(&penpal.json(&["follow", &server.url("/")]), IMPORT);
    }
}

#[test]
fn blogs() {
    let (penpal, ..) = settled();
    penpal.subscribe(&["http://never-read.example/feed".into()]);
    let blogs = penpal.json(&["blogs"]);
    hold(&blogs, BLOG);
    hold(
        &blogs,
        &[
            ("folder", Texts),
            ("tags", Texts),
            ("unread", Whole),
            ("last_post", TimeOrNull),
            ("status", OneOf(&["ok", "ill", "gone", "paused"])),
        ],
    );
}

#[test]
fn refresh() {
    let server = Server::start();
    blog(&server, "Ann", &[("One", "<p>Text</p>")]);
    server.serve("/gone", Answer::status(410));
    let nobody = Nobody::new();
    let penpal = Penpal::new();
    penpal.subscribe(&[server.url("/feed"), server.url("/gone"), server.url("/absent"), nobody.url("/feed")]);
    for _ in 0..2 {
        let lines = penpal.json(&["refresh", "--force"]);
        assert_eq!(lines.len(), 4);
        hold(&lines, REFRESH);
    }
}

#[test]
fn posts_and_search_and_read() {
    let (penpal, ann, _cleo) = settled();
    // As little as an entry can be.
    ann.serve(
        "/bare",
        Answer::feed("<rss version='2.0'><channel><item><description>x</description></item></channel></rss>"),
    );
    penpal.done(&["follow", &ann.url("/bare")]);
    let posts = penpal.json(&["posts"]);
    assert_eq!(posts.len(), 3);
    hold(&posts, POSTS);
    let found = penpal.json(&["search", "rye"]);
    hold(&found, POSTS);
    hold(&found, &[("score", Share), ("snippet", Text)]);
    hold(&penpal.json(&["read", posts[0]["id"].as_str().unwrap()]), POSTS);
}

#[test]
fn discover_and_suggest_and_why_and_similar_and_flag() {
    let (penpal, _ann, cleo) = settled();
    let crawled = penpal.json(&["discover"]);
    assert_eq!(crawled.len(), 1);
    hold(&crawled, &[("requests", Whole), ("hosts", Whole), ("candidates", Whole), ("profiled", Whole)]);
    let suggestions = penpal.json(&["suggest"]);
    hold(&suggestions, SUGGEST);
    hold(&suggestions, &[("standing", Is("new"))]);
    let why = penpal.json(&["why", &cleo.url("/")]);
    assert_eq!(why.len(), 1);
    hold(&why, SUGGEST);
    hold(&why, &[("signals", Each(SIGNALS))]);
    let counting = vec![why[0]["counting"].clone()];
    hold(&counting, &[("more", Texts), ("less", Texts)]);
    hold(&penpal.json(&["similar", "Ann"]), &[("rank", Whole), ("score", Share), ("blog", Blog), ("phrases", Texts)]);
    hold(&penpal.json(&["flag", &cleo.url("/")]), &[("blog", Blog), ("standing", Is("flagged"))]);
    hold(&penpal.json(&["suggest"]), &[("standing", Is("flagged"))]);
}

#[test]
fn a_line_that_breaks_the_contract_is_noticed() {
    let line = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (text, keys, part) in [
        ("{}", &[("title", Text)][..], "title is missing"),
        ("{\"title\": null}", &[("title", Text)], "null is not Text"),
        ("{\"score\": 1.5}", &[("score", Share)], "1.5"),
        ("{\"at\": \"2026-01-01T00:00:00+01:00\"}", &[("at", TimeOrNull)], "TimeOrNull"),
        ("{\"reasons\": [{\"kind\": \"luck\"}]}", SUGGEST, "rank is missing"),
        ("{\"contact\": [{}]}", &[("contact", Each(&[("kind", Text)]))], "contact: kind is missing"),
        ("[]", &[], "no object"),
    ] {
        let wrong = wrong(&line(text), keys).unwrap();
        assert!(wrong.contains(part), "{wrong}");
    }
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let penpal = Penpal::new();
    let help = penpal.done(&["--help"]).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()))
        .collect();
    assert!(names.contains(&"watch") && names.len() > 20, "{names:?}");
    let manual = penpal.done(&["man"]).stdout;
    for shell in ["bash", "zsh", "fish"] {
        let script = penpal.done(&["completions", shell]).stdout;
        for name in &names {
            assert!(script.contains(name), "{shell} does not complete {name}");
        }
    }
    for name in names.iter().filter(|name| **name != "help") {
        assert!(manual.contains(&format!(".SH \"PENPAL {}\"", name.to_uppercase())), "{name} is not in the manual");
    }
    assert!(!penpal.data().exists());
}
