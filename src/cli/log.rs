//! What happened, for whoever looks for the cause of something: on standard error with `-v`, else in `log/penpal.log`
//! below the data folder, which is begun anew when it has grown.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use tracing_subscriber::{EnvFilter, fmt};

/// A log that has grown beyond this becomes `penpal.log.old`.
const LARGEST: u64 = 1 << 20;

/// Begins to log. `verbose` counts the `-v`s. What cannot be logged is not worth failing for.
pub fn begin(data: &Path, verbose: u8) {
    let ours = |level: &str| EnvFilter::new(format!("penpal={level}"));
    if verbose > 0 {
        let filter = ours(if verbose > 1 { "debug" } else { "info" });
        let _ = fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().try_init();
        return;
    }
    let folder = data.join("log");
    let path = folder.join("penpal.log");
    if fs::create_dir_all(&folder).is_err() {
        return;
    }
    if fs::metadata(&path).is_ok_and(|file| file.len() > LARGEST) {
        let _ = fs::rename(&path, folder.join("penpal.log.old"));
    }
    if let Ok(file) = OpenOptions::new().create(true).append(true).open(&path) {
        let _ =
            fmt().with_env_filter(ours("info")).with_ansi(false).with_writer(std::sync::Mutex::new(file)).try_init();
    }
}
