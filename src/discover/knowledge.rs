//! Everything that is known of blogs, read from the store and brought up to date: what changed since a profile was
//! reckoned is reckoned again first, so that whoever searches sees what was fetched.

use std::collections::HashMap;

use super::{
    Person, Profile,
    edges::{self, Edges, Roll, own_sites},
    keys,
    profile::{self, PostText},
};
use crate::{
    feed::SafeHtml,
    journal::Stamp,
    model::{Blog, BlogId, Plain, Standing},
    store::{Batch, Store, StoreError, Writer, codec, write::WriteError},
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
    /// Whose site it is: index into `blogs`.
    by_site: HashMap<String, usize>,
}

impl Knowledge {
    /// Reckons the profiles of followed blogs whose posts changed. How many it were.
    pub async fn catch_up(store: &Store, writer: &Writer) -> Result<usize, WriteError> {
        let (reader, mut records) = (store.clone(), Vec::new());
        let behind = tokio::task::spawn_blocking(move || {
            let mut behind = Vec::new();
            for subscription in reader.subscriptions()? {
                let current = reader.current(subscription.blog)?.revision;
                let known: Option<Profile> = reader.discovered(&keys::of(keys::PROFILE, subscription.blog))?;
                if known.map_or(0, |profile| profile.revision) != current
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
        let standings = store.standings()?;
        let mut edges: HashMap<_, Edges> = store.discovered_all(keys::EDGES)?.into_iter().collect();
        let mut seen: HashMap<_, Edges> = store.discovered_all(keys::SEEN)?.into_iter().collect();
        let mut rolls: HashMap<_, Roll> = store.discovered_all(keys::ROLL)?.into_iter().collect();
        let mut aside: HashMap<_, Plain> = store.discovered_all(keys::ASIDE)?.into_iter().collect();
        let mut people: HashMap<_, Person> = store.discovered_all(keys::PERSON)?.into_iter().collect();
        let mut knowledge = Self::default();
        for (key, profile) in store.discovered_all::<Profile>(keys::PROFILE)? {
            let Some(id) = BlogId::from_slice(&key) else { continue };
            let Some(mut blog) = store.blog(id)? else { continue };
            let subscription = store.subscription(id)?;
            if let Some(title) = subscription.as_ref().and_then(|subscription| subscription.title.clone()) {
                blog.title = title;
            }
            let stands = standings.get(&id);
            for site in own_sites(&blog) {
                knowledge.by_site.insert(site, knowledge.blogs.len());
            }
            knowledge.blogs.push(Known {
                blog,
                followed: subscription.is_some(),
                standing: stands.map_or(Standing::New, |(standing, _)| *standing),
                stood: stands.map(|(_, stamp)| *stamp),
                profile,
                edges: {
                    let mut edges = edges.remove(&key).unwrap_or_default();
                    edges.join(seen.remove(&key).unwrap_or_default());
                    edges
                },
                roll: rolls.remove(&key).unwrap_or_default(),
                person: people.remove(&key).unwrap_or_default(),
                aside: aside.remove(&key),
            });
        }
        Ok(knowledge)
    }

    /// Whose site it is.
    pub fn at_site(&self, site: &str) -> Option<usize> {
        self.by_site.get(site).copied()
    }

    pub fn position(&self, id: BlogId) -> Option<usize> {
        self.blogs.iter().position(|known| known.blog.id == id)
    }

    pub fn followed(&self) -> impl Iterator<Item = usize> + '_ {
        self.blogs.iter().enumerate().filter(|(_, known)| known.followed).map(|(index, _)| index)
    }
}

/// The newest posts of a blog with their texts, as they lie in the store.
pub fn read_posts(store: &Store, blog: BlogId) -> Result<Vec<PostText>, StoreError> {
    let mut posts = Vec::new();
    for id in store.posts_of(blog).take(POSTS_A_PROFILE) {
        let id = id?;
        if let Some(post) = store.post(id)? {
            let text = SafeHtml::from_stored(store.html(id)?.unwrap_or_default()).text();
            posts.push(PostText { post, text, links: store.links(id)? });
        }
    }
    Ok(posts)
}

/// A key of discovery's tree with its value; `None` removes it.
pub type Entry = (Vec<u8>, Option<Vec<u8>>);

/// A blog's profile and edges as records for the store.
pub fn reckon(blog: &Blog, posts: &[PostText], revision: u64) -> Result<Vec<Entry>, StoreError> {
    let profile = profile::of(posts, blog.language.as_deref(), revision);
    let edges = edges::of(blog, posts, revision);
    Ok(vec![
        (keys::of(keys::PROFILE, blog.id), Some(codec::encode(&profile)?)),
        (keys::of(keys::EDGES, blog.id), Some(codec::encode(&edges)?)),
    ])
}
