//! Pictures that are written to places on the screen, by sixel or by iTerm2's protocol: cut in strips of one row of cells
//! each, so that they scroll, and are covered, as text is. A frame holds the same placeholders as for kitty; here they are
//! taken out of it, and the strips that are new or somewhere else are written when the frame is.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use data_encoding::BASE64;
use image::{ExtendedColorType, ImageEncoder, codecs::png};
use ratatui::{buffer::Buffer, style::Color};

use super::{MARKS, PLACEHOLDER, id, sixel::Indexed};
use crate::app::{
    article::picture::cells,
    picture::{Picture, Way},
    state::State,
};

/// What a cell has where the terminal does not say: the VT340's.
const USUAL_CELL: (u32, u32) = (10, 20);
/// Looks like a blank, and is another character: where text or a blank follows, the cell is written anew, and the part of
/// a picture in it is gone.
const UNDER: &str = "\u{a0}";

/// The part of a picture's row of cells that is in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Strip {
    id: u32,
    row: usize,
    /// From which column of the picture on, and how many.
    from: usize,
    columns: usize,
}

/// A picture in so many columns and rows of cells, a sequence for each row.
#[derive(Debug)]
struct Cut {
    cells: (usize, u16),
    rows: Vec<String>,
}

/// What the terminal shows where, and the pictures of the open post as it takes them.
#[derive(Debug, Default)]
pub struct Placed {
    /// Columns and rows of pixels of a cell, if the terminal said so.
    pub cell: Option<(u32, u32)>,
    cut: HashMap<u32, Cut>,
    shown: BTreeMap<(u16, u16), Strip>,
    /// Those of the frame that is being drawn.
    wanted: BTreeMap<(u16, u16), Strip>,
    size: (u16, u16),
}

impl Placed {
    /// Cuts those pictures of the open post that are to be drawn and were not cut yet.
    pub fn prepare(&mut self, state: &State) {
        let (Some(open), Some(way)) = (&state.post, state.pictures_by) else { return self.cut.clear() };
        let mut cut = HashMap::new();
        for (&at, &size) in &open.article.shown {
            let Some(image) = open.article.images.get(at) else { continue };
            let Some(picture) = state.pictures.here(&image.address) else { continue };
            let (id, cells) = (id(&image.address), cells(size, open.article.width));
            let made = self.cut.remove(&id).filter(|made| made.cells == cells);
            cut.insert(id, made.unwrap_or_else(|| Cut::of(picture, cells, way, self.cell.unwrap_or(USUAL_CELL))));
        }
        self.cut = cut;
    }

    /// Takes the placeholders out of a frame and remembers where they were.
    pub fn take(&mut self, buffer: &mut Buffer) {
        self.wanted.clear();
        let size = (buffer.area.width, buffer.area.height);
        if self.size != size {
            // The whole screen is drawn anew.
            self.size = size;
            self.shown.clear();
        }
        let mut last: Option<((u16, u16), Strip)> = None;
        for y in buffer.area.top()..buffer.area.bottom() {
            for x in buffer.area.left()..buffer.area.right() {
                let cell = &mut buffer[(x, y)];
                let Some((id, row, column)) = placeholder(cell.symbol(), cell.fg) else { continue };
                cell.set_symbol(UNDER).set_fg(Color::Reset);
                match &mut last {
                    Some((at, strip))
                        if at.1 == y
                            && usize::from(x - at.0) == strip.columns
                            && (strip.id, strip.row, strip.from + strip.columns) == (id, row, column) =>
                    {
                        strip.columns += 1;
                    }
                    _ => {
                        let begun = ((x, y), Strip { id, row, from: column, columns: 1 });
                        self.wanted.extend(last.replace(begun));
                    }
                }
            }
        }
        self.wanted.extend(last);
    }

    /// Writes what is not on the screen yet. Strips that something lies over stay as they are around it.
    pub fn place(&mut self, out: &mut impl Write) -> io::Result<()> {
        for (&(x, y), strip) in &self.wanted {
            let Some(cut) = self.cut.get(&strip.id).filter(|_| self.shown.get(&(x, y)) != Some(strip)) else {
                continue;
            };
            let is_whole = strip.from == 0 && strip.columns == cut.cells.0;
            if let Some(row) = cut.rows.get(strip.row).filter(|_| is_whole) {
                // The cursor goes back to where ratatui believes that it is.
                write!(out, "\x1b7\x1b[{};{}H{row}\x1b8", y + 1, x + 1)?;
            }
        }
        std::mem::swap(&mut self.shown, &mut self.wanted);
        out.flush()
    }

    /// The screen is drawn anew.
    pub fn forget(&mut self) {
        self.shown.clear();
    }
}

