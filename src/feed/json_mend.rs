//! JSON that nobody checked, written again so that a parser of sound JSON can read it.
//!
//! It is asked only for what serde gives up on: a document that was cut off, line feeds and half characters in strings, a
//! comma too many or too few, comments, `NaN`, escapes that JSON does not have, brackets without end.

/// Brackets within brackets; what is further down is left out. serde gives up at 128.
const DEEPEST: usize = 100;

/// A document as it can be read.
pub(super) struct Mended {
    pub(super) text: String,
    /// It ended within its list of items or elsewhere; what was not whole is left out.
    pub(super) cut_off: bool,
}

/// Mends the first value of a text, which begins with its bracket. Linear in time; the result is never much longer.
pub(super) fn mend(text: &str) -> Mended {
    let mut mender =
        Mender { text, at: 0, out: String::with_capacity(text.len()), open: Vec::new(), key: String::new() };
    while mender.step().is_some() {}
    let cut_off = !mender.open.is_empty();
    if cut_off {
        mender.close_all();
    }
    Mended { text: mender.out, cut_off }
}

/// What may come next within a bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Key,
    Colon,
    Value,
    Comma,
}

struct Open {
    is_list: bool,
    next: Next,
    /// What is written up to there is whole.
    whole: usize,
}

struct Mender<'a> {
    text: &'a str,
    at: usize,
    out: String,
    open: Vec<Open>,
    /// The last key of the outermost object.
    key: String,
}

impl Mender<'_> {
    /// Reads one token; `None` at the end of the text or of the value.
    fn step(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        match first {
            '{' | '[' => self.enter(first == '['),
            '}' | ']' => {
                self.at += 1;
                self.leave();
                if self.open.is_empty() {
                    return None;
                }
            }
            ',' => {
                self.at += 1;
                if let Some(open) = self.open.last_mut().filter(|open| open.next == Next::Comma) {
                    open.next = if open.is_list { Next::Value } else { Next::Key };
                    self.out.push(',');
                }
            }
            ':' => {
                self.at += 1;
                if let Some(open) = self.open.last_mut().filter(|open| open.next == Next::Colon) {
                    open.next = Next::Value;
                    self.out.push(':');
                }
            }
            '"' | '\'' => {
                let string = self.string(first)?;
                self.write(&string, true);
            }
            '/' if rest.starts_with("//") => self.at += rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => self.at += rest.find("*/").map_or(rest.len(), |end| end + 2),
            c if c.is_whitespace() || c == '/' => self.at += c.len_utf8(),
            _ => {
                // A word that the text ends in may be half a word.
                let end = rest.find(|c: char| c.is_whitespace() || ",:]}[{\"'/".contains(c))?;
                self.at += end;
                self.word(&rest[..end]);
            }
        }
        Some(())
    }

    fn enter(&mut self, is_list: bool) {
        if self.open.len() >= DEEPEST {
            self.skip();
            self.write("null", false);
            return;
        }
        self.at += 1;
        self.separate();
        self.out.push(if is_list { '[' } else { '{' });
        let next = if is_list { Next::Value } else { Next::Key };
        self.open.push(Open { is_list, next, whole: self.out.len() });
    }

    fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.out.truncate(open.whole);
        self.out.push(if open.is_list { ']' } else { '}' });
        self.is_whole();
    }

    /// Passes over a bracket and all that is in it.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    if self.string('"').is_none() {
                        self.at = self.text.len();
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Writes what should stand before a value or key and does not.
    fn separate(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        match (open.next, open.is_list) {
            (Next::Comma, true) => self.out.push(','),
            // An object where a key belongs, or a value behind a value: nothing names it.
            (Next::Comma, false) => self.out.push_str(",\"\":"),
            (Next::Key, false) => self.out.push_str("\"\":"),
            (Next::Colon, _) => self.out.push(':'),
            _ => {}
        }
        open.next = Next::Value;
    }

    /// Writes a value without parts, or a key.
    fn write(&mut self, written: &str, is_text: bool) {
        let outermost = self.open.len() == 1;
        if let Some(open) = self.open.last_mut().filter(|open| !open.is_list && is_text)
            && matches!(open.next, Next::Key | Next::Comma)
        {
            if open.next == Next::Comma {
                self.out.push(',');
            }
            open.next = Next::Colon;
            self.out.push_str(written);
            if outermost {
                written.trim_matches('"').clone_into(&mut self.key);
            }
            return;
        }
        self.separate();
        self.out.push_str(written);
        self.is_whole();
    }

    fn is_whole(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.whole = self.out.len();
            open.next = Next::Comma;
        }
    }

    /// A number, a name, or what somebody forgot to quote.
    fn word(&mut self, word: &str) {
        let is_key = self.open.last().is_some_and(|open| !open.is_list && matches!(open.next, Next::Key | Next::Comma));
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if is_key {
            self.write(&quoted(word), true);
        } else if matches!(word, "true" | "false" | "null")
            || (is_number && serde_json::from_str::<serde_json::Number>(word).is_ok())
        {
            self.write(word, false);
        } else if is_number && word.contains(|c: char| c.is_ascii_digit()) {
            self.write(&quoted(word), false);
        } else {
            self.write("null", false);
        }
    }

    /// Reads a string and writes it anew, in double quotes; `None` if the text ends in it.
    fn string(&mut self, quote: char) -> Option<String> {
        let mut string = String::from('"');
        let mut characters = self.text[self.at + 1..].char_indices();
        let start = self.at + 1;
        while let Some((at, c)) = characters.next() {
            match c {
                c if c == quote => {
                    self.at = start + at + 1;
                    string.push('"');
                    return Some(string);
                }
                '\\' => match characters.next()?.1 {
                    'u' => {
                        let (written, digits) = escape(characters.as_str());
                        string.push_str(&written);
                        for _ in 0..digits {
                            characters.next();
                        }
                    }
                    c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => string.extend(['\\', c]),
                    c => push(&mut string, c),
                },
                c => push(&mut string, c),
            }
        }
        self.at = self.text.len();
        None
    }

    /// Ends a document that was cut off behind the last item that is whole, else behind what else is.
    fn close_all(&mut self) {
        let in_items = self.key == "items" && self.open.get(1).is_some_and(|open| open.is_list);
        self.open.truncate(if in_items { 2 } else { 1 });
        while !self.open.is_empty() {
            self.leave();
        }
    }
}

