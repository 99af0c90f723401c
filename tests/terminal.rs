//! The terminal, as its user handles it: a first page, the mouse, windows that change, the shell's Ctrl-Z, signals.

mod support;

use std::process::Command;

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
    console.wait_for("[2 River");
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
