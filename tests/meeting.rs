//! From a name to a first letter: the dossier, red lines, a draft that says only what is so, a mail that arrives once.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Authority, Console, Fault, Penpal, Secured, Smtp, Village};

const PETR: &str = "rye-and-reason.example";
const ME: &str = "[me]\nname = \"Ada Byron\"\nabout = \"I bake in Leeds.\"\nblogs = [\"http://slow-crumb.example/\"]\n\
                  mail = \"ada@byron.example\"\n";

/// A program in place of an editor.
fn editor(penpal: &Penpal, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = penpal.file("editor", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn mail(smtp: &Smtp, authority: &Authority, security: &str) -> String {
    format!(
        "{ME}[network]\nca_file = {:?}\n[mail]\nserver = \"127.0.0.1\"\nport = {}\nsecurity = {security:?}\n\
         username = \"ada\"\npassword_env = \"SMTP_PASSWORD\"\ntimeout = 2\n",
        authority.file(),
        smtp.port()
    )
}

/// Somebody with a mail server, whose editor does what a script says.
fn writer(village: &Village, smtp: &Smtp, authority: &Authority, security: &str, script: &str) -> Penpal {
    let penpal = village.reader(&mail(smtp, authority, security)).with("SMTP_PASSWORD", "sesame");
    let editor = editor(&penpal, script);
    penpal.with("VISUAL", editor)
}

fn standing(penpal: &Penpal, host: &str) -> String {
    penpal.json(&["vet", host])[0]["standing"].as_str().unwrap().to_owned()
}

/// Answers the question at the end of an invitation.
fn answer(penpal: &Penpal, arguments: &[&str], yes: &str) -> (u32, String) {
    let mut console = Console::open(penpal, arguments);
    console.wait_for("[y/N]");
    console.type_in(&format!("{yes}\r"));
    console.finished()
}

#[test]
fn a_suggestion_becomes_a_flag_a_letter_that_arrives_an_answer_and_a_friend() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    let penpal = writer(&village, &smtp, &authority, "tls", "sed -i 's/^Kind regards$/Yours, with flour/' \"$1\"");
    let suggested = penpal.json(&["suggest", "--limit", "10"]);
    let sites = suggested.iter().filter_map(|one| one["blog"]["site_url"].as_str());
    let url = sites.into_iter().find(|site| site.contains(PETR)).expect("Petr is suggested").to_owned();
    let dossier = penpal.json(&["vet", &url]);
    assert_eq!(dossier[0]["who"]["name"], "Petr Dvořák");
    penpal.done(&["flag", &url]);

    let (status, screen) = answer(&penpal, &["invite", &url], "y");
    assert_eq!(status, 0, "{screen}");
    assert!(screen.contains("To: Petr Dvořák <petr@rye-and-reason.example>"), "it is shown before it goes: {screen}");
    assert!(screen.contains("invited"), "{screen}");
    let arrived = smtp.arrived();
    assert_eq!(arrived.len(), 1);
    assert!(arrived[0].encrypted && arrived[0].login.as_deref() == Some("ada sesame"), "{arrived:?}");
    assert_eq!(
        (arrived[0].from.as_str(), arrived[0].to.as_slice()),
        ("ada@byron.example", &["petr@rye-and-reason.example".to_owned()][..])
    );
    let (head, body) = arrived[0].text.split_once("\r\n\r\n").unwrap();
    let id = head.lines().find_map(|line| line.strip_prefix("Message-ID: <")?.strip_suffix('>')).unwrap().to_owned();
    let body = quoted_printable(body);
    assert!(body.contains("Yours, with flour") && body.contains("Ada Byron"), "{body}");
    assert!(body.contains("http://rye-and-reason.example/posts/") && !body.contains("[^"), "{body}");
    assert_eq!(standing(&penpal, PETR), "invited");
    assert_eq!(penpal.json(&["invite", "--outbox"]), [] as [Value; 0]);
    let journal = std::fs::read_dir(penpal.data().join("journal")).unwrap();
    let journal: String = journal.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(journal.contains(&id) && !journal.contains("sesame"), "the id is in the journal and the password is not");

    // Not a second time without saying so.
    let again = Console::open(&penpal, &["invite", &url]).finished();
    assert!(again.0 == 1 && again.1.contains("was written to on") && again.1.contains("--anyway"), "{}", again.1);
    penpal.done(&["invite", "--answered", &format!("<{id}>")]);
    assert_eq!(standing(&penpal, PETR), "answered");
    assert_eq!(smtp.arrived().len(), 1);

    // What can be taken back is what was said of the letter, and not the letter.
    penpal.done(&["undo"]);
    assert_eq!(standing(&penpal, PETR), "invited");
    penpal.run(&["undo", "--times", "9"]);
    assert_eq!(penpal.json(&["invite", "--outbox"]), [] as [Value; 0], "a letter that arrived is no draft again");
    let again = Console::open(&penpal, &["invite", &url]).finished();
    assert!(again.0 == 1 && again.1.contains("was written to on"), "{}", again.1);
}

#[test]
fn a_letter_that_is_taken_up_again_goes_by_the_rules_of_a_new_one() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    let penpal = writer(&village, &smtp, &authority, "tls", "true");
    assert_eq!(answer(&penpal, &["invite", PETR], "no").0, 1);
    let id = penpal.json(&["invite", "--outbox"])[0]["id"].as_str().unwrap()[..8].to_owned();
    let resume = ["invite", "--resume", &id];
    penpal.run(&resume).failed_with(&["only before somebody's eyes"]);
    let printed = penpal.done(&[&resume[..], &["--print"]].concat()).stdout;
    assert!(printed.starts_with("To: petr@rye-and-reason.example\nSubject: "), "{printed}");
    let refused = |arguments: &[&str]| {
        let (code, screen) = Console::open(&penpal, arguments).finished();
        assert_eq!(code, 1, "{screen}");
        screen.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // Another one went out meanwhile.
    assert_eq!(answer(&penpal, &["invite", PETR, "--anyway"], "y").0, 0);
    let said = refused(&resume);
    assert!(said.contains("was written to on"), "{said}");
    let anyway = [&resume[..], &["--anyway"]].concat();
    penpal.done(&["people", "stand", PETR, "declined"]);
    assert!(refused(&resume).contains("gets no letter"));
    assert_eq!(answer(&penpal, &anyway, "no").0, 1);
    penpal.done(&["people", "stand", PETR, "at_a_distance"]);
    assert!(refused(&anyway).contains("gets no letter"));
    // What became of a letter lifts no distance, and what was written is not left lying.
    let file = |id: &str| {
        let files = std::fs::read_dir(penpal.data().join("outbox")).unwrap();
        files.filter_map(Result::ok).any(|file| file.file_name().to_string_lossy().starts_with(id))
    };
    assert!(file(&id));
    penpal.done(&["invite", "--sent", &id]);
    assert_eq!(standing(&penpal, PETR), "at_a_distance");
    assert!(!file(&id));
    penpal.done(&["invite", "--answered", PETR]);
    assert_eq!(standing(&penpal, PETR), "at_a_distance");
    assert_eq!(smtp.arrived().len(), 1);
}

#[test]
fn a_letter_is_noted_as_what_it_was_and_given_up_with_its_file() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    let penpal = writer(&village, &smtp, &authority, "tls", "true");
    penpal.done(&["people", "add", "@cy@social.example", "--name", "Cy"]);
    for (arguments, end, kind) in [
        (&["invite", "Cy"][..], "--sent", "message"),
        (&["invite", "Cy", "--anyway"], "--discard", "discarded"),
        (&["invite", PETR], "--sent", "mail"),
    ] {
        let (code, screen) = answer(&penpal, arguments, "no");
        assert!(code == 1 && screen.contains("Nothing was sent"), "{screen}");
        let id = penpal.json(&["invite", "--outbox"])[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(penpal.json(&["invite", end, &id])[0]["status"], kind, "{arguments:?}");
        assert_eq!(std::fs::read_dir(penpal.data().join("outbox")).unwrap().count(), 0, "{arguments:?}");
    }
}

#[test]
fn what_goes_out_is_shown_to_whoever_wants_quiet_and_an_interrupt_in_the_editor_is_the_editors() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    // As a terminal does it to all who stand in front when somebody types Ctrl-C; the editor goes on.
    let penpal = writer(&village, &smtp, &authority, "tls", "kill -INT $PPID; sleep 1");
    let (code, screen) = answer(&penpal, &["invite", PETR, "--quiet", "--json"], "y");
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("To: Petr Dvořák <petr@rye-and-reason.example>"), "{screen}");
    let last = screen.lines().rfind(|line| !line.trim().is_empty()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(last.trim()).unwrap()["status"], "mail", "{screen}");
    assert_eq!(smtp.arrived().len(), 1);
}

