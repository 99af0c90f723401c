//! The screens. ratatui draws what `app::state` holds; a key becomes an action of `app::action`, `app::update` says what
//! is to be done, and `work` does it beside the loop, which never waits for anything but news and keys.
//!
//! - `terminal`: into the alternate screen and out of it, also after a panic.
//! - `lend`: the terminal in another program's hands.
//! - `work`: carrying out effects.
//! - `clipboard`: the terminal's own.
//! - `keys`: from key events to actions and typed text; `complete`: paths that Tab completes.
//! - `theme`: what the roles of text look like.
//! - `widgets`: lines and widths.
//! - `panes`: where things are.
//! - `mouse`: what was clicked.
//! - `frame`: tabs, footer, help, terminals that are too small.
//! - `today`, `river`, `blogs`, `post`, `discussions`, `people`, `health`, `dossier`: one a screen; `welcome`: the first of all.
//! - `hyperlink`: links that the terminal opens.
//! - `pictures`: pictures as cells, and by the terminal's own means.
//! - `look`: what an article's spans look like; `over`: what lies over a post.

pub mod blogs;
pub mod clipboard;
pub mod complete;
pub mod contacts;
pub mod discussions;
pub mod dossier;
pub mod frame;
pub mod health;
pub mod hyperlink;
pub mod keys;
pub mod lend;
pub mod look;
pub mod mouse;
pub mod over;
pub mod panes;
pub mod people;
pub mod pictures;
pub mod post;
pub mod river;
pub mod terminal;
pub mod theme;
pub mod today;
pub mod welcome;
pub mod widgets;
pub mod work;

use std::{ffi::OsString, path::PathBuf, sync::Arc};

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::{self, UnboundedReceiver},
    task::{JoinHandle, JoinSet},
};

use crate::{
    app::{
        action::Action,
        first_frame::FirstFrame,
        left_off::{LeftOff, Unusable},
        state::State,
        update::{Effect, News, act, begin, hear, hear_as_of, paste, resize},
    },
    config::{Looks, Macro, Reading},
    model::Timestamp,
    session::{Event as Elsewhere, Held},
};
use theme::Theme;

/// An open data folder, and what other processes do to it.
pub type Opened = (Held, UnboundedReceiver<Elsewhere>);

/// What the screens need before there is a data folder.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The data folder, for the first frame and for a report should something go wrong.
    pub data: PathBuf,
    pub looks: Looks,
    pub reading: Reading,
    pub macros: Vec<Macro>,
    /// What leads another penpal to the same data folder and configuration.
    pub options: Vec<OsString>,
    /// What is said once the data folder is open.
    pub greeting: String,
}

/// How the screens were left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    Done,
    /// The user wants to see the demo.
    ForTheDemo,
}

/// Told for whom opening has to wait.
pub type Waiting = Box<dyn Fn(&str) + Send + Sync>;

/// Opens the screens and returns when the user leaves them. The first frame is painted from a file, while `open` opens
/// the data folder.
pub async fn run<F>(setting: Setting, open: impl FnOnce(Waiting) -> F) -> anyhow::Result<Left>
where
    F: Future<Output = anyhow::Result<Opened>> + Send + 'static,
{
    // Signals are listened for before the terminal is taken, so that none leaves it taken.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let ended = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    };
    let left_off = LeftOff::read(&setting.data);
    let order = left_off.as_ref().ok().and_then(Option::as_ref).map(LeftOff::order).unwrap_or_default();
    let painted = FirstFrame::read(&setting.data).map(|frame| frame.state(order));
    let mut state = painted.unwrap_or_else(|| State { opening: true, ..State::default() });
    let unusable = match left_off {
        Ok(left) => {
            left.into_iter().for_each(|left| left.take_up(&mut state));
            None
        }
        Err(why) => Some(why),
    };
    let terminal = terminal::enter(setting.looks.mouse, &setting.data)?;
    let theme = Theme::of(&setting.looks, std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()));
    let mut screens = Screens {
        terminal,
        theme,
        options: setting.options.clone(),
        greeting: setting.greeting.clone(),
        desk: None,
        early: Vec::new(),
        tasks: JoinSet::new(),
        unusable,
        sent: pictures::Sent::default(),
    };
    let size = screens.terminal.terminal.size()?;
    state.size = (size.width, size.height);
    state.hyperlinks = hyperlink::is_known(|name| std::env::var(name).ok());
    screens.sent.measure();
    (state.pictures_by, state.asks_terminal) = pictures::chosen(&setting.looks, |name| std::env::var(name).ok());
    state.now = Timestamp::now();
    state.reading = setting.reading.clone();
    state.macros = setting.macros.clone();
    screens.draw(&state)?;
    let outcome = screens.live(&mut state, open, ended).await;
    let kept = screens.keep(&state, &setting).await;
    outcome.and(kept)?;
    Ok(if state.demo { Left::ForTheDemo } else { Left::Done })
}

