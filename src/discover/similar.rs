//! Who writes about the same, by words alone. Pure.

use std::collections::HashMap;

use crate::text::vector::Vector;

/// A blog's own circle: so many that are nearest to it.
const CIRCLE: usize = 5;
/// Of those who are nearest by the cosine, so many are looked at more closely.
const LOOKED_AT: usize = 50;

/// The others nearest to one of the blogs, best first, and how near: 0..=1, more than a half for whom it is nearer to than
/// their own circle is. Some blogs are a little near to everybody, for they write about everything that the others do, or
/// long; against their circle they are near to nobody. (Local scaling against hubs, as in CSLS, Conneau et al. 2018.)
pub fn nearest(vectors: &[Vector], this: usize, limit: usize) -> Vec<(usize, f64)> {
    let others = (0..vectors.len()).filter(|&other| other != this);
    let mut near: Vec<(usize, f64)> = others
        .map(|other| (other, vectors[this].cosine(&vectors[other])))
        .filter(|(_, cosine)| *cosine > 0.0)
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(limit.max(LOOKED_AT));
    let blogs: Vec<usize> = near.iter().map(|(blog, _)| *blog).collect();
    for ((_, cosine), circle) in near.iter_mut().zip(circles(vectors, &blogs)) {
        *cosine /= *cosine + circle;
    }
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(limit);
    near
}

/// For each of some blogs the mean cosine with its circle. Goes through the words of everybody once.
fn circles(vectors: &[Vector], blogs: &[usize]) -> Vec<f64> {
    let mut users: HashMap<&str, Vec<(usize, f64)>> = HashMap::new();
    for (place, &blog) in blogs.iter().enumerate() {
        for (term, weight) in &vectors[blog].0 {
            users.entry(term).or_default().push((place, *weight));
        }
    }
    let mut circles = vec![[0.0; CIRCLE]; blogs.len()];
    for (other, vector) in vectors.iter().enumerate() {
        let mut cosines = vec![0.0; blogs.len()];
        for (term, weight) in &vector.0 {
            for (place, theirs) in users.get(term.as_str()).into_iter().flatten() {
                cosines[*place] += weight * theirs;
            }
        }
        for (place, cosine) in cosines.into_iter().enumerate().filter(|(place, _)| blogs[*place] != other) {
            keep(&mut circles[place], cosine);
        }
    }
    let size = CIRCLE.min(vectors.len().saturating_sub(1)).max(1) as f64;
    circles.iter().map(|circle| circle.iter().sum::<f64>() / size).collect()
}

/// Keeps the largest, the largest first.
fn keep(largest: &mut [f64; CIRCLE], number: f64) {
    if number > largest[CIRCLE - 1] {
        largest[CIRCLE - 1] = number;
        largest.sort_by(|a, b| b.total_cmp(a));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(terms: &[(&str, f64)]) -> Vector {
        Vector::of_length_one(terms.iter().map(|(term, weight)| ((*term).to_owned(), *weight)).collect())
    }

    #[test]
    fn who_is_near_to_everybody_comes_after_who_is_near_to_this_one() {
        let mut vectors = vec![
            vector(&[("bread", 1.0), ("trains", 1.0), ("moss", 0.6)]),
            vector(&[("moss", 1.0), ("ferns", 1.0)]),
            vector(&[("bread", 1.0), ("trains", 1.0), ("taxes", 1.0), ("chess", 1.0)]),
        ];
        for _ in 0..6 {
            vectors.push(vector(&[("bread", 1.0), ("trains", 0.7), ("taxes", 1.0), ("chess", 0.9)]));
        }
        assert!(vectors[0].cosine(&vectors[2]) > vectors[0].cosine(&vectors[1]), "by the cosine alone");
        let near = nearest(&vectors, 0, 10);
        assert_eq!((near.len(), near[0].0), (8, 1), "{near:?}");
        assert!(near[0].1 > 0.5 && near[1].1 < 0.5, "{near:?}");
    }

    #[test]
    fn two_who_share_a_word_are_each_others_circle() {
        let near = nearest(&[vector(&[("moss", 1.0)]), vector(&[("moss", 1.0), ("ferns", 1.0)])], 0, 10);
        assert_eq!(near, [(1, 0.5)]);
        assert_eq!(nearest(&[vector(&[("moss", 1.0)]), vector(&[("ferns", 1.0)])], 0, 10), []);
    }
}
