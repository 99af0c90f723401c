//! Numbers about a candidate, each with its meaning. Pure functions of what is known; a larger number always speaks
//! for the candidate.

use std::collections::BTreeSet;

use super::{
    graph::{Seeds, Walkers, total},
    near::{Near, Pairs},
    wanted,
};

/// How many signals there are.
pub const COUNT: usize = 23;

/// So many blogs that link to somebody are a circle of friends still, and so is this share of all that are known.
const CROWD_FROM: f64 = 20.0;
const CROWD_SHARE: f64 = 0.02;

/// One number about a candidate, as `why` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub name: &'static str,
    /// Which lane it belongs to: people around the user, or voices that they have not met.
    pub lane: Lane,
    /// What would make it larger.
    pub change: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Who links to whom.
    People,
    /// What they write about.
    Voices,
    /// Neither: how it is to know them.
    Manner,
}

const fn people(name: &'static str, change: &'static str) -> Meaning {
    Meaning { name, lane: Lane::People, change }
}

const fn voices(name: &'static str, change: &'static str) -> Meaning {
    Meaning { name, lane: Lane::Voices, change }
}

const fn manner(name: &'static str, change: &'static str) -> Meaning {
    Meaning { name, lane: Lane::Manner, change }
}

/// The signals in the order in which [`Signals::of`] gives them.
pub const MEANINGS: [Meaning; COUNT] = [
    people("linked by followed", "more of those you follow link to them"),
    people("strength of those links", "they are on a blogroll, or are named more often"),
    people("adamic-adar", "they share more neighbours with those you follow"),
    people("walk over links", "more ways of links lead to them"),
    people("walk over strong links", "stronger links lead to them"),
    people("links to followed", "they link to those you follow"),
    people("linked by the same", "those who link to whom you follow link to them too"),
    people("chosen by like minds", "blogs with a taste like yours link to them"),
    people("chosen by kindred blogs", "blogs that write and link as those you follow do link to them"),
    people("links to the same sites", "they link to the sites that those you follow link to"),
    people("discusses the same pages", "they link to the pages that those you follow link to"),
    people("discusses them at the same time", "they take part in a discussion within weeks"),
    people("known among all", "more of all known blogs link to them"),
    people("not named by everybody", "fewer of all known blogs link to them"),
    voices("topics of all you follow", "they write about what those you follow write about"),
    voices("topics of the nearest three", "they write about what some of those you follow write about"),
    voices("topics of the nearest", "they write about what one of those you follow writes about"),
    voices("same language", "you follow somebody who writes in their language"),
    voices("topics that are new to you", "they write about more that nobody you follow writes about"),
    manner("writes lately", "they write again"),
    manner("writes steadily", "the pauses between their posts become more even"),
    manner("answers and names others", "they answer or name others more often"),
    manner("can be reached", "they publish an address"),
];

/// The numbers of one candidate; `None` where nothing is known.
pub type Values = [Option<f64>; COUNT];

/// The numbers for somebody who follows some of the blogs.
#[derive(Debug)]
pub struct Signals<'a> {
    near: &'a Near,
    /// Those that are followed and the user's own, with what each counts.
    pub followed: Seeds,
    /// Their places in the rows of pairs, with the same.
    places: Vec<(usize, f64)>,
    /// What topics that the user named count, beside the words of those who are followed.
    wanted: f64,
    adamic_adar: Vec<f64>,
    walk: Vec<f64>,
    strong_walk: Vec<f64>,
    like_minds: Vec<f64>,
    kindred: Vec<f64>,
    cocited: Vec<f64>,
    languages: BTreeSet<&'a str>,
}

/// How much the choice of each blog counts for somebody who follows these: whoever they follow what that one counts; another the share that it
/// has, of the most that any has, of the walk from them, and as much as it is like them in words and in the sites that it
/// links to (the geometric mean of both). A walk is shared out, so that many who link one another have no more of it than one.
fn esteem(near: &Near, places: &[(usize, f64)], followed: &Seeds, walk: &[f64]) -> Vec<f64> {
    let of_most = |values: Vec<f64>| {
        let strangers = values.iter().enumerate().filter(|(blog, _)| !followed.contains_key(blog));
        let most = strangers.map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
        values.into_iter().map(move |value| value / most)
    };
    let to_followed = |pairs: &Pairs| (0..near.facts.len()).map(|blog| mean_of(pairs.row(blog), places)).collect();
    let alike = of_most(to_followed(&near.text)).zip(of_most(to_followed(&near.sites)));
    of_most(walk.to_vec())
        .zip(alike)
        .enumerate()
        .map(|(blog, (walk, (words, sites)))| {
            followed.get(&blog).copied().unwrap_or_else(|| walk * (words * sites).sqrt())
        })
        .collect()
}

