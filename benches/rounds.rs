//! What a year of polling does to the disk: rounds in which one feed of a hundred has a new post and loses its oldest,
//! and all others say that nothing is new. `cargo bench --bench rounds -- 1000 1000` for so many feeds and rounds.

use std::{path::Path, time::Instant};

use penpal::{
    feed::{self, Hints},
    journal::{DeviceId, Journal, Positions},
    model::{Blog, BlogId, FeedForm, FeedUrl, Timestamp},
    poll::{Answer, Known, decide},
    store::{Batch, Store, Writer},
    web::{Reply, Trust},
};

mod support;

const POSTS: u64 = 35;
const BEGIN: i64 = 1_790_000_000;
const HALF_AN_HOUR: i64 = 1800;

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let (feeds, rounds) = (numbers.first().copied().unwrap_or(200), numbers.get(1).copied().unwrap_or(200));
    let folder = tempfile::tempdir().expect("there is room");
    let (store, _) = Store::open(&folder.path().join("cache")).expect("the cache opens");
    let device = DeviceId::of_this_machine(&folder.path().join("device")).expect("a device is drawn");
    let opened = Journal::open(&folder.path().join("journal"), device, &Positions::new()).expect("the journal opens");
    let archive = folder.path().join("archive");
    let (writer, thread) = Writer::start(store.clone(), opened.journal, archive).expect("the writer starts");

    // How many posts each feed has had so far.
    let mut written = vec![POSTS; feeds as usize];
    for number in 0..feeds {
        poll(&store, &writer, number, POSTS, Timestamp(BEGIN));
    }
    store.sync().expect("it is written");
    let before = tell("after the first round", folder.path(), feeds * POSTS);

    let begun = Instant::now();
    for round in 1..=rounds {
        let now = Timestamp(BEGIN + round as i64 * HALF_AN_HOUR);
        let changed = |number: u64| (number + round).is_multiple_of(100);
        for number in (0..feeds).filter(|number| changed(*number)) {
            written[number as usize] += 1;
            poll(&store, &writer, number, written[number as usize], now);
        }
        let unchanged = (0..feeds).filter(|number| !changed(*number)).map(|number| {
            let id = blog(number).id;
            let mut state = store.feed(id).expect("it is read");
            state.asked = Some(now);
            (id, state)
        });
        writer.apply_blocking(Batch::States(unchanged.collect())).expect("it is written");
        store.sync().expect("it is written");
    }
    let took = begun.elapsed().as_secs_f64() * 1000.0 / rounds.max(1) as f64;
    let after = tell(&format!("after {rounds} more"), folder.path(), written.iter().sum());
    println!("{:.2} times as much a post, {took:.1} ms a round", after / before);
    drop((writer, store));
    let _ = thread.join();
}

fn blog(number: u64) -> Blog {
    let url = FeedUrl::parse(&format!("https://{number}.example.org/feed")).expect("it is an address");
    Blog::unknown(url)
}

/// The feed holds its newest posts of `written`.
fn poll(store: &Store, writer: &Writer, number: u64, written: u64, now: Timestamp) {
    let body = support::feed_of(written - POSTS..written, &|post| support::plain(number * 100_000 + post));
    let feed = feed::read_bodies(&body, &Hints { base_url: None, content_type: None }).expect("it is a feed");
    let id: BlogId = blog(number).id;
    let known = Known {
        blog: store.blog(id).expect("it is read").unwrap_or_else(|| blog(number)),
        state: store.feed(id).expect("it is read"),
        current: store.current(id).expect("it is read"),
        form: FeedForm::Feed,
        trust: Trust::Named,
        filter: None,
    };
    let reply = Reply::of(known.blog.feed_url.url().clone(), body.into());
    let decision = decide(&known, Answer::Feed(reply, Box::new(feed)), now);
    let batch = decision.content.expect("something is new").batch(decision.state, now);
    writer.apply_blocking(batch).expect("it is written");
}

/// Bytes a post in the cache and the archive.
fn tell(when: &str, folder: &Path, posts: u64) -> f64 {
    let bytes = size(&folder.join("cache")) + size(&folder.join("archive"));
    let each = bytes as f64 / posts as f64;
    println!("{when}: {posts} posts, {:.1} MB, {each:.0} bytes a post", bytes as f64 / 1e6);
    each
}

fn size(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else { return path.metadata().map_or(0, |file| file.len()) };
    entries.flatten().map(|entry| size(&entry.path())).sum()
}
