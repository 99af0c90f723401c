//! Everything that is known of blogs, read from the store and brought up to date: what changed since a profile was
//! reckoned is reckoned again first, so that whoever searches sees what was fetched.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Person, Profile,
    digest::{Digests, outdated},
    edges::{self, Edges, Roll, own_sites},
    keys,
    near::Near,
    profile::{self, PostText},
    reckon::TOO_COMMON,
    seen,
    theirs::{Named, Theirs, Whose, is_at},
};
use serde::{Deserialize, Serialize};

use crate::{
    feed::SafeHtml,
    journal::Stamp,
    model::{Blog, BlogId, Plain, Standing},
    store::{Batch, Store, StoreError, Writer, codec, write::WriteError},
    text::vector::{Frequencies, Vector},
};

/// The newest posts of a blog that its profile is reckoned from.
const POSTS_A_PROFILE: usize = 120;

/// Profiles that are reckoned between two batches: whoever is killed has those before the last.
const PROFILES_AT_ONCE: usize = 16;

/// Tells work on other threads that nobody waits for it any more.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn tell(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// One blog and all that is known of it.
#[derive(Clone, Debug)]
pub struct Known {
    pub blog: Blog,
    pub followed: bool,
    /// Whether it is the user's own, as far as somebody asked ([`Knowledge::mark_own`]).
    pub own: bool,
    pub standing: Standing,
    /// When the standing was last changed.
    pub stood: Option<Stamp>,
    pub profile: Profile,
    pub edges: Edges,
    pub roll: Roll,
    pub person: Person,
    /// Why it is not suggested although much may speak for it: it is no person's, or of somebody who is shown already.
    pub aside: Option<Plain>,
}

impl Known {
    /// Whether it is followed, or the user's own.
    pub fn is_theirs(&self) -> bool {
        self.followed || self.own
    }

    /// What it is to the user.
    pub fn whose(&self) -> Whose {
        match (self.own, self.followed) {
            (true, _) => Whose::Own,
            (_, true) => Whose::Followed(1.0),
            _ => Whose::Others,
        }
    }
}

/// All blogs with a profile, sorted by id.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    pub blogs: Vec<Known>,
}

/// What is stored, read a blog at a time: ten thousand profiles need not lie in memory.
#[derive(Debug)]
pub struct Stored<'a> {
    store: &'a Store,
    standings: BTreeMap<BlogId, (Standing, Stamp)>,
}

impl<'a> Stored<'a> {
    pub fn of(store: &'a Store) -> Result<Self, StoreError> {
        Ok(Self { store, standings: store.standings()? })
    }

    /// All that is known of a blog; `None` if it has no profile.
    pub fn one(&self, id: BlogId) -> Result<Option<Known>, StoreError> {
        let profile: Option<Profile> = self.store.discovered(&keys::of(keys::PROFILE, id))?;
        let Some((profile, mut blog)) = profile.zip(self.store.blog(id)?) else { return Ok(None) };
        let subscription = self.store.subscription(id)?;
        if let Some(title) = subscription.as_ref().and_then(|subscription| subscription.title.clone()) {
            blog.title = title;
        }
        let stands = self.standings.get(&id);
        Ok(Some(Known {
            blog,
            followed: subscription.is_some(),
            own: false,
            standing: stands.map_or(Standing::New, |(standing, _)| *standing),
            stood: stands.map(|(_, stamp)| *stamp),
            profile,
            edges: {
                let mut edges: Edges = self.store.discovered(&keys::of(keys::EDGES, id))?.unwrap_or_default();
                edges.join(seen::of(self.store, id)?);
                edges
            },
            roll: self.store.discovered(&keys::of(keys::ROLL, id))?.unwrap_or_default(),
            person: Person::behind(self.store, id)?.unwrap_or_default(),
            aside: self.store.discovered(&keys::of(keys::ASIDE, id))?,
        }))
    }
}

