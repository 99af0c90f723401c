//! `penpal suggest`, `similar`, `why`, `flag`: whom to get to know, and why.

use std::process::ExitCode;

use super::{Out, vet};
use crate::{
    app::{
        dossier::red_line,
        narrowed::Narrowed,
        request::people::{Flag, ResetTaste, Similar, Suggest, WhereToStart, Why},
        why,
    },
    model::{Evidence, Plain, ReasonKind, Signal, Standing, Suggestion},
    session::Desk,
};

/// What somebody can do who follows nobody.
pub const BEGIN: &str = "`penpal import FILE` or `penpal follow URL` changes that; or name a blog of your own (`blogs = \
                         [\"https://example.org/\"]`) or topics (`topics = [\"rye bread\"]`) below [me] in the configuration";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// So many
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::at_least_one)]
    limit: usize,
    /// Only those near by this kind of reason
    #[arg(long, value_enum)]
    kind: Option<KindArg>,
    /// Only those who write in this language: a code (de) or a name (German)
    #[arg(long, value_name = "LANG")]
    language: Option<String>,
    /// Only those to whom this circle leads: a folder or a tag of blogs that you follow, or a circle of your book
    #[arg(long, value_name = "NAME")]
    circle: Option<String>,
    /// Let what you flagged, sent away, opened and starred until now no longer move the order
    #[arg(long, conflicts_with_all = ["limit", "kind", "language", "circle"])]
    reset_taste: bool,
}

/// A kind of reason as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum KindArg {
    Interests,
    Friends,
    Discussions,
    Perspective,
}

impl From<KindArg> for ReasonKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Interests => Self::Interests,
            KindArg::Friends => Self::Friends,
            KindArg::Discussions => Self::Discussions,
            KindArg::Perspective => Self::Perspective,
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct SimilarArgs {
    /// A feed or site address, a host, an id, a title or who writes it
    blog: String,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::at_least_one)]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct WhyArgs {
    /// The suggested blog: a feed or site address, a host, an id, a title or who writes it
    #[arg(value_name = "URL")]
    blog: String,
}

