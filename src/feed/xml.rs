//! The text of an XML feed to elements: one tree for each entry as it ends, and one for all the rest.
//!
//! End tags close what they name and whatever was left open in it; one that names nothing is passed over. What is still
//! open when the text ends was cut off: the feed is kept and the entry is not, because its id may be half an id.

use std::borrow::Cow;
use std::rc::Rc;

use url::Url;

use super::entity;
use super::markup::{Dialect, Tag, Token, Tokens};
use super::mend::{cut, mend};
use super::names::{Scope, local};
use super::tree::{Element, Node, VOID};
use super::{FeedError, FeedKind};
use crate::model::Plain;

/// Elements may stand this deep; the tags of those further down are left out, and their text stays.
const DEEPEST: usize = 200;
/// Elements in one entry, and elements outside of any.
const MOST_IN_ENTRY: usize = 50_000;
const MOST_OUTSIDE: usize = 20_000;
const MOST_ENTRIES: usize = 50_000;
/// Bytes of text in one run; what is behind them is not read.
const LONGEST_TEXT: usize = 16 << 20;

/// What PHP and its like print before a document that they have trouble with.
const JUNK_BEFORE_ROOT: [&str; 10] = ["b", "br", "code", "font", "hr", "i", "p", "pre", "small", "strong"];
/// Bytes of that.
const JUNK_WITHIN: usize = 64 * 1024;
/// What a web page begins with.
const PAGE: [&str; 5] = ["html", "head", "body", "meta", "title"];
const HTML: [&str; 12] =
    ["html", "head", "body", "title", "meta", "script", "div", "table", "center", "span", "link", "noscript"];

/// Fields that hold text, and what never stands in one of them: where it does, somebody forgot to close the former.
const LEAVES: [&str; 9] = ["title", "link", "guid", "id", "pubdate", "published", "updated", "category", "comments"];
const FIELDS: [&str; 13] = [
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "published",
    "updated",
    "category",
    "comments",
    "description",
    "summary",
    "content",
    "enclosure",
];

/// What an XML feed holds besides its entries.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) kind: FeedKind,
    pub(super) root: Element,
    pub(super) mended: Mended,
}

/// What was wrong with the structure, with the byte of the text at which it was first met.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mended {
    /// Elements that something else closed.
    pub(super) left_open: Tally,
    /// End tags that close nothing.
    pub(super) stray_ends: Tally,
    /// Elements that were still open when the text ended.
    pub(super) cut_off: Tally,
    /// An entry was among those, and is left out.
    pub(super) entry_lost: bool,
    /// Elements beyond what is kept.
    pub(super) too_many: Tally,
}

/// How often something was met, and where first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) count: usize,
    pub(super) first: usize,
}

impl Tally {
    pub(super) fn add(&mut self, count: usize, at: usize) {
        if self.count == 0 {
            self.first = at;
        }
        self.count += count;
    }
}

struct Open<'a> {
    written: &'a str,
    element: Element,
    mark: usize,
}

struct Reader<'a> {
    scope: Scope,
    open: Vec<Open<'a>>,
    kind: Option<FeedKind>,
    root: Option<Element>,
    elements_in_entry: usize,
    elements_outside: usize,
    entries: usize,
    base: Option<Rc<Url>>,
    /// Bytes of the text before the token at hand.
    at: usize,
    mended: Mended,
}

/// Where in a text that begins with something else a feed begins: its root behind what a program printed before it. None
/// in a web page, in which a feed's root is an example or part of a script.
pub(super) fn start(text: &str) -> Option<usize> {
    let page = |tag: &Tag| PAGE.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
    match Tokens::new(text, Dialect::Xml).find(|token| matches!(token, Token::Open(_))) {
        Some(Token::Open(tag)) if !page(&tag) => {}
        _ => return None,
    }
    let opens = text.match_indices('<').map(|(at, _)| (at, &text.as_bytes()[at + 1..]));
    let mut opens = opens.filter(|(at, _)| *at <= JUNK_WITHIN);
    let is_root = |rest: &[u8], name: &str| {
        rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_some_and(|b| b.is_ascii_whitespace() || *b == b'>')
    };
    opens.find(|(_, rest)| ["rss", "feed", "rdf:rdf"].iter().any(|name| is_root(rest, name))).map(|(at, _)| at)
}

