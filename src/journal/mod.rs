//! What the user did, appended as lines of JSON and fsynced before anything else changes.
//!
//! The journal is the truth about subscriptions, read marks, stars and people; the store is built from it and can be
//! built again. Each device appends to a file of its own, `<device>.ndjson`, so that any file synchroniser may carry
//! the folder about; records of all devices meet in registers, where the greatest `(t, dev)` wins.
//!
//! - `act`: what can be done, as data.
//! - `record`: one line: version, clock, number, device, act, checksum.
//! - `history`: what can be undone and redone.
//! - `device`: which device this is.
//! - this page: reading the files, setting a torn tail aside, appending durably.

pub mod act;
pub mod device;
pub mod history;
pub mod record;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

pub use act::Act;
pub use device::DeviceId;
pub use history::{Deed, History};
pub use record::{Part, Record, RecordError, Stamp};

/// A record from farther ahead than a year would win over everything for as long: some clock was wrong.
const FARTHEST_AHEAD_MS: u64 = 366 * 24 * 3600 * 1000;

/// How many bytes of each device's file the store has taken in, by file name.
pub type Positions = BTreeMap<String, u64>;

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal {path} cannot be {what}: {source}")]
    Io { path: PathBuf, what: &'static str, source: io::Error },
    #[error("an act cannot be written down: {0}")]
    Encode(#[from] serde_json::Error),
}

/// Something in a journal that could not be read; the rest was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: PathBuf,
    /// From 1; `None` for the file as a whole.
    pub line: Option<usize>,
    pub what: String,
}

/// This device's file, open for appending. Whoever has it holds the data folder.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    device: DeviceId,
    /// Bytes in the file that are whole lines.
    length: u64,
    last_time: u64,
    last_number: u64,
}

/// What opening found.
#[derive(Debug)]
pub struct Opened {
    pub journal: Journal,
    /// Records of all devices that the store has not taken in yet, oldest first.
    pub unapplied: Vec<Record>,
    /// To be stored in the batch that takes `unapplied` in.
    pub positions: Positions,
    pub problems: Vec<Problem>,
}

impl Journal {
    /// Opens the folder, makes it where it is missing, and reads what lies beyond `applied` in every device's file.
    pub fn open(folder: &Path, device: DeviceId, applied: &Positions) -> Result<Opened, JournalError> {
        create_private_folder(folder).map_err(|source| failed(folder, "made", source))?;
        let own_name = format!("{device}.ndjson");
        let (mut unapplied, mut problems, mut positions) = (Vec::new(), Vec::new(), Positions::new());
        let (mut last_time, mut last_number) = (0, 0);
        let farthest = wall_clock_ms().saturating_add(FARTHEST_AHEAD_MS);
        for (name, path) in journal_files(folder)? {
            let bytes = match fs::read(&path) {
                Ok(bytes) => bytes,
                // Another device's file must not keep this one from its own.
                Err(error) if name != own_name => {
                    problems.push(Problem { file: path, line: None, what: format!("it cannot be read ({error})") });
                    continue;
                }
                Err(source) => return Err(failed(&path, "read", source)),
            };
            let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            if whole < bytes.len() && name == own_name {
                set_tail_aside(&path, &bytes[whole..], whole as u64)?;
                problems.push(Problem {
                    file: path.clone(),
                    line: None,
                    what: "its last line was torn and has been set aside beside it".into(),
                });
            }
            let from = applied.get(&name).copied().filter(|&from| from <= whole as u64).unwrap_or(0) as usize;
            read_lines(&path, &bytes[..whole], from, &mut unapplied, &mut problems);
            positions.insert(name.clone(), whole as u64);
            let last = last_record(&bytes[..whole]);
            last_time = last_time.max(last.as_ref().map_or(0, |record| record.stamp.t).min(farthest));
            if name == own_name {
                last_number = last.map_or(0, |record| record.n);
            }
        }
        let before = unapplied.len();
        unapplied.retain(|record| record.stamp.t <= farthest);
        if unapplied.len() < before {
            problems.push(Problem {
                file: folder.to_owned(),
                line: None,
                what: format!(
                    "{} records lie more than a year ahead and are passed over; a clock was wrong",
                    before - unapplied.len()
                ),
            });
        }
        unapplied.sort_by(|a, b| a.stamp.cmp(&b.stamp).then(a.n.cmp(&b.n)));
        let path = folder.join(&own_name);
        let file = open_private(&path).map_err(|source| failed(&path, "opened", source))?;
        let length = file.metadata().map_err(|source| failed(&path, "measured", source))?.len();
        let journal = Self { path, file, device, length, last_time, last_number };
        Ok(Opened { journal, unapplied, positions, problems })
    }

