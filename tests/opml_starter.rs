//! The starter set that ships with penpal can be imported as it is.

use std::collections::HashSet;

use penpal::opml::read;

#[test]
fn the_starter_set_reads_without_a_word_of_complaint() {
    let document = read(include_bytes!("../feeds.opml")).unwrap();
    assert_eq!(document.skipped, []);
    assert!((45..=60).contains(&document.outlines.len()), "{} blogs", document.outlines.len());
    assert!(document.outlines.iter().all(|outline| outline.folder.len() == 1), "each is in a folder");
    assert!(document.outlines.iter().all(|outline| outline.title.is_some() && outline.site_url.is_some()));
    let folders: HashSet<_> = document.outlines.iter().map(|outline| &outline.folder).collect();
    assert!((6..=8).contains(&folders.len()), "{folders:?}");
    let feeds: HashSet<_> = document.outlines.iter().map(|outline| outline.feed_url.canonical()).collect();
    assert_eq!(feeds.len(), document.outlines.len(), "no blog is listed twice");
    let people: HashSet<_> = document.outlines.iter().map(|outline| outline.feed_url.host()).collect();
    assert_eq!(people.len(), document.outlines.len(), "nor anybody under two addresses");
}
