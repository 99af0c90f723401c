//! Room on the disk. Where it ends in the middle of a write, sled waits for ever or leaves a file that looks damaged; so
//! nothing is written, and no cache opened, once there is little left.

use std::path::Path;

use super::StoreError;

/// Bytes that must be free to open the cache: sled may write when it does.
pub(super) const TO_OPEN: u64 = 4 << 20;
/// Bytes that must be free to write: more than the largest batch takes, and what a closing process still writes.
pub(super) const TO_WRITE: u64 = 16 << 20;

/// An error if fewer than `least` bytes are free for this user on the disk that holds `folder`. A system that does not
/// tell has room.
pub(super) fn check(folder: &Path, least: u64) -> Result<(), StoreError> {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < least {
        return Err(StoreError::NoRoom { path: folder.to_owned(), free: free >> 10, least: least >> 20 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_is_named_with_what_is_left() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(folder.path(), 1).is_ok());
        let full = check(folder.path(), u64::MAX).unwrap_err().to_string();
        assert!(full.contains("is full") && full.contains(&folder.path().display().to_string()), "{full}");
    }
}
