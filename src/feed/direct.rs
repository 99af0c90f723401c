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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::feed::sanitise::tests::by_parser;

    fn base() -> Url {
        Url::parse("http://example.org/d/").unwrap()
    }

    #[test]
    fn most_posts_are_simple() {
        for source in [
            "<p>One <b>two</b> <a href='x?a&amp;b'>three</a>.</p>\n<pre><code>a &lt; b &amp;&amp; c</code></pre>",
            "<ul>\n<li>one</li><li><p>two &nbsp;&hellip; &#8217;s</p></li></ul><hr/><img src=a.png alt='\"x\"'>",
            "<div><h2 id=x>T & U</h2><blockquote><p>q</p></blockquote><!-- c --><script>x</script></div>",
            "<P CLASS=a>x</P><o:p>y</o:p><iframe src=z></iframe>",
            "plain é text, and <em>an end that is missing",
            "<dl><dt>a</dt><dd>b</dd></dl><figure><img src='/x'><figcaption>y</figcaption></figure>",
        ] {
            assert_eq!(clean(source, Some(&base())), Some(by_parser(source, Some(&base()))), "{source}");
        }
    }

    #[test]
    fn what_parsers_have_rules_for_is_left_to_one() {
        for source in [
            "<p>a<p>b",
            "<p><div>a</div></p>",
            "<b>a<i>b</b>c</i>",
            "<a href=x>a<a href=y>b</a>",
            "<table><tr><td>a</table>",
            "<li>a",
            "a &copy b",
            "a &#146; b",
            "a&b",
            "<pre>\na</pre>",
            "a\rb",
            "</p>",
            "<br></br>",
            "<h1><h2>a</h2></h1>",
            "<a href='mailto:x@example.org'>x</a>",
            "<a rel=a rel=b>x</a>",
            "\u{feff}a",
        ] {
            assert_eq!(clean(source, Some(&base())), None, "{source}");
        }
    }

    /// Pieces of source, of which many are traps.
    fn piece() -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec![
            "p",
            "div",
            "b",
            "i",
            "em",
            "a",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "pre",
            "code",
            "h1",
            "h2",
            "span",
            "blockquote",
            "table",
            "tr",
            "td",
            "br",
            "hr",
            "img",
            "svg",
            "math",
            "style",
            "script",
            "title",
            "textarea",
            "template",
            "noscript",
            "select",
            "option",
            "nobr",
            "ruby",
            "rt",
            "video",
            "source",
            "details",
            "summary",
            "form",
            "button",
            "iframe",
            "P",
            "section",
            "font",
            "dir",
            "center",
            "body",
            "html",
            "image",
            "plaintext",
        ]);
        let attribute = prop::sample::select(vec![
            "",
            " class=x",
            " class='a\u{a0}b'",
            " href=x",
            " href='javascript:x'",
            " href=\"http://e.example/?a&b=<\"",
            " title='<b>\"'",
            " onclick=x",
            " style='x'",
            " src=i.png",
            " CLASS=y",
            " srcset='a 1x, /b 2x'",
            " width=1",
            " height=1",
            " href=mailto:a@b.example",
            " alt='&amp;&eacute;&copy'",
            " lang=\"a\nb\"",
            " id=a",
            " /",
            " href='x' href='y'",
            " xlink:href=x",
            " dir",
            " title=\"a\rb\"",
        ]);
        let text = prop::sample::select(vec![
            "x",
            " ",
            "\n",
            "a b",
            "&amp;",
            "&lt;",
            "&nbsp;",
            "\u{a0}",
            "é",
            "&eacute;",
            "&copy",
            "&#39;",
            "&#146;",
            "&#x26;",
            "&#60;",
            "&",
            "& ",
            "&&",
            "<",
            ">",
            "\"",
            "1 < 2",
            "</",
            "<!",
            "<!-- c -->",
            "<![CDATA[x]]>",
            "&#0;",
            "\r",
            "\0",
            "\u{85}",
            "&NotEqualTilde;",
            "&#xD800;",
            "&notin;",
            "&not",
            ";",
            "amp;",
            "日本",
            "&#10;",
            "\u{feff}",
            "<?php x ?>",
            "&#128;",
            "&Tab;",
            "&NewLine;",
        ]);
        prop_oneof![
            3 => (name.clone(), attribute.clone(), attribute).prop_map(|(name, a, b)| format!("<{name}{a}{b}>")),
            3 => name.prop_map(|name| format!("</{name}>")),
            4 => text.prop_map(str::to_owned),
        ]
    }

    /// Source that nests properly, most of the time.
    fn nested() -> impl Strategy<Value = String> {
        let leaf = prop::collection::vec(piece(), 0..3).prop_map(|pieces| pieces.concat());
        let text = prop::sample::select(vec!["x", " y ", "&amp;", "é\u{a0}", "<br>", "<img src=a alt=b>", "\n"]);
        let leaf = prop_oneof![1 => leaf, 9 => text.prop_map(str::to_owned)];
        let names = vec![
            "p",
            "div",
            "b",
            "em",
            "a href=x",
            "ul",
            "li",
            "pre",
            "code",
            "h2",
            "blockquote",
            "span class=c",
            "dl",
            "dd",
            "dt",
            "ol",
            "section",
            "q cite=x",
            "td",
            "tr",
            "table",
            "figure",
            "i",
            "audio src=y",
            "small",
            "font",
        ];
        leaf.prop_recursive(8, 60, 6, move |inner| {
            (prop::sample::select(names.clone()), prop::collection::vec(inner, 0..6)).prop_map(|(tag, inner)| {
                let name = tag.split(' ').next().unwrap_or_default();
                format!("<{tag}>{}</{name}>", inner.concat())
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_what_the_parser_would_write(pieces in prop::collection::vec(piece(), 0..12)) {
            let source = pieces.concat();
            if let Some(html) = clean(&source, Some(&base())) {
                prop_assert_eq!(html, by_parser(&source, Some(&base())));
            }
        }

        #[test]
        fn also_where_tags_nest(parts in prop::collection::vec(nested(), 1..4)) {
            let source = parts.concat();
            if let Some(html) = clean(&source, None) {
                prop_assert_eq!(html, by_parser(&source, None));
            }
        }
    }
}
