//! A line of an article as it is drawn.

use super::{look::Look, wrap};
use crate::model::Plain;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub spans: Vec<Span>,
    /// How many of the spans stand before the text: bars, bullets, indentation.
    pub margin: usize,
    /// Read from right to left.
    pub rtl: bool,
}

/// Text that looks alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub text: Plain,
    pub look: Look,
}

impl Line {
    /// As it is printed without looks, in the order in which it is read.
    pub fn text(&self) -> String {
        let text: String = self.spans.iter().map(|span| span.text.as_str()).collect();
        text.trim_end().to_owned()
    }

    pub fn is_blank(&self) -> bool {
        self.spans.iter().all(|span| span.text.as_str().trim().is_empty())
    }

    /// Cells that it takes.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|span| wrap::width(span.text.as_str())).sum()
    }
}
