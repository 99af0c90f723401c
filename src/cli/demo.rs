//! `penpal demo`: a whole small neighbourhood of blogs, offline and without touching the user's own data.

use std::{io::IsTerminal, process::ExitCode};

use super::{
    Out,
    suggest::{Quotes, tell},
};
use crate::{
    app::posts::PostLine,
    config::{Looks, Reading},
    demo::Demo,
    session::{Held, Hold, Role},
    tui::Setting,
};

const POSTS: usize = 12;
const SUGGESTIONS: usize = 5;

#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Print new posts and suggestions instead of opening the screens
    #[arg(long)]
    plain: bool,
}

pub async fn run(args: &Args, looks: &Looks, out: &mut Out) -> anyhow::Result<ExitCode> {
    let demo = Demo::begin(|what| out.say(what)).await?;
    if args.plain || out.json || !std::io::stdout().is_terminal() {
        let printed = print(&demo, out);
        demo.app.close()?;
        return printed;
    }
    let (app, _guard) = demo.into_parts();
    let hold = Hold::take(&app.paths.data, "penpal demo", app.now())?;
    let data = app.paths.data.clone();
    // Letters to invented people are written without the user's own name and mail server.
    let config = data.join("config.toml");
    std::fs::write(&config, "")?;
    let options = super::options(&data, Some(&config));
    let setting = Setting {
        data,
        looks: looks.clone(),
        reading: Reading::default(),
        macros: Vec::new(),
        options,
        greeting: "6 shows people whom you might like to meet, ? what else there is".into(),
    };
    let opened = Held::serve(app, hold, Role::Screens)?;
    crate::tui::run(setting, |_| std::future::ready(Ok(opened))).await?;
    Ok(ExitCode::SUCCESS)
}

fn print(demo: &Demo, out: &mut Out) -> anyhow::Result<ExitCode> {
    let suggestions = demo.app.suggest(SUGGESTIONS)?;
    if out.json {
        for post in demo.app.river(None, POSTS)? {
            out.object(&PostLine::from(post))?;
        }
        for suggestion in &suggestions {
            out.object(suggestion)?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let heading =
        out.bold(&format!("New posts ({} in all, from the six blogs that you follow here)", demo.summary.new_posts));
    out.line(heading)?;
    for one in demo.app.river(None, POSTS)? {
        let blog = out.dim(&format!("({})", one.blog.title));
        out.line(format!("   {}  {}  {blog}", one.post.sort_time().day(), one.post.label()))?;
    }
    out.line("")?;
    let heading = out.bold("People whom you might like to meet, found around those blogs");
    out.line(heading)?;
    out.line("")?;
    for suggestion in &suggestions {
        tell(suggestion, Quotes::OfTheDemo, out)?;
    }
    out.line(
        "All of this was served and fetched on this machine. `penpal demo` in a terminal opens the screens on it.",
    )?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
