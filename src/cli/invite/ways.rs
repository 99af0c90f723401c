//! How a letter goes out: what is shown before it does, and what became of it.

use std::{
    process::{Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use super::super::out::{confirmed, tell};
use crate::{
    app::{
        invite::Via,
        request::meet::{self, Mentioned},
    },
    config::Config,
    model::{PageUrl, Passed, Person, Plain, Timestamp},
    people::mail::{self, Letter as Mail, SendError},
    session::Desk,
};

/// A page of the user's that links to one of theirs, and who vouches for it.
#[derive(Clone, Debug)]
pub struct Mention {
    pub source: PageUrl,
    pub target: PageUrl,
    pub vouch: Option<PageUrl>,
}

impl Mention {
    /// As it is kept and shown.
    pub fn text(&self) -> String {
        let vouch = self.vouch.as_ref().map(|page| format!("\nvouch: {page}")).unwrap_or_default();
        format!("source: {}\ntarget: {}{vouch}", self.source, self.target)
    }

    pub fn read(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))?;
            PageUrl::parse(line).ok()
        };
        Some(Self { source: field("source")?, target: field("target")?, vouch: field("vouch") })
    }
}

/// Just what goes out.
#[derive(Debug)]
pub enum Outgoing {
    Mail { settings: Box<mail::Settings>, letter: Box<Mail> },
    Mailto { link: String, letter: String },
    Clipboard { text: String, whereto: Option<Plain>, via: Via },
    Mention(Box<Mention>),
}

/// What became of it.
#[derive(Debug)]
pub enum Outcome {
    /// In words for a person.
    Sent(String),
    NotSent(String),
    Unsure(String),
}

/// Makes what goes out of an edited letter. `Err` says what is missing.
pub fn prepare(
    config: &Config,
    passed: &mut Passed,
    person: &Person,
    via: Via,
    mention: Option<Mention>,
) -> Result<Outgoing, String> {
    let body = passed.body.as_ref().map_or("", Plain::as_str).to_owned();
    let to = passed.address.clone();
    Ok(match via {
        Via::Mail => {
            let settings = config.mail.as_ref().ok_or(
                "no mail server is in the configuration ([mail], `penpal config`); --via mailto takes your mail program",
            )?;
            let me = config.me.settings();
            let from = settings
                .0
                .from
                .clone()
                .or(me.mail)
                .ok_or("the configuration does not say from which address you write ([me] mail)")?;
            let to = to.ok_or("nobody's address is known; write it behind To:")?;
            let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
            // One id for all tries of one letter, so that a receiver can tell that it is the same.
            let id = passed
                .message_id
                .get_or_insert_with(|| mail::message_id(from.as_str(), to.as_str(), &body, nanoseconds))
                .clone();
            let letter = Mail {
                from_name: me.name,
                from,
                to_name: Some(person.name.clone()),
                to,
                subject: passed.text.clone(),
                body: format!("{body}\n"),
                message_id: id,
                date: Timestamp::now(),
            };
            letter.message().map_err(|error| error.to_string())?;
            Outgoing::Mail { settings: Box::new(settings.0.clone()), letter: Box::new(letter) }
        }
        Via::Mailto => {
            let to = to.ok_or("nobody's address is known; write it behind To:")?;
            let escape = |text: &str| {
                url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
            };
            // RFC 6068: line breaks are CRLF.
            let link = format!(
                "mailto:{}?subject={}&body={}",
                escape(to.as_str()).replace("%40", "@"),
                escape(passed.text.as_str()),
                escape(&body.replace('\n', "\r\n"))
            );
            Outgoing::Mailto { link, letter: format!("To: {to}\nSubject: {}\n\n{body}", passed.text) }
        }
        Via::Webmention => {
            let mention = mention.ok_or("no post of yours that links to one of theirs is known")?;
            Outgoing::Mention(Box::new(mention))
        }
        Via::Mastodon => {
            let text = match &to {
                Some(handle) if !body.contains(handle.as_str()) => format!("{handle} {body}"),
                _ => body,
            };
            Outgoing::Clipboard { text, whereto: to, via }
        }
        Via::Form | Via::Clipboard => Outgoing::Clipboard { text: body, whereto: to, via },
    })
}

