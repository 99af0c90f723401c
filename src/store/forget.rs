//! Forgetting somebody: this device's journal and archive are written anew without them, and the cache loses them.
//!
//! The journal comes first. Whoever is killed in between finds the wish in the journal, not in the store, and does all
//! of it again.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError, archive,
    changes::{Changes, Tree},
    codec,
    read::get,
    write::{Worker, WriteError},
};
use crate::{
    journal::{Act, Stamp},
    model::{BlogId, Forget, PersonId, PostId, Trace},
};

/// The mark that nothing changed since all blogs were reckoned together ([`Store::reckoned`]). It goes with anybody of them.
pub const RECKONED: &[u8] = b"reckoned";
/// The mark that it was told who is whose other blog, as of which followed blogs. It goes with anybody who is forgotten.
pub const TOLD_APART: &[u8] = b"told-apart";
/// Where what was reckoned lay before it had a file of its own.
const ONCE_RECKONED: &[u8] = b"near";
/// Where the wishes are kept among the store's own facts.
const FORGOTTEN: &str = "forgotten";

/// All wishes to be forgotten, with when they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forgotten(Vec<(Stamp, Forget)>);

impl Forgotten {
    pub fn holds(&self, trace: &Trace) -> bool {
        self.since(trace).is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Since when somebody is forgotten: the last wish counts.
    fn since(&self, trace: &Trace) -> Option<Stamp> {
        self.0.iter().filter(|(_, forget)| forget.holds(trace)).map(|(stamp, _)| *stamp).max()
    }

    pub(super) fn add(&mut self, stamp: Stamp, forget: &Forget) {
        if !self.0.iter().any(|(known, _)| *known == stamp) {
            self.0.push((stamp, forget.clone()));
        }
    }

    /// Whether an act brings somebody back who is forgotten. Only the user's later word does, by following them.
    pub(super) fn forbids(&self, act: &Act, stamp: Stamp) -> bool {
        let is_person = |id: &PersonId| self.holds(&Trace::Person(*id));
        match act {
            Act::Follow(subscription) => self.since(&Trace::Blog(subscription.blog)).is_some_and(|since| stamp < since),
            Act::Unfollow { of, .. } | Act::Move { of, .. } => {
                self.since(&Trace::Blog(*of)).is_some_and(|since| stamp < since)
            }
            Act::Stand { of, .. } => self.holds(&Trace::Blog(of.id)),
            Act::Opened { blog, .. } => self.since(&Trace::Blog(*blog)).is_some_and(|since| stamp < since),
            Act::Person { of, .. } => is_person(of),
            Act::Merge { of, into, .. } => is_person(of) || into.as_ref().is_some_and(is_person),
            _ => false,
        }
    }
}

impl Store {
    /// Whether nothing changed since what is reckoned of all was reckoned, or began to be.
    pub(super) fn is_reckoned(&self) -> Result<bool, StoreError> {
        Ok(self.trees.discovery.contains_key(RECKONED)?)
    }

    pub fn forgotten(&self) -> Result<Forgotten, StoreError> {
        Ok(get(&self.trees.meta, FORGOTTEN)?.unwrap_or_default())
    }
}

/// What goes.
#[derive(Default)]
struct Doomed {
    blogs: BTreeSet<BlogId>,
    people: BTreeSet<PersonId>,
    posts: HashSet<PostId>,
}

impl Doomed {
    /// What is left of an act; `None` if nothing is.
    fn without(&self, mut act: Act) -> Option<Act> {
        let is_blog = |id: &BlogId| self.blogs.contains(id);
        let is_person = |id: &PersonId| self.people.contains(id);
        match &mut act {
            Act::Follow(subscription) if is_blog(&subscription.blog) => return None,
            Act::Unfollow { of, .. } | Act::Move { of, .. } if is_blog(of) => return None,
            Act::Stand { of, .. } if is_blog(&of.id) => return None,
            Act::Opened { blog, .. } if is_blog(blog) => return None,
            Act::Person { of, .. } if is_person(of) => return None,
            Act::Merge { of, into, .. } if is_person(of) || into.as_ref().is_some_and(is_person) => return None,
            Act::Read { of, .. } | Act::Star { of, .. } | Act::Tag { of, .. } | Act::Hide { of, .. } => {
                of.retain(|post| !self.posts.contains(post));
                if of.is_empty() {
                    return None;
                }
            }
            Act::TagBlog { of, .. } => {
                of.retain(|blog| !is_blog(blog));
                if of.is_empty() {
                    return None;
                }
            }
            _ => {}
        }
        Some(act)
    }
}

impl Worker {
    /// Makes these wishes true of everything that this device keeps.
    pub(super) fn forget(&mut self, forgotten: &Forgotten, changes: &mut Changes) -> Result<(), WriteError> {
        let doomed = self.doomed(forgotten)?;
        // The file will be shorter: whoever is killed in between must read all of it, and not from somewhere within.
        let mut positions = self.store.positions()?;
        positions.remove(&self.journal.position().0);
        let mut before = Changes::default();
        before.put(Tree::Meta, "positions", codec::encode(&positions)?);
        before.commit(&self.store)?;
        self.store.sync()?;
        self.journal.rewrite(|act| doomed.without(act))?;
        archive::rewrite(&self.archive, |one| !doomed.blogs.contains(&one.blog.id))?;
        for &blog in &doomed.blogs {
            self.purge(blog)?;
        }
        let mut beside = Changes::default();
        for person in &doomed.people {
            beside.remove(Tree::People, person);
        }
        for key in self.store.trees.discovery.iter().keys() {
            let key = key.map_err(StoreError::from)?;
            if [RECKONED, ONCE_RECKONED, TOLD_APART].contains(&key.as_ref()) || is_about(&key, forgotten, &doomed) {
                beside.remove(Tree::Discovery, &key);
            }
        }
        beside.commit(&self.store)?;
        self.store.forget_reckoned()?;
        changes.put(Tree::Meta, FORGOTTEN, codec::encode(forgotten)?);
        Ok(())
    }

