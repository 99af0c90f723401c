//! Content lines (RFC 6350, section 3.3), read as phones and mail programs write them: folded in any way, in vCard 2.1's
//! quoted-printable, in the character sets of old systems.

use data_encoding::BASE64_MIME_PERMISSIVE;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// `group.NAME;PARAMETER=value:value`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentLine {
    pub group: Option<String>,
    /// In upper case.
    pub name: String,
    /// Names in upper case; a bare word of vCard 2.1 is a TYPE.
    pub parameters: Vec<(String, String)>,
    /// As it stands there, with its backslashes, in one line.
    pub value: String,
    /// From 1: where it began.
    pub line: usize,
}

impl ContentLine {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a TYPE says so, in any case.
    pub fn is_type(&self, wanted: &str) -> bool {
        let types = self.parameters.iter().filter(|(name, _)| name == "TYPE").flat_map(|(_, value)| value.split(','));
        types.into_iter().any(|kind| kind.trim().eq_ignore_ascii_case(wanted))
    }

    /// The text that the value stands for.
    pub fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The line as vCard 4.0 has it, not folded.
    pub fn written(&self) -> String {
        let mut line = self.group.as_ref().map(|group| format!("{group}.")).unwrap_or_default();
        line.push_str(&self.name);
        for (name, value) in &self.parameters {
            let parts = value.contains([':', ';', '=', '(']) || (value.contains(',') && !is_list(name));
            let quoted = parts && !value.contains('"');
            line.push_str(&if quoted { format!(";{name}=\"{value}\"") } else { format!(";{name}={value}") });
        }
        format!("{line}:{}", self.value)
    }

    /// Reads what [`ContentLine::written`] wrote.
    pub fn read(line: &str) -> Option<Self> {
        let (name, parameters, value) = split(line)?;
        let (group, name) = match name.rsplit_once('.') {
            Some((group, name)) => (Some(group.to_owned()), name),
            None => (None, name.as_str()),
        };
        let sound = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        sound.then(|| Self { group, name: name.to_ascii_uppercase(), parameters, value: value.to_owned(), line: 0 })
    }
}

/// Whose values are lists, in which a comma parts.
fn is_list(parameter: &str) -> bool {
    matches!(parameter, "TYPE" | "PID" | "SORT-AS")
}

type Parts<'a> = (String, Vec<(String, String)>, &'a str);

/// Name, parameters and value: the value begins at the first colon outside of quotation marks.
fn split(line: &str) -> Option<Parts<'_>> {
    let mut quoted = false;
    let colon = line.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == ':' && !quoted).then_some(at)
    });
    // Somebody who never closes a quotation mark has a colon all the same.
    let colon = colon.or_else(|| line.find(':'))?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in head.char_indices() {
        quoted ^= c == '"';
        if c == ';' && !quoted {
            parts.push(&head[start..at]);
            start = at + 1;
        }
    }
    parts.push(&head[start..]);
    let mut parts = parts.into_iter();
    let name = parts.next()?.trim().to_owned();
    let parameters = parts.filter(|part| !part.trim().is_empty()).map(|part| match part.split_once('=') {
        // Some phones write words of their own that only look like it.
        Some((name, value)) if name.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            (name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned())
        }
        _ => bare(part.trim()),
    });
    Some((name, parameters.collect(), value))
}

/// A parameter without a name, as vCard 2.1 has them.
fn bare(word: &str) -> (String, String) {
    let upper = word.to_ascii_uppercase();
    let name = match upper.as_str() {
        "QUOTED-PRINTABLE" | "BASE64" | "8BIT" | "7BIT" => "ENCODING",
        _ => "TYPE",
    };
    (name.to_owned(), word.to_owned())
}

/// All lines of a file. What is no content line is given as the number of its line.
pub fn read(bytes: &[u8]) -> Vec<Result<ContentLine, usize>> {
    let bytes = unmarked(bytes);
    let mut lines = Vec::new();
    for (number, raw) in unfolded(&bytes) {
        if raw.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        lines.push(content(&raw).map(|line| ContentLine { line: number, ..line }).ok_or(number));
    }
    lines
}

/// Without a byte order mark; UTF-16, which Outlook can write, becomes UTF-8.
pub fn unmarked(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == UTF_8 => bytes[length..].into(),
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned().into_bytes().into(),
        None => bytes.into(),
    }
}

/// Lines with what was folded put together: a line that begins with white space goes on the one before; so does the
/// one behind a quoted-printable line that ends with `=`.
fn unfolded(bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut soft = false;
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
        match lines.last_mut() {
            Some((_, last)) if soft => {
                last.pop();
                last.extend_from_slice(line.trim_ascii_start());
            }
            Some((_, last)) if is_folded && !last.is_empty() => last.extend_from_slice(&line[1..]),
            _ => lines.push((index + 1, line.to_vec())),
        }
        let last = lines.last().map_or(&[][..], |(_, last)| last);
        soft = last.ends_with(b"=") && is_quoted_printable(last);
    }
    lines
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|b| *b == b':').next().unwrap_or_default();
    String::from_utf8_lossy(head).to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

