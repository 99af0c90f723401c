//! Which device this is: an id drawn once and kept beside the journal, with the machine's name for itself, so that a
//! copied data folder gets an id of its own and two devices never append to one file.

use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
};

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

/// 64 random bits, shown as 13 letters and digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeviceId(pub [u8; 8]);

impl DeviceId {
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Reads the id kept in `file`, or draws one and keeps it there: where there is none, where the file cannot be
    /// understood, and where it was written on another machine.
    pub fn of_this_machine(file: &Path) -> io::Result<Self> {
        let machine = machine_name();
        if let Some((id, known)) = fs::read_to_string(file).ok().as_deref().and_then(split)
            && known == machine
        {
            return Ok(id);
        }
        let mut random = [0; 8];
        io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut random)?;
        let id = Self(random);
        let beside = file.with_extension("new");
        let mut written = fs::File::create(&beside)?;
        writeln!(written, "{id} {machine}")?;
        written.sync_all()?;
        fs::rename(&beside, file)?;
        Ok(id)
    }
}

fn split(kept: &str) -> Option<(DeviceId, &str)> {
    let (id, machine) = kept.trim().split_once(' ')?;
    Some((DeviceId::parse(id)?, machine))
}

/// A hash of what the system calls the machine, so that the id itself stays where it is.
fn machine_name() -> String {
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostname"]
        .iter()
        .find_map(|path| fs::read_to_string(path).ok().filter(|id| !id.trim().is_empty()));
    blake3::hash(id.unwrap_or_default().trim().as_bytes()).to_hex()[..16].to_owned()
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_keeps_its_id_and_a_copied_folder_gets_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("device");
        let first = DeviceId::of_this_machine(&file).unwrap();
        assert_eq!(DeviceId::of_this_machine(&file).unwrap(), first);
        fs::write(&file, format!("{first} another-machine")).unwrap();
        assert_ne!(DeviceId::of_this_machine(&file).unwrap(), first);
    }
}
