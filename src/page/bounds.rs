//! How much of a page is looked at.
//!
//! A parser of HTML looks through all open elements at many a tag, opens forgotten formatting again in each paragraph
//! and compares each attribute with those before it, as the standard tells it to: a few kilobytes of `<div><div>…` cost
//! minutes. So its work is estimated first, in one cheap pass, and the page is cut where it would become too much.

use std::collections::HashMap;

/// Bytes. Pages of blogs rarely have a tenth of it.
const LONGEST: usize = 4 * 1024 * 1024;
/// Steps of the parser, about half a second. An ordinary page needs a hundredth of it.
const MOST_WORK: usize = 30_000_000;
/// Elements that the parser opens again after each block that they were left open in.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Making an element costs about as much as looking at this many.
const NODE: usize = 100;
/// Elements that hold no others, or that the next of their kind closes.
const SHALLOW: [&str; 27] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "param", "path", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "use", "wbr",
];
/// Elements whose content is text up to their end tag.
const RAW: [&str; 8] = ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];

/// The beginning of `html` that can be parsed in reasonable time; mostly all of it.
pub(super) fn within(html: &str) -> &str {
    measure(html).0
}

/// The same, and how deep elements stand in it, about.
pub(super) fn measure(html: &str) -> (&str, usize) {
    let end = (0..=LONGEST.min(html.len())).rev().find(|end| html.is_char_boundary(*end));
    let html = &html[..end.unwrap_or(0)];
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut deepest, mut formatting, mut work) = (0usize, 0usize, 0usize, 0usize);
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let rest = &html[start + 1..];
        at = start + 1;
        if let Some(comment) = rest.strip_prefix("!--") {
            at = start + 4 + comment.find("-->").unwrap_or(comment.len());
            continue;
        }
        let (rest, closing) = rest.strip_prefix('/').map_or((rest, false), |rest| (rest, true));
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let tag = Tag::of(rest);
        at = html.len() - rest.len() + tag.length;
        let name = tag.name.to_ascii_lowercase();
        let is_formatting = FORMATTING.contains(&name.as_str());
        work += 1 + depth + tag.attributes * tag.attributes;
        if !closing {
            work += NODE + if is_formatting { 0 } else { formatting * NODE };
        }
        if work > MOST_WORK {
            return (&html[..start], deepest);
        }
        if closing {
            if let Some(count) = open.get_mut(&name).filter(|count| **count > 0) {
                *count -= 1;
                depth -= 1;
                formatting -= usize::from(is_formatting);
            }
        } else if RAW.contains(&name.as_str()) {
            at += end_of_raw(&html[at..], &name);
        } else if !tag.empty && !SHALLOW.contains(&name.as_str()) {
            *open.entry(name).or_default() += 1;
            depth += 1;
            deepest = deepest.max(depth);
            formatting += usize::from(is_formatting);
        }
    }
    (html, deepest)
}

struct Tag<'a> {
    name: &'a str,
    /// Up to and with its `>`.
    length: usize,
    /// About how many.
    attributes: usize,
    empty: bool,
}

impl<'a> Tag<'a> {
    /// `text` begins with the name.
    fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let name =
            bytes.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(bytes.len());
        let (mut at, mut attributes) = (name, 0);
        while at < bytes.len() && bytes[at] != b'>' {
            match bytes[at] {
                quote @ (b'"' | b'\'') if bytes[at - 1] == b'=' || bytes[at - 1].is_ascii_whitespace() => {
                    at += 1 + bytes[at + 1..].iter().position(|b| *b == quote).unwrap_or(bytes.len() - at - 1);
                    attributes += 1;
                }
                b' ' | b'\t' | b'\n' | b'\r' | b'/' => attributes += 1,
                _ => {}
            }
            at += 1;
        }
        let at = at.min(bytes.len());
        let empty = bytes[..at].ends_with(b"/");
        // A name ends before an ASCII byte or at the end, so this cannot part a character.
        Self { name: &text[..name], length: (at + 1).min(bytes.len()), attributes, empty }
    }
}

/// Bytes up to the end tag of `name`; all of them if there is none.
fn end_of_raw(text: &str, name: &str) -> usize {
    let ends = |at: &usize| {
        let after = &text.as_bytes()[at + 2..];
        after.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
    };
    text.match_indices("</").map(|(at, _)| at).find(ends).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_is_looked_at_in_full() {
        let post = "<article class='post card'><h2><a href='/x' title=\"a > b\">T</a></h2>\
                    <p>one<p>two<br><img src=x></article>";
        let page = format!("<html><body><main>{}</main><script>'<div><div>'</script>", post.repeat(2_000));
        assert_eq!(within(&page).len(), page.len());
    }

    #[test]
    fn a_page_made_to_exhaust_the_parser_is_cut() {
        for page in [
            "<div>".repeat(500_000),
            format!("<a {}>", "b c=d ".repeat(500_000)),
            format!("{}{}", "<font color=x>".repeat(1_000), "<p>x".repeat(500_000)),
            "<p>".repeat(1_000_000),
            format!("{}{}", "<span>".repeat(5_000), "</x>".repeat(500_000)),
        ] {
            assert!(within(&page).len() < page.len() / 2, "{}", &page[..40]);
        }
    }
}
