//! What reckoning needs of one blog, in numbers and small: kept with the blog, so that going through ten thousand of them
//! reads no words, no addresses and no quotations.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{
    Knowledge, Profile,
    edges::own_sites,
    keys,
    knowledge::{Entry, Known, Stop, Stored},
    near::Facts,
    theirs::{Theirs, Whose},
    wanted::Wanted,
};
use crate::{
    model::{BlogId, LinkKind, Plain, PostId, Timestamp, address::page_key},
    store::{Store, StoreError, codec},
    text::{
        background, key,
        words::{Terms, split},
    },
};

/// Counts up when a digest is made another way; those of before are made anew.
const FORM: u8 = 2;
/// The newest posts whose pauses tell how steadily somebody writes, and how few tell nothing.
const STEADY_POSTS: usize = 40;
const STEADY_FROM: usize = 4;
/// Words of names that are more common at large than this are words like any other.
const COMMON_NAME: f64 = 0.003;

/// Texts are [`key`]s here; lists are sorted by them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    form: u8,
    /// Whether it is set aside is not known here.
    pub facts: Facts,
    /// Its own sites.
    pub own: Vec<u32>,
    /// How often each term stands in its posts.
    pub terms: Vec<(u32, u32)>,
    /// Its topics in the order of its profile, and in how many posts each stands.
    pub topics: Vec<(u32, u32)>,
    /// Words of its names.
    pub names: Vec<u32>,
    /// The sites that it links to: how often, and whether on its blogroll.
    pub mentions: Vec<(u32, u32, bool)>,
    /// The sites of those who commented on its posts, and how often.
    pub comments: Vec<(u32, u32)>,
    /// The pages that its posts link to, with when they first did.
    pub pages: Vec<(u32, Option<Timestamp>)>,
}

impl Digest {
    pub fn of(known: &Known) -> Self {
        let mut terms: Vec<(u32, u32)> =
            known.profile.terms.0.iter().map(|(term, count)| (key(term), *count)).collect();
        terms.sort_unstable();
        terms.dedup_by_key(|(term, _)| *term);
        Self {
            form: FORM,
            facts: facts(known),
            own: own_sites(&known.blog).iter().map(|site| key(site)).collect::<BTreeSet<_>>().into_iter().collect(),
            terms,
            topics: known.profile.phrases.iter().map(|topic| (key(&topic.stems), topic.posts)).collect(),
            names: names(known),
            mentions: mentions(known),
            comments: comments(known),
            pages: pages(known),
        }
    }
}

#[cfg(test)]
impl Digest {
    /// Of a blog that has only these terms, sorted, and topics.
    pub fn made_of(facts: Facts, terms: Vec<(u32, u32)>, topics: Vec<(u32, u32)>) -> Self {
        let (own, names, mentions, comments, pages) = Default::default();
        Self { form: FORM, facts, own, terms, topics, names, mentions, comments, pages }
    }
}

/// Blogs that can be gone through several times, in order of their ids.
pub trait Blogs: Sync {
    fn count(&self) -> usize;

    /// The digest of the blog at a place, what it is to the user, and whether it is set aside; `None` if it is gone.
    fn digest(&self, place: usize) -> Result<Option<(Digest, Whose, bool)>, StoreError>;

    /// Topics that the user names.
    fn wanted(&self) -> &[Wanted] {
        &[]
    }
}

impl Blogs for Knowledge {
    fn count(&self) -> usize {
        self.blogs.len()
    }

    fn digest(&self, place: usize) -> Result<Option<(Digest, Whose, bool)>, StoreError> {
        let known = self.blogs.get(place);
        Ok(known.map(|known| (Digest::of(known), known.whose(), known.aside.is_some())))
    }
}

/// The digests of all blogs with a profile. Those that are missing are made, and remembered until somebody stores them.
#[derive(Debug)]
pub struct Digests<'a> {
    stored: Stored<'a>,
    store: &'a Store,
    ids: Vec<BlogId>,
    theirs: BTreeMap<BlogId, Whose>,
    wanted: Vec<Wanted>,
    aside: HashSet<BlogId>,
    made: Mutex<Vec<Entry>>,
    /// Once it is told, no blog is there any more.
    stop: Stop,
}

