//! The attributes of a tag, as whoever wrote it meant them.

use std::borrow::Cow;

use quick_xml::escape::unescape;
use scraper::{ElementRef, Html};

/// An attribute's name as in the file, and its value with entities resolved and without what XML cannot hold.
pub(super) type Attribute<'a> = (&'a str, Cow<'a, str>);

/// All attributes in order, duplicates too. A quote within a value is told from the one that ends it by what follows:
/// only the end of the tag or another attribute can.
pub(super) fn attributes(inside: &str) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    let mut rest = inside;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '=' | '<' | '>'));
        if rest.is_empty() {
            return found;
        }
        let (name, after) = rest.split_at(name_length(rest));
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => quoted(&value[1..], quote),
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        found.push((name, storable(resolve(value))));
        rest = after;
    }
}

/// Bytes up to white space, `=`, a quote or a slash.
fn name_length(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '/' | '<' | '>')).unwrap_or(text.len())
}

/// Splits behind the quote that ends a value.
fn quoted(text: &str, quote: char) -> (&str, &str) {
    let ends = |at: &usize| {
        let after = text[at + 1..].trim_start();
        let (name, value) = after.split_at(name_length(after));
        let value = value.trim_start();
        after.is_empty()
            || after == "/"
            || (!name.is_empty() && value.starts_with('=') && value[1..].trim_start().starts_with(['"', '\'']))
    };
    let end = text.match_indices(quote).map(|(at, _)| at).find(ends).or_else(|| text.rfind(quote));
    end.map_or((text, ""), |at| (&text[..at], &text[at + 1..]))
}

/// Entities become characters: XML's; else HTML's too, by HTML's rules for attributes, which leave the bare ampersands
/// of an address alone. What is no entity stays as it is.
pub(super) fn resolve(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    match unescape(text) {
        // `&#150;` means a dash of windows-1252 to browsers, and a control character to XML.
        Ok(plain) if !plain.contains(|c| matches!(c, '\u{80}'..='\u{9f}')) => plain,
        _ => Cow::Owned(resolve_html(text)),
    }
}

fn resolve_html(text: &str) -> String {
    let element = Html::parse_fragment(&format!("<a title=\"{}\"></a>", text.replace('"', "&quot;")));
    let value = element.tree.nodes().filter_map(ElementRef::wrap).find_map(|element| element.attr("title"));
    value.unwrap_or(text).to_owned()
}

/// Drops the characters that XML 1.0 has no way to write.
fn storable(text: Cow<'_, str>) -> Cow<'_, str> {
    let unwritable =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(unwritable) { Cow::Owned(text.replace(unwritable, "")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_they_were_meant() {
        for (inside, expected) in [
            (r#" text="a" xmlUrl='b'"#, vec![("text", "a"), ("xmlUrl", "b")]),
            (r#"text="a"xmlUrl="b""#, vec![("text", "a"), ("xmlUrl", "b")]),
            (r#"text="The "best" blog" xmlUrl="b""#, vec![("text", "The \"best\" blog"), ("xmlUrl", "b")]),
            (r#"text="5" disk" xmlUrl="b" /"#, vec![("text", "5\" disk"), ("xmlUrl", "b")]),
            (r#"text="a xmlUrl="b""#, vec![("text", "a xmlUrl=\"b")]),
            (
                "text = a checked xmlUrl=http://x.example/?a=b&c=d",
                vec![("text", "a"), ("xmlUrl", "http://x.example/?a=b&c=d")],
            ),
            ("", vec![]),
        ] {
            let read = attributes(inside);
            let read: Vec<_> = read.iter().map(|(name, value)| (*name, value.as_ref())).collect();
            assert_eq!(read, expected, "{inside}");
        }
    }

    #[test]
    fn entities_are_resolved_and_what_is_none_stays() {
        for (raw, expected) in [
            ("a &amp; b &#x41;", "a & b A"),
            ("R&D", "R&D"),
            ("caf&eacute; &amp; &mdash;", "café & —"),
            ("&#150;", "\u{2013}"),
            ("&undefined; \"", "&undefined; \""),
            ("?a=1&copy=2&amp;b=3&lt=4", "?a=1&copy=2&b=3&lt=4"),
        ] {
            assert_eq!(resolve(raw), expected, "{raw}");
        }
        assert_eq!(attributes("a='x\u{1}y&#1;'")[0].1, "xy\u{1}".replace('\u{1}', ""));
    }
}
