//! Whatever a server does, the user is told in words, and the feed is asked again when it makes sense. Each row of
//! `docs/server-behaviours.md` is played over real sockets on loopback; the file is what came of it.
//!
//! `PENPAL_WRITE_DOCS=1 cargo test --test server_behaviours` writes the file anew.

mod support;

#[path = "server_behaviours/rows.rs"]
mod rows;
#[path = "server_behaviours/servers.rs"]
mod servers;

use std::{
    fmt::Write,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use penpal::{
    app::{App, Paths},
    config::Config,
    model::{BlogId, Timestamp},
    poll::{
        Progress, Report, Status, Which,
        due::{Besides, Urgency, may_ask, next_poll, reason},
    },
    store::FeedState,
    web::{Lookup, Pattern, PerFeed, Settings},
};
use rows::{At, Row};
use servers::{Servers, host_of, number_of};

/// The day on which the newest post of the rows was written (2026-01-03, noon).
const NOW: Timestamp = Timestamp(1_767_441_600);
const FILE: &str = "docs/server-behaviours.md";
const INTRODUCTION: &str = "\
# What servers do, and what comes of it

This file is written by `tests/server_behaviours.rs`, which plays every row over real sockets; do not edit it. The rows
about time are played with shorter times than penpal takes by itself: 1 s until a connection stands (else 10), 2 s until
the answer begins (20), 1 s between two pieces of it (15), 3 s for all of it (40). An answer may have 8 MB here (24).
The feed of these rows has a post a day, and every row is the first that this feed hears of its server, unless it says
otherwise. A feed that failed is asked again at some moment drawn by lot before the time that is given here; the others
up to a tenth later. What `Retry-After` asks for is waited for whatever the user does; everything else gives way to
`penpal refresh --force`.
";

/// What came of a row.
struct Outcome {
    report: Report,
    state: FeedState,
}

/// Follows the feeds of some rows and polls them.
async fn play(rows: &'static [Row], servers: &Servers, which: &[usize], settings: Settings) -> Vec<(usize, Outcome)> {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths { data: folder.path().join("data") };
    std::fs::create_dir_all(&paths.data).unwrap();
    let mut app = App::open(paths, Config::default(), settings).await.unwrap();
    app.clock = || NOW;
    let feeds: Vec<_> = which.iter().map(|number| servers.feed_url(*number, &rows[*number])).collect();
    for feed in &feeds {
        app.follow_feed(feed, None, Vec::new()).await.unwrap();
    }
    let times = |number: usize| rows[number].times;
    let mut reports: Vec<(String, Report)> = Vec::new();
    for round in 0..which.iter().map(|number| times(*number)).max().unwrap_or(0) {
        let wanted = which.iter().zip(&feeds).filter(|(number, _)| times(**number) > round);
        let wanted = Which { blogs: wanted.map(|(_, feed)| BlogId::of(feed)).collect(), force: true };
        let told = Mutex::new(Vec::new());
        let tell = |progress: Progress| {
            if let Progress::Done(report) = progress {
                told.lock().unwrap().push((report.feed_url.to_string(), report));
            }
        };
        app.refresh(&wanted, tell).await.unwrap();
        reports.extend(told.into_inner().unwrap());
    }
    let outcome = |feed: &penpal::model::FeedUrl| {
        let (_, report) =
            reports.iter().rev().find(|(url, _)| url == feed.as_str()).unwrap_or_else(|| panic!("{feed}"));
        Outcome { report: report.clone(), state: app.store.feed(BlogId::of(feed)).unwrap() }
    };
    which.iter().copied().zip(feeds.iter().map(outcome)).collect()
}

fn settings(rows: &'static [Row], servers: &Servers) -> Settings {
    let feeds = rows.iter().enumerate().filter_map(|(number, row)| {
        let way = Some(servers.way(row)?);
        let pattern = Pattern::parse(&servers.feed_url(number, row).to_string()).unwrap();
        Some(PerFeed { way, ..PerFeed::of(pattern) })
    });
    let lookup = move |name: &str| {
        let nowhere = number_of(name).is_some_and(|number| matches!(rows[number].at, At::NoName));
        if nowhere { Vec::new() } else { vec![([127, 0, 0, 1], 0).into()] }
    };
    Settings {
        ca_file: Some(servers.authority.file()),
        lookup: Some(Lookup(Arc::new(lookup))),
        at_one_address: rows.len(),
        gap: Duration::ZERO,
        largest_body: 8 << 20,
        proxies: false,
        feeds: feeds.collect(),
        connect_timeout: Duration::from_secs(60),
        first_byte_timeout: Duration::from_secs(60),
        silence_timeout: Duration::from_secs(60),
        total_timeout: Duration::from_secs(60),
        ..Settings::default()
    }
}

fn outcomes(rows: &'static [Row]) -> Vec<Outcome> {
    let servers = Servers::start(rows);
    let (hanging, others): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|number| rows[*number].hangs);
    let patient = settings(rows, &servers);
    let impatient = Settings {
        connect_timeout: Duration::from_secs(1),
        first_byte_timeout: Duration::from_secs(2),
        silence_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(3),
        ..patient.clone()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut all = runtime.block_on(async {
        let mut all = play(rows, &servers, &others, patient).await;
        all.extend(play(rows, &servers, &hanging, impatient).await);
        all
    });
    all.sort_by_key(|(number, _)| *number);
    // What is wrong in words is wrong for everybody.
    for (number, Outcome { report, state }) in &all {
        is_asked_again_as_the_table_says(rows[*number].does, state);
        let failed = matches!(report.status, Status::Failed | Status::Gone);
        assert_eq!(failed, report.error.is_some(), "{}: {report:?}", rows[*number].does);
        let words = report.error.as_ref().map(ToString::to_string).unwrap_or_default();
        for jargon in ["os error", "panicked", "hyper", "reqwest", "Error(", "error sending request"] {
            assert!(!words.contains(jargon), "{}: {words}", rows[*number].does);
        }
    }
    let ports = servers.ports();
    all.into_iter()
        .map(|(number, mut outcome)| {
            if let Some(error) = &mut outcome.report.error {
                let mut words = error.to_string().replace(&host_of(number), "blog.example");
                for port in &ports {
                    words = words.replace(&format!(":{port}"), "");
                }
                *error = penpal::model::Plain::line(&words.replace(&format!("/feed-{number}"), "/feed"));
            }
            outcome
        })
        .collect()
}

fn document(rows: &[Row], outcomes: &[Outcome]) -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut part = "";
    for (row, Outcome { report, state }) in rows.iter().zip(outcomes) {
        if row.part != part {
            part = row.part;
            write!(text, "\n## {part}\n\n| The server ... | result | penpal says | asks again |\n|---|---|---|---|\n")
                .unwrap();
        }
        let status = serde_json::to_value(report.status).unwrap();
        let http = report.http.map(|http| format!(" ({http})")).unwrap_or_default();
        let said = match (&report.error, report.new_posts) {
            (Some(error), _) => error.to_string(),
            (None, 0) => String::new(),
            (None, 1) => "1 new post".into(),
            (None, posts) => format!("{posts} new posts"),
        };
        let cells = [row.does, &format!("{}{http}", status.as_str().unwrap()), &said, &again(state)];
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('<', "&lt;"));
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    }
    text
}

