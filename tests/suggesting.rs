//! From a list of blogs to people worth knowing: politely, within a budget, and with evidence that holds.

mod support;

use std::{
    collections::BTreeSet,
    fs,
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, Condvar, Mutex},
    task::Poll,
    time::Duration,
};

use penpal::{
    app::{App, Paths},
    config::Config,
    discover::{keys, knowledge::Reckoned, reasons::Teller},
    model::{Standing, Timestamp},
    poll::Which,
    store::Batch,
};
use serde_json::{Value, json};
use support::{Answer, Console, Penpal, Post, Server, atom, page};

const ON_LOOPBACK: &str = "[discover]\nallow_private = true\n";

/// Six blogs, each a host of its own. Ann and Ben are followed, and both link to Cleo, whose blogroll names Dora. Ann
/// links to Emil too, whose robots.txt forbids everything.
struct Neighbourhood {
    ann: Server,
    ben: Server,
    cleo: Server,
    dora: Server,
    emil: Server,
}

impl Neighbourhood {
    fn new() -> Self {
        let [ann, ben, cleo, dora, emil] = [(); 5].map(|()| Server::start());
        let link = |server: &Server, path: &str, words: &str| format!("<a href=\"{}\">{words}</a>", server.url(path));
        blog(
            &ann,
            "Ann bakes",
            "",
            &[
                (
                    "Rye",
                    format!(
                        "<p>My sourdough starter likes rye flour. {} &amp; <em>her</em>\n  sister keep a sourdough \
                         <b>start</b>er that is older than mine: &lt;sic&gt;<br>Twice.</p><p>Long fermentation makes rye bread sour.</p>",
                        link(&cleo, "/starter", "Cleo")
                    ),
                ),
                (
                    "Oven",
                    format!(
                        "<p>A sourdough loaf wants steam. As {} found out, a pot in the oven does it.</p>",
                        link(&emil, "/steam", "Emil")
                    ),
                ),
                (
                    "Crumb",
                    "<p>Hydration decides the crumb of a sourdough loaf; my sourdough starter decides the rest.</p>"
                        .into(),
                ),
            ],
        );
        blog(
            &ben,
            "Ben’s kitchen",
            "",
            &[
                (
                    "Answer",
                    format!(
                        "<p>I disagree with {} on long fermentation: cold rye dough tastes better.</p>",
                        link(&cleo, "/cold", "what Cleo wrote about cold dough")
                    ),
                ),
                ("Mill", "<p>Fresh rye flour from the mill wakes up a sourdough starter within hours.</p>".into()),
            ],
        );
        let roll = format!(
            "<aside class=\"blogroll\"><h2>Blogroll</h2><ul><li>{}</li></ul></aside>",
            link(&dora, "/", "Dora’s garden")
        );
        blog(
            &cleo,
            "Cleo’s crust",
            &roll,
            &[
                ("Starter", "<p>A sourdough starter can grow old. Mine eats rye flour and nothing else.</p>".into()),
                ("Cold", "<p>Long fermentation in the cold makes rye bread mild. A sourdough starter works slowly there.</p>".into()),
                ("Answer", format!("<p>{} asked how old a sourdough starter gets.</p>", link(&ann, "/0", "Ann"))),
            ],
        );
        blog(
            &dora,
            "Dora’s garden",
            "",
            &[
                ("Herbs", "<p>Rosemary goes well with rye bread, and the bees like it.</p>".into()),
                ("Compost", "<p>Old sourdough starter feeds the compost.</p>".into()),
            ],
        );
        blog(&emil, "Emil", "", &[("Steam", "<p>A pot makes steam for a sourdough loaf.</p>".into())]);
        emil.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
        Self { ann, ben, cleo, dora, emil }
    }

    fn all(&self) -> [&Server; 5] {
        [&self.ann, &self.ben, &self.cleo, &self.dora, &self.emil]
    }

    fn forget(&self) {
        self.all().iter().for_each(|server| server.forget());
    }

    /// How many requests came since they were forgotten.
    fn requests(&self) -> usize {
        self.all().iter().map(|server| server.asked().len()).sum()
    }

    /// Somebody who follows Ann and Ben and has read them.
    fn follower(&self, config: &str) -> Penpal {
        let penpal = Penpal::configured(config);
        penpal.subscribe(&[self.ann.url("/feed"), self.ben.url("/feed")]);
        assert_eq!(penpal.json(&["refresh"]).len(), 2);
        self.forget();
        penpal
    }

    /// The words of a post as a browser shows them.
    fn text_of(&self, url: &str) -> String {
        let server = self.all().into_iter().find(|server| url.starts_with(&server.url("/"))).expect(url);
        let html = server.body(url.strip_prefix(&server.url("")).unwrap());
        let mut text = String::new();
        for piece in html.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A blog with a home page that declares its feed, and each post as a page of its own at its number.
fn blog(server: &Server, title: &str, aside: &str, posts: &[(&str, String)]) {
    let head = format!("<title>{title}</title><link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed\">");
    server.serve("/", Answer::page(page(&head, &format!("<main><p>Welcome</p></main>{aside}"))));
    let mut entries = Vec::new();
    for (number, (title, html)) in posts.iter().enumerate() {
        let path = format!("/{number}");
        server.serve(&path, Answer::page(page(&format!("<title>{title}</title>"), html)));
        entries.push(Post::new(server.url(&path), number as u32, title, html));
    }
    server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &entries)));
}

/// The suggestion of the blog with this feed.
fn of<'a>(suggestions: &'a [Value], server: &Server) -> Option<&'a Value> {
    suggestions.iter().find(|suggestion| suggestion["blog"]["feed_url"] == server.url("/feed"))
}

