//! Who is near whom by links among the blogs that are known. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Steps of the walk; by then the rest of the rank is below a millionth.
const ROUNDS: usize = 40;
/// How often the walk goes back to where it began.
const RESTART: f64 = 0.2;

/// Links among known blogs, by index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// For each blog those it links to, with the weight of the link.
    pub out: Vec<BTreeMap<usize, f64>>,
    /// For each blog those that link to it.
    pub into: Vec<BTreeMap<usize, f64>>,
}

/// What a link weighs: more the oftener, and more if it is on a blogroll, which somebody chose.
pub fn weight(times: u32, declared: bool) -> f64 {
    1.0 + f64::from(times.max(1)).ln() * 0.5 + if declared { 1.0 } else { 0.0 }
}

impl Graph {
    /// From those that each blog links to.
    pub fn of(out: Vec<BTreeMap<usize, f64>>) -> Self {
        let mut into = vec![BTreeMap::new(); out.len()];
        for (from, links) in out.iter().enumerate() {
            for (&to, &weight) in links {
                into[to].insert(from, weight);
            }
        }
        Self { out, into }
    }

    /// Neighbours in either direction.
    pub fn both(&self, blog: usize) -> BTreeSet<usize> {
        self.out[blog].keys().chain(self.into[blog].keys()).copied().collect()
    }

    /// Common neighbours with `seeds`, those with few neighbours of their own counting more (Adamic & Adar 2003).
    pub fn adamic_adar(&self, seeds: &BTreeSet<usize>) -> Vec<f64> {
        let mut sums = vec![0.0; self.out.len()];
        for &seed in seeds {
            let near = self.both(seed);
            for blog in &near {
                sums[*blog] += 1.0 / (1.0 + near.len() as f64).ln();
            }
        }
        sums
    }

    /// How often a walk along links that begins at the seeds, and now and then returns there, is at each blog
    /// (personalised PageRank, Page et al. 1999). `weighted` prefers strong links; either direction is walked.
    pub fn walk(&self, seeds: &BTreeSet<usize>, weighted: bool) -> Vec<f64> {
        let count = self.out.len();
        let mut start = vec![0.0; count];
        for &seed in seeds {
            start[seed] = 1.0 / seeds.len() as f64;
        }
        let neighbours: Vec<Vec<(usize, f64)>> = (0..count)
            .map(|blog| {
                let mut near: BTreeMap<usize, f64> = BTreeMap::new();
                for (&other, &weight) in self.out[blog].iter().chain(&self.into[blog]) {
                    let kept = near.entry(other).or_default();
                    *kept = if weighted { *kept + weight } else { 1.0 };
                }
                let total: f64 = near.values().sum();
                near.into_iter().map(|(other, weight)| (other, weight / total)).collect()
            })
            .collect();
        let mut rank = start.clone();
        for _ in 0..ROUNDS {
            let mut next: Vec<f64> = start.iter().map(|share| share * RESTART).collect();
            for (blog, near) in neighbours.iter().enumerate().filter(|(blog, _)| rank[*blog] > 0.0) {
                for (to, share) in near {
                    next[*to] += (1.0 - RESTART) * rank[blog] * share;
                }
            }
            rank = next;
        }
        rank
    }

    /// Cosine of the sets of blogs that link to each of two blogs (co-citation, Small 1973).
    pub fn cocitation(&self, a: usize, b: usize) -> f64 {
        let (few, many) = if self.into[a].len() < self.into[b].len() { (a, b) } else { (b, a) };
        let shared = self.into[few].keys().filter(|from| self.into[many].contains_key(from)).count() as f64;
        let sizes = (self.into[a].len() * self.into[b].len()) as f64;
        if sizes > 0.0 { shared / sizes.sqrt() } else { 0.0 }
    }

    /// Whom those choose who chose as the user did: every blog that links to some of `seeds`, or is one, votes for all it
    /// links to and for itself, by the cosine of its choice and the user's. Rarely chosen blogs tell more of a taste.
    /// (Collaborative filtering by user, Herlocker et al. 1999, with blogs as the users.)
    pub fn like_minds(&self, seeds: &BTreeSet<usize>) -> Vec<f64> {
        let count = self.out.len();
        let rarity = |blog: usize| ((1.0 + count as f64) / (1.0 + self.into[blog].len() as f64)).ln();
        let chosen: f64 = seeds.iter().map(|&seed| rarity(seed)).sum();
        let mut votes = vec![0.0; count];
        let voters: BTreeSet<usize> =
            seeds.iter().flat_map(|&seed| self.into[seed].keys().copied().chain([seed])).collect();
        for voter in voters {
            let theirs = || self.out[voter].keys().copied().chain([voter]);
            let shared: f64 = theirs().filter(|blog| seeds.contains(blog)).map(rarity).sum();
            let length = (theirs().map(rarity).sum::<f64>() * chosen).sqrt();
            if length > 0.0 {
                theirs().for_each(|blog| votes[blog] += shared / length);
            }
        }
        votes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(links: &[(usize, usize)]) -> Graph {
        let mut out = vec![BTreeMap::new(); 6];
        for &(from, to) in links {
            out[from].insert(to, weight(1, false));
        }
        Graph::of(out)
    }

    #[test]
    fn who_is_chosen_by_those_who_choose_alike_comes_first() {
        // The user follows 0 and 1. Blog 2 links to both and to 3; blog 4 links to neither, and to 5.
        let graph = graph(&[(2, 0), (2, 1), (2, 3), (4, 5)]);
        let votes = graph.like_minds(&BTreeSet::from([0, 1]));
        assert!(votes[3] > 0.0 && votes[2] > 0.0 && votes[5] == 0.0, "{votes:?}");
    }

    #[test]
    fn a_walk_stays_near_where_it_begins() {
        let graph = graph(&[(0, 1), (1, 2), (3, 4)]);
        for weighted in [false, true] {
            let rank = graph.walk(&BTreeSet::from([0]), weighted);
            assert!(rank[1] > rank[2] && rank[2] > 0.0 && rank[3] == 0.0, "{rank:?}");
        }
        assert!(graph.adamic_adar(&BTreeSet::from([0]))[1] > 0.0);
        assert_eq!(graph.cocitation(1, 2), 0.0);
    }
}
