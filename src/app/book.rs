//! The contact book: who is in it, who is meant, and every change to it. What is asked is durable when it returns.

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    discover::{Profile, keys},
    journal::Act,
    model::{
        Blog, Change, Contact, ContactKind, Element, EntryId, Field, PageUrl, Passed, Person, PersonId, Plain,
        Standing, Timestamp,
    },
    people::{Outcome, merge, who},
};

/// One change that somebody asked for, without what was before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    Name(Option<Plain>),
    Met(Option<Plain>),
    From(Option<Plain>),
    Add(Element),
    Remove(Element),
    /// A blog by its address, host, title or id.
    AddBlog(String),
    RemoveBlog(String),
    Note {
        text: Plain,
        when: Timestamp,
    },
    Log(Passed),
    /// An entry of the log, or a note, by the beginning of its id.
    Erase(String),
}

/// What taking somebody into the book brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    pub person: Person,
    /// They were in it before.
    pub known: bool,
    /// Followed blogs that link to theirs.
    pub linked_by: Vec<Blog>,
    /// Why nothing was read at the address, if so.
    pub unread: Option<String>,
}

impl App {
    /// Somebody in the book, or whoever writes a blog that is followed or known.
    pub fn find_person(&self, who: &str) -> Result<Person, AppError> {
        let people = self.store.people()?;
        match who::meant(&people, who).as_slice() {
            [one] => Ok((*one).clone()),
            [] => match self.find_blog(who) {
                Ok(blog) => self.person_of(&blog),
                Err(AppError::NoBlog { name }) => Err(AppError::NoPerson { name }),
                Err(error) => Err(error),
            },
            several => {
                let candidates: Vec<String> = several.iter().map(|person| candidate(person)).collect();
                Err(AppError::ManyPeople { name: Plain::line(who), candidates: candidates.join("\n") })
            }
        }
    }

    /// Whoever writes a blog, in the book or not.
    pub fn person_of(&self, blog: &Blog) -> Result<Person, AppError> {
        Ok(self.store.person_behind(blog.id)?.unwrap_or_else(|| behind(blog, self.now())))
    }

    /// With since when their blogs are silent, beside the newest post of those who are followed: the clock has no part in it.
    pub fn with_silence(&self, person: Person) -> Result<Person, AppError> {
        let newest = self.store.river(None, 1)?.first().map(|(id, _)| self.store.post(*id)).transpose()?.flatten();
        let Some(now) = newest.map(|newest| newest.sort_time()) else { return Ok(person) };
        let (mut since, mut writes) = (None, false);
        for blog in &person.blogs {
            let profile: Option<Profile> = self.store.discovered(&keys::of(keys::PROFILE, blog.id))?;
            let Some(profile) = profile.filter(|profile| profile.last_post.is_some()) else { continue };
            let silent = profile.silent_since(now);
            (since, writes) = (since.max(silent), writes || silent.is_none());
        }
        Ok(Person { silent_since: since.filter(|_| !writes), ..person })
    }

    /// Somebody as they are now, after a change to them.
    pub fn again(&self, person: &Person) -> Result<Person, AppError> {
        Ok(self.store.person(person.id)?.unwrap_or_else(|| person.clone()))
    }

