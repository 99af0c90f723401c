//! HTML from the network made safe to show, store and follow. [`SafeHtml`] is made here and nowhere else.
//!
//! Simple source goes the short way of `direct`. For all other, `bounds` first rewrites the source tag by tag, so that what reaches the HTML parser is small, flat and absolute;
//! then ammonia, which reads HTML as browsers do, keeps what is on its list. Ammonia has the last word, and `direct`
//! says what it would say.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use serde::{Deserialize, Serialize};
use url::Url;

use super::content::Content;
use super::mend::cut;
use super::pieces::{self, Piece};
use super::{bounds, direct, entity, flow, links};
use crate::model::Plain;

/// HTML without scripts, styles, frames, forms, event handlers, trackers, relative addresses, or characters that a
/// terminal obeys. Balanced, so that it can be read with a simple tokenizer. Never blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// For the store, which reads back what it was given. Nothing that came from anywhere else may go through here.
    pub fn from_stored(html: String) -> Self {
        Self(html)
    }

    /// Makes the HTML of a page safe, such as an article's; `None` if nothing of it is left to see. Relative addresses
    /// are relative to `base`, and go without one.
    pub fn of_page(source: &str, base: Option<&Url>) -> Option<Self> {
        sanitise(&Content::Html(source.to_owned()), base)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first words of [`Self::text`]: as many characters at least, if it has them, and not many more.
    pub fn beginning(&self, characters: usize) -> Plain {
        Plain::text(&flow::beginning(&self.0, characters))
    }

    /// Plain text, paragraphs separated by blank lines.
    pub fn text(&self) -> Plain {
        Plain::text(&flow::text(&self.0))
    }

    /// [`Self::text`] without listings and other code, for whoever looks for what it is about.
    pub fn prose(&self) -> Plain {
        Plain::text(&flow::prose(&self.0))
    }

    /// Tags and texts in order, for whoever lays it out.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        pieces::of(&self.0)
    }

    /// The address and the words of every link, in order, with repeats. Addresses are absolute; words may be empty.
    pub fn links(&self) -> Vec<(String, Plain)> {
        flow::links(&self.0).into_iter().map(|(address, words)| (address, Plain::line(&words))).collect()
    }
}

/// In order, to be searched.
const TAGS: [&str; 86] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "map",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Whether elements of that name, in lower case, are kept.
pub(super) fn is_allowed(name: &str) -> bool {
    TAGS.binary_search(&name).is_ok()
}

/// The name as the list has it, of an element however it is written.
pub(super) fn allowed(written: &str) -> Option<&'static str> {
    let mut lower = [0; LONGEST_TAG];
    let lower = lower.get_mut(..written.len())?;
    lower.copy_from_slice(written.as_bytes());
    lower.make_ascii_lowercase();
    TAGS.binary_search_by(|tag| tag.as_bytes().cmp(lower)).ok().map(|at| TAGS[at])
}

/// Bytes of the longest name on the list: blockquote, figcaption.
const LONGEST_TAG: usize = 10;

/// Whether an attribute, both names in lower case, is kept.
pub(super) fn is_allowed_attribute(element: &str, attribute: &str) -> bool {
    let own = ATTRIBUTES.binary_search_by_key(&element, |(element, _)| element).ok().map(|at| ATTRIBUTES[at].1);
    EVERYWHERE.contains(&attribute) || own.is_some_and(|own| own.contains(&attribute))
}

/// Attributes by their elements; addresses among them are resolved by `bounds` and checked by ammonia.
const ATTRIBUTES: [(&str, &[&str]); 18] = [
    ("a", &["href", "hreflang", "rel"]),
    ("area", &["alt", "coords", "href", "shape"]),
    ("audio", &["controls", "src"]),
    ("blockquote", &["cite"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("del", &["cite", "datetime"]),
    ("img", &["alt", "height", "src", "srcset", "width"]),
    ("ins", &["cite", "datetime"]),
    ("ol", &["reversed", "start"]),
    ("q", &["cite"]),
    ("source", &["src", "type"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("track", &["kind", "label", "src", "srclang"]),
    ("video", &["controls", "height", "poster", "src", "width"]),
];

/// Everywhere. `class` carries microformats (`u-in-reply-to`, `h-card`), `id` is where a footnote's number leads to.
const EVERYWHERE: [&str; 5] = ["class", "dir", "id", "lang", "title"];

static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style", "title"]))
        .tag_attributes(
            ATTRIBUTES
                .map(|(tag, attributes)| (tag, attributes.iter().copied().collect()))
                .into_iter()
                .collect::<HashMap<_, _>>(),
        )
        .generic_attributes(HashSet::from(EVERYWHERE))
        .url_schemes(HashSet::from(links::SCHEMES))
        // Whatever is relative after `bounds` has no base.
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    builder
});

/// Makes content safe; `None` if nothing of it is left to see. Relative addresses are relative to `base`, and go
/// without one.
pub(super) fn sanitise(content: &Content, base: Option<&Url>) -> Option<SafeHtml> {
    let html = match content {
        Content::Text(text) => escaped(text),
        Content::Html(source) if !source.contains(['<', '&']) => escaped(source),
        Content::Html(source) => {
            direct::clean(source, base).unwrap_or_else(|| ALLOWED.clean(&bounds::rewrite(source, base)).to_string())
        }
    };
    // Character references have brought back what was taken from the source.
    let html = if may_be_obeyed(&html) { String::from(Plain::text(&html)) } else { html };
    let trimmed = html.trim();
    let html = if trimmed.len() == html.len() { html } else { trimmed.to_owned() };
    (!html.is_empty()).then_some(SafeHtml(html))
}

/// Whether there may be something in a text that [`Plain::text`] would take out. A look at the bytes, since it is
/// asked of every text: controls, and the first bytes of those characters of which some are controls.
fn may_be_obeyed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let next = |at: usize, step: usize| bytes.get(at + step).copied().unwrap_or_default();
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'\n' | b'\t' | b' '..=b'~' => false,
        0..=0x1f | 0x7f | 0xf3 => true,
        0xc2 => next(at, 1) < 0xa0,
        // Marks, of which some are too many.
        0xcc => true,
        0xcd => next(at, 1) < 0xb0,
        0xe1 => next(at, 1) == 0xb7,
        0xe2 => match next(at, 1) {
            0x80 => matches!(next(at, 2), 0x8b..=0x8d | 0xaa..=0xae),
            0x81 => next(at, 2) >= 0xa0,
            0x83 => true,
            _ => false,
        },
        0xef => matches!(next(at, 1), 0xb8 | 0xbb | 0xbf),
        _ => false,
    })
}

