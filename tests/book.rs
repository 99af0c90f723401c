//! The contact book: every change is there, can be found again, survives other devices and other programs.

mod support;

use std::{fs, path::Path};

use penpal::{
    model::{
        Blog, Contact, ContactKind, FeedUrl, PageUrl, Passed, PassedKind, Person, PersonId, Plain, Standing, Timestamp,
        Way,
    },
    people::{
        import,
        vcard::{self, Version},
    },
};
use proptest::prelude::*;
use serde_json::Value;
use support::{Answer, Console, Penpal, Post, Server, atom};

fn feed(server: &Server, name: &str) -> String {
    let (site, path) = (server.url("/"), format!("/{name}.xml"));
    let posts = [Post::new(server.url(&format!("/{name}/1")), 1, "On bread", "Bread rises slowly.")];
    server.serve(&path, Answer::feed(atom(name, &site, &posts)));
    server.url(&path)
}

/// Somebody by name, as `people --json` has them.
fn named<'a>(people: &'a [Value], name: &str) -> &'a Value {
    let found = people.iter().find(|person| person["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not among {people:#?}"))
}

#[test]
fn who_is_flagged_is_in_the_book_and_what_is_noted_stays() {
    let penpal = Penpal::new();
    penpal.subscribe(&["https://ada.example/feed".into()]);
    assert!(penpal.json(&["people"]).is_empty());
    penpal.done(&["flag", "ada.example"]);
    penpal.done(&["people", "note", "ada.example", "bakes", "on", "Sundays"]);
    penpal.done(&["people", "tag", "ada.example", "bread", "#rust"]);
    penpal.done(&["people", "circle", "ada.example", "neighbours"]);
    penpal.done(&[
        "people",
        "edit",
        "ada.example",
        "--name",
        "Ada",
        "--reach",
        "ada@example.org",
        "--met",
        "at the fair",
    ]);
    penpal.done(&["people", "log", "Ada", "--kind", "call", "--when", "2026-11-03", "talked about ovens"]);
    let people = penpal.json(&["people"]);
    let ada = named(&people, "Ada");
    assert_eq!(people.len(), 1);
    assert_eq!(ada["standing"], "flagged");
    assert_eq!(ada["tags"], serde_json::json!(["bread", "rust"]));
    assert_eq!(ada["circles"], serde_json::json!(["neighbours"]));
    assert_eq!(ada["met"], "at the fair");
    assert_eq!(ada["reach"][0]["value"], "ada@example.org");
    assert_eq!(ada["blogs"][0]["feed_url"], "https://ada.example/feed");
    assert_eq!(ada["log"][0]["kind"], "call");
    assert_eq!(ada["log"][1]["text"], "bakes on Sundays");
    for who in ["ada", "ada@example.org", "https://ada.example/", ada["id"].as_str().unwrap()] {
        assert_eq!(penpal.json(&["people", "show", who])[0]["id"], ada["id"], "{who}");
    }
    let note = ada["log"][1]["id"].as_str().unwrap();
    penpal.done(&["people", "note", "Ada", "--erase", &note[..8]]);
    penpal.done(&["people", "tag", "Ada", "--off", "RUST"]);
    let ada = &penpal.json(&["people", "show", "Ada"])[0];
    assert_eq!(ada["log"].as_array().unwrap().len(), 1);
    assert_eq!(ada["tags"], serde_json::json!(["bread"]));
    penpal.done(&["flag", "ada.example", "--never"]);
    assert_eq!(penpal.json(&["people", "show", "Ada"])[0]["standing"], "never");
}

