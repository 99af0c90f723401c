//! Candidates are looked at again now and then. Whose feed and home page are both gone, or who asks to be left out by now,
//! is suggested no more.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Knowledge, Outcome, Visited,
    edges::own_sites,
    keys,
    knowledge::{Entry, Known},
    site,
    visit::Visit,
};
use crate::{
    model::{Blog, BlogId, Plain, Timestamp},
    store::{Store, StoreError, codec},
};

/// What was seen of a candidate is trusted for so long.
const FRESH: Duration = Duration::from_secs(60 * 24 * 3600);
/// Who was not there is looked for again after so long, and is gone if they were not there then either: servers move, and
/// lines break.
const RECONSIDER: Duration = Duration::from_secs(7 * 24 * 3600);
/// Of a run's requests one in so many goes to sites that are known: a look costs four or so.
const SHARE_OF_A_LOOK: usize = 40;

/// A candidate that is to be looked at again.
#[derive(Clone, Debug)]
pub struct Stale {
    pub blog: Blog,
    pub site: String,
    pub at: Url,
}

/// What came of looking again.
#[derive(Debug)]
pub enum Again {
    There(Box<Visit>),
    /// Neither feed nor home page is.
    Gone,
    Declined,
    /// The home page or the feed alone is there, or it cannot be told.
    Unsure,
}

/// Since when a candidate is not to be had, as the last looks found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Missed {
    since: Timestamp,
    last: Timestamp,
    declined: bool,
}

impl Missed {
    fn why(self) -> Option<String> {
        if self.declined {
            return Some("the site asks programs to leave it out".to_owned());
        }
        let is_sure = self.since.after(RECONSIDER) <= self.last;
        is_sure.then(|| format!("neither its feed nor its home page is there any more, since {}", self.since.day()))
    }
}

/// The candidates whose time has come: who was not there the last time first, then those whom most of the followed link to.
pub fn stale(store: &Store, knowledge: &Knowledge, budget: usize, now: Timestamp) -> Result<Vec<Stale>, StoreError> {
    let visited: HashMap<String, Visited> = store
        .discovered_all::<Visited>(keys::VISITED)?
        .into_iter()
        .map(|(site, visited)| (String::from_utf8_lossy(&site).into_owned(), visited))
        .collect();
    let missed: HashSet<BlogId> =
        store.discovered_all::<Missed>(keys::MISSED)?.iter().filter_map(|(id, _)| BlogId::from_slice(id)).collect();
    let mut due: Vec<(bool, usize, Timestamp, Stale)> = Vec::new();
    let linked = linked_by_followed(knowledge);
    for known in knowledge.blogs.iter().filter(|known| !known.is_theirs()) {
        let Some(stale) = where_to_look(&known.blog) else { continue };
        let is_missed = missed.contains(&known.blog.id);
        let rest = if is_missed { RECONSIDER } else { FRESH };
        let sites = own_sites(&known.blog);
        let last = sites.iter().filter_map(|site| visited.get(site)).map(|visited| visited.at).max();
        if last.is_none_or(|last| last.after(rest) <= now) {
            let linkers = sites.iter().filter_map(|site| linked.get(site)).max().copied().unwrap_or(0);
            due.push((!is_missed, usize::MAX - linkers, last.unwrap_or_default(), stale));
        }
    }
    due.sort_by_key(|(is_new, fewer, last, stale)| (*is_new, *fewer, *last, stale.blog.id));
    Ok(due.into_iter().take(budget.div_ceil(SHARE_OF_A_LOOK)).map(|(.., stale)| stale).collect())
}

fn where_to_look(blog: &Blog) -> Option<Stale> {
    let at = match &blog.site_url {
        Some(site) => site.url().clone(),
        None => site::home(blog.feed_url.url())?,
    };
    Some(Stale { site: site::key(&at)?, at, blog: blog.clone() })
}

/// How many of the followed link to a site.
fn linked_by_followed(knowledge: &Knowledge) -> HashMap<String, usize> {
    let mut linked: HashMap<String, usize> = HashMap::new();
    for Known { edges, roll, .. } in knowledge.blogs.iter().filter(|known| known.is_theirs()) {
        let in_posts = edges.edges.iter().filter(|edge| edge.is_authors()).filter_map(|edge| edge.site.as_ref());
        let sites: HashSet<&String> = in_posts.chain(roll.links.iter().map(|link| &link.site)).collect();
        sites.into_iter().for_each(|site| *linked.entry(site.clone()).or_default() += 1);
    }
    linked
}

/// The records that keep what a look found, where it found nothing to read. `anybody_answers` tells that this machine is on
/// the net at all.
pub fn records(
    store: &Store,
    of: &Stale,
    again: &Again,
    anybody_answers: bool,
    now: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let key = keys::of(keys::MISSED, of.blog.id);
    let before: Option<Missed> = store.discovered(&key)?;
    let missed = match again {
        Again::Gone if !anybody_answers => return Ok(Vec::new()),
        Again::There(_) | Again::Unsure => None,
        Again::Gone | Again::Declined => {
            let since = before.map_or(now, |before| before.since);
            Some(Missed { since, last: now, declined: matches!(again, Again::Declined) })
        }
    };
    let outcome = match again {
        Again::There(visit) => visit.outcome,
        Again::Gone => Outcome::Unreachable,
        Again::Declined => Outcome::Declined,
        Again::Unsure => Outcome::NoFeed,
    };
    let visited = codec::encode(&Visited { at: now, outcome })?;
    Ok(vec![(keys::of_site(&of.site), Some(visited)), (key, missed.map(|missed| codec::encode(&missed)).transpose()?)])
}

/// Who is left out by what the last looks found, and why.
pub fn left_out(store: &Store) -> Result<Vec<(BlogId, Plain)>, StoreError> {
    let missed = store.discovered_all::<Missed>(keys::MISSED)?.into_iter();
    Ok(missed.filter_map(|(id, missed)| Some((BlogId::from_slice(&id)?, Plain::line(&missed.why()?)))).collect())
}
