//! The terminal, as its user handles it: a first page, the mouse, windows that change, the shell's Ctrl-Z, signals, a place
//! that is found again, and what is told when penpal itself breaks.

mod support;

use std::{path::PathBuf, process::Command};

use penpal::{
    cli,
    tui::{self, Setting, terminal},
};
use support::{Answer, Console, Penpal, Post, Server, atom};

/// Somebody who follows one blog, whose posts are here.
fn reader(server: &Server) -> Penpal {
    let posts: Vec<Post> = (0..3)
        .map(|at| {
            let url = server.url(&format!("/{at}"));
            Post::new(url, at, &format!("Letter {at}"), "<p>Some words of it.</p>")
        })
        .collect();
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    penpal
}

fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn who_follows_nothing_is_told_how_to_begin_and_takes_the_starter_set() {
    // Nothing leaves this machine: whoever is asked would be asked through a proxy that is not there.
    let penpal = Penpal::new().with("http_proxy", "http://127.0.0.1:9").with("https_proxy", "http://127.0.0.1:9");
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Take the starter set");
    console.wait_for("Import a list");
    console.type_in("i");
    console.wait_for("Import (a file");
    console.type_in("\x1b");
    // Esc and a letter in one breath are Alt and that letter.
    console.wait("the prompt closed", |screen| !screen.contents().contains("Import (a file"));
    console.type_in("S");
    console.type_in("3");
    console.wait("blogs in a folder", |screen| {
        screen.contents().lines().filter(|line| line.contains("never")).count() > 9
    });
    assert_eq!(console.quit(), 0);
    assert!(penpal.json(&["blogs"]).len() >= 50);
}

#[test]
fn from_today_to_a_post_and_back_and_today_knows_that_it_was_read() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Letter 2; Letter 1; Letter 0");
    console.type_in("\r");
    console.wait_for("[4 Post]");
    console.type_in("\x1b");
    console.wait("the row without what was read", |screen| {
        let text = screen.contents();
        text.contains("[1 Today]") && text.contains("Letter 1; Letter 0") && !text.contains("Letter 2; Letter 1")
    });
    assert_eq!(console.quit(), 0);
    // The next start paints from the first frame, which knows it too.
    let mut console = Console::open(&penpal, &[]);
    console.wait("the same row", |screen| {
        let text = screen.contents();
        text.contains("Letter 1; Letter 0") && !text.contains("Letter 2; Letter 1")
    });
    assert_eq!(console.quit(), 0);
}

#[test]
fn a_click_selects_a_second_one_opens_and_a_click_on_a_tab_goes_there() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Letter 2; Letter 1");
    // SGR coordinates (xterm's mode 1006), from 1: the second tab.
    console.type_in("\x1b[<0;20;1M");
    console.wait("the rows of the river", |screen| {
        let shown = screen.contents();
        shown.contains("[2 River") && shown.lines().nth(3).is_some_and(|row| row.contains("Letter 0"))
    });
    console.type_in("\x1b[<0;20;4M");
    console.wait("the third row under the cursor", |screen| {
        screen.cell(3, 10).is_some_and(|cell| cell.inverse()) && screen.contents().contains("Letter 0")
    });
    console.type_in("\x1b[<0;20;4M");
    console.wait_for("[4 Post]");
    console.wait_for("Some words of it");
    assert_eq!(console.quit(), 0);
}

