//! `penpal vet`: "Who are these people anyway?", on one page.

mod page;

use std::{path::PathBuf, process::ExitCode};

use super::Out;
use crate::{
    app::{
        dossier::{Line, Part, lines},
        posts::PostLine,
        request::meet::Vet,
        vet::Vetted,
    },
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
        for line in lines(&vetted) {
            tell(&line, out)?;
        }
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

/// A line as it stands on paper.
pub fn tell(line: &Line, out: &mut Out) -> anyhow::Result<()> {
    let indent = " ".repeat(line.indent);
    let address = line.address.as_ref().map(|address| format!("  {address}")).unwrap_or_default();
    let told = match line.part {
        Part::Title | Part::Heading => out.bold(line.text.as_str()),
        Part::Source => out.dim(&format!("{}{address}", line.text)),
        Part::Text if address.is_empty() => line.text.to_string(),
        Part::Text => format!("{}{}", line.text, out.dim(&address)),
    };
    Ok(out.line(format!("{indent}{told}"))?)
}
