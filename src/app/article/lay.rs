//! Blocks to lines of a width.

use super::{
    bidi,
    block::{Block, Definition, Inline},
    find::Words,
    line::{Line, Span},
    look::{Look, Role, Token},
    picture::{self, Shown},
    table,
    wrap::{self, wrap},
};
use crate::model::Plain;

/// Text is not made narrower than that by indentation.
const NARROWEST: usize = 16;

/// Lines, and where in them things are.
#[derive(Debug, Default)]
pub struct Laid {
    pub lines: Vec<Line>,
    /// Places that links lead to, with their lines.
    pub anchors: Vec<(String, usize)>,
    pub words: Words,
}

/// What stands before the lines of a box.
struct Margin {
    /// Before its first line, until that is written.
    first: Option<Vec<Span>>,
    rest: Span,
    /// Cells of either.
    width: usize,
}

pub struct Setter {
    width: usize,
    margins: Vec<Margin>,
    indented: usize,
    /// A blank line is due before the next one, between so many of the margins.
    gap: Option<usize>,
    /// Within a list whose items are short: no blank lines.
    tight: bool,
    /// Anchors that wait for a line.
    waiting: Vec<String>,
    /// Pictures that are to be drawn, and those of them that wait for the end of their block.
    pictures: Shown,
    due: Vec<usize>,
    laid: Laid,
}

/// Sets blocks in lines of `width` cells.
pub fn lay(blocks: &[Block], width: usize) -> Laid {
    let mut setter = Setter::new(width);
    setter.blocks(blocks);
    setter.end()
}