fn content(raw: &[u8]) -> Option<ContentLine> {
    // What is not UTF-8 is what western systems wrote before it.
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text.into(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(raw).0,
    };
    let mut line = ContentLine::read(text.trim_start())?;
    let encoding = line.parameter("ENCODING").map(str::to_ascii_uppercase);
    let charset = line.parameter("CHARSET").and_then(|label| Encoding::for_label(label.as_bytes()));
    if encoding.as_deref() == Some("QUOTED-PRINTABLE") {
        let decoded = quoted_printable(line.value.as_bytes());
        let encoding = charset.unwrap_or(UTF_8);
        line.value = to_line(&encoding.decode_without_bom_handling(&decoded).0);
    } else if let Some(charset) = charset.filter(|charset| *charset != UTF_8)
        && let Some(colon) = raw.iter().position(|b| *b == b':')
        && std::str::from_utf8(raw).is_err()
    {
        line.value = charset.decode_without_bom_handling(&raw[colon + 1..]).0.into_owned();
    }
    if matches!(encoding.as_deref(), Some("B" | "BASE64")) {
        inline(&mut line);
    }
    line.parameters.retain(|(name, _)| !matches!(name.as_str(), "CHARSET" | "ENCODING"));
    // A tab or another control within a value would not survive a screen.
    line.value = line.value.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    Some(line)
}

/// What vCard 3.0 encodes in base64 is an address that begins with `data:` in 4.0.
fn inline(line: &mut ContentLine) {
    let kind = line.parameters.iter().find(|(name, _)| name == "TYPE").map(|(_, kind)| kind.to_ascii_lowercase());
    let value: String = line.value.split_ascii_whitespace().collect();
    if BASE64_MIME_PERMISSIVE.decode(value.as_bytes()).is_ok() {
        let media = kind.map_or("application/octet-stream".into(), |kind| match line.name.as_str() {
            "PHOTO" | "LOGO" => format!("image/{kind}"),
            "SOUND" => format!("audio/{kind}"),
            _ => format!("application/{kind}"),
        });
        line.value = format!("data:{media};base64,{value}");
        line.parameters.retain(|(name, _)| !matches!(name.as_str(), "TYPE" | "VALUE"));
    }
}

/// Line feeds as vCard 3.0 and 4.0 write them.
fn to_line(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\\n")
}

fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let hex = |b: u8| (b as char).to_digit(16).map(|digit| digit as u8);
    let (mut decoded, mut at) = (Vec::with_capacity(text.len()), 0);
    while at < text.len() {
        match text[at..] {
            [b'=', high, low, ..] if hex(high).is_some() && hex(low).is_some() => {
                decoded.push(hex(high).unwrap_or(0) << 4 | hex(low).unwrap_or(0));
                at += 3;
            }
            [b, ..] => {
                decoded.push(b);
                at += 1;
            }
            [] => break,
        }
    }
    decoded
}

/// A text as a value; what ends lines and parts values is escaped (RFC 6350, 3.4).
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

pub fn unescape(value: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(value.len()), value.chars());
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, true) => match rest.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other @ ('\\' | ',' | ';' | ':')) => text.push(other),
                Some(other) => text.extend(['\\', other]),
                None => text.push('\\'),
            },
            (c, _) => text.push(c),
        }
    }
    text
}

/// The parts of a value, at each separator that is not escaped, with their backslashes.
pub fn parts(value: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in value.char_indices() {
        if c == separator && !escaped {
            parts.push(&value[start..at]);
            start = at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&value[start..]);
    parts
}

/// Folds at 75 bytes, never within a character.
pub fn fold(line: &str) -> String {
    let (mut folded, mut width) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if width + c.len_utf8() > 75 {
            folded.push_str("\r\n ");
            width = 1;
        }
        folded.push(c);
        width += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_read_however_they_are_written() {
        for (raw, name, value) in [
            (&b"FN:Ada\r\n Lovelace"[..], "FN", "AdaLovelace"),
            (b"fn:Ada\n\t Lovelace\n", "FN", "Ada Lovelace"),
            (b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;=\r\nJ=C3=B6rg\r\n", "N", "M\u{fc}ller;J\u{f6}rg"),
            (b"NOTE;QUOTED-PRINTABLE:one=0D=0Atwo", "NOTE", "one\\ntwo"),
            (b"FN;CHARSET=ISO-8859-1:J\xf6rg", "FN", "J\u{f6}rg"),
            (b"FN:J\xf6rg", "FN", "J\u{f6}rg"),
            (b"\xef\xbb\xbfFN:J\xc3\xb6rg", "FN", "J\u{f6}rg"),
            (b"FN;CHARSET=UTF-8:J\xc3\xb6rg", "FN", "J\u{f6}rg"),
            (b"ORG;X=\"a:b;c\":Engines", "ORG", "Engines"),
        ] {
            let lines = read(raw);
            let line = lines[0].as_ref().unwrap();
            assert_eq!((line.name.as_str(), line.value.as_str()), (name, value));
            assert_eq!(lines.len(), 1);
        }
        assert_eq!(read(b"BEGIN:VCARD\r\nnothing at all\r\n")[1], Err(2));
    }

    #[test]
    fn groups_types_and_quoted_parameters_are_kept() {
        let line = ContentLine::read("item1.TEL;type=CELL;TYPE=pref,voice;X-A=\"b;c\":+44 1").unwrap();
        assert_eq!(line.group.as_deref(), Some("item1"));
        assert!(line.is_type("cell") && line.is_type("voice") && !line.is_type("home"));
        assert_eq!(line.written(), "item1.TEL;TYPE=CELL;TYPE=pref,voice;X-A=\"b;c\":+44 1");
        let old = ContentLine::read("TEL;CELL;VOICE:1").unwrap();
        assert_eq!(old.written(), "TEL;TYPE=CELL;TYPE=VOICE:1");
    }

    proptest! {
        #[test]
        fn any_text_survives_a_line(text in "[^\\x00-\\x09\\x0b-\\x1f\\x7f-\\u{9f}]{0,120}") {
            let line = ContentLine { name: "NOTE".into(), value: escape(&text), ..ContentLine::default() };
            let read = read(fold(&line.written()).as_bytes());
            prop_assert_eq!(read[0].as_ref().unwrap().text(), text);
        }

        #[test]
        fn no_bytes_make_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}
