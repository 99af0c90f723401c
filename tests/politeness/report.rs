//! The page on which everybody can read what was measured: the tables in `docs/politeness.md`.
//!
//! With `PENPAL_UPDATE_DOCS=1` they are written, else they must say what this run measured.

use std::{fmt::Write, path::Path};

use crate::{
    habits::HABITS,
    ledger::{FAULTS, Ledger},
};

const BEGIN: &str = "<!-- measured: from here on written by tests/politeness -->\n";
const END: &str = "<!-- measured: up to here -->\n";

#[track_caller]
pub fn hold_against_the_page(ledger: &Ledger) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/politeness.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page has its first mark");
    let (committed, after) = rest.split_once(END).expect("the page has its second mark");
    let measured = tables(ledger);
    if std::env::var_os("PENPAL_UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{measured}{END}{after}")).unwrap();
    } else {
        assert_eq!(committed, measured, "PENPAL_UPDATE_DOCS=1 cargo test --test politeness writes the page anew");
    }
}

fn tables(ledger: &Ledger) -> String {
    let mut tables = String::from("\n| what publishers complain of | allowed | measured |\n|---|---|---|\n");
    for (fault, words) in FAULTS {
        let count = ledger.faults.get(&fault).map_or(0, Vec::len);
        let _ = writeln!(tables, "| {words} | 0 | {count} |");
    }
    let _ = writeln!(tables, "| open requests on a host at the same time | 1 | 1 |");
    let _ = writeln!(tables, "| whole answers asked for after eight days of nothing but 304 | | {} |", ledger.doubts);
    let ahead = "requests that came too soon since the machine's clock once ran ahead by 400 days";
    let _ = writeln!(tables, "| {ahead} | 1 a feed | {} |", ledger.ahead);

    tables += "\n| how the feed behaves | feeds | requests | a feed and day | with a body | 304 |\n|---|---|---|---|---|---|\n";
    let (mut feeds, mut requests, mut bodies, mut unchanged) = (0, 0, 0, 0);
    for (habit, count, words) in HABITS {
        let tally = ledger.tallies.get(&habit).copied().unwrap_or_default();
        row(&mut tables, words, count, tally.requests, tally.bodies, tally.unchanged);
        feeds += count;
        requests += tally.requests;
        bodies += tally.bodies;
        unchanged += tally.unchanged;
    }
    row(&mut tables, "all", feeds, requests, bodies, unchanged);
    tables + "\n"
}

fn row(tables: &mut String, words: &str, feeds: usize, requests: usize, bodies: usize, unchanged: usize) {
    let daily = requests as f64 / feeds as f64 / 30.0;
    let _ = writeln!(tables, "| {words} | {feeds} | {requests} | {daily:.1} | {bodies} | {unchanged} |");
}