/// The text of a body in quoted-printable (RFC 2045, 6.7).
fn quoted_printable(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_str());
    while let Some(at) = rest.find('=') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(u8::from_str_radix(&rest[at + 1..at + 3], 16).unwrap());
        rest = &rest[at + 3..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap()
}

#[test]
fn whoever_is_kept_at_a_distance_gets_no_letter_and_can_be_read() {
    let village = Village::start();
    let penpal = village.reader(ME);
    penpal.done(&["flag", PETR, "--never"]);
    penpal.run(&["invite", PETR, "--print"]).failed_with(&["gets no letter", "do not want"]);
    penpal.run(&["invite", PETR, "--print", "--anyway"]).failed_with(&["gets no letter"]);
    assert_eq!(penpal.json(&["vet", PETR])[0]["standing"], "never");
    penpal.done(&["flag", PETR, "--off"]);
    assert_eq!(penpal.run(&["invite", PETR, "--print"]).status, Some(0));
}

#[test]
fn what_a_mail_server_does_wrong_is_told_apart_and_no_letter_is_lost_or_doubled() {
    let (village, authority) = (Village::start(), Authority::new());
    for (secured, security, fault, said, arrives, status) in [
        (Secured::Starttls, "starttls", Fault::None, "Sent to petr", 1, "none"),
        (Secured::Starttls, "starttls", Fault::HidesTls, "offers no STARTTLS", 0, "draft"),
        (Secured::No, "none", Fault::None, "Sent to petr", 1, "none"),
        (Secured::Tls, "tls", Fault::Login, "does not accept the name and password", 0, "draft"),
        (Secured::Tls, "tls", Fault::Recipient, "nobody of that name", 0, "draft"),
        (Secured::Tls, "tls", Fault::Letter, "it looks like spam", 0, "draft"),
        (Secured::No, "none", Fault::Silent, "did not greet", 0, "draft"),
        (Secured::Tls, "tls", Fault::DropsAfterLetter, "Do not send it again blindly", 1, "unsure"),
        (Secured::Tls, "tls", Fault::SilentAfterLetter, "Do not send it again blindly", 1, "unsure"),
    ] {
        let smtp = Smtp::start(&authority, secured, fault);
        let penpal = writer(&village, &smtp, &authority, security, "true");
        let (code, screen) = answer(&penpal, &["invite", PETR], "y");
        let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(said), "{fault:?}: {screen}");
        assert_eq!((code == 0, smtp.arrived().len()), (status == "none", arrives), "{fault:?}: {screen}");
        let waiting = penpal.json(&["invite", "--outbox"]);
        let shown = waiting.first().map_or("none", |one| one["status"].as_str().unwrap());
        assert_eq!(shown, status, "{fault:?}");
        if status == "unsure" {
            let id = waiting[0]["id"].as_str().unwrap()[..8].to_owned();
            let resumed = Console::open(&penpal, &["invite", "--resume", &id]).finished();
            assert!(resumed.0 == 1 && resumed.1.contains("may have gone out"), "{}", resumed.1);
            assert_eq!(smtp.arrived().len(), 1, "nothing is sent twice");
            penpal.done(&["invite", "--sent", &id]);
            assert_eq!(standing(&penpal, PETR), "invited");
        }
        if fault == Fault::Recipient {
            // The same letter goes on with the address mended.
            let id = waiting[0]["id"].as_str().unwrap()[..8].to_owned();
            assert_eq!(waiting[0]["to"], "petr@rye-and-reason.example");
            penpal.done(&["invite", "--discard", &id]);
            assert_eq!(penpal.json(&["invite", "--outbox"]), [] as [Value; 0]);
        }
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_gets_neither_password_nor_letter() {
    let (village, authority) = (Village::start(), Authority::new());
    let stranger = Authority::new();
    let smtp = Smtp::start(&stranger, Secured::Tls, Fault::None);
    let penpal = writer(&village, &smtp, &authority, "tls", "true");
    let (code, screen) = answer(&penpal, &["invite", PETR], "y");
    assert!(code == 1 && screen.to_lowercase().contains("certificate"), "{screen}");
    assert!(smtp.arrived().is_empty());
}

#[test]
fn an_editor_that_fails_or_leaves_nothing_sends_nothing_and_loses_nothing() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    let penpal = writer(&village, &smtp, &authority, "tls", "");
    for (script, said) in [
        (": > \"$1\"", "The letter is empty"),
        ("sed -i '/^To:/d' \"$1\"", "no line To:"),
        ("sed -i 's/^To:.*/To: petr, everybody/' \"$1\"", "no mail address"),
        ("echo 'My words' >> \"$1\"; exit 3", "so nothing was sent"),
    ] {
        for waiting in penpal.json(&["invite", "--outbox"]) {
            penpal.done(&["invite", "--discard", waiting["id"].as_str().unwrap()]);
        }
        let _ = std::fs::remove_dir_all(penpal.data().join("outbox"));
        editor(&penpal, script);
        let (code, screen) = Console::open(&penpal, &["invite", PETR]).finished();
        let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 1 && flat.contains(said) && flat.contains("outbox"), "{script}: {screen}");
    }
    assert_eq!(penpal.json(&["invite", "--outbox"]).len(), 1);
    let (code, screen) = Console::open(&penpal, &["invite", PETR]).finished();
    assert!(code == 1 && screen.contains("waits in the outbox"), "no second one beside it: {screen}");
    assert!(smtp.arrived().is_empty());
    let folder = penpal.data().join("outbox");
    let left = std::fs::read_dir(&folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    assert!(left.into_iter().any(|text| text.contains("My words")), "what was written is still there");
    assert_private(&folder);
    // Taken up again, with what the failing editor left.
    let id = penpal.json(&["invite", "--outbox"])[0]["id"].as_str().unwrap().to_owned();
    editor(&penpal, "grep -q 'My words' \"$1\" && sed -i '/ below /d; /^\\[/d' \"$1\"");
    let (code, screen) = answer(&penpal, &["invite", "--resume", &id[..8]], "no");
    assert!(code == 1 && screen.contains("Nothing was sent"), "{screen}");
    assert_eq!(answer(&penpal, &["invite", "--resume", &id[..8]], "y").0, 0);
    assert!(smtp.arrived()[0].text.contains("My words"));
}