impl<'a> Digests<'a> {
    pub fn of(store: &'a Store, theirs: &Theirs, stop: Stop) -> Result<Self, StoreError> {
        let ids = |prefix: &[u8]| -> Result<Vec<BlogId>, StoreError> {
            let keys = store.discovered_keys(prefix).map(|key| Ok(BlogId::from_slice(&key?)));
            Ok(keys.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
        };
        Ok(Self {
            stored: Stored::of(store)?,
            store,
            ids: ids(keys::REVISION)?,
            theirs: theirs.blogs(store)?,
            wanted: theirs.wanted().to_vec(),
            aside: ids(keys::ASIDE)?.into_iter().collect(),
            made: Mutex::default(),
            stop,
        })
    }

    /// Records that keep what had to be made.
    pub fn made(self) -> Vec<Entry> {
        self.made.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blogs for Digests<'_> {
    fn count(&self) -> usize {
        self.ids.len()
    }

    fn digest(&self, place: usize) -> Result<Option<(Digest, Whose, bool)>, StoreError> {
        let Some(&id) = self.ids.get(place).filter(|_| !self.stop.is_told()) else { return Ok(None) };
        let at = keys::of(keys::DIGEST, id);
        // One that cannot be read was made by another version.
        let kept = self.store.discovered::<Digest>(&at).ok().flatten().filter(|digest| digest.form == FORM);
        let digest = match kept {
            Some(digest) => digest,
            None => {
                let Some(known) = self.stored.one(id)? else { return Ok(None) };
                let mut digest = Digest::of(&known);
                let heads = self.store.heads_of(id).take(STEADY_POSTS).collect::<Result<Vec<_>, _>>()?;
                digest.facts.steady = steadiness(heads.into_iter().filter_map(|post| post.published).collect());
                let record = (at, Some(codec::encode(&digest)?));
                self.made.lock().unwrap_or_else(PoisonError::into_inner).push(record);
                digest
            }
        };
        let whose = self.theirs.get(&id).copied().unwrap_or(Whose::Others);
        Ok(Some((digest, whose, self.aside.contains(&id))))
    }

    fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }
}

/// The records by which a blog's digest, and what was reckoned of all, are made anew.
pub fn outdated(blog: BlogId) -> [Entry; 2] {
    [(keys::of(keys::DIGEST, blog), None), (keys::RECKONED.to_vec(), None)]
}

/// The people whom one talks about are no topic; a name such as "Rusty Baker" must not forbid everyday words.
fn names(known: &Known) -> Vec<u32> {
    let stemming = Terms::of(known.profile.language.as_deref());
    let author = known.blog.author.iter().chain(known.person.name.iter());
    let written = author.chain(std::iter::once(&known.blog.title));
    let words = written.flat_map(|name: &Plain| split(name.as_str()).map(|word| stemming.stem(word.written)));
    let rare = words.filter(|word| background::share(word) < COMMON_NAME);
    rare.map(|word| key(&word)).collect::<BTreeSet<_>>().into_iter().collect()
}

fn mentions(known: &Known) -> Vec<(u32, u32, bool)> {
    let mut mentions: BTreeMap<u32, (u32, bool)> = BTreeMap::new();
    for site in known.edges.edges.iter().filter(|edge| edge.is_authors()).filter_map(|edge| edge.site.as_ref()) {
        mentions.entry(key(site)).or_default().0 += 1;
    }
    for link in known.roll.links.iter().filter(|link| link.declared) {
        let (times, declared) = mentions.entry(key(&link.site)).or_default();
        *times += 1;
        *declared = true;
    }
    mentions.into_iter().map(|(site, (times, declared))| (site, times, declared)).collect()
}

fn comments(known: &Known) -> Vec<(u32, u32)> {
    let mut comments: BTreeMap<u32, u32> = BTreeMap::new();
    for site in known.edges.edges.iter().filter(|edge| !edge.is_authors()).filter_map(|edge| edge.site.as_ref()) {
        *comments.entry(key(site)).or_default() += 1;
    }
    comments.into_iter().collect()
}

fn pages(known: &Known) -> Vec<(u32, Option<Timestamp>)> {
    let mut pages: BTreeMap<u32, Option<Timestamp>> = BTreeMap::new();
    // Many posts link to the same page.
    let mut key_of: HashMap<&str, u32> = HashMap::new();
    for edge in known.edges.edges.iter().filter(|edge| edge.is_authors()) {
        let when = known.edges.sources.get(edge.source as usize).and_then(|source| source.published);
        let page = *key_of.entry(edge.target.as_str()).or_insert_with(|| key(&page_key(edge.target.url())));
        let first = pages.entry(page).or_insert(when);
        *first = (*first).min(when).or(*first).or(when);
    }
    pages.into_iter().collect()
}

fn facts(known: &Known) -> Facts {
    let Profile { posts, .. } = known.profile;
    // By the post: what its feed and its page show of it are two sources.
    let naming: HashSet<PostId> = known
        .edges
        .edges
        .iter()
        .filter(|edge| edge.is_authors() && (edge.site.is_some() || edge.kind == LinkKind::Reply))
        .filter_map(|edge| Some(known.edges.sources.get(edge.source as usize)?.post))
        .collect();
    Facts {
        id: known.blog.id,
        has_posts: posts > 0,
        aside: false,
        language: known.profile.language.clone(),
        last_post: known.profile.last_post,
        has_words: !known.profile.terms.0.is_empty(),
        reachable: !known.person.contact.is_empty(),
        answers: (posts > 0).then(|| (naming.len() as f32 / posts as f32).min(1.0)),
        steady: None,
    }
}

/// How even the pauses between posts are: one over one plus their coefficient of variation, so 1 for whoever posts each
/// Monday, about a half where chance decides, and little for a hundred posts on one day after years. `None` if that are few.
fn steadiness(mut days: Vec<Timestamp>) -> Option<f32> {
    if days.len() < STEADY_FROM {
        return None;
    }
    days.sort_unstable();
    let pauses: Vec<f64> = days.windows(2).map(|pair| pair[1].since(pair[0]).as_secs_f64()).collect();
    let mean = pauses.iter().sum::<f64>() / pauses.len() as f64;
    let variance = pauses.iter().map(|pause| (pause - mean).powi(2)).sum::<f64>() / pauses.len() as f64;
    Some(if mean > 0.0 { (1.0 / (1.0 + variance.sqrt() / mean)) as f32 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(days: &[i64]) -> Option<f32> {
        steadiness(days.iter().map(|day| Timestamp(day * 86_400)).collect())
    }

    #[test]
    fn who_writes_each_week_is_steadier_than_who_writes_when_they_please() {
        assert_eq!(after(&[21, 0, 7, 14]), Some(1.0));
        let bursts = after(&[0, 0, 1, 1, 400]).unwrap();
        let at_random = after(&[0, 3, 4, 12, 13, 30]).unwrap();
        assert!(bursts < at_random && at_random < 0.7, "{bursts} {at_random}");
        assert_eq!((after(&[5, 5, 5, 5]), after(&[0, 7, 14])), (Some(0.0), None));
    }
}
