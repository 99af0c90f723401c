//! What a batch will do, worked out before it is carried out, all of it or nothing.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use super::{Store, StoreError, keys};
use crate::{
    journal::Stamp,
    model::{BlogId, Post},
};

/// The tables; each with the letter that its keys begin with on the disk, so none of them ever changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Tree {
    Meta = b'm',
    Blogs = b'B',
    Subscriptions = b'S',
    Aliases = b'a',
    Feeds = b'f',
    Current = b'c',
    Heads = b'h',
    Bodies = b'b',
    FullTexts = b't',
    Marks = b'k',
    Labels = b'l',
    BlogLabels = b'L',
    Mutes = b'u',
    Muted = b'U',
    River = b'r',
    ByBlog = b'p',
    Links = b'i',
    Standings = b's',
    People = b'P',
    Discovery = b'd',
}

impl Tree {
    pub(super) const ALL: [Self; 20] = [
        Self::Meta,
        Self::Blogs,
        Self::Subscriptions,
        Self::Aliases,
        Self::Feeds,
        Self::Current,
        Self::Heads,
        Self::Bodies,
        Self::FullTexts,
        Self::Marks,
        Self::Labels,
        Self::BlogLabels,
        Self::Mutes,
        Self::Muted,
        Self::River,
        Self::ByBlog,
        Self::Links,
        Self::Standings,
        Self::People,
        Self::Discovery,
    ];

    pub(super) fn letter(self) -> u8 {
        self as u8
    }

    /// The tree of its own that it had in caches from before 2026-12.
    pub(super) fn old_name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Blogs => "blogs",
            Self::Subscriptions => "subscriptions",
            Self::Aliases => "aliases",
            Self::Feeds => "feeds",
            Self::Current => "current",
            Self::Heads => "heads",
            Self::Bodies => "bodies",
            Self::FullTexts => "full_texts",
            Self::Marks => "marks",
            Self::Labels => "labels",
            Self::BlogLabels => "blog_labels",
            Self::Mutes => "mutes",
            Self::Muted => "muted",
            Self::River => "river",
            Self::ByBlog => "by_blog",
            Self::Links => "links",
            Self::Standings => "standings",
            Self::People => "people",
            Self::Discovery => "discovery",
        }
    }
}

/// What a batch will do.
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
        let mut batch = sled::Batch::default();
        for (tree, key, value) in self.list {
            let key = [&[tree.letter()], key.as_slice()].concat();
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        Ok(store.trees.db.apply_batch(batch)?)
    }
}