fn assert_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for entry in std::fs::read_dir(folder).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}

#[test]
fn nothing_is_sent_where_nobody_looks_and_a_nameless_letter_stays() {
    let (village, authority) = (Village::start(), Authority::new());
    let smtp = Smtp::start(&authority, Secured::Tls, Fault::None);
    let nameless = mail(&smtp, &authority, "tls").replace("name = \"Ada Byron\"\n", "");
    let penpal = village.reader(&nameless).with("SMTP_PASSWORD", "sesame");
    let editor = editor(&penpal, "true");
    let penpal = penpal.with("VISUAL", editor);
    penpal.run(&["invite", PETR]).failed_with(&["only before somebody's eyes", "--print"]);
    let printed = penpal.done(&["invite", PETR, "--print"]);
    assert!(printed.stdout.contains("[your name]") && printed.stderr.contains("[me]"), "{printed:?}");
    let (code, screen) = Console::open(&penpal, &["invite", PETR]).finished();
    assert!(code == 1 && screen.contains("[your name] still stands"), "{screen}");
    assert!(smtp.arrived().is_empty());
}

#[test]
fn red_lines_are_shown_with_their_dates_and_move_nobody() {
    let village = Village::start();
    let plain = village.reader("");
    let order = |penpal: &Penpal| -> Vec<String> {
        let lines = penpal.json(&["suggest", "--limit", "30"]);
        lines.iter().map(|one| one["blog"]["feed_url"].as_str().unwrap().to_owned()).collect()
    };
    let before = order(&plain);
    let penpal = village.reader("[[red_lines]]\nname = \"bashes candidates\"\nphrases = [\"candidates are liars\", \"/candidates? l(ie|ied)\\\\b/\"]\n");
    assert_eq!(order(&penpal), before);
    let suggested = penpal.json(&["suggest", "--limit", "30"]);
    let crossed: Vec<&Value> = suggested.iter().filter(|one| one["red_lines"] != Value::Array(Vec::new())).collect();
    let derek = crossed.iter().find(|one| one["blog"]["feed_url"].as_str().unwrap().contains("no-callbacks")).unwrap();
    let line = &derek["red_lines"][0];
    assert_eq!((line["name"].as_str(), line["quoting"].as_bool()), (Some("bashes candidates"), Some(false)));
    assert!(line["published"].is_string());
    for one in &crossed {
        for line in one["red_lines"].as_array().unwrap() {
            stands(&village, line["post_url"].as_str().unwrap(), line["quote"].as_str().unwrap());
        }
    }
    let told = penpal.done(&["vet", "no-callbacks.example"]).stdout;
    assert!(told.contains("Your red lines") && told.contains("! bashes candidates: “Candidates are liars”"), "{told}");
    assert!(penpal.done(&["suggest", "--limit", "30"]).stdout.contains("! bashes candidates"));
}