#[test]
fn a_window_that_changes_and_changes_is_drawn_as_it_is_in_the_end() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Letter 2; Letter 1");
    for step in 0..40 {
        console.resize(10 + step, 15 + 3 * step);
    }
    console.resize(12, 40);
    console.wait("the screen of 40 columns", |screen| {
        screen.contents().lines().nth(1).is_some_and(|row| row.contains("Letter 2"))
            && screen.contents().contains("q quit")
    });
    assert_eq!(console.quit(), 0);
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_screens_back() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut console = Console::in_shell(&penpal);
    console.type_in(&format!("{}\n", env!("CARGO_BIN_EXE_penpal")));
    console.wait("the screens", |screen| screen.alternate_screen() && screen.contents().contains("Letter 2"));
    console.type_in("\x1a");
    console.wait("the shell", |screen| !screen.alternate_screen() && !screen.hide_cursor());
    console.type_in("echo back-$((40+2))\n");
    console.wait_for("back-42");
    console.type_in("fg\n");
    console.wait("the screens again", |screen| screen.alternate_screen() && screen.contents().contains("Letter 2"));
    console.type_in("2");
    console.wait_for("[2 River");
    console.type_in("q");
    console.wait("the shell again", |screen| !screen.alternate_screen());
    console.type_in("exit\n");
    console.end();
}

#[test]
fn a_signal_to_end_leaves_the_terminal_as_it_was() {
    let server = Server::start();
    let penpal = reader(&server);
    for name in ["TERM", "HUP"] {
        let mut console = Console::open(&penpal, &[]);
        console.wait_for("Letter 2");
        signal(name, console.process());
        console.wait("the terminal as it was", |screen| !screen.alternate_screen() && !screen.hide_cursor());
        console.end();
    }
}

#[test]
fn a_window_that_is_closed_is_no_panic_and_what_was_done_is_kept() {
    let server = Server::start();
    let penpal = reader(&server);
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Letter 2");
    console.type_in("3");
    console
        .wait("the blogs", |screen| screen.contents().contains("[3 Blogs]") && screen.contents().contains("  Ann  "));
    console.hang_up();
    let log = std::fs::read_dir(penpal.data().join("log")).unwrap().flatten();
    let reports: Vec<_> = log.filter(|entry| entry.file_name().to_string_lossy().starts_with("panic-")).collect();
    assert!(reports.is_empty(), "{}", std::fs::read_to_string(reports[0].path()).unwrap());
    assert!(penpal.data().join("left-off").exists(), "the place was kept");
    penpal.done(&["posts"]);
}

/// Somebody who follows one blog of forty posts, the first of which is long.
fn reader_of_much(server: &Server) -> Penpal {
    let long: String = (0..60).map(|at| format!("<p>This is paragraph {at} of it.</p>")).collect();
    let posts: Vec<Post> = (0..40)
        .map(|at| {
            Post::new(server.url(&format!("/{at}")), at, &format!("Letter {at}"), if at == 7 { &long } else { "x" })
        })
        .collect();
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    penpal
}

/// The row that the cursor is on, as it stands there.
fn row_under_the_cursor(screen: &vt100::Screen) -> Option<String> {
    let (rows, columns) = screen.size();
    let row = (1..rows).find(|&row| screen.cell(row, 10).is_some_and(vt100::Cell::inverse))?;
    Some(screen.contents_between(row, 0, row, columns))
}

