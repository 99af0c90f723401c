//! The real binary, with a data folder and a home of its own and nothing of the surroundings.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicI64, Ordering},
};

use ::penpal::{
    app::{App, Paths},
    config::Config,
    model::Timestamp,
};
use serde_json::Value;
use tempfile::TempDir;

/// Variables that would lead a test out of its own folder or off loopback.
const FOREIGN: [&str; 15] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PENPAL_CONFIG",
    "PENPAL_DATA_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "RUST_LOG",
];

/// A user of penpal, who has done nothing with it yet.
pub struct Penpal {
    home: TempDir,
    variables: Vec<(&'static str, PathBuf)>,
}

impl Penpal {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With this configuration.
    pub fn configured(config: &str) -> Self {
        let penpal = Self::new();
        let path = penpal.home().join("config.toml");
        std::fs::write(&path, config).unwrap();
        penpal.with("PENPAL_CONFIG", path)
    }

    /// With this environment variable.
    pub fn with(mut self, variable: &'static str, value: impl Into<PathBuf>) -> Self {
        self.variables.push((variable, value.into()));
        self
    }

    /// A folder for the test's own files.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The data folder; it is there after the first command.
    pub fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    /// Writes a file into the home.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.home().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A command that is not started yet, with its streams piped.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_penpal"));
        for variable in FOREIGN {
            command.env_remove(variable);
        }
        command.env("HOME", self.home()).env("PENPAL_DATA_DIR", self.data()).current_dir(self.home());
        command.envs(self.variables.iter().cloned()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// With `input` on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Runs what must succeed.
    pub fn done(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.status, Some(0), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran
    }

    /// Runs what must succeed with `--json` and gives its lines.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        self.done(&[arguments, &["--json"]].concat()).lines()
    }

    /// Follows the feeds at these addresses without asking for them.
    pub fn subscribe(&self, feeds: &[String]) {
        let ran = self.run_with(&["import", "-"], super::opml(feeds).as_bytes());
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    }
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    /// `None` if a signal ended it.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Standard output as one JSON object a line.
    pub fn lines(&self) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(read).collect()
    }

    /// It failed with exit status 1, and its message has all of `parts`.
    #[track_caller]
    pub fn failed_with(&self, parts: &[&str]) {
        assert_eq!(self.status, Some(1), "{}{}", self.stdout, self.stderr);
        self.said(parts);
    }

    /// Standard error has all of `parts`, and nothing that only a programmer understands.
    #[track_caller]
    pub fn said(&self, parts: &[&str]) {
        let missing: Vec<&&str> = parts.iter().filter(|part| !self.stderr.contains(**part)).collect();
        assert!(missing.is_empty(), "{missing:?} is not in: {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

/// Looks around as if so many days had passed. Of a test file, one test alone may do it: the clock takes nothing with it.
pub fn discover_after(penpal: &Penpal, config: &str, days: i64) {
    static DAYS: AtomicI64 = AtomicI64::new(0);
    DAYS.store(days, Ordering::SeqCst);
    let config = Config::read(Path::new(&penpal.file("then.toml", config)), true).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let web = config.web();
        let mut app = App::open(Paths { data: penpal.data() }, config, web).await.unwrap();
        app.clock = || Timestamp(Timestamp::now().0 + DAYS.load(Ordering::SeqCst) * 24 * 3600);
        app.discover(Some(60), |_| {}).await.unwrap();
        app.close().unwrap();
    });
}
