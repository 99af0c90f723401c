//! One outline's attributes: a subscription, another list, or neither.

use std::collections::HashMap;

use super::attributes::Attribute;
use super::{Include, Outline, Skipped, name};
use crate::model::{FeedUrl, PageUrl, Plain, SiteUrl};

/// Prefixes of names and what they stand for, as declared anywhere before.
pub(super) type Namespaces = HashMap<String, String>;

/// What an outline turned out to be.
pub(super) enum Kind {
    Feed(Outline),
    /// Another list; the second half reports it.
    List(Include, Skipped),
    /// Names an address that cannot be followed.
    Unusable(Skipped),
    /// A folder if anything is inside it, else what is reported.
    Bare(Skipped),
}

/// `folder` is where it stands.
pub(super) fn kind(attributes: &[Attribute<'_>], folder: &[Plain], namespaces: &Namespaces, line: usize) -> Kind {
    let get = |name: &str| {
        let value = attributes.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.trim().is_empty());
        value.map(|(_, value)| value.as_ref())
    };
    let text = get("text").and_then(|text| name::read(text).some());
    let title = text.clone().or_else(|| name::read(get("title")?).some());
    let skipped = |address: Option<&str>, reason: String| Skipped {
        line,
        title: title.clone(),
        address: address.map(|address| Plain::line(address).into()),
        reason,
    };
    let kind = get("type").unwrap_or_default().trim().to_ascii_lowercase();
    let is_feed = matches!(kind.as_str(), "rss" | "atom" | "feed" | "json") || kind.ends_with("+xml");
    let Some(address) = get("xmlUrl").or_else(|| get("url").filter(|_| is_feed)) else {
        if matches!(kind.as_str(), "include" | "link") {
            return list_or_link(&kind, get("url").or_else(|| get("href")), title.as_ref(), line, skipped);
        }
        return match get("htmlUrl") {
            Some(site) => {
                let reason =
                    format!("only the site's address is given; `penpal follow {}` looks for its feed", site.trim());
                Kind::Bare(skipped(Some(site), Plain::line(&reason).into()))
            }
            None if is_feed => Kind::Bare(skipped(None, "it is called a feed but has no address (xmlUrl)".to_owned())),
            None => Kind::Bare(skipped(None, "it has no feed address (xmlUrl), and no feeds are inside it".to_owned())),
        };
    };
    let feed_url = match FeedUrl::parse(address) {
        Ok(feed_url) => feed_url,
        Err(error) => return Kind::Unusable(skipped(Some(address), Plain::line(&error.to_string()).into())),
    };
    let site_url = get("htmlUrl").and_then(|site| SiteUrl::parse(site).ok());
    let tags = get("category").unwrap_or_default().split(',').filter_map(|tag| Plain::line(tag).some()).collect();
    let mut other = Vec::new();
    for (key, value) in attributes {
        let known = match key.to_ascii_lowercase().as_str() {
            "text" | "category" | "xmlurl" | "xmlns" => true,
            "url" => get("xmlUrl").is_none(),
            "title" => name::read(value).some().is_none_or(|name| Some(name) == title),
            "type" => kind == "rss" || value.trim().is_empty(),
            // A site's address that isn't one is of no use here, but somebody's all the same.
            "htmlurl" => site_url.is_some() || value.trim().is_empty(),
            _ => false,
        };
        if !known && is_writable(key) && !other.iter().any(|(name, _)| name == key) {
            other.push(((*key).to_owned(), value.clone().into_owned()));
        }
    }
    declare_prefixes(&mut other, namespaces);
    Kind::Feed(Outline { feed_url, title, site_url, folder: folder.to_vec(), tags, other, line })
}

fn list_or_link(
    kind: &str,
    address: Option<&str>,
    title: Option<&Plain>,
    line: usize,
    skipped: impl Fn(Option<&str>, String) -> Skipped,
) -> Kind {
    let Some(address) = address else {
        return Kind::Bare(skipped(None, format!("it is of type {kind:?} but has no address (url)")));
    };
    let target = match PageUrl::parse(address) {
        Ok(target) => target,
        Err(error) => return Kind::Unusable(skipped(Some(address), Plain::line(&error.to_string()).into())),
    };
    let path = target.url().path().to_ascii_lowercase();
    if kind == "link" && !(path.ends_with(".opml") || path.ends_with(".opml.xml")) {
        return Kind::Unusable(skipped(Some(address), "a link to a page, not a feed".to_owned()));
    }
    let reason = format!("another list, which is not read by itself; `penpal import {target}` does");
    Kind::List(Include { address: target, title: title.cloned(), line }, skipped(Some(address), reason))
}

/// Whether XML lets it be an attribute's name; ASCII only, which leaves no doubt.
fn is_writable(name: &str) -> bool {
    let letters = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    match name.split_once(':') {
        Some((prefix, local)) => letters(prefix) && letters(local) && local != "xmlns",
        None => letters(name),
    }
}

/// A name such as `frss:priority` is an error to other programs unless its prefix is declared; the declaration, which
/// the file has at its top, goes along with it.
fn declare_prefixes(other: &mut Vec<(String, String)>, namespaces: &Namespaces) {
    let is_void = |name: &str, value: &str| name.starts_with("xmlns:") && value.trim().is_empty();
    other.retain(|(name, value)| !(is_reserved(name) || is_void(name, value)));
    let prefixes: Vec<String> = other.iter().filter_map(|(name, _)| Some(name.split_once(':')?.0.to_owned())).collect();
    for prefix in prefixes {
        let declaration = format!("xmlns:{prefix}");
        if matches!(prefix.as_str(), "xml" | "xmlns") || other.iter().any(|(name, _)| *name == declaration) {
            continue;
        }
        let namespace = namespaces.get(&declaration).cloned().unwrap_or_else(|| format!("urn:undeclared:{prefix}"));
        other.push((declaration, namespace));
    }
}

/// Prefixes that cannot be declared.
fn is_reserved(name: &str) -> bool {
    name.strip_prefix("xmlns:").is_some_and(|prefix| prefix.len() >= 3 && prefix[..3].eq_ignore_ascii_case("xml"))
}
