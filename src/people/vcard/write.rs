//! People as cards of version 4.0.

use super::{
    OUR_UID, Says,
    lines::{ContentLine, escape, fold},
    parts_of, profile, says, written,
};
use crate::model::{Contact, ContactKind, PassedKind, Person, Standing};

/// All of them in one file. Why somebody stands where they do, and that somebody is kept at a distance or never to be
/// suggested, is in no export.
pub fn write<'a>(people: impl Iterator<Item = &'a Person>) -> String {
    people.map(card).collect()
}

fn card(person: &Person) -> String {
    let kept: Vec<ContentLine> = person
        .cards
        .iter()
        .filter_map(|line| ContentLine::read(line.as_str()))
        .filter(|line| holds(person, line))
        .collect();
    let has = |name: &str| kept.iter().any(|line| line.name == name);
    let mut lines = vec!["BEGIN:VCARD".to_owned(), "VERSION:4.0".to_owned()];
    let mut add = |name: &str, value: &str| lines.push(format!("{name}:{}", escape(value)));
    if !has("UID") {
        add("UID", &format!("{OUR_UID}{}", person.id));
    }
    add("FN", person.name.as_str());
    if !has("N") {
        lines.push(format!("N:{}", parts_of(person.name.as_str())));
    }
    lines.extend(kept.iter().map(ContentLine::written));
    for contact in &person.reach {
        let is_there = kept.iter().any(|line| matches!(says(line), Says::Reach(other) if is_same(&other, contact)));
        if !is_there {
            lines.push(reach(contact));
        }
    }
    let sites =
        person.blogs.iter().filter_map(|blog| blog.site_url.as_ref()).map(|site| (site.canonical(), site.as_str()));
    for (canonical, page) in person.pages.iter().map(|page| (page.canonical(), page.as_str())).chain(sites) {
        let is_there =
            kept.iter().any(|line| matches!(says(line), Says::Page(other) if other.canonical() == canonical));
        if !is_there {
            lines.push(format!("URL:{page}"));
        }
    }
    let mut add = |name: &str, value: &str| lines.push(format!("{name}:{}", escape(value)));
    person.blogs.iter().for_each(|blog| add("X-PENPAL-FEED", blog.feed_url.as_str()));
    person.circles.iter().for_each(|circle| add("X-PENPAL-CIRCLE", circle.as_str()));
    if let Some(met) = &person.met {
        add("X-PENPAL-MET", met.as_str());
    }
    if let Some(from) = &person.from {
        add("X-PENPAL-FROM", from.as_str());
    }
    if let Some(word) = public(person.standing) {
        add("X-PENPAL-STANDING", &word);
    }
    if !person.tags.is_empty() {
        let tags: Vec<String> = person.tags.iter().map(|tag| escape(tag.as_str())).collect();
        lines.push(format!("CATEGORIES:{}", tags.join(",")));
    }
    for passed in &person.log {
        match passed.kind {
            PassedKind::Note => {
                lines.push(format!("NOTE;CREATED={}:{}", written(passed.when), escape(passed.text.as_str())));
            }
            // A struct of plain fields has no way to fail here.
            _ => lines.extend(serde_json::to_string(passed).ok().map(|json| format!("X-PENPAL-LOG:{}", escape(&json)))),
        }
    }
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| fold(line)).collect()
}

/// What was taken out of the book is not written because a line of the old card still says it.
fn holds(person: &Person, line: &ContentLine) -> bool {
    match says(line) {
        Says::Reach(contact) => person.reach.iter().any(|known| is_same(known, &contact)),
        Says::Page(page) => {
            let is_site = |site: &crate::model::SiteUrl| site.canonical() == page.canonical();
            person.pages.iter().any(|known| known.canonical() == page.canonical())
                || person.blogs.iter().any(|blog| blog.site_url.as_ref().is_some_and(is_site))
        }
        Says::Feed(_) => false,
        Says::Other => true,
    }
}

fn is_same(a: &Contact, b: &Contact) -> bool {
    a.kind == b.kind && a.value.as_str().eq_ignore_ascii_case(b.value.as_str())
}

fn reach(contact: &Contact) -> String {
    let value = escape(contact.value.as_str());
    match contact.kind {
        ContactKind::Email => format!("EMAIL:{value}"),
        ContactKind::Phone => format!("TEL:{value}"),
        ContactKind::Chat => format!("IMPP:{value}"),
        ContactKind::Form => format!("CONTACT-URI:{value}"),
        ContactKind::Webmention => format!("X-PENPAL-WEBMENTION:{value}"),
        ContactKind::Mastodon => match profile(contact.value.as_str()) {
            Some(address) => format!("SOCIALPROFILE;SERVICE-TYPE=Mastodon:{}", escape(&address)),
            None => format!("IMPP:{value}"),
        },
    }
}

/// How far the two have come; what the user thinks of them is private.
fn public(standing: Standing) -> Option<String> {
    let is_public = matches!(
        standing,
        Standing::Flagged
            | Standing::Invited
            | Standing::Answered
            | Standing::Connected
            | Standing::Declined
            | Standing::Lapsed
    );
    is_public.then(|| serde_json::to_value(standing).ok()?.as_str().map(str::to_owned)).flatten()
}
