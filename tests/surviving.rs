//! Whatever happens to the program or its folder, what the user did is kept, and a message says what to do.

mod support;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use penpal::{model::Timestamp, session::Hold};
use serde_json::{Value, json};
use support::{Answer, Penpal, Post, Ran, Server, atom};

fn feed_of(server: &Server, numbers: &[u32]) -> Answer {
    let post = |number: &u32| {
        Post::new(server.url(&format!("/{number}")), *number, &format!("Post {number}"), "<p>Some text</p>")
    };
    Answer::feed(atom("Ann", &server.url("/"), &numbers.iter().map(post).collect::<Vec<_>>()))
}

/// Somebody who follows a blog, has read one of its posts and starred the other.
fn reader(server: &Server) -> Penpal {
    server.serve("/feed", feed_of(server, &[1, 2]));
    let penpal = Penpal::new();
    let list = format!(
        "<opml><body><outline text='Near'><outline text='My Ann' xmlUrl='{}'/></outline></body></opml>",
        server.url("/feed")
    );
    assert_eq!(penpal.run_with(&["import", "-"], list.as_bytes()).status, Some(0));
    penpal.done(&["refresh"]);
    let posts = penpal.json(&["posts"]);
    penpal.done(&["star", posts[0]["id"].as_str().unwrap()]);
    penpal.done(&["mark", posts[1]["id"].as_str().unwrap(), "--read"]);
    penpal
}

/// Everything that the lists show.
fn shown(penpal: &Penpal) -> (Vec<Value>, Vec<Value>) {
    (penpal.json(&["blogs"]), penpal.json(&["posts"]))
}

fn journal_of(penpal: &Penpal) -> PathBuf {
    let mut files = fs::read_dir(penpal.data().join("journal")).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "ndjson")).unwrap()
}

#[test]
fn a_refresh_that_is_killed_loses_nothing_and_the_next_goes_on() {
    let (quick, slow) = (Server::start(), Server::start());
    let penpal = reader(&quick);
    let before = shown(&penpal);
    quick.serve("/feed", feed_of(&quick, &[1, 2, 3]));
    slow.serve("/feed", feed_of(&slow, &[7]));
    penpal.subscribe(&[slow.url("/feed")]);
    slow.hold();
    quick.forget();
    let mut running = penpal.command(&["refresh", "--force"]).spawn().unwrap();
    slow.wait_for(1);
    quick.wait_for(1);
    running.kill().unwrap();
    running.wait().unwrap();

    let after = shown(&penpal);
    assert_eq!(after.0.len(), 2, "the subscription that was just made is there");
    for post in &before.1 {
        assert!(after.1.contains(post), "{post} is lost");
    }
    slow.release();
    penpal.done(&["refresh", "--force"]);
    let titles: Vec<_> = penpal.json(&["posts"]).iter().map(|post| post["title"].clone()).collect();
    assert_eq!(titles, ["Post 7", "Post 3", "Post 2", "Post 1"]);
}

#[test]
fn wherever_a_refresh_is_killed_the_folder_opens_and_the_next_refresh_completes_it() {
    let server = Server::start();
    let feeds: Vec<String> = (0..20).map(|number| server.url(&format!("/feed-{number}"))).collect();
    for number in 0..20 {
        server.serve(&format!("/feed-{number}"), feed_of(&server, &[number]));
    }
    let penpal = Penpal::new();
    penpal.subscribe(&feeds);
    for answered in [0, 1, 2, 5, 11, 19] {
        server.hold_after(answered);
        let mut running = penpal.command(&["refresh", "--force"]).spawn().unwrap();
        server.wait_for(answered + 1);
        running.kill().unwrap();
        running.wait().unwrap();
        let blogs = penpal.done(&["blogs", "--json"]);
        assert_eq!((blogs.lines().len(), blogs.stderr.as_str()), (20, ""), "killed after {answered} answers");
    }
    server.release();
    penpal.done(&["refresh", "--force"]);
    assert_eq!(penpal.json(&["posts"]).len(), 20);
}

#[test]
fn a_refresh_that_is_interrupted_says_so_and_loses_nothing() {
    let server = Server::start();
    let penpal = reader(&server);
    let before = shown(&penpal);
    server.hold();
    let running = penpal.command(&["refresh", "--force"]).spawn().unwrap();
    server.wait_for(1);
    // Ctrl-C on a terminal does this.
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", running.id())]).status().unwrap();
    assert!(sent.success());
    let ran: Ran = running.wait_with_output().unwrap().into();
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(130), ""));
    server.release();
    assert_eq!(shown(&penpal), before);
}

