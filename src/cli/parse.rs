//! `penpal parse FILE|URL`: how penpal understands one feed, without the data folder.

use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;
use serde_json::json;
use url::Url;

use super::{Global, Out, read_config};
use crate::{
    feed::{self, FeedError, Hints, Note, Shown},
    model::{FeedForm, Plain, Timestamp},
    web::Web,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A feed as it came off the wire, or the address of a feed or a site
    #[arg(value_name = "FILE|URL")]
    from: String,
    /// Where it came from, for relative addresses
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// The Content-Type that came with it
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Tell which repairs were needed, and where
    #[arg(long)]
    explain: bool,
}

/// A feed off the wire or the disk, and how it was got.
struct Source {
    bytes: Vec<u8>,
    base_url: Option<Url>,
    content_type: Option<String>,
    notes: Vec<Note>,
    /// What was read of it, where it is no feed.
    read: Option<feed::Feed>,
}

/// A line of `parse --explain --json`.
#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    feed: Shown<'a>,
    explain: &'a [Note],
}

pub async fn run(args: &Args, global: &Global, out: &mut Out) -> anyhow::Result<ExitCode> {
    let (understood, notes) = match source(args, global).await {
        Ok(source) => understand(source, args),
        Err(error) => (Err(error), Vec::new()),
    };
    if args.explain && !out.json {
        for Note { step, what, place } in &notes {
            let place = place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
            out.say(format!("{step}: {what}{place}"));
        }
    }
    let status = match (understood, out.json) {
        (Ok(feed), true) if args.explain => {
            out.object(&Explained { feed: Shown(&feed), explain: &notes })?;
            ExitCode::SUCCESS
        }
        (Ok(feed), true) => {
            out.object(&Shown(&feed))?;
            ExitCode::SUCCESS
        }
        (Ok(feed), false) => {
            out.line(serde_json::to_string_pretty(&Shown(&feed))?)?;
            ExitCode::SUCCESS
        }
        (Err(error), true) => {
            let mut told = json!({"error": Plain::line(&super::out::in_words(&error))});
            if args.explain {
                told["explain"] = json!(notes);
            }
            out.object(&told)?;
            ExitCode::FAILURE
        }
        (Err(error), false) => return Err(error),
    };
    out.flush()?;
    Ok(status)
}

fn understand(source: Source, args: &Args) -> (anyhow::Result<feed::Feed>, Vec<Note>) {
    let hints = Hints { base_url: source.base_url.as_ref(), content_type: source.content_type.as_deref() };
    let (feed, found): (Result<feed::Feed, FeedError>, Vec<Note>) = if args.explain {
        feed::explain(&source.bytes, &hints)
    } else {
        (feed::read(&source.bytes, &hints), Vec::new())
    };
    // A page or a list that was found in place of a feed has been read already.
    let feed = source.read.map_or(feed, Ok);
    (feed.map_err(Into::into), source.notes.into_iter().chain(found).collect())
}

/// Reads the file, or fetches what the address leads to. What the user says of it wins over what came with it.
async fn source(args: &Args, global: &Global) -> anyhow::Result<Source> {
    let mut source = match is_address(&args.from) {
        true => fetch(&args.from, global).await?,
        false => {
            let bytes = std::fs::read(&args.from).with_context(|| format!("{} cannot be read", args.from))?;
            Source { bytes, base_url: None, content_type: None, notes: Vec::new(), read: None }
        }
    };
    source.base_url = args.base_url.clone().or(source.base_url);
    source.content_type = args.content_type.clone().or(source.content_type);
    Ok(source)
}

/// A bare domain could as well be a file, so an address has its scheme, or is a handle.
fn is_address(from: &str) -> bool {
    let lower = from.to_ascii_lowercase();
    ["http://", "https://", "feed:"].iter().any(|scheme| lower.starts_with(scheme))
        || lower.strip_prefix('@').is_some_and(|handle| handle.contains('@'))
}

async fn fetch(address: &str, global: &Global) -> anyhow::Result<Source> {
    let web = Web::new(read_config(global)?.web())?;
    let found = web.find_feed(address, Timestamp::now()).await?;
    let feed_url = found.feed_url.url();
    let mut notes = Vec::new();
    let read = (found.form != FeedForm::Feed).then_some(found.feed);
    if feed_url.as_str() != address {
        notes.push(Note::new("find", format!("the feed is {feed_url}"), Some(Plain::line(address).to_string())));
    }
    for other in &found.others {
        notes.push(Note::new("find", format!("another feed is {other}"), None));
    }
    Ok(Source {
        bytes: found.reply.body.to_vec(),
        base_url: Some(found.reply.url),
        content_type: found.reply.content_type,
        notes,
        read,
    })
}
