//! The holder's side: an open data folder, and the socket at which others put their requests.

use std::{path::PathBuf, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    io::{BufReader, BufWriter},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    runtime::Handle,
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    task::{JoinHandle, JoinSet},
    time::Instant,
};

use super::{
    Hold, SessionError, socket,
    wire::{Asked, GIVE_WAY, Greeting, Role, Told, read_line, write_line},
};
use crate::app::{
    App,
    request::{Answered, Progress},
};

/// What others did or want.
#[derive(Debug)]
pub enum Event {
    /// Lists may show something else now.
    Changed,
    /// Somebody wants the screens on this folder.
    GiveWay,
}

/// An open data folder that is this process's, and serves the others.
#[derive(Debug)]
pub struct Held {
    pub app: Arc<App>,
    /// A `penpal watch` let go of it for us and polls no more meanwhile.
    pub in_place_of_watch: bool,
    serving: Serving,
    /// Reckons behind refreshes; none for a command, which ends with its answer.
    keeping_up: Option<JoinHandle<()>>,
    folder: PathBuf,
    hold: Hold,
}

/// How long requests of others may take to end before they are broken off; their askers then ask the next holder.
const GRACE: Duration = Duration::from_millis(500);
/// How long work that was broken off may take to notice.
const LETTING_GO: Duration = Duration::from_secs(5);
/// How often it is looked whether everybody has let go of the app.
const MOMENT: Duration = Duration::from_millis(5);

impl Held {
    /// Serves an open app to other processes. What they do is told to whoever listens to the receiver.
    pub fn serve(app: App, hold: Hold, role: Role) -> Result<(Self, UnboundedReceiver<Event>), SessionError> {
        let folder = app.paths.data.clone();
        let failed = |source| SessionError::Socket { path: folder.join("socket"), source };
        let listener = socket::bind(&folder).map_err(failed)?;
        let (events, received) = unbounded_channel();
        let app = Arc::new(app);
        let greeting = Greeting { penpal: env!("CARGO_PKG_VERSION").to_owned(), holder: hold.line.clone(), role };
        let (stop, stopped) = oneshot::channel();
        let server = Server { app: Arc::clone(&app), folder: folder.clone(), greeting, events };
        let keeping_up = (role != Role::Command).then(|| tokio::spawn(Arc::clone(&app).keep_up()));
        let serving = Serving { task: tokio::spawn(accept(listener, server, stopped)), stop: Some(stop) };
        Ok((Self { app, in_place_of_watch: false, serving, keeping_up, folder, hold }, received))
    }

    /// Waits until everything is written, and lets the folder go.
    pub async fn close(mut self) -> Result<(), SessionError> {
        // The name goes first, so that nobody comes in who would be sent away.
        let _ = socket::remove(&self.folder);
        self.serving.end().await;
        let patience = Instant::now() + LETTING_GO;
        if let Some(keeping_up) = self.keeping_up {
            self.app.stop_keeping_up();
            // A panic in it was logged, and keeps nobody from closing.
            let _ = tokio::time::timeout_at(patience, keeping_up).await;
        }
        let mut app = self.app;
        let closed = loop {
            match Arc::try_unwrap(app) {
                Ok(app) => break app.close(),
                // Somebody is still reckoning. What was acknowledged is written; the process is about to end.
                Err(shared) if Instant::now() > patience => break shared.store.sync().map_err(Into::into),
                // Requests that were broken off let go of the app at their next step.
                Err(shared) => app = shared,
            }
            tokio::time::sleep(MOMENT).await;
        };
        drop(self.hold);
        Ok(closed?)
    }
}

