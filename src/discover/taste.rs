//! How the user's own judgements move the weights: what those have in common whom they flagged, invited or came to know,
//! and those whom they sent away have not, counts for more. Bounded, and nothing without judgements.

use super::signals::{COUNT, MEANINGS, Values};
use crate::model::Standing;

/// A weight is at most so much larger or smaller for it.
const MOST: f64 = 0.5;
/// Judgements that move the weights half as far as they could.
const HALF: f64 = 6.0;

/// What each weight is multiplied with.
#[derive(Clone, Debug, PartialEq)]
pub struct Taste {
    /// Each within `1.0 - MOST ..= 1.0 + MOST`.
    pub factors: [f64; COUNT],
    pub liked: usize,
    pub sent_away: usize,
}

impl Taste {
    /// Whether a standing says that the user liked somebody, or did not; `None` if it says neither.
    pub fn liked(standing: Standing) -> Option<bool> {
        match standing {
            Standing::Flagged | Standing::Invited | Standing::Answered | Standing::Connected => Some(true),
            Standing::Never | Standing::NotNow => Some(false),
            _ => None,
        }
    }

    /// From the values of all candidates, and of those who were judged.
    pub fn of(candidates: &[Values], judged: &[(Values, bool)]) -> Self {
        let count = |wanted| judged.iter().filter(|(_, liked)| *liked == wanted).count();
        let (liked, sent_away) = (count(true), count(false));
        let trust = judged.len() as f64 / (judged.len() as f64 + HALF);
        let factors = std::array::from_fn(|signal| {
            let all: Vec<f64> = candidates.iter().filter_map(|values| values[signal]).collect();
            let of = |wanted: bool| -> Option<f64> {
                let chosen = judged.iter().filter(|(_, liked)| *liked == wanted);
                mean(&chosen.filter_map(|(values, _)| values[signal]).collect::<Vec<_>>())
            };
            let Some(everybody) = mean(&all) else { return 1.0 };
            let deviation =
                (all.iter().map(|value| (value - everybody).powi(2)).sum::<f64>() / all.len() as f64).sqrt();
            let apart = of(true).unwrap_or(everybody) - of(false).unwrap_or(everybody);
            if deviation <= 1e-9 { 1.0 } else { 1.0 + MOST * trust * (apart / deviation / 2.0).tanh() }
        });
        Self { factors, liked, sent_away }
    }

    /// What counts for more because of it, and what for less: the names of signals, those that moved most first.
    pub fn moved(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        let mut by_size: Vec<(usize, f64)> = self.factors.iter().map(|factor| factor - 1.0).enumerate().collect();
        by_size.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        let name = |&(signal, _): &(usize, f64)| MEANINGS[signal].name;
        let of = |up: bool| by_size.iter().filter(move |(_, moved)| if up { *moved > 0.05 } else { *moved < -0.05 });
        (of(true).map(name).collect(), of(false).map(name).collect())
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_liked_have_in_common_counts_for_more_within_bounds() {
        let of = |first: f64| -> Values { std::array::from_fn(|signal| Some(if signal == 0 { first } else { 1.0 })) };
        let all: Vec<Values> = (0..20).map(|value| of(f64::from(value))).collect();
        assert_eq!(Taste::of(&all, &[]).factors, [1.0; COUNT]);
        let one = Taste::of(&all, &[(of(19.0), true), (of(0.0), false)]);
        let many: Vec<(Values, bool)> =
            (0..200).map(|n| (of(if n % 2 == 0 { 1e6 } else { -1e6 }), n % 2 == 0)).collect();
        let many = Taste::of(&all, &many);
        assert!(1.0 < one.factors[0] && one.factors[0] < many.factors[0] && many.factors[0] <= 1.0 + MOST);
        assert_eq!((one.factors[1], one.moved().0), (1.0, vec![MEANINGS[0].name]));
    }
}
