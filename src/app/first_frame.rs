//! The first frame: what the screens showed when they were left, in one small file beside the cache, so that it can be
//! painted before anything is opened. It is worth nothing but a moment: what cannot be read is not missed.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{App, AppError, posts::Listed, state::State, today::Writer};

/// Counts up when the file is to be read otherwise. What else changed its form is not understood, and left alone.
const VERSION: u32 = 1;
const FILE: &str = "first-frame";
/// Rows that the tallest terminal shows.
const ROWS: usize = 80;

/// Small enough to be read and drawn before anybody notices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstFrame {
    version: u32,
    today: Vec<Writer>,
    river: Vec<Listed>,
    /// Of all blogs.
    unread: usize,
}

/// Takes it away.
pub fn remove(data: &Path) -> io::Result<()> {
    match fs::remove_file(data.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl FirstFrame {
    /// Of the screens as they are; `None` while they show nothing yet.
    pub fn of(state: &State) -> Option<Self> {
        if state.opening || !state.today.loaded || !state.blogs_loaded {
            return None;
        }
        let unread = |writer: &Writer| {
            let posts: Vec<Listed> = writer.posts.iter().filter(|one| !one.flags.read).cloned().collect();
            (!posts.is_empty()).then(|| Writer { posts, ..writer.clone() })
        };
        Some(Self {
            version: VERSION,
            today: state.today.all.iter().filter_map(unread).take(ROWS).collect(),
            // What is narrowed or sorted is not the River that the next start shows.
            river: if state.is_plain() { state.river.all.iter().take(ROWS).cloned().collect() } else { Vec::new() },
            unread: state.unread(),
        })
    }

    /// The one that was kept in a data folder, if there is one and it can be understood.
    pub fn read(data: &Path) -> Option<Self> {
        let frame: Self = serde_json::from_slice(&fs::read(data.join(FILE)).ok()?).ok()?;
        (frame.version == VERSION).then_some(frame)
    }

    /// Keeps it. It is there as a whole or not at all.
    pub fn write(&self, data: &Path) -> io::Result<()> {
        let (path, new) = (data.join(FILE), data.join("first-frame.new"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        fs::rename(new, path)
    }

    /// What is shown until the data folder is open.
    pub fn state(self) -> State {
        let mut state = State { opening: true, unread_before: self.unread, ..State::default() };
        state.today.all = self.today;
        state.today.narrow("");
        state.river.all = self.river;
        state.river.narrow("");
        state.river.loading = true;
        state
    }
}

impl App {
    /// Keeps a first frame as the store has it now.
    pub fn keep_first_frame(&self) -> Result<(), AppError> {
        let counts = self.store.counts()?;
        let frame = FirstFrame {
            version: VERSION,
            today: self.today_of(&counts, ROWS)?,
            river: self.river(None, ROWS)?,
            unread: counts.values().map(|count| count.unread).sum(),
        };
        let folder = &self.paths.data;
        frame.write(folder).map_err(|source| AppError::Folder { folder: folder.clone(), source })
    }
}
