//! A key on a name: who they are, what crosses a red line, and a letter to them, without leaving the screens for good.

mod support;

use std::os::unix::fs::PermissionsExt;

use support::{Authority, Console, Fault, Penpal, Secured, Smtp, Village};

const ME: &str = "[me]\nname = \"Ada Byron\"\nmail = \"ada@byron.example\"\n";

/// With a program in place of an editor, which notes that it was called.
fn with_editor(penpal: Penpal) -> Penpal {
    let path = penpal
        .file("editor", "#!/bin/sh\necho called >> \"$HOME/calls\"\nclear\necho call $(wc -l < \"$HOME/calls\")\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    penpal.with("EDITOR", path)
}

fn calls(penpal: &Penpal) -> usize {
    std::fs::read_to_string(penpal.home().join("calls")).map_or(0, |calls| calls.lines().count())
}

/// The screens with the cursor on the card of Petr, who writes Rye and Reason.
fn on_petr(penpal: &Penpal) -> Console {
    let mut console = Console::open(penpal, &[]);
    console.wait_for("Slow Crumb");
    console.type_in("6");
    console.wait_for("+ shows the others");
    console.type_in("/rye and reason\r");
    console.wait_for("Rye and Reason by Petr");
    console
}

/// Waits until the editor was called so many times, and the letter is to be sent or not.
#[track_caller]
fn wait_for_the_question(console: &mut Console, calls: usize) {
    console.wait("the question, outside the screens", |screen| {
        let text = screen.contents();
        !screen.alternate_screen() && text.contains(&format!("call {calls}\n")) && text.contains("[y/N]")
    });
}

#[track_caller]
fn wait_for_people(console: &mut Console) {
    console.wait("the card again", |screen| {
        let text = screen.contents();
        screen.alternate_screen() && text.contains("[6 People]") && text.contains("Rye and Reason by Petr")
    });
}

#[test]
fn the_dossier_of_a_suggestion_a_post_and_a_blog_is_one_key_away_and_escape_goes_back() {
    let penpal = Village::start().reader("");
    let mut console = on_petr(&penpal);
    console.type_in("V");
    console.wait_for("Who they say they are");
    console.type_in("G");
    console.wait_for("Last posts");
    console.resize(12, 20);
    console.wait("the page in a narrow window", |screen| {
        screen.contents().lines().count() > 8 && !screen.contents().contains("Who they say")
    });
    console.type_in("g");
    console.wait_for("Who they say they");
    assert!(console.text().lines().all(|line| line.chars().count() <= 20));
    console.resize(30, 100);
    console.type_in("\x1b");
    wait_for_people(&mut console);
    console.type_in("\x1b");
    console.wait("everybody again", |screen| !screen.contents().contains("/rye and reason"));
    console.type_in("2");
    console.wait_for("[2 River");
    console.type_in("V");
    console.wait_for("Who they say they are");
    console.type_in("\x1b");
    console.wait_for("[2 River");
    console.type_in("5");
    console.wait_for("goes to who said what");
    console.type_in("V");
    console.wait_for("Who they say they are");
    console.type_in("\x1b");
    console.wait_for("goes to who said what");
    console.type_in("3");
    console.wait_for("[3 Blogs]");
    console.type_in("GV");
    console.wait_for("Who they say they are");
    console.type_in("\x1b");
    console.wait_for("[3 Blogs]");
    assert_eq!(console.quit(), 0);
}

#[test]
fn a_letter_is_written_outside_the_screens_which_come_back_and_it_is_taken_up_again() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    let mail = format!(
        "{ME}[network]\nca_file = {:?}\n[mail]\nserver = \"127.0.0.1\"\nport = {}\nsecurity = \"tls\"\n\
         username = \"ada\"\npassword_env = \"SMTP_PASSWORD\"\n",
        authority.file(),
        smtp.port()
    );
    let penpal = with_editor(village.reader(&mail).with("SMTP_PASSWORD", "sesame"));
    let mut console = on_petr(&penpal);
    console.resize(50, 100);
    console.type_in("I");
    wait_for_the_question(&mut console, 1);
    console.type_in("n\r");
    console.wait_for("Enter goes back to the screens");
    console.type_in("\r");
    wait_for_people(&mut console);
    console.wait_for("No letter to Petr Dvořák went out");
    assert_eq!((calls(&penpal), smtp.arrived().len()), (1, 0));

    // Ctrl-C at the question ends the letter, and not the screens.
    console.type_in("I");
    wait_for_the_question(&mut console, 2);
    console.type_in("\x03");
    wait_for_people(&mut console);
    assert_eq!(penpal.json(&["invite", "--outbox"]).len(), 1, "the folder is served meanwhile, and the draft is one");

    console.type_in("O");
    console.wait_for("draft to them");
    console.type_in("I");
    wait_for_the_question(&mut console, 3);
    console.type_in("y\r");
    console.wait_for("The letter to Petr Dvořák went out");
    console.wait("the outbox knows it", |screen| screen.contents().contains("mail to them"));
    assert_eq!((calls(&penpal), smtp.arrived().len()), (3, 1));
    assert_eq!(console.quit(), 0);
    assert_eq!(penpal.json(&["vet", "rye-and-reason.example"])[0]["standing"], "invited");
}

