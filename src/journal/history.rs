//! What can be undone and redone, read out of this device's own records from the end backwards. There is no stack
//! anywhere else, so undo knows after a restart what it knew before.
//!
//! A record may say what it has to do with another one of the same device: `"with":7` belongs to what record 7 began,
//! `"undoes":7` carries the values from before it, `"redoes":7` its own again. Versions that know nothing of this still
//! set the registers right, since each is an act like any other.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Act, Record, record::Part};

/// Something that the user did, in one go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// The number of its first record.
    pub n: u64,
    /// When: milliseconds since the Unix epoch.
    pub t: u64,
    /// In the order in which they were done; never empty.
    pub acts: Vec<Act>,
}

impl Deed {
    /// What brings back how it was before; `None` if that is not known of all of it.
    pub fn inverse(&self) -> Option<Vec<Act>> {
        self.acts.iter().rev().map(Act::inverse).collect()
    }
}

/// What can be taken back and what can be done again, the next first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub undo: Vec<Deed>,
    pub redo: Vec<Deed>,
}

impl History {
    /// Reads whole lines of one device's journal; `limit` deeds of each kind at most.
    pub fn read(lines: &[u8], limit: usize) -> Self {
        let mut history = Self::default();
        // What was decided last about a deed holds: whether it is undone.
        let mut undone: HashMap<u64, bool> = HashMap::new();
        let mut with: HashMap<u64, Vec<Act>> = HashMap::new();
        // The undone ones that nothing else was done after, the last undone first.
        let mut wanted: Vec<u64> = Vec::new();
        let mut sought: HashSet<u64> = HashSet::new();
        let mut is_after_all = true;
        for record in backwards(lines) {
            match record.part {
                Part::Undoes(n) => {
                    if !undone.contains_key(&n) && is_after_all && wanted.len() < limit {
                        wanted.push(n);
                        sought.insert(n);
                    }
                    undone.entry(n).or_insert(true);
                }
                Part::Redoes(n) => {
                    undone.entry(n).or_insert(false);
                }
                Part::With(n) => with.entry(n).or_default().extend(record.act),
                Part::Whole => {
                    let mut acts = with.remove(&record.n).unwrap_or_default();
                    let Some(act) = record.act else { continue };
                    acts.push(act);
                    acts.reverse();
                    if !acts.iter().all(Act::is_the_users) {
                        continue;
                    }
                    is_after_all = false;
                    let deed = Deed { n: record.n, t: record.stamp.t, acts };
                    if undone.get(&deed.n) == Some(&true) {
                        if sought.remove(&deed.n) && deed.inverse().is_some() {
                            history.redo.push(deed);
                        }
                    } else if history.undo.len() < limit && deed.inverse().is_some() {
                        history.undo.push(deed);
                    }
                }
            }
            if history.undo.len() >= limit && sought.is_empty() && !is_after_all {
                break;
            }
        }
        history.redo.sort_by_key(|deed| wanted.iter().position(|n| *n == deed.n));
        history
    }
}

fn backwards(lines: &[u8]) -> impl Iterator<Item = Record> {
    lines.rsplit(|&b| b == b'\n').filter(|line| !line.is_empty()).filter_map(|line| Record::read(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::{DeviceId, Stamp},
        model::PostId,
    };

    /// A journal out of short words: `a` does something, `u1` undoes what record 1 did, `r1` does it again, `w1` belongs
    /// to it, `m` is a feed that moved.
    fn journal(words: &str) -> Vec<u8> {
        let mut lines = String::new();
        for (at, word) in words.split_whitespace().enumerate() {
            let n = at as u64 + 1;
            let about = word[1..].parse().unwrap_or(0);
            let part = match &word[..1] {
                "u" => Part::Undoes(about),
                "r" => Part::Redoes(about),
                "w" => Part::With(about),
                _ => Part::Whole,
            };
            let feed = crate::model::FeedUrl::parse("https://example.org/feed").unwrap();
            let act = match word {
                "m" => Act::Move { of: crate::model::BlogId([1; 16]), to: feed.clone(), from: feed },
                "x" => Act::Unfollow { of: crate::model::BlogId([1; 16]), before: None },
                _ => Act::Star { of: vec![PostId([n as u8; 16])], starred: true },
            };
            let record = Record { stamp: Stamp { t: n, dev: DeviceId([1; 8]) }, n, act: Some(act), part };
            lines.push_str(&record.line().unwrap());
        }
        lines.into_bytes()
    }

    #[test]
    fn the_stack_is_what_the_records_say() {
        for (words, undo, redo) in [
            ("", &[][..], &[][..]),
            ("a a a", &[3, 2, 1], &[]),
            ("a a u2", &[1], &[2]),
            ("a a u2 u1", &[], &[1, 2]),
            ("a a u2 u1 r1", &[1], &[2]),
            ("a a u2 u1 r1 r2", &[2, 1], &[]),
            ("a a u2 r2 u2", &[1], &[2]),
            // Who does something else has chosen another way: there is nothing to redo.
            ("a a u2 a", &[4, 1], &[]),
            ("a a u2 a u4", &[1], &[4]),
            // One deed of several records.
            ("a w1 w1 a u4", &[1], &[4]),
            ("a w1 u1 u1", &[], &[1]),
            // A feed that moved is no deed, and an unfollow that does not say what was before cannot be undone.
            ("a m", &[1], &[]),
            ("a u1 m", &[], &[1]),
            ("a x", &[1], &[]),
        ] {
            let history = History::read(&journal(words), 10);
            let numbers = |deeds: &[Deed]| deeds.iter().map(|deed| deed.n).collect::<Vec<_>>();
            assert_eq!((numbers(&history.undo), numbers(&history.redo)), (undo.to_vec(), redo.to_vec()), "{words}");
        }
    }

    #[test]
    fn a_deed_has_its_acts_in_order_and_its_inverse_the_other_way_round() {
        let deed = History::read(&journal("a w1 w1"), 1).undo.remove(0);
        let posts = |acts: &[Act]| -> Vec<u8> {
            acts.iter().map(|act| if let Act::Star { of, .. } = act { of[0].0[0] } else { 0 }).collect()
        };
        assert_eq!(posts(&deed.acts), [1, 2, 3]);
        assert_eq!(posts(&deed.inverse().unwrap()), [3, 2, 1]);
    }
}
