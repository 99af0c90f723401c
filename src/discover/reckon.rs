//! From the digests of all blogs to [`Near`], in two passes that hold a thousand at most: the first counts, the second
//! compares with the seeds: those who are followed, and the user's own blogs.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    ops::Range,
    thread,
    time::Duration,
};

use super::{
    blend,
    digest::{Blogs, Digest},
    graph::{self, Graph, Walkers},
    near::{Near, Nearest},
    signals::{Signals, Values},
    theirs::Whose,
    wanted::{self, Wanted},
    wording::Wording,
};
use crate::{
    model::Timestamp,
    store::StoreError,
    text::{ByKey, vector::Frequencies},
};

/// Terms that more than this share of the blogs use part nobody from anybody.
pub const TOO_COMMON: f64 = 0.6;
/// Who linked to a page within so long of each other was in the same discussion.
const DISCUSSION: Duration = Duration::from_secs(6 * 7 * 24 * 3600);
/// A page that more than this share of the blogs link to is a landmark and no discussion.
pub const LANDMARK: f64 = 0.3;
/// Of the seeds that link to the same pages, so many are looked at for reasons.
const MOST_BY_PAGES: usize = 12;
/// The topics of a blog that are looked at for what is new in them, and how few tell nothing.
const MOST_TOPICS: usize = 30;
const FEWEST_TOPICS: usize = 5;
/// More threads would keep the machine from everything else.
const MOST_THREADS: usize = 4;
/// Fewer blogs are not worth a thread.
const BLOGS_A_THREAD: usize = 250;
/// Digests that are read, by several threads, before they are counted by one.
const READ_AT_ONCE: usize = 1000;
/// Blogs that are compared together.
const COMPARED_AT_ONCE: usize = 128;

impl Near {
    pub fn reckon(blogs: &impl Blogs) -> Result<Self, StoreError> {
        let mut counted = Counted::default();
        let all = blogs.count();
        for from in (0..all).step_by(READ_AT_ONCE) {
            let read = in_parts(READ_AT_ONCE.min(all - from), |part| -> Result<Vec<_>, StoreError> {
                part.map(|at| blogs.digest(from + at)).collect()
            });
            let read = read.into_iter().collect::<Result<Vec<_>, _>>()?;
            for (place, found) in (from..).zip(read.into_iter().flatten()) {
                if let Some((digest, whose, aside)) = found {
                    counted.count(place, digest, whose, aside);
                }
            }
        }
        let (mut near, compared, places) = Compared::of(counted, blogs.wanted());
        let rows = in_parts(places.len(), |part| compared.rows(blogs, &places[part]));
        for rows in rows {
            let rows = rows?;
            near.about.extend(rows.about);
            for (all, more) in [
                (&mut near.text, rows.text),
                (&mut near.sites, rows.sites),
                (&mut near.pages, rows.pages),
                (&mut near.talks, rows.talks),
            ] {
                all.seeds = compared.theirs.len();
                all.values.extend(more);
            }
            near.new_topics.extend(rows.new_topics);
        }
        drop(compared);
        near.value();
        Ok(near)
    }

    /// What all of it says of each blog.
    fn value(&mut self) {
        self.nearest = (0..self.facts.len()).map(|blog| self.nearest_to(blog)).collect();
        let walkers = Walkers::of(&self.graph);
        let mut hidden = vec![Vec::new()];
        hidden.extend(blend::parts(&self.followed));
        let near: &Self = self;
        let values: Vec<Vec<Values>> = thread::scope(|scope| {
            let reckon = |hidden: &Vec<usize>| {
                let signals = Signals::as_if_without(near, &walkers, hidden);
                (0..near.facts.len()).map(|blog| signals.of(blog)).collect()
            };
            let walkers: Vec<_> = hidden.iter().map(|hidden| scope.spawn(move || reckon(hidden))).collect();
            walkers.into_iter().map(joined).collect()
        });
        let mut values = values.into_iter();
        self.values = values.next().unwrap_or_default();
        self.without = values.collect();
    }

    fn nearest_to(&self, blog: usize) -> Nearest {
        let words = self.seeds.keys().zip(self.text.row(blog)).filter(|(_, near)| **near > 0.0);
        let pages = self.seeds.keys().zip(self.pages.row(blog)).filter(|(_, near)| **near > 0.0);
        // Those with whom most is shared: who is known to thousands shares a page with everybody.
        let mut by_pages: Vec<(usize, f32)> = pages.map(|(seed, near)| (*seed, *near)).collect();
        by_pages.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut by_pages: Vec<usize> = by_pages.into_iter().take(MOST_BY_PAGES).map(|(seed, _)| seed).collect();
        by_pages.sort_unstable();
        Nearest {
            wanted: self.about[blog],
            by_pages,
            by_words: words.max_by(|a, b| a.1.total_cmp(b.1)).map(|(seed, near)| (*seed, *near)),
        }
    }
}

