//! Character references: `&amp;`, `&eacute;`, `&#8217;`. Nothing that a document defines itself is ever expanded.

use std::borrow::Cow;

use markup5ever::data::NAMED_ENTITIES;

/// The longest name in HTML's list is `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 32;

/// Replaces every reference that ends in `;` and is numeric or one of HTML's names; everything else, such as a bare
/// `&` or an entity of the document's own, stays as it is written. Replaces once: `&amp;lt;` becomes `&lt;`.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        let taken = if let Some((length, replacement)) = common(after) {
            decoded.push_str(replacement);
            1 + length
        } else if let Some((length, replacement)) = reference(after) {
            decoded.push_str(&replacement);
            1 + length
        } else {
            decoded.push('&');
            1
        };
        rest = &rest[taken..];
        let next = rest.find('&').unwrap_or(rest.len());
        decoded.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(decoded)
}

/// The references that HTML within XML consists of, without a look into the list of names.
fn common(after: &str) -> Option<(usize, &'static str)> {
    [("lt;", "<"), ("gt;", ">"), ("amp;", "&"), ("quot;", "\"")]
        .into_iter()
        .find_map(|(name, replacement)| after.starts_with(name).then_some((name.len(), replacement)))
}

/// Whether there is a reference that [`decode`] would replace.
pub(super) fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| reference(&text[at + 1..]).is_some())
}

/// What the reference right after `&` stands for, and its length, if there can be no two minds about it: a name with its
/// semicolon, or the number of a character that is no control.
pub(super) fn plain_reference(after: &str) -> Option<(usize, String)> {
    let (length, replacement) = reference(after)?;
    let plain = |c: char| c == '\n' || c == '\t' || (!c.is_control() && c != char::REPLACEMENT_CHARACTER);
    (replacement.chars().all(plain)).then_some((length, replacement))
}

/// What the reference right after `&` stands for, and its length with the `;`.
fn reference(after: &str) -> Option<(usize, String)> {
    let end = after.bytes().take(LONGEST_NAME + 1).position(|b| b == b';')?;
    // `;` is ASCII, so this and the byte behind it are borders of characters.
    let name = &after[..end];
    let Some(number) = name.strip_prefix('#') else {
        let (first, second) = *NAMED_ENTITIES.get(&after[..=end]).filter(|codes| codes.0 != 0)?;
        // HTML names one or two characters; the second is zero where there is one.
        let codes = [first, second].into_iter().filter(|code| *code != 0);
        return Some((end + 1, codes.filter_map(char::from_u32).collect()));
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((end + 1, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).into()))
}

/// Writes text as HTML, so that it reads the same there; also within double quotes.
pub(super) fn escape_into(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&', '"']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_once_and_what_is_none_stays() {
        for (written, read) in [
            ("Tom &amp; Jerry", "Tom & Jerry"),
            ("&amp;lt;", "&lt;"),
            ("caf&eacute; &#233; &#xE9; &#XE9;", "café é é é"),
            ("&AMP;&LT;&apos;&Beta;&NotEqualTilde;", "&<'Β≂̸"),
            ("?a=1&copy=2", "?a=1&copy=2"),
            ("a & b &; &nosuch; &#; &#x; &#xZZ; &", "a & b &; &nosuch; &#; &#x; &#xZZ; &"),
            ("&#xD800;&#99999999;", "\u{fffd}\u{fffd}"),
            ("&ééééééééééééééééééééééé;", "&ééééééééééééééééééééééé;"),
        ] {
            assert_eq!(decode(written), read, "{written}");
        }
    }

    #[test]
    fn escaping_is_undone_by_decoding() {
        let mut html = String::new();
        escape_into(&mut html, "<a href=\"x\"> & é");
        assert_eq!(html, "&lt;a href=&quot;x&quot;&gt; &amp; é");
        assert_eq!(decode(&html), "<a href=\"x\"> & é");
    }
}
