//! Who has to wait and who has not. A host that wants to be left alone (429, 503) is left alone by everybody, whoever was
//! told so and whoever asks, also after a restart; what Health says of the next poll is what the poller will do; and
//! nobody waits for somebody else's slow host.

mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering::SeqCst},
        mpsc,
    },
    time::{Duration, Instant},
};

use penpal::{
    app::{App, Paths},
    config::Config,
    model::{BlogId, FeedUrl, PageUrl, Timestamp},
    people::webmention,
    poll::{Progress, Summary, Which, due::CEILING},
    web::{Ask, Budget, Lookup, OVERLOADED, Settings, Trust, Web, find::FindError},
};
use support::{Answer, Penpal, Post, Server, atom, page};
use tokio::{runtime::Runtime, task::JoinHandle};
use url::Url;

const NOW: Timestamp = Timestamp(1_790_000_000);
/// Of a post that was written on the day that [`NOW`] is.
const NUMBER: u32 = 244;
const SAID: &str = "asked to be left alone until";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// For servers on loopback, whose names may be anything.
fn settings() -> Settings {
    let everywhere = |_: &str| vec![([127, 0, 0, 1], 0).into()];
    Settings {
        allow_private: true,
        proxies: false,
        lookup: Some(Lookup(Arc::new(everywhere))),
        gap: Duration::ZERO,
        ..Settings::default()
    }
}

fn url(server: &Server, path: &str) -> Url {
    Url::parse(&server.url(path)).unwrap()
}

fn feed_of(server: &Server) -> Answer {
    let post = Post::new(server.url("/post"), NUMBER, "A post", "<p>Its beginning</p>");
    Answer::feed(atom("Ann", &server.url("/"), &[post]))
}

async fn open(folder: &std::path::Path, config: Config, settings: Settings) -> App {
    let mut app = App::open(Paths { data: folder.to_owned() }, config, settings).await.unwrap();
    app.clock = || NOW;
    app
}

#[test]
fn whoever_asks_a_host_that_wants_rest_hears_until_when_and_sends_nothing() {
    let (server, other) = (Server::start(), Server::start());
    server.serve("/busy", Answer::status(429).with("retry-after", "600"));
    server.serve("/page", Answer::page(page("", "<p>Text</p>")));
    other.serve("/page", Answer::redirect(302, &server.url("/page")));
    runtime().block_on(async {
        let web = Web::new(settings()).unwrap();
        let busy = url(&server, "/busy");
        assert_eq!(web.get(Ask::page(&busy, Trust::Named), NOW).await.unwrap().status, 429);
        let (page, led_there) = (url(&server, "/page"), url(&other, "/page"));
        let budget = Budget::new(9);
        let source = PageUrl::parse("https://me.example/").unwrap();
        let target = PageUrl::parse(page.as_str()).unwrap();
        for error in [
            web.get(Ask::page(&page, Trust::Found), NOW).await.unwrap_err().to_string(),
            web.get(Ask::feed(&page, Trust::Named), NOW).await.unwrap_err().to_string(),
            web.get(Ask::page(&led_there, Trust::Named), NOW).await.unwrap_err().to_string(),
            web.robots(&page, Some(&budget), NOW).await.unwrap_err().to_string(),
            web.post_form(&page, Trust::Named, &[("a", "b")], NOW).await.unwrap_err().to_string(),
            webmention::send(&web, &source, &target, None, NOW).await.unwrap_err().to_string(),
            match web.find_feed(page.as_str(), NOW).await.unwrap_err() {
                FindError::Web(error) => error.to_string(),
                other => panic!("{other}"),
            },
        ] {
            assert!(error.contains("127.0.0.1") && error.contains(SAID), "{error}");
            assert!(error.contains("2026-09-21 14:24 UTC"), "ten minutes after 14:13:20, no earlier: {error}");
        }
        assert_eq!((server.paths(), budget.spent()), (vec!["/busy".to_owned()], 0));
        let over = NOW.after(Duration::from_secs(600));
        assert_eq!(web.get(Ask::page(&page, Trust::Named), over).await.unwrap().status, 200, "it is over");
    });
}

