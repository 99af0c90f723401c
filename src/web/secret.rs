//! Passwords and tokens. The configuration says where they lie, never what they are; they are fetched when first needed
//! and go nowhere but into the header of a request.

use std::fmt;

use data_encoding::BASE64;
use reqwest::header::{HeaderName, HeaderValue};

use super::command;

/// Where a secret lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// In this environment variable.
    Environment(String),
    /// On the first line that this program prints: the way to the system's keyring.
    Command(Vec<String>),
}

/// How a feed's server is told who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// RFC 7617.
    Basic { username: String, password: Secret },
    /// RFC 6750.
    Bearer { token: Secret },
}

/// A header whose value is a secret, such as a cookie or the key of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHeader {
    pub name: HeaderName,
    pub value: Secret,
}

impl SecretHeader {
    /// `Err` says in words, without the secret, why it is not there.
    pub(super) async fn value(&self) -> Result<HeaderValue, String> {
        let mut value = HeaderValue::from_str(&self.value.reveal().await?)
            .map_err(|_| format!("{} has characters that no header has", self.value))?;
        // Keeps it out of what the layers below may log.
        value.set_sensitive(true);
        Ok(value)
    }
}

/// Bytes that a secret may have.
const LONGEST: usize = 64 << 10;

impl Secret {
    /// `Err` says why it is not there.
    pub async fn reveal(&self) -> Result<String, String> {
        let text = match self {
            Self::Environment(name) => {
                std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))?
            }
            Self::Command(program) => {
                let printed = command::run(program, b"", LONGEST, command::LONGEST).await;
                let printed = printed.map_err(|error| error.without_words())?;
                let text = String::from_utf8_lossy(&printed).into_owned();
                text.lines().next().unwrap_or_default().to_owned()
            }
        };
        if text.is_empty() { Err(format!("{self} is empty")) } else { Ok(text) }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Command(program) => {
                write!(f, "what {} prints", program.first().map(String::as_str).unwrap_or_default())
            }
        }
    }
}

impl Credentials {
    /// The `Authorization` of a request; `Err` says in words, without the secret, why there is none.
    pub(super) async fn header(&self) -> Result<HeaderValue, String> {
        let text = match self {
            Self::Basic { username, password } => {
                let password = password.reveal().await?;
                format!("Basic {}", BASE64.encode(format!("{username}:{password}").as_bytes()))
            }
            Self::Bearer { token } => format!("Bearer {}", token.reveal().await?),
        };
        let mut header =
            HeaderValue::from_str(&text).map_err(|_| "the token has characters that no token has".to_owned())?;
        // Keeps it out of what the layers below may log.
        header.set_sensitive(true);
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_is_fetched_from_where_it_lies_and_shown_to_nobody() {
        let program = |script: &str| Secret::Command(["/bin/sh", "-c", script].map(str::to_owned).into());
        let basic =
            Credentials::Basic { username: "ann".into(), password: program("printf 'open sesame\\nsecond line'") };
        let header = basic.header().await.unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic YW5uOm9wZW4gc2VzYW1l");
        assert!(!format!("{header:?}{basic:?}").contains("YW5uOm"));
        let missing = Credentials::Bearer { token: Secret::Environment("PENPAL_TEST_IS_NOT_SET".into()) };
        assert_eq!(missing.header().await.unwrap_err(), "the environment variable PENPAL_TEST_IS_NOT_SET is not set");
        let failing = Credentials::Bearer { token: program("echo locked >&2; exit 1") };
        let said = failing.header().await.unwrap_err();
        assert!(said.contains("/bin/sh failed") && !said.contains("locked"), "it may have said the secret: {said}");
        assert_eq!(
            Credentials::Bearer { token: program("true") }.header().await.unwrap_err(),
            "what /bin/sh prints is empty"
        );
    }
}
