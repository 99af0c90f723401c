//! `[[macros]]`: programs of the user's that a post is handed to, by a key.

use std::time::Duration;

use serde::Deserialize;

use crate::web::command;

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    /// Pressed after `,`.
    pub key: String,
    pub name: String,
    /// A program and its arguments, in which `%u`, `%t` and `%a` stand for the post's address, title and author, and `%%`
    /// for a percent sign. No shell is between.
    pub command: Vec<String>,
    #[serde(default)]
    pub stdin: Stdin,
    /// Seconds that it may take.
    #[serde(default = "half_a_minute")]
    pub timeout: u64,
}

/// What the program gets on its standard input.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Stdin {
    #[default]
    None,
    Text,
    Html,
    Markdown,
}

fn half_a_minute() -> u64 {
    command::LONGEST.as_secs()
}

impl Macro {
    /// The argument vector for a post. What comes from the web never begins an argument with a `-`, so that no title is
    /// taken for an option.
    pub fn filled(&self, url: &str, title: &str, author: &str) -> Vec<String> {
        self.command
            .iter()
            .map(|argument| {
                let mut filled = String::new();
                let mut rest = argument.as_str();
                while let Some(at) = rest.find('%') {
                    filled.push_str(&rest[..at]);
                    let mut after = rest[at + 1..].chars();
                    let put = match after.next() {
                        Some('u') => url,
                        Some('t') => title,
                        Some('a') => author,
                        Some('%') => "%",
                        _ => {
                            filled.push('%');
                            rest = &rest[at + 1..];
                            continue;
                        }
                    };
                    if filled.is_empty() && put.starts_with('-') {
                        filled.push(' ');
                    }
                    filled.push_str(put);
                    rest = after.as_str();
                }
                filled + rest
            })
            .collect()
    }

    pub fn longest(&self) -> Duration {
        Duration::from_secs(self.timeout.clamp(1, 600))
    }
}

/// Whether all macros can be run, each by a key of its own; `Err` says what is wrong.
pub(super) fn check(macros: &[Macro]) -> Result<(), String> {
    for (at, one) in macros.iter().enumerate() {
        let Macro { key, name, command, .. } = one;
        if key.chars().count() != 1 || key.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(format!("the key of the macro {name:?} is one character"));
        }
        if macros[..at].iter().any(|other| other.key == *key) {
            return Err(format!("two [[macros]] have the key {key:?}"));
        }
        command::check(command).map_err(|why| format!("the command of the macro {name:?} cannot be run: {why}"))?;
        if command[0].contains('%') {
            return Err(format!("the program of the macro {name:?} is named here and not by a post"));
        }
        if shell_script(command).is_some_and(|script| ["%u", "%t", "%a"].iter().any(|sign| script.contains(sign))) {
            return Err(format!(
                "the macro {name:?} would run what a post is called as a command; hand it to the script behind it: \
                 [\"sh\", \"-c\", \"... \\\"$1\\\"\", \"sh\", \"%t\"]"
            ));
        }
    }
    Ok(())
}

/// The script that a shell is given on its command line, if the program is one.
fn shell_script(command: &[String]) -> Option<&String> {
    let program = command[0].rsplit('/').next()?;
    let is_shell = ["sh", "bash", "dash", "zsh", "ksh", "fish"].contains(&program);
    let flag = command.iter().skip(1).position(|word| word.starts_with('-') && word.ends_with('c'))?;
    is_shell.then(|| command.get(flag + 2)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_nothing_from_the_web_is_an_option() {
        for (argument, filled) in [
            ("%u", "https://a.example/"),
            ("%t", " --output=/etc/passwd"),
            ("--title=%t", "--title=--output=/etc/passwd"),
            ("%a: %t", "Ann %u: --output=/etc/passwd"),
            ("100%% %x %", "100% %x %"),
        ] {
            let one = Macro {
                key: "x".into(),
                name: "x".into(),
                command: vec!["prog".into(), argument.into()],
                stdin: Stdin::None,
                timeout: 1,
            };
            assert_eq!(one.filled("https://a.example/", "--output=/etc/passwd", "Ann %u")[1], filled);
        }
    }

    #[test]
    fn what_is_wrong_with_a_macro_is_said() {
        let one = |key: &str, program: &str| Macro {
            key: key.into(),
            name: "mail".into(),
            command: vec![program.into()],
            stdin: Stdin::None,
            timeout: 1,
        };
        assert_eq!(check(&[one("a", "prog"), one("b", "prog")]), Ok(()));
        for (macros, part) in [
            (vec![one("ab", "prog")], "one character"),
            (vec![one("a", "prog"), one("a", "prog")], "two [[macros]]"),
            (vec![one("a", "bin/prog")], "whole path"),
            (vec![one("a", "%u")], "not by a post"),
        ] {
            assert!(check(&macros).unwrap_err().contains(part));
        }
        let shell =
            |words: &[&str]| Macro { command: words.iter().map(|word| (*word).into()).collect(), ..one("a", "sh") };
        let running_a_title = check(&[shell(&["/bin/sh", "-ec", "echo '%t' >> notes"])]);
        assert!(running_a_title.unwrap_err().contains("as a command"));
        assert_eq!(check(&[shell(&["sh", "-c", "echo \"$1\" >> notes", "sh", "%t"])]), Ok(()));
    }
}
