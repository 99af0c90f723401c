//! Giving room back: a pack of which little counts any more is emptied into the newest one and deleted.
//!
//! Without it, a cache in which posts are edited and followed for years would keep every version of them.

use super::{
    StoreError,
    changes::{Changes, Tree},
    codec::{self, Body},
    write::Worker,
};

/// Bodies that are moved at once; less than a pack has room for in memory.
const AT_ONCE: usize = 500;

impl Worker {
    /// Empties one pack, if one is worth it. Killed in between, nothing is lost: bodies have moved or they have not.
    pub(super) fn tidy(&mut self) -> Result<(), StoreError> {
        let Some(pack) = self.packing.wasteful() else { return Ok(()) };
        let store = self.store.clone();
        let mut live = Vec::new();
        for entry in &store.trees.bodies {
            let (key, value) = entry?;
            if let Body::Packed(place) = codec::body(&value)?
                && place.pack == pack
                && let Some(id) = crate::model::PostId::from_slice(&key)
            {
                live.push((id, place));
            }
        }
        live.sort_by_key(|(_, place)| (place.at, place.start));
        for part in live.chunks(AT_ONCE) {
            let mut changes = Changes::default();
            let mut bodies = Vec::with_capacity(part.len());
            for (id, place) in part {
                let body = store.trees.packs.read(*place)?;
                bodies.push((*id, body.ok_or_else(|| StoreError::Damaged("a pack is missing".into()))?));
                self.packing.forget(*place);
            }
            self.pack(&bodies, &mut changes)?;
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