    /// Appends acts, each a deed of its own.
    pub fn append(&mut self, acts: Vec<Act>, now: u64) -> Result<Vec<Record>, JournalError> {
        self.append_deeds(acts.into_iter().map(|act| (vec![act], Part::Whole)).collect(), now)
    }

    /// Appends what was done, each with what its first record is to others; the rest of it is `with` the first, or undoes
    /// or redoes the same. One write and one fsync: when it returns, all is durable; when it fails, nothing is there.
    ///
    /// `now` is the wall clock in milliseconds; the record's time never runs back behind it or behind the last record
    /// (hybrid logical clock, Kulkarni et al. 2014).
    pub fn append_deeds(&mut self, deeds: Vec<(Vec<Act>, Part)>, now: u64) -> Result<Vec<Record>, JournalError> {
        let mut records = Vec::with_capacity(deeds.len());
        let mut lines = Vec::new();
        let (mut time, mut number) = (self.last_time, self.last_number);
        for (acts, mut part) in deeds {
            for act in acts {
                time = now.max(time.saturating_add(1));
                number += 1;
                let record = Record { stamp: Stamp { t: time, dev: self.device }, n: number, act: Some(act), part };
                lines.extend_from_slice(record.line()?.as_bytes());
                records.push(record);
                if part == Part::Whole {
                    part = Part::With(number);
                }
            }
        }
        (self.last_time, self.last_number) = (time, number);
        if let Err(source) = self.file.write_all(&lines).and_then(|()| self.file.sync_data()) {
            // A half-written group must not be glued to the next one, and must not be taken in after a restart either.
            self.file.set_len(self.length).map_err(|source| failed(&self.path, "cut back", source))?;
            self.last_number -= records.len() as u64;
            return Err(failed(&self.path, "written", source));
        }
        self.length += lines.len() as u64;
        Ok(records)
    }

    /// What this device's user can undo and redo; `limit` deeds of each kind at most.
    pub fn history(&self, limit: usize) -> Result<History, JournalError> {
        let bytes = fs::read(&self.path).map_err(|source| failed(&self.path, "read", source))?;
        Ok(History::read(&bytes[..bytes.len().min(self.length as usize)], limit))
    }

    /// Writes this device's file anew with what `keep` leaves of each act; times, numbers and lines that cannot be understood
    /// stay. The new file takes the old one's place as a whole.
    pub fn rewrite(&mut self, keep: impl Fn(Act) -> Option<Act>) -> Result<(), JournalError> {
        let bytes = fs::read(&self.path).map_err(|source| failed(&self.path, "read", source))?;
        let (mut lines, mut changed) = (Vec::with_capacity(bytes.len()), false);
        for line in bytes[..bytes.len().min(self.length as usize)].split_inclusive(|&b| b == b'\n') {
            let record = Record::read(line.strip_suffix(b"\n").unwrap_or(line));
            let Some((record, act)) = record.ok().and_then(|record| Some((record.clone(), record.act?))) else {
                lines.extend_from_slice(line);
                continue;
            };
            match keep(act.clone()) {
                Some(kept) if kept == act => lines.extend_from_slice(line),
                kept => {
                    changed = true;
                    if let Some(act) = kept {
                        lines.extend_from_slice(Record { act: Some(act), ..record }.line()?.as_bytes());
                    }
                }
            }
        }
        if !changed {
            return Ok(());
        }
        let new = self.path.with_extension("new");
        let written = |source| failed(&new, "written", source);
        // What a killed process left of an earlier try.
        let _ = fs::remove_file(&new);
        let mut file = open_private(&new).map_err(written)?;
        file.write_all(&lines).and_then(|()| file.sync_all()).map_err(written)?;
        fs::rename(&new, &self.path).map_err(|source| failed(&self.path, "replaced", source))?;
        self.file = open_private(&self.path).map_err(|source| failed(&self.path, "opened", source))?;
        self.length = lines.len() as u64;
        Ok(())
    }

    /// How far this device's file reaches, for [`Positions`].
    pub fn position(&self) -> (String, u64) {
        (format!("{}.ndjson", self.device), self.length)
    }
}

