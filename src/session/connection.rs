//! The side of a process that does not hold the data folder.

use std::{path::Path, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{BufReader, BufWriter},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    SessionError, socket,
    wire::{Asked, GIVE_WAY, Greeting, Told, read_line, write_line},
};
use crate::{
    app::request::{Request, Tell},
    model::Plain,
};

/// A holder that says nothing for so long is stopped, or no penpal.
const UNTIL_GREETED: Duration = Duration::from_secs(3);

/// A holder that greeted us.
#[derive(Debug)]
pub struct Connection {
    pub greeting: Greeting,
    reader: BufReader<OwnedReadHalf>,
    writer: BufWriter<OwnedWriteHalf>,
}

impl Connection {
    /// Knocks at the holder's. `None` if it does not answer: it is only opening the folder, or about to end.
    pub async fn open(folder: &Path) -> Result<Option<Self>, SessionError> {
        let failed = |source| SessionError::Socket { path: folder.join("socket"), source };
        let Some(stream) = socket::connect(folder).await.map_err(failed)? else { return Ok(None) };
        let greeted = tokio::time::timeout(UNTIL_GREETED, greeted(stream)).await;
        let Ok(Some((greeting, stream))) = greeted else { return Ok(None) };
        let ours = env!("CARGO_PKG_VERSION");
        if greeting.penpal != ours {
            let (holder, theirs) = (Plain::line(&greeting.holder), Plain::line(&greeting.penpal));
            return Err(SessionError::OtherVersion { holder, theirs, ours });
        }
        let (reader, writer) = stream;
        Ok(Some(Self { greeting, reader, writer }))
    }

    pub fn holder(&self) -> Plain {
        Plain::line(&self.greeting.holder)
    }

    /// Puts a request. `None` if the holder broke off before it answered, so that nobody knows what became of it.
    pub async fn ask<R: Request>(&mut self, request: &R, tell: Tell<'_>) -> Result<Option<R::Answer>, SessionError> {
        self.put(R::NAME, request, tell).await
    }

    /// Asks the holder to let go of the folder, and says whether it does.
    pub async fn give_way(&mut self) -> bool {
        // A holder that broke off has let go.
        self.put(GIVE_WAY, &(), &|_| {}).await.is_ok_and(|answer| answer.unwrap_or(true))
    }

    async fn put<A: DeserializeOwned>(
        &mut self,
        name: &str,
        with: &impl Serialize,
        tell: Tell<'_>,
    ) -> Result<Option<A>, SessionError> {
        let unreadable =
            |error: serde_json::Error| SessionError::Told(format!("the holder is not understood: {error}"));
        let asked = serde_json::to_string(&Asked { ask: name.to_owned(), with }).map_err(unreadable)?;
        if write_line(&mut self.writer, &asked).await.is_err() {
            return Ok(None);
        }
        while let Ok(Some(line)) = read_line(&mut self.reader).await {
            match serde_json::from_slice(&line).map_err(unreadable)? {
                Told::Progress(progress) => tell(progress),
                Told::Answer(answer) => return Ok(Some(answer)),
                Told::Error(error) => return Err(SessionError::Told(error)),
            }
        }
        Ok(None)
    }
}

type Halves = (BufReader<OwnedReadHalf>, BufWriter<OwnedWriteHalf>);

async fn greeted(stream: UnixStream) -> Option<(Greeting, Halves)> {
    let (reader, writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let line = read_line(&mut reader).await.ok()??;
    Some((serde_json::from_slice(&line).ok()?, (reader, BufWriter::new(writer))))
}