/// Every fact of every dossier and letter is looked up in the page that it names. What is compared is a page as it was
/// served, taken apart by nothing but this function.
#[test]
fn whoever_is_suggested_is_found_by_the_name_that_is_shown_and_with_the_ways_to_reach_them() {
    let village = Village::start();
    let penpal = village.reader("");
    let suggested = penpal.json(&["suggest", "--limit", "40"]);
    let is_reached = |line: &&Value| line["contact"].as_array().is_some_and(|contact| !contact.is_empty());
    let line = suggested.iter().find(is_reached).unwrap();
    let name = line["blog"]["author"].as_str().unwrap();
    let feed = |line: &Value| line["blog"]["feed_url"].as_str().unwrap().to_owned();
    assert_eq!(feed(&penpal.json(&["why", name])[0]), feed(line));
    penpal.done(&["similar", &name.to_uppercase()]);
    let shown = &penpal.json(&["people", "show", name])[0];
    assert_eq!((&shown["in_book"], &shown["reach"]), (&false.into(), &line["contact"]));
    assert_eq!(feed(&penpal.json(&["flag", name])[0]), feed(line));
    assert_eq!(penpal.json(&["people", "show", name])[0]["reach"], line["contact"], "a flag takes nothing away");

    // A name of the user's own stands for all blogs of whoever has it.
    let other = suggested.iter().find(|other| feed(other) != feed(line)).unwrap();
    penpal.done(&["people", "edit", name, "--name", "The two of them", "--blog", &feed(other)]);
    for command in ["flag", "why", "similar"] {
        let ran = penpal.run(&[command, "the two of them"]);
        ran.failed_with(&["can mean several blogs", &feed(line), &feed(other)]);
        penpal.run(&[command, "Nobody Atall"]).failed_with(&["Nobody Atall", "penpal suggest", "people add ADDRESS"]);
    }
}

