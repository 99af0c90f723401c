//! A month in the life of a reader who follows five hundred feeds of all habits: what it costs their publishers.
//!
//! HTTP is real, the clock is not. The machine sleeps at night, is away for a weekend, starts penpal anew each day, once
//! ends it in the middle of a refresh, and three times its clock is wrong. What servers saw is judged by `ledger` and told in `docs/politeness.md`.

mod clock;
mod habits;
mod ledger;
mod report;
mod village;

use std::{collections::HashSet, path::Path, sync::Mutex, time::Duration};

use clock::{BEGIN, DAY, HOUR, MINUTE};
use habits::Habit;
use penpal::{
    app::{App, Paths, follow::ImportStatus},
    config::Config,
    model::{BlogId, FeedUrl},
    opml::{Document, Outline},
    poll::{Progress, Status, Which},
    web::Settings,
};
use tokio::sync::Notify;
use village::Village;

/// One time that penpal looks what is due.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    real: i64,
    /// Seconds that the machine's clock is wrong by.
    wrong_by: i64,
    /// Whether penpal was started anew before.
    restarted: bool,
    /// Whether some servers take requests and say nothing.
    hangs: bool,
    /// Whether penpal is ended while it waits for those, if it was not before.
    may_break_off: bool,
}

/// When penpal runs: by day, every three hours or so, on two days every five minutes for a while.
fn month() -> Vec<Step> {
    let mut steps = Vec::new();
    for day in (0..30).filter(|day| !matches!(day, 12 | 13)) {
        let morning = BEGIN + day * DAY + 7 * HOUR + (day * 11 % 60) * MINUTE;
        let mut times: Vec<i64> = (0..6).map(|nth| morning + nth * 167 * MINUTE).collect();
        if matches!(day, 2 | 17) {
            let noon = times[4];
            times.extend((1..8).map(|nth| noon + nth * 5 * MINUTE));
            times.sort_unstable();
        }
        for (nth, real) in times.into_iter().enumerate() {
            let wrong_by = match (day, nth) {
                (9, 3..6) => -DAY,
                (15, 0..2) => -30 * 365 * DAY,
                (21, 5) => 400 * DAY,
                _ => 0,
            };
            steps.push(Step {
                real,
                wrong_by,
                restarted: nth == 0 || matches!(day, 2 | 17),
                hangs: day == 3 && nth == 2,
                may_break_off: (5..9).contains(&day) && nth == 0,
            });
        }
    }
    steps
}

async fn open(folder: &Path, settings: &Settings) -> App {
    let paths = Paths { data: folder.to_owned() };
    let mut app = App::open(paths, Config::default(), settings.clone()).await.unwrap();
    app.clock = clock::shown;
    app
}