/// The last column says what the poller does, not only what it gives as its reason.
fn is_asked_again_as_the_table_says(does: &str, state: &FeedState) {
    let (interval, besides) = (reason(state, &Besides::default()).0, Besides::default());
    let may = |id: u8, at: Timestamp| may_ask(BlogId([id; 16]), state, &besides, Urgency::Due, at);
    for id in 0..20 {
        let Some(next) = next_poll(BlogId([id; 16]), state).filter(|_| !state.gone) else {
            assert!(state.gone && !may(id, NOW.after(Duration::from_secs(365 * 86_400))), "{does}");
            continue;
        };
        let wait = next.since(NOW);
        let longest = if state.skip_hours == 0 && state.skip_days == 0 { interval.mul_f64(1.1) } else { Duration::MAX };
        let least = if state.failures == 0 { interval } else { Duration::from_secs(15 * 60) };
        assert!(wait >= least && wait <= longest + Duration::from_secs(1), "{does}: {wait:?}, said {interval:?}");
        assert!(!may(id, Timestamp(next.0 - 1)) && may(id, next), "{does}");
    }
}

/// When a feed is asked again by itself.
fn again(state: &FeedState) -> String {
    let (interval, because) = reason(state, &Besides::default());
    if state.gone {
        return "only if you ask".into();
    }
    let seconds = interval.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    format!("after {}: {because}", said.join(" "))
}

#[test]
fn whatever_a_server_does_is_told_in_words_and_asked_again_when_it_makes_sense() {
    let rows: &'static [Row] = rows::all().leak();
    assert!(rows.len() >= 60, "{} rows", rows.len());
    let written = document(rows, &outcomes(rows));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("PENPAL_WRITE_DOCS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let different: Vec<String> = written
        .lines()
        .zip(committed.lines().chain(std::iter::repeat("")))
        .filter(|(now, then)| now != then)
        .map(|(now, then)| format!("- {then}\n+ {now}"))
        .collect();
    assert!(
        written == committed,
        "{FILE} says otherwise (PENPAL_WRITE_DOCS=1 writes it anew):\n{}",
        different.join("\n")
    );
}
