//! Suggestions catch up with what was fetched: before somebody asks for them, and behind a refresh in a process that
//! stays. A refresh itself waits for none of that, and whoever is killed meanwhile loses nothing: what is behind is told
//! by the revisions of posts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, Notify};

use super::{App, AppError};
use crate::discover::{
    Knowledge, aside,
    knowledge::{Stop, catch_up_near},
};

/// After catching up, a rest of so many times as long: a round of polling brings news every few seconds, and the machine is
/// not there for this alone.
const RESTS: u32 = 4;

/// Who is behind, and who catches up.
#[derive(Debug, Default)]
pub(super) struct Behind {
    /// Two who reckoned the same at once would both take longer.
    turn: Mutex<()>,
    news: Notify,
    stop: Stop,
    /// Somebody catches up behind refreshes, so this process is not here for one answer.
    stays: AtomicBool,
}

impl Behind {
    pub(super) fn stays(&self) -> bool {
        self.stays.load(Ordering::Relaxed)
    }
}

impl App {
    /// Takes in what was fetched since profiles were last reckoned. To be called before asking for suggestions.
    pub async fn catch_up(&self) -> Result<(), AppError> {
        let _turn = self.behind.turn.lock().await;
        Knowledge::catch_up(&self.store, &self.writer, &self.behind.stop).await?;
        aside::catch_up(&self.store, &self.writer, &self.named(), &self.behind.stop).await?;
        catch_up_near(&self.store, &self.writer, &self.named(), &self.behind.stop).await?;
        Ok(())
    }

    /// New posts are there. Whoever asked for people before will ask again, and should not wait then.
    pub(super) fn is_behind(&self) {
        if self.config.discover.enabled && self.store.has_reckoned() {
            self.behind.news.notify_one();
        }
    }

    /// Catches up behind every refresh with news until [`App::stop_keeping_up`]: for a process that stays.
    pub async fn keep_up(self: Arc<Self>) {
        self.behind.stays.store(true, Ordering::Relaxed);
        loop {
            self.behind.news.notified().await;
            if self.behind.stop.is_told() {
                return;
            }
            let begun = Instant::now();
            if let Err(error) = self.make_ready().await {
                tracing::warn!(%error, "what new posts change about suggestions is reckoned with the next ones");
            }
            self.rest(begun.elapsed() * RESTS).await;
        }
    }

    /// News that come meanwhile wait, and are taken in together.
    async fn rest(&self, rest: Duration) {
        let mut news = false;
        let until_stopped = async {
            while !self.behind.stop.is_told() {
                self.behind.news.notified().await;
                news = true;
            }
        };
        let _ = tokio::time::timeout(rest, until_stopped).await;
        if news {
            self.behind.news.notify_one();
        }
    }

    /// Whoever asks next need not even wait for the order.
    async fn make_ready(self: &Arc<Self>) -> Result<(), AppError> {
        self.catch_up().await?;
        if self.behind.stop.is_told() {
            return Ok(());
        }
        let app = Arc::clone(self);
        let ordered = tokio::task::spawn_blocking(move || app.ranking(&app.near()?).map(drop)).await;
        ordered.unwrap_or_else(|error| Err(crate::store::StoreError::Damaged(error.to_string()).into()))
    }

    /// What is being reckoned ends soon and unfinished; the next who asks takes it up.
    pub fn stop_keeping_up(&self) {
        self.behind.stop.tell();
        self.behind.news.notify_one();
    }
}