impl Knowledge {
    /// Reckons the profiles of followed blogs whose posts changed. How many it were.
    pub async fn catch_up(store: &Store, writer: &Writer, stop: &Stop) -> Result<usize, WriteError> {
        let reader = store.clone();
        let missing = on_a_thread(move || missing_revisions(&reader)).await?;
        if !missing.is_empty() {
            writer.apply(Batch::Discovery(missing)).await?;
        }
        let reader = store.clone();
        let behind = on_a_thread(move || who_is_behind(&reader)).await?;
        let mut changed = 0;
        for some in behind.chunks(PROFILES_AT_ONCE) {
            if stop.is_told() {
                break;
            }
            let (reader, some) = (store.clone(), some.to_vec());
            changed += some.len();
            let records = on_a_thread(move || reckon_some(&reader, &some)).await?;
            writer.apply(Batch::Discovery(records)).await?;
        }
        Ok(changed)
    }

    /// Reads what is stored, as [`Knowledge::catch_up`] left it. Blogs without a profile, such as those never fetched, are left out.
    pub fn load(store: &Store) -> Result<Self, StoreError> {
        Self::load_as(store, |known| known)
    }

    /// The same for whoever only follows links: without what blogs write about and the words around their links, which are
    /// most of it.
    pub fn load_links(store: &Store) -> Result<Self, StoreError> {
        Self::load_as(store, |mut known| {
            known.profile = Profile::default();
            known.edges.edges.iter_mut().for_each(|edge| edge.quote = Plain::default());
            known.edges.sources.iter_mut().for_each(|source| source.title = Plain::default());
            known
        })
    }

    fn load_as(store: &Store, part: impl Fn(Known) -> Known) -> Result<Self, StoreError> {
        let (mut knowledge, stored) = (Self::default(), Stored::of(store)?);
        for key in store.discovered_keys(keys::REVISION) {
            if let Some(id) = BlogId::from_slice(&key?) {
                knowledge.blogs.extend(stored.one(id)?.map(&part));
            }
        }
        Ok(knowledge)
    }

    /// Says which blogs are the user's own: those that lie at one of these sites.
    pub fn mark_own(&mut self, sites: &BTreeSet<String>) {
        self.blogs.iter_mut().for_each(|known| known.own = is_at(&known.blog, sites));
    }

    pub fn position(&self, id: BlogId) -> Option<usize> {
        self.blogs.iter().position(|known| known.blog.id == id)
    }

    /// Whose each site is: index into `blogs`.
    pub fn sites(&self) -> HashMap<String, usize> {
        let each = self.blogs.iter().enumerate();
        each.flat_map(|(index, known)| own_sites(&known.blog).into_iter().map(move |site| (site, index))).collect()
    }

    pub fn followed(&self) -> impl Iterator<Item = usize> + '_ {
        self.blogs.iter().enumerate().filter(|(_, known)| known.followed).map(|(index, _)| index)
    }
}

/// The weighed term vectors of all blogs, in their order.
pub fn vectors(knowledge: &Knowledge) -> Vec<Vector> {
    let frequencies = Frequencies::of(knowledge.blogs.iter().map(|known| &known.profile.terms));
    knowledge.blogs.iter().map(|known| frequencies.weigh(&known.profile.terms, TOO_COMMON)).collect()
}

/// What was reckoned last; `None` if that is not what `reckoned` speaks of.
pub fn kept_near(store: &Store, reckoned: &Reckoned) -> Result<Option<Near>, StoreError> {
    let kept = store.reckoned()?.filter(|bytes| *blake3::hash(bytes).as_bytes() == reckoned.result);
    kept.map(|bytes| codec::decode(&bytes)).transpose()
}

/// Counts up when [`Near`] is reckoned or kept another way.
const FORM: u8 = 7;

/// What [`Near`] was reckoned of: what was the user's ([`Theirs::mark`]), and what came out. Its absence says that the data changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoned {
    theirs: [u8; 32],
    pub result: [u8; 32],
    /// The first version had none.
    form: u8,
}

