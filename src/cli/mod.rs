//! The command line: one file a sub-command. Flags are described once, here; help comes out of that.

mod blogs;
mod demo;
mod discover;
mod export;
mod follow;
mod import;
mod invite;
mod keys;
mod log;
mod manual;
mod marks;
mod out;
mod parse;
mod people;
mod posts;
mod refresh;
mod suggest;
mod undo;
mod vet;
mod watch;

use std::{
    ffi::OsString,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, error::ErrorKind, parser::ValueSource};
use futures_util::FutureExt;
use tokio::{
    runtime::Builder,
    task::{JoinError, JoinSet},
};

pub use out::Out;

use crate::{
    config::Config,
    session::{Desk, Opener, Role},
    tui::{Left, Setting, Waiting},
};

/// Read blogs in the terminal, and find the people behind them.
#[derive(Debug, Parser)]
#[command(name = "penpal", version, about, max_term_width = 100)]
#[command(after_help = "penpal alone opens the reader. Try `penpal demo` first: it needs neither internet nor set-up.")]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options that every command takes.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// Where subscriptions, posts and the journal lie
    #[arg(long, global = true, env = "PENPAL_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The configuration file
    #[arg(long, global = true, env = "PENPAL_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One JSON object a line on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more on standard error; twice for all
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Whether to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Follow everything in a list of another reader: OPML, newsboat's urls; star what was starred there
    Import(import::Args),
    /// Print what is followed as OPML
    Export(export::Args),
    /// Follow a blog: a site, a feed, a bare domain or @name@instance
    Follow(follow::Args),
    /// Follow a blog no longer
    Unfollow(follow::UnfollowArgs),
    /// List what is followed
    Blogs(blogs::Args),
    /// Ask the feeds whose time has come for new posts
    Refresh(refresh::Args),
    /// List posts, newest first
    Posts(posts::Args),
    /// Print one post and mark it read
    Read(posts::ReadArgs),
    /// Mark posts read or unread
    Mark(marks::MarkArgs),
    /// Star posts, or take the star off
    Star(marks::StarArgs),
    /// Keep posts for later
    Save(marks::SaveArgs),
    /// Tag posts and blogs with words of your own
    Tag(marks::TagArgs),
    /// Put posts out of sight; nothing is deleted
    Hide(marks::HideArgs),
    /// Hide posts that hold certain words
    Mute(marks::MuteArgs),
    /// Take back what you did last
    Undo(undo::Args),
    /// Do again what you took back
    Redo(undo::RedoArgs),
    /// Find posts by words
    Search(posts::SearchArgs),
    /// Look for people around the blogs you follow
    Discover(discover::Args),
    /// Whom you might like to meet, and why
    Suggest(suggest::Args),
    /// Blogs that write about the same things, the nearest first
    Similar(suggest::SimilarArgs),
    /// The whole reckoning of one suggestion
    Why(suggest::WhyArgs),
    /// Who writes a blog: the dossier of any of them, from what they wrote
    Vet(vet::Args),
    /// Write to somebody: a draft from what is known, your editor, and out only after your yes
    Invite(invite::Args),
    /// Flag somebody to get to know, or send them away
    Flag(suggest::FlagArgs),
    /// The contact book: who is in it, where we stand, what passed between us
    People(people::Args),
    /// Show how penpal understands one feed
    Parse(parse::Args),
    /// Poll in the background until stopped; gives way to the screens
    Watch(watch::Args),
    /// Print where the configuration lies, and every key with what holds without it
    Config,
    /// Print the keys of the screens, and what each does
    Keys,
    /// Print what makes a shell complete penpal's commands and options
    Completions(manual::CompletionsArgs),
    /// Print the manual page
    Man,
    /// Try penpal on a small invented neighbourhood of blogs, offline
    Demo(demo::Args),
}

/// A number of lines: none would look as if there were nothing to show.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("it begins at 1".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("it is no number from 1 on".to_owned()),
    }
}

/// How long an interrupted command may take to write what it had gathered.
const INTERRUPTED: std::time::Duration = std::time::Duration::from_secs(3);

