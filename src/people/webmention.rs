//! Telling a page that another one links to it (W3C Recommendation Webmention, 2017-01-12), with the voucher that IndieWeb's
//! Vouch adds.

use url::Url;

use crate::{
    model::{PageUrl, Plain, Timestamp},
    web::{Ask, Reply, Trust, Web, WebError, find::page_of, guard},
};

const LARGEST_PAGE: usize = 4 << 20;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MentionError {
    #[error(transparent)]
    Web(#[from] WebError),
    #[error("{0} answered {1}, so where it takes mentions is unknown")]
    Page(Url, u16),
    #[error("{0} takes no webmentions")]
    NoEndpoint(Url),
    #[error("{endpoint} refused the mention ({status}){}", said(.words))]
    Refused { endpoint: Url, status: u16, words: Plain },
    /// The mention may have come through.
    #[error("whether {endpoint} took the mention is unknown: {why}")]
    Unsure { endpoint: Url, why: WebError },
}

fn said(words: &Plain) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

/// What a receiver made of a mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub endpoint: Url,
    pub status: u16,
}

/// Where a page takes mentions: the first `Link` header that says so, else the first `<link>` or `<a>` in the document
/// (Webmention, 3.1.2).
pub fn endpoint(reply: &Reply) -> Option<Url> {
    let is_it = |rel: &str| rel.split_ascii_whitespace().any(|word| word == "webmention");
    let header = reply.links.iter().find(|(rel, _)| is_it(rel)).map(|(_, url)| url.clone());
    header.or_else(|| page_of(reply)?.webmention)
}

/// Asks a page where it takes mentions.
pub async fn discover(web: &Web, target: &Url, trust: Trust, now: Timestamp) -> Result<Url, MentionError> {
    let reply = web.get(Ask { largest: LARGEST_PAGE, cut: true, ..Ask::page(target, trust) }, now).await?;
    if !reply.is_ok() {
        return Err(MentionError::Page(reply.url, reply.status));
    }
    endpoint(&reply).ok_or(MentionError::NoEndpoint(reply.url))
}

/// Finds where `target` takes mentions and tells it that `source` links to it. Private addresses are reached only where
/// `target` itself is on a private network.
pub async fn send(
    web: &Web,
    source: &PageUrl,
    target: &PageUrl,
    vouch: Option<&PageUrl>,
    now: Timestamp,
) -> Result<Sent, MentionError> {
    let trust = if guard::is_private(target.url()) { Trust::Named } else { Trust::Found };
    let endpoint = discover(web, target.url(), trust, now).await?;
    let mut fields = vec![("source", source.as_str()), ("target", target.as_str())];
    fields.extend(vouch.map(|page| ("vouch", page.as_str())));
    let reply = match web.post_form(&endpoint, trust, &fields, now).await {
        Ok(reply) => reply,
        Err(error) if error.was_answered() => return Err(MentionError::Unsure { endpoint, why: error }),
        Err(error) => return Err(error.into()),
    };
    match reply.status {
        status @ 200..300 => Ok(Sent { endpoint, status }),
        status => {
            let words = String::from_utf8_lossy(&reply.body).chars().take(200).collect::<String>();
            let words = if words.trim_start().starts_with('<') { Plain::default() } else { Plain::line(&words) };
            Err(MentionError::Refused { endpoint, status, words })
        }
    }
}
