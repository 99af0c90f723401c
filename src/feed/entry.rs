//! An `<item>` or `<entry>` to an [`Entry`]: for each field the elements that carry it, the best first.
//!
//! One table serves RSS, RDF and Atom, because feeds mix their vocabularies freely.

use url::Url;

use super::author::authors;
use super::content::{self, line};
use super::links::{self, Link, links, of_text, resolve};
use super::sanitise::{SafeHtml, sanitise};
use super::tree::Element;
use super::{Enclosure, Entry, Source, Texts, date};
use crate::model::{Plain, Timestamp};

const TITLE: [&str; 2] = ["title", "atom:title"];
const OTHER_TITLE: [&str; 3] = ["dc:title", "itunes:title", "media:title"];
const ID: [&str; 2] = ["guid", "atom:id"];
const PUBLISHED: [&str; 8] = [
    "pubdate",
    "atom:published",
    "atom:issued",
    "dcterms:issued",
    "dcterms:created",
    "atom:created",
    "atom:pubdate",
    "published",
];
const UPDATED: [&str; 4] = ["atom:updated", "atom:modified", "dcterms:modified", "updated"];
const OTHER_DATE: [&str; 3] = ["dc:date", "dcterms:date", "date"];
const SUMMARY: [&str; 2] = ["description", "atom:summary"];
const OTHER_SUMMARY: [&str; 6] =
    ["dc:description", "itunes:summary", "atom:description", "media:description", "itunes:subtitle", "summary"];
/// The source of a post in Markdown comes last: as text it can be read.
const CONTENT: [&str; 7] =
    ["content:encoded", "xhtml:body", "body", "atom:content", "fullitem", "xhtml:div", "source:markdown"];
const CATEGORY: [&str; 7] =
    ["category", "atom:category", "dc:subject", "itunes:category", "media:category", "itunes:keywords", "tags"];

/// All elements that hold a date, in groups of which one is enough.
pub(super) const DATES: [&[&str]; 3] = [&PUBLISHED, &UPDATED, &OTHER_DATE];
/// All elements that hold HTML, if they hold text.
pub(super) const TEXTS: [&[&str]; 3] = [&SUMMARY, &OTHER_SUMMARY, &CONTENT];

/// Lists in an entry that are longer than this are cut.
const MOST: usize = 1000;

/// Reads an entry. `fallback` is what relative addresses are relative to where the document doesn't say. The id is
/// empty if the feed gives none.
pub(super) fn read(element: &Element, fallback: Option<&Url>, texts: Texts) -> Entry {
    let links = links(element, fallback);
    let published = first_date(element, &PUBLISHED);
    let updated = first_date(element, &UPDATED);
    let other_date = || first_date(element, &OTHER_DATE);
    let source = element.child("atom:source");
    let own_authors = authors(element, fallback);
    let content = html(element, &CONTENT, fallback);
    Entry {
        id: id(element),
        title: title(element),
        link: link(element, &links, fallback),
        authors: match source {
            Some(source) if own_authors.is_empty() => authors(source, fallback),
            _ => own_authors,
        },
        published: if updated.is_none() { published.or_else(other_date) } else { published },
        // Dublin Core doesn't say which date it means; both is what most readers make of it.
        updated: updated.or_else(other_date),
        summary: match (&content, texts) {
            (Some(_), Texts::Body) => None,
            _ => html(element, &SUMMARY, fallback).or_else(|| html_of(with_media(element, &OTHER_SUMMARY), fallback)),
        },
        content,
        categories: categories(element),
        enclosures: enclosures(element, &links, fallback),
        comments: element
            .any(&["comments"])
            .find_map(|comments| of_text(comments, fallback))
            .or_else(|| links.iter().find(|link| link.is("replies") && link.is_html()).map(|link| link.url.clone())),
        in_reply_to: in_reply_to(element),
        source: source.map(|source| of_atom_source(source, fallback)).or_else(|| of_rss_source(element, fallback)),
        comments_feed: element
            .any(&["wfw:commentrss"])
            .find_map(|feed| of_text(feed, fallback))
            .or_else(|| links.iter().find(|link| link.is("replies") && !link.is_html()).map(|link| link.url.clone())),
        comments_count: element
            .first_text(&["slash:comments", "thr:total"])
            .and_then(|count| count.parse().ok())
            .or_else(|| links.iter().find_map(|link| link.count)),
    }
}

fn id(element: &Element) -> String {
    let written = element.first_text(&ID).or_else(|| element.attribute("rdf:about").map(str::to_owned));
    String::from(Plain::text(written.unwrap_or_default().trim()))
}

fn title(element: &Element) -> Option<Plain> {
    element.any(&TITLE).find_map(line).or_else(|| with_media(element, &OTHER_TITLE).find_map(line))
}

/// RSS's `<link>`, else its guid if that is the page's address, else Atom's.
fn link(element: &Element, links: &[Link], fallback: Option<&Url>) -> Option<Url> {
    let own = element.named("link").find_map(|link| of_text(link, fallback));
    let permalink = || {
        let guid = element.named("guid").find(|guid| !is_false(guid.attribute("ispermalink")))?;
        resolve(None, &guid.text()).filter(|url| matches!(url.scheme(), "http" | "https"))
    };
    let element_is_atom = element.name.starts_with("atom:");
    own.or_else(|| if element_is_atom { links::page(links) } else { permalink() }).or_else(|| links::page(links))
}

