//! One process holds the data folder, and everybody else is served all the same.

mod support;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, net::UnixListener},
    process::{Child, ChildStderr},
    time::{Duration, Instant},
};

use penpal::{model::Timestamp, session::Hold};
use support::{Answer, Console, Penpal, Post, Ran, Server, atom};

/// `penpal watch` in the background; killed when it is dropped.
struct Watch {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Watch {
    /// Returns when it watches.
    fn start(penpal: &Penpal) -> Self {
        let mut child = penpal.command(&["watch"]).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut watch = Self { child, stderr };
        watch.wait_for("watching");
        watch
    }

    #[track_caller]
    fn wait_for(&mut self, said: &str) {
        let mut all = String::new();
        while !all.contains(said) {
            assert_ne!(self.stderr.read_line(&mut all).unwrap(), 0, "{said} was never said: {all}");
        }
    }

    fn signal(&self, name: &str) {
        let kill = std::process::Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who follows a blog with two posts, fetched a moment ago.
fn reader(server: &Server) -> Penpal {
    let posts: Vec<Post> =
        (1..=2).map(|n| Post::new(server.url(&format!("/{n}")), n, &format!("Post {n}"), "<p>Rye bread</p>")).collect();
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let penpal = Penpal::new();
    penpal.subscribe(&[server.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal
}

#[test]
fn every_command_says_the_same_whoever_holds_the_folder() {
    let server = Server::start();
    let penpal = reader(&server);
    let id = penpal.json(&["posts"])[0]["id"].as_str().unwrap().to_owned();
    let list = penpal.file("list.opml", support::opml(&[server.url("/feed"), "http://b.example/feed".into()]));
    let site = server.url("/feed");
    let commands: Vec<Vec<&str>> = vec![
        vec!["blogs"],
        vec!["blogs", "--json"],
        vec!["posts", "rye"],
        vec!["posts", "--json", "--limit", "1"],
        vec!["search", "bread", "--json"],
        vec!["read", &id],
        vec!["read", &id, "--json"],
        vec!["mark", &id, "--read"],
        vec!["mark", "nothing", "--read"],
        vec!["star", &id],
        vec!["star", &id, "--off"],
        vec!["export"],
        vec!["export", "--format", "json"],
        vec!["import", &list, "--json"],
        vec!["import", "nowhere.opml"],
        vec!["unfollow", "b.example"],
        vec!["unfollow", "b.example"],
        vec!["follow", &site, "--json"],
        vec!["refresh", "--json"],
        vec!["refresh", "nobody.example"],
        vec!["suggest", "--json"],
        vec!["similar", &site],
        vec!["why", &site],
        vec!["flag", &site, "--json"],
        vec!["flag", &site, "--off"],
        vec!["discover", "--budget", "0", "--json"],
    ];
    let run_all = || -> Vec<Ran> { commands.iter().map(|command| penpal.run(command)).collect() };
    // The first time, things are marked and flagged that are so afterwards.
    run_all();
    let alone = run_all();
    let watch = Watch::start(&penpal);
    let served = run_all();
    for ((command, alone), served) in commands.iter().zip(alone).zip(served) {
        assert_eq!(
            (alone.status, alone.stdout, alone.stderr),
            (served.status, served.stdout, served.stderr),
            "penpal {command:?}"
        );
    }
    drop(watch);
}

#[test]
fn a_holder_that_was_killed_leaves_nothing_to_clean() {
    let server = Server::start();
    let penpal = reader(&server);
    for _ in 0..3 {
        let watch = Watch::start(&penpal);
        let mode = fs::metadata(penpal.data().join("socket")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "the socket is the user's alone");
        assert_eq!(penpal.json(&["posts"]).len(), 2);
        watch.signal("-KILL");
        assert_eq!(penpal.json(&["posts"]).len(), 2);
    }
}

#[test]
fn a_command_whose_holder_dies_before_the_answer_does_the_work_itself() {
    let server = Server::start();
    let penpal = reader(&server);
    let watch = Watch::start(&penpal);
    server.forget();
    server.hold();
    let asking = penpal.command(&["refresh", "--force", "--json"]).spawn().unwrap();
    server.wait_for(1);
    watch.signal("-KILL");
    server.wait_for(2);
    server.release();
    let ran: Ran = asking.wait_with_output().unwrap().into();
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(ran.lines()[0]["status"], "unchanged");
}

#[test]
fn watch_polls_what_is_due_and_a_restart_does_not_ask_again() {
    let server = Server::start();
    let penpal = reader(&server);
    penpal.subscribe(&[server.url("/second")]);
    server.serve("/second", Answer::feed(atom("Bea", &server.url("/"), &[])));
    server.forget();
    let mut watch = Watch::start(&penpal);
    watch.wait_for("1 asked");
    assert_eq!(server.paths(), ["/second"], "the other one was asked a moment ago");
    watch.signal("-TERM");
    assert_eq!(watch.child.wait().unwrap().code(), Some(0));
    let watch = Watch::start(&penpal);
    penpal.done(&["watch", "--once"]);
    assert_eq!(server.paths(), ["/second"]);
    penpal.run(&["watch"]).failed_with(&["held by `penpal watch`", "already"]);
    drop(watch);
}

#[test]
fn what_is_followed_while_watch_runs_is_polled_at_once() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut watch = Watch::start(&penpal);
    server.serve("/second", Answer::feed(atom("Bea", &server.url("/"), &[])));
    penpal.subscribe(&[server.url("/second")]);
    watch.wait_for("1 asked");
    assert_eq!(penpal.json(&["blogs"])[1]["title"], "Bea");
}

#[test]
fn watch_gives_way_to_the_screens_and_goes_on_afterwards() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut watch = Watch::start(&penpal);
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Post 2");
    watch.wait_for("gave way");
    // What a command does shows on the screens, and a second reader is told who sits here.
    let id = penpal.json(&["posts"])[0]["id"].as_str().unwrap().to_owned();
    penpal.done(&["star", &id]);
    console.wait("the star", |screen| screen.contents().contains('*'));
    let second = Console::open(&penpal, &[]);
    let mut second = second;
    second.wait_for("is held by `penpal` (process");
    assert_eq!(console.quit(), 0);
    watch.wait_for("watching");
    assert_eq!(penpal.json(&["posts"])[0]["starred"], true);
}

#[test]
fn another_version_is_told_to_restart_the_holder() {
    let server = Server::start();
    let penpal = reader(&server);
    let hold = Hold::take(&penpal.data(), "penpal watch", Timestamp(0)).unwrap();
    let listener = UnixListener::bind(penpal.data().join("socket")).unwrap();
    let greeting = std::thread::spawn(move || {
        let (mut guest, _) = listener.accept().unwrap();
        writeln!(guest, r#"{{"penpal":"99.0.0","holder":"`penpal watch` (process 1)","role":"watch"}}"#).unwrap();
        BufReader::new(guest).read_line(&mut String::new()).unwrap();
    });
    penpal.run(&["posts"]).failed_with(&["penpal 99.0.0", "Restart that one"]);
    greeting.join().unwrap();
    drop(hold);
    penpal.done(&["posts"]);
}

#[test]
fn a_refresh_that_is_broken_off_keeps_what_the_servers_said_so_far() {
    let server = Server::start();
    let penpal = reader(&server);
    server.serve("/second", Answer::feed(atom("Bea", &server.url("/"), &[])));
    penpal.subscribe(&[server.url("/second")]);
    penpal.done(&["refresh", "--force"]);
    server.forget();
    server.hold_after(1);
    let running = penpal.command(&["refresh", "--force"]).spawn().unwrap();
    server.wait_for(2);
    let interrupt = std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    assert_eq!(running.wait_with_output().unwrap().status.code(), Some(130));
    server.release();
    let answers: Vec<usize> = penpal
        .json(&["blogs", "--health"])
        .iter()
        .map(|blog| blog["health"]["answers"].as_array().unwrap().len())
        .collect();
    assert_eq!(answers, [3, 1], "the first of the two had answered");
}

#[test]
fn the_desktop_is_told_once_of_all_new_posts_if_it_wants_to_know() {
    let server = Server::start();
    let told = |penpal: &Penpal| fs::read_to_string(penpal.home().join("told")).unwrap_or_default();
    for notify in [false, true] {
        let command = "[\"sh\", \"-c\", 'printf \"%s|%s\" \"$1\" \"$2\" >told', \"sh\", \"{title}\", \"{body}\"]";
        let penpal = Penpal::configured(&format!("[watch]\nnotify = {notify}\nnotify_command = {command}\n"));
        for name in ["a", "b"] {
            let post = Post::new(server.url(&format!("/{name}/1")), 1, "One", "<p>Text</p>");
            server.serve(&format!("/{name}"), Answer::feed(atom(&format!("Blog {name}"), &server.url("/"), &[post])));
        }
        penpal.subscribe(&[server.url("/a"), server.url("/b")]);
        penpal.done(&["watch", "--once"]);
        // The program runs on beside penpal; it is done when it has written all.
        let deadline = Instant::now() + Duration::from_secs(60);
        while notify && !told(&penpal).ends_with('b') && Instant::now() < deadline {
            std::thread::yield_now();
        }
        let (heading, body) = if notify { ("2 new posts", "Blog a, Blog b") } else { ("", "") };
        assert_eq!(told(&penpal), if notify { format!("{heading}|{body}") } else { String::new() });
    }
}

#[test]
fn the_systemd_unit_names_this_program_and_the_folder_that_was_named() {
    let penpal = Penpal::new();
    let unit = penpal.done(&["watch", "--unit"]).stdout;
    // The tests name it by the variable, which a service would not have.
    let expected = format!("ExecStart={} --data-dir {} watch", env!("CARGO_BIN_EXE_penpal"), penpal.data().display());
    assert!(unit.contains(&expected), "{unit}");
}
