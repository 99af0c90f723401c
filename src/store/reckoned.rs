//! What is reckoned of all blogs together, in a file of its own: it is large and always written whole, and in sled it would
//! be read and written with whatever lies beside it.

use std::{fs, io, path::PathBuf};

use super::{Store, StoreError};

impl Store {
    fn reckoned_file(&self) -> PathBuf {
        self.trees.file.with_file_name("reckoned")
    }

    /// What was kept last; `None` if nothing was. Whoever reads it checks whether it is what the mark in discovery's tree
    /// speaks of.
    pub fn reckoned(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.reckoned_file();
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoreError::Io { path, source }),
        }
    }

    /// Whether anything was ever kept.
    pub fn has_reckoned(&self) -> bool {
        self.reckoned_file().exists()
    }

    pub(super) fn keep_reckoned(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.reckoned_file();
        let new = path.with_extension("new");
        let kept = fs::write(&new, bytes).and_then(|()| fs::rename(&new, &path));
        kept.map_err(|source| StoreError::Io { path, source })
    }

    pub(super) fn forget_reckoned(&self) -> Result<(), StoreError> {
        let path = self.reckoned_file();
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(StoreError::Io { path, source }),
            _ => Ok(()),
        }
    }
}
