//! Following, importing, exporting.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{App, AppError};
use crate::{
    journal::Act,
    model::{AddressError, Blog, BlogId, FeedForm, FeedUrl, Plain, PostId, SiteUrl, Subscription, address::page_key},
    opml::{Document, Outline, ReadPosts, StarredPost},
    poll::{Answer, Known, decide_source, lists},
    store::Batch,
    web::{
        WebError,
        find::{Candidate, Found, Outcome},
    },
};

/// What became of one line of a list, or of one starred post: a line of `import --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub feed_url: Option<String>,
    pub title: Option<Plain>,
    pub status: ImportStatus,
    /// From 1; of a starred post its place in the file.
    pub line: usize,
    pub reason: Option<Plain>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    Added,
    /// It is followed already, or stands further up in the same file.
    Known,
    Skipped,
}

/// What following brought.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FollowedNow {
    pub blog: Blog,
    /// It was followed before.
    pub known: bool,
    pub posts: usize,
    /// Other feeds that the page offers, the best first.
    pub others: Vec<String>,
    pub form: FeedForm,
    /// Which blogs came along, where it is a list of them.
    pub note: Option<Plain>,
}

/// What following an address led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Following {
    Followed(Box<FollowedNow>),
    /// Nothing is followed yet: the page has several feeds, and somebody wanted to be asked.
    Several(Vec<Candidate>),
}

/// Posts in one record of the journal, so that no line of it gets too long.
const MARKS_A_RECORD: usize = 1000;

impl App {
    /// Follows everything in a list that is not followed yet; durable when it returns.
    pub async fn import(&self, document: &Document) -> Result<Vec<Imported>, AppError> {
        let mut followed: HashSet<BlogId> =
            self.store.subscriptions()?.into_iter().map(|subscription| subscription.blog).collect();
        let mut acts = Vec::new();
        let mut lines = Vec::new();
        let settings = self.config.poll();
        for outline in &document.outlines {
            // A list can name what the configuration defines, and nothing else that would be run or read here.
            if outline.feed_url.source().is_some()
                && let Err(why) = settings.source(&outline.feed_url)
            {
                lines.push(Imported {
                    feed_url: Some(outline.feed_url.to_string()),
                    title: outline.title.clone(),
                    status: ImportStatus::Skipped,
                    line: outline.line,
                    reason: Some(Plain::line(&why)),
                });
                continue;
            }
            let subscription = self.subscription_of(outline)?;
            let added = followed.insert(subscription.blog);
            lines.push(Imported {
                feed_url: Some(outline.feed_url.to_string()),
                title: outline.title.clone(),
                status: if added { ImportStatus::Added } else { ImportStatus::Known },
                line: outline.line,
                reason: None,
            });
            if added {
                acts.push(Act::Follow(subscription));
            }
        }
        lines.extend(document.skipped.iter().map(|skipped| Imported {
            feed_url: skipped.address.clone(),
            title: skipped.title.clone(),
            status: ImportStatus::Skipped,
            line: skipped.line,
            reason: Some(Plain::line(&skipped.reason)),
        }));
        lines.sort_by_key(|line| line.line);
        self.writer.act(acts).await?;
        Ok(lines)
    }

    /// Stars the posts of a list that are here; durable when it returns. Nothing is followed: a star is no subscription.
    pub async fn import_stars(&self, posts: &[StarredPost]) -> Result<Vec<Imported>, AppError> {
        let mut here = HashMap::new();
        for post in self.store.all_posts() {
            let post = post?;
            if let Some(url) = &post.url {
                here.insert(page_key(url.url()), post.id);
            }
        }
        let (mut lines, mut stars) = (Vec::new(), Vec::new());
        for post in posts {
            let id = post.url.as_ref().and_then(|url| here.get(&page_key(url.url())).copied());
            let (status, reason) = match id {
                Some(id) if self.store.flags(id)?.starred || stars.contains(&id) => (ImportStatus::Known, None),
                Some(id) => {
                    stars.push(id);
                    (ImportStatus::Added, None)
                }
                None => (ImportStatus::Skipped, Some(self.why_not_starred(post)?)),
            };
            lines.push(Imported {
                feed_url: post.feed_url.as_ref().map(ToString::to_string),
                title: post.title.clone(),
                status,
                line: post.place,
                reason,
            });
        }
        self.star(&stars, true).await?;
        Ok(lines)
    }

