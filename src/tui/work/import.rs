//! Lists of blogs that are taken in: a file, an address, the starter set.

use std::{io::Read, sync::Arc};

use url::Url;

use crate::{
    app::{
        App, AppError,
        follow::{ImportStatus, Imported},
        request::{Request, subscriptions::Import},
        update::{Job, News},
    },
    model::Plain,
};

/// No list of subscriptions is larger than this.
const LARGEST_LIST: u64 = 64 << 20;

pub(super) async fn list(app: &Arc<App>, from: &str) -> Result<News, AppError> {
    let requests = if from.starts_with("http://") || from.starts_with("https://") {
        let Ok(url) = Url::parse(from) else { return Ok(not_imported(format!("{from} is no address"))) };
        vec![Import::At(url)]
    } else {
        let path = crate::web::command::at_home(from);
        let read = tokio::task::spawn_blocking(move || read_bounded(&path)).await;
        match read.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
            Ok(bytes) => Import::of(crate::opml::read_list(&bytes)?),
            Err(error) => return Ok(not_imported(format!("{from} cannot be read: {error}"))),
        }
    };
    let mut lines = Vec::new();
    for request in requests {
        lines.extend(request.carry_out(app, &|_| {}).await?);
    }
    Ok(told(&lines))
}

fn read_bounded(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST_LIST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_imported(why: String) -> News {
    News::Failed { job: Job::Run, why: Plain::line(&why) }
}

pub(super) fn told(lines: &[Imported]) -> News {
    let count = |status| lines.iter().filter(|line| line.status == status).count();
    News::Imported {
        added: count(ImportStatus::Added),
        known: count(ImportStatus::Known),
        skipped: count(ImportStatus::Skipped),
    }
}
