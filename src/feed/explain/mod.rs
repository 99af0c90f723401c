//! Which repairs a feed needed and where, for `penpal parse --explain`.
//!
//! A second look with the functions that [`super::read`] uses: what they met is told here, so that reading itself stays
//! as quick as it is and keeps no notes that nobody reads.
//!
//! - `source`: the encoding, what stands before the feed, references, control characters.
//! - `entries`: dates, ids, addresses, what the sanitiser took away.

mod entries;
mod source;

use serde::{Deserialize, Serialize};

use super::{Feed, FeedError, FeedKind, Hints, LARGEST, decode, json, xml};
use crate::model::Plain;

/// One thing that was assumed, mended or left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// `encoding`, `start`, `references`, `characters`, `structure`, `dates`, `ids`, `links` or `html`.
    pub step: String,
    pub what: Plain,
    /// A line or an entry; `None` if it concerns the whole.
    #[serde(rename = "where")]
    pub place: Option<Plain>,
}

impl Note {
    pub fn new(step: &str, what: impl AsRef<str>, place: Option<String>) -> Self {
        Self { step: step.to_owned(), what: Plain::line(what.as_ref()), place: place.map(|place| Plain::line(&place)) }
    }
}

/// Reads a feed as [`super::read`] does, and tells what that took, in the order of the steps. The notes are of use too
/// where the bytes are no feed.
pub fn explain(bytes: &[u8], hints: &Hints) -> (Result<Feed, FeedError>, Vec<Note>) {
    let feed = super::read(bytes, hints);
    let mut notes = Vec::new();
    if bytes.len() > LARGEST {
        return (feed, notes);
    }
    let decoded = decode::decode_and_tell(bytes, hints.content_type);
    source::encoding(&decoded, decode::claims(bytes, hints.content_type), &mut notes);
    let text = source::start(&decoded.text, &mut notes);
    if text.starts_with(['{', '[']) {
        source::characters(&decoded.text, &mut notes);
        of_json(text, hints, &mut notes);
        return (feed, notes);
    }
    if let (Ok(Feed { kind: FeedKind::Json, .. }), Some(start)) = (&feed, json::start(text)) {
        notes.push(Note::new("start", "junk stands before the feed", Some("line 1".to_owned())));
        of_json(&text[start..], hints, &mut notes);
        return (feed, notes);
    }
    source::references(text, lines_before(&decoded.text, text), &mut notes);
    source::characters(&decoded.text, &mut notes);
    if let Ok(feed) = &feed {
        let junk = xml::read(text, None, |_, _| {}).err().and_then(|_| xml::start(text)).unwrap_or_default();
        let text = &text[junk..];
        let mut seen = entries::Seen::default();
        let mut base = hints.base_url.cloned();
        let outline = xml::read(text, hints.base_url, |element, around| {
            if base.is_none() {
                base = super::channel::base(around);
            }
            seen.entry(&element, base.as_ref());
        });
        if let Ok(outline) = outline {
            structure(&outline.mended, text, lines_before(&decoded.text, text), feed.entries.len(), &mut notes);
        }
        seen.tell(&mut notes);
    }
    (feed, notes)
}

fn of_json(text: &str, hints: &Hints, notes: &mut Vec<Note>) {
    let Ok(sound) = json::sound(text) else { return };
    if let Some(FeedError::Broken { what, line }) = &sound.mended {
        let what = if sound.cut_off { "the document ends too early: what was not whole is left out" } else { what };
        notes.push(Note::new("structure", what, Some(format!("line {line}"))));
    }
    entries::of_json(&sound.text, hints.base_url, notes);
}

fn lines_before(whole: &str, rest: &str) -> usize {
    whole[..whole.len() - rest.len()].matches('\n').count()
}

/// `line 7`, of the byte `at` in a text that `before` lines stand in front of.
fn line(text: &str, at: usize, before: usize) -> String {
    let end = at.min(text.len());
    let lines = text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count();
    format!("line {}", 1 + before + lines)
}

