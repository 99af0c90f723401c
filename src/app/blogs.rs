//! What is followed, and which blog somebody means.

use std::collections::HashMap;

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

    /// Which blog is meant by a feed's or site's address, a host, an id or a title. Followed ones win over known ones.
    pub fn find_blog(&self, name: &str) -> Result<Blog, AppError> {
        let blogs = self.blogs_by_id()?;
        let moved = FeedUrl::parse(name).ok().map(|url| self.store.blog_at(&url)).transpose()?;
        let is_meant = |blog: &&Blog| is_meant(blog, name) || moved == Some(blog.id);
        let mut found: Vec<&Blog> = blogs.values().filter(is_meant).collect();
        if found.len() > 1 {
            let mut followed = Vec::new();
            for blog in &found {
                if self.store.subscription(blog.id)?.is_some() {
                    followed.push(*blog);
                }
            }
            if !followed.is_empty() {
                found = followed;
            }
        }
        match found.as_slice() {
            [] => Err(AppError::NoBlog { name: Plain::line(name) }),
            [one] => Ok((*one).clone()),
            several => {
                let mut candidates: Vec<String> =
                    several.iter().map(|blog| format!("  {}  {}", blog.feed_url, blog.title)).collect();
                candidates.sort();
                Err(AppError::ManyBlogs { name: Plain::line(name), candidates: candidates.join("\n") })
            }
        }
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

fn is_meant(blog: &Blog, name: &str) -> bool {
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
        || blog.title.as_str().eq_ignore_ascii_case(name)
}
