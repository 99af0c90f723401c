//! `penpal vet`: "Who are these people anyway?", on one page.

mod page;

use std::{path::PathBuf, process::ExitCode};

use super::Out;
use crate::{
    app::{posts::PostLine, request::meet::Vet, vet::Vetted},
    model::{Evidence, Plain, RedLine},
    people::dossier::Dossier,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Any blog: a site or feed address, a post, a host, an id or title of one that is known, @name@instance
    #[arg(value_name = "URL")]
    blog: String,
    /// Write it as a page for the browser into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Show it in the browser
    #[arg(long)]
    open: bool,
}

/// So many of each that there are many of.
const SHOWN: usize = 8;

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    out.say(format!("looking at {} ...", args.blog));
    let vetted = desk.ask(Vet { blog: args.blog.clone() }, &|_| {}).await?;
    if args.html.is_some() || args.open {
        let file = match &args.html {
            Some(file) => file.clone(),
            None => {
                let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos();
                std::env::temp_dir().join(format!("penpal-{}-{nanos}.html", vetted.dossier.blog.id))
            }
        };
        write_private(&file, page::of(&vetted).as_bytes(), args.html.is_some())
            .map_err(|error| anyhow::anyhow!("{} cannot be written: {error}", file.display()))?;
        if args.open {
            open_in_browser(&file)?;
        }
        if !out.json {
            out.line(file.display().to_string())?;
            out.flush()?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    if out.json {
        out.object(&json(vetted)?)?
    } else {
        tell(&vetted, out)?
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Only its owner may read what is written of somebody. In a folder that others write to, nothing that lies there may be
/// written over: it may be somebody's link to elsewhere.
fn write_private(file: &std::path::Path, content: &[u8], may_replace: bool) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut open = std::fs::OpenOptions::new();
    open.write(true)
        .create(may_replace)
        .create_new(!may_replace)
        .truncate(may_replace)
        .mode(0o600)
        .open(file)?
        .write_all(content)
}

fn open_in_browser(file: &std::path::Path) -> anyhow::Result<()> {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = std::process::Command::new(program);
    command.arg(file).stdin(std::process::Stdio::null());
    let status = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => anyhow::bail!("{program} failed ({status}); the page lies in {}", file.display()),
        Err(error) => anyhow::bail!("{program} cannot be run ({error}); the page lies in {}", file.display()),
    }
}

/// The dossier in the order of the design, with posts as `posts` has them.
fn json(vetted: Vetted) -> anyhow::Result<serde_json::Value> {
    let posts: Vec<PostLine> = vetted.posts.into_iter().map(PostLine::from).collect();
    let mut value = serde_json::to_value(vetted.dossier)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("posts".to_owned(), serde_json::to_value(posts)?);
    }
    Ok(value)
}

fn tell(vetted: &Vetted, out: &mut Out) -> anyhow::Result<()> {
    let Dossier { blog, who, .. } = &vetted.dossier;
    let dossier = &vetted.dossier;
    let by = who.name.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
    let heading = out.bold(&format!("{}{by}", blog.title));
    out.line(heading)?;
    let address = blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str());
    out.line(format!("   {address}{}", standing(dossier)))?;
    section(out, "Who they say they are")?;
    match &who.about {
        Some(about) => {
            out.line(format!("   “{about}”"))?;
            if let Some(url) = &who.about_url {
                let url = out.dim(url.as_str());
                out.line(format!("     {url}"))?;
            }
        }
        None => out.line("   They say nothing of themselves that was found.")?,
    }
    for link in &who.links {
        out.line(format!("   also {link}"))?;
    }
    for contact in &dossier.contact {
        out.line(format!("   {}: {}", contact.kind.words(), contact.value))?;
    }
    section(out, "Since when and how often")?;
    out.line(format!("   {}", pace(dossier)))?;
    if !dossier.topics.is_empty() {
        section(out, "What about")?;
        for year in &dossier.topics {
            let phrases: Vec<&str> = year.phrases.iter().map(Plain::as_str).collect();
            out.line(format!("   {}  {}", year.year, phrases.join(", ")))?;
        }
    }
    if !dossier.links_to.is_empty() {
        section(out, "With whom they talk")?;
        for linked in dossier.links_to.iter().take(SHOWN) {
            let followed = if linked.followed { ", whom you follow" } else { "" };
            out.line(format!("   {}{followed}", linked.title))?;
            evidence(&linked.evidence, out)?;
        }
    }
    if !dossier.linked_by.is_empty() {
        section(out, "Who of yours knows them")?;
        for linked in dossier.linked_by.iter().take(SHOWN) {
            out.line(format!("   {}", linked.blog.title))?;
            evidence(&linked.evidence, out)?;
        }
    }
    if !dossier.speaks_of_people.is_empty() {
        section(out, "How they speak of people")?;
        for spoken in &dossier.speaks_of_people {
            out.line(format!("   “{}”", spoken.quote))?;
            source(&spoken.post_title, Some(spoken.post_url.as_str()), spoken.published, out)?;
        }
    }
    if !dossier.red_lines.is_empty() {
        section(out, "Your red lines")?;
        for line in &dossier.red_lines {
            red_line(line, "   ", out)?;
        }
    }
    section(out, "What is unknown or does not fit together")?;
    for line in &dossier.unknown {
        out.line(format!("   - {line}"))?;
    }
    if !vetted.posts.is_empty() {
        section(out, "Last posts")?;
        for one in &vetted.posts {
            let url = out.dim(one.post.url.as_ref().map_or("", |url| url.as_str()));
            out.line(format!("   {}  {}  {url}", one.post.sort_time().day(), one.post.label()))?;
        }
    }
    Ok(())
}

fn standing(dossier: &Dossier) -> String {
    match dossier.standing {
        crate::model::Standing::New => String::new(),
        other => format!(" [{}]", other.words()),
    }
}

/// In words: a count of posts is no number for a person.
fn pace(dossier: &Dossier) -> String {
    let since = dossier.since.map(|since| format!("Their oldest known post is from {}", since.day()));
    let last = dossier.last_post.map(|last| format!("the last from {}", last.day()));
    let often = dossier.posts_per_month.map(|often| format!("about {often} posts a month"));
    let parts: Vec<String> = [since, last, often].into_iter().flatten().collect();
    if parts.is_empty() { "Unknown.".to_owned() } else { format!("{}.", parts.join(", ")) }
}

fn section(out: &mut Out, title: &str) -> anyhow::Result<()> {
    out.line("")?;
    let title = out.bold(title);
    Ok(out.line(title)?)
}

fn evidence(evidence: &Evidence, out: &mut Out) -> anyhow::Result<()> {
    out.line(format!("     “{}”", evidence.quote))?;
    source(&evidence.post_title, Some(evidence.post_url.as_str()), evidence.published, out)
}

fn source(
    title: &Plain,
    url: Option<&str>,
    published: Option<crate::model::Timestamp>,
    out: &mut Out,
) -> anyhow::Result<()> {
    let date = published.map(|date| format!(", {}", date.day())).unwrap_or_default();
    let line = out.dim(&format!("{title}{date}  {}", url.unwrap_or_default()));
    Ok(out.line(format!("       {line}"))?)
}

/// A sentence that crosses a line, with its date. `indent` stands before it.
pub fn red_line(line: &RedLine, indent: &str, out: &mut Out) -> anyhow::Result<()> {
    let quoting = if line.quoting { " (quoting somebody)" } else { "" };
    out.line(format!("{indent}! {}{quoting}: “{}”", line.name, line.quote))?;
    source(&line.post_title, line.post_url.as_ref().map(|url| url.as_str()), line.published, out)
}
