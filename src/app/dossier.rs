//! A dossier in lines, for the command line and the screens alike.

use super::vet::Vetted;
use crate::{
    model::{Evidence, Plain, RedLine, Standing, Timestamp},
    people::dossier::Dossier,
    text::wrap::wrap,
};

/// So many of each that there are many of.
const SHOWN: usize = 8;

/// What a line is; whoever shows it knows what that looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Whose dossier it is.
    Title,
    Heading,
    Text,
    /// Where what stands above it was found.
    Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub part: Part,
    /// Columns.
    pub indent: usize,
    pub text: Plain,
    /// The page that it speaks of.
    pub address: Option<Plain>,
}

impl Line {
    fn new(part: Part, indent: usize, text: &str) -> Self {
        Self { part, indent, text: Plain::text(text), address: None }
    }

    fn text(text: &str) -> Self {
        Self::new(Part::Text, 3, text)
    }
}

/// The whole page, section by section; a section that has nothing is left out.
pub fn lines(vetted: &Vetted) -> Vec<Line> {
    let dossier = &vetted.dossier;
    let Dossier { blog, who, .. } = dossier;
    let by = who.name.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
    let address = blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str());
    let mut lines = vec![
        Line::new(Part::Title, 0, &format!("{}{by}", blog.title)),
        Line::text(&format!("{address}{}", standing(dossier))),
    ];
    section(&mut lines, "Who they say they are", said_of_themselves(dossier));
    section(&mut lines, "Since when and how often", vec![Line::text(&pace(dossier))]);
    let years = dossier.topics.iter().map(|year| {
        let phrases: Vec<&str> = year.phrases.iter().map(Plain::as_str).collect();
        Line::text(&format!("{}  {}", year.year, phrases.join(", ")))
    });
    section(&mut lines, "What about", years.collect());
    let talk = dossier.links_to.iter().take(SHOWN).flat_map(|linked| {
        let followed = if linked.followed { ", whom you follow" } else { "" };
        quoted(&format!("{}{followed}", linked.title), &linked.evidence)
    });
    section(&mut lines, "With whom they talk", talk.collect());
    let known = dossier.linked_by.iter().take(SHOWN);
    let known = known.flat_map(|linked| quoted(linked.blog.title.as_str(), &linked.evidence));
    section(&mut lines, "Who of yours knows them", known.collect());
    let spoken = dossier.speaks_of_people.iter().flat_map(|spoken| {
        let quote = Line::text(&format!("“{}”", spoken.quote));
        [quote, source(&spoken.post_title, Some(spoken.post_url.as_str()), spoken.published)]
    });
    section(&mut lines, "How they speak of people", spoken.collect());
    section(&mut lines, "Your red lines", dossier.red_lines.iter().flat_map(red_line).collect());
    let unknown = dossier.unknown.iter().map(|line| Line::text(&format!("- {line}")));
    section(&mut lines, "What is unknown or does not fit together", unknown.collect());
    let posts = vetted.posts.iter().map(|one| Line {
        address: one.post.url.as_ref().map(|url| Plain::line(url.as_str())),
        ..Line::text(&format!("{}  {}", one.post.sort_time().day(), one.post.label()))
    });
    section(&mut lines, "Last posts", posts.collect());
    lines
}

/// A sentence that crosses a line, and where and when it was written.
pub fn red_line(line: &RedLine) -> [Line; 2] {
    let quoting = if line.quoting { " (quoting somebody)" } else { "" };
    [
        Line::text(&format!("! {}{quoting}: “{}”", line.name, line.quote)),
        source(&line.post_title, line.post_url.as_ref().map(|url| url.as_str()), line.published),
    ]
}

/// In words: a count of posts is no number for a person.
pub fn pace(dossier: &Dossier) -> String {
    let since = dossier.since.map(|since| format!("Their oldest known post is from {}", since.day()));
    let last = match dossier.silent_since {
        Some(since) => Some(format!("they have been silent since {}", since.day())),
        None => dossier.last_post.map(|last| format!("the last from {}", last.day())),
    };
    let often = dossier.posts_per_month.map(|often| format!("about {often} posts a month"));
    let parts: Vec<String> = [since, last, often].into_iter().flatten().collect();
    if parts.is_empty() { "Unknown.".to_owned() } else { format!("{}.", parts.join(", ")) }
}

/// Lines broken at so many columns. An address has a row of its own; what goes on is indented as it began.
pub fn laid(lines: &[Line], columns: usize) -> Vec<Line> {
    let mut rows = Vec::new();
    for line in lines {
        // Where there are few columns, most of them are for words.
        let indent = line.indent.min(columns / 8);
        let mut add = |part, indent, text: &Plain| {
            let broken = wrap(text, columns.saturating_sub(indent)).into_iter();
            rows.extend(broken.map(|text| Line { part, indent, text, address: None }));
        };
        add(line.part, indent, &line.text);
        if let Some(address) = &line.address {
            add(Part::Source, (line.indent + 2).min(columns / 8), address);
        }
    }
    rows
}

fn section(lines: &mut Vec<Line>, title: &str, content: Vec<Line>) {
    if !content.is_empty() {
        lines.extend([Line::new(Part::Text, 0, ""), Line::new(Part::Heading, 0, title)]);
        lines.extend(content);
    }
}

fn said_of_themselves(dossier: &Dossier) -> Vec<Line> {
    let who = &dossier.who;
    let mut lines = match &who.about {
        Some(about) => vec![Line::text(&format!("“{about}”"))],
        None => vec![Line::text("They say nothing of themselves that was found.")],
    };
    let page = who.about_url.as_ref().filter(|_| who.about.is_some());
    lines.extend(page.map(|url| Line::new(Part::Source, 5, url.as_str())));
    lines.extend(who.place.iter().map(|place| Line::text(&format!("lives in {place}"))));
    lines.extend(who.links.iter().map(|link| Line::text(&format!("also {link}"))));
    let contact = dossier.contact.iter();
    lines.extend(contact.map(|one| Line::text(&format!("{}: {}", one.kind.words(), one.value))));
    lines
}

fn standing(dossier: &Dossier) -> String {
    match dossier.standing {
        Standing::New => String::new(),
        other => format!(" [{}]", other.words()),
    }
}

fn quoted(what: &str, evidence: &Evidence) -> [Line; 3] {
    [
        Line::text(what),
        Line::new(Part::Text, 5, &format!("“{}”", evidence.quote)),
        source(&evidence.post_title, Some(evidence.post_url.as_str()), evidence.published),
    ]
}

fn source(title: &Plain, url: Option<&str>, published: Option<Timestamp>) -> Line {
    let date = published.map(|date| format!(", {}", date.day())).unwrap_or_default();
    Line { address: url.map(Plain::line), ..Line::new(Part::Source, 7, &format!("{title}{date}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_a_row_and_nothing_is_wider_than_the_page() {
        let line = Line {
            address: Some(Plain::line("https://example.org/a/long/address")),
            ..Line::new(Part::Source, 7, "A title, 2026-03-01")
        };
        for columns in [1, 18, 72] {
            let rows = laid(std::slice::from_ref(&line), columns);
            let widest = rows.iter().map(|row| row.indent + row.text.as_str().len()).max().unwrap();
            assert!(widest <= columns.max(4), "{columns}: {rows:?}");
        }
        let rows = laid(&[line], 72);
        assert_eq!(rows.iter().map(|row| row.indent).collect::<Vec<_>>(), [7, 9]);
        assert_eq!(rows[1].text.as_str(), "https://example.org/a/long/address");
    }
}