/// Runs what the arguments say. 0 done, 1 failed, 2 wrong usage, 130 interrupted; a broken pipe is quietly 0.
pub fn main() -> ExitCode {
    // clap prints help and errors itself, and ends with 2 for wrong usage.
    let matches = Args::command().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    // Whoever sets the variable means their own folder, and the demo leaves that alone; whoever names one here wants it used.
    let names_folder = matches.value_source("data_dir") == Some(ValueSource::CommandLine);
    if names_folder && matches!(args.command, Some(Command::Demo(_))) {
        let why = "the demo has a folder of its own, which goes when it ends; --data-dir cannot be used with it";
        Args::command().error(ErrorKind::ArgumentConflict, why).exit();
    }
    match args.command {
        None | Some(Command::Demo(_)) => run_in_front(run(args)),
        Some(_) => run_to_the_end(run(args)),
    }
}

/// Does some work as penpal does everything: a Ctrl-C breaks it off, what fails is told on standard error, and so is where
/// the report of a panic lies. The status to end with.
pub fn run_to_the_end(work: impl Future<Output = anyhow::Result<ExitCode>> + Send + 'static) -> ExitCode {
    // A task of its own, so that an interrupt is heard also while it waits for a file or a terminal.
    let task = async {
        let mut one = JoinSet::new();
        one.spawn(work);
        match one.join_next().await {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) => Err(error.into()),
            None => Ok(ExitCode::SUCCESS),
        }
    };
    conclude(&mut Builder::new_multi_thread(), task)
}

/// The same for what somebody looks at: it has the main thread to itself, and all others, which fetch, read and store, step
/// back for it. Beside them, a key had to wait for its turn.
fn run_in_front(work: impl Future<Output = anyhow::Result<ExitCode>>) -> ExitCode {
    let task = async {
        let done = AssertUnwindSafe(work).catch_unwind().await;
        done.unwrap_or_else(|_| Err(broken(&anyhow::anyhow!("the screens broke off"))))
    };
    conclude(Builder::new_multi_thread().on_thread_start(step_back), task)
}

/// Gives this thread, and those that it starts, less of the processor than others get.
fn step_back() {
    // Where that is not allowed, it goes on as it was. Elsewhere than on Linux it would be about the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
}

