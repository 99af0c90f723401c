//! Whether one text repeats another: sets of sampled shingles (Broder 1997), over letters, so that it works in any script.

use crate::text::words::is_unspaced;

/// Letters of a shingle, and of one where a letter is a syllable or word.
const WINDOW: usize = 36;
const WINDOW_UNSPACED: usize = 12;
/// One shingle of so many is kept, chosen by its hash, so that both texts keep the same ones ("0 mod p").
const KEPT: u64 = 8;
/// Fewer than these tell nothing.
const ENOUGH: usize = 12;
const BASE: u64 = 0x0000_0100_0000_01b3;

/// What is kept of a text to compare it by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(Vec<u64>);

impl Sketch {
    /// `None` if the text is too short to be told from another.
    pub fn of(text: &str) -> Option<Self> {
        let letters: Vec<u64> =
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(u64::from).collect();
        let unspaced = text.chars().filter(|c| is_unspaced(*c)).count();
        let window = if unspaced * 2 > letters.len() { WINDOW_UNSPACED } else { WINDOW };
        if letters.len() < window {
            return None;
        }
        let out = (1..window).fold(1_u64, |power, _| power.wrapping_mul(BASE));
        let mut hash = 0_u64;
        let mut kept = Vec::new();
        for (at, &letter) in letters.iter().enumerate() {
            if at >= window {
                hash = hash.wrapping_sub(letters[at - window].wrapping_mul(out));
            }
            hash = hash.wrapping_mul(BASE).wrapping_add(letter);
            // The upper half, since the lower bits of such a sum are poor.
            let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            if at + 1 >= window && (mixed >> 40).is_multiple_of(KEPT) {
                kept.push(mixed);
            }
        }
        kept.sort_unstable();
        kept.dedup();
        (kept.len() >= ENOUGH).then_some(Self(kept))
    }

    /// How much of the shorter text stands in the other, 0..=1.
    pub fn shared(&self, other: &Self) -> f64 {
        let (mut at, mut both) = (0, 0_usize);
        for hash in &self.0 {
            while other.0.get(at).is_some_and(|theirs| theirs < hash) {
                at += 1;
            }
            both += usize::from(other.0.get(at) == Some(hash));
        }
        both as f64 / self.0.len().min(other.0.len()).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_another_beginning_is_found_and_another_text_on_the_matter_is_not() {
        let sentence =
            |n: usize| format!("On day {n} the dough had risen {} fingers and smelt of {}. ", n * 7 % 11, n * 13);
        let text: String = (0..20).map(sentence).collect();
        let copy = format!("By me, of course. {}", text.to_uppercase());
        let other: String =
            (100..120).map(|n| format!("The {n}th oven was {} degrees too hot, said baker {n}. ", n % 7)).collect();
        let of = |text: &str| Sketch::of(text).unwrap();
        assert!(of(&text).shared(&of(&copy)) > 0.9);
        assert!(of(&text).shared(&of(&other)) < 0.05);
        assert_eq!(Sketch::of("too short"), None);
        let chinese = "今天我去了磨坊看见了老师傅他说面粉要慢慢来不能着急水要一点一点地加".to_owned()
            + "昨天下雨我们在家里烤面包孩子们都很高兴邻居也来了带着蜂蜜和奶酪";
        let longer: String = (0..6).map(|n| format!("{n}{chinese}")).collect();
        assert!(of(&longer).shared(&of(&format!("转载{longer}"))) > 0.9);
    }
}