/// Reads a document whose address is `base`. Gives each entry to `on_entry` as soon as it is whole, with the elements
/// that it stands in, as far as they have been read.
pub(super) fn read(
    text: &str,
    base: Option<&Url>,
    mut on_entry: impl FnMut(Element, &[&Element]),
) -> Result<Outline, FeedError> {
    let mut reader = Reader {
        scope: Scope::default(),
        open: Vec::new(),
        kind: None,
        root: None,
        elements_in_entry: 0,
        elements_outside: 0,
        entries: 0,
        base: base.cloned().map(Rc::new),
        at: 0,
        mended: Mended::default(),
    };
    let mut tokens = Tokens::new(text, Dialect::Xml);
    loop {
        reader.at = tokens.at();
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Text(text) => reader.text(text, true),
            Token::Verbatim(text) => reader.text(text, false),
            Token::Open(tag) => reader.start(tag, &mut on_entry)?,
            Token::Close(name) => reader.end(name, &mut on_entry),
        }
        if reader.root.is_some() {
            break;
        }
    }
    reader.finish()
}

impl<'a> Reader<'a> {
    fn start(&mut self, tag: Tag<'a>, on_entry: &mut impl FnMut(Element, &[&Element])) -> Result<(), FeedError> {
        let mark = self.scope.mark();
        for (name, value) in &tag.attributes {
            if name.len() >= 5 && name.as_bytes()[..5].eq_ignore_ascii_case(b"xmlns") {
                self.scope.declare(&name.to_ascii_lowercase(), &entity::decode(value));
            }
        }
        if self.kind.is_none() {
            let Some((kind, prefix)) = root_kind(tag.name)? else {
                self.scope.leave(mark);
                return Ok(());
            };
            self.kind = Some(kind);
            self.scope.set_root(&tag.name.to_ascii_lowercase(), prefix);
        }
        let name = self.scope.element(tag.name);
        if is_entry(&name) {
            self.close_entry(on_entry);
            self.elements_in_entry = 0;
        }
        if self.open.last().is_some_and(|open| is_field(&open.element.name, &LEAVES)) && is_field(&name, &FIELDS) {
            self.mended.left_open.add(1, self.at);
            self.close_last(on_entry);
        }
        if !self.has_room() {
            self.mended.too_many.add(1, self.at);
            self.scope.leave(mark);
            return Ok(());
        }
        let attributes = tag.attributes.iter().filter(|(name, _)| !name.to_ascii_lowercase().starts_with("xmlns"));
        let attributes = attributes
            .map(|(name, value)| (self.scope.attribute(name), mend(entity::decode(value).into_owned())))
            .collect();
        let mut element = Element { name, attributes, nodes: Vec::new(), base: None };
        let base = self.open.last().map_or(&self.base, |open| &open.element.base);
        element.base = match element.attribute("xml:base") {
            Some(own) => join(base.as_deref(), own).map(Rc::new).or_else(|| base.clone()),
            None => base.clone(),
        };
        let void = tag.closed || VOID.contains(&local(&element.name));
        self.open.push(Open { written: tag.name, element, mark });
        if void {
            self.close_last(on_entry);
        }
        Ok(())
    }

    /// Whether one more element is within the bounds; counts it.
    fn has_room(&mut self) -> bool {
        let (count, most) = if self.entry_depth().is_some() {
            (&mut self.elements_in_entry, MOST_IN_ENTRY)
        } else {
            (&mut self.elements_outside, MOST_OUTSIDE + 2 * self.entries.min(MOST_ENTRIES))
        };
        *count += 1;
        *count <= most && self.open.len() < DEEPEST
    }

    fn entry_depth(&self) -> Option<usize> {
        self.open.iter().take(8).position(|open| is_entry(&open.element.name))
    }

