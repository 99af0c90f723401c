//! Who is near whom by links among the blogs that are known. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Steps of the walk; by then the rest of the rank is below a millionth.
const ROUNDS: usize = 40;
/// How often the walk goes back to where it began.
const RESTART: f64 = 0.2;

/// What suggestions start from, by index, each with what it counts: 1 unless something is known of it.
pub type Seeds = BTreeMap<usize, f64>;

/// What the seeds count together; 1 where there are none, so that nothing is divided by nothing.
pub fn total(weights: impl Iterator<Item = f64>) -> f64 {
    let total: f64 = weights.sum();
    if total > 0.0 { total } else { 1.0 }
}

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
    pub fn adamic_adar(&self, seeds: &Seeds) -> Vec<f64> {
        let mut sums = vec![0.0; self.out.len()];
        for (&seed, weight) in seeds {
            let near = self.both(seed);
            for blog in &near {
                sums[*blog] += weight / (1.0 + near.len() as f64).ln();
            }
        }
        sums
    }

    /// For each blog the weighed mean over the seeds of the cosine of the sets of blogs that link to it and to a seed
    /// (co-citation, Small 1973).
    pub fn cocitation(&self, seeds: &Seeds) -> Vec<f64> {
        // What each linker adds to whomever it links to: the weight over the length of each seed's set that it is in.
        let mut adds = vec![0.0; self.out.len()];
        for (&seed, weight) in seeds {
            let length = (self.into[seed].len() as f64).sqrt();
            self.into[seed].keys().for_each(|linker| adds[*linker] += weight / length);
        }
        let total = total(seeds.values().copied());
        let of = |into: &BTreeMap<usize, f64>| {
            let shared: f64 = into.keys().map(|linker| adds[*linker]).sum();
            shared / (into.len() as f64).sqrt().max(1.0) / total
        };
        self.into.iter().map(of).collect()
    }

    /// For each blog what those who link to it, and it itself, are esteemed, summed.
    pub fn votes(&self, esteem: &[f64]) -> Vec<f64> {
        let of =
            |(into, own): (&BTreeMap<usize, f64>, &f64)| own + into.keys().map(|voter| esteem[*voter]).sum::<f64>();
        self.into.iter().zip(esteem).map(of).collect()
    }

    /// Whom those choose who chose as the user did: every blog that links to some of `seeds`, or is one, votes for all it
    /// links to and for itself, by the cosine of its choice and the user's. Rarely chosen blogs tell more of a taste.
    /// (Collaborative filtering by user, Herlocker et al. 1999, with blogs as the users.)
    pub fn like_minds(&self, seeds: &Seeds) -> Vec<f64> {
        let count = self.out.len();
        let rarity = |blog: usize| ((1.0 + count as f64) / (1.0 + self.into[blog].len() as f64)).ln();
        let chosen: f64 = seeds.iter().map(|(&seed, weight)| weight * weight * rarity(seed)).sum();
        let mut votes = vec![0.0; count];
        let voters: BTreeSet<usize> =
            seeds.keys().flat_map(|&seed| self.into[seed].keys().copied().chain([seed])).collect();
        for voter in voters {
            let theirs = || self.out[voter].keys().copied().chain([voter]);
            let shared: f64 = theirs().filter_map(|blog| Some(seeds.get(&blog)? * rarity(blog))).sum();
            let length = (theirs().map(rarity).sum::<f64>() * chosen).sqrt();
            if length > 0.0 {
                theirs().for_each(|blog| votes[blog] += shared / length);
            }
        }
        votes
    }
}

/// Walks along links in either direction, over all links alike and preferring strong ones.
#[derive(Debug)]
pub struct Walkers {
    pub alike: Walker,
    pub strong: Walker,
}

impl Walkers {
    pub fn of(graph: &Graph) -> Self {
        Self { alike: Walker::of(graph, false), strong: Walker::of(graph, true) }
    }
}

/// One way of choosing the next step.
#[derive(Debug)]
pub struct Walker {
    /// For each blog where its neighbours begin; one more for the end.
    begins: Vec<usize>,
    /// A neighbour, and how likely the next step leads there.
    steps: Vec<(u32, f64)>,
}