    fn doomed(&self, forgotten: &Forgotten) -> Result<Doomed, StoreError> {
        let mut doomed = Doomed::default();
        let trees = &self.store.trees;
        for tree in [&trees.blogs, &trees.subscriptions, &trees.standings, &trees.feeds] {
            for key in tree.iter().keys() {
                let Some(id) = BlogId::from_slice(&key?) else { continue };
                // Whoever is followed again since is not unknown any more.
                let since = forgotten.since(&Trace::Blog(id));
                let again = self.store.subscription(id)?.and(self.store.followed_stamp(id)?);
                if since.is_some_and(|since| again.is_none_or(|again| again < since)) {
                    doomed.blogs.insert(id);
                }
            }
        }
        for key in trees.people.iter().keys() {
            doomed.people.extend(PersonId::from_slice(&key?).filter(|id| forgotten.holds(&Trace::Person(*id))));
        }
        for &blog in &doomed.blogs {
            for post in self.store.posts_of(blog) {
                doomed.posts.insert(post?);
            }
        }
        Ok(doomed)
    }

    /// Takes a blog and its posts out of the cache, and their texts out of their packs.
    fn purge(&mut self, blog: BlogId) -> Result<(), WriteError> {
        let store = self.store.clone();
        let mut changes = Changes::default();
        let mut packs = BTreeSet::new();
        for found in store.each_of(blog, store.rows_of(blog)?) {
            let found = found?;
            if let Some(place) = found.place {
                self.packing.forget(place);
                packs.insert(place.pack);
            }
            for tree in [Tree::FullTexts, Tree::Marks, Tree::Opened, Tree::Labels, Tree::Muted, Tree::Links] {
                changes.remove(tree, found.post.id);
            }
        }
        for key in store.trees.listed.scan_prefix(blog).keys() {
            let key = key.map_err(StoreError::from)?;
            changes.remove(Tree::Listed, &key);
            changes.remove(Tree::Shelves, &key);
        }
        for tree in [
            Tree::Blogs,
            Tree::Subscriptions,
            Tree::Feeds,
            Tree::Current,
            Tree::Standings,
            Tree::BlogLabels,
            Tree::Habits,
        ] {
            changes.remove(tree, blog);
        }
        for entry in store.trees.aliases.iter() {
            let (key, _) = entry.map_err(StoreError::from)?;
            let alias: Option<super::records::Alias> = get(&store.trees.aliases, &key)?;
            if alias.is_some_and(|alias| alias.of == blog) {
                changes.remove(Tree::Aliases, &key);
            }
        }
        changes.put(Tree::Meta, "packs", codec::encode(&self.packing.accounts)?);
        changes.commit(&store)?;
        for pack in packs {
            self.empty(pack)?;
        }
        Ok(())
    }
}

/// Whether a key of discovery's tree is of somebody who goes.
fn is_about(key: &[u8], forgotten: &Forgotten, doomed: &Doomed) -> bool {
    let Some(slash) = key.iter().position(|byte| *byte == b'/') else { return false };
    let of = &key[slash + 1..];
    if BlogId::from_slice(of).is_some_and(|id| doomed.blogs.contains(&id)) {
        return true;
    }
    let Ok(name) = std::str::from_utf8(of) else { return false };
    match (name.strip_prefix("home of "), name.strip_prefix("post ")) {
        (Some(blog), _) => doomed.blogs.iter().any(|id| id.to_string() == blog),
        (_, Some(post)) => doomed.posts.iter().any(|id| id.to_string() == post),
        _ => forgotten.holds(&Trace::Site(name.to_owned())),
    }
}