fn reason<'a>(suggestion: &'a Value, kind: &str) -> &'a Value {
    let reasons = suggestion["reasons"].as_array().unwrap();
    reasons.iter().find(|reason| reason["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {suggestion}"))
}

#[test]
fn who_is_linked_by_those_that_i_read_is_suggested_with_evidence_that_stands_in_the_post() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    let crawled = &penpal.json(&["discover"])[0];
    assert_eq!(crawled["requests"], blogs.requests());
    assert_eq!(crawled["profiled"], 2, "Cleo and Dora: {crawled}");

    let suggestions = penpal.json(&["suggest"]);
    let cleo = of(&suggestions, &blogs.cleo).expect("Cleo is suggested");
    assert_eq!((&cleo["rank"], &cleo["standing"]), (&json!(1), &json!("new")));
    let friends = reason(cleo, "friends");
    for name in ["Ann bakes", "Ben’s kitchen"] {
        assert!(friends["text"].as_str().unwrap().contains(name), "{friends}");
    }
    let sources: BTreeSet<&str> =
        friends["evidence"].as_array().unwrap().iter().map(|one| one["post_url"].as_str().unwrap()).collect();
    assert!(sources.contains(&*blogs.ann.url("/0")) && sources.contains(&*blogs.ben.url("/0")), "{sources:?}");
    assert!(reason(cleo, "interests")["text"].as_str().unwrap().contains("sourdough starter"), "{cleo}");
    assert!(of(&suggestions, &blogs.dora).is_some(), "Dora is found through Cleo’s blogroll");

    for suggestion in &suggestions {
        let reasons = suggestion["reasons"].as_array().unwrap();
        assert!(!reasons.is_empty(), "{suggestion}");
        for evidence in reasons.iter().flat_map(|reason| reason["evidence"].as_array().unwrap()) {
            let (url, quote) = (evidence["post_url"].as_str().unwrap(), evidence["quote"].as_str().unwrap());
            let text = blogs.text_of(url);
            assert!(!quote.is_empty() && text.contains(quote), "{quote:?} is not in {text:?} ({url})");
        }
    }
    for server in [&blogs.ann, &blogs.ben, &blogs.emil] {
        assert!(of(&suggestions, server).is_none(), "nobody is suggested who is followed, or wants to be left alone");
    }
}

#[test]
fn robots_txt_is_obeyed() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    assert_eq!(blogs.emil.paths(), ["/robots.txt"]);
    for server in blogs.all() {
        assert_eq!(server.paths()[0], "/robots.txt", "it is asked for first");
    }
}

#[test]
fn a_page_that_wants_no_listing_is_not_listed() {
    let blogs = Neighbourhood::new();
    let head = "<meta name=\"robots\" content=\"noindex\"><link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed\">";
    blogs.cleo.serve("/", Answer::page(page(head, "")));
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    assert!(of(&penpal.json(&["suggest"]), &blogs.cleo).is_none());
}

#[test]
fn the_budget_is_never_exceeded() {
    for budget in [0, 1, 2, 3, 5, 8, 13] {
        let blogs = Neighbourhood::new();
        let penpal = blogs.follower(ON_LOOPBACK);
        let crawled = &penpal.json(&["discover", "--budget", &budget.to_string()])[0];
        assert!(blogs.requests() <= budget, "{} requests with a budget of {budget}", blogs.requests());
        assert_eq!(crawled["requests"], blogs.requests());
    }
}

#[test]
fn redirects_on_the_way_count_against_the_budget() {
    for budget in 1..12 {
        let blogs = Neighbourhood::new();
        for server in blogs.all() {
            server.serve("/robots.txt", Answer::redirect(302, "/robots-2.txt"));
            server.serve("/robots-2.txt", Answer::redirect(302, "/robots-3.txt"));
            server.serve("/", Answer::redirect(302, "/home"));
            server.serve("/home", Answer::redirect(302, "/home-2"));
        }
        let penpal = blogs.follower(ON_LOOPBACK);
        let crawled = &penpal.json(&["discover", "--budget", &budget.to_string()])[0];
        assert!(blogs.requests() <= budget, "{} requests with a budget of {budget}", blogs.requests());
        assert_eq!(crawled["requests"], blogs.requests());
    }
}

#[test]
fn a_run_that_was_too_short_goes_on_with_the_next() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    for _ in 0..8 {
        penpal.done(&["discover", "--budget", "6"]);
    }
    let suggestions = penpal.json(&["suggest"]);
    assert!(of(&suggestions, &blogs.cleo).is_some() && of(&suggestions, &blogs.dora).is_some(), "{suggestions:?}");
}

#[test]
fn what_was_looked_at_is_not_asked_again_soon() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    blogs.forget();
    penpal.done(&["discover"]);
    assert_eq!(blogs.requests(), 0);
}

#[test]
fn nothing_on_a_private_network_is_asked_unless_the_user_allows_it() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower("");
    let crawled = &penpal.json(&["discover"])[0];
    assert_eq!((blogs.requests(), &crawled["requests"]), (0, &json!(0)));
    assert_eq!(penpal.json(&["suggest"]), [] as [Value; 0]);
}

#[test]
fn discovery_that_is_switched_off_asks_nobody() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower("[discover]\nenabled = false\nallow_private = true\n");
    penpal.run(&["discover"]).failed_with(&["switched off", "discover.enabled"]);
    assert_eq!(blogs.requests(), 0);
}

#[test]
fn a_flag_survives_a_restart_and_the_loss_of_the_cache() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let flagged = &penpal.json(&["flag", &blogs.cleo.url("/")])[0];
    assert_eq!((&flagged["standing"], &flagged["blog"]["title"]), (&json!("flagged"), &json!("Cleo’s crust")));
    let standing = |penpal: &Penpal| of(&penpal.json(&["suggest"]), &blogs.cleo).unwrap()["standing"].clone();
    assert_eq!(standing(&penpal), "flagged");

    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    assert_eq!(standing(&penpal), "flagged");
    penpal.done(&["flag", "Cleo’s crust", "--off"]);
    assert_eq!(standing(&penpal), "new");
}

