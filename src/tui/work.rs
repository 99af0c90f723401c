//! Carrying out effects beside the event loop. Whatever takes time runs in a task and reports through one channel.
//!
//! - `import`: lists of blogs.
//! - `programs`: the browser and the player.

mod import;
mod programs;

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::FutureExt;
use tokio::{
    sync::mpsc::{UnboundedSender, error::SendError, unbounded_channel},
    task::{JoinHandle, JoinSet},
};
use url::Url;

use crate::{
    app::{
        App, AppError,
        article::{Article, MEASURE},
        lists::POSTS_OF_ONE,
        request::{Request, meet::Vet},
        state::{Letter, Screen},
        update::{About, Effect, Job, News, Whom},
        watch::rest_after_failures,
        written::written,
    },
    config::{Macro, Stdin},
    discover,
    model::{EntryId, Evidence, PassedKind, Person, Plain, PostId},
    poll::{Progress, UnderWay, Which},
    web::command,
};

/// Suggestions that the People screen holds: few at a time, as somebody can get to know.
const PEOPLE: usize = 40;
/// Rows of Today. Further down nobody looks today.
const PEOPLE_OF_TODAY: usize = 400;
/// Posts that stand on a card.
const POSTS_OF_A_CARD: usize = 5;
/// Where news goes, and how much of what the user did it knows.
#[derive(Clone, Debug)]
pub struct Sender {
    pub to: UnboundedSender<(usize, News)>,
    pub knows: usize,
}

impl Sender {
    /// An error if the loop has ended; then nobody needs the news.
    pub fn send(&self, news: News) -> Result<(), SendError<(usize, News)>> {
        self.to.send((self.knows, news))
    }
}

/// Polls a little at a time while the screens are open, and has the lists read again when something came.
pub async fn watch(app: Arc<App>, sender: Sender) {
    let mut failures = 0;
    loop {
        // What cannot be stored now is tried again; the Health screen says what is wrong with a feed.
        let round = app.watch_round(&|_| {}).await;
        failures = if round.is_err() { failures + 1 } else { 0 };
        if round.is_ok_and(|round| round.summary.asked > 0) && sender.send(News::Elsewhere).is_err() {
            return;
        }
        let rest = if failures > 0 { None } else { app.watch_rest().ok() };
        tokio::time::sleep(rest.unwrap_or_else(|| rest_after_failures(failures.max(1)))).await;
    }
}

/// Where what the user did waits to be kept.
pub type Acts = UnboundedSender<(Sender, Effect)>;

/// Begins an effect. What the user did is kept in the order in which it was done; everything else runs side by side.
pub fn start(app: &Arc<App>, sender: Sender, acts: &Acts, tasks: &mut JoinSet<()>, effect: Effect) {
    if let Some(said) = opened(app, &effect) {
        // The loop may have ended; then nobody needs the news.
        let _ = said.map(|said| sender.send(News::Said(said)));
    } else if effect.is_ordered() {
        // The queue lives as long as the loop that calls this.
        let _ = acts.send((sender, effect));
    } else {
        tasks.spawn(finish(Arc::clone(app), sender, effect));
    }
}

/// Starts the user's programs from this thread, if that is what is to be done: all others have a lower priority, which a
/// film's player would have too. What is to be said of it, if anything.
fn opened(app: &App, effect: &Effect) -> Option<Option<String>> {
    match effect {
        Effect::Browse(address) => Some(Some(programs::browse(address))),
        Effect::BrowseAll(addresses) => {
            let said: Vec<String> = addresses.iter().map(|address| programs::browse(address)).collect();
            Some(said.into_iter().find(|said| !said.starts_with(programs::OPENING)))
        }
        Effect::Play(address) => Some(Some(programs::play(address, &app.config.reading.player))),
        _ => None,
    }
}

/// A queue for what the user did. It ends when its sender is dropped and all is kept.
pub fn keep_in_order(app: &Arc<App>) -> (Acts, JoinHandle<()>) {
    let (acts, mut waiting): (Acts, _) = unbounded_channel();
    let app = Arc::clone(app);
    let keeping = tokio::spawn(async move {
        while let Some((sender, effect)) = waiting.recv().await {
            finish(Arc::clone(&app), sender, effect).await;
        }
    });
    (acts, keeping)
}

