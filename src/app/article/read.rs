//! Safe HTML to blocks. Every text of it comes through, in order; nesting beyond what anybody reads is flattened.

mod boxes;
mod leads;

use std::collections::HashMap;

use url::Url;

use boxes::Shape;

use super::{
    block::{Block, Document, Inline},
    code,
    look::{Link, Look, Role},
    script,
};
use crate::feed::{
    SafeHtml,
    pieces::{Element, Piece},
};

/// Elements that stand in each other as boxes; deeper ones count as part of the last.
const DEEPEST: usize = 24;
/// Bytes of code in one text whose words are told apart; who writes more is not reading.
const MOST_COLOURED: usize = 128 << 10;

/// Reads a text. Links to `page` that name a place which is in the text lead there.
pub fn read(html: &SafeHtml, page: Option<&Url>) -> Document {
    let mut reader = Reader { page, ..Reader::default() };
    reader.ids = html
        .pieces()
        .filter_map(|piece| match piece {
            Piece::Open(element) => element.attribute("id").map(|id| (id.into_owned(), None)),
            _ => None,
        })
        .collect();
    for piece in html.pieces() {
        match piece {
            Piece::Text(text) => reader.text(&text),
            Piece::Open(element) => reader.open(&element),
            Piece::Close(name) => reader.close(name),
        }
    }
    reader.finish()
}

/// Where an element's text begins.
#[derive(Clone, Copy)]
struct Start {
    /// Paragraphs that had ended before.
    ended: usize,
    /// Bytes of the paragraph that were there.
    at: usize,
}

/// An element that is open.
struct Open {
    name: String,
    kind: Kind,
    /// What held before it.
    look: Look,
    rtl: Option<bool>,
    verbatim: bool,
}

enum Kind {
    /// Changes the look and nothing else.
    Phrase,
    /// With where its words begin.
    Link {
        from: Start,
    },
    /// `sup` and `sub`, with where their text begins.
    Raised {
        from: Start,
        up: bool,
    },
    Quotation,
    /// A block without a shape of its own.
    Plain,
    Heading(u8),
    Caption,
    Code {
        language: Option<String>,
    },
    Box(Shape),
}

