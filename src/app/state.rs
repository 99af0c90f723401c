//! What the screens show: the state of a session as plain data. `update` changes it, `tui` draws it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    article::{Article, Link, MEASURE},
    blogs::Followed,
    health::worst_first,
    posts::Listed,
};
use crate::model::{BlogId, Evidence, Plain, PostId, Standing, Subscription, Suggestion, Timestamp};

/// Posts that are loaded at once.
pub const PAGE: usize = 400;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    #[default]
    River,
    Blogs,
    Post,
    People,
    Health,
}

impl Screen {
    pub const ALL: [Self; 5] = [Self::River, Self::Blogs, Self::Post, Self::People, Self::Health];

    pub fn name(self) -> &'static str {
        match self {
            Self::River => "River",
            Self::Blogs => "Blogs",
            Self::Post => "Post",
            Self::People => "People",
            Self::Health => "Health",
        }
    }
}

/// A list of posts, as much of it as was loaded.
#[derive(Clone, Debug, Default)]
pub struct Posts {
    pub all: Vec<Listed>,
    /// Positions in `all` that hold the words of the filter.
    pub shown: Vec<usize>,
    pub cursor: usize,
    /// The end was reached.
    pub whole: bool,
    pub loading: bool,
}

impl Posts {
    pub fn current(&self) -> Option<&Listed> {
        self.shown.get(self.cursor).and_then(|&at| self.all.get(at))
    }

    pub fn get(&self, row: usize) -> Option<&Listed> {
        self.shown.get(row).and_then(|&at| self.all.get(at))
    }

    /// Where the loaded part ends.
    pub fn end(&self) -> Option<(Timestamp, PostId)> {
        self.all.last().map(|listed| (listed.post.sort_time(), listed.post.id))
    }

    /// Shows what holds all words of `filter`; the cursor stays on its post where it can.
    pub fn narrow(&mut self, filter: &str) {
        let here = self.current().map(|listed| listed.post.id);
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let holds = |(_, one): &(usize, &Listed)| super::posts::holds(one, &words);
        if words.is_empty()
            && self.shown.len() <= self.all.len()
            && self.shown.iter().enumerate().all(|(row, &at)| row == at)
        {
            // Nothing is narrowed: a page that arrived only makes the list longer.
            self.shown.extend(self.shown.len()..self.all.len());
            return;
        }
        self.shown = self.all.iter().enumerate().filter(holds).map(|(at, _)| at).collect();
        let place = here.and_then(|id| self.shown.iter().position(|&at| self.all[at].post.id == id));
        self.cursor = place.unwrap_or(self.cursor).min(self.shown.len().saturating_sub(1));
    }
}

/// The post that is open.
#[derive(Clone, Debug)]
pub struct OpenPost {
    pub listed: Listed,
    pub article: Arc<Article>,
    /// The first line on the screen.
    pub scroll: usize,
    /// The line that holds the quoted words, if it was opened for them.
    pub quoted: Option<usize>,
    /// Whether it is the text of the post's page, and not the feed's.
    pub full: bool,
    /// Lines that were left by a link within the text, to go back to.
    pub left: Vec<usize>,
    /// Where `Back` leads.
    pub from: Screen,
}

/// What lies over an open post and takes the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// Letters beside the links that are seen, and those that were typed.
    Hints { hints: Vec<Hint>, typed: String },
    /// All links in a list, with the row that the cursor is on.
    Links { cursor: usize },
    /// The files that come with the post, with the row that the cursor is on.
    Enclosures { cursor: usize },
}

/// Letters that stand beside a link until it is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub letters: String,
    pub link: Link,
    /// Where it is drawn: the line, and the span in it.
    pub line: usize,
    pub span: usize,
}

/// A row of the Blogs screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Folder {
        name: String,
        unread: usize,
    },
    /// Index into [`State::blogs`].
    Blog(usize),
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    Filter,
    Follow,
}

/// What undo brings back.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    Read { posts: Vec<PostId>, read: bool },
    Star { post: PostId, starred: bool },
    Stand { person: Box<Suggestion>, at: usize, standing: Standing },
    Unfollow(Box<Subscription>),
}

/// Long work that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    pub what: &'static str,
    pub done: usize,
    pub of: usize,
    /// For whom, once only a few are left.
    pub waiting: String,
}

impl Busy {
    pub fn begun(what: &'static str) -> Self {
        Self { what, done: 0, of: 0, waiting: String::new() }
    }
}

#[derive(Clone, Debug, Default)]
pub struct State {
    pub screen: Screen,
    pub river: Posts,
    pub blogs: Vec<Followed>,
    pub rows: Vec<Row>,
    pub row: usize,
    pub blogs_loaded: bool,
    /// Positions in `blogs`, those first whose feeds fare worst.
    pub worst: Vec<usize>,
    /// The cursor in `worst`.
    pub sick: usize,
    /// What time it is, for distances; the event loop sets it.
    pub now: Timestamp,
    /// The blog whose posts are listed on the Blogs screen.
    pub blog: Option<(BlogId, Plain, Posts)>,
    pub post: Option<OpenPost>,
    pub people: Vec<Suggestion>,
    pub person: usize,
    /// Which piece of evidence the cursor is on; `None` while it is in the list of people.
    pub evidence: Option<usize>,
    pub people_loaded: bool,
    pub people_loading: bool,
    pub filter: String,
    pub prompt: Option<(Prompt, String)>,
    /// Digits typed so far, for a link.
    pub digits: String,
    /// What lies over the open post.
    pub over: Option<Over>,
    /// How far posts were read that are open no more, as [`Article::place_of`] has it.
    pub places: HashMap<PostId, usize>,
    pub help: bool,
    pub status: String,
    pub busy: Option<Busy>,
    pub undo: Vec<Undo>,
    /// The terminal can open links itself.
    pub hyperlinks: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub quit: bool,
}