#[test]
fn a_red_line_stands_on_the_card_with_its_date_and_hides_nobody() {
    let red = "[[red_lines]]\nname = \"blames the enzyme\"\nphrases = [\"xylanase\"]\n";
    let penpal = Village::start().reader(red);
    let mut console = on_petr(&penpal);
    console.wait_for("! red line blames the enzyme: “");
    console.type_in("V");
    console.wait_for("Who they say they are");
    console.type_in("G");
    console.type_in("\x1b");
    wait_for_people(&mut console);
    assert_eq!(console.quit(), 0);
}

#[test]
fn the_demo_has_dossiers_too_and_its_letters_know_nothing_of_the_user() {
    let penpal = with_editor(Penpal::configured(ME));
    let mut console = Console::open(&penpal, &["demo"]);
    console.wait_for("Slow Crumb");
    console.type_in("6");
    console.wait_for("+ shows the others");
    console.type_in("V");
    console.wait_for("Who they say they are");
    console.type_in("I");
    console.wait_for("so nothing was sent");
    console.wait_for("Enter goes back to the screens");
    assert!(!console.text().contains("Ada Byron"));
    console.type_in("\r");
    console.wait("the dossier again", |screen| {
        screen.alternate_screen() && screen.contents().contains("Who they say they are")
    });
    console.type_in("\x1b");
    console.wait_for("+ shows the others");
    assert_eq!(calls(&penpal), 1);
    assert_eq!(console.quit(), 0);
}

#[test]
fn ctrl_z_in_the_editor_of_a_letter_goes_to_the_shell_and_fg_goes_on_with_the_letter() {
    let penpal = Village::start().reader(ME);
    let editor = penpal.file("editor", "#!/bin/sh\nclear\necho writing\nread line\necho \"wrote $line\"\n");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let penpal = penpal.with("EDITOR", editor);
    let mut console = Console::in_shell(&penpal);
    console.type_in(&format!("{}\n", env!("CARGO_BIN_EXE_penpal")));
    console.wait("the screens", |screen| screen.alternate_screen() && screen.contents().contains("Slow Crumb"));
    console.type_in("6");
    console.wait_for("+ shows the others");
    console.type_in("I");
    console.wait("the editor", |screen| !screen.alternate_screen() && screen.contents().contains("writing"));
    console.type_in("\x1a");
    // What is typed together with it is thrown away.
    console.wait_for("Stopped");
    console.type_in("echo shell-$((40+2))\n");
    console.wait_for("shell-42");
    console.type_in("fg\n");
    console.type_in("a word\n");
    console.wait_for("wrote a word");
    console.wait_for("[y/N]");
    console.type_in("n\n");
    console.wait_for("Enter goes back to the screens");
    console.type_in("\n");
    console.wait("the screens again", |screen| {
        screen.alternate_screen() && screen.contents().contains("+ shows the others")
    });
    console.type_in("q");
    console.wait("the shell again", |screen| !screen.alternate_screen());
    console.type_in("exit\n");
    console.end();
}
