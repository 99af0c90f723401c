//! What the screens show: the state of a session as plain data. `update` changes it, `tui` draws it.

use std::{collections::HashSet, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    article::{Article, Link, MEASURE},
    blogs::Followed,
    contacts::Contacts,
    dossier::{Line, laid},
    health::worst_first,
    left_off::ToFind,
    lists::{Discussions, Posts, Today},
    picture::{Pictures, Way},
    posts::Listed,
    select::{Only, Order, Selection},
    today::Writer,
    tree,
    update::ActsIn,
};
use crate::{
    config::{Macro, Reading},
    model::{Blog, BlogId, Evidence, Plain, PostId, Suggestion, Timestamp},
};

/// From so many columns on there is room for a second pane beside the first.
pub const WIDE: u16 = 120;

/// Columns of a dossier, at most.
const DOSSIER: usize = 96;

/// Rows of a list that stands over a pane, in so many rows; all of them if there is no room for that.
pub fn stacked_list_rows(rows: u16) -> u16 {
    if rows < 18 { rows } else { rows - 1 - (rows / 3).min(16) }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    #[default]
    Today,
    River,
    Blogs,
    Post,
    Discussions,
    People,
    Health,
    /// Who somebody is; it lies over the screen from which it was asked for, and has no tab.
    Dossier,
}

impl Screen {
    /// Those that have tabs.
    pub const ALL: [Self; 7] =
        [Self::Today, Self::River, Self::Blogs, Self::Post, Self::Discussions, Self::People, Self::Health];

    pub fn name(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::River => "River",
            Self::Blogs => "Blogs",
            Self::Post => "Post",
            Self::Discussions => "Discussions",
            Self::People => "People",
            Self::Health => "Health",
            Self::Dossier => "Dossier",
        }
    }
}

/// How much of a text stands above what is seen, as [`Article::place_of`] has it.
pub type Place = usize;

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
    /// Whether its pictures are drawn, as far as they are there.
    pub pictures: bool,
    /// Whether all of it was seen, down to its end.
    pub finished: bool,
    /// Lines that were left by a link within the text, to go back to.
    pub left: Vec<usize>,
    /// Where `Back` leads.
    pub from: Screen,
}

/// The dossier that is open.
#[derive(Clone, Debug)]
pub struct OpenDossier {
    pub blog: Blog,
    pub lines: Vec<Line>,
    /// The lines in rows of this terminal.
    pub rows: Vec<Line>,
    /// The first row on the screen.
    pub scroll: usize,
    /// Where `Back` leads.
    pub from: Screen,
}

/// A dossier that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vetting {
    pub name: Plain,
    /// What finds the blog.
    pub asked: String,
    pub from: Screen,
}

/// A letter that is to be written, outside the screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: Plain,
    /// For `penpal invite`.
    pub arguments: [String; 2],
}

/// What lies over an open post and takes the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// Letters beside the links that are seen, and those that were typed.
    Hints { hints: Vec<Hint>, typed: String },
    /// All links in a list, with the row that the cursor is on.
    Links { cursor: usize },
    /// The pictures of the post, with the row that the cursor is on.
    Pictures { cursor: usize },
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
        /// Outermost first; in the view by tags, the tag alone.
        path: Vec<Plain>,
        /// Of everything in it, also in the folders within.
        unread: usize,
        folded: bool,
    },
    /// Index into [`State::blogs`].
    Blog(usize),
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    Filter,
    Follow,
    /// A file or an address of a list of blogs.
    Import,
    /// The user's words for a post or a blog.
    Tags,
    OnlyTag,
    /// Words that hide posts.
    Mute,
    /// How old a post has to be.
    Older,
    /// A part of a blog's name.
    Jump,
    /// A file for the post.
    WriteTo,
    /// Why somebody is kept at a distance.
    Distance,
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
    /// The data folder is still being opened; what is shown is as it was when it was left.
    pub opening: bool,
    /// What was unread when the screens were left, until it is counted.
    pub unread_before: usize,
    pub today: Today,
    pub river: Posts,
    pub discussions: Discussions,
    pub blogs: Vec<Followed>,
    pub rows: Vec<Row>,
    pub row: usize,
    /// Folders of which nothing but the name is shown.
    pub folded: HashSet<Vec<Plain>>,
    /// Whether blogs are listed under their tags, and not in their folders.
    pub by_tag: bool,
    pub blogs_loaded: bool,
    /// Positions in `blogs`, those first whose feeds fare worst.
    pub worst: Vec<usize>,
    /// The cursor in `worst`.
    pub sick: usize,
    /// What time it is, for distances; the event loop sets it.
    pub now: Timestamp,
    /// The blog whose posts are listed on the Blogs screen.
    pub blog: Option<(BlogId, Plain, Posts)>,
    /// The posts of the blog under the cursor, beside the tree where there is room.
    pub beside: Option<(BlogId, Plain, Posts)>,
    pub post: Option<OpenPost>,
    pub people: Vec<Suggestion>,
    pub person: usize,
    /// Which piece of evidence the cursor is on; `None` while it is in the list of people.
    pub evidence: Option<usize>,
    pub contacts: Contacts,
    pub dossier: Option<OpenDossier>,
    /// Whose dossier is on its way.
    pub vetting: Option<Vetting>,
    pub people_loaded: bool,
    pub people_loading: bool,
    pub filter: String,
    pub prompt: Option<(Prompt, String)>,
    /// Digits typed so far, for a link.
    pub digits: String,
    /// What lies over the open post.
    pub over: Option<Over>,
    /// How far posts were read that are open no more, the latest at the end.
    pub places: Vec<(PostId, Place)>,
    /// Where the cursors were when the screens were left, until the lists are there.
    pub to_find: ToFind,
    pub help: bool,
    /// The first row of the help that is seen; whoever draws it knows how many there are.
    pub help_row: usize,
    pub status: String,
    /// What of a list could not be imported, until its blogs are there and it can be said without being missed.
    pub left_out: Option<String>,
    pub busy: Option<Busy>,
    /// What lists of posts are narrowed to, and their order.
    pub only: Only,
    pub order: Order,
    /// How much the user did so far, and how much of it each list that was asked for last will know.
    pub acts: usize,
    pub acts_in: ActsIn,
    /// How the user wants to read.
    pub reading: Reading,
    pub macros: Vec<Macro>,
    /// The next key names a macro.
    pub choosing: bool,
    /// The terminal can open links itself.
    pub hyperlinks: bool,
    /// How the terminal shows pictures, if it can.
    pub pictures_by: Option<Way>,
    /// It may know a better way, and has not been asked.
    pub asks_terminal: bool,
    /// It is to be asked now, and the pictures drawn then.
    pub ask_terminal: bool,
    /// Those that were asked for.
    pub pictures: Pictures,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub quit: bool,
    /// The terminal is to be given back for a while.
    pub suspend: bool,
    /// The terminal is to be lent to whoever writes this letter.
    pub letter: Option<Letter>,
    /// The demo is wanted instead.
    pub demo: bool,
}

