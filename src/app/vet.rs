//! The dossier of any blog, followed or not: what is here is joined by what is asked for now, and what was learned of a
//! stranger is kept as discovery keeps it.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{App, AppError, posts::Listed};
use crate::{
    discover::{
        Crawler, Knowledge, Outcome, Person, edges, site,
        visit::{Visit, person_of},
    },
    feed::{self, SafeHtml, Texts},
    model::{Blog, BlogId, FeedForm, FeedUrl, PageUrl, Post, SiteUrl, address::page_key},
    people::{
        copies::Sketch,
        dossier::{self, Copied, Dossier, Material, Read, Written},
    },
    poll::{Answer, Known, decide},
    web::{
        Ask, Budget, Reply, Trust, Web,
        find::{FindError, page_of, read_as},
        guard,
    },
};

/// Posts of a blog that a dossier looks at, the newest.
const MOST_POSTS: usize = 400;
/// Posts that are listed.
const LISTED: usize = 10;
/// Other blogs' posts that are compared with theirs, the newest.
const COMPARED: usize = 1500;
/// Posts of theirs that are looked for elsewhere.
const LOOKED_FOR: usize = 20;
/// What a text shares with its copy at least, 0..=1.
const COPY: f64 = 0.6;
const LARGEST_PAGE: usize = 4 << 20;

/// A dossier with their last posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vetted {
    pub dossier: Dossier,
    pub posts: Vec<Listed>,
}

/// What was asked for now.
#[derive(Default)]
struct Asked {
    feed: Option<(FeedUrl, Reply, Box<feed::Feed>)>,
    home: Option<Read>,
    about: Option<Read>,
    /// What the pages say of the person.
    person: Person,
    roll: edges::Roll,
    /// Whether their home page asks programs to leave it out: they are shown, and not kept as somebody to suggest.
    declines: bool,
    missing: Vec<String>,
}

impl App {
    /// The dossier of a blog by any name of it, or of whatever an address leads to.
    pub async fn vet(&self, name: &str) -> Result<Vetted, AppError> {
        let (blog, asked) = match self.find_blog(name) {
            Ok(blog) => {
                let asked = self.ask_known(&blog, name).await;
                (blog, asked?)
            }
            Err(AppError::NoBlog { .. }) => self.ask_stranger(name).await?,
            Err(error) => return Err(error),
        };
        self.catch_up().await?;
        self.reckon(blog, asked).await
    }

    /// The dossier of a blog from what is here, without asking anybody.
    pub fn vet_offline(&self, blog: &Blog) -> Result<Vetted, AppError> {
        let knowledge = Knowledge::load(&self.store)?;
        let posts = self.written(blog.id)?;
        let asked = Asked::default();
        self.dossier(blog.clone(), asked, posts, self.store.subscription(blog.id)?.is_some(), &knowledge)
    }

    async fn reckon(&self, blog: Blog, mut asked: Asked) -> Result<Vetted, AppError> {
        let followed = self.store.subscription(blog.id)?.is_some();
        let mut posts = self.written(blog.id)?;
        let mut blog = blog;
        let mut whole = followed;
        if let Some((url, reply, feed)) = asked.feed.take()
            && !followed
        {
            let known = Known::of(blog.clone());
            let decision = decide(&known, Answer::Feed(reply.clone(), feed.clone()), self.now());
            if let Some(content) = decision.content {
                let arrived: Vec<Written> = content
                    .arrived
                    .iter()
                    .map(|one| Written {
                        post: one.new.post.clone(),
                        html: SafeHtml::from_stored(one.new.html.clone().unwrap_or_default()),
                        links: one.links(),
                    })
                    .collect();
                // What the feed has whole counts over the beginnings that were kept of it.
                posts.retain(|kept| arrived.iter().all(|one| one.post.id != kept.post.id));
                whole = posts.is_empty();
                posts.extend(arrived);
                blog = content.blog;
            }
            // A feed says whose it is, and a page that points to it or lies beside it agrees.
            let home = asked.home.as_ref().filter(|home| is_home_of(home, &url));
            let at = site::home(url.url()).unwrap_or_else(|| url.url().clone());
            let site = site::key(url.url()).unwrap_or_else(|| blog.id.to_string());
            let visit = Visit {
                outcome: Outcome::Blog(blog.id),
                feed: Some((url, reply, feed)),
                person: asked.person.clone(),
                roll: std::mem::take(&mut asked.roll),
                home: home.map(|home| Box::new((home.page.clone(), home.url.clone()))),
            };
            let crawler = Crawler { store: self.store.clone(), writer: self.writer.clone(), web: self.web()? };
            if !asked.declines {
                crawler.keep((&site, &at), visit, self.now(), None).await?;
            }
        }
        posts.sort_by_key(|one| std::cmp::Reverse(one.post.sort_time()));
        posts.truncate(MOST_POSTS);
        let knowledge = Knowledge::load(&self.store)?;
        self.dossier(blog, asked, posts, whole, &knowledge)
    }

