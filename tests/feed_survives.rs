//! Whatever bytes a server sends, reading them as a feed ends, says the same twice, and gives nothing unsafe.

use std::fmt::Write;

use penpal::feed::{self, Hints};
use proptest::prelude::*;
use url::Url;

/// What feeds are made of, whole and broken, to be put together in any order.
const PIECES: [&str; 60] = [
    "<?xml version='1.0' encoding='utf-8'?>",
    "<?xml version='1.0' encoding='utf-16'>",
    "<rss version='2.0'>",
    "<channel>",
    "<item>",
    "</item>",
    "</channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "</entry>",
    "</feed>",
    "<rdf:RDF>",
    "<title>",
    "</title>",
    "<title type='xhtml'><div>",
    "</div>",
    "<link>",
    "</link>",
    "<link href='",
    "'/>",
    "http://example.org/?a=1&b=2",
    "<description>",
    "</description>",
    "<content:encoded><![CDATA[",
    "]]>",
    "</content:encoded>",
    "<content type='html' mode='base64'>",
    "</content>",
    "PGI+eA==",
    "&lt;p onclick=x&gt;",
    "&lt;/p&gt;",
    "&lt;script&gt;",
    "&lt;img width=1 height=1&gt;",
    "&lt;a href='java&#9;script:x'&gt;",
    "&amp;#27;[31m",
    "&#x202e;",
    "&nbsp;",
    "&bogus;",
    "<pubDate>",
    "Thu, 31 Dec 2015 23:59:60 +0100 (CET)",
    "99999-99-99T99:99:99+99:99",
    "2004年5月28日 오후",
    "</pubDate>",
    "<author>",
    "ann@example.org（山田）",
    "</author>",
    "<guid>",
    "</guid>",
    "<x:y xmlns:x='",
    "<!--",
    "-->",
    "<!DOCTYPE a [",
    "]>",
    "\u{1b}]0;x\u{7}",
    "\u{92}",
    "\u{e2}\u{80}\u{a6}",
    "<",
    "&",
    "'",
    "\"",
];

fn document() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        20 => proptest::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
        1 => "\\PC{0,8}".prop_map(String::into_bytes),
    ];
    let start = proptest::sample::select(
        &["", "<rss><channel><item>", "<feed><entry>", "{\"items\":[", "\u{feff}<rdf:RDF><item>"][..],
    );
    (start, proptest::collection::vec(piece, 0..60))
        .prop_map(|(start, pieces)| [start.as_bytes().to_vec(), pieces.concat()].concat())
}

fn shown(bytes: &[u8], content_type: Option<&str>) -> String {
    let base = Url::parse("http://example.org/feed").unwrap();
    let hints = Hints { base_url: Some(&base), content_type };
    let mut shown = String::new();
    match feed::read(bytes, &hints) {
        Ok(feed) => write!(shown, "{}", feed::show(&feed)),
        Err(error) => write!(shown, "{error}"),
    }
    .unwrap();
    shown
}

/// The HTML of all entries of a feed as it is shown; none of an error.
fn html_of(shown: &str) -> Vec<String> {
    let feed: serde_json::Value = serde_json::from_str(shown).unwrap_or_default();
    let entries = feed["entries"].as_array().cloned().unwrap_or_default();
    let fields = entries.iter().flat_map(|entry| [&entry["summary_html"], &entry["content_html"]]);
    fields.filter_map(|html| html.as_str().map(str::to_owned)).collect()
}

/// Everything that a terminal would obey or a reader could be deceived with.
fn is_unsafe(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

proptest! {
    #[test]
    fn any_bytes_are_a_feed_or_an_error_of_one_line(bytes in document(), charset in proptest::option::of("[a-z0-9-]{0,12}")) {
        let content_type = charset.map(|charset| format!("text/xml; charset={charset}"));
        let first = shown(&bytes, content_type.as_deref());
        prop_assert!(!first.contains(is_unsafe), "{first:?}");
        for html in html_of(&first) {
            // In safe HTML every `<` begins a tag, and every `>` ends one.
            for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
                let bad = ["script", " onclick=", "href=\"javascript", "img width=\"1\""];
                prop_assert!(!bad.iter().any(|bad| tag.to_lowercase().contains(bad)), "{html}");
            }
        }
        prop_assert_eq!(first, shown(&bytes, content_type.as_deref()));
    }

    #[test]
    fn any_date_is_read_or_not(date in "[0-9a-zéмя年월 :,./+()-]{0,40}") {
        shown(format!("<rss><channel><item><pubDate>{date}</pubDate></item></channel></rss>").as_bytes(), None);
    }

    #[test]
    fn a_feed_that_is_cut_anywhere_keeps_its_whole_entries(cut in 0usize..=600) {
        let items: String = (0..6).map(|n| format!("<item><title>Titel ü {n}</title><guid>{n}</guid><description>&lt;p>é&lt;/p></description></item>")).collect();
        let text = format!("<?xml version='1.0'?><rss><channel><title>T</title>{items}</channel></rss>");
        let bytes = &text.as_bytes()[..cut.min(text.len())];
        let whole = String::from_utf8_lossy(bytes).matches("</item").count();
        let read = feed::read(bytes, &Hints::default()).map_or(0, |feed| feed.entries.len());
        prop_assert_eq!(read, whole);
    }
}
