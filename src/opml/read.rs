//! Reads a list of subscriptions, sound or damaged.

use encoding_rs::Encoding;

use super::attributes::attributes;
use super::outline::{Kind, Namespaces, kind};
use super::pieces::{Piece, Pieces};
use super::recognise::recognise;
use super::{DEEPEST_FOLDER, Document, OpmlError, Skipped, name};
use crate::model::Plain;
use crate::page::decode::decode_declared;

/// Bytes of a title that are looked at; more is no title.
const LONGEST_TITLE: usize = 4096;

/// Makes the most of `bytes`: any encoding, missing parts, broken markup. Time grows linearly with their number.
///
/// # Errors
///
/// Only where it is no OPML at all; the error says what it looks like and what to do.
pub fn read(bytes: &[u8]) -> Result<Document, OpmlError> {
    let text = decode_declared(bytes, declared(bytes));
    let mut reading = Reading::default();
    for piece in Pieces::of(&text) {
        match piece {
            Piece::Open { name, attributes, empty, line } => reading.open(name, attributes, empty, line),
            Piece::Close { name } => reading.close(name),
            Piece::Text(text) => reading.text(&text),
        }
    }
    if !reading.is_opml {
        return Err(recognise(bytes, &text));
    }
    Ok(reading.finish())
}

/// The encoding in `<?xml … encoding="…"?>`, wherever in the first line it stands.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    let (_, after) = start.split_once("encoding")?;
    let label = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix(['"', '\''])?;
    Encoding::for_label(label.split(['"', '\'']).next()?.as_bytes())
}

#[derive(Default)]
struct Reading {
    document: Document,
    is_opml: bool,
    /// `<opml>` was opened and not closed.
    in_opml: bool,
    /// Where the last tag stood.
    line: usize,
    namespaces: Namespaces,
    /// The folders around what comes next.
    folder: Vec<Plain>,
    /// The outlines that are open, outermost first.
    open: Vec<Open>,
    /// The text of a `<title>` that is open.
    title: Option<String>,
}

/// An outline whose end has not been met.
struct Open {
    /// What is reported if nothing turns out to be inside it.
    if_empty: Option<Skipped>,
    /// Its name as a folder.
    name: Option<Plain>,
    /// Whether its name is on the path of folders.
    is_folder: bool,
}

impl Reading {
    fn open(&mut self, name: &str, inside: &str, empty: bool, line: usize) {
        self.line = line;
        let attributes = attributes(inside);
        for (name, value) in attributes.iter().filter(|(name, _)| name.starts_with("xmlns:")) {
            self.namespaces.insert((*name).to_owned(), value.clone().into_owned());
        }
        if name.eq_ignore_ascii_case("opml") {
            self.is_opml = true;
            self.in_opml = !empty;
        } else if name.eq_ignore_ascii_case("title") && !empty {
            self.title = Some(String::new());
        }
        if !name.eq_ignore_ascii_case("outline") {
            return;
        }
        self.is_opml = true;
        self.title = None;
        self.enter_folder();
        let kind = kind(&attributes, &self.folder, &self.namespaces, line);
        let (mut if_empty, mut folder_name) = (None, None);
        match kind {
            Kind::Feed(outline) => self.document.outlines.push(outline),
            Kind::Unusable(skipped) => self.document.skipped.push(skipped),
            Kind::List(include, skipped) => {
                self.document.includes.push(include);
                self.document.skipped.push(skipped);
            }
            Kind::Bare(skipped) => {
                folder_name = skipped.title.clone();
                if_empty = Some(skipped);
            }
        }
        if empty {
            self.document.skipped.extend(if_empty);
        } else {
            self.open.push(Open { if_empty, name: folder_name, is_folder: false });
        }
    }

    /// Something is inside the outline that was opened last, which makes it a folder if it is not a feed.
    fn enter_folder(&mut self) {
        let Some(parent) = self.open.last_mut() else { return };
        parent.if_empty = None;
        if self.folder.len() < DEEPEST_FOLDER
            && let Some(name) = parent.name.take()
        {
            parent.is_folder = true;
            self.folder.push(name);
        }
    }