    /// Notes changes to somebody, who comes into the book with the first of them.
    pub async fn change_person(&self, person: &Person, changes: Vec<Change>) -> Result<(), AppError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.check_not_forgotten(person)?;
        let act = self.act_on(person, changes)?;
        Ok(self.writer.act(vec![act]).await?)
    }

    fn act_on(&self, person: &Person, mut changes: Vec<Change>) -> Result<Act, AppError> {
        if self.store.person(person.id)?.is_none() {
            let blogs = person.blogs.iter().cloned().map(|blog| Change::Add(Element::Blog(Box::new(blog))));
            changes.splice(0..0, blogs);
        }
        Ok(Act::Person { of: person.id, changes })
    }

    /// Changes what is known of somebody; what is so already is left alone. How they are afterwards.
    pub async fn edit_person(&self, person: &Person, edits: Vec<Edit>) -> Result<Person, AppError> {
        let mut changes = Vec::new();
        for edit in edits {
            let edit = match edit {
                Edit::AddBlog(name) => Edit::Add(Element::Blog(Box::new(self.find_blog(&name)?))),
                Edit::RemoveBlog(name) => Edit::Remove(Element::Blog(Box::new(self.find_blog(&name)?))),
                edit => edit,
            };
            changes.extend(change_of(person, edit)?);
        }
        self.change_person(person, changes).await?;
        self.again(person)
    }

    /// Notes where the user stands with somebody, and why. Without a reason, what was said before is taken back.
    pub async fn stand_with(
        &self,
        person: &Person,
        standing: Standing,
        because: Option<Plain>,
        quote: Option<Plain>,
    ) -> Result<(), AppError> {
        let mut changes = Vec::new();
        if person.standing != standing {
            changes.push(Change::Stand { to: standing, before: person.standing });
        }
        changes.extend(set(Field::Because, because, &person.because));
        changes.extend(set(Field::Quote, quote, &person.quote));
        self.change_person(person, changes).await
    }

    /// Makes two entries one. What becomes of each field; with `dry_run` nothing is done.
    pub async fn merge_people(&self, into: &Person, other: &Person, dry_run: bool) -> Result<Vec<Outcome>, AppError> {
        if into.id == other.id {
            return Err(AppError::OnePerson { name: into.name.clone() });
        }
        let merged = self.store.if_merged(into, other, self.now())?;
        let outcomes = merged.map(|merged| merge::outcomes(into, other, &merged)).unwrap_or_default();
        if !dry_run {
            let mut acts = Vec::new();
            for person in [into, other] {
                self.check_not_forgotten(person)?;
                // What stands in the book already is not said again: undo would take it away.
                if self.store.person(person.id)?.is_none() {
                    acts.push(self.act_on(person, Vec::new())?);
                }
            }
            let before = self.store.merged_into(other.id)?;
            acts.push(Act::Merge { of: other.id, into: Some(into.id), before });
            self.writer.act(acts).await?;
        }
        Ok(outcomes)
    }

    /// Makes entries that were merged several again; with a blog, gives that one an entry of its own: the one that it had
    /// if it came by a merge. All that there are afterwards.
    pub async fn split_person(&self, person: &Person, blog: Option<&str>) -> Result<Vec<Person>, AppError> {
        let (acts, others): (Vec<Act>, Vec<PersonId>) = match blog {
            None if person.merged.is_empty() => return Err(AppError::NotMerged { name: person.name.clone() }),
            None => {
                let mut acts = Vec::new();
                for id in &person.merged {
                    acts.push(Act::Merge { of: *id, into: None, before: self.store.merged_into(*id)? });
                }
                (acts, person.merged.clone())
            }
            Some(name) => {
                let blog = self.find_blog(name)?;
                if !person.blogs.iter().any(|theirs| theirs.id == blog.id) {
                    return Err(AppError::NotTheirs { blog: blog.title, name: person.name.clone() });
                }
                if let Some((id, before)) = self.store.merged_with(person.id, blog.id)? {
                    let mut acts = vec![Act::Merge { of: id, into: None, before: self.store.merged_into(id)? }];
                    // What was said of the one was meant of both, as far as anybody knows.
                    if person.standing != before {
                        let changes = vec![Change::Stand { to: person.standing, before }];
                        acts.push(Act::Person { of: id, changes });
                    }
                    (acts, vec![id])
                } else {
                    let own = PersonId::of_blog(blog.id);
                    let id = if own == person.id { PersonId::of_name(&format!("blog {}", blog.id)) } else { own };
                    let mut other = vec![Change::Add(Element::Blog(Box::new(blog.clone())))];
                    other.extend(set(Field::Name, Some(name_of(&blog)), &None));
                    // What was said of the one was meant of both, as far as anybody knows.
                    if person.standing != Standing::New {
                        other.push(Change::Stand { to: person.standing, before: Standing::New });
                    }
                    let remove = vec![Change::Remove(Element::Blog(Box::new(blog)))];
                    (
                        vec![Act::Person { of: person.id, changes: remove }, Act::Person { of: id, changes: other }],
                        vec![id],
                    )
                }
            }
        };
        self.writer.act(acts).await?;
        let mut people = Vec::new();
        for id in std::iter::once(person.id).chain(others) {
            people.extend(self.store.person(id)?);
        }
        Ok(people)
    }

    /// Takes somebody into the book by an address of theirs: a blog, which is read, or a mail address or handle.
    pub async fn add_person(
        &self,
        address: &str,
        name: Option<Plain>,
        from: Option<Plain>,
        met: Option<Plain>,
    ) -> Result<Added, AppError> {
        let (mut unread, mut elements) = (None, Vec::new());
        let found = self.find_person(address);
        let (person, known) = match (found, reach(address)) {
            (Ok(person), _) => {
                let known = self.store.person(person.id)?.is_some();
                (person, known)
            }
            (Err(AppError::NoPerson { .. }), Some(contact)) => {
                let person = nobody(PersonId::of_name(contact.value.as_str()), contact.value.clone(), self.now());
                elements.push(Element::Reach(contact));
                (person, false)
            }
            (Err(AppError::NoPerson { .. }), None) => match self.meet(address).await {
                Ok(blog) => (self.person_of(&blog)?, false),
                Err(error @ AppError::Forgotten { .. }) => return Err(error),
                Err(why) => {
                    let page = PageUrl::parse(address).or_else(|_| PageUrl::parse(&format!("https://{address}")))?;
                    unread = Some(why.to_string());
                    let person = nobody(PersonId::of_name(&page.canonical()), Plain::line(page.host()), self.now());
                    elements.push(Element::Page(page));
                    (person, false)
                }
            },
            (Err(error), _) => return Err(error),
        };
        let mut changes: Vec<Change> = elements.into_iter().map(Change::Add).collect();
        if !known {
            changes.extend(set(Field::Name, Some(name.unwrap_or_else(|| person.name.clone())), &None));
            changes.extend(self.ways_to(&person)?.into_iter().map(|contact| Change::Add(Element::Reach(contact))));
        } else if name.is_some() {
            changes.extend(set(Field::Name, name, &Some(person.name.clone())));
        }
        if from.is_some() {
            changes.extend(set(Field::From, from, &person.from));
        }
        if met.is_some() {
            changes.extend(set(Field::Met, met, &person.met));
        }
        self.change_person(&person, changes).await?;
        let person = self.again(&person)?;
        let linked_by = self.linking_to(&person)?;
        Ok(Added { person, known, linked_by, unread })
    }
}

