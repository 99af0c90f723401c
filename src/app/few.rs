//! Which few of all suggestions are shown as cards at first: the best, but not all of one circle, and always some who are
//! found by what they write. They hold for a week. `suggest` gives the plain ranking. Pure.

use std::collections::HashMap;

use crate::model::{BlogId, ReasonKind, Suggestion, Timestamp};

/// As many cards as are shown at first: whom one can get to know in a week.
pub const FEW: usize = 7;
/// Places for voices that nobody around the user leads to, as long as there are any.
const VOICES: usize = 2;
/// So many at most that the same blog leads to, as long as there are others.
const MOST_OF_A_CIRCLE: usize = 3;
/// Whoever is among the first of so many keeps their place.
const NEAR_THE_TOP: usize = 3 * FEW;
/// How long the same few are shown, in seconds.
const WEEK: u64 = 7 * 24 * 3600;
/// How long whoever was shown for a week, and nobody cared, is not among them again; in seconds.
const REST: i64 = 4 * WEEK as i64;

/// Who is shown this week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Week {
    /// When its cards were chosen.
    pub since: Timestamp,
    /// In the order in which they came. Whoever was sent away is still there, so that they have their place again if that
    /// is undone.
    pub cards: Vec<Card>,
    /// Who makes room for others, and until when.
    pub resting: Vec<(BlogId, Timestamp)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    pub blog: BlogId,
    /// Less than [`FEW`].
    pub place: usize,
    pub since: Timestamp,
}

impl Week {
    pub fn is_over(&self, now: Timestamp) -> bool {
        is_a_week_ago(self.since, now)
    }

    /// The next week, before anybody is chosen: whoever was shown for a week and not `heeded` (read or judged) rests.
    pub fn next(&self, now: Timestamp, heeded: impl Fn(BlogId) -> bool) -> Self {
        let still = self.resting.iter().copied().filter(|(_, until)| *until > now);
        let unheeded = self.cards.iter().filter(|card| is_a_week_ago(card.since, now) && !heeded(card.blog));
        let resting = still.chain(unheeded.map(|card| (card.blog, Timestamp(now.0 + REST)))).collect();
        Self { since: now, cards: Vec::new(), resting }
    }

    /// Notes who is shown in which place. Of those who fit, whoever fell far behind has no claim to a place any more.
    pub fn note(&mut self, shown: &[(usize, &Suggestion)], fitting: &[&Suggestion], now: Timestamp) {
        let behind = fitting.iter().skip(NEAR_THE_TOP);
        let behind: Vec<BlogId> = behind.map(|person| person.blog.id).collect();
        self.cards.retain(|card| !behind.contains(&card.blog));
        for &(place, person) in shown {
            match self.cards.iter_mut().find(|card| card.blog == person.blog.id) {
                Some(card) => card.place = place,
                None => self.cards.push(Card { blog: person.blog.id, place, since: now }),
            }
        }
    }

    fn rests(&self, person: &Suggestion) -> bool {
        self.resting.iter().any(|(blog, _)| *blog == person.blog.id)
    }
}

/// A clock that was far ahead once must not hold anybody for years.
fn is_a_week_ago(then: Timestamp, now: Timestamp) -> bool {
    now.0.abs_diff(then.0) >= WEEK
}

/// The few to show of those who fit, best first, with their places. Whoever has a place in this week keeps it while they are
/// near the top; the best others take those that are free.
pub fn few<'a>(fitting: &[&'a Suggestion], week: &Week) -> Vec<(usize, &'a Suggestion)> {
    let mut places: [Option<usize>; FEW] = [None; FEW];
    for card in &week.cards {
        let at = fitting.iter().take(NEAR_THE_TOP).position(|person| person.blog.id == card.blog);
        if let Some(free @ None) = places.get_mut(card.place) {
            *free = at;
        }
    }
    let held: Vec<usize> = places.iter().flatten().copied().collect();
    let mut others = best_others(fitting, &held, week).into_iter();
    for free in places.iter_mut().filter(|place| place.is_none()) {
        *free = others.next();
    }
    places.iter().enumerate().filter_map(|(place, at)| Some((place, fitting[(*at)?]))).collect()
}

