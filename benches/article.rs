//! What it takes to set a text in lines: a long one of 200 kB, and one of 5 MB, which nobody wrote by hand.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use penpal::{
    app::article::{Article, MEASURE},
    feed::SafeHtml,
};

mod support;

/// Posts with headings, lists, tables and code, one after the other.
fn text(bytes: usize) -> SafeHtml {
    let mut html = String::new();
    let mut seed = 0;
    while html.len() < bytes {
        seed += 1;
        html.push_str(&if seed % 3 == 0 { support::tangled(seed) } else { support::plain(seed) });
        html.push_str("<pre><code class=\"language-rust\">fn main() {\n    let x = \"text\"; // why\n}</code></pre>");
    }
    SafeHtml::from_stored(html)
}

fn setting(c: &mut Criterion) {
    let mut group = c.benchmark_group("article");
    group.sample_size(10);
    for (name, bytes) in [("200 kB", 200 << 10), ("5 MB", 5 << 20)] {
        let html = text(bytes);
        group.throughput(Throughput::Bytes(html.as_str().len() as u64));
        group.bench_function(format!("{name} read and set"), |b| {
            b.iter(|| Article::of_text(black_box(&html), MEASURE));
        });
        let article = Article::of_text(&html, MEASURE);
        group.bench_function(format!("{name} in another width"), |b| b.iter(|| black_box(&article).fitted(40)));
    }
    group.finish();
}

criterion_group!(benches, setting);
criterion_main!(benches);
