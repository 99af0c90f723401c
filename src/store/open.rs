//! Opening the cache, also one that a crash, a full disk or another program damaged.

use std::{
    cell::Cell,
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Once, RwLock, atomic::AtomicBool},
    time::Duration,
};

use super::{
    Store, StoreError, Trees,
    changes::Tree,
    packing,
    packs::Packs,
    room,
    table::{self, Table},
};

/// sled's default of 1 GiB would be most of what a reader needs in memory. What is known of 1,000 feeds and their 35,000
/// posts takes less than this; of 10,000, a refresh goes through all of it once.
const CACHE_BYTES: u64 = 8 << 20;
/// How long what is only cached may stay unwritten. What must not be lost lies in the journal.
const FLUSH_EVERY_MS: u64 = 500;

/// What opening had to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing was wrong.
    None,
    /// A damaged snapshot was set aside; the posts were all there without it.
    Snapshot(PathBuf),
    /// The whole cache was set aside and a new one begun; journal and archive bring back what the user had.
    Rebuilt(PathBuf),
}

impl Store {
    /// Opens the cache in `folder`, or makes it.
    pub fn open(folder: &Path) -> Result<(Self, Recovery), StoreError> {
        fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
        // Before sled meets the end of the disk, and takes what it left for damage.
        room::check(folder, room::TO_OPEN)?;
        let first = match unlocked(folder) {
            Ok(trees) => return Ok((Self { trees: Arc::new(trees) }, Recovery::None)),
            Err(error) => error,
        };
        if let Failed::Sled(sled::Error::Io(error)) = &first
            && (first.is_locked()
                || !matches!(
                    error.kind(),
                    io::ErrorKind::UnexpectedEof
                        | io::ErrorKind::InvalidData
                        | io::ErrorKind::Other
                        | io::ErrorKind::IsADirectory
                        | io::ErrorKind::NotADirectory
                ))
        {
            // In use, no room, no permission: setting the cache aside would make it worse.
            let source = io::Error::new(error.kind(), error.to_string());
            return Err(StoreError::Io { path: folder.to_owned(), source });
        }
        tracing::warn!(?first, "the cache could not be opened; its snapshot is set aside");
        let aside = set_aside(folder, |name| name.starts_with("snap."))?;
        if let Some(aside) = aside
            && let Ok(trees) = attempt(folder)
        {
            let store = Self { trees: Arc::new(trees) };
            // Where sled finds nothing that it knows, it begins anew without a word.
            let is_empty = store.positions()?.is_empty();
            return Ok((store, if is_empty { Recovery::Rebuilt(aside) } else { Recovery::Snapshot(aside) }));
        }
        let aside = set_aside(folder, |_| true)?.unwrap_or_else(|| folder.to_owned());
        match attempt(folder) {
            Ok(trees) => Ok((Self { trees: Arc::new(trees) }, Recovery::Rebuilt(aside))),
            Err(Failed::Sled(error)) => Err(error.into()),
            Err(Failed::Packs(error)) => Err(error),
            Err(Failed::Panic) => Err(StoreError::Damaged("sled gives up on an empty folder".into())),
        }
    }
}

#[derive(Debug)]
enum Failed {
    Sled(sled::Error),
    /// Texts are missing that sled points to.
    Packs(StoreError),
    /// sled 0.34 panics where the end of its file is lost.
    Panic,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sled(error) => Self::Sled(error),
            error => Self::Packs(error),
        }
    }
}

impl From<sled::Error> for Failed {
    fn from(error: sled::Error) -> Self {
        Self::Sled(error)
    }
}

impl Failed {
    /// Whether somebody else has the file. sled says so in words alone.
    fn is_locked(&self) -> bool {
        matches!(self, Self::Sled(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock"))
    }
}

/// Waits a little for whoever has the file: the process that held it before may be ending, and a program that it started
/// has what it had until that program runs.
fn unlocked(folder: &Path) -> Result<Trees, Failed> {
    const TRIES: u32 = 100;
    const PAUSE: Duration = Duration::from_millis(20);
    let mut tried = attempt(folder);
    for _ in 1..TRIES {
        if !tried.as_ref().is_err_and(Failed::is_locked) {
            break;
        }
        std::thread::sleep(PAUSE);
        tried = attempt(folder);
    }
    tried
}

fn attempt(folder: &Path) -> Result<Trees, Failed> {
    quietly(|| {
        let db =
            sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_EVERY_MS)).open()?;
        table::gather(&db)?;
        let table = |name| Table::new(&db, name);
        let packs = Packs::in_cache(folder);
        let meta = table(Tree::Meta);
        packing::check(&packs, &packing::accounts(&meta)?)?;
        Ok(Trees {
            packs: Arc::new(packs),
            unsynced: AtomicBool::new(false),
            index: RwLock::default(),
            file: folder.join("db"),
            meta,
            blogs: table(Tree::Blogs),
            subscriptions: table(Tree::Subscriptions),
            aliases: table(Tree::Aliases),
            feeds: table(Tree::Feeds),
            current: table(Tree::Current),
            listed: table(Tree::Listed),
            shelves: table(Tree::Shelves),
            full_texts: table(Tree::FullTexts),
            marks: table(Tree::Marks),
            opened: table(Tree::Opened),
            habits: table(Tree::Habits),
            labels: table(Tree::Labels),
            blog_labels: table(Tree::BlogLabels),
            mutes: table(Tree::Mutes),
            muted: table(Tree::Muted),
            links: table(Tree::Links),
            standings: table(Tree::Standings),
            people: table(Tree::People),
            discovery: table(Tree::Discovery),
            db,
        })
    })
}

/// Runs what may panic; the panic is an error and prints nothing. What other threads panic of meanwhile is told.
fn quietly<T>(open: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                hook(panic);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(open));
    QUIET.set(false);
    result.unwrap_or(Err(Failed::Panic))
}

/// Moves the files whose names are `chosen` into a new folder beside the cache. `None` if there were none.
fn set_aside(folder: &Path, chosen: impl Fn(&str) -> bool) -> Result<Option<PathBuf>, StoreError> {
    let failed = |source| StoreError::Io { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if name.to_str().is_some_and(&chosen) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Ok(None);
    }
    let parent = folder.parent().unwrap_or(folder);
    let aside = (1..)
        .map(|number| parent.join(format!("cache-damaged-{number}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| parent.join("cache-damaged"));
    fs::create_dir_all(&aside).map_err(failed)?;
    for name in names {
        fs::rename(folder.join(&name), aside.join(&name)).map_err(failed)?;
    }
    Ok(Some(aside))
}