#[test]
fn what_a_posts_page_was_told_holds_for_the_feed_and_health_says_so() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server));
    server.serve("/post", Answer::status(503));
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let app = open(folder.path(), Config::default(), settings()).await;
        let feed = FeedUrl::parse(&server.url("/feed")).unwrap();
        app.follow_feed(&feed, None, Vec::new()).await.unwrap();
        let all = Which { blogs: Vec::new(), force: true };
        assert_eq!(app.refresh(&all, |_| {}).await.unwrap().new_posts, 1);
        let before = app.store.feed(BlogId::of(&feed)).unwrap();
        let post = app.store.posts_of(BlogId::of(&feed)).next().unwrap().unwrap();
        assert!(app.full_text(post).await.unwrap_err().to_string().contains("it answered 503"));
        assert!(app.full_text(post).await.unwrap_err().to_string().contains(SAID));
        let summary = app.refresh(&all, |_| {}).await.unwrap();
        assert_eq!((summary.asked, summary.not_due), (0, 1));
        assert_eq!(server.paths(), ["/feed", "/post"]);
        assert_eq!(app.store.feed(BlogId::of(&feed)).unwrap(), before, "it was not asked, so nothing is said of it");
        let next = app.followed().unwrap()[0].next.unwrap().at;
        assert!(next >= NOW.after(OVERLOADED), "{next:?}");
        assert_eq!(app.poller().unwrap().schedule(NOW).unwrap().next, Some(next));
    });
}

#[test]
fn a_wish_for_rest_outlives_the_process_and_holds_for_every_command() {
    let (server, other) = (Server::start(), Server::start());
    server.serve("/feed", feed_of(&server));
    server.serve("/post", Answer::page(page("", "<article><p>All of it</p></article>")));
    other.serve("/feed", feed_of(&other));
    let penpal = Penpal::new();
    penpal.done(&["follow", &server.url("/feed")]);
    server.serve("/feed", Answer::status(429).with("retry-after", "3600"));
    penpal.run(&["refresh", "--force"]).failed_with(&["(429)"]);
    server.forget();
    penpal.run(&["follow", &server.url("/blog/other")]).failed_with(&[SAID]);
    penpal.run(&["read", &server.url("/post"), "--full"]).failed_with(&[SAID]);
    penpal.run(&["vet", &server.url("/somebody")]).failed_with(&[SAID]);
    assert!(penpal.done(&["vet", &server.url("/feed")]).stdout.contains(SAID));
    assert_eq!(server.paths(), [""; 0]);
    penpal.done(&["follow", &other.url("/feed")]);
}

#[test]
fn health_reckons_with_the_interval_of_the_configuration_and_with_a_silence_told_to_a_neighbour() {
    let (server, free) = (Server::start(), Server::start());
    for path in ["/1", "/2"] {
        server.serve(path, feed_of(&server));
        free.serve(path, feed_of(&free));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, format!("[[feeds]]\nurl = {:?}\ninterval = \"30h\"\n", free.url("/1"))).unwrap();
    let config = || Config::read(&file, true).unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    runtime().block_on(async {
        let app = open(&data, config(), settings()).await;
        for feed in [server.url("/1"), server.url("/2"), free.url("/1"), free.url("/2")] {
            app.follow_feed(&FeedUrl::parse(&feed).unwrap(), None, Vec::new()).await.unwrap();
        }
        app.refresh(&Which::due(), |_| {}).await.unwrap();
        let two = BlogId::of(&FeedUrl::parse(&server.url("/2")).unwrap());
        server.serve("/2", Answer::status(429).with("retry-after", "80000"));
        app.refresh(&Which { blogs: vec![two], force: true }, |_| {}).await.unwrap();
        app.close().unwrap();
        // In another process, which has no client yet.
        let app = open(&data, config(), settings()).await;
        let followed = app.followed().unwrap();
        let said = |path: &str| {
            let one = followed.iter().find(|one| one.blog.feed_url.as_str() == path).unwrap();
            let fares = one.fares();
            (fares.next.unwrap(), fares.because)
        };
        let pause = NOW.after(Duration::from_secs(80_000));
        let (next, because) = said(&server.url("/1"));
        assert!(next >= pause && because.contains("its host asks for 22 hours"), "{next:?} {because}");
        assert!(said(&server.url("/2")).0 >= pause);
        let (next, because) = said(&free.url("/1"));
        assert!(next >= NOW.after(Duration::from_secs(30 * 3600)), "{next:?}");
        assert!(because.contains("your configuration asks for 30 hours (interval)"), "{because}");
        let first = followed.iter().filter_map(|one| one.next).map(|next| next.at).min();
        assert_eq!(app.poller().unwrap().schedule(NOW).unwrap().next, first, "the poller reckons as Health does");
    });
}

