//! Parse arguments, run a command, print an error.

use std::process::ExitCode;

fn main() -> ExitCode {
    share_heaps();
    give_back_memory();
    penpal::cli::main()
}

/// glibc gives each thread a heap of its own, up to eight a processor, and what one thread frees is of no use to the
/// others. Two for all of them take a quarter less memory and no more time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn share_heaps() {
    // SAFETY: it sets a number, and no other thread has been started yet.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 2) };
}

/// glibc keeps what was freed unless it lies at the end of a heap, and there something small mostly stays.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_back_memory() {
    // SAFETY: it may be called at any time, and touches only what is free.
    penpal::app::spare::give_back_by(|| _ = unsafe { libc::malloc_trim(0) });
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn share_heaps() {}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back_memory() {}
