//! Tags, hidden posts, muted words, undo and redo.

use serde::{Deserialize, Serialize};

use super::{Request, Tell, posts::all};
use crate::{
    app::{
        App, AppError,
        history::{DeedLine, TakenBack},
        labels::{self, TagUse},
    },
    model::{MuteRule, Plain},
    store::TakeBack,
};

/// Put a tag on posts and blogs, or take it off. The answer is how many changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tag {
    pub tag: crate::model::Tag,
    pub posts: Vec<String>,
    pub blogs: Vec<String>,
    pub on: bool,
}

impl Request for Tag {
    const NAME: &'static str = "tag";
    const CHANGES: bool = true;
    type Answer = usize;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<usize, AppError> {
        let posts = all(app, &self.posts)?;
        let mut blogs = Vec::new();
        for name in &self.blogs {
            let blog = app.find_blog(name)?;
            if app.store.subscription(blog.id)?.is_none() {
                return Err(AppError::NotFollowed { title: blog.title });
            }
            blogs.push(blog.id);
        }
        Ok(app.tag(&posts, &self.tag, self.on).await? + app.tag_blogs(&blogs, &self.tag, self.on).await?)
    }
}

/// All tags, with how much has them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Tags;

impl Request for Tags {
    const NAME: &'static str = "tags";
    const CHANGES: bool = false;
    type Answer = Vec<TagUse>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<TagUse>, AppError> {
        app.tags()
    }
}

/// Put posts out of sight, or show them again. The answer is how many changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hide {
    pub posts: Vec<String>,
    pub hidden: bool,
}

impl Request for Hide {
    const NAME: &'static str = "hide";
    const CHANGES: bool = true;
    type Answer = usize;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<usize, AppError> {
        app.hide(&all(app, &self.posts)?, self.hidden).await
    }
}

/// Mute words, or hear them again. The answer is whether that changed anything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mute {
    pub words: String,
    /// In one blog alone, by any of its names.
    pub blog: Option<String>,
    pub on: bool,
}

impl Request for Mute {
    const NAME: &'static str = "mute";
    const CHANGES: bool = true;
    type Answer = bool;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<bool, AppError> {
        let blog = self.blog.map(|name| app.find_blog(&name)).transpose()?.map(|blog| blog.id);
        let rule = MuteRule::new(&self.words, blog)?;
        let changed = app.mute(rule, self.on).await?;
        if !changed && !self.on {
            return Err(AppError::NotMuted { words: Plain::line(&self.words) });
        }
        Ok(changed)
    }
}

/// The words that are muted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Mutes;

impl Request for Mutes {
    const NAME: &'static str = "mutes";
    const CHANGES: bool = false;
    type Answer = Vec<labels::Mute>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<labels::Mute>, AppError> {
        app.mutes()
    }
}

/// What can be undone and redone, the next of each first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct History {
    pub limit: usize,
}

impl Request for History {
    const NAME: &'static str = "history";
    const CHANGES: bool = false;
    type Answer = Vec<DeedLine>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<DeedLine>, AppError> {
        app.history(self.limit).await
    }
}

/// Undo or redo one deed, which is named so that asking twice does not take back two.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Take {
    pub which: TakeBack,
    pub of: u64,
}

impl Request for Take {
    const NAME: &'static str = "take_back";
    const CHANGES: bool = true;
    type Answer = TakenBack;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<TakenBack, AppError> {
        app.take_back(self.which, Some(self.of)).await?.ok_or(AppError::DoneMeanwhile)
    }
}