fn job_of(effect: &Effect) -> Job {
    match effect {
        Effect::Refresh | Effect::RefreshThis(_) | Effect::Discover | Effect::Import(_) | Effect::Starter => Job::Run,
        act if act.is_act() => Job::Act,
        _ => Job::Other,
    }
}

/// Carries an effect out and tells the loop what came of it, also if it panicked.
async fn finish(app: Arc<App>, sender: Sender, effect: Effect) {
    let job = job_of(&effect);
    let inner = sender.clone();
    let failed = |why: String| Some(News::Failed { job, why: Plain::line(&why) });
    // What a panic leaves half done is dropped with the task; the store and the journal have their own guards.
    let news = match AssertUnwindSafe(carry_out(app, &inner, effect)).catch_unwind().await {
        Ok(Ok(news)) => news,
        Ok(Err(error)) => failed(error.to_string()),
        Err(_) => failed("something went wrong that should not; log/penpal.log in the data folder tells what".into()),
    };
    if let Some(news) = news {
        // The loop may have ended; then nobody needs the news.
        let _ = sender.send(news);
    }
}

async fn carry_out(app: Arc<App>, sender: &Sender, effect: Effect) -> Result<Option<News>, AppError> {
    let news = match effect {
        Effect::LoadRiver { after, limit } => {
            let as_of = app.now();
            News::River { after, posts: reading(&app, move |app| app.river(after, limit)).await?, as_of }
        }
        Effect::LoadThrough { selection, known, limit } => {
            let (as_of, many, wanted) = (app.now(), known.len(), selection.clone());
            let posts = reading(&app, move |app| app.select(&wanted, &known, limit)).await?;
            News::Through { selection, known: many, whole: posts.len() < limit, posts, as_of }
        }
        Effect::NextUnread { after, but, from } => match reading(&app, move |app| app.next_unread(after, but)).await? {
            Some(id) => return load_post(&app, id, None, from).await.map(Some),
            None => News::Said("Everything is read".into()),
        },
        Effect::LoadBlogs => News::Blogs(reading(&app, |app| app.followed()).await?),
        Effect::LoadToday => News::Today(reading(&app, |app| app.today(PEOPLE_OF_TODAY)).await?),
        Effect::LoadDiscussions => {
            // What is known is shown at once, while the links of new posts are read.
            let all = reading(&app, |app| app.discussions()).await?;
            let _ = sender.send(News::Discussions { all, behind: true });
            app.catch_up().await?;
            News::Discussions { all: reading(&app, |app| app.discussions()).await?, behind: false }
        }
        Effect::LoadPostsOf(blog) => {
            let as_of = app.now();
            News::PostsOf { blog, posts: reading(&app, move |app| app.posts_of(blog, POSTS_OF_ONE)).await?, as_of }
        }
        Effect::LoadPost { id, quote, from } => {
            let news = load_post(&app, id, quote, from).await?;
            return full_text_too(&app, sender, news).await.map(Some);
        }
        Effect::LoadGiven { id, from } => return load_post(&app, id, None, from).await.map(Some),
        Effect::LoadFullText(id) => {
            let html = app.full_text(id).await?;
            let article = reading(&app, move |app| {
                let listed = app.listed(id)?.ok_or_else(|| AppError::NoPost { name: Plain::line(&id.to_string()) })?;
                Ok(Arc::new(Article::set(&html, &listed.post, MEASURE)))
            });
            News::FullText { id, article: article.await? }
        }
        Effect::Suggest => {
            app.catch_up().await?;
            let people = reading(&app, |app| app.suggest(PEOPLE)).await?;
            let fresh = app.fresh_people(&people).await?;
            let about = reading(&app, move |app| {
                let circles = app.circles()?;
                let led_by = people.iter().map(|person| (person.blog.id, circles.leading_to(person))).collect();
                Ok((About { fresh, week: app.week()?, led_by }, people))
            });
            let (about, people) = about.await?;
            let _ = sender.send(News::About(Box::new(about)));
            News::Suggestions(people)
        }
        Effect::KeepWeek(week) => {
            app.keep_week(&week).await?;
            return Ok(None);
        }
        Effect::LoadBook => News::Book(reading(&app, |app| Ok(app.store.people()?)).await?),
        Effect::LoadPerson(whom) => {
            let shown = reading(&app, move |app| app.with_silence(app.with_ways(who(app, &whom)?)?));
            News::Person(Box::new(shown.await?))
        }
        Effect::Vet(asked) => {
            let vetted = Vet { blog: asked.clone() }.carry_out(&app, &|_| {}).await;
            News::Vetted { vetted: vetted.map(Box::new).map_err(|error| Plain::line(&error.to_string())), asked }
        }
        Effect::FindLetter { whom, chosen } => {
            News::Letter(reading(&app, move |app| find_letter(app, &whom, chosen)).await?)
        }
        Effect::LoadNewest(blog) => {
            News::Newest { blog, posts: reading(&app, move |app| app.posts_of(blog, POSTS_OF_A_CARD)).await? }
        }
        Effect::LoadLike(blog) => {
            let near = reading(&app, move |app| app.similar(blog, usize::MAX)).await?;
            let name = app.blog(blog)?.map(|blog| blog.author.unwrap_or(blog.title)).unwrap_or_default();
            News::Like { name, near: std::iter::once(blog).chain(near.into_iter().map(|one| one.blog.id)).collect() }
        }
        Effect::StandWith { whom, standing, because, quote } => {
            let person = reading(&app, move |app| who(app, &whom)).await?;
            app.stand_with(&person, standing, because, quote).await?;
            News::Book(reading(&app, |app| Ok(app.store.people()?)).await?)
        }
        Effect::FindQuoted(evidence) => return find_quoted(&app, evidence).await.map(Some),
        Effect::Refresh => return refresh(&app, sender, Which::due()).await.map(Some),
        Effect::RefreshThis(blog) => {
            let which = Which { blogs: vec![blog], force: false };
            return refresh(&app, sender, which).await.map(Some);
        }
        Effect::RefreshBeside { blog, title } => {
            let summary = app.refresh(&Which { blogs: vec![blog], force: false }, |_| {}).await?;
            News::RefreshedBeside { title, summary }
        }
        Effect::Discover => {
            let tell = |progress| {
                if let discover::Progress::Looked { spent, .. } = progress {
                    let _ = sender.send(News::Progress {
                        done: spent,
                        of: app.config.discover.budget,
                        waiting: String::new(),
                    });
                }
            };
            if !app.config.discover.enabled {
                let why = Plain::line("discovery is switched off in the configuration");
                return Ok(Some(News::Failed { job: Job::Run, why }));
            }
            News::Discovered(app.discover(None, tell).await?)
        }
        Effect::Follow(address) => {
            let followed = app.follow(&address, Vec::new()).await?;
            News::Followed { title: followed.blog.title, posts: followed.posts, known: followed.known }
        }
        Effect::Import(from) => import::list(&app, &from).await?,
        Effect::Starter => import::told(&app.import(&crate::opml::read(crate::opml::STARTER_SET.as_bytes())?).await?),
        Effect::FollowFeed { feed_url, title } => {
            app.follow_feed(&feed_url, None, Vec::new()).await?;
            // A blog that moved keeps the id of its first address.
            News::FollowedFeed { blog: app.store.blog_at(&feed_url)?, title: Plain::line(&title) }
        }
        Effect::RefreshOne { blog, title } => {
            let which = Which { blogs: vec![blog], force: true };
            let summary = app.refresh(&which, |_| {}).await?;
            News::Followed { title, posts: summary.new_posts, known: false }
        }
        Effect::Unfollow(blog) => {
            app.unfollow(blog).await?;
            News::Elsewhere
        }
        Effect::Mark { posts, read } => {
            app.mark(&posts, read).await?;
            return Ok(None);
        }
        Effect::Opened { post, blog, finished } => {
            app.opened(post, blog, finished).await?;
            return Ok(None);
        }
        Effect::Star { post, starred } => {
            app.star(&[post], starred).await?;
            return Ok(None);
        }
        Effect::MarkMany { which, shown } => {
            let unread = reading(&app, move |app| app.unread_seen(&which, &shown)).await?;
            app.mark(&unread, true).await?;
            News::MarkedAll(unread)
        }
        Effect::Retag { post, changes } => {
            app.retag(post, &changes).await?;
            return Ok(None);
        }
        Effect::RetagBlog { blog, changes } => {
            app.retag_blog(blog, &changes).await?;
            News::Retagged
        }
        Effect::Hide { post, hidden } => {
            app.hide(&[post], hidden).await?;
            return Ok(None);
        }
        Effect::Mute(rule) => {
            let words = rule.words.clone();
            app.mute(rule, true).await?;
            News::Muted(words)
        }
        Effect::TakeBack(which) => News::TakenBack { which, taken: app.take_back(which, None).await?.map(Box::new) },
        Effect::Stand { blog, standing } => {
            app.stand(&blog, standing).await?;
            return Ok(None);
        }
        Effect::Complete(typed) => {
            let begun = typed.clone();
            let longer = tokio::task::spawn_blocking(move || super::complete::completed(&begun)).await;
            News::Completed { longer: longer.unwrap_or_else(|_| typed.clone()), typed }
        }
        Effect::Macro { macro_, post, full } => run_macro(&app, &macro_, post, full).await?,
        Effect::WriteDown { post, path } => write_down(&app, post, path).await?,
        // The loop does these itself.
        Effect::Copy(_) | Effect::Browse(_) | Effect::BrowseAll(_) | Effect::Play(_) => return Ok(None),
        Effect::LoadPictures { blog, addresses, way } => {
            for address in addresses {
                let picture = match Url::parse(address.as_str()) {
                    Ok(url) if matches!(url.scheme(), "http" | "https") => app.picture(&blog, &url, way).await,
                    _ => Err(AppError::NotFetched { address: address.clone() }),
                };
                let picture = picture.map(Arc::new).map_err(|error| Plain::line(&error.to_string()));
                if sender.send(News::Picture { address, picture }).is_err() {
                    break;
                }
            }
            return Ok(None);
        }
        Effect::Fit { post, article, width, shown } => {
            let article = reading(&app, move |_| Ok(Arc::new(article.with_pictures(width, shown)))).await?;
            News::Fitted { id: post, article }
        }
    };
    Ok(Some(news))
}

