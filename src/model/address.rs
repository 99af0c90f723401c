//! Addresses on the web, each kind a type of its own: a feed's address is not its site's.

use serde::{Deserialize, Serialize};
use url::Url;

/// Why a text is no address that penpal can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("{0:?} is not a web address: {1}")]
    Unreadable(String, url::ParseError),
    #[error("{0:?} is not a web address: only http and https can be fetched")]
    Scheme(String),
    #[error("{0:?} is not a web address: it names no host")]
    NoHost(String),
    /// A program or a file, as other readers have them in their lists.
    #[error(
        "{address:?} would make penpal {does}, which only your configuration can. Define it there as [[sources]] with \
         {definition}, and follow {followed}"
    )]
    Undefined { address: String, does: &'static str, definition: String, followed: String },
}

macro_rules! address {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "Url")]
        pub struct $name(Url);

        impl TryFrom<Url> for $name {
            type Error = AddressError;

            fn try_from(url: Url) -> Result<Self, AddressError> {
                is_web(&url).then(|| Self(url.clone())).ok_or_else(|| AddressError::Scheme(url.to_string()))
            }
        }

        impl $name {
            /// Reads an absolute http or https address; a `feed:` in front of it is taken off.
            pub fn parse(text: &str) -> Result<Self, AddressError> {
                web_address(text).map(Self)
            }

            /// `None` unless it is http or https with a host.
            pub fn from_url(url: Url) -> Option<Self> {
                is_web(&url).then_some(Self(url))
            }

            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            pub fn url(&self) -> &Url {
                &self.0
            }

            /// In lower case, without port.
            pub fn host(&self) -> &str {
                self.0.host_str().unwrap_or_default()
            }

            /// What stays when scheme, default port and fragment are taken away: two addresses with the same
            /// canonical form are the same thing.
            pub fn canonical(&self) -> String {
                canonical(&self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.0.as_str())
            }
        }
    };
}

address! {
    /// The page for people that a feed belongs to.
    SiteUrl
}

address! {
    /// A post, or any other page that somebody links to.
    PageUrl
}

pub(super) fn web_address(text: &str) -> Result<Url, AddressError> {
    let text = text.trim();
    let bare = text.strip_prefix("feed:").map_or(text, |rest| rest.trim_start_matches("//"));
    let url = match Url::parse(bare) {
        // `feed://host/path` has lost its scheme by now.
        Err(url::ParseError::RelativeUrlWithoutBase) if bare.len() < text.len() => {
            Url::parse(&format!("http://{bare}"))
        }
        other => other,
    };
    let mut url = url.map_err(|error| AddressError::Unreadable(text.to_owned(), error))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme(text.to_owned()));
    }
    if !is_web(&url) {
        return Err(AddressError::NoHost(text.to_owned()));
    }
    url.set_fragment(None);
    Ok(url)
}

pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
}

/// Name and port: what counts as one host that is asked one thing at a time. The usual ports of http and https are one,
/// since one server stands behind both.
pub fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// See [`SiteUrl::canonical`].
pub fn canonical(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path())
}

/// A page's name when it is compared with other pages: canonical, without `www.`, trailing slash and tracking
/// parameters (`utm_*`, `fbclid`, `gclid`, `ref`), so that two links to one page meet.
pub fn page_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches("index.html").trim_end_matches('/');
    let kept: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| {
            !(name.starts_with("utm_") || matches!(&**name, "fbclid" | "gclid" | "ref" | "mc_cid" | "mc_eid"))
        })
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    format!("{host}{port}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedUrl;

    #[test]
    fn what_people_paste_is_read_and_the_rest_is_refused_with_its_reason() {
        for (text, url) in [
            (" https://example.org/feed ", "https://example.org/feed"),
            ("feed://example.org/rss", "http://example.org/rss"),
            ("feed:https://example.org/rss", "https://example.org/rss"),
            ("HTTP://EXAMPLE.org", "http://example.org/"),
            ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ] {
            assert_eq!(FeedUrl::parse(text).unwrap().as_str(), url);
        }
        assert!(matches!(FeedUrl::parse("ftp://example.org/"), Err(AddressError::Scheme(_))));
        assert!(matches!(FeedUrl::parse("just words"), Err(AddressError::Unreadable(..))));
    }

    #[test]
    fn two_links_to_one_page_meet() {
        let key = |text: &str| page_key(&Url::parse(text).unwrap());
        assert_eq!(key("https://www.example.org/a/?utm_source=x#c1"), key("http://example.org/a"));
        assert_ne!(key("https://example.org/a?id=1"), key("https://example.org/a?id=2"));
    }
}
