//! What a batch will do, worked out before it is carried out, all of it or nothing.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use super::{
    Store, StoreError,
    index::{self, Noted},
};
use crate::{journal::Stamp, model::BlogId};

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
    Listed = b'q',
    Shelves = b'Q',
    FullTexts = b't',
    Marks = b'k',
    Opened = b'o',
    Habits = b'H',
    Labels = b'l',
    BlogLabels = b'L',
    Mutes = b'u',
    Muted = b'U',
    Links = b'i',
    Standings = b's',
    People = b'P',
    Discovery = b'd',
    // Of caches from before 2026-12: see `older`.
    Heads = b'h',
    Bodies = b'b',
    River = b'r',
    ByBlog = b'p',
}

impl Tree {
    pub(super) const ALL: [Self; 24] = [
        Self::Meta,
        Self::Blogs,
        Self::Subscriptions,
        Self::Aliases,
        Self::Feeds,
        Self::Current,
        Self::Listed,
        Self::Shelves,
        Self::FullTexts,
        Self::Marks,
        Self::Opened,
        Self::Habits,
        Self::Labels,
        Self::BlogLabels,
        Self::Mutes,
        Self::Muted,
        Self::Links,
        Self::Standings,
        Self::People,
        Self::Discovery,
        Self::Heads,
        Self::Bodies,
        Self::River,
        Self::ByBlog,
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
            Self::Listed => "listed",
            Self::Shelves => "shelves",
            Self::Heads => "heads",
            Self::Bodies => "bodies",
            Self::FullTexts => "full_texts",
            Self::Marks => "marks",
            Self::Opened => "opened",
            Self::Habits => "habits",
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

    pub(super) fn commit(self, store: &Store) -> Result<(), StoreError> {
        if self.list.is_empty() {
            return Ok(());
        }
        store.trees.unsynced.store(true, Ordering::Release);
        let noted: Vec<Noted> = self.list.iter().filter(|(tree, ..)| index::is_noted(*tree)).cloned().collect();
        let mut batch = sled::Batch::default();
        for (tree, key, value) in self.list {
            let key = [&[tree.letter()], key.as_slice()].concat();
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        store.trees.db.apply_batch(batch)?;
        store.note(&noted);
        Ok(())
    }
}
