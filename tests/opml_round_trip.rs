//! What is exported is imported again: nothing that a list says is lost on the way.

use penpal::model::{FeedUrl, Plain, SiteUrl};
use penpal::opml::{Outline, read, write};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Any text that a title can be: all of Unicode but controls, and more often what looks like markup.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,24}",
        vec(
            prop::sample::select(vec![
                "&", "&amp;", "&lt;", "<b>", "</b>", "<T>", "\"", "'", ">", "]]>", "é", "文", " ", "a"
            ]),
            0..8
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn line() -> impl Strategy<Value = Option<Plain>> {
    text().prop_map(|text| Plain::line(&text).some())
}

fn lines(most: usize) -> impl Strategy<Value = Vec<Plain>> {
    vec(line(), 0..most).prop_map(|lines| lines.into_iter().flatten().collect())
}

fn tags() -> impl Strategy<Value = Vec<Plain>> {
    lines(4).prop_map(|tags| tags.iter().filter_map(|tag| Plain::line(&tag.as_str().replace(',', "")).some()).collect())
}

/// Attributes of other programs, with line breaks and tabs in their values; each name once.
fn other() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = "x[a-zA-Z0-9_.-]{1,6}";
    let value = (text(), prop::sample::select(vec!["", "\n", "\t", "\r", "  "])).prop_map(|(text, gap)| text + gap);
    vec((name, value), 0..4).prop_map(|mut pairs| {
        let mut seen = std::collections::HashSet::new();
        pairs.retain(|(name, value)| seen.insert(name.clone()) && !value.contains(['\u{fffe}', '\u{ffff}']));
        pairs
    })
}

fn outline() -> impl Strategy<Value = Outline> {
    let address = "https?://[a-z]{1,8}\\.example/[a-z0-9/?&=%~]{0,16}";
    let folder = vec(prop::sample::select(vec!["A", "B & b", "<i>", "友链"]), 0..4)
        .prop_map(|names| names.into_iter().map(Plain::line).collect());
    (address, line(), option::of(address), folder, tags(), other()).prop_map(
        |(feed, title, site, folder, tags, other)| Outline {
            feed_url: FeedUrl::parse(&feed).unwrap(),
            title,
            site_url: site.map(|site| SiteUrl::parse(&site).unwrap()),
            folder,
            tags,
            other,
            line: 0,
        },
    )
}

/// The order in which folders are written: each where its first outline stands, with all that are in it.
fn without_lines(mut outlines: Vec<Outline>) -> Vec<Outline> {
    for outline in &mut outlines {
        outline.line = 0;
    }
    outlines
}

fn sorted(mut outlines: Vec<Outline>) -> Vec<String> {
    outlines.iter_mut().for_each(|outline| outline.line = 0);
    let mut shown: Vec<String> = outlines.iter().map(|outline| format!("{outline:?}")).collect();
    shown.sort();
    shown
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(title in text(), outlines in vec(outline(), 0..12)) {
        let document = read(write(&title, outlines.iter()).as_bytes()).unwrap();
        prop_assert_eq!(&document.title, &Plain::line(&title).some());
        prop_assert_eq!(&document.skipped, &[]);
        prop_assert_eq!(sorted(document.outlines.clone()), sorted(outlines));
        // Once folders are together, the order holds too.
        let again = read(write(&title, document.outlines.iter()).as_bytes()).unwrap();
        prop_assert_eq!(without_lines(again.outlines), without_lines(document.outlines));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_damage_makes_it_panic(parts in vec(prop::sample::select(vec![
        "<outline ", "</outline>", "<", ">", "/>", "\"", "'", "xmlUrl=", "http://a.example/", "<!--", "-->", "<![CDATA[",
        "]]>", "<!DOCTYPE", "<?xml", "?>", "&", "&amp;", "&#0;", "\n", "é", "<body>", "</opml>", "<title>", "</title>",
    ]), 0..60)) {
        let _ = read(parts.concat().as_bytes());
    }
}

#[test]
fn a_list_of_thousands_is_read_in_one_go_even_when_every_quote_is_broken() {
    for tag in [
        "<outline text=\"A & B\" xmlUrl=\"https://a.example/feed?x=1&y=2\"/>\n",
        "<outline text=\"5\" disk\" xmlUrl=\"https://a.example/feed\"/>\n",
        "<outline text=\"caf&eacute;\" xmlUrl=\"https://a.example/feed\">\n",
    ] {
        let list = format!("<opml><body>{}", tag.repeat(20_000));
        assert_eq!(read(list.as_bytes()).unwrap().outlines.len(), 20_000, "{tag}");
    }
}
