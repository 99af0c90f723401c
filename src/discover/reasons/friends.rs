//! Friends: who of the user's people links to them, whom of the user's people they link to, and who stands between.

use super::{MOST_EVIDENCE, Teller, list, looked::Looked, newest_first, of_edge, of_roll};
use crate::{
    discover::edges::{Edge, Source, own_sites},
    model::{Evidence, Plain, Reason, ReasonKind},
    store::StoreError,
};

/// How one leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    Declared,
    Linked,
    /// Only by a comment that they left there.
    Commented,
}

/// What shows how one blog leads to another.
struct Shown {
    tie: Tie,
    evidence: Vec<Evidence>,
}

pub(super) fn of(teller: &Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let graph = &teller.near.graph;
    let is_followed = |blog: &usize| teller.near.is_followed(*blog);
    let mut from: Vec<(usize, f64)> =
        graph.into[blog].iter().filter(|(from, _)| is_followed(from)).map(|(from, weight)| (*from, *weight)).collect();
    from.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let to: Vec<usize> = graph.out[blog].keys().copied().filter(|to| is_followed(to)).collect();
    if from.is_empty() && to.is_empty() {
        return between(teller, blog);
    }
    let them = teller.known(blog)?;
    let mut shown: Vec<(usize, Shown)> = Vec::new();
    for (from, _) in &from {
        shown.push((*from, show(&*teller.known(*from)?, &them)?));
    }
    let mut evidence: Vec<Evidence> = shown.iter().filter_map(|(_, shown)| shown.evidence.first().cloned()).collect();
    let mut back: Vec<(usize, Shown)> = Vec::new();
    for &to in &to {
        back.push((to, show(&them, &*teller.known(to)?)?));
    }
    let text = Plain::line(&tell(teller, &shown, &back)?);
    let back: Vec<Evidence> = back.into_iter().filter_map(|(_, shown)| shown.evidence.into_iter().next()).collect();
    let room = if back.is_empty() { MOST_EVIDENCE } else { MOST_EVIDENCE - 1 };
    evidence.truncate(room);
    evidence.extend(back.into_iter().take(MOST_EVIDENCE - evidence.len()));
    let more = shown.into_iter().flat_map(|(_, shown)| shown.evidence.into_iter().skip(1));
    let room = MOST_EVIDENCE - evidence.len();
    evidence.extend(more.take(room).collect::<Vec<_>>());
    let strength = 1.0 - (-0.45 * (from.iter().map(|(_, weight)| weight).sum::<f64>() + to.len() as f64)).exp();
    Ok(Some(Reason { kind: ReasonKind::Friends, strength, text, evidence }))
}

fn tell(teller: &Teller<'_>, from: &[(usize, Shown)], to: &[(usize, Shown)]) -> Result<String, StoreError> {
    let titles = |blogs: Vec<usize>| blogs.into_iter().map(|blog| teller.title(blog)).collect::<Result<Vec<_>, _>>();
    let tied = |blogs: &[(usize, Shown)], tie: Tie| {
        blogs.iter().filter(|(_, shown)| shown.tie == tie).map(|(blog, _)| *blog).collect::<Vec<_>>()
    };
    let mut parts = Vec::new();
    for (tie, words) in
        [(Tie::Declared, "on the blogroll of"), (Tie::Linked, "linked by"), (Tie::Commented, "commented on by")]
    {
        let names = titles(tied(from, tie))?;
        if !names.is_empty() {
            parts.push(format!("{words} {}", list(&names, 3)));
        }
    }
    let is_linker = |blog: &usize| from.iter().any(|(from, _)| from == blog);
    let linked = || to.iter().filter(|(_, shown)| shown.tie != Tie::Commented).map(|(blog, _)| *blog);
    let both = titles(linked().filter(is_linker).collect())?;
    let only_to = titles(linked().filter(|to| !is_linker(to)).collect())?;
    match (both.is_empty(), only_to.is_empty()) {
        (false, true) => parts.push(format!("links back to {}", list(&both, 3))),
        (true, false) => parts.push(format!("links to {}", list(&only_to, 3))),
        (false, false) => parts.push(format!("links back to {} and to {}", list(&both, 2), list(&only_to, 2))),
        (true, true) => {}
    }
    let commented = titles(tied(to, Tie::Commented))?;
    if !commented.is_empty() {
        parts.push(format!("comments on {}", list(&commented, 3)));
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
            let friend = near.iter().find(|near| teller.near.is_followed(**near))?;
            Some((bridge, *friend, weight))
        })
        .collect();
    bridges.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let Some(&(bridge, friend, _)) = bridges.first() else { return Ok(None) };
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut first_tie = None;
    for (bridge, ..) in bridges.iter().take(2 * MOST_EVIDENCE) {
        let shown = show(&*teller.known(*bridge)?, &them)?;
        first_tie = first_tie.or(Some(shown.tie));
        evidence.extend(shown.evidence.into_iter().next());
    }
    evidence.truncate(MOST_EVIDENCE);
    let (bridge_name, friend_name) = (teller.title(bridge)?, teller.title(friend)?);
    let is_by_friend = graph.into[bridge].contains_key(&friend);
    let (from, to) = if is_by_friend { (friend, bridge) } else { (bridge, friend) };
    let verb = match (is_by_friend, show(&*teller.known(from)?, &*teller.known(to)?)?.tie) {
        (true, Tie::Commented) => "is commented on by",
        (true, _) => "is linked by",
        (false, Tie::Commented) => "comments on",
        (false, _) => "links to",
    };
    let tied = if first_tie == Some(Tie::Commented) { "commented on by" } else { "linked by" };
    let more = if bridges.len() > 1 {
        format!(" and {} more around those you follow", bridges.len() - 1)
    } else {
        String::new()
    };
    let text = format!("{tied} {bridge_name}{more}; {bridge_name} {verb} {friend_name}, whom you follow");
    let strength = 1.0 - (-0.2 * bridges.len() as f64).exp();
    Ok(Some(Reason { kind: ReasonKind::Friends, strength, text: Plain::line(&text), evidence }))
}

fn show(from: &Looked, to: &Looked) -> Result<Shown, StoreError> {
    let sites = own_sites(&to.blog);
    let on_roll = from.roll_to(&sites)?;
    let in_posts = newest(from.edges_to(to, true)?.to_vec());
    // Who is on a blogroll is shown there first: it is the plainest of proofs.
    let mut evidence: Vec<Evidence> = on_roll.iter().take(1).map(of_roll).collect();
    evidence.extend(in_posts.iter().take(2).map(|(edge, source)| of_edge(edge, source)));
    let mut tie = if on_roll.is_empty() { Tie::Linked } else { Tie::Declared };
    if evidence.is_empty() {
        let comments = newest(to.edges_to(from, false)?.to_vec());
        evidence.extend(comments.iter().take(2).map(|(edge, source)| of_edge(edge, source)));
        if !evidence.is_empty() {
            tie = Tie::Commented;
        }
    }
    Ok(Shown { tie, evidence })
}

fn newest(mut found: Vec<(Edge, Source)>) -> Vec<(Edge, Source)> {
    newest_first(&mut found);
    found
}
