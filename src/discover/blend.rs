//! Which mixture of signals orders the candidates. The shipped one was fitted to real blogrolls; from eight blogs on that
//! somebody follows, their own list decides among it and others: some of the list is hidden, and the blend that finds it
//! best is taken (for lists of friends that is the one of links, for lists by subject that of words). Pure, and without lot.

use std::collections::BTreeSet;

use super::{
    near::Near,
    rank::{score, standardise},
    signals::{COUNT, Lane, MEANINGS, Values},
};

/// What each signal counts, in the order of [`MEANINGS`]: set by hand, and moved towards a regression on whom bloggers of
/// a test set link to, half of their links hidden (docs/suggestions.md). Those of manner have no part in that: that
/// somebody writes, answers and can be reached does not show in blogrolls; nor have those that make room for the lesser
/// known and for what is new.
pub const SHIPPED: [f64; COUNT] = [
    0.02, 0.1, 0.01, 0.01, 0.05, 0.01, 0.1, 0.3, 0.2, 0.08, 0.03, 0.02, 0.02, 0.05, 0.15, 0.1, 0.01, 0.04, 0.005, 0.06,
    0.005, 0.01, 0.01,
];

/// From how many followed blogs on their own list decides.
pub const ENOUGH: usize = 8;
/// The list is hidden in so many parts, one after the other.
const PARTS: usize = 4;
/// The shipped blend stays unless another finds so much more: with few blogs, small differences are chance.
const MARGIN: f64 = 0.03;
/// What the lanes of each blend count, as factors of the shipped weights.
const BLENDS: [(&str, f64, f64); 4] =
    [("shipped", 1.0, 1.0), ("people around you", 1.3, 0.4), ("new voices", 0.5, 1.6), ("voices alone", 0.1, 2.0)];

/// A blend and how it came to be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Blend {
    pub name: &'static str,
    pub weights: [f64; COUNT],
    /// What each blend found of what was hidden (0..=1), in the order in which they were tried; empty where too few are
    /// followed to try.
    pub tried: Vec<(&'static str, f64)>,
}

fn weights((_, people, voices): (&str, f64, f64)) -> [f64; COUNT] {
    std::array::from_fn(|signal| {
        SHIPPED[signal]
            * match MEANINGS[signal].lane {
                Lane::People => people,
                Lane::Voices => voices,
                Lane::Manner => 1.0,
            }
    })
}

/// The parts of the list that are hidden, one after the other; none if too few are followed.
pub fn parts(followed: &[usize]) -> Vec<Vec<usize>> {
    let count = if followed.len() < ENOUGH { 0 } else { PARTS };
    (0..count).map(|part| followed.iter().copied().skip(part).step_by(PARTS).collect()).collect()
}

/// The blend that finds most of what the user follows already, if they follow enough to tell.
pub fn choose(near: &Near, candidates: &[usize]) -> Blend {
    let mut tried = Vec::new();
    let hidden = parts(&near.followed);
    if !hidden.is_empty() {
        let parts: Vec<Part> =
            hidden.iter().zip(&near.without).map(|(hidden, values)| hide(values, candidates, hidden)).collect();
        tried.extend(BLENDS.map(|blend| (blend.0, found(&parts, &weights(blend)))));
    }
    let shipped = tried.first().map_or(0.0, |(_, found)| *found);
    let mut best = (0, shipped + MARGIN);
    for (place, (_, found)) in tried.iter().enumerate().skip(1) {
        if *found > best.1 {
            best = (place, *found);
        }
    }
    Blend { name: BLENDS[best.0].0, weights: weights(BLENDS[best.0]), tried }
}

/// Candidates as they would look if a part of the list were not followed, and which of them are that part.
struct Part {
    standards: Vec<[f64; COUNT]>,
    hidden: Vec<bool>,
}

/// `without` are the signals of all blogs as they are while the part is hidden.
fn hide(without: &[Values], candidates: &[usize], hidden: &[usize]) -> Part {
    let all: BTreeSet<usize> = candidates.iter().chain(hidden).copied().collect();
    let values: Vec<Values> = all.iter().map(|&blog| without[blog]).collect();
    let hidden: BTreeSet<usize> = hidden.iter().copied().collect();
    Part { standards: standardise(&values), hidden: all.iter().map(|blog| hidden.contains(blog)).collect() }
}

/// Discounted gain (Järvelin & Kekäläinen 2002) of the hidden ones in the order of these weights, mean over the parts.
fn found(parts: &[Part], weights: &[f64; COUNT]) -> f64 {
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let of_part = |part: &Part| {
        let mut order: Vec<(f64, bool)> = part
            .standards
            .iter()
            .zip(&part.hidden)
            .map(|(standard, hidden)| (score(standard, weights), *hidden))
            .collect();
        // Among equals the hidden one comes last, so that nothing is found by chance.
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let hidden = part.hidden.iter().filter(|hidden| **hidden).count();
        let ideal: f64 = (0..hidden).map(gain).sum();
        let got: f64 = order.iter().enumerate().filter(|(_, (_, hidden))| *hidden).map(|(place, _)| gain(place)).sum();
        if ideal > 0.0 { got / ideal } else { 0.0 }
    };
    parts.iter().map(of_part).sum::<f64>() / parts.len().max(1) as f64
}