impl Outgoing {
    /// All that leaves this machine, as a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Self::Mail { letter, .. } => {
                let mailbox = |name: &Option<Plain>, address: &Plain| match name {
                    Some(name) => format!("{name} <{address}>"),
                    None => address.to_string(),
                };
                format!(
                    "From: {}\nTo: {}\nSubject: {}\nMessage-ID: <{}>\n\n{}",
                    mailbox(&letter.from_name, &letter.from),
                    mailbox(&letter.to_name, &letter.to),
                    letter.subject,
                    letter.message_id,
                    letter.body.trim_end()
                )
            }
            Self::Mailto { letter, .. } => letter.clone(),
            Self::Clipboard { text, .. } => text.clone(),
            Self::Mention(mention) => mention.text(),
        }
    }

    pub fn question(&self) -> String {
        match self {
            Self::Mail { settings, letter } => format!("Send this to {} through {}?", letter.to, settings.server),
            Self::Mailto { .. } => "Open this in your mail program?".to_owned(),
            Self::Clipboard { .. } => "Put this into the clipboard?".to_owned(),
            Self::Mention(mention) => format!("Tell {} of this?", mention.target.host()),
        }
    }
}

pub async fn send(desk: &mut Desk, outgoing: &Outgoing) -> anyhow::Result<Outcome> {
    match outgoing {
        Outgoing::Mail { settings, letter } => {
            let ca_file = desk.config().web().ca_file;
            Ok(match mail::send(settings, ca_file, letter).await {
                Ok(()) => Outcome::Sent(format!("Sent to {}.", letter.to)),
                Err(SendError::NotSent(why)) => Outcome::NotSent(format!("Nothing was sent: {why}")),
                Err(error @ SendError::Unsure(_)) => Outcome::Unsure(error.to_string()),
            })
        }
        Outgoing::Mailto { link, .. } => {
            let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
            let opened = Command::new(program)
                .arg(link)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            match opened {
                Ok(status) if status.success() => ask_whether_sent(),
                Ok(status) => Ok(Outcome::NotSent(format!("{program} failed ({status})"))),
                Err(error) => Ok(Outcome::NotSent(format!("{program} cannot be run ({error})"))),
            }
        }
        Outgoing::Clipboard { text, whereto, via } => {
            // OSC 52: the terminal puts it into the clipboard, also over ssh.
            let asked = crate::tui::clipboard::copy(text, &mut std::io::stderr())?;
            let place = whereto.as_ref().map(|place| format!(" for {place}")).unwrap_or_default();
            tell(&match asked {
                true => format!("It is in the clipboard{place}, if your terminal allows that ({}).", via.words()),
                false => {
                    format!("It is too long for a terminal's clipboard; copy it{place} from above ({}).", via.words())
                }
            });
            ask_whether_sent()
        }
        Outgoing::Mention(mention) => {
            let Mention { source, target, vouch } = mention.as_ref();
            let request = meet::Mention { source: source.clone(), target: target.clone(), vouch: vouch.clone() };
            Ok(match desk.ask(request, &|_| {}).await? {
                Mentioned::Taken(how) => Outcome::Sent(format!("{how}.")),
                Mentioned::NotSent(why) => Outcome::NotSent(format!("Nothing was sent: {why}")),
                Mentioned::Unsure(why) => Outcome::Unsure(why),
            })
        }
    }
}

/// Another program has it now, and only the user knows what they did there.
fn ask_whether_sent() -> anyhow::Result<Outcome> {
    Ok(match confirmed("Did you send it?")? {
        true => Outcome::Sent("Noted.".to_owned()),
        false => Outcome::NotSent("It was not sent".to_owned()),
    })
}