    fn dossier(
        &self,
        blog: Blog,
        asked: Asked,
        posts: Vec<Written>,
        whole: bool,
        knowledge: &Knowledge,
    ) -> Result<Vetted, AppError> {
        let kept = Person::behind(&self.store, blog.id)?;
        let mut listed: Vec<Listed> = Vec::new();
        for one in posts.iter().take(LISTED) {
            let kept = self.listed(one.post.id)?;
            let (flags, tags) = kept.map(|kept| (kept.flags, kept.tags)).unwrap_or_default();
            listed.push(Listed { post: one.post.clone(), blog: blog.clone(), flags, tags });
        }
        let red_lines = self.config.red_lines();
        let material = Material {
            standing: self.store.standing(blog.id)?,
            copies: self.copies(blog.id, &posts)?,
            blog,
            posts,
            whole,
            home: asked.home,
            about: asked.about,
            person: kept.unwrap_or(asked.person),
            knowledge,
            red_lines: &red_lines,
            missing: asked.missing,
            now: self.now(),
        };
        let dossier = dossier::of(material);
        for one in &mut listed {
            one.blog = dossier.blog.clone();
        }
        Ok(Vetted { dossier, posts: listed })
    }

    /// The posts of a blog as they lie here.
    pub(super) fn written(&self, blog: BlogId) -> Result<Vec<Written>, AppError> {
        let mut posts = Vec::new();
        for post in self.store.heads_of(blog).take(MOST_POSTS) {
            let post = post?;
            let html = self.store.html_of(blog, post.id)?.unwrap_or_default();
            let links = self.store.links_in(post.id, &html)?;
            posts.push(Written { post, html: SafeHtml::from_stored(html), links });
        }
        Ok(posts)
    }

    /// Which of these posts stand in the cache under somebody else's name too.
    fn copies(&self, blog: BlogId, posts: &[Written]) -> Result<Vec<Copied>, AppError> {
        let sketched: Vec<(&Written, Sketch)> = posts
            .iter()
            .take(LOOKED_FOR)
            .filter_map(|one| Some((one, Sketch::of(one.html.text().as_str())?)))
            .collect();
        if sketched.is_empty() {
            return Ok(Vec::new());
        }
        let mut others: Vec<Post> = Vec::new();
        for post in self.store.all_posts() {
            let post = post?;
            if post.blog != blog {
                others.push(post);
            }
        }
        others.sort_by_key(|post| std::cmp::Reverse(post.sort_time()));
        let mut copies: Vec<Copied> = Vec::new();
        for other in others.into_iter().take(COMPARED) {
            let same_page = |one: &Post| {
                one.url.as_ref().zip(other.url.as_ref()).is_some_and(|(a, b)| page_key(a.url()) == page_key(b.url()))
            };
            // One post in two feeds is no copy.
            if posts.iter().any(|one| same_page(&one.post)) {
                continue;
            }
            let text = SafeHtml::from_stored(self.store.html(other.id)?.unwrap_or_default()).text();
            let Some(sketch) = Sketch::of(text.as_str()) else { continue };
            let same = sketched.iter().find(|(_, theirs)| theirs.shared(&sketch) >= COPY);
            if let Some((one, _)) = same
                && let Some(by) = self.blog(other.blog)?
                && let (Some(post), Some(elsewhere)) =
                    (dossier::evidence(&one.post, one.post.label()), dossier::evidence(&other, other.label()))
            {
                copies.push(Copied { post, elsewhere, by: by.title });
            }
            if copies.len() == 3 {
                break;
            }
        }
        Ok(copies)
    }

    /// Asks a blog that is known for its pages, and for its feed if it is not followed.
    async fn ask_known(&self, blog: &Blog, name: &str) -> Result<Asked, AppError> {
        let mut asked = Asked::default();
        if blog.feed_url.source().is_some() {
            return Ok(asked);
        }
        let web = self.web()?;
        // Who names a host names what lies there; a title or id names nothing that discovery did not find.
        let trust = if names(name, blog.feed_url.url()) { Trust::Named } else { Trust::Found };
        if self.store.subscription(blog.id)?.is_none() {
            match web.get(Ask::feed(blog.feed_url.url(), trust), self.now()).await {
                Ok(reply) if reply.is_ok() => {
                    // A page on which posts are marked up is as good.
                    match read_as(FeedForm::Page, &reply, Texts::Both) {
                        // The blog keeps the address under which it is known.
                        Ok(feed) => asked.feed = Some((blog.feed_url.clone(), reply, Box::new(feed))),
                        Err(error) => asked.missing.push(format!("Their feed could not be read today: {error}.")),
                    }
                }
                Ok(reply) => {
                    asked.missing.push(format!("Their feed could not be read today: it answered {}.", reply.status))
                }
                Err(error) => asked.missing.push(format!("Their feed could not be read today: {error}.")),
            }
        }
        let home = blog.site_url.clone().or_else(|| home_of(&blog.feed_url));
        if let Some(home) = home {
            let trust = if names(name, home.url()) { Trust::Named } else { Trust::Found };
            self.ask_pages(&web, home.url(), trust, blog, &mut asked).await;
        }
        Ok(asked)
    }

