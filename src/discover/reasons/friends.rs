//! Friends: who of the user's people links to them, whom of the user's people they link to, and who stands between.

use super::{MOST_EVIDENCE, Teller, list, newest_first, of_edge, of_roll};
use crate::{
    discover::{edges::own_sites, knowledge::Known},
    model::{Evidence, Plain, Reason, ReasonKind},
    store::StoreError,
};

/// What one blog shows of its links to another.
struct Shown {
    declared: bool,
    evidence: Vec<Evidence>,
}

pub(super) fn of(teller: &Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let graph = &teller.near.graph;
    let followed = &teller.followed;
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
    let them = teller.known(blog)?;
    let mut shown: Vec<(usize, Shown)> = Vec::new();
    for (from, _) in &from {
        shown.push((*from, show(&*teller.known(*from)?, &them)));
    }
    let mut evidence: Vec<Evidence> = shown.iter().filter_map(|(_, shown)| shown.evidence.first().cloned()).collect();
    let mut back: Vec<Evidence> = Vec::new();
    for &to in &to {
        back.extend(show(&them, &*teller.known(to)?).evidence.into_iter().next());
    }
    let text = Plain::line(&tell(teller, &shown, &to)?);
    let room = if back.is_empty() { MOST_EVIDENCE } else { MOST_EVIDENCE - 1 };
    evidence.truncate(room);
    evidence.extend(back.into_iter().take(MOST_EVIDENCE - evidence.len()));
    let more = shown.into_iter().flat_map(|(_, shown)| shown.evidence.into_iter().skip(1));
    let room = MOST_EVIDENCE - evidence.len();
    evidence.extend(more.take(room).collect::<Vec<_>>());
    let strength = 1.0 - (-0.45 * (from.iter().map(|(_, weight)| weight).sum::<f64>() + to.len() as f64)).exp();
    Ok(Some(Reason { kind: ReasonKind::Friends, strength, text, evidence }))
}

fn tell(teller: &Teller<'_>, from: &[(usize, Shown)], to: &[usize]) -> Result<String, StoreError> {
    let titles = |blogs: Vec<usize>| blogs.into_iter().map(|blog| teller.title(blog)).collect::<Result<Vec<_>, _>>();
    let linkers =
        |declared: bool| from.iter().filter(move |(_, shown)| shown.declared == declared).map(|(from, _)| *from);
    let declaring = titles(linkers(true).collect())?;
    let linking = titles(linkers(false).collect())?;
    let is_linker = |blog: &usize| from.iter().any(|(from, _)| from == blog);
    let both = titles(to.iter().copied().filter(is_linker).collect())?;
    let only_to = titles(to.iter().copied().filter(|to| !is_linker(to)).collect())?;
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
    Ok(format!("{}, whom you follow", parts.join("; ")))
}

/// Somebody whom the user's people link to, and who links to the candidate.
fn between(teller: &Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let graph = &teller.near.graph;
    let them = teller.known(blog)?;
    let mut bridges: Vec<(usize, usize, f64)> = graph.into[blog]
        .iter()
        .filter_map(|(&bridge, &weight)| {
            let near = graph.both(bridge);
            let friend = near.iter().find(|near| teller.followed.contains(near))?;
            Some((bridge, *friend, weight))
        })
        .collect();
    bridges.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let Some(&(bridge, friend, _)) = bridges.first() else { return Ok(None) };
    let mut evidence: Vec<Evidence> = Vec::new();
    for (bridge, ..) in bridges.iter().take(2 * MOST_EVIDENCE) {
        evidence.extend(show(&*teller.known(*bridge)?, &them).evidence.into_iter().next());
    }
    evidence.truncate(MOST_EVIDENCE);
    let (bridge_name, friend_name) = (teller.title(bridge)?, teller.title(friend)?);
    let verb = if graph.into[bridge].contains_key(&friend) { "is linked by" } else { "links to" };
    let more = if bridges.len() > 1 {
        format!(" and {} more around those you follow", bridges.len() - 1)
    } else {
        String::new()
    };
    let text = format!("linked by {bridge_name}{more}; {bridge_name} {verb} {friend_name}, whom you follow");
    let strength = 1.0 - (-0.2 * bridges.len() as f64).exp();
    Ok(Some(Reason { kind: ReasonKind::Friends, strength, text: Plain::line(&text), evidence }))
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
