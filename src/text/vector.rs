//! Term vectors: counts, document frequencies, weights and cosine (Salton & Buckley 1988, `ltc`).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{ByKey, background, key};

/// What the background table weighs, as a number of texts.
const BACKGROUND_TEXTS: f64 = 20.0;
/// Texts are several posts long; the table counts single posts.
const POSTS_A_TEXT: i32 = 6;

/// How often each term stands in a text, sorted by term.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts(pub Vec<(String, u32)>);

impl Counts {
    /// From terms in any order. At most `most` are kept, the most frequent.
    pub fn from_map(counts: HashMap<String, u32>, most: usize) -> Self {
        let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
        if counts.len() > most {
            counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            counts.truncate(most);
        }
        counts.sort();
        Self(counts)
    }

    /// How often a term stands there.
    pub fn count(&self, term: &str) -> u32 {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(term)).map_or(0, |place| self.0[place].1)
    }
}

/// In how many of the texts each term stands.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    /// By the term's key, so that the words of ten thousand blogs need not be kept.
    documents: ByKey<u32>,
    total: u32,
}

impl Frequencies {
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a Counts>) -> Self {
        let mut frequencies = Self::default();
        texts.into_iter().for_each(|text| frequencies.count(text));
        frequencies
    }

    /// Takes one more text in.
    pub fn count(&mut self, text: &Counts) {
        self.count_keys(text.0.iter().map(|(term, _)| key(term)));
    }

    /// The same by the keys of its terms.
    pub fn count_keys(&mut self, terms: impl Iterator<Item = u32>) {
        self.total += 1;
        terms.for_each(|term| *self.documents.entry(term).or_default() += 1);
    }

    /// In how many texts a term stands.
    pub fn documents(&self, term: &str) -> u32 {
        self.documents.get(&key(term)).copied().unwrap_or(0)
    }

    /// How many texts there are.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The inverse document frequency. With few texts it is mostly that of the background, with many their own: as if
    /// `BACKGROUND_TEXTS` more texts held each term as often as blog posts at large do.
    pub fn idf(&self, term: &str) -> f64 {
        self.idf_of(self.documents(term), background::share(term))
    }

    fn idf_of(&self, documents: u32, share: f64) -> f64 {
        let behind = BACKGROUND_TEXTS * (1.0 - (1.0 - share).powi(POSTS_A_TEXT));
        let total = 1.0 + f64::from(self.total) + BACKGROUND_TEXTS;
        (total / (1.0 + f64::from(documents) + behind)).ln() + 1.0
    }

    fn is_telling(&self, documents: u32, most: f64) -> bool {
        documents >= 2 && f64::from(documents) <= (f64::from(self.total) * most).max(2.0)
    }

    /// The terms that part somebody from somebody, as [`Frequencies::weigh`] takes them, each with its inverse document
    /// frequency.
    pub fn telling(self, most: f64) -> ByKey<f64> {
        let telling = self.documents.iter().filter(|(_, documents)| self.is_telling(**documents, most));
        telling.map(|(&term, &documents)| (term, self.idf_of(documents, background::share_of(term)))).collect()
    }

    /// Weights of length one: `(1 + ln count) · idf`. Left out are terms that more than `most` (0..=1) of the texts
    /// hold, which part nobody from anybody, and those that no other text holds, which can meet nothing.
    pub fn weigh(&self, counts: &Counts, most: f64) -> Vector {
        let weighed = counts.0.iter().filter_map(|(term, count)| {
            let telling = self.is_telling(self.documents(term), most);
            telling.then(|| (term.clone(), (1.0 + f64::from(*count).ln()) * self.idf(term)))
        });
        Vector::of_length_one(weighed.collect())
    }
}

/// Weights sorted by term. Of length one, or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector(pub Vec<(String, f64)>);

impl Vector {
    pub fn of_length_one(mut weights: Vec<(String, f64)>) -> Self {
        weights.sort_by(|a, b| a.0.cmp(&b.0));
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        if length > 0.0 {
            for (_, weight) in &mut weights {
                *weight /= length;
            }
        }
        Self(weights)
    }

    /// The mean direction of several vectors.
    pub fn mean<'a>(vectors: impl IntoIterator<Item = &'a Vector>) -> Self {
        let mut sums: HashMap<&str, f64> = HashMap::new();
        for vector in vectors {
            for (term, weight) in &vector.0 {
                *sums.entry(term).or_default() += weight;
            }
        }
        Self::of_length_one(sums.into_iter().map(|(term, sum)| (term.to_owned(), sum)).collect())
    }

    /// 0..=1.
    pub fn cosine(&self, other: &Self) -> f64 {
        self.shared(other).map(|(_, weight)| weight).sum::<f64>().clamp(0.0, 1.0)
    }

    /// The terms of both, and what each adds to the cosine.
    pub fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a str, f64)> {
        let mut theirs = other.0.iter().peekable();
        self.0.iter().filter_map(move |(term, weight)| {
            while theirs.next_if(|(their_term, _)| their_term < term).is_some() {}
            let (_, their_weight) = theirs.next_if(|(their_term, _)| their_term == term)?;
            Some((term.as_str(), weight * their_weight))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(words: &str) -> Counts {
        let mut counts = HashMap::new();
        for word in words.split(' ') {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
        Counts::from_map(counts, 100)
    }

    #[test]
    fn texts_about_the_same_are_nearer_than_others() {
        let texts = ["the rye bread oven", "the rye flour bread mill", "the rust arena borrow", "the borrow mill rust"];
        let texts = texts.map(counts);
        let frequencies = Frequencies::of(&texts);
        let vectors = texts.each_ref().map(|text| frequencies.weigh(text, 0.9));
        assert!(vectors[0].cosine(&vectors[1]) > vectors[0].cosine(&vectors[2]));
        assert!((vectors[1].cosine(&vectors[1]) - 1.0).abs() < 1e-9);
        assert!(vectors[0].shared(&vectors[1]).all(|(term, _)| term != "the"), "what everybody writes says nothing");
    }
}
