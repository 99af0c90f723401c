//! Feeds that no server offers: files, what programs print, and feeds from the web that a program has filtered. The user's
//! configuration defines each under a name, and everything else can only name it.

use std::{io::Read, path::PathBuf, time::Duration};

use bytes::Bytes;
use url::Url;

use super::{
    Poller, Settings,
    decide::{Answer, Decision, Known, decide},
};
use crate::{
    model::{FeedUrl, SourceScheme, Timestamp, address::host_and_port},
    web::{Reply, WebError, command},
};

/// A feed that the configuration defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    address: FeedUrl,
    kind: SourceKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    File(PathBuf),
    /// A program and its arguments.
    Exec(Vec<String>),
    /// A program that makes another feed of the one at `url`.
    Filter {
        command: Vec<String>,
        url: FeedUrl,
    },
}

impl Source {
    /// `Err` says what a name should be.
    pub fn new(name: String, kind: SourceKind) -> Result<Self, String> {
        let scheme = match kind {
            SourceKind::File(_) => SourceScheme::File,
            SourceKind::Exec(_) => SourceScheme::Exec,
            SourceKind::Filter { .. } => SourceScheme::Filter,
        };
        let address = FeedUrl::of_source(scheme, &name);
        let address = address.ok_or("a name has letters, digits, -, _ and ., and begins with a letter or digit")?;
        Ok(Self { address, kind })
    }

    /// What it is followed as.
    pub fn address(&self) -> &FeedUrl {
        &self.address
    }
}

impl Settings {
    /// What a name stands for. `Err` says how to define it.
    pub fn source(&self, address: &FeedUrl) -> Result<&Source, String> {
        let found = self.sources.iter().find(|source| source.address == *address);
        found.ok_or_else(|| {
            let (scheme, name) = address.source().unwrap_or((SourceScheme::Exec, ""));
            let what = match scheme {
                SourceScheme::File => "file = \"...\"",
                SourceScheme::Exec => "exec = [\"...\"]",
                SourceScheme::Filter => "filter = [\"...\"] and url = \"...\"",
            };
            format!("the configuration does not define it; [[sources]] with name = {name:?} and {what} would")
        })
    }

    /// The program and the feed of a filter; `None` for anything else.
    fn filter(&self, feed: &FeedUrl) -> Option<(&[String], &FeedUrl)> {
        feed.source()?;
        match &self.source(feed).ok()?.kind {
            SourceKind::Filter { command, url } => Some((command, url)),
            _ => None,
        }
    }

    /// What is asked for a feed on the web; `None` for a file or a program.
    pub(super) fn web_address<'a>(&'a self, feed: &'a FeedUrl) -> Option<&'a Url> {
        match feed.source() {
            None => Some(feed.url()),
            Some(_) => self.filter(feed).map(|(_, url)| url.url()),
        }
    }

    /// What counts as one host that is asked one thing at a time.
    pub(super) fn host_of(&self, feed: &FeedUrl) -> String {
        self.web_address(feed).map_or_else(|| feed.to_string(), host_and_port)
    }

    /// Which program filters a feed, if one does.
    pub fn filter_of(&self, feed: &FeedUrl) -> Option<[u8; 16]> {
        self.filter(feed).map(|(command, _)| program_digest(command))
    }

    /// The least time that the user wants to pass between two polls of a feed.
    pub fn least_interval(&self, feed: &FeedUrl) -> Option<Duration> {
        let asked_for = self.filter(feed).map_or(feed, |(_, url)| url);
        self.intervals.iter().find(|(pattern, _)| pattern.fits_feed(asked_for)).map(|(_, interval)| *interval)
    }
}

/// What an answer means for a feed. Files and programs have no HTTP status.
pub fn decide_source(known: &Known, answer: Answer, now: Timestamp) -> Decision {
    let mut decision = decide(known, answer, now);
    if decision.error.is_none() {
        decision.state.filter = known.filter;
    }
    if matches!(known.blog.feed_url.source(), Some((SourceScheme::Exec | SourceScheme::File, _))) {
        decision.state.http = None;
    }
    decision
}

