//! What a suggestion costs where much is known: `suggest` and `why` of the real program, cold and by way of a process that
//! holds the folder, with 10,000 candidates and 300,000 posts. Prints medians and the most memory.
//!
//! `cargo bench --bench suggest`; the folder is made once, which takes minutes, and kept below `target/`.
//! `PENPAL_CANDIDATES` and `PENPAL_FOLLOWED` make it larger or smaller.

#[path = "world.rs"]
mod world;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use penpal::{
    app::{App, Paths},
    config::Config,
    discover::{
        Crawler, Outcome, edges,
        visit::{Visit, person_of},
    },
    feed::{self, Hints},
    journal::Act,
    model::{Blog, BlogId, FeedUrl, PageUrl, SiteUrl, Subscription, Timestamp},
    page,
    poll::{Answer, Known, decide},
    web::Reply,
};
use url::Url;
use world::Invented;

const PENPAL: &str = env!("CARGO_BIN_EXE_penpal");
/// Posts of each who is followed, so that all posts are 300,000.
const POSTS_OF_FOLLOWED: usize = 333;
const POSTS_OF_CANDIDATE: usize = 20;
const ROUNDS: usize = 5;

fn main() {
    let size = |name: &str, usual: usize| {
        env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
    };
    let (candidates, followed) = (size("PENPAL_CANDIDATES", 10_000), size("PENPAL_FOLLOWED", 300));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("suggest-{candidates}-{followed}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    // A process of its own, whose memory is not measured.
    if env::args().any(|argument| argument == "--fill") {
        return runtime.block_on(fill(&folder, candidates, followed));
    }
    if !folder.join("filled").exists() {
        let _ = fs::remove_dir_all(&folder);
        let begun = Instant::now();
        let this = env::current_exe().expect("this program lies somewhere");
        let filled = Command::new(this).arg("--fill").status().expect("this program starts");
        assert!(filled.success(), "the folder could not be filled");
        fs::write(folder.join("filled"), "").expect("there is room");
        println!("filled in {:.0} s", begun.elapsed().as_secs_f64());
    }
    let changed = runtime.block_on(refresh(&folder, followed));
    println!("after a refresh with news of 5 blogs: {changed:.0} ms to take them in");
    let middle = Invented::site(followed + candidates / 2);
    for arguments in [&["suggest"][..], &["suggest", "--limit", "100"], &["why", &middle]] {
        measure("cold", &folder, arguments);
    }
    let mut holder = Holder::start(&folder);
    for arguments in [&["suggest"][..], &["suggest", "--limit", "100"], &["why", &middle]] {
        measure("by the holder", &folder, arguments);
    }
    println!("the holder's memory: {} MB at most", megabytes(holder.0.id()));
    holder.0.kill().expect("it runs");
    let _ = holder.0.wait();
}

/// Another process has the folder.
struct Holder(Child);

impl Holder {
    fn start(folder: &Path) -> Self {
        let child = penpal(folder).arg("watch").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        while !folder.join("socket").exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Self(child)
    }
}

fn penpal(folder: &Path) -> Command {
    let mut command = Command::new(PENPAL);
    command.env("PENPAL_DATA_DIR", folder).env("PENPAL_CONFIG", folder.join("config.toml"));
    command
}

/// The most that a process had in memory; 0 where the system does not tell.
fn megabytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn measure(how: &str, folder: &Path, arguments: &[&str]) {
    let (mut took, mut most) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut child = penpal(folder).args(arguments).arg("--json").stdout(Stdio::null()).spawn().expect("it starts");
        let ended = loop {
            most = most.max(megabytes(child.id()));
            match child.try_wait().expect("it is ours") {
                Some(ended) => break ended,
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        assert!(ended.success(), "{arguments:?}");
    }
    took.sort_by(f64::total_cmp);
    let (first, middle, last) = (took[0], took[ROUNDS / 2], took[ROUNDS - 1]);
    println!("{how}: {}: {middle:.0} ms ({first:.0} to {last:.0}), {most} MB", arguments.join(" "));
}

async fn open(folder: &Path) -> App {
    App::open(Paths { data: folder.to_owned() }, Config::default(), Default::default()).await.expect("it opens")
}

fn reply(url: &str, body: Vec<u8>) -> Reply {
    Reply::of(Url::parse(url).expect("it is an address"), body.into())
}

fn answer(number: usize, body: Vec<u8>) -> (FeedUrl, Reply, Box<feed::Feed>) {
    let url = Invented::feed_url(number);
    let reply = reply(&url, body);
    let feed =
        feed::read(&reply.body, &Hints { base_url: Some(&reply.url), content_type: None }).expect("it is a feed");
    (FeedUrl::parse(&url).expect("it is an address"), reply, Box::new(feed))
}

/// Everything goes in by the ways that a refresh and discovery take.
async fn fill(folder: &Path, candidates: usize, followed: usize) {
    fs::create_dir_all(folder).expect("there is room");
    fs::write(folder.join("config.toml"), "").expect("there is room");
    let app = &open(folder).await;
    let (all, now) = (followed + candidates, Timestamp::now());
    for number in 0..followed {
        // Those who are followed are known to many, but not all of them the most.
        let number = number * 2;
        let feed_url = FeedUrl::parse(&Invented::feed_url(number)).expect("it is an address");
        let subscription = Subscription {
            blog: BlogId::of(&feed_url),
            feed_url,
            title: None,
            site_url: SiteUrl::parse(&Invented::site(number)).ok(),
            folder: Vec::new(),
            tags: Vec::new(),
            since: now,
            other: Vec::new(),
        };
        app.writer.act(vec![Act::Follow(subscription)]).await.expect("it is written");
        take_in(app, number, POSTS_OF_FOLLOWED, all, now).await;
    }
    let crawler = &Crawler { store: app.store.clone(), writer: app.writer.clone(), web: app.web().expect("a client") };
    let is_followed = |number: &usize| number.is_multiple_of(2) && *number < 2 * followed;
    let visits = stream::iter((0..all).filter(|number| !is_followed(number))).map(|number| async move {
        let visit = tokio::task::spawn_blocking(move || looked_at(number, all, now)).await.expect("it is made");
        let site = Url::parse(&Invented::site(number)).expect("it is an address");
        let key = penpal::discover::site::key(&site).expect("it is somebody's");
        crawler.keep((&key, &site), visit, now, None).await.expect("it is written");
    });
    visits.buffer_unordered(4).collect::<Vec<()>>().await;
    app.catch_up().await.expect("it is reckoned");
    app.store.sync().expect("there is room");
}

async fn take_in(app: &App, number: usize, posts: usize, all: usize, now: Timestamp) {
    let (url, reply, feed) = answer(number, Invented::of(number).feed(posts, 120, all, now.0));
    let blog = app.store.blog(BlogId::of(&url)).expect("it is read").unwrap_or_else(|| Blog::unknown(url));
    let known = Known { current: app.store.current(blog.id).expect("it is read"), ..Known::of(blog) };
    let decision = decide(&known, Answer::Feed(reply, feed), now);
    let batch = decision.content.expect("there is news").batch(decision.state, now);
    app.writer.apply(batch).await.expect("it is written");
}

/// As if the site of a candidate had been visited.
fn looked_at(number: usize, all: usize, now: Timestamp) -> Visit {
    let invented = Invented::of(number);
    let (feed_url, reply, feed) = answer(number, invented.feed(POSTS_OF_CANDIDATE, 180, all, now.0));
    let site = Url::parse(&Invented::site(number)).expect("it is an address");
    let page = page::read(&invented.home(all), &site);
    let address = PageUrl::from_url(site.clone()).expect("it is on the web");
    let roll = edges::Roll { links: edges::of_page(&Blog::unknown(feed_url.clone()), &page, &address, false) };
    let person = person_of(&page, &self::reply(site.as_str(), Vec::new()));
    let outcome = Outcome::Blog(BlogId::of(&feed_url));
    Visit { outcome, feed: Some((feed_url, reply, feed)), person, roll, home: Some(Box::new((page, site))) }
}

/// Five of the followed blogs have something new. Milliseconds until all that follows from it is reckoned.
async fn refresh(folder: &Path, followed: usize) -> f64 {
    let app = open(folder).await;
    // A second later than all that is there, so that it is new each time.
    let now = Timestamp(Timestamp::now().0 + 1);
    for number in 0..5.min(followed) {
        take_in(&app, number * 2, POSTS_OF_FOLLOWED, 100, now).await;
    }
    let begun = Instant::now();
    app.catch_up().await.expect("it is reckoned");
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    app.close().expect("there is room");
    took
}