impl Walker {
    fn of(graph: &Graph, strong: bool) -> Self {
        let mut walker = Self { begins: vec![0], steps: Vec::new() };
        for blog in 0..graph.out.len() {
            let mut near: BTreeMap<usize, f64> = BTreeMap::new();
            for (&other, &weight) in graph.out[blog].iter().chain(&graph.into[blog]) {
                let kept = near.entry(other).or_default();
                *kept = if strong { *kept + weight } else { 1.0 };
            }
            let total: f64 = near.values().sum();
            walker.steps.extend(near.into_iter().map(|(other, weight)| (other as u32, weight / total)));
            walker.begins.push(walker.steps.len());
        }
        walker
    }

    /// How often a walk that begins at the seeds, and now and then returns there, is at each blog (personalised PageRank,
    /// Page et al. 1999).
    pub fn walk(&self, seeds: &Seeds) -> Vec<f64> {
        let mut start = vec![0.0; self.begins.len() - 1];
        let total = total(seeds.values().copied());
        for (&seed, weight) in seeds {
            start[seed] = weight / total;
        }
        let mut rank = start.clone();
        for _ in 0..ROUNDS {
            let mut next: Vec<f64> = start.iter().map(|share| share * RESTART).collect();
            for (blog, ends) in self.begins.windows(2).enumerate().filter(|(blog, _)| rank[*blog] > 0.0) {
                for (to, share) in &self.steps[ends[0]..ends[1]] {
                    next[*to as usize] += (1.0 - RESTART) * rank[blog] * share;
                }
            }
            rank = next;
        }
        rank
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seeds that all count the same.
    fn alike(seeds: &[usize]) -> Seeds {
        seeds.iter().map(|seed| (*seed, 1.0)).collect()
    }

    fn graph(links: &[(usize, usize)]) -> Graph {
        let mut out = vec![BTreeMap::new(); 6];
        for &(from, to) in links {
            out[from].insert(to, weight(1, false));
        }
        Graph::of(out)
    }

    #[test]
    fn whoever_is_linked_has_the_esteem_of_who_links_and_their_own() {
        let graph = graph(&[(0, 3), (1, 3), (1, 4), (3, 1)]);
        assert_eq!(graph.votes(&[1.0, 0.5, 0.25, 0.125, 0.0, 0.0]), [1.0, 0.625, 0.25, 1.625, 0.5, 0.0]);
    }

    #[test]
    fn who_is_chosen_by_those_who_choose_alike_comes_first() {
        // The user follows 0 and 1. Blog 2 links to both and to 3; blog 4 links to neither, and to 5.
        let graph = graph(&[(2, 0), (2, 1), (2, 3), (4, 5)]);
        let votes = graph.like_minds(&alike(&[0, 1]));
        assert!(votes[3] > 0.0 && votes[2] > 0.0 && votes[5] == 0.0, "{votes:?}");
    }

    #[test]
    fn a_walk_stays_near_where_it_begins() {
        let graph = graph(&[(0, 1), (1, 2), (3, 4)]);
        let walkers = Walkers::of(&graph);
        for walker in [&walkers.alike, &walkers.strong] {
            let rank = walker.walk(&alike(&[0]));
            assert!(rank[1] > rank[2] && rank[2] > 0.0 && rank[3] == 0.0, "{rank:?}");
        }
        assert!(graph.adamic_adar(&alike(&[0]))[1] > 0.0);
        assert_eq!(graph.cocitation(&alike(&[1]))[2], 0.0);
    }

    #[test]
    fn who_is_linked_by_the_same_is_near_by_the_cosine_of_their_linkers() {
        // Blogs 0 and 1 are linked by 3 and 4, blog 2 by 4 and 5.
        let graph = graph(&[(3, 0), (4, 0), (3, 1), (4, 1), (4, 2), (5, 2)]);
        let near = graph.cocitation(&alike(&[0]));
        assert!((near[1] - 1.0).abs() < 1e-9 && (near[2] - 0.5).abs() < 1e-9 && near[3] == 0.0, "{near:?}");
        let near = graph.cocitation(&alike(&[0, 2]));
        assert!((near[1] - 0.75).abs() < 1e-9, "{near:?}");
    }

    /// Forty blogs that link to each other in no order.
    fn tangle() -> Graph {
        let mut out = vec![BTreeMap::new(); 40];
        for (from, links) in out.iter_mut().enumerate() {
            for step in [1, 7, from % 11 + 2, from * from % 13 + 3] {
                let to = (from + step) % 40;
                if to != from {
                    links.insert(to, weight(step as u32, step % 2 == 0));
                }
            }
        }
        Graph::of(out)
    }

    #[test]
    fn seeds_that_all_count_one_change_no_bit() {
        // As it was reckoned before seeds had weights, and as the weights of signals were measured.
        let (graph, seeds) = (tangle(), [3, 8, 9, 21, 34]);
        let count = seeds.len() as f64;
        let mut adamic_adar = vec![0.0; 40];
        for seed in seeds {
            let near = graph.both(seed);
            near.iter().for_each(|blog| adamic_adar[*blog] += 1.0 / (1.0 + near.len() as f64).ln());
        }
        assert_eq!(graph.adamic_adar(&alike(&seeds)), adamic_adar);
        let mut adds = vec![0.0; 40];
        for seed in seeds {
            let length = (graph.into[seed].len() as f64).sqrt();
            graph.into[seed].keys().for_each(|linker| adds[*linker] += 1.0 / length);
        }
        let cocited = graph.into.iter().map(|into| {
            let shared: f64 = into.keys().map(|linker| adds[*linker]).sum();
            shared / (into.len() as f64).sqrt().max(1.0) / count
        });
        assert_eq!(graph.cocitation(&alike(&seeds)), cocited.collect::<Vec<f64>>());
        let rarity = |blog: usize| (41.0 / (1.0 + graph.into[blog].len() as f64)).ln();
        let chosen: f64 = seeds.iter().map(|seed| rarity(*seed)).sum();
        let mut votes = vec![0.0; 40];
        let voters: BTreeSet<usize> =
            seeds.iter().flat_map(|&seed| graph.into[seed].keys().copied().chain([seed])).collect();
        for voter in voters {
            let theirs: Vec<usize> = graph.out[voter].keys().copied().chain([voter]).collect();
            let shared: f64 = theirs.iter().filter(|blog| seeds.contains(blog)).map(|blog| rarity(*blog)).sum();
            let length = (theirs.iter().map(|blog| rarity(*blog)).sum::<f64>() * chosen).sqrt();
            theirs.iter().for_each(|blog| votes[*blog] += shared / length);
        }
        assert_eq!(graph.like_minds(&alike(&seeds)), votes);
        let walker = Walkers::of(&graph).strong;
        let mut start = vec![0.0; 40];
        seeds.iter().for_each(|seed| start[*seed] = 1.0 / count);
        let mut rank = start.clone();
        for _ in 0..ROUNDS {
            let mut next: Vec<f64> = start.iter().map(|share| share * RESTART).collect();
            for (blog, ends) in walker.begins.windows(2).enumerate().filter(|(blog, _)| rank[*blog] > 0.0) {
                for (to, share) in &walker.steps[ends[0]..ends[1]] {
                    next[*to as usize] += (1.0 - RESTART) * rank[blog] * share;
                }
            }
            rank = next;
        }
        assert_eq!(walker.walk(&alike(&seeds)), rank);
    }

    #[test]
    fn a_seed_that_counts_more_has_more_of_everything() {
        let graph = tangle();
        let (even, first) = (alike(&[3, 21]), Seeds::from([(3, 2.0), (21, 0.5)]));
        // A blog that only the first of the two leads to, in either direction.
        let near = |seed: usize| graph.both(seed);
        let only = *near(3).difference(&near(21)).next().expect("their neighbours differ");
        assert!(graph.adamic_adar(&first)[only] > graph.adamic_adar(&even)[only]);
        let walker = Walkers::of(&graph).alike;
        assert!(walker.walk(&first)[3] > walker.walk(&even)[3]);
        assert!((walker.walk(&first).iter().sum::<f64>() - 1.0).abs() < 1e-9, "all of a walk is somewhere");
        assert!(graph.cocitation(&first)[3] > graph.cocitation(&even)[3]);
        assert!(graph.like_minds(&first)[3] > graph.like_minds(&even)[3]);
    }
}
