//! Parse arguments, run a command, print an error.

use std::process::ExitCode;

fn main() -> ExitCode {
    share_heaps();
    penpal::cli::main()
}

/// glibc gives each thread a heap of its own, up to eight a processor, and what one thread frees is of no use to the
/// others. Two for all of them take a quarter less memory and no more time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn share_heaps() {
    // SAFETY: it sets a number, and no other thread has been started yet.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 2) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn share_heaps() {}
