//! Files in which bodies lie, packed together: `cache/bodies/NNNNNNNN.pack`, a zstd frame after the other.
//!
//! A body alone packs badly and sled writes every value several times over, so 35,000 posts took 209 MB in sled. Posts
//! of one feed that come together share a frame of up to [`BLOCK`] bytes, and sled keeps only the [`Place`]. Packs are
//! written at the end and never in the middle; what they hold counts once a batch of sled's names its place.

use std::{
    collections::HashMap,
    fs::{self, File},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::StoreError;

/// Bytes of text that are packed together. Twice as much saves 4 % more and makes opening a post dearer.
pub(super) const BLOCK: usize = 64 << 10;
/// No frame is read that is larger when unpacked; a single body may be larger than a block, and was bounded before.
const LARGEST_BLOCK: usize = 64 << 20;

/// Where a body lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) pack: u32,
    /// Where its frame begins in the file, and the bytes of that.
    pub(super) at: u32,
    pub(super) packed: u32,
    /// Where it begins in the unpacked frame, and its bytes.
    pub(super) start: u32,
    pub(super) length: u32,
}

/// The packs of a cache, for reading.
#[derive(Debug)]
pub(super) struct Packs {
    folder: PathBuf,
    files: Mutex<HashMap<u32, Arc<File>>>,
    /// The frame that was read last: posts of one blog are often read one after the other.
    last: Mutex<Option<Unpacked>>,
}

#[derive(Clone, Debug)]
struct Unpacked {
    pack: u32,
    at: u32,
    bytes: Arc<Vec<u8>>,
}

impl Packs {
    pub(super) fn in_cache(cache: &Path) -> Self {
        Self { folder: cache.join("bodies"), files: Mutex::default(), last: Mutex::default() }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn path(&self, pack: u32) -> PathBuf {
        self.folder.join(format!("{pack:08}.pack"))
    }

    /// The body at a place. `None` if there is no such pack: its bodies lie elsewhere by now.
    pub(super) fn read(&self, place: Place) -> Result<Option<String>, StoreError> {
        let Some(frame) = self.frame(place)? else { return Ok(None) };
        let end = place.start as usize + place.length as usize;
        let body = frame.get(place.start as usize..end).map(<[u8]>::to_vec).map(String::from_utf8);
        match body {
            Some(Ok(body)) => Ok(Some(body)),
            _ => Err(self.damaged(place, "it is not where it should be")),
        }
    }

    fn frame(&self, place: Place) -> Result<Option<Arc<Vec<u8>>>, StoreError> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = last.filter(|last| (last.pack, last.at) == (place.pack, place.at)) {
            return Ok(Some(last.bytes));
        }
        let Some(file) = self.file(place.pack)? else { return Ok(None) };
        let mut packed = vec![0; place.packed as usize];
        file.read_exact_at(&mut packed, place.at.into()).map_err(|error| self.damaged(place, &error.to_string()))?;
        let size = zstd::zstd_safe::get_frame_content_size(&packed).ok().flatten().unwrap_or(0) as usize;
        // The frame ends in a checksum of its content.
        let bytes = zstd::bulk::decompress(&packed, size.min(LARGEST_BLOCK));
        let bytes = Arc::new(bytes.map_err(|error| self.damaged(place, &error.to_string()))?);
        let unpacked = Unpacked { pack: place.pack, at: place.at, bytes: bytes.clone() };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(unpacked);
        Ok(Some(bytes))
    }

    fn file(&self, pack: u32) -> Result<Option<Arc<File>>, StoreError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(&pack) {
            return Ok(Some(file.clone()));
        }
        match File::open(self.path(pack)) {
            Ok(file) => Ok(Some(files.entry(pack).or_insert(Arc::new(file)).clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoreError::Io { path: self.path(pack), source }),
        }
    }

    /// Deletes a pack that nothing points to any more.
    pub(super) fn remove(&self, pack: u32) -> Result<(), StoreError> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).remove(&pack);
        fs::remove_file(self.path(pack)).map_err(|source| StoreError::Io { path: self.path(pack), source })
    }

    /// Waits until a pack lies on the disk.
    pub(super) fn sync(&self, pack: u32) -> Result<(), StoreError> {
        let synced = File::open(self.path(pack)).and_then(|file| file.sync_data());
        synced.map_err(|source| StoreError::Io { path: self.path(pack), source })
    }

    fn damaged(&self, place: Place, why: &str) -> StoreError {
        StoreError::Damaged(format!("a text in {}: {why}", self.path(place.pack).display()))
    }
}