    /// Marks as read what was read in another program: what is here, and what comes later under the same id or address.
    /// Only posts of followed feeds; a line for each feed. Durable when it returns.
    pub async fn import_read(&self, feeds: &[ReadPosts]) -> Result<Vec<Imported>, AppError> {
        let mut here: HashMap<String, PostId> = HashMap::new();
        for post in self.store.all_posts() {
            let post = post?;
            if let Some(url) = &post.url {
                here.insert(page_key(url.url()), post.id);
            }
        }
        let mut lines = Vec::new();
        for (place, feed) in feeds.iter().enumerate() {
            let blog = self.store.blog_at(&feed.feed_url)?;
            let mut ids: Vec<PostId> = Vec::new();
            for (id, url) in &feed.posts {
                let known = Url::parse(url).ok().and_then(|url| here.get(&page_key(&url)).copied());
                // What has no id in its feed goes by its address here.
                let ahead = [id, url].into_iter().filter(|id| !id.is_empty());
                let ahead = ahead.map(|id| PostId::of(blog, Plain::text(id).as_str()));
                ids.extend(known.into_iter().chain(ahead));
            }
            ids.sort();
            ids.dedup();
            let mut unread = Vec::new();
            for id in ids {
                if !self.store.flags(id)?.read {
                    unread.push(id);
                }
            }
            let follows = self.store.subscription(blog)?.is_some();
            let (status, reason) = match (follows, unread.is_empty()) {
                (false, _) => (
                    ImportStatus::Skipped,
                    Some(format!("you do not follow it; `penpal follow {}` and import again", feed.feed_url)),
                ),
                (true, true) => (ImportStatus::Known, None),
                (true, false) => (ImportStatus::Added, None),
            };
            if status == ImportStatus::Added {
                let acts = unread.chunks(MARKS_A_RECORD).map(|of| Act::Read { of: of.to_vec(), read: true });
                self.writer.act(acts.collect()).await?;
            }
            lines.push(Imported {
                feed_url: Some(feed.feed_url.to_string()),
                title: None,
                status,
                line: place + 1,
                reason: reason.map(|reason| Plain::line(&reason)),
            });
        }
        Ok(lines)
    }

    fn why_not_starred(&self, post: &StarredPost) -> Result<Plain, AppError> {
        let (Some(url), Some(feed_url)) = (&post.url, &post.feed_url) else {
            return Ok(Plain::line("it does not say which post of which feed it is"));
        };
        let blog = self.store.blog_at(feed_url)?;
        Ok(Plain::line(&match self.store.subscription(blog)? {
            Some(_) => format!("{url} is not among the posts that are here; its feed may have dropped it"),
            None => format!("{url} is not here; `penpal follow {feed_url}` and import again if its feed still has it"),
        }))
    }

    fn subscription_of(&self, outline: &Outline) -> Result<Subscription, AppError> {
        Ok(Subscription {
            blog: self.store.blog_at(&outline.feed_url)?,
            feed_url: outline.feed_url.clone(),
            title: outline.title.clone(),
            site_url: outline.site_url.clone(),
            folder: outline.folder.clone(),
            tags: outline.tags.clone(),
            since: self.now(),
            other: outline.other.clone(),
        })
    }

    /// Follows the blog at an address: finds its feed, the best of several, and reads it at once.
    pub async fn follow(&self, address: &str, folder: Vec<Plain>) -> Result<FollowedNow, AppError> {
        match self.follow_without_search(address, &folder).await? {
            Some(followed) => Ok(followed),
            None => self.follow_found(self.web()?.find_feed(address, self.now()).await?, folder).await,
        }
    }

    /// The same, but where a page has several feeds of the same standing none is followed, so that somebody can choose.
    pub async fn follow_or_choose(&self, address: &str, folder: Vec<Plain>) -> Result<Following, AppError> {
        if let Some(followed) = self.follow_without_search(address, &folder).await? {
            return Ok(Following::Followed(Box::new(followed)));
        }
        match self.web()?.find_or_choose(address, self.now()).await? {
            Outcome::Found(found) => Ok(Following::Followed(Box::new(self.follow_found(*found, folder).await?))),
            Outcome::Several(candidates) => Ok(Following::Several(candidates)),
        }
    }

    /// What is followed already, and what the configuration defines; `None` for what has to be looked for.
    async fn follow_without_search(&self, address: &str, folder: &[Plain]) -> Result<Option<FollowedNow>, AppError> {
        if let Ok(blog) = self.find_blog(address)
            && self.store.subscription(blog.id)?.is_some()
        {
            return Ok(Some(FollowedNow {
                blog,
                known: true,
                posts: 0,
                others: Vec::new(),
                form: FeedForm::Feed,
                note: None,
            }));
        }
        match FeedUrl::parse(address) {
            Ok(feed_url) if feed_url.source().is_some() => {
                let answer = self.ask_source(&feed_url).await?;
                self.follow_answer(&feed_url, answer, FeedForm::Feed, folder.to_vec()).await.map(Some)
            }
            Err(error @ AddressError::Undefined { .. }) => Err(error.into()),
            _ => Ok(None),
        }
    }

    async fn follow_found(&self, found: Found, folder: Vec<Plain>) -> Result<FollowedNow, AppError> {
        let answer = Answer::Feed(found.reply, Box::new(found.feed));
        let others = found.others.iter().map(ToString::to_string).collect();
        Ok(FollowedNow { others, ..self.follow_answer(&found.feed_url, answer, found.form, folder).await? })
    }