fn conclude(builder: &mut Builder, work: impl Future<Output = anyhow::Result<ExitCode>>) -> ExitCode {
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            out::tell(&format!("penpal: the program cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let mut interrupted = false;
    let outcome = runtime.block_on(async {
        tokio::select! {
            biased;
            () = interrupted_by_the_user() => {
                crate::tui::terminal::leave();
                interrupted = true;
                Ok(ExitCode::from(130))
            }
            outcome = work => match outcome {
                // The work, or a part of it that ran beside the rest, panicked.
                Err(error) if error.is::<JoinError>() => Err(broken(&error)),
                outcome => outcome,
            },
        }
    });
    if interrupted {
        // What was gathered is written when the work is dropped; whoever hangs is not waited for.
        runtime.shutdown_timeout(INTERRUPTED);
    } else {
        // Downloads that hang must not hold up the end.
        runtime.shutdown_background();
    }
    outcome.unwrap_or_else(|error| {
        if out::is_broken_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        out::tell(&format!("penpal: {}", out::in_words(&error)));
        ExitCode::FAILURE
    })
}

/// Waits for a Ctrl-C that is meant for this penpal, and not for the editor or another penpal that it opened.
async fn interrupted_by_the_user() {
    // Where no interrupt can be heard, none ends anything.
    while tokio::signal::ctrl_c().await.is_ok() {
        if !invite::in_editor() && !crate::tui::lend::is_lent() {
            return;
        }
    }
    std::future::pending().await
}

/// What is said of a panic: where the report of it is, if the screens had time to write one.
fn broken(error: &anyhow::Error) -> anyhow::Error {
    match crate::tui::terminal::report() {
        Some(report) => anyhow::anyhow!(
            "something went wrong that should not have. The report of it, which tells what to repair, is {}",
            report.display()
        ),
        None => anyhow::anyhow!("this should not happen: {error}"),
    }
}

/// What had to be mended is told with so many lines at most.
const NOTICES: usize = 5;

async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Args { global, command } = args;
    let mut out = Out::new(&global);
    match command {
        Some(Command::Parse(args)) => parse::run(&args, &global, &mut out).await,
        Some(Command::Demo(args)) => demo::run(&args, &read_config(&global)?.looks, &mut out).await,
        Some(Command::Config) => print_config(&global, &mut out),
        Some(Command::Keys) => keys::run(&mut out),
        Some(Command::Completions(args)) => manual::completions(&args, &mut out),
        Some(Command::Man) => manual::man(&mut out),
        Some(Command::Watch(args)) if args.wants_unit() => {
            watch::print_unit(global.data_dir.as_deref(), global.config.as_deref(), &mut out)
        }
        Some(Command::Watch(args)) if !args.is_once() => watch::run(&opener(&global, "penpal watch")?, &mut out).await,
        Some(command) => {
            if matches!(&command, Command::People(args) if args.is_add())
                || matches!(
                    command,
                    Command::Refresh(_)
                        | Command::Follow(_)
                        | Command::Discover(_)
                        | Command::Vet(_)
                        | Command::Watch(_)
                )
            {
                crate::web::client::prepare();
            }
            let mut desk = Desk::open(opener(&global, &format!("penpal {}", name_of(&command)))?).await?;
            let notices = desk.notices();
            for notice in notices.iter().take(NOTICES) {
                out.say(notice);
            }
            if notices.len() > NOTICES {
                out.say(format!("... and {} more of the kind", notices.len() - NOTICES));
            }
            let outcome = run_at(&mut desk, command, &global, &mut out).await;
            desk.close().await?;
            outcome
        }
        None => {
            // Before anybody gives way for screens that cannot be shown.
            crate::tui::terminal::check()?;
            let opener = opener(&global, "penpal")?;
            let Config { looks, reading, macros, .. } = opener.config.clone();
            let options = options(&opener.data, global.config.as_deref());
            let setting =
                Setting { data: opener.data.clone(), looks, reading, macros, options, greeting: String::new() };
            let open = |waiting: Waiting| async move { Ok(opener.hold(Role::Screens, waiting).await?) };
            match crate::tui::run(setting, open).await? {
                Left::Done => Ok(ExitCode::SUCCESS),
                Left::ForTheDemo => demo::run(&demo::Args::default(), &read_config(&global)?.looks, &mut out).await,
            }
        }
    }
}

async fn run_at(desk: &mut Desk, command: Command, global: &Global, out: &mut Out) -> anyhow::Result<ExitCode> {
    match command {
        Command::Import(args) => import::run(desk, &args, out).await,
        Command::Export(args) => export::run(desk, &args, out).await,
        Command::Follow(args) => follow::run(desk, &args, out).await,
        Command::Unfollow(args) => follow::unfollow(desk, &args, out).await,
        Command::Blogs(args) => blogs::run(desk, &args, out).await,
        Command::Refresh(args) => refresh::run(desk, &args, out).await,
        Command::Posts(args) => posts::run(desk, &args, out).await,
        Command::Read(args) => posts::read(desk, &args, out).await,
        Command::Mark(args) => marks::mark(desk, &args, out).await,
        Command::Star(args) => marks::star(desk, &args, out).await,
        Command::Save(args) => marks::save(desk, &args, out).await,
        Command::Tag(args) => marks::tag(desk, &args, out).await,
        Command::Hide(args) => marks::hide(desk, &args, out).await,
        Command::Mute(args) => marks::mute(desk, &args, out).await,
        Command::Undo(args) => undo::run(desk, &args, out).await,
        Command::Redo(args) => undo::redo(desk, &args, out).await,
        Command::Search(args) => posts::search(desk, &args, out).await,
        Command::Discover(args) => discover::run(desk, &args, out).await,
        Command::Suggest(args) => suggest::run(desk, &args, out).await,
        Command::Similar(args) => suggest::similar(desk, &args, out).await,
        Command::Why(args) => suggest::why(desk, &args, out).await,
        Command::Invite(args) => {
            let templates = config_path(global)?.with_file_name("templates");
            let folders = invite::Folders { data: data_folder(global)?, templates };
            invite::run(desk, &args, &folders, out).await
        }
        Command::Vet(args) => vet::run(desk, &args, out).await,
        Command::Flag(args) => suggest::flag(desk, &args, out).await,
        Command::People(args) => people::run(desk, &args, out).await,
        Command::Parse(_) => anyhow::bail!("understanding one feed needs no data folder"),
        Command::Watch(_) => watch::once(desk, desk.config().watch.clone(), out).await,
        Command::Config | Command::Keys | Command::Completions(_) | Command::Man | Command::Demo(_) => {
            anyhow::bail!("this needs no data folder")
        }
    }
}

/// The word that the user typed, for whoever finds the folder held.
fn name_of(command: &Command) -> &'static str {
    match command {
        Command::Import(_) => "import",
        Command::Export(_) => "export",
        Command::Follow(_) => "follow",
        Command::Unfollow(_) => "unfollow",
        Command::Blogs(_) => "blogs",
        Command::Refresh(_) => "refresh",
        Command::Posts(_) => "posts",
        Command::Read(_) => "read",
        Command::Mark(_) => "mark",
        Command::Star(_) => "star",
        Command::Save(_) => "save",
        Command::Tag(_) => "tag",
        Command::Hide(_) => "hide",
        Command::Mute(_) => "mute",
        Command::Undo(_) => "undo",
        Command::Redo(_) => "redo",
        Command::Search(_) => "search",
        Command::Discover(_) => "discover",
        Command::Suggest(_) => "suggest",
        Command::Similar(_) => "similar",
        Command::Why(_) => "why",
        Command::Invite(_) => "invite",
        Command::Vet(_) => "vet",
        Command::Flag(_) => "flag",
        Command::People(_) => "people",
        Command::Parse(_) => "parse",
        Command::Demo(_) => "demo",
        Command::Config => "config",
        Command::Keys => "keys",
        Command::Completions(_) => "completions",
        Command::Man => "man",
        Command::Watch(_) => "watch",
    }
}

