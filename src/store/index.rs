//! Which posts there are, in memory: where each stands and what is followed. Read from the lists when somebody first asks
//! for a post by its id or for the river, and kept up by every batch; a refresh of blogs that are not looked at needs none.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::PoisonError,
};

use super::{
    Store, StoreError,
    changes::Tree,
    shelves::{self, Row, Slot},
};
use crate::model::{BlogId, PostId, Timestamp};

/// Where a post stands.
#[derive(Clone, Copy, Debug)]
struct Stands {
    time: Timestamp,
    /// Its blog's place among `blogs`.
    blog: u32,
    slot: Slot,
}

#[derive(Default)]
pub(super) struct Index {
    /// In the order of the ids: half the room of a tree.
    posts: Vec<(PostId, Stands)>,
    /// What came since those were read.
    later: BTreeMap<PostId, Stands>,
    blogs: Vec<BlogId>,
    numbers: HashMap<BlogId, u32>,
    followed: HashSet<u32>,
}

/// A change to a table from which the index is made.
pub(super) type Noted = (Tree, Vec<u8>, Option<Vec<u8>>);

/// Whether the index is made from a table.
pub(super) fn is_noted(tree: Tree) -> bool {
    matches!(tree, Tree::Listed | Tree::Subscriptions)
}

impl Index {
    fn read(store: &Store) -> Result<Self, StoreError> {
        let mut index = Self::default();
        let mut posts = Vec::new();
        for entry in &store.trees.listed {
            let (key, value) = entry?;
            index.rows(&key, &value, &mut posts)?;
        }
        posts.sort_unstable_by_key(|(id, _)| *id);
        posts.shrink_to_fit();
        index.posts = posts;
        for entry in &store.trees.subscriptions {
            let (key, value) = entry?;
            index.follow(&key, Some(&value))?;
        }
        Ok(index)
    }

    fn rows(&mut self, key: &[u8], value: &[u8], posts: &mut Vec<(PostId, Stands)>) -> Result<(), StoreError> {
        let Some((blog, shelf)) = shelves::of_key(key) else { return Ok(()) };
        let blog = self.number(blog);
        let rows = shelves::rows(shelf, value)?.into_iter();
        posts.extend(rows.map(|row| (row.id, Stands { time: row.time, blog, slot: row.slot })));
        Ok(())
    }

    fn number(&mut self, blog: BlogId) -> u32 {
        *self.numbers.entry(blog).or_insert_with(|| {
            self.blogs.push(blog);
            self.blogs.len() as u32 - 1
        })
    }

    fn follow(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        let Some(blog) = BlogId::from_slice(key) else { return Ok(()) };
        let number = self.number(blog);
        let register = value.map(super::codec::decode::<super::records::Followed>).transpose()?;
        if register.is_some_and(|register| register.subscription.is_some()) {
            self.followed.insert(number);
        } else {
            self.followed.remove(&number);
        }
        Ok(())
    }

    fn note(&mut self, (tree, key, value): &Noted) -> Result<(), StoreError> {
        match (tree, value) {
            (Tree::Subscriptions, value) => self.follow(key, value.as_deref()),
            (_, Some(value)) => {
                let mut posts = Vec::new();
                self.rows(key, value, &mut posts)?;
                for (id, stands) in posts {
                    match self.posts.binary_search_by_key(&id, |(id, _)| *id) {
                        Ok(at) => self.posts[at].1 = stands,
                        Err(_) => {
                            self.later.insert(id, stands);
                        }
                    }
                }
                Ok(())
            }
            (_, None) => {
                // Posts go with their blog, when somebody is forgotten.
                let number = shelves::of_key(key).map(|(blog, _)| self.number(blog));
                self.posts.retain(|(_, stands)| Some(stands.blog) != number);
                self.later.retain(|_, stands| Some(stands.blog) != number);
                Ok(())
            }
        }
    }

    /// Where a post stands.
    pub(super) fn find(&self, id: PostId) -> Option<(BlogId, Row)> {
        let read = self.posts.binary_search_by_key(&id, |(id, _)| *id).map(|at| &self.posts[at].1);
        let stands = read.ok().or_else(|| self.later.get(&id))?;
        Some((self.blogs[stands.blog as usize], Row { id, time: stands.time, slot: stands.slot }))
    }

    fn each(&self) -> impl Iterator<Item = (PostId, &Stands)> {
        let read = self.posts.iter().map(|(id, stands)| (*id, stands));
        read.chain(self.later.iter().map(|(id, stands)| (*id, stands)))
    }

    /// All posts, in no useful order.
    pub(super) fn ids(&self) -> impl Iterator<Item = PostId> + '_ {
        self.each().map(|(id, _)| id)
    }

    /// The posts of followed blogs with the time that they are sorted by, in no useful order.
    pub(super) fn river(&self) -> impl Iterator<Item = (Timestamp, PostId, BlogId)> + '_ {
        let followed = self.each().filter(|(_, stands)| self.followed.contains(&stands.blog));
        followed.map(|(id, stands)| (stands.time, id, self.blogs[stands.blog as usize]))
    }
}

impl Store {
    /// Asks the index, which is made first if nobody asked before.
    pub(super) fn index<T>(&self, ask: impl FnOnce(&Index) -> T) -> Result<T, StoreError> {
        if let Some(index) = &*self.trees.index.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(ask(index));
        }
        let mut kept = self.trees.index.write().unwrap_or_else(PoisonError::into_inner);
        let index = match kept.take() {
            Some(index) => index,
            None => Index::read(self)?,
        };
        Ok(ask(kept.insert(index)))
    }

    /// Keeps the index up with a batch that was applied. One that was being made meanwhile has it too, or gets it now.
    pub(super) fn note(&self, noted: &[Noted]) {
        if noted.is_empty() {
            return;
        }
        let mut kept = self.trees.index.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = &mut *kept
            && noted.iter().try_for_each(|one| index.note(one)).is_err()
        {
            // What was written by this program can be read; if not, the next who asks is told.
            *kept = None;
        }
    }
}