/// Who takes the places that are free, best first.
fn best_others(fitting: &[&Suggestion], held: &[usize], week: &Week) -> Vec<usize> {
    let mut chosen = held.to_vec();
    let voices = VOICES.saturating_sub(chosen.iter().filter(|&&at| is_voice(fitting[at])).count());
    let others: Vec<usize> = (0..fitting.len()).filter(|at| !held.contains(at)).collect();
    let (resting, others): (Vec<usize>, Vec<usize>) = others.into_iter().partition(|&at| week.rests(fitting[at]));
    chosen.extend(others.iter().filter(|&&at| is_voice(fitting[at])).take(voices.min(FEW - held.len())));
    let mut of_circle: HashMap<&str, usize> = HashMap::new();
    for bridge in chosen.iter().filter_map(|&at| bridge(fitting[at])) {
        *of_circle.entry(bridge).or_default() += 1;
    }
    for &at in &others {
        if chosen.len() == FEW {
            break;
        }
        if chosen.contains(&at) {
            continue;
        }
        let shown = bridge(fitting[at]).map(|bridge| of_circle.entry(bridge).or_default());
        if shown.as_ref().is_none_or(|shown| **shown < MOST_OF_A_CIRCLE) {
            shown.into_iter().for_each(|shown| *shown += 1);
            chosen.push(at);
        }
    }
    let left: Vec<usize> = others.into_iter().chain(resting).filter(|at| !chosen.contains(at)).collect();
    chosen.extend(left.into_iter().take(FEW.saturating_sub(chosen.len())));
    let mut new = chosen.split_off(held.len());
    new.sort_unstable();
    new
}

/// Whether what they write says more for somebody than whom they know.
fn is_voice(person: &Suggestion) -> bool {
    let strongest = person.reasons.iter().max_by(|a, b| a.strength.total_cmp(&b.strength));
    strongest.is_some_and(|reason| matches!(reason.kind, ReasonKind::Interests | ReasonKind::Perspective))
}

