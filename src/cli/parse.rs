//! `penpal parse FILE`: how penpal understands one feed, without network and data folder.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;
use url::Url;

use super::Out;
use crate::feed::{self, Hints};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A feed as it came off the wire
    file: std::path::PathBuf,
    /// Where it came from, for relative addresses
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// The Content-Type that came with it
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
}

pub fn run(args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let hints = Hints { base_url: args.base_url.as_ref(), content_type: args.content_type.as_deref() };
    let bytes = std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()));
    let understood = bytes.and_then(|bytes| Ok(feed::read(&bytes, &hints)?));
    let status = match (understood, out.json) {
        (Ok(feed), true) => {
            out.object(&feed::Shown(&feed))?;
            ExitCode::SUCCESS
        }
        (Ok(feed), false) => {
            out.line(serde_json::to_string_pretty(&feed::Shown(&feed))?)?;
            ExitCode::SUCCESS
        }
        (Err(error), true) => {
            out.object(&json!({"error": super::out::in_words(&error).replace('\n', " ")}))?;
            ExitCode::FAILURE
        }
        (Err(error), false) => return Err(error),
    };
    out.flush()?;
    Ok(status)
}
