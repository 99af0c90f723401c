//! What the fuzzers in `fuzz/` ask of any bytes holds of every seed, on the compiler that everybody has.

#[path = "../fuzz/promises.rs"]
mod promises;

use std::path::Path;

/// Asks a promise about every seed of a folder, and about each one's beginnings.
fn ask(target: &str, promise: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!seeds.is_empty(), "no seeds for {target}");
    for seed in seeds {
        let bytes = std::fs::read(&seed).unwrap();
        for part in [bytes.len(), bytes.len() * 3 / 4, bytes.len() / 2, bytes.len() / 4] {
            let kept = std::panic::catch_unwind(|| promise(&bytes[..part]));
            assert!(kept.is_ok(), "the first {part} bytes of {}", seed.display());
        }
    }
}

#[test]
fn every_seed_is_decoded() {
    ask("decode", promises::decode);
}

#[test]
fn every_seed_is_read_as_a_feed() {
    ask("feed", promises::feed);
}

#[test]
fn every_seed_is_made_safe() {
    ask("sanitise", promises::sanitise);
}

#[test]
fn every_seed_is_read_as_a_list() {
    ask("opml", promises::opml);
}

#[test]
fn every_seed_is_read_as_a_date() {
    ask("dates", promises::dates);
}

#[test]
fn every_seed_is_read_as_a_page() {
    ask("page", promises::page);
}
