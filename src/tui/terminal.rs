//! Into the alternate screen and out of it again: when the user leaves or goes to the shell for a while, when something
//! fails, and after a panic.

use std::{
    backtrace::Backtrace,
    fs,
    io::{self, IsTerminal, Stdout, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    style::Print,
    terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::backend::CrosstermBackend;

use crate::model::Plain;

pub type Terminal = ratatui::Terminal<CrosstermBackend<WhileOurs>>;

/// Standard output while the terminal is ours. Afterwards nothing is written any more: ratatui shows the cursor when it is
/// dropped, and panics if that fails, as it does in a window that was closed.
#[derive(Debug)]
pub struct WhileOurs(Stdout);

impl Write for WhileOurs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if ENTERED.load(Ordering::SeqCst) { self.0.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if ENTERED.load(Ordering::SeqCst) { self.0.flush() } else { Ok(()) }
    }
}

fn fresh() -> io::Result<Terminal> {
    Terminal::new(CrosstermBackend::new(WhileOurs(io::stdout())))
}

/// Terminals that put Arabic and Hebrew in order themselves leave it to us, and afterwards do it again (ECMA-48's
/// bidirectional support mode, 7.2.1; others ignore it).
const DRAWN_AS_GIVEN: &str = "\x1b[8l";
const REORDERED: &str = "\x1b[8h";

static ENTERED: AtomicBool = AtomicBool::new(false);
/// Where reports of panics go, and the last that was written.
static REPORTS: Mutex<(Option<PathBuf>, Option<PathBuf>)> = Mutex::new((None, None));

/// The terminal is the program's until this is dropped, also by a panic.
#[derive(Debug)]
pub struct Taken {
    pub terminal: Terminal,
    mouse: bool,
}

impl Drop for Taken {
    fn drop(&mut self) {
        leave();
    }
}

/// Says what to do instead where there is no terminal.
pub fn check() -> anyhow::Result<()> {
    let instead = "`penpal posts`, `penpal read` and `penpal suggest` work without one";
    anyhow::ensure!(io::stdout().is_terminal() && io::stdin().is_terminal(), "the screens need a terminal; {instead}");
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    anyhow::ensure!(
        !dumb,
        "the screens need a terminal that can move its cursor, and this one is TERM=dumb; {instead}"
    );
    Ok(())
}

/// Takes the terminal over. Should the program panic, a report of it is written below `data`.
pub fn enter(mouse: bool, data: &Path) -> anyhow::Result<Taken> {
    check()?;
    report_panics(&data.join("log"));
    take(mouse)?;
    Ok(Taken { terminal: fresh()?, mouse })
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide, Print(DRAWN_AS_GIVEN))?;
    if mouse {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back as it was. Does nothing the second time.
pub fn leave() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        // There is nobody to tell if even this fails.
        let _ = execute!(
            io::stdout(),
            DisableMouseCapture,
            Print(REORDERED),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
    }
}

impl Taken {
    /// Stops the program as the shell's Ctrl-Z does. `false` if there is no shell that could continue it. Other threads are
    /// stopped first, and this one may go on for a moment: whoever calls this waits for SIGCONT before it comes back.
    pub fn suspend(&mut self) -> anyhow::Result<bool> {
        if !is_below_a_shell() {
            return Ok(false);
        }
        leave();
        // SIGTSTP is listened for, so it would not stop anything. The whole group: a browser in it must not go on alone.
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        Ok(true)
    }

    /// After the program was stopped, whoever had the terminal meanwhile left it as they liked.
    pub fn come_back(&mut self) -> anyhow::Result<()> {
        // crossterm believes that it is raw still, and would do nothing.
        let _ = disable_raw_mode();
        take(self.mouse)?;
        // A fresh one draws everything. ratatui's own clear asks for the cursor, and the answer would go to who reads keys.
        execute!(io::stdout(), Clear(ClearType::All))?;
        self.terminal = fresh()?;
        Ok(())
    }
}

/// Only a shell of the same session, which is not the group's own, can bring a stopped program back.
fn is_below_a_shell() -> bool {
    use rustix::process::{getpgid, getpgrp, getppid, getsid};
    let Some(parent) = getppid() else { return false };
    getsid(Some(parent)).is_ok_and(|theirs| getsid(None).is_ok_and(|own| theirs == own))
        && getpgid(Some(parent)).is_ok_and(|group| group != getpgrp())
}

/// The report of a panic, if there was one: for whoever tells the user.
pub fn report() -> Option<PathBuf> {
    REPORTS.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
}

/// A panic's message would be lost on the alternate screen, and would tear it where the panic is only a task's. So it
/// goes into a file.
fn report_panics(folder: &Path) {
    let mut reports = REPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    if reports.0.replace(folder.to_owned()).is_some() {
        return;
    }
    std::panic::set_hook(Box::new(move |info| {
        // A panic about a text quotes it, and the text may be a feed's.
        let text = Plain::text(&format!("{info}\n\n{}", Backtrace::force_capture()));
        tracing::error!("{}", Plain::line(&info.to_string()));
        if write_report(text.as_str()).is_none() {
            leave();
            let _ = writeln!(io::stderr(), "{text}");
        }
    }));
}

fn write_report(text: &str) -> Option<PathBuf> {
    let mut reports = REPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = reports.0.clone()?;
    fs::create_dir_all(&folder).ok()?;
    let path = folder.join(format!("panic-{}.txt", std::process::id()));
    let version = env!("CARGO_PKG_VERSION");
    fs::write(&path, format!("penpal {version} met something that it was not made for:\n\n{text}\n")).ok()?;
    reports.1 = Some(path.clone());
    Some(path)
}