#[derive(Debug, clap::Args)]
pub struct FlagArgs {
    /// The blog: a feed or site address, a host, an id, a title or who writes it
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
    if args.reset_taste {
        desk.ask(ResetTaste, &|_| {}).await?;
        out.say("What you flagged, sent away, opened and starred until now no longer moves the order. Who you sent away stays away.");
        return Ok(ExitCode::SUCCESS);
    }
    let only = Narrowed {
        kind: args.kind.map(ReasonKind::from),
        language: args.language.clone(),
        circle: args.circle.as_deref().map(Plain::line),
    };
    let suggestions = desk.ask(Suggest { limit: args.limit, only }, &|_| {}).await?;
    if suggestions.is_empty() {
        let start = desk.ask(WhereToStart, &|_| {}).await?;
        out.say(&match (start.followed, start.own, start.topics) {
            _ if start.is_nothing() => format!(
                "Nobody to suggest: you follow nobody yet. {BEGIN}. Then `penpal refresh` and `penpal discover`."
            ),
            (0, true, _) => "Nobody to suggest yet. `penpal discover` reads your own blog and looks around it; if that found nobody, `penpal follow` a blog or two that you like.".to_owned(),
            (0, false, _) => "Nobody to suggest yet. `penpal discover` looks for people who write about your topics, beginning at the blogs of the starter set.".to_owned(),
            (1, false, false) => "Nobody to suggest yet. One blog is little to go by: follow another, or name your own in the configuration (`blogs` below [me]); then `penpal discover`.".to_owned(),
            _ => "Nobody to suggest yet. `penpal discover` looks around the blogs you follow.".to_owned(),
        });
    }
    for suggestion in &suggestions {
        if out.json {
            out.object(suggestion)?;
        } else {
            tell(suggestion, Quotes::Two, out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Which of the quotes are printed for each reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    All,
    /// Two, and where the others are printed.
    Two,
    /// Two of the demo's, where no other command knows of them.
    OfTheDemo,
}

/// One suggestion for a person: no number but its place, its dates and how many quotes there are.
pub fn tell(suggestion: &Suggestion, quotes: Quotes, out: &mut Out) -> anyhow::Result<()> {
    let by = suggestion.blog.by();
    let flagged = if suggestion.standing == Standing::New { "" } else { " [flagged]" };
    let heading = out.bold(&format!("{}. {}{by}{flagged}", suggestion.rank, suggestion.blog.title));
    out.line(heading)?;
    let address = suggestion.blog.site_url.as_ref().map_or(suggestion.blog.feed_url.as_str(), |site| site.as_str());
    let last = suggestion.last_heard().map(|last| format!(", {last}")).unwrap_or_default();
    let place = suggestion.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    out.line(format!("   {address}{last}{place}"))?;
    let mut left_out = 0;
    for reason in &suggestion.reasons {
        out.line(format!("   - {}", reason.text))?;
        let shown = if quotes == Quotes::All { reason.evidence.len() } else { 2 };
        for evidence in reason.evidence.iter().take(shown) {
            tell_evidence(evidence, out)?;
        }
        let more = reason.evidence.len().saturating_sub(shown);
        if more > 0 {
            out.line(out.dim(&format!("       and {more} more")))?;
        }
        left_out += more;
    }
    if left_out > 0 && quotes == Quotes::Two {
        out.line(out.dim(&format!("   All quotes: `penpal why {address}`")))?;
    }
    for line in suggestion.red_lines.iter().flat_map(red_line) {
        vet::tell(&line, out)?;
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
        out.object(&why::Why { lowers: Vec::new(), ..why })?;
    } else {
        tell(&why.suggestion, Quotes::All, out)?;
        reckoning(&why, out)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What the place of a suggestion comes from. The numbers are about sources, none is about the person.
fn reckoning(why: &why::Why, out: &mut Out) -> anyhow::Result<()> {
    out.line("   What its place was reckoned from, the weightiest first (about sources, not about the person):")?;
    out.line(out.dim("    share          weight    value"))?;
    let mut signals: Vec<&Signal> = why.signals.iter().filter(|signal| signal.value.is_some()).collect();
    signals.sort_by(|a, b| b.share.total_cmp(&a.share));
    for signal in signals {
        let value = signal.value.unwrap_or_default();
        let share = (signal.share * 100.0).round();
        let does = match (signal.share > 0.0, why.lowers.contains(&signal.name)) {
            (false, _) => "",
            (_, true) => "lowers",
            (_, false) => "raises",
        };
        out.line(format!("   {share:>4} %  {does:<6}  {:>6.3}  {value:>7.3}  {}", signal.weight, signal.name))?;
    }
    let (blend, taste) = (&why.blend, &why.taste);
    if blend.tried.is_empty() {
        let needs = blend.needs;
        out.line(format!("   The blend is the shipped one: from {needs} followed blogs on, your own list decides."))?;
    } else {
        out.line(format!(
            "   The blend is “{}”: your own list decided. A part of it hidden, each blend found",
            blend.name
        ))?;
        let tried = blend.tried.iter().map(|tried| format!("{:.0} % ({})", tried.found * 100.0, tried.name));
        out.line(format!("   {}", tried.collect::<Vec<_>>().join(", ")))?;
    }
    if taste.liked + taste.sent_away > 0 {
        let names = |names: &[String]| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let (liked, sent_away) = (taste.liked, taste.sent_away);
        out.line(format!(
            "   Your taste ({liked} liked, {sent_away} sent away; `penpal suggest --reset-taste` forgets it):"
        ))?;
        out.line(format!("   counts for more: {}; for less: {}", names(&taste.more), names(&taste.less)))?;
    }
    let counting = &why.counting;
    for (titles, what) in [
        (&counting.more, "Counts for more, as you star, finish or open more of it, or flagged or met who writes it:"),
        (&counting.less, "Counts for less, as you open nothing of it:"),
    ] {
        if !titles.is_empty() {
            out.line(format!("   {what}"))?;
            out.line(format!("   {}", some_of(titles)))?;
        }
    }
    if !why.unknown.is_empty() {
        out.line(format!("   Unknown: {}", why.unknown.join(", ")))?;
    }
    if !why.would_change.is_empty() {
        out.line(format!("   What would bring this further up: that {}", why.would_change.join("; or that ")))?;
    }
    Ok(())
}

/// The first few names of a list.
fn some_of(names: &[Plain]) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(Plain::as_str).collect();
    let more = if names.len() > shown.len() { ", and others" } else { "" };
    format!("{}{more}", shown.join(", "))
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
