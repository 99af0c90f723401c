//! From signals to an order: each signal by how far it stands out among the candidates, times its weight. Pure, and the
//! same for the same data: the clock has no part in it.

use super::{
    blend::{self, Blend},
    near::Near,
    signals::{COUNT, MEANINGS, Values},
    taste::Taste,
};
use crate::model::{BlogId, Signal, Standing};

/// One signal cannot outweigh all others, however far it stands out.
const FARTHEST: f64 = 3.0;
/// The standard deviation of ranks between -0.5 and 0.5 is this; ranks are stretched to one of 1.
const DEVIATION_OF_RANKS: f64 = 0.288_675;

/// A candidate in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Index into [`Near::facts`].
    pub blog: usize,
    /// 0..=1.
    pub score: f64,
    /// How far each signal stands out among all candidates.
    pub standard: [f64; COUNT],
}

/// All candidates, best first, and the blend that ordered them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    pub candidates: Vec<Ranked>,
    pub blend: Blend,
    pub taste: Taste,
    /// What each signal counts, by the blend and the taste.
    pub weights: [f64; COUNT],
}

impl Ranking {
    /// How a candidate came to its place, signal by signal.
    pub fn signals(&self, near: &Near, ranked: &Ranked) -> Vec<Signal> {
        let moves = |signal: usize| (ranked.standard[signal] * self.weights[signal]).abs();
        let moved: f64 = (0..COUNT).map(moves).sum();
        (0..COUNT)
            .map(|signal| Signal {
                name: MEANINGS[signal].name.to_owned(),
                value: near.values[ranked.blog][signal],
                weight: self.weights[signal],
                share: if moved > 0.0 { moves(signal) / moved } else { 0.0 },
            })
            .collect()
    }
}

/// What the user's word on somebody means for the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    pub standing: Standing,
    /// Whether it speaks of their taste: not if it was said before the taste was reset.
    pub counts: bool,
    /// Not suggested for a while, whatever the standing: the user followed them, and does no longer.
    pub away: bool,
}

/// Orders all who may be suggested.
pub fn rank(near: &Near, judged: impl Fn(BlogId) -> Judgement) -> Ranking {
    let mut blogs = Vec::new();
    let mut judgements = Vec::new();
    for (blog, facts) in near.facts.iter().enumerate() {
        if !facts.has_posts || facts.aside {
            continue;
        }
        let Judgement { standing, counts, away } = judged(facts.id);
        if counts && let Some(liked) = Taste::liked(standing) {
            judgements.push((blog, liked));
        }
        if !away && !near.is_seed(blog) && matches!(standing, Standing::New | Standing::Flagged) {
            blogs.push(blog);
        }
    }
    let values: Vec<Values> = blogs.iter().map(|&blog| near.values[blog]).collect();
    let standards = standardise(&values);
    let judged: Vec<(Values, bool)> = judgements.iter().map(|&(blog, liked)| (near.values[blog], liked)).collect();
    let taste = Taste::of(&values, &judged);
    let blend = blend::choose(near, &blogs);
    let weights: [f64; COUNT] = std::array::from_fn(|signal| blend.weights[signal] * taste.factors[signal]);
    let score = |standard: &[f64; COUNT]| 1.0 / (1.0 + (-score(standard, &weights)).exp());
    let ranked = blogs.into_iter().zip(standards);
    let mut candidates: Vec<Ranked> =
        ranked.map(|(blog, standard)| Ranked { blog, score: score(&standard), standard }).collect();
    candidates
        .sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| near.facts[a.blog].id.cmp(&near.facts[b.blog].id)));
    Ranking { candidates, blend, taste, weights }
}

/// How far each value stands out among all: half by its distance from the mean in standard deviations, half by its rank,
/// so that neither one far outlier nor a tie of most makes the order. 0 where it is unknown.
pub fn standardise(values: &[Values]) -> Vec<[f64; COUNT]> {
    let mut standards = vec![[0.0; COUNT]; values.len()];
    for signal in 0..COUNT {
        let mut known: Vec<(f64, usize)> =
            values.iter().enumerate().filter_map(|(place, values)| Some((values[signal]?, place))).collect();
        let count = known.len() as f64;
        let mean = known.iter().map(|(value, _)| value).sum::<f64>() / count.max(1.0);
        let deviation = (known.iter().map(|(value, _)| (value - mean).powi(2)).sum::<f64>() / count.max(1.0)).sqrt();
        if deviation <= 1e-9 {
            continue;
        }
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut from = 0;
        while from < known.len() {
            let to = from + known[from..].iter().take_while(|(value, _)| *value == known[from].0).count();
            let rank = ((from + to) as f64 / 2.0 / count - 0.5) / DEVIATION_OF_RANKS;
            for (value, place) in &known[from..to] {
                let standard = ((value - mean) / deviation).clamp(-FARTHEST, FARTHEST);
                standards[*place][signal] = (standard + rank) / 2.0;
            }
            from = to;
        }
    }
    standards
}

/// The sum that orders.
pub fn score(standard: &[f64; COUNT], weights: &[f64; COUNT]) -> f64 {
    standard.iter().zip(weights).map(|(standard, weight)| standard * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_counts_by_how_far_it_stands_out_and_one_that_is_unknown_not_at_all() {
        let of = |value| -> Values { std::array::from_fn(|signal| if signal == 0 { value } else { Some(1.0) }) };
        let standards = standardise(&[of(Some(1.0)), of(Some(1.0)), of(Some(1e9)), of(None)]);
        assert!(standards[2][0] > 1.0 && standards[2][0] <= FARTHEST);
        assert!(standards[0][0] < 0.0 && standards[0] == standards[1]);
        assert_eq!(standards[3], [0.0; COUNT]);
        assert!(standards.iter().all(|standard| standard[1] == 0.0), "what all have alike orders nobody");
    }
}
