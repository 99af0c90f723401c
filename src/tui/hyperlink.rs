//! Links that the terminal itself can open (OSC 8), where it is one that knows them.
//!
//! Each cell of a link carries its whole sequence, opened and closed, and the same id, so that whichever cells a frame
//! writes anew, no link is left open and all cells are one link. ratatui is told that such a cell is as wide as what is
//! seen of it.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use unicode_width::UnicodeWidthStr;
use url::Url;

/// Bytes of an address; terminals ignore longer ones (VTE: 2083).
const LONGEST: usize = 2000;

/// Whether the terminal that these variables describe knows hyperlinks. Those that are not on the list show what stands
/// there either way.
pub fn is_known(variable: impl Fn(&str) -> Option<String>) -> bool {
    let value = |name: &str| variable(name).unwrap_or_default();
    let term = value("TERM");
    if term == "dumb" || term == "linux" || term.starts_with("screen") || term.is_empty() {
        return false;
    }
    let version = |name: &str| value(name).split('.').next().and_then(|first| first.parse::<u32>().ok()).unwrap_or(0);
    match value("TERM_PROGRAM").as_str() {
        // It passes them on since 3.4, and drops them where the terminal around it lacks them.
        "tmux" => {
            let number = value("TERM_PROGRAM_VERSION");
            let mut parts = number.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
            (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (3, 4)
        }
        "iTerm.app" | "WezTerm" | "ghostty" | "vscode" | "Hyper" | "rio" | "mintty" | "Tabby" => true,
        _ => {
            version("VTE_VERSION") >= 5000
                || version("KONSOLE_VERSION") >= 201_200
                || ["KITTY_WINDOW_ID", "WT_SESSION", "DOMTERM", "ALACRITTY_WINDOW_ID"]
                    .iter()
                    .any(|name| !value(name).is_empty())
                || ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour"]
                    .iter()
                    .any(|known| term.starts_with(known))
        }
    }
}

/// Makes what stands in these cells of a row a link. Anything but an address of the web, of mail or of gemini stays as it
/// is.
pub fn make(buffer: &mut Buffer, y: u16, columns: std::ops::Range<u16>, number: usize, address: &str) {
    let Some(address) = target(address) else { return };
    let mut x = columns.start;
    while x < columns.end.min(buffer.area.right()) && y < buffer.area.bottom() {
        let cell = &mut buffer[(x, y)];
        let width = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
        let linked = format!("\x1b]8;id=penpal{number};{address}\x1b\\{}\x1b]8;;\x1b\\", cell.symbol());
        cell.set_symbol(&linked);
        if let Some(width) = NonZeroU16::new(width) {
            cell.set_diff_option(CellDiffOption::ForcedWidth(width));
        }
        x += width;
    }
}

/// An address that cannot end the sequence: what a parser of addresses writes is ASCII without blanks or controls.
fn target(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "gemini"))?;
    let written = String::from(url);
    (written.len() <= LONGEST && written.bytes().all(|byte| byte.is_ascii_graphic())).then_some(written)
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Style};

    use super::*;

    #[test]
    fn only_terminals_that_know_links_get_them() {
        for (variables, known) in [
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7200")][..], true),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "linux"), ("WT_SESSION", "x")], false),
            (&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "3.5a")], true),
            (&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "3.3a")], false),
            (&[("TERM", "screen-256color"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "3.3a")], false),
            (&[], false),
        ] {
            let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(is_known(find), known, "{variables:?}");
        }
    }

    #[test]
    fn a_link_keeps_the_widths_of_its_cells_and_nothing_ends_it_early() {
        let area = Rect::new(0, 0, 10, 1);
        let (mut before, mut buffer) = (Buffer::empty(area), Buffer::empty(area));
        before.set_string(0, 0, "a读b", Style::new());
        buffer.set_string(0, 0, "a读b", Style::new());
        make(&mut buffer, 0, 0..4, 1, "https://a.example/x\x1b\\y z");
        let changed: Vec<u16> = before.diff(&buffer).iter().map(|(x, ..)| *x).collect();
        assert_eq!(changed, [0, 1, 3], "each character once, and not what stands behind a wide one");
        for (_, _, cell) in before.diff(&buffer) {
            assert_eq!(cell.symbol().matches('\x1b').count(), 4, "{:?}", cell.symbol());
        }
        let mut other = Buffer::empty(area);
        other.set_string(0, 0, "a读b", Style::new());
        make(&mut other, 0, 0..4, 1, "javascript:alert(1)");
        assert_eq!(other, before);
    }
}
