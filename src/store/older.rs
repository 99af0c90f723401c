//! Caches from before 2026-12, in which a post had entries of its own: its head by its blog and time, its whereabouts by
//! its id, its place in the river. They move to shelves when the cache is opened.

use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    changes::{Changes, Tree},
    codec,
    packs::Place,
    shelves::Shelving,
    table::Table,
    write::Worker,
};
use crate::model::{BlogId, Post, PostId, Timestamp};

/// Posts that move at once, and keys that are cleared at once.
const AT_ONCE: usize = 1000;
/// The version of a head with enclosures, which come last.
pub(super) const HEAD: u8 = 2;
/// The version of a post's whereabouts. Version 1 was its text, packed alone.
pub(super) const WHEREABOUTS: u8 = 2;

/// What stood under the id of a post.
#[derive(Serialize, Deserialize)]
pub(super) struct Whereabouts {
    pub(super) blog: BlogId,
    pub(super) time: Timestamp,
    pub(super) place: Option<Place>,
}

enum Text {
    None,
    Alone(String),
    Packed(Place),
}

struct Tables {
    heads: Table,
    bodies: Table,
    river: Table,
    by_blog: Table,
}

impl Tables {
    fn of(store: &Store) -> Self {
        let table = |name| Table::new(&store.trees.db, name);
        Self {
            heads: table(Tree::Heads),
            bodies: table(Tree::Bodies),
            river: table(Tree::River),
            by_blog: table(Tree::ByBlog),
        }
    }

    fn post(&self, id: PostId, by_blog: &[u8]) -> Result<Option<Post>, StoreError> {
        // Before heads stood by their blogs, nothing stood there.
        let head = if by_blog.is_empty() { self.heads.get(id)? } else { Some(by_blog.into()) };
        head.map(|head| decode_head(&head)).transpose()
    }

    fn text(&self, id: PostId) -> Result<Text, StoreError> {
        let Some(bytes) = self.bodies.get(id)? else { return Ok(Text::None) };
        if bytes.first() != Some(&WHEREABOUTS) {
            return codec::decompress(&bytes).map(Text::Alone);
        }
        let found: Whereabouts = codec::decode_as(WHEREABOUTS, &bytes)?;
        Ok(found.place.map_or(Text::None, Text::Packed))
    }
}

fn decode_head(bytes: &[u8]) -> Result<Post, StoreError> {
    match bytes.split_first() {
        // An empty list is a zero.
        Some((&version, rest)) if version < HEAD => codec::decode_as(HEAD, &[&[HEAD], rest, &[0]].concat()),
        _ => codec::decode_as(HEAD, bytes),
    }
}

impl Worker {
    /// Moves all posts of an older cache. Killed in between, it goes on with those that have not moved.
    pub(super) fn shelve_older(&mut self) -> Result<(), StoreError> {
        let store = self.store.clone();
        let tables = Tables::of(&store);
        let mut keys = tables.by_blog.iter().peekable();
        while let Some(first) = keys.next() {
            let mut run = vec![first?];
            let blog = BlogId::from_slice(&run[0].0[..16.min(run[0].0.len())]);
            let is_same = |entry: &sled::Result<(sled::IVec, sled::IVec)>| {
                entry.as_ref().is_ok_and(|(key, _)| blog.is_some_and(|blog| key.starts_with(&blog.0)))
            };
            while run.len() < AT_ONCE
                && let Some(next) = keys.next_if(is_same)
            {
                run.push(next?);
            }
            self.shelve(&tables, blog.unwrap_or_default(), &run)?;
        }
        for (name, table) in
            [(Tree::River, &tables.river), (Tree::Heads, &tables.heads), (Tree::Bodies, &tables.bodies)]
        {
            clear(&store, name, table)?;
        }
        Ok(())
    }

    fn shelve(&mut self, tables: &Tables, blog: BlogId, run: &[(sled::IVec, sled::IVec)]) -> Result<(), StoreError> {
        let store = self.store.clone();
        let mut changes = Changes::default();
        let mut shelving = Shelving::of(&store, blog)?;
        // Oldest first, as they came.
        for (key, head) in run.iter().rev() {
            changes.remove(Tree::ByBlog, key);
            let Some(id) = key.len().checked_sub(16).and_then(|start| PostId::from_slice(&key[start..])) else {
                continue;
            };
            changes.remove(Tree::Heads, id);
            changes.remove(Tree::Bodies, id);
            let Some(post) = tables.post(id, head)? else { continue };
            let place = match tables.text(id)? {
                Text::None => None,
                Text::Packed(place) => Some(place),
                Text::Alone(html) => self.packing.add(&[(id, html)])?.first().map(|(_, place)| *place),
            };
            shelving.put(&post, place)?;
        }
        shelving.finish(&mut self.packer, &mut changes)?;
        changes.put(Tree::Meta, "packs", codec::encode(&self.packing.accounts)?);
        changes.commit(&store)
    }
}

fn clear(store: &Store, name: Tree, table: &Table) -> Result<(), StoreError> {
    let mut changes = Changes::default();
    for key in table.iter().keys() {
        changes.remove(name, key?);
        if changes.list.len() == AT_ONCE {
            std::mem::take(&mut changes).commit(store)?;
        }
    }
    changes.commit(store)
}
