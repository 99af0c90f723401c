//! What holds of any bytes; a panic here is a finding. The fuzzers and, with the seeds, `tests/fuzz_seeds.rs` ask it.
#![allow(dead_code, reason = "each fuzzer asks one of them")]

use penpal::feed::{self, Hints, SafeHtml};
use penpal::{opml, page};
use url::Url;

/// Bytes to text. The first line is a Content-Type, the rest a body.
pub fn decode(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let content_type = String::from_utf8_lossy(&bytes[..end]);
    read(bytes.get(end + 1..).unwrap_or_default(), Some(&content_type));
}

/// A body to a feed.
pub fn feed(bytes: &[u8]) {
    read(bytes, None);
}

/// Reading ends, says the same twice, gives nothing that a terminal obeys, and explains itself.
fn read(bytes: &[u8], content_type: Option<&str>) {
    let base = base();
    let hints = Hints { base_url: Some(&base), content_type };
    let first = feed::read(bytes, &hints);
    assert_eq!(first, feed::read(bytes, &hints), "read twice, it says two things");
    let (explained, notes) = feed::explain(bytes, &hints);
    assert_eq!(first, explained, "explained, it says something else");
    for note in notes {
        assert_safe(note.what.as_str());
        note.place.iter().for_each(|place| assert_safe(place.as_str()));
    }
    match &first {
        Err(error) => assert!(!error.to_string().contains(is_obeyed), "{error}"),
        Ok(feed) => {
            assert_strings_are_safe(&feed::show(feed));
            for entry in &feed.entries {
                assert!(!entry.id.is_empty(), "an entry without an id");
                entry.summary.iter().chain(&entry.content).for_each(assert_html_is_safe);
            }
            // Whoever wants bodies alone gets the same ones.
            let bodies = feed::read_bodies(bytes, &hints).unwrap_or_default();
            let pairs = feed.entries.iter().zip(&bodies.entries);
            assert!(pairs.clone().count() == feed.entries.len() && pairs.clone().all(|(a, b)| a.body() == b.body()));
        }
    }
}

/// HTML made safe.
pub fn sanitise(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    if let Some(html) = SafeHtml::of_page(&source, Some(&base())) {
        assert_html_is_safe(&html);
    }
}

/// A list of subscriptions: what is written reads back the same. Or what another reader kept.
pub fn opml(bytes: &[u8]) {
    let (list, stars) = match opml::read_list(bytes) {
        Ok(opml::List::Feeds(list)) => (list, Vec::new()),
        Ok(opml::List::Reader(reader)) => (reader.feeds, reader.stars),
        Ok(opml::List::Stars(stars)) => (opml::Document::default(), stars),
        Ok(opml::List::Read(_)) => return,
        Err(error) => return assert_safe(&error.to_string()),
    };
    stars.iter().filter_map(|star| star.title.as_ref()).for_each(|title| assert_safe(title.as_str()));
    for outline in &list.outlines {
        let words = outline.title.iter().chain(&outline.folder).chain(&outline.tags);
        words.for_each(|text| assert_safe(text.as_str()));
    }
    for skipped in &list.skipped {
        skipped.title.iter().for_each(|title| assert_safe(title.as_str()));
        skipped.address.iter().chain([&skipped.reason]).for_each(|text| assert_safe(text));
    }
    let written = opml::write("T", list.outlines.iter());
    let again = opml::read(written.as_bytes()).expect("what penpal writes, penpal reads").outlines;
    // Folders come together, and so do feeds that lie in them.
    let key = |outline: &opml::Outline| format!("{outline:?}");
    let sorted = |mut outlines: Vec<opml::Outline>| {
        outlines.iter_mut().for_each(|outline| outline.line = 0);
        outlines.sort_by_key(key);
        outlines
    };
    assert_eq!(sorted(again), sorted(list.outlines), "written and read again");
}

