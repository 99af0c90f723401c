//! Pictures in the terminal: in half blocks, which every terminal has that has colours, by kitty's graphics protocol,
//! with its characters that stand for a part of a picture (unicode placeholders), or in strips by sixel or iTerm2's protocol
//! (`placed`). Either way a picture is cells like others, so that it scrolls and is covered as text is. `ask` finds out
//! which of them the terminal knows.

mod ask;
mod placed;
mod sixel;

use std::{
    collections::HashMap,
    io::{self, Write},
};

use data_encoding::BASE64;
use ratatui::{
    buffer::Buffer,
    style::{Color, Style},
    text::Span,
};

use crate::{
    app::{
        article::picture::cells,
        picture::{Picture, Way},
        state::{OpenPost, State},
    },
    config::{Looks, Pictures},
    model::Plain,
};

/// How pictures are shown: as the user wants it, or as the terminal can, as far as that is known without asking it. Also
/// whether it is to be asked, once a picture is wanted.
pub fn chosen(looks: &Looks, variable: impl Fn(&str) -> Option<String>) -> (Option<Way>, bool) {
    match looks.pictures {
        Pictures::Auto => {
            let known = known(variable);
            (known, matches!(known, Some(Way::Blocks | Way::FewColours)))
        }
        Pictures::Off => (None, false),
        // Two colours a cell of those that there are.
        Pictures::Blocks => (known(variable).filter(|way| *way == Way::FewColours).or(Some(Way::Blocks)), false),
        Pictures::Kitty => (Some(Way::Kitty), false),
        Pictures::Sixel => (Some(Way::Sixel), false),
        Pictures::Iterm => (Some(Way::Iterm), false),
    }
}

/// How the terminal that these variables describe shows pictures.
pub fn known(variable: impl Fn(&str) -> Option<String>) -> Option<Way> {
    let value = |name: &str| variable(name).unwrap_or_default();
    let term = value("TERM");
    let is_set = |name: &str| !value(name).is_empty();
    if is_set("NO_COLOR") || matches!(term.as_str(), "" | "dumb" | "linux" | "vt100" | "vt220") {
        return None;
    }
    // tmux and screen keep the placeholders and drop the pictures.
    let is_within = is_set("TMUX") || is_set("STY");
    let is_kitty = is_set("KITTY_WINDOW_ID") || term == "xterm-kitty" || term == "xterm-ghostty";
    let has_all = matches!(value("COLORTERM").as_str(), "truecolor" | "24bit") || term.ends_with("-direct");
    Some(match (is_kitty && !is_within, has_all || is_kitty) {
        (true, _) => Way::Kitty,
        (false, true) => Way::Blocks,
        (false, false) => Way::FewColours,
    })
}

/// One row of a picture of the open post, which is as wide as its cells.
pub fn row(state: &State, open: &OpenPost, at: usize, row: u16, columns: usize) -> Vec<Span<'static>> {
    let blank = || vec![Span::raw(" ".repeat(columns))];
    let Some(image) = open.article.images.get(at) else { return blank() };
    let Some(picture) = state.pictures.here(&image.address) else { return blank() };
    match state.pictures_by {
        Some(Way::Kitty | Way::Sixel | Way::Iterm) => vec![placeholders(&image.address, row, columns)],
        Some(way) => half_blocks(picture, row, columns, way == Way::FewColours),
        None => blank(),
    }
}

/// The upper half of each cell in one colour, the lower in another.
fn half_blocks(picture: &Picture, row: u16, columns: usize, few: bool) -> Vec<Span<'static>> {
    let (columns, row) = (u32::try_from(columns).unwrap_or(1).max(1), u32::from(row));
    let (_, rows) = cells(picture.size, columns as usize);
    let colours = picture.grid(columns, u32::from(rows) * 2, row * 2..row * 2 + 2);
    let colour = |[r, g, b]: [u8; 3]| match few {
        true => Color::Indexed(16 + 36 * sixth(r) + 6 * sixth(g) + sixth(b)),
        false => Color::Rgb(r, g, b),
    };
    let (upper, lower) = colours.split_at(columns as usize);
    let both = upper.iter().zip(lower);
    both.map(|(upper, lower)| Span::styled("▀", Style::new().fg(colour(*upper)).bg(colour(*lower)))).collect()
}

/// The nearest of the six steps of the cube: 0, 95, 135, 175, 215, 255.
fn sixth(part: u8) -> u8 {
    match part {
        0..48 => 0,
        48..115 => 1,
        _ => (part - 35) / 40,
    }
}

