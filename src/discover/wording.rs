//! How near the words of many blogs are to those of the followed: the cosines of their weighed terms. There are too many
//! terms for a processor's caches, so those that begin alike are taken together, of a hundred blogs at once. The sums are
//! the same as if each blog were taken alone: its terms come in the same order.

use super::digest::Digest;
use crate::text::ByKey;

/// A term that more than one in so many of the followed use is kept with a weight for each of them, zero for most: so a
/// processor takes several at once, and needs no list of places.
const DENSE: usize = 4;
/// Terms are parted by the first eight bits of their keys.
const PARTS: usize = 256;

fn part_of(term: u32) -> usize {
    (term >> 24) as usize
}

/// Where the weights of a term lie.
#[derive(Clone, Copy, Debug)]
enum Weights {
    /// In [`Wording::sparse`], from and to.
    Sparse(u32, u32),
    /// In [`Wording::dense`], so many rows on.
    Dense(u32),
}

/// The words of those who are followed.
#[derive(Debug)]
pub(super) struct Wording {
    /// By part: of each telling term its inverse document frequency, and what it weighs with the followed.
    terms: Vec<ByKey<(f64, Weights)>>,
    /// Place among the followed, and what the term weighs there.
    sparse: Vec<(u32, f32)>,
    /// Rows of what a term weighs with each of the followed.
    dense: Vec<f32>,
    followed: usize,
}

impl Wording {
    /// `idf` has the telling terms.
    pub(super) fn of(idf: ByKey<f64>, followed: &[Digest]) -> Self {
        let mut by_term: Vec<(u32, u32, f32)> = Vec::new();
        for (place, one) in followed.iter().enumerate() {
            let weights = weigh(&one.terms, &idf);
            by_term.extend(weights.map(|(term, weight)| (term, place as u32, weight as f32)));
        }
        by_term.sort_unstable_by_key(|(term, place, _)| (*term, *place));
        let mut terms: Vec<ByKey<(f64, Weights)>> = vec![ByKey::default(); PARTS];
        for (term, idf) in idf {
            terms[part_of(term)].insert(term, (idf, Weights::Sparse(0, 0)));
        }
        let mut wording = Self { terms, sparse: Vec::new(), dense: Vec::new(), followed: followed.len() };
        by_term.chunk_by(|a, b| a.0 == b.0).for_each(|found| wording.add(found));
        wording
    }

    /// A term with whoever of the followed uses it.
    fn add(&mut self, found: &[(u32, u32, f32)]) {
        let Some((_, weights)) = self.terms[part_of(found[0].0)].get_mut(&found[0].0) else { return };
        let weighed = found.iter().map(|(_, place, weight)| (*place, *weight));
        if found.len() * DENSE > self.followed {
            let from = self.dense.len();
            *weights = Weights::Dense((from / self.followed) as u32);
            self.dense.resize(from + self.followed, 0.0);
            weighed.for_each(|(place, weight)| self.dense[from + place as usize] = weight);
        } else {
            let from = self.sparse.len() as u32;
            self.sparse.extend(weighed);
            *weights = Weights::Sparse(from, self.sparse.len() as u32);
        }
    }

    /// A row a blog: its cosine with each of the followed, 0..=1.
    pub(super) fn cosines(&self, blogs: &[Option<Digest>]) -> Vec<f32> {
        let mut rows = vec![0.0; blogs.len() * self.followed];
        let mut squares = vec![0.0; blogs.len()];
        let mut left: Vec<&[(u32, u32)]> =
            blogs.iter().map(|blog| blog.as_ref().map_or(&[][..], |blog| &blog.terms)).collect();
        for (part, terms) in self.terms.iter().enumerate() {
            for (place, left) in left.iter_mut().enumerate() {
                let here = left.iter().take_while(|(term, _)| part_of(*term) == part).count();
                let (these, rest) = left.split_at(here);
                *left = rest;
                let row = &mut rows[place * self.followed..(place + 1) * self.followed];
                squares[place] = self.sum(terms, these, row, squares[place]);
            }
        }
        for (place, squares) in squares.into_iter().enumerate() {
            let length = (squares.sqrt() as f32).max(f32::MIN_POSITIVE);
            let row = &mut rows[place * self.followed..(place + 1) * self.followed];
            row.iter_mut().for_each(|sum| *sum = (*sum / length).min(1.0));
        }
        rows
    }

    /// Adds what some terms of one part have in common with each of the followed, and their squares.
    fn sum(&self, terms: &ByKey<(f64, Weights)>, these: &[(u32, u32)], row: &mut [f32], mut squares: f64) -> f64 {
        for (term, count) in these {
            let Some((idf, weights)) = terms.get(term) else { continue };
            let weight = times(*count) * idf;
            squares += weight * weight;
            let weight = weight as f32;
            match *weights {
                Weights::Sparse(from, to) => {
                    for (place, theirs) in &self.sparse[from as usize..to as usize] {
                        row[*place as usize] += weight * theirs;
                    }
                }
                Weights::Dense(at) => {
                    let theirs = &self.dense[at as usize * row.len()..][..row.len()];
                    row.iter_mut().zip(theirs).for_each(|(sum, theirs)| *sum += weight * theirs);
                }
            }
        }
        squares
    }
}

/// What a term weighs for its count.
fn times(count: u32) -> f64 {
    1.0 + f64::from(count).ln()
}

/// The telling terms of a text with weights of length one, as [`Frequencies::weigh`] gives them.
///
/// [`Frequencies::weigh`]: crate::text::vector::Frequencies::weigh
fn weigh<'a>(terms: &'a [(u32, u32)], idf: &'a ByKey<f64>) -> impl Iterator<Item = (u32, f64)> + 'a {
    let weight = |(term, count): &(u32, u32)| idf.get(term).map(|idf| (*term, times(*count) * idf));
    let squares: f64 = terms.iter().filter_map(weight).map(|(_, weight)| weight * weight).sum();
    let length = squares.sqrt().max(f64::MIN_POSITIVE);
    terms.iter().filter_map(weight).map(move |(term, weight)| (term, weight / length))
}
