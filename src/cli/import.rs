//! `penpal import FILE|URL|-`

use std::{io::Read, process::ExitCode};

use anyhow::Context;
use url::Url;

use super::Out;
use crate::{
    app::{follow::ImportStatus, request::subscriptions::Import},
    opml,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// An OPML file, newsboat's urls or cache.db, a database of FreshRSS, starred posts as JSON; its address; or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    from: String,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    for import in read(&args.from)? {
        one(desk, import, args, out).await?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Asks for one import, and tells what came of it.
async fn one(desk: &mut Desk, import: Import, args: &Args, out: &mut Out) -> anyhow::Result<()> {
    let broken_off = match &import {
        Import::List(list) => list.broken_off,
        _ => None,
    };
    let (done, was, place) = match import {
        Import::Stars(_) => ("starred", "starred already", "post"),
        Import::Read(_) => ("feeds whose posts are marked as read", "marked already", "feed"),
        Import::List(_) | Import::At(_) => ("added", "known already", "line"),
    };
    let lines = desk.ask(import, &|_| {}).await.with_context(|| format!("{} was not imported", args.from))?;
    let count = |status| lines.iter().filter(|line| line.status == status).count();
    for line in &lines {
        if out.json {
            out.object(line)?;
        } else if line.status == ImportStatus::Skipped {
            let name = line.title.as_ref().map(|title| format!(" {title:?}")).unwrap_or_default();
            let reason = line.reason.as_ref().map(|reason| reason.as_str()).unwrap_or_default();
            let name = match &line.feed_url {
                Some(feed_url) if place == "feed" => format!(" {feed_url}"),
                _ => name,
            };
            out.say(format!("{place} {}:{name} skipped: {reason}", line.line));
        }
    }
    let (added, known, skipped) =
        (count(ImportStatus::Added), count(ImportStatus::Known), count(ImportStatus::Skipped));
    out.say(format!("{added} {done}, {known} {was}, {skipped} skipped"));
    if added > 0 && place == "line" {
        out.say("`penpal refresh` fetches their posts");
    }
    if let Some(line) = broken_off {
        out.say(format!("{} breaks off in line {line}: what came after is missing, so get it again", args.from));
    }
    Ok(())
}

/// Files and standard input are read here, whoever holds the data folder.
fn read(from: &str) -> anyhow::Result<Vec<Import>> {
    if from.starts_with("http://") || from.starts_with("https://") {
        return Ok(vec![Import::At(Url::parse(from).with_context(|| format!("{from} is no address"))?)]);
    }
    let bytes = match from {
        "-" => read_bounded(std::io::stdin()).context("standard input cannot be read")?,
        file => std::fs::File::open(file).and_then(read_bounded).with_context(|| format!("{file} cannot be read"))?,
    };
    Ok(Import::of(opml::read_list(&bytes).with_context(|| format!("{from} was not imported"))?))
}

/// No list of subscriptions is larger than this, and no cache of posts is much larger; a device that never ends is none.
const LARGEST: u64 = 512 << 20;

fn read_bounded(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other(format!("it is larger than {} MB, which no list is", LARGEST >> 20)));
    }
    Ok(bytes)
}
