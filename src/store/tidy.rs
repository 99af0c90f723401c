//! Giving room back: a pack of which little counts any more is emptied into the newest one and deleted.
//!
//! Without it, a cache in which posts are edited and followed for years would keep every version of them.

use super::{
    StoreError,
    changes::{Changes, Tree},
    codec,
    write::Worker,
};

/// Bodies that are moved at once; less than a pack has room for in memory.
const AT_ONCE: usize = 500;

impl Worker {
    /// Empties one pack, if one is worth it. Killed in between, nothing is lost: bodies have moved or they have not.
    pub(super) fn tidy(&mut self) -> Result<(), StoreError> {
        self.packing.wasteful().map_or(Ok(()), |pack| self.empty(pack))
    }

    /// Empties a pack; the one that is written to is let be.
    pub(super) fn empty(&mut self, pack: u32) -> Result<(), StoreError> {
        if self.packing.accounts.keys().next_back() == Some(&pack) || !self.packing.accounts.contains_key(&pack) {
            return Ok(());
        }
        let store = self.store.clone();
        let mut live = Vec::new();
        for found in store.places() {
            let (blog, slot, place) = found?;
            if place.pack == pack {
                live.push(((blog, slot), place));
            }
        }
        live.sort_by_key(|(_, place)| (place.at, place.start));
        for part in live.chunks(AT_ONCE) {
            let mut bodies = Vec::with_capacity(part.len());
            for (whose, place) in part {
                let body = store.trees.packs.read(*place)?;
                bodies.push((*whose, body.ok_or_else(|| StoreError::Damaged("a pack is missing".into()))?));
                self.packing.forget(*place);
            }
            let mut changes = Changes::default();
            store.replace(&self.packing.add(&bodies)?.into_iter().collect(), &mut changes)?;
            changes.put(Tree::Meta, "packs", codec::encode(&self.packing.accounts)?);
            changes.commit(&store)?;
        }
        // The new places must be on the disk before the old ones are gone from it.
        store.sync()?;
        self.packing.accounts.remove(&pack);
        let mut changes = Changes::default();
        changes.put(Tree::Meta, "packs", codec::encode(&self.packing.accounts)?);
        changes.commit(&store)?;
        store.trees.packs.remove(pack)
    }
}
