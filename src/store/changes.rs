//! What a batch will do, worked out before the transaction, which only carries it out.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use sled::{
    Transactional,
    transaction::{ConflictableTransactionError, TransactionError},
};

use super::{Store, StoreError, keys};
use crate::{
    journal::Stamp,
    model::{BlogId, Post},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tree {
    Meta,
    Blogs,
    Subscriptions,
    Aliases,
    Feeds,
    Current,
    Heads,
    Bodies,
    FullTexts,
    Marks,
    Labels,
    BlogLabels,
    Mutes,
    Muted,
    River,
    ByBlog,
    Links,
    Standings,
    People,
    Discovery,
}

/// What a batch will do, worked out before the transaction, which only carries it out.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) list: Vec<(Tree, Vec<u8>, Option<Vec<u8>>)>,
    /// Stamps of registers that this batch has set already.
    pub(super) stamps: BTreeMap<(Tree, BlogId), Stamp>,
}

impl Changes {
    pub(super) fn put(&mut self, tree: Tree, key: impl AsRef<[u8]>, value: Vec<u8>) {
        self.list.push((tree, key.as_ref().to_vec(), Some(value)));
    }

    pub(super) fn stamp(&self, tree: Tree, blog: BlogId) -> Option<Stamp> {
        self.stamps.get(&(tree, blog)).copied()
    }

    pub(super) fn remove(&mut self, tree: Tree, key: impl AsRef<[u8]>) {
        self.list.push((tree, key.as_ref().to_vec(), None));
    }

    /// Lists a post by its blog, with its head, and in the river if somebody follows it.
    pub(super) fn list_post(&mut self, post: &Post, followed: bool, head: Vec<u8>) {
        let time = post.sort_time();
        self.put(Tree::ByBlog, keys::by_blog(post.blog, time, post.id), head);
        if followed {
            self.put(Tree::River, keys::river(time, post.id), post.blog.0.to_vec());
        }
    }

    pub(super) fn unlist(&mut self, post: &Post) {
        let time = post.sort_time();
        self.remove(Tree::ByBlog, keys::by_blog(post.blog, time, post.id));
        self.remove(Tree::River, keys::river(time, post.id));
    }

    pub(super) fn commit(self, store: &Store) -> Result<(), StoreError> {
        if self.list.is_empty() {
            return Ok(());
        }
        store.trees.unsynced.store(true, Ordering::Release);
        let mut names: Vec<Tree> = self.list.iter().map(|(tree, ..)| *tree).collect();
        names.sort();
        names.dedup();
        let trees: Vec<sled::Tree> = names.iter().map(|name| store.tree(*name).clone()).collect();
        let outcome = trees.as_slice().transaction(|views| {
            for (tree, key, value) in &self.list {
                // `names` holds every tree of the list.
                let Ok(at) = names.binary_search(tree) else { continue };
                match value {
                    Some(value) => views[at].insert(key.as_slice(), value.as_slice())?,
                    None => views[at].remove(key.as_slice())?,
                };
            }
            Ok::<(), ConflictableTransactionError<()>>(())
        });
        outcome.map_err(|error| match error {
            TransactionError::Storage(error) => error.into(),
            TransactionError::Abort(()) => StoreError::Damaged("a batch was given up".into()),
        })
    }
}

impl Store {
    pub(super) fn tree(&self, name: Tree) -> &sled::Tree {
        let trees = &self.trees;
        match name {
            Tree::Meta => &trees.meta,
            Tree::Blogs => &trees.blogs,
            Tree::Subscriptions => &trees.subscriptions,
            Tree::Aliases => &trees.aliases,
            Tree::Feeds => &trees.feeds,
            Tree::Current => &trees.current,
            Tree::Heads => &trees.heads,
            Tree::Bodies => &trees.bodies,
            Tree::FullTexts => &trees.full_texts,
            Tree::Marks => &trees.marks,
            Tree::Labels => &trees.labels,
            Tree::BlogLabels => &trees.blog_labels,
            Tree::Mutes => &trees.mutes,
            Tree::Muted => &trees.muted,
            Tree::River => &trees.river,
            Tree::ByBlog => &trees.by_blog,
            Tree::Links => &trees.links,
            Tree::Standings => &trees.standings,
            Tree::People => &trees.people,
            Tree::Discovery => &trees.discovery,
        }
    }
}
