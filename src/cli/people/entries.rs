//! One change to one person each.

use std::{io::IsTerminal, process::ExitCode};

use clap::ValueEnum;

use super::{
    super::{
        Out,
        out::{confirmed, tell},
    },
    StandingArg, show,
};
use crate::{
    app::{
        book::{Edit, reach},
        forget::Gone,
        request::book::{AddPerson, EditPerson, ForgetPerson, MergePeople, SplitPerson, StandWith},
    },
    model::{Element, EntryId, PageUrl, Passed, PassedKind, Person, PersonId, Plain, Standing, Timestamp, Way},
    people::Outcome,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// A blog or feed, a mail address or a @name@instance
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// How they contacted me, in words
    #[arg(long, value_name = "TEXT")]
    from: Option<String>,
    /// What to call them
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where we met
    #[arg(long, value_name = "TEXT")]
    met: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct NoteArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    /// The note
    #[arg(value_name = "TEXT", required_unless_present = "erase")]
    text: Vec<String>,
    /// Rub out the entry whose id begins so; `people show` tells the ids
    #[arg(long, value_name = "ID", conflicts_with = "text")]
    erase: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct TagArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    #[arg(value_name = "TAG", required_unless_present = "off")]
    tags: Vec<String>,
    /// Take this one away; may be given several times
    #[arg(long, value_name = "TAG")]
    off: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct CircleArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    #[arg(value_name = "CIRCLE", required_unless_present = "off")]
    circles: Vec<String>,
    /// Take them out of this one; may be given several times
    #[arg(long, value_name = "CIRCLE")]
    off: Vec<String>,
}

#[derive(Debug, clap::Args)]
#[group(id = "what", required = true, multiple = true, args = ["name", "met", "from", "reach", "no_reach", "page", "no_page", "blog", "no_blog"])]
pub struct EditArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    /// What to call them; empty for what their blog says
    #[arg(long)]
    name: Option<String>,
    /// Where we met; empty to rub it out
    #[arg(long, value_name = "TEXT")]
    met: Option<String>,
    /// How they contacted me; empty to rub it out
    #[arg(long, value_name = "TEXT")]
    from: Option<String>,
    /// A mail address or a @name@instance of theirs
    #[arg(long, value_name = "ADDRESS")]
    reach: Vec<String>,
    /// Take this address away
    #[arg(long, value_name = "ADDRESS")]
    no_reach: Vec<String>,
    /// Another page of theirs
    #[arg(long, value_name = "URL")]
    page: Vec<String>,
    /// Take this page away
    #[arg(long, value_name = "URL")]
    no_page: Vec<String>,
    /// A blog of theirs that is followed or known
    #[arg(long, value_name = "BLOG")]
    blog: Vec<String>,
    /// Take this blog away
    #[arg(long, value_name = "BLOG")]
    no_blog: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct StandArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    #[arg(value_enum)]
    standing: StandingArg,
    /// Why; for yourself alone, in no export
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// What they wrote, word for word; for yourself alone
    #[arg(long, value_name = "TEXT")]
    quote: Option<String>,
}

/// What can pass between two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Mail,
    Message,
    Webmention,
    Comment,
    Call,
    Met,
    Other,
}

