//! Lists as far as they were loaded, and what the words of a filter leave of them.

use super::{
    discussions::{Discussion, Saying},
    posts::Listed,
    today::Writer,
};
use crate::model::{Plain, PostId, Timestamp};

/// Posts that are loaded at once.
pub const PAGE: usize = 400;
/// Posts of one blog that are listed.
pub const POSTS_OF_ONE: usize = 2000;

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
    /// When it was read from the store; what came in since nobody has seen here.
    pub as_of: Timestamp,
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

/// Who wrote something that is not read yet.
#[derive(Clone, Debug, Default)]
pub struct Today {
    pub all: Vec<Writer>,
    /// Positions in `all` that hold the words of the filter.
    pub shown: Vec<usize>,
    pub cursor: usize,
    pub loaded: bool,
}

impl Today {
    pub fn get(&self, row: usize) -> Option<&Writer> {
        self.shown.get(row).and_then(|&at| self.all.get(at))
    }

    pub fn current(&self) -> Option<&Writer> {
        self.get(self.cursor)
    }

    /// Shows the people of whom name, blog or titles hold all words of `filter`; the cursor stays on its row where it can.
    pub fn narrow(&mut self, filter: &str) {
        let here = self.current().map(|writer| writer.blog.id);
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let holds = |writer: &Writer| {
            let titles: Vec<_> = writer.posts.iter().map(|one| one.post.label()).collect();
            let titles = titles.iter().map(Plain::as_str).collect::<Vec<_>>().join(" ");
            let all = format!("{} {} {titles}", writer.name(), writer.blog.title).to_lowercase();
            words.iter().all(|word| all.contains(word))
        };
        self.shown = (0..self.all.len()).filter(|&at| words.is_empty() || holds(&self.all[at])).collect();
        let place = here.and_then(|id| self.shown.iter().position(|&at| self.all[at].blog.id == id));
        self.cursor = place.unwrap_or(self.cursor).min(self.shown.len().saturating_sub(1));
    }
}

/// What the followed blogs talk about.
#[derive(Clone, Debug, Default)]
pub struct Discussions {
    pub all: Vec<Discussion>,
    pub cursor: usize,
    /// Which saying the cursor is on; `None` while it is in the list.
    pub saying: Option<usize>,
    pub loaded: bool,
    pub loading: bool,
}

impl Discussions {
    pub fn current(&self) -> Option<&Discussion> {
        self.all.get(self.cursor)
    }

    /// What the cursor is on; the newest of a discussion while it is in the list.
    pub fn current_saying(&self) -> Option<&Saying> {
        self.current()?.sayings.get(self.saying.unwrap_or(0))
    }
}
