//! What is the user's, as suggestions start from it: the blogs that they follow, each with what it counts, their own, and
//! the topics that they name.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    edges::own_sites,
    site,
    taste::Taste,
    wanted::Wanted,
    weights::{self, Step, WROTE_A_LOT},
};
use crate::{
    model::{Blog, BlogId, PageUrl, Plain},
    store::{Store, StoreError},
};

/// What the user names in the configuration as theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Their own blogs.
    pub blogs: Vec<PageUrl>,
    /// What they want to read about.
    pub topics: Vec<Plain>,
    /// Languages that they write, by ISO 639-1, in which topics are read too.
    pub languages: Vec<String>,
}

impl Named {
    /// Whether topics are all that there is, unless somebody is followed.
    pub fn begins_at_starter_set(&self) -> bool {
        self.blogs.is_empty() && !self.topics.is_empty()
    }

    /// The topics, as blogs are looked through for them.
    pub fn wanted(&self) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = Vec::new();
        for topic in self.topics.iter().map(|topic| Wanted::of(topic, &self.languages)) {
            if !wanted.iter().any(|other| other.is_same(&topic)) {
                wanted.push(topic);
            }
        }
        wanted
    }

    /// The sites of the user's own blogs, by [`site::key`].
    pub fn sites(&self) -> BTreeSet<String> {
        self.blogs.iter().filter_map(|page| site::key(page.url())).collect()
    }
}

/// What a blog is to the user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whose {
    /// Nothing yet.
    Others,
    /// Followed; it counts so much beside others.
    Followed(f64),
    /// Their own, followed or not.
    Own,
}

/// What is the user's at this moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theirs {
    followed: BTreeSet<BlogId>,
    /// What those count that do not count 1.
    steps: BTreeMap<BlogId, Step>,
    /// The sites of their own blogs.
    sites: BTreeSet<String>,
    topics: Vec<Wanted>,
    languages: Vec<String>,
}

impl Theirs {
    pub fn now(store: &Store, named: &Named) -> Result<Self, StoreError> {
        let followed: BTreeSet<BlogId> =
            store.subscriptions()?.into_iter().map(|subscription| subscription.blog).collect();
        let since = store.taste_since()?.unwrap_or(0);
        let standings = store.standings()?.into_iter();
        let liked =
            standings.filter(|(_, (standing, stamp))| Taste::liked(*standing) == Some(true) && stamp.t >= since);
        let steps = weights::steps(&followed, &store.habits()?, &liked.map(|(blog, _)| blog).collect());
        let (topics, languages) = (named.wanted(), named.languages.clone());
        Ok(Self { followed, steps, sites: named.sites(), topics, languages })
    }

    /// Which blogs they follow, and which are their own, as one number: whoever is one person with somebody of these is told
    /// anew when it changes.
    pub fn mark_of_blogs(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for id in &self.followed {
            hasher.update(&id.0);
        }
        for site in &self.sites {
            hasher.update(b"\0own ").update(site.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// All of it as one number: what is reckoned of it is reckoned anew when this changes.
    pub fn mark(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.mark_of_blogs());
        for (id, step) in &self.steps {
            hasher.update(&id.0).update(&[b'*', step.by.to_be_bytes()[0]]);
        }
        for topic in &self.topics {
            hasher.update(b"\0topic ").update(topic.written.as_str().as_bytes());
        }
        // They have a part in topics alone.
        for language in self.languages.iter().filter(|_| !self.topics.is_empty()) {
            hasher.update(b"\0language ").update(language.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// The topics that they name.
    pub fn wanted(&self) -> &[Wanted] {
        &self.topics
    }

    /// What each blog is to the user, of those that are anything.
    pub fn blogs(&self, store: &Store) -> Result<BTreeMap<BlogId, Whose>, StoreError> {
        let mut blogs = BTreeMap::new();
        for &id in &self.followed {
            let step = self.steps.get(&id).copied().unwrap_or_default();
            // Posts are counted only of those that may sink for it; when more come, all is reckoned anew anyway.
            let holds = !step.if_much || store.posts_of(id).take(WROTE_A_LOT).count() == WROTE_A_LOT;
            blogs.insert(id, Whose::Followed(if holds { step.weight() } else { 1.0 }));
        }
        blogs.extend(own_blogs(store, &self.sites)?.into_iter().map(|id| (id, Whose::Own)));
        Ok(blogs)
    }
}

/// The known blogs that lie at some sites.
pub fn own_blogs(store: &Store, sites: &BTreeSet<String>) -> Result<Vec<BlogId>, StoreError> {
    if sites.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store.blogs()?.into_iter().filter(|blog| is_at(blog, sites)).map(|blog| blog.id).collect())
}

/// Whether a blog lies at one of these sites.
pub fn is_at(blog: &Blog, sites: &BTreeSet<String>) -> bool {
    own_sites(blog).iter().any(|site| sites.contains(site))
}
