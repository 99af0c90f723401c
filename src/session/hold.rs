//! Taking the data folder: sled allows one process, so an exclusive lock on the file `lock` decides. The kernel frees it
//! when the holder dies, so nothing is left to clean by hand.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use crate::model::{Plain, Timestamp};

#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    #[error(
        "the data folder {folder} is in use by {holder}, which does not answer. Wait until it has ended, or end it"
    )]
    Held { folder: PathBuf, holder: Plain },
    #[error(
        "the data folder {folder} cannot be written: {source}. Choose another one with --data-dir or PENPAL_DATA_DIR"
    )]
    Unwritable { folder: PathBuf, source: io::Error },
}

/// The data folder is this process's until this is dropped.
#[derive(Debug)]
pub struct Hold {
    _lock: File,
    /// What for, and by which process, since when.
    pub line: String,
}

impl Hold {
    /// Takes the folder, which is made where it is missing. `what` says what for, to whoever comes next.
    pub fn take(folder: &Path, what: &str, now: Timestamp) -> Result<Self, HoldError> {
        let unwritable = |source| HoldError::Unwritable { folder: folder.to_owned(), source };
        create_private(folder).map_err(unwritable)?;
        let path = folder.join("lock");
        let mut lock =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder may be writing its line at this very moment; then it is only "another penpal".
                let known = lock.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                let holder = if known { Plain::line(&holder) } else { Plain::line("another penpal") };
                return Err(HoldError::Held { folder: folder.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(unwritable(source)),
        }
        let line = format!("`{what}` (process {}, since {})", std::process::id(), now.rfc3339());
        lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| writeln!(lock, "{line}")).map_err(unwritable)?;
        Ok(Self { _lock: lock, line })
    }
}

fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_told_who_holds_the_folder_and_gets_it_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let hold = Hold::take(folder.path(), "penpal refresh", Timestamp(0)).unwrap();
        let refused = Hold::take(folder.path(), "penpal", Timestamp(0)).unwrap_err().to_string();
        assert!(refused.contains("`penpal refresh` (process "), "{refused}");
        drop(hold);
        assert!(Hold::take(folder.path(), "penpal", Timestamp(0)).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let error = Hold::take(Path::new("/proc/penpal"), "penpal", Timestamp(0)).unwrap_err();
        assert!(error.to_string().contains("/proc/penpal"), "{error}");
    }
}