#[test]
fn every_fact_in_every_dossier_and_letter_stands_on_the_page_that_it_names() {
    let village = Village::start();
    let penpal = village.reader(ME);
    let suggested = penpal.json(&["suggest", "--limit", "40"]);
    assert!(suggested.len() >= 15, "only {} suggestions", suggested.len());
    let mut facts = 0;
    for one in &suggested {
        let url = one["blog"]["site_url"].as_str().unwrap();
        let dossier = &penpal.json(&["vet", url])[0];
        let (name, about) = (dossier["who"]["name"].as_str(), dossier["who"]["about"].as_str());
        let about_url = dossier["who"]["about_url"].as_str();
        for said in [name, about].into_iter().flatten() {
            stands(&village, about_url.unwrap_or(url), said);
            facts += 1;
        }
        for list in ["links_to", "linked_by", "speaks_of_people"] {
            for fact in dossier[list].as_array().unwrap() {
                stands(&village, fact["post_url"].as_str().unwrap(), fact["quote"].as_str().unwrap());
                stands(&village, fact["post_url"].as_str().unwrap(), fact["post_title"].as_str().unwrap());
                facts += 2;
            }
        }
        for linked in dossier["links_to"].as_array().unwrap() {
            let host = linked["url"].as_str().unwrap().trim_end_matches('/');
            let page = village.page(linked["post_url"].as_str().unwrap());
            assert!(page.contains(&format!("href=\"{host}")), "{url} does not link to {host} in {linked}");
        }
        for post in dossier["posts"].as_array().unwrap() {
            stands(&village, post["url"].as_str().unwrap(), post["title"].as_str().unwrap());
            facts += 1;
        }
        for tone in ["plain", "warm", "brief", "short"] {
            let letter = &penpal.json(&["invite", url, "--print", "--tone", tone])[0];
            let body = letter["body"].as_str().unwrap();
            for fact in letter["facts"].as_array().unwrap() {
                let page = fact["post_url"].as_str().unwrap();
                stands(&village, page, fact["quote"].as_str().unwrap());
                stands(&village, page, fact["post_title"].as_str().unwrap());
                facts += 2;
            }
            // Whatever address the letter names is a page that is there, the user's own, or the invited one's.
            for word in body.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）')) {
                if let Some(rest) = word.strip_prefix("http://") {
                    let address = format!("http://{}", rest.trim_end_matches(['.', ',', '。']));
                    assert!(!village.page(&address).is_empty(), "{address} in {body}");
                    facts += 1;
                }
            }
            // What stands in quotation marks is the title of a page that the letter names.
            for title in body.split('“').skip(1).filter_map(|rest| rest.split('”').next()) {
                let named = body.split(['(', ' ', '\n', ')']).filter(|word| word.starts_with("http://"));
                let found =
                    named.clone().any(|page| flat(village.page(page.trim_end_matches('.'))).contains(&flat(title)));
                assert!(found || letter["language"] != "en", "“{title}” is on no page of {body}");
            }
        }
    }
    assert!(facts > 400, "only {facts} facts were looked up");
    println!("{facts} facts were looked up, 0 are unsupported");
}