/// The host of the page that shows best how somebody is connected; `None` for whoever is not.
fn bridge(person: &Suggestion) -> Option<&str> {
    let friends = person.reasons.iter().find(|reason| reason.kind == ReasonKind::Friends)?;
    Some(friends.evidence.first()?.post_url.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By whose blog each is connected, or by what they write.
    fn people(of: &[Option<&str>]) -> Vec<Suggestion> {
        let one = |(rank, bridge): (usize, &Option<&str>)| {
            let kind = if bridge.is_some() { ReasonKind::Friends } else { ReasonKind::Interests };
            let reason = (kind, bridge.unwrap_or("own"));
            Suggestion { rank, ..Suggestion::made_up(&format!("blog{rank}"), &[reason]) }
        };
        (1..).zip(of).map(one).collect()
    }

    fn shown(people: &[Suggestion], week: &Week) -> Vec<usize> {
        few(&people.iter().collect::<Vec<_>>(), week).iter().map(|(_, person)| person.rank).collect()
    }

    fn ranks(of: &[Option<&str>]) -> Vec<usize> {
        shown(&people(of), &Week::default())
    }

    /// A week in which these are shown, as they were chosen.
    fn week_of(people: &[Suggestion], now: Timestamp) -> Week {
        let mut week = Week { since: now, ..Week::default() };
        note(&mut week, people, now);
        week
    }

    fn note(week: &mut Week, people: &[Suggestion], now: Timestamp) {
        let fitting: Vec<&Suggestion> = people.iter().collect();
        week.note(&few(&fitting, week), &fitting, now);
    }

    const MONDAY: Timestamp = Timestamp(1_790_000_000);

    #[test]
    fn who_is_shown_keeps_the_place_while_they_are_near_the_top() {
        let mut people = people(&[Some("ann"); 30].map(|_| None));
        let mut week = week_of(&people, MONDAY);
        people.swap(0, 15);
        people.swap(1, 3);
        assert_eq!(shown(&people, &week), [1, 2, 3, 4, 5, 6, 7], "a ranking that changed a little moves nobody");
        people.swap(15, 25);
        assert_eq!(shown(&people, &week), [16, 2, 3, 4, 5, 6, 7], "the best other one takes the place that is free");
        note(&mut week, &people, MONDAY);
        people.swap(15, 25);
        assert_eq!(shown(&people, &week), [16, 2, 3, 4, 5, 6, 7], "whoever fell behind has no claim to it");
    }

    #[test]
    fn who_is_sent_away_makes_room_and_has_their_place_again_if_that_is_undone() {
        let all = people(&[None; 12]);
        let mut week = week_of(&all, MONDAY);
        let without: Vec<Suggestion> = all.iter().filter(|person| person.rank != 3).cloned().collect();
        assert_eq!(shown(&without, &week), [1, 2, 8, 4, 5, 6, 7]);
        note(&mut week, &without, MONDAY);
        assert_eq!(shown(&all, &week), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(shown(&without[..5], &week), [1, 2, 4, 5, 6], "where nobody is left, others move up");
    }

    #[test]
    fn who_takes_a_free_place_is_chosen_by_the_same_rules() {
        let (ann, ben) = (Some("ann"), Some("ben"));
        let all = people(&[ann, ann, ann, ben, ben, None, None, ann, ben, None]);
        let week = week_of(&all, MONDAY);
        let without =
            |rank: usize| -> Vec<Suggestion> { all.iter().filter(|person| person.rank != rank).cloned().collect() };
        assert_eq!(shown(&without(4), &week), [1, 2, 3, 9, 5, 6, 7], "three are of Ann's circle");
        assert_eq!(shown(&without(6), &week), [1, 2, 3, 4, 5, 10, 7], "a voice takes a voice's place");
    }

    #[test]
    fn after_a_week_others_are_shown_before_those_whom_nobody_read_or_judged() {
        let people = people(&[None; 12]);
        let week = week_of(&people, MONDAY);
        let later = |days: i64| Timestamp(MONDAY.0 + days * 24 * 3600);
        assert!(!week.is_over(later(6)) && week.is_over(later(7)) && week.is_over(later(-400)));
        let read = people[1].blog.id;
        let next = week.next(later(7), |blog| blog == read);
        assert_eq!(shown(&people, &next), [1, 2, 8, 9, 10, 11, 12], "as many of the others as there are");
        assert_eq!(shown(&people[..6], &next), [1, 2, 3, 4, 5, 6], "where there is nobody else they stay");
        let mut joined = week.clone();
        joined.cards.iter_mut().for_each(|card| card.since = later(3));
        assert_eq!(joined.next(later(7), |_| false).resting, [], "nobody rests who was not shown for a week");
        assert_eq!(next.next(later(20), |_| false).resting.len(), 6);
        assert_eq!(next.next(later(40), |_| false).resting, [], "they come back after a while");
    }

    #[test]
    fn one_circle_leaves_room_for_others_and_voices_have_their_places() {
        let (ann, ben) = (Some("ann"), Some("ben"));
        let of_one = [ann, ann, ann, ann, ann, ann, ben, ben, ann, None, ann, None, None];
        assert_eq!(ranks(&of_one), [1, 2, 3, 7, 8, 10, 12], "in the order of the ranking");
    }

    #[test]
    fn where_there_is_nobody_else_one_circle_fills_the_cards() {
        assert_eq!(ranks(&[Some("ann"); 9]), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(ranks(&[None; 9]), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(ranks(&[None, Some("ann")]), [1, 2]);
        assert!(ranks(&[]).is_empty());
    }
}
