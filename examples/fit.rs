//! Fits the weights of the ranking: a logistic regression, held towards the weights that are shipped, over candidates of
//! whom it is known whether somebody really links to them.
//!
//! `cargo run --release --example fit -- CASES [STRENGTH]`, where each line of CASES is one user:
//! `{"user":"…","hidden":7,"candidates":[{"wanted":true,"standards":[…]}]}`. `examples/signals.rs` prints the standards of all
//! candidates in a data folder; `wanted` is for whoever hid some of the user's links to say, and `hidden` is how many those
//! are, found or not (without it, those among the candidates).
//!
//! Prints recall and discounted gain among the first ten: of the shipped weights, with each signal left out and what that
//! changes; of weights fitted with each user left out in turn, again with each signal left out; and the weights fitted to all.

use std::{fs, iter::once};

use penpal::discover::{
    blend::SHIPPED,
    signals::{COUNT, MEANINGS},
};
use serde::Deserialize;

/// How strongly the weights are held towards the shipped ones: as if so many candidates a signal spoke for these.
const STRENGTH: f64 = 40.0;
const ROUNDS: usize = 300;
/// Whoever is not among so many first is not found.
const LOOKED_AT: usize = 10;
/// Draws of as many users as there are, with repetition, of which an interval is made.
const DRAWS: usize = 4000;

#[derive(Deserialize)]
struct Case {
    user: String,
    hidden: Option<usize>,
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    wanted: bool,
    standards: [f64; COUNT],
}

type Weights = [f64; COUNT];

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or_else(|| anyhow::anyhow!("a file of cases is wanted"))?;
    let strength = args.next().map_or(Ok(STRENGTH), |text| text.parse())?;
    let text = fs::read_to_string(path)?;
    let cases: Vec<Case> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let mut users: Vec<&str> = cases.iter().map(|case| case.user.as_str()).collect();
    users.sort_unstable();
    users.dedup();
    println!("{} cases of {} users", cases.len(), users.len());
    let nothing = |_: usize| false;
    let shipped = measure_all(&cases, &SHIPPED);
    println!("shipped: recall@10 {:.3}, nDCG@10 {:.3}", shipped.recall(), shipped.gain());
    for (signal, meaning) in MEANINGS.iter().enumerate() {
        let mut weights = SHIPPED;
        weights[signal] = 0.0;
        let (without, mut alone) = (measure_all(&cases, &weights), [0.0; COUNT]);
        alone[signal] = 1.0;
        let alone = measure_all(&cases, &alone);
        let (low, high) = interval(&cases, &users, &without.0, &shipped.0);
        println!(
            "  {:34} without {:.3} / {:.3} ({:+.3}, {low:+.3} to {high:+.3})  alone {:.3} / {:.3}",
            meaning.name,
            without.recall(),
            without.gain(),
            without.gain() - shipped.gain(),
            alone.recall(),
            alone.gain(),
        );
    }
    println!("fitted, each user left out: nDCG@10 {:.3}", left_out(&cases, &users, strength, nothing));
    for (signal, meaning) in MEANINGS.iter().enumerate() {
        let without = left_out(&cases, &users, strength, |other| other == signal);
        println!("  without {:34} {without:.3}", meaning.name);
    }
    let fitted = fit(cases.iter(), strength, nothing);
    println!("{}", fitted.map(|weight| format!("{weight:.3}")).join(", "));
    Ok(())
}

/// Recall and gain of each case.
struct Measured(Vec<(f64, f64)>);

impl Measured {
    fn recall(&self) -> f64 {
        mean(self.0.iter().map(|one| one.0))
    }

    fn gain(&self) -> f64 {
        mean(self.0.iter().map(|one| one.1))
    }
}

fn measure_all(cases: &[Case], weights: &Weights) -> Measured {
    Measured(cases.iter().map(|case| measure(case, weights)).collect())
}

