//! The screens. ratatui draws what `app::state` holds; a key becomes an action of `app::action`, `app::update` says what
//! is to be done, and `work` does it beside the loop, which never waits for anything but news and keys.
//!
//! - `terminal`: into the alternate screen and out of it, also after a panic.
//! - `work`: carrying out effects.
//! - `keys`: from key events to actions and typed text.
//! - `widgets`: lines and widths.
//! - `frame`: tabs, footer, help, terminals that are too small.
//! - `hyperlink`: links that the terminal opens.
//! - `look`: what an article's spans look like; `over`: what lies over a post.
//! - `river`, `blogs`, `post`, `people`, `health`: one a screen.

pub mod blogs;
pub mod frame;
pub mod health;
pub mod hyperlink;
pub mod keys;
pub mod look;
pub mod over;
pub mod people;
pub mod post;
pub mod river;
pub mod terminal;
pub mod widgets;
pub mod work;

use std::sync::Arc;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::{self, UnboundedReceiver},
    task::JoinSet,
};

use crate::{
    app::{
        state::State,
        update::{News, begin, hear, paste, reading},
    },
    session::{Event as Elsewhere, Held},
};

/// Opens the screens and returns when the user leaves them. What other processes did to the folder comes from `elsewhere`.
pub async fn run(held: &Held, elsewhere: UnboundedReceiver<Elsewhere>) -> anyhow::Result<()> {
    // Signals are listened for before the terminal is taken, so that none leaves it taken.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminal = terminal::enter()?;
    let ended = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    };
    let outcome = event_loop(held, &mut terminal, elsewhere, ended).await;
    terminal::leave();
    outcome
}

async fn event_loop(
    held: &Held,
    terminal: &mut terminal::Terminal,
    mut elsewhere: UnboundedReceiver<Elsewhere>,
    ended: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let app = Arc::clone(&held.app);
    let mut ended = std::pin::pin!(ended);
    let (sender, mut news) = mpsc::unbounded_channel::<News>();
    let mut state = State::default();
    if let Some(notice) = app.notices.first() {
        state.status = notice.clone();
    }
    let size = terminal.size()?;
    state.size = (size.width, size.height);
    state.hyperlinks = hyperlink::is_known(|name| std::env::var(name).ok());
    let (acts, keeping) = work::keep_in_order(&app, &sender);
    // What is under way when the user leaves is broken off with this.
    let mut tasks = JoinSet::new();
    if held.in_place_of_watch || app.config.watch.with_screens {
        tasks.spawn(work::watch(Arc::clone(&app), sender.clone()));
    }
    for effect in begin(&mut state) {
        work::start(&app, &sender, &acts, &mut tasks, effect);
    }
    let mut events = EventStream::new();
    while !state.quit {
        state.now = app.now();
        terminal.draw(|frame| frame::draw(frame, &state))?;
        let mut effects = tokio::select! {
            event = events.next() => match event {
                Some(Ok(Event::Key(key))) => keys::press(&mut state, key),
                Some(Ok(Event::Resize(width, height))) => {
                    state.size = (width, height);
                    reading::fit(&state)
                }
                Some(Ok(Event::Paste(text))) => paste(&mut state, &text),
                Some(Ok(_)) => Vec::new(),
                // The terminal is gone, and with it whoever looked at it.
                Some(Err(_)) | None => break,
            },
            Some(first) = news.recv() => hear(&mut state, first),
            Some(Elsewhere::Changed) = elsewhere.recv() => hear(&mut state, News::Elsewhere),
            Some(_) = tasks.join_next(), if !tasks.is_empty() => continue,
            () = &mut ended => break,
        };
        // Everything that waits is taken in before the next frame, so that a flood of progress costs one.
        while let Ok(more) = news.try_recv() {
            effects.extend(hear(&mut state, more));
        }
        for effect in effects {
            work::start(&app, &sender, &acts, &mut tasks, effect);
        }
    }
    // What was done is kept before the terminal is given back.
    drop(acts);
    Ok(keeping.await?)
}