    fn close(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("outline") {
            if let Some(closed) = self.open.pop() {
                self.document.skipped.extend(closed.if_empty);
                if closed.is_folder {
                    self.folder.pop();
                }
            }
        } else if name.eq_ignore_ascii_case("title") {
            self.end_title();
        } else if name.eq_ignore_ascii_case("opml") {
            self.in_opml = false;
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(title) = self.title.as_mut().filter(|title| title.len() < LONGEST_TITLE) {
            title.push_str(text);
        }
    }

    fn end_title(&mut self) {
        let Some(title) = self.title.take() else { return };
        if self.document.title.is_none() {
            self.document.title = name::read(&super::attributes::resolve(&title)).some();
        }
    }

    fn finish(mut self) -> Document {
        self.document.broken_off = self.in_opml.then_some(self.line);
        // In a file that was cut off, outlines are still open; those around the last had it inside them.
        self.document.skipped.extend(self.open.pop().and_then(|open| open.if_empty));
        self.document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_breaks_off_says_where() {
        for (text, line) in [
            ("<opml><body>\n<outline xmlUrl='http://a.example/f'/>\n<outline xmlUrl='http://b.exa", Some(2)),
            ("<opml><body>\n<outline xmlUrl='http://a.example/f'/></body></opml>", None),
            ("<outline xmlUrl='http://a.example/f'/>", None),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap().broken_off, line, "{text}");
        }
    }

    fn feeds(text: &str) -> Vec<String> {
        let document = read(text.as_bytes()).unwrap();
        let line = |outline: &crate::opml::Outline| {
            let folder: Vec<_> = outline.folder.iter().map(Plain::as_str).collect();
            let title = outline.title.as_ref().map_or("-", Plain::as_str);
            format!("{}:{}/{title} {}", outline.line, folder.join("/"), outline.feed_url)
        };
        document.outlines.iter().map(line).collect()
    }

    fn reasons(text: &str) -> Vec<(usize, String)> {
        read(text.as_bytes()).unwrap().skipped.into_iter().map(|skipped| (skipped.line, skipped.reason)).collect()
    }

    #[test]
    fn subscriptions_are_found_however_they_are_written() {
        for (text, expected) in [
            ("<outline xmlUrl='http://a.example/f'/>", "1:/- http://a.example/f"),
            ("\u{feff}<opml><body><OUTLINE TITLE='T' XMLURL='feed://a.example/f'/>", "1:/T http://a.example/f"),
            ("<outline text='' title='T' type='rss' url='http://a.example/f'/>", "1:/T http://a.example/f"),
            ("<outline text='R&D' xmlUrl='http://a.example/?a=1&b=2'/>", "1:/R&D http://a.example/?a=1&b=2"),
            ("<outline text='&lt;b&gt;Bold&lt;/b&gt;' xmlUrl=' http://a.example/f\n'/>", "1:/Bold http://a.example/f"),
            (
                "\n<outline text='F'>\n<outline text='G'><outline xmlUrl='http://a.example/f'>",
                "3:F/G/- http://a.example/f",
            ),
            ("<outline text='a\u{1b}[2J\u{202e}' xmlUrl='http://a.example/f'/>", "1:/a[2J http://a.example/f"),
            ("<outline><outline text='T' xmlUrl='http://a.example/f'/></outline>", "1:/T http://a.example/f"),
            // Whether it is defined is for the configuration to say.
            ("<outline xmlUrl='exec:weather'/>", "1:/- exec:weather"),
        ] {
            assert_eq!(feeds(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_feed_with_outlines_below_it_is_no_folder() {
        let text = "<outline text='F'><outline text='A' xmlUrl='http://a.example/f'>\
                    <outline text='B' xmlUrl='http://b.example/f'/></outline></outline>\
                    <outline text='C' xmlUrl='http://c.example/f'/>";
        assert_eq!(feeds(text), ["1:F/A http://a.example/f", "1:F/B http://b.example/f", "1:/C http://c.example/f"]);
    }

    #[test]
    fn folders_nest_as_deep_as_anybody_needs_and_no_deeper() {
        let text = format!("{}<outline xmlUrl='http://a.example/f'/>", "<outline text='x'>".repeat(100_000));
        let document = read(text.as_bytes()).unwrap();
        assert_eq!(document.outlines[0].folder.len(), DEEPEST_FOLDER);
        assert_eq!(document.skipped, []);
    }

    #[test]
    fn what_cannot_be_followed_is_told_with_its_line() {
        for (text, part) in [
            ("\n<outline text='words'/>", "no feed address"),
            ("\n<outline text='words'></outline>", "no feed address"),
            ("\n<outline type='rss' text='T'/>", "called a feed"),
            ("\n<outline type='rss' text='T' htmlUrl='http://a.example/'/>", "penpal follow http://a.example/"),
            ("\n<outline type='rss' text='T' xmlUrl='feed.xml'/>", "not a web address"),
            ("\n<outline type='rss' text='T' xmlUrl='gopher://a.example/'/>", "only http and https"),
            (
                "\n<outline type='rss' text='T' xmlUrl='exec:~/bin/x -f'/>",
                "name = \"x\" and exec = [\"~/bin/x\", \"-f\"]",
            ),
            ("\n<outline type='rss' text='T' xmlUrl='file:///etc/x.xml'/>", "file = \"/etc/x.xml\""),
            ("\n<outline type='link' text='T' url='http://a.example/'/>", "a link to a page"),
            ("\n<outline type='include' text='T' url='http://a.example/l'/>", "penpal import http://a.example/l"),
            ("\n<outline type='link' text='T' url='http://a.example/l.opml'/>", "another list"),
        ] {
            let reasons = reasons(text);
            assert!(matches!(&reasons[..], [(2, reason)] if reason.contains(part)), "{text}: {reasons:?}");
        }
        assert_eq!(reasons("<outline text='F'><outline text='G' xmlUrl='http://a.example/f'/></outline>"), []);
    }

    #[test]
    fn all_that_an_outline_says_is_kept() {
        let text = "<opml xmlns:frss='https://freshrss.example/opml'>\
                    <head><title>My &amp; your\n<![CDATA[<list>]]></title>\
                    <outline text='T' title='Other' type='atom' xmlUrl='http://a.example/f' htmlUrl='relative' \
                    category='/a/b, tag,,' frss:priority='main' x=\"1\" x='2' my:own='3'/>";
        let document = read(text.as_bytes()).unwrap();
        assert_eq!(document.title, Some(Plain::line("My & your <list>")));
        let outline = &document.outlines[0];
        assert_eq!(outline.tags, [Plain::line("/a/b"), Plain::line("tag")]);
        let other: Vec<_> = outline.other.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            other,
            [
                ("title", "Other"),
                ("type", "atom"),
                ("htmlUrl", "relative"),
                ("frss:priority", "main"),
                ("x", "1"),
                ("my:own", "3"),
                ("xmlns:frss", "https://freshrss.example/opml"),
                ("xmlns:my", "urn:undeclared:my"),
            ]
        );
    }

    #[test]
    fn encodings_are_found_out() {
        let list = |text: &str| {
            format!(
                "<?xml version='1.0' encoding='UTF-8'?><opml><outline text='{text}' xmlUrl='http://a.example/'/></opml>"
            )
        };
        let utf16: Vec<u8> = list("é").encode_utf16().flat_map(u16::to_be_bytes).collect();
        let declared = list("é").replace("UTF-8", "latin1").chars().map(|c| c as u8).collect::<Vec<u8>>();
        let wrong = list("é").replace("UTF-8", "latin1").into_bytes();
        for bytes in [utf16, declared, wrong] {
            assert_eq!(read(&bytes).unwrap().outlines[0].title, Some(Plain::line("é")));
        }
    }
}
