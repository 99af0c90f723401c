//! Which posts a list shows and in what order; which unread ones a mark means.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{App, AppError, posts::Listed};
use crate::{
    model::{Blog, BlogId, PostId, Tag, Timestamp},
    store::Labels,
};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    #[default]
    All,
    Unread,
    Starred,
    Saved,
    /// What is out of sight elsewhere: hidden by hand or by muted words.
    Hidden,
    /// One of the user's own words, on the post or on its blog.
    Tag(Tag),
}

impl Only {
    /// What comes next when somebody goes through them; a tag has to be named.
    pub fn next(&self) -> Self {
        match self {
            Self::All => Self::Unread,
            Self::Unread => Self::Starred,
            Self::Starred => Self::Saved,
            Self::Saved => Self::Hidden,
            Self::Hidden | Self::Tag(_) => Self::All,
        }
    }

    /// For the status line and the tabs; empty for everything.
    pub fn words(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Unread => "unread".into(),
            Self::Starred => "starred".into(),
            Self::Saved => "saved for later".into(),
            Self::Hidden => "hidden and muted".into(),
            Self::Tag(tag) => format!("tagged {tag}"),
        }
    }

    /// Whether a post that was loaded belongs to it; what its blog is tagged is not known here.
    pub fn takes(&self, one: &Listed) -> bool {
        match self {
            Self::All => !one.flags.out_of_sight(),
            Self::Unread => !one.flags.read && !one.flags.out_of_sight(),
            Self::Starred => one.flags.starred,
            Self::Saved => one.flags.saved,
            Self::Hidden => one.flags.out_of_sight(),
            Self::Tag(tag) => one.tags.contains(tag),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    /// Unread posts before read ones, the newest first.
    Unread,
    /// By the blogs' titles, the newest of each first.
    Blog,
}

impl Order {
    pub fn next(self) -> Self {
        match self {
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Unread,
            Self::Unread => Self::Blog,
            Self::Blog => Self::Newest,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Newest => "newest first",
            Self::Oldest => "oldest first",
            Self::Unread => "unread first",
            Self::Blog => "by blog",
        }
    }

    /// Puts posts that are loaded, newest first, in this order.
    pub fn arrange(self, posts: &mut [Listed]) {
        posts.sort_by_key(|one| (std::cmp::Reverse(one.post.sort_time()), one.post.id));
        match self {
            Self::Newest => {}
            Self::Oldest => posts.reverse(),
            Self::Unread => posts.sort_by_key(|one| one.flags.read),
            Self::Blog => posts.sort_by_cached_key(|one| one.blog.title.as_str().to_lowercase()),
        }
    }
}

/// Which posts, in what order. All of `only` must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    pub only: Vec<Only>,
    pub order: Order,
    pub blog: Option<BlogId>,
    /// Those out of sight too.
    pub all: bool,
}

/// Which unread posts are marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Of one blog alone.
    pub blog: Option<BlogId>,
    /// Those behind this place of the River.
    pub after: Option<(Timestamp, PostId)>,
    /// Those that are older.
    pub before: Option<Timestamp>,
    /// When the list that somebody looks at was read: what came in since, nobody has seen.
    pub as_of: Option<Timestamp>,
}

