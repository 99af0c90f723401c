//! From all blogs to [`Near`], in two passes that hold one blog at a time: the first counts, the second compares with
//! those who are followed.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use super::{
    edges::own_sites,
    graph::{self, Graph},
    knowledge::Known,
    near::{Facts, Near, Pairs},
};
use crate::{
    model::{LinkKind, PostId, Timestamp, address::page_key},
    store::StoreError,
    text::{
        background, hash,
        vector::Frequencies,
        words::{Terms, split},
    },
};

/// Terms that more than this share of the blogs use part nobody from anybody.
pub const TOO_COMMON: f64 = 0.6;
/// Who linked to a page within so long of each other was in the same discussion.
const DISCUSSION: Duration = Duration::from_secs(6 * 7 * 24 * 3600);
/// A page that more than this share of the blogs link to is a landmark and no discussion.
pub const LANDMARK: f64 = 0.3;
/// Words of names that are more common at large than this are words like any other.
const COMMON_NAME: f64 = 0.003;

/// Blogs that can be gone through several times, in order of their ids.
pub trait Blogs {
    fn each(&self, see: &mut dyn FnMut(&Known)) -> Result<(), StoreError>;
}

impl Near {
    pub fn reckon(blogs: &impl Blogs) -> Result<Self, StoreError> {
        let mut counted = Counted::default();
        blogs.each(&mut |known| counted.count(known))?;
        let mut compared = Compared::of(counted);
        blogs.each(&mut |known| compared.compare(known))?;
        Ok(compared.near())
    }
}

/// The first pass.
#[derive(Default)]
struct Counted {
    near: Near,
    frequencies: Frequencies,
    /// How many blogs link to a site or a page.
    linkers: HashMap<u64, u32>,
    by_site: HashMap<u64, usize>,
    /// What each blog links to: site, how often, declared.
    mentions: Vec<Vec<(u64, u32, bool)>>,
    /// The sites of those who commented on the posts of each blog, and how often.
    comments: Vec<BTreeMap<u64, u32>>,
    names: HashSet<String>,
    /// Of those who are followed.
    phrases: HashSet<u64>,
    phrase_words: HashSet<String>,
    theirs: Vec<Followed>,
}

/// Somebody who is followed, as the second pass compares with.
struct Followed {
    terms: crate::text::vector::Counts,
    sites: HashSet<u64>,
    pages: HashMap<u64, Option<Timestamp>>,
}

impl Counted {
    fn count(&mut self, known: &Known) {
        let index = self.near.facts.len();
        let (sites, pages) = (mentions(known), pages(known));
        // A front door is a site and a page.
        for key in sites.keys().chain(pages.keys()).collect::<HashSet<_>>() {
            *self.linkers.entry(*key).or_default() += 1;
        }
        for site in own_sites(&known.blog) {
            self.by_site.insert(hash(&site), index);
        }
        self.frequencies.count(&known.profile.terms);
        self.name(known);
        self.near.newest = self.near.newest.max(known.profile.last_post);
        self.near.facts.push(facts(known));
        if known.followed {
            self.near.followed.push(index);
            self.phrases.extend(known.profile.phrases.iter().map(|topic| hash(&topic.stems)));
            let words = known.profile.phrases.iter().flat_map(|topic| topic.stems.split(' '));
            self.phrase_words.extend(words.map(str::to_owned));
            let sites = sites.keys().copied().collect();
            self.theirs.push(Followed { terms: known.profile.terms.clone(), sites, pages });
        }
        self.comments.push(comments(known));
        self.mentions.push(sites.into_iter().map(|(site, (times, declared))| (site, times, declared)).collect());
    }

    /// The people whom one talks about are no topic; a name such as "Rusty Baker" must not forbid everyday words.
    fn name(&mut self, known: &Known) {
        let stemming = Terms::of(known.profile.language.as_deref());
        let author = known.blog.author.iter().chain(known.person.name.iter());
        for name in author.chain(std::iter::once(&known.blog.title)) {
            let words = split(name.as_str()).map(|word| stemming.stem(word.written));
            self.names.extend(words.filter(|word| background::share(word) < COMMON_NAME));
        }
    }

