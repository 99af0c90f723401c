//! On well-formed feeds penpal's reader and feed-rs come to the same.

use penpal::{
    demo::{Neighbourhood, render::site},
    feed::{self, Hints},
    model::{Plain, Timestamp},
};

#[test]
fn the_demo_s_feeds_read_the_same_with_feed_rs() {
    let neighbourhood = Neighbourhood::read(Timestamp::parse("2026-03-15T12:00:00Z").unwrap()).unwrap();
    let pages = site(&neighbourhood);
    let feeds: Vec<_> = pages
        .values()
        .filter(|(kind, _)| kind.contains("rss") || kind.contains("atom") || kind.contains("feed+json"))
        .collect();
    assert_eq!(feeds.len(), neighbourhood.blogs.len());
    for (kind, body) in feeds {
        let ours = feed::read(body.as_bytes(), &Hints { base_url: None, content_type: Some(kind) }).unwrap();
        let theirs = feed_rs::parser::parse(body.as_bytes()).unwrap();
        assert_eq!(ours.title.unwrap().as_str(), theirs.title.unwrap().content);
        assert_eq!(ours.entries.len(), theirs.entries.len());
        for (our, their) in ours.entries.iter().zip(&theirs.entries) {
            assert_eq!(our.id, their.id);
            assert_eq!(our.title, their.title.as_ref().map(|title| Plain::line(&title.content)));
            assert_eq!(our.link.as_ref().unwrap().as_str(), their.links[0].href);
            assert_eq!(our.published.unwrap().0, their.published.unwrap().timestamp());
            assert_eq!(our.categories.len(), their.categories.len());
        }
    }
}
