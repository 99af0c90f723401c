//! `penpal discover`

use std::process::ExitCode;

use super::{Out, refresh::bar, suggest::BEGIN};
use crate::{
    app::request::{Progress, people::Discover},
    discover,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// At most so many requests that a server answers [default: what is left of today's discover.budget]
    #[arg(long, value_name = "N")]
    budget: Option<usize>,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let bar = bar(out);
    let tell = |progress| match progress {
        Progress::Discover(discover::Progress::Begun { budget }) => bar.set_length(budget as u64),
        Progress::Discover(discover::Progress::Looked { spent, found }) => {
            bar.set_position(spent as u64);
            bar.set_message(format!("requests, {found} blogs found"));
        }
        Progress::Refresh(_) => {}
    };
    let discovered = desk.ask(Discover { budget: args.budget }, &tell).await?;
    bar.finish_and_clear();
    let crawled = discovered.crawled;
    let start = discovered.start;
    if start.is_nothing() {
        out.say(format!("You follow nothing yet, so there is nobody to start from. {BEGIN}."));
    } else if start.followed == 0 && !start.own {
        out.say(
            "You follow nothing yet, so this begins at the blogs of the starter set, and your topics say who fits.",
        );
    }
    for page in &discovered.unread {
        out.say(format!(
            "Nothing is known of your own blog {page} yet: it was not asked yet or not reached, leads to another address (name that one), or has no feed."
        ));
    }
    if discovered.day_is_spent {
        out.say("Today's requests are spent (discover.budget). Tomorrow there are new ones; `penpal discover --budget N` looks further now.");
    }
    if out.json {
        out.object(&crawled)?;
    } else {
        out.line(format!(
            "{} requests to {} sites: {} blogs known anew, {} more sites wait for another day",
            crawled.requests, crawled.hosts, crawled.profiled, crawled.candidates
        ))?;
        if crawled.profiled > 0 {
            out.say("`penpal suggest` tells whom to look at");
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
