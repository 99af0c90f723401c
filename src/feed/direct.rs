//! The short way from HTML source to safe HTML, for source that is as simple as most posts are.
//!
//! Reading HTML as browsers do takes a parser that makes a tree, and most of the time that a refresh has. Where all tags
//! nest properly and none of the parser's special rules applies (text in tables, a block in a paragraph, a link in a
//! link, references without their semicolon), parsing and writing out again changes nothing. [`clean`] writes such
//! source in one pass, with the same lists, and gives up at the first thing that is not plainly simple. Whatever it
//! gives up on goes through `bounds` and ammonia.
//!
//! It is safe by itself: every tag and attribute that it writes is on the list and written by it, every address was
//! resolved, every character that could begin something is escaped. A property test holds it to what ammonia makes of
//! the same source, byte for byte.

use url::Url;

use super::bounds;
use super::entity;
use super::flow::UNREAD;
use super::markup::{Dialect, Tag, Token, Tokens};
use super::sanitise::{allowed, is_allowed_attribute};

/// Elements that stand in each other. `bounds` and the parser have rules for more than theirs.
const DEEPEST: usize = 40;
/// Tags; with all formatting that can be open, well below the nodes that `bounds` lets through.
const MOST_TAGS: usize = 5_000;
/// Bytes of source and of what is written, and of text without a tag. All below where `bounds` cuts.
const LONGEST_SOURCE: usize = 128 << 10;
const LONGEST: usize = 256 << 10;
const LONGEST_RUN: usize = 4 * 1024;

/// What the parser does at a start tag besides making the element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ends an open paragraph.
    Block,
    /// A block that ends another one of its kind.
    Heading,
    /// A block, and a line feed right behind its tag is not part of it.
    Preformatted,
    /// A block that ends the one before it unless its parent is a list.
    Item,
    /// The same with `<dl>`.
    Term,
    /// Ends another of its name (`<a>`), or is counted (`<b>`).
    Formatting,
    /// Nothing.
    Phrase,
    /// Has no content.
    Void,
    /// Both.
    Rule,
}

/// `None` for elements that have rules of their own: tables and ruby.
fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "dir" | "div" | "dl" | "figcaption"
        | "figure" | "footer" | "header" | "hgroup" | "main" | "nav" | "ol" | "p" | "section" | "summary" | "ul" => {
            Kind::Block
        }
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
        "pre" => Kind::Preformatted,
        "li" => Kind::Item,
        "dd" | "dt" => Kind::Term,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "s" | "small" | "strike" | "strong" | "tt" | "u" => {
            Kind::Formatting
        }
        "abbr" | "acronym" | "audio" | "bdi" | "bdo" | "cite" | "data" | "del" | "dfn" | "ins" | "kbd" | "map"
        | "mark" | "picture" | "q" | "samp" | "span" | "sub" | "sup" | "time" | "var" | "video" => Kind::Phrase,
        "area" | "br" | "img" | "source" | "track" | "wbr" => Kind::Void,
        "hr" => Kind::Rule,
        _ => return None,
    })
}

/// Safe HTML of simple source; relative addresses are relative to `base`. `None` if the source is not simple.
pub(super) fn clean(source: &str, base: Option<&Url>) -> Option<String> {
    if source.len() > LONGEST_SOURCE {
        return None;
    }
    let mut writer = Writer {
        html: String::with_capacity(source.len() + source.len() / 16),
        open: Vec::new(),
        tags: 0,
        behind_pre: false,
        base,
    };
    let mut tokens = Tokens::new(source, Dialect::Html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) | Token::Verbatim(text) => writer.text(text)?,
            Token::Open(tag) => match UNREAD.iter().find(|unread| tag.name.eq_ignore_ascii_case(unread)) {
                Some(unread) => tokens.skip_past_end_of(unread),
                None => writer.start(&tag)?,
            },
            Token::Close(name) => writer.end(name)?,
        }
        if writer.html.len() > LONGEST {
            return None;
        }
    }
    for name in writer.open.into_iter().rev() {
        end_tag(&mut writer.html, name);
    }
    Some(writer.html)
}

struct Writer<'a> {
    html: String,
    open: Vec<&'static str>,
    tags: usize,
    /// Whether the last thing written is `<pre>`.
    behind_pre: bool,
    base: Option<&'a Url>,
}

