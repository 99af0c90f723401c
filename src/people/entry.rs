//! An entry of another address book, on its way into ours.

use serde::{Deserialize, Serialize};

use crate::model::{Contact, FeedUrl, PageUrl, Passed, Plain, Standing, Timestamp};

/// What one card, row or link says of somebody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1: where it stands in the file.
    pub line: usize,
    pub name: Option<Plain>,
    /// What the other program calls them.
    pub uid: Option<String>,
    pub pages: Vec<PageUrl>,
    pub feeds: Vec<FeedUrl>,
    pub reach: Vec<Contact>,
    pub tags: Vec<Plain>,
    pub circles: Vec<Plain>,
    /// With when it was written, where that is known.
    pub notes: Vec<(Option<Timestamp>, Plain)>,
    pub met: Option<Plain>,
    pub from: Option<Plain>,
    pub standing: Option<Standing>,
    pub log: Vec<Passed>,
    /// Lines of a vCard that the book only keeps.
    pub cards: Vec<Plain>,
    /// What is too large to keep, in words.
    pub left_out: Vec<String>,
}

/// An address book, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressBook {
    pub entries: Vec<Entry>,
    pub skipped: Vec<Skipped>,
}

/// What is nobody's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub line: usize,
    pub reason: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it is empty")]
    Empty,
    #[error(
        "it is no address book that penpal knows: neither a vCard, nor a table (CSV) with a heading that names mail \
         addresses, nor a page with links (XFN), nor OPML, nor penpal's own JSON"
    )]
    Unknown,
    #[error("it is larger than {0} MB, which no address book is; export it without photos")]
    TooLarge(usize),
    #[error(transparent)]
    Opml(#[from] crate::opml::OpmlError),
}

impl Entry {
    /// What it is called where nobody has a name.
    pub fn title(&self) -> Plain {
        let name = self.name.clone().and_then(Plain::some);
        let address = || self.reach.first().map(|contact| contact.value.clone());
        let page = || self.pages.first().map(|page| Plain::line(page.host()));
        let feed = || self.feeds.first().map(|feed| Plain::line(feed.host()));
        name.or_else(address).or_else(page).or_else(feed).unwrap_or_default()
    }

    pub fn add_reach(&mut self, contact: Contact) {
        let is_same = |known: &Contact| {
            known.kind == contact.kind && known.value.as_str().eq_ignore_ascii_case(contact.value.as_str())
        };
        if !contact.value.is_empty() && !self.reach.iter().any(is_same) {
            self.reach.push(contact);
        }
    }

    pub fn add_page(&mut self, page: PageUrl) {
        if !self.pages.iter().any(|known| known.canonical() == page.canonical()) {
            self.pages.push(page);
        }
    }
}
