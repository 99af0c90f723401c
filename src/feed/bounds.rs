//! HTML source rewritten, so that an HTML parser has little to do: flat, few attributes, no text that is no text.
//!
//! Parsers spend quadratic time on deep nesting and on unclosed formatting, and know contents (script, textarea,
//! plaintext, comments, SVG) in which tags mean something else, which is what attacks on sanitisers live from. Here all
//! elements that are not kept lose their tags or go, every tag is written out in the plain way, and addresses are made absolute meanwhile.

use std::borrow::Cow;

use url::Url;

use super::entity;
use super::links::resolve;
use super::markup::{Dialect, Tag, Token, Tokens};
use super::mend::cut;
use super::sanitise::is_allowed;
use super::{flow, tree};

/// Elements may stand this deep, formatting that was closed out of order included.
const DEEPEST: usize = 100;
/// Bytes of source that are read (images within addresses take most of them), and bytes that are written.
const LONGEST_SOURCE: usize = 16 << 20;
const LONGEST: usize = 1 << 20;
/// Elements that the parser may make: one for a tag, and one more for each formatting that it opens again there. What
/// is behind them stays as text.
const MOST_NODES: usize = 100_000;
/// Bytes of an attribute's value or of text without a tag. The parser's serializer searches the rest of either at each
/// `&` and no-break space, which takes it a minute for a megabyte of them.
const LONGEST_RUN: usize = 4 * 1024;

/// Elements that a start tag of the like, or their parent's end, closes: they nest only as their parents do.
const CLOSED_BY_OTHERS: [&str; 17] = [
    "a", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option", "optgroup", "rt",
    "rp", "nobr",
];
/// Elements that parsers open again after whatever closed them out of order.
const FORMATTING: [&str; 12] = ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"];
const WITH_ADDRESS: [&str; 4] = ["href", "src", "cite", "poster"];

/// Rewrites HTML source; relative addresses are relative to `base`. Linear in time, and never much longer than its source.
pub(super) fn rewrite(source: &str, base: Option<&Url>) -> String {
    let source = cut(source, LONGEST_SOURCE);
    let mut html = String::with_capacity((source.len() + source.len() / 8).min(LONGEST));
    let mut open: Vec<String> = Vec::new();
    // Formatting that was closed out of order, and is opened again in each block until its own end tag comes.
    let mut reopened: Vec<String> = Vec::new();
    // How much formatting is in effect, either way.
    let mut formatting = 0;
    let mut nodes = 0;
    let mut tokens = Tokens::new(source, Dialect::Html);
    while let Some(token) = tokens.next() {
        if html.len() > LONGEST {
            break;
        }
        match token {
            // A script that the end of the source cut off within its tag.
            Token::Text(text) if begins_unread(text) => {}
            Token::Text(text) | Token::Verbatim(text) => push_text(&mut html, text),
            Token::Open(tag) => {
                let name = tag.name.to_ascii_lowercase();
                if flow::UNREAD.contains(&&*name) {
                    tokens.skip_past_end_of(&name);
                    continue;
                }
                nodes += 1 + formatting;
                let void = tree::VOID.contains(&&*name) || matches!(&*name, "source" | "track");
                let nests = !void && !CLOSED_BY_OTHERS.contains(&&*name);
                let too_much = nodes > MOST_NODES || (nests && open.len() + reopened.len() >= DEEPEST);
                if too_much || !is_allowed(&name) || is_pixel(&name, &tag) {
                    continue;
                }
                push_tag(&mut html, &name, &tag, base);
                if nests {
                    formatting += usize::from(is_formatting(&name));
                    open.push(name);
                }
            }
            Token::Close(name) => {
                nodes += 1 + formatting;
                let name = name.to_ascii_lowercase();
                if let Some(depth) = open.iter().rposition(|open| *open == name) {
                    formatting -= usize::from(is_formatting(&name));
                    reopened.extend(open.drain(depth..).skip(1).filter(|open| is_formatting(open)));
                } else if let Some(at) = reopened.iter().rposition(|reopened| *reopened == name) {
                    formatting -= 1;
                    reopened.remove(at);
                } else if !CLOSED_BY_OTHERS.contains(&&*name) || nodes > MOST_NODES {
                    continue;
                }
                html.push_str("</");
                html.push_str(&name);
                html.push('>');
            }
        }
    }
    html
}

/// Whether the parser ends elements of that name by itself.
pub(super) fn is_closed_by_others(name: &str) -> bool {
    CLOSED_BY_OTHERS.iter().any(|closed| name.eq_ignore_ascii_case(closed))
}

/// Whether an attribute, in lower case, holds an address.
pub(super) fn is_address(attribute: &str) -> bool {
    WITH_ADDRESS.contains(&attribute)
}

fn is_formatting(name: &str) -> bool {
    FORMATTING.contains(&name)
}

/// Text as it is, but with no `<` that could begin a tag, and in runs that are not too long.
fn push_text(html: &mut String, text: &str) {
    let mut rest = cut(text, LONGEST);
    loop {
        let run = cut(rest, LONGEST_RUN);
        // A character reference stays whole; the longest has about 40 bytes.
        let whole = run.rfind('&').filter(|at| run.len() < rest.len() && *at + 40 > run.len());
        let run = whole.map_or(run, |at| &run[..at]);
        for (index, piece) in run.split('<').enumerate() {
            if index > 0 {
                html.push_str("&lt;");
            }
            html.push_str(piece);
        }
        rest = &rest[run.len()..];
        if rest.is_empty() {
            return;
        }
        html.push_str("<wbr>");
    }
}