/// The task that serves others. It ends when this is dropped.
#[derive(Debug)]
struct Serving {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

impl Serving {
    async fn end(&mut self) {
        drop(self.stop.take());
        // It ends by itself after the grace; a panic in it was told to whoever asked.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone, Debug)]
struct Server {
    app: Arc<App>,
    folder: PathBuf,
    greeting: Greeting,
    events: UnboundedSender<Event>,
}

async fn accept(listener: UnixListener, server: Server, mut stopped: oneshot::Receiver<()>) {
    let mut guests = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = guests.join_next(), if !guests.is_empty() => {}
            guest = listener.accept() => match guest {
                Ok((stream, _)) => {
                    guests.spawn(server.clone().receive(stream));
                }
                // Out of file descriptors, for example. Trying on at once would only burn the processor.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
        }
    }
    drop(listener);
    // Who is only connected has asked nothing; who waits for an answer is given a moment.
    let _ = tokio::time::timeout(GRACE, async { while guests.join_next().await.is_some() {} }).await;
    guests.shutdown().await;
}

impl Server {
    async fn receive(self, stream: UnixStream) {
        if !socket::is_ours(&self.folder, &stream).unwrap_or(false) {
            return;
        }
        let (reader, writer) = stream.into_split();
        let (mut reader, mut writer) = (BufReader::new(reader), BufWriter::new(writer));
        let Ok(greeting) = serde_json::to_string(&self.greeting) else { return };
        if write_line(&mut writer, &greeting).await.is_err() {
            return;
        }
        while let Ok(Some(line)) = read_line(&mut reader).await {
            if self.serve(&line, &mut reader, &mut writer).await.is_none() {
                return;
            }
        }
    }

    /// Answers one question. `None` if the other side is gone.
    async fn serve(
        &self,
        line: &[u8],
        reader: &mut BufReader<OwnedReadHalf>,
        writer: &mut BufWriter<OwnedWriteHalf>,
    ) -> Option<()> {
        let asked: Asked<Value> = match serde_json::from_slice(line) {
            Ok(asked) => asked,
            Err(error) => return tell(writer, &Told::Error(format!("the question is not understood: {error}"))).await,
        };
        if asked.ask == GIVE_WAY {
            let gives = self.greeting.role == Role::Watch;
            tell(writer, &Told::Answer(Value::Bool(gives))).await?;
            if gives {
                // Its receiver is the holder's own loop, which lives as long as this.
                let _ = self.events.send(Event::GiveWay);
            }
            return Some(());
        }
        let (told, mut news) = unbounded_channel();
        let mut work = Work::begin(Arc::clone(&self.app), asked, told);
        loop {
            tokio::select! {
                Some(progress) = news.recv() => tell(writer, &Told::Progress(progress)).await?,
                // One asks, then waits. Whatever comes now is the end; the request is broken off with `work`.
                _ = read_line(reader) => return None,
                answered = &mut work.answer => {
                    while let Ok(progress) = news.try_recv() {
                        tell(writer, &Told::Progress(progress)).await?;
                    }
                    return match answered {
                        Ok(Ok(answered)) => {
                            if answered.changed {
                                let _ = self.events.send(Event::Changed);
                            }
                            write_line(writer, &Told::answer_line(&answered.json)).await.ok()
                        }
                        Ok(Err(error)) => tell(writer, &Told::Error(error)).await,
                        Err(_) => {
                            let why = "something went wrong that should not; log/penpal.log in the data folder tells what";
                            tell(writer, &Told::Error(why.to_owned())).await
                        }
                    };
                }
            }
        }
    }
}

async fn tell(writer: &mut BufWriter<OwnedWriteHalf>, told: &Told<Value>) -> Option<()> {
    write_line(writer, &serde_json::to_string(told).ok()?).await.ok()
}

/// A request under way, on a thread of its own since ranking and searching keep a processor busy. It is broken off where
/// it waits when this is dropped.
struct Work {
    answer: oneshot::Receiver<Result<Answered, String>>,
    _going_on: oneshot::Sender<()>,
}

impl Work {
    fn begin(app: Arc<App>, asked: Asked<Value>, told: UnboundedSender<Progress>) -> Self {
        let (answer, answered) = oneshot::channel();
        let (going_on, broken_off) = oneshot::channel::<()>();
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || {
            let tell = |progress| {
                // Nobody may be listening any more.
                let _ = told.send(progress);
            };
            let done = runtime.block_on(async {
                tokio::select! {
                    done = app.answer(&asked.ask, asked.with, &tell) => Some(done),
                    _ = broken_off => None,
                }
            });
            // The app is let go before the answer is told: who has it may close the folder.
            drop(app);
            if let Some(done) = done {
                let _ = answer.send(done.map_err(|error| error.to_string()));
            }
        });
        Self { answer: answered, _going_on: going_on }
    }
}