fn outlines() -> Document {
    let outlines = habits::all().into_iter().map(|feed| Outline {
        feed_url: FeedUrl::parse(&feed.url()).unwrap(),
        title: None,
        site_url: None,
        folder: Vec::new(),
        tags: Vec::new(),
        other: Vec::new(),
        line: 0,
    });
    Document { outlines: outlines.collect(), ..Document::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_with_five_hundred_feeds_troubles_none_of_their_publishers() {
    let (village, address) = Village::start().await;
    let settings = Settings {
        everything_at: Some(address),
        gap: Duration::ZERO,
        proxies: false,
        first_byte_timeout: Duration::from_secs(5),
        silence_timeout: Duration::from_secs(5),
        ..Settings::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let mut app = open(folder.path(), &settings).await;
    app.import(&outlines()).await.unwrap();
    let mut asked_by_a_clock_behind = 0;
    let mut moved = Vec::new();
    let mut broken_off = false;
    for step in month() {
        clock::set(step.real, step.wrong_by);
        if step.restarted {
            app.close().unwrap();
            app = open(folder.path(), &settings).await;
        }
        village.hang(step.hangs);
        if step.may_break_off && !broken_off {
            village.hang(true);
            broken_off = break_off(&app).await;
            app.close().unwrap();
            app = open(folder.path(), &settings).await;
            continue;
        }
        let reports = Mutex::new(Vec::new());
        let tell = |progress| match progress {
            Progress::Done(report) if report.status == Status::Moved => reports.lock().unwrap().push(report.feed_url),
            _ => {}
        };
        let summary = app.refresh(&Which::due(), tell).await.unwrap();
        moved.extend(reports.into_inner().unwrap());
        if step.wrong_by < 0 {
            asked_by_a_clock_behind += summary.asked;
        }
    }

    assert!(broken_off);
    assert_eq!(asked_by_a_clock_behind, 0, "a clock that is behind repeats nothing");
    assert_eq!(village.most_open_on_a_host(), 1);
    {
        let ledger = village.ledger();
        assert!(ledger.faults.is_empty(), "{}", ledger.told());
        assert_eq!(ledger.days_moved(), [3; 15], "a move is believed on the third day");
        assert!(ledger.ahead <= habits::all().len(), "a clock that runs ahead repeats once: {}", ledger.ahead);
    }
    let mut new_places: Vec<String> = moved.iter().map(ToString::to_string).collect();
    new_places.sort();
    assert_eq!(new_places, new_urls(Habit::Moved), "each move is told once, and no other");
    nothing_was_missed(&app);
    report::hold_against_the_page(&village.ledger());
    where_feeds_are_outlives_the_cache(app, folder.path(), &settings).await;
}

/// Refreshes, and stops when nobody is waited for but those who say nothing. Whether there were any.
async fn break_off(app: &App) -> bool {
    let all = habits::all();
    let silent: HashSet<String> = all.iter().filter(|feed| feed.habit == Habit::Hangs).map(|feed| feed.url()).collect();
    let (left, asking) = (Mutex::new(0), Mutex::new(HashSet::new()));
    let only_they_are_left = Notify::new();
    let tell = |progress| {
        let (mut left, mut asking) = (left.lock().unwrap(), asking.lock().unwrap());
        match progress {
            Progress::Begun { feeds } => *left = feeds,
            Progress::Asking(feed) => {
                asking.insert(feed.to_string());
            }
            Progress::GivenUp(_) => {}
            Progress::Spared { .. } | Progress::Done(_) => *left -= 1,
        }
        if *left > 0 && *left == asking.intersection(&silent).count() {
            only_they_are_left.notify_one();
        }
    };
    let due = Which::due();
    tokio::select! {
        _ = app.refresh(&due, tell) => false,
        () = only_they_are_left.notified() => true,
    }
}

fn new_urls(habit: Habit) -> Vec<String> {
    let feeds = habits::all().into_iter().filter(|feed| feed.habit == habit);
    let mut urls: Vec<String> = feeds.map(|feed| format!("http://{}{}", feed.new_host(), feed.path)).collect();
    urls.sort();
    urls
}

/// Politeness costs days at most: whoever can be read has been read.
fn nothing_was_missed(app: &App) {
    for feed in habits::all() {
        let patience = match feed.habit {
            Habit::Gone | Habit::Circle | Habit::Page => continue,
            // Found out after eight days, if it posts often; the clock that jumped began them anew.
            Habit::Always304 if feed.gap > 7 * DAY => continue,
            Habit::Always304 => 14 * DAY,
            _ => 4 * DAY,
        };
        let blog = BlogId::of(&FeedUrl::parse(&feed.url()).unwrap());
        let newest = format!("Post {}", feed.newest_at(clock::real() - patience));
        let titles = app.store.posts_of(blog).map(|id| app.store.post(id.unwrap()).unwrap().unwrap().title);
        let titles: Vec<String> = titles.map(|title| title.to_string()).collect();
        assert!(titles.contains(&newest), "{newest} of {feed:?} is not among {titles:?}");
    }
}

/// A subscription that moved keeps its id, is known by both addresses, and is where it moved to after the cache is lost.
async fn where_feeds_are_outlives_the_cache(app: App, folder: &Path, settings: &Settings) {
    app.close().unwrap();
    std::fs::remove_dir_all(folder.join("cache")).unwrap();
    let app = open(folder, settings).await;
    let subscriptions = app.store.subscriptions().unwrap();
    assert_eq!(subscriptions.len(), habits::all().len());
    for feed in habits::all() {
        let old = FeedUrl::parse(&feed.url()).unwrap();
        let new = FeedUrl::parse(&format!("http://{}{}", feed.new_host(), feed.path)).unwrap();
        let expected = if feed.habit == Habit::Moved { &new } else { &old };
        let subscription = app.store.subscription(BlogId::of(&old)).unwrap().unwrap();
        let blog = app.store.blog(BlogId::of(&old)).unwrap().unwrap();
        assert_eq!((&subscription.feed_url, &blog.feed_url), (expected, expected), "{feed:?}");
        if feed.habit == Habit::Moved {
            assert_eq!(app.find_blog(new.as_str()).unwrap().id, BlogId::of(&old));
            let elsewhere = Outline { feed_url: new, ..outlines().outlines.remove(0) };
            let list = Document { outlines: vec![elsewhere], ..outlines() };
            assert_eq!(app.import(&list).await.unwrap()[0].status, ImportStatus::Known);
            assert!(app.follow(old.as_str(), Vec::new()).await.unwrap().known);
        }
    }
    app.close().unwrap();
}
