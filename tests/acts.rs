//! What somebody does while reading, and how all of it is taken back: on the command line and in the screens.

mod support;

use serde_json::Value;
use support::{Answer, Console, Penpal, Post, Server, atom};

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
fn undo_says_what_changed_about_somebody() {
    let penpal = reader();
    penpal.done(&["people", "tag", "Ann bakes", "baker"]);
    penpal.done(&["people", "note", "Ann bakes", "met at the mill"]);
    penpal.done(&["people", "edit", "Ann bakes", "--met", "the mill"]);
    let said = penpal.json(&["undo", "--list"]);
    let said: Vec<&str> = said.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(said[..3], ["Ann bakes: where you met", "Ann bakes: note", "Ann bakes: blog Ann bakes, tag baker"]);
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

/// Everything read, as the River shows it: `N` stands before what is not.
fn unread_on(screen: &vt100::Screen) -> usize {
    screen.contents().lines().filter(|line| line.starts_with(" N")).count()
}

#[test]
fn all_read_is_undone_after_a_restart_and_done_again() {
    let penpal = reader();
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Today");
    console.type_in("2");
    console.wait("five unread posts", |screen| unread_on(screen) == 5);
    console.type_in("A");
    console.wait_for("5 marked read; u brings them back");
    assert_eq!(console.quit(), 0);

    let mut console = Console::open(&penpal, &[]);
    console.type_in("2");
    console.wait("all read, as it was left", |screen| screen.contents().contains("Crumb") && unread_on(screen) == 0);
    console.type_in("u");
    console.wait_for("Undone: 5 posts marked read; Ctrl-R does it again");
    console.wait("all unread again", |screen| unread_on(screen) == 5);
    console.type_in("\x12");
    console.wait_for("Done again: 5 posts marked read; u undoes it");
    console.wait("all read again", |screen| unread_on(screen) == 0);
    assert_eq!(console.quit(), 0);
    penpal.done(&["undo"]);
    assert_eq!(titles(&penpal, &["--unread"]), ALL, "the command line undoes what was done in the screens");
}

#[test]
fn tags_saved_hidden_and_muted_posts_in_the_screens() {
    let penpal = reader();
    let mut console = Console::open(&penpal, &[]);
    console.type_in("2");
    console.wait_for("Sponsored oven");
    console.type_in("M/^sponsored/\r");
    console.wait_for("is muted; u undoes it");
    console.wait("the post is gone", |screen| !screen.contents().contains("Sponsored oven"));
    console.type_in("gz");
    console.wait_for("Hidden; u brings it back");
    console.wait("the post is gone", |screen| !screen.contents().contains("Stone"));
    console.type_in("gw");
    console.wait_for("Saved for later; u undoes it");
    console.type_in("Topen crumb\r");
    console.wait_for("Tags: +open +crumb; u undoes it");
    console.type_in("#crumb\r");
    console.wait("only what has the tag", |screen| {
        screen.contents().contains("Crumb") && !screen.contents().contains("Flour")
    });
    console.type_in("\x1b");
    console.wait_for("Flour");
    console.type_in("ff");
    console.wait_for("Only what is starred");
    console.type_in("ff");
    console.wait_for("Only what is hidden and muted");
    console.wait_for("Sponsored oven");
    console.wait_for("Stone");
    console.type_in("uuuu");
    console.wait_for("Undone: “/^sponsored/” muted");
    console.type_in("\x1b");
    console.wait("everything", |screen| unread_on(screen) == 5);
    assert_eq!(console.quit(), 0);
    assert_eq!(penpal.json(&["tag"]).len(), 0);
    assert_eq!(titles(&penpal, &[]), ALL);
}

#[test]
fn the_next_unread_post_is_one_key_away_and_blogs_are_found_by_a_part_of_their_name() {
    let penpal = reader();
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Sponsored oven");
    for text in ["Buy", "Old", "Open", "White bread", "Dark bread"] {
        console.type_in("N");
        console.wait(text, |screen| screen.contents().contains("[4 Post]") && screen.contents().contains(text));
    }
    console.type_in("N");
    console.wait_for("Everything is read");
    console.type_in("Bmil");
    console.wait_for("Jump to a blog: mil_ (Ben mills)");
    console.type_in("\r");
    console.wait("Ben's posts", |screen| screen.contents().contains("Stone") && !screen.contents().contains("Crumb"));
    assert_eq!(console.quit(), 0);
    assert_eq!(titles(&penpal, &["--unread"]), [""; 0]);
}

#[test]
fn above_below_and_older_are_marked_and_the_order_changes() {
    let penpal = reader();
    let mut console = Console::open(&penpal, &[]);
    console.type_in("2");
    console.wait("five unread posts", |screen| unread_on(screen) == 5);
    console.type_in("O");
    console.wait_for("Sorted oldest first");
    console.wait("Rye on top", |screen| screen.contents().lines().nth(1).is_some_and(|line| line.contains("Rye")));
    console.type_in("j<");
    console.wait_for("1 marked read; u brings it back");
    console.type_in(">");
    console.wait_for("3 marked read; u brings them back");
    console.type_in("uu");
    console.wait("five unread posts", |screen| unread_on(screen) == 5);
    console.type_in("-30\r");
    console.wait_for("5 marked read; u brings them back");
    assert_eq!(console.quit(), 0);
    assert_eq!(titles(&penpal, &["--unread"]), [""; 0]);
}

#[test]
fn the_address_is_copied_by_the_terminal() {
    let penpal = reader();
    let url = post(&penpal, "Sponsored")["url"].as_str().unwrap().to_owned();
    let mut console = Console::open(&penpal, &[]);
    console.type_in("2");
    console.wait_for("Sponsored oven");
    console.type_in("y");
    console.wait_for("Copied");
    let sequence = format!("\x1b]52;c;{}\x07", data_encoding::BASE64.encode(url.as_bytes()));
    console.wait_written("the wish to copy the address", |written| written.contains(&sequence));
    assert_eq!(console.quit(), 0);
}

#[test]
fn a_macro_hands_the_post_to_a_program_without_a_shell() {
    let home = tempfile::tempdir().unwrap();
    let kept = home.path().join("kept");
    let script = home.path().join("keep");
    let lines = format!(
        "#!/bin/sh\nfor a in \"$@\"; do echo \"[$a]\"; done > {0}\ncat >> {0}\necho all done\n",
        kept.display()
    );
    std::fs::write(&script, lines).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let config = format!(
        "[[macros]]\nkey = \"k\"\nname = \"Keep\"\ncommand = [\"{}\", \"%u\", \"$(id); %t\", \"%a\"]\nstdin = \"markdown\"\n\
         [[macros]]\nkey = \"x\"\nname = \"Broken\"\ncommand = [\"/bin/sh\", \"-c\", \"echo no room >&2; exit 3\"]\n",
        script.display()
    );
    let penpal = with(Penpal::configured(&config));
    let url = post(&penpal, "Sponsored")["url"].as_str().unwrap().to_owned();
    let mut console = Console::open(&penpal, &[]);
    console.type_in("2");
    console.wait_for("Sponsored oven");
    console.type_in(",");
    console.wait_for("Hand the post to: k Keep, x Broken");
    console.type_in("k");
    console.wait_for("Keep: all done");
    let kept = std::fs::read_to_string(kept).unwrap();
    assert!(kept.starts_with(&format!("[{url}]\n[$(id); Sponsored oven]\n")), "{kept}");
    assert!(kept.contains("# Sponsored oven") && kept.contains("Buy"), "{kept}");
    console.type_in(",x");
    console.wait_for("Broken failed");
    console.wait_for("no room");
    console.type_in(",q");
    console.wait_for("No macro has the key q");
    console.type_in("W");
    console.wait_for("Write to");
    console.type_in("\r");
    console.wait_for("Written to");
    let written = std::fs::read_to_string(penpal.home().join("sponsored-oven.md")).unwrap();
    assert!(written.contains("# Sponsored oven") && written.contains(&url), "{written}");
    console.type_in("W\r");
    console.wait_for("is there already; nothing was written");
    assert_eq!(console.quit(), 0);
}

/// `docs/keys.md`, made from the table of actions.
#[test]
fn the_page_of_keys_says_what_the_table_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let now = penpal::app::action::page();
    if std::env::var_os("PENPAL_WRITE_DOCS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "docs/keys.md says otherwise; PENPAL_WRITE_DOCS=1 cargo test --test acts writes it anew");
    let shown = Penpal::new().done(&["keys"]).stdout;
    for entry in penpal::app::action::TABLE {
        assert!(shown.contains(entry.name) && now.contains(entry.does), "{}", entry.name);
    }
}