/// Stands for a part of a picture, with marks that say which row and column it is.
const PLACEHOLDER: char = '\u{10eeee}';

/// The marks for 0, 1, 2 ... as far as a picture has cells (kitty's `rowcolumn-diacritics.txt`: characters of the combining
/// class 230 without decompositions, in their order).
const MARKS: [char; 72] = [
    '\u{305}', '\u{30d}', '\u{30e}', '\u{310}', '\u{312}', '\u{33d}', '\u{33e}', '\u{33f}', '\u{346}', '\u{34a}',
    '\u{34b}', '\u{34c}', '\u{350}', '\u{351}', '\u{352}', '\u{357}', '\u{35b}', '\u{363}', '\u{364}', '\u{365}',
    '\u{366}', '\u{367}', '\u{368}', '\u{369}', '\u{36a}', '\u{36b}', '\u{36c}', '\u{36d}', '\u{36e}', '\u{36f}',
    '\u{483}', '\u{484}', '\u{485}', '\u{486}', '\u{487}', '\u{592}', '\u{593}', '\u{594}', '\u{595}', '\u{597}',
    '\u{598}', '\u{599}', '\u{59c}', '\u{59d}', '\u{59e}', '\u{59f}', '\u{5a0}', '\u{5a1}', '\u{5a8}', '\u{5a9}',
    '\u{5ab}', '\u{5ac}', '\u{5af}', '\u{5c4}', '\u{610}', '\u{611}', '\u{612}', '\u{613}', '\u{614}', '\u{615}',
    '\u{616}', '\u{617}', '\u{657}', '\u{658}', '\u{659}', '\u{65a}', '\u{65b}', '\u{65d}', '\u{65e}', '\u{6d6}',
    '\u{6d7}', '\u{6d8}',
];

/// What the terminal knows a picture by: 24 bits, which travel as the colour of its placeholders.
fn id(address: &Plain) -> u32 {
    let [a, b, c, ..] = *blake3::hash(address.as_str().as_bytes()).as_bytes();
    u32::from_be_bytes([0, a, b, c]).max(1)
}

fn placeholders(address: &Plain, row: u16, columns: usize) -> Span<'static> {
    let [_, r, g, b] = id(address).to_be_bytes();
    let row = MARKS[usize::from(row).min(MARKS.len() - 1)];
    let cell = |mark: &char| [PLACEHOLDER, row, *mark];
    Span::styled(MARKS.iter().take(columns).flat_map(cell).collect::<String>(), Style::new().fg(Color::Rgb(r, g, b)))
}

/// The pictures that the terminal has.
#[derive(Debug, Default)]
pub struct Sent {
    /// Those that kitty keeps, each with the cells that it is shown in.
    kept: HashMap<u32, (usize, u16)>,
    placed: placed::Placed,
}

impl Sent {
    /// Asks the terminal how it shows pictures; nothing if it has no means of its own. Nobody else may read from it
    /// meanwhile. Blocks.
    pub fn ask(&mut self) -> Option<Way> {
        // A terminal that cannot be asked has no means of its own.
        let answer = ask::ask().unwrap_or_default();
        self.placed.cell = answer.cell;
        answer.way()
    }

    /// How many pixels a cell has, where the terminal tells it without being asked.
    pub fn measure(&mut self) {
        let size = crossterm::terminal::window_size().ok();
        self.placed.cell = size.filter(|size| size.columns > 0 && size.rows > 0).and_then(|size| {
            let (wide, high) = (size.width / size.columns, size.height / size.rows);
            (wide > 0 && high > 0).then_some((u32::from(wide), u32::from(high)))
        });
    }

