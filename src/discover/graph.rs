//! Who is near whom by links: the blogs that are known, and what each links to. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Knowledge;
use crate::model::address::page_key;

/// Steps of the walk; by then the rest of the rank is below a millionth.
const ROUNDS: usize = 40;
/// How often the walk goes back to where it began.
const RESTART: f64 = 0.2;

/// Links among known blogs, by index into [`Knowledge::blogs`], and to everything else.
#[derive(Debug, Default)]
pub struct Graph {
    /// For each blog those it links to, with the weight of the link.
    pub out: Vec<BTreeMap<usize, f64>>,
    /// For each blog those that link to it.
    pub into: Vec<BTreeMap<usize, f64>>,
    /// For each blog all sites that it links to, known or not.
    pub sites: Vec<BTreeSet<String>>,
    /// For each blog the pages of others that its posts link to, by page key.
    pub pages: Vec<BTreeSet<String>>,
    /// How many blogs link to a site or a page.
    pub linkers: HashMap<String, usize>,
}

impl Graph {
    pub fn of(knowledge: &Knowledge) -> Self {
        let count = knowledge.blogs.len();
        let mut graph = Self {
            out: vec![BTreeMap::new(); count],
            into: vec![BTreeMap::new(); count],
            sites: vec![BTreeSet::new(); count],
            pages: vec![BTreeSet::new(); count],
            linkers: HashMap::new(),
        };
        for (from, known) in knowledge.blogs.iter().enumerate() {
            let mut mentions: BTreeMap<&str, (u32, bool)> = BTreeMap::new();
            for edge in &known.edges.edges {
                graph.pages[from].insert(page_key(edge.target.url()));
                if let Some(site) = &edge.site {
                    mentions.entry(site).or_default().0 += 1;
                }
            }
            for link in &known.roll.links {
                let (count, declared) = mentions.entry(&link.site).or_default();
                *count += u32::from(link.declared);
                *declared |= link.declared;
            }
            for (site, (count, declared)) in mentions {
                if count == 0 {
                    continue;
                }
                graph.sites[from].insert(site.to_owned());
                let weight = 1.0 + f64::from(count).ln() * 0.5 + if declared { 1.0 } else { 0.0 };
                if let Some(to) = knowledge.at_site(site).filter(|to| *to != from) {
                    let kept = graph.out[from].entry(to).or_default();
                    *kept = kept.max(weight);
                }
            }
        }
        for from in 0..count {
            for (&to, &weight) in &graph.out[from] {
                graph.into[to].insert(from, weight);
            }
            for key in graph.sites[from].iter().chain(&graph.pages[from]) {
                *graph.linkers.entry(key.clone()).or_default() += 1;
            }
        }
        graph
    }

    /// Neighbours in either direction.
    pub fn both(&self, blog: usize) -> BTreeSet<usize> {
        self.out[blog].keys().chain(self.into[blog].keys()).copied().collect()
    }

    /// Common neighbours with `seeds`, those with few neighbours of their own counting more (Adamic & Adar 2003).
    pub fn adamic_adar(&self, blog: usize, seeds: &BTreeSet<usize>) -> f64 {
        let near = self.both(blog);
        near.iter().filter(|z| seeds.contains(z)).map(|&z| 1.0 / (1.0 + self.both(z).len() as f64).ln()).sum()
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
                let weight = |near: &usize| {
                    let strong = self.out[blog].get(near).copied().unwrap_or(0.0)
                        + self.into[blog].get(near).copied().unwrap_or(0.0);
                    if weighted { strong } else { 1.0 }
                };
                let near: Vec<(usize, f64)> = self.both(blog).iter().map(|near| (*near, weight(near))).collect();
                let total: f64 = near.iter().map(|(_, weight)| weight).sum();
                near.into_iter().map(|(near, weight)| (near, weight / total)).collect()
            })
            .collect();
        let mut rank = start.clone();
        for _ in 0..ROUNDS {
            let mut next: Vec<f64> = start.iter().map(|share| share * RESTART).collect();
            for (blog, near) in neighbours.iter().enumerate() {
                for (to, share) in near {
                    next[*to] += (1.0 - RESTART) * rank[blog] * share;
                }
            }
            rank = next;
        }
        rank
    }

    /// Cosine of two sets of keys, rare keys counting more.
    pub fn overlap<'a>(&self, a: &'a BTreeSet<String>, b: &'a BTreeSet<String>) -> f64 {
        let total = self.out.len() as f64;
        let weight = |key: &String| {
            let linkers = self.linkers.get(key).copied().unwrap_or(1) as f64;
            ((1.0 + total) / linkers).ln().max(0.0).powi(2)
        };
        let length = |set: &BTreeSet<String>| set.iter().map(weight).sum::<f64>().sqrt();
        let shared: f64 = a.intersection(b).map(weight).sum();
        let lengths = length(a) * length(b);
        if lengths > 0.0 { shared / lengths } else { 0.0 }
    }

    /// Cosine of the sets of blogs that link to each of two blogs (co-citation, Small 1973).
    pub fn cocitation(&self, a: usize, b: usize) -> f64 {
        let shared = self.into[a].keys().filter(|from| self.into[b].contains_key(from)).count() as f64;
        let sizes = (self.into[a].len() * self.into[b].len()) as f64;
        if sizes > 0.0 { shared / sizes.sqrt() } else { 0.0 }
    }
}
