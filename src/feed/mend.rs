//! Mends text that lost its encoding on the way: UTF-8 read as Latin-1, Windows code points, control characters.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// The text as its author saw it, without controls other than line feed and tab.
pub(super) fn mend(text: String) -> String {
    if !has_controls(&text) {
        return text;
    }
    let text = encoded_twice(&text).unwrap_or(text);
    if !has_controls(&text) {
        return text;
    }
    text.replace("\r\n", "\n").chars().filter_map(mended).collect()
}

/// Whether there is any control but line feed and tab. All texts of all feeds are asked, so bytes are looked at and no
/// characters, and all of them, since that is quicker than to stop at one.
fn has_controls(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_one = |byte: u8| matches!(byte, 0..=8 | 0xb..=0x1f | 0x7f);
    // U+0080 to U+009F are these two bytes in UTF-8.
    let is_behind_c2 = |at: usize| matches!(bytes.get(at + 1), Some(0x80..=0x9f));
    bytes.iter().fold(false, |found, byte| found | is_one(*byte)) || memchr::memchr_iter(0xc2, bytes).any(is_behind_c2)
}

/// The beginning of a text, `most` bytes at most and whole characters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn mended(c: char) -> Option<char> {
    match c {
        '\r' => Some('\n'),
        '\n' | '\t' => Some(c),
        // What Windows calls 0x92 is an apostrophe; as a code point it is a control that nobody means.
        '\u{80}'..='\u{9f}' => {
            let byte = [c as u8];
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next().filter(|c| !c.is_control())
        }
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// Reads text again whose UTF-8 somebody took for Latin-1. `None` unless all of it is the work of such a mistake, which
/// text that happens to be within Latin-1 practically never looks like.
fn encoded_twice(text: &str) -> Option<String> {
    if !text.chars().all(|c| c <= '\u{ff}') || !text.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}')) {
        return None;
    }
    match encoding_rs::mem::encode_latin1_lossy(text) {
        Cow::Owned(bytes) => String::from_utf8(bytes).ok(),
        Cow::Borrowed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_told_by_their_bytes() {
        for c in ('\0'..='\u{3ff}').chain(['\u{2028}', '\u{c282}', '日', '\u{1f980}']) {
            let is_control = c.is_control() && !matches!(c, '\n' | '\t');
            assert_eq!(has_controls(&format!("a{c}b")), is_control, "{c:?}");
            assert_eq!(has_controls(&c.to_string()), is_control, "{c:?} alone");
        }
    }

    #[test]
    fn text_is_mended_and_sound_text_is_left_alone() {
        for (broken, whole) in [
            ("don\u{92}t", "don’t"),
            ("\u{e2}\u{80}\u{a6}", "…"),
            ("caf\u{e9} \u{93}x\u{94}", "café “x”"),
            ("Ã© is how é looks", "Ã© is how é looks"),
            ("a\u{0}b\u{1b}[c\u{7f}", "ab[c"),
            ("a\r\nb\rc\td", "a\nb\nc\td"),
            ("日本語", "日本語"),
        ] {
            assert_eq!(mend(broken.to_owned()), whole, "{broken:?}");
        }
    }
}
