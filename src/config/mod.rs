//! One TOML file, read into the settings that each module owns. What is wrong is named with its line; what is unknown
//! is an error too, since a misspelt key would otherwise be a setting that silently does nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use crate::{poll, web};

/// The default configuration with every key explained; `penpal config` prints it.
pub const EXAMPLE: &str = include_str!("../../assets/config.toml");

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration {path} cannot be read: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the configuration {path} has an error:\n{message}")]
    Content { path: PathBuf, message: String },
}

/// What the file says; everything may be left out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub network: Network,
    pub discover: Discover,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Seconds that one answer may take as a whole.
    pub timeout: Option<u64>,
    /// Seconds until a connection stands.
    pub connect_timeout: Option<u64>,
    /// Seconds until an answer begins.
    pub first_byte_timeout: Option<u64>,
    /// Seconds between two pieces of an answer.
    pub silence_timeout: Option<u64>,
    /// Certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Megabytes that one answer may have.
    pub largest_answer: Option<usize>,
    /// Hosts that are polled at once.
    pub hosts_at_once: Option<usize>,
    /// Where publishers can read who is asking.
    pub contact: Option<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Discover {
    /// `false` leaves a plain reader that fetches nothing but the feeds.
    pub enabled: bool,
    /// Requests that one `discover` makes where nothing else is said.
    pub budget: usize,
    /// Whether what is found may be on a private network.
    pub allow_private: bool,
}

impl Default for Discover {
    fn default() -> Self {
        Self { enabled: true, budget: 400, allow_private: false }
    }
}

impl Config {
    /// Reads `path`. A missing file is an empty one unless it was `named` by the user.
    pub fn read(path: &Path, named: bool) -> Result<Self, ConfigError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|message| ConfigError::Content { path: path.to_owned(), message }),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !named => Ok(Self::default()),
            Err(source) => Err(ConfigError::Io { path: path.to_owned(), source }),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        // The message has the line, the column and the line itself with a mark under what is wrong.
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    pub fn web(&self) -> web::Settings {
        let mut settings = web::Settings { allow_private: self.discover.allow_private, ..web::Settings::default() };
        let network = &self.network;
        for (seconds, setting) in [
            (network.timeout, &mut settings.total_timeout),
            (network.connect_timeout, &mut settings.connect_timeout),
            (network.first_byte_timeout, &mut settings.first_byte_timeout),
            (network.silence_timeout, &mut settings.silence_timeout),
        ] {
            if let Some(seconds) = seconds {
                *setting = Duration::from_secs(seconds.max(1));
            }
        }
        for part in [&mut settings.connect_timeout, &mut settings.first_byte_timeout, &mut settings.silence_timeout] {
            *part = (*part).min(settings.total_timeout);
        }
        settings.ca_file = network.ca_file.clone();
        if let Some(megabytes) = self.network.largest_answer {
            settings.largest_body = megabytes.clamp(1, 1024) << 20;
        }
        if let Some(contact) = &self.network.contact {
            // A header cannot hold line breaks or anything but visible ASCII.
            let contact: String = contact.chars().filter(char::is_ascii_graphic).collect();
            settings.user_agent = format!("penpal/{} (+{contact})", env!("CARGO_PKG_VERSION"));
        }
        settings
    }

    pub fn poll(&self) -> poll::Settings {
        let mut settings = poll::Settings::default();
        if let Some(hosts) = self.network.hosts_at_once {
            settings.at_once = hosts.clamp(1, 256);
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_what_holds_without_a_file() {
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect();
        let all = Config::parse(&uncommented).unwrap();
        assert_eq!(all.discover, Discover::default());
        assert_eq!(Config::parse(EXAMPLE).unwrap(), Config::default());
        assert_eq!(all.web().total_timeout, web::Settings::default().total_timeout);
        assert_eq!(all.web().user_agent, web::Settings::default().user_agent);
        assert_eq!(all.poll().at_once, poll::Settings::default().at_once);
    }

    #[test]
    fn an_error_names_its_line() {
        let message = Config::parse("[network]\ntimeout = 3\ntimeuot = 4\n").unwrap_err();
        assert!(message.contains("line 3") && message.contains("timeuot"), "{message}");
    }
}
