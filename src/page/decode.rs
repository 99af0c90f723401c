//! Bytes become text: byte order mark, then whether it is UTF-8 anyway, then what was declared, then a guess.
//!
//! Declarations lie more often than valid UTF-8 happens by chance, so valid UTF-8 wins over a declared legacy
//! encoding. Otherwise labels mean what they mean to browsers (WHATWG Encoding: `latin1` is windows-1252).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page browsers look for `<meta charset>`; twice that, since real pages put comments before it.
const META_WITHIN: usize = 2048;
/// As much as the guess is made from: it is not better with more, only slower.
const GUESS_WITHIN: usize = 256 * 1024;

/// A page's text. `content_type` is the HTTP header with its `charset`, if there was one. Never fails: what no encoding
/// explains becomes U+FFFD.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let declared = content_type.and_then(charset).or_else(|| meta_charset(bytes));
    decode_declared(bytes, declared)
}

/// The same, where the caller has read the declaration, as in an XML declaration.
pub(crate) fn decode_declared(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    let legacy = declared.filter(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
    // ISO-2022-JP is written with ASCII bytes only and would pass for UTF-8.
    if legacy != Some(ISO_2022_JP)
        && let Some(text) = as_utf8(bytes, legacy.is_none())
    {
        return text;
    }
    if let Some(encoding) = legacy {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors {
            return text.into_owned();
        }
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESS_WITHIN)], true);
    detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(bytes).0.into_owned()
}

/// The `charset` of a `Content-Type`, quoted or not.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let at = content_type.to_ascii_lowercase().find("charset")?;
    let value = content_type[at + "charset".len()..].trim_start().strip_prefix('=')?.trim_start();
    let label = value.trim_start_matches(['"', '\'']).split(['"', '\'', ';', ' ', '/', '>', ',']).next()?;
    Encoding::for_label(label.as_bytes())
}

/// `<meta charset="…">` or `<meta http-equiv="Content-Type" content="…; charset=…">`; both spell it alike.
fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(META_WITHIN)]).to_ascii_lowercase();
    head.match_indices("<meta").find_map(|(at, _)| charset(head[at..].split('>').next()?))
}

/// Markup in UTF-16 without a mark shows by its first `<`.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// `Some` if it is UTF-8, or UTF-8 with a little damage: a pasted stray byte, or, unless another encoding was declared,
/// a character cut in two by the end.
fn as_utf8(bytes: &[u8], may_be_cut: bool) -> Option<String> {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let cut_at_end =
        may_be_cut && broken == 1 && bytes.utf8_chunks().last().is_some_and(|chunk| is_cut(chunk.invalid()));
    // In a legacy encoding almost nothing happens to be a whole UTF-8 character.
    (broken == 0 || cut_at_end || sound >= broken.saturating_mul(8))
        .then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The beginning of a character of two to four bytes, as a cut leaves it.
fn is_cut(end: &[u8]) -> bool {
    matches!(end, [0xc2..=0xf4] | [0xe0..=0xf4, 0x80..=0xbf] | [0xf0..=0xf4, 0x80..=0xbf, 0x80..=0xbf])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_in_the_encoding_they_are_in() {
        let utf16: Vec<u8> = "<p>é</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let chinese = encoding_rs::GBK.encode("<p>友情链接：今天天气很好</p>").0.into_owned();
        let mut declared = b"<meta charset='gb2312'>".to_vec();
        declared.extend(&chinese);
        for (bytes, header, expected) in [
            ("\u{feff}é".as_bytes(), None, "é"),
            ("é".as_bytes(), Some("text/html; charset=ISO-8859-1"), "é"),
            (b"caf\xe9", Some("text/html; charset=\"iso-8859-1\""), "café"),
            (b"\x93quoted\x94 text", Some("text/html; charset=utf-8"), "\u{201c}quoted\u{201d} text"),
            (&utf16[..], None, "<p>é</p>"),
            (&chinese[..], None, "<p>友情链接：今天天气很好</p>"),
            (&declared[..], None, "<meta charset='gb2312'><p>友情链接：今天天气很好</p>"),
            (b"", Some("text/html; charset=nonsense"), ""),
        ] {
            assert_eq!(decode(bytes, header), expected, "{header:?}");
        }
    }

    #[test]
    fn a_text_cut_within_a_character_stays_utf8() {
        let text = "日本語の文章です".as_bytes();
        assert_eq!(decode(&text[..text.len() - 1], None), "日本語の文章で\u{fffd}");
        assert_eq!(decode(b"plain \xe2\x80", None), "plain \u{fffd}");
    }
}
