//! Undo and redo, and what was done in words.

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    journal::{Act, Deed, History},
    model::{BlogId, Change, Element, Field, PersonId, Plain, PostId, Timestamp},
    store::{TakeBack, Taken},
};

/// A line of `undo --list --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeedLine {
    /// The number of its record in this device's journal.
    pub n: u64,
    pub done: Timestamp,
    pub what: Plain,
    /// Whether it is taken back, so that `redo` does it again.
    pub undone: bool,
}

/// What was undone or redone, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenBack {
    pub which: TakeBack,
    pub taken: Taken,
    pub what: Plain,
}

impl App {
    /// Takes back what was done last on this device, or does again what was taken back last; durable when it returns.
    pub async fn take_back(&self, which: TakeBack, of: Option<u64>) -> Result<Option<TakenBack>, AppError> {
        let Some(taken) = self.writer.take_back(which, of).await? else { return Ok(None) };
        let what = self.in_words(&taken.deed.acts)?;
        Ok(Some(TakenBack { which, taken, what }))
    }

    /// What can be taken back and what can be done again, the next of each first.
    pub async fn history(&self, limit: usize) -> Result<Vec<DeedLine>, AppError> {
        let History { undo, redo } = self.writer.history(limit).await?;
        let line = |deed: Deed, undone| {
            let done = Timestamp((deed.t / 1000) as i64);
            Ok(DeedLine { n: deed.n, done, what: self.in_words(&deed.acts)?, undone })
        };
        let redo = redo.into_iter().map(|deed| line(deed, true));
        redo.chain(undo.into_iter().map(|deed| line(deed, false))).collect()
    }

    /// What a deed was, for a status line: `35 posts marked read`.
    pub fn in_words(&self, acts: &[Act]) -> Result<Plain, AppError> {
        let Some(first) = acts.first() else { return Ok(Plain::default()) };
        let blog = |id: &BlogId| -> Result<String, AppError> {
            Ok(self.blog(*id)?.map_or_else(|| "a blog".into(), |blog| blog.title.to_string()))
        };
        let said = match first {
            Act::Read { of, read } => format!("{} marked {}", self.posts(of)?, if *read { "read" } else { "unread" }),
            Act::Star { of, starred: true } => format!("{} starred", self.posts(of)?),
            Act::Star { of, starred: false } => format!("star taken off {}", self.posts(of)?),
            Act::Opened { .. } => "a post opened".to_owned(),
            Act::Tag { of, tag, on: true } => format!("{} tagged {tag}", self.posts(of)?),
            Act::Tag { of, tag, on: false } => format!("tag {tag} taken off {}", self.posts(of)?),
            Act::TagBlog { of, tag, on } => {
                let whom = match of.as_slice() {
                    [one] => blog(one)?,
                    several => format!("{} blogs", several.len()),
                };
                if *on { format!("{whom} tagged {tag}") } else { format!("tag {tag} taken off {whom}") }
            }
            Act::Hide { of, hidden: true } => format!("{} hidden", self.posts(of)?),
            Act::Hide { of, hidden: false } => format!("{} shown again", self.posts(of)?),
            Act::Mute { rule, on: true } => format!("“{}” muted", rule.words),
            Act::Mute { rule, on: false } => format!("“{}” no longer muted", rule.words),
            Act::Follow(_) if acts.len() > 1 => format!("{} blogs followed", acts.len()),
            Act::Follow(subscription) => format!("{} followed", blog(&subscription.blog)?),
            Act::Unfollow { of, .. } => format!("{} followed no longer", blog(of)?),
            Act::Move { of, .. } => format!("{} moved", blog(of)?),
            Act::Stand { of, standing, .. } => format!("{}: {}", of.title, standing.words()),
            Act::Person { of, changes } => match changes.as_slice() {
                [Change::Stand { to, .. }] => format!("{}: {}", self.name_of(*of)?, to.words()),
                [] => format!("{} taken into the book", self.name_of(*of)?),
                changes => format!("{}: {}", self.name_of(*of)?, changed(changes)),
            },
            Act::Merge { of, into: Some(into), .. } => {
                format!("{} merged into {}", self.name_of(*of)?, self.name_of(*into)?)
            }
            Act::Merge { of, into: None, .. } => format!("{} split off", self.name_of(*of)?),
            Act::Forget(_) => "somebody forgotten".to_owned(),
            Act::Taste { since: Some(_), .. } => "taste reset".to_owned(),
            Act::Taste { since: None, .. } => "taste counts again".to_owned(),
        };
        let more = match first {
            Act::Follow(_) => String::new(),
            _ if acts.len() > 1 => format!(", and {} more", acts.len() - 1),
            _ => String::new(),
        };
        Ok(Plain::line(&format!("{said}{more}")))
    }

    fn name_of(&self, person: PersonId) -> Result<String, AppError> {
        Ok(self.store.person(person)?.map_or_else(|| "somebody".into(), |person| person.name.to_string()))
    }

    fn posts(&self, of: &[PostId]) -> Result<String, AppError> {
        Ok(match of {
            [one] => match self.store.post(*one)? {
                Some(post) => format!("“{}”", post.label()),
                None => "a post".into(),
            },
            several => format!("{} posts", several.len()),
        })
    }
}

/// What changed about somebody: `tag baker, note`, each kind of thing once.
fn changed(changes: &[Change]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for change in changes {
        let part = match change {
            Change::Set { field, to, .. } => match (field, to) {
                (Field::Name, Some(name)) => format!("called {name}"),
                (Field::Name, None) => "name taken off".to_owned(),
                (Field::Met, _) => "where you met".to_owned(),
                (Field::From, _) => "how they contacted you".to_owned(),
                (Field::Because | Field::Quote, _) => "why you stand so".to_owned(),
            },
            Change::Stand { to, .. } => to.words().to_owned(),
            Change::Add(element) => spoken(element),
            Change::Remove(element) => format!("{} taken off", spoken(element)),
            Change::Log { to: Some(passed), .. } => passed.kind.words().to_owned(),
            Change::Log { to: None, .. } => "entry erased".to_owned(),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(", ")
}

fn spoken(element: &Element) -> String {
    match element {
        Element::Blog(blog) => format!("blog {}", blog.title),
        Element::Page(page) => format!("page {page}"),
        Element::Reach(contact) => format!("{} {}", contact.kind.words(), contact.value),
        Element::Tag(tag) => format!("tag {tag}"),
        Element::Circle(circle) => format!("circle {circle}"),
        Element::Card(_) => "address card".to_owned(),
    }
}
