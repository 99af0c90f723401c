//! Bytes to text: byte order mark, HTTP charset, XML declaration, else a guess.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// Where a declaration is looked for, and how much of the text a guess is made from.
const DECLARATION_WITHIN: usize = 1024;
const GUESS_FROM: usize = 256 * 1024;
/// As many characters of UTF-8 can stand in a text by chance that is in another encoding.
const BEYOND_CHANCE: usize = 2;

/// Reads a body. What a byte order mark says is so; then the header's charset wins over the document's own, as
/// RFC 7303 has it, unless the bytes prove it wrong. Bytes that fit nothing become U+FFFD.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    decode_and_tell(bytes, content_type).text
}

/// A text, and how its encoding was found out.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
    /// Goes on after "because".
    pub(super) why: &'static str,
}

/// [`decode`], with the reason.
pub(super) fn decode_and_tell<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let tell = |text, encoding: &'static Encoding, why| Decoded { text, encoding: encoding.name(), why };
    if let Some(text) = utf_32(bytes) {
        return Decoded { text: Cow::Owned(text), encoding: "UTF-32", why: "its characters have four bytes each" };
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
        return tell(text, encoding, "a byte order mark says so");
    }
    if let Some(encoding) = utf_16_by_zeros(bytes) {
        return tell(encoding.decode_without_bom_handling(bytes).0, encoding, "every other byte is zero");
    }
    if let Some(text) = iso_2022_jp(bytes) {
        return tell(Cow::Owned(text), ISO_2022_JP, "it has the escapes of that encoding, and all of it is Japanese");
    }
    let own = declaration(bytes).and_then(|label| usable(&label));
    let header = content_type.and_then(charset).and_then(|label| usable(&label));
    // Servers add charset=iso-8859-1 to everything; bytes that say UTF-8 and are it prove them wrong.
    let header = header.filter(|_| own != Some(UTF_8) || std::str::from_utf8(bytes).is_err());
    let claimed = header.or(own);
    // So does UTF-8 under the name of an encoding of single bytes, in which it would be words without sense.
    let many = || bytes.iter().filter(|byte| **byte >= 0xc0).nth(BEYOND_CHANCE).is_some();
    if claimed.is_some_and(Encoding::is_single_byte)
        && many()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return tell(Cow::Borrowed(text), UTF_8, "all of it is valid UTF-8, whatever it is called");
    }
    if let Some(encoding) = claimed {
        let why = if header.is_some() { "the Content-Type header says so" } else { "the document declares it" };
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return tell(text, encoding, why);
        }
        if encoding != UTF_8 {
            return tell(encoding.decode_without_bom_handling(bytes).0, encoding, why);
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => tell(Cow::Borrowed(text), UTF_8, "all of it is valid UTF-8"),
        Err(_) if is_nearly_utf8(bytes) => {
            tell(String::from_utf8_lossy(bytes), UTF_8, "nearly all of it is valid UTF-8")
        }
        Err(_) => {
            let guessed = guess(bytes);
            let text = guessed.decode_without_bom_handling(bytes).0;
            tell(text, guessed, "it is not UTF-8, and its bytes look most like that")
        }
    }
}

/// What the header and the document say of the encoding, right or wrong.
pub(super) fn claims(bytes: &[u8], content_type: Option<&str>) -> (Option<String>, Option<String>) {
    (content_type.and_then(charset), declaration(bytes))
}

/// The encoding of a label that can be true of bytes without zeros. "us-ascii" says only that nobody thought about it.
fn usable(label: &str) -> Option<&'static Encoding> {
    if matches!(&*label.to_ascii_lowercase(), "us-ascii" | "ascii") {
        return None;
    }
    let found = Encoding::for_label_no_replacement(label.as_bytes()).or_else(|| by_other_name(label));
    found.filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
}

/// Names that browsers do not know and feeds use: `latin-1`, `UTF_8`, `cp932`, `windows1251`.
fn by_other_name(label: &str) -> Option<&'static Encoding> {
    let bare: String = label.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let name = match bare.trim_start_matches("ms").trim_start_matches("cp").trim_start_matches("windows") {
        "932" => "shift_jis".to_owned(),
        "936" => "gbk".to_owned(),
        "949" => "euc-kr".to_owned(),
        "950" => "big5".to_owned(),
        page if page.len() == 4 && page.starts_with("125") => format!("windows-{page}"),
        _ => bare,
    };
    Encoding::for_label_no_replacement(name.as_bytes())
}

