//! The first frame: what the screens showed when they were left, in one small file beside the cache, so that it can be
//! painted before anything is opened. It is worth nothing but a moment: what cannot be read is not missed.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    App, AppError,
    posts::Listed,
    select::{Only, Order},
    state::State,
    today::Writer,
};

/// Counts up when the file is to be read otherwise. What else changed its form is not understood, and left alone.
const VERSION: u32 = 2;
const FILE: &str = "first-frame";
/// Rows that the tallest terminal shows.
const ROWS: usize = 80;

/// Small enough to be read and drawn before anybody notices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstFrame {
    version: u32,
    today: Vec<Writer>,
    /// Around the row that the cursor was on.
    river: Vec<Listed>,
    order: Order,
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
            river: around(state),
            order: state.order,
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
        write_whole(data, FILE, &serde_json::to_vec(self)?)
    }

    /// What is shown until the data folder is open, of lists in this order.
    pub fn state(self, order: Order) -> State {
        let mut state = State { opening: true, unread_before: self.unread, ..State::default() };
        state.today.all = self.today;
        state.today.narrow("");
        if self.order == order {
            state.river.replace(self.river, "");
        }
        state.river.loading = true;
        state
    }
}

/// What was seen of the River, and a little more; what is narrowed is not the River that the next start shows.
fn around(state: &State) -> Vec<Listed> {
    if state.only != Only::All {
        return Vec::new();
    }
    let row = state.river.shown.get(state.river.cursor).copied().unwrap_or(0);
    let all = &state.river.all;
    let first = row.saturating_sub(ROWS / 2).min(all.len().saturating_sub(ROWS));
    all.iter().skip(first).take(ROWS).cloned().collect()
}

/// Writes a file of the data folder that is there as a whole or not at all, and for its user alone.
pub(super) fn write_whole(data: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let new = data.join(format!("{name}.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(content)?;
    fs::rename(new, data.join(name))
}

impl App {
    /// Keeps a first frame as the store has it now.
    pub fn keep_first_frame(&self) -> Result<(), AppError> {
        let counts = self.store.counts()?;
        let frame = FirstFrame {
            version: VERSION,
            today: self.today_of(&counts, ROWS)?,
            river: self.river(None, ROWS)?,
            order: Order::Newest,
            unread: counts.values().map(|count| count.unread).sum(),
        };
        let folder = &self.paths.data;
        frame.write(folder).map_err(|source| AppError::Folder { folder: folder.clone(), source })
    }
}
