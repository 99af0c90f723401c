//! The person behind a page: name, accounts elsewhere, ways to write to them.

use scraper::ElementRef;
use url::Url;

use super::friends::percent_decoded;
use super::head::{has_token, push_new, resolve};
use super::place::Place;
use super::walk::short_text;
use crate::model::Plain;

/// As many of each as are kept.
const MOST: usize = 50;
/// Elements of an h-card that are looked at.
const NODES_OF_A_CARD: usize = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 80;

/// The classes of a place in microformats2, and in hCard before them.
const PLACES: [&[&str]; 4] = [
    &["p-locality", "locality"],
    &["p-region", "region"],
    &["p-country-name", "country-name"],
    &["p-adr", "adr", "p-label"],
];

/// Gathers what a page tells of its author.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub(super) me: Vec<Url>,
    pub(super) emails: Vec<Plain>,
    pub(super) webmention: Option<Url>,
    /// How many h-cards have been looked at.
    cards: usize,
    /// The best h-card's name, and how sure it is the author's.
    card: Option<(u8, Plain)>,
    /// The place of the best h-card that has one.
    locality: Option<(u8, Plain)>,
    /// The text of `rel="author"`.
    author: Option<Plain>,
    /// What `rel="me"` gives.
    mastodon: Vec<Plain>,
}

impl Person {
    /// Any element. `page` is where relative addresses start.
    pub(super) fn open(&mut self, element: ElementRef<'_>, place: Place, in_content: bool, page: &Url) {
        let value = element.value();
        if value.classes().any(|class| matches!(class, "h-card" | "vcard")) && !in_content {
            self.card(element, place, page);
        }
        if !matches!(value.name(), "a" | "link" | "area") {
            return;
        }
        let (rel, Some(href)) = (value.attr("rel"), value.attr("href")) else { return };
        if let Some(address) = mail_address(href) {
            // What visitors leave in comments is theirs.
            if place != Place::Comment {
                push_new(&mut self.emails, address, MOST);
            }
            return;
        }
        if rel.is_none() {
            return;
        }
        let Some(url) = resolve(page, href) else { return };
        if has_token(rel, "webmention") && self.webmention.is_none() {
            self.webmention = Some(url.clone());
        }
        if place == Place::Comment {
            return;
        }
        if has_token(rel, "me") {
            if let Some(handle) = handle_of_account(&url) {
                push_new(&mut self.mastodon, handle, MOST);
            }
            push_new(&mut self.me, url, MOST);
        }
        if has_token(rel, "author") && value.name() == "a" && self.author.is_none() {
            self.author = name(&short_text(element, LONGEST_NAME + 1));
        }
    }

    /// An h-card (microformats2), or its older form, hCard. The page's own links to the page, is marked as the author's
    /// or holds `rel="me"`; cards of friends and visitors are left out.
    fn card(&mut self, card: ElementRef<'_>, place: Place, page: &Url) {
        if matches!(place, Place::Comment | Place::Blogroll) || self.cards >= MOST {
            return;
        }
        self.cards += 1;
        let (mut stated, mut is_own) = (None, card.value().classes().any(|class| class == "p-author"));
        let mut pictured = None;
        let mut places: [Option<Plain>; 4] = Default::default();
        for element in card.descendent_elements().take(NODES_OF_A_CARD) {
            let value = element.value();
            if stated.is_none() && value.classes().any(|class| matches!(class, "p-name" | "fn")) {
                stated = name(value.attr("alt").unwrap_or(&short_text(element, LONGEST_NAME + 1)));
            }
            if let Some(part) = PLACES.iter().position(|names| value.classes().any(|class| names.contains(&class)))
                && places[part].is_none()
            {
                places[part] = name(&short_text(element, LONGEST_NAME + 1));
            }
            pictured = pictured.or_else(|| value.attr("alt").and_then(name));
            let is_home = |href| resolve(page, href).is_some_and(|url| url.host() == page.host() && url.path() == "/");
            is_own |= has_token(value.attr("rel"), "me") || value.attr("href").is_some_and(is_home);
        }
        let rank = if is_own { 2 } else { 1 };
        if let Some(place) = place_of(places)
            && self.locality.as_ref().is_none_or(|(best, _)| *best < rank)
        {
            self.locality = Some((rank, place));
        }
        if self.card.as_ref().is_none_or(|(best, _)| *best < rank) {
            let shown = || name(&short_text(card, LONGEST_NAME + 1));
            if let Some(name) = stated.or_else(shown).or(pictured) {
                self.card = Some((rank, name));
            }
        }
    }

