//! Programs of the user's own: run by argument vector and never by a shell, with a time, a size, and an end for all that
//! they started.
//!
//! Only the configuration names them. What came over the network gets into an argument vector as a part of an argument of
//! a macro or a notice, never as an option.

use std::{io, path::Path, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

use crate::model::Plain;

/// How long a program may take.
pub const LONGEST: Duration = Duration::from_secs(30);
/// Bytes of what it says on standard error that are told.
const MOST_SAID: usize = 500;
/// What a program gets of the environment, besides `LC_*` and `XDG_*`: what programs expect to find and what leads to
/// keyrings, and not the variables that hold secrets.
const ENVIRONMENT: [&str; 29] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "GPG_TTY",
    "GNUPGHOME",
    "PASSWORD_STORE_DIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NIX_SSL_CERT_FILE",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "PYTHONPATH",
    "VIRTUAL_ENV",
];

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("there is no program {0}; is it installed, and in PATH?")]
    NotFound(String),
    #[error("{0} cannot be run: {1}")]
    Start(String, io::Error),
    #[error("{program} did not end in {after:?} and was stopped")]
    TimedOut { program: String, after: Duration },
    #[error("{program} printed more than {} and was stopped", size(*.most))]
    TooLarge { program: String, most: usize },
    #[error("{0} broke off: {1}")]
    Io(String, io::Error),
    #[error("{program} failed ({status}){}", complaint(.said))]
    Failed { program: String, status: String, said: Plain },
}

impl RunError {
    /// What went wrong, without what the program said, which may be a secret.
    pub(super) fn without_words(self) -> String {
        match self {
            Self::Failed { program, status, .. } => format!("{program} failed ({status})"),
            other => other.to_string(),
        }
    }
}

fn size(bytes: usize) -> String {
    if bytes < 1 << 20 { format!("{bytes} bytes") } else { format!("{} MB", bytes >> 20) }
}

fn complaint(text: &Plain) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// Whether an argument vector can be run; `Err` says why not.
pub fn check(command: &[String]) -> Result<(), &'static str> {
    match command.first().map(String::as_str) {
        None | Some("") => Err("it names no program"),
        Some(program) if program.contains('/') && !program.starts_with('/') && !program.starts_with("~/") => {
            Err("give the program's whole path, one that begins with ~/, or a bare name that is found in PATH")
        }
        Some(_) => Ok(()),
    }
}

/// Runs a program and gives what it prints, `largest` bytes at most. `input` comes on its standard input.
pub async fn run(command: &[String], input: &[u8], largest: usize, longest: Duration) -> Result<Vec<u8>, RunError> {
    let name = command.first().cloned().unwrap_or_default();
    let mut child = prepare(command).spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => RunError::NotFound(name.clone()),
        _ => RunError::Start(name.clone(), error),
    })?;
    // Gone when this is dropped, with all that it started: at the end of its time, on an error, on an interrupt.
    let mut group = Group(child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)));
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // Who does not read all of its input may have seen enough.
            let _ = stdin.write_all(input).await;
        }
        Ok::<_, RunError>(())
    };
    let print = async {
        let mut printed = Vec::new();
        if let Some(stdout) = stdout {
            let read = stdout.take(largest as u64 + 1).read_to_end(&mut printed).await;
            read.map_err(|error| RunError::Io(name.clone(), error))?;
        }
        if printed.len() > largest {
            Err(RunError::TooLarge { program: name.clone(), most: largest })
        } else {
            Ok(printed)
        }
    };
    let work = async {
        let ((), printed, said) = tokio::try_join!(feed, print, async { Ok(complaints(stderr).await) })?;
        let status = child.wait().await.map_err(|error| RunError::Io(name.clone(), error))?;
        Ok((printed, said, status))
    };
    let (printed, said, status) =
        timeout(longest, work).await.map_err(|_| RunError::TimedOut { program: name.clone(), after: longest })??;
    group.0 = None;
    if status.success() {
        return Ok(printed);
    }
    let status = status.to_string();
    Err(RunError::Failed { program: name, status, said: Plain::line(&String::from_utf8_lossy(&said)) })
}

