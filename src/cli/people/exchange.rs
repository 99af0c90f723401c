//! The book and other programs' address books.

use std::io::Read;

use anyhow::Context;
use clap::ValueEnum;

use super::super::Out;
use crate::{
    app::{
        request::book::{ImportPeople, People},
        take_in_people::Status,
    },
    model::{Person, Plain, Standing},
    opml::{self, Outline},
    people::{Filter, csv, import, vcard, xfn},
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// A vCard (2.1, 3.0, 4.0), a table of Google, Outlook or Thunderbird, a page with XFN, OPML; - for standard input
    #[arg(value_name = "FILE|-")]
    from: String,
}

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[arg(long, value_enum, default_value_t = Format::Vcard)]
    format: Format,
    /// Only those in this circle
    #[arg(long, value_name = "CIRCLE")]
    circle: Option<String>,
    /// Only those with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// vCard 4.0: for phones, mail programs and back
    Vcard,
    /// A table for spreadsheets
    Csv,
    /// Their blogs, for any reader
    Opml,
    /// A page with links that say who they are (XFN)
    Xfn,
    /// One object a line
    Json,
}

pub async fn import(desk: &mut Desk, args: &ImportArgs, out: &mut Out) -> anyhow::Result<()> {
    let bytes = match args.from.as_str() {
        "-" => read_bounded(std::io::stdin()).context("standard input cannot be read")?,
        file => std::fs::File::open(file).and_then(read_bounded).with_context(|| format!("{file} cannot be read"))?,
    };
    let book = import::read(&bytes).with_context(|| format!("{} was not imported", args.from))?;
    drop(bytes);
    let lines = desk.ask(ImportPeople { entries: book.entries }, &|_| {}).await?;
    for line in &lines {
        if out.json {
            out.object(line)?;
        } else if let Some(reason) = &line.reason {
            out.say(format!("line {}: {} {reason}", line.line, line.name));
        }
    }
    for skipped in &book.skipped {
        let reason = Plain::line(&skipped.reason);
        if out.json {
            let line = skipped.line;
            out.object(&serde_json::json!({"id": null, "name": null, "status": Status::Skipped, "line": line, "reason": reason}))?;
        } else {
            out.say(format!("line {}: skipped: {reason}", skipped.line));
        }
    }
    let count = |status| lines.iter().filter(|line| line.status == status).count();
    out.say(format!(
        "{} added, {} changed, {} known already, {} skipped",
        count(Status::Added),
        count(Status::Changed),
        count(Status::Known),
        count(Status::Skipped) + book.skipped.len()
    ));
    Ok(())
}

fn read_bounded(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a larger file is told as such.
    from.take((import::LARGEST_MB << 20) as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub async fn export(desk: &mut Desk, args: &ExportArgs, out: &mut Out) -> anyhow::Result<()> {
    let filter = Filter { circle: args.circle.clone(), tag: args.tag.clone(), ..Filter::default() };
    let people = desk.ask(People { filter }, &|_| {}).await?;
    let private = people.iter().any(|person| person.because.is_some() || person.quote.is_some() || is_private(person));
    let people: Vec<Person> = people.into_iter().map(public).collect();
    match args.format {
        _ if out.json => people.iter().try_for_each(|person| out.object(person))?,
        Format::Json => people.iter().try_for_each(|person| out.object(person))?,
        Format::Vcard => out.raw(&vcard::write(people.iter()))?,
        Format::Csv => out.raw(&csv::write(people.iter())?)?,
        Format::Xfn => out.raw(&xfn::write(people.iter()))?,
        Format::Opml => {
            let outlines: Vec<Outline> = people.iter().flat_map(outlines).collect();
            out.raw(&opml::write("Blogs of people in the contact book", outlines.iter()))?;
        }
    }
    if private {
        out.say("Who is kept at a distance or never to be suggested, and why, is not in the export.");
    }
    Ok(())
}

fn is_private(person: &Person) -> bool {
    matches!(person.standing, Standing::AtADistance | Standing::Never | Standing::NotNow)
}

/// Without what is for the user alone.
fn public(person: Person) -> Person {
    let standing = if is_private(&person) { Standing::New } else { person.standing };
    let stood = person.stood.filter(|_| !is_private(&person));
    Person { standing, stood, because: None, quote: None, ..person }
}

/// A person's blogs; the first circle is their folder.
fn outlines(person: &Person) -> impl Iterator<Item = Outline> + '_ {
    person.blogs.iter().map(|blog| Outline {
        feed_url: blog.feed_url.clone(),
        title: Some(blog.title.clone()),
        site_url: blog.site_url.clone(),
        folder: person.circles.first().cloned().into_iter().collect(),
        tags: person.tags.clone(),
        other: Vec::new(),
        line: 0,
    })
}