/// Somebody as they are in the book now, or as they would come into it.
fn who(app: &App, whom: &Whom) -> Result<Person, AppError> {
    match whom {
        Whom::Blog(blog) => app.person_of(blog),
        Whom::Person(person) => app.again(person),
    }
}

/// What `penpal invite` is to be told of a letter to somebody.
fn find_letter(app: &App, whom: &Whom, chosen: Option<EntryId>) -> Result<Letter, AppError> {
    let person = who(app, whom)?;
    app.may_write(&person, false)?;
    let drafts = person.log.iter().filter(|passed| passed.kind == PassedKind::Draft);
    let waiting = drafts.max_by_key(|passed| (Some(passed.id) == chosen, passed.when));
    let is_known = app.store.person(person.id)?.is_some();
    let arguments = match (waiting, person.blogs.first()) {
        (Some(draft), _) => ["--resume".to_owned(), draft.id.to_string()],
        (None, Some(blog)) if !is_known => ["--".to_owned(), blog.feed_url.to_string()],
        (None, _) => ["--".to_owned(), person.id.to_string()],
    };
    Ok(Letter { to: person.name, arguments })
}

/// Runs a query on a thread that may wait for the disk.
async fn reading<T: Send + 'static>(
    app: &Arc<App>,
    query: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || query(&app)).await;
    done.unwrap_or_else(|error| Err(crate::store::StoreError::Damaged(error.to_string()).into()))
}

