//! `penpal follow URL` and `penpal unfollow BLOG`

use std::{io::IsTerminal, process::ExitCode};

use serde_json::json;

use super::{Out, out::tell};
use crate::{
    app::{
        follow::Following,
        request::subscriptions::{Follow, Unfollow},
    },
    model::{FeedForm, Plain},
    session::Desk,
    web::find::Candidate,
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
    let may_ask = !out.json && !out.quiet && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let mut follow = Follow { address: args.address.clone(), folder: folder.collect(), may_ask };
    let mut followed = desk.ask(follow.clone(), &|_| {}).await?;
    if let Following::Several(candidates) = &followed {
        follow.address = choose(candidates).await?.url.to_string();
        follow.may_ask = false;
        followed = desk.ask(follow, &|_| {}).await?;
    }
    let Following::Followed(followed) = followed else { anyhow::bail!("{} was not followed", args.address) };
    let status = if followed.known { "known" } else { "added" };
    if out.json {
        let (feed_url, title) = (&followed.blog.feed_url, &followed.blog.title);
        out.object(&json!({
            "feed_url": feed_url, "title": title, "status": status, "line": null, "reason": null,
            "blog": followed.blog, "posts": followed.posts, "others": followed.others, "form": followed.form, "note": followed.note,
        }))?;
    } else if followed.known {
        out.line(format!("{} is followed already", followed.blog.title))?;
    } else {
        let what = match followed.form {
            FeedForm::List => "a reading list of so many blogs",
            _ => "posts",
        };
        out.line(format!(
            "{} is followed now: {} {what}, {}",
            followed.blog.title, followed.posts, followed.blog.feed_url
        ))?;
        if let Some(note) = &followed.note {
            out.say(note);
        }
        if followed.form == FeedForm::Page {
            out.say("It has no feed: the posts that its page marks up (h-feed) stand in for one");
        }
        if !followed.others.is_empty() {
            out.say(format!("It offers other feeds too: {}", followed.others.join(", ")));
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Asks on standard error which of several feeds is meant; return alone takes the first.
async fn choose(candidates: &[Candidate]) -> anyhow::Result<&Candidate> {
    tell("The page has several feeds:");
    for (at, candidate) in candidates.iter().enumerate() {
        let title = candidate.title.as_ref().map(|title| format!("{title}, ")).unwrap_or_default();
        tell(&format!("  {}  {title}{}", at + 1, candidate.url));
    }
    for _ in 0..MOST_QUESTIONS {
        tell(&format!("Which one? 1 to {}, return for 1", candidates.len()));
        // On a thread of its own, so that an interrupt is heard meanwhile.
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map(|read| (read > 0).then_some(line))
        });
        let Some(line) = read.await?? else { break };
        let number = if line.trim().is_empty() { Ok(1) } else { line.trim().parse::<usize>() };
        if let Some(chosen) = number.ok().and_then(|number| candidates.get(number.checked_sub(1)?)) {
            return Ok(chosen);
        }
    }
    anyhow::bail!("none was chosen, so nothing is followed; `penpal follow ADDRESS` takes any of them")
}

/// Whoever answers nonsense so often wants something else.
const MOST_QUESTIONS: usize = 3;

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
