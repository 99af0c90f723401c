//! Taking the entries of another address book into ours. Whoever is in it already, by id, address, page or blog, gets
//! what is new; nothing that the user has noted is written over.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    App, AppError,
    book::{elements, nobody},
};
use crate::{
    discover::site,
    journal::Act,
    model::{
        Blog, BlogId, Change, ContactKind, Element, EntryId, FeedUrl, Field, PageUrl, Passed, PassedKind, Person,
        PersonId, Plain, Standing, Trace, address::page_key,
    },
    people::Entry,
    store::Forgotten,
};

/// What became of one entry: a line of `people import --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub id: Option<PersonId>,
    pub name: Plain,
    pub status: Status,
    /// From 1.
    pub line: usize,
    pub reason: Option<Plain>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Added,
    /// They were in the book, and got something new.
    Changed,
    /// They were in the book with all of it.
    Known,
    Skipped,
}

/// The book while it grows.
struct Growing {
    people: Vec<Person>,
    /// Whose something is: ids, addresses, pages.
    owners: HashMap<String, usize>,
    /// Blogs by their site's or feed's page key.
    blogs: HashMap<String, Blog>,
}

impl App {
    /// Takes all entries in; durable when it returns.
    pub async fn import_people(&self, entries: Vec<Entry>) -> Result<Vec<Imported>, AppError> {
        let mut book = Growing { people: Vec::new(), owners: HashMap::new(), blogs: HashMap::new() };
        for blog in self.blogs_by_id()?.into_values() {
            let site = blog.site_url.as_ref().map(|site| page_key(site.url()));
            for key in site.into_iter().chain([page_key(blog.feed_url.url())]) {
                book.blogs.insert(key, blog.clone());
            }
        }
        self.store.people()?.into_iter().for_each(|person| book.add(person));
        let forgotten = self.store.forgotten()?;
        let (mut lines, mut acts) = (Vec::new(), Vec::new());
        for entry in entries {
            if entry.title().is_empty() {
                let reason = Some(Plain::line("it names nobody: neither a name nor an address is in it"));
                let line = entry.line;
                lines.push(Imported { id: None, name: Plain::default(), status: Status::Skipped, line, reason });
                continue;
            }
            if is_forgotten(&entry, &forgotten) {
                let reason = Some(Plain::line("they asked to be forgotten"));
                let (name, line) = (entry.title(), entry.line);
                lines.push(Imported { id: None, name, status: Status::Skipped, line, reason });
                continue;
            }
            lines.push(self.take_in(entry, &mut book, &mut acts));
        }
        self.writer.act(acts).await?;
        Ok(lines)
    }

    fn take_in(&self, entry: Entry, book: &mut Growing, acts: &mut Vec<Act>) -> Imported {
        let owners = book.owners_of(&entry);
        let (at, is_new) = match owners.first() {
            Some(at) => (*at, false),
            None => {
                book.add(nobody(book.id_for(&entry), Plain::default(), self.now()));
                (book.people.len() - 1, true)
            }
        };
        let mut reasons: Vec<String> = Vec::new();
        if let [_, other, ..] = owners[..] {
            let (this, other) = (&book.people[at], &book.people[other]);
            let ids = [this, other].map(|person| person.id.to_string()[..8].to_owned());
            reasons.push(format!(
                "{} and {} in your book share its addresses; `penpal people merge {} {}` makes them one",
                this.name, other.name, ids[0], ids[1]
            ));
        }
        if !entry.left_out.is_empty() {
            reasons.push(format!("too large to keep: {}", entry.left_out.join(", ")));
        }
        let (line, title) = (entry.line, entry.title());
        let changes = book.changes(at, entry, is_new, self.now());
        let person = &book.people[at];
        if !is_new && person.name != title && !title.is_empty() {
            reasons.push(format!("is in your book as {}", person.name));
        }
        let status = match (is_new, changes.is_empty()) {
            (true, _) => Status::Added,
            (false, true) => Status::Known,
            (false, false) => Status::Changed,
        };
        let id = person.id;
        if !changes.is_empty() {
            acts.push(Act::Person { of: id, changes });
        }
        let reason = (!reasons.is_empty()).then(|| Plain::line(&reasons.join("; ")));
        Imported { id: Some(id), name: title, status, line, reason }
    }
}

