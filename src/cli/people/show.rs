//! How people are printed.

use super::super::Out;
use crate::{
    app::request::book::Show,
    model::{Passed, Person, Plain, Standing, Way},
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A name, an address, a blog, or the beginning of an id
    #[arg(value_name = "WHO")]
    who: String,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<()> {
    let person = desk.ask(Show { who: args.who.clone() }, &|_| {}).await?;
    if out.json { out.object(&person) } else { page(&person, out) }
}

/// One line of the list.
pub fn line(person: &Person, out: &Out) -> String {
    let standing = match person.standing {
        Standing::New => String::new(),
        standing => format!("  [{}]", standing.words()),
    };
    let blog = person
        .blogs
        .first()
        .map(|blog| blog.site_url.as_ref().map_or(blog.feed_url.host(), |site| site.host()).to_owned());
    let address = || person.reach.first().map(|contact| contact.value.to_string());
    let rest = blog.or_else(address).unwrap_or_default();
    let tags: Vec<String> = person.tags.iter().map(|tag| format!("#{tag}")).collect();
    let rest = [rest, tags.join(" ")].join("  ");
    let gap = if rest.trim().is_empty() { "" } else { "  " };
    format!("{}{standing}{gap}{}", out.bold(person.name.as_str()), out.dim(rest.trim()))
}

/// Everything that is known of one person.
pub fn page(person: &Person, out: &mut Out) -> anyhow::Result<()> {
    out.line(out.bold(person.name.as_str()))?;
    let mut rows: Vec<(&str, String)> = Vec::new();
    let since = person.stood.map(|stood| format!(" since {}", stood.day())).unwrap_or_default();
    rows.push(("standing", format!("{}{since}", person.standing.words())));
    rows.extend(person.because.iter().map(|because| ("because", because.to_string())));
    rows.extend(person.quote.iter().map(|quote| ("they wrote", format!("“{quote}”"))));
    for blog in &person.blogs {
        let address = blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str());
        rows.push(("blog", format!("{}  {address}", blog.title)));
    }
    rows.extend(person.pages.iter().map(|page| ("page", page.to_string())));
    rows.extend(person.reach.iter().map(|contact| (contact.kind.words(), contact.value.to_string())));
    let join = |all: &[Plain]| all.iter().map(Plain::as_str).collect::<Vec<_>>().join(", ");
    rows.extend((!person.tags.is_empty()).then(|| ("tags", join(&person.tags))));
    rows.extend((!person.circles.is_empty()).then(|| ("circles", join(&person.circles))));
    rows.extend(person.met.iter().map(|met| ("met", met.to_string())));
    rows.extend(person.from.iter().map(|from| ("from them", from.to_string())));
    rows.push(("in the book", format!("since {}, id {}", person.since.day(), person.id)));
    for (name, value) in rows {
        let mut lines = value.lines();
        out.line(format!("  {name:<12} {}", lines.next().unwrap_or_default()))?;
        for line in lines {
            out.line(format!("  {:<12} {line}", ""))?;
        }
    }
    if !person.log.is_empty() {
        out.line("")?;
    }
    for passed in &person.log {
        entry(passed, out)?;
    }
    Ok(())
}

fn entry(passed: &Passed, out: &mut Out) -> anyhow::Result<()> {
    let way = match passed.way {
        Way::Both => "",
        Way::FromMe => " to them",
        Way::ToMe => " from them",
    };
    let id = out.dim(&passed.id.to_string()[..6]);
    let kind = passed.kind.words();
    let mut lines = passed.text.as_str().lines();
    out.line(format!("  {}  {id}  {kind}{way}: {}", passed.when.day(), lines.next().unwrap_or_default()))?;
    for line in lines {
        out.line(format!("      {line}"))?;
    }
    if let Some(url) = &passed.url {
        out.line(format!("      {}", out.dim(url.as_str())))?;
    }
    Ok(())
}
