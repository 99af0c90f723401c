//! A letter by mail: built so that no text can break out of its header, and sent so that it is always told apart whether
//! it went out, did not, or may have.

use std::{path::PathBuf, time::Duration};

use lettre::{
    Address, Message,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::{
    model::{Plain, Timestamp},
    web::{Secret, client::trusted_certificates},
};

/// How mail leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub server: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<(String, Secret)>,
    /// Where it comes from, if not from the user's own address.
    pub from: Option<Plain>,
    /// For each step of the way.
    pub timeout: Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// From the first byte on (RFC 8314).
    #[default]
    Tls,
    /// From STARTTLS on, which is demanded (RFC 3207).
    Starttls,
    /// Only on this machine.
    None,
}

impl Security {
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// One letter, ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub from_name: Option<Plain>,
    pub from: Plain,
    pub to_name: Option<Plain>,
    pub to: Plain,
    pub subject: Plain,
    /// Lines end in `\n`.
    pub body: String,
    /// Without angle brackets.
    pub message_id: Plain,
    pub date: Timestamp,
}

/// What became of a letter that did not surely go out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error("nothing was sent: {0}")]
    NotSent(String),
    /// The server had the letter and said nothing, so nobody knows.
    #[error("whether it was sent is unknown: {0}")]
    Unsure(String),
}

/// Whether a name or address is this machine's own.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a text is one mail address and nothing else.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

/// An id that no other letter has, for a sender.
pub fn message_id(from: &str, to: &str, body: &str, nanoseconds: u128) -> Plain {
    let mut hasher = blake3::Hasher::new();
    hasher.update(from.as_bytes()).update(&[0]).update(to.as_bytes()).update(&[0]).update(body.as_bytes());
    hasher.update(&nanoseconds.to_be_bytes());
    let unique = data_encoding::HEXLOWER.encode(&hasher.finalize().as_bytes()[..16]);
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    Plain::line(&format!("{unique}@{domain}"))
}

impl Letter {
    /// As it goes over the wire.
    pub fn message(&self) -> Result<Message, SendError> {
        let bad = |what: &str| SendError::NotSent(what.to_owned());
        let mailbox = |name: &Option<Plain>, address: &Plain| {
            let parsed: Address = address
                .as_str()
                .trim()
                .parse()
                .map_err(|_| SendError::NotSent(format!("{address:?} is no mail address")))?;
            // One line, whatever somebody calls themselves.
            let name = name.as_ref().map(|name| Plain::line(name.as_str()).to_string()).filter(|name| !name.is_empty());
            Ok::<_, SendError>(Mailbox::new(name, parsed))
        };
        Message::builder()
            .from(mailbox(&self.from_name, &self.from)?)
            .to(mailbox(&self.to_name, &self.to)?)
            .subject(Plain::line(self.subject.as_str()).to_string())
            .message_id(Some(format!("<{}>", Plain::line(self.message_id.as_str()))))
            .date(std::time::UNIX_EPOCH + Duration::from_secs(self.date.0.max(0) as u64))
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.replace("\r\n", "\n").replace('\n', "\r\n"))
            .map_err(|error| bad(&format!("the letter cannot be written as mail: {error}")))
    }
}

/// Sends a letter. It went out if this returns `Ok`.
pub async fn send(settings: &Settings, ca_file: Option<PathBuf>, letter: &Letter) -> Result<(), SendError> {
    let message = letter.message()?;
    let bytes = message.formatted();
    let envelope = message.envelope();
    let not_sent = |what: String| SendError::NotSent(what);
    let at = format!("{}:{}", settings.server, settings.port);
    let credentials = match &settings.credentials {
        Some((name, secret)) => {
            let password =
                secret.reveal().await.map_err(|why| not_sent(format!("the password is not to be had: {why}")))?;
            Some(Credentials::new(name.clone(), password))
        }
        None => None,
    };
    let mut connection = connect(settings, ca_file, &at).await?;
    let step = |what: &'static str| {
        let after = settings.timeout.as_secs();
        move || SendError::NotSent(format!("{what} took longer than {after} s"))
    };
    if let Some(credentials) = &credentials {
        let auth = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
        let done = timeout(settings.timeout, auth).await.map_err(|_| step("to log in")())?;
        done.map_err(|error| not_sent(format!("{at} does not accept the name and password: {}", said(&error))))?;
    }
    let mut options = Vec::new();
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !envelope.from().into_iter().chain(envelope.to()).all(is_ascii) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(not_sent(format!("{at} knows no addresses with letters other than ASCII's (SMTPUTF8)")));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let refused = |what: &str, error: &lettre::transport::smtp::Error| {
        SendError::NotSent(format!("{at} refuses {what}: {}", said(error)))
    };
    let from = timeout(settings.timeout, connection.command(Mail::new(envelope.from().cloned(), options)));
    from.await.map_err(|_| step("to name the sender")())?.map_err(|error| refused("the sender", &error))?;
    for to in envelope.to() {
        let rcpt = timeout(settings.timeout, connection.command(Rcpt::new(to.clone(), Vec::new())));
        rcpt.await
            .map_err(|_| step("to name the recipient")())?
            .map_err(|error| refused(&format!("the recipient {to}"), &error))?;
    }
    let data = timeout(settings.timeout, connection.command(Data));
    data.await.map_err(|_| step("to begin the letter")())?.map_err(|error| refused("the letter", &error))?;
    // From here on the server may have it.
    match timeout(settings.timeout, connection.message(&bytes)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) if error.status().is_some() => return Err(refused("the letter", &error)),
        Ok(Err(error)) => {
            return Err(SendError::Unsure(format!("{at} broke off after it had the letter: {}", said(&error))));
        }
        Err(_) => {
            let after = settings.timeout.as_secs();
            return Err(SendError::Unsure(format!("{at} had the letter and said nothing for {after} s")));
        }
    }
    // It has the letter and said so; how it takes the farewell is nothing to anybody.
    let _ = timeout(Duration::from_secs(2), connection.quit()).await;
    Ok(())
}

