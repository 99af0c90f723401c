//! `penpal parse` shows how a feed is understood, from a file or an address, and what had to be mended.

mod support;

use serde_json::{Value, json};
use support::{Answer, Penpal, Post, Server, atom, page};

const BROKEN: &str =
    "<b>Warning</b>: x\n<rss><channel><title>R&D</title>\n<item><title>1</title><link>/1</link></item>\n<item><ti";

#[test]
fn an_address_is_understood_like_a_file_and_no_data_folder_is_made() {
    let server = Server::start();
    let posts = [Post::new(server.url("/1"), 1, "One", "<p>first</p>")];
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    server.serve("/", Answer::page(page("<link rel='alternate' type='application/atom+xml' href='/feed'>", "")));
    let penpal = Penpal::new();
    let file = penpal.file("feed.xml", server.body("/feed"));
    let from_file = penpal.json(&["parse", &file, "--base-url", &server.url("/feed")]);
    assert_eq!(penpal.json(&["parse", &server.url("/feed")]), from_file);
    assert_eq!(server.paths(), ["/feed"]);
    assert_eq!(penpal.json(&["parse", &server.url("/")]), from_file, "a site's feed is found");
    assert!(!penpal.data().exists());
}

#[test]
fn what_the_user_says_of_a_feed_wins_over_what_came_with_it() {
    let server = Server::start();
    let text = "<rss><channel><title>\u{e9}</title><item><link>/1</link></item></channel></rss>";
    let latin1: Vec<u8> = text.chars().map(|c| c as u8).collect();
    server.serve("/feed", Answer::ok("text/xml; charset=koi8-r", latin1));
    let told = &Penpal::new().json(&[
        "parse",
        &server.url("/feed"),
        "--content-type",
        "text/xml; charset=iso-8859-1",
        "--base-url",
        "http://ann.example/",
    ])[0];
    assert_eq!((&told["title"], &told["entries"][0]["link"]), (&json!("é"), &json!("http://ann.example/1")));
}

#[test]
fn repairs_are_told_with_their_places() {
    let penpal = Penpal::new();
    let file = penpal.file("broken.xml", BROKEN);
    let told = &penpal.json(&["parse", &file, "--explain", "--base-url", "http://ann.example/"])[0];
    assert_eq!(told["entries"].as_array().map(Vec::len), Some(1));
    let steps: Vec<(&str, &Value)> = told["explain"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| (note["step"].as_str().unwrap(), &note["where"]))
        .collect();
    for step in [
        ("encoding", Value::Null),
        ("start", json!("line 1")),
        ("references", json!("line 2")),
        ("structure", json!("line 4")),
        ("dates", json!("entry 1, “1”")),
        ("ids", json!("entry 1, “1”")),
        ("links", json!("entry 1, “1”")),
    ] {
        assert!(steps.contains(&(step.0, &step.1)), "{step:?} is not in {steps:?}");
    }
    penpal
        .done(&["parse", &file, "--explain"])
        .said(&["structure: the document ends too early: 1 entries are whole", "(line 4)"]);
    assert!(penpal.json(&["parse", &file])[0].get("explain").is_none(), "nobody asked");
}

#[test]
fn an_address_without_a_feed_is_an_error_in_words() {
    let server = Server::start();
    server.serve("/", Answer::page(page("<title>Shop</title>", "<p>No feed here</p>")));
    let penpal = Penpal::new();
    penpal.run(&["parse", &server.url("/")]).failed_with(&["a page without a feed"]);
    let told = penpal.run(&["parse", &server.url("/nothing"), "--json"]);
    assert_eq!(told.status, Some(1));
    assert!(told.lines()[0]["error"].as_str().unwrap().contains("404"));
    penpal.run(&["parse", "absent.xml"]).failed_with(&["absent.xml", "cannot be read"]);
}

#[test]
fn the_name_of_a_file_moves_no_cursor() {
    let penpal = Penpal::new();
    let name = "a\u{1b}]8;;http://x.example\u{7}b\u{9b}31m\u{202e}c";
    for arguments in [&["parse", name][..], &["parse", name, "--json"], &["import", name]] {
        let told = penpal.run(arguments);
        let said = format!("{}{}", told.stdout, told.stderr);
        assert!(said.contains("cannot be read"), "{said:?}");
        assert!(!said.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{said:?}");
    }
}
