//! What a visit brought becomes part of what is known: the feed's newest posts, who writes there, whom they link to.

use url::Url;

use super::{
    Crawler, Outcome, Visited, aside,
    digest::outdated,
    edges::{self, Roll},
    keys,
    knowledge::{Entry, Known, reckon},
    own::home_key,
    profile::PostText,
    site,
    traits::Traits,
    visit::Visit,
};
use crate::{
    feed::Feed,
    model::{Blog, BlogId, FeedUrl, SiteUrl, Timestamp, Trace},
    poll::{Answer, decide},
    store::{Batch, Current, FeedState, NewPost, StoreError, codec, write::WriteError},
};

/// A blog that nobody follows keeps so many posts, each of so many bytes at most.
const POSTS_KEPT: usize = 20;
const BYTES_KEPT: usize = 8 << 10;

impl Crawler {
    /// Whether what was looked at leads to somebody who asked to be forgotten.
    fn is_forgotten(&self, site: &str, visit: &Visit) -> Result<bool, StoreError> {
        let forgotten = self.store.forgotten()?;
        let at_site = |site: String| forgotten.holds(&Trace::Site(site));
        let is_feed_of_theirs = visit.feed.as_ref().is_some_and(|(url, _, feed)| {
            let sites = site::key(url.url()).into_iter().chain(feed.link.as_ref().and_then(site::key));
            forgotten.holds(&Trace::Blog(BlogId::of(url))) || sites.into_iter().any(at_site)
        });
        Ok(!forgotten.is_empty() && (is_feed_of_theirs || at_site(site.to_owned())))
    }

    /// Stores what a visit to the home page of somebody who is followed brought, with `more` in the same batch.
    pub(super) async fn keep_followed(
        &self,
        blog: BlogId,
        visit: &Visit,
        now: Timestamp,
        more: Option<Entry>,
    ) -> Result<(), WriteError> {
        let Some(known) = self.store.blog(blog)? else { return Ok(()) };
        let home = visit.home.as_deref().map(|(page, url)| (page, url));
        let traits = aside::of_stored(&self.store, &known, home)?;
        let visited = Visited { at: now, outcome: Outcome::Blog(blog) };
        let mut records = vec![
            (keys::of(keys::ROLL, blog), Some(codec::encode(&visit.roll)?)),
            (keys::of(keys::TRAITS, blog), Some(codec::encode(&traits)?)),
            (keys::of_site(&home_key(&known)), Some(codec::encode(&visited)?)),
        ];
        records.extend(visit.person.records(blog)?);
        records.extend(outdated(blog));
        records.extend(more);
        self.writer.apply(Batch::Discovery(records)).await
    }

    /// Stores what a visit to a site, at an address of it, brought, with `more` in the same batch. The blog, if there is one that is not followed.
    pub async fn keep(
        &self,
        (site, at): (&str, &Url),
        visit: Visit,
        now: Timestamp,
        more: Option<Entry>,
    ) -> Result<Option<Known>, WriteError> {
        if self.is_forgotten(site, &visit)? {
            return Ok(None);
        }
        let visited = Visited { at: now, outcome: visit.outcome };
        let mut records = vec![(keys::of_site(site), Some(codec::encode(&visited)?))];
        records.extend(more);
        let mut found = None;
        if let Some((url, reply, feed)) = visit.feed {
            let home = visit.home.as_deref().map(|(page, url)| (page, url));
            let id = BlogId::of(&url);
            let is_theirs = is_of_who_was_looked_at(&url, &feed, site, home.map(|(_, url)| url));
            let known_traits: Option<Traits> = self.store.discovered(&keys::of(keys::TRAITS, id))?;
            let traits = match known_traits {
                Some(known) if !is_theirs => known,
                None if !is_theirs => aside::of_feed(&url, None, &feed, None),
                known => {
                    let traits = aside::of_feed(&url, Some(site), &feed, home);
                    if home.is_none() { traits.with_page_of(known.unwrap_or_default()) } else { traits }
                }
            };
            if self.store.subscription(id)?.is_none() && !feed.entries.is_empty() {
                let blog = self.store.blog(id)?.unwrap_or_else(|| Blog::unknown(url));
                let site_before = blog.site_url.clone();
                let before = crate::poll::Known::of(blog);
                let decision = decide(&before, Answer::Feed(reply, feed), now);
                if let Some(mut content) = decision.content {
                    content.blog.site_url = if is_theirs {
                        own_site(&content.blog, (site, at), home.map(|(_, url)| url))
                    } else {
                        site_of_feed(&content.blog, site_before)
                    };
                    let texts: Vec<PostText> = content
                        .arrived
                        .iter()
                        .map(|one| PostText {
                            post: one.new.post.clone(),
                            text: one.text(),
                            prose: one.prose(),
                            links: one.links(),
                        })
                        .collect();
                    let (blog, revision) = (content.blog, content.current.revision);
                    let reckoned = tokio::task::spawn_blocking(move || {
                        let records = reckon(&blog, &texts, revision)?;
                        let known = Known {
                            profile: super::profile::Profile::default(),
                            edges: edges::of(&blog, &texts, revision),
                            blog,
                            followed: false,
                            own: false,
                            standing: Default::default(),
                            stood: None,
                            roll: Roll::default(),
                            person: super::Person::default(),
                            aside: None,
                        };
                        Ok::<_, StoreError>((records, known))
                    });
                    let reckoned = reckoned.await.map_err(|error| StoreError::Damaged(error.to_string()))?;
                    let (more, mut known) = reckoned?;
                    records.extend(more);
                    records.push((keys::of(keys::TRAITS, id), Some(codec::encode(&traits)?)));
                    // A page that points to somebody else's feed says nothing of who writes there.
                    if is_theirs && home.is_some() {
                        records.extend(visit.person.records(id)?);
                        records.push((keys::of(keys::ROLL, id), Some(codec::encode(&visit.roll)?)));
                        known.roll = visit.roll;
                    }
                    // Only a part is kept, so whoever follows it asks for all of it anew: no validators, no posts that
                    // count as stored.
                    let batch = Batch::Feed {
                        blog: Box::new(known.blog.clone()),
                        state: Box::new(FeedState::default()),
                        posts: few(content.posts),
                        current: Current { posts: Vec::new(), revision },
                        now,
                    };
                    self.writer.apply(batch).await?;
                    found = Some(known);
                }
            }
        }
        self.writer.apply(Batch::Discovery(records)).await?;
        Ok(found)
    }
}