    fn graph(&self) -> Graph {
        let mut links: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); self.mentions.len()];
        let mut add = |from: usize, to: usize, weight: f64| {
            if from != to {
                let kept = links[from].entry(to).or_default();
                *kept = kept.max(weight);
            }
        };
        for (from, mentions) in self.mentions.iter().enumerate() {
            for (site, times, declared) in mentions {
                if let Some(&to) = self.by_site.get(site) {
                    add(from, to, graph::weight(*times, *declared));
                }
            }
        }
        // Whoever comments goes there, and not the other way round.
        for (to, comments) in self.comments.iter().enumerate() {
            for (site, times) in comments {
                if let Some(&from) = self.by_site.get(site) {
                    add(from, to, graph::weight(*times, false));
                }
            }
        }
        Graph::of(links)
    }
}

/// By key, whom of the followed it is found with, and what it weighs there.
type Index = HashMap<u64, Vec<(usize, f64)>>;

/// The second pass.
struct Compared {
    near: Near,
    frequencies: Frequencies,
    linkers: HashMap<u64, u32>,
    phrases: HashSet<u64>,
    terms: Index,
    sites: Index,
    pages: Index,
    dated: Vec<HashMap<u64, Option<Timestamp>>>,
    at: usize,
}

impl Compared {
    fn of(counted: Counted) -> Self {
        let graph = counted.graph();
        let Counted { mut near, frequencies, linkers, names, phrases, phrase_words, theirs, .. } = counted;
        near.names = names.into_iter().filter(|name| phrase_words.contains(name)).collect();
        near.graph = graph;
        let count = near.followed.len();
        for pairs in [&mut near.text, &mut near.sites, &mut near.pages, &mut near.talks] {
            *pairs = Pairs { followed: count, values: Vec::with_capacity(count * near.facts.len()) };
        }
        let total = near.facts.len() as f64;
        let (mut terms, mut sites, mut pages): (Index, Index, Index) = Default::default();
        let mut dated = Vec::new();
        for (place, followed) in theirs.into_iter().enumerate() {
            for (term, weight) in frequencies.weigh(&followed.terms, TOO_COMMON).0 {
                terms.entry(hash(&term)).or_default().push((place, weight));
            }
            for (key, weight) in of_length_one(followed.sites.iter().copied(), &linkers, total) {
                sites.entry(key).or_default().push((place, weight));
            }
            for (key, weight) in of_length_one(followed.pages.keys().copied(), &linkers, total) {
                near.linkers.insert(key, linkers[&key]);
                pages.entry(key).or_default().push((place, weight));
            }
            dated.push(followed.pages);
        }
        Self { near, frequencies, linkers, phrases, terms, sites, pages, dated, at: 0 }
    }

    fn compare(&mut self, known: &Known) {
        // A blog that came between the passes waits for the next reckoning.
        if self.near.facts.get(self.at).is_none_or(|facts| facts.id != known.blog.id) {
            return;
        }
        let own = self.near.followed.binary_search(&self.at).ok();
        self.at += 1;
        let total = self.near.facts.len() as f64;
        let weighed = self.frequencies.weigh(&known.profile.terms, TOO_COMMON);
        let terms = weighed.0.iter().map(|(term, weight)| (hash(term), *weight));
        push(&mut self.near.text, own, terms, &self.terms);
        let sites = of_length_one(mentions(known).into_keys(), &self.linkers, total);
        push(&mut self.near.sites, own, sites, &self.sites);
        let pages = pages(known);
        let weighed = of_length_one(pages.keys().copied(), &self.linkers, total);
        push(&mut self.near.pages, own, weighed, &self.pages);
        self.talk(&pages, own);
        for topic in &known.profile.phrases {
            let phrase = hash(&topic.stems);
            if self.phrases.contains(&phrase) {
                *self.near.documents.entry(phrase).or_default() += 1;
            }
        }
    }