    /// Ends an entry that was left open when the next one starts.
    fn close_entry(&mut self, on_entry: &mut impl FnMut(Element, &[&Element])) {
        if let Some(depth) = self.entry_depth() {
            self.mended.left_open.add(self.open.len() - depth, self.at);
            while self.open.len() > depth {
                self.close_last(on_entry);
            }
        }
    }

    fn end(&mut self, written: &str, on_entry: &mut impl FnMut(Element, &[&Element])) {
        if let Some(depth) = self.open.iter().rposition(|open| open.written.eq_ignore_ascii_case(written)) {
            if self.open.len() > depth + 1 {
                self.mended.left_open.add(self.open.len() - depth - 1, self.at);
            }
            while self.open.len() > depth {
                self.close_last(on_entry);
            }
        } else if self.kind.is_some() && !VOID.contains(&local(written)) {
            self.mended.stray_ends.add(1, self.at);
        }
    }

    fn close_last(&mut self, on_entry: &mut impl FnMut(Element, &[&Element])) {
        let Some(Open { element, mark, .. }) = self.open.pop() else { return };
        self.scope.leave(mark);
        let mut element = element;
        for node in &mut element.nodes {
            if let Node::Text(text) = node {
                *text = mend(std::mem::take(text));
            }
        }
        if is_entry(&element.name) && self.entry_depth().is_none() {
            self.entries += 1;
            if self.entries <= MOST_ENTRIES {
                let around: Vec<&Element> = self.open.iter().map(|open| &open.element).collect();
                on_entry(element, &around);
            }
            if self.open.is_empty() {
                // An entry document (RFC 4287, 2): the entry is all there is.
                self.root = Some(Element::default());
            }
            return;
        }
        match self.open.last_mut() {
            Some(parent) => parent.element.nodes.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str, references: bool) {
        let Some(open) = self.open.last_mut() else { return };
        if is_container(&open.element.name) {
            return;
        }
        let text = if references { entity::decode(text) } else { Cow::Borrowed(text) };
        match open.element.nodes.last_mut() {
            Some(Node::Text(before)) => push_bounded(before, &text),
            _ => open.element.nodes.push(Node::Text(match text {
                // What was decoded is ours already; most texts are one run.
                Cow::Owned(text) if text.len() <= LONGEST_TEXT => text,
                text => cut(&text, LONGEST_TEXT).to_owned(),
            })),
        }
    }

    fn finish(mut self) -> Result<Outline, FeedError> {
        if !self.open.is_empty() {
            self.mended.cut_off.add(self.open.len(), self.at);
        }
        if let Some(depth) = self.entry_depth() {
            self.mended.entry_lost = true;
            self.open.truncate(depth);
        }
        // What is left around the cut is only containers and, in the feed's head, half an element.
        while self.open.len() > 1 && self.open.last().is_some_and(|open| !is_container(&open.element.name)) {
            self.open.pop();
        }
        while self.root.is_none() && !self.open.is_empty() {
            self.close_last(&mut |_, _| {});
        }
        match (self.kind, self.root) {
            (Some(kind), Some(root)) => Ok(Outline { kind, root, mended: self.mended }),
            _ => Err(FeedError::NotAFeed { looks_like_html: false, found: None }),
        }
    }
}

fn push_bounded(text: &mut String, more: &str) {
    let room = LONGEST_TEXT.saturating_sub(text.len());
    text.push_str(cut(more, room));
}

/// The format that a root stands for and the prefix of its names. `None` for junk before the root.
fn root_kind(written: &str) -> Result<Option<(FeedKind, &'static str)>, FeedError> {
    let name = local(written).to_ascii_lowercase();
    match &*name {
        "rss" | "channel" => Ok(Some((FeedKind::Rss, ""))),
        "rdf" => Ok(Some((FeedKind::Rdf, ""))),
        "feed" | "entry" => Ok(Some((FeedKind::Atom, "atom"))),
        junk if JUNK_BEFORE_ROOT.contains(&junk) => Ok(None),
        html => Err(FeedError::NotAFeed { looks_like_html: HTML.contains(&html), found: Some(Plain::line(written)) }),
    }
}

fn is_entry(name: &str) -> bool {
    matches!(name, "item" | "atom:entry")
}

/// Whether a name is one of the format's own of that list.
fn is_field(name: &str, fields: &[&str]) -> bool {
    fields.contains(&name.strip_prefix("atom:").unwrap_or(name))
}

/// Elements that hold others and no text of their own.
fn is_container(name: &str) -> bool {
    matches!(name, "rss" | "channel" | "rdf:rdf" | "rdf" | "atom:feed" | "item" | "atom:entry")
}

/// An address in a document, made absolute.
fn join(base: Option<&Url>, address: &str) -> Option<Url> {
    match base {
        Some(base) => base.join(address).ok(),
        None => Url::parse(address).ok(),
    }
    .filter(|url| !url.cannot_be_a_base())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The titles of the entries, and the feed's.
    fn titles(text: &str) -> (Vec<String>, Option<String>) {
        let mut titles = Vec::new();
        let outline =
            read(text, None, |entry, _| titles.push(entry.first_text(&["title", "atom:title"]).unwrap_or_default()));
        let root = outline.unwrap().root;
        let channel = root.child("channel").cloned().unwrap_or(root);
        (titles, channel.first_text(&["title", "atom:title"]))
    }

    #[test]
    fn a_feed_keeps_its_whole_entries_however_it_is_broken() {
        for (text, expected) in [
            ("<rss><channel><title>T</title><item><title>1</title></item></channel></rss>", vec!["1"]),
            ("<rss><channel><title>T</title><item><title>1</title></item><item><title>2</ti", vec!["1"]),
            ("<rss><channel><title>T</title><item><title>1</title><item><title>2</title></item>", vec!["1", "2"]),
            ("<rss><channel><title>T<item><title>1<guid>x</guid></item></channel></rss>", vec!["1"]),
            ("<RSS><Channel><Title>T</title><ITEM><title>1</TITLE></item></channel></rss>", vec!["1"]),
            ("<rss><channel><title>T</title><item><title>1<br>2</title></item></channel></rss>", vec!["12"]),
            ("<rss><channel><title>T</title><item><title>V<T> x</title></item></channel></rss>", vec!["V x"]),
            ("<rss><channel><title>T</title></channel><item><title>1</title></item></rss>", vec!["1"]),
            ("<b>Warning</b>: x in <b>y</b><rss><channel><title>T</title><item/></channel></rss>", vec![""]),
            ("<feed><title>T</title><entry><title>1</title></entry></feed><feed><entry/></feed>", vec!["1"]),
            ("<rss><channel><title>T</title><item><title>1</title></item></wrong></channel>", vec!["1"]),
        ] {
            let (titles, feed) = titles(text);
            assert_eq!(titles, expected, "{text}");
            assert_eq!(feed.as_deref(), Some("T"), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded_and_text_survives() {
        let deep = format!("<rss><channel><item><title>{}x{}</title></item>", "<a>".repeat(9999), "</a>".repeat(9999));
        assert_eq!(titles(&deep).0, ["x"]);
    }

    #[test]
    fn a_web_page_is_told_from_other_documents() {
        for (text, html) in
            [("<!doctype html><html><head>", true), ("<urlset><url/></urlset>", false), ("words", false)]
        {
            let error = read(text, None, |_, _| {}).unwrap_err();
            assert!(matches!(error, FeedError::NotAFeed { looks_like_html, .. } if looks_like_html == html), "{text}");
        }
    }

    #[test]
    fn bases_stack_and_bad_ones_are_passed_over() {
        let text = r#"<feed xml:base="http://example.org/a/"><entry xml:base="b/"><title xml:base="http://[">x</title></entry>"#;
        let mut base = None;
        let _ = read(text, None, |entry, _| base = entry.child("atom:title").and_then(|title| title.base.clone()));
        assert_eq!(base.unwrap().as_str(), "http://example.org/a/b/");
    }
}