/// Does a piece of work in as many parts as there are processors for, and gives the results in order.
fn in_parts<T: Send>(count: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(MOST_THREADS).min(count.div_ceil(BLOGS_A_THREAD)).max(1);
    let size = count.div_ceil(threads).max(1);
    let parts = (0..threads).map(|part| (part * size).min(count)..((part + 1) * size).min(count));
    thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        running.into_iter().map(joined).collect()
    })
}

/// What a thread came to. Its panic goes on here, as if there had been no thread.
fn joined<T>(running: thread::ScopedJoinHandle<'_, T>) -> T {
    running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The first pass.
#[derive(Default)]
struct Counted {
    near: Near,
    /// The places of the blogs that were there.
    places: Vec<usize>,
    frequencies: Frequencies,
    /// How many blogs link to a site or a page.
    linkers: ByKey<u32>,
    by_site: ByKey<usize>,
    /// In how many blogs something is a topic.
    documents: ByKey<u32>,
    /// What each blog links to: site, how often, declared.
    mentions: Vec<Vec<(u32, u32, bool)>>,
    /// The sites of those who commented on the posts of each blog, and how often.
    comments: Vec<Vec<(u32, u32)>>,
    /// Terms of all blogs together, as often as they stand there.
    terms: f64,
    theirs: Vec<Digest>,
}

impl Counted {
    fn count(&mut self, place: usize, mut digest: Digest, whose: Whose, aside: bool) {
        let index = self.near.facts.len();
        self.places.push(place);
        for (site, ..) in &digest.mentions {
            *self.linkers.entry(*site).or_default() += 1;
        }
        // A front door is a site and a page, and one link all the same.
        for (page, _) in &digest.pages {
            if digest.mentions.binary_search_by_key(page, |(site, ..)| *site).is_err() {
                *self.linkers.entry(*page).or_default() += 1;
            }
        }
        self.by_site.extend(digest.own.iter().map(|site| (*site, index)));
        self.terms += digest.terms.iter().map(|(_, count)| f64::from(*count)).sum::<f64>();
        self.frequencies.count_keys(digest.terms.iter().map(|(term, _)| *term));
        digest.topics.iter().for_each(|(topic, _)| *self.documents.entry(*topic).or_default() += 1);
        self.near.names.extend(&digest.names);
        self.near.newest = self.near.newest.max(digest.facts.last_post);
        let mut facts = digest.facts.clone();
        facts.aside = aside;
        self.near.facts.push(facts);
        self.comments.push(mem::take(&mut digest.comments));
        let weight = match whose {
            Whose::Others => None,
            Whose::Followed(weight) => {
                self.near.followed.push(index);
                Some(weight)
            }
            Whose::Own => {
                self.near.own.push(index);
                Some(1.0)
            }
        };
        if let Some(weight) = weight {
            self.near.seeds.insert(index, weight);
            for (topic, posts) in &digest.topics {
                let most = self.near.topics.entry(*topic).or_insert((index, 0));
                if *posts > most.1 {
                    *most = (index, *posts);
                }
            }
            self.mentions.push(digest.mentions.clone());
            self.theirs.push(digest);
        } else {
            self.mentions.push(digest.mentions);
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

/// By key, which of the seeds it is found with, and what it weighs there.
type Index = ByKey<Vec<(u32, f32)>>;

/// The second pass. Nothing of it changes, so that several threads may compare.
struct Compared<'a> {
    total: f64,
    wanted: &'a [Wanted],
    /// How many terms a blog has, as the mean of all.
    usual: f64,
    wording: Wording,
    linkers: ByKey<u32>,
    sites: Index,
    pages: Index,
    /// What somebody followed writes about.
    topics: BTreeSet<u32>,
    theirs: Vec<ByKey<Option<Timestamp>>>,
}

/// What a stretch of blogs has in common with each of the seeds.
#[derive(Default)]
struct Rows {
    text: Vec<f32>,
    about: Vec<f32>,
    sites: Vec<f32>,
    pages: Vec<f32>,
    talks: Vec<f32>,
    new_topics: Vec<Option<f32>>,
}

impl<'a> Compared<'a> {
    /// With the places of the blogs and, where they are seeds, their own among those.
    fn of(counted: Counted, wanted: &'a [Wanted]) -> (Near, Self, Vec<(usize, Option<usize>)>) {
        let graph = counted.graph();
        let Counted { mut near, places, frequencies, linkers, documents, terms, theirs, .. } = counted;
        near.wanted = wanted.iter().map(|topic| topic.written.clone()).collect();
        let usual = terms / near.facts.len().max(1) as f64;
        near.documents = near.topics.keys().map(|topic| (*topic, documents[topic])).collect();
        near.graph = graph;
        let total = near.facts.len() as f64;
        let wording = Wording::of(frequencies.telling(TOO_COMMON), &theirs);
        let (mut sites, mut pages): (Index, Index) = Default::default();
        for (place, seed) in theirs.iter().enumerate() {
            for (key, weight) in of_length_one(seed.mentions.iter().map(|(site, ..)| *site), &linkers, total) {
                sites.entry(key).or_default().push((place as u32, weight as f32));
            }
            for (key, weight) in of_length_one(seed.pages.iter().map(|(page, _)| *page), &linkers, total) {
                near.linkers.insert(key, linkers[&key]);
                pages.entry(key).or_default().push((place as u32, weight as f32));
            }
        }
        let mut own = near.seeds.keys().enumerate().peekable();
        let places = places
            .into_iter()
            .enumerate()
            .map(|(index, place)| (place, own.next_if(|(_, seed)| **seed == index).map(|(place, _)| place)));
        let places = places.collect();
        let theirs = theirs.into_iter().map(|seed| seed.pages.into_iter().collect()).collect();
        let topics = near.topics.keys().copied().collect();
        (near, Self { total, wanted, usual, wording, linkers, sites, pages, topics, theirs }, places)
    }

    fn rows(&self, blogs: &impl Blogs, places: &[(usize, Option<usize>)]) -> Result<Rows, StoreError> {
        let mut rows = Rows::default();
        let mut sums = vec![0.0_f32; self.theirs.len()];
        let mut add = |to: &mut Vec<f32>, own: Option<usize>, fill: &mut dyn FnMut(&mut [f32])| {
            sums.fill(0.0);
            fill(&mut sums);
            if let Some(own) = own {
                sums[own] = 0.0;
            }
            to.extend(sums.iter().map(|sum| sum.max(0.0)));
        };
        let seeds = self.theirs.len();
        for places in places.chunks(COMPARED_AT_ONCE) {
            let digest = |(place, _): &(usize, _)| Ok(blogs.digest(*place)?.map(|(digest, ..)| digest));
            let digests = places.iter().map(digest).collect::<Result<Vec<Option<Digest>>, StoreError>>()?;
            let texts = self.wording.cosines(&digests);
            for (at, (digest, (_, own))) in digests.iter().zip(places).enumerate() {
                rows.new_topics.push(digest.as_ref().and_then(|digest| self.new_topics(digest)));
                let text = &texts[at * seeds..(at + 1) * seeds];
                add(&mut rows.text, *own, &mut |sums| sums.copy_from_slice(text));
                let about = |digest: &Digest| wanted::about(self.wanted, digest, self.usual) as f32;
                rows.about.push(digest.as_ref().map_or(0.0, about));
                // Who went meanwhile is near to nobody.
                let Some(digest) = digest else {
                    for row in [&mut rows.sites, &mut rows.pages, &mut rows.talks] {
                        add(row, *own, &mut |_| {});
                    }
                    continue;
                };
                let sites = digest.mentions.iter().map(|(site, ..)| *site);
                add(&mut rows.sites, *own, &mut |sums| self.cosines(sites.clone(), &self.sites, sums));
                let pages = digest.pages.iter().map(|(page, _)| *page);
                add(&mut rows.pages, *own, &mut |sums| self.cosines(pages.clone(), &self.pages, sums));
                add(&mut rows.talks, *own, &mut |sums| self.talk(digest, sums));
            }
        }
        Ok(rows)
    }

    fn cosines(&self, keys: impl Iterator<Item = u32>, index: &Index, sums: &mut [f32]) {
        for (key, weight) in of_length_one(keys, &self.linkers, self.total) {
            for (place, theirs) in index.get(&key).into_iter().flatten() {
                sums[*place as usize] += weight as f32 * theirs;
            }
        }
        sums.iter_mut().for_each(|sum| *sum = sum.min(1.0));
    }

    /// Of what somebody writes about most, the share that nobody who is followed writes about.
    fn new_topics(&self, digest: &Digest) -> Option<f32> {
        let topics = digest.topics.len().min(MOST_TOPICS);
        let new = digest.topics[..topics].iter().filter(|(topic, _)| !self.topics.contains(topic)).count();
        (topics >= FEWEST_TOPICS).then(|| new as f32 / topics as f32)
    }

    /// What both linked to within weeks, each page for what it tells.
    fn talk(&self, digest: &Digest, sums: &mut [f32]) {
        let landmark = (self.total * LANDMARK).max(3.0);
        for (page, when) in &digest.pages {
            let linkers = f64::from(self.linkers.get(page).copied().unwrap_or(1));
            let Some(others) = self.pages.get(page).filter(|_| linkers <= landmark) else { continue };
            for &(place, _) in others {
                let both = when.zip(self.theirs[place as usize].get(page).copied().flatten());
                if both.is_some_and(|(a, b)| a.since(b).max(b.since(a)) <= DISCUSSION) {
                    sums[place as usize] += (1.0 / (1.0 + linkers.ln())) as f32;
                }
            }
        }
    }
}

/// Keys, in order, with weights by their rarity, of length one.
fn of_length_one(
    keys: impl Iterator<Item = u32>,
    linkers: &ByKey<u32>,
    total: f64,
) -> impl Iterator<Item = (u32, f64)> {
    let rarity = |key: u32| ((1.0 + total) / f64::from(linkers.get(&key).copied().unwrap_or(1))).ln().max(0.0);
    let weights: Vec<(u32, f64)> = keys.map(|key| (key, rarity(key))).collect();
    let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    weights.into_iter().map(move |(key, weight)| (key, weight / length))
}