fn set(field: Field, to: Option<Plain>, before: &Option<Plain>) -> Option<Change> {
    (to != *before).then(|| Change::Set { field, to, before: before.clone() })
}

/// The change, with what was before; `None` if it is so already.
fn change_of(person: &Person, edit: Edit) -> Result<Option<Change>, AppError> {
    Ok(match edit {
        // The name that is shown may be one that nobody gave; saying it makes it so. Nobody is left without any, since an
        // entry of which nothing is said is none.
        Edit::Name(name) => {
            let name = name.or_else(|| person.blogs.first().map(name_of));
            set(Field::Name, name, &Some(person.name.clone()))
        }
        Edit::Met(met) => set(Field::Met, met, &person.met),
        Edit::From(from) => set(Field::From, from, &person.from),
        Edit::Add(element) => (!has(person, &element)).then_some(Change::Add(element)),
        Edit::Remove(element) => {
            let element = theirs(person, &element).ok_or_else(|| AppError::NotThere {
                what: Plain::line(element.key().split_once(' ').map_or("", |(_, what)| what)),
                name: person.name.clone(),
            })?;
            Some(Change::Remove(element))
        }
        // They were found out before.
        Edit::AddBlog(_) | Edit::RemoveBlog(_) => None,
        Edit::Note { text, when } => Some(Change::log(Passed::note(text, person.id, when))),
        Edit::Log(passed) => {
            let id = EntryId::of(person.id, passed.when, passed.text.as_str());
            Some(Change::log(Passed { id, ..passed }))
        }
        Edit::Erase(id) => {
            let wanted = id.trim().to_lowercase();
            let found: Vec<&Passed> =
                person.log.iter().filter(|passed| passed.id.to_string().starts_with(&wanted)).collect();
            match found.as_slice() {
                [one] if !wanted.is_empty() => {
                    Some(Change::Log { id: one.id, to: None, before: Some(Box::new((*one).clone())) })
                }
                _ => return Err(AppError::NoEntry { id: Plain::line(&id), name: person.name.clone() }),
            }
        }
    })
}

