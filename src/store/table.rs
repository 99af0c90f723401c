//! Tables that share sled's one tree: each has a letter that its keys begin with. A batch over several trees would have to
//! be a transaction, which looks at every key before it writes it; over one tree it need not be.

use sled::IVec;

use super::changes::Tree;

#[derive(Clone)]
pub(super) struct Table {
    tree: sled::Tree,
    letter: u8,
}

impl Table {
    pub(super) fn new(db: &sled::Db, name: Tree) -> Self {
        Self { tree: sled::Tree::clone(db), letter: name.letter() }
    }

    pub(super) fn get(&self, key: impl AsRef<[u8]>) -> sled::Result<Option<IVec>> {
        self.tree.get(self.key(key.as_ref()))
    }

    pub(super) fn contains_key(&self, key: impl AsRef<[u8]>) -> sled::Result<bool> {
        self.tree.contains_key(self.key(key.as_ref()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(super) fn iter(&self) -> Entries {
        self.scan_prefix([])
    }

    /// The entries whose keys begin with `prefix`, in the order of the keys.
    pub(super) fn scan_prefix(&self, prefix: impl AsRef<[u8]>) -> Entries {
        Entries(self.tree.scan_prefix(self.key(prefix.as_ref())))
    }

    fn key(&self, key: &[u8]) -> Vec<u8> {
        let mut whole = Vec::with_capacity(key.len() + 1);
        whole.push(self.letter);
        whole.extend_from_slice(key);
        whole
    }
}

impl IntoIterator for &Table {
    type Item = sled::Result<(IVec, IVec)>;
    type IntoIter = Entries;

    fn into_iter(self) -> Entries {
        self.iter()
    }
}

/// Entries of a table, without its letter.
pub(super) struct Entries(sled::Iter);

impl Entries {
    pub(super) fn keys(self) -> impl DoubleEndedIterator<Item = sled::Result<IVec>> {
        self.map(|entry| entry.map(|(key, _)| key))
    }

    pub(super) fn values(self) -> impl DoubleEndedIterator<Item = sled::Result<IVec>> {
        self.map(|entry| entry.map(|(_, value)| value))
    }
}

fn without_letter((key, value): (IVec, IVec)) -> (IVec, IVec) {
    let length = key.len().saturating_sub(1);
    (key.subslice(key.len() - length, length), value)
}

impl Iterator for Entries {
    type Item = sled::Result<(IVec, IVec)>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map(without_letter))
    }
}

impl DoubleEndedIterator for Entries {
    fn next_back(&mut self) -> Option<Self::Item> {
        Some(self.0.next_back()?.map(without_letter))
    }
}

/// Moves what lies in trees of their own, as it did before 2026-12, into the one. Killed in between, it begins again.
pub(super) fn gather(db: &sled::Db) -> sled::Result<()> {
    const AT_ONCE: usize = 1000;
    let names = db.tree_names();
    for (name, old) in
        Tree::ALL.iter().map(|name| (*name, name.old_name())).filter(|(_, old)| names.iter().any(|is| is == old))
    {
        let (from, to) = (db.open_tree(old)?, Table::new(db, name));
        let mut batch = sled::Batch::default();
        for (number, entry) in from.iter().enumerate() {
            let (key, value) = entry?;
            batch.insert(to.key(&key), value);
            if number % AT_ONCE == AT_ONCE - 1 {
                db.apply_batch(std::mem::take(&mut batch))?;
            }
        }
        db.apply_batch(batch)?;
        db.flush()?;
        db.drop_tree(old)?;
    }
    Ok(())
}