/// What it takes to open the data folder.
fn opener(global: &Global, what: &str) -> anyhow::Result<Opener> {
    Ok(Opener {
        data: data_folder(global)?,
        config: read_config(global)?,
        what: what.to_owned(),
        begun: log::begin,
        verbose: global.verbose,
    })
}

/// What leads another penpal to the same data folder and configuration.
fn options(data: &Path, config: Option<&Path>) -> Vec<OsString> {
    let config = config.map(|path| ["--config".into(), path.into()]);
    ["--data-dir".into(), data.into()].into_iter().chain(config.into_iter().flatten()).collect()
}

fn read_config(global: &Global) -> anyhow::Result<Config> {
    Ok(Config::read(&config_path(global)?, global.config.is_some())?)
}

fn config_path(global: &Global) -> anyhow::Result<PathBuf> {
    match &global.config {
        Some(path) => Ok(path.clone()),
        None => Ok(xdg("XDG_CONFIG_HOME", ".config")?.join("config.toml")),
    }
}

fn print_config(global: &Global, out: &mut Out) -> anyhow::Result<ExitCode> {
    // What is wrong with the file is said first, since that is why somebody looks.
    if let Err(error) = read_config(global) {
        out.say(out::in_words(&error));
    }
    out.say(format!("{} is read, if it is there. All that it can say:", config_path(global)?.display()));
    out.raw(crate::config::EXAMPLE)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn data_folder(global: &Global) -> anyhow::Result<PathBuf> {
    match &global.data_dir {
        Some(folder) => Ok(folder.clone()),
        None => xdg("XDG_DATA_HOME", ".local/share"),
    }
}

/// penpal's folder by the XDG base directory specification.
fn xdg(variable: &str, below_home: &str) -> anyhow::Result<PathBuf> {
    let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = set.or_else(|| std::env::home_dir().map(|home| home.join(below_home)));
    let base =
        base.ok_or_else(|| anyhow::anyhow!("no home folder is known; say where with --data-dir and --config"))?;
    Ok(base.join("penpal"))
}
