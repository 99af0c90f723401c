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
    opml::{self, Document, Outline},
    web::{Ask, Trust},
};

/// Follow everything in a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Import {
    /// Read by whoever asks, who can see the user's files.
    List(Document),
    /// Fetched by whoever holds the folder, who keeps the pace.
    At(Url),
}

impl Request for Import {
    const NAME: &'static str = "import";
    const CHANGES: bool = true;
    type Answer = Vec<Imported>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Imported>, AppError> {
        match self {
            Self::List(document) => app.import(&document).await,
            Self::At(url) => {
                let reply = app.web()?.get(Ask::page(&url, Trust::Named), app.now()).await?;
                if !reply.is_ok() {
                    return Err(AppError::NoList { url, status: reply.status });
                }
                app.import(&opml::read(&reply.body)?).await
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