/// A page: what it offers is safe to draw, its posts and its article are safe HTML, and it says the same twice.
pub fn page(bytes: &[u8]) {
    let base = base();
    let html = page::decode(bytes, None);
    let read = page::read(&html, &base);
    assert_eq!(read, page::read(&html, &base), "read twice, it says two things");
    let names = [&read.title, &read.description, &read.name, &read.generator].into_iter().flatten();
    names.chain(&read.emails).chain(&read.mastodon).chain([&read.text]).for_each(|text| assert_safe(text.as_str()));
    read.language.iter().for_each(|language| assert_safe(language));
    read.links.iter().for_each(|link| assert_safe(&format!("{link:?}")));
    if let Some(feed) = page::marked(&html, &base) {
        assert_strings_are_safe(&feed::show(&feed));
        for entry in &feed.entries {
            assert!(!entry.id.is_empty(), "a post without an id");
            entry.summary.iter().chain(&entry.content).for_each(assert_html_is_safe);
        }
    }
    let article = page::article(&html, &base).and_then(|article| SafeHtml::of_page(&article, Some(&base)));
    article.iter().for_each(assert_html_is_safe);
}

/// A date: it is read or not, and the same wherever a feed has it.
pub fn dates(bytes: &[u8]) {
    let date = String::from_utf8_lossy(bytes).replace(['<', '&', '>'], " ");
    read(format!("<rss><channel><item><pubDate>{date}</pubDate></item></channel></rss>").as_bytes(), None);
    read(format!("<feed><entry><id>1</id><updated>{date}</updated></entry></feed>").as_bytes(), None);
}

fn base() -> Url {
    Url::parse("http://example.org/blog/feed.xml").expect("an address")
}

fn assert_strings_are_safe(value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => assert_safe(text),
        serde_json::Value::Array(values) => values.iter().for_each(assert_strings_are_safe),
        serde_json::Value::Object(fields) => fields.values().for_each(assert_strings_are_safe),
        _ => {}
    }
}

/// Nothing in it moves a cursor, hides or turns text.
fn assert_safe(text: &str) {
    assert!(!text.contains(is_obeyed), "a terminal would obey {text:?}");
}

fn is_obeyed(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}'
        | '\u{2061}'..='\u{206f}' | '\u{fffe}' | '\u{ffff}' | '\u{e0001}'..='\u{e0020}')
}

/// Elements that no feed may bring, as tags begin.
const BANNED: [&str; 16] = [
    "script", "style", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "textarea", "select",
    "base", "meta", "svg", "math",
];

/// Every tag is one that may be there, with attributes that run nothing; made safe again it is unchanged in that.
fn assert_html_is_safe(html: &SafeHtml) {
    assert_safe(html.as_str());
    assert_safe(html.text().as_str());
    assert_tags_are_safe(html.as_str());
    for (address, words) in html.links() {
        assert_safe(&address);
        assert_safe(words.as_str());
        let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
        assert!(!["javascript", "data", "vbscript", "file"].contains(&&*scheme), "{address}");
    }
    if let Some(again) = SafeHtml::of_page(html.as_str(), None) {
        assert_tags_are_safe(again.as_str());
    }
}

fn assert_tags_are_safe(html: &str) {
    // In what is serialised every `<` begins a tag, and quotes within are escaped, so a `>` outside of them ends it.
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        let name = rest.trim_start_matches('/');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        assert!(!name.is_empty(), "a `<` that begins no tag: {html:?}");
        assert!(!BANNED.contains(&&*name.to_ascii_lowercase()), "<{name}> in {html:?}");
        let mut quoted = false;
        let end = rest.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = end.unwrap_or_else(|| panic!("a tag that does not end: {html:?}"));
        let mut unquoted = String::new();
        for (at, part) in rest[..end].split('"').enumerate() {
            unquoted.push_str(if at % 2 == 0 { part } else { "" });
        }
        let handler =
            unquoted.split_whitespace().any(|word| word.len() > 3 && word.starts_with("on") && word.ends_with('='));
        assert!(!handler, "a handler in {html:?}");
        rest = &rest[end + 1..];
    }
}