impl State {
    /// Rows around a screen: tabs, status and footer, as far as there is room for them.
    pub fn rows_around(height: u16) -> u16 {
        match height {
            0..=3 => 0,
            4..=5 => 1,
            6..=8 => 2,
            _ => 3,
        }
    }

    /// Rows that a list has on this terminal.
    pub fn list_rows(&self) -> usize {
        let body = self.size.1.saturating_sub(Self::rows_around(self.size.1));
        let is_stacked =
            self.size.0 < WIDE && matches!(self.screen, Screen::Today | Screen::River | Screen::Discussions);
        usize::from(if is_stacked { stacked_list_rows(body) } else { body }).max(1)
    }

    /// Whether lists show everything, newest first.
    pub fn is_plain(&self) -> bool {
        self.only == Only::All && self.order == Order::Newest
    }

    /// What lists are narrowed to, in their order; of one blog alone, or of all.
    pub fn selection(&self, blog: Option<BlogId>) -> Selection {
        Selection { only: vec![self.only.clone()], order: self.order, blog, all: false }
    }

    /// What the list at hand is narrowed to and how it is sorted, in words; empty where it is neither.
    pub fn look(&self) -> String {
        let order = if self.order == Order::Newest { "" } else { self.order.words() };
        let parts = [self.only.words(), order.to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
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

    /// Sets the open dossier in rows of this terminal.
    pub fn lay_dossier(&mut self) {
        let columns = usize::from(self.size.0).saturating_sub(2).min(DOSSIER);
        if let Some(open) = &mut self.dossier {
            open.rows = laid(&open.lines, columns);
        }
    }

    /// Whether a blog's posts are the list at hand, and not only beside the tree.
    pub fn is_list_of(&self, blog: BlogId) -> bool {
        self.blog.as_ref().is_some_and(|(id, ..)| *id == blog)
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
            Screen::Today => self.today.current().and_then(Writer::current),
            _ => self.posts().and_then(Posts::current),
        }
    }

    /// The feed under the cursor of the Health screen.
    pub fn this_feed(&self) -> Option<&Followed> {
        self.worst.get(self.sick).map(|&at| &self.blogs[at])
    }

    /// The blog under the cursor of the Today, the Blogs or the Health screen.
    pub fn this_blog(&self) -> Option<&Followed> {
        match (self.screen, self.rows.get(self.row)) {
            (Screen::Today, _) => {
                let id = self.today.current()?.blog.id;
                self.blogs.iter().find(|followed| followed.blog.id == id)
            }
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
        if !self.blogs_loaded {
            return self.unread_before;
        }
        self.blogs.iter().map(|followed| followed.counts.unread).sum()
    }

    /// Makes the rows of the Blogs screen anew; blogs come sorted by folder. What the filter finds is shown in folded
    /// folders too.
    pub fn arrange_blogs(&mut self) {
        let here = self.rows.get(self.row).cloned();
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        let holds = |followed: &Followed| {
            let name = format!("{} {}", followed.blog.title, followed.blog.host()).to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        let nothing = HashSet::new();
        let folded = if words.is_empty() { &self.folded } else { &nothing };
        self.rows = if self.by_tag {
            tree::by_tag(&self.blogs, folded, holds)
        } else {
            tree::by_folder(&self.blogs, folded, holds)
        };
        let same = |row: &Row| match (row, &here) {
            (Row::Folder { path, .. }, Some(Row::Folder { path: before, .. })) => path == before,
            (row, Some(before)) => row == before,
            (_, None) => false,
        };
        self.row = self.rows.iter().position(same).unwrap_or(self.row).min(self.rows.len().saturating_sub(1));
        let here = self.this_feed().map(|followed| followed.blog.id);
        self.worst = worst_first(&self.blogs, self.now);
        let place = self.worst.iter().position(|&at| Some(self.blogs[at].blog.id) == here);
        self.sick = place.unwrap_or(self.sick).min(self.worst.len().saturating_sub(1));
    }
}
