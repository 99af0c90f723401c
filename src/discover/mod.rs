//! The heart: whom the user might like to meet, and why.
//!
//! Blogs that are read link to others; those are looked up, politely and within a budget, and everything that is found
//! is reckoned into signals, a ranking and reasons that can be checked.
//!
//! - `site`: whose page an address is; what belongs to nobody.
//! - `profile`: what somebody writes about.
//! - `edges`: whom somebody links to, with the words around the link.
//! - `seen`: what pages of posts show beside their feeds: commenters, mentions.
//! - `sighting`: what a link is worth to the frontier. Pure.
//! - `traits`, `persons`, `aside`: who is a person, and which sites are the same person's.
//! - `knowledge`: everything that is known, read from the store and brought up to date.
//! - `frontier`: which site to look at next. Pure.
//! - `crawl`: looking, within a budget. `own`: what it looks at besides; `keep`: storing what it found.
//! - `again`: candidates that were seen long ago.
//! - `visit`: one site: robots.txt, home page, feed, friends.
//! - `digest`: one blog in numbers, for whoever goes through all of them.
//! - `graph`: who is near whom by links. Pure.
//! - `similar`: who writes about the same as one of them. Pure.
//! - `theirs`: what is the user's, from which all of it starts.
//! - `weights`: what each of those that are followed counts. Pure.
//! - `wanted`: how much a blog writes about topics that the user named. Pure.
//! - `near`, `reckon`: what is reckoned once of all that is known, when it changes. Pure.
//! - `wording`: how near the words of blogs are. Pure.
//! - `signals`: numbers about a candidate, each with its meaning. Pure.
//! - `blend`: which mixture of them finds what the user follows already. Pure.
//! - `taste`: how the user's own judgements move it. Pure.
//! - `rank`: from signals to an order. Pure.
//! - `reasons`: from an order to sentences with evidence.

pub mod again;
pub mod aside;
pub mod blend;
pub mod crawl;
pub mod digest;
pub mod edges;
pub mod frontier;
pub mod graph;
mod keep;
pub mod knowledge;
pub mod near;
mod own;
pub mod persons;
pub mod profile;
pub mod rank;
pub mod reasons;
pub mod reckon;
pub mod seen;
pub mod sighting;
pub mod signals;
pub mod similar;
pub mod site;
pub mod taste;
pub mod theirs;
pub mod traits;
pub mod visit;
pub mod wanted;
pub mod weights;
mod wording;

use serde::{Deserialize, Serialize};

pub use crawl::{Crawled, Crawler, Progress};
pub use knowledge::Knowledge;
pub use profile::Profile;
pub use theirs::Named;

use crate::{
    model::{BlogId, Contact, PageUrl, Plain, Timestamp},
    store::{Store, StoreError, codec},
};

/// What the home page says of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: Option<Plain>,
    pub about: Option<Plain>,
    pub contact: Vec<Contact>,
    /// The page it was read from.
    pub page: Option<PageUrl>,
    /// Where they live. Kept beside the rest ([`keys::PLACE`]), which earlier versions read too.
    #[serde(skip)]
    pub place: Option<Plain>,
}

impl Person {
    /// What is kept of the person behind a blog.
    pub fn behind(store: &Store, blog: BlogId) -> Result<Option<Self>, StoreError> {
        let person: Option<Self> = store.discovered(&keys::of(keys::PERSON, blog))?;
        let place = store.discovered(&keys::of(keys::PLACE, blog))?;
        Ok(person.map(|person| Self { place, ..person }))
    }

    /// The records that keep it.
    fn records(&self, blog: BlogId) -> Result<[knowledge::Entry; 2], StoreError> {
        let place = self.place.as_ref().map(codec::encode).transpose()?;
        Ok([(keys::of(keys::PERSON, blog), Some(codec::encode(self)?)), (keys::of(keys::PLACE, blog), place)])
    }
}

/// What became of a site that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Blog(BlogId),
    /// It answers, but has no feed.
    NoFeed,
    /// robots.txt or the page itself asks to be left out.
    Declined,
    /// Nobody answers there.
    Unreachable,
    Failed,
}

/// When a site was looked at, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visited {
    pub at: Timestamp,
    pub outcome: Outcome,
}

/// Keys of the store's tree for discovery.
pub mod keys {
    use crate::model::BlogId;
    pub use crate::store::forget::{RECKONED, TOLD_APART};

    /// [`super::Profile`] of a blog.
    pub const PROFILE: &[u8] = b"profile/";
    /// Up to which revision of a blog's posts its profile was reckoned. Profiles are large: who asks which there are, and
    /// which are behind, reads these alone.
    pub const REVISION: &[u8] = b"revision/";
    /// The mark that every profile has a [`REVISION`]; earlier versions kept none.
    pub const REVISIONS: &[u8] = b"revisions";
    /// [`super::edges::Edges`] of a blog.
    pub const EDGES: &[u8] = b"edges/";
    /// [`super::Person`] behind a blog.
    pub const PERSON: &[u8] = b"person/";
    /// Where the person behind a blog lives.
    pub const PLACE: &[u8] = b"place/";
    /// [`super::edges::Roll`] of a blog: links outside of its posts.
    pub const ROLL: &[u8] = b"roll/";
    /// When somebody was first suggested.
    pub const SUGGESTED: &[u8] = b"suggested/";
    /// When this week's cards were chosen.
    pub const WEEK: &[u8] = b"week";
    /// Which place a blog has among this week's cards, and since when.
    pub const CARD: &[u8] = b"card/";
    /// Until when a blog makes room for others on the cards.
    pub const RESTING: &[u8] = b"resting/";
    /// [`super::edges::Edges`] of a blog that pages of its posts showed.
    pub const SEEN: &[u8] = b"seen/";
    /// [`super::traits::Traits`] of a blog.
    pub const TRAITS: &[u8] = b"traits/";
    /// Why a blog is set aside, as it was reckoned last ([`super::persons`]).
    pub const ASIDE: &[u8] = b"aside/";
    /// Since when a candidate is not to be had ([`super::again`]).
    pub const MISSED: &[u8] = b"missed/";
    /// The requests of a day, for the daily budget.
    pub const SPENT: &[u8] = b"spent";
    /// [`super::Visited`] of a site, by its key.
    pub const VISITED: &[u8] = b"visited/";
    /// [`super::digest::Digest`] of a blog. Removed by whatever changes what it is made of.
    pub const DIGEST: &[u8] = b"digest/";

    pub fn of(prefix: &[u8], blog: BlogId) -> Vec<u8> {
        [prefix, &blog.0].concat()
    }

    pub fn of_site(site: &str) -> Vec<u8> {
        [VISITED, site.as_bytes()].concat()
    }
}