    /// Follows a feed whose answer is here already.
    async fn follow_answer(
        &self,
        feed_url: &FeedUrl,
        answer: Answer,
        form: FeedForm,
        folder: Vec<Plain>,
    ) -> Result<FollowedNow, AppError> {
        let known = self.follow_as(form, feed_url, None, folder).await?;
        let before = self.known(feed_url)?;
        let list = lists::read(&before, &answer);
        // Before it counts as known what stands on it: whoever is killed in between takes it over the next time.
        let note = match &list {
            Some(list) => self.poller()?.take_over(&before, list, self.now()).await?,
            None => None,
        };
        let (blog, posts) = self.absorb(feed_url, answer).await?;
        if list.is_some() {
            // What stood on it before it was followed is no news.
            let met: Vec<PostId> = self.store.current(blog.id)?.posts.iter().map(|(post, _)| *post).collect();
            self.mark(&met, true).await?;
        }
        Ok(FollowedNow { blog, known, posts, others: Vec::new(), form, note })
    }

    /// Takes in what a feed answered. The blog, and how many of its posts are new.
    pub(super) async fn absorb(&self, feed_url: &FeedUrl, answer: Answer) -> Result<(Blog, usize), AppError> {
        let before = self.known(feed_url)?;
        let id = before.blog.id;
        let decision = decide_source(&before, answer, self.now());
        let Some(content) = decision.content else {
            self.writer.apply(Batch::States(vec![(id, decision.state)])).await?;
            return Ok((self.blog(id)?.unwrap_or(before.blog), 0));
        };
        self.writer.apply(content.batch(decision.state, self.now())).await?;
        Ok((self.blog(id)?.unwrap_or(before.blog), decision.new_posts))
    }

    fn known(&self, feed_url: &FeedUrl) -> Result<Known, AppError> {
        let id = self.store.blog_at(feed_url)?;
        let blog = self.store.blog(id)?.unwrap_or_else(|| Blog::unknown(feed_url.clone()));
        let (form, trust) = lists::form_and_trust(self.store.subscription(id)?.as_ref());
        let filter = self.config.poll().filter_of(feed_url);
        Ok(Known { state: self.store.feed(id)?, current: self.store.current(id)?, blog, form, trust, filter })
    }

    /// What a source gives; an error unless it is a feed.
    async fn ask_source(&self, feed_url: &FeedUrl) -> Result<Answer, AppError> {
        let why = match self.poller()?.ask(&self.known(feed_url)?, self.now()).await.0 {
            answer @ (Answer::Feed(..) | Answer::Same(_)) => return Ok(answer),
            Answer::NotAFeed(_, error) => error.to_string(),
            Answer::Page(reply, _) => format!("{} gave a page in place of a feed", reply.url),
            Answer::Refused(reply) => format!("{} answered {}", reply.url, reply.status),
            Answer::Failed(WebError::Source { why, .. }) | Answer::NotFiltered(_, WebError::Source { why, .. }) => why,
            Answer::NotFiltered(_, error) => error.to_string(),
            Answer::Failed(error) => error.to_string(),
        };
        Err(WebError::Source { name: feed_url.to_string(), why }.into())
    }

    /// Follows a feed without asking for it. Whether it was followed before.
    pub async fn follow_feed(
        &self,
        feed_url: &FeedUrl,
        site_url: Option<SiteUrl>,
        folder: Vec<Plain>,
    ) -> Result<bool, AppError> {
        self.follow_as(FeedForm::Feed, feed_url, site_url, folder).await
    }

    async fn follow_as(
        &self,
        form: FeedForm,
        feed_url: &FeedUrl,
        site_url: Option<SiteUrl>,
        folder: Vec<Plain>,
    ) -> Result<bool, AppError> {
        let blog = self.store.blog_at(feed_url)?;
        if self.store.subscription(blog)?.is_some() {
            return Ok(true);
        }
        let subscription = Subscription {
            blog,
            feed_url: feed_url.clone(),
            title: None,
            site_url,
            folder,
            tags: Vec::new(),
            since: self.now(),
            other: form.attributes(),
        };
        self.writer.act(vec![Act::Follow(subscription)]).await?;
        Ok(false)
    }

    /// Follows a blog no longer. Its posts stay in the cache, and following it again brings everything back.
    pub async fn unfollow(&self, blog: BlogId) -> Result<(), AppError> {
        let before = self.store.subscription(blog)?.map(Box::new);
        Ok(self.writer.act(vec![Act::Unfollow { of: blog, before }]).await?)
    }

    /// Follows again what was followed before, as it was.
    pub async fn refollow(&self, subscription: Subscription) -> Result<(), AppError> {
        Ok(self.writer.act(vec![Act::Follow(subscription)]).await?)
    }

    /// What is followed, as an OPML file has it.
    pub fn outlines(&self) -> Result<Vec<Outline>, AppError> {
        let followed = self.followed()?.into_iter().map(|followed| Outline {
            feed_url: followed.blog.feed_url.clone(),
            title: Some(followed.blog.title),
            site_url: followed.blog.site_url,
            folder: followed.subscription.folder,
            tags: followed.subscription.tags,
            other: followed.subscription.other,
            line: 0,
        });
        Ok(followed.collect())
    }
}
