//! From an order to sentences with evidence. A reason stands only if somebody can open the page and read the words.

mod discussions;
mod friends;
mod interests;
mod looked;
mod perspective;
mod spelling;
mod wanted;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    panic::resume_unwind,
    rc::Rc,
    thread,
};

use looked::Looked;

use super::{
    blend::ENOUGH,
    edges::{Edge, RollLink, Source},
    near::Near,
    rank::Ranked,
};
use crate::{
    feed::SafeHtml,
    journal::Stamp,
    model::{BlogId, Evidence, Plain, Post, PostId, Reason, Standing, Suggestion, Timestamp, address::page_key},
    store::{Store, StoreError},
    text::{hash, sensitive::is_sensitive, vector::Counts},
};

/// Pieces of evidence a reason, beyond those that stand for somebody or something that its sentence names or counts.
const ENOUGH_EVIDENCE: usize = 4;
/// A sentence names and counts no more than this, each with its piece.
const MOST_EVIDENCE: usize = 20;
/// More threads would read the same of those who are followed once more each.
const THREADS: usize = 2;
const WORTH_A_THREAD: usize = 4;
/// Of those who are not followed, so many are remembered while reasons are looked for.
const MOST_REMEMBERED: usize = 60;
/// So many texts and posts are.
const MOST_TEXTS: usize = 400;
/// Lists of terms, some hundred kilobytes each.
const MOST_TERMS: usize = 20;

/// Turns the order into suggestions. Candidates for whom nothing can be shown are left out.
pub fn suggest(near: &Near, ranked: &[Ranked], store: &Store, limit: usize) -> Result<Vec<Suggestion>, StoreError> {
    let (mut suggestions, mut rest) = (Vec::new(), ranked);
    while suggestions.len() < limit && !rest.is_empty() {
        let (next, later) = rest.split_at(rest.len().min(limit - suggestions.len()));
        rest = later;
        for one in side_by_side(near, store, next)?.into_iter().flatten() {
            suggestions.push(Suggestion { rank: suggestions.len() + 1, ..one });
        }
    }
    Ok(suggestions)
}

/// What can be told of each, in their order. Whatever one is told of does not depend on the others, so two may be looked at
/// at once.
fn side_by_side(near: &Near, store: &Store, ranked: &[Ranked]) -> Result<Vec<Option<Suggestion>>, StoreError> {
    let threads = if ranked.len() < WORTH_A_THREAD { 1 } else { THREADS };
    let each = |first: usize| -> Result<Vec<Option<Suggestion>>, StoreError> {
        let mut teller = Teller::new(near, store)?;
        ranked.iter().skip(first).step_by(threads).map(|one| teller.suggestion(one, 0)).collect()
    };
    let mut told = Vec::new();
    thread::scope(|scope| {
        let each = &each;
        let others: Vec<_> = (1..threads).map(|first| scope.spawn(move || each(first))).collect();
        told.push(each(0));
        told.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
    });
    let mut told = told.into_iter().map(|told| Ok(told?.into_iter())).collect::<Result<Vec<_>, StoreError>>()?;
    Ok((0..ranked.len()).map(|place| told[place % threads].next().flatten()).collect())
}

/// Blogs with those of their links that lead to some hosts.
type Beside = Vec<(usize, Vec<(Edge, Source)>)>;

/// Finds the words for reasons, and remembers the blogs and texts that it read.
#[derive(Debug)]
pub struct Teller<'a> {
    near: &'a Near,
    store: &'a Store,
    standings: BTreeMap<BlogId, (Standing, Stamp)>,
    known: RefCell<HashMap<usize, Rc<Looked>>>,
    texts: HashMap<PostId, Plain>,
    posts: RefCell<HashMap<PostId, Option<Rc<Post>>>>,
    terms: RefCell<HashMap<usize, Rc<Counts>>>,
    /// Titles of a blog's posts by the hashes of the keys of their pages.
    titles: RefCell<HashMap<usize, Rc<HashMap<u64, Plain>>>>,
    /// What [`Teller::beside`] found last, and of whom.
    beside: RefCell<Option<(usize, Rc<Beside>)>>,
    topics: interests::Topics<'a>,
}

impl<'a> Teller<'a> {
    pub fn new(near: &'a Near, store: &'a Store) -> Result<Self, StoreError> {
        Ok(Self {
            near,
            store,
            standings: store.standings()?,
            known: RefCell::default(),
            texts: HashMap::new(),
            posts: RefCell::default(),
            terms: RefCell::default(),
            titles: RefCell::default(),
            beside: RefCell::default(),
            topics: interests::Topics::of(near),
        })
    }

