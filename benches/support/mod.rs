//! Input that is made up: the same each time, and no text of anybody.

#![allow(dead_code)] // each benchmark uses its part

use std::{fmt::Write, ops::Range};

const WORDS: [&str; 24] = [
    "lamp", "river", "compiler", "bread", "garden", "signal", "winter", "kernel", "paper", "bicycle", "window",
    "engine", "letter", "stone", "market", "cloud", "pencil", "bridge", "café", "theory", "wheel", "naïve", "field",
    "station",
];

/// Words in an order that a small generator decides (Knuth's constants).
fn words(seed: u64, count: usize) -> String {
    let mut state = seed.wrapping_add(1);
    let mut text = String::new();
    for _ in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let _ = write!(text, "{} ", WORDS[(state >> 33) as usize % WORDS.len()]);
    }
    text
}

/// A post of 3 kB as most are: paragraphs, a link, a list, some code.
pub fn plain(seed: u64) -> String {
    let mut html = format!("<h2>{}</h2>\n", words(seed, 5));
    for part in 0..8 {
        let seed = seed * 31 + part;
        let _ = writeln!(
            html,
            "<p>{} <a href=\"https://example.org/{seed}?a=1&amp;b=2\">{}</a>, <em>{}</em> &amp; more.</p>",
            words(seed, 35),
            words(seed + 1, 2),
            words(seed + 2, 1)
        );
    }
    html + "<ul><li>one</li><li>two</li></ul>\n<pre><code>if a &lt; b { return }</code></pre>"
}

/// The same with what only a parser can tell: an open paragraph, a table.
pub fn tangled(seed: u64) -> String {
    format!("<p>{}<table><tr><td>{}</table>", plain(seed), words(seed, 10))
}

/// An RSS feed with posts made by `post`, their HTML escaped.
pub fn feed(posts: u64, post: &dyn Fn(u64) -> String) -> Vec<u8> {
    feed_of(0..posts, post)
}

/// The same of the posts with these numbers, which are their ids too.
pub fn feed_of(posts: Range<u64>, post: &dyn Fn(u64) -> String) -> Vec<u8> {
    let mut feed = String::from("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A blog</title>");
    for number in posts {
        let html = post(number).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = write!(
            feed,
            "<item><title>{}</title><link>https://example.org/{number}</link><guid>{number}</guid>\
             <pubDate>Tue, 03 Mar 2026 10:00:00 +0000</pubDate><description>{html}</description></item>",
            words(number, 6)
        );
    }
    (feed + "</channel></rss>").into_bytes()
}
