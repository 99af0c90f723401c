//! `penpal follow URL` and `penpal unfollow BLOG`

use std::process::ExitCode;

use serde_json::json;

use super::Out;
use crate::{
    app::request::subscriptions::{Follow, Unfollow},
    model::Plain,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A site, a post, a feed, a bare domain or @name@instance
    #[arg(value_name = "URL")]
    address: String,
    /// The folder to put it in; outer/inner for one within another
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct UnfollowArgs {
    /// A feed or site address, a host, an id or a title
    #[arg(value_name = "BLOG")]
    blog: String,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let folder = args.folder.as_deref().unwrap_or_default().split('/').map(Plain::line).filter(|name| !name.is_empty());
    let follow = Follow { address: args.address.clone(), folder: folder.collect() };
    let followed = desk.ask(follow, &|_| {}).await?;
    let status = if followed.known { "known" } else { "added" };
    if out.json {
        let (feed_url, title) = (&followed.blog.feed_url, &followed.blog.title);
        out.object(&json!({
            "feed_url": feed_url, "title": title, "status": status, "line": null, "reason": null,
            "blog": followed.blog, "posts": followed.posts,
        }))?;
    } else if followed.known {
        out.line(format!("{} is followed already", followed.blog.title))?;
    } else {
        out.line(format!(
            "{} is followed now: {} posts, {}",
            followed.blog.title, followed.posts, followed.blog.feed_url
        ))?;
        if !followed.others.is_empty() {
            out.say(format!("The page offers other feeds too: {}", followed.others.join(", ")));
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub async fn unfollow(desk: &mut Desk, args: &UnfollowArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let blog = desk.ask(Unfollow { blog: args.blog.clone() }, &|_| {}).await?;
    if out.json {
        out.object(&json!({"feed_url": blog.feed_url, "title": blog.title, "status": "removed"}))?;
    } else {
        out.line(format!("{} is followed no longer. `penpal follow {}` brings it back", blog.title, blog.feed_url))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
