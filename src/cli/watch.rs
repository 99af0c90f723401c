//! `penpal watch`: polls in the background until it is stopped.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::UnboundedReceiver,
    time::{Instant, sleep},
};

use super::Out;
use crate::{
    app::{
        App,
        blogs::Followed,
        request::{
            refresh::{Refresh, Refreshed},
            subscriptions::Blogs,
        },
        watch::rest_after_failures,
    },
    config,
    model::{Plain, Timestamp},
    session::{Desk, Event, Opener, Role},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ask those whose time has come, all at once, and end
    #[arg(long, conflicts_with = "unit")]
    once: bool,
    /// Print a systemd user unit and end
    #[arg(long)]
    unit: bool,
}

const UNIT: &str = include_str!("../../assets/penpal.service");
/// Until the screens have taken the folder that was left to them.
const GIVING_WAY: Duration = Duration::from_secs(1);

/// `data` and `config` are those that were named, by an option or a variable, which the service does not see.
pub fn print_unit(data: Option<&Path>, config: Option<&Path>, out: &mut Out) -> anyhow::Result<ExitCode> {
    let program = std::env::current_exe().context("where this program lies is not known")?;
    let mut command = quoted(&program);
    for (option, path) in [("--data-dir", data), ("--config", config)] {
        if let Some(path) = path {
            let path = std::path::absolute(path).with_context(|| format!("{} cannot be used", path.display()))?;
            command.push_str(&format!(" {option} {}", quoted(&path)));
        }
    }
    out.raw(&UNIT.replace("{program}", &command))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A path as systemd reads it.
fn quoted(program: &Path) -> String {
    let path = program.display().to_string();
    let path = path.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    if path.contains([' ', '\\', '"']) { format!("\"{path}\"") } else { path }
}

impl Args {
    /// Whether only the unit is wanted, which needs no data folder.
    pub fn wants_unit(&self) -> bool {
        self.unit
    }

    /// Whether it is a refresh like any other, which whoever holds the folder can do.
    pub fn is_once(&self) -> bool {
        self.once
    }
}

/// Watches until somebody stops it; gives way to the screens and goes on when they are closed.
pub async fn run(opener: &Opener, out: &mut Out) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    loop {
        let (held, mut events) = tokio::select! {
            held = opener.hold(Role::Watch, |whom| out.say(whom)) => held?,
            _ = terminate.recv() => return Ok(ExitCode::SUCCESS),
        };
        let blogs = held.app.store.subscriptions()?.len();
        out.say(format!("watching {blogs} blogs; Ctrl-C ends it"));
        let mut notices = Notices::new(held.app.config.watch.clone());
        let stopped = tokio::select! {
            outcome = watch(&held.app, &mut events, &mut notices, out) => outcome.map(|()| false),
            _ = terminate.recv() => Ok(true),
        };
        held.close().await?;
        if stopped? {
            return Ok(ExitCode::SUCCESS);
        }
        out.say("gave way to the screens; watching goes on when they are closed");
        sleep(GIVING_WAY).await;
    }
}