/// Where the difference of the gains lies, in 95 of 100 draws of users (paired bootstrap, Efron 1979). The same each time.
fn interval(cases: &[Case], users: &[&str], one: &[(f64, f64)], other: &[(f64, f64)]) -> (f64, f64) {
    let of = |user: &&str| -> (f64, f64) {
        let of_user = cases.iter().zip(one.iter().zip(other)).filter(|(case, _)| case.user == *user);
        of_user.fold((0.0, 0.0), |(sum, count), (_, (one, other))| (sum + one.1 - other.1, count + 1.0))
    };
    let differences: Vec<(f64, f64)> = users.iter().map(of).collect();
    let mut state = 1_u64;
    let mut draw = || {
        // Knuth's MMIX generator; its high bits are good enough for drawing users.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        differences[(state >> 33) as usize % differences.len()]
    };
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let (sum, count) = users.iter().fold((0.0, 0.0), |(sum, count), _| {
                let (more, times) = draw();
                (sum + more, count + times)
            });
            sum / count
        })
        .collect();
    means.sort_by(f64::total_cmp);
    (means[DRAWS / 40], means[DRAWS - 1 - DRAWS / 40])
}

/// The gain of users whom the weights have not seen.
fn left_out(cases: &[Case], users: &[&str], strength: f64, dropped: impl Fn(usize) -> bool + Copy) -> f64 {
    let gains = users.iter().flat_map(|user| {
        let weights = fit(cases.iter().filter(|case| case.user != *user), strength, dropped);
        cases.iter().filter(|case| case.user == *user).map(move |case| measure(case, &weights).1)
    });
    mean(gains)
}

/// Gradient descent; weights below nothing are nothing, since every signal is made so that more of it speaks for somebody.
fn fit<'a>(cases: impl Iterator<Item = &'a Case>, strength: f64, dropped: impl Fn(usize) -> bool) -> Weights {
    let cases: Vec<&Case> = cases.collect();
    let rows: Vec<(&Candidate, f64)> = cases
        .iter()
        .flat_map(|case| {
            let wanted = case.candidates.iter().filter(|candidate| candidate.wanted).count().max(1) as f64;
            case.candidates.iter().map(move |candidate| (candidate, 1.0 / wanted))
        })
        .collect();
    let total: f64 = rows.iter().map(|(_, worth)| worth).sum();
    let start: Weights = std::array::from_fn(|signal| if dropped(signal) { 0.0 } else { SHIPPED[signal] });
    let (mut weights, mut bias) = (start, -1.0);
    for _ in 0..ROUNDS {
        let (mut slope, mut slope_of_bias) = ([0.0; COUNT], 0.0);
        for (candidate, worth) in &rows {
            let sum: f64 = bias + weights.iter().zip(&candidate.standards).map(|(w, s)| w * s).sum::<f64>();
            let error = worth * (1.0 / (1.0 + (-sum).exp()) - f64::from(u8::from(candidate.wanted)));
            slope_of_bias += error;
            slope.iter_mut().zip(&candidate.standards).for_each(|(slope, standard)| *slope += error * standard);
        }
        for signal in 0..COUNT {
            let pull = strength * (weights[signal] - start[signal]) * total / rows.len() as f64;
            weights[signal] = (weights[signal] - 0.3 * (slope[signal] + pull) / total).max(0.0);
            if dropped(signal) {
                weights[signal] = 0.0;
            }
        }
        bias -= 0.3 * slope_of_bias / total;
    }
    weights
}

/// Recall and discounted gain of the wanted among the first ten.
fn measure(case: &Case, weights: &Weights) -> (f64, f64) {
    let score = |candidate: &Candidate| weights.iter().zip(&candidate.standards).map(|(w, s)| w * s).sum::<f64>();
    let mut order: Vec<(f64, bool)> = case.candidates.iter().map(|one| (score(one), one.wanted)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let worth = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let wanted = case.hidden.unwrap_or_else(|| order.iter().filter(|(_, wanted)| *wanted).count()).min(LOOKED_AT);
    let found = || order.iter().take(LOOKED_AT).enumerate().filter(|(_, one)| one.1);
    let ideal: f64 = (0..wanted).map(worth).sum();
    let got: f64 = found().map(|(place, _)| worth(place)).sum();
    if wanted > 0 { (found().count() as f64 / wanted as f64, got / ideal) } else { (0.0, 0.0) }
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) =
        numbers.zip(once(1.0).cycle()).fold((0.0, 0.0), |(sum, count), (number, one)| (sum + number, count + one));
    if count > 0.0 { sum / count } else { 0.0 }
}
