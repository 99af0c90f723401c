//! Which few of all suggestions are shown as cards at first: the best, but not all of one circle, and always some who are
//! found by what they write. `suggest` gives the plain ranking. Pure.

use std::collections::HashMap;

use crate::model::{ReasonKind, Suggestion};

/// As many cards as are shown at first: whom one can get to know in a week.
pub const FEW: usize = 7;
/// Places for voices that nobody around the user leads to, as long as there are any.
const VOICES: usize = 2;
/// So many at most that the same blog leads to, as long as there are others.
const MOST_OF_A_CIRCLE: usize = 3;

/// The few to show of those who fit, best first in and out.
pub fn few<'a>(fitting: &[&'a Suggestion]) -> Vec<&'a Suggestion> {
    let mut chosen: Vec<usize> = (0..fitting.len()).filter(|&at| is_voice(fitting[at])).take(VOICES).collect();
    let mut of_circle: HashMap<&str, usize> = HashMap::new();
    for (at, person) in fitting.iter().enumerate() {
        if chosen.len() == FEW {
            break;
        }
        if chosen.contains(&at) {
            continue;
        }
        let Some(bridge) = bridge(person) else {
            chosen.push(at);
            continue;
        };
        let shown = of_circle.entry(bridge).or_default();
        if *shown < MOST_OF_A_CIRCLE {
            *shown += 1;
            chosen.push(at);
        }
    }
    let others: Vec<usize> = (0..fitting.len()).filter(|at| !chosen.contains(at)).collect();
    chosen.extend(others.into_iter().take(FEW.saturating_sub(chosen.len())));
    chosen.sort_unstable();
    chosen.into_iter().map(|at| fitting[at]).collect()
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
    use crate::model::{Blog, Evidence, FeedUrl, PageUrl, Plain, Reason, Standing};

    /// By whose blog somebody is connected, or by what they write.
    fn suggestion(rank: usize, bridge: Option<&str>) -> Suggestion {
        let blog = Blog::unknown(FeedUrl::parse(&format!("https://blog{rank}.example/feed")).unwrap());
        let page = PageUrl::parse(&format!("https://{}.example/1", bridge.unwrap_or("own"))).unwrap();
        let evidence = Evidence {
            post_url: page,
            post_title: Plain::line("Bread"),
            published: None,
            quote: Plain::line("Rye bread."),
        };
        let kind = if bridge.is_some() { ReasonKind::Friends } else { ReasonKind::Interests };
        Suggestion {
            rank,
            score: 1.0 / rank as f64,
            blog,
            standing: Standing::New,
            reasons: vec![Reason { kind, strength: 0.5, text: Plain::line("a reason"), evidence: vec![evidence] }],
            red_lines: Vec::new(),
            contact: Vec::new(),
            place: None,
            posts_per_month: None,
            last_post: None,
            silent_since: None,
        }
    }

    fn ranks(of: &[Option<&str>]) -> Vec<usize> {
        let all: Vec<Suggestion> = (1..).zip(of).map(|(rank, bridge)| suggestion(rank, *bridge)).collect();
        few(&all.iter().collect::<Vec<_>>()).iter().map(|person| person.rank).collect()
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