#[test]
fn who_was_sent_away_is_not_suggested_again() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    for how in ["--never", "--not-now"] {
        penpal.done(&["flag", &blogs.cleo.url("/"), how]);
        let suggestions = penpal.json(&["suggest"]);
        assert!(of(&suggestions, &blogs.cleo).is_none(), "{how}");
        assert_eq!(suggestions[0]["rank"], 1, "the others move up");
    }
    let why = penpal.run(&["why", &blogs.cleo.url("/")]);
    let until = Timestamp::now().after(Duration::from_secs(90 * 24 * 3600));
    // The day may have changed meanwhile.
    let days = [until, Timestamp(until.0 - 60)].map(|moment| format!("(not now, until {})", moment.day()));
    assert!(days.iter().any(|day| why.stderr.contains(day.as_str())), "{}", why.stderr);
    why.failed_with(&["Cleo’s crust is not suggested: you sent it away", "--off` takes that back"]);
    assert!(!why.stderr.contains("nothing that can be shown"), "{}", why.stderr);
    penpal.done(&["flag", &blogs.cleo.url("/"), "--never"]);
    penpal.run(&["why", &blogs.cleo.url("/")]).failed_with(&["you sent it away (never)", "--off` takes that back"]);
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    assert!(of(&penpal.json(&["suggest"]), &blogs.cleo).is_none());
}

#[test]
fn not_now_that_is_over_can_be_said_again() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    penpal.done(&["flag", &blogs.cleo.url("/"), "--not-now"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let paths = Paths { data: penpal.data() };
        let mut app = App::open(paths, Config::default(), Default::default()).await.unwrap();
        let cleo = app.find_blog(&blogs.cleo.url("/")).unwrap();
        // 91 days on, as far as what was asked last tells.
        app.clock = || Timestamp(Timestamp::now().0 + 91 * 24 * 3600);
        app.refresh(&Which { blogs: Vec::new(), force: true }, |_| {}).await.unwrap();
        app.catch_up().await.unwrap();
        let back = app.suggest(10).unwrap().into_iter().find(|suggestion| suggestion.blog.id == cleo.id).unwrap();
        assert_eq!(back.standing, Standing::New, "nothing is left of it");
        let stamp = |app: &App| app.store.standings().unwrap()[&cleo.id].1;
        let before = stamp(&app);
        app.stand(&cleo, Standing::NotNow).await.unwrap();
        assert!(stamp(&app) > before, "it lasts from now on");
        app.close().unwrap();
    });
}

#[test]
fn who_is_followed_no_longer_stays_away_for_a_while_and_that_is_no_judgement() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let cleo = blogs.cleo.url("/");
    let is_suggested = |server: &Server| of(&penpal.json(&["suggest"]), server).is_some();
    penpal.done(&["follow", &cleo]);
    penpal.done(&["unfollow", &cleo]);
    assert!(!is_suggested(&blogs.cleo));
    let why = penpal.run(&["why", &cleo]);
    let until = Timestamp::now().after(Duration::from_secs(90 * 24 * 3600));
    // The day may have changed meanwhile.
    let days = [until, Timestamp(until.0 - 60)].map(|moment| format!("until {},", moment.day()));
    assert!(days.iter().any(|day| why.stderr.contains(day.as_str())), "{}", why.stderr);
    why.failed_with(&["Cleo’s crust is not suggested", "you followed it and do no longer", "`penpal follow"]);
    let taste = penpal.json(&["why", &blogs.dora.url("/")])[0]["taste"].clone();
    assert_eq!((&taste["liked"], &taste["sent_away"]), (&json!(0), &json!(0)));

    penpal.done(&["undo"]);
    penpal.run(&["why", &cleo]).failed_with(&["followed already"]);
    penpal.done(&["redo"]);
    assert!(!is_suggested(&blogs.cleo));
    // A follow that was undone never was.
    penpal.done(&["follow", &blogs.dora.url("/")]);
    penpal.done(&["undo"]);
    assert!(is_suggested(&blogs.dora));

    penpal.done(&["flag", &cleo]);
    assert!(is_suggested(&blogs.cleo), "the later word counts");
    penpal.done(&["flag", &cleo, "--off"]);
    assert!(!is_suggested(&blogs.cleo));
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    assert!(!is_suggested(&blogs.cleo) && is_suggested(&blogs.dora), "it is in the journal");

    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let paths = Paths { data: penpal.data() };
        let mut app = App::open(paths, Config::default(), Default::default()).await.unwrap();
        app.clock = || Timestamp(Timestamp::now().0 + 91 * 24 * 3600);
        app.refresh(&Which { blogs: Vec::new(), force: true }, |_| {}).await.unwrap();
        app.catch_up().await.unwrap();
        let found = app.suggest(10).unwrap();
        app.close().unwrap();
        assert!(found.iter().any(|one| one.blog.title.as_str() == "Cleo’s crust"), "after three months it is over");
    });
}

#[test]
fn who_was_flagged_and_then_followed_for_a_while_stays_away_under_all_of_their_names() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let (cleo, dora) = (blogs.cleo.url("/"), blogs.dora.url("/"));
    let is_suggested = |server: &Server| of(&penpal.json(&["suggest"]), server).is_some();
    penpal.done(&["flag", &cleo]);
    penpal.done(&["follow", &cleo]);
    penpal.done(&["unfollow", &cleo]);
    assert!(!is_suggested(&blogs.cleo), "the flag is from before");
    penpal.done(&["flag", &cleo]);
    assert!(is_suggested(&blogs.cleo), "a flag that is put up again is from after");
    penpal.done(&["flag", &cleo, "--off"]);
    penpal.done(&["people", "add", &cleo]);
    penpal.done(&["people", "add", &dora]);
    assert!(is_suggested(&blogs.dora));
    penpal.done(&["people", "merge", &cleo, &dora]);
    assert!(!is_suggested(&blogs.dora), "it is the same person's");
}

