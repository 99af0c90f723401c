//! What is followed, and which blog somebody means.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    model::{Blog, BlogId, FeedUrl, Plain, SiteUrl, Subscription},
    poll::{
        due::{Besides, Next, asked_next, mended},
        silence::Silences,
    },
    store::{Counts, FeedState},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Ok,
    /// It could not be had for days.
    Ill,
    Gone,
    Paused,
}

/// A followed blog as lists show it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Followed {
    pub blog: Blog,
    pub subscription: Subscription,
    pub counts: Counts,
    pub health: Health,
    pub feed: FeedState,
    /// What its next poll waits for besides.
    pub besides: Besides,
    /// When it is asked by itself; `None` if it has ended.
    pub next: Option<Next>,
}

impl App {
    /// A blog under the name that the user gave it, if they did.
    pub fn blog(&self, id: BlogId) -> Result<Option<Blog>, AppError> {
        let Some(blog) = self.store.blog(id)? else { return Ok(None) };
        Ok(Some(match self.store.subscription(id)? {
            Some(subscription) => named(blog, &subscription),
            None => blog,
        }))
    }

    /// What is followed, in the order of folders.
    pub fn followed(&self) -> Result<Vec<Followed>, AppError> {
        let mut counts = self.store.counts()?;
        let (settings, web, now) = (self.config.poll(), self.web_if_made(), self.now());
        let (mut silences, mut feeds) = (Silences::default(), Vec::new());
        for subscription in self.store.subscriptions()? {
            let stored = self.store.feed(subscription.blog)?;
            // As whoever polls will put it right, if a clock that ran ahead wrote it.
            let feed = mended(&stored, now).unwrap_or(stored);
            silences.add(&feed);
            feeds.push((subscription, feed));
        }
        let mut followed = Vec::new();
        for (subscription, feed) in feeds {
            let Some(blog) = self.store.blog(subscription.blog)? else { continue };
            let health = match &feed {
                FeedState { gone: true, .. } => Health::Gone,
                ill if ill.is_ill() => Health::Ill,
                _ => Health::Ok,
            };
            let counts = counts.remove(&blog.id).unwrap_or_default();
            let besides = settings.besides(&subscription.feed_url, &feed, &silences, web.as_ref(), now);
            let next = asked_next(blog.id, &feed, &besides, now);
            let blog = named(blog, &subscription);
            followed.push(Followed { blog, subscription, counts, health, feed, besides, next });
        }
        Ok(followed)
    }

    /// All blogs by id, under the user's names for them.
    pub fn blogs_by_id(&self) -> Result<HashMap<BlogId, Blog>, AppError> {
        let mut blogs: HashMap<BlogId, Blog> = self.store.blogs()?.into_iter().map(|blog| (blog.id, blog)).collect();
        for subscription in self.store.subscriptions()? {
            if let Some(blog) = blogs.remove(&subscription.blog) {
                blogs.insert(blog.id, named(blog, &subscription));
            }
        }
        Ok(blogs)
    }

    /// Which blog is meant by a feed's or site's address, a host, an id, a title, or the name of whoever writes it. Followed
    /// ones win over known ones, what is found by an address over what is called so, and somebody's main blog over others.
    pub fn find_blog(&self, name: &str) -> Result<Blog, AppError> {
        let blogs = self.blogs_by_id()?;
        let moved = FeedUrl::parse(name).ok().map(|url| self.store.blog_at(&url)).transpose()?;
        let is_at = |blog: &Blog| is_at(blog, name) || moved == Some(blog.id);
        let mut found: Vec<&Blog> = blogs.values().filter(|blog| is_at(blog) || is_called(blog, name)).collect();
        if found.is_empty() {
            let people = self.store.people()?;
            let named = people.iter().filter(|person| is_same(&person.name, name));
            found = named.flat_map(|person| &person.blogs).filter_map(|blog| blogs.get(&blog.id)).collect();
        }
        let mut is_followed = HashSet::new();
        let mut is_aside = HashSet::new();
        if found.len() > 1 {
            for blog in &found {
                is_followed.extend(self.store.subscription(blog.id)?.map(|_| blog.id));
                is_aside.extend(self.set_aside(blog.id)?.map(|_| blog.id));
            }
        }
        prefer(&mut found, |blog| is_followed.contains(&blog.id));
        prefer(&mut found, is_at);
        prefer(&mut found, |blog| !is_aside.contains(&blog.id));
        match found.as_slice() {
            [] => Err(AppError::NoBlog { name: Plain::line(name) }),
            [one] => Ok((*one).clone()),
            several => {
                let mut candidates: Vec<String> =
                    several.iter().map(|blog| format!("  {}  {}{}", blog.feed_url, blog.title, blog.by())).collect();
                candidates.sort();
                Err(AppError::ManyBlogs { name: Plain::line(name), candidates: candidates.join("\n") })
            }
        }
    }
}

/// Keeps those that are better, where there are some.
fn prefer(found: &mut Vec<&Blog>, is_better: impl Fn(&Blog) -> bool) {
    if found.iter().any(|blog| is_better(blog)) {
        found.retain(|blog| is_better(blog));
    }
}

/// The user's title and site address win over the feed's.
fn named(mut blog: Blog, subscription: &Subscription) -> Blog {
    if let Some(title) = subscription.title.clone().filter(|title| !title.is_empty()) {
        blog.title = title;
    }
    blog.site_url = blog.site_url.or_else(|| subscription.site_url.clone());
    blog
}

fn is_at(blog: &Blog, name: &str) -> bool {
    let name = name.trim();
    let host = name.trim_start_matches("www.").trim_end_matches('/');
    let address = SiteUrl::parse(name).ok().map(|url| url.canonical());
    let same_site = |site: &SiteUrl| {
        address.as_ref().is_some_and(|address| site.canonical().trim_end_matches('/') == address.trim_end_matches('/'))
    };
    BlogId::parse(name) == Some(blog.id)
        || address.as_ref() == Some(&blog.feed_url.canonical())
        || blog.feed_url.as_str() == name
        || blog.site_url.as_ref().is_some_and(same_site)
        || blog.host().trim_start_matches("www.").eq_ignore_ascii_case(host)
        || blog.feed_url.host().trim_start_matches("www.").eq_ignore_ascii_case(host)
}

fn is_called(blog: &Blog, name: &str) -> bool {
    is_same(&blog.title, name) || blog.author.as_ref().is_some_and(|author| is_same(author, name))
}

fn is_same(one: &Plain, name: &str) -> bool {
    one.as_str().to_lowercase() == name.trim().to_lowercase()
}
