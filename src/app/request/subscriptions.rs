//! Import, export, follow, unfollow, what is followed.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Request, Tell};
use crate::{
    app::{
        App, AppError,
        blogs::Followed,
        follow::{Following, Imported},
    },
    model::{Blog, Plain},
    opml::{self, Document, List, Outline, ReadPosts, StarredPost},
    web::{Ask, Trust},
};

/// Follow everything in a list, or star what is starred elsewhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Import {
    /// Read by whoever asks, who can see the user's files.
    List(Document),
    Stars(Vec<StarredPost>),
    Read(Vec<ReadPosts>),
    /// Fetched by whoever holds the folder, who keeps the pace.
    At(Url),
}

impl Import {
    /// What to ask for, one after the other: posts can be marked once their feeds are followed.
    pub fn of(list: List) -> Vec<Self> {
        match list {
            List::Feeds(document) => vec![Self::List(document)],
            List::Stars(posts) => vec![Self::Stars(posts)],
            List::Read(feeds) => vec![Self::Read(feeds)],
            List::Reader(reader) => {
                vec![Self::List(reader.feeds), Self::Read(reader.read), Self::Stars(reader.stars)]
            }
        }
    }
}

impl Request for Import {
    const NAME: &'static str = "import";
    const CHANGES: bool = true;
    type Answer = Vec<Imported>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Imported>, AppError> {
        match self {
            Self::List(document) => app.import(&document).await,
            Self::Stars(posts) => app.import_stars(&posts).await,
            Self::Read(feeds) => app.import_read(&feeds).await,
            Self::At(url) => {
                let reply = app.web()?.get(Ask::page(&url, Trust::Named), app.now()).await?;
                if !reply.is_ok() {
                    return Err(AppError::NoList { url, status: reply.status });
                }
                match opml::read_list(&reply.body)? {
                    List::Feeds(document) => app.import(&document).await,
                    List::Stars(posts) => app.import_stars(&posts).await,
                    // What somebody has read lies on their own machine.
                    List::Read(_) | List::Reader(_) => Err(AppError::NoList { url, status: reply.status }),
                }
            }
        }
    }
}

/// What is followed, as an OPML file has it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Outlines;

impl Request for Outlines {
    const NAME: &'static str = "outlines";
    const CHANGES: bool = false;
    type Answer = Vec<Outline>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Outline>, AppError> {
        app.outlines()
    }
}

/// Follow the blog at an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Follow {
    pub address: String,
    pub folder: Vec<Plain>,
    /// Whether somebody is there to choose where a page has several feeds; else the best is taken.
    pub may_ask: bool,
}

impl Request for Follow {
    const NAME: &'static str = "follow";
    const CHANGES: bool = true;
    type Answer = Following;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Following, AppError> {
        match self.may_ask {
            true => app.follow_or_choose(&self.address, self.folder).await,
            false => Ok(Following::Followed(Box::new(app.follow(&self.address, self.folder).await?))),
        }
    }
}

/// Follow a blog no longer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unfollow {
    pub blog: String,
}

impl Request for Unfollow {
    const NAME: &'static str = "unfollow";
    const CHANGES: bool = true;
    type Answer = Blog;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Blog, AppError> {
        let blog = app.find_blog(&self.blog)?;
        if app.store.subscription(blog.id)?.is_none() {
            return Err(AppError::NotFollowed { title: blog.title });
        }
        app.unfollow(blog.id).await?;
        Ok(blog)
    }
}

/// What is followed, in the order of folders.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Blogs;

impl Request for Blogs {
    const NAME: &'static str = "blogs";
    const CHANGES: bool = false;
    type Answer = Vec<Followed>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Followed>, AppError> {
        app.followed()
    }
}