/// Milliseconds since the Unix epoch.
pub fn wall_clock_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

fn failed(path: &Path, what: &'static str, source: io::Error) -> JournalError {
    JournalError::Io { path: path.to_owned(), what, source }
}

/// What lies in a journal is private: only its owner may read it.
fn create_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    // A new file is only there after a crash if its folder knows of it.
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

fn journal_files(folder: &Path) -> Result<Vec<(String, PathBuf)>, JournalError> {
    let entries = fs::read_dir(folder).map_err(|source| failed(folder, "listed", source))?;
    // A file is called what its entry is called, wherever a symbolic link leads; what is no file is no journal.
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ndjson") && path.is_file())
        .filter_map(|path| Some((path.file_name()?.to_str()?.to_owned(), path)))
        .collect();
    files.sort();
    Ok(files)
}

fn set_tail_aside(path: &Path, tail: &[u8], whole: u64) -> Result<(), JournalError> {
    let aside = path.with_extension("torn");
    open_private(&aside)
        .and_then(|mut file| file.write_all(tail).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()))
        .map_err(|source| failed(&aside, "written", source))?;
    let cut =
        OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(whole).and_then(|()| file.sync_all()));
    cut.map_err(|source| failed(path, "cut back", source))
}

fn read_lines(path: &Path, bytes: &[u8], from: usize, records: &mut Vec<Record>, problems: &mut Vec<Problem>) {
    let before = bytes[..from].iter().filter(|&&b| b == b'\n').count();
    for (index, line) in bytes[from..].split(|&b| b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        match Record::read(line) {
            Ok(record) => records.push(record),
            Err(error) => problems.push(Problem {
                file: path.to_owned(),
                line: Some(before + index + 1),
                what: error.to_string(),
            }),
        }
    }
}

fn last_record(bytes: &[u8]) -> Option<Record> {
    bytes.rsplit(|&b| b == b'\n').filter(|line| !line.is_empty()).find_map(|line| Record::read(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PostId;

    fn star(byte: u8) -> Act {
        Act::Star { of: vec![PostId([byte; 16])], starred: true }
    }

    fn open(folder: &Path, applied: &Positions) -> Opened {
        Journal::open(folder, DeviceId([7; 8]), applied).unwrap()
    }

    #[test]
    fn what_was_appended_is_read_again_and_only_once_applied() {
        let folder = tempfile::tempdir().unwrap();
        let mut opened = open(folder.path(), &Positions::new());
        opened.journal.append(vec![star(1), star(2)], 1000).unwrap();
        let again = open(folder.path(), &Positions::new());
        assert_eq!(again.unapplied.len(), 2);
        assert_eq!(open(folder.path(), &again.positions).unapplied, []);
    }

    #[test]
    fn the_clock_of_the_journal_never_runs_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path(), &Positions::new()).journal;
        journal.append(vec![star(1)], 5000).unwrap();
        drop(journal);
        let mut journal = open(folder.path(), &Positions::new()).journal;
        let records = journal.append(vec![star(2)], 10).unwrap();
        assert_eq!((records[0].stamp.t, records[0].n), (5001, 2));
    }

    #[test]
    fn a_torn_last_line_is_set_aside_and_the_next_record_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path(), &Positions::new()).journal;
        journal.append(vec![star(1)], 1).unwrap();
        let path = journal.path.clone();
        journal.file.write_all(br#"{"v":1,"t":2,"n":2,"#).unwrap();
        drop(journal);

        let mut opened = open(folder.path(), &Positions::new());
        assert_eq!(opened.problems.len(), 1);
        opened.journal.append(vec![star(2)], 3).unwrap();
        let after = open(folder.path(), &Positions::new());
        assert_eq!((after.unapplied.len(), after.problems.len()), (2, 0));
        assert!(fs::read_to_string(path.with_extension("torn")).unwrap().contains(r#""n":2"#));
    }

    #[test]
    fn a_bad_line_within_is_reported_with_its_number_and_the_rest_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path(), &Positions::new()).journal;
        journal.append(vec![star(1)], 1).unwrap();
        journal.file.write_all(b"not json\n").unwrap();
        drop(journal);
        let opened = open(folder.path(), &Positions::new());
        assert_eq!(opened.unapplied.len(), 1);
        assert_eq!(opened.problems[0].line, Some(2));
    }
}
