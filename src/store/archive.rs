//! Posts that left their feeds, which nobody can fetch again: `archive/YYYY-MM.ndjson.zst`, one zstd frame a batch,
//! fsynced. Any zstd tool can read it, and a rebuild takes it from here.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::model::{Blog, Link, Post, Timestamp};

#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct ArchiveError {
    path: PathBuf,
    source: io::Error,
}

/// One line of the archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArchivedPost {
    pub blog: Blog,
    pub post: Post,
    pub html: String,
    pub links: Vec<Link>,
}

/// Appends posts to the file of `now`'s month. When it returns, they are durable.
pub fn append(folder: &Path, posts: &[ArchivedPost], now: Timestamp) -> Result<(), ArchiveError> {
    if posts.is_empty() {
        return Ok(());
    }
    let path = folder.join(format!("{}.ndjson.zst", now.calendar().format("%Y-%m")));
    let failed = |source| ArchiveError { path: path.clone(), source };
    let mut lines = Vec::new();
    for post in posts {
        serde_json::to_writer(&mut lines, post).map_err(|error| failed(error.into()))?;
        lines.push(b'\n');
    }
    let frame = zstd::bulk::compress(&lines, 3).map_err(failed)?;
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if let Err(error) = file.write_all(&frame).and_then(|()| file.sync_all()) {
        // Half a frame would hide every later one.
        file.set_len(length).map_err(failed)?;
        return Err(failed(error));
    }
    Ok(())
}

/// Writes the archive anew without the posts that are not to be kept. A file without any is left as it is; what cannot be
/// understood in one that has some is lost with it.
pub fn rewrite(folder: &Path, keep: impl Fn(&ArchivedPost) -> bool) -> Result<(), ArchiveError> {
    for path in files(folder) {
        let failed = |source| ArchiveError { path: path.clone(), source };
        let (mut lines, mut dropped) = (Vec::new(), 0);
        read_file(&path, &mut |post| {
            if keep(&post) {
                // What was read from JSON can be written as JSON.
                lines.extend(serde_json::to_vec(&post).unwrap_or_default());
                lines.push(b'\n');
            } else {
                dropped += 1;
            }
        })?;
        if dropped == 0 {
            continue;
        }
        let new = path.with_extension("new");
        let frame = zstd::bulk::compress(&lines, 3).map_err(failed)?;
        let mut file = File::create(&new).map_err(failed)?;
        file.write_all(&frame).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&new, &path).and_then(|()| File::open(folder)?.sync_all()).map_err(failed)?;
    }
    Ok(())
}

/// Calls `found` with every archived post, oldest file first. A damaged frame ends its file with a warning, not the rest.
pub fn read_all(folder: &Path, mut found: impl FnMut(ArchivedPost)) -> Result<(), ArchiveError> {
    files(folder).iter().try_for_each(|path| read_file(path, &mut found))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "zst"));
    files.sort();
    files
}

fn read_file(path: &Path, found: &mut dyn FnMut(ArchivedPost)) -> Result<(), ArchiveError> {
    let failed = |source| ArchiveError { path: path.to_owned(), source };
    let reader = zstd::stream::Decoder::new(File::open(path).map_err(failed)?).map_err(failed)?;
    for line in BufReader::new(reader).lines() {
        match line.map(|line| serde_json::from_str(&line)) {
            Ok(Ok(post)) => found(post),
            Ok(Err(error)) => tracing::warn!(?path, %error, "a line of the archive cannot be understood"),
            Err(error) => {
                tracing::warn!(?path, %error, "the archive is damaged from here on");
                break;
            }
        }
    }
    Ok(())
}
