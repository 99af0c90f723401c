//! Lists of posts, reading one, marks.

use serde::{Deserialize, Serialize};

use super::{Request, Tell};
use crate::{
    app::{
        App, AppError,
        posts::Listed,
        select::{Selection, Unread},
    },
    feed::SafeHtml,
    model::{PostId, Timestamp},
};

/// Posts of followed blogs that hold all words of a query in what lists show; all posts where it is empty.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Posts {
    pub query: String,
    pub selection: Selection,
    /// One blog alone, by any of its names.
    pub blog: Option<String>,
    pub limit: usize,
}

impl Request for Posts {
    const NAME: &'static str = "posts";
    const CHANGES: bool = false;
    type Answer = Vec<Listed>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Listed>, AppError> {
        let blog = self.blog.map(|name| app.find_blog(&name)).transpose()?.map(|blog| blog.id);
        app.search(&self.query, &Selection { blog, ..self.selection }, self.limit)
    }
}

/// Posts of followed blogs that hold all words of a query, also in their texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Search {
    pub query: String,
    pub limit: usize,
}

impl Request for Search {
    const NAME: &'static str = "search";
    const CHANGES: bool = false;
    type Answer = Vec<Listed>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Listed>, AppError> {
        app.search_texts(&self.query, self.limit)
    }
}

/// One post with its text; it is marked read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Read {
    /// An id, six or more characters of its beginning, or an address.
    pub post: String,
    /// Whether its page is read where the feed gives only a part.
    pub full: bool,
}

impl Request for Read {
    const NAME: &'static str = "read";
    const CHANGES: bool = true;
    type Answer = (Listed, SafeHtml);

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<(Listed, SafeHtml), AppError> {
        let id = app.find_post(&self.post)?;
        let gone = || AppError::NoPost { name: self.post.as_str().into() };
        let listed = app.listed(id)?.ok_or_else(gone)?;
        let html = if self.full { app.full_text(id).await? } else { app.text_to_read(&listed).await?.0 };
        app.mark(&[id], true).await?;
        app.opened(id, listed.blog.id, false).await?;
        Ok((app.listed(id)?.ok_or_else(gone)?, html))
    }
}

/// Mark posts read or unread. The answer is how many changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mark {
    pub posts: Vec<String>,
    pub read: bool,
}

impl Request for Mark {
    const NAME: &'static str = "mark";
    const CHANGES: bool = true;
    type Answer = usize;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<usize, AppError> {
        app.mark(&all(app, &self.posts)?, self.read).await
    }
}

/// Mark read whatever is unread and in sight at this moment. The answer is how many that were.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MarkAll {
    /// One blog alone, by any of its names.
    pub blog: Option<String>,
    /// Only what is older than so many seconds.
    pub older_than: Option<i64>,
}

impl Request for MarkAll {
    const NAME: &'static str = "mark_all";
    const CHANGES: bool = true;
    type Answer = usize;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<usize, AppError> {
        let blog = self.blog.map(|name| app.find_blog(&name)).transpose()?.map(|blog| blog.id);
        let before = self.older_than.map(|seconds| Timestamp(app.now().0.saturating_sub(seconds)));
        app.mark(&app.unread(&Unread { blog, before, ..Unread::default() })?, true).await
    }
}

/// Star posts, or take the star off. The answer is how many changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Star {
    pub posts: Vec<String>,
    pub starred: bool,
}

impl Request for Star {
    const NAME: &'static str = "star";
    const CHANGES: bool = true;
    type Answer = usize;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<usize, AppError> {
        app.star(&all(app, &self.posts)?, self.starred).await
    }
}

/// All or none: a name that is no post changes nothing.
pub(super) fn all(app: &App, names: &[String]) -> Result<Vec<PostId>, AppError> {
    names.iter().map(|name| app.find_post(name)).collect()
}
