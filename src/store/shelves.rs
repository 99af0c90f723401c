//! How the heads of posts lie in sled: a blog's posts stand on shelves of [`ROOM`], in the order in which they came.
//!
//! sled takes about 13 µs for an entry, whatever its size, and twice its room; so a shelf is two entries in place of three
//! for each post. One lists ids and times, which is all that lists and counts look at; the other has the heads, packed, and
//! where the texts lie. A new post goes to the last shelf, which alone is written anew.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    changes::{Changes, Tree},
    codec,
    packs::Place,
};
use crate::model::{BlogId, PageUrl, Plain, Post, PostId, Timestamp};

/// Posts on one shelf. Part of the format, as a slot divided by it is the number of a shelf.
const ROOM: u32 = 32;
/// No shelf is read that is larger when unpacked: heads are bounded where feeds are read.
const LARGEST: usize = 64 << 20;
/// zstd's quickest level.
const LEVEL: i32 = 1;

/// Where a post stands among those of its blog, counted in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(pub(super) u32);

impl Slot {
    fn shelf(self) -> u32 {
        self.0 / ROOM
    }

    fn position(self) -> usize {
        (self.0 % ROOM) as usize
    }
}

/// A post as it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: PostId,
    pub(super) time: Timestamp,
    pub(super) slot: Slot,
}

/// A post with where its text lies, if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shelved {
    pub(super) post: Post,
    pub(super) place: Option<Place>,
}

/// The heads of a shelf as they are stored.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    /// Of each post where its text lies, and the bytes of its head.
    posts: Vec<(Option<Place>, u32)>,
    /// The heads without ids, one behind the other, in a frame of zstd.
    #[serde(borrow)]
    heads: &'a [u8],
}

pub(super) fn key(blog: BlogId, shelf: u32) -> [u8; 20] {
    let mut key = [0; 20];
    key[..16].copy_from_slice(&blog.0);
    key[16..].copy_from_slice(&shelf.to_be_bytes());
    key
}

pub(super) fn of_key(key: &[u8]) -> Option<(BlogId, u32)> {
    let (blog, shelf) = key.split_at_checked(16)?;
    Some((BlogId::from_slice(blog)?, u32::from_be_bytes(shelf.try_into().ok()?)))
}

/// What an entry of the lists says.
pub(super) fn rows(shelf: u32, value: &[u8]) -> Result<Vec<Row>, StoreError> {
    let listed: Vec<(PostId, Timestamp)> = codec::decode(value)?;
    let first = shelf.saturating_mul(ROOM);
    Ok((first..).zip(listed).map(|(slot, (id, time))| Row { id, time, slot: Slot(slot) }).collect())
}

fn no_key() -> StoreError {
    StoreError::Damaged("a key of a shelf is cut short".into())
}

/// A head without the ids, which stand in the list and in the key.
fn encode_head(post: &Post) -> Result<Vec<u8>, StoreError> {
    let Post { id: _, blog: _, url, title, authors, published, updated, first_seen, tags, summary, enclosures } = post;
    codec::encode(&(url, title, authors, published, updated, first_seen, tags, summary, enclosures))
}

fn decode_head(blog: BlogId, id: PostId, bytes: &[u8]) -> Result<Post, StoreError> {
    let (url, title, authors, published, updated, first_seen, tags, summary, enclosures) = codec::decode(bytes)?;
    Ok(Post { id, blog, url, title, authors, published, updated, first_seen, tags, summary, enclosures })
}

/// A shelf that was unpacked.
struct Unpacked {
    /// Of each post where its text lies, and where its head ends.
    posts: Vec<(Option<Place>, usize)>,
    heads: Vec<u8>,
}

