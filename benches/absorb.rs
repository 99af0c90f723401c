//! From an answer to what is stored: deciding, and writing posts into a real folder.

use std::{hint::black_box, path::Path};

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use penpal::{
    feed::{self, Feed, Hints},
    journal::{DeviceId, Journal, Positions},
    model::{Blog, FeedForm, FeedUrl, Timestamp},
    poll::{Answer, Decision, Known, decide},
    store::{Batch, FeedState, Store, Writer},
    web::{Reply, Trust},
};

mod support;

const NOW: Timestamp = Timestamp(1_790_000_000);
const POSTS: u64 = 40;

fn understood() -> (Bytes, Feed) {
    let body = support::feed(POSTS, &support::plain);
    let feed = feed::read_bodies(&body, &Hints { base_url: None, content_type: None }).expect("it is a feed");
    (body.into(), feed)
}

fn known(number: usize) -> Known {
    let url = FeedUrl::parse(&format!("https://{number}.example.org/feed")).expect("it is an address");
    Known::of(Blog::unknown(url))
}

fn answer(known: &Known, body: &Bytes, feed: &Feed) -> Answer {
    let reply = Reply::of(known.blog.feed_url.url().clone(), body.clone());
    Answer::Feed(reply, Box::new(feed.clone()))
}

fn batch(decision: Decision) -> Batch {
    decision.content.expect("all of it is new").batch(decision.state, NOW)
}

fn deciding(c: &mut Criterion) {
    let (body, feed) = understood();
    let new = known(0);
    let content = decide(&new, answer(&new, &body, &feed), NOW).content.expect("all of it is new");
    let same = Known {
        blog: content.blog,
        state: FeedState { answered: Some(NOW), ..FeedState::default() },
        current: content.current,
        form: FeedForm::Feed,
        trust: Trust::Named,
        filter: None,
    };
    let mut group = c.benchmark_group("decide");
    group.throughput(Throughput::Elements(POSTS));
    for (name, known) in [("all posts are new", &new), ("none is", &same)] {
        group.bench_function(name, |b| {
            b.iter_batched(
                || answer(known, &body, &feed),
                |answer| decide(black_box(known), answer, NOW),
                BatchSize::SmallInput,
            )
        });
    }
    group.finish();
}

fn writer(folder: &Path) -> (Writer, std::thread::JoinHandle<()>) {
    let (store, _) = Store::open(&folder.join("cache")).expect("the cache opens");
    let device = DeviceId::of_this_machine(&folder.join("device")).expect("a device is drawn");
    let opened = Journal::open(&folder.join("journal"), device, &Positions::new()).expect("the journal opens");
    Writer::start(store, opened.journal, folder.join("archive")).expect("the writer starts")
}

fn absorbing(c: &mut Criterion) {
    let (body, feed) = understood();
    let folder = tempfile::tempdir().expect("there is room");
    let (writer, thread) = writer(folder.path());
    let mut blogs = 0;
    let mut group = c.benchmark_group("absorb");
    group.throughput(Throughput::Elements(POSTS));
    group.sample_size(20);
    group.bench_function("the posts of a new blog", |b| {
        b.iter_batched(
            || {
                blogs += 1;
                let known = known(blogs);
                batch(decide(&known, answer(&known, &body, &feed), NOW))
            },
            |batch| writer.apply_blocking(batch).expect("it is written"),
            BatchSize::SmallInput,
        )
    });
    group.finish();
    drop(writer);
    let _ = thread.join();
}

criterion_group!(benches, deciding, absorbing);
criterion_main!(benches);
