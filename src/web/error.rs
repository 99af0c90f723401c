//! What can go wrong on the network, in words that a reader understands.

use std::error::Error as _;

use url::Url;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    #[error("the network cannot be used: {0}")]
    Setup(String),
    /// Nobody answered: the name does not resolve, the connection is refused, a proxy knows no way.
    #[error("{host} cannot be reached: {why}")]
    Unreachable { host: String, why: String },
    #[error("{host} took too long to answer")]
    TimedOut { host: String },
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
    #[error("robots.txt of {host} asks not to fetch {path}")]
    Robots { host: String, path: String },
    #[error("the budget of requests is spent")]
    BudgetSpent,
}

impl WebError {
    /// Whether a server answered at all, so that the request counts against a budget.
    pub fn was_answered(&self) -> bool {
        !matches!(
            self,
            Self::Unreachable { .. } | Self::Setup(_) | Self::Refused { .. } | Self::Robots { .. } | Self::BudgetSpent
        )
    }

    pub(super) fn from_reqwest(error: &reqwest::Error, url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        let why = root_cause(error);
        let lower = why.to_ascii_lowercase();
        if error.is_timeout() {
            Self::TimedOut { host }
        } else if lower.contains("certificate") || lower.contains("handshake") || lower.contains("tls") {
            Self::Tls { host, why }
        } else if error.is_connect() {
            Self::Unreachable { host, why }
        } else {
            Self::Broken { host, why }
        }
    }
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