/// Asks those whose time has come, whoever holds the folder, and tells the desktop.
pub async fn once(desk: &mut Desk, settings: config::Watch, out: &mut Out) -> anyhow::Result<ExitCode> {
    let round = desk.ask(Refresh::default(), &|_| {}).await?;
    tell(&round, out)?;
    let mut notices = Notices::new(settings);
    if notices.wants(&round) {
        let followed = desk.ask(Blogs, &|_| {}).await?;
        notices.gather(&round, || Ok(followed))?;
        notices.send(out);
    }
    let all_failed = round.summary.asked > 0 && round.summary.failed == round.summary.asked;
    Ok(if all_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Returns when somebody wants the screens.
async fn watch(
    app: &Arc<App>,
    events: &mut UnboundedReceiver<Event>,
    notices: &mut Notices,
    out: &mut Out,
) -> anyhow::Result<()> {
    let mut failures = 0;
    loop {
        let round = tokio::select! {
            round = app.watch_round(&|_| {}) => round,
            () = given_way(events) => return Ok(()),
        };
        match round {
            Ok(round) => {
                failures = 0;
                tell(&round, out)?;
                notices.gather(&round, || Ok(app.followed()?))?;
            }
            // A full disk, for example: what comes later may be well again.
            Err(error) => {
                failures += 1;
                out.say(format!("{}: {error}", Timestamp::now().rfc3339()));
            }
        }
        notices.send(out);
        let rest = if failures > 0 { rest_after_failures(failures) } else { app.watch_rest()? };
        tokio::select! {
            () = sleep(rest) => {}
            event = events.recv() => if let Some(Event::GiveWay) = event { return Ok(()) },
        }
    }
}

/// Waits for the wish for the screens, and for nothing else.
async fn given_way(events: &mut UnboundedReceiver<Event>) {
    loop {
        match events.recv().await {
            Some(Event::GiveWay) => return,
            Some(Event::Changed) => {}
            // The sender lives as long as the folder is held.
            None => std::future::pending().await,
        }
    }
}

fn tell(round: &Refreshed, out: &mut Out) -> anyhow::Result<()> {
    if out.json {
        for report in &round.reports {
            out.object(report)?;
        }
        out.flush()?;
    }
    let summary = round.summary;
    if summary.asked > 0 {
        let failed = if summary.failed > 0 { format!(", {} failed", summary.failed) } else { String::new() };
        let when = Timestamp::now().rfc3339();
        out.say(format!("{when}: {} asked, {} new posts{failed}", summary.asked, summary.new_posts));
    }
    Ok(())
}

/// New posts that the desktop is told of, several blogs in one message and seldom.
struct Notices {
    settings: config::Watch,
    /// Titles of blogs with how many posts they have new.
    waiting: Vec<(Plain, usize)>,
    last: Option<Instant>,
}

/// Between two messages on the desktop.
const SELDOM: Duration = Duration::from_secs(10 * 60);
/// Blogs that one message names.
const NAMED: usize = 4;

impl Notices {
    fn new(settings: config::Watch) -> Self {
        Self { settings, waiting: Vec::new(), last: None }
    }

    fn wants(&self, round: &Refreshed) -> bool {
        self.settings.notify && round.summary.new_posts > 0
    }

    /// `followed` is asked for titles, if there is something to tell.
    fn gather(
        &mut self,
        round: &Refreshed,
        followed: impl FnOnce() -> anyhow::Result<Vec<Followed>>,
    ) -> anyhow::Result<()> {
        if !self.wants(round) {
            return Ok(());
        }
        let followed = followed()?;
        for report in round.reports.iter().filter(|report| report.new_posts > 0) {
            let blog = followed.iter().find(|followed| followed.blog.feed_url == report.feed_url);
            let title = blog.map_or_else(|| Plain::line(report.feed_url.as_str()), |known| known.blog.title.clone());
            match self.waiting.iter_mut().find(|(known, _)| *known == title) {
                Some((_, posts)) => *posts += report.new_posts,
                None => self.waiting.push((title, report.new_posts)),
            }
        }
        Ok(())
    }

    fn send(&mut self, out: &Out) {
        if self.waiting.is_empty() || self.last.is_some_and(|last| last.elapsed() < SELDOM) {
            return;
        }
        self.last = Some(Instant::now());
        let (heading, body) = in_words(&std::mem::take(&mut self.waiting));
        if let Err(error) = notify(&self.settings, &heading, &body) {
            out.say(format!("the desktop could not be told: {error}"));
        }
    }
}

fn in_words(blogs: &[(Plain, usize)]) -> (String, String) {
    let posts: usize = blogs.iter().map(|(_, posts)| posts).sum();
    let named: Vec<&str> = blogs.iter().take(NAMED).map(|(title, _)| title.as_str()).collect();
    let others = if blogs.len() > NAMED { format!(" and {} more", blogs.len() - NAMED) } else { String::new() };
    let heading = if posts == 1 { "1 new post".to_owned() } else { format!("{posts} new posts") };
    (heading, format!("{}{others}", named.join(", ")))
}

/// Starts the program that shows messages, by an argument vector: titles come from the web.
fn notify(settings: &config::Watch, heading: &str, body: &str) -> std::io::Result<()> {
    let (program, arguments) = settings
        .notify_command
        .split_first()
        .ok_or_else(|| std::io::Error::other("watch.notify_command names no program"))?;
    let arguments = arguments.iter().map(|argument| {
        let filled = argument.replace("{title}", heading).replace("{body}", body);
        // No blog's title is an option.
        if filled.starts_with('-') && !argument.starts_with('-') { format!(" {filled}") } else { filled }
    });
    let mut child = Command::new(PathBuf::from(program))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Waited for beside everything else, so that it leaves no zombie.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_a_few_blogs() {
        let blogs: Vec<(Plain, usize)> = (1..=6).map(|n| (Plain::line(&format!("Blog {n}")), n)).collect();
        let words = |blogs| in_words(blogs);
        assert_eq!(words(&blogs[..1]), ("1 new post".into(), "Blog 1".into()));
        assert_eq!(words(&blogs), ("21 new posts".into(), "Blog 1, Blog 2, Blog 3, Blog 4 and 2 more".into()));
    }

    #[test]
    fn a_path_with_signs_of_its_own_reaches_systemd_whole() {
        for (path, written) in [("/usr/bin/penpal", "/usr/bin/penpal"), ("/a b/100%/p", "\"/a b/100%%/p\"")] {
            assert_eq!(quoted(Path::new(path)), written);
        }
    }
}
