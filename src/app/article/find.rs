//! The words of an article in the order in which they are read, with their lines: where a quotation stands is found
//! whatever breaks, numbers and cells of a table are between.

use super::{line::Line, script};

/// Letters of a quotation that are looked for.
const ENOUGH: usize = 24;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Letters and digits and nothing else.
    letters: String,
    /// Where in them each line ends, and which line that is.
    ends: Vec<(usize, usize)>,
}

impl Words {
    pub fn add(&mut self, line: &Line, at: usize) {
        for span in line.spans.iter().skip(line.margin).filter(|span| span.look.is_text()) {
            self.letters.extend(letters(span.text.as_str()));
        }
        self.ends.push((self.letters.len(), at));
    }

    /// Adds what has lines of its own, of which the first is `first` here.
    pub fn append(&mut self, other: &Self, first: usize) {
        let before = self.letters.len();
        self.letters.push_str(&other.letters);
        self.ends.extend(other.ends.iter().map(|(end, at)| (before + end, first + at)));
    }

    /// The line where these words begin; their first letters decide.
    pub fn find(&self, quote: &str) -> Option<usize> {
        let wanted: String = letters(quote).take(ENOUGH).collect();
        let at = (!wanted.is_empty()).then(|| self.letters.find(&wanted)).flatten()?;
        self.line_at(at)
    }

    /// How many bytes of letters come before a line.
    pub fn before(&self, line: usize) -> usize {
        let next = self.ends.iter().position(|(_, at)| *at >= line).unwrap_or(self.ends.len());
        next.checked_sub(1).map_or(0, |last| self.ends[last].0)
    }

    /// The line where so many bytes of letters are behind one.
    pub fn line_at(&self, bytes: usize) -> Option<usize> {
        self.ends.iter().find(|(end, _)| *end > bytes).map(|(_, line)| *line)
    }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(script::plain).filter(|c| c.is_alphanumeric())
}