fn prepare(command: &[String]) -> Command {
    let mut arguments = command.iter();
    let program = arguments.next().map(String::as_str).unwrap_or_default();
    let mut prepared = Command::new(at_home(program));
    prepared.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let kept = std::env::vars_os().filter(|(name, _)| {
        name.to_str()
            .is_some_and(|name| ENVIRONMENT.contains(&name) || name.starts_with("LC_") || name.starts_with("XDG_"))
    });
    prepared.env_clear().envs(kept);
    // Not wherever penpal happens to run.
    prepared.current_dir(std::env::home_dir().filter(|home| home.is_dir()).unwrap_or_else(|| "/".into()));
    prepared.process_group(0).kill_on_drop(true);
    prepared
}

/// A path in which `~/` at the beginning means the user's home.
pub fn at_home(path: &str) -> std::path::PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(path).to_owned(),
    }
}

/// The end of what a program says on standard error; all of it is read, so that it never waits for a reader.
async fn complaints(stderr: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let (mut kept, mut piece) = (Vec::new(), [0; 4096]);
    let Some(mut stderr) = stderr else { return kept };
    while let Ok(read @ 1..) = stderr.read(&mut piece).await {
        kept.extend_from_slice(&piece[..read]);
        kept.drain(..kept.len().saturating_sub(MOST_SAID));
    }
    kept
}

/// A process group that is killed when this is dropped.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may have ended by itself meanwhile.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sh(script: &str, input: &[u8]) -> Result<String, String> {
        let command = ["/bin/sh", "-c", script].map(str::to_owned);
        let ran = run(&command, input, 1 << 20, Duration::from_secs(20)).await;
        ran.map(|printed| String::from_utf8(printed).unwrap()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_program_gets_its_input_and_what_it_prints_or_complains_of_is_told() {
        assert_eq!(sh("cat; echo end", b"some input\n").await.unwrap(), "some input\nend\n");
        assert_eq!(sh("echo without reading", &[b'x'; 1 << 20]).await.unwrap(), "without reading\n");
        let failed = sh("echo 'no \u{1b}[31mway' >&2; exit 3", b"").await.unwrap_err();
        assert_eq!(failed, "/bin/sh failed (exit status: 3): no [31mway");
        let much = sh("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", b"").await.unwrap_err();
        assert_eq!(much, "/bin/sh printed more than 1 MB and was stopped");
        let none = run(&["penpal-has-no-such-program".to_owned()], b"", 1, LONGEST).await.unwrap_err();
        assert!(none.to_string().contains("is it installed"), "{none}");
    }

    #[tokio::test]
    async fn who_takes_too_long_is_stopped() {
        let command = ["sleep", "600"].map(str::to_owned);
        let error = run(&command, b"", 100, Duration::from_millis(50)).await.unwrap_err();
        assert_eq!(error.to_string(), "sleep did not end in 50ms and was stopped");
    }

    #[tokio::test]
    async fn who_is_stopped_takes_along_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let script = format!("(sleep 600 > '{}') & sleep 600", fifo.display());
        let command = ["/bin/sh".to_owned(), "-c".to_owned(), script];
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let reader = tokio::task::spawn_blocking(move || {
            // Opens when the grandchild has, and ends when that is dead.
            let mut end = std::fs::File::open(fifo).unwrap();
            begun.send(()).unwrap();
            io::Read::read_to_end(&mut end, &mut Vec::new()).unwrap()
        });
        tokio::select! {
            ran = run(&command, b"", 100, LONGEST) => panic!("{ran:?}"),
            begun = has_begun => begun.unwrap(),
        }
        assert_eq!(reader.await.unwrap(), 0);
    }

    #[tokio::test]
    async fn secrets_in_the_environment_are_not_passed_on() {
        let printed = sh("env", b"").await.unwrap();
        let foreign: Vec<&str> = printed
            .lines()
            .filter_map(|line| line.split_once('=').map(|(name, _)| name))
            .filter(|name| name.starts_with("CARGO"))
            .collect();
        assert_eq!(foreign, [""; 0]);
        assert!(printed.contains("PATH="));
    }

    #[test]
    fn a_program_is_named_without_doubt() {
        for (program, fits) in
            [("cat", true), ("/bin/cat", true), ("~/bin/x", true), ("./x", false), ("bin/x", false), ("", false)]
        {
            assert_eq!(check(&[program.to_owned()]).is_ok(), fits, "{program}");
        }
        assert!(check(&[]).is_err());
    }
}
