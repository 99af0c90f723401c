//! Who holds the data folder, and how everybody else reaches them. sled allows one process, so the others send their
//! requests to the one that holds it, over a Unix socket in the folder, and print the answers themselves.
//!
//! - `hold`: the lock that decides.
//! - `wire`: the lines between two processes.
//! - `socket`: where they meet, and who may come.
//! - `service`: the holder's side.
//! - `connection`: the other side.
//! - `desk`: where requests are put, whoever holds the folder.

pub mod connection;
pub mod desk;
pub mod hold;
pub mod service;
pub mod socket;
pub mod wire;

pub use desk::{Desk, Opener};
pub use hold::{Hold, HoldError};
pub use service::{Event, Held};
pub use wire::Role;

use crate::{app::AppError, model::Plain};

/// What can keep a request from being answered. Told to the user as it is.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    App(#[from] AppError),
    /// What the holder said; it is an error of the same kinds as [`AppError`].
    #[error("{0}")]
    Told(String),
    #[error("the data folder is held by {holder}, which is penpal {theirs}; this is {ours}. Restart that one")]
    OtherVersion { holder: Plain, theirs: Plain, ours: &'static str },
    #[error("the data folder is held by {holder} already")]
    Taken { holder: Plain },
    #[error("the socket {path} cannot be used: {source}. If something else lies there, remove it")]
    Socket { path: std::path::PathBuf, source: std::io::Error },
    #[error("whoever holds the data folder broke off several times; see log/penpal.log in it")]
    BrokenOff,
}
