//! `penpal suggest`, `similar`, `why`, `flag`: whom to get to know, and why.

use std::process::ExitCode;

use super::{Out, vet::red_line};
use crate::{
    app::request::people::{Flag, Similar, Suggest, Why},
    model::{Evidence, Standing, Suggestion},
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// So many
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct SimilarArgs {
    /// A feed or site address, a host, an id or a title
    blog: String,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct WhyArgs {
    /// The suggested blog: a feed or site address, a host, an id or a title
    #[arg(value_name = "URL")]
    blog: String,
}

#[derive(Debug, clap::Args)]
pub struct FlagArgs {
    /// The blog: a feed or site address, a host, an id or a title
    #[arg(value_name = "URL")]
    blog: String,
    /// Take the flag off
    #[arg(long)]
    off: bool,
    /// Not now: do not suggest for three months
    #[arg(long, conflicts_with_all = ["off", "never"])]
    not_now: bool,
    /// Never suggest again
    #[arg(long, conflicts_with_all = ["off", "not_now"])]
    never: bool,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let suggestions = desk.ask(Suggest { limit: args.limit }, &|_| {}).await?;
    if suggestions.is_empty() {
        out.say("Nobody to suggest yet. `penpal discover` looks around the blogs you follow.");
    }
    for suggestion in &suggestions {
        if out.json {
            out.object(suggestion)?;
        } else {
            tell(suggestion, out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// One suggestion for a person: no number but its place and its dates.
pub fn tell(suggestion: &Suggestion, out: &mut Out) -> anyhow::Result<()> {
    let by = suggestion.blog.author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let flagged = if suggestion.standing == Standing::New { "" } else { " [flagged]" };
    let heading = out.bold(&format!("{}. {}{by}{flagged}", suggestion.rank, suggestion.blog.title));
    out.line(heading)?;
    let address = suggestion.blog.site_url.as_ref().map_or(suggestion.blog.feed_url.as_str(), |site| site.as_str());
    let last = suggestion.last_post.map(|last| format!(", last post {}", last.day())).unwrap_or_default();
    out.line(format!("   {address}{last}"))?;
    for reason in &suggestion.reasons {
        out.line(format!("   - {}", reason.text))?;
        for evidence in reason.evidence.iter().take(2) {
            tell_evidence(evidence, out)?;
        }
    }
    for line in &suggestion.red_lines {
        red_line(line, "   ", out)?;
    }
    Ok(out.line("")?)
}

fn tell_evidence(evidence: &Evidence, out: &mut Out) -> anyhow::Result<()> {
    let date = evidence.published.map(|date| format!(", {}", date.day())).unwrap_or_default();
    out.line(format!("       “{}”", evidence.quote))?;
    let source = out.dim(&format!("{}{date}  {}", evidence.post_title, evidence.post_url));
    Ok(out.line(format!("         {source}"))?)
}

pub async fn similar(desk: &mut Desk, args: &SimilarArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    for similar in desk.ask(Similar { blog: args.blog.clone(), limit: args.limit }, &|_| {}).await? {
        if out.json {
            out.object(&similar)?;
        } else {
            let phrases: Vec<&str> = similar.phrases.iter().map(|phrase| phrase.as_str()).collect();
            let about = out.dim(&phrases.join(", "));
            out.line(format!("{:>2}. {}  {about}", similar.rank, similar.blog.title))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub async fn why(desk: &mut Desk, args: &WhyArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let why = desk.ask(Why { blog: args.blog.clone() }, &|_| {}).await?;
    if out.json {
        out.object(&why)?;
    } else {
        tell(&why.suggestion, out)?;
        out.line("   What it was reckoned from, the weightiest first (about sources, not about the person):")?;
        let mut signals = why.signals;
        signals.sort_by(|a, b| b.share.total_cmp(&a.share));
        for signal in signals.iter().filter(|signal| signal.share >= 0.005) {
            out.line(format!("   {:>3} %  {}", (signal.share * 100.0).round(), signal.name))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub async fn flag(desk: &mut Desk, args: &FlagArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let standing = match (args.off, args.not_now, args.never) {
        (true, ..) => Standing::New,
        (_, true, _) => Standing::NotNow,
        (_, _, true) => Standing::Never,
        _ => Standing::Flagged,
    };
    let blog = desk.ask(Flag { blog: args.blog.clone(), standing }, &|_| {}).await?;
    if out.json {
        out.object(&serde_json::json!({"blog": blog, "standing": standing}))?;
    } else {
        out.line(format!("{}: {}", blog.title, standing.words()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