/// Bytes of a text without markup; a novel has a million.
const LONGEST_TEXT: usize = 4 << 20;

fn escaped(text: &str) -> String {
    let text = cut(text, LONGEST_TEXT);
    let mut html = String::with_capacity(text.len());
    entity::escape_into(&mut html, text);
    html
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The long way.
    pub(in crate::feed) fn by_parser(source: &str, base: Option<&Url>) -> String {
        ALLOWED.clean(&bounds::rewrite(source, base)).to_string()
    }

    fn safe(source: &str) -> String {
        let base = Url::parse("http://example.org/d/").unwrap();
        sanitise(&Content::Html(source.to_owned()), Some(&base)).map(|html| html.0).unwrap_or_default()
    }

    #[test]
    fn the_list_can_be_searched() {
        assert!(TAGS.is_sorted());
        assert!(ATTRIBUTES.is_sorted_by_key(|(element, _)| element));
        assert_eq!(TAGS.iter().map(|tag| tag.len()).max(), Some(LONGEST_TAG));
        assert_eq!(
            (allowed("FigCaption"), allowed("script"), allowed("blockquotes")),
            (Some("figcaption"), None, None)
        );
    }

    #[test]
    fn only_what_is_on_the_list_comes_through() {
        for (source, html) in [
            ("<p>a</p><script>b</script>", "<p>a</p>"),
            ("<p onclick=x style='position:fixed' class=c>a</p>", "<p class=\"c\">a</p>"),
            ("<a href='java&Tab;script:x'>a</a>", "<a>a</a>"),
            ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
            (
                "<a href='/x'>a</a><img src=i.png>",
                "<a href=\"http://example.org/x\">a</a><img src=\"http://example.org/d/i.png\">",
            ),
            ("<img src=x onerror=y>", "<img src=\"http://example.org/d/x\">"),
            ("<iframe src=x>a</iframe><form><input>b</form>", "ab"),
            ("<svg onload=x><style>y</style><desc>a</desc></svg><math><mi>b</mi></math>", "ab"),
            (
                "<noscript><p title=\"</noscript><img src=x onerror=y>\">a</p></noscript>",
                "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=y&gt;\">a</p>",
            ),
            ("<base href='http://evil.example/'><a href=x>a</a>", "<a href=\"http://example.org/d/x\">a</a>"),
            ("a<plaintext><img src=x onerror=y>", "a<img src=\"http://example.org/d/x\">"),
            ("a &#27;[31m &#x202e;b", "a [31m b"),
            ("<p>a<b>b", "<p>a<b>b</b></p>"),
            ("<img src='http://t.example/p.gif' width=1 height=1>", ""),
            ("<img src='http://t.example/p.gif' style='width: 1px; height:1px'>", ""),
            ("<img src='http://t.example/p.gif' style='display:none'>", ""),
            ("<img src=x style='width:1px !important;height:1.0px'><img src=x width=01 height=0>", ""),
            ("<img src=x hidden><img src=x style='opacity:0'><img src='https://pixel.wp.com/b.gif?v=1'>", ""),
            ("<img src=x width=1>", "<img src=\"http://example.org/d/x\" width=\"1\">"),
            ("if a < b &amp;&amp; c", "if a &lt; b &amp;&amp; c"),
            (" <!-- a --> ", ""),
        ] {
            assert_eq!(safe(source), html, "{source}");
        }
    }

    #[test]
    fn relative_addresses_without_a_base_go() {
        let html = sanitise(&Content::Html("<a href=x>a</a><img src=y alt=z>".to_owned()), None).unwrap();
        assert_eq!(html.as_str(), "<a>a</a><img alt=\"z\">");
    }

    #[test]
    fn text_becomes_html_that_reads_the_same() {
        let html = sanitise(&Content::Text("a < b & c".to_owned()), None).unwrap();
        assert_eq!(html.as_str(), "a &lt; b &amp; c");
        assert_eq!(html.text().as_str(), "a < b & c");
    }

    #[test]
    fn links_are_listed_with_their_words() {
        let html = SafeHtml(safe("<p><a href='x?a&amp;b'>one <b>two</b></a> <a>three</a></p>"));
        assert_eq!(html.links(), [("http://example.org/d/x?a&b".to_owned(), Plain::line("one two"))]);
    }
    proptest! {
        #[test]
        fn a_look_at_the_bytes_misses_nothing_that_is_obeyed(text in "[\\PC\\u{0}-\\u{ff}\\u{300}-\\u{370}\\u{1dc0}-\\u{1dff}\\u{2000}-\\u{2070}\\u{20d0}-\\u{20ff}\\u{fe00}-\\u{fe0f}\\u{feff}\\u{fff0}-\\u{ffff}\\u{e0000}-\\u{e0200}]{0,8}") {
            prop_assert!(may_be_obeyed(&text) || Plain::text(&text).as_str() == text);
        }
    }
}