/// The `charset` of a Content-Type.
fn charset(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1);
    parameters.filter_map(|parameter| parameter.split_once('=')).find_map(|(name, value)| {
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The `encoding` of an XML declaration, which some put behind a comment.
fn declaration(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_WITHIN)]).into_owned();
    let declaration = head.split_once("<?xml")?.1.split_once('>')?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '?')).unwrap_or(value.len());
    (end > 0).then(|| value[..end].to_owned())
}

/// UTF-16 without a mark: markup and JSON start with two ASCII characters.
fn utf_16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, 1..=255, 0, 1..=255, ..] => Some(UTF_16BE),
        [1..=255, 0, 1..=255, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// UTF-32, which browsers and `encoding_rs` have given up.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let (little, rest) = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => (true, rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => (false, rest),
        [1..=255, 0, 0, 0, 1..=255, 0, 0, 0, ..] => (true, bytes),
        [0, 0, 0, 1..=255, 0, 0, 0, 1..=255, ..] => (false, bytes),
        _ => return None,
    };
    let character = |unit: &[u8]| {
        let unit: [u8; 4] = unit.try_into().unwrap_or_default();
        let code = if little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    Some(rest.chunks_exact(4).map(character).collect())
}

/// ISO-2022-JP, which is valid UTF-8 too, as words without sense. Known by its switches to Japanese and back; what a
/// terminal obeys looks different.
fn iso_2022_jp(bytes: &[u8]) -> Option<String> {
    let has = |switch: &[u8]| bytes.windows(switch.len()).any(|window| window == switch);
    let switches = bytes.contains(&0x1b) && (has(b"\x1b$B") || has(b"\x1b$@")) && (has(b"\x1b(B") || has(b"\x1b(J"));
    let text = switches.then(|| ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)).flatten()?;
    Some(text.into_owned())
}

/// Whether this is UTF-8 in which a few characters broke, so that the others are worth more than a guess.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESS_FROM)], true);
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Правительство утвердило новый бюджет, а погода обещает быть солнечной";

    fn bytes(label: &str, text: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    #[test]
    fn a_header_wins_over_the_declaration_and_both_over_a_guess() {
        let declared = |encoding: &str| format!("<?xml version='1.0' encoding='{encoding}'?><t>{RUSSIAN}</t>");
        for (really, declares, header) in [
            ("koi8-r", "utf-8", Some("text/xml; charset=koi8-r")),
            ("koi8-r", "koi8-r", Some("text/xml")),
            ("windows-1251", "windows-1251", None),
            ("windows-1251", "utf-8", None),
            ("utf-8", "us-ascii", None),
            ("utf-8", "utf-16", None),
            ("windows-1251", "win_cp-1251", Some("text/xml; charset=windows1251")),
            ("utf-8", "UTF_8", None),
            ("utf-8", "", Some("text/xml; charset=us-ascii")),
            ("utf-8", "no-such-thing", Some("text/xml; charset=")),
            ("utf-8", "iso-8859-1", None),
            ("utf-8", "ISO8859-1", Some("text/xml; charset=windows-1251")),
            ("windows-1251", "iso-8859-5", Some("text/xml; charset=windows-1251")),
        ] {
            let text = declared(declares);
            assert_eq!(decode(&bytes(really, &text), header), text, "{really} declared as {declares}, {header:?}");
        }
    }

    #[test]
    fn wide_encodings_are_known_by_mark_or_zeros() {
        let text = format!("<?xml version='1.0' encoding='utf-16'?><t>{RUSSIAN}</t>");
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{text}");
            let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let le_32: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
            let be_32: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_be_bytes()).collect();
            for bytes in [be, le, le_32, be_32] {
                assert_eq!(decode(&bytes, None), text.trim_start_matches('\u{feff}'));
            }
        }
    }

    #[test]
    fn japanese_with_escapes_is_known_whatever_is_declared() {
        let text = "<t>日本の夏</t>";
        for declared in ["", "<?xml version='1.0' encoding='utf-8'?>", "<?xml version='1.0' encoding='iso-2022-jp'?>"] {
            let whole = format!("{declared}{text}");
            for header in [None, Some("text/xml; charset=iso-2022-jp")] {
                assert_eq!(decode(&bytes("iso-2022-jp", &whole), header), whole, "{declared} {header:?}");
            }
        }
        assert_eq!(decode(b"<t>\x1b$B no end</t>", None), "<t>\u{1b}$B no end</t>");
    }

    #[test]
    fn a_few_broken_characters_do_not_spoil_the_others() {
        let mut broken = "<t>Café ünd naïve</t>".as_bytes().to_vec();
        broken.push(0xe9);
        assert_eq!(decode(&broken, None), "<t>Café ünd naïve</t>\u{fffd}");
    }
}
