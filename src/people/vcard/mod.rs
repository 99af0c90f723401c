//! vCards (RFC 6350) in and out: 4.0 and 3.0 as penpal writes them, 3.0 and 2.1 as phones and mail programs do.
//!
//! Of what a card says, the book takes names, addresses, pages, categories and notes. Every other property is kept as it
//! stands and written again; so are the parameters and groups of what was taken, as long as the book still has it.
//!
//! Read here and not by a crate, since a line that the book has no place for has to be kept as it stands, in a form that
//! can be journalled, and phones get much wrong that has to be read all the same.
//!
//! - `lines`: folding, escaping, character sets.
//! - `read`, `write`: cards.
//! - this page: what both know.

pub mod lines;
mod read;
mod write;

pub use read::read;
pub use write::{Version, write};

use chrono::NaiveDateTime;
use lines::ContentLine;
use url::Url;

use crate::model::{Contact, ContactKind, FeedUrl, PageUrl, Plain, Timestamp};

/// What penpal's own ids look like in a UID.
const OUR_UID: &str = "x-penpal:";

/// What a line says that the book has a place for. Reading and writing ask the same question, so that a line is kept only
/// as long as the book holds what it says.
enum Says {
    Reach(Contact),
    Page(PageUrl),
    Feed(FeedUrl),
    /// Nothing that the book could take.
    Other,
}

fn says(line: &ContentLine) -> Says {
    let text = line.text();
    let value = text.trim();
    let reach = |kind, value: &str| match Plain::line(value).some() {
        Some(value) => Says::Reach(Contact { kind, value }),
        None => Says::Other,
    };
    match line.name.as_str() {
        "EMAIL" => reach(ContactKind::Email, without(value, "mailto:")),
        "TEL" => reach(ContactKind::Phone, without(value, "tel:")),
        "IMPP" => reach(ContactKind::Chat, value),
        "CONTACT-URI" => match value.strip_prefix("mailto:") {
            Some(address) => reach(ContactKind::Email, address),
            None => reach(ContactKind::Form, value),
        },
        "SOCIALPROFILE" | "X-SOCIALPROFILE" => match handle(value) {
            Some(handle) if is_fediverse(line) => reach(ContactKind::Mastodon, &handle),
            _ => Says::Other,
        },
        "X-PENPAL-WEBMENTION" => reach(ContactKind::Webmention, value),
        "X-PENPAL-FEED" => FeedUrl::parse(value).map_or(Says::Other, Says::Feed),
        "URL" => PageUrl::parse(value)
            .or_else(|_| PageUrl::parse(&format!("http://{value}")))
            .map_or(Says::Other, Says::Page),
        _ => Says::Other,
    }
}

fn without<'a>(value: &'a str, scheme: &str) -> &'a str {
    match value.get(..scheme.len()) {
        Some(head) if head.eq_ignore_ascii_case(scheme) => &value[scheme.len()..],
        _ => value,
    }
}

/// Other services have addresses of the same form.
fn is_fediverse(line: &ContentLine) -> bool {
    line.is_type("mastodon") || line.parameter("SERVICE-TYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("mastodon"))
}

/// `@name@host` of `https://host/@name`.
fn handle(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let name = url.path().strip_prefix("/@")?.trim_end_matches('/');
    (!name.is_empty() && !name.contains('/')).then(|| format!("@{name}@{}", url.host_str().unwrap_or_default()))
}

fn profile(handle: &str) -> Option<String> {
    let (name, host) = handle.trim_start_matches('@').split_once('@')?;
    Some(format!("https://{host}/@{name}"))
}

/// The name in its parts, where nobody gave them: the last word is the family's.
fn parts_of(name: &str) -> String {
    let (given, family) = name.rsplit_once(' ').unwrap_or((name, ""));
    format!("{};{};;;", lines::escape(family), lines::escape(given))
}

/// A moment as vCard has it, `20261127T023000Z`.
fn written(moment: Timestamp) -> String {
    moment.calendar().format("%Y%m%dT%H%M%SZ").to_string()
}

fn moment(text: &str) -> Option<Timestamp> {
    let parsed = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y%m%dT%H%M%S").ok()?;
    Some(Timestamp(parsed.and_utc().timestamp()))
}