async fn load_post(app: &Arc<App>, id: PostId, quote: Option<String>, from: Screen) -> Result<News, AppError> {
    reading(app, move |app| {
        let Some(listed) = app.listed(id)? else {
            return Ok(News::Said("This post is not in the cache any more".into()));
        };
        let article = Arc::new(Article::set(&app.text_of(id)?, &listed.post, MEASURE));
        Ok(News::Post { listed: Box::new(listed), article, quote, from })
    })
    .await
}

/// Where the user wants a feed's posts from their pages, that text follows what the feed gives.
async fn full_text_too(app: &Arc<App>, sender: &Sender, news: News) -> Result<News, AppError> {
    let News::Post { listed, quote: None, .. } = &news else { return Ok(news) };
    if !app.config.full_text(&listed.blog.feed_url) {
        return Ok(news);
    }
    let listed = listed.clone();
    // The loop may have ended; then nobody needs the news.
    let _ = sender.send(news);
    Ok(match app.text_to_read(&listed).await? {
        (html, true) => {
            let id = listed.post.id;
            let article = reading(app, move |_| Ok(Arc::new(Article::set(&html, &listed.post, MEASURE)))).await?;
            News::FullText { id, article }
        }
        (_, false) => News::Said("The post's page cannot be read; this is what the feed gives".into()),
    })
}

