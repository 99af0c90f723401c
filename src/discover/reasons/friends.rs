//! Friends: who of the user's people links to them, whom of the user's people they link to, and who stands between. The
//! user's own blogs are among these, and are said to be the user's own.

use std::collections::BTreeMap;

use super::{
    ENOUGH_EVIDENCE, MOST_EVIDENCE, Teller, dated, list, looked::Looked, newest_first, of_edge, of_roll,
    without_repeats,
};
use crate::{
    discover::{
        edges::{Edge, Source, own_sites},
        near::Near,
    },
    model::{Evidence, Plain, Reason, ReasonKind, Timestamp},
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

/// Whether [`of`] finds something, told by the graph alone. Each of its links stands for one on a page, of a post or of a
/// comment, of which [`show`] makes evidence: the graph was reckoned of the same records ([`crate::discover::digest`]).
pub(super) fn is_tied(near: &Near, blog: usize) -> bool {
    let (from, to) = (&near.graph.into[blog], &near.graph.out[blog]);
    from.keys().chain(to.keys()).any(|other| near.is_seed(*other))
        || from.keys().any(|bridge| friend_of(near, *bridge).is_some())
}

/// A seed that is linked with a blog, in either direction: the first by index.
fn friend_of(near: &Near, bridge: usize) -> Option<usize> {
    let first = |links: &BTreeMap<usize, f64>| links.keys().copied().find(|other| near.is_seed(*other));
    let friends = [first(&near.graph.into[bridge]), first(&near.graph.out[bridge])];
    friends.into_iter().flatten().min()
}

pub(super) fn of(teller: &Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let graph = &teller.near.graph;
    let is_seed = |blog: &usize| teller.near.is_seed(*blog);
    let mut from: Vec<(usize, f64)> =
        graph.into[blog].iter().filter(|(from, _)| is_seed(from)).map(|(from, weight)| (*from, *weight)).collect();
    from.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let to: Vec<usize> = graph.out[blog].keys().copied().filter(|to| is_seed(to)).collect();
    if from.is_empty() && to.is_empty() {
        return between(teller, blog);
    }
    let them = teller.known(blog)?;
    let mut shown: Vec<(usize, Shown)> = Vec::new();
    for (from, _) in &from {
        shown.push((*from, show(&*teller.known(*from)?, &them)?));
    }
    let mut back: Vec<(usize, Shown)> = Vec::new();
    for &to in &to {
        back.push((to, show(&them, &*teller.known(to)?)?));
    }
    // Nobody is named or counted without a piece of evidence.
    shown.retain(|(_, shown)| !shown.evidence.is_empty());
    back.retain(|(_, shown)| !shown.evidence.is_empty());
    shown.truncate(MOST_EVIDENCE / 2);
    back.truncate(MOST_EVIDENCE / 2);
    if shown.is_empty() && back.is_empty() {
        return Ok(None);
    }
    let text = Plain::line(&tell_all(teller, &shown, &back)?);
    let first = |shown: &[(usize, Shown)]| -> Vec<Evidence> {
        shown.iter().filter_map(|(_, shown)| shown.evidence.first().cloned()).collect()
    };
    // Of each direction some come first, for not all are looked at.
    let (mut from_them, mut to_them) = (first(&shown), first(&back));
    let later = from_them.split_off(from_them.len().min(ENOUGH_EVIDENCE - 1));
    let later = later.into_iter().chain(to_them.split_off(to_them.len().min(ENOUGH_EVIDENCE - 1)));
    let named = from_them.into_iter().chain(to_them).chain(later);
    let mut evidence = without_repeats(named.collect());
    let more = shown.into_iter().chain(back).flat_map(|(_, shown)| shown.evidence.into_iter().skip(1));
    let room = ENOUGH_EVIDENCE.saturating_sub(evidence.len());
    evidence.extend(more.take(room).collect::<Vec<_>>());
    let evidence = without_repeats(evidence);
    let strength = 1.0 - (-0.45 * (from.iter().map(|(_, weight)| weight).sum::<f64>() + to.len() as f64)).exp();
    Ok(Some(Reason { kind: ReasonKind::Friends, strength, text, evidence }))
}

/// What those who are followed have to do with them, then what the user's own blogs have.
fn tell_all(teller: &Teller<'_>, from: &[(usize, Shown)], to: &[(usize, Shown)]) -> Result<String, StoreError> {
    let of = |shown: &[(usize, Shown)], own: bool| -> Vec<(usize, Tie, Option<Timestamp>)> {
        let some = shown.iter().filter(|(blog, _)| teller.near.is_own(*blog) == own);
        some.map(|(blog, shown)| (*blog, shown.tie, shown.evidence.first().and_then(|first| first.published))).collect()
    };
    let (followed, own) = ((of(from, false), of(to, false)), (of(from, true), of(to, true)));
    let mut said = Vec::new();
    if !(followed.0.is_empty() && followed.1.is_empty()) {
        said.push(format!("{}, whom you follow", tell(teller, &followed.0, &followed.1)?));
    }
    if !(own.0.is_empty() && own.1.is_empty()) {
        said.push(tell(teller, &own.0, &own.1)?);
    }
    Ok(said.join("; "))
}

/// Of each who leads to them or whom they lead to: how, and when it was shown last.
type Told = [(usize, Tie, Option<Timestamp>)];

fn tell(teller: &Teller<'_>, from: &Told, to: &Told) -> Result<String, StoreError> {
    let titles = |blogs: Vec<usize>| blogs.into_iter().map(|blog| teller.name(blog)).collect::<Result<Vec<_>, _>>();
    let tied = |blogs: &Told, tie: Tie| {
        blogs.iter().filter(|(_, one, _)| *one == tie).map(|(blog, ..)| *blog).collect::<Vec<_>>()
    };
    let mut parts = Vec::new();
    let newest =
        |tie: Tie, blogs: &Told| blogs.iter().filter(|(_, one, _)| *one == tie).filter_map(|told| told.2).max();
    for (tie, words) in
        [(Tie::Declared, "on the blogroll of"), (Tie::Linked, "linked by"), (Tie::Commented, "commented on by")]
    {
        let names = titles(tied(from, tie))?;
        if !names.is_empty() {
            let last = match newest(tie, from).filter(|_| tie == Tie::Linked) {
                Some(when) => format!("{})", dated(" (last in", Some(when))),
                None => String::new(),
            };
            parts.push(format!("{words} {}{last}", list(&names, 3)));
        }
    }
    let is_linker = |blog: &usize| from.iter().any(|(from, ..)| from == blog);
    let linked = || to.iter().filter(|(_, tie, _)| *tie != Tie::Commented).map(|(blog, ..)| *blog);
    let both = titles(linked().filter(is_linker).collect())?;
    let only_to = titles(linked().filter(|to| !is_linker(to)).collect())?;
    match (both.is_empty(), only_to.is_empty()) {
        (false, true) => parts.push(format!("links back to {}", list(&both, 3))),
        (true, false) => parts.push(format!("links to {}", list(&only_to, 3))),
        (false, false) => {
            parts.push(format!("links back to {}, and also links to {}", list(&both, 2), list(&only_to, 2)))
        }
        (true, true) => {}
    }
    let commented = titles(tied(to, Tie::Commented))?;
    if !commented.is_empty() {
        parts.push(format!("comments on {}", list(&commented, 3)));
    }
    Ok(parts.join("; "))
}

/// Somebody whom the user's people link to, and who links to the candidate.
fn between(teller: &Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let graph = &teller.near.graph;
    let them = teller.known(blog)?;
    let mut bridges: Vec<(usize, usize, f64)> = graph.into[blog]
        .iter()
        .filter_map(|(&bridge, &weight)| Some((bridge, friend_of(teller.near, bridge)?, weight)))
        .collect();
    bridges.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let mut shown: Vec<(usize, usize, Shown)> = Vec::new();
    for (bridge, friend, _) in bridges.into_iter().take(MOST_EVIDENCE) {
        let to_them = show(&*teller.known(bridge)?, &them)?;
        // All are counted under one verb, so all have that tie.
        let is_alike = shown.first().is_none_or(|(.., first)| first.is_comment() == to_them.is_comment());
        if !to_them.evidence.is_empty() && is_alike {
            shown.push((bridge, friend, to_them));
        }
    }
    let Some(&(bridge, friend, ref first)) = shown.first() else { return Ok(None) };
    let is_by_friend = graph.into[bridge].contains_key(&friend);
    let (from, to) = if is_by_friend { (friend, bridge) } else { (bridge, friend) };
    let known = show(&*teller.known(from)?, &*teller.known(to)?)?;
    let Some(how_known) = known.evidence.first().cloned() else { return Ok(None) };
    let verb = match (is_by_friend, known.tie) {
        (true, Tie::Commented) => "is commented on by",
        (true, _) => "is linked by",
        (false, Tie::Commented) => "comments on",
        (false, _) => "links to",
    };
    let tied = if first.is_comment() { "commented on by" } else { "linked by" };
    let (bridge_name, friend_name) = (teller.title(bridge)?, teller.name(friend)?);
    let is_own = |friend: usize| teller.near.is_own(friend);
    let around = match shown.iter().any(|(_, friend, _)| is_own(*friend)) {
        true => "around you",
        false => "around those you follow",
    };
    let more = match shown.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more {around}"),
    };
    let whom = if is_own(friend) { "" } else { ", whom you follow" };
    let text = format!("{tied} {bridge_name}{more}; {bridge_name} {verb} {friend_name}{whom}");
    let strength = 1.0 - (-0.2 * shown.len() as f64).exp();
    let mut evidence: Vec<Evidence> =
        shown.into_iter().filter_map(|(.., shown)| shown.evidence.into_iter().next()).collect();
    evidence.insert(1, how_known);
    let evidence = without_repeats(evidence);
    Ok(Some(Reason { kind: ReasonKind::Friends, strength, text: Plain::line(&text), evidence }))
}

impl Shown {
    fn is_comment(&self) -> bool {
        self.tie == Tie::Commented
    }
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
