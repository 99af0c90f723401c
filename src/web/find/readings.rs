//! What a pasted text may mean.

use url::Url;

use crate::model::FeedUrl;

/// The addresses that a text may stand for.
pub(super) struct Readings {
    /// The likeliest first; empty if it is none.
    pub(super) urls: Vec<Url>,
    /// It is a person's or a group's name in a network.
    pub(super) is_handle: bool,
}

pub(super) fn readings(text: &str) -> Readings {
    let text = text.trim().trim_matches(['<', '>', '"', '“', '”']);
    if let Some(address) = handle(text) {
        return Readings { urls: address.parse().into_iter().collect(), is_handle: true };
    }
    if let Ok(feed) = FeedUrl::parse(text) {
        return Readings { urls: vec![feed.url().clone()], is_handle: false };
    }
    let bare =
        !text.is_empty() && !text.contains("://") && !text.contains(char::is_whitespace) && text.contains(['.', ':']);
    let schemes: &[&str] = if bare { &["https", "http"] } else { &[] };
    let urls = schemes.iter().filter_map(|scheme| FeedUrl::parse(&format!("{scheme}://{text}")).ok());
    Readings { urls: urls.map(|url| url.url().clone()).collect(), is_handle: false }
}

/// The page of a name in a network: `@ann@social.example` (Mastodon), `!rust@forum.example` (Lemmy), `@ann.example`
/// (Bluesky), `r/rust` and `u/ann` (Reddit).
fn handle(text: &str) -> Option<String> {
    let is_name = |name: &str| !name.is_empty() && !name.contains(['/', '@', ':', '?', '#', ' ']);
    if let Some((name, instance)) = text.strip_prefix('@').and_then(|handle| handle.split_once('@')) {
        return (is_name(name) && !instance.is_empty()).then(|| format!("https://{instance}/@{name}"));
    }
    if let Some((name, instance)) = text.strip_prefix('!').and_then(|handle| handle.split_once('@')) {
        return (is_name(name) && !instance.is_empty()).then(|| format!("https://{instance}/c/{name}"));
    }
    if let Some(name) = text.strip_prefix('@').filter(|name| is_name(name) && name.contains('.')) {
        return Some(format!("https://bsky.app/profile/{name}"));
    }
    let (kind, name) = text.strip_prefix('/').unwrap_or(text).split_once('/')?;
    match kind {
        "r" if is_name(name) => Some(format!("https://www.reddit.com/r/{name}")),
        "u" if is_name(name) => Some(format!("https://www.reddit.com/user/{name}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_is_understood() {
        for (text, expected) in [
            ("https://example.net/a", &["https://example.net/a"][..]),
            ("<https://example.net/a>", &["https://example.net/a"]),
            ("feed:https://example.net/f", &["https://example.net/f"]),
            ("feed://example.net/f", &["http://example.net/f"]),
            ("example.net/blog", &["https://example.net/blog", "http://example.net/blog"]),
            ("@ann@social.example", &["https://social.example/@ann"]),
            ("!rust@forum.example", &["https://forum.example/c/rust"]),
            ("@ann.example", &["https://bsky.app/profile/ann.example"]),
            ("r/rust", &["https://www.reddit.com/r/rust"]),
            ("/u/ann", &["https://www.reddit.com/user/ann"]),
            ("some words", &[]),
            ("@ann", &[]),
            ("", &[]),
        ] {
            assert_eq!(readings(text).urls.iter().map(Url::as_str).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