#[test]
fn the_users_own_blog_is_nobody_to_meet() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(&format!("{ON_LOOPBACK}[me]\nblogs = [\"{}\"]\n", blogs.cleo.url("/")));
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    assert!(of(&suggestions, &blogs.dora).is_some() && of(&suggestions, &blogs.cleo).is_none());
}

#[test]
fn whoever_was_liked_counts_for_taste_when_they_are_followed_too() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let liked = |penpal: &Penpal| penpal.json(&["why", &blogs.dora.url("/")])[0]["taste"]["liked"].clone();
    penpal.done(&["flag", &blogs.cleo.url("/")]);
    assert_eq!(liked(&penpal), 1);
    penpal.done(&["follow", &blogs.cleo.url("/")]);
    assert_eq!(liked(&penpal), 1);
}

#[test]
fn who_is_followed_in_the_end_is_suggested_no_more() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    penpal.done(&["follow", &blogs.cleo.url("/")]);
    assert!(of(&penpal.json(&["suggest"]), &blogs.cleo).is_none());
    penpal.run(&["why", &blogs.cleo.url("/")]).failed_with(&["followed already"]);
}

#[test]
fn a_blog_that_was_discovered_is_read_whole_once_it_is_followed() {
    let blogs = Neighbourhood::new();
    // More posts, and a longer one, than are kept of somebody whom nobody follows.
    let long =
        |number: u32| format!("<p>{}the end</p>", format!("A sourdough starter eats rye flour {number}. ").repeat(600));
    let posts: Vec<Post> = (1..=30)
        .map(|number| {
            Post::new(blogs.cleo.url(&format!("/{number}")), number, &format!("Post {number}"), &long(number))
        })
        .collect();
    let feed = Answer::feed(atom("Cleo’s crust", &blogs.cleo.url("/"), &posts)).with("etag", "\"1\"");
    blogs.cleo.serve_with("/feed", move |asked| match asked.header("if-none-match") {
        Some(_) => Answer::status(304),
        None => feed.clone(),
    });
    for by_import in [true, false] {
        let penpal = blogs.follower(ON_LOOPBACK);
        penpal.done(&["discover"]);
        assert!(of(&penpal.json(&["suggest"]), &blogs.cleo).is_some());
        if by_import {
            penpal.subscribe(&[blogs.cleo.url("/feed")]);
            let refreshed = penpal.json(&["refresh", &blogs.cleo.url("/feed")]);
            assert_eq!((&refreshed[0]["status"], &refreshed[0]["new_posts"]), (&json!("new"), &json!(30)));
        } else {
            assert_eq!(penpal.json(&["follow", &blogs.cleo.url("/")])[0]["posts"], 30);
        }
        let of_cleo: Vec<Value> = penpal.json(&["posts", "Cleo’s crust"]);
        assert_eq!(of_cleo.len(), 30);
        for place in [0, 29] {
            let text = &penpal.json(&["read", of_cleo[place]["id"].as_str().unwrap()])[0]["text"];
            assert!(text.as_str().unwrap().ends_with("the end"), "post {place} is cut");
        }
    }
}

#[test]
fn two_runs_print_the_same_bytes() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    for arguments in [&["suggest"][..], &["suggest", "--json"], &["similar", "Ann bakes", "--json"]] {
        let first = penpal.done(arguments).stdout;
        assert!(!first.is_empty());
        assert_eq!(penpal.done(arguments).stdout, first, "{arguments:?}");
    }
}

