//! What somebody does while reading, and how all of it is taken back: on the command line and in the screens.

mod support;

use serde_json::Value;
use support::{Answer, Penpal, Post, Server, atom};

/// Somebody who follows Ann, with three posts, and Ben, with two; none is read.
fn reader() -> Penpal {
    with(Penpal::new())
}

fn with(penpal: Penpal) -> Penpal {
    let [ann, ben] = [(); 2].map(|()| Server::start());
    let feed = |server: &Server, title: &str, posts: &[(u32, &str, &str)]| {
        let posts: Vec<Post> = posts
            .iter()
            .map(|(number, title, html)| Post::new(server.url(&format!("/{number}")), *number, title, html))
            .collect();
        server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &posts)));
    };
    feed(
        &ann,
        "Ann bakes",
        &[(1, "Rye", "<p>Dark bread</p>"), (3, "Crumb", "<p>Open</p>"), (5, "Sponsored oven", "<p>Buy</p>")],
    );
    feed(&ben, "Ben mills", &[(2, "Flour", "<p>White bread</p>"), (4, "Stone", "<p>Old</p>")]);
    penpal.subscribe(&[ann.url("/feed"), ben.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal
}

fn titles(penpal: &Penpal, arguments: &[&str]) -> Vec<String> {
    let posts = penpal.json(&[&["posts"], arguments].concat());
    posts.iter().map(|post| post["title"].as_str().unwrap().to_owned()).collect()
}

fn id(penpal: &Penpal, title: &str) -> String {
    let posts = penpal.json(&["posts", title, "--all"]);
    posts[0]["id"].as_str().unwrap().to_owned()
}

fn post(penpal: &Penpal, title: &str) -> Value {
    penpal.json(&["posts", title, "--all"]).remove(0)
}

const ALL: [&str; 5] = ["Sponsored oven", "Stone", "Crumb", "Flour", "Rye"];

#[test]
fn all_that_is_unread_can_be_marked_or_one_blog_or_what_is_old_and_undone() {
    let penpal = reader();
    assert_eq!(titles(&penpal, &["--unread"]), ALL);
    penpal.done(&["mark", "--read", "--blog", "Ben mills"]).said(&["2 marked read", "penpal undo"]);
    assert_eq!(titles(&penpal, &["--unread"]), ["Sponsored oven", "Crumb", "Rye"]);
    penpal.done(&["mark", "--read", "--older-than", "30d", "--blog", "Ann bakes"]);
    assert_eq!(titles(&penpal, &["--unread"]), [""; 0], "the tests' posts are years old");
    penpal.done(&["undo", "--times", "2"]);
    assert_eq!(titles(&penpal, &["--unread"]), ALL);
    penpal.done(&["mark", "--read", &id(&penpal, "Rye")]);
    penpal.done(&["mark", "--read", "--all"]).said(&["4 marked read"]);
    let undone = penpal.done(&["undo"]).stdout;
    assert_eq!(undone.trim(), "Undone: 4 posts marked read");
    assert_eq!(titles(&penpal, &["--unread"]), ALL[..4], "what was read before stays read");
    penpal.done(&["redo"]);
    assert_eq!(titles(&penpal, &["--unread"]), [""; 0]);
    penpal.done(&["mark", "--read", "--all"]).said(&["0 marked read"]);
    assert_eq!(penpal.run(&["mark", "--read", "--all", "abc"]).status, Some(2));
    assert_eq!(penpal.run(&["mark", "--read"]).status, Some(2));
    assert_eq!(penpal.run(&["mark", "--read", "--older-than", "soon"]).status, Some(2));
}

#[test]
fn tags_and_what_is_saved_are_listed_and_taken_back() {
    let penpal = reader();
    let rye = id(&penpal, "Rye");
    penpal.done(&["tag", "To Bake", &rye, &id(&penpal, "Flour")]);
    penpal.done(&["tag", "mills", "--blog", "Ben mills"]);
    penpal.done(&["save", &rye]);
    let line = post(&penpal, "Rye");
    assert_eq!(line["own_tags"], serde_json::json!(["saved", "to-bake"]));
    assert_eq!((&line["saved"], &line["tags"]), (&true.into(), &line["own_tags"]));
    assert_eq!(titles(&penpal, &["--tag", "to-bake"]), ["Flour", "Rye"]);
    assert_eq!(titles(&penpal, &["--tag", "mills"]), ["Stone", "Flour"], "a blog's tag holds for its posts");
    assert_eq!(titles(&penpal, &["--tag", "mills", "--tag", "to-bake"]), ["Flour"]);
    assert_eq!(titles(&penpal, &["--saved"]), ["Rye"]);
    let tags = penpal.json(&["tag"]);
    let uses: Vec<(&str, u64, u64)> = tags
        .iter()
        .map(|t| (t["tag"].as_str().unwrap(), t["posts"].as_u64().unwrap(), t["blogs"].as_u64().unwrap()))
        .collect();
    assert_eq!(uses, [("mills", 0, 1), ("saved", 1, 0), ("to-bake", 2, 0)]);
    assert!(penpal.done(&["export"]).stdout.contains("mills"), "a blog's tag is exported");
    penpal.done(&["save", "--off", &rye]);
    penpal.done(&["undo"]);
    assert_eq!(titles(&penpal, &["--saved"]), ["Rye"]);
    penpal.done(&["undo", "--times", "3"]);
    assert_eq!(penpal.json(&["tag"]), [""; 0]);
    penpal.run(&["tag", "mills", "--blog", "nobody.example"]).failed_with(&["nobody.example"]);
    penpal.run(&["tag", "mills"]).failed_with(&["posts by their ids", "--blog"]);
}

#[test]
fn what_is_hidden_or_muted_is_not_listed_not_counted_and_not_lost() {
    let penpal = reader();
    let unread =
        |penpal: &Penpal| -> u64 { penpal.json(&["blogs"]).iter().map(|blog| blog["unread"].as_u64().unwrap()).sum() };
    penpal.done(&["hide", &id(&penpal, "Stone")]).said(&["1 hidden"]);
    penpal.done(&["mute", "add", "/^sponsored/"]).said(&["muted", "penpal undo"]);
    penpal.done(&["mute", "add", "bread", "--blog", "Ben mills"]);
    assert_eq!(titles(&penpal, &[]), ["Crumb", "Rye"]);
    assert_eq!(unread(&penpal), 2);
    assert_eq!(titles(&penpal, &["--hidden"]), ["Sponsored oven", "Stone", "Flour"]);
    assert_eq!(titles(&penpal, &["--all"]), ALL);
    assert_eq!((&post(&penpal, "Stone")["hidden"], &post(&penpal, "Flour")["muted"]), (&true.into(), &true.into()));
    let mutes = penpal.json(&["mute"]);
    assert_eq!((&mutes[0]["words"], &mutes[0]["blog"]), (&"/^sponsored/".into(), &Value::Null));
    assert_eq!(mutes[1]["blog"]["title"], "Ben mills");
    penpal.done(&["mark", "--read", "--all"]).said(&["2 marked read"]);
    penpal.done(&["undo"]);
    penpal.done(&["mute", "remove", "bread", "--blog", "Ben mills"]);
    assert_eq!(titles(&penpal, &[]), ["Crumb", "Flour", "Rye"]);
    penpal.done(&["undo", "--times", "4"]);
    assert_eq!(titles(&penpal, &[]), ALL);
    assert_eq!((penpal.json(&["mute", "list"]).len(), unread(&penpal)), (0, 5));
    penpal.run(&["mute", "remove", "bread"]).failed_with(&["is not muted", "mute list"]);
    penpal.run(&["mute", "add", "/(/"]).failed_with(&["/(/ is no pattern", "unclosed group"]);
}

#[test]
fn undo_says_what_it_did_and_lists_what_it_could_do() {
    let penpal = reader();
    penpal.done(&["star", &id(&penpal, "Rye")]);
    penpal.done(&["unfollow", "Ben mills"]);
    let list = penpal.json(&["undo", "--list"]);
    assert_eq!(list[0]["what"], "Ben mills followed no longer");
    assert_eq!((&list[1]["what"], &list[1]["undone"]), (&"“Rye” starred".into(), &false.into()));
    assert_eq!(list[2]["what"], "2 blogs followed", "an import is one deed");
    penpal.done(&["undo"]);
    assert_eq!(titles(&penpal, &[]), ALL, "its posts are there again");
    assert_eq!(penpal.json(&["undo", "--list"])[0]["undone"], true);
    assert_eq!(penpal.json(&["redo"])[0]["what"], "Ben mills followed no longer");
    penpal.done(&["undo"]);
    penpal.done(&["star", &id(&penpal, "Crumb")]);
    penpal.run(&["redo"]).failed_with(&["nothing was undone since"]);
    penpal.done(&["undo", "--times", "100"]);
    assert_eq!(penpal.json(&["blogs"]).len(), 0);
    penpal.run(&["undo"]).failed_with(&["nothing was done on this device"]);
}

#[test]
fn posts_come_in_the_order_that_is_asked_for() {
    let penpal = reader();
    penpal.done(&["mark", "--read", &id(&penpal, "Stone")]);
    for (order, expected) in [
        ("oldest", ["Rye", "Flour", "Crumb", "Stone", "Sponsored oven"]),
        ("unread", ["Sponsored oven", "Crumb", "Flour", "Rye", "Stone"]),
        ("blog", ["Sponsored oven", "Crumb", "Rye", "Stone", "Flour"]),
    ] {
        assert_eq!(titles(&penpal, &["--sort", order]), expected, "{order}");
    }
}