/// Which picture's, and which row and column of it, a cell stands for.
fn placeholder(symbol: &str, colour: Color) -> Option<(u32, usize, usize)> {
    let mut marks = symbol.strip_prefix(PLACEHOLDER)?.chars().map(|mark| MARKS.iter().position(|one| *one == mark));
    let Color::Rgb(r, g, b) = colour else { return None };
    Some((u32::from_be_bytes([0, r, g, b]), marks.next()??, marks.next()??))
}

impl Cut {
    fn of(picture: &Picture, (columns, rows): (usize, u16), way: Way, (wide, high): (u32, u32)) -> Self {
        let (width, height) = (columns as u32 * wide, u32::from(rows) * high);
        let pixels = picture.grid(width, height, 0..height);
        let of_row = |row: u16| usize::from(row) * high as usize..(usize::from(row) + 1) * high as usize;
        let rows: Vec<String> = if way == Way::Sixel {
            let indexed = Indexed::of(&pixels, width as usize);
            (0..rows).map(|row| indexed.rows(of_row(row))).collect()
        } else {
            let strips = pixels.chunks(width as usize * high as usize);
            strips.map(|strip| inline(strip, columns, (width, high))).collect()
        };
        Self { cells: (columns, u16::try_from(rows.len()).unwrap_or(u16::MAX)), rows }
    }
}

/// iTerm2's sequence for a picture of one row of cells.
fn inline(pixels: &[[u8; 3]], columns: usize, (width, height): (u32, u32)) -> String {
    let mut file = Vec::new();
    let encoder = png::PngEncoder::new_with_quality(&mut file, png::CompressionType::Fast, png::FilterType::Sub);
    // Into memory, in a size that fits its pixels; should it fail all the same, the strip stays empty.
    if encoder.write_image(pixels.as_flattened(), width, height, ExtendedColorType::Rgb8).is_err() {
        return String::new();
    }
    let (size, file) = (file.len(), BASE64.encode(&file));
    format!(
        "\x1b]1337;File=inline=1;size={size};width={columns};height=1;preserveAspectRatio=0;doNotMoveCursor=1:{file}\x07"
    )
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;
    use crate::{model::Plain, tui::pictures::placeholders};

    const SQUARE: (usize, u16) = (4, 2);

    fn placed(way: Way) -> (Placed, Plain) {
        let address = Plain::line("https://a.example/1.png");
        let picture = Picture { size: (32, 32), width: 1, height: 1, rgb: vec![9, 99, 199] };
        let cut = Cut::of(&picture, SQUARE, way, (2, 4));
        (Placed { cut: HashMap::from([(id(&address), cut)]), ..Placed::default() }, address)
    }

    /// A frame with the picture at these rows, and what is written after it.
    fn frame(placed: &mut Placed, address: &Plain, rows: &[(u16, u16)], cover: Option<(u16, u16)>) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 6));
        for (row, y) in rows {
            buffer.set_span(3, *y, &placeholders(address, *row, 4), 4);
        }
        if let Some((x, y)) = cover {
            buffer[(x, y)].set_symbol("x");
        }
        placed.take(&mut buffer);
        assert!(buffer.content.iter().all(|cell| !cell.symbol().contains(PLACEHOLDER)));
        let mut out = Vec::new();
        placed.place(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_strip_is_written_where_it_is_new_and_not_twice() {
        for way in [Way::Sixel, Way::Iterm] {
            let (mut placed, address) = placed(way);
            let first = frame(&mut placed, &address, &[(0, 1), (1, 2)], None);
            assert!(first.contains("\x1b[2;4H") && first.contains("\x1b[3;4H"), "{first:?}");
            assert_eq!(first.matches("\x1b7").count(), 2);
            assert_eq!(frame(&mut placed, &address, &[(0, 1), (1, 2)], None), "");
            let scrolled = frame(&mut placed, &address, &[(1, 1)], None);
            assert!(scrolled.starts_with("\x1b7\x1b[2;4H") && scrolled.matches("\x1b7").count() == 1, "{scrolled:?}");
            assert_eq!(frame(&mut placed, &address, &[], None), "");
            assert_ne!(frame(&mut placed, &address, &[(1, 1)], None), "", "it was gone");
            placed.forget();
            assert_ne!(frame(&mut placed, &address, &[(1, 1)], None), "", "somebody else had the screen");
        }
    }

    #[test]
    fn what_lies_over_a_strip_is_not_painted_over_and_what_it_covered_comes_back() {
        let (mut placed, address) = placed(Way::Sixel);
        assert_ne!(frame(&mut placed, &address, &[(0, 1)], None), "");
        assert_eq!(frame(&mut placed, &address, &[(0, 1)], Some((4, 1))), "");
        assert_ne!(frame(&mut placed, &address, &[(0, 1)], None), "");
    }
}