/// What `\u` with these characters behind it is written as, and how many of them belong to it. Half of a pair stands for
/// nothing.
fn escape(rest: &str) -> (String, usize) {
    let unit = |text: &str| text.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(first) = unit(rest) else { return ("\u{fffd}".to_owned(), 0) };
    if let 0xd800..=0xdfff = first {
        let second = rest.get(4..).and_then(|rest| rest.strip_prefix("\\u")).and_then(unit);
        let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
        return pair.filter(|c| *c > '\u{ffff}').map_or(("\u{fffd}".to_owned(), 4), |c| (c.into(), 10));
    }
    (format!("\\u{first:04x}"), 4)
}

fn quoted(word: &str) -> String {
    let mut string = String::from('"');
    word.chars().for_each(|c| push(&mut string, c));
    string.push('"');
    string
}

fn push(string: &mut String, c: char) {
    match c {
        '"' | '\\' => string.extend(['\\', c]),
        '\n' => string.push_str("\\n"),
        '\t' => string.push_str("\\t"),
        c if c < ' ' => string.push(' '),
        c => string.push(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_meant_is_written_as_sound_json() {
        for (broken, sound) in [
            (r#"{"a":1,"b":[1,2,],}"#, r#"{"a":1,"b":[1,2]}"#),
            ("{\"a\":\"x\ny\tz\u{1}\"}", r#"{"a":"x\ny\tz "}"#),
            (
                r#"{"a":"\ud83d","b":"\ud83d\ude00","c":"\x\'\u12"}"#,
                "{\"a\":\"\u{fffd}\",\"b\":\"😀\",\"c\":\"x'\u{fffd}12\"}",
            ),
            ("{ // note\n\"a\" /* b */ : NaN, \"c\": 007, \"d\": 1e999}", r#"{"a":null,"c":"007","d":"1e999"}"#),
            ("{a: 'b \"c\"' d: true}", r#"{"a":"b \"c\"","d":true}"#),
            (r#"{"a":1 "b":2}"#, r#"{"a":1,"b":2}"#),
            (r#"{"a":1});<!-- x -->"#, r#"{"a":1}"#),
            (r#"{"a":1,"b":"cu"#, r#"{"a":1}"#),
            (r#"{"a":1,"items":[{"b":[1,2]},{"b":[1"#, r#"{"a":1,"items":[{"b":[1,2]}]}"#),
            (r#"{"items":[{"b":1},{"b":2}],"a":tr"#, r#"{"items":[{"b":1},{"b":2}]}"#),
            (r#"{"a":[1]]"#, r#"{"a":[1]}"#),
            ("{", "{}"),
        ] {
            assert_eq!(mend(broken).text, sound, "{broken}");
        }
        let deep = format!(r#"{{"a":{}1{},"b":2}}"#, "[".repeat(5000), "]".repeat(5000));
        assert!(mend(&deep).text.ends_with(r#","b":2}"#));
    }

    proptest! {
        #[test]
        fn whatever_it_is_given_it_writes_sound_json(text in "[\\[{][\\[\\]{},:\"'\\\\a1u\\-.eE/*n\n é]{0,40}") {
            let mended = mend(&text).text;
            prop_assert!(serde_json::from_str::<serde_json::Value>(&mended).is_ok(), "{mended}");
        }
    }
}
