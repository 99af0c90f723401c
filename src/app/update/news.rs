//! What comes back from work that was begun, and what it changes on the screens.

use super::Effect;
use crate::{
    app::{
        article::Article,
        blogs::Followed,
        posts::Listed,
        state::{Busy, OpenPost, PAGE, Screen, State, Undo},
    },
    discover::Crawled,
    model::{BlogId, Evidence, Plain, PostId, Suggestion},
    poll::Summary,
};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub enum News {
    /// A page of the River; the first one replaces everything.
    River {
        first: bool,
        posts: Vec<Listed>,
    },
    Blogs(Vec<Followed>),
    PostsOf {
        blog: BlogId,
        posts: Vec<Listed>,
    },
    Post {
        listed: Box<Listed>,
        article: Arc<Article>,
        quote: Option<String>,
        from: Screen,
    },
    /// The text of a post's page.
    FullText {
        id: PostId,
        article: Arc<Article>,
    },
    /// The open post in another width.
    Fitted {
        id: PostId,
        article: Arc<Article>,
    },
    Suggestions(Vec<Suggestion>),
    /// The quoted post is not in the cache.
    NotHere(Box<Evidence>),
    /// It is followed, and its posts are still to be asked for.
    FollowedFeed {
        blog: BlogId,
        title: Plain,
    },
    /// Those that were unread and are marked now.
    MarkedAll(Vec<PostId>),
    Progress {
        done: usize,
        of: usize,
        /// For whom, once only a few are left.
        waiting: String,
    },
    Refreshed(Summary),
    Discovered(Crawled),
    Followed {
        title: Plain,
        posts: usize,
        known: bool,
    },
    Said(String),
    /// Another process did something to the folder.
    Elsewhere,
    Failed {
        job: Job,
        why: Plain,
    },
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// A refresh or a discovery.
    Run,
    /// Something the user did could not be kept; what the screen showed is wrong, so it is read again.
    Act,
    /// A query or a browser.
    Other,
}

