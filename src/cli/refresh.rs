//! `penpal refresh`

use std::{
    io::IsTerminal,
    process::ExitCode,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::Out;
use crate::{
    app::request::{Progress, refresh::Refresh},
    poll::{self, Status, UnderWay},
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ask all of them now, also those whose time has not come
    #[arg(long)]
    force: bool,
    /// Only these: feed or site addresses, hosts, ids or titles
    #[arg(value_name = "BLOG")]
    blogs: Vec<String>,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let bar = bar(out);
    let (quiet, say) = (out.quiet, |line: String| bar.suspend(|| super::out::tell(&line)));
    let under_way: Mutex<UnderWay> = Mutex::default();
    let tell = |progress| {
        let Progress::Refresh(progress) = progress else { return };
        {
            let mut under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
            under_way.hear(&progress);
            bar.set_length(under_way.of as u64);
            bar.set_position(under_way.done as u64);
            bar.set_message(under_way.in_words().unwrap_or_default());
        }
        if let poll::Progress::Done(report) = progress {
            if let (Status::Failed | Status::Gone, Some(error), false) = (report.status, &report.error, quiet) {
                say(format!("{}: {error}", report.feed_url));
            }
            if let (Some(note), false) = (&report.note, quiet) {
                say(format!("{}: {note}", report.feed_url));
            }
        }
    };
    let refresh = Refresh { blogs: args.blogs.clone(), force: args.force };
    let done = desk.ask(refresh, &tell).await?;
    bar.finish_and_clear();
    let summary = done.summary;
    if out.json {
        for report in done.reports {
            out.object(&report)?;
        }
    }
    let feeds = |count: usize| if count == 1 { "1 feed".to_owned() } else { format!("{count} feeds") };
    if summary.asked == 0 && summary.not_due == 0 {
        out.say("You follow nothing yet. `penpal import FILE` or `penpal follow URL` changes that.");
    } else {
        let waiting = match summary.not_due {
            0 => String::new(),
            some if args.force => {
                format!("; {some} left alone, since their servers asked for a pause or they have ended")
            }
            some => format!(
                "; {some} not due yet (`penpal blogs --health` says why; --force asks unless a server forbids it)"
            ),
        };
        let failed = if summary.failed > 0 { format!(", {} failed", summary.failed) } else { String::new() };
        out.say(format!("{} asked, {} new posts{failed}{waiting}", feeds(summary.asked), summary.new_posts));
    }
    out.flush()?;
    let all_failed = summary.asked > 0 && summary.failed == summary.asked;
    Ok(if all_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A bar on a terminal, nothing elsewhere.
pub fn bar(out: &Out) -> ProgressBar {
    if out.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
