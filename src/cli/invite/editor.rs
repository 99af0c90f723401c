//! The user's editor, on a file that only they may read and that stays where it is when something goes wrong.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::model::EntryId;

/// Whether the terminal is an editor's, and what is typed there too: Ctrl-C is then not meant for penpal.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Whether the user is in their editor.
pub fn is_open() -> bool {
    OPEN.load(Ordering::SeqCst)
}

/// Where a letter is written: `outbox/<id>.txt` in the data folder.
pub fn file(data: &Path, letter: EntryId) -> anyhow::Result<PathBuf> {
    let folder = data.join("outbox");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    Ok(folder.join(format!("{letter}.txt")))
}

/// Opens the editor on `text`, or on what was left of an earlier try, and gives what it left.
pub fn edit(file: &Path, text: &str) -> anyhow::Result<String> {
    if !fs::read_to_string(file).is_ok_and(|left| !left.trim().is_empty()) {
        let mut fresh = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
        fresh.write_all(text.as_bytes())?;
        fresh.sync_all()?;
    }
    let (program, arguments) = editor();
    // The terminal is the editor's until it ends.
    OPEN.store(true, Ordering::SeqCst);
    // Interrupts that come meanwhile are heard meanwhile, and not when the editor is closed.
    let status = tokio::task::block_in_place(|| Command::new(&program).args(&arguments).arg(file).status());
    OPEN.store(false, Ordering::SeqCst);
    let status = status.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow::anyhow!("there is no program {program}; set VISUAL or EDITOR to your editor")
        }
        _ => anyhow::anyhow!("{program} cannot be run ({error})"),
    })?;
    if !status.success() {
        anyhow::bail!("{program} failed ({status}), so nothing was sent");
    }
    Ok(fs::read_to_string(file)?)
}

/// A letter that went out, or was given up, needs no file any more.
pub fn remove(file: &Path) {
    // What stays is private, and is not taken up again.
    let _ = fs::remove_file(file);
}

/// `$VISUAL`, else `$EDITOR`, else vi, with its arguments; no shell reads it.
fn editor() -> (String, Vec<String>) {
    let set = ["VISUAL", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok());
    let words = set.map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let mut words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_else(|| vec!["vi".to_owned()]);
    (words.remove(0), words)
}
