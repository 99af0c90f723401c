//! What was wrong within entries: told for the first of each kind, with how many there are.

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use super::Note;
use crate::feed::content::{self, Content};
use crate::feed::entry::{DATES, TEXTS};
use crate::feed::markup::{Dialect, Tag, Token, Tokens};
use crate::feed::sanitise::is_allowed;
use crate::feed::tree::Element;
use crate::feed::{date, entity, flow};

/// Dates that are told one by one; a feed has the same mistake in each.
const MOST_DATES: usize = 5;
/// Kinds of removed elements that are named.
const MOST_NAMED: usize = 12;

/// What all entries together needed.
#[derive(Default)]
pub(super) struct Seen {
    entries: usize,
    dates: Vec<Note>,
    more_dates: usize,
    undated: Count,
    without_id: Count,
    relative: Count,
    /// Relative addresses for which there is no base.
    lost: Count,
    removed: BTreeMap<String, usize>,
    removed_at: Option<String>,
}

/// How many, and in which entry first.
#[derive(Default)]
struct Count(usize, Option<String>);

impl Count {
    fn add(&mut self, count: usize, place: &str) {
        if count > 0 {
            self.0 += count;
            self.1.get_or_insert_with(|| place.to_owned());
        }
    }
}

impl Seen {
    /// An entry of an XML feed. `fallback` is what addresses are relative to where the document doesn't say.
    pub(super) fn entry(&mut self, element: &Element, fallback: Option<&Url>) {
        let place = self.begin(element.first_text(&["title", "atom:title"]).as_deref());
        let dates: Vec<String> = DATES.iter().flat_map(|names| element.any(names)).map(Element::text).collect();
        self.dates(&dates, &place);
        let has_id = element.first_text(&["guid", "atom:id"]).is_some() || element.attribute("rdf:about").is_some();
        self.without_id.add(usize::from(!has_id), &place);
        for link in element.any(&["link", "atom:link"]) {
            let text = link.text();
            self.address(link.attribute("href").unwrap_or(&text), link.base.as_deref().or(fallback), &place);
        }
        for text in TEXTS.iter().flat_map(|names| element.any(names)) {
            if let Some(Content::Html(html)) = content::of(text) {
                self.html(&html, text.base.as_deref().or(fallback), &place);
            }
        }
    }

    /// Names the next entry.
    fn begin(&mut self, title: Option<&str>) -> String {
        self.entries += 1;
        let title: String = title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = title.chars().take(60).collect();
        if short.is_empty() {
            format!("entry {}", self.entries)
        } else {
            format!("entry {}, “{short}”", self.entries)
        }
    }

    fn dates(&mut self, written: &[String], place: &str) {
        let written: Vec<&String> = written.iter().filter(|text| !text.trim().is_empty()).collect();
        self.undated.add(usize::from(written.is_empty()), place);
        for text in written {
            let short: String = text.chars().take(60).collect();
            let what = match date::parse(text) {
                None => Some(format!(
                    "{short:?} is no date that can be read; the entry goes by its others, or by when it was first seen"
                )),
                Some(_) => date::assumed(text).map(|assumed| format!("{short:?} has {assumed}")),
            };
            match what {
                Some(what) if self.dates.len() < MOST_DATES => {
                    self.dates.push(Note::new("dates", what, Some(place.to_owned())));
                }
                Some(_) => self.more_dates += 1,
                None => {}
            }
        }
    }

    fn address(&mut self, written: &str, base: Option<&Url>, place: &str) {
        let written = written.trim();
        if !written.is_empty() && Url::parse(written) == Err(url::ParseError::RelativeUrlWithoutBase) {
            let count = if base.is_some() { &mut self.relative } else { &mut self.lost };
            count.add(1, place);
        }
    }

