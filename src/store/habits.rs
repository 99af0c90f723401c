//! What the user does with the posts of each blog: how many they starred, opened and came to the end of. Kept as a small
//! tally a blog, changed in the batch that carries the act, so that nobody has to look through all marks. That posts were
//! marked read is no part of it: whoever clears a list has read nothing.
//!
//! Only what was done since the taste was last reset is counted. When that changes, or where an earlier version kept no
//! tallies, all are made anew.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    changes::{Changes, Tree},
    codec,
    read::get,
    records::Marks,
    write::Worker,
};
use crate::{
    journal::Stamp,
    model::{Blog, BlogId, PostId},
};

/// The mark that tallies are there.
const COUNTED: &str = "habits";
/// The posts with a star of which it is not known whose they are: a journal is read before posts come back.
const STRAY: &str = "stray_stars";

/// How many of a blog's posts the user starred, opened and came to the end of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    pub starred: u32,
    pub opened: u32,
    pub finished: u32,
}

/// That a post was opened, as a register: the latest moments count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opened {
    blog: BlogId,
    opened: Stamp,
    finished: Option<Stamp>,
}

impl Opened {
    fn of(blog: BlogId, finished: bool, stamp: Stamp) -> Self {
        Self { blog, opened: stamp, finished: finished.then_some(stamp) }
    }

    fn joined(self, other: Self) -> Self {
        let (opened, finished) = (self.opened.max(other.opened), self.finished.max(other.finished));
        Self { opened, finished, ..self }
    }

    /// What it adds to its blog's tally.
    fn counted(self, since: u64) -> (bool, bool) {
        (self.opened.t >= since, self.finished.is_some_and(|finished| finished.t >= since))
    }
}

/// Whether a star counts.
fn is_starred(marks: Marks, since: u64) -> bool {
    marks.starred.is_some_and(|(on, stamp)| on && stamp.t >= since)
}

/// What a batch of records changes of it.
#[derive(Debug, Default)]
pub(super) struct Doing {
    /// Posts whose star may change, with their marks before.
    stars: BTreeMap<PostId, Marks>,
    opened: BTreeMap<PostId, Opened>,
    /// The taste was reset, or that was taken back.
    pub(super) anew: bool,
}

impl Doing {
    /// Marks of posts are about to get a star, or to lose it.
    pub(super) fn star(&mut self, store: &Store, posts: &[PostId]) -> Result<(), StoreError> {
        for &post in posts {
            if let Entry::Vacant(free) = self.stars.entry(post) {
                free.insert(store.marks(post)?);
            }
        }
        Ok(())
    }

    pub(super) fn open(&mut self, post: PostId, blog: BlogId, finished: bool, stamp: Stamp) {
        let now = Opened::of(blog, finished, stamp);
        self.opened.entry(post).and_modify(|before| *before = before.joined(now)).or_insert(now);
    }

    /// `marks` are those that the batch sets.
    pub(super) fn finish(
        self,
        store: &Store,
        marks: &BTreeMap<PostId, Marks>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let since = store.taste_since()?.unwrap_or(0);
        let mut tallies = Tallies::default();
        for (post, now) in self.opened {
            let before: Option<Opened> = get(&store.trees.opened, post)?;
            let now = before.map_or(now, |before| before.joined(now));
            if before == Some(now) {
                continue;
            }
            let had = before.map_or((false, false), |before| before.counted(since));
            let has = now.counted(since);
            let tally = tallies.of(store, now.blog)?;
            count(&mut tally.opened, had.0, has.0);
            count(&mut tally.finished, had.1, has.1);
            changes.put(Tree::Opened, post, codec::encode(&now)?);
        }
        let mut stray = store.stray_stars()?;
        let strays = stray.len();
        let mut is_changed = false;
        for (post, before) in self.stars {
            let Some(now) = marks.get(&post) else { continue };
            let (had, has) = (is_starred(before, since), is_starred(*now, since));
            if had == has {
                continue;
            }
            match store.index(|index| index.find(post))? {
                Some((blog, _)) => count(&mut tallies.of(store, blog)?.starred, had, has),
                None if has => is_changed |= stray.insert(post),
                None => is_changed |= stray.remove(&post),
            }
        }
        if is_changed || strays != stray.len() {
            changes.put(Tree::Meta, STRAY, codec::encode(&stray)?);
        }
        tallies.finish(changes)?;
        if self.anew {
            changes.remove(Tree::Meta, COUNTED);
        }
        Ok(())
    }
}

