//! The state of a session and every action and query on it. Knows nothing of terminals: the screens and the command
//! line both come here.
//!
//! - `state`, `action`, `update`: the screens as data: what they show, what can be done, what it leads to. Pure.
//! - `article`: a post's text as lines.
//! - `blogs`: what is followed; which blog somebody means.
//! - `book`: the contact book.
//! - `catch_up`: suggestions take in what was fetched.
//! - `contacts`: the contact book on the screens.
//! - `discussions`: pages that several of them talk about.
//! - `dossier`: a dossier in lines.
//! - `few`, `week`: who is shown as a card, and that they hold for a week.
//! - `first_frame`: what is shown before the folder is open; `left_off`: where the user was.
//! - `follow`: following, importing, exporting.
//! - `forget`: somebody who asked for it.
//! - `full_text`: a post's page, where its feed gives a summary.
//! - `health`: how feeds fare.
//! - `meet`: reading the blog of somebody who is not followed.
//! - `narrowed`: suggestions by kind of reason, language or circle.
//! - `history`: undo and redo.
//! - `invite`: letters to people, and what became of them.
//! - `labels`: tags, saved, hidden, muted.
//! - `people`: suggestions, standings. - `order`: what they are ordered by. - `why`: the reckoning of one.
//! - `picture`: pictures of posts. - `posts`: lists, reading, marks.
//! - `lists`: lists as far as they were loaded. - `in_memory`: what is done to a post is seen at once.
//! - `select`: which posts a list shows, in what order.
//! - `request`: all of that as requests and answers, for this process or another one.
//! - `spare`: memory that is given back.
//! - `take_in_people`: other address books.
//! - `today`: who wrote something, those who write seldom first.
//! - `tree`: blogs in folders or under tags, as rows.
//! - `vet`: the dossier of any blog.
//! - `watch`: polling in the background.
//! - `written`: a post for a file or another program.

pub mod action;
pub mod article;
pub mod blogs;
pub mod book;
mod catch_up;
pub mod contacts;
pub mod discussions;
pub mod dossier;
pub mod few;
pub mod first_frame;
pub mod follow;
pub mod forget;
pub mod full_text;
pub mod health;
pub mod history;
pub mod in_memory;
pub mod invite;
pub mod labels;
pub mod left_off;
pub mod lists;
pub mod meet;
pub mod narrowed;
mod order;
pub mod people;
pub mod picture;
pub mod posts;
pub mod request;
pub mod select;
pub mod spare;
pub mod state;
pub mod take_in_people;
pub mod today;
pub mod tree;
pub mod update;
pub mod vet;
pub mod watch;
mod week;
pub mod why;
pub mod written;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crate::{
    config::Config,
    discover::{knowledge::Reckoned, near::Near},
    journal::{DeviceId, Journal, JournalError, Problem},
    model::{FeedUrl, Plain, Standing, Timestamp},
    poll::{self, Poller, Summary, Which},
    store::{Batch, Recovery, Store, StoreError, Writer, archive, write::WriteError},
    web::{Settings, Web, WebError},
};

