//! Files, programs and filters are feeds like others where the user's configuration defines them, and nothing is run or
//! read for anybody else.

mod support;

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::{Value, json};
use support::{Answer, Penpal, Post, Server, atom};

fn feed(numbers: &[u32]) -> String {
    let post = |number: &u32| {
        Post::new(format!("https://ann.example/{number}"), *number, &format!("Post {number}"), "<p>x</p>")
    };
    atom("Ann", "https://ann.example/", &numbers.iter().map(post).collect::<Vec<_>>())
}

/// A script that leaves a trace of having run: one line for each argument.
struct Script {
    folder: tempfile::TempDir,
}

impl Script {
    fn new(body: &str) -> Self {
        let script = Self { folder: tempfile::tempdir().unwrap() };
        let text = format!(
            "#!/bin/sh\nfor argument in run \"$@\"; do echo \"$argument\" >> '{}'; done\n{body}\n",
            script.trace().display()
        );
        fs::write(script.path(), text).unwrap();
        fs::set_permissions(script.path(), fs::Permissions::from_mode(0o700)).unwrap();
        script
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("script.sh")
    }

    fn trace(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    fn ran(&self) -> Vec<String> {
        fs::read_to_string(self.trace()).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

fn refreshed(penpal: &Penpal) -> Value {
    let lines = penpal.run(&["refresh", "--force", "--json"]).lines();
    assert_eq!(lines.len(), 1);
    lines[0].clone()
}

#[test]
fn what_a_program_prints_is_followed_like_any_feed() {
    let script = Script::new("cat \"$2\"");
    let data = tempfile::NamedTempFile::new().unwrap();
    fs::write(data.path(), feed(&[1])).unwrap();
    let penpal = Penpal::configured(&format!(
        "[[sources]]\nname = \"weather\"\nexec = [{:?}, \"two words; $HOME\", {:?}]\n",
        script.path(),
        data.path()
    ));
    let followed = &penpal.json(&["follow", "exec:weather"])[0];
    assert_eq!((&followed["feed_url"], &followed["posts"]), (&json!("exec:weather"), &json!(1)));
    assert_eq!(script.ran()[..2], ["run", "two words; $HOME"], "no shell reads the arguments");
    let again = refreshed(&penpal);
    assert_eq!((&again["status"], &again["http"], &again["error"]), (&json!("unchanged"), &Value::Null, &Value::Null));
    fs::write(data.path(), feed(&[1, 2])).unwrap();
    let changed = refreshed(&penpal);
    assert_eq!((&changed["status"], &changed["new_posts"]), (&json!("changed"), &json!(1)));
    assert_eq!(penpal.json(&["posts"]).len(), 2);
    assert_eq!(penpal.json(&["blogs"])[0]["feed_url"], "exec:weather");
    assert!(penpal.done(&["export"]).stdout.contains("xmlUrl=\"exec:weather\""));
    penpal.done(&["unfollow", "exec:weather"]);
    assert_eq!(penpal.json(&["blogs"]), [] as [Value; 0]);
}

#[test]
fn a_file_is_followed_and_its_trouble_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.xml");
    fs::write(&path, feed(&[1])).unwrap();
    let penpal = Penpal::configured(&format!("[[sources]]\nname = \"notes\"\nfile = {path:?}\n"));
    penpal.done(&["follow", "file:notes"]);
    assert_eq!(refreshed(&penpal)["status"], "unchanged");
    fs::write(&path, "no feed").unwrap();
    assert_eq!(refreshed(&penpal)["status"], "failed");
    fs::remove_file(&path).unwrap();
    let error = refreshed(&penpal)["error"].as_str().unwrap().to_owned();
    assert!(error.contains("file:notes gave no feed") && error.contains("notes.xml cannot be read"), "{error}");
    fs::create_dir(&path).unwrap();
    assert!(refreshed(&penpal)["error"].as_str().unwrap().contains("not a file"));
    assert_eq!(penpal.json(&["posts"]).len(), 1, "what was read stays");
}

#[test]
fn a_filter_gets_the_fetched_feed_and_asks_with_validators() {
    let server = Server::start();
    let answer = Answer::feed(feed(&[1, 2])).with("etag", "\"1\"");
    server.serve_with("/feed", move |asked| {
        if asked.header("if-none-match").is_some() { Answer::status(304) } else { answer.clone() }
    });
    let script = Script::new("sed 's/Post 2/Renamed/'");
    let penpal = Penpal::configured(&format!(
        "[[sources]]\nname = \"mine\"\nfilter = [{:?}]\nurl = {:?}\n",
        script.path(),
        server.url("/feed")
    ));
    penpal.done(&["follow", "filter:mine"]);
    let titles: Vec<Value> = penpal.json(&["posts"]).into_iter().map(|post| post["title"].clone()).collect();
    assert_eq!(titles, ["Renamed", "Post 1"]);
    let again = refreshed(&penpal);
    assert_eq!((&again["status"], &again["http"]), (&json!("unchanged"), &json!(304)));
    assert_eq!((script.ran().len(), server.asked().len()), (1, 2), "nothing new is not filtered again");
    server.serve("/feed", Answer::status(404));
    let missing = refreshed(&penpal);
    assert_eq!((&missing["status"], &missing["http"]), (&json!("failed"), &json!(404)));
}

#[test]
fn a_filter_that_fails_takes_nothing_back_of_what_the_server_said() {
    let server = Server::start();
    server.serve("/feed", Answer::feed(feed(&[1])).with("cache-control", "max-age=36000").with("etag", "\"1\""));
    let script = Script::new("echo 'out of order' >&2; exit 1");
    let penpal = Penpal::configured(&format!(
        "[[sources]]\nname = \"mine\"\nfilter = [{:?}]\nurl = {:?}\n",
        script.path(),
        server.url("/feed")
    ));
    penpal.subscribe(&["filter:mine".into()]);
    let line = refreshed(&penpal);
    assert_eq!((&line["status"], &line["http"]), (&json!("failed"), &json!(200)));
    assert!(line["error"].as_str().unwrap().contains("out of order"), "{line}");
    let health = &penpal.json(&["blogs", "--health"])[0]["health"];
    assert_eq!(
        (&health["interval"], &health["because"]),
        (&json!(36_000), &json!("the server asks for 10 hours (max-age)"))
    );
    // What no feed was made of is asked for whole.
    refreshed(&penpal);
    assert_eq!(server.asked()[1].header("if-none-match"), None);
}

#[test]
fn a_filter_that_was_edited_is_run_though_the_server_has_nothing_new() {
    let server = Server::start();
    let answer = Answer::feed(feed(&[1])).with("etag", "\"1\"");
    server.serve_with("/feed", move |asked| {
        if asked.header("if-none-match").is_some() { Answer::status(304) } else { answer.clone() }
    });
    let config = |name: &str| {
        let url = server.url("/feed");
        format!("[[sources]]\nname = \"mine\"\nfilter = [\"sed\", \"s/Post 1/{name}/\"]\nurl = {url:?}\n")
    };
    let penpal = Penpal::configured(&config("First"));
    penpal.done(&["follow", "filter:mine"]);
    assert_eq!(refreshed(&penpal)["http"], 304);
    fs::write(penpal.home().join("config.toml"), config("Second")).unwrap();
    assert_eq!(refreshed(&penpal)["status"], "changed");
    assert_eq!(penpal.json(&["posts"])[0]["title"], "Second");
    assert_eq!(refreshed(&penpal)["http"], 304, "asked without a condition once");
}

#[test]
fn a_program_that_fails_says_why() {
    for (body, parts) in [
        ("echo 'the sky is gone' >&2; exit 3", &["exec:x gave no feed", "exit status: 3", "the sky is gone"][..]),
        ("kill -9 $$", &["exec:x gave no feed", "signal: 9"]),
        ("echo hello", &["feed"]),
        ("exit 0", &["empty"]),
        ("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", &["more than 1 MB"]),
    ] {
        let script = Script::new(body);
        let config =
            format!("[network]\nlargest_answer = 1\n[[sources]]\nname = \"x\"\nexec = [{:?}]\n", script.path());
        let penpal = Penpal::configured(&config);
        penpal.run(&["follow", "exec:x"]).failed_with(parts);
        assert_eq!(penpal.json(&["blogs"]), [] as [Value; 0], "what is no feed is not followed");
        penpal.subscribe(&["exec:x".into()]);
        let line = refreshed(&penpal);
        assert_eq!(line["status"], "failed");
        assert!(parts.iter().all(|part| line["error"].as_str().unwrap().contains(part)), "{line}");
    }
}

#[test]
fn a_list_can_name_what_is_defined_and_nothing_else_is_run() {
    let script = Script::new("cat");
    let penpal = Penpal::configured(&format!("[[sources]]\nname = \"mine\"\nexec = [{:?}]\n", script.path()));
    let path = script.path().display().to_string();
    let list = format!(
        "<opml><outline xmlUrl='exec:mine'/>\n<outline xmlUrl='exec:{path}'/>\n<outline xmlUrl='exec:other'/>\n\
         <outline xmlUrl='filter:{path}:https://a.example/f'/>\n<outline xmlUrl='file:{path}'/>\n\
         <outline xmlUrl='file:mine'/>\n<outline xmlUrl='exec:mine --with \"more\"'/></opml>"
    );
    let ran = penpal.run_with(&["import", "-", "--json"], list.as_bytes());
    let lines = ran.lines();
    let statuses: Vec<&str> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["added", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped"]);
    for (line, part) in
        [(1, "[[sources]]"), (2, "does not define it"), (3, "filter = "), (4, "file = "), (5, "does not define it")]
    {
        assert!(lines[line]["reason"].as_str().unwrap().contains(part), "{}", lines[line]);
    }
    assert_eq!(script.ran(), [""; 0], "importing runs nothing");
    for address in [format!("exec:{path}"), "exec:other".into(), format!("filter:{path}:https://a.example/")] {
        penpal.run(&["follow", &address]).failed_with(&["[[sources]]"]);
    }
    assert_eq!(script.ran(), [""; 0]);
}

#[test]
fn what_is_defined_no_longer_is_told_and_not_run() {
    let script = Script::new("cat");
    let penpal = Penpal::configured(&format!("[[sources]]\nname = \"mine\"\nexec = [{:?}]\n", script.path()));
    penpal.subscribe(&["exec:mine".into()]);
    fs::write(penpal.home().join("config.toml"), "").unwrap();
    let line = refreshed(&penpal);
    assert!(line["error"].as_str().unwrap().contains("does not define it"), "{line}");
    assert_eq!(script.ran(), [""; 0]);
}
