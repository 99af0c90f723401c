//! Numbers about a candidate, each with its meaning. Pure functions of what is known; a larger number always speaks
//! for the candidate.

use std::collections::BTreeSet;

use super::{Knowledge, graph::Graph};
use crate::text::vector::{Frequencies, Vector};

/// Terms that more than this share of the blogs use part nobody from anybody.
const TOO_COMMON: f64 = 0.6;
/// How many signals there are.
pub const COUNT: usize = 14;

/// The signals in the order in which [`Signals::of`] gives them.
pub const NAMES: [&str; COUNT] = [
    "linked by followed",
    "strength of those links",
    "adamic-adar",
    "walk over links",
    "walk over strong links",
    "links to followed",
    "linked by the same",
    "links to the same sites",
    "discusses the same pages",
    "known among all",
    "topics of all you follow",
    "topics of the nearest three",
    "topics of the nearest",
    "same language",
];

/// Everything that is reckoned once for a user, and the numbers a candidate.
#[derive(Debug)]
pub struct Signals<'a> {
    knowledge: &'a Knowledge,
    pub graph: Graph,
    pub followed: BTreeSet<usize>,
    pub vectors: Vec<Vector>,
    centre: Vector,
    walk: Vec<f64>,
    strong_walk: Vec<f64>,
    languages: BTreeSet<String>,
}

impl<'a> Signals<'a> {
    pub fn reckon(knowledge: &'a Knowledge) -> Self {
        let graph = Graph::of(knowledge);
        let followed: BTreeSet<usize> = knowledge.followed().collect();
        let vectors = vectors(knowledge);
        let centre = Vector::mean(followed.iter().map(|&blog| &vectors[blog]));
        let language = |&blog: &usize| knowledge.blogs[blog].profile.language.clone();
        Self {
            centre,
            walk: graph.walk(&followed, false),
            strong_walk: graph.walk(&followed, true),
            languages: followed.iter().filter_map(language).collect(),
            knowledge,
            graph,
            followed,
            vectors,
        }
    }

    /// The numbers of one blog.
    pub fn of(&self, blog: usize) -> [f64; COUNT] {
        let graph = &self.graph;
        let from_followed: Vec<f64> = graph.into[blog]
            .iter()
            .filter(|(from, _)| self.followed.contains(from))
            .map(|(_, weight)| *weight)
            .collect();
        let mut nearness: Vec<f64> =
            self.followed.iter().map(|&f| self.vectors[blog].cosine(&self.vectors[f])).collect();
        nearness.sort_by(|a, b| b.total_cmp(a));
        let best_three = &nearness[..nearness.len().min(3)];
        let mean = |numbers: &mut dyn Iterator<Item = f64>| {
            let (mut sum, mut count) = (0.0, 0);
            for number in numbers {
                sum += number;
                count += 1;
            }
            if count > 0 { sum / f64::from(count) } else { 0.0 }
        };
        let known = &self.knowledge.blogs[blog];
        let same_language = known.profile.language.as_ref().is_none_or(|language| self.languages.contains(language));
        [
            from_followed.len() as f64,
            from_followed.iter().sum::<f64>(),
            graph.adamic_adar(blog, &self.followed),
            self.walk[blog].sqrt(),
            self.strong_walk[blog].sqrt(),
            (graph.out[blog].keys().filter(|to| self.followed.contains(to)).count() as f64).sqrt(),
            mean(&mut self.followed.iter().map(|&f| graph.cocitation(blog, f))),
            mean(&mut self.followed.iter().map(|&f| graph.overlap(&graph.sites[blog], &graph.sites[f]))),
            mean(&mut self.followed.iter().map(|&f| graph.overlap(&graph.pages[blog], &graph.pages[f]))),
            (1.0 + graph.into[blog].len() as f64).ln(),
            self.vectors[blog].cosine(&self.centre),
            mean(&mut best_three.iter().copied()),
            nearness.first().copied().unwrap_or(0.0),
            f64::from(u8::from(same_language)),
        ]
    }
}

/// The weighed term vectors of all blogs.
pub fn vectors(knowledge: &Knowledge) -> Vec<Vector> {
    let frequencies = Frequencies::of(knowledge.blogs.iter().map(|known| &known.profile.terms));
    knowledge.blogs.iter().map(|known| frequencies.weigh(&known.profile.terms, TOO_COMMON)).collect()
}
