//! Cuts XML, sound or damaged, into tags and texts.
//!
//! quick-xml finds the tags. Where a quote is missing it would swallow what follows up to the next quote; the tag is
//! then cut before the next outline, and from there on quick-xml is given no more than one outline at a time, so that
//! damage costs one outline and the time stays linear.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::escape::minimal_escape;
use quick_xml::events::Event;

/// A part of the document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `attributes` is what stands between the name and the end of the tag, as it is; `line` counts from 1.
    Open {
        name: &'a str,
        attributes: &'a str,
        empty: bool,
        line: usize,
    },
    Close {
        name: &'a str,
    },
    /// Still escaped.
    Text(Cow<'a, str>),
}

/// Iterates over the parts of a document to its end, whatever it is.
pub(super) struct Pieces<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where in `text` the reader began.
    base: usize,
    /// Where in `text` the reader's input ends.
    end: usize,
    damaged: bool,
    /// Where the last comment ends; looked for once, so that comments without an end cost nothing more.
    last_comment_end: usize,
    /// The position up to which lines have been counted, and their number.
    counted: (usize, usize),
}

impl<'a> Pieces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let last_comment_end = text.rfind("-->").unwrap_or(0);
        let base = without_marks(text, 0);
        Self {
            text,
            reader: lenient(&text[base..]),
            base,
            end: text.len(),
            damaged: false,
            last_comment_end,
            counted: (0, 1),
        }
    }

    fn restart(&mut self, at: usize) {
        self.end = if self.damaged { next_outline(self.text, at + 1) } else { self.text.len() };
        self.base = without_marks(self.text, at).min(self.end);
        self.reader = lenient(&self.text[self.base..self.end]);
    }

    fn open(&mut self, tag: &'a str, at: usize) -> Piece<'a> {
        let inside = tag.trim_start_matches('<').trim_end();
        let inside = inside.strip_suffix('>').unwrap_or(inside);
        let (inside, empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let name = inside.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        Piece::Open { name, attributes: &inside[name.len()..], empty, line: self.line(at) }
    }

    /// The line of a position; positions only grow.
    fn line(&mut self, at: usize) -> usize {
        let (from, line) = self.counted;
        let passed = &self.text[from..at];
        let feeds = passed.bytes().filter(|byte| *byte == b'\n').count();
        // Old Macs ended lines with a lone carriage return.
        let lines = if feeds == 0 { passed.bytes().filter(|byte| *byte == b'\r').count() } else { feeds };
        self.counted = (at, line + lines);
        line + lines
    }

    /// A tag that nothing closes: it ends before the next outline. At the end of a file it is cut off, and half an
    /// address is worse than none.
    fn unclosed(&mut self, at: usize) -> Option<Piece<'a>> {
        self.damaged = true;
        let end = next_outline(self.text, at + 1);
        let tag = &self.text[at..end];
        self.restart(end);
        (end < self.text.len() || tag.trim_end().ends_with('>')).then(|| self.open(tag, at))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let start = self.base + self.reader.buffer_position() as usize;
            let event = self.reader.read_event();
            let now = self.base + self.reader.buffer_position() as usize;
            match event {
                Ok(Event::Eof) if self.end == self.text.len() => return None,
                Ok(Event::Eof) => self.restart(self.end),
                Ok(Event::Start(_) | Event::Empty(_)) => {
                    let cut = next_outline(&self.text[..now], start + 1);
                    if cut < now {
                        self.damaged = true;
                        self.restart(cut);
                    }
                    return Some(self.open(&self.text[start..cut], start));
                }
                Ok(Event::End(_)) => {
                    let name = self.text[start..now].trim_matches(['<', '/', '>']).trim();
                    return Some(Piece::Close { name });
                }
                Ok(Event::Text(_) | Event::GeneralRef(_)) => {
                    return Some(Piece::Text(Cow::Borrowed(&self.text[start..now])));
                }
                Ok(Event::CData(data)) => return Some(Piece::Text(minimal_escape(data.into_inner()))),
                Ok(_) => {}
                Err(quick_xml::Error::Syntax(
                    SyntaxError::UnclosedTag
                    | SyntaxError::UnclosedSingleQuotedAttributeValue
                    | SyntaxError::UnclosedDoubleQuotedAttributeValue,
                )) => {
                    if let Some(piece) = self.unclosed(start) {
                        return Some(piece);
                    }
                }
                Err(quick_xml::Error::Syntax(SyntaxError::UnclosedComment)) if start < self.last_comment_end => {
                    // It only seems unclosed, since the reader sees no more than one outline.
                    let close = self.text[start..].find("-->").map_or(self.text.len(), |close| start + close + 3);
                    self.restart(close);
                }
                Err(quick_xml::Error::Syntax(_)) => {
                    self.damaged = true;
                    self.restart(next_outline(self.text, start + 1));
                }
                // Ill-formed, but the reader has gone past it.
                Err(_) if now > start => {}
                Err(_) => self.restart(next_outline(self.text, start + 1)),
            }
        }
    }
}

/// Where the text goes on behind byte order marks, which the reader drops without counting their bytes.
fn without_marks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches('\u{feff}').len()
}

fn lenient(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

/// Where the next outline's tag, a comment or the end of the body begins, at `from` or after it; else the end.
fn next_outline(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let from = from.min(bytes.len());
    let starts = |at: &usize| {
        let tag = bytes[*at + 1..].strip_prefix(b"/").unwrap_or(&bytes[*at + 1..]);
        let is = |name: &[u8]| tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        is(b"outline") || is(b"body") || is(b"opml") || is(b"!--")
    };
    let less_than = bytes[from..].iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(at, _)| from + at);
    less_than.into_iter().find(starts).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Vec<(String, usize)> {
        Pieces::of(text)
            .filter_map(|piece| match piece {
                Piece::Open { attributes, line, .. } => Some((attributes.trim().to_owned(), line)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn damage_costs_no_other_outline() {
        for (text, expected) in [
            ("<outline a='1'/>\n<outline a='2'/>", vec![("a='1'", 1), ("a='2'", 2)]),
            ("<outline a=\"1/>\n<outline a=\"2\"/>", vec![("a=\"1", 1), ("a=\"2\"", 2)]),
            ("<outline a=\"5\" disk\"/>\n<outline a=\"2\"/>", vec![("a=\"5\" disk\"", 1), ("a=\"2\"", 2)]),
            ("<outline a='1' <outline a='2'/>", vec![("a='1'", 1), ("a='2'", 1)]),
            ("<outline a='1'/>\n<outline a='2", vec![("a='1'", 1)]),
            ("<outline a=\"1/><!-- <outline a='no'/> --><outline a='3'/>", vec![("a=\"1", 1), ("a='3'", 1)]),
            ("<!-- <outline a='1'/>", vec![("a='1'", 1)]),
            ("<!-- <outline a='no'/> --><outline a='3'/>", vec![("a='3'", 1)]),
            ("<![CDATA[ <outline a='1'/>", vec![("a='1'", 1)]),
            ("\r\r<outline a='1'/>", vec![("a='1'", 3)]),
            ("\u{feff}\u{feff}<outline a='1'/>", vec![("a='1'", 1)]),
            ("<outline a=\"1/><!-- <outline/> -->\u{feff}<outline a='2'/>", vec![("a=\"1", 1), ("a='2'", 1)]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(tag, line)| (tag.to_owned(), line)).collect();
            assert_eq!(opened(text), expected, "{text}");
        }
    }
}
