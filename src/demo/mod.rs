//! The embedded neighbourhood: two dozen blogs that link and answer one another, served on loopback and fetched for
//! real. Their dates are reckoned back from today, so that the demo never ages. The people in it are invented.
//!
//! - `neighbourhood`: the blogs as they lie in `assets/demo`.
//! - `render`: their pages and feeds.
//! - `serve`: an HTTP server for all of them on one loopback port.

pub mod neighbourhood;
pub mod render;
pub mod serve;

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

pub use neighbourhood::Neighbourhood;
pub use serve::Server;

use crate::{
    app::{App, AppError, Paths},
    config::Config,
    model::Timestamp,
    opml,
    poll::{Summary, Which},
    web::Settings,
};

/// Requests that the demo's discovery may make; the whole neighbourhood needs fewer.
const BUDGET: usize = 400;

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo's blogs are damaged: {0}")]
    Neighbourhood(#[from] toml::de::Error),
    #[error("the demo cannot be served on loopback: {0}")]
    Serve(std::io::Error),
    #[error("the demo's folder {folder} cannot be made: {source}")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("the demo's list of blogs cannot be read: {0}")]
    List(#[from] opml::OpmlError),
    #[error(transparent)]
    App(#[from] AppError),
}

/// A running demo: its server, and a data folder that is gone when this is dropped.
#[derive(Debug)]
pub struct Demo {
    pub app: App,
    pub summary: Summary,
    folder: Folder,
    _server: Server,
}

impl Demo {
    /// The demo as of today. `said` is told what is going on.
    pub async fn begin(said: impl Fn(&str)) -> Result<Self, DemoError> {
        Self::begin_as_of(Timestamp::now(), said).await
    }

    /// Serves the neighbourhood as it is on one day, follows six of its blogs by importing a list, polls them and looks for people.
    pub async fn begin_as_of(today: Timestamp, said: impl Fn(&str)) -> Result<Self, DemoError> {
        let neighbourhood = Neighbourhood::read(today)?;
        let list = neighbourhood.opml();
        let server = Server::start(Arc::new(render::site(&neighbourhood))).await.map_err(DemoError::Serve)?;
        let folder = Folder::make()?;
        let settings = Settings {
            everything_at: Some(server.address()),
            gap: Duration::ZERO,
            proxies: false,
            allow_private: true,
            ..Settings::default()
        };
        let app = App::open(Paths { data: folder.path.clone() }, Config::default(), settings).await?;
        said("following six blogs of the neighbourhood ...");
        app.import(&opml::read(list.as_bytes())?).await?;
        let summary = app.refresh(&Which::due(), |_| {}).await?;
        said("looking around them for people ...");
        app.discover(Some(BUDGET), |_| {}).await?;
        app.catch_up().await?;
        Ok(Self { app, summary, folder, _server: server })
    }

    /// The parts, for whoever needs the app by value; the folder lives as long as its guard.
    pub fn into_parts(self) -> (App, Guard) {
        (self.app, Guard { _folder: self.folder, _server: self._server })
    }
}

/// Keeps the demo's server and folder alive.
#[derive(Debug)]
pub struct Guard {
    _folder: Folder,
    _server: Server,
}

/// A folder among the temporary ones, removed when it is dropped.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn make() -> Result<Self, DemoError> {
        use std::os::unix::fs::DirBuilderExt;
        let base = std::env::temp_dir();
        let mut last = std::io::Error::other("no free name");
        for number in 0..100 {
            let path = base.join(format!("penpal-demo-{}-{number}", std::process::id()));
            // Only a folder that did not exist is ours, and only ours is removed in the end.
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) => last = error,
            }
        }
        Err(DemoError::Folder { folder: base, source: last })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind is left among the temporary files, which the system clears.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// All pages by host and path, with their content type.
pub type Site = HashMap<(String, String), (&'static str, String)>;