    /// A candidate in its place, with the reasons; `None` if nothing can be shown.
    pub fn suggestion(&mut self, ranked: &Ranked, rank: usize) -> Result<Option<Suggestion>, StoreError> {
        let reasons = self.reasons(ranked.blog)?;
        if reasons.is_empty() {
            return Ok(None);
        }
        let known = self.known(ranked.blog)?;
        let (mut blog, person, profile) = (known.blog.clone(), known.person()?, known.profile()?);
        blog.author = blog.author.or(person.name);
        Ok(Some(Suggestion {
            rank,
            score: ranked.score,
            blog,
            standing: known.standing,
            reasons,
            red_lines: Vec::new(),
            contact: person.contact,
            place: person.place,
            posts_per_month: profile.posts_per_month(),
            last_post: profile.last_post,
            silent_since: self.near.newest.and_then(|newest| profile.silent_since(newest)),
        }))
    }

    /// Whether anything can be shown for a blog, as [`Teller::suggestion`] finds it. Who has a tie is not read for that.
    pub fn can_show(&mut self, blog: usize) -> Result<bool, StoreError> {
        if friends::is_tied(self.near, blog) {
            return Ok(true);
        }
        self.forget();
        let is_shown = |reason: Option<Reason>| reason.is_some_and(|reason| !reason.evidence.is_empty());
        Ok(is_shown(friends::of(self, blog)?)
            || is_shown(interests::of(self, blog)?)
            || is_shown(wanted::of(self, blog)?)
            || is_shown(discussions::of(self, blog)?)
            || is_shown(perspective::of(self, blog)?))
    }

    /// All reasons for one blog, the strongest first.
    pub fn reasons(&mut self, blog: usize) -> Result<Vec<Reason>, StoreError> {
        self.forget();
        let mut reasons: Vec<Reason> = Vec::new();
        reasons.extend(friends::of(self, blog)?);
        reasons.extend(discussions::of(self, blog)?);
        let interests = interests::of(self, blog)?;
        // Once many are followed, what is shared with them says as much.
        if interests.is_none() || self.near.followed.len() < ENOUGH {
            reasons.extend(wanted::of(self, blog)?);
        }
        reasons.extend(interests);
        reasons.extend(perspective::of(self, blog)?);
        reasons.retain(|reason| !reason.evidence.is_empty());
        reasons.sort_by(|a, b| b.strength.total_cmp(&a.strength));
        Ok(reasons)
    }

    /// What was read for one candidate and is too much to be kept for the next.
    fn forget(&mut self) {
        let is_seed = |blog: &usize| self.near.is_seed(*blog);
        let known = self.known.get_mut();
        if known.len() > MOST_REMEMBERED + self.near.seeds.len() {
            known.retain(|blog, _| is_seed(blog));
        }
        known.values().for_each(|looked| looked.forget());
        self.titles.get_mut().retain(|blog, _| is_seed(blog));
        if self.texts.len() > MOST_TEXTS {
            self.texts.clear();
        }
        if self.posts.get_mut().len() > MOST_TEXTS {
            self.posts.get_mut().clear();
        }
        if self.terms.get_mut().len() > MOST_TERMS {
            self.terms.get_mut().clear();
        }
    }

    fn known(&self, blog: usize) -> Result<Rc<Looked>, StoreError> {
        if let Some(known) = self.known.borrow().get(&blog) {
            return Ok(known.clone());
        }
        let id = self.near.facts[blog].id;
        let standing = self.standings.get(&id).map_or(Standing::New, |(standing, _)| *standing);
        let known = Rc::new(Looked::at(self.store, id, standing)?);
        self.known.borrow_mut().insert(blog, known.clone());
        Ok(known)
    }

    fn title(&self, blog: usize) -> Result<Plain, StoreError> {
        Ok(self.known(blog)?.blog.title.clone())
    }

    /// What a blog is called in a sentence about somebody else: the user's own is said to be that.
    fn name(&self, blog: usize) -> Result<Plain, StoreError> {
        let title = self.title(blog)?;
        Ok(if self.near.is_own(blog) { Plain::line(&format!("your own blog {title}")) } else { title })
    }

