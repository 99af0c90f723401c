//! A body to a feed: repaired, parsed, made safe, explained.
#![no_main]

#[path = "../promises.rs"]
mod promises;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::feed(bytes));
