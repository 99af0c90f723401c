//! Where the user left off: the screen, the order of lists, the rows under the cursors and how far posts were read, in one
//! small file beside the first frame. It is a place and nothing that was done, so it is not in the journal; what cannot be
//! read is not missed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    first_frame::write_whole,
    lists::{PAGE, Posts},
    select::Order,
    state::{Place, Row, Screen, State},
};
use crate::model::{BlogId, Plain, PostId};

/// Counts up when the file is to be read otherwise.
const VERSION: u32 = 1;
const FILE: &str = "left-off";
/// Posts of which it is remembered how far they were read, the latest.
pub const PLACES: usize = 300;
/// Rows further down are not looked for: whoever reads them would wait for the list.
const DEEPEST: usize = 4000;

/// A place to come back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOff {
    version: u32,
    screen: Screen,
    order: Order,
    by_tag: bool,
    folded: Vec<Vec<Plain>>,
    /// The person under the cursor of Today, by their blog.
    today: Option<BlogId>,
    /// The post under the cursor of the River, and in which row.
    river: Option<(PostId, usize)>,
    /// The row under the cursor of the Blogs screen.
    tree: Option<Branch>,
    /// The blog whose posts were listed, and the one under the cursor.
    blog: Option<(BlogId, Plain, Option<PostId>)>,
    /// The open post, and the screen that it was opened from.
    post: Option<(PostId, Screen)>,
    /// How far posts were read, the latest at the end.
    places: Vec<(PostId, Place)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Branch {
    Folder(Vec<Plain>),
    Blog(BlogId),
}

/// What is still to be found again when the lists come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToFind {
    pub today: Option<BlogId>,
    pub river: Option<(PostId, usize)>,
    pub of_blog: Option<PostId>,
    tree: Option<Branch>,
    /// It was open, whatever its marks say now.
    pub post: Option<(PostId, Screen)>,
}

#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be used, so the screens begin as if it were not there: {why}")]
pub struct Unusable {
    path: PathBuf,
    why: String,
}

/// Takes it away.
pub fn remove(data: &Path) -> io::Result<()> {
    match fs::remove_file(data.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl LeftOff {
    /// Of the screens as they are; `None` while the folder is not open, since they show nothing that was chosen yet.
    pub fn of(state: &State) -> Option<Self> {
        if state.opening || !state.blogs_loaded {
            return None;
        }
        let screen = match state.screen {
            Screen::Dossier => state.dossier.as_ref().map_or(Screen::People, |open| open.from),
            screen => screen,
        };
        let here = |posts: &Posts| posts.current().map(|one| one.post.id);
        // The row in the whole list, whatever narrows it.
        let row = state.river.shown.get(state.river.cursor).copied().unwrap_or(0);
        let open = state.post.as_ref().filter(|_| screen == Screen::Post);
        Some(Self {
            version: VERSION,
            screen,
            order: state.order,
            by_tag: state.by_tag,
            folded: state.folded.iter().cloned().collect(),
            today: state.today.current().filter(|_| state.today.cursor > 0).map(|writer| writer.blog.id),
            river: here(&state.river).filter(|_| row > 0 && row < DEEPEST).map(|post| (post, row)),
            tree: state.rows.get(state.row).and_then(|row| match row {
                Row::Folder { path, .. } => Some(Branch::Folder(path.clone())),
                Row::Blog(at) => state.blogs.get(*at).map(|followed| Branch::Blog(followed.blog.id)),
            }),
            blog: state.blog.as_ref().map(|(id, title, posts)| (*id, title.clone(), here(posts))),
            post: open.map(|open| (open.listed.post.id, open.from)),
            places: state.places.clone(),
        })
    }

    /// How lists were sorted.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The one that was kept in a data folder, if there is one.
    pub fn read(data: &Path) -> Result<Option<Self>, Unusable> {
        let path = data.join(FILE);
        let unusable = |why: String| Unusable { path: path.clone(), why };
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(error.to_string())),
            Ok(bytes) => bytes,
        };
        let read: Self = serde_json::from_slice(&bytes).map_err(|error| unusable(error.to_string()))?;
        match read.version {
            VERSION => Ok(Some(read)),
            other => Err(unusable(format!("it is of another version of penpal ({other})"))),
        }
    }

    /// Keeps it. It is there as a whole or not at all.
    pub fn write(&self, data: &Path) -> io::Result<()> {
        write_whole(data, FILE, &serde_json::to_vec(self)?)
    }

    /// Brings the screens back to where they were, as far as that is known before the lists are there.
    pub fn take_up(self, state: &mut State) {
        state.order = self.order;
        state.by_tag = self.by_tag;
        state.folded = self.folded.into_iter().collect();
        state.places = self.places;
        state.places.truncate(PLACES);
        // A post has to be read first; until then the list stands there that it came from.
        state.screen = match self.post.map_or(self.screen, |(_, from)| from) {
            Screen::Post | Screen::Dossier => Screen::Today,
            screen => screen,
        };
        let mut to_find =
            ToFind { today: self.today, river: self.river, of_blog: None, tree: self.tree, post: self.post };
        if let Some((id, title, post)) = self.blog {
            state.blog = Some((id, title, Posts::on_its_way()));
            to_find.of_blog = post;
        }
        state.to_find = to_find;
        state.find_again();
    }
}