fn count(number: &mut u32, had: bool, has: bool) {
    *number = (*number + u32::from(has)).saturating_sub(u32::from(had));
}

/// Tallies that a batch changes.
#[derive(Default)]
struct Tallies(BTreeMap<BlogId, Habits>);

impl Tallies {
    fn of(&mut self, store: &Store, blog: BlogId) -> Result<&mut Habits, StoreError> {
        Ok(match self.0.entry(blog) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(get(&store.trees.habits, blog)?.unwrap_or_default()),
        })
    }

    fn finish(self, changes: &mut Changes) -> Result<(), StoreError> {
        for (blog, tally) in self.0 {
            changes.put(Tree::Habits, blog, codec::encode(&tally)?);
        }
        Ok(())
    }
}

impl Store {
    /// What the user did with the posts of each blog since their taste was last reset; nothing of a blog of which they did
    /// nothing.
    pub fn habits(&self) -> Result<BTreeMap<BlogId, Habits>, StoreError> {
        let mut habits = BTreeMap::new();
        for entry in &self.trees.habits {
            let (key, value) = entry?;
            let tally: Habits = codec::decode(&value)?;
            habits.extend(BlogId::from_slice(&key).filter(|_| tally != Habits::default()).map(|id| (id, tally)));
        }
        Ok(habits)
    }

    /// Whether it is known, since the taste was last reset, that a post was opened, or that the user came to its end.
    pub fn was_opened(&self, post: PostId, finished: bool) -> Result<bool, StoreError> {
        let since = self.taste_since()?.unwrap_or(0);
        let kept: Option<Opened> = get(&self.trees.opened, post)?;
        Ok(kept.map(|kept| kept.counted(since)).is_some_and(|(opened, to_end)| opened && (to_end || !finished)))
    }

    fn stray_stars(&self) -> Result<BTreeSet<PostId>, StoreError> {
        Ok(get(&self.trees.meta, STRAY)?.unwrap_or_default())
    }

    /// Posts of a blog came in: stars that waited for them are counted.
    pub(super) fn find_strays(
        &self,
        blog: &Blog,
        posts: impl Iterator<Item = PostId>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let mut stray = self.stray_stars()?;
        if stray.is_empty() {
            return Ok(());
        }
        let found = posts.filter(|post| stray.remove(post)).count() as u32;
        if found > 0 {
            let mut tallies = Tallies::default();
            tallies.of(self, blog.id)?.starred += found;
            tallies.finish(changes)?;
            changes.put(Tree::Meta, STRAY, codec::encode(&stray)?);
        }
        Ok(())
    }
}

impl Worker {
    /// Makes all tallies anew, where none are there or the taste was reset. It looks at every mark, once.
    pub(super) fn count_habits(&mut self) -> Result<(), StoreError> {
        let store = &self.store;
        if store.trees.meta.contains_key(COUNTED)? {
            return Ok(());
        }
        let since = store.taste_since()?.unwrap_or(0);
        let mut changes = Changes::default();
        let (mut tallies, mut stray) = (Tallies::default(), BTreeSet::new());
        for key in store.trees.habits.iter().keys() {
            tallies.0.extend(BlogId::from_slice(&key?).map(|blog| (blog, Habits::default())));
        }
        for entry in &store.trees.marks {
            let (key, value) = entry?;
            let Some(post) = PostId::from_slice(&key) else { continue };
            if !is_starred(codec::decode(&value)?, since) {
                continue;
            }
            match store.index(|index| index.find(post))? {
                Some((blog, _)) => tallies.0.entry(blog).or_default().starred += 1,
                None => drop(stray.insert(post)),
            }
        }
        for entry in &store.trees.opened {
            let kept: Opened = codec::decode(&entry?.1)?;
            let (opened, finished) = kept.counted(since);
            let tally = tallies.0.entry(kept.blog).or_default();
            count(&mut tally.opened, false, opened);
            count(&mut tally.finished, false, finished);
        }
        tallies.finish(&mut changes)?;
        changes.put(Tree::Meta, STRAY, codec::encode(&stray)?);
        changes.put(Tree::Meta, COUNTED, codec::encode(&())?);
        changes.commit(store)
    }
}
