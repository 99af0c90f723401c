//! `penpal export`

use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::json;

use super::Out;
use crate::{app::request::subscriptions::Outlines, opml, session::Desk};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value_t = Format::Opml)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For any other reader
    Opml,
    /// One object a line
    Json,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let outlines = desk.ask(Outlines, &|_| {}).await?;
    if args.format == Format::Json || out.json {
        for outline in outlines {
            out.object(&json!({
                "feed_url": outline.feed_url,
                "title": outline.title,
                "site_url": outline.site_url,
                "folder": outline.folder,
                "tags": outline.tags,
            }))?;
        }
    } else {
        out.raw(&opml::write("Blogs followed with penpal", outlines.iter()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
