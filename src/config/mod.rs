//! One TOML file, read into the settings that each module owns. What is wrong is named with its line; what is unknown
//! is an error too, since a misspelt key would otherwise be a setting that silently does nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use crate::{model::FeedUrl, people::red_lines::RedLines, poll, web};

mod feeds;
mod macros;
mod me;
mod red_lines;
mod sources;

pub use feeds::Feeds;
pub use macros::{Macro, Stdin};
pub use me::{Mail, Me};
pub use red_lines::RedLine;
pub use sources::Defined;

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
    pub suggest: Suggest,
    pub network: Network,
    pub discover: Discover,
    pub watch: Watch,
    pub looks: Looks,
    pub reading: Reading,
    pub macros: Vec<Macro>,
    pub feeds: Vec<Feeds>,
    pub sources: Vec<Defined>,
    pub me: Me,
    pub mail: Option<Mail>,
    pub red_lines: Vec<RedLine>,
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
    /// Requests that `discover` makes in a day.
    pub budget: usize,
    /// Whether what is found may be on a private network.
    pub allow_private: bool,
}

/// `suggest = "off"` is short for [`Discover::enabled`]` = false`.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Suggest {
    #[default]
    On,
    Off,
}

/// Polling in the background.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Watch {
    /// Whether the screens poll too, also where no `penpal watch` runs.
    pub with_screens: bool,
    /// Whether the desktop is told of new posts.
    pub notify: bool,
    /// A program and its arguments; `{title}` and `{body}` stand for what it shows.
    pub notify_command: Vec<String>,
}

/// How the screens look.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Looks {
    pub theme: ThemeName,
    pub lines: Lines,
    /// Whether the screens take clicks and the wheel.
    pub mouse: bool,
    pub pictures: Pictures,
}

impl Default for Looks {
    fn default() -> Self {
        Self { theme: ThemeName::default(), lines: Lines::default(), mouse: true, pictures: Pictures::default() }
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// The terminal's own sixteen colours.
    #[default]
    Terminal,
    Dark,
    Light,
}

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Pictures {
    /// As well as the terminal can.
    #[default]
    Auto,
    Kitty,
    Iterm,
    Sixel,
    /// Two colours a cell.
    Blocks,
    Off,
}

/// What borders are made of.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Lines {
    /// `|`, `-` and `+`, which every font and every serial line has.
    #[default]
    Ascii,
    Drawn,
}

/// How posts are shown and opened, and when they count as read.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Reading {
    /// A program and its arguments for what comes with a post; `%u` stands for the address. Empty for the program that
    /// the system has for it.
    pub player: Vec<String>,
    /// Posts are read when they are opened.
    pub mark_on_open: bool,
    /// Posts are read when the cursor goes past them in a list.
    pub mark_on_scroll: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { player: Vec::new(), mark_on_open: true, mark_on_scroll: false }
    }
}

impl Default for Watch {
    fn default() -> Self {
        let command = ["notify-send", "--app-name=penpal", "--", "{title}", "{body}"];
        Self { with_screens: false, notify: false, notify_command: command.map(str::to_owned).to_vec() }
    }
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
        let mut config: Self = toml::from_str(text).map_err(|error| tell(&error, text))?;
        config.discover.enabled &= config.suggest == Suggest::On;
        let mut names: Vec<&str> = config.sources.iter().map(|defined| defined.0.address().as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("two [[sources]] are called {}; give one of them another name", pair[0])),
            None => macros::check(&config.macros).map(|()| config),
        }
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
        settings.ca_file = network.ca_file.as_deref().map(|path| web::command::at_home(&path.to_string_lossy()));
        settings.feeds = self.feeds.iter().map(|feeds| feeds.web.clone()).collect();
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

    /// What the user does not want to overlook in what somebody wrote.
    pub fn red_lines(&self) -> RedLines {
        RedLines::new(self.red_lines.iter().map(|line| line.0.clone()).collect())
    }

    /// Whether the posts of this feed are read from their pages. The first table whose address fits holds.
    pub fn full_text(&self, feed: &FeedUrl) -> bool {
        let table = self.feeds.iter().find(|table| table.web.pattern.fits_feed(feed));
        table.is_some_and(|table| table.full_text)
    }

    pub fn poll(&self) -> poll::Settings {
        let mut settings = poll::Settings::default();
        if let Some(hosts) = self.network.hosts_at_once {
            settings.at_once = hosts.clamp(1, 256);
        }
        let intervals = self.feeds.iter().filter_map(|feeds| Some((feeds.web.pattern.clone(), feeds.interval?)));
        settings.intervals = intervals.collect();
        settings.sources = self.sources.iter().map(|defined| defined.0.clone()).collect();
        settings
    }
}

/// Words that stand on the lines that must not be shown.
const TELLTALE: [&str; 7] = ["pass", "token", "secret", "auth", "cookie", "key", "@"];

