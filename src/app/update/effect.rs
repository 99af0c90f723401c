//! What the event loop is to do, which of it keeps what the user did, and how much of that each piece of work knows.

use std::{collections::HashSet, sync::Arc};

use super::Whom;
use crate::{
    app::{
        article::{Article, picture::Shown},
        few::Week,
        picture::Way,
        select::{Selection, Unread},
        state::{Screen, State},
    },
    config::Macro,
    model::{Blog, BlogId, EntryId, Evidence, FeedUrl, MuteRule, Plain, PostId, Standing, Tag, Timestamp},
    store::TakeBack,
};

/// What the event loop is to do. Whatever takes time runs beside it and comes back as [`News`](super::News).
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    LoadRiver {
        after: Option<(Timestamp, PostId)>,
        limit: usize,
    },
    LoadBlogs,
    LoadToday,
    LoadDiscussions,
    LoadPostsOf(BlogId),
    /// Read a post's text; scroll to these words if there are any.
    LoadPost {
        id: PostId,
        quote: Option<String>,
        from: Screen,
    },
    /// Read what the feed gives, also where the user wants its posts from their pages.
    LoadGiven {
        id: PostId,
        from: Screen,
    },
    /// Read the text of the post's page.
    LoadFullText(PostId),
    Suggest,
    /// Show the post that is quoted, if it is in the cache.
    FindQuoted(Box<Evidence>),
    Refresh,
    /// Ask one blog now, as far as its server allows it.
    RefreshThis(BlogId),
    /// The same while something else is under way, which goes on beside it.
    RefreshBeside {
        blog: BlogId,
        title: Plain,
    },
    Discover,
    Follow(String),
    /// A file, or an address, of a list of blogs; they are asked for their posts then.
    Import(String),
    /// The starter set that penpal brings.
    Starter,
    FollowFeed {
        feed_url: FeedUrl,
        title: String,
    },
    /// Ask one blog for its posts, since it is followed now.
    RefreshOne {
        blog: BlogId,
        title: Plain,
    },
    Unfollow(BlogId),
    /// Marks to be kept in the journal; `say` is told when they are.
    Mark {
        posts: Vec<PostId>,
        read: bool,
    },
    Star {
        post: PostId,
        starred: bool,
    },
    /// Whatever is unread and meant, also what is not loaded; of what came in since the list was read only what is shown.
    MarkMany {
        which: Unread,
        shown: Vec<PostId>,
    },
    Retag {
        post: PostId,
        changes: Vec<(Tag, bool)>,
    },
    RetagBlog {
        blog: BlogId,
        changes: Vec<(Tag, bool)>,
    },
    /// Note that a post was opened, or read to its end.
    Opened {
        post: PostId,
        blog: BlogId,
        finished: bool,
    },
    Hide {
        post: PostId,
        hidden: bool,
    },
    Mute(MuteRule),
    /// Undo or redo what was done last on this device.
    TakeBack(TakeBack),
    /// A page of the River or of a blog that is narrowed or sorted, without what is `known`.
    LoadThrough {
        selection: Selection,
        known: HashSet<PostId>,
        limit: usize,
    },
    /// Open the first unread post behind a place of the River, or from its top, but not this one.
    NextUnread {
        after: Option<(Timestamp, PostId)>,
        but: Option<PostId>,
        from: Screen,
    },
    /// To the terminal's clipboard.
    Copy(String),
    BrowseAll(Vec<String>),
    /// Hand a post to a program of the user's; its page's text if that is what is shown.
    Macro {
        macro_: Box<Macro>,
        post: PostId,
        full: bool,
    },
    /// Write a post to a file, as Markdown if its name ends with `.md`.
    WriteDown {
        post: PostId,
        path: String,
    },
    Stand {
        blog: Box<Blog>,
        standing: Standing,
    },
    /// The cards of this week are others now.
    KeepWeek(Week),
    /// Who is in the contact book.
    LoadBook,
    LoadPerson(Whom),
    /// The dossier of a blog by any name of it.
    Vet(String),
    /// The letter to somebody that waits in the outbox, this one if it is theirs and a draft; else a new one.
    FindLetter {
        whom: Whom,
        chosen: Option<EntryId>,
    },
    /// The newest posts of a blog, for a card.
    LoadNewest(BlogId),
    /// Who writes about the same things as a blog.
    LoadLike(BlogId),
    StandWith {
        whom: Whom,
        standing: Standing,
        because: Option<Plain>,
        quote: Option<Plain>,
    },
    /// Find what the path of a file that is being typed could go on with.
    Complete(String),
    Browse(String),
    /// Hand a recording or another file to the user's player.
    Play(String),
    /// Set the open post in so many cells, with these pictures.
    Fit {
        post: PostId,
        article: Arc<Article>,
        width: usize,
        shown: Shown,
    },
    /// Fetch pictures of a post of this blog, one after the other.
    LoadPictures {
        blog: Box<Blog>,
        addresses: Vec<Plain>,
        way: Way,
    },
}

impl Effect {
    /// Whether it keeps what the user did.
    pub fn is_act(&self) -> bool {
        matches!(
            self,
            Self::Mark { .. }
                | Self::Star { .. }
                | Self::MarkMany { .. }
                | Self::Retag { .. }
                | Self::RetagBlog { .. }
                | Self::Hide { .. }
                | Self::Mute(_)
                | Self::TakeBack(_)
                | Self::Stand { .. }
                | Self::StandWith { .. }
                | Self::Unfollow(_)
                | Self::FollowFeed { .. }
        )
    }

    /// Whether it has its place in the order in which things were wanted: acts, the lists that show them, and what is kept
    /// of the screens.
    pub fn is_ordered(&self) -> bool {
        self.is_act()
            || matches!(
                self,
                Self::LoadBlogs
                    | Self::LoadToday
                    | Self::LoadPostsOf(_)
                    | Self::LoadRiver { .. }
                    | Self::LoadThrough { .. }
                    | Self::NextUnread { .. }
                    | Self::KeepWeek(_)
                    | Self::LoadBook
                    | Self::LoadPerson(_)
                    | Self::FindLetter { .. }
            )
    }
}

/// How much of what the user did the answer to the newest question for each list knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActsIn {
    pub blogs: usize,
    pub today: usize,
    pub river: usize,
    pub posts: usize,
    pub people: usize,
}

impl State {
    /// Notes what is about to be carried out. With each effect stands how much of what the user did it will know: its
    /// answer is told with that (see [`super::hear_as_of`]).
    pub fn count(&mut self, mut effects: Vec<Effect>) -> Vec<(usize, Effect)> {
        effects.extend(self.contacts.week_to_keep().map(Effect::KeepWeek));
        let mut counted = Vec::with_capacity(effects.len());
        for effect in effects {
            match &effect {
                Effect::LoadBlogs => self.acts_in.blogs = self.acts,
                Effect::LoadToday => self.acts_in.today = self.acts,
                Effect::LoadRiver { after: None, .. } => self.acts_in.river = self.acts,
                Effect::LoadThrough { selection: Selection { blog: None, .. }, known, .. } if known.is_empty() => {
                    self.acts_in.river = self.acts;
                }
                Effect::LoadPostsOf(_) | Effect::LoadThrough { selection: Selection { blog: Some(_), .. }, .. } => {
                    self.acts_in.posts = self.acts;
                }
                Effect::Suggest => self.acts_in.people = self.acts,
                act if act.is_act() => self.acts += 1,
                _ => {}
            }
            counted.push((self.acts, effect));
        }
        counted
    }
}
