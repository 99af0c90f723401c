//! A post's text as lines for a terminal, with its links numbered.
//!
//! `read` takes safe HTML apart into the blocks of `block`, `code` tells the words of a program apart; `lay` sets blocks
//! in lines of a width, with `wrap` for flowing text and `table` for tables. What comes out are `line`s of spans that say
//! how they are meant (`look`); the screens know what that looks like. `bidi` puts a line in the order in which it is
//! seen, `find` knows where a quotation stands, `picture` leaves room for pictures, `markdown` writes the blocks out. All of it is pure.

pub mod bidi;
pub mod block;
mod code;
mod find;
mod lay;
pub mod line;
pub mod look;
mod markdown;
pub mod picture;
mod read;
mod script;
mod table;
mod wrap;

use std::{collections::HashMap, sync::Arc};

pub use block::Image;
use block::{Block, Document, Inline};
use find::Words;
use lay::Setter;
pub use line::{Line, Span};
pub use look::{Link, Look, Role, Token};
use picture::Shown;

use crate::{
    feed::SafeHtml,
    model::{Enclosure, PageUrl, Plain, Post},
};

/// Cells that are pleasant to read.
pub const MEASURE: usize = 72;

/// A text in lines of one width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    pub lines: Vec<Line>,
    /// What the numbers in the text stand for, from 1; any address, not only of the web.
    pub links: Vec<Plain>,
    /// Lines that links within the text lead to.
    pub within: Vec<usize>,
    pub images: Vec<Image>,
    /// Those of the images that are drawn.
    pub shown: Shown,
    /// Cells that it was set in.
    pub width: usize,
    document: Arc<Document>,
    words: Words,
}

impl Article {
    /// Sets a post's text in lines of `width` cells, [`MEASURE`] at most. What comes with it and its links are listed below.
    /// What links to a place in the text leads there, if it has the host of the post's page.
    pub fn set(html: &SafeHtml, post: &Post, width: usize) -> Self {
        let mut document = read::read(html, post.url.as_ref().map(PageUrl::url));
        list_enclosures(&mut document, &post.enclosures);
        Self::of(Arc::new(document), width, Shown::new())
    }

    /// Sets a text that is no post's.
    pub fn of_text(html: &SafeHtml, width: usize) -> Self {
        Self::of(Arc::new(read::read(html, None)), width, Shown::new())
    }

    /// The same text in another width.
    pub fn fitted(&self, width: usize) -> Self {
        self.with_pictures(width, self.shown.clone())
    }

    /// The same text in this width, with these pictures drawn below their words.
    pub fn with_pictures(&self, width: usize, shown: Shown) -> Self {
        Self::of(Arc::clone(&self.document), width, shown)
    }

    fn of(document: Arc<Document>, width: usize, shown: Shown) -> Self {
        let width = width.clamp(1, MEASURE);
        let mut setter = Setter::new(width).with_pictures(shown.clone());
        setter.blocks(&document.blocks);
        list_links(&mut setter, &document.links);
        let laid = setter.end();
        // The first of a name counts.
        let mut lines: HashMap<&str, usize> = HashMap::new();
        for (anchor, line) in &laid.anchors {
            lines.entry(anchor).or_insert(*line);
        }
        let within = document.within.iter().map(|id| lines.get(id.as_str()).copied().unwrap_or(0)).collect();
        Self {
            within,
            links: document.links.clone(),
            images: document.images.clone(),
            shown,
            width,
            lines: laid.lines,
            words: laid.words,
            document,
        }
    }

    /// The line where some words begin, found by their first letters, whatever breaks and numbers are between.
    pub fn find(&self, quote: &str) -> Option<usize> {
        self.words.find(quote)
    }

    /// How much of the text stands before a line; for [`Self::line_at`] of the same text in another width.
    pub fn place_of(&self, line: usize) -> usize {
        self.words.before(line)
    }

    pub fn line_at(&self, place: usize) -> usize {
        if place == 0 { 0 } else { self.words.line_at(place).unwrap_or(self.lines.len().saturating_sub(1)) }
    }

    /// The words of each link, in the order of their numbers; empty for one that only stands around a picture.
    pub fn words_of_links(&self) -> Vec<Plain> {
        let mut words = vec![String::new(); self.links.len()];
        for span in self.lines.iter().flat_map(|line| &line.spans).filter(|span| span.look.is_text()) {
            if let Some(Link::Out(number)) = span.look.link
                && span.look.role != Role::Caption
                && let Some(words) = words.get_mut(number - 1).filter(|words| words.len() < 80)
            {
                words.push_str(span.text.as_str());
                words.push(' ');
            }
        }
        words.iter().map(|words| Plain::line(words)).collect()
    }

    /// The text in Markdown (CommonMark, with the tables of GitHub's).
    pub fn markdown(&self) -> String {
        markdown::write(&self.document)
    }
}

/// Files that come with a post are links of it.
fn list_enclosures(document: &mut Document, enclosures: &[Enclosure]) {
    if enclosures.is_empty() {
        return;
    }
    let mut heading = Inline::default();
    heading.push("Comes with it:", Look::of(Role::Caption));
    let mut items = Vec::new();
    for enclosure in enclosures {
        document.links.push(Plain::line(enclosure.url.as_str()));
        let number = document.links.len();
        let link = Some(Link::Out(number));
        let mut line = Inline::default();
        line.push(enclosure.label().as_str(), Look { link, ..Look::default() });
        line.push(&format!("\u{2060}[{number}]"), Look { link, ..Look::of(Role::Number) });
        items.push(vec![Block::Text(line)]);
    }
    document.blocks.extend([Block::Text(heading), Block::List { numbers: None, items }]);
}

fn list_links(setter: &mut Setter, links: &[Plain]) {
    if links.is_empty() {
        return;
    }
    let mut heading = Inline::default();
    heading.push("Links:", Look::of(Role::Caption));
    setter.gap();
    setter.flow(&heading);
    for (at, address) in links.iter().enumerate() {
        let mut line = Inline::default();
        let number = at + 1;
        let look = Look { link: Some(Link::Out(number)), ..Look::of(Role::Number) };
        line.push(&format!("[{number}] "), look);
        line.push(address.as_str(), Look { link: Some(Link::Out(number)), ..Look::of(Role::Caption) });
        setter.flow(&line);
    }
}

#[cfg(test)]
mod tests;
