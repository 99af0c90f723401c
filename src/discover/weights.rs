//! What each followed blog counts among all that are followed, by what the user does with its posts. Pure.
//!
//! All count 1 until there is something to tell them apart by. One of which more is starred, finished and opened than of
//! others counts up to 2; so does one whose author the user flagged, invited or met. One of which nothing was ever opened
//! counts down to a half, if it wrote a lot and the user opened a fair number of posts of others: not having got round to
//! somebody says nothing. Weights move in coarse steps, so that one star seldom changes any of them and all has to be
//! reckoned anew.

use std::collections::{BTreeMap, BTreeSet};

use crate::{model::BlogId, store::Habits};

/// A star says more than the end of a post, which says more than that it was opened: a post that was finished was opened
/// too.
const STAR: f64 = 2.0;
const FINISHED: f64 = 1.0;
const OPENED: f64 = 1.0;
/// As if so much had been done with the posts of every blog: a first post that is opened moves nothing.
const BEFORE: f64 = 6.0;
/// Steps that double a weight, and the most of them.
const DOUBLING: i8 = 4;
const MOST: i8 = DOUBLING;
/// Steps for an author whom the user flagged, invited or met.
const LIKED: i8 = 2;
/// Posts of others that were opened, until a blog that nobody opens sinks by the first steps, and by all.
const FAIR: u32 = 40;
const MANY_OPENED: u32 = 120;
const FIRST_SINKING: i8 = 2;
/// A blog that wrote fewer posts than this since it is followed does not sink.
pub const WROTE_A_LOT: usize = 12;

/// How much a followed blog counts, in steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// From -4 to 4; four of them are twice as much.
    pub by: i8,
    /// Whether that holds only for one that wrote a lot ([`WROTE_A_LOT`]).
    pub if_much: bool,
}

impl Step {
    /// From a half to 2.
    pub fn weight(self) -> f64 {
        if self.by == 0 { 1.0 } else { (f64::from(self.by) / f64::from(DOUBLING)).exp2() }
    }
}

/// The steps of those followed blogs that do not count 1. `liked` are those whose authors the user flagged, invited or met.
pub fn steps(
    followed: &BTreeSet<BlogId>,
    habits: &BTreeMap<BlogId, Habits>,
    liked: &BTreeSet<BlogId>,
) -> BTreeMap<BlogId, Step> {
    let of = |blog: &BlogId| habits.get(blog).copied().unwrap_or_default();
    let done = |blog: &BlogId| {
        let Habits { starred, opened, finished } = of(blog);
        STAR * f64::from(starred) + OPENED * f64::from(opened) + FINISHED * f64::from(finished)
    };
    let all: f64 = followed.iter().map(done).sum();
    let others = followed.len().saturating_sub(1).max(1) as f64;
    let usual = |done: f64| coarse((BEFORE + (all - done) / others) / BEFORE) * BEFORE;
    let opened: u32 = followed.iter().map(|blog| of(blog).opened).sum();
    let sinking = match opened {
        MANY_OPENED.. => -MOST,
        FAIR.. => -FIRST_SINKING,
        _ => 0,
    };
    let step = |blog: &BlogId| {
        let is_liked = liked.contains(blog);
        if of(blog) == Habits::default() && !is_liked {
            return Step { by: sinking, if_much: true };
        }
        let done = done(blog);
        let up = (f64::from(DOUBLING) * ((BEFORE + done) / usual(done)).log2()).floor().max(0.0) as i8;
        Step { by: (up + if is_liked { LIKED } else { 0 }).min(MOST), if_much: false }
    };
    followed.iter().map(|blog| (*blog, step(blog))).filter(|(_, step)| step.by != 0).collect()
}

/// To the next half of a doubling, so that the weight of one blog does not follow what is done with another.
fn coarse(ratio: f64) -> f64 {
    ((ratio.log2() * 2.0).round() / 2.0).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> BlogId {
        BlogId([number; 16])
    }

    /// The weights of ten blogs, of which some were starred, opened and finished so often; `liked` are those who were.
    fn weights(done: &[(u8, [u32; 3])], liked: &[u8]) -> Vec<f64> {
        let followed: BTreeSet<BlogId> = (0..10).map(id).collect();
        let habits = done
            .iter()
            .map(|(blog, [starred, opened, finished])| {
                (id(*blog), Habits { starred: *starred, opened: *opened, finished: *finished })
            })
            .collect();
        let steps = steps(&followed, &habits, &liked.iter().map(|blog| id(*blog)).collect());
        (0..10).map(|blog| steps.get(&id(blog)).copied().unwrap_or_default().weight()).collect()
    }

    #[test]
    fn where_nothing_is_known_all_count_one() {
        assert_eq!(weights(&[], &[]), [1.0; 10]);
        assert_eq!(weights(&[(3, [0, 1, 0])], &[]), [1.0; 10], "one post that was opened");
        assert!(weights(&[(3, [1, 1, 0])], &[])[3] > 1.0);
    }

    #[test]
    fn what_is_starred_and_finished_counts_more_than_what_is_only_opened_within_bounds() {
        let weights = weights(&[(0, [9, 20, 20]), (1, [0, 10, 8]), (2, [0, 10, 0]), (3, [90, 900, 900])], &[]);
        assert!(weights[3] == 2.0 && weights[0] >= weights[1] && weights[1] >= weights[2], "{weights:?}");
        assert!(weights.iter().all(|weight| (0.5..=2.0).contains(weight)));
        // What is done with all alike tells nothing.
        let all: Vec<(u8, [u32; 3])> = (0..10).map(|blog| (blog, [3, 12, 9])).collect();
        assert_eq!(self::weights(&all, &[]), [1.0; 10]);
    }

    #[test]
    fn what_is_never_opened_sinks_when_a_fair_number_of_others_was() {
        for (opened, sunk) in [(10, 1.0), (FAIR, 0.5_f64.sqrt()), (MANY_OPENED, 0.5)] {
            let weights = weights(&[(0, [0, opened, 0]), (1, [1, 0, 0])], &[4]);
            assert_eq!((weights[9], weights[0] >= 1.0, weights[1] >= 1.0), (sunk, true, true), "{opened}");
            assert!(weights[4] > 1.0, "whose author was flagged");
        }
        let followed = BTreeSet::from([id(0), id(1)]);
        let habits = BTreeMap::from([(id(0), Habits { opened: 500, ..Habits::default() })]);
        let step = steps(&followed, &habits, &BTreeSet::new())[&id(1)];
        assert!(step.if_much, "only one that wrote a lot");
    }

    #[test]
    fn one_more_star_seldom_moves_anything_else() {
        let all = |stars: u32| -> Vec<(u8, [u32; 3])> {
            (0..10).map(|blog| (blog, [u32::from(blog) + if blog == 5 { stars } else { 0 }, 20, 10])).collect()
        };
        let moved = |stars: u32| {
            let (before, after) = (weights(&all(stars), &[]), weights(&all(stars + 1), &[]));
            (0..10).filter(|blog| before[*blog] != after[*blog]).count()
        };
        assert!((0..12).map(moved).sum::<usize>() <= 6, "a dozen stars for one");
    }
}
