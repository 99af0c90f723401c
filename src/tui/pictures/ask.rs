//! What pictures the terminal can show, asked of the terminal itself: its name (XTVERSION), how many pixels a cell has
//! (XTWINOPS 16), and its attributes (DA1), which every terminal tells, and in which 4 stands for sixel.
//!
//! It is asked when the first picture is wanted and not before: until it answers nobody may read keys, and most who
//! read never ask.

use std::{
    fs::File,
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use crate::app::picture::Way;

/// The attributes come last: with them, everything that was understood has been answered.
const QUESTION: &[u8] = b"\x1b[>q\x1b[16t\x1b[c";
/// A terminal that says nothing for so long never will, also at the other end of a slow line.
const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes of an answer; what is longer is none.
const LONGEST: usize = 4096;

/// What a terminal said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub name: String,
    pub has_sixel: bool,
    /// Columns and rows of pixels of a cell.
    pub cell: Option<(u32, u32)>,
}

impl Answer {
    /// By what it shows pictures, if it has means of its own.
    pub fn way(&self) -> Option<Way> {
        let is_called = |name: &str| self.name.to_ascii_lowercase().starts_with(name);
        if is_called("kitty") || is_called("ghostty") {
            // Others speak kitty's protocol too, but without the characters that a picture is put in.
            Some(Way::Kitty)
        } else if is_called("iterm2") || is_called("wezterm") {
            Some(Way::Iterm)
        } else {
            self.has_sixel.then_some(Way::Sixel)
        }
    }
}

/// Asks, and waits for the answer. Nobody else may read from the terminal meanwhile. Blocks.
pub fn ask() -> io::Result<Answer> {
    let mut terminal = File::options().read(true).write(true).open("/dev/tty")?;
    let before = tcgetattr(&terminal)?;
    let mut patient: Termios = before.clone();
    // A read gives up after a tenth of a second.
    patient.special_codes[SpecialCodeIndex::VMIN] = 0;
    patient.special_codes[SpecialCodeIndex::VTIME] = 1;
    tcsetattr(&terminal, OptionalActions::Now, &patient)?;
    let answer = listen(&mut terminal);
    tcsetattr(&terminal, OptionalActions::Now, &before)?;
    Ok(understand(&answer?))
}

fn listen(terminal: &mut File) -> io::Result<Vec<u8>> {
    terminal.write_all(QUESTION)?;
    let (deadline, mut heard) = (Instant::now() + PATIENCE, Vec::new());
    while attributes(&heard).is_none() && heard.len() < LONGEST && Instant::now() < deadline {
        let mut piece = [0; 256];
        let read = terminal.read(&mut piece)?;
        heard.extend_from_slice(&piece[..read]);
    }
    Ok(heard)
}

fn understand(heard: &[u8]) -> Answer {
    let heard = String::from_utf8_lossy(heard);
    let between = |before: &str, after: &str| {
        let rest = &heard[heard.find(before)? + before.len()..];
        Some(&rest[..rest.find(after)?])
    };
    let cell = between("\x1b[6;", "t").and_then(|size| {
        let (height, width) = size.split_once(';')?;
        let (width, height) = (width.parse().ok()?, height.parse().ok()?);
        // What no screen has would only fill the memory.
        (1..=200).contains(&width).then_some((width, height)).filter(|_| (1..=400).contains(&height))
    });
    Answer {
        name: between("\x1bP>|", "\x1b\\").unwrap_or_default().to_owned(),
        has_sixel: attributes(heard.as_bytes()).is_some_and(|all| all.split(';').skip(1).any(|one| one == "4")),
        cell,
    }
}

/// The terminal's attributes, once they are there: `ESC [ ? 62 ; 4 ; 22 c`.
fn attributes(heard: &[u8]) -> Option<String> {
    let heard = String::from_utf8_lossy(heard);
    heard.match_indices("\x1b[?").find_map(|(at, begin)| {
        let rest = &heard[at + begin.len()..];
        let end = rest.find(|c: char| c != ';' && !c.is_ascii_digit())?;
        rest[end..].starts_with('c').then(|| rest[..end].to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_understood() {
        for (heard, way, cell) in [
            ("\x1b[?62;22c", None, None),
            ("\x1bP>|foot(1.16.2)\x1b\\\x1b[6;20;10t\x1b[?62;4;22c", Some(Way::Sixel), Some((10, 20))),
            ("\x1bP>|XTerm(390)\x1b\\\x1b[6;13;6t\x1b[?64;1;2;4;6c", Some(Way::Sixel), Some((6, 13))),
            ("\x1bP>|WezTerm 20240203\x1b\\\x1b[6;20;10t\x1b[?65;4;6;18;22c", Some(Way::Iterm), Some((10, 20))),
            ("\x1bP>|iTerm2 3.5.0\x1b\\\x1b[6;17;8t\x1b[?62;4c", Some(Way::Iterm), Some((8, 17))),
            ("\x1bP>|kitty(0.36.4)\x1b\\\x1b[6;20;9t\x1b[?62;c", Some(Way::Kitty), Some((9, 20))),
            ("\x1bP>|tmux 3.5a\x1b\\\x1b[?1;2;4c", Some(Way::Sixel), None),
            ("j\x1b[6;9999999;1t\x1b[?6c", None, None),
            ("", None, None),
        ] {
            let answer = understand(heard.as_bytes());
            assert_eq!((answer.way(), answer.cell), (way, cell), "{heard:?}");
        }
    }

    #[test]
    fn what_was_typed_meanwhile_is_not_taken_for_the_end() {
        for heard in ["", "c", "\x1b[?2026;2$y", "\x1b[?62;4", "\x1b[6;20;10t"] {
            assert_eq!(attributes(heard.as_bytes()), None, "{heard:?}");
        }
        assert_eq!(attributes(b"jj\x1b[?2026;2$y\x1b[?62;4cj").as_deref(), Some("62;4"));
    }
}