#[test]
fn who_polls_in_the_background_goes_on_after_the_clock_ran_ahead() {
    static AHEAD: AtomicI64 = AtomicI64::new(400 * 86_400);
    fn clock() -> Timestamp {
        Timestamp(NOW.0 + AHEAD.load(SeqCst))
    }
    let server = Server::start();
    server.serve("/feed", feed_of(&server));
    let feed = FeedUrl::parse(&server.url("/feed")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let mut app = open(folder.path(), Config::default(), settings()).await;
        app.clock = clock;
        app.follow_feed(&feed, None, Vec::new()).await.unwrap();
        app.refresh(&Which::due(), |_| {}).await.unwrap();
        AHEAD.store(0, SeqCst);
        let asked = app.watch_round(&|_| {}).await.unwrap().summary.asked;
        let next = app.poller().unwrap().schedule(NOW).unwrap().next.unwrap();
        assert_eq!((asked, server.asked().len()), (0, 1), "it is asked for nothing twice");
        assert!(next > NOW && next <= NOW.after(CEILING), "{next:?}");
        assert_eq!(app.followed().unwrap()[0].next.unwrap().at, next);
    });
}

#[test]
fn a_host_that_an_earlier_process_asked_a_moment_ago_has_its_pause_first() {
    const GAP: Duration = Duration::from_millis(400);
    let server = Server::start();
    server.serve("/feed", feed_of(&server));
    let feed = FeedUrl::parse(&format!("http://blog.example:{}/feed", server.address().port())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let with_gap = Settings { gap: GAP, ..settings() };
        let app = open(folder.path(), Config::default(), with_gap.clone()).await;
        app.follow_feed(&feed, None, Vec::new()).await.unwrap();
        app.refresh(&Which::due(), |_| {}).await.unwrap();
        app.close().unwrap();
        let app = open(folder.path(), Config::default(), with_gap).await;
        let begun = Instant::now();
        let summary = app.refresh(&Which { blogs: Vec::new(), force: true }, |_| {}).await.unwrap();
        assert_eq!((summary.asked, server.asked().len()), (1, 2));
        assert!(begun.elapsed() >= GAP, "{:?}", begun.elapsed());
    });
}

/// Asks, and tells on a channel what is done.
fn asking(runtime: &Runtime, app: &Arc<App>, which: Which) -> (JoinHandle<Summary>, mpsc::Receiver<String>) {
    let (tell, told) = mpsc::channel();
    let (tell, app) = (Mutex::new(tell), Arc::clone(app));
    let task = runtime.spawn(async move {
        let tell = |progress: Progress| {
            let words = match progress {
                Progress::Asking(feed) => format!("asking {feed}"),
                Progress::Done(report) => format!("done {}: {}", report.feed_url, report.new_posts),
                _ => return,
            };
            // Who hangs up does not want to hear more.
            let _ = tell.lock().unwrap().send(words);
        };
        app.refresh(&which, tell).await.unwrap()
    });
    (task, told)
}
/// Waits until this is said.
fn wait(told: &mpsc::Receiver<String>, words: &str) {
    let patience = Duration::from_secs(60);
    while told.recv_timeout(patience).unwrap_or_else(|_| panic!("nobody said: {words}")) != words {}
}

fn named(feed: &FeedUrl) -> Which {
    Which { blogs: vec![BlogId::of(feed)], force: true }
}

