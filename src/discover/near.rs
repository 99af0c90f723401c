//! What is reckoned once of everything that is known, when the data change, so that a suggestion only combines: who links
//! to whom, the signals of each blog, and how common their phrases and pages are. Texts are [`crate::text::key`]s.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::{
    graph::{Graph, Seeds},
    signals::Values,
};
use crate::model::{BlogId, Plain, Timestamp};

/// Nearness (0..=1) of each blog to each of the seeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    pub(super) seeds: usize,
    pub(super) values: Vec<f32>,
}

impl Pairs {
    /// To all seeds, in their order. Nobody is near themselves.
    pub fn row(&self, blog: usize) -> &[f32] {
        &self.values[blog * self.seeds..(blog + 1) * self.seeds]
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
    /// How even the pauses between its posts are (0..=1); `None` for fewer than four dated posts.
    pub steady: Option<f32>,
}

/// Whom of the seeds a blog is near to, as far as reasons ask.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// The nearest by words, as index into [`Near::facts`], and how near, 0..=1; `None` if nobody is.
    pub by_words: Option<(usize, f32)>,
    /// Those who link to pages that it links to, a dozen with whom it shares most at most, by index, ascending.
    pub by_pages: Vec<usize>,
    /// How much it writes about the topics that the user named, 0..=1.
    pub wanted: f32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Of all blogs with a profile, sorted by id.
    pub facts: Vec<Facts>,
    /// Indices of those that are followed, ascending, without the user's own.
    pub followed: Vec<usize>,
    /// Indices of the user's own blogs, followed or not, ascending.
    pub own: Vec<usize>,
    /// What suggestions start from: those that are followed and the user's own, each with what it counts.
    pub seeds: Seeds,
    pub graph: Graph,
    /// The signals of each blog.
    pub values: Vec<Values>,
    /// The same as they were if a part of those who are followed were not, for each part ([`super::blend`]); empty where
    /// too few are followed.
    pub without: Vec<Vec<Values>>,
    pub nearest: Vec<Nearest>,
    /// Whoever of the seeds writes most about a topic: index into `facts`, and in how many posts.
    pub topics: BTreeMap<u32, (usize, u32)>,
    /// In how many blogs a topic of a seed is one.
    pub documents: BTreeMap<u32, u32>,
    /// How many blogs link to a page that a seed links to.
    pub linkers: BTreeMap<u32, u32>,
    /// Words of names.
    pub names: BTreeSet<u32>,
    /// Topics that the user named.
    pub wanted: Vec<Plain>,
    /// The newest post of all: what "lately" is reckoned from, so that the clock has no part in it.
    pub newest: Option<Timestamp>,
    /// By the words of their posts. This and what follows is there only while signals are reckoned.
    #[serde(skip)]
    pub text: Pairs,
    /// How much each blog writes about the topics that the user named, 0..=1.
    #[serde(skip)]
    pub about: Vec<f32>,
    /// By the sites that both link to.
    #[serde(skip)]
    pub sites: Pairs,
    /// By the pages that both link to.
    #[serde(skip)]
    pub pages: Pairs,
    /// By the pages that both linked to within weeks.
    #[serde(skip)]
    pub talks: Pairs,
    /// Of the topics of each blog, the share that nobody who is followed has; `None` for a blog with few topics.
    #[serde(skip)]
    pub new_topics: Vec<Option<f32>>,
}

impl Near {
    pub fn position(&self, id: BlogId) -> Option<usize> {
        self.facts.binary_search_by(|facts| facts.id.cmp(&id)).ok()
    }

    /// Whether it is the user's own.
    pub fn is_own(&self, blog: usize) -> bool {
        self.own.binary_search(&blog).is_ok()
    }

    /// Whether it is followed, or the user's own.
    pub fn is_seed(&self, blog: usize) -> bool {
        self.seeds.contains_key(&blog)
    }
}