#[test]
fn the_screens_open_where_they_were_left() {
    let server = Server::start();
    let penpal = reader_of_much(&server);
    let on = |title: &'static str| {
        move |screen: &vt100::Screen| row_under_the_cursor(screen).is_some_and(|row| row.contains(title))
    };
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Letter 39");
    console.type_in("2");
    console.wait("the River", on("Letter 39"));
    console.type_in("O");
    console.wait("the oldest first", on("Letter 0"));
    console.type_in("jjjjjjj");
    console.wait("the eighth", on("Letter 7"));
    console.type_in("\r");
    console.wait("the post", |screen| screen.contents().contains("[4 Post]"));
    console.type_in("  ");
    console.wait("two pages further down", |screen| screen.contents().contains("57 %"));
    let left = console.text();
    let seen = left.lines().find(|line| line.contains("paragraph")).unwrap().trim().to_owned();
    // Marked unread again: coming back is not opening it.
    console.type_in("m");
    console.wait_for("Marked unread");
    assert_eq!(console.quit(), 0);

    let mut console = Console::open(&penpal, &[]);
    console.wait("the post, where it was left", |screen| {
        let text = screen.contents();
        text.contains("[4 Post]") && text.contains(&seen) && !text.contains("paragraph 0 of")
    });
    assert_eq!(penpal.json(&["posts", "Letter 7"])[0]["read"], false);
    console.type_in("\x1b");
    console.wait("the row that it came from", on("Letter 7"));
    console.wait_for("oldest first");
    console.type_in("3");
    console.wait("Blogs", |screen| screen.contents().contains("[3 Blogs]"));
    assert_eq!(console.quit(), 0);

    let mut console = Console::open(&penpal, &[]);
    console.wait("Blogs again", |screen| screen.contents().contains("[3 Blogs]") && screen.contents().contains("Ann"));
    assert_eq!(console.quit(), 0);

    // What cannot be read is as good as nothing, and the log says so.
    let place = penpal.data().join("left-off");
    assert!(place.exists());
    std::fs::write(&place, "{\"version\": 1, \"screen\": \"no").unwrap();
    let mut console = Console::open(&penpal, &[]);
    console.wait("Today", |screen| screen.contents().contains("[1 Today]") && screen.contents().contains("Letter 39"));
    // The first frame is there before the folder is open; the blogs are not.
    console.type_in("3");
    console
        .wait("the blogs", |screen| screen.contents().contains("[3 Blogs]") && screen.contents().contains("  Ann  "));
    assert_eq!(console.quit(), 0);
    let log = std::fs::read_to_string(penpal.data().join("log/penpal.log")).unwrap();
    assert!(log.contains("left-off cannot be used"), "{log}");
}

/// Says to this test, run a second time in a terminal, what is to break there.
const BREAKS: &str = "PENPAL_TEST_BREAKS";

#[test]
fn a_panic_gives_the_terminal_back_and_says_where_its_report_is() {
    if let Ok(what) = std::env::var(BREAKS) {
        let data = PathBuf::from(std::env::var_os("PENPAL_DATA_DIR").unwrap());
        std::process::exit(if broken(what, data) { 1 } else { 0 });
    }
    let this = std::env::current_exe().unwrap();
    let arguments =
        ["--exact", "a_panic_gives_the_terminal_back_and_says_where_its_report_is", "--nocapture", "--test-threads=1"];
    for what in ["the loop", "a task"] {
        let penpal = Penpal::new().with(BREAKS, what);
        let console = Console::of(&penpal, this.to_str().unwrap(), &arguments);
        let (code, screen, was_taken) = console.finished_having_taken_the_screen();
        assert!(was_taken, "the screens were there: {screen}");
        assert_eq!(code, 1, "{screen}");
        let told = screen.lines().map(str::trim_end).collect::<String>();
        assert!(told.contains("something went wrong that should not have"), "{what}: {screen}");
        let report = std::fs::read_dir(penpal.data().join("log")).unwrap().flatten().find_map(|entry| {
            let is_report = entry.file_name().to_string_lossy().starts_with("panic-");
            is_report.then(|| entry.path())
        });
        let report = report.expect("a report");
        assert!(told.contains(report.to_str().unwrap()), "{what}: {screen}");
        let report = std::fs::read_to_string(report).unwrap();
        assert!(report.contains("upside down") && report.contains("terminal.rs"), "{what}: {report}");
    }
}

/// Screens that break: whether they said that they failed.
fn broken(what: String, data: PathBuf) -> bool {
    let code = cli::run_to_the_end(async move {
        if what == "the loop" {
            let mut taken = terminal::enter(true, &data)?;
            taken.terminal.draw(|frame| frame.render_widget("Here were the screens", frame.area()))?;
            panic!("the loop stands upside down");
        }
        let setting = Setting {
            data,
            looks: Default::default(),
            reading: Default::default(),
            macros: Vec::new(),
            options: Vec::new(),
            greeting: String::new(),
        };
        tui::run(setting, |_| async { panic!("the folder stands upside down") }).await?;
        Ok(std::process::ExitCode::SUCCESS)
    });
    code == std::process::ExitCode::FAILURE
}
