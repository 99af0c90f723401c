//! The links that a post has: what it answers, which is stored, and those in its text, which lie there already. Stored
//! twice they took as much room as a third of the texts.

use super::{Store, StoreError, read::get};
use crate::{
    feed::SafeHtml,
    model::{Link, LinkKind, PageUrl, Plain, PostId},
};

/// Links of one post that are looked at.
const MOST: usize = 500;
/// Characters of the words that are linked.
const LONGEST_WORDS: usize = 120;

/// What a post answers and what its text links to, in order, with repeats.
pub fn links_of(answers: &[PageUrl], html: &SafeHtml) -> Vec<Link> {
    let answers =
        answers.iter().map(|target| Link { target: target.clone(), text: Plain::default(), kind: LinkKind::Reply });
    let mentions = html.links().into_iter().filter_map(|(target, words)| {
        let words: String = words.as_str().chars().take(LONGEST_WORDS).collect();
        Some(Link { target: PageUrl::parse(&target).ok()?, text: Plain::line(&words), kind: LinkKind::Mention })
    });
    answers.chain(mentions).take(MOST).collect()
}

/// The links of [`LinkKind::Reply`] among others.
pub(super) fn answers(links: Vec<Link>) -> Vec<PageUrl> {
    links.into_iter().filter(|link| link.kind == LinkKind::Reply).map(|link| link.target).collect()
}

impl Store {
    /// The links of a post, what it answers first.
    pub fn links(&self, id: PostId) -> Result<Vec<Link>, StoreError> {
        let stored: Vec<Link> = get(&self.trees.links, id)?.unwrap_or_default();
        if stored.iter().any(|link| link.kind != LinkKind::Reply) {
            return Ok(stored);
        }
        let html = SafeHtml::from_stored(self.html(id)?.unwrap_or_default());
        Ok(links_of(&answers(stored), &html))
    }
}
