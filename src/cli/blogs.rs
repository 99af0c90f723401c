//! `penpal blogs`

use std::process::ExitCode;

use serde_json::{Value, json};

use super::Out;
use crate::{
    app::{
        blogs::{Followed, Health},
        health::{Overview, in_words, told, worst_first},
        request::subscriptions::Blogs,
    },
    model::{Plain, Timestamp},
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How each feed fares: last answers, what failed and why, when it is asked next and why then
    #[arg(long)]
    health: bool,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let followed = desk.ask(Blogs, &|_| {}).await?;
    if out.json {
        for one in &followed {
            let mut line = serde_json::to_value(&one.blog)?;
            if let Value::Object(fields) = &mut line {
                fields.insert("folder".into(), json!(one.subscription.folder));
                fields.insert("tags".into(), json!(one.subscription.tags));
                fields.insert("unread".into(), json!(one.counts.unread));
                fields.insert("last_post".into(), json!(one.counts.last_post));
                fields.insert("status".into(), json!(one.health));
                fields.insert("error".into(), json!(one.feed.error));
                if args.health {
                    fields.insert("health".into(), serde_json::to_value(one.fares())?);
                }
            }
            out.object(&line)?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if followed.is_empty() {
        out.say("You follow nothing yet. `penpal import feeds.opml` takes a list, `penpal follow URL` one blog.");
    }
    if args.health {
        return tell_health(&followed, out);
    }
    let mut folder = None;
    for one in &followed {
        if folder != Some(&one.subscription.folder) {
            let names: Vec<&str> = one.subscription.folder.iter().map(|name| name.as_str()).collect();
            if !names.is_empty() {
                let heading = out.bold(&names.join(" / "));
                out.line(heading)?;
            }
            folder = Some(&one.subscription.folder);
        }
        let unread = if one.counts.unread > 0 { format!("{:>5}", one.counts.unread) } else { "     ".into() };
        let last = one.counts.last_post.map_or("          ".into(), |last| last.day());
        let ill = match (one.health, &one.feed.error) {
            (Health::Ok | Health::Paused, _) | (_, None) => String::new(),
            (_, Some(error)) => format!("  ({error})"),
        };
        let rest = out.dim(&format!("  {}{ill}", one.blog.feed_url));
        out.line(format!("{unread}  {last}  {}{rest}", one.blog.title))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Those that fare worst come first, with their last answers; of those that are well, when they are asked next.
fn tell_health(followed: &[Followed], out: &mut Out) -> anyhow::Result<ExitCode> {
    let now = Timestamp::now();
    for at in worst_first(followed, now) {
        let one = &followed[at];
        let heading = out.bold(one.blog.title.as_str());
        let address = out.dim(one.blog.feed_url.as_str());
        out.line(format!("{heading}  {address}"))?;
        for said in in_words(one, now) {
            out.line(format!("    {}", Plain::line(&said)))?;
        }
        if one.feed.error.is_some() {
            for answer in one.feed.answers.iter().rev() {
                let line = out.dim(Plain::text(&told(answer)).as_str());
                out.line(format!("      {line}"))?;
            }
        }
    }
    if !followed.is_empty() {
        out.line(Overview::of(followed, now).in_words())?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
