//! The terminal's clipboard, by OSC 52: it works over ssh too, since the terminal itself does the copying.

use std::io::{self, Write};

use data_encoding::BASE64;

/// Bytes; what is longer, terminals drop or cut.
const LONGEST: usize = 8 << 10;

/// Asks the terminal to copy a text. Whether it does, nobody is told.
pub fn copy(text: &str) -> io::Result<()> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut out = io::stdout().lock();
    out.write_all(sequence(text, is_set("TMUX"), is_set("STY")).as_bytes())?;
    out.flush()
}

/// tmux takes the sequence itself with `set-clipboard on`, and hands a wrapped one through with `allow-passthrough on`;
/// screen only hands through. A terminal that sees it twice copies the same text twice.
fn sequence(text: &str, in_tmux: bool, in_screen: bool) -> String {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let plain = format!("\x1b]52;c;{}\x07", BASE64.encode(text.as_bytes()));
    match (in_tmux, in_screen) {
        (true, _) => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        (false, true) => format!("\x1bP{plain}\x1b\\"),
        (false, false) => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_wrapped_for_what_lies_between() {
        assert_eq!(sequence("hi", false, false), "\x1b]52;c;aGk=\x07");
        assert_eq!(sequence("hi", false, true), "\x1bP\x1b]52;c;aGk=\x07\x1b\\");
        assert_eq!(sequence("hi", true, true), "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
        assert!(sequence(&"é".repeat(9000), false, false).len() < 12_000);
    }
}