#[test]
fn a_second_refresh_waits_for_none_but_the_feeds_that_the_first_is_asking() {
    let (slow, quick) = (Server::start(), Server::start());
    slow.serve("/feed", feed_of(&slow));
    quick.serve("/feed", feed_of(&quick));
    let [slow_feed, quick_feed] = [&slow, &quick].map(|server| FeedUrl::parse(&server.url("/feed")).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let runtime = runtime();
    let app = runtime.block_on(async {
        let app = open(folder.path(), Config::default(), settings()).await;
        for feed in [&slow_feed, &quick_feed] {
            app.follow_feed(feed, None, Vec::new()).await.unwrap();
        }
        Arc::new(app)
    });
    slow.hold();
    let (first, told_first) = asking(&runtime, &app, Which::due());
    wait(&told_first, &format!("done {quick_feed}: 1"));
    slow.wait_for(1);

    // The quick one is not under way, though the first run is.
    let (second, told_second) = asking(&runtime, &app, named(&quick_feed));
    wait(&told_second, &format!("done {quick_feed}: 0"));
    assert_eq!(runtime.block_on(second).unwrap().asked, 1);
    assert_eq!(quick.asked().len(), 2);

    // The slow one is, so that it is not asked once more.
    let (third, told_third) = asking(&runtime, &app, named(&slow_feed));
    wait(&told_third, &format!("asking {slow_feed}"));
    slow.release();
    wait(&told_third, &format!("done {slow_feed}: 1"));
    let (first, third) = (runtime.block_on(first).unwrap(), runtime.block_on(third).unwrap());
    assert_eq!((first.asked, first.new_posts, third.asked, third.new_posts), (2, 2, 1, 1));
    assert_eq!((slow.asked().len(), slow.most_at_once()), (1, 1));
}

#[test]
fn who_waits_for_a_refresh_that_is_stopped_asks_by_themselves() {
    let server = Server::start();
    server.serve("/feed", feed_of(&server));
    let feed = FeedUrl::parse(&server.url("/feed")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let runtime = runtime();
    let app = runtime.block_on(async {
        let app = open(folder.path(), Config::default(), settings()).await;
        app.follow_feed(&feed, None, Vec::new()).await.unwrap();
        Arc::new(app)
    });
    server.hold();
    let (first, _told) = asking(&runtime, &app, Which::due());
    server.wait_for(1);
    let (second, told) = asking(&runtime, &app, named(&feed));
    wait(&told, &format!("asking {feed}"));
    first.abort();
    server.wait_for(2);
    server.release();
    let summary = runtime.block_on(second).unwrap();
    assert_eq!((summary.asked, summary.new_posts, server.asked().len()), (1, 1, 2));
}

#[test]
fn hosts_that_hang_hold_up_nobody_and_end_by_their_own_time_out() {
    const HOSTS: usize = 60;
    const HANGING: [usize; 3] = [7, 31, 58];
    let servers: Vec<Server> = (0..2).map(|_| Server::start()).collect();
    let (good, hanging) = (&servers[0], &servers[1]);
    good.serve("/feed", feed_of(good));
    hanging.hold();
    let place = |number: usize| {
        let server = if HANGING.contains(&number) { hanging } else { good };
        format!("http://blog{number}.example:{}/feed", server.address().port())
    };
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { first_byte_timeout: Duration::from_secs(8), at_one_address: HOSTS, ..settings() };
    let done = Mutex::new(Vec::new());
    let summary = runtime().block_on(async {
        let app = open(folder.path(), Config::default(), settings).await;
        for number in 0..HOSTS {
            app.follow_feed(&FeedUrl::parse(&place(number)).unwrap(), None, Vec::new()).await.unwrap();
        }
        let tell = |progress: Progress| {
            if let Progress::Done(report) = progress {
                done.lock().unwrap().push(report);
            }
        };
        app.refresh(&Which::due(), tell).await.unwrap()
    });
    let done = done.into_inner().unwrap();
    assert_eq!((summary.asked, summary.failed, summary.new_posts), (HOSTS, HANGING.len(), HOSTS - HANGING.len()));
    let (others, last) = done.split_at(HOSTS - HANGING.len());
    assert!(others.iter().all(|report| report.error.is_none()), "{others:?}");
    for report in last {
        let error = report.error.as_ref().unwrap().as_str();
        assert!(error.contains("took too long to answer: no answer began in 8 s"), "{error}");
        let (took, limit) = (Duration::from_millis(report.ms), Duration::from_secs(8));
        assert!(took >= limit, "{took:?}");
    }
}
