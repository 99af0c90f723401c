//! What a run looks at besides the frontier: the user's own blogs, home pages and pages of posts of the followed, and
//! candidates that were seen long ago.

use std::{collections::BTreeSet, time::Duration};

use url::Url;

use super::{
    Knowledge, Named, Outcome, Visited,
    again::{self, Stale},
    edges::own_sites,
    keys, site,
};
use crate::{
    model::{Blog, Post, Timestamp, Trace},
    store::{Store, StoreError},
};

/// What a site without a feed, or one that was looked at, is left alone for.
pub(super) const REST: Duration = Duration::from_secs(30 * 24 * 3600);
/// The user's own blog is looked at again after so long; if nothing could be read there, after so long.
const REST_OF_OWN: Duration = Duration::from_secs(7 * 24 * 3600);
const REST_OF_UNREAD: Duration = Duration::from_secs(24 * 3600);
/// Posts of a followed blog whose pages are read for who answered there, and older ones when nobody else is left.
const NEW_POSTS: usize = 2;
const OLDER_POSTS: usize = 20;

/// What is to be looked at besides the frontier, the first at the end.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Blogs of the user that they do not follow, each with its site.
    pub(super) named: Vec<(String, Url)>,
    pub(super) homes: Vec<Blog>,
    /// Candidates that were seen long ago.
    pub(super) stale: Vec<Stale>,
    /// Pages of new posts, for who answered there.
    pub(super) posts: Vec<(Blog, Post)>,
    /// Pages of older posts, for when nobody is left in the frontier.
    pub(super) older: Vec<(Blog, Post)>,
}

impl Own {
    /// What was not read for a while: the user's own blogs, and of the followed ones home pages and pages of posts.
    pub(super) fn of(
        store: &Store,
        knowledge: &Knowledge,
        named: &Named,
        budget: usize,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut own = Self { named: named_ones(store, named, now)?, ..Self::default() };
        let is_due = |key: &str| -> Result<bool, StoreError> {
            let visited: Option<Visited> = store.discovered(&keys::of_site(key))?;
            Ok(visited.is_none_or(|visited| visited.at.after(REST) <= now))
        };
        for index in knowledge.followed() {
            let blog = &knowledge.blogs[index].blog;
            if is_due(&home_key(blog))? {
                own.homes.push(blog.clone());
            }
            let mine = own_sites(blog);
            let mut newest = 0;
            for post in store.heads_of(blog.id).take(NEW_POSTS + OLDER_POSTS) {
                newest += 1;
                let post = post?;
                let site = post.url.as_ref().and_then(|url| site::key(url.url()));
                if site.is_some_and(|site| mine.contains(&site)) && is_due(&post_key(&post))? {
                    let list = if newest <= NEW_POSTS { &mut own.posts } else { &mut own.older };
                    list.push((blog.clone(), post));
                }
            }
        }
        // A home costs three requests or so: half the budget at most goes to those who are followed already.
        own.homes.truncate(budget.div_ceil(6));
        own.posts.truncate(budget / 10);
        own.stale = again::stale(store, knowledge, budget, now)?;
        Ok(own)
    }
}

/// The user's own blogs whose time has come, the first one last. One that is followed comes with the others.
fn named_ones(store: &Store, named: &Named, now: Timestamp) -> Result<Vec<(String, Url)>, StoreError> {
    let mut done: BTreeSet<String> = BTreeSet::new();
    for subscription in store.subscriptions()? {
        let blog = Blog { site_url: subscription.site_url.clone(), ..Blog::unknown(subscription.feed_url.clone()) };
        done.extend(own_sites(&store.blog(subscription.blog)?.unwrap_or(blog)));
    }
    let forgotten = store.forgotten()?;
    let mut due = Vec::new();
    for page in &named.blogs {
        let Some(site) = site::key(page.url()).filter(|site| done.insert(site.clone())) else { continue };
        if forgotten.holds(&Trace::Site(site.clone())) {
            continue;
        }
        let visited: Option<Visited> = store.discovered(&keys::of_site(&site))?;
        let is_over = |visited: Visited| {
            let was_read = matches!(visited.outcome, Outcome::Blog(_));
            visited.at.after(if was_read { REST_OF_OWN } else { REST_OF_UNREAD }) <= now
        };
        if visited.is_none_or(is_over) {
            due.push((site, page.url().clone()));
        }
    }
    due.reverse();
    Ok(due)
}

/// The key under which it is noted that the page of a post was read.
pub(super) fn post_key(post: &Post) -> String {
    format!("post {}", post.id)
}

/// The key under which it is noted that a followed blog's home page was read.
pub(super) fn home_key(blog: &Blog) -> String {
    format!("home of {}", blog.id)
}