    /// The name, where `meta` is what `<meta name="author">` says. On a page that lists others, `lists_others`, only a
    /// card that is marked as the author's counts.
    pub(super) fn name(&self, meta: Option<&Plain>, lists_others: bool) -> Option<Plain> {
        let card = |least: u8| self.card.as_ref().filter(|(rank, _)| *rank >= least).map(|(_, name)| name);
        card(2).or(meta).or_else(|| card(if lists_others { 2 } else { 1 })).or(self.author.as_ref()).cloned()
    }

    /// The place, by the same rules.
    pub(super) fn locality(&self, lists_others: bool) -> Option<Plain> {
        let least = if lists_others { 2 } else { 1 };
        self.locality.as_ref().filter(|(rank, _)| *rank >= least).map(|(_, place)| place.clone())
    }

    /// Handles; `creators` is what `<meta name="fediverse:creator">` says.
    pub(super) fn mastodon(&self, creators: &[String]) -> Vec<Plain> {
        let mut handles: Vec<Plain> = creators.iter().filter_map(|text| handle(text)).collect();
        for found in &self.mastodon {
            push_new(&mut handles, found.clone(), MOST);
        }
        handles
    }
}

/// Town, region and country where they are told apart; else what stands for all of them.
fn place_of([town, region, country, whole]: [Option<Plain>; 4]) -> Option<Plain> {
    let mut parts: Vec<Plain> = [town, region, country].into_iter().flatten().collect();
    parts.dedup();
    if parts.is_empty() {
        return whole;
    }
    name(&parts.iter().map(Plain::as_str).collect::<Vec<_>>().join(", "))
}

/// `None` if it is too long to be one.
fn name(text: &str) -> Option<Plain> {
    Plain::line(text).some().filter(|name| name.as_str().chars().count() <= LONGEST_NAME)
}

/// The address in a `mailto:`, without subject.
fn mail_address(href: &str) -> Option<Plain> {
    let href = href.trim();
    let scheme = href.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))?;
    let address = href[scheme.len()..].split(['?', ',']).next().unwrap_or_default();
    let address = percent_decoded(address);
    let (local, host) = address.trim().split_once('@')?;
    let is_sound = !local.is_empty() && host.contains('.') && !host.contains('@') && address.len() <= 254;
    let is_line =
        !address.trim().contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    (is_sound && is_line).then(|| Plain::line(&address))
}

/// `@name@host`, written with or without the first `@`.
fn handle(text: &str) -> Option<Plain> {
    let (name, host) = text.trim().trim_start_matches('@').split_once('@')?;
    let is_name =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let is_host =
        host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':'));
    (is_name && is_host && text.len() < 200).then(|| Plain::line(&format!("@{name}@{host}")))
}

/// An account's address in Mastodon's form, `https://host/@name`, which other services have as well.
fn handle_of_account(url: &Url) -> Option<Plain> {
    const OTHERS: [&str; 9] = [
        "bsky.app",
        "medium.com",
        "substack.com",
        "threads.com",
        "threads.net",
        "tiktok.com",
        "twitter.com",
        "vimeo.com",
        "youtube.com",
    ];
    let host = url.host_str()?.trim_start_matches("www.");
    let path = url.path().trim_end_matches('/');
    let name = path.strip_prefix("/@").or_else(|| path.strip_prefix("/users/"))?;
    (!OTHERS.contains(&host)).then(|| handle(&format!("{name}@{host}")))?
}
