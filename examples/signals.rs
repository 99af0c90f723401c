//! Prints what a data folder's suggestions are made of, an object a line, for whoever fits the weights of the ranking
//! (`examples/fit.rs`): `{"feed_url","site_url","values":[…],"standards":[…]}` of each candidate, best first.
//!
//! `cargo run --release --example signals -- DATA_DIR...`

use std::path::{Path, PathBuf};

use penpal::{
    app::{App, Paths},
    config::Config,
    discover::{rank, signals::Values},
    model::Timestamp,
    session::Hold,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    for folder in std::env::args().skip(1) {
        let _hold = Hold::take(Path::new(&folder), "the example signals", Timestamp::now())?;
        let app = App::open(Paths { data: PathBuf::from(&folder) }, Config::default(), Default::default()).await?;
        app.catch_up().await?;
        let near = app.near()?;
        let ranking = app.ranking(&near)?;
        let values: Vec<Values> = ranking.candidates.iter().map(|ranked| near.values[ranked.blog]).collect();
        for ((ranked, values), standards) in ranking.candidates.iter().zip(&values).zip(rank::standardise(&values)) {
            let blog = app.store.blog(near.facts[ranked.blog].id)?;
            let (feed_url, site_url) = blog.map(|blog| (blog.feed_url, blog.site_url)).unzip();
            let line = serde_json::json!({
                "folder": folder, "feed_url": feed_url, "site_url": site_url.flatten(),
                "values": values, "standards": standards,
            });
            println!("{line}");
        }
    }
    Ok(())
}
