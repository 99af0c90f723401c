//! Bytes to text: the first line is a Content-Type, the rest a body.
#![no_main]

#[path = "../promises.rs"]
mod promises;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::decode(bytes));