/// What can keep an action or query from being done. Told to the user as it is.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Archive(#[from] archive::ArchiveError),
    #[error(transparent)]
    Web(#[from] WebError),
    #[error(transparent)]
    Address(#[from] crate::model::AddressError),
    #[error(transparent)]
    Find(Box<crate::web::find::FindError>),
    #[error("the data folder {folder} cannot be used: {source}")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Mute(#[from] crate::model::MuteError),
    #[error("{words:?} is not muted; `penpal mute list` says what is")]
    NotMuted { words: Plain },
    #[error("something else was done meanwhile; `penpal undo --list` shows what")]
    DoneMeanwhile,
    #[error(transparent)]
    List(#[from] crate::opml::OpmlError),
    #[error("{url} answered {status} instead of a list")]
    NoList { url: url::Url, status: u16 },
    #[error("{title} is not followed")]
    NotFollowed { title: Plain },
    #[error("{title} is followed already, so it is not suggested")]
    FollowedAlready { title: Plain },
    #[error("{title} is your own blog ([me] blogs in the configuration), which is not suggested to you")]
    Own { title: Plain },
    #[error("{title} is not suggested: nothing that can be shown speaks for it")]
    NothingSpeaks { title: Plain },
    #[error("{title} is not suggested: you sent it away ({how}). `penpal flag {feed_url} --off` takes that back")]
    SentAway { title: Plain, how: String, feed_url: Box<FeedUrl> },
    #[error(
        "{title} is not suggested until {until}, since you followed it and do no longer. `penpal flag {feed_url}` brings it \
         back at once, `penpal follow {feed_url}` follows it again"
    )]
    Unfollowed { title: Plain, until: String, feed_url: Box<FeedUrl> },
    #[error("{title} is not suggested, because of where you stand with them: {}", standing.words())]
    NotNew { title: Plain, standing: Standing },
    #[error("nobody who is suggested{first} fits: {asked}. There are {there}")]
    NobodyFits { first: String, asked: Plain, there: String },
    #[error("{title} is set aside: {because}")]
    SetAside { title: Plain, because: Plain },
    #[error("discovery is switched off in the configuration (discover.enabled = false)")]
    DiscoveryOff,
    #[error(
        "nothing that you follow or have met is called {name:?}. `penpal blogs` lists what you follow, `penpal suggest` who is \
         suggested; `penpal people add ADDRESS` takes in anybody else"
    )]
    NoBlog { name: Plain },
    #[error("{name:?} can mean several blogs; name one by its feed:\n{candidates}")]
    ManyBlogs { name: Plain, candidates: String },
    #[error(
        "nobody in your book, and no blog that you follow or have met, is called {name:?}. `penpal people` lists the book"
    )]
    NoPerson { name: Plain },
    #[error("{name:?} can mean several people; name one by an address or the id in front:\n{candidates}")]
    ManyPeople { name: Plain, candidates: String },
    #[error("{name} asked to be forgotten, so nothing is noted of them. Following their blog is still up to you")]
    Forgotten { name: Plain },
    #[error("both are {name} already")]
    OnePerson { name: Plain },
    #[error("{name} is one entry; name a blog of theirs with --blog to give it an entry of its own")]
    NotMerged { name: Plain },
    #[error("{blog} is not among the blogs of {name}")]
    NotTheirs { blog: Plain, name: Plain },
    #[error("{what} is not there with {name}")]
    NotThere { what: Plain, name: Plain },
    #[error("no entry of {name} begins with {id:?}. `penpal people show` tells their ids")]
    NoEntry { id: Plain, name: Plain },
    #[error("nothing of {title} was read yet; `penpal refresh` asks for it")]
    NothingRead { title: Plain },
    #[error("no post is called {name:?}. `penpal posts` lists them")]
    NoPost { name: Plain },
    #[error("{title} has no page of its own, so there is no more of it than the feed gives")]
    NoPage { title: Plain },
    #[error("{name} gets no letter: {}", why_not(*standing))]
    NotInvited { name: Plain, standing: Standing },
    #[error(transparent)]
    Draft(#[from] crate::people::draft::DraftError),
    #[error(
        "no post of yours that links to a post by {name} is known. Name your blog in the configuration ([me] blogs) and follow \
         it, so that its posts are here"
    )]
    NoMention { name: Plain },
    #[error("{url}: {why}")]
    NoPicture { url: url::Url, why: String },
    #[error("{address} is nothing that penpal fetches: only http and https are")]
    NotFetched { address: Plain },
    #[error("the page {url} cannot be read: {why}")]
    NoFullText { url: url::Url, why: String },
    #[error("{name:?} can mean several posts; give more of the id")]
    ManyPosts { name: Plain },
}

fn why_not(standing: Standing) -> &'static str {
    match standing {
        Standing::AtADistance => {
            "you keep them at a distance. Reading them goes on; `penpal people stand` changes where you stand with them"
        }
        Standing::Never => "you do not want them suggested. `penpal flag URL` changes that",
        Standing::Declined => "they declined. If they asked since, --anyway writes all the same",
        _ => "of where you stand with them",
    }
}

impl From<crate::web::find::FindError> for AppError {
    fn from(error: crate::web::find::FindError) -> Self {
        Self::Find(Box::new(error))
    }
}

/// Where things lie. `demo` and tests have folders of their own.
#[derive(Clone, Debug)]
pub struct Paths {
    pub data: PathBuf,
}

/// An open data folder. Whoever has one holds the folder (see `session`).
#[derive(Debug)]
pub struct App {
    pub store: Store,
    pub writer: Writer,
    pub config: Config,
    pub paths: Paths,
    /// What had to be mended while opening, for the user to know.
    pub notices: Vec<String>,
    pub clock: fn() -> Timestamp,
    web_settings: Settings,
    /// Made when first needed.
    web: Mutex<Option<Web>>,
    /// What suggestions are made of, as it was last read, and what it was reckoned of.
    near: Mutex<Option<(Reckoned, Arc<Near>)>>,
    ranked: Mutex<Option<order::Kept>>,
    /// What those who poll share: the screens, a command and the watch would otherwise ask the same feed at once.
    together: poll::Together,
    behind: catch_up::Behind,
    /// Whoever marks posts looks how they are and writes in one step: of several who star one at once, one does.
    marking: tokio::sync::Mutex<()>,
    thread: Finishing,
}