impl Unpacked {
    fn of(value: &[u8]) -> Result<Self, StoreError> {
        thread_local! {
            static UNPACKING: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
        }
        let Stored { posts, heads } = codec::decode_in(value)?;
        let mut end = 0;
        let posts = posts.into_iter().map(|(place, length)| {
            end += length as usize;
            (place, end)
        });
        let posts = posts.collect();
        let unpacked = UNPACKING.with_borrow_mut(|unpacking| {
            let unpacking = match unpacking {
                Some(unpacking) => unpacking,
                none => none.insert(zstd::bulk::Decompressor::new()?),
            };
            unpacking.decompress(heads, end.min(LARGEST))
        });
        let heads = unpacked.map_err(|error| StoreError::Damaged(format!("a shelf of posts: {error}")))?;
        Ok(Self { posts, heads })
    }

    fn head(&self, position: usize) -> Option<&[u8]> {
        let (_, end) = self.posts.get(position)?;
        let start = position.checked_sub(1).map_or(0, |before| self.posts[before].1);
        self.heads.get(start..*end)
    }

    /// The post at a position; `None` where the shelf is not that full.
    fn shelved(&self, blog: BlogId, id: PostId, position: usize) -> Result<Option<Shelved>, StoreError> {
        let Some(head) = self.head(position) else { return Ok(None) };
        Ok(Some(Shelved { post: decode_head(blog, id, head)?, place: self.posts[position].0 }))
    }
}

impl Store {
    /// The posts of a blog as they are listed, in the order in which they came.
    pub(super) fn rows_of(&self, blog: BlogId) -> Result<Vec<Row>, StoreError> {
        let mut all = Vec::new();
        for entry in self.trees.listed.scan_prefix(blog) {
            let (key, value) = entry?;
            let (_, shelf) = of_key(&key).ok_or_else(no_key)?;
            all.extend(rows(shelf, &value)?);
        }
        Ok(all)
    }

    /// A post by where it stands.
    pub(super) fn at(&self, blog: BlogId, id: PostId, slot: Slot) -> Result<Option<Shelved>, StoreError> {
        let Some(value) = self.trees.shelves.get(key(blog, slot.shelf()))? else { return Ok(None) };
        Unpacked::of(&value)?.shelved(blog, id, slot.position())
    }

    /// Posts of a blog; each shelf is unpacked once as long as they come in the order in which they stand.
    pub(super) fn each_of(
        &self,
        blog: BlogId,
        rows: Vec<Row>,
    ) -> impl Iterator<Item = Result<Shelved, StoreError>> + use<> {
        self.each_as(blog, rows, move |shelf, row| shelf.shelved(blog, row.id, row.slot.position()))
    }

    /// The addresses of posts and what each is called, of those that have an address. Of most heads no more is taken apart.
    pub(super) fn titles_in(
        &self,
        blog: BlogId,
        rows: Vec<Row>,
    ) -> impl Iterator<Item = Result<(PageUrl, Plain), StoreError>> + use<> {
        self.each_as(blog, rows, move |shelf, row| {
            let Some(head) = shelf.head(row.slot.position()) else { return Ok(None) };
            // They come first in a head.
            let (url, title): (Option<PageUrl>, Plain) = codec::decode(head)?;
            let Some(url) = url else { return Ok(None) };
            let title = if title.is_empty() { decode_head(blog, row.id, head)?.label() } else { title };
            Ok(Some((url, title)))
        })
    }

    fn each_as<T, Read: Fn(&Unpacked, &Row) -> Result<Option<T>, StoreError>>(
        &self,
        blog: BlogId,
        rows: Vec<Row>,
        read: Read,
    ) -> impl Iterator<Item = Result<T, StoreError>> + use<T, Read> {
        let store = self.clone();
        let mut open: Option<(u32, Unpacked)> = None;
        rows.into_iter().filter_map(move |row| {
            let shelf = row.slot.shelf();
            if open.as_ref().is_none_or(|(number, _)| *number != shelf) {
                open = match store.trees.shelves.get(key(blog, shelf)).map_err(StoreError::from) {
                    Ok(value) => match value.map(|value| Unpacked::of(&value)).transpose() {
                        Ok(unpacked) => unpacked.map(|unpacked| (shelf, unpacked)),
                        Err(error) => return Some(Err(error)),
                    },
                    Err(error) => return Some(Err(error)),
                };
            }
            let (_, unpacked) = open.as_ref()?;
            read(unpacked, &row).transpose()
        })
    }

