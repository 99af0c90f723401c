//! Reads markup that nobody checked, XML or HTML, as a run of tokens. It never fails and never loops back far.
//!
//! A crate for well-formed XML would need a repair of the text before it: bare `<`, quotes that never close, attributes
//! without quotes, a declaration that ends in `>`. Finding those takes a tokenizer like this one, so it is the reader.

use std::cell::OnceCell;

/// Attributes of one tag that are kept; more is an attack on whoever looks for duplicates.
const MOST_ATTRIBUTES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Knows CDATA and processing instructions.
    Xml,
    /// Reads those as comments, as browsers do.
    Html,
}

/// Comments, declarations and processing instructions are passed over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// With its character references as written.
    Text(&'a str),
    /// Text that holds no references: CDATA.
    Verbatim(&'a str),
    Open(Tag<'a>),
    /// The name as written.
    Close(&'a str),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// As written, with its prefix.
    pub(super) name: &'a str,
    /// Names and values as written, references included; no value is an empty one.
    pub(super) attributes: Vec<(&'a str, &'a str)>,
    /// `<name/>`
    pub(super) closed: bool,
}

#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
    /// Where the last `"`, `'`, `>` and `]]>` are, looked for once somebody asks, so that one that is missing is known
    /// without a search to the end each time.
    last_double: OnceCell<Option<usize>>,
    last_single: OnceCell<Option<usize>>,
    last_end: OnceCell<Option<usize>>,
    last_verbatim_end: OnceCell<Option<usize>>,
}

/// What follows CDATA that somebody forgot to end.
const BEHIND_VERBATIM: [&str; 3] = ["</description>", "</content:encoded>", "</content>"];

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        Self {
            text,
            at: 0,
            dialect,
            last_double: OnceCell::new(),
            last_single: OnceCell::new(),
            last_end: OnceCell::new(),
            last_verbatim_end: OnceCell::new(),
        }
    }

    /// How much of the text has been read, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes on behind the end tag of that name, or at the end of the text: for `<script>`, whose content is no markup.
    pub(super) fn skip_past_end_of(&mut self, name: &str) {
        let bytes = self.text.as_bytes();
        while let Some(found) = self.text[self.at..].find("</") {
            self.at += found + 2;
            let end = self.at + name.len();
            if bytes.get(self.at..end).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes())) {
                self.at = self.text[end..].find('>').map_or(self.text.len(), |close| end + close + 1);
                return;
            }
        }
        self.at = self.text.len();
    }

    /// The end of a construct that `terminator` ends; the end of the text if nothing does.
    fn end_of(&self, from: usize, terminator: &str) -> usize {
        self.text
            .get(from..)
            .and_then(|rest| rest.find(terminator))
            .map_or(self.text.len(), |at| from + at + terminator.len())
    }

    /// Reads what starts with the `<` at `start`. `Ok(None)` for what is passed over, `Err` if the `<` is only text.
    fn markup(&mut self, start: usize) -> Result<Option<Token<'a>>, ()> {
        let rest = &self.text[start..];
        let xml = self.dialect == Dialect::Xml;
        if rest.starts_with("<!--") {
            self.at = if rest.starts_with("<!-->") { start + 5 } else { self.end_of(start + 4, "-->") };
        } else if xml && rest.starts_with("<![CDATA[") {
            let content = start + "<![CDATA[".len();
            if self.last_verbatim_end.get_or_init(|| self.text.rfind("]]>")).is_some_and(|last| last >= content) {
                self.at = self.end_of(content, "]]>");
            } else {
                let rest = &self.text[content..];
                let end = rest
                    .match_indices("</")
                    .find(|(at, _)| BEHIND_VERBATIM.iter().any(|end| rest[*at..].starts_with(end)));
                self.at = end.map_or(self.text.len(), |(at, _)| content + at);
            }
            let content = &self.text[content..self.at];
            return Ok(Some(Token::Verbatim(content.strip_suffix("]]>").unwrap_or(content))));
        } else if !xml && self.last_end.get_or_init(|| self.text.rfind('>')).is_none_or(|last| last < start) {
            // What nothing ends is text in HTML, such as a title that is only "<!DOCTYPE".
            return Err(());
        } else if rest.starts_with("<!") && rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.at = self.end_of_declaration(start);
        } else if xml && rest.starts_with("<?") {
            self.at = self.end_of_instruction(start);
        } else if !xml && (rest.starts_with("<!") || rest.starts_with("<?")) {
            self.at = self.end_of(start, ">");
        } else if let Some(after) = rest.strip_prefix("</") {
            if !starts_name(after) {
                return Err(());
            }
            let name = start + 2;
            let end = self.text[name..].find(ends_name).map_or(self.text.len(), |at| name + at);
            let close = self.text[end..].find(['>', '<']).map_or(self.text.len(), |at| end + at);
            self.at = if self.text[close..].starts_with('>') { close + 1 } else { close };
            return Ok(Some(Token::Close(&self.text[name..end])));
        } else if starts_name(&rest[1..]) {
            return self.tag(start).map(Some);
        } else {
            return Err(());
        }
        Ok(None)
    }

    /// `<!DOCTYPE ...>`, which may hold definitions in brackets.
    fn end_of_declaration(&self, start: usize) -> usize {
        let close = self.end_of(start, ">");
        match self.text[start..close].find('[') {
            None => close,
            Some(open) => {
                let definitions = self.end_of(start + open, "]");
                self.end_of(definitions, ">")
            }
        }
    }

    /// `<?...?>`; a declaration that somebody closed with `>` ends there, and at the next tag at the latest.
    fn end_of_instruction(&self, start: usize) -> usize {
        let next = self.text[start + 1..].find('<').map_or(self.text.len(), |next| start + 1 + next);
        let instruction = &self.text[start..next];
        let end = instruction.find("?>").map(|at| at + 2).or_else(|| instruction.find('>').map(|at| at + 1));
        end.map_or(next, |end| start + end)
    }

    fn tag(&mut self, start: usize) -> Result<Token<'a>, ()> {
        let bytes = self.text.as_bytes();
        let name = start + 1;
        let mut at = self.text[name..].find(ends_name).map_or(self.text.len(), |end| name + end);
        let mut tag = Tag { name: &self.text[name..at], attributes: Vec::new(), closed: false };
        loop {
            at += bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            match bytes.get(at) {
                // A tag that the text ends in is cut off, and no tag.
                None => {
                    self.at = at;
                    return Ok(Token::Text(""));
                }
                Some(b'>') => {
                    self.at = at + 1;
                    return Ok(Token::Open(tag));
                }
                Some(b'<') => return Err(()),
                Some(b'/') => {
                    at += 1;
                    tag.closed = bytes.get(at) == Some(&b'>');
                }
                Some(_) => at = self.attribute(at, &mut tag),
            }
        }
    }

    /// Reads an attribute, and gives where it ends.
    fn attribute(&self, start: usize, tag: &mut Tag<'a>) -> usize {
        let bytes = self.text.as_bytes();
        let blank = |at: usize| bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        // A name has one byte at least, so that `=` alone does not hold the reader up.
        let length = bytes[start + 1..]
            .iter()
            .take_while(|b| !matches!(b, b'=' | b'>' | b'/' | b'<') && !b.is_ascii_whitespace());
        let end = start + 1 + length.count();
        let name = self.text.get(start..end).unwrap_or_default();
        let mut value = "";
        let mut at = end;
        let equals = end + blank(end);
        if bytes.get(equals) == Some(&b'=') {
            at = equals + 1 + blank(equals + 1);
            let partner = match bytes.get(at) {
                Some(b'"') => self.last_double.get_or_init(|| self.text.rfind('"')).filter(|last| *last > at),
                Some(b'\'') => self.last_single.get_or_init(|| self.text.rfind('\'')).filter(|last| *last > at),
                _ => None,
            };
            let quote = bytes.get(at).copied().unwrap_or_default();
            if partner.is_some() {
                let close =
                    bytes[at + 1..].iter().position(|b| *b == quote).map_or(self.text.len(), |close| at + 1 + close);
                value = self.text.get(at + 1..close).unwrap_or_default();
                at = (close + 1).min(self.text.len());
            } else {
                let length = bytes[at..].iter().take_while(|b| **b != b'>' && !b.is_ascii_whitespace()).count();
                let written = self.text.get(at..at + length).unwrap_or_default();
                at += length;
                // `<a href=x/>`: the slash closes the tag unless it is the address's own.
                value =
                    if bytes.get(at) == Some(&b'>') { written.strip_suffix('/').unwrap_or(written) } else { written };
                tag.closed |= value.len() < written.len() && self.dialect == Dialect::Xml;
                value = value.trim_matches(['"', '\'']);
            }
        }
        if tag.attributes.len() < MOST_ATTRIBUTES && !name.is_empty() {
            tag.attributes.push((name, value));
        }
        at
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        let mut look = start;
        while start < self.text.len() {
            let Some(found) = self.text[look..].find('<') else {
                self.at = self.text.len();
                return Some(Token::Text(&self.text[start..]));
            };
            let open = look + found;
            if open > start && self.is_markup(open) {
                self.at = open;
                return Some(Token::Text(&self.text[start..open]));
            }
            if open == start {
                match self.markup(open) {
                    Ok(Some(token)) => return Some(token),
                    Ok(None) => return self.next_after_passing(),
                    Err(()) => {}
                }
            }
            look = open + 1;
        }
        None
    }
}