/// The message with its line, its column and the line itself, with a mark under what is wrong; without the line where it
/// may hold a secret.
fn tell(error: &toml::de::Error, text: &str) -> String {
    let span = error.span().unwrap_or(0..0);
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at);
    let shown = text[start..end].to_ascii_lowercase();
    if TELLTALE.iter().any(|word| shown.contains(word)) {
        let line = 1 + text[..span.start].matches('\n').count();
        return format!("line {line}: {}", error.message());
    }
    error.to_string().trim_end().to_owned()
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
        assert_eq!(all.watch, Watch::default());
        assert_eq!(all.looks, Looks::default());
        assert_eq!(all.reading, Reading::default());
        assert_eq!(Config::parse(EXAMPLE).unwrap(), Config::default());
        let (read, default) = (all.web(), web::Settings::default());
        assert_eq!(read.total_timeout, default.total_timeout);
        assert_eq!(read.connect_timeout, default.connect_timeout);
        assert_eq!(read.first_byte_timeout, default.first_byte_timeout);
        assert_eq!(read.silence_timeout, default.silence_timeout);
        assert_eq!(all.web().user_agent, web::Settings::default().user_agent);
        assert_eq!(all.poll().at_once, poll::Settings::default().at_once);
    }

    #[test]
    fn suggestions_can_be_switched_off_in_one_word() {
        assert!(!Config::parse("suggest = \"off\"\n").unwrap().discover.enabled);
        assert!(!Config::parse("[discover]\nenabled = false\n").unwrap().discover.enabled);
        assert!(Config::parse("suggest = \"on\"\n").unwrap().discover.enabled);
    }

    #[test]
    fn an_error_names_its_line() {
        let message = Config::parse("[network]\ntimeout = 3\ntimeuot = 4\n").unwrap_err();
        assert!(message.contains("line 3") && message.contains("timeuot"), "{message}");
    }

    #[test]
    fn what_is_wrong_with_a_table_is_named_with_its_line_and_no_secret_is_repeated() {
        for (text, line, parts) in [
            ("password = \"hunter2\"", 3, &["no password", "password_command", "secret-tool"][..]),
            ("token = \"hunter2\"", 3, &["token_env"]),
            ("keyring = \"hunter2\"", 3, &["security", "password_command"]),
            ("headers = { Authorization = \"Bearer hunter2\" }", 3, &["no password"]),
            ("headers = { Cookie = \"id=hunter2\" }", 3, &["headers_env", "headers_command", "cookies = true"]),
            ("headers_env = { Cookie = \"id=hunter2\" }", 3, &["name of an environment variable"]),
            ("headers_command = { Cookie = \"pass hunter2\" }", 3, &["a list", "no shell"]),
            ("headers_env = { Host = \"X\" }", 3, &["sets the header Host itself"]),
            ("headers_env = { Proxy-Authorization = \"X\" }", 3, &["https_proxy"]),
            ("token_env = \"hunter2!\"", 3, &["name of an environment variable"]),
            ("password_command = \"pass hunter2\"", 3, &["a list", "no shell"]),
            ("password_command = [\"./hunter2\"]", 3, &["whole path"]),
            ("passwort = \"hunter2\"", 3, &["unknown field", "passwort"]),
            ("proxy = \"http://me:hunter2@proxy.example\"", 3, &["no place in the configuration"]),
            ("interval = \"5m\"", 3, &["15 minutes"]),
            ("interval = \"often\"", 3, &["90m, 6h or 2d"]),
            ("headers = { Host = \"x\" }", 3, &["sets the header Host itself"]),
            ("headers = { \"a b\" = \"x\" }", 3, &["no name of a header"]),
            ("username = \"ann\"", 1, &["wants a password_env"]),
            ("password_env = \"X\"", 1, &["wants a username"]),
            ("username = \"ann\"\npassword_env = \"X\"\ntoken_env = \"Y\"", 1, &["not both"]),
            ("headers = { x-key = \"x\" }\nheaders_env = { X-Key = \"X\" }", 1, &["x-key is given twice"]),
            ("token_env = \"X\"\nheaders_env = { Authorization = \"Y\" }", 1, &["authorization itself"]),
            ("cookies = true\nheaders_env = { Cookie = \"X\" }", 1, &["cookie itself"]),
            ("", 1, &["says nothing"]),
        ] {
            let message = Config::parse(&format!("[[feeds]]\nurl = \"a.example\"\n{text}\n")).unwrap_err();
            assert!(message.contains(&format!("line {line}")), "{message}");
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
        let message =
            Config::parse("[[feeds]]\ninterval = \"6h\"\nurl = \"https://a:hunter2@b.example/\"").unwrap_err();
        assert!(message.contains("line 3") && !message.contains("hunter2"), "{message}");
    }

    #[test]
    fn what_is_wrong_with_a_source_is_named_with_its_line() {
        for (text, line, part) in [
            ("exec = \"rm -rf x\"", 3, "no shell"),
            ("exec = []", 3, "names no program"),
            ("exec = [\"bin/x\"]", 3, "whole path"),
            ("file = \"notes.xml\"", 1, "whole path"),
            ("filter = [\"cut\"]", 1, "wants the url"),
            ("url = \"https://a.example/\"", 1, "wants a filter"),
            ("filter = [\"cut\"]\nurl = \"exec:other\"", 1, "begins with http"),
            ("file = \"/a\"\nexec = [\"x\"]", 1, "one of file, exec, or filter"),
        ] {
            let message = Config::parse(&format!("[[sources]]\nname = \"a\"\n{text}\n")).unwrap_err();
            assert!(message.contains(&format!("line {line}")) && message.contains(part), "{message}");
        }
        let bad_name = Config::parse("[[sources]]\nname = \"a b\"\nexec = [\"x\"]").unwrap_err();
        assert!(bad_name.contains("a name has letters"), "{bad_name}");
        let twice = "[[sources]]\nname = \"a\"\nexec = [\"x\"]\n".repeat(2);
        assert!(Config::parse(&twice).unwrap_err().contains("exec:a"));
    }

    #[test]
    fn what_is_wrong_with_a_red_line_or_a_mail_server_is_named_with_its_line() {
        for (text, line, part) in [
            ("[[red_lines]]\nname = \"a\"\nphrases = [\"/(/\"]", 1, "unclosed group"),
            ("[[red_lines]]\nname = \"a\"", 1, "says nothing"),
            ("[[red_lines]]\nname = \"a\"\nphrases = [\"x\"]\nwhen = \"hostile\"", 1, "make two of it"),
            ("[[red_lines]]\nname = \"a\"\nabout = [\"x\"]\nwhen = \"sad\"", 1, "hostile"),
            ("[[red_lines]]\nname = \"a\"\nphrase = [\"x\"]", 3, "unknown field"),
            ("[me]\nmail = \"nobody\"", 2, "mail address"),
            ("[me]\nblogs = [\"ftp://a.example/\"]", 2, "http"),
            ("[me]\ntopics = [\" \"]", 2, "rye bread"),
            ("[me]\ntopics = [\"a long way to say what it is about\"]", 2, "one to 5 words"),
            ("[me]\nlanguages = [\"English\"]", 2, "two letters"),
            ("[mail]\nserver = \"a.example\"\nsecurity = \"none\"", 1, "in the clear"),
            ("[mail]\nserver = \"a.example\"\npassword = \"hunter2\"", 3, "no password"),
            ("[mail]\nserver = \"a.example\"\nusername = \"me\"", 1, "wants a password_env"),
            ("[mail]\nserver = \"a.example\"\nsecurity = \"ssl\"", 3, "starttls"),
        ] {
            let message = Config::parse(text).unwrap_err();
            assert!(message.contains(&format!("line {line}")) && message.contains(part), "{text}: {message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
        let by_meaning = "[[red_lines]]\nname = \"a\"\nabout = [\"candidate\"]\nwhen = \"hostile\"";
        let lines = Config::parse(by_meaning).unwrap().red_lines();
        assert!(lines.is_empty() && lines.passed_over().count() == 1, "it is accepted, and said to be passed over");
    }

    #[test]
    fn tables_become_settings() {
        let text = "[[feeds]]\nurl = \"https://a.example/\"\ninterval = \"6h\"\n\
                    [[feeds]]\nurl = \"*.b.example\"\nproxy = \"socks5h://127.0.0.1:9050\"\ncookies = true\n\
                    headers = { X-Who = \"me\" }\nusername = \"ann\"\npassword_command = [\"pass\", \"b\"]\n\
                    [[sources]]\nname = \"notes\"\nfile = \"~/notes.xml\"\n";
        let config = Config::parse(text).unwrap();
        let (web, poll) = (config.web(), config.poll());
        assert_eq!((web.feeds.len(), poll.intervals.len(), poll.sources.len()), (2, 1, 1));
        assert_eq!(poll.intervals[0].1, Duration::from_secs(6 * 3600));
        assert_eq!(poll.sources[0].address().as_str(), "file:notes");
        assert!(web.feeds[1].cookies && web.feeds[1].credentials.is_some() && web.feeds[1].headers.len() == 1);
    }

    #[test]
    fn every_key_of_the_example_is_one_that_is_read() {
        // Keys without a default stand behind `# `; what follows them there as prose is no key.
        let is_toml = |line: &str| {
            line.starts_with("[[")
                || line == "[mail]"
                || line
                    .split_once(" = ")
                    .is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        };
        // One of two that exclude each other.
        let other = |line: &str| line.starts_with("password_command") || line.starts_with("token_env");
        let all: String = EXAMPLE
            .lines()
            .map(|line| {
                line.strip_prefix("#: ").or(line.strip_prefix("# ").filter(|line| is_toml(line))).unwrap_or(line)
            })
            .filter(|line| !other(line))
            .map(|line| format!("{line}\n"))
            .collect();
        let config = Config::parse(&all).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((config.feeds.len(), config.sources.len()), (1, 3));
        assert!(config.mail.is_some() && config.me != Me::default() && !config.red_lines().is_empty());
        assert!(config.full_text(&FeedUrl::parse("https://example.org/feed.xml").unwrap()));
        assert!(config.network.ca_file.is_some() && config.feeds[0].web.credentials.is_some());
    }
}