    /// Every post, shelf by shelf.
    pub(super) fn each(&self) -> impl Iterator<Item = Result<Shelved, StoreError>> + use<> {
        let store = self.clone();
        let shelves = self.trees.listed.iter().map(|entry| {
            let (key, value) = entry?;
            let (blog, shelf) = of_key(&key).ok_or_else(no_key)?;
            Ok::<_, StoreError>((blog, rows(shelf, &value)?))
        });
        shelves.flat_map(move |shelf| {
            let (posts, failed) = match shelf {
                Ok((blog, rows)) => (Some(store.each_of(blog, rows)), None),
                Err(error) => (None, Some(Err(error))),
            };
            posts.into_iter().flatten().chain(failed)
        })
    }

    /// Where the texts of posts lie, without looking at the posts.
    pub(super) fn places(&self) -> impl Iterator<Item = Result<(BlogId, Slot, Place), StoreError>> + use<> {
        let shelves = self.trees.shelves.iter().map(|entry| {
            let (key, value) = entry?;
            let (blog, shelf) = of_key(&key).ok_or_else(no_key)?;
            let Stored { posts, .. } = codec::decode_in(&value)?;
            let places: Vec<Option<Place>> = posts.into_iter().map(|(place, _)| place).collect();
            Ok::<_, StoreError>((blog, shelf, places))
        });
        shelves.flat_map(|shelf| {
            let (found, failed) = match shelf {
                Ok((blog, shelf, places)) => {
                    let slots = (shelf.saturating_mul(ROOM)..).map(Slot);
                    let found = slots.zip(places).filter_map(move |(slot, place)| Some((blog, slot, place?)));
                    (Some(found), None)
                }
                Err(error) => (None, Some(Err(error))),
            };
            found.into_iter().flatten().map(Ok).chain(failed)
        })
    }

    /// Texts that moved from one pack to another.
    pub(super) fn replace(
        &self,
        moved: &BTreeMap<(BlogId, Slot), Place>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let mut moved = moved.iter().peekable();
        while let Some(((blog, slot), _)) = moved.peek() {
            let (blog, shelf) = (*blog, slot.shelf());
            let of_this = |((other, slot), _): &(&(BlogId, Slot), &Place)| (*other, slot.shelf()) == (blog, shelf);
            let value = self.trees.shelves.get(key(blog, shelf))?;
            let value = value.ok_or_else(|| StoreError::Damaged("a shelf of posts is missing".into()))?;
            let mut stored: Stored = codec::decode_in(&value)?;
            while let Some(((_, slot), place)) = moved.next_if(of_this) {
                if let Some((known, _)) = stored.posts.get_mut(slot.position()) {
                    *known = Some(*place);
                }
            }
            changes.put(Tree::Shelves, key(blog, shelf), codec::encode(&stored)?);
        }
        Ok(())
    }
}

/// The shelves of one blog while posts are put on them.
pub(super) struct Shelving {
    store: Store,
    blog: BlogId,
    known: HashMap<PostId, Row>,
    next: u32,
    open: BTreeMap<u32, Open>,
}

/// A shelf that was looked at.
#[derive(Default)]
struct Open {
    posts: Vec<OnShelf>,
    changed: bool,
}

struct OnShelf {
    id: PostId,
    time: Timestamp,
    place: Option<Place>,
    head: Vec<u8>,
}