#[test]
fn the_same_data_make_the_same_suggestions_whatever_the_clock_says() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    penpal.done(&["flag", &blogs.dora.url("/"), "--not-now"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let told = |clock: fn() -> Timestamp| {
        runtime.block_on(async {
            let paths = Paths { data: penpal.data() };
            let mut app = App::open(paths, Config::default(), Default::default()).await.unwrap();
            app.clock = clock;
            app.catch_up().await.unwrap();
            let told = serde_json::to_string(&app.suggest(10).unwrap()).unwrap();
            let why = app.why(app.find_blog(&blogs.cleo.url("/")).unwrap().id).unwrap();
            app.close().unwrap();
            format!("{told}\n{}", serde_json::to_string(&why).unwrap())
        })
    };
    let first = told(Timestamp::now);
    assert!(first.contains("Cleo") && !first.contains("Dora’s garden\",\"site_url"), "{first}");
    // Ten years on, and with everything that was reckoned gone, but nobody was asked anything since.
    assert_eq!(told(|| Timestamp(Timestamp::now().0 + 10 * 365 * 24 * 3600)), first);
    fs::remove_file(penpal.data().join("cache/reckoned")).unwrap();
    assert_eq!(told(|| Timestamp(0)), first);
}

/// The names on the cards, from a start of the screens to their end, after these keys.
fn cards(penpal: &Penpal, keys: &str) -> Vec<String> {
    let mut console = Console::open(penpal, &[]);
    console.wait_for("Ann");
    console.type_in("6");
    console.wait_for("+ shows the others");
    console.type_in(keys);
    console.wait_for(if keys.is_empty() { "+ shows the others" } else { "will not be suggested" });
    let rows = console.text();
    assert_eq!(console.quit(), 0);
    let names = rows.lines().filter_map(|row| row.get(3..24)?.strip_prefix("Baker "));
    names.map(|name| name.trim().to_owned()).collect()
}

#[test]
fn the_cards_of_a_week_hold_over_a_restart_and_a_refresh_that_changes_the_ranking() {
    let ann = Server::start();
    let bakers: Vec<Server> = (0..12).map(|_| Server::start()).collect();
    for (number, baker) in bakers.iter().enumerate() {
        let post = format!("<p>Loaf {number} of rye flour, with a sourdough starter of {number} years.</p>");
        blog(baker, &format!("Baker {}", char::from(b'A' + number as u8)), "", &[("Loaf", post)]);
    }
    let names = |of: &[Server]| -> String {
        of.iter().map(|baker| format!("<p>I like <a href=\"{}\">this baker’s loaf</a>.</p>", baker.url("/0"))).collect()
    };
    let mut posts = vec![("Bakers", names(&bakers)), ("Again", names(&bakers[..8]))];
    blog(&ann, "Ann bakes", "", &posts);
    let penpal = Penpal::configured(ON_LOOPBACK);
    penpal.subscribe(&[ann.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    let ranking = || -> Vec<Value> {
        penpal.json(&["suggest", "--limit", "7"]).iter().map(|one| one["blog"]["title"].clone()).collect()
    };
    let (before, shown) = (ranking(), cards(&penpal, ""));
    assert_eq!(shown.len(), 7, "{shown:?}");
    let last = &bakers[8..];
    posts.extend([("Others", names(last)), ("Others again", names(last)), ("Once more", names(last))]);
    blog(&ann, "Ann bakes", "", &posts);
    penpal.done(&["refresh", "--force"]);
    let after = ranking();
    assert_ne!(after, before, "the ranking changed");
    assert_eq!(cards(&penpal, ""), shown);

    // One is sent away: the others stay where they are, and whoever comes in stays too.
    let with_another = cards(&penpal, "jx");
    let held = |now: &[String]| (0..7).filter(|&place| now[place] == shown[place]).count();
    assert_eq!((with_another.len(), held(&with_another)), (7, 6), "{shown:?}, {with_another:?}");
    assert_eq!(cards(&penpal, ""), with_another);
    assert_eq!(ranking().len(), 7);

    // Whoever is forgotten is not remembered as a card either.
    let first = bakers.iter().zip(b'A'..).find(|(_, letter)| shown[0] == char::from(*letter).to_string()).unwrap().0;
    penpal.done(&["people", "forget", &first.url("/"), "--yes"]);

    // A week later there are others, those first whom nobody has seen.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut app = App::open(Paths { data: penpal.data() }, Config::default(), Default::default()).await.unwrap();
        assert_eq!(app.week().unwrap().cards.len(), 7, "the one who was sent away could come back");
        app.clock = || Timestamp(Timestamp::now().0 + 7 * 24 * 3600);
        let next = app.week().unwrap();
        app.close().unwrap();
        assert_eq!((next.cards.len(), next.resting.len()), (0, 6), "whoever was judged needs no rest");
    });
}

/// A fourth post of Ann's.
fn news_of_ann(blogs: &Neighbourhood, html: String) {
    let old = ["Rye", "Oven", "Crumb"].map(|title| (title, format!("<p>{title}, and no more of it.</p>")));
    blog(&blogs.ann, "Ann bakes", "", &[&old[..], &[("Bees", html)]].concat());
}

#[test]
fn a_refresh_waits_for_nobodys_reckoning_and_the_next_suggestions_have_its_news() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    penpal.done(&["suggest"]);
    let reckoned = penpal.data().join("cache/reckoned");
    let before = fs::read(&reckoned).unwrap();
    let bees = format!("<p>The bees of <a href=\"{}\">Dora</a> like rosemary.</p>", blogs.dora.url("/"));
    news_of_ann(&blogs, bees);
    let refreshed = penpal.json(&["refresh", "--force"]);
    assert!(refreshed.iter().any(|line| line["new_posts"] == 1), "{refreshed:?}");
    assert_eq!(fs::read(&reckoned).unwrap(), before, "the posts are there, and nothing else was waited for");
    let late = penpal.done(&["suggest", "--json"]).stdout;
    assert_ne!(fs::read(&reckoned).unwrap(), before);
    // The same as if all of it were reckoned from the first.
    fs::remove_file(&reckoned).unwrap();
    assert_eq!(penpal.done(&["suggest", "--json"]).stdout, late);
}

#[test]
fn whoever_stays_catches_up_behind_a_refresh() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    news_of_ann(&blogs, "<p>The bees like rosemary, and the rye too.</p>".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let app = App::open(Paths { data: penpal.data() }, Config::default(), Config::default().web()).await.unwrap();
        let app = Arc::new(app);
        let before = Reckoned::now(&app.store).unwrap();
        assert!(before.is_some());
        let keeping_up = tokio::spawn(Arc::clone(&app).keep_up());
        let summary = app.refresh(&Which { blogs: Vec::new(), force: true }, |_| {}).await.unwrap();
        assert_eq!(summary.new_posts, 1);
        let caught_up = async {
            while Reckoned::now(&app.store).unwrap().is_none_or(|now| Some(now) == before) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), caught_up).await.expect("nobody asks, and it catches up");
        app.stop_keeping_up();
        keeping_up.await.unwrap();
    });
}

#[test]
fn what_an_earlier_version_kept_makes_the_same_suggestions() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let told = penpal.done(&["suggest", "--json"]).stdout;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let app = App::open(Paths { data: penpal.data() }, Config::default(), Default::default()).await.unwrap();
        // It kept no revisions beside the profiles.
        let of_blogs = app.store.discovered_keys(keys::REVISION).map(|id| [keys::REVISION, &id.unwrap()].concat());
        let mut records: Vec<_> = of_blogs.map(|key| (key, None)).collect();
        assert!(records.len() >= 4, "{}", records.len());
        records.extend([(keys::REVISIONS.to_vec(), None), (keys::RECKONED.to_vec(), None)]);
        app.writer.apply(Batch::Discovery(records)).await.unwrap();
        app.close().unwrap();
    });
    assert_eq!(penpal.done(&["suggest", "--json"]).stdout, told);
}

