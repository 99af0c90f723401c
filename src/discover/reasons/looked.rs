//! One blog as reasons look at it: each part is read when it is first asked for, and of thousands of links only those that
//! lead somewhere are taken apart.

use std::{
    cell::{OnceCell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use crate::{
    discover::{
        Person, Profile,
        edges::{self, Edge, Edges, RollLink, Source},
        keys, profile, seen,
    },
    model::{Blog, BlogId, Plain, Post, Standing},
    store::{Store, StoreError},
    text::vector::Counts,
};

/// The newest posts, which are looked through where the best have left the cache.
const NEWEST: usize = 20;

#[derive(Debug)]
pub(super) struct Looked {
    pub(super) blog: Blog,
    pub(super) standing: Standing,
    store: Store,
    profile: OnceCell<Profile>,
    /// Which of its phrases it shares with those who are followed, by place, and what each is worth.
    shared: OnceCell<Vec<(usize, f64)>>,
    newest: OnceCell<Vec<Post>>,
    edges: OnceCell<Edges>,
    leading: RefCell<HashMap<(BlogId, bool), Rc<Leading>>>,
}

/// Links to somebody, each with the post that it stands in.
pub(super) type Leading = Vec<(Edge, Source)>;

impl Looked {
    /// With the title that the user gave it. An error if nothing is known of it.
    pub(super) fn at(store: &Store, id: BlogId, standing: Standing) -> Result<Self, StoreError> {
        let blog = store.blog(id)?.ok_or_else(|| StoreError::Damaged(format!("blog {id} is not known")))?;
        Ok(Self::of(store, blog, store.subscription(id)?.and_then(|followed| followed.title), standing))
    }

    fn of(store: &Store, blog: Blog, title: Option<Plain>, standing: Standing) -> Self {
        let title = title.unwrap_or(blog.title);
        let blog = Blog { title, ..blog };
        let (profile, shared, newest, edges, leading) = Default::default();
        Self { blog, standing, store: store.clone(), profile, shared, newest, edges, leading }
    }

    /// Without its terms, which are most of it and seldom asked for.
    pub(super) fn profile(&self) -> Result<&Profile, StoreError> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile);
        }
        let stored = self.store.discovered_bytes(&keys::of(keys::PROFILE, self.blog.id))?;
        let profile = stored.map(|bytes| profile::without_terms(&bytes)).transpose()?.unwrap_or_default();
        Ok(self.profile.get_or_init(|| profile))
    }

    pub(super) fn terms(&self) -> Result<Counts, StoreError> {
        let stored = self.store.discovered_bytes(&keys::of(keys::PROFILE, self.blog.id))?;
        Ok(stored.map(|bytes| profile::terms_of(&bytes)).transpose()?.unwrap_or_default())
    }

    /// What `find` finds of its profile, remembered: two kinds of reasons ask for it.
    pub(super) fn shared(
        &self,
        find: impl FnOnce(&Profile) -> Vec<(usize, f64)>,
    ) -> Result<&[(usize, f64)], StoreError> {
        let profile = self.profile()?;
        Ok(self.shared.get_or_init(|| find(profile)))
    }

    /// Its newest posts, the newest first.
    pub(super) fn newest(&self) -> Result<&[Post], StoreError> {
        if let Some(newest) = self.newest.get() {
            return Ok(newest);
        }
        let newest = self.store.heads_of(self.blog.id).take(NEWEST).collect::<Result<Vec<_>, _>>()?;
        Ok(self.newest.get_or_init(|| newest))
    }

    /// Links to others are looked for anew: those that were are of use for one candidate.
    pub(super) fn forget(&self) {
        self.leading.borrow_mut().clear();
    }

    /// All links of its posts.
    pub(super) fn edges(&self) -> Result<&Edges, StoreError> {
        if let Some(edges) = self.edges.get() {
            return Ok(edges);
        }
        let mut edges: Edges = self.store.discovered(&keys::of(keys::EDGES, self.blog.id))?.unwrap_or_default();
        edges.join(seen::of(&self.store, self.blog.id)?);
        Ok(self.edges.get_or_init(|| edges))
    }

    /// The titles of the posts that have links, by the keys of their pages; of several with one key, the first counts.
    pub(super) fn titles_of_sources(&self) -> Result<Vec<(String, Plain)>, StoreError> {
        let mut titles = Vec::new();
        for kind in [keys::EDGES, keys::SEEN] {
            if let Some(bytes) = self.store.discovered_bytes(&keys::of(kind, self.blog.id))? {
                titles.extend(edges::titles_of_sources(&bytes)?);
            }
        }
        Ok(titles)
    }

    /// The links of its posts that lead to another's sites: its author's, or those of comments.
    pub(super) fn edges_to(&self, other: &Self, of_author: bool) -> Result<Rc<Leading>, StoreError> {
        // Friendship and discussions both ask for the same.
        let place = (other.blog.id, of_author);
        if let Some(found) = self.leading.borrow().get(&place) {
            return Ok(found.clone());
        }
        let (mut found, sites) = (Leading::new(), edges::own_sites(&other.blog));
        for kind in [keys::EDGES, keys::SEEN] {
            if let Some(bytes) = self.store.discovered_bytes(&keys::of(kind, self.blog.id))? {
                found.extend(edges::leading_to(&bytes, &sites, of_author)?);
            }
        }
        let found = Rc::new(found);
        self.leading.borrow_mut().insert(place, found.clone());
        Ok(found)
    }

    /// Its author's links to pages on these hosts, without `www.`.
    pub(super) fn edges_to_hosts(&self, hosts: &HashSet<&str>) -> Result<Vec<(Edge, Source)>, StoreError> {
        let mut found = Vec::new();
        for kind in [keys::EDGES, keys::SEEN] {
            if let Some(bytes) = self.store.discovered_bytes(&keys::of(kind, self.blog.id))? {
                found.extend(edges::leading_to_hosts(&bytes, hosts)?);
            }
        }
        Ok(found)
    }

    /// The links on its blogroll that lead to these sites.
    pub(super) fn roll_to(&self, sites: &HashSet<String>) -> Result<Vec<RollLink>, StoreError> {
        match self.store.discovered_bytes(&keys::of(keys::ROLL, self.blog.id))? {
            Some(bytes) => edges::declared_to(&bytes, sites),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn person(&self) -> Result<Person, StoreError> {
        Ok(Person::behind(&self.store, self.blog.id)?.unwrap_or_default())
    }
}
