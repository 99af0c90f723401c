//! What it takes to understand a feed: decode, parse and sanitise, beside feed-rs, which makes nothing safe, on the
//! same bytes.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use penpal::feed::{self, Hints, SafeHtml};

mod support;

fn understanding(c: &mut Criterion) {
    for (name, body) in
        [("plain", support::feed(40, &support::plain)), ("tangled", support::feed(40, &support::tangled))]
    {
        let mut group = c.benchmark_group(format!("feed/{name}"));
        group.throughput(Throughput::Bytes(body.len() as u64));
        let hints = Hints { base_url: None, content_type: None };
        group.bench_function("all that a refresh needs", |b| b.iter(|| feed::read_bodies(black_box(&body), &hints)));
        group.bench_function("summaries too", |b| b.iter(|| feed::read(black_box(&body), &hints)));
        group.bench_function("feed-rs, nothing sanitised", |b| b.iter(|| feed_rs::parser::parse(black_box(&body[..]))));
        group.finish();
    }
}

/// The short way, and the long one that a table makes necessary.
fn sanitising(c: &mut Criterion) {
    let mut group = c.benchmark_group("sanitise");
    for (name, html) in [("plain", support::plain(3)), ("tangled", support::tangled(3))] {
        group.throughput(Throughput::Bytes(html.len() as u64));
        group.bench_function(name, |b| b.iter(|| SafeHtml::of_page(black_box(&html), None)));
    }
    group.finish();
}

criterion_group!(benches, understanding, sanitising);
criterion_main!(benches);
