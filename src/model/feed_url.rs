//! Where a feed comes from: an address on the web, or the name of a source that the user's configuration defines.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use url::Url;

use super::address::{AddressError, canonical, is_web, web_address};

/// A feed's address: `http`, `https`, or `exec:NAME`, `file:NAME`, `filter:NAME`. A name says what to run or read only
/// to the configuration that defines it, so lists and journals may hold it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeedUrl(Place);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    Web(Url),
    Source {
        kind: SourceScheme,
        /// `exec:NAME` and the like.
        text: String,
        /// The same for whoever wants a [`Url`]; nothing can be joined to it or fetched from it.
        url: Url,
    },
}

/// What kind of source a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceScheme {
    /// What a program prints.
    Exec,
    /// What a file holds.
    File,
    /// What a program makes of a feed from the web.
    Filter,
}

impl SourceScheme {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::File => "file",
            Self::Filter => "filter",
        }
    }

    fn of(text: &str) -> Option<(Self, &str)> {
        [Self::Exec, Self::File, Self::Filter].into_iter().find_map(|scheme| {
            let (written, rest) = text.split_once(':')?;
            written.eq_ignore_ascii_case(scheme.as_str()).then_some((scheme, rest))
        })
    }
}

impl FeedUrl {
    /// Reads an absolute http or https address, from which a `feed:` in front is taken off, or a source with its name.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        match SourceScheme::of(text.trim()) {
            Some((scheme, name)) => Self::of_source(scheme, name).ok_or_else(|| undefined(text.trim(), scheme, name)),
            None => web_address(text).map(|url| Self(Place::Web(url))),
        }
    }

    /// `None` unless it is http or https with a host.
    pub fn from_url(url: Url) -> Option<Self> {
        is_web(&url).then_some(Self(Place::Web(url)))
    }

    /// A name has letters, digits, `-`, `_` and `.`, 64 at most, and begins with a letter or digit; `None` for another.
    pub fn of_source(kind: SourceScheme, name: &str) -> Option<Self> {
        let fits = name.len() <= 64
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        // WHATWG reads every `file:` as a path.
        let scheme = if kind == SourceScheme::File { "x-file" } else { kind.as_str() };
        let url = Url::parse(&format!("{scheme}:{name}")).ok().filter(|_| fits)?;
        Some(Self(Place::Source { kind, text: format!("{}:{name}", kind.as_str()), url }))
    }

    /// The kind and the name of a source; `None` for an address on the web.
    pub fn source(&self) -> Option<(SourceScheme, &str)> {
        match &self.0 {
            Place::Web(_) => None,
            Place::Source { kind, text, .. } => SourceScheme::of(text).map(|(_, name)| (*kind, name)),
        }
    }

    pub fn as_str(&self) -> &str {
        match &self.0 {
            Place::Web(url) => url.as_str(),
            Place::Source { text, .. } => text,
        }
    }

    /// For a source, an address that leads nowhere.
    pub fn url(&self) -> &Url {
        match &self.0 {
            Place::Web(url) | Place::Source { url, .. } => url,
        }
    }

    /// In lower case, without port; the name of a source.
    pub fn host(&self) -> &str {
        match self.source() {
            Some((_, name)) => name,
            None => self.url().host_str().unwrap_or_default(),
        }
    }

    /// What stays when scheme, default port and fragment are taken away: two addresses with the same canonical form are
    /// the same thing. A source's keeps its kind.
    pub fn canonical(&self) -> String {
        match &self.0 {
            Place::Web(url) => canonical(url),
            Place::Source { text, .. } => text.clone(),
        }
    }
}

/// What to write into the configuration for what other readers run from their lists: `exec:COMMAND`,
/// `filter:COMMAND:URL`, `file://PATH` (newsboat's manual, "Scripts and Filters").
fn undefined(address: &str, scheme: SourceScheme, rest: &str) -> AddressError {
    let (command, url) = match scheme {
        SourceScheme::Filter => rest.split_once(':').unwrap_or((rest, "https://...")),
        _ => (rest.trim_start_matches("//"), ""),
    };
    let words: Vec<&str> = match scheme {
        SourceScheme::File => vec![command],
        _ => command.split_whitespace().collect(),
    };
    let program = words.first().copied().unwrap_or("...");
    let last = program.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let mut name: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).take(40).collect();
    name = name.trim_matches(['-', '_']).to_owned();
    if name.is_empty() {
        name = "mine".to_owned();
    }
    let kind = scheme.as_str();
    let (does, what) = match scheme {
        SourceScheme::Exec => ("run a program", format!("exec = {words:?}")),
        SourceScheme::File => ("read a file", format!("file = {program:?}")),
        SourceScheme::Filter => ("run a program", format!("filter = {words:?} and url = {url:?}")),
    };
    let definition = format!("name = {name:?} and {what}");
    AddressError::Undefined { address: address.to_owned(), does, definition, followed: format!("{kind}:{name}") }
}

impl fmt::Display for FeedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for FeedUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FeedUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BlogId;

    #[test]
    fn a_source_is_named_and_read_back() {
        for (text, kind, name) in [
            ("exec:weather", SourceScheme::Exec, "weather"),
            (" file:notes.2 ", SourceScheme::File, "notes.2"),
            ("FILTER:My_feed-1", SourceScheme::Filter, "My_feed-1"),
        ] {
            let url = FeedUrl::parse(text).unwrap();
            assert_eq!((url.source(), url.host()), (Some((kind, name)), name));
            assert_eq!(url.as_str(), format!("{}:{name}", kind.as_str()));
            let written = serde_json::to_string(&url).unwrap();
            assert_eq!(serde_json::from_str::<FeedUrl>(&written).unwrap(), url);
            assert!(url.url().join("/a").is_err() && !url.url().has_host(), "nothing is fetched from it");
        }
        let of = |text| BlogId::of(&FeedUrl::parse(text).unwrap());
        assert_ne!(of("exec:a"), of("file:a"));
        assert_eq!(FeedUrl::from_url(Url::parse("exec:weather").unwrap()), None, "no page can name one");
    }

    #[test]
    fn what_other_readers_run_from_their_lists_is_shown_as_it_is_defined_here() {
        for (text, parts) in [
            (
                "exec:~/bin/weather.sh --feed x",
                &["\"weather\"", "exec = [\"~/bin/weather.sh\", \"--feed\", \"x\"]"][..],
            ),
            ("filter:~/bin/cut:https://a.example/f", &["filter = [\"~/bin/cut\"]", "url = \"https://a.example/f\""]),
            ("file:///home/me/notes.xml", &["file = \"/home/me/notes.xml\"", "follow file:notes"]),
            ("exec:", &["[[sources]]"]),
            ("exec:-rf", &["[[sources]]"]),
        ] {
            let error = FeedUrl::parse(text).unwrap_err().to_string();
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}
