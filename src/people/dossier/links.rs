//! Whom somebody links to, and who of the followed links to them, each with a place where it stands.

use std::collections::{BTreeMap, HashSet};

use super::{Linked, LinkedBy, Material};
use crate::{
    discover::{
        edges::{self, own_sites},
        knowledge::Known,
        site,
    },
    model::{Evidence, PageUrl, Plain},
};

const MOST_LINKED: usize = 15;

pub(super) fn links_to(material: &Material<'_>, edges: &edges::Edges) -> Vec<Linked> {
    let knowledge = material.knowledge;
    let sites = knowledge.sites();
    let owner = |site: &str| sites.get(site).map(|&at| &knowledge.blogs[at]);
    let mut by_site: BTreeMap<&str, Vec<&edges::Edge>> = BTreeMap::new();
    for edge in edges.edges.iter().filter(|edge| edge.is_authors()) {
        if let Some(site) = &edge.site {
            by_site.entry(site).or_default().push(edge);
        }
    }
    let mut linked: Vec<Linked> = Vec::new();
    for (site, found) in &by_site {
        let sources: HashSet<u32> = found.iter().map(|edge| edge.source).collect();
        let newest = found.iter().filter_map(|edge| Some((edge, edges.sources.get(edge.source as usize)?)));
        let Some((edge, source)) = newest.max_by_key(|(_, source)| source.published) else { continue };
        let quote = if edge.quote.is_empty() { source.title.clone() } else { edge.quote.clone() };
        let evidence = Evidence {
            post_url: source.url.clone(),
            post_title: source.title.clone(),
            quote,
            published: source.published,
        };
        linked.extend(named(owner(site), site, &edge.target, sources.len(), evidence));
    }
    let roll = knowledge.position(material.blog.id).map(|at| &knowledge.blogs[at].roll);
    for link in roll.into_iter().flat_map(|roll| &roll.links).filter(|link| link.declared) {
        if !by_site.contains_key(link.site.as_str()) {
            let quote = if link.text.is_empty() { Plain::line(link.target.host()) } else { link.text.clone() };
            let evidence =
                Evidence { post_url: link.page.clone(), post_title: link.page_title.clone(), quote, published: None };
            linked.extend(named(owner(&link.site), &link.site, &link.target, 0, evidence));
        }
    }
    linked.sort_by_key(|one| std::cmp::Reverse((one.followed, one.posts, one.evidence.published)));
    linked.truncate(MOST_LINKED);
    linked
}

fn named(known: Option<&Known>, site: &str, target: &PageUrl, posts: usize, evidence: Evidence) -> Option<Linked> {
    let home = known.and_then(|known| known.blog.site_url.as_ref()).map(|site| site.url().clone());
    let url = home.or_else(|| site::home(target.url())).and_then(PageUrl::from_url)?;
    let title = known.map_or_else(|| Plain::line(site), |known| known.blog.title.clone());
    Some(Linked { title, url, followed: known.is_some_and(|known| known.followed), posts, evidence })
}

pub(super) fn linked_by(material: &Material<'_>) -> Vec<LinkedBy> {
    let sites = own_sites(&material.blog);
    let mut found = Vec::new();
    for index in material.knowledge.followed() {
        let known = &material.knowledge.blogs[index];
        if known.blog.id == material.blog.id {
            continue;
        }
        if let Some(evidence) = link_to(known, &sites) {
            found.push(LinkedBy { blog: known.blog.clone(), evidence });
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.evidence.published));
    found
}

/// How a blog links to one of `sites`: the newest post that does, else a blogroll, else another page.
pub fn link_to(known: &Known, sites: &HashSet<String>) -> Option<Evidence> {
    let leads_there = |edge: &&edges::Edge| edge.site.as_ref().is_some_and(|site| sites.contains(site));
    let edges = known.edges.edges.iter().filter(|edge| edge.is_authors()).filter(leads_there);
    let newest = edges
        .filter_map(|edge| Some((edge, known.edges.sources.get(edge.source as usize)?)))
        .max_by_key(|(_, source)| source.published);
    if let Some((edge, source)) = newest {
        let quote = if edge.quote.is_empty() { source.title.clone() } else { edge.quote.clone() };
        return Some(Evidence {
            post_url: source.url.clone(),
            post_title: source.title.clone(),
            quote,
            published: source.published,
        });
    }
    let link = known.roll.links.iter().filter(|link| sites.contains(&link.site)).max_by_key(|link| link.declared)?;
    let quote = if link.text.is_empty() { Plain::line(link.target.host()) } else { link.text.clone() };
    Some(Evidence { post_url: link.page.clone(), post_title: link.page_title.clone(), quote, published: None })
}