fn structure(mended: &xml::Mended, text: &str, before: usize, whole: usize, notes: &mut Vec<Note>) {
    let mut tell = |tally: xml::Tally, what: String| {
        if tally.count > 0 {
            notes.push(Note::new("structure", what, Some(line(text, tally.first, before))));
        }
    };
    let elements = |count: usize| if count == 1 { "1 element".to_owned() } else { format!("{count} elements") };
    tell(
        mended.left_open,
        format!("{} not closed; closed where others show the end", elements(mended.left_open.count)),
    );
    tell(mended.stray_ends, format!("{} end tags close nothing and were passed over", mended.stray_ends.count));
    let lost = if mended.entry_lost { "the last one is cut and left out" } else { "none is lost" };
    tell(mended.cut_off, format!("the document ends too early: {whole} entries are whole, {lost}"));
    tell(mended.too_many, format!("{} beyond what is kept; their text stays", elements(mended.too_many.count)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8], content_type: Option<&str>) -> Vec<String> {
        let (_, notes) = explain(bytes, &Hints { base_url: None, content_type });
        let shown =
            |note: &Note| format!("{} [{}] {}", note.step, note.place.as_ref().map_or("", Plain::as_str), note.what);
        notes.iter().map(shown).collect()
    }

    fn item(fields: &str) -> String {
        format!("<rss version='2.0'><channel><link>http://a.example/</link><item>{fields}</item></channel></rss>")
    }

    #[test]
    fn each_repair_is_told_with_its_place() {
        for (text, notes) in [
            ("\n\n<rss><channel/></rss>".to_owned(), &["start [line 1] 2 characters stand before"][..]),
            ("<b>Warning</b>: x\n<?xml version='1.0'?>\n<rss><channel/></rss>".to_owned(), &["start [line 1] junk"]),
            (
                item("\n<title>R&D &eacute; &amp; &nosuch; &</title>"),
                &["references [line 2] 1 entity of HTML", "references [line 2] 3 ampersands"],
            ),
            (item("<title>a\u{1b}[2J\n\u{7}</title>"), &["characters [line 1] 2 control characters"]),
            (item("<title>a<guid>b</guid>"), &["structure [line 1] 1 element not closed"]),
            (
                "<rss><channel><item><title>1</title></item><item><ti".to_owned(),
                &["structure [line 1] the document ends too early: 1 entries are whole, the last one is cut"],
            ),
            (item("<title>x</title><pubDate>soon</pubDate>"), &["dates [entry 1, “x”] \"soon\" is no date"]),
            (item("<pubDate>2004-01-31</pubDate>"), &["dates [entry 1] \"2004-01-31\" has no time of day"]),
            (item("<title>x</title>"), &["ids [entry 1, “x”] 1 entry without an id"]),
            (item("<guid>1</guid><link>/1</link>"), &["links [entry 1] 1 relative address"]),
            (
                item(
                    "<guid>1</guid><description>&lt;script>x&lt;/script>&lt;p onclick=x>y&lt;img src=z></description>",
                ),
                &["links [entry 1] 1 relative address", "html [entry 1] removed: 1 × <script>, 1 × event handler"],
            ),
        ] {
            let told = told(text.as_bytes(), None);
            for note in notes {
                assert!(told.iter().any(|line| line.starts_with(note)), "{text}: {note} is not in {told:#?}");
            }
        }
    }

    #[test]
    fn a_sound_feed_has_a_note_on_its_encoding_and_no_other() {
        let text = item(
            "<title>é &amp; &#233;</title><guid>http://a.example/1</guid><pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate>\
             <description>&lt;p>x&lt;a href='http://a.example/1'>y&lt;/a></description>",
        );
        assert_eq!(told(text.as_bytes(), None), ["encoding [] UTF-8, because all of it is valid UTF-8"]);
    }

    #[test]
    fn why_an_encoding_was_chosen_is_told_with_what_was_claimed() {
        let latin1 = b"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>\xe9</title></channel></rss>";
        let told = told(latin1, Some("text/xml; charset=us-ascii"));
        assert!(told[0].contains("because it is not UTF-8"), "{told:?}");
        assert!(told[0].contains("the document claims utf-8; the header claims us-ascii"), "{told:?}");
    }

    #[test]
    fn a_json_feed_is_explained_too() {
        let text = r#"{"version":"https://jsonfeed.org/version/1.1","items":[
            {"title":"x","url":"/1","date_published":"soon","content_html":"<script>x</script><p>y</p>"}]}"#;
        let told = self::told(text.as_bytes(), None);
        for note in ["dates [entry 1, “x”]", "ids [entry 1, “x”]", "links [entry 1, “x”]", "html [entry 1, “x”]"]
        {
            assert!(told.iter().any(|line| line.starts_with(note)), "{note} is not in {told:#?}");
        }
        for (broken, note) in [
            (r#"{"items": [{"id": "1"}, {"id"#, "structure [line 1] the document ends too early"),
            (r#"{"items": [{"id": "1"},]}"#, "structure [line 1] the JSON ends or goes wrong"),
            (r#"f({"version": "https://jsonfeed.org/version/1", "items": []});"#, "start [line 1] junk"),
        ] {
            let told = self::told(broken.as_bytes(), None);
            assert!(told.iter().any(|line| line.starts_with(note)), "{note} is not in {told:#?}");
        }
    }
}
