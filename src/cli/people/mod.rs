//! `penpal people ...`: the contact book.
//!
//! - this page: the commands; `show`: how people are printed; `exchange`: other address books; `entries`: one change each.

mod entries;
mod exchange;
mod show;

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::Out;
use crate::{app::request::book::People, model::Standing, people::Filter, session::Desk};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Words that stand somewhere in what is known of them
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Only those with whom I stand so
    #[arg(long, value_enum, value_name = "STANDING")]
    standing: Option<StandingArg>,
    /// Only those in this circle
    #[arg(long, value_name = "CIRCLE")]
    circle: Option<String>,
    /// Only those with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print everything about one person
    Show(show::Args),
    /// Take somebody in by an address of theirs: a blog, which is read, or mail, or a handle
    Add(entries::AddArgs),
    /// Note something about somebody, or rub a note out
    Note(entries::NoteArgs),
    /// Give somebody tags, or take them away
    Tag(entries::TagArgs),
    /// Put somebody into circles, or take them out
    Circle(entries::CircleArgs),
    /// Change a name, an address, a blog, or where we met
    Edit(entries::EditArgs),
    /// Note where I stand with somebody, and why
    Stand(entries::StandArgs),
    /// Note what passed between us: a mail, a call, a meeting
    Log(entries::LogArgs),
    /// Make two entries one, and tell what becomes of each field
    Merge(entries::MergeArgs),
    /// Make merged entries several again, or give one blog an entry of its own
    Split(entries::SplitArgs),
    /// Rub out everything about somebody who asked for it, for good
    Forget(entries::ForgetArgs),
    /// Take in another address book: vCard, CSV of Google, Outlook or Thunderbird, XFN, OPML
    Import(exchange::ImportArgs),
    /// Print the book for other programs
    Export(exchange::ExportArgs),
}

/// A standing as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum StandingArg {
    New,
    Flagged,
    Invited,
    Answered,
    Connected,
    Declined,
    #[value(alias = "at-a-distance", alias = "distance")]
    AtADistance,
    Lapsed,
    #[value(alias = "not-now")]
    NotNow,
    Never,
}

impl From<StandingArg> for Standing {
    fn from(standing: StandingArg) -> Self {
        match standing {
            StandingArg::New => Self::New,
            StandingArg::Flagged => Self::Flagged,
            StandingArg::Invited => Self::Invited,
            StandingArg::Answered => Self::Answered,
            StandingArg::Connected => Self::Connected,
            StandingArg::Declined => Self::Declined,
            StandingArg::AtADistance => Self::AtADistance,
            StandingArg::Lapsed => Self::Lapsed,
            StandingArg::NotNow => Self::NotNow,
            StandingArg::Never => Self::Never,
        }
    }
}

impl Args {
    /// Whether the network may be needed.
    pub fn is_add(&self) -> bool {
        matches!(self.command, Some(Command::Add(_)))
    }
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    match &args.command {
        None => list(desk, &args.list, out).await?,
        Some(Command::Show(args)) => show::run(desk, args, out).await?,
        Some(Command::Add(args)) => entries::add(desk, args, out).await?,
        Some(Command::Note(args)) => entries::note(desk, args, out).await?,
        Some(Command::Tag(args)) => entries::tag(desk, args, out).await?,
        Some(Command::Circle(args)) => entries::circle(desk, args, out).await?,
        Some(Command::Edit(args)) => entries::edit(desk, args, out).await?,
        Some(Command::Stand(args)) => entries::stand(desk, args, out).await?,
        Some(Command::Log(args)) => entries::log(desk, args, out).await?,
        Some(Command::Merge(args)) => entries::merge(desk, args, out).await?,
        Some(Command::Split(args)) => entries::split(desk, args, out).await?,
        Some(Command::Forget(args)) => return entries::forget(desk, args, out).await,
        Some(Command::Import(args)) => exchange::import(desk, args, out).await?,
        Some(Command::Export(args)) => exchange::export(desk, args, out).await?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn list(desk: &mut Desk, args: &ListArgs, out: &mut Out) -> anyhow::Result<()> {
    let filter = Filter {
        standing: args.standing.map(Standing::from),
        circle: args.circle.clone(),
        tag: args.tag.clone(),
        words: args.words.clone(),
    };
    let is_all = filter == Filter::default();
    let people = desk.ask(People { filter }, &|_| {}).await?;
    if people.is_empty() {
        out.say(if is_all {
            "Nobody is in your book yet. `penpal flag BLOG` and `penpal people add ADDRESS` bring people in; so does \
             `penpal people import FILE`."
        } else {
            "Nobody in your book fits. `penpal people` alone lists everybody."
        });
    }
    for person in &people {
        if out.json {
            out.object(person)?;
        } else {
            out.line(show::line(person, out))?;
        }
    }
    Ok(())
}
