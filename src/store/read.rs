//! Queries. Lists are read from heads and keys alone; a body is read when somebody reads the post.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
    ops::Deref,
    sync::atomic::Ordering,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Store, StoreError, codec,
    feed_state::FeedState,
    packing,
    records::{Alias, Current, Followed, Labels, Marks, Muted, Stands},
    shelves::{Row, Shelved},
    table::Table,
};
use crate::{
    journal::{Positions, Stamp},
    model::{Blog, BlogId, FeedUrl, Flags, PageUrl, Plain, Post, PostId, Standing, Subscription, Tag, Timestamp},
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

    /// Who was followed and is no longer, with when that ended, if it did after a moment (milliseconds); the whole person
    /// where the book knows other blogs of theirs.
    pub fn unfollowed(&self, after: u64) -> Result<BTreeMap<BlogId, Stamp>, StoreError> {
        let mut ended = BTreeMap::new();
        for entry in self.trees.subscriptions.iter() {
            let (key, value) = entry?;
            let register: Followed = codec::decode(&value)?;
            if register.subscription.is_none() && !register.undone && register.stamp.t > after {
                ended.extend(BlogId::from_slice(&key).map(|id| (id, register.stamp)));
            }
        }
        if ended.is_empty() {
            return Ok(ended);
        }
        for person in self.people()? {
            let last = person.blogs.iter().filter_map(|blog| ended.get(&blog.id)).max().copied();
            ended.extend(last.into_iter().flat_map(|last| person.blogs.iter().map(move |blog| (blog.id, last))));
        }
        Ok(ended)
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
        Ok(self.find(id)?.map(|found| found.post))
    }

    /// A post of a blog that is known. Asks no index, which would have to be made of all blogs.
    pub fn post_of(&self, blog: BlogId, id: PostId) -> Result<Option<Post>, StoreError> {
        Ok(self.find_of(blog, id)?.map(|found| found.post))
    }

    fn find_of(&self, blog: BlogId, id: PostId) -> Result<Option<Shelved>, StoreError> {
        let row = self.rows_of(blog)?.into_iter().find(|row| row.id == id);
        Ok(row.map(|row| self.at(blog, id, row.slot)).transpose()?.flatten())
    }

    fn find(&self, id: PostId) -> Result<Option<Shelved>, StoreError> {
        let Some((blog, row)) = self.index(|index| index.find(id))? else { return Ok(None) };
        self.at(blog, id, row.slot)
    }

    /// Those of many posts that there are, in no useful order: each entry of the cache is looked at once.
    pub fn posts(&self, ids: &[PostId]) -> impl Iterator<Item = Result<Post, StoreError>> + use<> {
        let found = self.index(|index| {
            let mut of_blogs: BTreeMap<BlogId, Vec<Row>> = BTreeMap::new();
            for row in ids.iter().filter_map(|id| index.find(*id)) {
                of_blogs.entry(row.0).or_default().push(row.1);
            }
            of_blogs
        });
        let (mut of_blogs, failed) = match found {
            Ok(of_blogs) => (of_blogs, None),
            Err(error) => (BTreeMap::new(), Some(Err(error))),
        };
        of_blogs.values_mut().for_each(|rows| rows.sort_unstable_by_key(|row| row.slot));
        let store = self.clone();
        let found = of_blogs.into_iter().flat_map(move |(blog, rows)| store.each_of(blog, rows));
        found.map(|found| found.map(|found| found.post)).chain(failed)
    }

    /// Every head in the cache, in no useful order.
    pub fn all_posts(&self) -> impl Iterator<Item = Result<Post, StoreError>> + use<> {
        self.each().map(|found| found.map(|found| found.post))
    }

    /// The text of a post as HTML that was made safe before it was stored.
    pub fn html(&self, id: PostId) -> Result<Option<String>, StoreError> {
        self.text_at(|| self.find(id))
    }

    /// The same for a post of a blog that is known, without an index.
    pub fn html_of(&self, blog: BlogId, id: PostId) -> Result<Option<String>, StoreError> {
        self.text_at(|| self.find_of(blog, id))
    }

    fn text_at(&self, find: impl Fn() -> Result<Option<Shelved>, StoreError>) -> Result<Option<String>, StoreError> {
        // A pack may be emptied between the look for the place and the look into it; the second look finds the new one.
        for _ in 0..2 {
            let Some(place) = find()?.and_then(|found| found.place) else { return Ok(None) };
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
        let hidden = self.out_of_sight()?;
        let after = after.map(|(time, post)| (Reverse(time), post));
        let is_behind = |time, post| after.is_none_or(|after| (Reverse(time), post) > after);
        let mut posts = Vec::new();
        let keep_newest = |posts: &mut Vec<_>| {
            if limit < posts.len() {
                posts.select_nth_unstable_by_key(limit, newest_first);
                posts.truncate(limit);
            }
        };
        self.index(|index| {
            for one in index.river().filter(|(time, post, _)| is_behind(*time, *post) && !hidden.contains(post)) {
                posts.push(one);
                // Most often a page is wanted of very many.
                if posts.len() >= limit.saturating_mul(2).max(1024) {
                    keep_newest(&mut posts);
                }
            }
        })?;
        keep_newest(&mut posts);
        posts.sort_unstable_by_key(newest_first);
        Ok(posts.into_iter().map(|(_, post, blog)| (post, blog)).collect())
    }

    /// All posts of followed blogs with the time that they are sorted by, newest first, also those out of sight.
    pub fn whole_river(&self) -> Result<Vec<(Timestamp, PostId, BlogId)>, StoreError> {
        let mut posts: Vec<_> = self.index(|index| index.river().collect())?;
        posts.sort_unstable_by_key(newest_first);
        Ok(posts)
    }

    /// The ids of a blog's posts, newest first.
    pub fn posts_of(&self, id: BlogId) -> impl DoubleEndedIterator<Item = Result<PostId, StoreError>> + use<> {
        let (rows, failed) = match self.newest_of(id) {
            Ok(rows) => (rows, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        rows.into_iter().map(|row| Ok(row.id)).chain(failed)
    }

    /// The posts of a blog, newest first.
    pub fn heads_of(&self, id: BlogId) -> impl Iterator<Item = Result<Post, StoreError>> + use<> {
        let (rows, failed) = match self.newest_of(id) {
            Ok(rows) => (rows, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        self.each_of(id, rows).map(|found| found.map(|found| found.post)).chain(failed)
    }

    /// The addresses of a blog's posts and what each is called, newest first. Posts without an address are left out.
    pub fn titles_of(&self, id: BlogId) -> Result<Vec<(PageUrl, Plain)>, StoreError> {
        self.titles_in(id, self.newest_of(id)?).collect()
    }

    fn newest_of(&self, id: BlogId) -> Result<Vec<Row>, StoreError> {
        let mut rows = self.rows_of(id)?;
        rows.sort_unstable_by_key(|row| (Reverse(row.time), row.id));
        Ok(rows)
    }

    /// Posts and unread ones of every followed blog.
    pub fn counts(&self) -> Result<HashMap<BlogId, Counts>, StoreError> {
        let read = self.marked(false)?;
        let hidden = self.out_of_sight()?;
        let mut counts: HashMap<BlogId, Counts> = HashMap::new();
        self.index(|index| {
            for (time, post, blog) in index.river() {
                let count = counts.entry(blog).or_default();
                count.posts += 1;
                count.last_post = count.last_post.max(Some(time));
                if !read.contains(&post) && !hidden.contains(&post) {
                    count.unread += 1;
                    count.newest_unread = count.newest_unread.max(Some(time));
                }
            }
        })?;
        Ok(counts)
    }

    /// Posts whose shown id begins with `prefix`; two at most, which is enough to know that it is ambiguous.
    pub fn posts_with_prefix(&self, prefix: &str) -> Result<Vec<PostId>, StoreError> {
        self.index(|index| index.ids().filter(|id| id.to_string().starts_with(prefix)).take(2).collect())
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

fn newest_first((time, post, _): &(Timestamp, PostId, BlogId)) -> (Reverse<Timestamp>, PostId) {
    (Reverse(*time), *post)
}
