//! Queries. Lists are read from heads and keys alone; a body is read when somebody reads the post.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Deref,
    sync::atomic::Ordering,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Store, StoreError,
    codec::{self, Body, Entry},
    feed_state::FeedState,
    keys, packing,
    records::{Alias, Current, Followed, Labels, Marks, Muted, Stands, Whereabouts},
    table::Table,
};
use crate::{
    journal::{Positions, Stamp},
    model::{Blog, BlogId, FeedUrl, Flags, Plain, Post, PostId, Standing, Subscription, Tag, Timestamp},
};

/// The key of the moment from which on judgements count.
pub(super) const TASTE: &str = "taste";

/// How many posts a blog has, and how many of them wait to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub posts: usize,
    pub unread: usize,
    pub last_post: Option<Timestamp>,
    /// When the newest of the unread ones was written.
    #[serde(default)]
    pub newest_unread: Option<Timestamp>,
}

/// A post with what the writer must know of it.
pub(super) struct Found {
    pub(super) post: Post,
    pub(super) body: Option<Body>,
    /// It lies as it did before heads moved to their blogs.
    pub(super) is_old: bool,
}

impl Store {
    pub fn blog(&self, id: BlogId) -> Result<Option<Blog>, StoreError> {
        get(&self.trees.blogs, id)
    }

    /// Every blog that is known, followed or not, in no useful order.
    pub fn blogs(&self) -> Result<Vec<Blog>, StoreError> {
        self.trees.blogs.iter().values().map(|value| codec::decode(&value?)).collect()
    }

    pub fn subscription(&self, id: BlogId) -> Result<Option<Subscription>, StoreError> {
        let subscription = self.register(id)?.and_then(|followed| followed.subscription);
        subscription.map(|subscription| self.with_tags(subscription)).transpose()
    }

    /// With the tags that were put on it and taken off it since it was followed.
    fn with_tags(&self, mut subscription: Subscription) -> Result<Subscription, StoreError> {
        if self.trees.blog_labels.is_empty() {
            return Ok(subscription);
        }
        for (tag, (on, _)) in self.blog_labels(subscription.blog)?.tags {
            let is_it = |had: &Plain| Tag::new(had.as_str()).is_some_and(|had| had == tag);
            match (on, subscription.tags.iter().any(is_it)) {
                (true, false) => subscription.tags.push(tag.plain()),
                (false, true) => subscription.tags.retain(|had| !is_it(had)),
                _ => {}
            }
        }
        Ok(subscription)
    }