impl Shelving {
    pub(super) fn of(store: &Store, blog: BlogId) -> Result<Self, StoreError> {
        let rows = store.rows_of(blog)?;
        let next = rows.last().map_or(0, |last| last.slot.0 + 1);
        let known = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self { store: store.clone(), blog, known, next, open: BTreeMap::new() })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    pub(super) fn holds(&self, id: PostId) -> bool {
        self.known.contains_key(&id)
    }

    pub(super) fn find(&mut self, id: PostId) -> Result<Option<Shelved>, StoreError> {
        let Some(row) = self.known.get(&id).copied() else { return Ok(None) };
        let blog = self.blog;
        let Some(one) = self.open(row.slot.shelf())?.posts.get(row.slot.position()) else { return Ok(None) };
        Ok(Some(Shelved { post: decode_head(blog, id, &one.head)?, place: one.place }))
    }

    /// Puts a post where it stood, or behind the last one.
    pub(super) fn put(&mut self, post: &Post, place: Option<Place>) -> Result<(), StoreError> {
        let slot = self.known.get(&post.id).map_or(Slot(self.next), |row| row.slot);
        let row = Row { id: post.id, time: post.sort_time(), slot };
        let one = OnShelf { id: post.id, time: row.time, place, head: encode_head(post)? };
        let shelf = self.open(slot.shelf())?;
        shelf.changed = true;
        match shelf.posts.get_mut(slot.position()) {
            Some(before) => *before = one,
            None => {
                shelf.posts.push(one);
                self.next += 1;
            }
        }
        self.known.insert(post.id, row);
        Ok(())
    }

    fn open(&mut self, shelf: u32) -> Result<&mut Open, StoreError> {
        if !self.open.contains_key(&shelf) {
            let posts = self.posts_on(shelf)?;
            self.open.insert(shelf, Open { posts, changed: false });
        }
        Ok(self.open.entry(shelf).or_default())
    }

    fn posts_on(&self, shelf: u32) -> Result<Vec<OnShelf>, StoreError> {
        let key = key(self.blog, shelf);
        let Some(listed) = self.store.trees.listed.get(key)? else { return Ok(Vec::new()) };
        let value = self.store.trees.shelves.get(key)?;
        let unpacked = Unpacked::of(&value.ok_or_else(|| StoreError::Damaged("a shelf of posts is missing".into()))?)?;
        let mut posts = Vec::with_capacity(ROOM as usize);
        for Row { id, time, slot } in rows(shelf, &listed)? {
            let head = unpacked.head(slot.position());
            let head = head.ok_or_else(|| StoreError::Damaged("a shelf of posts is cut short".into()))?.to_vec();
            posts.push(OnShelf { id, time, place: unpacked.posts[slot.position()].0, head });
        }
        Ok(posts)
    }

    /// Writes the shelves on which something changed.
    pub(super) fn finish(self, packer: &mut Packer, changes: &mut Changes) -> Result<(), StoreError> {
        for (number, shelf) in self.open.into_iter().filter(|(_, shelf)| shelf.changed) {
            let listed: Vec<(PostId, Timestamp)> = shelf.posts.iter().map(|one| (one.id, one.time)).collect();
            let posts = shelf.posts.iter().map(|one| (one.place, one.head.len() as u32)).collect();
            let heads: Vec<&[u8]> = shelf.posts.iter().map(|one| one.head.as_slice()).collect();
            let heads = packer.pack(&heads.concat())?;
            let key = key(self.blog, number);
            changes.put(Tree::Listed, key, codec::encode(&listed)?);
            changes.put(Tree::Shelves, key, codec::encode(&Stored { posts, heads: &heads })?);
        }
        Ok(())
    }
}

/// What packs heads, kept because to make one takes longer than to use it.
pub(super) struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    pub(super) fn new() -> Result<Self, StoreError> {
        zstd::bulk::Compressor::new(LEVEL).map(Self).map_err(|error| StoreError::Damaged(error.to_string()))
    }

    fn pack(&mut self, heads: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.0.compress(heads).map_err(|error| StoreError::Damaged(error.to_string()))
    }
}
