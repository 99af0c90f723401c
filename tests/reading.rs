//! Posts are listed, found, read and marked without the screens.

mod support;

use penpal::{
    app::{App, Paths},
    config::Config,
};
use serde_json::{Value, json};
use support::{Answer, Penpal, Post, Server, atom};

/// Somebody who follows two blogs of two posts each; posts with odd numbers are Ann's.
fn reader() -> Penpal {
    let [ann, ben] = [(); 2].map(|()| Server::start());
    let feed = |server: &Server, title: &str, posts: &[(u32, &str, &str)]| {
        let posts: Vec<Post> = posts
            .iter()
            .map(|(number, title, html)| Post::new(server.url(&format!("/{number}")), *number, title, html))
            .collect();
        server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &posts)));
    };
    feed(&ann, "Ann bakes", &[(1, "Rye", "<p>Dark <em>bread</em> &amp; butter</p>"), (3, "Crumb", "<p>Open</p>")]);
    feed(&ben, "Ben mills", &[(2, "Bread flour", "<p>White</p>"), (4, "Über Mühlen", "<p>Stone</p>")]);
    let penpal = Penpal::new();
    penpal.subscribe(&[ann.url("/feed"), ben.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal
}

fn titles(posts: &[Value]) -> Vec<&str> {
    posts.iter().map(|post| post["title"].as_str().unwrap()).collect()
}

#[test]
fn posts_of_all_blogs_are_one_list_newest_first() {
    let penpal = reader();
    assert_eq!(titles(&penpal.json(&["posts"])), ["Über Mühlen", "Crumb", "Bread flour", "Rye"]);
    assert_eq!(titles(&penpal.json(&["posts", "--limit", "2"])), ["Über Mühlen", "Crumb"]);
    let lines = penpal.done(&["posts"]).stdout;
    assert_eq!(lines.lines().count(), 4);
    assert!(lines.lines().next().unwrap().contains("Über Mühlen") && lines.contains("(Ben mills)"), "{lines}");
}

#[test]
fn a_post_is_found_by_all_of_its_words_in_any_order_and_case() {
    let penpal = reader();
    for (query, found) in [
        ("bread", &["Bread flour", "Rye"][..]),
        ("BUTTER rye", &["Rye"]),
        ("ann bakes open", &["Crumb"]),
        ("MÜHLEN", &["Über Mühlen"]),
        ("bread absent", &[]),
    ] {
        assert_eq!(titles(&penpal.json(&["search", query])), found, "{query}");
        assert_eq!(titles(&penpal.json(&["posts", query])), found, "{query}");
    }
    assert_eq!(penpal.json(&["search", "bread", "--limit", "1"]).len(), 1);
}

#[test]
fn a_post_that_is_read_is_read_from_then_on() {
    let penpal = reader();
    let id = penpal.json(&["posts", "rye"])[0]["id"].as_str().unwrap().to_owned();
    let unread =
        |penpal: &Penpal| -> Vec<Value> { penpal.json(&["blogs"]).iter().map(|blog| blog["unread"].clone()).collect() };
    assert_eq!(unread(&penpal), [2, 2]);
    let told = penpal.done(&["read", &id]).stdout;
    assert!(told.contains("Rye") && told.contains("Ann bakes") && told.contains("Dark bread & butter"), "{told}");
    assert_eq!(unread(&penpal), [1, 2]);
    assert_eq!(penpal.json(&["posts", "rye"])[0]["read"], true);
    assert_eq!(penpal.json(&["posts"]).len(), 4, "read posts stay in the list");
}

#[test]
fn of_several_who_star_a_post_at_once_one_does_and_one_undo_takes_it_back() {
    let penpal = reader();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let app = App::open(Paths { data: penpal.data() }, Config::default(), Default::default()).await.unwrap();
        let post = app.store.all_posts().next().unwrap().unwrap().id;
        let all = futures_util::future::join_all((0..8).map(|_| app.star(std::slice::from_ref(&post), true))).await;
        assert_eq!(all.into_iter().map(Result::unwrap).sum::<usize>(), 1);
        app.close().unwrap();
    });
    penpal.done(&["undo"]);
    assert!(penpal.json(&["posts"]).iter().all(|post| post["starred"] == false));
}

#[test]
fn marks_and_stars_are_set_and_taken_off_for_several_posts_at_once() {
    let penpal = reader();
    let marks = |penpal: &Penpal| -> Vec<(bool, bool)> {
        let of = |post: &Value| (post["read"].as_bool().unwrap(), post["starred"].as_bool().unwrap());
        penpal.json(&["posts"]).iter().map(of).collect()
    };
    let posts = penpal.json(&["posts"]);
    let [first, second] = [0, 1].map(|place: usize| posts[place]["id"].as_str().unwrap());
    penpal.done(&["mark", first, second, "--read"]).said(&["2 marked read"]);
    penpal.done(&["mark", first, "--read"]).said(&["0 marked read"]);
    penpal.done(&["star", first]);
    assert_eq!(marks(&penpal), [(true, true), (true, false), (false, false), (false, false)]);
    penpal.done(&["mark", first, "--unread"]);
    penpal.done(&["star", first, "--off"]);
    assert_eq!(marks(&penpal), [(false, false), (true, false), (false, false), (false, false)]);
}

#[test]
fn a_post_is_meant_by_its_id_the_beginning_of_it_or_its_address() {
    let penpal = reader();
    let post = &penpal.json(&["posts", "crumb"])[0];
    let (id, url) = (post["id"].as_str().unwrap(), post["url"].as_str().unwrap());
    for name in [id, &id[..6], url] {
        let read = &penpal.json(&["read", name])[0];
        assert_eq!((&read["id"], &read["read"], &read["text"]), (&json!(id), &json!(true), &json!("Open")));
        penpal.done(&["mark", name, "--unread"]);
        assert_eq!(penpal.json(&["posts", "crumb"])[0]["read"], false);
    }
}

#[test]
fn who_follows_nobody_is_told_how_to_begin() {
    let penpal = Penpal::new();
    penpal.done(&["posts"]).said(&["penpal refresh"]);
    penpal.done(&["blogs"]).said(&["penpal import", "penpal follow"]);
    penpal.done(&["refresh"]).said(&["penpal import", "penpal follow"]);
    penpal.done(&["suggest"]).said(&["penpal discover"]);
    penpal.done(&["posts", "--quiet"]);
    assert_eq!(penpal.done(&["posts", "--quiet"]).stderr, "");
}