/// All that somebody has several of.
pub fn elements(person: &Person) -> impl Iterator<Item = Element> + '_ {
    let blogs = person.blogs.iter().map(|blog| Element::Blog(Box::new(blog.clone())));
    let pages = person.pages.iter().cloned().map(Element::Page);
    let reach = person.reach.iter().cloned().map(Element::Reach);
    let tags = person.tags.iter().cloned().map(Element::Tag);
    let circles = person.circles.iter().cloned().map(Element::Circle);
    let cards = person.cards.iter().cloned().map(Element::Card);
    blogs.chain(pages).chain(reach).chain(tags).chain(circles).chain(cards)
}

fn theirs(person: &Person, element: &Element) -> Option<Element> {
    let key = element.key();
    elements(person).find(|known| known.key() == key)
}

fn has(person: &Person, element: &Element) -> bool {
    theirs(person, element).is_some()
}

/// A mail address or a handle; `None` for what may be a site.
pub fn reach(text: &str) -> Option<Contact> {
    let text = text.trim();
    let bare = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, host) = bare.trim_start_matches('@').split_once('@')?;
    let is_sound =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@'));
    if !is_sound(local) || !is_sound(host) {
        return None;
    }
    let kind = if bare.starts_with('@') { ContactKind::Mastodon } else { ContactKind::Email };
    Some(Contact { kind, value: Plain::line(bare) })
}

fn name_of(blog: &Blog) -> Plain {
    blog.author.clone().unwrap_or_else(|| blog.title.clone())
}

/// Somebody of whom only a blog is known, as they would come into the book.
pub fn behind(blog: &Blog, now: Timestamp) -> Person {
    Person { blogs: vec![blog.clone()], ..nobody(PersonId::of_blog(blog.id), name_of(blog), now) }
}

/// Somebody of whom nothing is known but what they are called.
pub fn nobody(id: PersonId, name: Plain, now: Timestamp) -> Person {
    Person {
        id,
        name,
        standing: Standing::New,
        stood: None,
        blogs: Vec::new(),
        pages: Vec::new(),
        reach: Vec::new(),
        tags: Vec::new(),
        circles: Vec::new(),
        met: None,
        from: None,
        because: None,
        quote: None,
        silent_since: None,
        log: Vec::new(),
        cards: Vec::new(),
        in_book: false,
        since: now,
        changed: now,
        merged: Vec::new(),
    }
}

/// A line for whoever has to choose.
fn candidate(person: &Person) -> String {
    let address = person.reach.first().map(|contact| contact.value.to_string());
    let blog = || person.blogs.first().map(|blog| blog.feed_url.to_string());
    format!("  {}  {}  {}", &person.id.to_string()[..8], person.name, address.or_else(blog).unwrap_or_default())
}