#[track_caller]
fn stands(village: &Village, url: &str, words: &str) {
    let page = village.page(url);
    assert!(!page.is_empty(), "{url} is no page");
    let found = flat(page).contains(&flat(words));
    // A link without words is quoted by the name of its host.
    let named = page.contains(&format!("http://{words}"));
    assert!(found || named, "{words:?} does not stand in {url}");
}

/// A page's letters and digits alone, without its tags and with its entities read.
fn flat(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    for (entity, c) in [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")]
    {
        text = text.replace(entity, c);
    }
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn a_dossier_as_a_page_loads_nothing_and_obeys_nobody() {
    let village = Village::with(|pages| {
        for ((host, _), (_, body)) in pages.iter_mut() {
            if host == PETR {
                *body = body.replace("Petr Dvořák", "Petr &lt;script&gt;alert(1)&lt;/script&gt;\u{202e}");
            }
        }
    });
    let penpal = village.reader("");
    let file = penpal.home().join("them.html");
    penpal.done(&["vet", PETR, "--html", file.to_str().unwrap()]);
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("Petr &lt;script&gt;") && !page.contains("<script") && !page.contains('\u{202e}'), "{page}");
    for loading in ["src=", "<link", "@import", "url(", "<iframe", "javascript:"] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[test]
fn a_blog_that_nobody_here_knows_is_asked_and_kept_and_silence_is_told() {
    let village = Village::start();
    let penpal = village.reader("");
    let fresh = Penpal::new()
        .with("http_proxy", penpal.command(&[]).get_envs().find(|(name, _)| *name == "http_proxy").unwrap().1.unwrap());
    let dossier = &fresh.json(&["vet", "http://rye-and-reason.example/"])[0];
    assert_eq!(dossier["who"]["name"], "Petr Dvořák");
    assert_eq!(dossier["looked_at"]["whole_texts"], true);
    for key in [
        "blog",
        "who",
        "since",
        "posts_per_month",
        "topics",
        "links_to",
        "linked_by",
        "speaks_of_people",
        "red_lines",
        "unknown",
        "posts",
    ] {
        assert!(!dossier[key].is_null(), "{key}");
    }
    assert!(dossier["unknown"].to_string().contains("Nobody whom you follow"));
    // Known by now, also when its server is gone.
    let offline = Penpal::new();
    offline.run(&["vet", "http://rye-and-reason.example/"]).failed_with(&["rye-and-reason.example"]);
    fresh.done(&["flag", "rye-and-reason.example"]);
    assert_eq!(fresh.json(&["vet", "rye-and-reason.example"])[0]["standing"], "flagged");
}