impl Poller {
    /// Asks a source; its answer, and the bytes of it.
    pub(super) async fn ask_source(&self, known: &Known, now: Timestamp) -> (Answer, usize) {
        let address = &known.blog.feed_url;
        let failed = |why: String| (Answer::Failed(WebError::Source { name: address.to_string(), why }), 0);
        let source = match self.settings.source(address) {
            Ok(source) => source,
            Err(why) => return failed(why),
        };
        let printed = match &source.kind {
            SourceKind::File(path) => self.read_file(path.clone()).await,
            SourceKind::Exec(command) => self.run(command, b"").await,
            SourceKind::Filter { command, url } => {
                // Where the web's feed moved to is for the configuration to say.
                let fetched =
                    self.fetch(url.url(), known, false, now).await.map(|reply| Reply { moved_to: None, ..reply });
                let reply = match fetched {
                    Ok(reply) if !reply.is_ok() => return (self.understand(reply, known).await, 0),
                    Ok(reply) => reply,
                    Err(error) => return (Answer::Failed(error), 0),
                };
                return match self.run(command, &reply.body).await {
                    // The program may have made JSON of what came as XML.
                    Ok(body) => {
                        let filtered = Reply { body, content_type: None, ..reply };
                        let bytes = filtered.body.len();
                        (self.understand(filtered, known).await, bytes)
                    }
                    Err(why) => {
                        let bytes = reply.body.len();
                        (Answer::NotFiltered(reply, WebError::Source { name: address.to_string(), why }), bytes)
                    }
                };
            }
        };
        match printed {
            Ok(body) => {
                let bytes = body.len();
                (self.understand(Reply::of(address.url().clone(), body), known).await, bytes)
            }
            Err(why) => failed(why),
        }
    }

    async fn run(&self, command: &[String], input: &[u8]) -> Result<Bytes, String> {
        // Closing the semaphore is never done, so a permit always comes.
        let _permit = self.together.programs().acquire().await;
        let largest = self.web.settings().largest_body;
        let ran = command::run(command, input, largest, self.settings.longest_program).await;
        ran.map(Bytes::from).map_err(|error| error.to_string())
    }

    async fn read_file(&self, path: PathBuf) -> Result<Bytes, String> {
        let largest = self.web.settings().largest_body;
        let shown = path.display().to_string();
        let reading = tokio::task::spawn_blocking(move || {
            // A device or pipe may never end, or not even open.
            if !std::fs::metadata(&path)?.is_file() {
                return Err(std::io::Error::other("it is not a file"));
            }
            let mut bytes = Vec::new();
            std::fs::File::open(&path)?.take(largest as u64 + 1).read_to_end(&mut bytes)?;
            if bytes.len() > largest {
                return Err(std::io::Error::other(format!("it is larger than {} MB", largest >> 20)));
            }
            Ok(bytes)
        });
        match reading.await {
            Ok(Ok(bytes)) => Ok(bytes.into()),
            Ok(Err(error)) => Err(format!("{shown} cannot be read: {error}")),
            Err(error) => Err(format!("{shown} cannot be read: {error}")),
        }
    }
}

/// Tells one program from another, so that a feed is made anew when the user has edited it.
fn program_digest(command: &[String]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in command {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::BlogId,
        poll::{due::asked_next, silence::Silences},
        store::FeedState,
        web::Pattern,
    };

    #[test]
    fn an_interval_holds_for_the_feeds_that_it_was_set_for_and_for_filters_of_them() {
        let feed = |text: &str| FeedUrl::parse(text).unwrap();
        let filter = SourceKind::Filter { command: vec!["f".into()], url: feed("https://a.example/f") };
        let settings = Settings {
            intervals: ["a.example", "exec:slow"]
                .map(|pattern| (Pattern::parse(pattern).unwrap(), Duration::from_secs(6 * 3600)))
                .into(),
            sources: vec![Source::new("cut".into(), filter).unwrap()],
            ..Settings::default()
        };
        let asked = Timestamp(1_790_000_000);
        let state = FeedState { asked: Some(asked), ..FeedState::default() };
        for (text, hours, is_due) in [
            ("https://a.example/f", 5, false),
            ("https://a.example/f", 6, true),
            ("filter:cut", 5, false),
            ("filter:cut", 6, true),
            ("https://b.example/f", 2, true),
            ("exec:slow", 5, false),
            ("exec:quick", 2, true),
        ] {
            let (now, feed) = (Timestamp(asked.0 + hours * 3600), feed(text));
            let besides = settings.besides(&feed, &state, &Silences::default(), None, now);
            let next = asked_next(BlogId::of(&feed), &state, &besides, now).unwrap();
            assert_eq!(next.is_at(now), is_due, "{text} after {hours} h");
        }
        assert_eq!(settings.host_of(&feed("filter:cut")), "a.example");
        assert_eq!(settings.host_of(&feed("exec:x")), "exec:x");
    }
}
