//! The links that a post has: what it answers and where it was taken from, which is stored, and those in its text, which
//! lie there already. Stored twice they took as much room as a third of the texts.

use super::{Store, StoreError, read::get};
use crate::{
    feed::SafeHtml,
    model::{Link, LinkKind, PageUrl, Plain, PostId},
};

/// Links of one post that are looked at.
const MOST: usize = 500;
/// Characters of the words that are linked.
const LONGEST_WORDS: usize = 120;

/// What a post says beside its text that it answers or was taken from, and what its text links to, in order, with
/// repeats.
pub fn links_of(beside: &[Link], html: &SafeHtml) -> Vec<Link> {
    let mentions = html.links().into_iter().filter_map(|(target, words)| {
        let words: String = words.as_str().chars().take(LONGEST_WORDS).collect();
        Some(Link { target: PageUrl::parse(&target).ok()?, text: Plain::line(&words), kind: LinkKind::Mention })
    });
    let links = beside.iter().filter(|link| link.kind != LinkKind::Comments).cloned();
    links.chain(mentions).take(MOST).collect()
}

/// The links among others that do not stand in the text, and the feed of the comments.
pub(super) fn beside(links: Vec<Link>) -> Vec<Link> {
    links.into_iter().filter(|link| link.kind != LinkKind::Mention).take(MOST).collect()
}

impl Store {
    /// The feed of the comments on a post, where the feed that brought it names one.
    pub fn comments_feed(&self, id: PostId) -> Result<Option<PageUrl>, StoreError> {
        let stored: Vec<Link> = get(&self.trees.links, id)?.unwrap_or_default();
        Ok(stored.into_iter().find(|link| link.kind == LinkKind::Comments).map(|link| link.target))
    }

    /// The links of a post, what it answers first.
    pub fn links(&self, id: PostId) -> Result<Vec<Link>, StoreError> {
        self.links_in(id, &self.html(id)?.unwrap_or_default())
    }

    /// The same where the text is at hand.
    pub fn links_in(&self, id: PostId, html: &str) -> Result<Vec<Link>, StoreError> {
        let stored: Vec<Link> = get(&self.trees.links, id)?.unwrap_or_default();
        // As caches from before have them.
        if stored.iter().any(|link| link.kind == LinkKind::Mention) {
            return Ok(stored);
        }
        Ok(links_of(&beside(stored), &SafeHtml::from_stored(html.to_owned())))
    }
}