    /// The titles of a blog's posts, by the [`hash`]es of the keys of their pages.
    fn titles(&self, blog: usize) -> Result<Rc<HashMap<u64, Plain>>, StoreError> {
        if let Some(titles) = self.titles.borrow().get(&blog) {
            return Ok(titles.clone());
        }
        let mut titles = HashMap::new();
        for (url, title) in self.store.titles_of(self.near.facts[blog].id)? {
            titles.entry(hash(&page_key(url.url()))).or_insert(title);
        }
        // A post that is kept no longer may have left its links.
        for (page, title) in self.known(blog)?.titles_of_sources()? {
            titles.entry(hash(&page)).or_insert(title);
        }
        let titles = Rc::new(titles);
        self.titles.borrow_mut().insert(blog, titles.clone());
        Ok(titles)
    }

    /// Those who link to the pages that a blog links to, with their links to these hosts, which two kinds of reasons look
    /// through.
    fn beside(&self, blog: usize, hosts: &HashSet<&str>) -> Result<Rc<Beside>, StoreError> {
        if let Some((of, beside)) = &*self.beside.borrow()
            && *of == blog
        {
            return Ok(beside.clone());
        }
        let mut beside = Beside::new();
        for &with in &self.near.nearest[blog].by_pages {
            beside.push((with, self.known(with)?.edges_to_hosts(hosts)?));
        }
        let beside = Rc::new(beside);
        *self.beside.borrow_mut() = Some((blog, beside.clone()));
        Ok(beside)
    }

    fn text(&mut self, blog: usize, post: PostId) -> Result<Plain, StoreError> {
        if let Some(text) = self.texts.get(&post) {
            return Ok(text.clone());
        }
        let text =
            SafeHtml::from_stored(self.store.html_of(self.near.facts[blog].id, post)?.unwrap_or_default()).text();
        self.texts.insert(post, text.clone());
        Ok(text)
    }

    fn post(&self, blog: usize, post: PostId) -> Result<Option<Rc<Post>>, StoreError> {
        if let Some(post) = self.posts.borrow().get(&post) {
            return Ok(post.clone());
        }
        let found = self.store.post_of(self.near.facts[blog].id, post)?.map(Rc::new);
        self.posts.borrow_mut().insert(post, found.clone());
        Ok(found)
    }

    /// The newest posts of a blog, the newest first.
    fn newest(&self, blog: usize) -> Result<Vec<PostId>, StoreError> {
        let known = self.known(blog)?;
        let mut ids = Vec::new();
        for post in known.newest()? {
            self.posts.borrow_mut().entry(post.id).or_insert_with(|| Some(Rc::new(post.clone())));
            ids.push(post.id);
        }
        Ok(ids)
    }

    /// How often a blog uses which terms.
    fn terms(&self, blog: usize) -> Result<Rc<Counts>, StoreError> {
        if let Some(terms) = self.terms.borrow().get(&blog) {
            return Ok(terms.clone());
        }
        let terms = Rc::new(self.known(blog)?.terms()?);
        self.terms.borrow_mut().insert(blog, terms.clone());
        Ok(terms)
    }
}

fn of_edge(edge: &Edge, source: &Source) -> Evidence {
    // Where the sentence tells something sensitive, the post is shown by its title.
    let is_quoted = !edge.quote.is_empty() && !is_sensitive(edge.quote.as_str());
    let quote = if is_quoted { edge.quote.clone() } else { source.title.clone() };
    Evidence { post_url: source.url.clone(), post_title: source.title.clone(), quote, published: source.published }
}

fn of_roll(link: &RollLink) -> Evidence {
    let quote = if link.text.is_empty() { Plain::line(link.target.host()) } else { link.text.clone() };
    Evidence { post_url: link.page.clone(), post_title: link.page_title.clone(), quote, published: None }
}

/// Each sentence of a post once.
fn without_repeats(evidence: Vec<Evidence>) -> Vec<Evidence> {
    let mut seen = HashSet::new();
    let is_new = |piece: &Evidence| seen.insert((piece.post_url.clone(), piece.quote.clone()));
    evidence.into_iter().filter(is_new).collect()
}

/// The month after some words (`, last in`); nothing where there is no date.
fn dated(words: &str, when: Option<Timestamp>) -> String {
    when.map_or(String::new(), |when| format!("{words} {}", when.calendar().format("%B %Y")))
}

/// The newest edges first, so that the freshest evidence is shown.
fn newest_first(found: &mut [(Edge, Source)]) {
    found.sort_by_key(|(_, source)| std::cmp::Reverse(source.published));
}

/// `A`, `A and B`, `A, B and 3 more`.
fn list(names: &[Plain], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(|name| name.as_str()).collect();
    match (names.len(), names.len().saturating_sub(most)) {
        (0, _) => String::new(),
        (1, _) => shown[0].to_owned(),
        (_, 0) => format!("{} and {}", shown[..shown.len() - 1].join(", "), shown[shown.len() - 1]),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}
