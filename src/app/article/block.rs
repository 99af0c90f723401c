//! What a text consists of, before it has a width.

use super::look::{Look, Token};
use crate::model::Plain;

/// A text as blocks, with what its numbers stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub blocks: Vec<Block>,
    /// Addresses of links, each once; numbers in the text count from 1.
    pub links: Vec<Plain>,
    /// The ids that links within the text lead to.
    pub within: Vec<String>,
    pub images: Vec<Image>,
}

/// A picture that the text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Only `http` and `https` can be fetched.
    pub address: Plain,
    /// What it shows, in words; the name of its file where nobody said it.
    pub label: Plain,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Text(Inline),
    /// From 1 to 6.
    Heading(u8, Inline),
    Quote(Vec<Block>),
    List {
        /// The first item's number, and whether numbers go down; `None` for bullets.
        numbers: Option<(i64, bool)>,
        items: Vec<Vec<Block>>,
    },
    Definitions(Vec<Definition>),
    /// Lines as they stand, each in pieces that are looked at alike.
    Code(Vec<Vec<(String, Token)>>),
    Table(Table),
    Rule,
    /// Under a picture or over a table.
    Caption(Inline),
    /// Where links within the text lead to: the line that comes next.
    Anchor(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    Term(Vec<Block>),
    Description(Vec<Block>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub caption: Option<Inline>,
    /// How many of the rows are headings.
    pub heads: usize,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub blocks: Vec<Block>,
    /// Columns that it takes, from 1.
    pub columns: usize,
    /// Rows that it takes, from 1.
    pub rows: usize,
}

/// Text in one flow, with looks and with the places that links lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inline {
    /// `\n` breaks the line.
    pub text: String,
    /// Where each look ends, in bytes; they cover the text.
    pub looks: Vec<(usize, Look)>,
    /// Offsets in bytes, ascending.
    pub anchors: Vec<(usize, String)>,
    /// From `dir`: whether it is read from right to left; `None` lets the text say it.
    pub rtl: Option<bool>,
}

impl Inline {
    pub fn push(&mut self, text: &str, look: Look) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        match self.looks.last_mut() {
            Some((end, last)) if *last == look => *end = self.text.len(),
            _ => self.looks.push((self.text.len(), look)),
        }
    }

    /// Shortens the text to so many bytes.
    pub fn truncate(&mut self, to: usize) {
        if to >= self.text.len() {
            return;
        }
        self.text.truncate(to);
        while self.looks.len() > 1 && self.looks[self.looks.len() - 2].0 >= to {
            self.looks.pop();
        }
        match self.looks.last_mut() {
            Some((end, _)) if to > 0 => *end = to,
            _ => self.looks.clear(),
        }
        for (at, _) in self.anchors.iter_mut().rev().take_while(|(at, _)| *at > to) {
            *at = to;
        }
    }

    /// Adds another flow at the end.
    pub fn append(&mut self, other: &Self) {
        let before = self.text.len();
        for (text, look) in other.runs() {
            self.push(text, look);
        }
        self.anchors.extend(other.anchors.iter().map(|(at, id)| (before + at, id.clone())));
    }

    /// Runs of text that look alike.
    pub fn runs(&self) -> impl Iterator<Item = (&str, Look)> {
        let starts = std::iter::once(0).chain(self.looks.iter().map(|(end, _)| *end));
        starts.zip(&self.looks).map(|(start, (end, look))| (&self.text[start..*end], *look))
    }
}