    /// What both linked to within weeks, each page for what it tells.
    fn talk(&mut self, pages: &HashMap<u64, Option<Timestamp>>, own: Option<usize>) {
        let landmark = (self.near.facts.len() as f64 * LANDMARK).max(3.0);
        let from = self.near.talks.values.len();
        self.near.talks.values.resize(from + self.near.talks.followed, 0.0);
        let mut keys: Vec<(&u64, &Option<Timestamp>)> = pages.iter().collect();
        keys.sort();
        for (page, when) in keys {
            let linkers = self.linkers.get(page).copied().unwrap_or(1) as f64;
            let Some(others) = self.pages.get(page).filter(|_| linkers <= landmark) else { continue };
            for &(place, _) in others.iter().filter(|(place, _)| Some(*place) != own) {
                let both = when.zip(self.dated[place].get(page).copied().flatten());
                if both.is_some_and(|(a, b)| a.since(b).max(b.since(a)) <= DISCUSSION) {
                    self.near.talks.values[from + place] += (1.0 / (1.0 + linkers.ln())) as f32;
                }
            }
        }
    }

    fn near(mut self) -> Near {
        self.near.facts.truncate(self.at);
        self.near
    }
}

/// Adds a row: the cosine with each of the followed.
fn push(pairs: &mut Pairs, own: Option<usize>, keys: impl Iterator<Item = (u64, f64)>, index: &Index) {
    let mut sums = vec![0.0; pairs.followed];
    for (key, weight) in keys {
        for (place, theirs) in index.get(&key).into_iter().flatten() {
            sums[*place] += weight * theirs;
        }
    }
    if let Some(own) = own {
        sums[own] = 0.0;
    }
    pairs.values.extend(sums.into_iter().map(|sum| sum.clamp(0.0, 1.0) as f32));
}

/// Keys with weights by their rarity, of length one.
fn of_length_one(
    keys: impl Iterator<Item = u64>,
    linkers: &HashMap<u64, u32>,
    total: f64,
) -> impl Iterator<Item = (u64, f64)> {
    let mut keys: Vec<u64> = keys.collect();
    keys.sort_unstable();
    let rarity = |key: &u64| ((1.0 + total) / f64::from(linkers.get(key).copied().unwrap_or(1))).ln().max(0.0);
    let weights: Vec<f64> = keys.iter().map(rarity).collect();
    let length = weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    keys.into_iter().zip(weights).map(move |(key, weight)| (key, weight / length))
}

/// The sites that a blog links to: how often, and whether on its blogroll. By hash, in order.
fn mentions(known: &Known) -> BTreeMap<u64, (u32, bool)> {
    let mut mentions: BTreeMap<u64, (u32, bool)> = BTreeMap::new();
    for site in known.edges.edges.iter().filter(|edge| edge.is_authors()).filter_map(|edge| edge.site.as_ref()) {
        mentions.entry(hash(site)).or_default().0 += 1;
    }
    for link in known.roll.links.iter().filter(|link| link.declared) {
        let (times, declared) = mentions.entry(hash(&link.site)).or_default();
        *times += 1;
        *declared = true;
    }
    mentions
}

/// The sites of those who commented on posts of a blog, and how often. By hash, in order.
fn comments(known: &Known) -> BTreeMap<u64, u32> {
    let mut comments: BTreeMap<u64, u32> = BTreeMap::new();
    for site in known.edges.edges.iter().filter(|edge| !edge.is_authors()).filter_map(|edge| edge.site.as_ref()) {
        *comments.entry(hash(site)).or_default() += 1;
    }
    comments
}

/// The pages that posts of a blog link to, with when they first did.
fn pages(known: &Known) -> HashMap<u64, Option<Timestamp>> {
    let mut pages: HashMap<u64, Option<Timestamp>> = HashMap::new();
    for edge in known.edges.edges.iter().filter(|edge| edge.is_authors()) {
        let when = known.edges.sources.get(edge.source as usize).and_then(|source| source.published);
        let first = pages.entry(hash(&page_key(edge.target.url()))).or_insert(when);
        *first = (*first).min(when).or(*first).or(when);
    }
    pages
}

fn facts(known: &Known) -> Facts {
    let posts = known.profile.posts;
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
        aside: known.aside.is_some(),
        language: known.profile.language.clone(),
        last_post: known.profile.last_post,
        has_words: !known.profile.terms.0.is_empty(),
        reachable: !known.person.contact.is_empty(),
        answers: (posts > 0).then(|| (naming.len() as f32 / posts as f32).min(1.0)),
    }
}
