//! From an error deep down in the network's layers to what a reader can do about it.

use std::{error::Error, io};

use chrono::DateTime;
use rustls::{AlertDescription, CertificateError, Error as Tls, pki_types::UnixTime};
use url::Url;

use super::WebError;

const NO_SUCH_NAME: &str = "no such name is known; check the address";
const UNKNOWN_ISSUER: &str = "nobody whom this machine trusts has signed its certificate; if you trust its owner, name a \
                              file with the signer's certificate as `network.ca_file` in the configuration";

/// What an error while connecting, asking or reading means. `was_read` says whether the answer had begun.
pub(super) fn explain(error: &reqwest::Error, url: &Url, was_read: bool) -> WebError {
    let host = url.host_str().unwrap_or_default().to_owned();
    if let Some(tls) = find::<Tls>(error) {
        return WebError::Tls { host, why: tls_words(tls) };
    }
    if error.is_connect() {
        return WebError::Unreachable { host, why: connect_words(error) };
    }
    if let Some(http) = find::<hyper::Error>(error) {
        if http.is_parse_too_large() {
            return WebError::Garbled { host, why: "its headers are more than any server needs".into() };
        }
        if http.is_parse() && !was_read {
            return WebError::Garbled { host, why: "it does not speak HTTP as others do".into() };
        }
    }
    if !was_read && ended_early(error) {
        return WebError::Broken { host, why: "the connection was closed before an answer came".into() };
    }
    WebError::Broken { host, why: broken_words(error) }
}

/// The first error of a kind among the causes, also where an `io::Error` hides it.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<E>() {
            return Some(found);
        }
        // What an `io::Error` wraps is not among its sources: only the sources of that are.
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => cause.source(),
        };
    }
    None
}

fn tls_words(error: &Tls) -> String {
    match error {
        Tls::InvalidCertificate(error) => certificate_words(error),
        Tls::InvalidMessage(_) | Tls::InappropriateMessage { .. } => {
            "it does not speak TLS at this port; perhaps its address begins with http://".into()
        }
        Tls::PeerIncompatible(_)
        | Tls::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure) => {
            "it knows only protocols that are broken by now (penpal needs TLS 1.2 or 1.3)".into()
        }
        Tls::AlertReceived(AlertDescription::UnrecognisedName) => "it knows no site of this name".into(),
        Tls::NoCertificatesPresented => "it has no certificate".into(),
        other => other.to_string(),
    }
}

fn certificate_words(error: &CertificateError) -> String {
    let owner = "its owner has to renew it, unless the clock of this machine is wrong";
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired on {}; {owner}", day(*not_after))
        }
        CertificateError::Expired => format!("its certificate has expired; {owner}"),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate holds from {} only; is the clock of this machine right?", day(*not_before))
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            // A handful tells whose it is; some certificates have hundreds.
            let names: Vec<&str> = presented.iter().take(3).map(|name| certified_name(name)).collect();
            format!("its certificate is for {}; check the address", names.join(", "))
        }
        CertificateError::NotValidForName => "its certificate is for another name; check the address".into(),
        CertificateError::Revoked => "its certificate was taken back by its issuer".into(),
        CertificateError::UnknownIssuer => UNKNOWN_ISSUER.into(),
        // How webpki calls a certificate that signed itself.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => UNKNOWN_ISSUER.into(),
        other => format!("its certificate is not in order ({other})"),
    }
}

/// `DnsName("a.example")` as rustls gives it, without what surrounds the name.
fn certified_name(name: &str) -> &str {
    name.split('"').nth(1).or_else(|| name.split(['(', ')']).nth(1)).unwrap_or(name)
}

fn day(time: UnixTime) -> String {
    let date = DateTime::from_timestamp(time.as_secs() as i64, 0);
    date.map_or_else(|| "an unknown day".into(), |date| date.format("%Y-%m-%d").to_string())
}

fn connect_words(error: &reqwest::Error) -> String {
    let why = root_cause(error);
    // The resolver and the proxies' tunnels have no types for what went wrong, but their words.
    for (said, words) in [
        ("Name or service not known", NO_SUCH_NAME),
        ("No address associated", NO_SUCH_NAME),
        ("nodename nor servname", NO_SUCH_NAME),
        ("Temporary failure in name resolution", "its name cannot be looked up at the moment; is this machine online?"),
        ("proxy authorization required", "the proxy wants a password, which the variable https_proxy can hold"),
        ("tunnel error", "the proxy found no way to it"),
    ] {
        if why.contains(said) {
            return words.into();
        }
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "it refuses the connection".into(),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            "there is no way to it; is this machine online?".into()
        }
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) => "it hung up at once".into(),
        _ => why,
    }
}

fn broken_words(error: &reqwest::Error) -> String {
    let why = root_cause(error);
    if why.contains("stream error") || why.contains("connection error") {
        // What HTTP/2 says in numbers (RFC 9113, 7).
        return "the server gave it up in the middle".into();
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted) => {
            "the connection was cut".into()
        }
        Some(io::ErrorKind::UnexpectedEof) if why.contains("message length") => "fewer bytes came than promised".into(),
        Some(io::ErrorKind::UnexpectedEof) => "the connection was closed before the end".into(),
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => format!("its chunks are garbled ({why})"),
        _ => why,
    }
}

/// Whether the connection ended before a byte of the answer came.
pub(super) fn ended_early(error: &reqwest::Error) -> bool {
    let reset = |kind| matches!(kind, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe);
    !error.is_connect()
        && (find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message)
            || find::<io::Error>(error).map(io::Error::kind).is_some_and(reset))
}

/// The innermost cause: "Connection refused" says more than "error sending request".
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut said = error.to_string();
    while let Some(inner) = cause {
        said = inner.to_string();
        cause = inner.source();
    }
    // Some causes come with a trailing "(os error 111)", which helps nobody.
    said.split(" (os error").next().unwrap_or_default().to_owned()
}
