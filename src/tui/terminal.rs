//! Into the alternate screen and out of it again: when the user leaves, when something fails, and after a panic.

use std::{
    io::{self, IsTerminal, Stdout},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    style::Print,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::backend::CrosstermBackend;

pub type Terminal = ratatui::Terminal<CrosstermBackend<Stdout>>;

/// Terminals that put Arabic and Hebrew in order themselves leave it to us, and afterwards do it again (ECMA-48's
/// bidirectional support mode, 7.2.1; others ignore it).
const DRAWN_AS_GIVEN: &str = "\x1b[8l";
const REORDERED: &str = "\x1b[8h";

static ENTERED: AtomicBool = AtomicBool::new(false);

/// Says what to do instead where there is no terminal.
pub fn check() -> anyhow::Result<()> {
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    anyhow::ensure!(
        io::stdout().is_terminal() && io::stdin().is_terminal() && !dumb,
        "the screens need a terminal; `penpal posts`, `penpal read` and `penpal suggest` work without one"
    );
    Ok(())
}

/// Takes the terminal over.
pub fn enter() -> anyhow::Result<Terminal> {
    check()?;
    restore_on_panic();
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide, Print(DRAWN_AS_GIVEN))?;
    Ok(Terminal::new(CrosstermBackend::new(io::stdout()))?)
}

/// Gives the terminal back as it was. Does nothing the second time.
pub fn leave() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        // There is nobody to tell if even this fails.
        let _ = execute!(io::stdout(), Print(REORDERED), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// The message of a panic is of use only on a terminal that shows it.
fn restore_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // A task that panics beside the loop must not tear the screen from under it; the loop hears that it failed.
            if ENTERED.load(Ordering::SeqCst) && std::thread::current().name() != Some("main") {
                tracing::error!("{info}");
                return;
            }
            leave();
            before(info);
        }));
    });
}
