//! A person in the contact book: what the user knows of them and what passed between the two.
//!
//! A person is made of registers, sets and a log, so that the books of several devices can be merged: each [`Change`]
//! sets one of them, and its inverse brings back what was.

use serde::{Deserialize, Serialize};

use super::{Blog, Contact, EntryId, PageUrl, PersonId, Plain, Standing, Timestamp};

/// Somebody in the book, as it is shown: what several entries say that the user merged is one here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// Never empty: the author or title of a blog, or an address, stands in where nobody gave one.
    pub name: Plain,
    pub standing: Standing,
    /// When the standing was last changed.
    pub stood: Option<Timestamp>,
    pub blogs: Vec<Blog>,
    /// Other pages of theirs.
    pub pages: Vec<PageUrl>,
    pub reach: Vec<Contact>,
    pub tags: Vec<Plain>,
    pub circles: Vec<Plain>,
    /// Where we met.
    pub met: Option<Plain>,
    /// How they contacted me first.
    pub from: Option<Plain>,
    /// Why the standing is what it is. For the user alone: in no export.
    pub because: Option<Plain>,
    /// What they wrote, word for word, that made it so. For the user alone.
    pub quote: Option<Plain>,
    /// The last post of somebody all of whose blogs fell silent. Only where one person is shown.
    #[serde(default)]
    pub silent_since: Option<Timestamp>,
    /// What passed between us, and notes; the oldest first.
    pub log: Vec<Passed>,
    /// Properties of a vCard that the book has no use for, a line each, kept for export.
    pub cards: Vec<Plain>,
    /// Whether they are in the book, and not only known from a blog.
    #[serde(default)]
    pub in_book: bool,
    /// When they came into the book; now, if they are not in it.
    pub since: Timestamp,
    /// When anything in it changed last.
    pub changed: Timestamp,
    /// Other entries that the user merged into this one.
    pub merged: Vec<PersonId>,
}

impl Person {
    /// The notes, the oldest first.
    pub fn notes(&self) -> impl Iterator<Item = &Passed> {
        self.log.iter().filter(|passed| passed.kind == PassedKind::Note)
    }

    /// The addresses of one kind.
    pub fn reached_by(&self, kind: super::ContactKind) -> impl Iterator<Item = &Plain> {
        self.reach.iter().filter(move |contact| contact.kind == kind).map(|contact| &contact.value)
    }
}

/// One thing that passed between the user and somebody, or that the user noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub id: EntryId,
    pub when: Timestamp,
    pub kind: PassedKind,
    pub way: Way,
    /// One line: the subject, or what it was about. Of a note, the note.
    pub text: Plain,
    /// The words that went over, where they are kept.
    pub body: Option<Plain>,
    /// Of a mail, as in its header without the angle brackets, so that an answer can be matched.
    pub message_id: Option<Plain>,
    /// A page that it is about, or where it can be read.
    pub url: Option<PageUrl>,
    /// Whom it went to or came from: a mail address, a handle.
    pub address: Option<Plain>,
}

impl Passed {
    /// An entry with nothing but its text.
    pub fn new(kind: PassedKind, way: Way, text: Plain, of: PersonId, when: Timestamp) -> Self {
        let id = EntryId::of(of, when, text.as_str());
        Self { id, when, kind, way, text, body: None, message_id: None, url: None, address: None }
    }

    pub fn note(text: Plain, of: PersonId, when: Timestamp) -> Self {
        Self::new(PassedKind::Note, Way::Both, text, of, when)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedKind {
    Note,
    /// Written and not sent yet.
    Draft,
    /// Given up before it was sent.
    Discarded,
    /// It may have gone out: the program ended, or the server fell silent, before that was known.
    Unsure,
    Mail,
    Message,
    Webmention,
    Comment,
    Call,
    Met,
    Other,
}

impl PassedKind {
    /// Whether only a letter is ever this, on its way.
    pub fn is_a_letters(self) -> bool {
        matches!(self, Self::Draft | Self::Unsure | Self::Discarded)
    }

    /// In words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Draft => "draft",
            Self::Discarded => "discarded draft",
            Self::Unsure => "perhaps sent",
            Self::Mail => "mail",
            Self::Message => "message",
            Self::Webmention => "webmention",
            Self::Comment => "comment",
            Self::Call => "call",
            Self::Met => "met",
            Self::Other => "other",
        }
    }
}

/// Who it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It was between the two, or only the user's own.
    #[default]
    Both,
    FromMe,
    ToMe,
}

/// What one register of a person holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Met,
    From,
    Because,
    Quote,
}

/// What a person has several of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// Told whole, since the cache may forget it.
    Blog(Box<Blog>),
    Page(PageUrl),
    Reach(Contact),
    Tag(Plain),
    Circle(Plain),
    /// A line of a vCard.
    Card(Plain),
}

impl Element {
    /// Two elements with the same key are the same.
    pub fn key(&self) -> String {
        match self {
            Self::Blog(blog) => format!("blog {}", blog.id),
            Self::Page(url) => format!("page {}", url.canonical().trim_end_matches('/')),
            Self::Reach(contact) => {
                let kind = contact.kind;
                format!("reach {kind:?} {}", contact.value.as_str().to_lowercase())
            }
            Self::Tag(tag) => format!("tag {}", tag.as_str().to_lowercase()),
            Self::Circle(circle) => format!("circle {}", circle.as_str().to_lowercase()),
            Self::Card(line) => format!("card {line}"),
        }
    }
}

/// One change to a person. It says what was before, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Set {
        field: Field,
        to: Option<Plain>,
        before: Option<Plain>,
    },
    Stand {
        to: Standing,
        before: Standing,
    },
    Add(Element),
    Remove(Element),
    /// An entry of the log; `None` is one that is not there.
    Log {
        id: EntryId,
        to: Option<Box<Passed>>,
        before: Option<Box<Passed>>,
    },
}

impl Change {
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::Set { field, to, before } => Self::Set { field, to: before, before: to },
            Self::Stand { to, before } => Self::Stand { to: before, before: to },
            Self::Add(element) => Self::Remove(element),
            Self::Remove(element) => Self::Add(element),
            Self::Log { id, to, before } => Self::Log { id, to: before, before: to },
        }
    }

    /// Whether it is a step of a letter. What went out cannot be taken back, and what may have gone out must not look as if
    /// it had not.
    pub fn is_of_a_letter(&self) -> bool {
        let Self::Log { to, before, .. } = self else { return false };
        [to, before].into_iter().flatten().any(|passed| passed.kind.is_a_letters())
    }

    /// A new entry in the log.
    pub fn log(passed: Passed) -> Self {
        Self::Log { id: passed.id, to: Some(Box::new(passed)), before: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_of_an_inverse_is_the_change() {
        let tag = Element::Tag(Plain::line("Rust"));
        let entry = Passed::note(Plain::line("likes bread"), PersonId([1; 16]), Timestamp(5));
        for change in [
            Change::Set { field: Field::Name, to: Some(Plain::line("Ada")), before: None },
            Change::Stand { to: Standing::Flagged, before: Standing::New },
            Change::Add(tag.clone()),
            Change::Remove(tag),
            Change::log(entry),
        ] {
            assert_eq!(change.inverse().inverse(), change);
            assert_ne!(change.inverse(), change);
        }
    }

    #[test]
    fn elements_are_the_same_in_any_case() {
        let tag = |name| Element::Tag(Plain::line(name)).key();
        assert_eq!(tag("Rust"), tag("rust"));
        let page = |url| Element::Page(PageUrl::parse(url).unwrap()).key();
        assert_eq!(page("http://example.org/"), page("https://example.org"));
    }
}