#[test]
fn as_many_are_suggested_as_are_asked_for_if_there_are_so_many() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    for limit in 1..=2 {
        assert_eq!(penpal.json(&["suggest", "--limit", &limit.to_string()]).len(), limit);
    }
}

#[test]
fn suggestions_of_one_kind_language_or_circle_keep_their_ranks_and_who_finds_none_hears_what_there_is() {
    let blogs = Neighbourhood::new();
    let penpal = Penpal::configured(ON_LOOPBACK);
    let list = format!(
        "<opml version=\"2.0\"><body><outline text=\"Friends\"><outline type=\"rss\" text=\"Ann\" xmlUrl=\"{}\"/></outline>\
         <outline type=\"rss\" text=\"Ben\" xmlUrl=\"{}\"/></body></opml>",
        blogs.ann.url("/feed"),
        blogs.ben.url("/feed")
    );
    assert_eq!(penpal.run_with(&["import", "-"], list.as_bytes()).status, Some(0));
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    penpal.done(&["people", "circle", &blogs.ben.url("/"), "millers"]);
    let all = penpal.json(&["suggest"]);
    assert_eq!(all.len(), 2);
    for circle in ["friends", "Millers"] {
        let led = penpal.json(&["suggest", "--circle", circle]);
        assert_eq!(of(&led, &blogs.cleo), of(&all, &blogs.cleo), "{circle}: as in the whole ranking");
    }
    // Dora is found through Cleo alone.
    let dora = of(&all, &blogs.dora).unwrap();
    let by_friends = penpal.json(&["suggest", "--kind", "friends"]);
    assert_eq!(of(&by_friends, &blogs.dora), Some(dora));
    assert_eq!(penpal.json(&["suggest", "--kind", "friends", "--limit", "1"]), by_friends[..1]);
    penpal.run(&["suggest", "--circle", "knitters", "--kind", "friends"]).failed_with(&[
        "nobody who is suggested fits: friends · via knitters",
        "kinds interests, friends",
        "circles Friends, millers",
    ]);
    penpal.run(&["suggest", "--language", "fr"]).failed_with(&["French", "languages"]);
    assert_eq!(penpal.run(&["suggest", "--kind", "money"]).status, Some(2));
}

#[test]
fn the_place_that_why_tells_is_the_one_that_suggest_counts() {
    let blogs = Neighbourhood::new();
    // Nobody links to Gil but Dora, whom nobody links to who is followed; and Gil writes of nothing that others write of.
    let gil = Server::start();
    blog(&gil, "Gil", "", &[("Knots", "<p>Bowline, sheepshank and monkey’s fist.</p>".into())]);
    let words =
        format!("<p>Old sourdough starter feeds the compost, as <a href=\"{}\">Gil</a> says.</p>", gil.url("/"));
    blog(&blogs.dora, "Dora’s garden", "", &[("Compost", words)]);
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest", "--limit", "1000"]);
    assert!(of(&suggestions, &gil).is_none() && of(&suggestions, &blogs.dora).is_some(), "{suggestions:?}");
    for suggestion in &suggestions {
        let why = &penpal.json(&["why", suggestion["blog"]["feed_url"].as_str().unwrap()])[0];
        assert_eq!(why["rank"], suggestion["rank"], "{suggestion}");
    }
    // Ties are told without reading anything, and only where something is read.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let paths = Paths { data: penpal.data() };
        let app = App::open(paths, Config::default(), Default::default()).await.unwrap();
        let near = app.near().unwrap();
        let ranking = app.ranking(&near).unwrap();
        assert_eq!(ranking.candidates.len(), suggestions.len() + 1, "Gil is a candidate");
        let mut teller = Teller::new(&near, &app.store).unwrap();
        for ranked in &ranking.candidates {
            let shown = teller.suggestion(ranked, 1).unwrap().is_some();
            assert_eq!(teller.can_show(ranked.blog).unwrap(), shown, "{:?}", near.facts[ranked.blog]);
        }
        app.close().unwrap();
    });
}

#[test]
fn a_process_that_stays_gives_back_what_many_suggestions_took() {
    static GIVEN_BACK: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());
    penpal::app::spare::give_back_by(|| {
        *GIVEN_BACK.0.lock().unwrap() += 1;
        GIVEN_BACK.1.notify_all();
    });
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let paths = Paths { data: penpal.data() };
        let app = Arc::new(App::open(paths, Config::default(), Default::default()).await.unwrap());
        assert_eq!(app.suggest(100).unwrap().len(), 2, "whoever ends with the answer gives back everything");
        let mut staying = pin!(Arc::clone(&app).keep_up());
        assert!(poll_fn(|context| Poll::Ready(staying.as_mut().poll(context))).await.is_pending(), "it waits for news");
        app.suggest(1).unwrap();
        app.suggest(100).unwrap();
    });
    let given = GIVEN_BACK.0.lock().unwrap();
    let (given, late) = GIVEN_BACK.1.wait_timeout_while(given, Duration::from_secs(30), |given| *given == 0).unwrap();
    assert!(!late.timed_out());
    assert_eq!(*given, 1);
}

