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
    /// The filter that `shown` was made with, and how much of `all` it has looked at.
    narrowed: (String, usize),
    pub cursor: usize,
    /// The end was reached.
    pub whole: bool,
    pub loading: bool,
    /// When it was read from the store; what came in since nobody has seen here.
    pub as_of: Timestamp,
}

impl Posts {
    /// A list that was asked for.
    pub fn on_its_way() -> Self {
        Self { loading: true, ..Self::default() }
    }

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

    /// Shows other posts, those that hold all words of `filter`. The cursor is at the top.
    pub fn replace(&mut self, all: Vec<Listed>, filter: &str) {
        self.all = all;
        self.shown.clear();
        self.narrowed = (filter.to_owned(), 0);
        self.cursor = 0;
        self.narrow(filter);
    }

    /// Shows what holds all words of `filter`; the cursor stays on its post where it can. Posts were added at the end of
    /// `all` since the last time, at most.
    pub fn narrow(&mut self, filter: &str) {
        let here = self.current().map(|listed| listed.post.id);
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let holds = |at: usize| words.is_empty() || super::posts::holds(&self.all[at], &words);
        let (before, looked_at) = std::mem::take(&mut self.narrowed);
        let mut shown = if filter == before {
            std::mem::take(&mut self.shown)
        } else if filter.starts_with(&before) {
            // Words that grow hold less and less: what was out stays out.
            self.shown.iter().copied().filter(|&at| holds(at)).collect()
        } else {
            (0..looked_at).filter(|&at| holds(at)).collect()
        };
        shown.extend((looked_at..self.all.len()).filter(|&at| holds(at)));
        self.narrowed = (filter.to_owned(), self.all.len());
        self.shown = shown;
        if filter != before {
            let place = here.and_then(|id| self.shown.iter().position(|&at| self.all[at].post.id == id));
            self.cursor = place.unwrap_or(self.cursor).min(self.shown.len().saturating_sub(1));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Blog, FeedUrl, Flags, Post};

    fn titled(number: u8, title: &str) -> Listed {
        let blog = Blog::unknown(FeedUrl::parse("https://example.org/feed").unwrap());
        let post = Post {
            id: PostId([number; 16]),
            blog: blog.id,
            url: None,
            title: Plain::line(title),
            authors: Vec::new(),
            published: None,
            updated: None,
            first_seen: Timestamp(i64::from(number)),
            tags: Vec::new(),
            summary: Plain::default(),
            enclosures: Vec::new(),
        };
        Listed { post, blog, flags: Flags::default(), tags: Vec::new() }
    }

    #[test]
    fn however_a_filter_changes_and_pages_arrive_it_shows_what_it_would_have_shown_at_once() {
        let titles = ["rye bread", "bread", "a rye field", "stone", "Rye and stone", "bread and stone"];
        let mut list = Posts::default();
        let filters = ["", "r", "ry", "rye", "rye ", "rye s", "rye", "b", "", "stone", "stone b", "st", "xyz", "x", ""];
        for (steps, filter) in filters.into_iter().enumerate() {
            list.narrow(filter);
            // A page arrives with every third key.
            if steps % 3 == 0 {
                list.all.extend(titles.iter().enumerate().map(|(at, title)| titled((steps + at) as u8, title)));
                list.narrow(filter);
            }
            let mut fresh = Posts::default();
            fresh.replace(list.all.clone(), filter);
            assert_eq!(list.shown, fresh.shown, "{filter:?}");
        }
        assert_eq!(list.shown.len(), list.all.len());
    }

    #[test]
    fn the_cursor_stays_on_its_post_while_the_filter_holds_it() {
        let mut list = Posts::default();
        list.replace(vec![titled(1, "rye"), titled(2, "bread"), titled(3, "rye bread")], "");
        list.cursor = 2;
        list.narrow("rye");
        assert_eq!((list.cursor, list.current().unwrap().post.id), (1, PostId([3; 16])));
        list.narrow("");
        assert_eq!(list.current().unwrap().post.id, PostId([3; 16]));
    }
}
