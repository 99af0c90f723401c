//! What can be asked of whoever holds the data folder: requests and answers as plain data, so that they can come from
//! the same process or, as a line of JSON, from another one (see [`crate::session`]).
//!
//! - `acts`: tags, hidden posts, muted words, undo and redo.
//! - `subscriptions`: import, export, follow, unfollow, what is followed.
//! - `posts`: lists of posts, reading, marks.
//! - `book`: the contact book.
//! - `meet`: dossiers and letters.
//! - `people`: discovery, suggestions, standings.
//! - `refresh`: polling.

pub mod acts;
pub mod book;
pub mod meet;
pub mod people;
pub mod posts;
pub mod refresh;
pub mod subscriptions;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{App, AppError};
use crate::{discover, poll};

/// News of a request that takes its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Refresh(poll::Progress),
    Discover(discover::Progress),
}

/// Where progress is told.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// One thing that can be asked. Asking it twice does no harm: whoever asks again after the holder died mid-way gets what
/// the first time would have brought.
pub trait Request: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What it is called between processes.
    const NAME: &'static str;
    /// Whether it can change what lists show.
    const CHANGES: bool;
    type Answer: Serialize + DeserializeOwned + Send;

    fn carry_out(self, app: &App, tell: Tell<'_>) -> impl Future<Output = Result<Self::Answer, AppError>> + Send;
}

/// The answer to a request that came as JSON.
#[derive(Clone, Debug)]
pub struct Answered {
    pub json: String,
    /// Whether lists may show something else now.
    pub changed: bool,
}

/// Why a request that came as JSON has no answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error("this penpal knows no request {0:?}")]
    Unknown(String),
    #[error("the request {name:?} cannot be understood: {source}")]
    Unreadable { name: String, source: serde_json::Error },
    #[error(transparent)]
    Failed(#[from] AppError),
}

macro_rules! requests {
    ($($request:ty),* $(,)?) => {
        impl App {
            /// Carries out a request that came from another process: its name and its fields as JSON.
            pub async fn answer(
                &self,
                name: &str,
                with: serde_json::Value,
                tell: Tell<'_>,
            ) -> Result<Answered, RequestError> {
                let unreadable = |source| RequestError::Unreadable { name: name.to_owned(), source };
                $(
                    if name == <$request>::NAME {
                        let request: $request = serde_json::from_value(with).map_err(unreadable)?;
                        let answer = request.carry_out(self, tell).await?;
                        let json = serde_json::to_string(&answer).map_err(unreadable)?;
                        return Ok(Answered { json, changed: <$request>::CHANGES });
                    }
                )*
                Err(RequestError::Unknown(name.to_owned()))
            }
        }
    };
}

requests! {
    subscriptions::Import, subscriptions::Outlines, subscriptions::Follow, subscriptions::Unfollow,
    subscriptions::Blogs, posts::Posts, posts::Search, posts::Read, posts::Mark, posts::MarkAll, posts::Star, acts::Tag,
    acts::Tags, acts::Hide, acts::Mute, acts::Mutes, acts::History, acts::Take, people::Discover,
    people::Suggest, people::Similar, people::Why, people::Flag, people::ResetTaste, people::WhereToStart,
    refresh::Refresh, book::People, book::Show, book::EditPerson, book::StandWith, book::AddPerson, book::MergePeople,
    book::SplitPerson, book::ImportPeople, book::ForgetPerson,
    meet::Vet, meet::Compose, meet::KeepLetter, meet::Outbox, meet::Answered, meet::Mention,
}