fn is_false(attribute: Option<&str>) -> bool {
    attribute.is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// The date of the best name that has one. Of several by one name the last counts: programs that add a date where they
/// should replace it add it behind.
fn first_date(element: &Element, names: &[&str]) -> Option<Timestamp> {
    names.iter().find_map(|name| element.named(name).filter_map(|date| date::parse(&date.text())).last())
}

fn html(element: &Element, names: &[&str], fallback: Option<&Url>) -> Option<SafeHtml> {
    html_of(element.any(names), fallback)
}

fn html_of<'a>(elements: impl Iterator<Item = &'a Element>, fallback: Option<&Url>) -> Option<SafeHtml> {
    let mut elements = elements.take(MOST);
    elements.find_map(|element| sanitise(&content::of(element)?, element.base.as_deref().or(fallback)))
}

/// Elements of these names, also within the groups and contents of Media RSS.
fn with_media<'a>(element: &'a Element, names: &'a [&'a str]) -> impl Iterator<Item = &'a Element> {
    let media = element.any(&["media:group", "media:content"]);
    let nested = media.flat_map(|media| std::iter::once(media).chain(media.named("media:content")));
    element.any(names).chain(nested.flat_map(|media| media.any(names)))
}

/// As the feed has them, repeats too.
fn categories(element: &Element) -> Vec<Plain> {
    let mut found: Vec<Plain> = Vec::new();
    let mut add = |label: Option<Plain>| {
        if found.len() < MOST {
            found.extend(label);
        }
    };
    for category in element.any(&CATEGORY) {
        match &*category.name {
            "atom:category" => {
                let attribute = category.attribute("term").or_else(|| category.attribute("label"));
                add(attribute.and_then(content::plain_line).or_else(|| line(category)));
            }
            "itunes:category" => {
                for category in std::iter::once(category).chain(category.named("itunes:category")) {
                    add(category.attribute("text").and_then(content::plain_line));
                }
            }
            // Lists that commas separate; the second is in no specification, but met.
            "itunes:keywords" | "tags" if !category.has_children() => {
                category.text().split(',').for_each(|tag| add(content::plain_line(tag)))
            }
            _ if category.has_children() => category.children().for_each(|tag| add(line(tag))),
            _ => add(line(category)),
        }
    }
    found
}

fn enclosures(element: &Element, links: &[Link], fallback: Option<&Url>) -> Vec<Enclosure> {
    let number = |element: &Element, name: &str| element.attribute(name).and_then(|length| length.parse().ok());
    let media_type = |written: &str| content::plain_line(written);
    let own = element.named("enclosure").filter_map(|enclosure| {
        let address = enclosure.attribute("url").or_else(|| enclosure.attribute("href"))?;
        let url = resolve(enclosure.base.as_deref().or(fallback), address)?;
        Some(Enclosure {
            url,
            media_type: enclosure.attribute("type").and_then(media_type),
            length: number(enclosure, "length"),
        })
    });
    let linked = links.iter().filter(|link| link.is("enclosure")).map(|link| Enclosure {
        url: link.url.clone(),
        media_type: link.media_type.as_deref().and_then(media_type),
        length: link.length,
    });
    let media = with_media(element, &["media:content"]).filter_map(|media| {
        let url = resolve(media.base.as_deref().or(fallback), media.attribute("url")?)?;
        Some(Enclosure {
            url,
            media_type: media.attribute("type").and_then(media_type),
            length: number(media, "filesize"),
        })
    });
    let mut found: Vec<Enclosure> = Vec::new();
    for enclosure in own.chain(linked).chain(media).take(MOST) {
        if !found.iter().any(|have| have.url == enclosure.url) {
            found.push(enclosure);
        }
    }
    found
}

/// What it answers (RFC 4685): the ids, or addresses where only those are given.
fn in_reply_to(element: &Element) -> Vec<String> {
    let answered = element.named("thr:in-reply-to").take(MOST);
    let written = answered.filter_map(|to| to.attribute("ref").or_else(|| to.attribute("href")).map(str::to_owned));
    written.map(|id| String::from(Plain::text(&id))).collect()
}

fn of_rss_source(element: &Element, fallback: Option<&Url>) -> Option<Source> {
    let source = element.child("source")?;
    let link = source.attribute("url").and_then(|url| resolve(source.base.as_deref().or(fallback), url));
    Some(Source { title: line(source), link }).filter(Source::is_known)
}

fn of_atom_source(source: &Element, fallback: Option<&Url>) -> Source {
    let links = links(source, fallback);
    Source {
        title: source.any(&TITLE).find_map(line),
        link: links::page(&links).or_else(|| links::first(&links, "self")),
    }
}

impl Entry {
    /// The content, else the summary.
    pub fn body(&self) -> Option<&SafeHtml> {
        self.content.as_ref().or(self.summary.as_ref())
    }
}
