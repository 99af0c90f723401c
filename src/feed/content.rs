//! What a text element holds: plain text or HTML, by the rules of its format; and one plain line of either.
//!
//! RSS has HTML in everything and says it nowhere. Atom 1.0 has a `type` (RFC 4287, 3.1), Atom 0.3 a media type and a
//! `mode`. Feeds that say "text" and put elements in it mean those elements.

use data_encoding::BASE64;

use super::mend::cut;
use super::tree::Element;
use super::{entity, flow, markup};
use crate::model::Plain;

/// Bytes of a title, name or label; nobody reads a longer one.
const LONGEST_LINE: usize = 2048;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text(String),
    /// As the feed has it: not to be trusted.
    Html(String),
}

/// Reads a text element of any vocabulary; `None` if there is nothing in it.
pub(super) fn of(element: &Element) -> Option<Content> {
    let content = match element.name.split_once(':') {
        Some(("atom", _)) => of_atom(element),
        Some(("source", "markdown")) => Content::Text(element.text()),
        Some(("media", _)) if element.attribute("type") == Some("plain") => Content::Text(element.text()),
        Some(("xhtml", _)) => Content::Html(element.inner_html(true)),
        // What was written as elements is XHTML, whose text is text; else the text is HTML source.
        _ => Content::Html(element.inner_html(element.has_children() && !element.holds_escaped_markup())),
    };
    let content = match content {
        Content::Html(html) => Content::Html(without_wrapping(html)),
        text => text,
    };
    match &content {
        Content::Text(text) | Content::Html(text) if text.trim().is_empty() => None,
        _ => Some(content),
    }
}

/// HTML without a CDATA section around it, which somebody escaped along with what is in it.
fn without_wrapping(html: String) -> String {
    let inside = html.trim().strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
    inside.map(str::to_owned).unwrap_or(html)
}

fn of_atom(element: &Element) -> Content {
    let kind = element.attribute("type").unwrap_or("text").to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let mode = element.attribute("mode").map(str::to_ascii_lowercase);
    let textual = kind.starts_with("text/") || kind.ends_with("xml") || matches!(kind, "text" | "html" | "xhtml");
    let in_base64 = mode.as_deref() == Some("base64") || (mode.is_none() && !textual && kind.contains('/'));
    if let Some(text) = in_base64.then(|| from_base64(&element.text())).flatten() {
        return if kind == "text/plain" { Content::Text(text) } else { Content::Html(text) };
    }
    if in_base64 && ["image/", "audio/", "video/"].iter().any(|binary| kind.starts_with(binary)) {
        return Content::Text(String::new());
    }
    if element.has_children() {
        return Content::Html(element.inner_html(!(kind.ends_with("html") && element.holds_escaped_markup())));
    }
    match kind {
        "html" | "text/html" => Content::Html(element.text()),
        // Escaped markup in an element that says XHTML.
        "xhtml" | "application/xhtml+xml" if element.holds_escaped_markup() => Content::Html(element.text()),
        "xhtml" | "application/xhtml+xml" | "text" | "text/plain" => Content::Text(element.text()),
        _ if looks_like_html(&element.text()) => Content::Html(element.text()),
        _ => Content::Text(element.text()),
    }
}

fn from_base64(text: &str) -> Option<String> {
    let compact: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    String::from_utf8(BASE64.decode(&compact).ok()?).ok()
}

/// An element's content as one plain line, for titles and descriptions.
pub(super) fn line(element: &Element) -> Option<Plain> {
    match of(element)? {
        Content::Html(html) if element.name.starts_with("atom:") || element.has_children() => {
            plain_line(&flow::line(&html))
        }
        Content::Html(html) => line_of_either(&html),
        Content::Text(text) => plain_line(&text),
    }
}

/// One plain line of text that may be HTML and does not say it.
pub(super) fn line_of_either(text: &str) -> Option<Plain> {
    if looks_like_html(text) { plain_line(&flow::line(text)) } else { plain_line(text) }
}

/// One plain line, cut where it gets absurd; `None` if nothing is left.
pub(super) fn plain_line(text: &str) -> Option<Plain> {
    Plain::line(cut(text, LONGEST_LINE)).some()
}

/// Whether text is HTML by its looks: a reference, or a tag that is closed again. "How to use <div>" is not, nor is
/// `Vec<T>`.
pub(super) fn looks_like_html(text: &str) -> bool {
    if entity::has_reference(text) {
        return true;
    }
    if !text.contains('<') {
        return false;
    }
    let mut opened: Vec<&str> = Vec::new();
    for token in markup::Tokens::new(text, markup::Dialect::Html) {
        match token {
            markup::Token::Open(tag) if tag.closed => return true,
            markup::Token::Open(tag) if tag.name.eq_ignore_ascii_case("img") && !tag.attributes.is_empty() => {
                return true;
            }
            markup::Token::Open(tag) if opened.len() < 64 => opened.push(tag.name),
            markup::Token::Close(name) if opened.iter().any(|open| open.eq_ignore_ascii_case(name)) => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::xml;

    /// The first title of an entry in a feed of that root.
    fn title(root: &str, title: &str) -> Option<String> {
        let entry = if root == "rss" { "item" } else { "entry" };
        let mut found = None;
        let text = format!("<{root}><{entry}>{title}</{entry}></{root}>");
        let _ = xml::read(&text, None, |entry, _| found = entry.any(&["title", "atom:title"]).find_map(line));
        found.map(String::from)
    }

    #[test]
    fn a_title_is_what_its_author_saw() {
        for (root, written, read) in [
            ("rss", "<title>Tom &amp;amp; Jerry</title>", "Tom & Jerry"),
            ("rss", "<title>How to use &lt;div&gt;</title>", "How to use <div>"),
            ("rss", "<title>a &lt;b&gt;bold&lt;/b&gt; word</title>", "a bold word"),
            ("rss", "<title><![CDATA[Vec<T> &amp; more]]></title>", "Vec & more"),
            ("rss", "<title>Vec&lt;T&gt; in Rust</title>", "Vec<T> in Rust"),
            ("rss", "<title> two\n lines </title>", "two lines"),
            ("rss", "<title>&lt;![CDATA[Tom &amp;amp; Jerry]]&gt;</title>", "Tom & Jerry"),
            ("feed", "<title>1 &lt; 2 &amp;amp; 3</title>", "1 < 2 &amp; 3"),
            ("feed", "<title type='html'>&lt;b>x&lt;/b> &amp;lt; y</title>", "x < y"),
            ("feed", "<title type='xhtml'><div>x <em>&lt;y></em></div></title>", "x <y>"),
            ("feed", "<title>naked <b>markup</b></title>", "naked markup"),
            ("feed", "<title type='text/html' mode='escaped'>&lt;i>x&lt;/i></title>", "x"),
            ("feed", "<title type='text/html' mode='base64'>PGI+eDwvYj4=</title>", "x"),
            ("feed", "<title type=''>x</title>", "x"),
        ] {
            assert_eq!(title(root, written).as_deref(), Some(read), "{root} {written}");
        }
        assert_eq!(title("rss", "<title>&lt;img src='x' onload='y'></title>"), None);
        assert_eq!(title("feed", "<title type='html'> </title>"), None);
    }
}