/// How far beyond anybody's circle of friends somebody is known, as logarithm of how often over: whoever is suggested to
/// everybody hears from many already. 0 for nearly all.
fn crowd(linkers: usize, blogs: usize) -> f64 {
    let usual = CROWD_FROM.max(blogs as f64 * CROWD_SHARE);
    (linkers as f64 / usual).max(1.0).ln()
}

/// The weighed mean of a row over some places in it.
fn mean_of(row: &[f32], places: &[(usize, f64)]) -> f64 {
    let sum: f64 = places.iter().map(|&(place, weight)| weight * f64::from(row[place])).sum();
    sum / total(places.iter().map(|(_, weight)| *weight))
}

impl<'a> Signals<'a> {
    /// As if the user did not follow some of those that they do. Needs the pairs of a [`Near`] that is being reckoned.
    pub fn as_if_without(near: &'a Near, walkers: &Walkers, hidden: &[usize]) -> Self {
        let kept = near.seeds.iter().enumerate().filter(|(_, (blog, _))| !hidden.contains(blog));
        let (places, followed): (Vec<(usize, f64)>, Seeds) =
            kept.map(|(place, (blog, weight))| ((place, *weight), (*blog, *weight))).unzip();
        let walk = walkers.alike.walk(&followed);
        Self {
            adamic_adar: near.graph.adamic_adar(&followed),
            kindred: near.graph.votes(&esteem(near, &places, &followed, &walk)),
            walk,
            strong_walk: walkers.strong.walk(&followed),
            like_minds: near.graph.like_minds(&followed),
            cocited: near.graph.cocitation(&followed),
            languages: followed.keys().filter_map(|&blog| near.facts[blog].language.as_deref()).collect(),
            wanted: wanted::weight(near),
            near,
            places,
            followed,
        }
    }

    /// The numbers of one blog.
    pub fn of(&self, blog: usize) -> Values {
        let (graph, facts) = (&self.near.graph, &self.near.facts[blog]);
        let is_followed = |other: &usize| self.followed.contains_key(other);
        let from: Vec<f64> =
            graph.into[blog].iter().filter(|(from, _)| is_followed(from)).map(|(_, weight)| *weight).collect();
        let back = graph.out[blog].keys().filter(|to| is_followed(to)).count() as f64;
        let to_each = |row: &'a [f32]| self.places.iter().map(|&(place, _)| f64::from(row[place]));
        let mean = |row: &'a [f32]| mean_of(row, &self.places);
        let text = self.near.text.row(blog);
        // Topics that were named are one more text to be near to.
        let about = (self.wanted > 0.0).then(|| self.wanted * f64::from(self.near.about[blog]));
        let nearest = largest(to_each(text).chain(about));
        let known = nearest.len().min(self.places.len() + usize::from(about.is_some()));
        let near_to_all = match about {
            Some(about) => {
                let weights = self.places.iter().map(|(_, weight)| *weight);
                let sum: f64 = self.places.iter().map(|&(place, weight)| weight * f64::from(text[place])).sum();
                (sum + about) / total(weights.chain([self.wanted]))
            }
            None => mean(text),
        };
        let silent = self.near.newest.zip(facts.last_post).map(|(newest, last)| newest.since(last).as_secs_f64());
        let words = |value: f64| facts.has_words.then_some(value);
        [
            Some(from.len() as f64),
            Some(from.iter().sum::<f64>()),
            Some(self.adamic_adar[blog]),
            Some(self.walk[blog].sqrt()),
            Some(self.strong_walk[blog].sqrt()),
            Some(back.sqrt()),
            Some(self.cocited[blog]),
            Some(self.like_minds[blog]),
            Some(self.kindred[blog]),
            Some(mean(self.near.sites.row(blog))),
            Some(mean(self.near.pages.row(blog))),
            Some(mean(self.near.talks.row(blog))),
            Some((1.0 + graph.into[blog].len() as f64).ln()),
            Some(-crowd(graph.into[blog].len(), graph.into.len())),
            words(near_to_all),
            words(nearest[..known].iter().sum::<f64>() / known.max(1) as f64),
            words(nearest[0]),
            facts.language.as_deref().map(|language| f64::from(u8::from(self.languages.contains(language)))),
            self.near.new_topics[blog].map(f64::from),
            // Half a year more of silence weighs less the longer it lasts already.
            silent.map(|seconds| -(1.0 + seconds / (180.0 * 86_400.0)).ln()),
            facts.steady.map(f64::from),
            facts.answers.map(f64::from),
            Some(f64::from(u8::from(facts.reachable))),
        ]
    }
}

/// The three largest of numbers from 0 on, the largest first; zeros where there are fewer.
fn largest(numbers: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut largest = [0.0; 3];
    for number in numbers {
        if number > largest[2] {
            largest[2] = number;
            largest.sort_by(|a: &f64, b| b.total_cmp(a));
        }
    }
    largest
}