impl Reckoned {
    /// What lies there; `None` if something changed since, or another version reckoned.
    pub fn now(store: &Store) -> Result<Option<Self>, StoreError> {
        match store.discovered::<Self>(keys::RECKONED) {
            Ok(reckoned) => Ok(reckoned.filter(|reckoned| reckoned.form == FORM)),
            Err(StoreError::Damaged(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Reckons [`Near`] anew if a profile, a link or what is the user's changed since, and stores it.
pub async fn catch_up_near(store: &Store, writer: &Writer, named: &Named, stop: &Stop) -> Result<(), WriteError> {
    let theirs = Theirs::now(store, named)?;
    let mark = theirs.mark();
    if stop.is_told() || Reckoned::now(store)?.is_some_and(|before| before.theirs == mark) {
        return Ok(());
    }
    // Whatever changes meanwhile takes the mark away; then what comes out is used, and reckoned anew the next time.
    let begun = codec::encode(&Reckoned { theirs: [0; 32], result: [0; 32], form: FORM })?;
    writer.apply(Batch::Discovery(vec![(keys::RECKONED.to_vec(), Some(begun))])).await?;
    let (reader, stopped) = (store.clone(), stop.clone());
    let (all, mut records) = on_a_thread(move || {
        let digests = Digests::of(&reader, &theirs, stopped)?;
        let bytes = codec::encode(&Near::reckon(&digests)?)?;
        Ok((bytes, digests.made()))
    })
    .await?;
    if stop.is_told() {
        return Ok(());
    }
    let reckoned = Reckoned { theirs: mark, result: *blake3::hash(&all).as_bytes(), form: FORM };
    records.push((keys::RECKONED.to_vec(), Some(codec::encode(&reckoned)?)));
    writer.apply(Batch::Reckoned { all, records }).await
}

/// Work for a processor, beside whoever waits for it.
pub(super) async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(StoreError::Damaged(error.to_string())))
}

/// The records that earlier versions did not keep.
fn missing_revisions(store: &Store) -> Result<Vec<Entry>, StoreError> {
    if store.discovered::<()>(keys::REVISIONS)?.is_some() {
        return Ok(Vec::new());
    }
    let mut records = vec![(keys::REVISIONS.to_vec(), Some(codec::encode(&())?))];
    for key in store.discovered_keys(keys::PROFILE) {
        let Some(id) = BlogId::from_slice(&key?) else { continue };
        // A profile begins with its revision; what follows need not be taken apart.
        if let Some(revision) = store.discovered::<u64>(&keys::of(keys::PROFILE, id))? {
            records.push((keys::of(keys::REVISION, id), Some(codec::encode(&revision)?)));
        }
    }
    Ok(records)
}

/// The followed blogs whose posts changed since their profiles were reckoned, and the revision of their posts.
fn who_is_behind(store: &Store) -> Result<Vec<(BlogId, u64)>, StoreError> {
    let mut behind = Vec::new();
    for subscription in store.subscriptions()? {
        let current = store.current(subscription.blog)?.revision;
        let known: Option<u64> = store.discovered(&keys::of(keys::REVISION, subscription.blog))?;
        if known.unwrap_or(0) != current {
            behind.push((subscription.blog, current));
        }
    }
    Ok(behind)
}

fn reckon_some(store: &Store, blogs: &[(BlogId, u64)]) -> Result<Vec<Entry>, StoreError> {
    let mut records = Vec::new();
    for &(id, revision) in blogs {
        if let Some(blog) = store.blog(id)? {
            records.extend(reckon(&blog, &read_posts(store, id)?, revision)?);
        }
    }
    Ok(records)
}

/// The newest posts of a blog with their texts, as they lie in the store.
pub fn read_posts(store: &Store, blog: BlogId) -> Result<Vec<PostText>, StoreError> {
    let mut posts = Vec::new();
    for post in store.heads_of(blog).take(POSTS_A_PROFILE) {
        let post = post?;
        let html = store.html_of(blog, post.id)?.unwrap_or_default();
        let links = store.links_in(post.id, &html)?;
        let html = SafeHtml::from_stored(html);
        posts.push(PostText { post, text: html.text(), prose: html.prose(), links });
    }
    Ok(posts)
}

/// A key of discovery's tree with its value; `None` removes it.
pub type Entry = (Vec<u8>, Option<Vec<u8>>);

/// A blog's profile and edges as records for the store, and that nearness is to be reckoned anew.
pub fn reckon(blog: &Blog, posts: &[PostText], revision: u64) -> Result<Vec<Entry>, StoreError> {
    let profile = profile::of(posts, blog.language.as_deref(), revision);
    let edges = edges::of(blog, posts, revision);
    let mut records = vec![
        (keys::of(keys::PROFILE, blog.id), Some(codec::encode(&profile)?)),
        (keys::of(keys::REVISION, blog.id), Some(codec::encode(&revision)?)),
        (keys::of(keys::EDGES, blog.id), Some(codec::encode(&edges)?)),
    ];
    records.extend(outdated(blog.id));
    Ok(records)
}
