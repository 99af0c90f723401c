//! Where results and messages go: results to standard output, everything else to standard error.

use std::io::{self, BufRead, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use super::{Color, Global};
use crate::model::Plain;

#[derive(Debug)]
pub struct Out {
    stdout: BufWriter<Stdout>,
    pub json: bool,
    pub quiet: bool,
    /// Whether standard output may be coloured.
    pub color: bool,
}

impl Out {
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()),
        };
        Self { stdout: BufWriter::new(io::stdout()), json: global.json, quiet: global.quiet, color }
    }

    /// A line of results for a person.
    pub fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.stdout, "{}", text.as_ref())
    }

    /// A line of results for a program.
    pub fn object<T: Serialize>(&mut self, value: &T) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.stdout, value).map_err(io::Error::from)?;
        Ok(self.stdout.write_all(b"\n")?)
    }

    /// Results as they are.
    pub fn raw(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())
    }

    /// A message on standard error, unless the user wants quiet.
    pub fn say(&self, text: impl AsRef<str>) {
        if !self.quiet {
            tell(text.as_ref());
        }
    }

    /// Bold on a terminal.
    pub fn bold(&self, text: &str) -> String {
        if self.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Dimmed on a terminal.
    pub fn dim(&self, text: &str) -> String {
        if self.color { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// An error with its causes, each said once: some messages hold their cause already.
pub fn in_words(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            said.push_str(": ");
            said.push_str(&cause);
        }
    }
    said
}

/// A line on standard error. That nobody reads it is no reason to panic, as `eprintln` does.
pub fn tell(text: &str) {
    // File names, addresses and quoted lines are not ours.
    let _ = writeln!(io::stderr(), "{}", Plain::text(text));
}

/// A question on standard error, whose answer is typed behind it.
fn ask(question: &str) {
    let mut terminal = io::stderr();
    let _ = write!(terminal, "{} ", Plain::line(question)).and_then(|()| terminal.flush());
}

/// Whether the user says yes to a question: only a plain yes is one.
pub fn confirmed(question: &str) -> io::Result<bool> {
    ask(&format!("{question} [y/N]"));
    let mut answer = String::new();
    // Interrupts are heard by whoever waits for events, which must not be the thread that waits here.
    tokio::task::block_in_place(|| io::stdin().lock().read_line(&mut answer))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Whether an error is only that nobody reads our output any more.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}