/// The terminal, and what is done beside the loop.
struct Screens {
    terminal: terminal::Taken,
    theme: Theme,
    options: Vec<OsString>,
    /// What is said once the data folder is open.
    greeting: String,
    desk: Option<Desk>,
    /// What was wanted before the folder was open.
    early: Vec<(usize, Effect)>,
    /// What is under way when the user leaves is broken off with this.
    tasks: JoinSet<()>,
    /// What kept the screens from going on where they were left; for the log, which is there once the folder is open.
    unusable: Option<Unusable>,
    /// Pictures that the terminal keeps.
    sent: pictures::Sent,
}

/// Where effects are carried out.
struct Desk {
    held: Held,
    elsewhere: UnboundedReceiver<Elsewhere>,
    acts: work::Acts,
    keeping: JoinHandle<()>,
}

impl Screens {
    fn draw(&mut self, state: &State) -> std::io::Result<()> {
        self.sent.send(state, &mut std::io::stdout().lock())?;
        let (theme, sent) = (self.theme, &mut self.sent);
        self.terminal.terminal.draw(|frame| {
            frame::draw(frame, state);
            theme.paint(frame.buffer_mut());
            sent.take(state, frame.buffer_mut());
        })?;
        sent.place(&mut std::io::stdout().lock())
    }