/// Whether an entry is of somebody who asked to be forgotten.
fn is_forgotten(entry: &Entry, forgotten: &Forgotten) -> bool {
    let reach = entry.reach.iter().map(|contact| Trace::Person(PersonId::of_name(contact.value.as_str())));
    let sites = entry.pages.iter().map(PageUrl::url).chain(entry.feeds.iter().map(FeedUrl::url)).filter_map(site::key);
    let feeds = entry.feeds.iter().map(|feed| Trace::Blog(BlogId::of(feed)));
    !forgotten.is_empty() && reach.chain(sites.map(Trace::Site)).chain(feeds).any(|trace| forgotten.holds(&trace))
}

impl Growing {
    fn add(&mut self, person: Person) {
        let at = self.people.len();
        for key in keys_of(&person) {
            self.owners.entry(key).or_insert(at);
        }
        self.people.push(person);
    }

    /// Everybody whose something the entry names, the surest first.
    fn owners_of(&self, entry: &Entry) -> Vec<usize> {
        let ours = entry.uid.as_ref().and_then(|uid| uid.strip_prefix("x-penpal:")).map(|id| format!("id {id}"));
        let uid = entry.uid.as_ref().map(|uid| format!("uid {uid}"));
        let reach = entry.reach.iter().map(|contact| Element::Reach(contact.clone()).key());
        let feeds = entry.feeds.iter().map(|feed| format!("at {}", page_key(feed.url())));
        let pages = entry.pages.iter().map(|page| format!("at {}", page_key(page.url())));
        let has_address = !(entry.reach.is_empty() && entry.feeds.is_empty() && entry.pages.is_empty());
        let name =
            entry.name.as_ref().filter(|_| !has_address).map(|name| format!("name {}", name.as_str().to_lowercase()));
        let keys = ours.into_iter().chain(uid).chain(reach).chain(feeds).chain(pages).chain(name);
        let mut found = Vec::new();
        for at in keys.filter_map(|key| self.owners.get(&key).copied()) {
            if !found.contains(&at) {
                found.push(at);
            }
        }
        found
    }

    /// The id that every device mints for somebody who is new here.
    fn id_for(&self, entry: &Entry) -> PersonId {
        let ours = entry.uid.as_ref().and_then(|uid| PersonId::parse(uid.strip_prefix("x-penpal:")?));
        let blog = entry.feeds.iter().map(|feed| page_key(feed.url()));
        let blog = blog.chain(entry.pages.iter().map(|page| page_key(page.url()))).find_map(|key| self.blogs.get(&key));
        let feed = || entry.feeds.first().map(|feed| PersonId::of_blog(crate::model::BlogId::of(feed)));
        let mail = || entry.reach.first().map(|contact| PersonId::of_name(contact.value.as_str()));
        ours.or_else(|| blog.map(|blog| PersonId::of_blog(blog.id)))
            .or_else(feed)
            .or_else(mail)
            .unwrap_or_else(|| PersonId::of_name(entry.title().as_str()))
    }

