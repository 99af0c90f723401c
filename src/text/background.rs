//! How common a word is in blog posts at large, so that frequencies are sensible from the first few posts on. The table
//! `assets/background.txt` is made by `examples/background.rs` from counts over some eight thousand posts.

use std::{collections::HashMap, sync::LazyLock};

use super::{ByKey, key};

static SHARES: LazyLock<HashMap<&'static str, f64>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/background.txt").lines().filter_map(|line| line.rsplit_once(' '));
    lines.filter_map(|(term, share)| Some((term, share.parse::<f64>().ok()? / 10_000.0))).collect()
});

static BY_KEY: LazyLock<ByKey<f64>> =
    LazyLock::new(|| SHARES.iter().map(|(term, share)| (key(term), *share)).collect());

/// A word that the table does not have stands in no more posts than this.
const RARE: f64 = 0.001;

/// In which share (0..=1) of blog posts a term (see [`super::words::Terms`]) stands.
pub fn share(term: &str) -> f64 {
    SHARES.get(term).copied().unwrap_or(RARE).max(RARE)
}

/// The same by the term's [`key`].
pub fn share_of(key: u32) -> f64 {
    BY_KEY.get(&key).copied().unwrap_or(RARE).max(RARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_are_common_and_words_of_a_trade_are_rare() {
        assert!(share("the") > 0.9);
        assert!(share("sourdough") < 0.01 && share("ultim") > share("borrow"));
    }
}
