//! From an order to sentences with evidence. A reason stands only if somebody can open the page and read the words.

mod discussions;
mod friends;
mod interests;

use std::collections::HashMap;

use super::{
    Knowledge,
    edges::{Edge, RollLink, Source},
    knowledge::Known,
    rank::Ranked,
    signals::Signals,
};
use crate::{
    feed::SafeHtml,
    model::{Evidence, Plain, Post, PostId, Reason, Suggestion},
    store::{Store, StoreError},
};

/// Pieces of evidence a reason.
const MOST_EVIDENCE: usize = 4;

/// Turns the order into suggestions. Candidates for whom nothing can be shown are left out.
pub fn suggest(
    knowledge: &Knowledge,
    signals: &Signals<'_>,
    ranked: &[Ranked],
    store: &Store,
    limit: usize,
) -> Result<Vec<Suggestion>, StoreError> {
    let mut teller = Teller::new(knowledge, signals, store);
    let mut suggestions = Vec::new();
    for one in ranked {
        if suggestions.len() == limit {
            break;
        }
        let reasons = teller.reasons(one.blog)?;
        if reasons.is_empty() {
            continue;
        }
        let known = &knowledge.blogs[one.blog];
        let mut blog = known.blog.clone();
        blog.author = blog.author.or_else(|| known.person.name.clone());
        suggestions.push(Suggestion {
            rank: suggestions.len() + 1,
            score: one.score,
            blog,
            standing: known.standing,
            reasons,
            red_lines: Vec::new(),
            contact: known.person.contact.clone(),
            posts_per_month: known.profile.posts_per_month(),
            last_post: known.profile.last_post,
        });
    }
    Ok(suggestions)
}

/// Finds the words for reasons, and remembers the texts that it read.
#[derive(Debug)]
pub struct Teller<'a> {
    knowledge: &'a Knowledge,
    signals: &'a Signals<'a>,
    store: &'a Store,
    texts: HashMap<PostId, Plain>,
    /// In how many blogs each phrase is a topic, and in which of the followed ones.
    topics: interests::Topics,
}

impl<'a> Teller<'a> {
    pub fn new(knowledge: &'a Knowledge, signals: &'a Signals<'a>, store: &'a Store) -> Self {
        let topics = interests::Topics::of(knowledge, &signals.followed);
        Self { knowledge, signals, store, texts: HashMap::new(), topics }
    }

    /// All reasons for one blog, the strongest first.
    pub fn reasons(&mut self, blog: usize) -> Result<Vec<Reason>, StoreError> {
        let mut reasons: Vec<Reason> = Vec::new();
        reasons.extend(friends::of(self, blog));
        reasons.extend(discussions::of(self, blog)?);
        reasons.extend(interests::of(self, blog)?);
        reasons.retain(|reason| !reason.evidence.is_empty());
        reasons.sort_by(|a, b| b.strength.total_cmp(&a.strength));
        Ok(reasons)
    }

    fn known(&self, blog: usize) -> &'a Known {
        &self.knowledge.blogs[blog]
    }

    fn text(&mut self, post: PostId) -> Result<Plain, StoreError> {
        if let Some(text) = self.texts.get(&post) {
            return Ok(text.clone());
        }
        let text = SafeHtml::from_stored(self.store.html(post)?.unwrap_or_default()).text();
        self.texts.insert(post, text.clone());
        Ok(text)
    }

    fn post(&self, post: PostId) -> Result<Option<Post>, StoreError> {
        self.store.post(post)
    }
}

fn of_edge(edge: &Edge, source: &Source) -> Evidence {
    let quote = if edge.quote.is_empty() { source.title.clone() } else { edge.quote.clone() };
    Evidence { post_url: source.url.clone(), post_title: source.title.clone(), quote, published: source.published }
}

fn of_roll(link: &RollLink) -> Evidence {
    let quote = if link.text.is_empty() { Plain::line(link.target.host()) } else { link.text.clone() };
    Evidence { post_url: link.page.clone(), post_title: link.page_title.clone(), quote, published: None }
}

/// The newest edges first, so that the freshest evidence is shown.
fn newest_first(found: &mut [(&Edge, &Source)]) {
    found.sort_by_key(|(_, source)| std::cmp::Reverse(source.published));
}

/// `A`, `A and B`, `A, B and 3 more`.
fn list(names: &[&Plain], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(|name| name.as_str()).collect();
    match (names.len(), names.len().saturating_sub(most)) {
        (0, _) => String::new(),
        (1, _) => shown[0].to_owned(),
        (_, 0) => format!("{} and {}", shown[..shown.len() - 1].join(", "), shown[shown.len() - 1]),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}
