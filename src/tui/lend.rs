//! Lending the terminal to another penpal, which writes a letter with the user's editor. It reaches the data folder through
//! this process, which goes on serving.

use std::{
    ffi::OsString,
    io::{self, Write},
    pin::pin,
    process::ExitStatus,
    sync::atomic::{AtomicBool, Ordering},
};

use tokio::{process::Command, signal::unix::Signal, task::spawn_blocking};

use super::terminal::{Taken, leave};
use crate::app::state::Letter;

/// Whether what is typed is meant for somebody else.
static LENT: AtomicBool = AtomicBool::new(false);
/// The exit status of a penpal that the user interrupted.
const INTERRUPTED: i32 = 130;

pub fn is_lent() -> bool {
    LENT.load(Ordering::SeqCst)
}

/// Runs `penpal invite` and takes the terminal back. Says what became of the letter; nothing if this process is to end
/// first. `options` lead it to the same folder and configuration; `stop` hears the shell's Ctrl-Z.
pub async fn to_write(
    terminal: &mut Taken,
    options: &[OsString],
    letter: &Letter,
    stop: &mut Signal,
    end: impl Future<Output = ()>,
) -> anyhow::Result<Option<String>> {
    leave();
    LENT.store(true, Ordering::SeqCst);
    let (mut ended, mut end) = (pin!(run(options, &letter.arguments)), pin!(end));
    let ended = loop {
        tokio::select! {
            ended = &mut ended => break ended,
            // Who writes goes on without this process, and keeps the terminal.
            () = &mut end => return Ok(None),
            // Whoever has the terminal stopped with the rest of the group, which waits for this process too.
            _ = stop.recv() => drop(terminal.suspend()?),
        }
    };
    LENT.store(false, Ordering::SeqCst);
    terminal.come_back()?;
    Ok(Some(match ended {
        Ok(status) if status.success() => format!("The letter to {} went out; O on People shows it", letter.to),
        Ok(_) => {
            format!("No letter to {} went out; a draft, if there is one, waits in the outbox (O on People)", letter.to)
        }
        Err(error) => format!("penpal invite cannot be run: {error}"),
    }))
}

async fn run(options: &[OsString], arguments: &[String]) -> io::Result<ExitStatus> {
    let mut command = Command::new(std::env::current_exe()?);
    let status = command.args(options).arg("invite").args(arguments).status().await?;
    if !status.success() && status.code() != Some(INTERRUPTED) {
        // What it said is to be read before the screens cover it.
        writeln!(io::stderr(), "\nEnter goes back to the screens.")?;
        spawn_blocking(|| io::stdin().read_line(&mut String::new())).await??;
    }
    Ok(status)
}
