//! The Unix socket in the data folder, for the user alone.

use std::{
    fs,
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use tokio::net::{UnixListener, UnixStream};

/// The kernel takes 104 bytes on macOS and 108 on Linux, the closing zero included.
const LONGEST_PATH: usize = 100;

/// Opens the socket in `folder`. Only whoever holds the folder may call this: what lies there is a dead holder's.
pub fn bind(folder: &Path) -> io::Result<UnixListener> {
    remove(folder)?;
    let listener = UnixListener::bind(path(folder)?)?;
    fs::set_permissions(folder.join("socket"), fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes the socket away. That there is none is fine.
pub fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join("socket")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Knocks. `None` if nobody is there yet, or no longer.
pub async fn connect(folder: &Path) -> io::Result<Option<UnixStream>> {
    match UnixStream::connect(path(folder)?).await {
        Ok(stream) if is_ours(folder, &stream)? => Ok(Some(stream)),
        Ok(_) => Err(io::Error::new(ErrorKind::PermissionDenied, "it is another user's")),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the other side is the user whose folder it is, or root.
pub fn is_ours(folder: &Path, stream: &UnixStream) -> io::Result<bool> {
    let peer = stream.peer_cred()?.uid();
    Ok(peer == 0 || peer == fs::metadata(folder.join("lock"))?.uid())
}

/// Where the socket is reached. A path that the kernel would not take is shortened by a link to the folder.
fn path(folder: &Path) -> io::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let direct = folder.join("socket");
    if direct.as_os_str().len() <= LONGEST_PATH {
        return Ok(direct);
    }
    let name = blake3::hash(folder.as_os_str().as_encoded_bytes()).to_hex();
    for number in 0..10 {
        let link = std::env::temp_dir().join(format!("penpal-{}-{number}", &name[..16]));
        let made = symlink(&folder, &link);
        // A link of this name that leads elsewhere is not ours.
        if made.is_ok() || fs::read_link(&link).is_ok_and(|target| target == folder) {
            return Ok(link.join("socket"));
        }
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "the path is too long for a socket; choose a shorter data folder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_far_down_is_reached_too_and_only_by_its_user() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("a-rather-long-name-of-a-folder".repeat(4));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("lock"), "").unwrap();
        assert!(connect(&folder).await.unwrap().is_none(), "nobody is there yet");
        let listener = bind(&folder).unwrap();
        let mode = fs::metadata(folder.join("socket")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(connect(&folder).await.unwrap().is_some());
        drop(listener);
        assert!(connect(&folder).await.unwrap().is_none(), "a dead holder's socket is nobody");
        assert!(bind(&folder).is_ok(), "and is taken away by the next");
        fs::remove_file(path(&folder).unwrap().parent().unwrap()).unwrap();
    }
}
