//! Friends: who of the user's people links to them, whom of the user's people they link to, and who stands between.

use super::{MOST_EVIDENCE, Teller, list, newest_first, of_edge, of_roll};
use crate::{
    discover::{edges::own_sites, knowledge::Known},
    model::{Evidence, Plain, Reason, ReasonKind},
};

/// What one blog shows of its links to another.
struct Shown {
    declared: bool,
    evidence: Vec<Evidence>,
}

pub(super) fn of(teller: &Teller<'_>, blog: usize) -> Option<Reason> {
    let graph = &teller.signals.graph;
    let followed = &teller.signals.followed;
    let mut from: Vec<(usize, f64)> = graph.into[blog]
        .iter()
        .filter(|(from, _)| followed.contains(from))
        .map(|(from, weight)| (*from, *weight))
        .collect();
    from.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let to: Vec<usize> = graph.out[blog].keys().copied().filter(|to| followed.contains(to)).collect();
    if from.is_empty() && to.is_empty() {
        return between(teller, blog);
    }
    let them = teller.known(blog);
    let shown: Vec<(usize, Shown)> = from.iter().map(|(from, _)| (*from, show(teller.known(*from), them))).collect();
    let mut evidence: Vec<Evidence> = shown.iter().filter_map(|(_, shown)| shown.evidence.first().cloned()).collect();
    let back: Vec<Evidence> =
        to.iter().filter_map(|&to| show(them, teller.known(to)).evidence.into_iter().next()).collect();
    let room = if back.is_empty() { MOST_EVIDENCE } else { MOST_EVIDENCE - 1 };
    evidence.truncate(room);
    evidence.extend(back.into_iter().take(MOST_EVIDENCE - evidence.len()));
    let more = shown.into_iter().flat_map(|(_, shown)| shown.evidence.into_iter().skip(1));
    let room = MOST_EVIDENCE - evidence.len();
    evidence.extend(more.take(room).collect::<Vec<_>>());
    let strength = 1.0 - (-0.45 * (from.iter().map(|(_, weight)| weight).sum::<f64>() + to.len() as f64)).exp();
    let text = Plain::line(&tell(teller, blog, &from, &to));
    Some(Reason { kind: ReasonKind::Friends, strength, text, evidence })
}

fn tell(teller: &Teller<'_>, blog: usize, from: &[(usize, f64)], to: &[usize]) -> String {
    let title = |blog: usize| &teller.known(blog).blog.title;
    let them = teller.known(blog);
    let declaring: Vec<&Plain> = from
        .iter()
        .filter(|(from, _)| show(teller.known(*from), them).declared)
        .map(|(from, _)| title(*from))
        .collect();
    let linking: Vec<&Plain> =
        from.iter().map(|(from, _)| title(*from)).filter(|title| !declaring.contains(title)).collect();
    let both: Vec<&Plain> =
        to.iter().filter(|to| from.iter().any(|(from, _)| from == *to)).map(|&to| title(to)).collect();
    let only_to: Vec<&Plain> = to.iter().map(|&to| title(to)).filter(|title| !both.contains(title)).collect();
    let mut parts = Vec::new();
    if !declaring.is_empty() {
        parts.push(format!("on the blogroll of {}", list(&declaring, 3)));
    }
    if !linking.is_empty() {
        parts.push(format!("linked by {}", list(&linking, 3)));
    }
    match (both.is_empty(), only_to.is_empty()) {
        (false, true) => parts.push(format!("links back to {}", list(&both, 3))),
        (true, false) => parts.push(format!("links to {}", list(&only_to, 3))),
        (false, false) => parts.push(format!("links back to {} and to {}", list(&both, 2), list(&only_to, 2))),
        (true, true) => {}
    }
    format!("{}, whom you follow", parts.join("; "))
}

/// Somebody whom the user's people link to, and who links to the candidate.
fn between(teller: &Teller<'_>, blog: usize) -> Option<Reason> {
    let graph = &teller.signals.graph;
    let them = teller.known(blog);
    let mut bridges: Vec<(usize, usize, f64)> = graph.into[blog]
        .iter()
        .filter_map(|(&bridge, &weight)| {
            let near = graph.both(bridge);
            let friend = near.iter().find(|near| teller.signals.followed.contains(near))?;
            Some((bridge, *friend, weight))
        })
        .collect();
    bridges.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let evidence: Vec<Evidence> = bridges
        .iter()
        .filter_map(|(bridge, ..)| show(teller.known(*bridge), them).evidence.into_iter().next())
        .take(MOST_EVIDENCE)
        .collect();
    let (bridge, friend, _) = *bridges.first()?;
    let (bridge_name, friend_name) = (&teller.known(bridge).blog.title, &teller.known(friend).blog.title);
    let verb = if graph.into[bridge].contains_key(&friend) { "is linked by" } else { "links to" };
    let more = if bridges.len() > 1 {
        format!(" and {} more around those you follow", bridges.len() - 1)
    } else {
        String::new()
    };
    let text = format!("linked by {bridge_name}{more}; {bridge_name} {verb} {friend_name}, whom you follow");
    let strength = 1.0 - (-0.2 * bridges.len() as f64).exp();
    Some(Reason { kind: ReasonKind::Friends, strength, text: Plain::line(&text), evidence })
}

fn show(from: &Known, to: &Known) -> Shown {
    let sites = own_sites(&to.blog);
    let on_roll: Vec<_> = from.roll.links.iter().filter(|link| link.declared && sites.contains(&link.site)).collect();
    let mut in_posts: Vec<_> = from
        .edges
        .edges
        .iter()
        .filter(|edge| edge.site.as_ref().is_some_and(|site| sites.contains(site)))
        .filter_map(|edge| Some((edge, from.edges.sources.get(edge.source as usize)?)))
        .collect();
    newest_first(&mut in_posts);
    // Who is on a blogroll is shown there first: it is the plainest of proofs.
    let mut evidence: Vec<Evidence> = on_roll.iter().take(1).map(|link| of_roll(link)).collect();
    evidence.extend(in_posts.iter().take(2).map(|(edge, source)| of_edge(edge, source)));
    Shown { declared: !on_roll.is_empty(), evidence }
}