impl ToFind {
    /// Posts that have to be read of the River to find its row again.
    pub fn depth(&self) -> usize {
        self.river.map_or(PAGE, |(_, row)| row + PAGE)
    }
}

impl State {
    /// Puts cursors where they were left, in lists that are there.
    pub fn find_again(&mut self) {
        if let Some((post, _)) = self.to_find.river {
            let is_it = |&row: &usize| self.river.get(row).is_some_and(|one| one.post.id == post);
            if let Some(row) = (0..self.river.shown.len()).find(is_it) {
                self.river.cursor = row;
            }
        }
        if let Some(blog) = self.to_find.today {
            let is_it = |&row: &usize| self.today.get(row).is_some_and(|writer| writer.blog.id == blog);
            if let Some(row) = (0..self.today.shown.len()).find(is_it) {
                self.today.cursor = row;
            }
        }
        let is_it = |row: &Row| match (row, &self.to_find.tree) {
            (Row::Folder { path, .. }, Some(Branch::Folder(wanted))) => path == wanted,
            (Row::Blog(at), Some(Branch::Blog(wanted))) => {
                self.blogs.get(*at).is_some_and(|followed| followed.blog.id == *wanted)
            }
            _ => false,
        };
        if let Some(row) = self.rows.iter().position(is_it) {
            self.row = row;
        }
    }

    /// The tree is there.
    pub fn found_tree(&mut self) {
        self.to_find.tree = None;
    }

    /// The user moved, or the lists came: nothing is looked for in this list any more.
    pub fn found(&mut self, screen: Screen) {
        match screen {
            Screen::Today => self.to_find.today = None,
            Screen::River => self.to_find.river = None,
            Screen::Blogs => (self.to_find.tree, self.to_find.of_blog) = (None, None),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_understood_is_told_and_what_is_not_there_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(LeftOff::read(folder.path()).unwrap(), None);
        let state = State { blogs_loaded: true, order: Order::Oldest, ..State::default() };
        let left = LeftOff::of(&state).unwrap();
        left.write(folder.path()).unwrap();
        assert_eq!(LeftOff::read(folder.path()).unwrap(), Some(left));
        for bad in ["{", "{\"version\":1}", "[]", "\u{0}"] {
            fs::write(folder.path().join(FILE), bad).unwrap();
            let told = LeftOff::read(folder.path()).unwrap_err().to_string();
            assert!(told.contains(FILE) && told.contains("as if it were not there"), "{told}");
        }
    }
}
