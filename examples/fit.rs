//! Fits the weights of the ranking: a logistic regression, held towards the weights that are shipped, over candidates of
//! whom it is known whether somebody really links to them.
//!
//! `cargo run --release --example fit -- CASES [STRENGTH]`, where each line of CASES is one user:
//! `{"user":"…","candidates":[{"wanted":true,"standards":[…]}]}`. `examples/signals.rs` prints the standards of all
//! candidates in a data folder; `wanted` is for whoever hid some of the user's links to say.
//!
//! Prints, with each user left out in turn, the discounted gain of the shipped and of the fitted weights; the same with each
//! signal left out; and the weights fitted to all.

use std::{fs, iter::once};

use penpal::discover::{
    blend::SHIPPED,
    signals::{COUNT, MEANINGS},
};
use serde::Deserialize;

/// How strongly the weights are held towards the shipped ones: as if so many candidates a signal spoke for these.
const STRENGTH: f64 = 40.0;
const ROUNDS: usize = 300;

#[derive(Deserialize)]
struct Case {
    user: String,
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
    println!("shipped: {:.3}", mean(cases.iter().map(|case| gain(case, &SHIPPED))));
    println!("fitted, each user left out: {:.3}", left_out(&cases, &users, strength, nothing));
    for (signal, meaning) in MEANINGS.iter().enumerate() {
        let without = left_out(&cases, &users, strength, |other| other == signal);
        println!("  without {:34} {without:.3}", meaning.name);
    }
    let fitted = fit(cases.iter(), strength, nothing);
    println!("{}", fitted.map(|weight| format!("{weight:.3}")).join(", "));
    Ok(())
}

/// The gain of users whom the weights have not seen.
fn left_out(cases: &[Case], users: &[&str], strength: f64, dropped: impl Fn(usize) -> bool + Copy) -> f64 {
    let gains = users.iter().flat_map(|user| {
        let weights = fit(cases.iter().filter(|case| case.user != *user), strength, dropped);
        cases.iter().filter(|case| case.user == *user).map(move |case| gain(case, &weights))
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

/// Discounted gain of the wanted among the first ten.
fn gain(case: &Case, weights: &Weights) -> f64 {
    let score = |candidate: &Candidate| weights.iter().zip(&candidate.standards).map(|(w, s)| w * s).sum::<f64>();
    let mut order: Vec<(f64, bool)> = case.candidates.iter().map(|one| (score(one), one.wanted)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let worth = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let wanted = order.iter().filter(|(_, wanted)| *wanted).count();
    let ideal: f64 = (0..wanted.min(10)).map(worth).sum();
    let got: f64 = order.iter().take(10).enumerate().filter(|(_, one)| one.1).map(|(place, _)| worth(place)).sum();
    if ideal > 0.0 { got / ideal } else { 0.0 }
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) =
        numbers.zip(once(1.0).cycle()).fold((0.0, 0.0), |(sum, count), (number, one)| (sum + number, count + one));
    if count > 0.0 { sum / count } else { 0.0 }
}