impl State {
    /// Rows that a list has on this terminal.
    pub fn list_rows(&self) -> usize {
        usize::from(self.size.1).saturating_sub(4).max(1)
    }

    /// Cells that a post's lines have on this terminal.
    pub fn measure(&self) -> usize {
        match usize::from(self.size.0) {
            0 => MEASURE,
            columns => columns.saturating_sub(4).clamp(1, MEASURE),
        }
    }

    /// Lines of a post that are seen at once, at most.
    pub fn post_rows(&self) -> usize {
        self.list_rows().saturating_sub(3).max(1)
    }

    /// The list of posts that the cursor is in, on the screens that have one.
    pub fn posts(&self) -> Option<&Posts> {
        match self.screen {
            Screen::River => Some(&self.river),
            Screen::Blogs => self.blog.as_ref().map(|(_, _, posts)| posts),
            _ => None,
        }
    }

    pub fn posts_mut(&mut self) -> Option<&mut Posts> {
        match self.screen {
            Screen::River => Some(&mut self.river),
            Screen::Blogs => self.blog.as_mut().map(|(_, _, posts)| posts),
            _ => None,
        }
    }

    /// The post that an action is about: the open one, or the one under the cursor.
    pub fn this_post(&self) -> Option<&Listed> {
        match self.screen {
            Screen::Post => self.post.as_ref().map(|open| &open.listed),
            _ => self.posts().and_then(Posts::current),
        }
    }

    /// The feed under the cursor of the Health screen.
    pub fn this_feed(&self) -> Option<&Followed> {
        self.worst.get(self.sick).map(|&at| &self.blogs[at])
    }

    /// The blog under the cursor of the Blogs or the Health screen.
    pub fn this_blog(&self) -> Option<&Followed> {
        match (self.screen, self.rows.get(self.row)) {
            (Screen::Health, _) => self.this_feed(),
            (Screen::Blogs, Some(Row::Blog(index))) if self.blog.is_none() => self.blogs.get(*index),
            _ => None,
        }
    }

    pub fn current_person(&self) -> Option<&Suggestion> {
        self.people.get(self.person)
    }

    /// The current person's evidence, reason by reason.
    pub fn all_evidence(&self) -> Vec<&Evidence> {
        self.current_person()
            .into_iter()
            .flat_map(|person| &person.reasons)
            .flat_map(|reason| &reason.evidence)
            .collect()
    }

    pub fn unread(&self) -> usize {
        self.blogs.iter().map(|followed| followed.counts.unread).sum()
    }

    /// Makes the rows of the Blogs screen anew; blogs come sorted by folder.
    pub fn arrange_blogs(&mut self) {
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        self.rows.clear();
        let mut folder: Option<Vec<Plain>> = None;
        for (index, followed) in self.blogs.iter().enumerate() {
            let name = format!("{} {}", followed.blog.title, followed.blog.host()).to_lowercase();
            if !words.iter().all(|word| name.contains(word)) {
                continue;
            }
            if folder.as_ref() != Some(&followed.subscription.folder) {
                let path: Vec<&str> = followed.subscription.folder.iter().map(Plain::as_str).collect();
                let inside =
                    self.blogs.iter().filter(|other| other.subscription.folder == followed.subscription.folder);
                let unread = inside.map(|other| other.counts.unread).sum();
                if !path.is_empty() {
                    self.rows.push(Row::Folder { name: path.join(" / "), unread });
                }
                folder = Some(followed.subscription.folder.clone());
            }
            self.rows.push(Row::Blog(index));
        }
        self.row = self.row.min(self.rows.len().saturating_sub(1));
        let here = self.this_feed().map(|followed| followed.blog.id);
        self.worst = worst_first(&self.blogs);
        let place = self.worst.iter().position(|&at| Some(self.blogs[at].blog.id) == here);
        self.sick = place.unwrap_or(self.sick).min(self.worst.len().saturating_sub(1));
    }

    /// Shows a mark at once, wherever the post is in memory.
    pub fn show_marks(&mut self, posts: &[PostId], change: impl Fn(&mut Listed)) {
        let posts: HashSet<PostId> = posts.iter().copied().collect();
        let mut counts: Vec<(BlogId, bool, bool)> = Vec::new();
        let lists = std::iter::once(&mut self.river).chain(self.blog.as_mut().map(|(_, _, posts)| posts));
        for (place, list) in lists.enumerate() {
            for one in list.all.iter_mut().filter(|one| posts.contains(&one.post.id)) {
                let before = one.flags.read;
                change(one);
                if place == 0 {
                    counts.push((one.blog.id, before, one.flags.read));
                }
            }
        }
        if let Some(open) = self.post.as_mut().filter(|open| posts.contains(&open.listed.post.id)) {
            change(&mut open.listed);
        }
        for (blog, before, after) in counts {
            if let Some(followed) = self.blogs.iter_mut().find(|followed| followed.blog.id == blog) {
                let unread = &mut followed.counts.unread;
                *unread = (*unread + usize::from(before && !after)).saturating_sub(usize::from(!before && after));
            }
        }
    }
}