async fn find_quoted(app: &Arc<App>, evidence: Box<Evidence>) -> Result<News, AppError> {
    let url = evidence.post_url.clone();
    match reading(app, move |app| app.post_at(&url)).await? {
        Some(id) => load_post(app, id, Some(evidence.quote.to_string()), Screen::People).await,
        None => Ok(News::NotHere(evidence)),
    }
}

async fn refresh(app: &Arc<App>, sender: &Sender, which: Which) -> Result<News, AppError> {
    let under_way: Mutex<UnderWay> = Mutex::default();
    let tell = |progress| {
        let mut under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.hear(&progress);
        if let Progress::Done(_) = progress {
            let waiting = under_way.in_words().unwrap_or_default();
            let _ = sender.send(News::Progress { done: under_way.done, of: under_way.of, waiting });
        }
    };
    Ok(News::Refreshed(app.refresh(&which, tell).await?))
}

/// Hands a post to a program of the user's.
async fn run_macro(app: &Arc<App>, one: &Macro, post: PostId, full: bool) -> Result<News, AppError> {
    let html = if full { app.full_text(post).await? } else { app.text_of(post)? };
    let Some(listed) = app.listed(post)? else {
        return Ok(News::Said("This post is not in the cache any more".into()));
    };
    let url = listed.post.url.as_ref().map(ToString::to_string).unwrap_or_default();
    let author = listed.blog.author.as_ref().or(listed.post.authors.first());
    let author = author.map(ToString::to_string).unwrap_or_default();
    let command = one.filled(&url, listed.post.label().as_str(), &author);
    let input = match one.stdin {
        Stdin::None => String::new(),
        Stdin::Text => written(&listed, &html, false),
        Stdin::Markdown => written(&listed, &html, true),
        Stdin::Html => html.as_str().to_owned(),
    };
    let ran = command::run(&command, input.as_bytes(), LARGEST_SAYING, one.longest()).await;
    Ok(News::Said(match ran {
        Ok(printed) => {
            let said = Plain::line(&String::from_utf8_lossy(&printed));
            if said.is_empty() { format!("{}: done", one.name) } else { format!("{}: {said}", one.name) }
        }
        Err(error) => format!("{} failed: {error}", one.name),
    }))
}

/// Bytes that a program may print that a post is handed to.
const LARGEST_SAYING: usize = 1 << 20;

/// Writes a post to a new file; what is there already stays.
async fn write_down(app: &Arc<App>, post: PostId, path: String) -> Result<News, AppError> {
    reading(app, move |app| {
        let Some(listed) = app.listed(post)? else {
            return Ok(News::Said("This post is not in the cache any more".into()));
        };
        let full = app.store.full_text(&listed.post)?.map(crate::feed::SafeHtml::from_stored);
        let html = full.map_or_else(|| app.text_of(post), Ok)?;
        let place = command::at_home(&path);
        let text = written(&listed, &html, path.to_lowercase().ends_with(".md"));
        let new = std::fs::OpenOptions::new().write(true).create_new(true).open(&place);
        let done = new.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
        Ok(News::Said(match done {
            Ok(()) => format!("Written to {}", place.display()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                format!("{} is there already; nothing was written", place.display())
            }
            Err(error) => format!("{} cannot be written: {error}", place.display()),
        }))
    })
    .await
}
