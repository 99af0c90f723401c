//! From signals to an order: each signal as a standard score among the candidates, times its weight. Pure, and the same
//! for the same data: the clock has no part in it.

use super::{
    Knowledge,
    signals::{COUNT, NAMES, Signals},
};
use crate::model::{Signal, Standing};

/// What each signal counts, in the order of [`NAMES`]: a logistic regression on real blogrolls, each user's own links held
/// out, rounded towards even shares (`examples/signals.rs` prints what it is fitted to).
const WEIGHTS: [f64; COUNT] = [0.0, 0.2, 0.12, 0.1, 0.2, 0.02, 0.12, 0.3, 0.15, 0.2, 0.15, 0.12, 0.05, 0.05];
/// One signal cannot outweigh all others, however far it stands out.
const FARTHEST: f64 = 4.0;

/// A candidate in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Index into [`Knowledge::blogs`].
    pub blog: usize,
    /// 0..=1.
    pub score: f64,
    pub signals: Vec<Signal>,
}

/// All candidates, best first.
pub fn rank(knowledge: &Knowledge, signals: &Signals<'_>) -> Vec<Ranked> {
    let candidates: Vec<usize> = (0..knowledge.blogs.len()).filter(|&blog| is_candidate(knowledge, blog)).collect();
    let values: Vec<[f64; COUNT]> = candidates.iter().map(|&blog| signals.of(blog)).collect();
    let scales = scales(&values);
    let mut ranked: Vec<Ranked> =
        candidates.iter().zip(&values).map(|(&blog, values)| weigh(blog, values, &scales)).collect();
    ranked.sort_by(|a, b| {
        let ids = || knowledge.blogs[a.blog].blog.id.cmp(&knowledge.blogs[b.blog].blog.id);
        b.score.total_cmp(&a.score).then_with(ids)
    });
    ranked
}

/// Whether somebody may be suggested: not followed, not in contact already, and not sent away.
fn is_candidate(knowledge: &Knowledge, blog: usize) -> bool {
    let known = &knowledge.blogs[blog];
    let is_open = !known.followed && known.aside.is_none() && known.profile.posts > 0;
    is_open && matches!(known.standing, Standing::New | Standing::Flagged)
}

/// Mean and standard deviation of each signal among the candidates.
fn scales(values: &[[f64; COUNT]]) -> [(f64, f64); COUNT] {
    let count = values.len().max(1) as f64;
    std::array::from_fn(|signal| {
        let mean = values.iter().map(|values| values[signal]).sum::<f64>() / count;
        let variance = values.iter().map(|values| (values[signal] - mean).powi(2)).sum::<f64>() / count;
        (mean, variance.sqrt())
    })
}

fn weigh(blog: usize, values: &[f64; COUNT], scales: &[(f64, f64); COUNT]) -> Ranked {
    let shares: [f64; COUNT] = std::array::from_fn(|signal| {
        let (mean, deviation) = scales[signal];
        let standard = if deviation > 1e-12 { (values[signal] - mean) / deviation } else { 0.0 };
        standard.clamp(-FARTHEST, FARTHEST) * WEIGHTS[signal]
    });
    let total: f64 = shares.iter().sum();
    let moved: f64 = shares.iter().map(|share| share.abs()).sum();
    let signals = (0..COUNT)
        .map(|signal| Signal {
            name: NAMES[signal].to_owned(),
            value: Some(values[signal]),
            weight: WEIGHTS[signal],
            share: if moved > 0.0 { shares[signal].abs() / moved } else { 0.0 },
        })
        .collect();
    Ranked { blog, score: 1.0 / (1.0 + (-total).exp()), signals }
}
