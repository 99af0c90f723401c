//! Memory that an answer took and no longer needs. An allocator keeps it for the next time; a process that stays, and is
//! seldom asked for so much, gives it back to the system.

use std::{sync::OnceLock, thread};

static GIVE_BACK: OnceLock<fn()> = OnceLock::new();

/// How memory is given back, which only a program knows that has chosen its allocator. Nothing is, before this was told.
pub fn give_back_by(give_back: fn()) {
    let _ = GIVE_BACK.set(give_back);
}

/// Gives back what is not used. Nobody waits for it.
pub(super) fn give_back() {
    if let Some(give_back) = GIVE_BACK.get() {
        thread::spawn(give_back);
    }
}