impl<'a> Tokens<'a> {
    /// Whether the `<` there begins something by its next characters; whether it ends is found out when it is read.
    fn is_markup(&self, open: usize) -> bool {
        let rest = &self.text[open + 1..];
        rest.starts_with(['!', '?']) || starts_name(rest.strip_prefix('/').unwrap_or(rest))
    }

    /// A token after a comment and the like. A loop, because a document can hold a million comments.
    fn next_after_passing(&mut self) -> Option<Token<'a>> {
        while self.text[self.at..].starts_with('<') {
            match self.markup(self.at) {
                Ok(Some(token)) => return Some(token),
                Ok(None) => {}
                Err(()) => {
                    let start = self.at;
                    self.at = self.text[start + 1..].find('<').map_or(self.text.len(), |next| start + 1 + next);
                    return Some(Token::Text(&self.text[start..self.at]));
                }
            }
        }
        self.next()
    }
}

fn starts_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':')
}

fn ends_name(c: char) -> bool {
    matches!(c, '>' | '/' | '<') || c.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, dialect: Dialect) -> String {
        let mut shown = String::new();
        for token in Tokens::new(text, dialect) {
            match token {
                Token::Text(text) => shown += text,
                Token::Verbatim(text) => shown += &format!("{{{text}}}"),
                Token::Close(name) => shown += &format!("[/{name}]"),
                Token::Open(tag) => {
                    let attributes: String =
                        tag.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
                    shown += &format!("[{}{attributes}{}]", tag.name, if tag.closed { "/" } else { "" });
                }
            }
        }
        shown
    }

    #[test]
    fn xml_is_read_however_it_was_written() {
        for (written, read) in [
            ("<a b='1' c=\"2\">x</a>", "[a b=1 c=2]x[/a]"),
            ("<a b=1 c/>", "[a b=1 c=/]"),
            ("<a b=1/>", "[a b=1/]"),
            ("<a b=>x", "[a b=]x"),
            ("<a b='x>y</a>", "[a b='x]y[/a]".replace('\'', "").as_str()),
            ("<a title=it's>y", "[a title=it's]y"),
            ("<a b=\"<c>\">y", "[a b=<c>]y"),
            ("I <3 RSS", "I <3 RSS"),
            ("if a < b & c", "if a < b & c"),
            ("a <b and c</title>", "a <b and c[/title]"),
            ("a]]<![CDATA[b<c>]]>d", "a]]{b<c>}d"),
            ("a<![CDATA[cut", "a{cut}"),
            ("a<![CDATA[b</p></description>c", "a{b</p>}[/description]c"),
            ("<?xml version='1.0'><rss>", "[rss]"),
            ("<?xml version='1.0'?><?x y?>z", "z"),
            ("<!DOCTYPE r [<!ENTITY a \"b\"><!ENTITY c 'd'>] >x", "x"),
            ("<!-- a --><!-->b--><a>", "b-->[a]"),
            ("x<a href='cut", "x"),
            ("</a\n>x</b", "[/a]x[/b]"),
            ("<<a>>", "<[a]>"),
            ("<été>", "[été]"),
            ("< a>", "< a>"),
        ] {
            assert_eq!(shown(written, Dialect::Xml), read, "{written}");
        }
    }

    #[test]
    fn html_has_no_cdata_and_scripts_are_skipped_whole() {
        assert_eq!(shown("a<![CDATA[b>c", Dialect::Html), "ac");
        assert_eq!(shown("<b>see <!DOCTYPE", Dialect::Html), "[b]see <!DOCTYPE");
        let mut tokens = Tokens::new("<script>if (a</b) '<p>'</SCRIPT >x", Dialect::Html);
        tokens.next();
        tokens.skip_past_end_of("script");
        assert_eq!(tokens.next(), Some(Token::Text("x")));
    }

    #[test]
    fn attributes_without_end_are_cut() {
        let tag = format!("<a {}>", "b=1 ".repeat(1000));
        let Some(Token::Open(tag)) = Tokens::new(&tag, Dialect::Html).next() else { panic!("a tag") };
        assert_eq!(tag.attributes.len(), MOST_ATTRIBUTES);
    }
}