impl Writer<'_> {
    fn start(&mut self, tag: &Tag) -> Option<()> {
        let Some(name) = allowed(tag.name) else { return Some(()) };
        let kind = kind(name)?;
        self.tags += 1;
        if self.tags > MOST_TAGS || self.open.len() >= DEEPEST {
            return None;
        }
        if bounds::is_pixel(name, tag) {
            return Some(());
        }
        let parent = self.open.last().copied();
        let simple = match kind {
            Kind::Phrase | Kind::Void => true,
            Kind::Formatting => !self.open.contains(&name),
            _ if self.open.contains(&"p") => false,
            Kind::Heading => !self.open.iter().any(|open| self::kind(open) == Some(Kind::Heading)),
            Kind::Item => matches!(parent, Some("ul" | "ol")),
            Kind::Term => parent == Some("dl"),
            Kind::Block | Kind::Preformatted | Kind::Rule => true,
        };
        if !simple {
            return None;
        }
        self.html.push('<');
        self.html.push_str(name);
        self.attributes(name, tag)?;
        self.html.push('>');
        if !matches!(kind, Kind::Void | Kind::Rule) {
            self.open.push(name);
        }
        self.behind_pre = kind == Kind::Preformatted;
        Some(())
    }

    fn attributes(&mut self, element: &str, tag: &Tag) -> Option<()> {
        for (at, (written_name, written)) in tag.attributes.iter().enumerate() {
            let name = lower_case(written_name)?;
            let name = name.as_str();
            if !is_allowed_attribute(element, name) {
                continue;
            }
            // Of attributes that repeat, only the first that can be kept counts; which that is, is the parser's business.
            if tag.attributes[..at].iter().any(|(before, _)| before.eq_ignore_ascii_case(name)) {
                return None;
            }
            let Some(value) = bounds::value(name, written, self.base) else { continue };
            if bounds::is_address(name) && !value.starts_with("http://") && !value.starts_with("https://") {
                return None;
            }
            if value.bytes().any(|b| b < b' ' && b != b'\n' && b != b'\t') {
                return None;
            }
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            escape(&mut self.html, &value, true);
            self.html.push('"');
        }
        Some(())
    }

    fn end(&mut self, written: &str) -> Option<()> {
        match self.open.last() {
            Some(last) if last.eq_ignore_ascii_case(written) => {
                end_tag(&mut self.html, last);
                self.open.pop();
                self.behind_pre = false;
                Some(())
            }
            // Tags that go had no effect on what stays, unless the parser knows them.
            _ if allowed(written).is_none() && !bounds::is_closed_by_others(written) => Some(()),
            _ => None,
        }
    }

    /// Writes text with its references read, as far as everybody reads them alike.
    fn text(&mut self, text: &str) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        let begin = self.html.len();
        // The parser drops a byte-order mark that all begins with.
        if text.len() > LONGEST_RUN || (begin == 0 && text.starts_with('\u{feff}')) {
            return None;
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(is_special) {
            self.html.push_str(&rest[..at]);
            let behind = rest.get(at + 1..);
            rest = match (rest.as_bytes()[at], behind) {
                (b'<', Some(behind)) => {
                    self.html.push_str("&lt;");
                    behind
                }
                (b'>', Some(behind)) => {
                    self.html.push_str("&gt;");
                    behind
                }
                (b'&', Some(behind)) if behind.starts_with([' ', '\n', '\t']) => {
                    self.html.push_str("&amp;");
                    behind
                }
                (b'&', Some(behind)) => {
                    let (length, replacement) = entity::plain_reference(behind)?;
                    escape(&mut self.html, &replacement, false);
                    &behind[length..]
                }
                (NO_BREAK_SPACE, _) => {
                    let (character, behind) = rest[at..].split_at(2);
                    self.html.push_str(if character == "\u{a0}" { "&nbsp;" } else { character });
                    behind
                }
                _ => return None,
            };
        }
        self.html.push_str(rest);
        if std::mem::take(&mut self.behind_pre) && self.html[begin..].starts_with('\n') {
            return None;
        }
        Some(())
    }
}

/// What is not copied as it is: markup, the first byte of a no-break space, and controls.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'&' | NO_BREAK_SPACE | 0x7f) || (byte < b' ' && byte != b'\n' && byte != b'\t')
}

/// The first byte of U+00A0, and of other characters of two bytes.
const NO_BREAK_SPACE: u8 = 0xc2;

/// As the parser's serializer escapes (HTML, 13.3, and `<` and `>` in attributes too).
fn escape(html: &mut String, text: &str, in_attribute: bool) {
    let mut rest = text;
    let special = |b: u8| matches!(b, b'<' | b'>' | b'&' | NO_BREAK_SPACE) || (in_attribute && b == b'"');
    while let Some(at) = rest.bytes().position(special) {
        html.push_str(&rest[..at]);
        let (replacement, length) = match rest.as_bytes()[at] {
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'&' => ("&amp;", 1),
            b'"' => ("&quot;", 1),
            _ if rest[at..].starts_with('\u{a0}') => ("&nbsp;", 2),
            _ => (&rest[at..at + 2], 2),
        };
        html.push_str(replacement);
        rest = &rest[at + length..];
    }
    html.push_str(rest);
}

fn end_tag(html: &mut String, name: &str) {
    html.push_str("</");
    html.push_str(name);
    html.push('>');
}

/// The name of an attribute in lower case, without an allocation; `None` if it is longer than any that is kept, or
/// has letters that have no place in one.
fn lower_case(name: &str) -> Option<Short> {
    let mut short = Short { bytes: [0; 16], length: name.len().min(16) };
    if name.len() > 16 || !name.is_ascii() {
        // No such attribute is on the list.
        short.length = 0;
        return Some(short);
    }
    short.bytes[..name.len()].copy_from_slice(name.as_bytes());
    short.bytes.make_ascii_lowercase();
    Some(short)
}

struct Short {
    bytes: [u8; 16],
    length: usize,
}

impl Short {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