impl App {
    /// The ids of what a selection takes, in its order.
    pub(super) fn selected(
        &self,
        selection: &Selection,
        blogs: &HashMap<BlogId, Blog>,
    ) -> Result<Vec<(PostId, BlogId)>, AppError> {
        let hidden = self.store.out_of_sight()?;
        let needs_read = selection.order == Order::Unread || selection.only.contains(&Only::Unread);
        let read = if needs_read { self.store.marked(false)? } else { HashSet::new() };
        let starred = if selection.only.contains(&Only::Starred) { self.store.marked(true)? } else { HashSet::new() };
        let labels: HashMap<PostId, Labels> = self.store.labelled().collect::<Result<_, _>>()?;
        let shows_hidden = selection.all || selection.only.contains(&Only::Hidden);
        let is_tagged = |post: &PostId, tag: &Tag| labels.get(post).is_some_and(|labels| labels.has(tag));
        let mut tagged_blogs: HashMap<&Tag, HashSet<BlogId>> = HashMap::new();
        for only in &selection.only {
            if let Only::Tag(tag) = only {
                tagged_blogs.insert(tag, self.blogs_tagged(tag)?);
            }
        }
        let takes = |post: &PostId, blog: &BlogId| {
            (shows_hidden || !hidden.contains(post))
                && selection.blog.is_none_or(|wanted| wanted == *blog)
                && selection.only.iter().all(|only| match only {
                    Only::All => true,
                    Only::Unread => !read.contains(post),
                    Only::Starred => starred.contains(post),
                    Only::Saved => is_tagged(post, &Tag::saved()),
                    Only::Hidden => hidden.contains(post),
                    Only::Tag(tag) => {
                        is_tagged(post, tag) || tagged_blogs.get(tag).is_some_and(|blogs| blogs.contains(blog))
                    }
                })
        };
        let mut selected = Vec::new();
        for (_, post, blog) in self.store.whole_river()? {
            if takes(&post, &blog) {
                selected.push((post, blog));
            }
        }
        match selection.order {
            Order::Newest => {}
            Order::Oldest => selected.reverse(),
            Order::Unread => selected.sort_by_key(|(post, _)| read.contains(post)),
            Order::Blog => {
                let title = |blog| blogs.get(blog).map(|blog| blog.title.as_str().to_lowercase());
                let titles: HashMap<BlogId, Option<String>> = blogs.keys().map(|id| (*id, title(id))).collect();
                selected.sort_by(|(_, a), (_, b)| titles.get(a).cmp(&titles.get(b)).then(a.cmp(b)));
            }
        }
        Ok(selected)
    }

    /// The next posts of a selection after those that are `known`; `limit` of them at most.
    pub fn select(
        &self,
        selection: &Selection,
        known: &HashSet<PostId>,
        limit: usize,
    ) -> Result<Vec<Listed>, AppError> {
        let blogs = self.blogs_by_id()?;
        let mut selected = self.selected(selection, &blogs)?;
        selected.retain(|(post, _)| !known.contains(post));
        selected.truncate(limit);
        self.list(selected, &blogs)
    }

    /// Unread posts of followed blogs, newest first, as far as they are in sight.
    pub fn unread(&self, which: &Unread) -> Result<Vec<PostId>, AppError> {
        let (read, hidden) = (self.store.marked(false)?, self.store.out_of_sight()?);
        let mut unread = Vec::new();
        for (time, post, blog) in self.store.whole_river()? {
            let is_meant = !read.contains(&post)
                && !hidden.contains(&post)
                && which.blog.is_none_or(|wanted| wanted == blog)
                && which.before.is_none_or(|before| time < before)
                && which
                    .after
                    .is_none_or(|after| (std::cmp::Reverse(time), post) > (std::cmp::Reverse(after.0), after.1));
            if is_meant {
                unread.push(post);
            }
        }
        if let Some(as_of) = which.as_of {
            let mut later = HashSet::new();
            for post in self.store.posts(&unread) {
                let post = post?;
                if post.first_seen > as_of {
                    later.insert(post.id);
                }
            }
            unread.retain(|post| !later.contains(post));
        }
        Ok(unread)
    }

    /// The same for somebody who looks at a list: what came in since it was read only where it is shown.
    pub fn unread_seen(&self, which: &Unread, shown: &[PostId]) -> Result<Vec<PostId>, AppError> {
        let mut unread = self.unread(which)?;
        let known: HashSet<PostId> = unread.iter().copied().collect();
        let (read, hidden) = (self.store.marked(false)?, self.store.out_of_sight()?);
        let new = |id: &&PostId| !known.contains(id) && !read.contains(id) && !hidden.contains(id);
        unread.extend(shown.iter().filter(new));
        Ok(unread)
    }

    /// The first unread post behind a place of the River, else the first one at all; never `but`.
    pub fn next_unread(
        &self,
        after: Option<(Timestamp, PostId)>,
        but: Option<PostId>,
    ) -> Result<Option<PostId>, AppError> {
        let behind = self.unread(&Unread { after, ..Unread::default() })?;
        let found = behind.into_iter().find(|id| Some(*id) != but);
        match found {
            None if after.is_some() => self.next_unread(None, but),
            found => Ok(found),
        }
    }
}