    fn html(&mut self, source: &str, base: Option<&Url>, place: &str) {
        if !source.contains('<') {
            return;
        }
        let mut tokens = Tokens::new(source, Dialect::Html);
        while let Some(token) = tokens.next() {
            let Token::Open(tag) = token else { continue };
            let name = tag.name.to_ascii_lowercase();
            if !is_allowed(&name) {
                self.remove(format!("<{name}>"), place);
                if flow::UNREAD.contains(&&*name) {
                    tokens.skip_past_end_of(&name);
                }
                continue;
            }
            self.attributes(&tag, base, place);
        }
    }

    fn attributes(&mut self, tag: &Tag<'_>, base: Option<&Url>, place: &str) {
        for (name, value) in &tag.attributes {
            let name = name.to_ascii_lowercase();
            let value = entity::decode(value);
            if name.starts_with("on") {
                self.remove("event handler".to_owned(), place);
            } else if name == "style" {
                self.remove("style".to_owned(), place);
            } else if matches!(&*name, "href" | "src") {
                let scheme: String = value.chars().filter(|c| !c.is_whitespace()).take(11).collect();
                if scheme.eq_ignore_ascii_case("javascript:") || scheme.to_ascii_lowercase().starts_with("data:") {
                    self.remove(format!("address of the kind {}", scheme.split(':').next().unwrap_or_default()), place);
                } else if !value.starts_with('#') {
                    self.address(&value, base, place);
                }
            }
        }
    }

    fn remove(&mut self, what: String, place: &str) {
        if self.removed.len() < MOST_NAMED || self.removed.contains_key(&what) {
            *self.removed.entry(what).or_default() += 1;
        }
        self.removed_at.get_or_insert_with(|| place.to_owned());
    }

    pub(super) fn tell(self, notes: &mut Vec<Note>) {
        notes.extend(self.dates);
        if self.more_dates > 0 {
            notes.push(Note::new("dates", format!("{} more of the kind", self.more_dates), None));
        }
        let entries = |count: usize| if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
        let addresses =
            |count| if count == 1 { "1 relative address".into() } else { format!("{count} relative addresses") };
        for (step, Count(count, place), what) in [
            (
                "dates",
                &self.undated,
                format!("{} without a date: when it is first seen counts", entries(self.undated.0)),
            ),
            (
                "ids",
                &self.without_id,
                format!("{} without an id: one was made of the link, else of the words", entries(self.without_id.0)),
            ),
            ("links", &self.relative, format!("{} made absolute", addresses(self.relative.0))),
            ("links", &self.lost, format!("{} without anything to be relative to", addresses(self.lost.0))),
        ] {
            if *count > 0 {
                notes.push(Note::new(step, what, place.clone()));
            }
        }
        if !self.removed.is_empty() {
            let list: Vec<String> = self.removed.iter().map(|(what, count)| format!("{count} × {what}")).collect();
            notes.push(Note::new("html", format!("removed: {}", list.join(", ")), self.removed_at));
        }
    }
}

/// The entries of a JSON Feed.
pub(super) fn of_json(text: &str, base: Option<&Url>, notes: &mut Vec<Note>) {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let own = |key: &str| document[key].as_str().and_then(|address| Url::parse(address).ok());
    let base = base.cloned().or_else(|| own("home_page_url")).or_else(|| own("feed_url"));
    let mut seen = Seen::default();
    for item in document["items"].as_array().into_iter().flatten() {
        let field = |key: &str| item[key].as_str();
        let place = seen.begin(field("title"));
        let dates = ["date_published", "date_modified"].into_iter().filter_map(field).map(str::to_owned);
        seen.dates(&dates.collect::<Vec<_>>(), &place);
        seen.without_id.add(usize::from(item["id"].is_null() || field("id") == Some("")), &place);
        for address in ["url", "external_url"].into_iter().filter_map(field) {
            seen.address(address, base.as_ref(), &place);
        }
        if let Some(html) = field("content_html") {
            seen.html(html, base.as_ref(), &place);
        }
    }
    seen.tell(notes);
}