    async fn live<F>(
        &mut self,
        state: &mut State,
        open: impl FnOnce(Waiting) -> F,
        ended: impl Future<Output = ()>,
    ) -> anyhow::Result<()>
    where
        F: Future<Output = anyhow::Result<Opened>> + Send + 'static,
    {
        let (to, mut news) = mpsc::unbounded_channel();
        let sender = work::Sender { to, knows: 0 };
        let teller = sender.clone();
        // The loop may have ended; then nobody needs the news.
        let waiting = Box::new(move |whom: &str| drop(teller.send(News::Said(whom.to_owned()))));
        let mut opening = tokio::spawn(open(waiting));
        let mut stop = signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?;
        let mut go_on = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
        let mut ended = std::pin::pin!(ended);
        let mut events = EventStream::new();
        while !state.quit {
            if std::mem::take(&mut state.suspend) {
                if self.terminal.suspend()? {
                    go_on.recv().await;
                    self.terminal.come_back()?;
                    self.sent.forget();
                } else {
                    state.status = "There is no shell here to go to".into();
                }
            }
            if let Some(letter) = state.letter.take() {
                // It reads keys on a thread of its own, which ends with it.
                drop(events);
                let became = lend::to_write(&mut self.terminal, &self.options, &letter, &mut stop, &mut ended).await?;
                let Some(became) = became else { break };
                state.status = became;
                self.sent.forget();
                events = EventStream::new();
            }
            if std::mem::take(&mut state.ask_terminal) {
                // As above: what reads keys would take the answer for some.
                drop(events);
                if let Some(way) = self.sent.ask() {
                    state.pictures_by = Some(way);
                }
                let effects = act(state, Action::Pictures);
                let effects = state.count(effects);
                self.start(effects, &sender);
                events = EventStream::new();
            }
            state.now = self.desk.as_ref().map_or_else(Timestamp::now, |desk| desk.held.app.now());
            self.draw(state)?;
            let elsewhere = async {
                match &mut self.desk {
                    Some(desk) => desk.elsewhere.recv().await,
                    None => std::future::pending().await,
                }
            };
            let effects = tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => take_in(state, event),
                    // The terminal is gone, and with it whoever looked at it.
                    Some(Err(_)) | None => break,
                },
                Some((knows, first)) = news.recv() => hear_as_of(state, knows, first),
                opened = &mut opening, if state.opening => self.opened(state, opened??, &sender),
                Some(Elsewhere::Changed) = elsewhere => hear(state, News::Elsewhere),
                _ = stop.recv() => {
                    state.suspend = true;
                    continue;
                }
                _ = go_on.recv() => {
                    // Also after a stop that nobody could listen for.
                    self.terminal.come_back()?;
                    self.sent.forget();
                    continue;
                }
                () = &mut ended => break,
            };
            // Counted at once: the next piece of news may be older than what was just done.
            let mut effects = state.count(effects);
            // Everything that waits is taken in before the next frame, so that a flood of progress costs one.
            while let Ok((knows, more)) = news.try_recv() {
                let more = hear_as_of(state, knows, more);
                effects.extend(state.count(more));
            }
            self.start(effects, &sender);
            while self.tasks.try_join_next().is_some() {}
        }
        opening.abort();
        Ok(())
    }

    /// The folder is open: what waited for it is begun.
    fn opened(&mut self, state: &mut State, (held, elsewhere): Opened, sender: &work::Sender) -> Vec<Effect> {
        let app = Arc::clone(&held.app);
        if let Some(why) = self.unusable.take() {
            tracing::warn!("{why}");
        }
        let (acts, keeping) = work::keep_in_order(&app);
        if held.in_place_of_watch || app.config.watch.with_screens {
            self.tasks.spawn(work::watch(Arc::clone(&app), sender.clone()));
        }
        match app.notices.first() {
            Some(notice) => state.status = notice.clone(),
            // What was asked of the user meanwhile stays, and what was said to what they did.
            None if state.choosing || !state.status.is_empty() => {}
            None => state.status = std::mem::take(&mut self.greeting),
        }
        self.desk = Some(Desk { held, elsewhere, acts, keeping });
        let early = std::mem::take(&mut self.early);
        self.start(early, sender);
        begin(state)
    }

    fn start(&mut self, mut effects: Vec<(usize, Effect)>, sender: &work::Sender) {
        // The terminal is written to by the loop alone, between two frames.
        effects.retain(|(_, effect)| {
            let Effect::Copy(text) = effect else { return true };
            let said = match clipboard::copy(text, &mut std::io::stdout().lock()) {
                Ok(true) => return false,
                Ok(false) => "It is too long for a terminal's clipboard; nothing was copied".to_owned(),
                Err(error) => format!("The terminal cannot be written to: {error}"),
            };
            let _ = sender.send(News::Said(said));
            false
        });
        let Some(desk) = &self.desk else { return self.early.extend(effects) };
        for (knows, effect) in effects {
            let sender = work::Sender { knows, ..sender.clone() };
            work::start(&desk.held.app, sender, &desk.acts, &mut self.tasks, effect);
        }
    }

    /// What was done is kept before the terminal is given back, and what is shown for the next start.
    async fn keep(mut self, state: &State, setting: &Setting) -> anyhow::Result<()> {
        // Should the terminal be gone, it has them no more.
        let _ = self.sent.take_back(&mut std::io::stdout().lock());
        let Some(Desk { held, acts, keeping, .. }) = self.desk.take() else { return Ok(()) };
        drop(acts);
        keeping.await?;
        if let Some(frame) = FirstFrame::of(state)
            && let Err(error) = frame.write(&setting.data)
        {
            // Only the next start shows everything a moment later.
            tracing::warn!(%error, "the first frame could not be kept");
        }
        if let Some(left) = LeftOff::of(state)
            && let Err(error) = left.write(&setting.data)
        {
            tracing::warn!(%error, "the place where the screens were left could not be kept");
        }
        drop(self);
        Ok(held.close().await?)
    }
}

/// What the terminal says.
fn take_in(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) => keys::press(state, key),
        Event::Mouse(mouse) => mouse::point(state, mouse),
        Event::Resize(width, height) => resize(state, width, height),
        Event::Paste(text) => paste(state, &text),
        Event::FocusGained | Event::FocusLost => Vec::new(),
    }
}
