//! Arabic and Hebrew in the order in which they are seen (UAX #9, by line), for terminals that draw cell after cell.

use unicode_bidi::{BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use super::{
    line::{Line, Span},
    wrap,
};
use crate::model::Plain;

/// Whether there is anything that is read from right to left.
pub fn is_rtl(text: &str) -> bool {
    // The first bytes of Hebrew, Arabic and their neighbours: U+0590 to U+08FF, U+FB1D to U+FEFF, U+10800 to U+10FFF and
    // U+1E800 to U+1EFFF.
    text.bytes().any(|byte| matches!(byte, 0xd6..=0xdf | 0xe0 | 0xef | 0xf0)) && {
        text.chars().any(|c| {
            matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        })
    }
}

/// Whether a paragraph is read from right to left, as its first strong character has it (rules P2 and P3).
pub fn begins_rtl(text: &str) -> bool {
    is_rtl(text) && unicode_bidi::get_base_direction(text) == unicode_bidi::Direction::Rtl
}

/// The line as it is seen, in so many cells; what is read from right to left stands at their right.
pub fn visual(line: &Line, columns: usize) -> Line {
    let text: String = line.spans.iter().skip(line.margin).map(|span| span.text.as_str()).collect();
    if !line.rtl && !is_rtl(&text) {
        return line.clone();
    }
    let base = if line.rtl { Level::rtl() } else { Level::ltr() };
    let info = BidiInfo::new(&text, Some(base));
    // Each character with its marks, its level and its look.
    let mut characters: Vec<(&str, u8, usize)> = Vec::new();
    let (mut span, mut end) = (line.margin, line.spans.get(line.margin).map_or(0, |span| span.text.as_str().len()));
    for (at, character) in text.grapheme_indices(true) {
        while at >= end && span + 1 < line.spans.len() {
            span += 1;
            end += line.spans[span].text.as_str().len();
        }
        let level = info.levels.get(at).map_or(0, |level| level.number());
        characters.push((character, level, span));
    }
    // Spaces at the end of a line have the level of the paragraph (rule L1).
    for (character, level, _) in characters.iter_mut().rev() {
        if !character.trim().is_empty() {
            break;
        }
        *level = base.number();
    }
    reorder(&mut characters);
    let mut seen = Line { spans: line.spans[..line.margin].to_vec(), margin: line.margin, rtl: false };
    if line.rtl {
        let gap = columns.saturating_sub(line.width());
        seen.spans.push(Span { text: Plain::from(" ".repeat(gap)), look: Default::default() });
    }
    let mut run: Option<(usize, String)> = None;
    for (character, level, span) in characters {
        if run.as_ref().is_none_or(|(of, _)| *of != span)
            && let Some((of, text)) = run.replace((span, String::new()))
        {
            seen.push(wrap::shown(&text), line.spans[of].look);
        }
        if let Some((_, text)) = &mut run {
            text.push_str(if level % 2 == 1 { mirrored(character) } else { character });
        }
    }
    if let Some((of, text)) = run {
        seen.push(wrap::shown(&text), line.spans[of].look);
    }
    seen
}

/// Rule L2: from the highest level down to the lowest odd one, every run of that level or higher is turned round.
fn reorder(characters: &mut [(&str, u8, usize)]) {
    let highest = characters.iter().map(|(_, level, _)| *level).max().unwrap_or(0);
    for level in (1..=highest).rev() {
        for run in characters.chunk_by_mut(|(_, one, _), (_, other, _)| (*one >= level) == (*other >= level)) {
            if run.first().is_some_and(|(_, of, _)| *of >= level) {
                run.reverse();
            }
        }
    }
}

/// Rule L4.
fn mirrored(character: &str) -> &str {
    const PAIRS: [(&str, &str); 7] =
        [("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("«", "»"), ("‹", "›"), ("≤", "≥")];
    let found = PAIRS.iter().find_map(|(open, close)| match character {
        one if one == *open => Some(*close),
        one if one == *close => Some(*open),
        _ => None,
    });
    found.unwrap_or(character)
}
