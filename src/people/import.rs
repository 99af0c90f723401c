//! An address book of any kind, told by its content.

use super::{
    csv,
    entry::{AddressBook, Entry, ReadError, Skipped},
    vcard, xfn,
};
use crate::{
    model::{PageUrl, PassedKind, Person, Plain},
    opml,
};

/// Larger files are refused. Those with photos are; without, a hundred thousand people take 50 MB.
pub const LARGEST_MB: usize = 64;

/// Reads vCards, tables, pages with XFN, OPML, and penpal's own JSON.
pub fn read(bytes: &[u8]) -> Result<AddressBook, ReadError> {
    if bytes.len() > LARGEST_MB << 20 {
        return Err(ReadError::TooLarge(LARGEST_MB));
    }
    let start = vcard::lines::unmarked(&bytes[..bytes.len().min(4096)]);
    let start = String::from_utf8_lossy(&start).trim_start().to_ascii_lowercase();
    if start.is_empty() {
        return Err(ReadError::Empty);
    }
    if start.contains("begin:vcard") && !start.starts_with('<') {
        return Ok(vcard::read(bytes));
    }
    if start.starts_with('{') {
        return own(bytes).ok_or(ReadError::Unknown);
    }
    if start.contains("<opml") {
        return outlines(bytes);
    }
    if start.starts_with('<') {
        let book = xfn::read(&String::from_utf8_lossy(&vcard::lines::unmarked(bytes)));
        return if book.entries.is_empty() { Err(ReadError::Unknown) } else { Ok(book) };
    }
    csv::read(bytes).ok_or(ReadError::Unknown)
}

/// What `people export --format json` wrote: a person a line. `None` if there is none.
fn own(bytes: &[u8]) -> Option<AddressBook> {
    let mut book = AddressBook::default();
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty()) {
        match serde_json::from_slice::<Person>(line) {
            Ok(person) => book.entries.push(of(person, index + 1)),
            Err(error) => book.skipped.push(Skipped { line: index + 1, reason: error.to_string() }),
        }
    }
    (!book.entries.is_empty()).then_some(book)
}

fn of(person: Person, line: usize) -> Entry {
    let (notes, log): (Vec<_>, Vec<_>) = person.log.into_iter().partition(|passed| passed.kind == PassedKind::Note);
    let sites = person.blogs.iter().filter_map(|blog| PageUrl::parse(blog.site_url.as_ref()?.as_str()).ok());
    Entry {
        line,
        name: Some(person.name),
        uid: Some(format!("x-penpal:{}", person.id)),
        pages: person.pages.into_iter().chain(sites).collect(),
        feeds: person.blogs.iter().map(|blog| blog.feed_url.clone()).collect(),
        reach: person.reach,
        tags: person.tags,
        circles: person.circles,
        notes: notes.into_iter().map(|note| (Some(note.when), note.text)).collect(),
        met: person.met,
        from: person.from,
        standing: Some(person.standing),
        log,
        cards: person.cards,
        left_out: Vec::new(),
    }
}

/// Each blog of a list is somebody; the innermost folder is a circle.
fn outlines(bytes: &[u8]) -> Result<AddressBook, ReadError> {
    let document = opml::read(bytes)?;
    let entries = document.outlines.into_iter().map(|outline| {
        let site = outline.site_url.as_ref().and_then(|site| PageUrl::parse(site.as_str()).ok());
        Entry {
            line: outline.line,
            name: outline.title.and_then(Plain::some),
            pages: site.into_iter().collect(),
            feeds: vec![outline.feed_url],
            circles: outline.folder.last().cloned().into_iter().collect(),
            tags: outline.tags,
            ..Entry::default()
        }
    });
    let skipped = document.skipped.into_iter().map(|skipped| Skipped { line: skipped.line, reason: skipped.reason });
    Ok(AddressBook { entries: entries.collect(), skipped: skipped.collect() })
}