    /// Before a frame: gives the terminal those pictures of the open post that it lacks, if it keeps them.
    pub fn send(&mut self, state: &State, out: &mut impl Write) -> io::Result<()> {
        match state.pictures_by {
            Some(Way::Kitty) => self.send_kept(state, out),
            Some(Way::Sixel | Way::Iterm) => {
                self.placed.prepare(state);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// In a frame: takes out what is written after it.
    pub fn take(&mut self, state: &State, buffer: &mut Buffer) {
        if matches!(state.pictures_by, Some(Way::Sixel | Way::Iterm)) {
            self.placed.take(buffer);
        }
    }

    /// After a frame.
    pub fn place(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.placed.place(out)
    }

    fn send_kept(&mut self, state: &State, out: &mut impl Write) -> io::Result<()> {
        let Some(open) = &state.post else { return Ok(()) };
        for (&at, &size) in &open.article.shown {
            let Some(image) = open.article.images.get(at) else { continue };
            let Some(picture) = state.pictures.here(&image.address) else { continue };
            // In a quotation it may be narrower; the terminal then shows as much of it as there are placeholders.
            let cells = cells(size, open.article.width);
            let id = id(&image.address);
            if self.kept.insert(id, cells) != Some(cells) {
                out.write_all(transmission(picture, id, cells).as_bytes())?;
            }
        }
        out.flush()
    }

    /// Takes them back.
    pub fn take_back(&mut self, out: &mut impl Write) -> io::Result<()> {
        for (id, _) in self.kept.drain() {
            write!(out, "\x1b_Ga=d,d=I,i={id},q=2\x1b\\")?;
        }
        out.flush()
    }

    /// Whoever had the terminal meanwhile may have taken them away.
    pub fn forget(&mut self) {
        self.kept.clear();
        self.placed.forget();
    }
}

/// Bytes of base64 in one piece of a transmission.
const PIECE: usize = 4096;

fn transmission(picture: &Picture, id: u32, (columns, rows): (usize, u16)) -> String {
    let data = BASE64.encode(&picture.rgb);
    let mut sequence = String::with_capacity(data.len() + data.len() / PIECE * 16 + 100);
    let mut pieces = data.as_bytes().chunks(PIECE).peekable();
    let mut head = format!("a=T,U=1,q=2,f=24,i={id},s={},v={},c={columns},r={rows},", picture.width, picture.height);
    while let Some(piece) = pieces.next() {
        let more = u8::from(pieces.peek().is_some());
        sequence.push_str(&format!("\x1b_G{head}m={more};{}\x1b\\", String::from_utf8_lossy(piece)));
        head = "q=2,".to_owned();
    }
    sequence
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn pictures_are_drawn_as_the_terminal_can() {
        for (variables, way) in [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..], Some(Way::Blocks)),
            (&[("TERM", "xterm-256color")], Some(Way::FewColours)),
            (&[("TERM", "xterm-kitty")], Some(Way::Kitty)),
            (&[("TERM", "tmux-256color"), ("TMUX", "x"), ("KITTY_WINDOW_ID", "1")], Some(Way::Blocks)),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], None),
            (&[("TERM", "linux")], None),
            (&[], None),
        ] {
            let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(known(find), way, "{variables:?}");
        }
    }

    #[test]
    fn a_cell_has_the_colours_of_its_halves() {
        let rgb = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]].concat();
        let picture = Picture { size: (16, 16), width: 2, height: 2, rgb };
        let row = half_blocks(&picture, 0, 2, false);
        let look = |at: usize| (row[at].style.fg.unwrap(), row[at].style.bg.unwrap());
        assert_eq!(look(0), (Color::Rgb(255, 0, 0), Color::Rgb(0, 0, 255)));
        assert_eq!(look(1), (Color::Rgb(0, 255, 0), Color::Rgb(9, 9, 9)));
        let few = half_blocks(&picture, 0, 2, true);
        assert_eq!((few[0].style.fg, few[1].style.bg), (Some(Color::Indexed(196)), Some(Color::Indexed(16))));
    }

    #[test]
    fn placeholders_are_one_cell_each_and_a_picture_is_sent_once_in_pieces() {
        let address = Plain::line("https://a.example/1.png");
        let text = placeholders(&address, 3, 72).content.into_owned();
        let cells: Vec<&str> = text.graphemes(true).collect();
        assert_eq!(cells.len(), 72);
        assert!(cells.iter().all(|cell| cell.width() == 1 && cell.chars().nth(1) == Some(MARKS[3])));
        let picture = Picture { size: (80, 80), width: 80, height: 80, rgb: vec![7; 80 * 80 * 3] };
        let sent = transmission(&picture, 5, (10, 5));
        let pieces: Vec<&str> = sent.split_terminator("\x1b\\").collect();
        assert_eq!(pieces.len(), (80 * 80 * 3 / 3 * 4usize).div_ceil(PIECE));
        assert!(pieces[0].starts_with("\x1b_Ga=T,U=1,q=2,f=24,i=5,s=80,v=80,c=10,r=5,m=1;"));
        assert!(pieces.iter().rev().skip(1).all(|piece| piece.contains("m=1;") && piece.len() < PIECE + 100));
        assert!(pieces.last().unwrap().starts_with("\x1b_Gq=2,m=0;"));
    }
}
