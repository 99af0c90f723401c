//! A feed that moves on to one that is followed already, and runs that are stopped.

mod support;

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
};

use penpal::{
    app::{App, Paths},
    config::Config,
    model::{BlogId, FeedUrl, Timestamp},
    poll::{Progress, Report, Status, Which},
    web::Settings,
};
use support::{Answer, Post, Server, atom};

async fn open(folder: &Path) -> App {
    let paths = Paths { data: folder.to_owned() };
    let settings = Settings { proxies: false, ..Settings::default() };
    App::open(paths, Config::default(), settings).await.unwrap()
}

fn feed(server: &Server) -> Answer {
    Answer::feed(atom("Ann", &server.url("/"), &[Post::new(server.url("/1"), 1, "One", "<p>Text</p>")]))
}

fn url(server: &Server, path: &str) -> FeedUrl {
    FeedUrl::parse(&server.url(path)).unwrap()
}

/// How many days have passed.
static DAYS: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    Timestamp(1_791_158_400 + DAYS.load(SeqCst) * 86_400)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_moves_to_one_that_is_followed_stays_and_the_user_is_told() {
    let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    server.serve("/old", Answer::redirect(301, "/new"));
    server.serve("/new", feed(&server));
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    for path in ["/old", "/new"] {
        app.follow_feed(&url(&server, path), None, Vec::new()).await.unwrap();
    }
    let old = BlogId::of(&url(&server, "/old"));
    let reports: Mutex<Vec<Report>> = Mutex::default();
    for _ in 0..4 {
        let tell = |progress| {
            if let Progress::Done(report) = progress {
                reports.lock().unwrap().push(report);
            }
        };
        let which = Which { blogs: vec![old], force: true };
        app.poller().unwrap().refresh(&which, clock, tell).await.unwrap();
        DAYS.fetch_add(1, SeqCst);
    }
    let reports = reports.into_inner().unwrap();
    assert_eq!(reports.iter().map(|report| report.status).collect::<Vec<_>>()[1..], [Status::Unchanged; 3]);
    let notes: Vec<bool> = reports.iter().map(|report| report.note.is_some()).collect();
    assert_eq!(notes, [false, false, true, true]);
    let note = reports[2].note.clone().unwrap().to_string();
    assert!(note.contains("which you follow too") && note.contains("penpal unfollow"), "{note}");
    assert_eq!(app.store.subscription(old).unwrap().unwrap().feed_url, url(&server, "/old"));
    tokio::task::spawn_blocking(move || drop(server)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_stopped_keeps_what_it_has_heard() {
    let (quick, slow) = tokio::task::spawn_blocking(|| (Server::start(), Server::start())).await.unwrap();
    quick.serve("/feed", Answer::status(404));
    slow.serve("/feed", feed(&slow));
    slow.hold();
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    for server in [&quick, &slow] {
        app.follow_feed(&url(server, "/feed"), None, Vec::new()).await.unwrap();
    }
    let heard = tokio::sync::Notify::new();
    let tell = |progress| {
        if let Progress::Done(_) = progress {
            heard.notify_one();
        }
    };
    let (poller, which) = (app.poller().unwrap(), Which::due());
    tokio::select! {
        _ = poller.refresh(&which, Timestamp::now, tell) => panic!("the slow one has not answered"),
        () = heard.notified() => {}
    }
    let (quick_url, slow_url) = (url(&quick, "/feed"), url(&slow, "/feed"));
    drop(poller);
    app.close().unwrap();
    let app = open(folder.path()).await;
    assert_eq!(app.store.feed(BlogId::of(&quick_url)).unwrap().http, Some(404));
    assert_eq!(app.store.feed(BlogId::of(&slow_url)).unwrap().asked, None);
    slow.release();
    tokio::task::spawn_blocking(move || drop((quick, slow))).await.unwrap();
}