/// Takes news in.
pub fn hear(state: &mut State, news: News) -> Vec<Effect> {
    match news {
        News::River { first, posts } => {
            state.river.loading = false;
            state.river.whole = posts.len() < PAGE;
            if first {
                let top = state.river.cursor == 0;
                let here = state.river.current().map(|listed| listed.post.id);
                state.river.all = posts;
                let filter = state.filter.clone();
                state.river.shown.clear();
                state.river.narrow(&filter);
                let place =
                    (0..state.river.shown.len()).find(|&row| state.river.get(row).map(|one| one.post.id) == here);
                // Who has not moved wants to see what is new; who has, stays on their post.
                state.river.cursor = if top { 0 } else { place.unwrap_or(0) };
            } else {
                state.river.all.extend(posts);
                let filter = state.filter.clone();
                state.river.narrow(&filter);
            }
            super::more(state)
        }
        News::Blogs(blogs) => {
            state.blogs = blogs;
            state.blogs_loaded = true;
            state.arrange_blogs();
            Vec::new()
        }
        News::PostsOf { blog, posts } => {
            let filter = state.filter.clone();
            if let Some((_, _, list)) = state.blog.as_mut().filter(|(id, ..)| *id == blog) {
                list.all = posts;
                list.loading = false;
                list.whole = true;
                list.narrow(&filter);
            }
            Vec::new()
        }
        News::Post { listed, article, quote, from } => open(state, *listed, article, quote.as_deref(), from),
        News::FullText { id, article } => {
            // Somebody may have gone on to another post meanwhile.
            if let Some(open) = state.post.as_mut().filter(|open| open.listed.post.id == id) {
                *open = OpenPost { article, scroll: 0, quoted: None, full: true, left: Vec::new(), ..open.clone() };
                state.digits.clear();
                state.over = None;
                state.status = "The whole text; v shows what the feed gives".into();
            }
            super::reading::fit(state)
        }
        News::Fitted { id, article } => {
            super::reading::fitted(state, id, article);
            // The terminal may have changed once more.
            super::reading::fit(state)
        }
        News::Suggestions(people) => {
            let here = state.current_person().map(|person| person.blog.id);
            state.people = people;
            state.people_loaded = true;
            state.people_loading = false;
            state.evidence = None;
            let place = state.people.iter().position(|person| Some(person.blog.id) == here);
            state.person = place.unwrap_or(state.person).min(state.people.len().saturating_sub(1));
            Vec::new()
        }
        News::NotHere(evidence) => {
            let text = format!("“{}” is not in the cache; o opens it in the browser", evidence.post_title);
            super::say(state, &text)
        }
        News::MarkedAll(posts) => {
            marked(state, &posts);
            // Counts of posts that are not loaded changed too.
            vec![Effect::LoadBlogs]
        }
        News::Progress { done, of, waiting } => {
            if let Some(busy) = &mut state.busy {
                *busy = Busy { what: busy.what, done, of, waiting };
            }
            Vec::new()
        }
        News::Refreshed(summary) => {
            state.busy = None;
            let failed = if summary.failed > 0 {
                format!(", {} could not be had (2 says why)", summary.failed)
            } else {
                String::new()
            };
            state.status = match summary.asked {
                0 if summary.not_due == 0 => "You follow nothing yet: a follows a blog".into(),
                0 => "Too early to ask again; 5 says when each is asked next, and why then".into(),
                asked => format!("{asked} blogs asked, {} new posts{failed}", summary.new_posts),
            };
            reload(state)
        }
        News::Discovered(crawled) => {
            state.busy = None;
            state.status = format!("{} sites looked at, {} blogs known anew", crawled.hosts, crawled.profiled);
            state.people_loading = true;
            vec![Effect::Suggest]
        }
        News::Followed { title, posts, known } => {
            state.status = if known {
                format!("{title} is followed already")
            } else {
                format!("{title} is followed now: {posts} posts")
            };
            reload(state)
        }
        News::FollowedFeed { blog, title } => vec![Effect::RefreshOne { blog, title }],
        News::Said(text) => super::say(state, &text),
        News::Elsewhere => reload(state),
        News::Failed { job, why } => {
            state.people_loading = false;
            state.status = why.to_string();
            match job {
                Job::Run => state.busy = None,
                Job::Act => {
                    state.undo.clear();
                    return reload(state);
                }
                Job::Other => {}
            }
            Vec::new()
        }
    }
}

fn reload(state: &mut State) -> Vec<Effect> {
    state.people_loaded = false;
    state.river.loading = true;
    // As much as was loaded, so that who has scrolled down stays on their post.
    let limit = state.river.all.len().max(PAGE);
    let mut effects = vec![Effect::LoadRiver { after: None, limit }, Effect::LoadBlogs];
    if state.screen == Screen::People {
        state.people_loading = true;
        effects.push(Effect::Suggest);
    }
    effects
}

fn open(state: &mut State, listed: Listed, article: Arc<Article>, quote: Option<&str>, from: Screen) -> Vec<Effect> {
    let id = listed.post.id;
    let unread = !listed.flags.read;
    let quoted = quote.and_then(|quote| article.find(quote));
    let left_at = || state.places.get(&id).map_or(0, |place| article.line_at(*place));
    let scroll = quoted.map_or_else(left_at, |line| line.saturating_sub(3));
    state.post = Some(OpenPost { listed, article, scroll, quoted, full: false, left: Vec::new(), from });
    state.screen = Screen::Post;
    state.over = None;
    state.status.clear();
    let mut effects = super::reading::fit(state);
    if unread {
        state.show_marks(&[id], |one| one.flags.read = true);
        state.undo.push(Undo::Read { posts: vec![id], read: false });
        effects.push(Effect::Mark { posts: vec![id], read: true });
    }
    effects
}

/// Shows that posts were marked read, and remembers them for undo.
pub(super) fn marked(state: &mut State, posts: &[PostId]) {
    if posts.is_empty() {
        state.status = "Nothing unread here".into();
        return;
    }
    state.show_marks(posts, |one| one.flags.read = true);
    state.undo.push(Undo::Read { posts: posts.to_vec(), read: false });
    state.status = format!("{} marked read; u brings them back", posts.len());
}