    /// Looks for the blog at an address that nobody knows yet.
    async fn ask_stranger(&self, address: &str) -> Result<(Blog, Asked), AppError> {
        let web = self.web()?;
        let mut asked = Asked::default();
        let found = match web.find_feed(address, self.now()).await {
            Ok(found) => found,
            // A page without a feed is still somebody's page.
            Err(FindError::NoFeed { url }) => {
                let Some(feed_url) = FeedUrl::from_url(url.clone()) else {
                    return Err(FindError::NoFeed { url }.into());
                };
                let blog = Blog { site_url: SiteUrl::from_url(url.clone()), ..Blog::unknown(feed_url) };
                asked.missing.push(format!("{url} has no feed, so nothing is known of what they write."));
                self.ask_pages(&web, &url, Trust::Named, &blog, &mut asked).await;
                let title = asked.home.as_ref().and_then(|home| home.page.title.clone());
                return Ok((Blog { title: title.unwrap_or(blog.title.clone()), ..blog }, asked));
            }
            Err(error) => return Err(error.into()),
        };
        let id = self.store.blog_at(&found.feed_url)?;
        let mut blog = self.store.blog(id)?.unwrap_or_else(|| Blog::unknown(found.feed_url.clone()));
        let hints = (found.feed.title.clone(), found.feed.link.clone());
        if let Some(title) = hints.0.filter(|title| !title.is_empty()) {
            blog.title = title;
        }
        blog.site_url = blog.site_url.or_else(|| hints.1.and_then(SiteUrl::from_url));
        let home = blog.site_url.clone().or_else(|| home_of(&found.feed_url));
        if let Some(home) = home {
            // What a feed points to was not named, unless it lies where the feed does.
            let same_host = home.url().host() == found.feed_url.url().host();
            let is_private = guard::is_private(found.feed_url.url());
            let trust = if same_host || is_private { Trust::Named } else { Trust::Found };
            self.ask_pages(&web, home.url(), trust, &blog, &mut asked).await;
        }
        asked.feed = Some((found.feed_url, found.reply, Box::new(found.feed)));
        Ok((blog, asked))
    }

    /// The home page, and the page on which they tell about themselves if robots.txt has nothing against it.
    async fn ask_pages(&self, web: &Web, home: &Url, trust: Trust, blog: &Blog, asked: &mut Asked) {
        let now = self.now();
        let ask = Ask { largest: LARGEST_PAGE, ..Ask::page(home, trust) };
        let reply = match web.get(ask, now).await {
            Ok(reply) if reply.is_ok() => reply,
            Ok(reply) => {
                asked
                    .missing
                    .push(format!("Their home page could not be read today: {home} answered {}.", reply.status));
                return;
            }
            Err(error) => {
                asked.missing.push(format!("Their home page could not be read today: {error}."));
                return;
            }
        };
        let Some(page) = page_of(&reply) else {
            asked.missing.push(format!("{home} is no page that can be read."));
            return;
        };
        asked.declines = page.noindex || reply.noindex;
        asked.person = person_of(&page, &reply);
        if let Some(address) = PageUrl::from_url(reply.url.clone()) {
            asked.roll.links = edges::of_page(blog, &page, &address, false);
        }
        let read = Read { url: reply.url, page };
        if let Some(about) = dossier::about_pages(&read).first() {
            match self.ask_about(web, about, trust).await {
                Ok(about) => asked.about = Some(about),
                Err(why) => asked.missing.push(why),
            }
        }
        asked.home = Some(read);
    }

    async fn ask_about(&self, web: &Web, url: &Url, trust: Trust) -> Result<Read, String> {
        let unread = |why: String| format!("The page about them could not be read today: {why}.");
        let few = Budget::new(3);
        let ask = Ask { heeds_robots: true, largest: LARGEST_PAGE, budget: Some(&few), ..Ask::page(url, trust) };
        let reply = web.get(ask, self.now()).await.map_err(|error| unread(error.to_string()))?;
        match page_of(&reply).filter(|_| reply.is_ok()) {
            Some(page) => Ok(Read { url: reply.url, page }),
            None => Err(unread(format!("{url} answered {}", reply.status))),
        }
    }
}

/// Whether the user named the host of an address.
fn names(name: &str, address: &Url) -> bool {
    let named = [name.to_owned(), format!("https://{name}")].iter().find_map(|text| {
        let url = Url::parse(text).ok()?;
        url.host_str().map(str::to_ascii_lowercase)
    });
    named.is_some_and(|named| address.host_str() == Some(named.as_str()))
}

fn home_of(feed: &FeedUrl) -> Option<SiteUrl> {
    site::home(feed.url()).and_then(SiteUrl::from_url)
}

/// Whether a page agrees to be the home of a feed that may only say so.
fn is_home_of(home: &Read, feed: &FeedUrl) -> bool {
    let owners = site::key(&home.url).zip(site::key(feed.url()));
    owners.is_some_and(|(home, feed)| site::owner(&home) == site::owner(&feed))
        || home.page.feeds.iter().any(|offered| page_key(&offered.url) == page_key(feed.url()))
}
