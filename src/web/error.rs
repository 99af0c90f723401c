//! What can go wrong on the network, in words that a reader understands.

use std::time::Duration;

use super::encoding::{DecodeError, MOST_GROWTH};
use crate::model::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    #[error("the network cannot be used: {0}")]
    Setup(String),
    /// Nobody answered: the name does not resolve, the connection is refused, a proxy knows no way.
    #[error("{host} cannot be reached: {why}")]
    Unreachable { host: String, why: String },
    #[error("{host} took too long to answer: {why}")]
    TimedOut { host: String, why: String },
    #[error("{host} offers no trustworthy connection: {why}")]
    Tls { host: String, why: String },
    #[error("{url} was not asked: {why}")]
    Refused { url: String, why: String },
    #[error("{url} redirects in a circle or too often")]
    Redirects { url: String },
    #[error("{url} redirects to an address that cannot be followed: {target}")]
    BadRedirect { url: String, target: String },
    #[error("the answer of {host} is larger than {limit} MB")]
    TooLarge { host: String, limit: usize },
    #[error("the answer of {host} broke off: {why}")]
    Broken { host: String, why: String },
    #[error("the answer of {host} cannot be read: {why}")]
    Garbled { host: String, why: String },
    /// A file or a program of the user's.
    #[error("{name} gave no feed: {why}")]
    Source { name: String, why: String },
    #[error("robots.txt of {host} asks not to fetch {path}")]
    Robots { host: String, path: String },
    /// It said so with 429 or 503, and nothing was sent.
    #[error("{host} asked to be left alone until {} UTC, so it was not asked", up_to_the_minute(*until))]
    Silent { host: String, until: Timestamp },
    #[error("the budget of requests is spent")]
    BudgetSpent,
}

/// No earlier than the moment itself.
fn up_to_the_minute(moment: Timestamp) -> String {
    moment.after(Duration::from_secs(59)).minute()
}

impl WebError {
    /// Whether a server answered at all, so that the request counts against a budget.
    pub fn was_answered(&self) -> bool {
        !matches!(
            self,
            Self::Unreachable { .. }
                | Self::Setup(_)
                | Self::Refused { .. }
                | Self::Robots { .. }
                | Self::Silent { .. }
                | Self::BudgetSpent
        )
    }

    /// A failed connection to a proxy tells nothing of the host behind it.
    pub(super) fn behind_a_proxy(self) -> Self {
        match self {
            Self::Unreachable { host, why } if !why.contains("proxy") => {
                Self::Unreachable { host, why: format!("{why} (on the way stands a proxy)") }
            }
            other => other,
        }
    }

    /// `limit` is the one that was set, in bytes.
    pub(super) fn from_decoding(error: DecodeError, host: String, limit: usize) -> Self {
        match error {
            DecodeError::TooLarge => Self::TooLarge { host, limit: limit >> 20 },
            DecodeError::Bomb => {
                let why = format!("unpacked it is more than {MOST_GROWTH} times as large, which no feed is");
                Self::Garbled { host, why }
            }
            DecodeError::CutShort(coding) => Self::Broken { host, why: format!("its {coding} ends in the middle") },
            DecodeError::Damaged(coding) => Self::Garbled { host, why: format!("its {coding} is damaged") },
            DecodeError::Unknown(coding) => {
                Self::Garbled { host, why: format!("it is packed in a way that nobody asked for ({coding})") }
            }
        }
    }

    pub(super) fn timed_out(host: String, what: &str, after: Duration) -> Self {
        let after = match after.subsec_millis() {
            0 => format!("{} s", after.as_secs()),
            _ => format!("{} ms", after.as_millis()),
        };
        Self::TimedOut { host, why: format!("{what} in {after}") }
    }
}
