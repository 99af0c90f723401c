//! A flow of text broken into lines, where Unicode allows a break (UAX #14): between words, between ideographs but not
//! before closing punctuation, never within an emoji. Hyphens are never added. Widths are in cells of a terminal.

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{
    block::Inline,
    line::{Line, Span},
    look::Look,
};
use crate::model::Plain;

/// Bytes of one character with all its marks; more of them are a prank.
const LONGEST_CHARACTER: usize = 64;

/// Cells that a character with its marks takes.
pub fn width(text: &str) -> usize {
    // Most words of most texts.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Between two places where the line may be broken.
struct Piece<'a> {
    text: &'a str,
    /// Without the spaces at the end.
    width: usize,
    spaces: usize,
    /// The line ends behind it.
    ends: bool,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut from = 0;
    linebreaks(text).map(move |(at, kind)| {
        let piece = &text[from..at];
        from = at;
        let ends = kind == BreakOpportunity::Mandatory;
        let bare = piece.trim_end_matches([' ', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']);
        let spaces = piece[bare.len()..].bytes().filter(|b| *b == b' ').count();
        Piece { text: piece, width: width(bare), spaces, ends }
    })
}

/// The widest part that cannot be broken, and the widest line if nothing is broken.
pub fn extent(inline: &Inline) -> (usize, usize) {
    let (mut word, mut line, mut widest) = (0, 0, 0);
    for piece in pieces(&inline.text) {
        word = word.max(piece.width);
        widest = widest.max(line + piece.width);
        line = if piece.ends { 0 } else { line + piece.width + piece.spaces };
    }
    (word, widest)
}

/// Lines of `columns` cells, one at least, each with the byte in the text where it begins. A character that is wider
/// than all of that stands alone.
pub fn wrap(inline: &Inline, columns: usize) -> Vec<(usize, Line)> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let (mut start, mut end, mut at) = (0, 0, 0);
    let (mut used, mut gap) = (0, 0);
    for piece in pieces(&inline.text) {
        let bare = at + piece.text.trim_end_matches([' ', '\n']).len();
        // Something stands there already, be it a mark that takes no cell.
        if end > start && used + gap + piece.width > columns {
            lines.push((start, end));
            (start, used, gap) = (at, 0, 0);
        }
        if piece.width > columns {
            // It stands at the beginning of a line by now, and is broken between characters.
            for (offset, character) in characters(&inline.text[at..bare], columns) {
                let wide = character.width();
                if used > 0 && used + wide > columns {
                    lines.push((start, at + offset));
                    (start, used) = (at + offset, 0);
                }
                used += wide;
            }
        } else {
            used += gap + piece.width;
        }
        (end, gap) = (bare, piece.spaces);
        at += piece.text.len();
        if piece.ends {
            lines.push((start, end));
            (start, end, used, gap) = (at, at, 0, 0);
        }
    }
    if end > start || lines.is_empty() {
        lines.push((start, end.max(start)));
    }
    let mut looks = Looks { inline, at: 0 };
    lines.into_iter().map(|(start, end)| (start, looks.line(start, end.max(start)))).collect()
}

/// The characters of a text with their marks, and where they begin. Marks that take cells of their own can make one wider
/// than the line; those are drawn apart.
fn characters(text: &str, columns: usize) -> impl Iterator<Item = (usize, &str)> {
    let most = columns.max(2);
    text.grapheme_indices(true).flat_map(move |(at, character)| {
        let apart = if character.width() > most { character.len() } else { 0 };
        let parts = character[..apart].char_indices().map(move |(offset, c)| (at + offset, c.len_utf8()));
        let whole = (apart == 0).then_some((at, character.len()));
        parts.chain(whole).map(|(at, length)| (at, &text[at..at + length]))
    })
}

/// Goes through the looks once, line by line.
struct Looks<'a> {
    inline: &'a Inline,
    at: usize,
}

impl Looks<'_> {
    fn line(&mut self, start: usize, end: usize) -> Line {
        let mut line = Line::default();
        let mut from = start;
        while from < end {
            let Some((until, look)) = self.inline.looks.get(self.at).copied() else { break };
            if until <= from {
                self.at += 1;
                continue;
            }
            let to = until.min(end);
            line.push(shown(&self.inline.text[from..to]), look);
            from = to;
        }
        line
    }
}

impl Line {
    /// Adds text; what looks alike becomes one span.
    pub fn push(&mut self, text: Plain, look: Look) {
        if !text.is_empty() {
            self.spans.push(Span { text, look });
        }
    }
}

/// Text as a terminal gets it: every space is one, invisible joints go, marks on one character are bounded.
pub fn shown(text: &str) -> Plain {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Plain::from(text);
    }
    let mut kept = String::with_capacity(text.len());
    for character in text.graphemes(true) {
        if character.len() > LONGEST_CHARACTER {
            let end = character.floor_char_boundary(LONGEST_CHARACTER);
            kept.push_str(&character[..end]);
            continue;
        }
        match character {
            "\u{200b}" | "\u{2060}" | "\u{feff}" | "\n" => {}
            "\t" | "\u{a0}" | "\u{202f}" | "\u{2007}" | "\u{2009}" | "\u{200a}" => kept.push(' '),
            character => kept.push_str(character),
        }
    }
    Plain::text(&kept)
}
