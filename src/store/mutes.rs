//! Which posts the muted words hide. The set is kept beside the rules, so that lists and counts look a post up and match
//! nothing.

use std::collections::BTreeSet;

use super::{
    Store, StoreError,
    changes::{Changes, Tree},
    codec,
    records::Muted,
};
use crate::model::{Matcher, MuteRule, Post, PostId};

/// The key of a rule in its tree.
pub(super) fn key(rule: &MuteRule) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&rule.blog.unwrap_or_default().0).update(rule.words.as_str().as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

impl Store {
    /// What is muted, in the order of the words.
    pub fn mutes(&self) -> Result<Vec<MuteRule>, StoreError> {
        let mut rules = Vec::new();
        for value in self.trees.mutes.iter().values() {
            let muted: Muted = codec::decode(&value?)?;
            rules.extend(muted.on.then_some(muted.rule));
        }
        rules.sort();
        Ok(rules)
    }

    /// Rules made ready. One that another version took and this one cannot hides nothing.
    pub(super) fn matchers(&self) -> Result<Vec<Matcher>, StoreError> {
        Ok(self.mutes()?.iter().filter_map(|rule| rule.matcher().ok()).collect())
    }

    pub(super) fn is_muted(&self, id: PostId) -> Result<bool, StoreError> {
        // Most people mute nothing.
        Ok(!self.trees.muted.is_empty() && self.trees.muted.contains_key(id)?)
    }

    pub(super) fn muted(&self) -> impl Iterator<Item = Result<PostId, StoreError>> + use<> {
        self.trees.muted.iter().keys().map(|key| {
            PostId::from_slice(&key?).ok_or_else(|| StoreError::Damaged("a key of a muted post is cut short".into()))
        })
    }

    /// Brings the set up to rules that changed: looks at every post there is.
    pub(super) fn mute_anew(&self, matchers: &[Matcher], changes: &mut Changes) -> Result<(), StoreError> {
        let mut before: BTreeSet<PostId> = self.muted().collect::<Result<_, _>>()?;
        if matchers.is_empty() {
            before.iter().for_each(|id| changes.remove(Tree::Muted, id));
            return Ok(());
        }
        for post in self.all_posts() {
            let post = post?;
            if matchers.iter().any(|matcher| matcher.hides(&post)) && !before.remove(&post.id) {
                changes.put(Tree::Muted, post.id, Vec::new());
            }
        }
        before.iter().for_each(|id| changes.remove(Tree::Muted, id));
        Ok(())
    }

    /// For a post that is new or was edited.
    pub(super) fn mute_one(&self, post: &Post, matchers: &[Matcher], changes: &mut Changes) -> Result<(), StoreError> {
        match (matchers.iter().any(|matcher| matcher.hides(post)), self.is_muted(post.id)?) {
            (true, false) => changes.put(Tree::Muted, post.id, Vec::new()),
            (false, true) => changes.remove(Tree::Muted, post.id),
            _ => {}
        }
        Ok(())
    }
}
