//! Dossiers and letters.

use serde::{Deserialize, Serialize};

use super::{Request, Tell};
use crate::{
    app::{
        App, AppError,
        invite::{Invitation, Order, Waiting},
        vet::Vetted,
    },
    model::{Blog, PageUrl, Passed, Person, PersonId, Plain, Standing},
    people::{me::Me, webmention::MentionError},
};

/// The dossier of a blog, which is asked for its pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vet {
    pub blog: String,
}

impl Request for Vet {
    const NAME: &'static str = "vet";
    const CHANGES: bool = true;
    type Answer = Vetted;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vetted, AppError> {
        app.vet(&self.blog).await
    }
}

/// Write a letter to somebody. Nothing is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compose {
    pub order: Order,
    pub me: Me,
}

impl Request for Compose {
    const NAME: &'static str = "compose";
    const CHANGES: bool = true;
    type Answer = Invitation;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Invitation, AppError> {
        app.invitation(&self.order, &self.me).await
    }
}

/// Keep a letter, as a draft or as what became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeepLetter {
    pub person: PersonId,
    /// For somebody who is not in the book yet.
    pub blog: Option<Blog>,
    pub letter: Passed,
    pub standing: Option<Standing>,
}

impl Request for KeepLetter {
    const NAME: &'static str = "keep_letter";
    const CHANGES: bool = true;
    type Answer = Person;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Person, AppError> {
        app.keep_letter(self.person, self.blog.as_ref(), self.letter, self.standing).await
    }
}

/// Letters that did not surely go out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Outbox;

impl Request for Outbox {
    const NAME: &'static str = "outbox";
    const CHANGES: bool = false;
    type Answer = Vec<Waiting>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Waiting>, AppError> {
        app.outbox()
    }
}

/// Note that somebody answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// The id of the message that they answered, or any name of theirs.
    pub who: String,
    pub text: Option<Plain>,
}

impl Request for Answered {
    const NAME: &'static str = "answered";
    const CHANGES: bool = true;
    type Answer = Person;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Person, AppError> {
        app.answered(&self.who, self.text).await
    }
}

/// Tell a page that another one links to it. Receivers take a second mention of the same for an update (Webmention, 3.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mention {
    pub source: PageUrl,
    pub target: PageUrl,
    pub vouch: Option<PageUrl>,
}

/// What became of a mention, in words.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mentioned {
    Taken(String),
    NotSent(String),
    Unsure(String),
}

impl Request for Mention {
    const NAME: &'static str = "mention";
    const CHANGES: bool = false;
    type Answer = Mentioned;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Mentioned, AppError> {
        Ok(match app.send_mention(&self.source, &self.target, self.vouch.as_ref()).await {
            Ok(sent) => Mentioned::Taken(format!("{} took it ({})", sent.endpoint, sent.status)),
            Err(error @ MentionError::Unsure { .. }) => Mentioned::Unsure(error.to_string()),
            Err(error) => Mentioned::NotSent(error.to_string()),
        })
    }
}
