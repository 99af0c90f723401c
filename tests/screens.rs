//! The screens: what they show, and a journey through the real binary in a terminal.

#[path = "support/seen.rs"]
mod seen;
mod support;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use penpal::{
    app::{
        action::{Action, TABLE},
        state::{Screen, State},
        update::{Effect, News, act, end_prompt, hear, type_in},
    },
    demo::Demo,
    model::{Plain, RedLine, Timestamp},
    tui::{keys, mouse},
};
use seen::{drawn, state_of_the_demo, vetted};
use support::{Answer, Console, Penpal, Post, Server, atom, page};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_breaks_on_any_terminal_however_small_or_strange() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut full = state_of_the_demo(&demo).await;
    full.screen = Screen::People;
    vetted(&demo, &mut full, Screen::People);
    let mut empty = State::default();
    for size in [(1, 1), (20, 5), (59, 12), (60, 12), (61, 13), (119, 24), (120, 24), (300, 12)] {
        for screen in Screen::ALL.into_iter().chain([Screen::Dossier]) {
            for state in [&mut full, &mut empty] {
                state.screen = screen;
                drawn(state, size);
                state.help = true;
                drawn(state, size);
                state.help = false;
            }
        }
    }
    assert!(drawn(&mut full, (19, 5)).contains("too small"), "who cannot see is told why");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_something_is_typed_the_footer_says_how_it_ends_and_a_filter_is_told_of_where_esc_ends_it() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    act(&mut state, Action::Go(Screen::River));
    let footer = |state: &mut State| drawn(state, (80, 24)).lines().last().unwrap().trim().to_owned();
    assert!(footer(&mut state).starts_with("Enter open") && footer(&mut state).ends_with("q quit"));
    act(&mut state, Action::Filter);
    assert_eq!(footer(&mut state), "Enter done  Esc never mind");
    type_in(&mut state, 'e');
    end_prompt(&mut state, true);
    assert!(drawn(&mut state, (80, 24)).contains("narrowed to: e (Esc shows everything again)"));
    state.screen = Screen::Post;
    assert!(!drawn(&mut state, (80, 24)).contains("Esc shows everything again"), "there Esc goes back");
    act(&mut state, Action::Import);
    assert_eq!(footer(&mut state), "Enter done  Esc never mind  Tab completes a name");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_went_elsewhere_is_not_called_back_by_a_dossier() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    act(&mut state, Action::Go(Screen::People));
    let looking = |state: &mut State| drawn(state, (80, 24)).contains("Looking at ");
    vetted(&demo, &mut state, Screen::River);
    assert!(state.screen == Screen::River && state.dossier.is_none() && state.status.contains("V on them"));
    assert!(!looking(&mut state));
    state.screen = Screen::People;
    let effects = act(&mut state, Action::Vet);
    assert!(looking(&mut state));
    let [Effect::Vet(asked)] = effects.as_slice() else { panic!("{effects:?}") };
    hear(&mut state, News::Vetted { asked: "somebody else".into(), vetted: Err(Plain::line("late")) });
    assert!(looking(&mut state), "an answer to another question is none");
    hear(&mut state, News::Vetted { asked: asked.clone(), vetted: Err(Plain::line("no answer")) });
    assert_eq!((state.screen, state.status.as_str()), (Screen::People, "no answer"));
    vetted(&demo, &mut state, Screen::People);
    assert_eq!(state.screen, Screen::Dossier);
    act(&mut state, Action::Bottom);
    let end = drawn(&mut state, (80, 24));
    act(&mut state, Action::Up);
    assert!(end.contains("Last posts") && drawn(&mut state, (80, 24)) != end, "{end}");
    act(&mut state, Action::Back);
    assert!(state.screen == Screen::People && state.dossier.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn red_lines_stay_in_sight_on_low_terminals() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    state.screen = Screen::People;
    let line = RedLine {
        name: Plain::line("bashes candidates"),
        quote: Plain::line("Candidates lie."),
        post_url: None,
        post_title: Plain::line("Candidates"),
        published: Some(state.now),
        quoting: false,
    };
    state.people[0].red_lines = vec![line];
    for size in [(80, 12), (80, 24), (200, 50)] {
        let shown = drawn(&mut state, size);
        assert!(shown.contains("! red line bashes candidates: “Candidates lie.”"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_longer_than_its_place_says_so_and_turns_its_pages_while_the_list_stays() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    state.screen = Screen::People;
    let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
    let first = drawn(&mut state, (80, 24));
    let last_line = "e looks into the";
    assert!(first.contains("more: Space; the reasons: e") && !first.contains(last_line), "{first}");
    let mut pages = vec![first.clone()];
    for _ in 0..10 {
        keys::press(&mut state, key(KeyCode::Char(' ')));
        pages.push(drawn(&mut state, (80, 24)));
    }
    let end = pages.last().unwrap();
    assert!(end.contains(last_line) && !end.contains("more: Space") && state.person == 0, "{end}");
    assert!(end.contains("This is the end; j goes on to the next"), "{end}");
    let words = |page: &str| page.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = words(&pages.join(" "));
    for reason in &state.people[0].reasons {
        let begins: String = reason.text.as_str().chars().take(20).collect();
        assert!(all.contains(begins.trim()), "{begins} is on no page:\n{all}");
    }
    for _ in 0..10 {
        keys::press(&mut state, key(KeyCode::PageUp));
    }
    assert_eq!(drawn(&mut state, (80, 24)), first);
    keys::press(&mut state, key(KeyCode::Char(' ')));
    keys::press(&mut state, key(KeyCode::Char('j')));
    let next = drawn(&mut state, (80, 24));
    let title = state.people[1].blog.title.to_string();
    assert!(
        state.person == 1 && next.lines().nth(1).unwrap().contains(&title),
        "another card begins at its top: {next}"
    );

    // Where all of it is seen there is nothing to turn, and a page is one of the list.
    let whole = drawn(&mut state, (200, 60));
    assert!(whole.contains(last_line) && !whole.contains("more: Space"), "{whole}");
    keys::press(&mut state, key(KeyCode::Char(' ')));
    assert_eq!(state.person + 1, state.people.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_narrows_and_orders_the_suggestions_stands_above_them_as_long_as_it_holds() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    act(&mut state, Action::Go(Screen::People));
    let usual = drawn(&mut state, (80, 24));
    let blog = state.people[1].blog.id;
    hear(&mut state, News::Like { name: Plain::line("Edith Crane"), near: vec![blog] });
    act(&mut state, Action::Which);
    act(&mut state, Action::Which);
    act(&mut state, Action::Language);
    act(&mut state, Action::Language);
    act(&mut state, Action::Down);
    let rows = |state: &mut State, size| drawn(state, size).lines().map(str::to_owned).collect::<Vec<_>>();
    let wide = rows(&mut state, (130, 40));
    assert!(wide[1].starts_with(" like Edith Crane · friends · English "), "{}", wide[1]);
    let narrow = rows(&mut state, (80, 24));
    assert!(narrow[1].starts_with(" like Edith Crane  ") && narrow[2].starts_with(" friends · English "), "{narrow:?}");
    assert!(narrow[22].contains("Esc shows everybody again"), "{narrow:?}");
    assert!(rows(&mut state, (40, 12))[1].starts_with(" like Edith Crane · friends · English"));
    act(&mut state, Action::Up);
    let top = state.people[0].blog.author.clone().unwrap();
    let click = |row| MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 4,
        row,
        modifiers: KeyModifiers::NONE,
    };
    drawn(&mut state, (80, 24));
    mouse::point(&mut state, click(3 + 1));
    assert_eq!(state.person, 1, "a click knows where the list begins");
    assert!(rows(&mut state, (80, 24))[3].contains(top.as_str()));
    act(&mut state, Action::Back);
    act(&mut state, Action::Top);
    assert_eq!(drawn(&mut state, (80, 24)), usual);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_new_is_called_so_on_their_card_and_the_footer_tells_what_to_do_about_them() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    act(&mut state, Action::Go(Screen::People));
    assert!(!drawn(&mut state, (80, 24)).contains("new since"));
    state.contacts.fresh.insert(state.people[0].blog.id);
    let shown = drawn(&mut state, (80, 24));
    assert!(shown.contains(" + ") && shown.contains("new since the last time"), "{shown}");
    let footer = |state: &mut State| drawn(state, (80, 24)).lines().last().unwrap().trim().to_owned();
    assert_eq!(footer(&mut state), "Enter read  e reasons  f flag  F follow  x not now  X never     ? help  q quit");
    act(&mut state, Action::Reasons);
    assert!(footer(&mut state).starts_with("Enter open  Esc back"), "there is a way back from the reasons");
    act(&mut state, Action::Back);
    act(&mut state, Action::Help);
    assert!(drawn(&mut state, (80, 60)).contains("Before a name: + is new since the last time, f is flagged."));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_is_shown_for_a_human_being() {
    let demo = Demo::begin_as_of(Timestamp::parse("2026-03-15T12:00:00Z").unwrap(), |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    act(&mut state, Action::Go(Screen::People));
    let shown = drawn(&mut state, (200, 50));
    for person in &state.people {
        assert!(!shown.contains(&format!("{:.2}", person.score)), "{shown}");
    }
    // The reason may take several lines, so its beginning is looked for.
    let reason: String = state.people[0].reasons[0].text.as_str().chars().take(40).collect();
    assert!(state.people.len() >= 5 && shown.contains(&reason), "{shown}");
}

#[test]
fn the_help_tells_every_key_that_works_however_low_the_terminal_is() {
    let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
    for size in [(30, 8), (40, 12), (80, 24), (200, 60)] {
        for screen in Screen::ALL.into_iter().chain([Screen::Dossier]) {
            let mut state = State { screen, ..State::default() };
            drawn(&mut state, size);
            keys::press(&mut state, key(KeyCode::Char('?')));
            let mut told = String::new();
            for page in 0.. {
                assert!(page < 50, "it ends");
                if !state.help {
                    break;
                }
                told.push_str(&drawn(&mut state, size));
                keys::press(&mut state, key(KeyCode::Char(' ')));
            }
            let told: String = told.split_whitespace().collect::<Vec<_>>().join(" ");
            for entry in TABLE.iter().filter(|entry| entry.works_on(screen)) {
                let begins: String = entry.does.chars().take(12).collect();
                let is_told = told.contains(begins.trim()) || matches!(entry.action, Action::Go(_));
                assert!(is_told, "{} on {screen:?} in {size:?}:\n{told}", entry.name);
            }
        }
    }
    let mut state = State { help: true, ..State::default() };
    drawn(&mut state, (80, 24));
    keys::press(&mut state, key(KeyCode::Down));
    assert!(state.help && state.help_row == 1, "it moves by a line too");
    keys::press(&mut state, key(KeyCode::Char('x')));
    assert!(!state.help && state.help_row == 0, "any other key ends it");
}

/// A blog with two posts, whose home page declares its feed.
fn blog(server: &Server, title: &str, posts: &[(&str, String)]) {
    let posts: Vec<Post> = posts
        .iter()
        .enumerate()
        .map(|(at, (title, html))| Post::new(server.url(&format!("/{at}")), at as u32, title, html))
        .collect();
    server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &posts)));
    let head = format!("<title>{title}</title><link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed\">");
    server.serve("/", Answer::page(page(&head, "<main>Welcome</main>")));
}

#[test]
fn from_an_address_to_a_flagged_person_and_still_there_after_a_restart() {
    let (ann, cleo) = (Server::start(), Server::start());
    let to_cleo =
        format!("<p>My sourdough starter is old. <a href=\"{}\">Cleo</a> keeps an older one.</p>", cleo.url("/0"));
    blog(&ann, "Ann bakes", &[("Rye and patience", to_cleo), ("Oven", "<p>A loaf of rye wants steam.</p>".into())]);
    let starter = "<p>A sourdough starter can grow old. Mine eats rye flour and nothing else.</p>";
    blog(&cleo, "Cleo crust", &[("Starter", starter.into()), ("Loaf", "<p>A rye loaf needs time.</p>".into())]);
    let penpal = Penpal::configured("[discover]\nallow_private = true\n");

    let mut console = Console::open(&penpal, &[]);
    console.wait_for("you follow no blog");
    console.type_in("a");
    console.wait_for("Follow (a site");
    console.type_in(&ann.url("/"));
    console.type_in("\r");
    console.wait_for("Rye and patience");
    assert!(console.parser.screen().alternate_screen());
    console.type_in("2");
    console.wait_for("[2 River");

    console.type_in("/patience\r");
    console.wait_for("narrowed to: patience");
    console.type_in("\r");
    console.wait_for("[4 Post]");
    console.type_in("s");
    console.wait_for("* starred");
    console.type_in("?");
    console.wait_for("What works on Post");
    console.type_in("x");
    console.wait("the help closed", |screen| !screen.contents().contains("What works on Post"));

    console.type_in("\x1b");
    console.wait_for("[2 River");
    console.type_in("6");
    console.wait_for("looks around the blogs that you follow");
    console.type_in("d");
    console.wait_for("linked by Ann bakes");
    console.type_in("f");
    console.wait_for("is flagged");
    console.type_in("e");
    console.wait_for("Enter shows the quoted post");
    console.type_in("\r");
    console.wait("the quoted post, scrolled to the quote", |screen| {
        screen.contents().lines().any(|line| line.trim_start().starts_with("> "))
    });
    assert_eq!(console.quit(), 0);

    let mut console = Console::open(&penpal, &[]);
    console.wait("the post that was open", |screen| screen.contents().contains("[4 Post]"));
    console.type_in("6");
    console.wait_for(", flagged");
    assert_eq!(console.quit(), 0);
    let posts = penpal.json(&["posts", "patience"]);
    assert_eq!((&posts[0]["read"], &posts[0]["starred"]), (&true.into(), &true.into()));
}

#[test]
fn the_demo_opens_the_screens_and_leaves_the_users_own_folder_alone() {
    let penpal = Penpal::new();
    let mut console = Console::open(&penpal, &["demo"]);
    console.wait_for("Slow Crumb");
    console.wait_for("6 shows people");
    console.type_in("6");
    console.wait_for("on the blogroll of");
    assert_eq!(console.quit(), 0);
    assert!(!penpal.data().exists(), "the demo leaves the user's own folder alone");
}

#[test]
fn without_a_terminal_the_screens_say_what_to_do_instead() {
    Penpal::new().run(&[]).failed_with(&["need a terminal", "penpal posts"]);
}