#[derive(Debug, clap::Args)]
pub struct LogArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    /// What it was about
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    #[arg(long, value_enum, default_value_t = Kind::Other)]
    kind: Kind,
    /// It came from them
    #[arg(long)]
    from_them: bool,
    /// It went to them
    #[arg(long, conflicts_with = "from_them")]
    to_them: bool,
    /// A page where it can be read
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The day or moment, such as 2026-11-03 or 2026-11-03T18:00:00Z; now without it
    #[arg(long, value_name = "WHEN")]
    when: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// The entry that stays; where both say something, its word counts
    #[arg(value_name = "WHO")]
    into: String,
    /// The entry that becomes part of it
    #[arg(value_name = "OTHER")]
    other: String,
    /// Only tell what would become of each field
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
pub struct ForgetArgs {
    /// A name, an address, a blog, or the beginning of an id; an address also of somebody who was never met
    #[arg(value_name = "WHO")]
    who: String,
    /// Only tell what would go
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub struct SplitArgs {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
    /// Give this blog an entry of its own
    #[arg(long, value_name = "BLOG")]
    blog: Option<String>,
}

pub async fn add(desk: &mut Desk, args: &AddArgs, out: &mut Out) -> anyhow::Result<()> {
    let line = |text: &Option<String>| text.as_deref().and_then(|text| Plain::line(text).some());
    let text = |text: &Option<String>| text.as_deref().and_then(|text| Plain::text(text.trim()).some());
    let request = AddPerson {
        address: args.address.clone(),
        name: line(&args.name),
        from: text(&args.from),
        met: text(&args.met),
    };
    let added = desk.ask(request, &|_| {}).await?;
    if out.json {
        return out.object(&added);
    }
    if let Some(why) = &added.unread {
        out.say(format!("No blog could be read there, so only the address is noted: {why}"));
    }
    if added.known {
        out.say("They were in your book already.");
    }
    let who = &added.person.id.to_string()[..8];
    show::page(&added.person, out)?;
    match added.linked_by.as_slice() {
        [] => {}
        blogs => {
            let names: Vec<&str> = blogs.iter().map(|blog| blog.title.as_str()).collect();
            out.line(format!("\n  Linked to by {}, which you follow.", names.join(", ")))?;
        }
    }
    out.say("");
    match added.person.standing {
        Standing::AtADistance => out.say("You keep them at a distance; nothing needs to be done."),
        _ => out.say(format!(
            "What now: `penpal people stand {who} connected` if you want to know them, or `penpal people stand {who} \
             at_a_distance --because TEXT`; they are not told."
        )),
    }
    Ok(())
}

pub async fn note(desk: &mut Desk, args: &NoteArgs, out: &mut Out) -> anyhow::Result<()> {
    let edit = match &args.erase {
        Some(id) => Edit::Erase(id.clone()),
        None => {
            let text = Plain::text(args.text.join(" ").trim());
            anyhow::ensure!(!text.is_empty(), "the note is empty");
            Edit::Note { text, when: Timestamp::now() }
        }
    };
    change(desk, &args.who, vec![edit], out).await
}

pub async fn tag(desk: &mut Desk, args: &TagArgs, out: &mut Out) -> anyhow::Result<()> {
    change(desk, &args.who, words(&args.tags, &args.off, Element::Tag), out).await
}

pub async fn circle(desk: &mut Desk, args: &CircleArgs, out: &mut Out) -> anyhow::Result<()> {
    change(desk, &args.who, words(&args.circles, &args.off, Element::Circle), out).await
}

fn words(on: &[String], off: &[String], element: fn(Plain) -> Element) -> Vec<Edit> {
    let read = |word: &String| Plain::line(word.trim_start_matches('#')).some().map(element);
    let on = on.iter().filter_map(read).map(Edit::Add);
    on.chain(off.iter().filter_map(read).map(Edit::Remove)).collect()
}

pub async fn edit(desk: &mut Desk, args: &EditArgs, out: &mut Out) -> anyhow::Result<()> {
    let mut edits = Vec::new();
    edits.extend(args.name.as_deref().map(|name| Edit::Name(Plain::line(name).some())));
    edits.extend(args.met.as_deref().map(|met| Edit::Met(Plain::text(met.trim()).some())));
    edits.extend(args.from.as_deref().map(|from| Edit::From(Plain::text(from.trim()).some())));
    for (addresses, edit) in [(&args.reach, Edit::Add as fn(Element) -> Edit), (&args.no_reach, Edit::Remove)] {
        for address in addresses {
            let contact = reach(address)
                .ok_or_else(|| anyhow::anyhow!("{address:?} is neither a mail address nor a @name@instance"))?;
            edits.push(edit(Element::Reach(contact)));
        }
    }
    for (pages, edit) in [(&args.page, Edit::Add as fn(Element) -> Edit), (&args.no_page, Edit::Remove)] {
        for page in pages {
            edits.push(edit(Element::Page(PageUrl::parse(page)?)));
        }
    }
    edits.extend(args.blog.iter().cloned().map(Edit::AddBlog));
    edits.extend(args.no_blog.iter().cloned().map(Edit::RemoveBlog));
    change(desk, &args.who, edits, out).await
}

pub async fn stand(desk: &mut Desk, args: &StandArgs, out: &mut Out) -> anyhow::Result<()> {
    let text = |text: &Option<String>| text.as_deref().and_then(|text| Plain::text(text.trim()).some());
    let request = StandWith {
        who: args.who.clone(),
        standing: args.standing.into(),
        because: text(&args.because),
        quote: text(&args.quote),
    };
    let person = desk.ask(request, &|_| {}).await?;
    if person.standing == Standing::AtADistance {
        out.say("No invitation is offered for them again, and they are not told. You can go on reading them.");
    }
    told(&person, out)
}

pub async fn log(desk: &mut Desk, args: &LogArgs, out: &mut Out) -> anyhow::Result<()> {
    let kind = match args.kind {
        Kind::Mail => PassedKind::Mail,
        Kind::Message => PassedKind::Message,
        Kind::Webmention => PassedKind::Webmention,
        Kind::Comment => PassedKind::Comment,
        Kind::Call => PassedKind::Call,
        Kind::Met => PassedKind::Met,
        Kind::Other => PassedKind::Other,
    };
    let way = match (args.from_them, args.to_them) {
        (true, _) => Way::ToMe,
        (_, true) => Way::FromMe,
        _ => Way::Both,
    };
    let when = match &args.when {
        None => Timestamp::now(),
        Some(when) => Timestamp::parse(when)
            .or_else(|| Timestamp::parse(&format!("{when}T12:00:00Z")))
            .ok_or_else(|| anyhow::anyhow!("{when:?} is no day such as 2026-11-03"))?,
    };
    let text = Plain::text(args.text.join(" ").trim());
    let url = args.url.as_deref().map(PageUrl::parse).transpose()?;
    // The holder of the book gives it its id, which needs the person's.
    let passed = Passed { url, id: EntryId::default(), ..Passed::new(kind, way, text, PersonId::default(), when) };
    change(desk, &args.who, vec![Edit::Log(passed)], out).await
}

pub async fn merge(desk: &mut Desk, args: &MergeArgs, out: &mut Out) -> anyhow::Result<()> {
    let request = MergePeople { into: args.into.clone(), other: args.other.clone(), dry_run: args.dry_run };
    for outcome in desk.ask(request, &|_| {}).await? {
        if out.json {
            out.object(&outcome)?;
        } else {
            tell_outcome(&outcome, out)?;
        }
    }
    out.say(if args.dry_run { "Nothing was changed." } else { "`penpal people split` makes them two again." });
    Ok(())
}

fn tell_outcome(outcome: &Outcome, out: &mut Out) -> anyhow::Result<()> {
    let join = |all: &[Plain]| match all {
        [] => "-".to_owned(),
        all => all.iter().map(Plain::as_str).collect::<Vec<_>>().join(", "),
    };
    let becomes = out.bold(&join(&outcome.becomes));
    if outcome.this == outcome.other || outcome.other.is_empty() {
        out.line(format!("  {:<9} {becomes}", outcome.field))?;
    } else {
        out.line(format!("  {:<9} {} + {} -> {becomes}", outcome.field, join(&outcome.this), join(&outcome.other)))?;
    }
    Ok(())
}

pub async fn split(desk: &mut Desk, args: &SplitArgs, out: &mut Out) -> anyhow::Result<()> {
    let people = desk.ask(SplitPerson { who: args.who.clone(), blog: args.blog.clone() }, &|_| {}).await?;
    people.iter().try_for_each(|person| told(person, out))
}

pub async fn forget(desk: &mut Desk, args: &ForgetArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let request = |dry_run| ForgetPerson { who: args.who.clone(), dry_run };
    let would_go = desk.ask(request(true), &|_| {}).await?;
    if !args.dry_run && !args.yes {
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            anyhow::bail!("what is forgotten cannot be brought back: run this in a terminal, or with --yes");
        }
        tell(&in_words(&would_go, "would go"));
        if !confirmed("This cannot be undone. Forget them?")? {
            out.say("Nothing was forgotten.");
            return Ok(ExitCode::FAILURE);
        }
    }
    let gone = if args.dry_run { would_go } else { desk.ask(request(false), &|_| {}).await? };
    if out.json {
        out.object(&gone)?;
    } else {
        out.line(in_words(&gone, if args.dry_run { "would go" } else { "are gone" }))?;
    }
    out.say(if args.dry_run {
        "Nothing was forgotten."
    } else {
        "Discovery will not bring them back, also on your other devices, once these have the journal. What others wrote of \
         them in their own posts stays with those posts, and so does what you exported."
    });
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn in_words(gone: &Gone, verb: &str) -> String {
    let Gone { name, blogs, followed, posts, log } = gone;
    let titles: Vec<&str> = blogs.iter().map(|blog| blog.title.as_str()).collect();
    let blogs = match titles.as_slice() {
        [] => "no blog that is known".to_owned(),
        titles => titles.join(", "),
    };
    let followed = if *followed > 0 { ", which you follow" } else { "" };
    format!("{name}: {blogs}{followed}; {posts} cached posts, {log} notes and letters {verb}")
}

async fn change(desk: &mut Desk, who: &str, edits: Vec<Edit>, out: &mut Out) -> anyhow::Result<()> {
    let person = desk.ask(EditPerson { who: who.to_owned(), edits }, &|_| {}).await?;
    told(&person, out)
}

fn told(person: &Person, out: &mut Out) -> anyhow::Result<()> {
    if out.json { out.object(person) } else { Ok(out.line(show::line(person, out))?) }
}