    /// What is followed, by folder and then in the order in which it was followed.
    pub fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        let mut followed = Vec::new();
        for value in self.trees.subscriptions.iter().values() {
            let entry: Followed = codec::decode(&value?)?;
            if let Some(subscription) = entry.subscription {
                followed.push((entry.stamp, self.with_tags(subscription)?));
            }
        }
        followed.sort_by(|(a_stamp, a), (b_stamp, b)| a.folder.cmp(&b.folder).then(a_stamp.cmp(b_stamp)));
        Ok(followed.into_iter().map(|(_, subscription)| subscription).collect())
    }

    /// The blog whose feed is, or once was, at an address; if none that moved is known, the one first met there.
    pub fn blog_at(&self, feed: &FeedUrl) -> Result<BlogId, StoreError> {
        let id = BlogId::of(feed);
        Ok(get::<Alias>(&self.trees.aliases, id)?.map_or(id, |alias| alias.of))
    }

    pub(super) fn aliases(&self) -> Result<Vec<Alias>, StoreError> {
        self.trees.aliases.iter().values().map(|value| codec::decode(&value?)).collect()
    }

    pub(super) fn followed_stamp(&self, id: BlogId) -> Result<Option<Stamp>, StoreError> {
        Ok(self.register(id)?.map(|followed| followed.stamp))
    }

    pub(super) fn register(&self, id: BlogId) -> Result<Option<Followed>, StoreError> {
        get(&self.trees.subscriptions, id)
    }

    pub fn feed(&self, id: BlogId) -> Result<FeedState, StoreError> {
        Ok(self.trees.feeds.get(id)?.map(|bytes| FeedState::decode(&bytes)).transpose()?.unwrap_or_default())
    }

    pub fn current(&self, id: BlogId) -> Result<Current, StoreError> {
        Ok(get(&self.trees.current, id)?.unwrap_or_default())
    }

    pub fn post(&self, id: PostId) -> Result<Option<Post>, StoreError> {
        // Heads lie by their blogs, so that those of one answer lie together. Their old place is by their id.
        match self.entry(id)? {
            Some(Entry::Whereabouts(found)) => head(&self.trees.by_blog, keys::by_blog(found.blog, found.time, id)),
            _ => head(&self.trees.heads, id),
        }
    }

    /// A post and where its text is.
    pub(super) fn find(&self, id: PostId) -> Result<Option<Found>, StoreError> {
        let Some(post) = self.post(id)? else { return Ok(None) };
        Ok(Some(match self.entry(id)? {
            Some(Entry::Whereabouts(found)) => Found { post, body: found.place.map(Body::Packed), is_old: false },
            Some(Entry::Old(html)) => Found { post, body: Some(Body::Alone(html)), is_old: true },
            None => Found { post, body: None, is_old: true },
        }))
    }

    fn entry(&self, id: PostId) -> Result<Option<Entry>, StoreError> {
        self.trees.bodies.get(id)?.map(|bytes| codec::entry(&bytes)).transpose()
    }

    /// Every head in the cache, in no useful order.
    pub fn all_posts(&self) -> Result<impl Iterator<Item = Result<Post, StoreError>> + use<>, StoreError> {
        // In old caches, what stands by the blog is empty.
        let heads = self.trees.by_blog.iter().values().filter(|head| !head.as_ref().is_ok_and(|head| head.is_empty()));
        Ok(heads.chain(self.trees.heads.iter().values()).map(|value| codec::decode_head(&value?)))
    }

    /// The text of a post as HTML that was made safe before it was stored.
    pub fn html(&self, id: PostId) -> Result<Option<String>, StoreError> {
        // A pack may be emptied between the look for the place and the look into it; the second look finds the new one.
        for _ in 0..2 {
            let place = match self.entry(id)? {
                Some(Entry::Old(html)) => return Ok(Some(html)),
                Some(Entry::Whereabouts(Whereabouts { place: Some(place), .. })) => place,
                _ => return Ok(None),
            };
            if let Some(html) = self.trees.packs.read(place)? {
                return Ok(Some(html));
            }
        }
        Err(StoreError::Damaged("a pack of texts is missing".into()))
    }

    /// The text of a post's page, if it was fetched since the post was edited last.
    pub fn full_text(&self, post: &Post) -> Result<Option<String>, StoreError> {
        let stored: Option<(Option<Timestamp>, Vec<u8>)> = get(&self.trees.full_texts, post.id)?;
        let current = stored.filter(|(edited, _)| *edited == post.updated);
        current.map(|(_, packed)| codec::decompress(&packed)).transpose()
    }

    pub fn flags(&self, id: PostId) -> Result<Flags, StoreError> {
        Ok(self.flags_and_tags(id)?.0)
    }

    /// What the user did to a post, and the user's words for it.
    pub fn flags_and_tags(&self, id: PostId) -> Result<(Flags, Vec<Tag>), StoreError> {
        let marks = self.marks(id)?;
        let labels = self.labels(id)?;
        let flags = Flags {
            saved: labels.has(&Tag::saved()),
            hidden: labels.hidden(),
            muted: self.is_muted(id)?,
            ..marks.flags()
        };
        Ok((flags, labels.tags().cloned().collect()))
    }

    pub(super) fn labels(&self, id: PostId) -> Result<Labels, StoreError> {
        // Most people tag and hide nothing.
        if self.trees.labels.is_empty() {
            return Ok(Labels::default());
        }
        Ok(get(&self.trees.labels, id)?.unwrap_or_default())
    }

    pub(super) fn blog_labels(&self, id: BlogId) -> Result<Labels, StoreError> {
        Ok(get(&self.trees.blog_labels, id)?.unwrap_or_default())
    }

    /// All posts that were ever tagged or hidden, with what holds now.
    pub fn labelled(&self) -> impl Iterator<Item = Result<(PostId, Labels), StoreError>> + use<> {
        self.trees.labels.iter().map(|entry| {
            let (key, value) = entry?;
            let id = PostId::from_slice(&key);
            let id = id.ok_or_else(|| StoreError::Damaged("a key of a post's tags is cut short".into()))?;
            Ok((id, codec::decode(&value)?))
        })
    }

    pub(super) fn mute_stamp(&self, key: [u8; 16]) -> Result<Option<Stamp>, StoreError> {
        Ok(get::<Muted>(&self.trees.mutes, key)?.map(|muted| muted.stamp))
    }

    /// Posts that are hidden by hand or by muted words.
    pub fn out_of_sight(&self) -> Result<HashSet<PostId>, StoreError> {
        let mut hidden: HashSet<PostId> = self.muted().collect::<Result<_, _>>()?;
        for entry in self.labelled() {
            let (id, labels) = entry?;
            if labels.hidden() {
                hidden.insert(id);
            }
        }
        Ok(hidden)
    }

    /// Posts that are read; with `starred` those that are starred instead.
    pub fn marked(&self, starred: bool) -> Result<HashSet<PostId>, StoreError> {
        let mut marked = HashSet::new();
        for entry in &self.trees.marks {
            let (key, value) = entry?;
            let flags = codec::decode::<Marks>(&value)?.flags();
            if if starred { flags.starred } else { flags.read } {
                marked.extend(PostId::from_slice(&key));
            }
        }
        Ok(marked)
    }

    pub(super) fn marks(&self, id: PostId) -> Result<Marks, StoreError> {
        Ok(get(&self.trees.marks, id)?.unwrap_or_default())
    }

    /// The ids of the posts of followed blogs, newest first, from behind `after` on; `limit` of them at most. What is out
    /// of sight is left out.
    pub fn river(&self, after: Option<(Timestamp, PostId)>, limit: usize) -> Result<Vec<(PostId, BlogId)>, StoreError> {
        Ok(self.river_places(after, limit)?.into_iter().map(|(_, post, blog)| (post, blog)).collect())
    }

    /// The same, the posts themselves: each is looked up where it lies, by its blog.
    pub fn river_heads(&self, after: Option<(Timestamp, PostId)>, limit: usize) -> Result<Vec<Post>, StoreError> {
        let mut heads = Vec::new();
        for (time, id, blog) in self.river_places(after, limit)? {
            let found = self.trees.by_blog.get(keys::by_blog(blog, time, id))?;
            // In old caches, what stands by the blog is empty.
            match found.filter(|head| !head.is_empty()) {
                Some(found) => heads.push(codec::decode_head(&found)?),
                None => heads.extend(self.post(id)?),
            }
        }
        Ok(heads)
    }

    fn river_places(
        &self,
        after: Option<(Timestamp, PostId)>,
        limit: usize,
    ) -> Result<Vec<(Timestamp, PostId, BlogId)>, StoreError> {
        let start = after.map(|(time, post)| keys::river(time, post));
        let range = match start {
            Some(key) => self.trees.river.after(key),
            None => self.trees.river.iter(),
        };
        let hidden = self.out_of_sight()?;
        range
            .map(|entry| {
                let (key, value) = entry?;
                river_entry(&key, &value).map(|(post, blog)| (keys::time_of(&key), post, blog))
            })
            .filter(|entry| !entry.as_ref().is_ok_and(|(_, post, _)| hidden.contains(post)))
            .take(limit)
            .collect()
    }

    /// All posts of followed blogs with the time that they are sorted by, newest first, also those out of sight.
    pub fn whole_river(&self) -> impl Iterator<Item = Result<(Timestamp, PostId, BlogId), StoreError>> + use<> {
        self.trees.river.iter().map(|entry| {
            let (key, value) = entry?;
            river_entry(&key, &value).map(|(post, blog)| (keys::time_of(&key), post, blog))
        })
    }

    /// The ids of a blog's posts, newest first.
    pub fn posts_of(&self, id: BlogId) -> impl DoubleEndedIterator<Item = Result<PostId, StoreError>> + use<> {
        self.trees.by_blog.scan_prefix(id.0).keys().map(|key| {
            let key = key?;
            keys::post_of(&key).ok_or_else(|| StoreError::Damaged("a key of a post is cut short".into()))
        })
    }

    /// The posts of a blog, newest first.
    pub fn heads_of(&self, id: BlogId) -> impl Iterator<Item = Result<Post, StoreError>> + use<> {
        let store = self.clone();
        self.trees.by_blog.scan_prefix(id.0).filter_map(move |entry| {
            let read = |(key, head): (sled::IVec, sled::IVec)| match keys::post_of(&key) {
                // In old caches, what stands by the blog is empty.
                Some(post) if head.is_empty() => store.post(post),
                _ => codec::decode_head(&head).map(Some),
            };
            entry.map_err(StoreError::from).and_then(read).transpose()
        })
    }

    /// Posts and unread ones of every followed blog, in one pass over keys.
    pub fn counts(&self) -> Result<HashMap<BlogId, Counts>, StoreError> {
        let read = self.marked(false)?;
        let hidden = self.out_of_sight()?;
        let mut counts: HashMap<BlogId, Counts> = HashMap::new();
        for entry in &self.trees.river {
            let (key, value) = entry?;
            let (post, blog) = river_entry(&key, &value)?;
            let count = counts.entry(blog).or_default();
            count.posts += 1;
            count.last_post.get_or_insert(keys::time_of(&key));
            if !read.contains(&post) && !hidden.contains(&post) {
                count.unread += 1;
                count.newest_unread.get_or_insert(keys::time_of(&key));
            }
        }
        Ok(counts)
    }

    /// Posts whose shown id begins with `prefix`; two at most, which is enough to know that it is ambiguous.
    pub fn posts_with_prefix(&self, prefix: &str) -> Result<Vec<PostId>, StoreError> {
        let mut found = Vec::new();
        for key in self.trees.bodies.iter().keys() {
            if let Some(id) = PostId::from_slice(&key?)
                && id.to_string().starts_with(prefix)
            {
                found.push(id);
                if found.len() == 2 {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Where the user stands with the person behind a blog: what was last said of them or of any of their blogs.
    pub fn standing(&self, id: BlogId) -> Result<Standing, StoreError> {
        Ok(self.standings()?.get(&id).map_or(Standing::New, |(standing, _)| *standing))
    }

    pub(super) fn standing_stamp(&self, id: BlogId) -> Result<Option<Stamp>, StoreError> {
        Ok(get::<Stands>(&self.trees.standings, id)?.map(|stands| stands.stamp))
    }

    /// Everybody with whom the user stands in some way, with the last moment that changed it.
    pub fn standings(&self) -> Result<BTreeMap<BlogId, (Standing, Stamp)>, StoreError> {
        let mut standings = self.blog_standings()?;
        let of_people = self.person_standings(&standings)?;
        standings.extend(of_people);
        Ok(standings)
    }

    /// What was said of blogs one by one.
    pub(super) fn blog_standings(&self) -> Result<BTreeMap<BlogId, (Standing, Stamp)>, StoreError> {
        let mut standings = BTreeMap::new();
        for entry in &self.trees.standings {
            let (key, value) = entry?;
            let stands: Stands = codec::decode(&value)?;
            standings.extend(BlogId::from_slice(&key).map(|id| (id, (stands.standing, stands.stamp))));
        }
        Ok(standings)
    }

    /// From when on (milliseconds) the user's judgements move the ranking; `None` for all of them.
    pub fn taste_since(&self) -> Result<Option<u64>, StoreError> {
        Ok(self.taste()?.and_then(|(since, _)| since))
    }

    pub(super) fn taste(&self) -> Result<Option<(Option<u64>, Stamp)>, StoreError> {
        get(&self.trees.meta, TASTE)
    }

    /// How far the journal was taken in.
    pub fn positions(&self) -> Result<Positions, StoreError> {
        Ok(self.trees.meta.get("positions")?.map(|bytes| codec::decode(&bytes)).transpose()?.unwrap_or_default())
    }

    /// A record of discovery by its key.
    pub fn discovered<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.trees.discovery.get(key)?.map(|bytes| codec::decode(&bytes)).transpose()
    }

    /// The same as it lies there, for [`codec::decode_in`].
    pub fn discovered_bytes(&self, key: &[u8]) -> Result<Option<impl Deref<Target = [u8]> + use<>>, StoreError> {
        Ok(self.trees.discovery.get(key)?)
    }

    /// All records of discovery whose key begins with `prefix`, with what follows the prefix.
    pub fn discovered_all<T: DeserializeOwned>(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        let records = self.trees.discovery.scan_prefix(prefix).map(|entry| {
            let (key, value) = entry?;
            Ok((key[prefix.len()..].to_vec(), codec::decode(&value)?))
        });
        records.collect()
    }

    /// What follows the prefix in the keys of discovery's records that begin with it, in order.
    pub fn discovered_keys(&self, prefix: &[u8]) -> impl Iterator<Item = Result<Vec<u8>, StoreError>> + use<> {
        let length = prefix.len();
        self.trees.discovery.scan_prefix(prefix).keys().map(move |key| Ok(key?[length..].to_vec()))
    }

    /// Writes what is cached to the disk and waits until it lies there; sled's own flush does not fsync on Linux.
    pub fn sync(&self) -> Result<(), StoreError> {
        if !self.trees.unsynced.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let synced = self.write_down();
        if synced.is_err() {
            self.trees.unsynced.store(true, Ordering::Release);
        }
        synced
    }

    fn write_down(&self) -> Result<(), StoreError> {
        // Texts before what points to them. To ask for a pack that lies on the disk already costs next to nothing.
        for pack in packing::accounts(&self.trees.meta)?.keys() {
            self.trees.packs.sync(*pack)?;
        }
        self.trees.db.flush()?;
        let synced = std::fs::File::open(&self.trees.file).and_then(|file| file.sync_all());
        synced.map_err(|source| StoreError::Io { path: self.trees.file.clone(), source })
    }
}

impl Marks {
    pub fn flags(self) -> Flags {
        let set = |mark: Option<(bool, Stamp)>| mark.is_some_and(|(on, _)| on);
        Flags { read: set(self.read), starred: set(self.starred), ..Flags::default() }
    }
}

pub(super) fn get<T: DeserializeOwned>(table: &Table, key: impl AsRef<[u8]>) -> Result<Option<T>, StoreError> {
    table.get(key)?.map(|bytes| codec::decode(&bytes)).transpose()
}

fn head(table: &Table, key: impl AsRef<[u8]>) -> Result<Option<Post>, StoreError> {
    table.get(key)?.map(|bytes| codec::decode_head(&bytes)).transpose()
}

fn river_entry(key: &[u8], value: &[u8]) -> Result<(PostId, BlogId), StoreError> {
    keys::post_of(key)
        .zip(BlogId::from_slice(value))
        .ok_or_else(|| StoreError::Damaged("an entry of the river is cut short".into()))
}