#[derive(Default)]
struct Reader<'a> {
    page: Option<&'a Url>,
    open: Vec<Open>,
    /// The blocks of the text itself.
    blocks: Vec<Block>,
    inline: Inline,
    /// Paragraphs that have ended.
    ended: usize,
    look: Look,
    rtl: Option<bool>,
    /// Within `pre`.
    verbatim: bool,
    /// Boxes that are open.
    depth: usize,
    document: Document,
    /// Bytes of code whose words were told apart.
    coloured: usize,
    /// Numbers by their addresses.
    numbers: HashMap<String, usize>,
    /// All ids, with their position in [`Document::within`] once a link leads there.
    ids: HashMap<String, Option<usize>>,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        if self.verbatim {
            self.inline.push(text, self.look);
            return;
        }
        let look = self.look;
        let mut word = String::with_capacity(text.len());
        let mut gap = self.inline.text.is_empty() || self.inline.text.ends_with([' ', '\n']);
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                    if !gap {
                        word.push(' ');
                    }
                    gap = true;
                }
                // A place where a word might be broken with a hyphen: no word is.
                '\u{ad}' => {}
                c => {
                    word.push(c);
                    gap = false;
                }
            }
        }
        self.inline.push(&word, look);
    }

    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        if is_block(name) && !(self.verbatim && name != "pre") {
            self.flush();
        }
        if let Some(id) = element.attribute("id") {
            self.inline.anchors.push((self.inline.text.len(), id.into_owned()));
        }
        let before = (self.look, self.rtl, self.verbatim);
        match element.attribute("dir").as_deref() {
            Some("rtl") => self.rtl = Some(true),
            Some("ltr") => self.rtl = Some(false),
            _ => {}
        }
        let kind = match name {
            "br" => return self.inline_break(),
            // Blocks in a block of code are lines of it, at most.
            _ if self.verbatim && is_block(name) && name != "pre" => Kind::Phrase,
            "wbr" => return self.inline.push("\u{200b}", self.look),
            "hr" => return self.push(Block::Rule),
            "img" => return self.image(element),
            "area" | "col" | "source" | "track" => return,
            "a" => self.link(element),
            "b" | "strong" => self.phrase(|look| look.strong = true),
            "i" | "em" | "cite" | "dfn" | "var" => self.phrase(|look| look.emphasis = true),
            "s" | "strike" | "del" => self.phrase(|look| look.struck = true),
            "mark" => self.phrase(|look| look.marked = true),
            "code" | "kbd" | "samp" | "tt" if !self.verbatim => self.phrase(|look| look.role = Role::Code),
            "code" => {
                self.name_language(element);
                Kind::Phrase
            }
            "sup" | "sub" => Kind::Raised { from: self.start(), up: name == "sup" },
            "q" => {
                self.inline.push("“", self.look);
                Kind::Quotation
            }
            "rt" => {
                self.inline.push("(", self.look);
                Kind::Quotation
            }
            "rp" => Kind::Raised { from: self.start(), up: true },
            "audio" | "video" => {
                self.media(element);
                Kind::Phrase
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes()[1] - b'0';
                self.look.role = Role::Heading(level);
                Kind::Heading(level)
            }
            "summary" => self.strong_block(),
            "figcaption" | "caption" => {
                self.look.role = Role::Caption;
                Kind::Caption
            }
            "pre" => {
                self.verbatim = true;
                Kind::Code { language: code::language(element.attribute("class").as_deref()) }
            }
            name if self.depth < DEEPEST => match self.shape(name, element) {
                Some(what) => {
                    self.depth += 1;
                    Kind::Box(Shape { what, blocks: Vec::new() })
                }
                None if is_block(name) => Kind::Plain,
                None => Kind::Phrase,
            },
            name if is_block(name) => Kind::Plain,
            _ => Kind::Phrase,
        };
        self.open.push(Open { name: name.to_owned(), kind, look: before.0, rtl: before.1, verbatim: before.2 });
    }

    fn strong_block(&mut self) -> Kind {
        self.look.strong = true;
        Kind::Plain
    }

    fn phrase(&mut self, change: impl FnOnce(&mut Look)) -> Kind {
        change(&mut self.look);
        Kind::Phrase
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else { return };
        while self.open.len() > at {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        let Some(last) = self.open.last() else { return };
        match &last.kind {
            Kind::Phrase => {}
            Kind::Link { from } => self.number(*from),
            Kind::Raised { from, up } => {
                let (from, up, dropped) = (*from, *up, last.name == "rp");
                self.raise(from, up, dropped);
            }
            Kind::Quotation => {
                let mark = if last.name == "q" { "”" } else { ")" };
                self.inline.push(mark, self.look);
            }
            Kind::Plain => self.flush(),
            Kind::Heading(level) => {
                let level = *level;
                self.flush_as(|inline| Block::Heading(level, inline));
            }
            Kind::Caption => self.flush_as(Block::Caption),
            Kind::Code { language } => {
                let language = language.clone();
                self.code(language.as_deref());
            }
            Kind::Box(_) => self.flush(),
        }
        let Some(last) = self.open.pop() else { return };
        (self.look, self.rtl, self.verbatim) = (last.look, last.rtl, last.verbatim);
        if let Kind::Box(shape) = last.kind {
            self.depth -= 1;
            self.put(shape);
        }
    }

    /// Where blocks go now.
    fn here(&mut self) -> &mut Vec<Block> {
        let open = self.open.iter_mut().rev().find_map(|open| match &mut open.kind {
            Kind::Box(shape) => Some(&mut shape.blocks),
            _ => None,
        });
        open.unwrap_or(&mut self.blocks)
    }

    fn take_loose(&mut self) -> Vec<Block> {
        std::mem::take(self.here())
    }

    fn extend(&mut self, blocks: Vec<Block>) {
        self.here().extend(blocks);
    }

    fn push(&mut self, block: Block) {
        self.here().push(block);
    }

    fn start(&self) -> Start {
        Start { ended: self.ended, at: self.inline.text.len() }
    }

    /// Where an element's text begins in this paragraph: at its beginning, if the element began in one before.
    fn since(&self, start: Start) -> usize {
        let at = if start.ended == self.ended { start.at } else { 0 };
        self.inline.text.floor_char_boundary(at)
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        // Within `pre` everything is one block.
        if !self.verbatim {
            self.flush_as(Block::Text);
        }
    }

    fn flush_as(&mut self, block: impl FnOnce(Inline) -> Block) {
        self.ended += 1;
        let mut inline = std::mem::take(&mut self.inline);
        let end = inline.text.trim_end_matches([' ', '\n']).len();
        inline.truncate(end);
        if !inline.text.is_empty() {
            inline.rtl = self.rtl;
            self.push(block(inline));
        } else if !inline.anchors.is_empty() {
            self.push(Block::Anchor(inline.anchors.into_iter().map(|(_, id)| id).collect()));
        }
    }

    fn inline_break(&mut self) {
        if self.verbatim {
            return self.inline.push("\n", self.look);
        }
        let end = self.inline.text.trim_end_matches(' ').len();
        self.inline.truncate(end);
        // Two of them make a paragraph; more than that make no larger gap.
        if self.inline.text.ends_with('\n') {
            let within_text = self.open.iter().all(|open| !matches!(open.kind, Kind::Heading(_) | Kind::Caption));
            if within_text {
                self.flush();
            }
        } else if !self.inline.text.is_empty() {
            self.inline.push("\n", self.look);
        }
    }

    /// What was raised or lowered, in characters that are so where there are some.
    fn raise(&mut self, from: Start, up: bool, dropped: bool) {
        let from = self.since(from);
        let text = self.inline.text[from..].trim().to_owned();
        if dropped {
            // Parentheses for those who show no ruby; `rt` has its own.
            if !text.contains(char::is_alphanumeric) {
                self.inline.truncate(from);
            }
            return;
        }
        let look = self.inline.looks.last().map_or(self.look, |(_, look)| *look);
        let is_link = look.link.is_some() || self.inline.looks.iter().any(|(end, l)| *end > from && l.link.is_some());
        if text.is_empty() || self.verbatim {
            return;
        }
        if is_link {
            // A footnote: it keeps its looks, in brackets of which a number cannot be mistaken for a link's.
            if matches!(look.link, Some(Link::Within(_))) && !text.starts_with('[') {
                self.inline.truncate(from);
                self.inline.push(&format!("\u{2060}[^{text}]"), look);
            }
            return;
        }
        self.inline.truncate(from);
        self.inline.push(&script::raised(&text, up), look);
    }

    /// `<pre><code class="language-rust">`.
    fn name_language(&mut self, element: &Element<'_>) {
        let found = code::language(element.attribute("class").as_deref());
        for open in self.open.iter_mut().rev() {
            if let Kind::Code { language } = &mut open.kind {
                if language.is_none() {
                    *language = found;
                }
                return;
            }
        }
    }

    fn code(&mut self, language: Option<&str>) {
        self.ended += 1;
        let inline = std::mem::take(&mut self.inline);
        if !inline.anchors.is_empty() {
            self.push(Block::Anchor(inline.anchors.into_iter().map(|(_, id)| id).collect()));
        }
        let text = inline.text.trim_end().trim_start_matches(['\n', '\r']);
        if !text.is_empty() {
            let coloured = language.filter(|_| self.coloured + text.len() <= MOST_COLOURED);
            self.coloured += text.len();
            let lines = code::lines(text, coloured);
            self.push(Block::Code(lines));
        }
    }

    fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close_last();
        }
        self.flush();
        Document { blocks: self.blocks, ..self.document }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
