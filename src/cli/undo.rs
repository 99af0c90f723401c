//! `penpal undo`, `redo`: taking back what was done on this device, and doing it again.

use std::process::ExitCode;

use super::Out;
use crate::{
    app::request::acts::{History, Take},
    session::Desk,
    store::TakeBack,
};

/// Takes back marks, stars, tags, hidden posts, muted words, follows and unfollows, and what was noted about people, also
/// what was done in the screens and before a restart. What other devices did stays.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show what can be undone and redone, the next first, and change nothing
    #[arg(long)]
    list: bool,
    /// How often
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    times: u16,
}

#[derive(Debug, clap::Args)]
pub struct RedoArgs {
    /// How often
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    times: u16,
}

/// Deeds that are listed of each kind.
const LISTED: usize = 20;

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    if args.list {
        return list(desk, out).await;
    }
    take(desk, TakeBack::Undo, args.times, out).await
}

pub async fn redo(desk: &mut Desk, args: &RedoArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    take(desk, TakeBack::Redo, args.times, out).await
}

async fn list(desk: &mut Desk, out: &mut Out) -> anyhow::Result<ExitCode> {
    let lines = desk.ask(History { limit: LISTED }, &|_| {}).await?;
    if lines.is_empty() {
        out.say("Nothing was done on this device that could be undone.");
    }
    for line in &lines {
        if out.json {
            out.object(line)?;
        } else {
            let undone = if line.undone { "  (undone; redo does it again)" } else { "" };
            let when = out.dim(&line.done.minute());
            out.line(format!("{when}  {}{undone}", line.what))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn take(desk: &mut Desk, which: TakeBack, times: u16, out: &mut Out) -> anyhow::Result<ExitCode> {
    for done in 0..times {
        let lines = desk.ask(History { limit: 1 }, &|_| {}).await?;
        let Some(next) = lines.into_iter().find(|line| line.undone == (which == TakeBack::Redo)) else {
            if done > 0 {
                break;
            }
            anyhow::bail!(
                "{}",
                match which {
                    TakeBack::Undo => "nothing was done on this device that could be undone",
                    TakeBack::Redo => "nothing was undone since something was done last",
                }
            );
        };
        let taken = desk.ask(Take { which, of: next.n }, &|_| {}).await?;
        if out.json {
            let line = crate::app::history::DeedLine { undone: which == TakeBack::Undo, what: taken.what, ..next };
            out.object(&line)?;
        } else {
            out.line(match which {
                TakeBack::Undo => format!("Undone: {}", taken.what),
                TakeBack::Redo => format!("Done again: {}", taken.what),
            })?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
