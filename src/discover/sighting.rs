//! What links mean for the frontier: who speaks for a site, in which branch, and how much each link is worth. Pure.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

use super::{
    Knowledge,
    edges::{Edges, Roll, own_sites},
    frontier::{self, Frontier, Linker},
    knowledge::Known,
};
use crate::model::LinkKind;

/// All links of a blog, by its trust.
pub fn see(frontier: &mut Frontier, linker: &Linker, known: &Known, trust: f64) {
    see_edges(frontier, linker, &known.edges, trust);
    see_roll(frontier, linker, &known.roll, trust);
}

pub fn see_edges(frontier: &mut Frontier, linker: &Linker, edges: &Edges, trust: f64) {
    let mut seen = HashSet::new();
    let newest = edges.sources.iter().filter_map(|source| source.published).max();
    for edge in &edges.edges {
        if let Some(site) = &edge.site {
            let worth = match edge.kind {
                LinkKind::Reply => frontier::REPLY,
                LinkKind::Source => frontier::SOURCE,
                LinkKind::Comment => frontier::COMMENT,
                LinkKind::Mention | LinkKind::Blogroll | LinkKind::Page => frontier::MENTION,
                LinkKind::Comments => continue,
            };
            let written = edges.sources.get(edge.source as usize).and_then(|source| source.published);
            let age = newest.zip(written).map_or(Duration::ZERO, |(newest, written)| newest.since(written));
            // A post that names one blog ten times names it once.
            if seen.insert((site, edge.source)) {
                let worth = worth * trust * frontier::fading(age) * frontier::personal(edge.target.url());
                frontier.saw(linker, site, edge.target.url(), worth);
            }
        }
    }
}

pub fn see_roll(frontier: &mut Frontier, linker: &Linker, roll: &Roll, trust: f64) {
    for link in &roll.links {
        let worth = if link.declared { frontier::DECLARED } else { frontier::PAGE };
        frontier.saw(linker, &link.site, link.target.url(), worth * trust);
    }
}

/// In which branch each blog was found, see [`Frontier`]: `None` for the followed and the user's own; the blog itself for those that they
/// link to, and for those whom nobody known links to.
pub fn branches(knowledge: &Knowledge) -> Vec<Option<String>> {
    let mut at_site: HashMap<String, usize> = HashMap::new();
    for (index, known) in knowledge.blogs.iter().enumerate() {
        at_site.extend(own_sites(&known.blog).into_iter().map(|site| (site, index)));
    }
    let own_branch = |index: usize| own_sites(&knowledge.blogs[index].blog).into_iter().min();
    let mut branches: Vec<Option<String>> = vec![None; knowledge.blogs.len()];
    let mut reached: Vec<bool> = knowledge.blogs.iter().map(Known::is_theirs).collect();
    let mut waiting: VecDeque<usize> = (0..reached.len()).filter(|index| reached[*index]).collect();
    while let Some(from) = waiting.pop_front() {
        let known = &knowledge.blogs[from];
        let in_posts = known.edges.edges.iter().filter_map(|edge| edge.site.as_ref());
        for site in in_posts.chain(known.roll.links.iter().map(|link| &link.site)) {
            if let Some(&to) = at_site.get(site).filter(|to| !reached[**to]) {
                reached[to] = true;
                branches[to] = if known.is_theirs() { own_branch(to) } else { branches[from].clone() };
                waiting.push_back(to);
            }
        }
    }
    for index in (0..branches.len()).filter(|index| !reached[*index]) {
        branches[index] = own_branch(index);
    }
    branches
}
