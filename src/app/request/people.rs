//! Discovery, suggestions, standings.

use serde::{Deserialize, Serialize};

use super::{Progress, Request, Tell};
use crate::{
    app::{App, AppError, narrowed::Narrowed, people, why},
    discover::Crawled,
    model::{Blog, PageUrl, Standing, Suggestion},
};

/// Look for people around the blogs that are followed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Discover {
    /// Answered requests at most; `None` for what is left of the day's budget.
    pub budget: Option<usize>,
}

/// What looking around brought.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Discovered {
    pub crawled: Crawled,
    /// What it began with. Nothing, if there was nobody to start from.
    pub start: Start,
    /// The user's own blogs of which nothing is known even now.
    pub unread: Vec<PageUrl>,
    /// The day's budget was spent before this.
    pub day_is_spent: bool,
}

impl Request for Discover {
    const NAME: &'static str = "discover";
    const CHANGES: bool = true;
    type Answer = Discovered;

    async fn carry_out(self, app: &App, tell: Tell<'_>) -> Result<Discovered, AppError> {
        if !app.config.discover.enabled {
            return Err(AppError::DiscoveryOff);
        }
        let start = Start::of(app)?;
        let day_is_spent = self.budget.is_none() && app.left_today()? == 0;
        let crawled = app.discover(self.budget, |progress| tell(Progress::Discover(progress))).await?;
        // So that whoever asks for suggestions next need not wait for it.
        app.catch_up().await?;
        Ok(Discovered { crawled, start, unread: app.unread_of_own()?, day_is_spent })
    }
}

/// Whom the user might like to meet, best first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Suggest {
    pub limit: usize,
    #[serde(default)]
    pub only: Narrowed,
}

impl Request for Suggest {
    const NAME: &'static str = "suggest";
    const CHANGES: bool = false;
    type Answer = Vec<Suggestion>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Suggestion>, AppError> {
        app.catch_up().await?;
        if self.only.is_everybody() {
            return app.suggest(self.limit);
        }
        app.suggest_only(&self.only, self.limit)
    }
}

/// Let the user's judgements until now no longer move the ranking.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ResetTaste;

impl Request for ResetTaste {
    const NAME: &'static str = "reset_taste";
    const CHANGES: bool = true;
    type Answer = ();

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<(), AppError> {
        app.reset_taste().await
    }
}

/// What there is to start from.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct WhereToStart;

/// What suggestions start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Blogs that are followed.
    pub followed: usize,
    /// Whether the configuration names a blog of the user's own, and topics.
    pub own: bool,
    pub topics: bool,
}

impl Start {
    /// Of a session at this moment.
    fn of(app: &App) -> Result<Self, AppError> {
        let named = app.named();
        let followed = app.store.subscriptions()?.len();
        Ok(Self { followed, own: !named.blogs.is_empty(), topics: !named.topics.is_empty() })
    }

    /// Whether there is nothing.
    pub fn is_nothing(self) -> bool {
        self.followed == 0 && !self.own && !self.topics
    }
}

impl Request for WhereToStart {
    const NAME: &'static str = "where_to_start";
    const CHANGES: bool = false;
    type Answer = Start;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Start, AppError> {
        Start::of(app)
    }
}

/// Blogs by what they write about, the nearest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Similar {
    pub blog: String,
    pub limit: usize,
}

impl Request for Similar {
    const NAME: &'static str = "similar";
    const CHANGES: bool = false;
    type Answer = Vec<people::Similar>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<people::Similar>, AppError> {
        app.catch_up().await?;
        let blog = app.find_blog(&self.blog)?;
        app.similar(blog.id, self.limit)
    }
}

/// The whole reckoning of one suggestion.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Why {
    pub blog: String,
}

impl Request for Why {
    const NAME: &'static str = "why";
    const CHANGES: bool = false;
    type Answer = why::Why;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<why::Why, AppError> {
        app.catch_up().await?;
        let blog = app.find_blog(&self.blog)?;
        if let Some(why) = app.why(blog.id)? {
            return Ok(why);
        }
        if let Some(because) = app.set_aside(blog.id)? {
            return Err(AppError::SetAside { title: blog.title, because });
        }
        Err(app.why_not(blog)?)
    }
}

/// Note where the user stands with the person behind a blog.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flag {
    pub blog: String,
    pub standing: Standing,
}

impl Request for Flag {
    const NAME: &'static str = "flag";
    const CHANGES: bool = true;
    type Answer = Blog;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Blog, AppError> {
        let blog = app.find_blog(&self.blog)?;
        app.stand(&blog, self.standing).await?;
        Ok(blog)
    }
}