#[test]
fn the_reckoning_of_a_suggestion_adds_up() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let why = &penpal.json(&["why", &blogs.cleo.url("/")])[0];
    let suggestion = of(&penpal.json(&["suggest"]), &blogs.cleo).unwrap().clone();
    for (key, value) in suggestion.as_object().unwrap() {
        assert_eq!(&why[key], value, "{key}");
    }
    let signals = why["signals"].as_array().unwrap();
    let sum: f64 = signals.iter().map(|signal| signal["share"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    penpal.run(&["why", "http://nobody.example/"]).failed_with(&["nobody.example"]);
    assert!(why.get("lowers").is_none(), "{why}");
    let told = penpal.done(&["why", &blogs.cleo.url("/")]).stdout;
    assert!(told.contains(" %  raises  "), "{told}");
    // Two are known: what raises the one lowers the other.
    let told = penpal.done(&["why", &blogs.dora.url("/")]).stdout;
    assert!(told.contains(" %  lowers  "), "{told}");
}

#[test]
fn two_quotes_a_reason_are_printed_with_how_many_more_there_are_and_why_prints_them_all() {
    let blogs = Neighbourhood::new();
    let again: Vec<(String, String)> = (0..4)
        .map(|number| {
            let link = format!("<a href=\"{}\">Cleo</a>", blogs.cleo.url("/starter"));
            (format!("Day {number}"), format!("<p>On day {number} {link} baked a loaf that I had to try.</p>"))
        })
        .collect();
    let posts: Vec<(&str, String)> = again.iter().map(|(title, html)| (title.as_str(), html.clone())).collect();
    blog(&blogs.ann, "Ann bakes", "", &posts);
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let cleo = blogs.cleo.url("/");
    let suggestions = penpal.json(&["suggest"]);
    let quotes = reason(of(&suggestions, &blogs.cleo).unwrap(), "friends")["evidence"].as_array().unwrap().clone();
    let told = penpal.done(&["suggest"]).stdout;
    assert!(told.contains(&format!("       and {} more\n", quotes.len() - 2)), "{told}");
    assert!(told.contains(&format!("All quotes: `penpal why {cleo}`")), "{told}");
    let why = penpal.done(&["why", &cleo]).stdout;
    assert!(!why.contains("       and ") && !why.contains("All quotes"), "{why}");
    for quote in &quotes {
        assert!(why.contains(quote["quote"].as_str().unwrap()), "{quote} is not in {why}");
    }
}

#[test]
fn two_blogs_of_one_name_are_candidates_and_what_is_found_by_its_address_is_none() {
    let (rye, rust) = (Server::start(), Server::start());
    let penpal = Penpal::new();
    for (server, title) in [(&rye, "On rye"), (&rust, "On rust")] {
        let post = Post::new(server.url("/0"), 0, "First", "<p>It has begun.</p>");
        let feed = atom(title, &server.url("/"), &[post]);
        let by = "</title><author><name>Wen Li</name></author>";
        server.serve("/feed", Answer::feed(feed.replacen("</title>", by, 1)));
        penpal.done(&["follow", &server.url("/feed")]);
    }
    for command in ["flag", "why", "similar", "unfollow"] {
        let ran = penpal.run(&[command, "wen li"]);
        ran.failed_with(&["can mean several blogs", "On rye by Wen Li", "On rust by Wen Li", &rye.url("/feed")]);
        assert_eq!(ran.status, Some(1));
    }
    penpal.done(&["unfollow", &rye.url("/feed")]);
    let flagged = &penpal.json(&["flag", "Wen Li"])[0];
    assert_eq!(flagged["blog"]["title"], "On rust", "the one that is followed");
    assert_eq!(penpal.json(&["flag", "on RYE"])[0]["blog"]["feed_url"], rye.url("/feed"));
}

#[test]
fn a_person_sees_reasons_and_quotes_and_no_score() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let told = penpal.done(&["suggest"]).stdout;
    assert!(told.contains("1. Cleo’s crust") && told.contains(&blogs.ann.url("/0")), "{told}");
    let score = penpal.json(&["suggest"])[0]["score"].to_string();
    assert!(!told.contains(&score[..4.min(score.len())]), "{score} is in {told}");
}

