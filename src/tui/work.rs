//! Carrying out effects beside the event loop. Whatever takes time runs in a task and reports through one channel.

use std::{
    panic::AssertUnwindSafe,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    task::{JoinHandle, JoinSet},
};
use url::Url;

use crate::{
    app::{
        App, AppError,
        article::{Article, MEASURE},
        state::{PAGE, Screen},
        update::{Effect, Job, News},
    },
    discover,
    model::{Evidence, Plain, PostId},
    poll::{Progress, UnderWay, Which},
};

/// Suggestions that the People screen holds: few at a time, as somebody can get to know.
const PEOPLE: usize = 40;
/// Posts of one blog that are listed.
const POSTS_OF_ONE: usize = 2000;

type Sender = UnboundedSender<News>;

/// Polls a little at a time while the screens are open, and has the lists read again when something came.
pub async fn watch(app: Arc<App>, sender: Sender) {
    loop {
        // What cannot be asked or stored now is tried again; the Health screen says what is wrong with a feed.
        if app.watch_round(&|_| {}).await.is_ok_and(|round| round.summary.asked > 0)
            && sender.send(News::Elsewhere).is_err()
        {
            return;
        }
        tokio::time::sleep(app.watch_rest().unwrap_or(RETRY)).await;
    }
}

/// After an error that is not a feed's.
const RETRY: Duration = Duration::from_secs(60);

/// Where what the user did waits to be kept.
pub type Acts = UnboundedSender<Effect>;

/// Begins an effect. What the user did is kept in the order in which it was done; everything else runs side by side.
pub fn start(app: &Arc<App>, sender: &Sender, acts: &Acts, tasks: &mut JoinSet<()>, effect: Effect) {
    // Blogs are counted after the marks that came before.
    if job_of(&effect) == Job::Act || effect == Effect::LoadBlogs {
        // The queue lives as long as the loop that calls this.
        let _ = acts.send(effect);
    } else {
        tasks.spawn(finish(Arc::clone(app), sender.clone(), effect));
    }
}

/// A queue for what the user did. It ends when its sender is dropped and all is kept.
pub fn keep_in_order(app: &Arc<App>, sender: &Sender) -> (Acts, JoinHandle<()>) {
    let (acts, mut waiting) = unbounded_channel();
    let (app, sender) = (Arc::clone(app), sender.clone());
    let keeping = tokio::spawn(async move {
        while let Some(effect) = waiting.recv().await {
            finish(Arc::clone(&app), sender.clone(), effect).await;
        }
    });
    (acts, keeping)
}

fn job_of(effect: &Effect) -> Job {
    match effect {
        Effect::Refresh | Effect::RefreshThis(_) | Effect::Discover => Job::Run,
        Effect::Mark { .. }
        | Effect::Star { .. }
        | Effect::MarkAll(_)
        | Effect::Stand { .. }
        | Effect::Unfollow(_)
        | Effect::FollowFeed { .. }
        | Effect::Refollow(_) => Job::Act,
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
            let posts = reading(&app, move |app| app.river(after, limit)).await?;
            News::River { first: after.is_none(), posts }
        }
        Effect::LoadBlogs => News::Blogs(reading(&app, |app| app.followed()).await?),
        Effect::LoadPostsOf(blog) => {
            News::PostsOf { blog, posts: reading(&app, move |app| app.posts_of(blog, POSTS_OF_ONE)).await? }
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
            News::Suggestions(reading(&app, |app| app.suggest(PEOPLE)).await?)
        }
        Effect::FindQuoted(evidence) => return find_quoted(&app, evidence).await.map(Some),
        Effect::Refresh => return refresh(&app, sender, Which::due()).await.map(Some),
        Effect::RefreshThis(blog) => {
            let which = Which { blogs: vec![blog], force: false };
            return refresh(&app, sender, which).await.map(Some);
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
            News::Discovered(app.discover(app.config.discover.budget, tell).await?)
        }
        Effect::Follow(address) => {
            let followed = app.follow(&address, Vec::new()).await?;
            News::Followed { title: followed.blog.title, posts: followed.posts, known: followed.known }
        }
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
            let _ = sender.send(News::Blogs(reading(&app, |app| app.followed()).await?));
            News::River { first: true, posts: reading(&app, |app| app.river(None, PAGE)).await? }
        }
        Effect::Refollow(subscription) => {
            app.refollow(*subscription).await?;
            let _ = sender.send(News::Blogs(reading(&app, |app| app.followed()).await?));
            News::River { first: true, posts: reading(&app, |app| app.river(None, PAGE)).await? }
        }
        Effect::Mark { posts, read } => {
            app.mark(&posts, read).await?;
            return Ok(None);
        }
        Effect::Star { post, starred } => {
            app.star(&[post], starred).await?;
            return Ok(None);
        }
        Effect::MarkAll(blog) => {
            let which = crate::app::select::Unread { blog, ..Default::default() };
            let unread = reading(&app, move |app| app.unread(&which)).await?;
            app.mark(&unread, true).await?;
            News::MarkedAll(unread)
        }
        Effect::Stand { blog, standing } => {
            app.stand(&blog, standing).await?;
            return Ok(None);
        }
        Effect::Browse(address) => News::Said(browse(&address)),
        Effect::Play(address) => News::Said(play(&address, &app.config.reading.player)),
        Effect::Fit { post, article, width } => {
            let article = reading(&app, move |_| Ok(Arc::new(article.fitted(width)))).await?;
            News::Fitted { id: post, article }
        }
    };
    Ok(Some(news))
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

/// Opens an address by an argument vector, never by a shell. Says what happened.
fn browse(address: &str) -> String {
    let allowed = Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "gemini"));
    if !allowed {
        return format!("{address} is nothing that a browser should open");
    }
    let own = std::env::var("BROWSER").ok().filter(|browser| !browser.trim().is_empty());
    let system = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let browser = own.unwrap_or_else(|| system.to_owned());
    let mut words = browser.split_whitespace().map(|word| word.replace("%s", "%u"));
    let Some(program) = words.next() else { return "BROWSER names no program".into() };
    launch(&program, &words.collect::<Vec<_>>(), address).unwrap_or_else(|error| {
        format!("{program} cannot be started ({error}); set BROWSER to your browser. The address: {address}")
    })
}

/// Hands what comes with a post to the user's player, or to the program that the system has for it.
fn play(address: &str, player: &[String]) -> String {
    let Some((program, arguments)) = player.split_first() else { return browse(address) };
    launch(program, arguments, address).unwrap_or_else(|error| {
        format!("{program} cannot be started ({error}); the configuration names another: [reading] player = [\"mpv\", \"%u\"]")
    })
}

/// Starts a program with an address in the place of `%u`, or at the end. Says what happened.
fn launch(program: &str, arguments: &[String], address: &str) -> std::io::Result<String> {
    let mut given: Vec<String> = arguments.iter().map(|word| word.replace("%u", address)).collect();
    if !arguments.iter().any(|word| word.contains("%u")) {
        given.push(address.to_owned());
    }
    let started =
        Command::new(program).args(&given).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = started?;
    // Waited for beside everything else, so that it leaves no zombie.
    std::thread::spawn(move || child.wait());
    Ok(format!("Opening {address}"))
}