impl App {
    /// Opens the folder: mends what is damaged, and takes in what the journal has beyond the cache.
    pub async fn open(paths: Paths, config: Config, web_settings: Settings) -> Result<Self, AppError> {
        let device = DeviceId::of_this_machine(&paths.data.join("device"))
            .map_err(|source| AppError::Folder { folder: paths.data.clone(), source })?;
        let (store, recovery) = Store::open(&paths.data.join("cache"))?;
        let applied = store.positions()?;
        let opened = Journal::open(&paths.data.join("journal"), device, &applied)?;
        let mut notices: Vec<String> = opened.problems.iter().map(tell_problem).collect();
        notices.extend(tell_recovery(&recovery));
        let archive = Store::archive_folder(&paths.data);
        let (writer, thread) = Writer::start(store.clone(), opened.journal, archive.clone())?;
        let app = Self {
            store,
            writer,
            config,
            paths,
            notices,
            clock: Timestamp::now,
            web_settings,
            marking: Default::default(),
            web: Mutex::new(None),
            near: Mutex::new(None),
            ranked: Mutex::new(None),
            together: poll::Together::default(),
            behind: catch_up::Behind::default(),
            thread: Finishing(Some(thread)),
        };
        let mut records = opened.unapplied;
        if applied.is_empty() || recovery != Recovery::None {
            // Whose posts the archive has is in the records. How far they reach is noted last: whoever is killed before
            // that takes all of it in again.
            let records = std::mem::take(&mut records);
            app.writer.apply(Batch::Records { records, positions: applied.clone() }).await?;
            app.restore_archive(&archive).await?;
        }
        if !records.is_empty() || applied != opened.positions {
            app.writer.apply(Batch::Records { records, positions: opened.positions }).await?;
        }
        Ok(app)
    }

    /// A cache that is new, or was set aside, gets back the posts that no feed has any more.
    async fn restore_archive(&self, folder: &std::path::Path) -> Result<(), AppError> {
        let mut posts = Vec::new();
        archive::read_all(folder, |post| posts.push(post))?;
        if !posts.is_empty() {
            self.writer.apply(Batch::Restore(posts)).await?;
        }
        Ok(())
    }

    /// The client, made when first needed. It knows then which hosts want to be left alone, and whom an earlier process
    /// asked a moment ago.
    pub fn web(&self) -> Result<Web, AppError> {
        // A panic while it was made leaves `None`, which is a fine state to go on from.
        let mut web = self.web.lock().unwrap_or_else(PoisonError::into_inner);
        match &*web {
            Some(web) => Ok(web.clone()),
            None => {
                let made = Web::new(self.web_settings.clone())?;
                self.config.poll().recall(&self.store, &made, self.now())?;
                Ok(web.insert(made).clone())
            }
        }
    }

    /// The client if it was needed already.
    fn web_if_made(&self) -> Option<Web> {
        self.web.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks feeds for news. Who comes while others are asking waits for none but those feeds that are wanted by both, and
    /// hears what came of them.
    pub async fn refresh(&self, which: &Which, progress: impl Fn(poll::Progress) + Sync) -> Result<Summary, AppError> {
        let summary = self.poller()?.refresh(which, self.clock, progress).await?;
        if summary.new_posts > 0
            && let Err(error) = without_holding_others_up(|| self.keep_first_frame())
        {
            // The posts are there; only the next start shows them a moment later.
            tracing::warn!(%error, "the first frame could not be kept");
        }
        if summary.new_posts > 0 {
            self.is_behind();
        }
        Ok(summary)
    }

    /// For whoever looks at the schedule; who polls calls [`App::refresh`].
    pub fn poller(&self) -> Result<Poller, AppError> {
        Ok(Poller {
            store: self.store.clone(),
            writer: self.writer.clone(),
            web: self.web()?,
            settings: self.config.poll(),
            together: self.together.clone(),
        })
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Waits until everything is written.
    pub fn close(self) -> Result<(), AppError> {
        let Self { store, writer, mut thread, .. } = self;
        drop(writer);
        if let Some(thread) = thread.0.take() {
            // The writer's thread has no way to panic that its replies would not have told.
            let _ = thread.join();
        }
        Ok(store.sync()?)
    }
}

/// The writer's thread. Who drops it waits until what was handed in is written, or for a moment: an interrupted program
/// does not lose what it had gathered, and does not hang either.
#[derive(Debug)]
struct Finishing(Option<JoinHandle<()>>);

impl Drop for Finishing {
    fn drop(&mut self) {
        let Some(thread) = self.0.take() else { return };
        let patience = Instant::now() + Duration::from_secs(2);
        while !thread.is_finished() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Does what takes the disk and the processor for a while; where there are several workers, others go on meanwhile.
fn without_holding_others_up<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn tell_problem(problem: &Problem) -> String {
    let line = problem.line.map(|line| format!(", line {line}")).unwrap_or_default();
    format!("the journal {}{line}: {}; everything else in it was read", problem.file.display(), problem.what)
}

fn tell_recovery(recovery: &Recovery) -> Option<String> {
    match recovery {
        Recovery::None => None,
        Recovery::Snapshot(aside) => Some(format!(
            "the cache had been cut short; it was mended, and the damaged part lies in {}",
            aside.display()
        )),
        Recovery::Rebuilt(aside) => Some(format!(
            "the cache was damaged and is being built again: your subscriptions, marks and stars are here, and posts come \
             back with the next refresh. The damaged one lies in {} and can be deleted",
            aside.display()
        )),
    }
}
