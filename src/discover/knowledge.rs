//! Everything that is known of blogs, read from the store and brought up to date: what changed since a profile was
//! reckoned is reckoned again first, so that whoever searches sees what was fetched.

use std::collections::{BTreeMap, HashMap};

use super::{
    Person, Profile,
    digest::{Digests, outdated},
    edges::{self, Edges, Roll, own_sites},
    keys,
    near::Near,
    profile::{self, PostText},
    reckon::TOO_COMMON,
    seen,
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

/// One blog and all that is known of it.
#[derive(Clone, Debug)]
pub struct Known {
    pub blog: Blog,
    pub followed: bool,
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
    pub async fn catch_up(store: &Store, writer: &Writer) -> Result<usize, WriteError> {
        let (reader, mut records) = (store.clone(), Vec::new());
        let behind = tokio::task::spawn_blocking(move || {
            let mut behind = Vec::new();
            for subscription in reader.subscriptions()? {
                let current = reader.current(subscription.blog)?.revision;
                // A profile begins with its revision; what follows need not be read.
                let known: Option<u64> = reader.discovered(&keys::of(keys::PROFILE, subscription.blog))?;
                if known.unwrap_or(0) != current
                    && let Some(blog) = reader.blog(subscription.blog)?
                {
                    let posts = read_posts(&reader, blog.id)?;
                    behind.push((blog.id, reckon(&blog, &posts, current)?));
                }
            }
            Ok::<_, StoreError>(behind)
        });
        let behind = behind.await.map_err(|error| StoreError::Damaged(error.to_string()))??;
        let changed = behind.len();
        for (_, more) in behind {
            records.extend(more);
        }
        if !records.is_empty() {
            writer.apply(Batch::Discovery(records)).await?;
        }
        Ok(changed)
    }

    /// Reads what is stored. Blogs without a profile, such as those never fetched, are left out.
    pub fn load(store: &Store) -> Result<Self, StoreError> {
        let (mut knowledge, stored) = (Self::default(), Stored::of(store)?);
        for key in store.discovered_keys(keys::PROFILE) {
            if let Some(id) = BlogId::from_slice(&key?) {
                knowledge.blogs.extend(stored.one(id)?);
            }
        }
        Ok(knowledge)
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
const FORM: u8 = 3;

/// What [`Near`] was reckoned of: who was followed, and what came out. Its absence says that the data changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoned {
    followed: [u8; 32],
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

/// Reckons [`Near`] anew if a profile, a link or the list of followed blogs changed since, and stores it. What it is.
pub async fn catch_up_near(store: &Store, writer: &Writer) -> Result<Reckoned, WriteError> {
    let followed = followed_now(store)?;
    if let Some(before) = Reckoned::now(store)?.filter(|before| before.followed == followed) {
        return Ok(before);
    }
    // Whatever changes meanwhile takes the mark away; then what comes out is used, and reckoned anew the next time.
    let mark = codec::encode(&Reckoned { followed: [0; 32], result: [0; 32], form: FORM })?;
    writer.apply(Batch::Discovery(vec![(keys::RECKONED.to_vec(), Some(mark))])).await?;
    let reader = store.clone();
    let reckoned = tokio::task::spawn_blocking(move || {
        let digests = Digests::of(&reader)?;
        let bytes = codec::encode(&Near::reckon(&digests)?)?;
        Ok::<_, StoreError>((bytes, digests.made()))
    });
    let (all, mut records) = reckoned.await.map_err(|error| StoreError::Damaged(error.to_string()))??;
    let reckoned = Reckoned { followed, result: *blake3::hash(&all).as_bytes(), form: FORM };
    records.push((keys::RECKONED.to_vec(), Some(codec::encode(&reckoned)?)));
    writer.apply(Batch::Reckoned { all, records }).await?;
    Ok(reckoned)
}

/// The followed blogs as one number.
fn followed_now(store: &Store) -> Result<[u8; 32], StoreError> {
    let mut ids: Vec<BlogId> = store.subscriptions()?.into_iter().map(|subscription| subscription.blog).collect();
    ids.sort();
    let mut hasher = blake3::Hasher::new();
    for id in ids {
        hasher.update(&id.0);
    }
    Ok(*hasher.finalize().as_bytes())
}

/// The newest posts of a blog with their texts, as they lie in the store.
pub fn read_posts(store: &Store, blog: BlogId) -> Result<Vec<PostText>, StoreError> {
    let mut posts = Vec::new();
    for id in store.posts_of(blog).take(POSTS_A_PROFILE) {
        let id = id?;
        if let Some(post) = store.post(id)? {
            let html = SafeHtml::from_stored(store.html(id)?.unwrap_or_default());
            posts.push(PostText { post, text: html.text(), prose: html.prose(), links: store.links(id)? });
        }
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
        (keys::of(keys::EDGES, blog.id), Some(codec::encode(&edges)?)),
    ];
    records.extend(outdated(blog.id));
    Ok(records)
}
