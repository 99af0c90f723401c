//! What comes back from work that was begun, and what it changes on the screens.

use super::{Effect, marks};
use crate::{
    app::{
        article::Article,
        blogs::Followed,
        contacts::Like,
        discussions::Discussion,
        few::Week,
        history::TakenBack,
        lists::{PAGE, Posts},
        picture::Picture,
        posts::Listed,
        select::Selection,
        state::{Busy, Letter, OpenPost, Prompt, Screen, State},
        today::Writer,
        vet::Vetted,
    },
    discover::Crawled,
    model::{BlogId, Evidence, Person, Plain, PostId, Suggestion, Timestamp},
    poll::Summary,
    store::TakeBack,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

#[derive(Clone, Debug)]
pub enum News {
    /// A page of the River; the one that is behind nothing replaces everything.
    River {
        after: Option<(Timestamp, PostId)>,
        posts: Vec<Listed>,
        as_of: Timestamp,
    },
    Blogs(Vec<Followed>),
    Today(Vec<Writer>),
    /// `behind`: the links of some blogs are still being read.
    Discussions {
        all: Vec<Discussion>,
        behind: bool,
    },
    PostsOf {
        blog: BlogId,
        posts: Vec<Listed>,
        as_of: Timestamp,
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
    /// A picture by its address, or why it cannot be shown.
    Picture {
        address: Plain,
        picture: Result<Arc<Picture>, Plain>,
    },
    /// The open post in another width.
    Fitted {
        id: PostId,
        article: Arc<Article>,
    },
    Suggestions(Vec<Suggestion>),
    About(Box<About>),
    Book(Vec<Person>),
    Person(Box<Person>),
    /// The dossier that was asked for by this name, or why there is none.
    Vetted {
        asked: String,
        vetted: Result<Box<Vetted>, Plain>,
    },
    /// A letter that can be written now.
    Letter(Letter),
    /// The newest posts of whoever is on a card.
    Newest {
        blog: BlogId,
        posts: Vec<Listed>,
    },
    /// Blogs by how near they are to that of the person named, the nearest first.
    Like {
        name: Plain,
        near: Vec<BlogId>,
    },
    /// The quoted post is not in the cache.
    NotHere(Box<Evidence>),
    /// It is followed, and its posts are still to be asked for.
    FollowedFeed {
        blog: BlogId,
        title: Plain,
    },
    /// A page of a list that is narrowed or sorted; one that goes on from nothing replaces everything.
    Through {
        selection: Selection,
        /// How many posts were known already.
        known: usize,
        /// The end was reached.
        whole: bool,
        posts: Vec<Listed>,
        as_of: Timestamp,
    },
    /// `None` where there was nothing to undo or redo.
    TakenBack {
        which: TakeBack,
        taken: Option<Box<TakenBack>>,
    },
    /// These words are muted now.
    Muted(Plain),
    /// The tags of a blog changed.
    Retagged,
    /// Those that were unread and are marked now.
    MarkedAll(Vec<PostId>),
    Progress {
        done: usize,
        of: usize,
        /// For whom, once only a few are left.
        waiting: String,
    },
    Refreshed(Summary),
    /// One blog was asked beside something else.
    RefreshedBeside {
        title: Plain,
        summary: Summary,
    },
    Discovered(Crawled),
    Followed {
        title: Plain,
        posts: usize,
        known: bool,
    },
    /// A list was imported; its blogs are still to be asked for their posts.
    Imported {
        added: usize,
        known: usize,
        skipped: usize,
    },
    Said(String),
    /// What was typed so far of a path, and as much more as there is no doubt about.
    Completed {
        typed: String,
        longer: String,
    },
    /// Something happened to the folder that any list may show: another process, or a blog that came or went.
    Elsewhere,
    Failed {
        job: Job,
        why: Plain,
    },
}

/// About those who are suggested.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Who was not suggested before yesterday.
    pub fresh: HashSet<BlogId>,
    /// Who is shown this week.
    pub week: Week,
    /// The circles that lead to each.
    pub led_by: HashMap<BlogId, Vec<Plain>>,
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

/// Takes in news that knows so much of what the user did. A list that was read before what was done last would show that
/// undone: it is left, and asked for once more unless a newer answer is on its way.
pub fn hear_as_of(state: &mut State, knows: usize, news: News) -> Vec<Effect> {
    if knows == state.acts {
        return hear(state, news);
    }
    let (newest, again) = match &news {
        News::Blogs(_) => (state.acts_in.blogs, Effect::LoadBlogs),
        News::Today(_) => (state.acts_in.today, Effect::LoadToday),
        News::Suggestions(_) => (state.acts_in.people, Effect::Suggest),
        News::PostsOf { blog, .. } if !state.is_list_of(*blog) => (state.acts_in.posts, Effect::LoadPostsOf(*blog)),
        News::PostsOf { blog, .. } | News::Through { selection: Selection { blog: Some(blog), .. }, .. } => {
            (state.acts_in.posts, super::lists::load_posts_of(state, *blog))
        }
        News::River { after: None, posts, .. } | News::Through { known: 0, posts, .. } => {
            (state.acts_in.river, super::lists::load_river(state, posts.len().max(PAGE)))
        }
        _ => return hear(state, news),
    };
    if newest == state.acts { Vec::new() } else { vec![again] }
}

/// Takes news in.
pub fn hear(state: &mut State, news: News) -> Vec<Effect> {
    match news {
        // Somebody may look at something else meanwhile.
        News::River { .. } if !state.is_plain() => Vec::new(),
        // It goes on from the end of a list that was replaced meanwhile.
        News::River { after: after @ Some(_), .. } if after != state.river.end() => goes_on_from_another(state),
        News::River { after, posts, as_of } => river(state, after.is_none(), posts.len() < PAGE, posts, as_of),
        News::Through { selection, known, whole, posts, as_of } => {
            super::lists::through(state, &selection, known, whole, posts, as_of)
        }
        News::TakenBack { which, taken } => marks::taken_back(state, which, taken.map(|taken| *taken)),
        News::Muted(words) => {
            state.status = format!("“{words}” is muted; u undoes it");
            reload(state)
        }
        News::Retagged => vec![Effect::LoadBlogs],
        News::Blogs(blogs) => {
            state.blogs = blogs;
            state.blogs_loaded = true;
            state.arrange_blogs();
            state.find_again();
            state.found_tree();
            super::beside(state)
        }
        News::Today(writers) => {
            let top = state.today.cursor == 0;
            state.today.all = writers;
            state.today.loaded = true;
            let filter = state.filter.clone();
            state.today.narrow(&filter);
            if top {
                state.today.cursor = 0;
            }
            state.find_again();
            state.found(Screen::Today);
            Vec::new()
        }
        News::Discussions { all, behind } => {
            let talks = &mut state.discussions;
            let here = talks.current().map(|talk| talk.page.clone());
            talks.all = all;
            (talks.loaded, talks.loading) = (true, behind);
            let place = talks.all.iter().position(|talk| Some(&talk.page) == here.as_ref());
            if place.is_none() {
                talks.saying = None;
            }
            talks.cursor = place.unwrap_or(0);
            Vec::new()
        }
        News::PostsOf { blog, posts, as_of } => posts_of(state, blog, posts, as_of),
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
        News::Picture { address, picture } => super::pictures::came(state, address, picture),
        News::Fitted { id, article } => {
            super::reading::fitted(state, id, article);
            // The terminal may have changed once more.
            super::reading::fit(state)
        }
        News::Suggestions(people) => {
            state.contacts.suggested = people;
            state.people_loaded = true;
            state.people_loading = false;
            state.evidence = None;
            state.contacts.newest = None;
            state.arrange_people();
            super::contacts::newest(state)
        }
        News::About(about) => {
            let About { fresh, week, led_by } = *about;
            (state.contacts.fresh, state.contacts.led_by) = (fresh, led_by);
            state.contacts.go_on_with(week);
            Vec::new()
        }
        News::Book(people) => {
            state.contacts.all = people;
            state.contacts.loaded = true;
            state.arrange_book();
            Vec::new()
        }
        News::Person(person) => {
            state.contacts.page = Some(person);
            state.contacts.scroll = 0;
            Vec::new()
        }
        News::Vetted { asked, vetted } => super::vet::vetted(state, &asked, vetted),
        News::Letter(letter) => {
            state.letter = Some(letter);
            Vec::new()
        }
        News::Newest { blog, posts } => {
            state.contacts.newest = Some((blog, posts));
            Vec::new()
        }
        News::Like { name, near } => {
            state.contacts.like = Some(Like { name, near });
            state.arrange_people();
            state.person = 0;
            state.status = "Those first who write about the same things; = or Esc ends it".into();
            super::contacts::newest(state)
        }
        News::NotHere(evidence) => {
            let text = format!("“{}” is not in the cache; o opens it in the browser", evidence.post_title);
            super::say(state, &text)
        }
        News::MarkedAll(posts) => {
            marks::marked(state, &posts);
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
                format!(", {} could not be had (7 says why)", summary.failed)
            } else {
                String::new()
            };
            let left_out = state.left_out.take().map(|left| format!("; {left}")).unwrap_or_default();
            state.status = match summary.asked {
                0 if summary.not_due == 0 => "You follow nothing yet: a follows a blog".into(),
                0 => "Too early to ask again; 7 says when each is asked next, and why then".into(),
                asked => format!("{asked} blogs asked, {} new posts{failed}{left_out}", summary.new_posts),
            };
            reload(state)
        }
        News::RefreshedBeside { title, summary } => {
            state.status = match (summary.asked, summary.failed) {
                (0, _) => format!("Too early to ask {title} again; 7 says when it is asked next, and why then"),
                (_, 0) => format!("{title}: {} new posts", summary.new_posts),
                _ => format!("{title} could not be had (7 says why)"),
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
        News::Imported { added, known, skipped } => {
            let left_out = (skipped > 0).then(|| match skipped {
                1 => "a line left out (`penpal import` says which)".to_owned(),
                many => format!("{many} lines left out (`penpal import` says which)"),
            });
            let told = left_out.as_ref().map(|left| format!(", {left}")).unwrap_or_default();
            state.status = format!("{added} blogs added, {known} known already{told}");
            // What is asked for now has a word to say too.
            state.left_out = left_out.filter(|_| added > 0);
            state.busy = (added > 0).then(|| Busy::begun("Refreshing"));
            let mut effects = reload(state);
            effects.extend((added > 0).then_some(Effect::Refresh));
            effects
        }
        News::Said(text) => super::say(state, &text),
        News::Completed { typed, longer } => match &mut state.prompt {
            // Somebody may have typed on meanwhile.
            Some((Prompt::Import, text)) if *text == typed => {
                *text = longer;
                Vec::new()
            }
            _ => Vec::new(),
        },
        News::Elsewhere => reload(state),
        News::Failed { job, why } => {
            state.people_loading = false;
            state.discussions.loading = false;
            state.river.loading = false;
            for (_, _, posts) in [&mut state.blog, &mut state.beside].into_iter().flatten() {
                posts.loading = false;
            }
            state.status = why.to_string();
            match job {
                Job::Run => state.busy = None,
                Job::Act => {
                    return reload(state);
                }
                Job::Other => {}
            }
            Vec::new()
        }
    }
}

/// A page of the River; the first one replaces everything.
pub(super) fn river(state: &mut State, first: bool, whole: bool, posts: Vec<Listed>, as_of: Timestamp) -> Vec<Effect> {
    state.river.loading = false;
    state.river.whole = whole;
    let filter = state.filter.clone();
    if first {
        let top = state.river.cursor == 0;
        let here = state.river.current().map(|listed| listed.post.id);
        state.river.as_of = as_of;
        state.river.replace(posts, &filter);
        let place = (0..state.river.shown.len()).find(|&row| state.river.get(row).map(|one| one.post.id) == here);
        // Who has not moved wants to see what is new; who has, stays on their post.
        state.river.cursor = if top { 0 } else { place.unwrap_or(0) };
        state.find_again();
        state.found(Screen::River);
    } else {
        state.river.all.extend(posts);
        state.river.narrow(&filter);
    }
    super::more(state)
}

/// The end has to be asked for anew.
pub(super) fn goes_on_from_another(state: &mut State) -> Vec<Effect> {
    state.river.loading = false;
    super::more(state)
}

pub(super) fn posts_of(state: &mut State, blog: BlogId, posts: Vec<Listed>, as_of: Timestamp) -> Vec<Effect> {
    let filter = state.filter.clone();
    let is_wanted = |list: &&mut (BlogId, Plain, Posts)| list.0 == blog;
    if let Some((_, _, list)) = state.blog.as_mut().filter(is_wanted) {
        fill(list, posts, as_of, &filter, state.to_find.of_blog.take());
    } else if let Some((_, _, list)) = state.beside.as_mut().filter(is_wanted) {
        // The words narrow the tree; these are the posts of one blog.
        fill(list, posts, as_of, "", None);
    }
    Vec::new()
}

/// `left`: the post that the cursor was on when the screens were left.
fn fill(list: &mut Posts, posts: Vec<Listed>, as_of: Timestamp, filter: &str, left: Option<PostId>) {
    let here = list.current().map(|listed| listed.post.id).or(left);
    let row = list.cursor;
    (list.as_of, list.loading, list.whole) = (as_of, false, true);
    list.replace(posts, filter);
    list.cursor = (0..list.shown.len())
        .find(|&row| here.is_some() && list.get(row).map(|one| one.post.id) == here)
        .unwrap_or(row)
        .min(list.shown.len().saturating_sub(1));
}

pub(super) fn reload(state: &mut State) -> Vec<Effect> {
    state.people_loaded = false;
    // As far as they have scrolled, and a page: they stay on their post, and a long list is not read whole for news at its
    // top.
    let limit = state.river.shown.get(state.river.cursor).copied().unwrap_or(0) + PAGE;
    let mut effects = vec![Effect::LoadToday, Effect::LoadBlogs, super::lists::load_river(state, limit)];
    if let Some(id) = state.blog.as_ref().map(|(id, ..)| *id) {
        effects.push(super::lists::load_posts_of(state, id));
    } else if let Some((id, ..)) = &state.beside {
        effects.push(Effect::LoadPostsOf(*id));
    }
    if state.screen == Screen::Discussions && !state.discussions.loading {
        state.discussions.loading = true;
        effects.push(Effect::LoadDiscussions);
    }
    if state.screen == Screen::People {
        state.people_loading = true;
        effects.extend([Effect::Suggest, Effect::LoadBook]);
    }
    effects
}

fn open(
    state: &mut State,
    mut listed: Listed,
    article: Arc<Article>,
    quote: Option<&str>,
    from: Screen,
) -> Vec<Effect> {
    let id = listed.post.id;
    listed.flags = state.flags_of(id).unwrap_or(listed.flags);
    // Who marked it unread before they left did not want that undone by coming back.
    let comes_back = state.to_find.post.take_if(|(left, _)| *left == id).is_some();
    let unread = !listed.flags.read && !comes_back;
    let quoted = quote.and_then(|quote| article.find(quote));
    let left_at = || {
        let place = state.places.iter().rev().find(|(known, _)| *known == id);
        place.map_or(0, |(_, place)| article.line_at(*place))
    };
    // A few lines before the quotation, as far as it is in sight below them.
    let before = 3.min(state.list_rows().saturating_sub(4) / 3);
    let scroll = quoted.map_or_else(left_at, |line| line.saturating_sub(before));
    state.post = Some(OpenPost {
        listed,
        article,
        scroll,
        quoted,
        full: false,
        pictures: false,
        finished: false,
        left: Vec::new(),
        from,
    });
    state.screen = Screen::Post;
    state.over = None;
    state.status.clear();
    let mut effects = super::reading::fit(state);
    effects.extend(super::reading::opened(state));
    if unread && state.reading.mark_on_open {
        state.show_marks(&[id], |one| one.flags.read = true);
        effects.push(Effect::Mark { posts: vec![id], read: true });
    }
    effects
}
