//! What a look at a site shows of who runs it, kept as numbers and hashes so that people can be told apart, and from
//! companies and machines, without reading everything again. Pure.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use url::Url;

use super::site;
use crate::{
    model::{Plain, Timestamp, address::page_key},
    page::{Page, Place},
};

/// Posts that are looked at; more tell nothing more.
pub const MOST_POSTS: usize = 60;
/// Words of a post that its fingerprint is made of.
const MOST_WORDS: usize = 400;
/// Bits in which the fingerprints of near-equal texts differ at most (Manku, Jain & Das Sarma 2007 take 3 of 64 for whole
/// web pages; posts are shorter).
const NEAR: u32 = 4;
/// Shorter titles ("Links", "Weekly notes") are many people's.
const TELLING_TITLE: usize = 16;

/// What is kept of one site. Shares are 0..=1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traits {
    /// Sites that the home page says are the same person's (`rel="me"`).
    pub me: Vec<String>,
    /// The site that the home page calls the real one (`rel="canonical"`).
    pub canonical: Option<String>,
    /// Fingerprints of posts, by address (even numbers) and by title and day (odd): the same post elsewhere has the same.
    pub posts: Vec<u64>,
    /// Posts that were looked at.
    pub count: u32,
    /// Different authors that posts name.
    pub authors: u32,
    /// Share of posts that say they were taken from elsewhere.
    pub taken: f64,
    /// Share of posts whose page lies at somebody else's, and at how many others.
    pub elsewhere: f64,
    pub elsewhere_sites: u32,
    /// Share of titles that offer a job.
    pub jobs: f64,
    /// Share of posts whose text is nearly that of another.
    pub alike: f64,
    /// Posts a day, over the time that they span; 0 if unknown.
    pub a_day: f64,
    /// What the menus of the home page offer that only businesses have, such as "pricing".
    pub business: Vec<String>,
}

/// A post as this needs it.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    pub url: Option<&'a Url>,
    pub title: &'a str,
    pub authors: &'a [Plain],
    pub published: Option<Timestamp>,
    pub text: &'a str,
    /// It says that it was taken from elsewhere.
    pub taken: bool,
}

/// Words in menus that private people have no use for.
const BUSINESS: [&str; 16] = [
    "pricing",
    "plans",
    "careers",
    "customers",
    "case studies",
    "book a demo",
    "request a demo",
    "free trial",
    "investors",
    "press",
    "advertise",
    "our team",
    "our services",
    "enterprise",
    "solutions",
    "sales",
];
/// Words in titles of offers.
const JOBS: [&str; 9] =
    ["hiring", "is looking for", "(m/w/d)", "(f/m/d)", "(m/f/d)", "job offer", "vacancy", "remote job", "full-time"];

/// What a look shows. `home` is the home page with its address.
pub fn of(own: &HashSet<String>, home: Option<(&Page, &Url)>, posts: &[Seen<'_>]) -> Traits {
    let posts = &posts[..posts.len().min(MOST_POSTS)];
    let share = |count: usize| if posts.is_empty() { 0.0 } else { count as f64 / posts.len() as f64 };
    let authors: HashSet<String> =
        posts.iter().flat_map(|post| post.authors).map(|name| name.as_str().to_lowercase()).collect();
    let sites: Vec<String> = posts.iter().filter_map(|post| site::key(post.url?)).collect();
    let foreign: Vec<&String> = sites.iter().filter(|site| !own.contains(*site)).collect();
    let offers = |title: &str| JOBS.iter().any(|word| title.to_lowercase().contains(word));
    let mut traits = Traits {
        posts: posts.iter().flat_map(fingerprints).collect(),
        count: posts.len() as u32,
        authors: authors.len() as u32,
        taken: share(posts.iter().filter(|post| post.taken).count()),
        elsewhere: share(foreign.len()),
        elsewhere_sites: foreign.iter().collect::<HashSet<_>>().len() as u32,
        jobs: share(posts.iter().filter(|post| offers(post.title)).count()),
        alike: share(alike(posts)),
        a_day: a_day(posts),
        ..Traits::default()
    };
    if let Some((page, address)) = home {
        traits.me = page.me.iter().filter_map(site::key).filter(|site| !own.contains(site)).take(20).collect();
        let canonical = page.canonical.as_ref().filter(|canonical| canonical.host() != address.host());
        traits.canonical = canonical.and_then(site::key).filter(|site| !own.contains(site));
        traits.business = business(page);
    }
    traits
}

impl Traits {
    /// With what an earlier look saw on the home page, for a look that did not see it.
    pub fn with_page_of(self, before: Traits) -> Self {
        let Traits { me, canonical, business, .. } = before;
        Self { me, canonical, business, ..self }
    }
}

fn business(page: &Page) -> Vec<String> {
    let in_frame = page.links.iter().filter(|link| matches!(link.place, Place::Nav | Place::Footer));
    let mut found: Vec<String> = in_frame
        .map(|link| link.text.as_str().trim().to_lowercase())
        .filter(|text| BUSINESS.contains(&text.as_str()))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// By address (even), and by a title that says enough with its day (odd).
fn fingerprints(post: &Seen<'_>) -> Vec<u64> {
    let by_address = post.url.map(|url| hash(&page_key(url)) & !1);
    let title = post.title.trim().to_lowercase();
    let day = post.published.map(|published| published.0.div_euclid(24 * 3600));
    let by_title =
        day.filter(|_| title.chars().count() >= TELLING_TITLE).map(|day| hash(&format!("{day} {title}")) | 1);
    by_address.into_iter().chain(by_title).collect()
}

fn hash(text: &str) -> u64 {
    blake3::hash(text.as_bytes()).as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// How many posts have a near twin among the others.
fn alike(posts: &[Seen<'_>]) -> usize {
    let prints: Vec<u64> = posts
        .iter()
        .filter(|post| post.text.split_whitespace().nth(20).is_some())
        .map(|post| simhash(post.text))
        .collect();
    let has_twin = |(at, print): (usize, &u64)| {
        prints.iter().enumerate().any(|(other, twin)| other != at && (print ^ twin).count_ones() <= NEAR)
    };
    prints.iter().enumerate().filter(|one| has_twin(*one)).count()
}

/// Charikar's fingerprint of the words (2002): near texts differ in few bits.
fn simhash(text: &str) -> u64 {
    let mut weights = [0_i32; 64];
    for word in text.split_whitespace().take(MOST_WORDS) {
        let bits = hash(&word.to_lowercase());
        for (bit, weight) in weights.iter_mut().enumerate() {
            *weight += if bits >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    weights.iter().enumerate().filter(|(_, weight)| **weight > 0).map(|(bit, _)| 1 << bit).sum()
}

fn a_day(posts: &[Seen<'_>]) -> f64 {
    let dates = || posts.iter().filter_map(|post| post.published);
    let Some((first, last)) = dates().min().zip(dates().max()) else { return 0.0 };
    // Feeds that show one day say little of a year.
    let days = last.since(first).as_secs_f64() / 86_400.0;
    if posts.len() < 10 { 0.0 } else { posts.len() as f64 / days.max(0.5) }
}