impl Setter {
    pub fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            margins: Vec::new(),
            indented: 0,
            gap: None,
            tight: false,
            waiting: Vec::new(),
            pictures: Shown::new(),
            due: Vec::new(),
            laid: Laid::default(),
        }
    }

    /// Draws these pictures below the block that their words stand in.
    pub fn with_pictures(self, pictures: Shown) -> Self {
        Self { pictures, ..self }
    }

    pub fn end(mut self) -> Laid {
        let last = self.laid.lines.len().saturating_sub(1);
        self.laid.anchors.extend(self.waiting.drain(..).map(|id| (id, last)));
        self.laid
    }

    /// Cells that a line has between the margins.
    pub fn room(&self) -> usize {
        self.width.saturating_sub(self.indented).max(1)
    }

    pub fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text(inline) => self.paragraph(inline),
            Block::Heading(level, inline) => self.heading(*level, inline),
            Block::Caption(inline) => {
                // It belongs to what it stands under.
                self.gap = None;
                self.flow(inline);
                self.gap();
            }
            Block::Quote(blocks) => {
                self.gap();
                self.within(None, "| ", |setter| setter.blocks(blocks));
                self.gap();
            }
            Block::List { numbers, items } => self.list(*numbers, items),
            Block::Definitions(definitions) => self.definitions(definitions),
            Block::Code(lines) => self.code(lines),
            Block::Table(table) => table::lay(self, table),
            Block::Rule => {
                self.gap();
                let length = self.room().min(24);
                self.line(Line { spans: vec![margin(&"-".repeat(length))], ..Line::default() });
                self.gap();
            }
            Block::Anchor(ids) => self.waiting.extend(ids.iter().cloned()),
        }
        self.draw_pictures();
    }

    /// Leaves rows for the pictures that are due.
    fn draw_pictures(&mut self) {
        for at in std::mem::take(&mut self.due) {
            let Some(size) = self.pictures.remove(&at) else { continue };
            let (columns, rows) = picture::cells(size, self.room());
            // Right below the words that stand for it; what comes next keeps its distance.
            let gap = self.gap.take();
            for row in 0..rows {
                let look = Look::of(Role::Picture { at, row });
                let cells = Span { text: Plain::from(" ".repeat(columns)), look };
                self.write(Line { spans: vec![cells], ..Line::default() });
            }
            self.gap = gap;
        }
    }

    pub fn paragraph(&mut self, inline: &Inline) {
        self.gap();
        self.flow(inline);
        self.gap();
    }

    fn heading(&mut self, level: u8, inline: &Inline) {
        self.gap();
        let mark = format!("{} ", "#".repeat(usize::from(level)));
        let first = vec![margin(&mark)];
        self.within(Some(first), &" ".repeat(mark.len()), |setter| setter.flow(inline));
        self.gap();
    }

    /// A flow of text, without any gap around it.
    pub fn flow(&mut self, inline: &Inline) {
        let rtl = inline.rtl.unwrap_or_else(|| bidi::begins_rtl(&inline.text));
        let lines = wrap(inline, self.room());
        let mut anchors = inline.anchors.iter().peekable();
        let mut starts = lines.iter().skip(1).map(|(start, _)| *start).collect::<Vec<_>>().into_iter();
        for (_, mut line) in lines {
            let next = starts.next().unwrap_or(usize::MAX);
            while let Some((_, id)) = anchors.next_if(|(at, _)| *at < next) {
                self.waiting.push(id.clone());
            }
            line.rtl = rtl;
            self.line(line);
        }
    }

    /// Blocks within a margin, of which the first line has its own. It goes where it would leave too little room.
    pub fn within(&mut self, first: Option<Vec<Span>>, rest: &str, set: impl FnOnce(&mut Self)) {
        let width = wrap::width(rest);
        let fits = self.room() >= width + NARROWEST.min(self.width / 2).max(2);
        if fits {
            self.margins.push(Margin { first, rest: margin(rest), width });
            self.indented += width;
        }
        set(self);
        if fits && let Some(margin) = self.margins.pop() {
            self.indented -= margin.width;
        }
    }

    fn list(&mut self, numbers: Option<(i64, bool)>, items: &[Vec<Block>]) {
        let shown = |block: &&Block| !matches!(block, Block::Anchor(_) | Block::List { .. });
        let loose = items.iter().any(|item| item.iter().filter(shown).count() > 1);
        self.gap();
        let outer = std::mem::replace(&mut self.tight, !loose);
        let bullet = |at: usize| match numbers {
            None => "*".to_owned(),
            Some((start, true)) => format!("{}.", start.saturating_sub(at as i64)),
            Some((start, false)) => format!("{}.", start.saturating_add(at as i64)),
        };
        let widest = [0, items.len().saturating_sub(1)].iter().map(|&at| wrap::width(&bullet(at))).max().unwrap_or(1);
        for (at, item) in items.iter().enumerate() {
            let bullet = bullet(at);
            let gap = widest.saturating_sub(wrap::width(&bullet));
            let first = vec![margin(&format!("{}{bullet} ", " ".repeat(gap)))];
            self.within(Some(first), &" ".repeat(widest + 1), |setter| setter.blocks(item));
            self.gap();
        }
        self.tight = outer;
        self.gap();
    }

    fn definitions(&mut self, definitions: &[Definition]) {
        self.gap();
        let outer = std::mem::replace(&mut self.tight, true);
        let mut described = false;
        for definition in definitions {
            match definition {
                Definition::Term(blocks) => {
                    if std::mem::take(&mut described) && !outer {
                        self.gap = Some(self.margins.len());
                    }
                    self.blocks(blocks);
                }
                Definition::Description(blocks) => {
                    described = true;
                    self.within(None, "    ", |setter| setter.blocks(blocks));
                }
            }
        }
        self.tight = outer;
        self.gap();
    }

    /// Code keeps its lines. What is too long goes on in the next, behind a sign.
    fn code(&mut self, lines: &[Vec<(String, Token)>]) {
        self.gap();
        for words in lines {
            let mut inline = Inline::default();
            for (text, token) in words {
                inline.push(text, Look::of(Role::Token(*token)));
            }
            self.within(Some(vec![margin("  ")]), "↪ ", |setter| {
                for line in cut(&inline, setter.room()) {
                    setter.line(line);
                }
            });
        }
        self.gap();
    }

    /// A blank line is due.
    pub fn gap(&mut self) {
        if !self.tight && !self.laid.lines.is_empty() {
            let depth = self.margins.len();
            self.gap = Some(self.gap.map_or(depth, |before| before.min(depth)));
        }
    }

    /// Writes a line between the margins, and its words in order.
    pub fn line(&mut self, line: Line) {
        let at = self.write(line);
        self.laid.words.add(&self.laid.lines[at], at);
    }

    /// Writes a line between the margins. Where it stands.
    pub fn write(&mut self, line: Line) -> usize {
        if let Some(depth) = self.gap.take() {
            let blank = self.blank(depth);
            self.laid.lines.push(blank);
        }
        if !self.pictures.is_empty() {
            let named = line.spans.iter().filter_map(|span| match span.look.role {
                Role::Image(at) => Some(at),
                _ => None,
            });
            for at in named {
                if self.pictures.contains_key(&at) && !self.due.contains(&at) {
                    self.due.push(at);
                }
            }
        }
        let line = self.with_margins(line);
        let at = self.laid.lines.len();
        self.laid.anchors.extend(self.waiting.drain(..).map(|id| (id, at)));
        self.laid.lines.push(line);
        at
    }

    /// Takes in what a cell of a table has besides its lines.
    pub fn adopt(&mut self, laid: &Laid, first: usize) {
        self.laid.words.append(&laid.words, first);
        self.laid.anchors.extend(laid.anchors.iter().map(|(id, at)| (id.clone(), first + at)));
    }

    /// A line with nothing but margins. The gap before a box is not part of it.
    fn blank(&self, depth: usize) -> Line {
        let margins = self.margins.iter().take(depth);
        let spans = margins.map(|level| match level.first {
            Some(_) => margin(&" ".repeat(level.width)),
            None => level.rest.clone(),
        });
        let spans: Vec<Span> = spans.collect();
        Line { margin: spans.len(), spans, rtl: false }
    }

    fn with_margins(&mut self, line: Line) -> Line {
        if self.margins.is_empty() {
            return line;
        }
        let mut spans: Vec<Span> = Vec::with_capacity(self.margins.len() + line.spans.len());
        for level in &mut self.margins {
            match level.first.take() {
                Some(first) => spans.extend(first),
                None => spans.push(level.rest.clone()),
            }
        }
        let count = spans.len() + line.margin;
        spans.extend(line.spans);
        Line { spans, margin: count, rtl: line.rtl }
    }
}

pub fn margin(text: &str) -> Span {
    Span { text: Plain::from(text), look: Look::of(Role::Margin) }
}

/// A line of code in lines of so many cells, broken wherever one is full.
fn cut(inline: &Inline, columns: usize) -> Vec<Line> {
    use unicode_segmentation::UnicodeSegmentation;
    let mut lines = vec![Line::default()];
    let mut used = 0;
    for (text, look) in inline.runs() {
        let mut piece = String::new();
        for character in text.graphemes(true) {
            let wide = wrap::width(character);
            if used > 0 && used + wide > columns {
                if let Some(line) = lines.last_mut() {
                    line.push(wrap::shown(&std::mem::take(&mut piece)), look);
                }
                lines.push(Line::default());
                used = 0;
            }
            piece.push_str(character);
            used += wide;
        }
        if let Some(line) = lines.last_mut() {
            line.push(wrap::shown(&piece), look);
        }
    }
    lines
}
