//! What is reckoned once of everything that is known, when the data change, so that a suggestion only combines: who links
//! to whom, how near each blog is to each that is followed, and how common their phrases and pages are.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use crate::model::{BlogId, Timestamp};

/// Nearness (0..=1) of each blog to each that is followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    pub(super) followed: usize,
    pub(super) values: Vec<f32>,
}

impl Pairs {
    /// To all that are followed, in their order. Nobody is near themselves.
    pub fn row(&self, blog: usize) -> &[f32] {
        &self.values[blog * self.followed..(blog + 1) * self.followed]
    }
}

/// What is known of one blog beside its links.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub id: BlogId,
    pub has_posts: bool,
    /// Whether it is no person's, or of somebody who is shown already.
    pub aside: bool,
    pub language: Option<String>,
    pub last_post: Option<Timestamp>,
    /// Whether it has words to compare.
    pub has_words: bool,
    /// Whether it publishes a way to reach the person.
    pub reachable: bool,
    /// In which share of its posts it names another person's site, or answers them; `None` without posts.
    pub answers: Option<f32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Of all blogs with a profile, sorted by id.
    pub facts: Vec<Facts>,
    /// Indices of those that are followed, ascending.
    pub followed: Vec<usize>,
    pub graph: Graph,
    /// By the words of their posts.
    pub text: Pairs,
    /// By the sites that both link to.
    pub sites: Pairs,
    /// By the pages that both link to.
    pub pages: Pairs,
    /// By the pages that both linked to within weeks.
    pub talks: Pairs,
    /// In how many blogs a phrase of somebody followed is a topic, by [`crate::text::hash`] of its stems.
    pub documents: BTreeMap<u64, u32>,
    /// How many blogs link to a page that somebody followed links to, by [`crate::text::hash`] of its key.
    pub linkers: BTreeMap<u64, u32>,
    /// Words of names that stand in phrases of those who are followed.
    pub names: BTreeSet<String>,
    /// The newest post of all: what "lately" is reckoned from, so that the clock has no part in it.
    pub newest: Option<Timestamp>,
}

impl Near {
    pub fn position(&self, id: BlogId) -> Option<usize> {
        self.facts.binary_search_by(|facts| facts.id.cmp(&id)).ok()
    }
}