    /// What is new in the entry, taken over into the growing book at once, so that the next entry finds it.
    fn changes(&mut self, at: usize, entry: Entry, is_new: bool, now: crate::model::Timestamp) -> Vec<Change> {
        let mut changes = Vec::new();
        let Self { people, owners, blogs } = self;
        let person = &mut people[at];
        let title = entry.title();
        if person.name.is_empty() {
            changes.push(Change::Set { field: Field::Name, to: Some(title.clone()), before: None });
            person.name = title;
        } else if let Some(other) = entry.name.filter(|name| *name != person.name && !is_new) {
            add(person, Element::Card(Plain::line(&format!("NICKNAME:{other}"))), &mut changes);
        }
        let uid = entry.uid.filter(|uid| !uid.starts_with("x-penpal:")).map(|uid| format!("uid {uid}"));
        let mut own: Vec<Element> = Vec::new();
        for feed in entry.feeds {
            let known = blogs.get(&page_key(feed.url())).cloned();
            own.push(Element::Blog(Box::new(known.unwrap_or_else(|| met(feed, &person.name)))));
        }
        for page in entry.pages {
            own.push(match blogs.get(&page_key(page.url())) {
                Some(blog) => Element::Blog(Box::new(blog.clone())),
                None => Element::Page(page),
            });
        }
        own.extend(entry.reach.into_iter().map(Element::Reach));
        own.extend(entry.tags.into_iter().map(Element::Tag));
        own.extend(entry.circles.into_iter().map(Element::Circle));
        own.extend(entry.cards.into_iter().map(Element::Card));
        own.into_iter().for_each(|element| add(person, element, &mut changes));
        for (field, value) in [(Field::Met, entry.met), (Field::From, entry.from)] {
            let register = if field == Field::Met { &mut person.met } else { &mut person.from };
            if value.is_some() && register.is_none() {
                changes.push(Change::Set { field, to: value.clone(), before: None });
                *register = value;
            }
        }
        if let Some(standing) = entry.standing.filter(|_| person.standing == Standing::New)
            && standing != Standing::New
        {
            changes.push(Change::Stand { to: standing, before: Standing::New });
            person.standing = standing;
        }
        let notes =
            entry.notes.into_iter().map(|(when, text)| (when, Passed::note(text, person.id, when.unwrap_or(now))));
        let notes: Vec<(bool, Passed)> = notes.map(|(when, note)| (when.is_some(), note)).collect();
        // A letter waits where it was written: whoever gives a file away does not fill another one's outbox.
        let log = entry.log.into_iter().filter(|passed| !matches!(passed.kind, PassedKind::Draft | PassedKind::Unsure));
        for (is_dated, passed) in notes.into_iter().chain(log.map(|passed| (true, passed))) {
            let id = EntryId::of(person.id, passed.when, passed.text.as_str());
            let is_same = |known: &Passed| {
                known.id == id
                    || (known.kind == passed.kind
                        && known.text == passed.text
                        && (!is_dated || known.when == passed.when))
            };
            if !person.log.iter().any(is_same) {
                let passed = Passed { id, ..passed };
                person.log.push(passed.clone());
                changes.push(Change::log(passed));
            }
        }
        for key in keys_of(person).into_iter().chain(uid) {
            owners.entry(key).or_insert(at);
        }
        changes
    }
}

/// What tells a person from others.
fn keys_of(person: &Person) -> Vec<String> {
    let ids = std::iter::once(person.id).chain(person.merged.iter().copied()).map(|id| format!("id {id}"));
    let reach = person.reach.iter().filter(|contact| contact.kind != ContactKind::Form);
    let reach = reach.map(|contact| Element::Reach(contact.clone()).key());
    let pages = person.pages.iter().map(|page| page_key(page.url()));
    let blogs = person.blogs.iter().flat_map(|blog| {
        let site = blog.site_url.as_ref().map(|site| page_key(site.url()));
        std::iter::once(page_key(blog.feed_url.url())).chain(site)
    });
    let uids =
        person.cards.iter().filter_map(|line| line.as_str().strip_prefix("UID:")).map(|uid| format!("uid {uid}"));
    let name = format!("name {}", person.name.as_str().to_lowercase());
    let at = pages.chain(blogs).map(|key| format!("at {key}"));
    ids.chain(reach).chain(at).chain(uids).chain([name]).collect()
}

fn add(person: &mut Person, element: Element, changes: &mut Vec<Change>) {
    let key = element.key();
    if elements(person).any(|known| known.key() == key) {
        return;
    }
    changes.push(Change::Add(element.clone()));
    match element {
        Element::Blog(blog) => person.blogs.push(*blog),
        Element::Page(page) => person.pages.push(page),
        Element::Reach(contact) => person.reach.push(contact),
        Element::Tag(tag) => person.tags.push(tag),
        Element::Circle(circle) => person.circles.push(circle),
        Element::Card(line) => person.cards.push(line),
    }
}

/// A blog that only an address book knows.
fn met(feed: FeedUrl, name: &Plain) -> Blog {
    Blog { author: name.clone().some(), ..Blog::unknown(feed) }
}
