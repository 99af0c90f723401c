//! Who wrote something: Atom's persons, and the strings that RSS has for them.

use url::Url;

use super::content::{line, plain_line};
use super::links::resolve;
use super::mend::cut;
use super::tree::Element;
use crate::model::Plain;

/// Somebody who wrote a feed or an entry. At least one of the three is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    pub name: Option<Plain>,
    pub email: Option<Plain>,
    pub url: Option<Url>,
}

/// An address of the longest possible mailbox (RFC 5321, 4.5.3.1) with a name around it; a longer text is neither.
const LONGEST: usize = 1024;
/// Authors of one entry.
const MOST: usize = 100;

/// The authors that an element names, without repeats. The format's own win over Dublin Core's and those over iTunes'.
pub(super) fn authors(element: &Element, fallback: Option<&Url>) -> Vec<Author> {
    for names in [
        &["author", "atom:author"][..],
        &["dc:creator", "dc:author"],
        &["managingeditor", "atom:managingeditor"],
        &["itunes:author", "media:credit"],
        &["webmaster", "itunes:owner"],
    ] {
        let mut found: Vec<Author> = Vec::new();
        for author in element.any(names).take(MOST).filter_map(|author| one(author, fallback)) {
            if !found.contains(&author) {
                found.push(author);
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn one(element: &Element, fallback: Option<&Url>) -> Option<Author> {
    if !element.has_children() {
        return from_text(line(element)?.as_str());
    }
    let field = |names: &[&str]| element.any(names).find_map(line);
    let url = element.any(&["atom:uri", "atom:url", "atom:homepage", "uri", "url"]).find(|url| !url.text().is_empty());
    let author = Author {
        name: field(&["atom:name", "name", "itunes:name"]),
        email: field(&["atom:email", "email", "itunes:email"]),
        url: url.and_then(|url| resolve(url.base.as_deref().or(fallback), &url.text())),
    };
    (author != Author::default()).then_some(author).or_else(|| from_text(&element.text()))
}

/// Reads `ann@example.org (Ann)`, `Ann <ann@example.org>`, `Ann (ann@example.org)`, an address alone or a name alone.
pub(super) fn from_text(text: &str) -> Option<Author> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let named = |name: &str| Author { name: plain_line(name), ..Author::default() };
    if text.len() > LONGEST {
        return Some(named(cut(text, LONGEST)));
    }
    let Some(address) =
        text.split(|c: char| c.is_whitespace() || "()<>[],;\"“”（）＜＞".contains(c)).find(|word| is_address(word))
    else {
        return Some(named(text.trim_matches('"')));
    };
    let bare = address.strip_prefix("mailto:").unwrap_or(address);
    let rest = text.replacen(address, " ", 1).replace("mailto:", " ");
    let name = rest.trim_matches(|c: char| c.is_whitespace() || "()<>[],;\"-“”（）＜＞".contains(c));
    Some(Author { name: plain_line(name), email: plain_line(bare), url: None })
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !host.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        for (text, name, email) in [
            ("ann@example.org (Ann Lee)", "Ann Lee", "ann@example.org"),
            ("Ann Lee <ann@example.org>", "Ann Lee", "ann@example.org"),
            ("Ann Lee (ann@example.org)", "Ann Lee", "ann@example.org"),
            ("\"Lee, Ann\" <ann@example.org>", "Lee, Ann", "ann@example.org"),
            ("“Ann”ann@example.org", "Ann", "ann@example.org"),
            ("mailto:ann@example.org", "", "ann@example.org"),
            ("ann@example.org", "", "ann@example.org"),
            ("noreply@example.org（山田）", "山田", "noreply@example.org"),
            ("Ann Lee", "Ann Lee", ""),
            ("@ann", "@ann", ""),
        ] {
            let author = from_text(text).unwrap();
            let plain = |field: Option<Plain>| field.map(String::from).unwrap_or_default();
            assert_eq!((plain(author.name).as_str(), plain(author.email).as_str()), (name, email), "{text}");
        }
        assert_eq!(from_text("  "), None);
    }
}