#[test]
fn every_subscription_that_an_import_acknowledged_outlives_a_kill_at_once() {
    let penpal = Penpal::new();
    let feeds: Vec<String> = (0..200).map(|number| format!("http://{number}.example/feed")).collect();
    let mut running = penpal.command(&["import", "-", "--json"]).stdin(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(support::opml(&feeds).as_bytes()).unwrap();
    // The first line comes when all of them are written down.
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(line.contains("added"), "{line}");
    assert_eq!(penpal.json(&["blogs"]).len(), 200);
}

#[test]
fn a_second_penpal_is_served_while_the_first_is_at_work() {
    let server = Server::start();
    let penpal = reader(&server);
    let before = shown(&penpal);
    server.hold();
    let running = penpal.command(&["refresh", "--force"]).spawn().unwrap();
    server.wait_for(1);
    assert_eq!(shown(&penpal), before);
    let id = before.1[0]["id"].as_str().unwrap();
    penpal.done(&["mark", id, "--read"]);
    server.release();
    let ran: Ran = running.wait_with_output().unwrap().into();
    assert_eq!(ran.status, Some(0), "the first goes on undisturbed: {}", ran.stderr);
    assert_eq!(penpal.json(&["posts"])[0]["read"], true);
}

#[test]
fn a_holder_that_does_not_answer_is_named() {
    let penpal = Penpal::new();
    penpal.done(&["blogs"]);
    let hold = Hold::take(&penpal.data(), "penpal from long ago", Timestamp(0)).unwrap();
    let folder = penpal.data();
    penpal.run(&["blogs"]).failed_with(&[
        "`penpal from long ago` (process",
        folder.to_str().unwrap(),
        "does not answer",
    ]);
    drop(hold);
    penpal.done(&["blogs"]);
}

#[test]
fn a_holder_that_was_killed_leaves_no_lock_behind() {
    let server = Server::start();
    let penpal = reader(&server);
    server.hold();
    let mut running = penpal.command(&["refresh", "--force"]).spawn().unwrap();
    server.wait_for(1);
    running.kill().unwrap();
    running.wait().unwrap();
    assert_eq!(penpal.json(&["blogs"]).len(), 1);
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named_with_a_way_on() {
    let penpal = Penpal::new();
    let folder = format!("{}/data", penpal.file("a-file", "not a folder"));
    for command in [&["blogs"][..], &["import", "-"], &["refresh"]] {
        let ran = penpal.run(&[command, &["--data-dir", &folder]].concat());
        ran.failed_with(&[&folder, "cannot be written", "--data-dir"]);
    }
}

#[test]
fn what_the_user_did_outlives_the_cache() {
    let server = Server::start();
    let penpal = reader(&server);
    let before = shown(&penpal);
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    let subscribed = penpal.json(&["blogs"]);
    assert_eq!((&subscribed[0]["title"], &subscribed[0]["folder"]), (&json!("My Ann"), &json!(["Near"])));
    penpal.done(&["refresh"]);
    assert_eq!(shown(&penpal), before, "marks and stars are on their posts again");
}

#[test]
fn a_damaged_cache_is_set_aside_and_said_and_work_goes_on() {
    for damage in [&b"garbage"[..], &[0xff; 700_000], b""] {
        let server = Server::start();
        let penpal = reader(&server);
        let before = shown(&penpal);
        fs::write(penpal.data().join("cache/db"), damage).unwrap();
        let first = penpal.done(&["blogs", "--json"]);
        first.said(&["the cache was damaged", "subscriptions, marks and stars are here", "cache-damaged-1"]);
        assert_eq!(first.lines().len(), 1);
        assert!(penpal.data().join("cache-damaged-1").is_dir());
        penpal.done(&["refresh"]);
        assert_eq!(shown(&penpal), before);
        assert!(!penpal.done(&["blogs"]).stderr.contains("damaged"), "it is said once");
    }
}

#[test]
fn a_torn_last_line_of_the_journal_is_set_aside_and_said() {
    let server = Server::start();
    let penpal = reader(&server);
    let before = shown(&penpal);
    let journal = journal_of(&penpal);
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, [&whole[..], br#"{"v":1,"t":17900"#].concat()).unwrap();
    penpal.done(&["blogs"]).said(&["torn", "set aside"]);
    assert_eq!(fs::read(&journal).unwrap(), whole);
    assert_eq!(fs::read_to_string(journal.with_extension("torn")).unwrap(), "{\"v\":1,\"t\":17900\n");
    assert_eq!(shown(&penpal), before);
    penpal.subscribe(&["http://b.example/feed".into()]);
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    assert_eq!(penpal.json(&["blogs"]).len(), 2, "the next record is whole");
}

#[test]
fn a_damaged_line_within_the_journal_is_named_and_the_rest_is_read() {
    let server = Server::start();
    let penpal = reader(&server);
    let journal = journal_of(&penpal);
    let text = fs::read_to_string(&journal).unwrap();
    assert_eq!(text.lines().count(), 3, "follow, star, read: {text}");
    fs::write(&journal, text.replace("\"starred\":true", "\"starred\":talse")).unwrap();
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    penpal.done(&["refresh"]).said(&["line 2", "checksum"]);
    let posts = penpal.json(&["posts"]);
    assert_eq!((&posts[0]["starred"], &posts[1]["read"]), (&json!(false), &json!(true)));
}

#[test]
fn what_was_done_on_another_device_is_taken_in_as_far_as_it_has_arrived() {
    let server = Server::start();
    let (here, there) = (reader(&server), Penpal::new());
    there.subscribe(&[server.url("/feed"), "http://only-there.example/feed".into()]);
    there.done(&["refresh", &server.url("/feed")]);
    let posts = there.json(&["posts"]);
    there.done(&["mark", posts[0]["id"].as_str().unwrap(), "--read"]);
    there.done(&["unfollow", "only-there.example"]);

    // A file synchroniser carries the journal over, and is not done yet.
    let theirs = journal_of(&there);
    let whole = fs::read(&theirs).unwrap();
    let arrived = journal_of(&here).with_file_name(theirs.file_name().unwrap());
    fs::write(&arrived, &whole[..whole.len() - 20]).unwrap();
    assert_eq!(here.json(&["blogs"]).len(), 2, "followed there, and not unfollowed yet");
    assert_eq!(fs::read(&arrived).unwrap().len(), whole.len() - 20, "another device's file is left as it is");
    fs::write(&arrived, &whole).unwrap();
    assert_eq!(here.json(&["blogs"]).len(), 1);
    let posts = here.json(&["posts"]);
    assert_eq!(
        (&posts[0]["read"], &posts[0]["starred"], &posts[1]["read"]),
        (&json!(true), &json!(true), &json!(true))
    );
}

#[test]
fn the_journal_and_the_folder_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let penpal = Penpal::new();
    penpal.subscribe(&["http://a.example/feed".into()]);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(penpal.data()), 0o700);
    assert_eq!(mode(journal_of(&penpal)), 0o600);
}

#[test]
fn an_error_in_the_configuration_is_named_with_its_line() {
    for (config, parts) in [
        ("[network]\ntimeuot = 3\n", &["config.toml", "line 2", "timeuot"][..]),
        ("[network]\n\n\ntimeout = \"soon\"\n", &["config.toml", "line 4", "soon"]),
        ("[network\n", &["config.toml", "line 1"]),
    ] {
        let penpal = Penpal::configured(config);
        penpal.run(&["blogs"]).failed_with(parts);
        assert!(!penpal.data().exists(), "nothing was begun");
    }
    Penpal::new().run(&["blogs", "--config", "absent.toml"]).failed_with(&["absent.toml", "cannot be read"]);
}

#[test]
fn wrong_usage_is_2_and_does_nothing() {
    let penpal = Penpal::new();
    for arguments in [
        &["teleport"][..],
        &["import"],
        &["mark", "abcdef"],
        &["mark", "abcdef", "--read", "--unread"],
        &["posts", "--limit", "many"],
        &["posts", "--limit", "0"],
        &["search", "bread", "--limit", "0"],
        &["suggest", "--limit", "0"],
        &["similar", "x", "--limit", "0"],
        &["demo", "--plain", "--data-dir", "mine"],
        &["--data-dir", "mine", "demo", "--plain"],
        &["flag", "x", "--never", "--not-now"],
        &["blogs", "--color", "purple"],
    ] {
        let ran = penpal.run(arguments);
        assert_eq!(ran.status, Some(2), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
        ran.said(&["--help"]);
    }
    assert!(!penpal.data().exists());
    assert_eq!(penpal.run(&["--help"]).status, Some(0));
    assert_eq!(penpal.run(&["--version"]).status, Some(0));
}

#[test]
fn a_name_that_is_nothing_changes_nothing() {
    let server = Server::start();
    let penpal = reader(&server);
    let before = shown(&penpal);
    let id = before.1[0]["id"].as_str().unwrap();
    penpal.run(&["mark", id, "nosuchpost", "--read"]).failed_with(&["nosuchpost", "penpal posts"]);
    penpal.run(&["star", "http://a.example/nowhere"]).failed_with(&["http://a.example/nowhere"]);
    penpal.run(&["read", "abc"]).failed_with(&["abc"]);
    penpal.run(&["refresh", "nobody"]).failed_with(&["nobody", "penpal blogs"]);
    penpal.run(&["flag", "nobody"]).failed_with(&["nobody"]);
    assert_eq!(shown(&penpal), before);
}

#[test]
fn nobody_who_reads_the_output_any_more_is_no_error() {
    let server = Server::start();
    let numbers: Vec<u32> = (0..300).collect();
    server.serve("/feed", feed_of(&server, &numbers));
    let penpal = Penpal::new();
    penpal.subscribe(&[server.url("/feed")]);
    penpal.done(&["refresh"]);
    for arguments in [&["posts"][..], &["posts", "--json"], &["search", "post"], &["export", "--json"]] {
        let mut running = penpal.command(arguments).spawn().unwrap();
        let mut stdout = running.stdout.take().unwrap();
        // `head -1`: one line at most, and the pipe is closed.
        stdout.read_exact(&mut [0]).unwrap();
        drop(stdout);
        let ran: Ran = running.wait_with_output().unwrap().into();
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
    // Not even the messages are read.
    for arguments in [&["refresh"][..], &["import", "absent.opml"]] {
        let mut running = penpal.command(arguments).spawn().unwrap();
        drop((running.stdout.take(), running.stderr.take()));
        let status = running.wait().unwrap();
        assert!(matches!(status.code(), Some(0 | 1)), "{arguments:?}: {status}");
    }
}
