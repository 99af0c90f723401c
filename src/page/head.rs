//! What a page says of itself: title, description, language, canonical address, generator.

use scraper::{ElementRef, Html};
use url::Url;

use super::walk::short_text;
use crate::model::Plain;

/// Bytes of an address; longer ones are data or an attack.
const LONGEST_ADDRESS: usize = 8 * 1024;
/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 1_000;

/// The address that others on the page are relative to: the first `<base href>`, else where it was fetched.
pub(super) fn base(document: &Html, fetched: &Url) -> Url {
    let bases = document.tree.nodes().filter_map(ElementRef::wrap).filter(|element| element.value().name() == "base");
    let href = bases.filter_map(|element| element.attr("href")).next();
    href.and_then(|href| resolve(fetched, href)).unwrap_or_else(|| fetched.clone())
}

/// An absolute http or https address without fragment.
pub(super) fn resolve(base: &Url, href: &str) -> Option<Url> {
    let href = href.trim();
    if href.len() > LONGEST_ADDRESS || base.as_str().len() > LONGEST_ADDRESS {
        return None;
    }
    let mut url = base.join(href).ok()?;
    url.set_fragment(None);
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    is_web.then_some(url)
}

/// Adds what is not there yet, up to `most`.
pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T, most: usize) {
    if list.len() < most && !list.contains(&item) {
        list.push(item);
    }
}

/// Gathers what stands in `<head>`, also where it stands elsewhere.
#[derive(Debug, Default)]
pub(super) struct Head {
    title: Option<Plain>,
    shared_title: Option<Plain>,
    description: Option<Plain>,
    shared_description: Option<Plain>,
    language: Option<String>,
    pub(super) canonical: Option<Url>,
    pub(super) generator: Option<Plain>,
    /// `<meta name="author">`.
    pub(super) author: Option<Plain>,
    /// `<meta name="fediverse:creator">`.
    pub(super) creators: Vec<String>,
    pub(super) noindex: bool,
}

impl Head {
    pub(super) fn open(&mut self, element: ElementRef<'_>, base: &Url) {
        let value = element.value();
        match value.name() {
            "html" => set(&mut self.language, value.attr("lang").or_else(|| value.attr("xml:lang")).and_then(language)),
            // Drawings have titles too.
            "title" if &*value.name.ns == "http://www.w3.org/1999/xhtml" => {
                set(&mut self.title, Plain::line(&short_text(element, 500)).some());
            }
            "link" if has_token(value.attr("rel"), "canonical") => {
                set(&mut self.canonical, value.attr("href").and_then(|href| resolve(base, href)));
            }
            "meta" => {
                let key = value.attr("name").or_else(|| value.attr("property")).or_else(|| value.attr("http-equiv"));
                if let (Some(key), Some(content)) = (key, value.attr("content")) {
                    self.meta(&key.trim().to_ascii_lowercase(), content);
                }
            }
            _ => {}
        }
    }

    fn meta(&mut self, key: &str, content: &str) {
        let text = || Plain::line(cut(content, LONGEST_DESCRIPTION)).some();
        match key {
            "og:title" | "twitter:title" => set(&mut self.shared_title, text()),
            "description" => set(&mut self.description, text()),
            "og:description" | "twitter:description" => set(&mut self.shared_description, text()),
            "generator" => set(&mut self.generator, text()),
            "author" => {
                let name = text().filter(|name| !name.as_str().contains("://") && !name.as_str().contains('@'));
                set(&mut self.author, name);
            }
            "content-language" => set(&mut self.language, language(content)),
            "og:locale" => set(&mut self.language, language(&content.replace('_', "-"))),
            "fediverse:creator" => push_new(&mut self.creators, content.trim().to_owned(), 10),
            "robots" | "googlebot" | "penpal" => {
                let content = content.to_ascii_lowercase();
                self.noindex |= content.split([',', ' ']).any(|word| matches!(word.trim(), "noindex" | "none"));
            }
            _ => {}
        }
    }

    pub(super) fn title(&self) -> Option<Plain> {
        self.title.clone().or_else(|| self.shared_title.clone())
    }

    pub(super) fn description(&self) -> Option<Plain> {
        self.description.clone().or_else(|| self.shared_description.clone())
    }

    pub(super) fn language(&self) -> Option<String> {
        self.language.clone()
    }
}

/// The first that is said stays.
fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// Whether a list of words such as `rel` has `token`, in any case.
pub(super) fn has_token(list: Option<&str>, token: &str) -> bool {
    list.unwrap_or_default().split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(token))
}

/// At most so many characters.
pub(super) fn cut(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

/// `None` if it cannot be a language tag (BCP 47).
fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().split(',').next()?.trim();
    let plausible = (2..=35).contains(&tag.len())
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plausible.then(|| tag.to_owned())
}