#[test]
fn the_nearest_blogs_are_those_with_the_same_interests() {
    let blogs = Neighbourhood::new();
    let penpal = blogs.follower(ON_LOOPBACK);
    penpal.done(&["discover"]);
    let similar = penpal.json(&["similar", &blogs.ann.url("/feed")]);
    let ranks: Vec<u64> = similar.iter().map(|line| line["rank"].as_u64().unwrap()).collect();
    assert_eq!(ranks, (1..=similar.len() as u64).collect::<Vec<_>>());
    let scores: Vec<f64> = similar.iter().map(|line| line["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
    assert!(similar.iter().all(|line| line["blog"]["feed_url"] != blogs.ann.url("/feed")));
    assert!(of(&similar, &blogs.cleo).is_some() && of(&similar, &blogs.ben).is_some(), "{similar:?}");
    assert_eq!(penpal.json(&["similar", &blogs.ann.url("/feed"), "--limit", "1"]).len(), 1);
}

/// What somebody is ill with or believes is nobody's business, and how many and on which day is no business at all.
#[test]
fn nothing_sensitive_and_no_number_or_name_is_a_reason_a_topic_or_a_likeness() {
    let [ann, bea] = [(); 2].map(|()| Server::start());
    let both = |server: &Server, other: &Server, title: &str| {
        let link = format!("<a href=\"{}\">a friend</a>", other.url("/1"));
        let about = |day: &str| {
            format!(
                "<p>Antidepressants help. Chemotherapy ended, and Chemotherapy ended well.</p><p>Eleven kilos on {day}: \
                 Priya Raman likes eleven sourdough loaves. On Wednesday the parish prayer began.</p>\
                 <p>Sourdough loaves need steam, and I hope that antidepressants help Priya Raman.</p>\
                 <p>The sourdough loaves were baked.</p>"
            )
        };
        let posts = [about("Wednesday"), about("Thursday"), format!("{}<p>{link} bakes too.</p>", about("Friday"))];
        blog(server, title, "", &posts.map(|post| ("Letters", post)));
    };
    both(&ann, &bea, "Ann bakes");
    both(&bea, &ann, "Bea bakes");
    let penpal = Penpal::configured(ON_LOOPBACK);
    penpal.subscribe(&[ann.url("/feed")]);
    penpal.json(&["refresh"]);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    let suggestion = of(&suggestions, &bea).unwrap_or_else(|| panic!("{suggestions:?}"));
    let reasons = suggestion["reasons"].as_array().unwrap().iter().map(|reason| reason["text"].as_str().unwrap());
    let dossier = penpal.json(&["vet", &bea.url("/feed")]);
    let similar = penpal.json(&["similar", &ann.url("/feed")]);
    let letter = penpal.done(&["invite", "--print", &bea.url("/feed")]).stdout;
    let shown = [
        reasons.collect::<Vec<_>>().join("; "),
        dossier[0]["topics"].to_string(),
        similar[0]["phrases"].to_string(),
        letter.split("# ---").next().unwrap().to_owned(),
    ];
    for (place, text) in shown.iter().enumerate() {
        let text = text.to_lowercase();
        for word in
            ["antidepress", "chemo", "prayer", "eleven", "kilo", "wednesday", "priya", "raman", "began", "ended"]
        {
            assert!(!text.contains(word), "{word} in {text}");
        }
        assert!(text.contains("sourdough"), "{place}: {text}");
    }
    for piece in suggestion["reasons"].as_array().unwrap().iter().flat_map(|one| one["evidence"].as_array().unwrap()) {
        let quote = piece["quote"].as_str().unwrap().to_lowercase();
        assert!(!["antidepress", "chemo", "prayer"].iter().any(|word| quote.contains(word)), "{quote}");
    }
}

#[test]
fn a_blog_of_which_nothing_was_read_is_like_nobody_and_that_is_said() {
    let penpal = Penpal::new();
    penpal.subscribe(&["http://a.example/feed".into()]);
    let ran = penpal.run(&["similar", "a.example"]);
    ran.failed_with(&["nothing of", "penpal refresh"]);
    assert!(!ran.stderr.contains("damaged"), "{}", ran.stderr);
}

#[test]
fn the_demo_shows_five_suggestions_with_evidence_and_leaves_no_trace() {
    let penpal = Penpal::new();
    penpal.subscribe(&["http://a.example/feed".into()]);
    let temporary = penpal.home().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let files = |folder: &std::path::Path| -> Vec<_> {
        let mut files: Vec<_> = walk(folder).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
        files.sort();
        files
    };
    let before = files(&penpal.data());
    let demo = |arguments: &[&str]| -> support::Ran {
        penpal.command(arguments).env("TMPDIR", &temporary).output().unwrap().into()
    };
    let plain = demo(&["demo", "--plain"]);
    assert_eq!(plain.status, Some(0), "{}", plain.stderr);
    for place in 1..=5 {
        assert!(plain.stdout.contains(&format!("\n{place}. ")), "{}", plain.stdout);
    }
    assert!(plain.stdout.matches('“').count() >= 5, "{}", plain.stdout);

    let lines = demo(&["demo", "--plain", "--json"]).lines();
    let suggestions: Vec<&Value> = lines.iter().filter(|line| line.get("reasons").is_some()).collect();
    assert!(suggestions.len() >= 5 && lines.len() > suggestions.len());
    for suggestion in suggestions {
        let reasons = suggestion["reasons"].as_array().unwrap();
        assert!(!reasons.is_empty() && reasons.iter().all(|reason| reason["evidence"][0]["quote"] != ""));
        reasons.iter().for_each(whatever_is_named_can_be_opened);
    }
    assert_eq!(files(&penpal.data()), before);
    assert_eq!(walk(&temporary).len(), 0, "its own folder is gone");
}

/// Each name, and each of the "more", that the sentence of a reason has, has a piece of evidence of its own; and no name, day
/// or number is a topic.
fn whatever_is_named_can_be_opened(reason: &Value) {
    let text = reason["text"].as_str().unwrap();
    let evidence = reason["evidence"].as_array().unwrap();
    let pieces: BTreeSet<String> =
        evidence.iter().map(|piece| format!("{} {}", piece["post_url"], piece["quote"])).collect();
    assert_eq!(pieces.len(), evidence.len(), "nothing is shown twice: {reason}");
    let more: usize =
        text.split(' ').zip(text.split(' ').skip(1)).filter(|(_, word)| *word == "more").map(more_of).sum();
    let named = match reason["kind"].as_str().unwrap() {
        "discussions" => 1,
        "interests" => text.matches(", as ").count() + text.split("; last").next().unwrap().matches(" and ").count(),
        "friends" => text.split("; ").count(),
        _ => 2,
    };
    assert!(evidence.len() >= named + more, "{named} named and {more} more: {reason}");
    for word in
        ["eleven", "nine", "seven", "Wednesday", "afternoon", "began", "shut", "kilo", "Hannah", "Priya", "Edith"]
    {
        let is_topic = reason["kind"] == "interests" && text.split([' ', ',']).any(|one| one == word);
        assert!(!is_topic, "{word} in {text}");
    }
    for quote in evidence.iter().map(|piece| piece["quote"].as_str().unwrap()) {
        assert!(!quote.starts_with(['”', ')', '’']) && !quote.ends_with(['“', '(']), "{quote}");
        assert_eq!(quote.matches('“').count(), quote.matches('”').count(), "{quote}");
    }
}

fn more_of((number, _): (&str, &str)) -> usize {
    if number == "one" { 1 } else { number.parse().unwrap_or(0) }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