async fn connect(settings: &Settings, ca_file: Option<PathBuf>, at: &str) -> Result<AsyncSmtpConnection, SendError> {
    let not_sent = |what: String| SendError::NotSent(what);
    let hello = ClientId::Domain("localhost".to_owned());
    let host = settings.server.trim_start_matches('[').trim_end_matches(']').to_owned();
    let tls = match settings.security {
        Security::None if is_loopback(&settings.server) => None,
        Security::None => {
            return Err(not_sent(format!("{at} is not this machine, so it is not spoken to in the clear")));
        }
        Security::Tls | Security::Starttls => Some(tls(&host, ca_file).await?),
    };
    let implicit = tls.clone().filter(|_| settings.security == Security::Tls);
    let connecting = AsyncSmtpConnection::connect_tokio1(
        (host.as_str(), settings.port),
        Some(settings.timeout),
        &hello,
        implicit,
        None,
    );
    let late = || not_sent(format!("{at} did not greet in {} s", settings.timeout.as_secs()));
    let connected = timeout(settings.timeout, connecting).await.map_err(|_| late())?;
    let mut connection = connected.map_err(|error| not_sent(format!("{at} cannot be reached: {}", said(&error))))?;
    if let (Security::Starttls, Some(tls)) = (settings.security, tls) {
        if !connection.can_starttls() {
            return Err(not_sent(format!(
                "{at} offers no STARTTLS, and nothing goes in the clear; if it speaks TLS from the start, set security = \
                 \"tls\""
            )));
        }
        let secured = timeout(settings.timeout, connection.starttls(tls, &hello)).await.map_err(|_| late())?;
        secured.map_err(|error| not_sent(format!("{at} offers no trustworthy connection: {}", said(&error))))?;
    }
    Ok(connection)
}

/// The same certificates as for the web.
async fn tls(host: &str, ca_file: Option<PathBuf>) -> Result<TlsParameters, SendError> {
    let not_sent = |what: String| SendError::NotSent(what);
    let reading = tokio::task::spawn_blocking(move || trusted_certificates(ca_file.as_deref()));
    let certificates = reading.await.map_err(|error| not_sent(error.to_string()))?;
    let certificates = certificates.map_err(|error| not_sent(error.to_string()))?;
    let mut builder = TlsParametersBuilder::new(host.to_owned()).certificate_store(match certificates.has_system {
        true => CertificateStore::None,
        false => CertificateStore::WebpkiRoots,
    });
    for certificate in certificates.list {
        if let Ok(certificate) = Certificate::from_der(certificate.to_vec()) {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build_rustls().map_err(|error| not_sent(format!("TLS cannot be used: {error}")))
}

/// What went wrong with its cause, on one line, without what a terminal obeys.
fn said(error: &lettre::transport::smtp::Error) -> Plain {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    Plain::line(&text.chars().take(400).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            from_name: Some(Plain::line("Ada")),
            from: Plain::line("ada@example.org"),
            to_name: Some(Plain::line("Petr Dvořák")),
            to: Plain::line("petr@example.org"),
            subject: Plain::line("Your post on rye"),
            body: "Hello Petr,\n\nrye.\n.\nEnd\n".to_owned(),
            message_id: message_id("ada@example.org", "petr@example.org", "x", 1),
            date: Timestamp(1_790_000_000),
        }
    }

    #[test]
    fn nothing_that_somebody_is_called_becomes_a_header() {
        // From text that was not made one line on the way here, as a file that somebody edited may hold.
        let nasty = Plain::text("Petr\r\nBcc: everybody@example.org\n\nBody");
        let letter = Letter { to_name: Some(nasty.clone()), subject: nasty, ..letter() };
        let message = letter.message().unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert_eq!(message.envelope().to().len(), 1);
        for address in ["a@b.c\r\nRCPT TO:<x@y.z>", "a b@c.d", "", "<a@b.c>, d@e.f", "a@b.c>"] {
            let bad = Letter { to: Plain::text(address), ..letter.clone() };
            assert!(matches!(bad.message(), Err(SendError::NotSent(_))), "{address:?}");
        }
    }

    #[test]
    fn two_letters_never_have_one_id() {
        let id = |nanoseconds| message_id("ada@example.org", "b@c.d", "text", nanoseconds);
        assert_ne!(id(1), id(2));
        assert!(id(1).as_str().ends_with("@example.org"));
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for (host, is) in
            [("127.0.0.1", true), ("localhost", true), ("[::1]", true), ("10.0.0.1", false), ("a.example", false)]
        {
            assert_eq!(is_loopback(host), is, "{host}");
        }
    }
}
