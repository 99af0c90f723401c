//! The terminal's clipboard, by OSC 52: it works over ssh too, since the terminal itself does the copying.

use std::io::{self, Write};

use data_encoding::BASE64;

/// Bytes; of longer ones, terminals drop the whole or cut the end (hterm and those that followed it take 100,000 bytes of
/// sequence, which is as much in base64).
const LONGEST: usize = 74_994;

/// Asks the terminal that `out` leads to to copy a text. `false` if no terminal would take so much, and nothing was asked.
/// Whether one that was asked does it, nobody is told.
pub fn copy(text: &str, out: &mut impl Write) -> io::Result<bool> {
    if text.len() > LONGEST {
        return Ok(false);
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    out.write_all(sequence(text, is_set("TMUX"), is_set("STY")).as_bytes())?;
    out.flush()?;
    Ok(true)
}

/// tmux takes the sequence itself with `set-clipboard on`, and hands a wrapped one through with `allow-passthrough on`;
/// screen only hands through. A terminal that sees it twice copies the same text twice.
fn sequence(text: &str, in_tmux: bool, in_screen: bool) -> String {
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
    }

    #[test]
    fn what_is_too_long_is_not_cut_but_said() {
        let mut asked = Vec::new();
        assert!(copy(&"é".repeat(30_000), &mut asked).unwrap() && asked.len() > 80_000);
        asked.clear();
        assert!(!copy(&"é".repeat(40_000), &mut asked).unwrap() && asked.is_empty());
    }
}