/// Whether a feed belongs to the owner of the page that was looked at: it lies there, or calls that its site. The page that
/// pointed to it vouches for the second.
fn is_of_who_was_looked_at(feed_url: &FeedUrl, feed: &Feed, site: &str, home: Option<&Url>) -> bool {
    let Some(looked_at) = home.map_or_else(|| Some(site.to_owned()), site::key) else { return false };
    let is_there = |url: &Url| site::key(url).is_some_and(|site| site::owner(&site) == site::owner(&looked_at));
    is_there(feed_url.url()) || feed.link.as_ref().is_some_and(is_there)
}

/// The site of a feed that somebody else's page pointed to: what lies where the feed does, else what was known before.
fn site_of_feed(blog: &Blog, before: Option<SiteUrl>) -> Option<SiteUrl> {
    let feed_site = site::key(blog.feed_url.url());
    let lies_there = |url: &SiteUrl| {
        let owners = site::key(url.url()).zip(feed_site.clone());
        owners.is_some_and(|(site, feed_site)| site::owner(&site) == site::owner(&feed_site))
    };
    let claimed = blog.site_url.clone().filter(lies_there);
    claimed.or(before).or_else(|| SiteUrl::from_url(site::home(blog.feed_url.url())?))
}

/// Whose page a blog may claim as its own: what was looked at, or what lies below the same name. A feed that calls
/// somebody else's site its own would take their place, and their friends.
fn own_site(blog: &Blog, (site, at): (&str, &Url), home: Option<&Url>) -> Option<SiteUrl> {
    let seen = [site::key(blog.feed_url.url()), home.and_then(site::key), Some(site.to_owned())];
    let owners: Vec<&str> = seen.iter().flatten().map(|site| site::owner(site)).collect();
    let claimed = blog.site_url.clone();
    let is_theirs = |url: &SiteUrl| site::key(url.url()).is_none_or(|site| owners.contains(&site::owner(&site)));
    claimed.filter(is_theirs).or_else(|| SiteUrl::from_url(home.cloned().or_else(|| site::home(at))?))
}

/// The newest posts, long ones cut.
fn few(mut posts: Vec<NewPost>) -> Vec<NewPost> {
    posts.sort_by_key(|new| std::cmp::Reverse((new.post.sort_time(), new.post.published)));
    posts.truncate(POSTS_KEPT);
    for new in &mut posts {
        if let Some(html) = &mut new.html
            && html.len() > BYTES_KEPT
        {
            let text = crate::feed::SafeHtml::from_stored(std::mem::take(html)).text();
            let cut = text.as_str().floor_char_boundary(BYTES_KEPT - (BYTES_KEPT >> 3));
            *html = escape(&text.as_str()[..cut]);
        }
    }
    posts
}

/// Plain text as HTML: a paragraph a line.
fn escape(text: &str) -> String {
    let paragraphs = text.split('\n').filter(|line| !line.trim().is_empty());
    paragraphs
        .map(|line| format!("<p>{}</p>", line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")))
        .collect()
}