#[test]
fn part_of_the_book_is_listed_by_standing_circle_tag_and_words() {
    let penpal = Penpal::new();
    for (name, standing, circle, tag) in
        [("Ada", "connected", "near", "bread"), ("Bo", "invited", "near", "ink"), ("Cy", "connected", "far", "ink")]
    {
        penpal.done(&["people", "add", &format!("{name}@example.org"), "--name", name]);
        penpal.done(&["people", "stand", name, standing]);
        penpal.done(&["people", "circle", name, circle]);
        penpal.done(&["people", "tag", name, tag]);
    }
    for (filter, names) in [
        (&["--standing", "connected"][..], &["Ada", "Cy"][..]),
        (&["--circle", "near"], &["Ada", "Bo"]),
        (&["--tag", "INK"], &["Bo", "Cy"]),
        (&["--standing", "connected", "--tag", "ink"], &["Cy"]),
        (&["bo@example"], &["Bo"]),
        (&["nobody"], &[]),
    ] {
        let found = penpal.json(&[&["people"], filter].concat());
        let found: Vec<&str> = found.iter().map(|person| person["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{filter:?}");
    }
}

#[test]
fn whoever_can_be_meant_twice_is_told_with_candidates() {
    let penpal = Penpal::new();
    penpal.done(&["people", "add", "ada@one.example", "--name", "Ada Byron"]);
    penpal.done(&["people", "add", "ada@two.example", "--name", "Ada Lovelace"]);
    penpal.run(&["people", "show", "ada"]).failed_with(&["Ada Byron", "Ada Lovelace", "ada@two.example"]);
    penpal.run(&["people", "note", "nobody", "x"]).failed_with(&["nobody", "penpal people"]);
    assert_eq!(penpal.run(&["people", "stand", "ada", "friend"]).status, Some(2));
}

#[test]
fn somebody_at_a_distance_stays_there_privately_and_can_be_read() {
    let server = Server::start();
    let penpal = Penpal::new();
    let url = feed(&server, "Bertram");
    penpal.done(&["follow", &url]);
    let reason = "talks down to people who apply";
    let before = penpal.done(&["people", "show", &url]).stdout;
    assert!(before.contains("in the book  not yet"), "{before}");
    penpal.done(&[
        "people",
        "stand",
        &url,
        "at_a_distance",
        "--because",
        reason,
        "--quote",
        "Most of you are not worth my time",
    ]);
    let bertram = &penpal.json(&["people", "show", &url])[0];
    assert_eq!(bertram["standing"], "at_a_distance");
    assert_eq!(bertram["because"], reason);
    assert_eq!(penpal.json(&["posts"]).len(), 1);
    for format in ["vcard", "vcard3", "csv", "xfn", "opml", "json"] {
        let export = penpal.done(&["people", "export", "--format", format]);
        for private in [reason, "worth my time", "at_a_distance", "at a distance"] {
            assert!(!export.stdout.contains(private), "{format}: {}", export.stdout);
        }
        export.said(&["at a distance"]);
    }
    penpal.done(&["people", "stand", &url, "new"]);
    let free = &penpal.json(&["people", "show", &url])[0];
    assert_eq!((&free["standing"], &free["because"]), (&Value::from("new"), &Value::Null));
}

#[test]
fn who_writes_to_me_is_added_with_their_blog_and_who_of_mine_knows_them() {
    let server = Server::start();
    let penpal = Penpal::new();
    let theirs = feed(&server, "Newcomer");
    let ran = penpal.json(&["people", "add", &theirs, "--from", "a mail about ovens"]);
    assert_eq!(ran[0]["known"], false);
    assert_eq!(ran[0]["person"]["from"], "a mail about ovens");
    assert_eq!(ran[0]["person"]["blogs"][0]["title"], "Newcomer");
    assert!(penpal.json(&["blogs"]).is_empty(), "reading is not following");
    assert_eq!(penpal.json(&["people", "add", &theirs])[0]["known"], true);
    assert_eq!(penpal.json(&["people"]).len(), 1);
    let nowhere = penpal.json(&["people", "add", "http://127.0.0.1:9/", "--from", "a toot"]);
    assert!(nowhere[0]["unread"].is_string());
    assert_eq!(nowhere[0]["person"]["pages"][0], "http://127.0.0.1:9/");
}

#[test]
fn merging_tells_what_becomes_of_each_field_and_can_be_undone() {
    let penpal = Penpal::new();
    penpal.done(&["people", "add", "ada@one.example", "--name", "Ada", "--met", "at the fair"]);
    penpal.done(&["people", "tag", "Ada", "bread"]);
    penpal.done(&["people", "add", "al@two.example", "--name", "A. Lovelace", "--met", "by mail"]);
    penpal.done(&["people", "stand", "al@two.example", "at_a_distance", "--because", "rude"]);
    penpal.done(&["people", "tag", "al@two.example", "engines"]);
    let plan = penpal.json(&["people", "merge", "Ada", "al@two.example", "--dry-run"]);
    assert_eq!(penpal.json(&["people"]).len(), 2);
    let done = penpal.json(&["people", "merge", "Ada", "al@two.example"]);
    assert_eq!(plan, done);
    let people = penpal.json(&["people"]);
    let [ada] = people.as_slice() else { panic!("{people:#?}") };
    let field = |name: &str| plan.iter().find(|row| row["field"] == name).unwrap()["becomes"].clone();
    assert_eq!(field("name"), serde_json::json!([ada["name"]]));
    assert_eq!(field("tags"), ada["tags"]);
    assert_eq!(field("met"), serde_json::json!(["at the fair"]));
    assert_eq!(field("because"), serde_json::json!(["rude"]));
    assert_eq!(ada["standing"], "at_a_distance", "nobody comes nearer by being found twice");
    assert_eq!(ada["reach"].as_array().unwrap().len(), 2);
    penpal.run(&["people", "merge", "Ada", "al@two.example"]).failed_with(&["already"]);
    assert_eq!(penpal.json(&["people", "split", "Ada"]).len(), 2);
    assert_eq!(named(&penpal.json(&["people"]), "A. Lovelace")["tags"], serde_json::json!(["engines"]));
}

/// The feeds of everybody in the book, by name; of one person, by address.
fn feeds(penpal: &Penpal) -> Vec<String> {
    let of = |person: &Value| {
        let blogs = person["blogs"].as_array().unwrap();
        let mut feeds: Vec<&str> = blogs.iter().map(|blog| blog["feed_url"].as_str().unwrap()).collect();
        feeds.sort();
        feeds.join(" ")
    };
    penpal.json(&["people"]).iter().map(of).collect()
}

#[test]
fn who_was_merged_and_parted_by_undo_has_the_blogs_of_before() {
    const APART: [&str; 2] = ["https://ada.example/feed", "https://bo.example/feed"];
    for noted in [false, true] {
        let penpal = Penpal::new();
        penpal.subscribe(&APART.map(str::to_owned));
        for who in ["ada.example", "bo.example"] {
            penpal.done(&["flag", who]);
            if noted {
                penpal.done(&["people", "note", who, "bakes"]);
            }
        }
        let plan = penpal.json(&["people", "merge", "ada.example", "bo.example", "--dry-run"]);
        assert_eq!(penpal.json(&["people", "merge", "ada.example", "bo.example"]), plan);
        assert_eq!(feeds(&penpal), [APART.join(" ")]);
        // That nobody is flagged any more makes them no two people; of whom nothing else is known, they are nobody.
        penpal.done(&["flag", "ada.example", "--off"]);
        assert_eq!(feeds(&penpal), if noted { vec![APART.join(" ")] } else { Vec::new() });
        penpal.done(&["undo", "--times", "2"]);
        assert_eq!(feeds(&penpal), APART);
        penpal.done(&["redo"]);
        penpal.done(&["people", "split", "ada.example", "--blog", "bo.example"]);
        assert_eq!(feeds(&penpal), APART);
        assert_eq!(penpal.json(&["people", "show", "bo.example"])[0]["id"], penpal.json(&["people"])[1]["id"]);
        if noted {
            let bo = &penpal.json(&["people", "show", "bo.example"])[0];
            assert_eq!(
                bo["log"].as_array().unwrap().len(),
                1,
                "the entry that was merged is there again, with its notes"
            );
        }
    }
}

#[test]
fn who_is_flagged_after_a_note_was_taken_back_has_their_blog() {
    let penpal = Penpal::new();
    penpal.subscribe(&["https://ada.example/feed".into()]);
    penpal.done(&["people", "note", "ada.example", "bakes"]);
    penpal.done(&["undo"]);
    penpal.done(&["flag", "ada.example"]);
    assert_eq!(feeds(&penpal), ["https://ada.example/feed"]);
}

#[test]
fn who_is_called_nothing_is_called_what_their_blog_says() {
    let penpal = Penpal::new();
    penpal.subscribe(&["https://ada.example/feed".into()]);
    penpal.done(&["people", "edit", "ada.example", "--name", "Ada"]);
    let named = penpal.json(&["people", "edit", "ada.example", "--name", ""]);
    assert_eq!(named[0]["name"], penpal.json(&["blogs"])[0]["title"]);
    assert_eq!(feeds(&penpal), ["https://ada.example/feed"]);
}

#[test]
fn a_blog_that_is_somebody_elses_gets_an_entry_of_its_own() {
    let penpal = Penpal::new();
    penpal.subscribe(&["https://ada.example/feed".into(), "https://bo.example/feed".into()]);
    penpal.done(&["flag", "ada.example"]);
    penpal.done(&["people", "edit", "ada.example", "--blog", "bo.example"]);
    penpal.done(&["flag", "bo.example"]);
    assert_eq!(penpal.json(&["people"]).len(), 1);
    penpal.done(&["people", "split", "ada.example", "--blog", "bo.example"]);
    let people = penpal.json(&["people"]);
    assert_eq!(people.len(), 2);
    assert!(people.iter().all(|person| person["blogs"].as_array().unwrap().len() == 1));
    assert_eq!(penpal.json(&["people", "show", "bo.example"])[0]["standing"], "flagged");
}

/// Copies every journal of one data folder into another's.
fn carry(from: &Path, to: &Path) {
    for entry in fs::read_dir(from.join("journal")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join("journal").join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn the_books_of_two_devices_become_one() {
    let (one, other) = (Penpal::new(), Penpal::new());
    for penpal in [&one, &other] {
        penpal.subscribe(&["https://ada.example/feed".into()]);
        penpal.done(&["flag", "ada.example"]);
    }
    // They would be one device otherwise: both run on this machine.
    assert_ne!(fs::read(one.data().join("device")).unwrap(), fs::read(other.data().join("device")).unwrap());
    one.done(&["people", "tag", "ada.example", "bread"]);
    other.done(&["people", "tag", "ada.example", "ink"]);
    other.done(&["people", "note", "ada.example", "from the other device"]);
    other.done(&["people", "edit", "ada.example", "--name", "Ada"]);
    carry(&one.data(), &other.data());
    carry(&other.data(), &one.data());
    let (here, there) = (one.json(&["people"]), other.json(&["people"]));
    assert_eq!(here, there);
    assert_eq!(here.len(), 1);
    let mut tags: Vec<&str> = here[0]["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
    tags.sort();
    assert_eq!((tags, here[0]["name"].as_str()), (vec!["bread", "ink"], Some("Ada")));
    fs::remove_dir_all(one.data().join("cache")).unwrap();
    assert_eq!(one.json(&["people"]), there, "the book comes back from the journals alone");
}

/// Without what tells when somebody came into a book and who they are there.
fn content(mut people: Vec<Value>) -> Vec<Value> {
    for person in &mut people {
        let fields = person.as_object_mut().unwrap();
        for name in ["since", "changed", "stood", "id", "merged"] {
            fields.remove(name);
        }
        for entry in fields["log"].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("id");
        }
        for name in ["cards", "reach", "pages", "tags"] {
            fields[name].as_array_mut().unwrap().sort_by_key(Value::to_string);
        }
    }
    people
}

#[test]
fn cards_of_phones_and_mail_programs_come_in_and_go_out_without_loss() {
    for (file, name, mails, kept) in [
        ("android-no-name", "+1 555 0123", &[][..], &["X-ANDROID-CUSTOM"][..]),
        ("android-photo", "Inês Silva", &["ines@silva.example"], &["PHOTO:data:image/png;base64,iVBORw0KGgo"]),
        ("android-quoted-printable", "Jörg Müller", &["joerg@mueller.example"], &["TYPE=CELL", "TYPE=PREF"]),
        ("android-two-cards", "Sam Doe", &[], &[]),
        ("gmail", "Ayşe Yılmaz", &["ayse@yilmaz.example"], &["item1.X-ABLABEL:blog mail", "item3.ORG:Kitap Evi"]),
        ("gmail-name-with-breaks", "Eve Bcc: everybody@example.org", &["eve@breaks.example"], &[]),
        ("gmail-unclosed", "Half A Card", &["half@card.example"], &[]),
        (
            "ios-grouped",
            "Ngozi Okafor",
            &["ngozi@harbour.example", "editor@harbour.example"],
            &["BDAY:1984-02-29", "_$!<Anniversary>!$_", "TYPE=WORK"],
        ),
        ("ios-note", "Liv Berg", &[], &["ADR;TYPE=HOME;TYPE=pref:;;Strandgata 3;Bodø;;8006;Norway"]),
        (
            "ios-photo",
            "Haruka Sato",
            &["haruka@sato.example"],
            &["X-PHONETIC-FIRST-NAME:はるか", "PHOTO:data:image/png"],
        ),
        (
            "nextcloud-3",
            "Tomás Ferreira",
            &["tomas@ferreira.example"],
            &["UID:c4a1f0b2", "Rua do Almada 4", "HOME,VOICE"],
        ),
        (
            "nextcloud-4",
            "김지우",
            &["jiwoo@kim.example"],
            &["RELATED;TYPE=friend", "GENDER:F", "Jiwoo Kim", "X-LABEL=\"the one, she reads\""],
        ),
        ("nextcloud-contact-uri", "Open Door", &[], &["CONTACT-URI;PREF=1"]),
        (
            "outlook-2-1",
            "Petr Novák",
            &["petr@novak.example"],
            &["ORG:Brewers & Sons;Labels", "LABEL;TYPE=WORK;TYPE=PREF:Dlouha 12\\n110 00 Praha"],
        ),
        ("outlook-charset", "Анна Иванова", &["anna@ivanova.example"], &[]),
        ("outlook-utf-16", "Ola Wójcik", &["ola@wojcik.example"], &[]),
        ("outlook-windows-1252", "Zoé Lefèvre", &["zoe@lefevre.example"], &[]),
        (
            "thunderbird-4",
            "Miriam Katz",
            &["miriam@katz.example", "mk@press.example"],
            &["NICKNAME:Miri", "TZ;VALUE=TEXT", "likes long walks"],
        ),
        ("thunderbird-list", "Reading circle", &[], &["KIND:group", "MEMBER:mailto:two@circle.example"]),
        (
            "thunderbird-many-mails",
            "Five Addresses",
            &["a@five.example", "b@five.example", "c@five.example", "d@five.example", "e@five.example"],
            &["UID:five"],
        ),
    ] {
        let path = format!("{}/tests/vcards/{file}.vcf", env!("CARGO_MANIFEST_DIR"));
        let penpal = Penpal::new();
        let lines = penpal.json(&["people", "import", &path]);
        assert!(lines.iter().filter(|line| line["id"].is_string()).all(|line| line["status"] == "added"), "{lines:?}");
        let people = penpal.json(&["people"]);
        let person = named(&people, name);
        let reached = person["reach"].as_array().unwrap().iter().filter(|contact| contact["kind"] == "email");
        let reached: Vec<&str> = reached.map(|contact| contact["value"].as_str().unwrap()).collect();
        assert_eq!(reached, mails, "{file}");
        let card = penpal.done(&["people", "export"]).stdout;
        let unfolded = card.replace("\r\n ", "");
        for kept in kept {
            assert!(unfolded.contains(kept), "{file}: {kept} is not in\n{unfolded}");
        }
        let again = penpal.json(&["people", "import", &path]);
        assert!(again.iter().all(|line| line["status"] != "added" && line["status"] != "changed"), "{file}: {again:?}");
        let other = Penpal::new();
        assert_eq!(other.run_with(&["people", "import", "-"], card.as_bytes()).status, Some(0));
        assert_eq!(content(other.json(&["people"])), content(people), "{file}");
        assert_eq!(other.done(&["people", "export"]).stdout, card, "{file}");
    }
}

#[test]
fn one_person_under_five_addresses_is_one_entry_and_two_that_meet_are_told() {
    let penpal = Penpal::new();
    penpal.done(&["people", "add", "a@five.example", "--name", "A."]);
    penpal.done(&["people", "add", "d@five.example", "--name", "D."]);
    let path = format!("{}/tests/vcards/thunderbird-many-mails.vcf", env!("CARGO_MANIFEST_DIR"));
    let line = &penpal.json(&["people", "import", &path])[0];
    assert_eq!(line["status"], "changed");
    let reason = line["reason"].as_str().unwrap();
    assert!(reason.contains("A. and D.") && reason.contains("penpal people merge"), "{reason}");
    assert_eq!(penpal.json(&["people"]).len(), 2, "nothing is merged unasked");
}

#[test]
fn a_card_of_fifty_megabytes_is_taken_in_without_its_photo_and_a_larger_file_is_refused() {
    let penpal = Penpal::new();
    let photo = "QUJD".repeat(13 << 20);
    let card = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Big Photo\r\nEMAIL:big@photo.example\r\nPHOTO;ENCODING=b;TYPE=JPEG:{photo}\r\nEND:VCARD\r\n"
    );
    let file = penpal.file("big.vcf", &card);
    let ran = penpal.done(&["people", "import", &file]);
    ran.said(&["too large to keep: PHOTO", "1 added"]);
    assert_eq!(penpal.json(&["people"])[0]["reach"][0]["value"], "big@photo.example");
    let file = penpal.file("huge.vcf", card.repeat(2));
    penpal.run(&["people", "import", &file]).failed_with(&["larger than 64 MB", "without photos"]);
    assert_eq!(penpal.json(&["people"]).len(), 1);
}

#[test]
fn what_is_no_address_book_is_refused_in_words() {
    let penpal = Penpal::new();
    for (content, words) in [
        ("", "it is empty"),
        ("just words", "no address book"),
        ("a,b\n1,2\n", "no address book"),
        ("<p>hello", "no address book"),
    ] {
        let file = penpal.file("book", content);
        penpal.run(&["people", "import", &file]).failed_with(&[words]);
    }
    penpal.run(&["people", "import", "missing.vcf"]).failed_with(&["missing.vcf cannot be read"]);
    assert!(penpal.json(&["people"]).is_empty());
}

#[test]
fn tables_pages_lists_and_our_own_json_come_back() {
    let penpal = Penpal::new();
    penpal.done(&["people", "add", "ada@example.org", "--name", "Ada \"the\" L., Countess"]);
    penpal.done(&["people", "edit", "Ada", "--page", "https://ada.example/", "--reach", "@ada@social.example"]);
    penpal.done(&["people", "tag", "Ada", "friend", "met"]);
    penpal.done(&["people", "note", "Ada", "two\nlines"]);
    for (format, has_mail) in [("csv", true), ("json", true), ("xfn", false)] {
        let export = penpal.done(&["people", "export", "--format", format]).stdout;
        let other = Penpal::new();
        assert_eq!(other.run_with(&["people", "import", "-"], export.as_bytes()).status, Some(0), "{export}");
        let people = other.json(&["people"]);
        let ada = named(&people, "Ada \"the\" L., Countess");
        assert_eq!(ada["pages"][0], "https://ada.example/", "{format}");
        assert_eq!(ada["tags"], serde_json::json!(["friend", "met"]), "{format}");
        assert_eq!(ada["reach"].as_array().unwrap().len(), if has_mail { 2 } else { 0 }, "{format}");
        if has_mail {
            assert_eq!(ada["log"][0]["text"], "two\nlines");
        }
    }
}

#[test]
fn no_address_book_fills_the_outbox() {
    let penpal = Penpal::new();
    penpal.done(&["people", "add", "ada@example.org", "--name", "Ada"]);
    penpal.done(&["people", "log", "Ada", "--kind", "call", "ovens"]);
    penpal.done(&["people", "log", "Ada", "--kind", "mail", "--to-them", "rye"]);
    let export = penpal.done(&["people", "export", "--format", "json"]).stdout;
    for kind in ["draft", "unsure"] {
        let other = Penpal::new();
        let book = export.replace("\"mail\"", &format!("\"{kind}\""));
        assert_ne!(book, export);
        assert_eq!(other.run_with(&["people", "import", "-"], book.as_bytes()).status, Some(0));
        assert_eq!(other.json(&["people"])[0]["log"].as_array().unwrap().len(), 1);
        assert!(other.json(&["invite", "--outbox"]).is_empty(), "{kind}");
    }
}

#[test]
fn what_is_private_lies_where_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let penpal = Penpal::new();
    penpal.done(&["people", "add", "ada@example.org"]);
    let journal = fs::read_dir(penpal.data().join("journal")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::metadata(&journal).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn from_a_card_to_the_book_and_to_a_distance_and_back() {
    let mut console = Console::open(&Penpal::new(), &["demo"]);
    console.wait_for("Slow Crumb");
    console.type_in("6");
    console.wait_for("Enter reads the newest");
    console.type_in("\r");
    console.wait_for("[4 Post]");
    console.type_in("\x1b");
    console.wait_for("[6 People]");
    console.type_in("f");
    console.wait_for("is flagged; u");
    console.type_in("c");
    console.wait_for("The contact book");
    console.wait("whoever was flagged", |screen| {
        screen.contents().lines().any(|line| line.contains("flagged") && !line.contains("is flagged"))
    });
    console.type_in("K");
    console.wait_for("At a distance, because");
    console.type_in("bashes candidates\r");
    console.wait_for("is kept at a distance");
    console.type_in("\r");
    console.wait_for("bashes candidates");
    console.type_in("\x1b");
    console.wait_for("The contact book");
    console.type_in("u");
    console.wait_for("Undone");
    console.type_in("c");
    console.wait_for("Enter reads the newest");
    assert_eq!(console.quit(), 0);
}

fn word() -> impl Strategy<Value = Plain> {
    "[a-zA-Zäß读;,\\\\:\"=]{1,12}( [a-z,;]{1,8})?".prop_map(|text| Plain::line(&text))
}

prop_compose! {
    fn person()(
        name in word(), tags in prop::collection::vec(word(), 0..3), circles in prop::collection::vec(word(), 0..3),
        mails in prop::collection::vec("[a-z]{1,8}@[a-z]{1,8}\\.example", 0..4), notes in prop::collection::vec("[ -~ä\n]{0,90}", 0..3),
        met in prop::option::of(word()), host in prop::option::of("[a-z]{1,9}"), long in "[a-z ä]{100,300}",
    ) -> Person {
        let id = PersonId::of_name(name.as_str());
        let feed = host.as_ref().map(|host| FeedUrl::parse(&format!("https://{host}.example/feed")).unwrap());
        let notes = notes.into_iter().chain([long]).enumerate().filter_map(|(at, text)| {
            Some(Passed::note(Plain::text(text.trim()).some()?, id, Timestamp(1_790_000_000 + at as i64)))
        });
        let mut log: Vec<Passed> = notes.collect();
        log.push(Passed::new(PassedKind::Mail, Way::FromMe, Plain::line("a \"letter\"; long, too"), id, Timestamp(1_790_000_100)));
        Person {
            id, standing: Standing::Connected, stood: None, blogs: feed.into_iter().map(Blog::unknown).collect(),
            pages: host.iter().map(|host| PageUrl::parse(&format!("https://{host}.example/~me?a=1,2;3")).unwrap()).collect(),
            reach: mails.iter().map(|mail| Contact { kind: ContactKind::Email, value: Plain::line(mail) })
                .chain([Contact { kind: ContactKind::Mastodon, value: Plain::line("@a@b.example") }]).collect(),
            tags, circles, met, from: None, because: Some(Plain::line("private")), quote: None, silent_since: None, log, name,
            cards: vec![Plain::line("item1.ORG;X-A=\"b;c\":One\\;1;Two")], in_book: true, since: Timestamp(0), changed: Timestamp(0), merged: Vec::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_a_person_is_called_their_card_reads_back(person in person()) {
        for version in [Version::V3, Version::V4] {
        let card = vcard::write([&person].into_iter(), version);
        prop_assert!(card.split("\r\n").all(|line| line.len() <= 75), "{}", card);
        prop_assert!(!card.contains("private"));
        let book = import::read(card.as_bytes()).unwrap();
        prop_assert_eq!((book.entries.len(), &book.skipped), (1, &Vec::new()));
        let entry = &book.entries[0];
        prop_assert_eq!(entry.name.as_ref(), Some(&person.name));
        prop_assert_eq!(&entry.tags, &person.tags);
        prop_assert_eq!(&entry.circles, &person.circles);
        prop_assert_eq!(&entry.met, &person.met);
        prop_assert_eq!(&entry.pages, &person.pages);
        prop_assert_eq!(&entry.cards, &person.cards);
        prop_assert_eq!(entry.standing, Some(person.standing));
        let feeds: Vec<_> = person.blogs.iter().map(|blog| blog.feed_url.clone()).collect();
        prop_assert_eq!(&entry.feeds, &feeds);
        let mut mails: Vec<_> = person.reach.clone();
        mails.dedup();
        prop_assert!(mails.iter().all(|contact| entry.reach.contains(contact)), "{:?}", entry.reach);
        let (notes, log): (Vec<_>, Vec<_>) = person.log.iter().cloned().partition(|passed| passed.kind == PassedKind::Note);
        let notes: Vec<_> = notes.into_iter().map(|note| (Some(note.when), note.text)).collect();
        prop_assert_eq!(&entry.notes, &notes);
        prop_assert_eq!(&entry.log, &log);
        }
    }
}
