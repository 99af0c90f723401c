//! The screens: what they show, and a journey through the real binary in a terminal.

mod support;

use penpal::{
    app::{
        action::Action,
        article::{Article, MEASURE},
        blogs::Health,
        lists::PAGE,
        state::{Screen, State},
        update::{Effect, News, act, begin, hear},
    },
    demo::Demo,
    model::{Plain, RedLine, Timestamp},
    poll::due::asked_next,
    store::{Answered, FeedState},
    tui::frame,
};
use ratatui::{Terminal, backend::TestBackend};
use support::{Answer, Console, Penpal, Post, Server, atom, page};

/// The demo's neighbourhood on a day of March, as somebody sees it who has just opened the screens.
async fn state_of_the_demo(demo: &Demo) -> State {
    let app = &demo.app;
    let mut state = State::default();
    begin(&mut state);
    hear(&mut state, News::Today(app.today(400).unwrap()));
    hear(&mut state, News::River { after: None, posts: app.river(None, PAGE).unwrap(), as_of: app.now() });
    hear(&mut state, News::Blogs(app.followed().unwrap()));
    hear(&mut state, News::Discussions { all: app.discussions().unwrap(), behind: false });
    hear(&mut state, News::Suggestions(app.suggest(40).unwrap()));
    state
}

/// The dossier of whoever the cursor is on, as it comes while somebody looks at `screen`.
fn vetted(demo: &Demo, state: &mut State, screen: Screen) {
    let effects = act(state, Action::Vet);
    let [Effect::Vet(asked)] = effects.as_slice() else { panic!("{effects:?}") };
    let blog = demo.app.find_blog(asked).unwrap();
    state.screen = screen;
    let vetted = demo.app.vet_offline(&blog).unwrap();
    hear(state, News::Vetted { asked: asked.clone(), vetted: Ok(Box::new(vetted)) });
}

/// One of two well feeds, one that fails today, one that has been failing for long, one that is slow, one never asked.
fn feed_that_fares(at: usize, now: Timestamp) -> FeedState {
    const HOUR: i64 = 3600;
    let ago = |hours: i64| Timestamp(now.0 - hours * HOUR);
    let answer = |hours, http, ms, error: Option<&str>| Answered {
        at: ago(hours),
        http,
        bytes: 48_000,
        ms,
        error: error.map(Plain::line),
    };
    let well = FeedState {
        asked: Some(ago(3)),
        answered: Some(ago(3)),
        http: Some(304),
        usual_gap: Some(5 * 24 * 3600),
        size: 48_000,
        spared: 96_000,
        answers: vec![answer(15, Some(304), 90, None), answer(3, Some(304), 110, None)],
        ..FeedState::default()
    };
    let failing = |since, failures, error: &str| FeedState {
        http: Some(500),
        error: Some(Plain::line(error)),
        failures,
        failing_since: Some(ago(since)),
        answers: vec![answer(90, Some(200), 200, None), answer(3, Some(500), 120, Some(error))],
        ..well.clone()
    };
    match at {
        1 => failing(3, 1, "the server is in trouble (500)"),
        2 => failing(90, 7, "this is a web page now; its feed may be at https://example.org/atom.xml"),
        3 => FeedState { answers: vec![answer(3, Some(200), 7_400, None)], ..well },
        4 => FeedState::default(),
        _ => well,
    }
}

fn drawn(state: &mut State, (width, height): (u16, u16)) -> String {
    state.size = (width, height);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|area| frame::draw(area, state)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let rows = (0..height).map(|y| {
        let row: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        row.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_five_screens_look_as_they_should() {
    let march = Timestamp::parse("2026-03-15T12:00:00Z").unwrap();
    let demo = Demo::begin_as_of(march, |_| {}).await.unwrap();
    let mut state = state_of_the_demo(&demo).await;
    // The demo is polled by the real clock and takes as long as the machine lets it; the picture shall not.
    state.now = march;
    for (at, followed) in state.blogs.iter_mut().enumerate() {
        followed.feed = feed_that_fares(at, march);
        followed.health = if followed.feed.is_ill() { Health::Ill } else { Health::Ok };
        followed.next = asked_next(followed.blog.id, &followed.feed, &followed.besides, march);
    }
    state.arrange_blogs();
    for size in [(80, 24), (200, 50)] {
        let name = |screen: &str| format!("{screen}_{}x{}", size.0, size.1);
        state.screen = Screen::River;
        insta::assert_snapshot!(name("river"), drawn(&mut state, size));
        state.screen = Screen::Blogs;
        insta::assert_snapshot!(name("blogs"), drawn(&mut state, size));
        state.screen = Screen::People;
        insta::assert_snapshot!(name("people"), drawn(&mut state, size));
        state.screen = Screen::Health;
        state.sick = 0;
        insta::assert_snapshot!(name("health"), drawn(&mut state, size));
        state.screen = Screen::People;
        state.help = true;
        insta::assert_snapshot!(name("help"), drawn(&mut state, size));
        state.help = false;
        let mut reading = state.clone();
        let listed = reading.river.get(1).unwrap().clone();
        let article = Article::set(&demo.app.text_of(listed.post.id).unwrap(), &listed.post, MEASURE);
        let quote = None;
        let news = News::Post { listed: Box::new(listed), article: article.into(), quote, from: Screen::River };
        hear(&mut reading, news);
        insta::assert_snapshot!(name("post"), drawn(&mut reading, size));
        state.size = size;
        vetted(&demo, &mut state, Screen::People);
        insta::assert_snapshot!(name("dossier"), drawn(&mut state, size));
        act(&mut state, Action::Back);
    }
    // Of a feed that has ended Health asks what shall become of it, and says the keys.
    (state.blogs[0].health, state.blogs[0].feed.gone, state.blogs[0].next) = (Health::Gone, true, None);
    state.arrange_blogs();
    state.screen = Screen::Health;
    state.sick = state.worst.iter().position(|&index| state.blogs[index].health == Health::Gone).unwrap();
    let card = drawn(&mut state, (80, 24));
    assert!(card.contains("U follows it no longer (u takes that back). R asks once more."), "{card}");
    let gone = state.this_blog().unwrap().blog.id;
    assert_eq!(act(&mut state, Action::Unfollow), [Effect::Unfollow(gone)]);
}

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
    console.wait_for("Oven");
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
    console.type_in("6");
    console.wait_for("on the blogroll of");
    assert_eq!(console.quit(), 0);
    assert!(!penpal.data().exists(), "the demo leaves the user's own folder alone");
}

#[test]
fn without_a_terminal_the_screens_say_what_to_do_instead() {
    Penpal::new().run(&[]).failed_with(&["need a terminal", "penpal posts"]);
}