fn begins_unread(text: &str) -> bool {
    let Some(tag) = text.strip_prefix('<') else { return false };
    let name = &tag.as_bytes()[..tag.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tag.len())];
    flow::UNREAD.iter().any(|unread| name.eq_ignore_ascii_case(unread.as_bytes()))
}

/// Where images come from that only count who saw them, whatever size they say they have.
const COUNTERS: [&str; 8] = [
    "//pixel.wp.com/",
    "//pixel.wordpress.com/",
    "//stats.wordpress.com/",
    "//feeds.feedburner.com/~r/",
    "//www.google-analytics.com/",
    "//ad.doubleclick.net/",
    "//pixel.quantserve.com/",
    "//b.scorecardresearch.com/",
];

/// An image that nobody is meant to see tells its server who read the post and when.
pub(super) fn is_pixel(name: &str, tag: &Tag) -> bool {
    if name != "img" {
        return false;
    }
    let attribute = |wanted: &str| {
        tag.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let style = || attribute("style").unwrap_or_default().split(';').filter_map(|rule| rule.split_once(':'));
    let styled = |name: &str| {
        let (_, value) = style().find(|(own, _)| own.trim().eq_ignore_ascii_case(name))?;
        Some(value.trim().trim_end_matches("!important").trim_end())
    };
    let number = |value: &str| value.trim_end_matches("px").trim_end().parse::<f32>().ok();
    let tiny = |side: &str| {
        attribute(side).or_else(|| styled(side)).and_then(number).is_some_and(|size| (0.0..=1.0).contains(&size))
    };
    let is_hidden = || {
        attribute("hidden").is_some()
            || styled("display") == Some("none")
            || styled("visibility") == Some("hidden")
            || styled("opacity").and_then(number) == Some(0.0)
    };
    let counts = || attribute("src").is_some_and(|src| COUNTERS.iter().any(|counter| src.contains(counter)));
    (tiny("width") && tiny("height")) || is_hidden() || counts()
}

fn push_tag(html: &mut String, name: &str, tag: &Tag, base: Option<&Url>) {
    html.push('<');
    html.push_str(name);
    for (attribute, written) in &tag.attributes {
        let attribute = attribute.to_ascii_lowercase();
        if attribute == "style" || !attribute.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            continue;
        }
        let Some(value) = value(&attribute, written, base) else { continue };
        html.push(' ');
        html.push_str(&attribute);
        html.push_str("=\"");
        entity::escape_into(html, &value);
        html.push('"');
    }
    html.push('>');
}

/// What an attribute says, addresses in it made absolute; `None` if it goes. `attribute` is its name in lower case.
pub(super) fn value<'a>(attribute: &str, written: &'a str, base: Option<&Url>) -> Option<Cow<'a, str>> {
    if written.len() > LONGEST_RUN {
        return None;
    }
    let value = entity::decode(written);
    match attribute {
        "srcset" => Some(srcset(&value, base).into()),
        address if is_address(address) => resolve(base, &value).map(|url| String::from(url).into()),
        _ => Some(value),
    }
}

/// Candidates of `srcset` (HTML, 4.8.4.2.1) with their addresses made absolute; those that can't be are left out.
fn srcset(value: &str, base: Option<&Url>) -> String {
    let candidates = value.split(", ").flat_map(|candidate| candidate.split(",\n")).filter_map(|candidate| {
        let mut parts = candidate.split_whitespace();
        let url = resolve(base, parts.next()?.trim_matches(','))?;
        // A comma inside of an address would end it.
        let url = matches!(url.scheme(), "http" | "https").then(|| url.as_str().replace(',', "%2C"))?;
        Some(parts.next().map_or(url.clone(), |size| format!("{url} {}", size.trim_matches(','))))
    });
    candidates.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_written_out_in_the_plain_way() {
        let base = Url::parse("http://example.org/d/").unwrap();
        for (source, html) in [
            ("<P CLASS=a>x", "<p class=\"a\">x"),
            ("<a href=x?a&amp;b>y</a>", "<a href=\"http://example.org/d/x?a&amp;b\">y</a>"),
            ("1 < 2 <!-- c --> <3", "1 &lt; 2  &lt;3"),
            ("<textarea><b>x</b></textarea>", "<b>x</b>"),
            ("<script>if (a<b) '</p>'</script>x", "x"),
            (
                "<img srcset='a.png 1x, /b.png 2x'>",
                "<img srcset=\"http://example.org/d/a.png 1x, http://example.org/b.png 2x\">",
            ),
            ("<img width=1 height='1px' src=t>x", "x"),
            ("x</b></div></p>", "x</p>"),
            ("<div><b>x</div>y</b>z</b>", "<div><b>x</div>y</b>z"),
            ("<o:p>x</o:p>", "x"),
        ] {
            assert_eq!(rewrite(source, Some(&base)), html, "{source}");
        }
    }

    #[test]
    fn formatting_that_is_never_closed_does_not_multiply() {
        let source: String = (0..5000).map(|n| format!("<p><i class=c{n}>x</p>")).collect();
        let html = rewrite(&source, None);
        assert!(html.matches("<p").count() * html.matches("<i").count() <= 2 * MOST_NODES);
        assert_eq!(html.matches('x').count(), 5000);
    }

    #[test]
    fn nothing_gets_deep() {
        for unit in ["<div>", "<b>x", "<div><i x=1></div>", "<table><tr><td>", "<a><p>", "<ul><li>"] {
            let html = rewrite(&unit.repeat(5000), None);
            let nesting = ["<div", "<b", "<i", "<table", "<ul"].map(|tag| html.matches(tag).count());
            let closed = html.matches("</div").count();
            assert!(nesting.iter().all(|count| *count <= DEEPEST + closed), "{unit}: {nesting:?}");
        }
    }
}
