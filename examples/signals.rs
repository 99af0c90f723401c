//! Prints the signals of every candidate in a data folder, a JSON object a line, for fitting the weights of the ranking.
//!
//! `cargo run --release --example signals -- DATA_DIR`

use std::path::PathBuf;

use penpal::{
    app::{App, Paths},
    config::Config,
    discover::{Knowledge, rank::rank, signals::Signals},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    for folder in std::env::args().skip(1) {
        let app = App::open(Paths { data: PathBuf::from(folder) }, Config::default(), Default::default()).await?;
        app.catch_up().await?;
        let knowledge = Knowledge::load(&app.store)?;
        for ranked in rank(&knowledge, &Signals::reckon(&knowledge)) {
            let values: Vec<_> = ranked.signals.iter().map(|signal| signal.value).collect();
            let line = serde_json::json!({"blog": knowledge.blogs[ranked.blog].blog, "signals": values});
            println!("{line}");
        }
    }
    Ok(())
}
