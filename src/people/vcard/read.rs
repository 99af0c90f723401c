//! Cards as entries.

use std::cmp::Ordering;

use super::{
    Says, handle,
    lines::{self, ContentLine},
    moment, parts_of, says,
};
use crate::{
    model::{Plain, Standing},
    people::entry::{AddressBook, Entry, Skipped},
};

/// Bytes of a line that is kept. Photos are larger; a journal that every device reads is no place for them.
const LONGEST_KEPT: usize = 16 << 10;
/// Lines of one card.
const MOST_LINES: usize = 1000;

/// Every card of a file; what stands outside of cards is skipped.
pub fn read(bytes: &[u8]) -> AddressBook {
    let mut book = AddressBook::default();
    let mut card: Option<Entry> = None;
    let mut lines_of_card = 0;
    for line in lines::read(bytes) {
        let line = match line {
            Ok(line) => line,
            Err(number) => {
                book.skipped.push(Skipped { line: number, reason: "this is no line of a vCard".into() });
                continue;
            }
        };
        let is_card = line.value.trim().eq_ignore_ascii_case("VCARD");
        match (line.name.as_str(), &mut card) {
            ("BEGIN", _) if is_card => {
                // A card in a card is somebody's agent in vCard 2.1; a card that never ended is one all the same.
                lines_of_card = 0;
                let begun = card.replace(Entry { line: line.line, ..Entry::default() });
                book.entries.extend(begun.map(finish));
            }
            ("END", _) if is_card => book.entries.extend(card.take().map(finish)),
            (_, Some(card)) => {
                lines_of_card += 1;
                match lines_of_card.cmp(&(MOST_LINES + 1)) {
                    Ordering::Less => take(card, line),
                    Ordering::Equal => card.left_out.push(format!("all lines after the first {MOST_LINES}")),
                    Ordering::Greater => {}
                }
            }
            (_, None) => {
                let reason = format!("{} stands outside of a card", line.name);
                book.skipped.push(Skipped { line: line.line, reason });
            }
        }
    }
    book.entries.extend(card.map(finish));
    book
}

fn take(card: &mut Entry, line: ContentLine) {
    let text = line.text();
    match line.name.as_str() {
        // About the file, not about somebody.
        "VERSION" | "PRODID" | "REV" => {}
        "FN" if card.name.is_none() => card.name = Plain::line(&text).some(),
        "NOTE" => {
            let created = line.parameter("CREATED").and_then(moment);
            card.notes.extend(Plain::text(text.trim()).some().map(|note| (created, note)));
        }
        "CATEGORIES" => {
            let tags = lines::parts(&line.value, ',').into_iter().map(lines::unescape);
            card.tags.extend(tags.filter_map(|tag| Plain::line(&tag).some()));
        }
        "X-PENPAL-CIRCLE" => card.circles.extend(Plain::line(&text).some()),
        "X-PENPAL-MET" => card.met = Plain::text(&text).some(),
        "X-PENPAL-FROM" => card.from = Plain::text(&text).some(),
        "X-PENPAL-STANDING" => card.standing = serde_json::from_value::<Standing>(text.into()).ok(),
        "X-PENPAL-LOG" => card.log.extend(serde_json::from_str(&text).ok()),
        "UID" => {
            if !text.starts_with(super::OUR_UID) {
                keep(card, &line);
            }
            card.uid = Some(text);
        }
        _ => {
            let is_plain = line.group.is_none()
                && line.parameters.iter().all(|(name, value)| name == "TYPE" && value.eq_ignore_ascii_case("INTERNET"));
            let is_ours = line.name.starts_with("X-PENPAL-");
            match says(&line) {
                Says::Reach(contact) => card.add_reach(contact),
                Says::Page(page) => card.add_page(page),
                Says::Feed(feed) => card.feeds.push(feed),
                Says::Other => return keep(card, &line),
            }
            // A profile that was made from a handle is made again; what says more than its value is kept.
            let is_made = line.name == "SOCIALPROFILE" && line.parameters.len() == 1 && handle(&text).is_some();
            if !(is_plain || is_ours || is_made) {
                keep(card, &line);
            }
        }
    }
}

fn keep(card: &mut Entry, line: &ContentLine) {
    let written = line.written();
    if written.len() <= LONGEST_KEPT {
        card.cards.extend(Plain::text(&written).some());
    } else {
        card.left_out.push(format!("{} ({} kB)", line.name, written.len() >> 10));
    }
}

/// A card without a name has one in its parts, or somewhere else; a name in parts that says no more is not kept.
fn finish(mut card: Entry) -> Entry {
    let property = |name: &str| {
        let lines = card.cards.iter().filter_map(|line| ContentLine::read(line.as_str()));
        lines.into_iter().find(|line| line.name == name)
    };
    if card.name.is_none() {
        let parts = property("N").and_then(|n| {
            let part = |at: usize| lines::parts(&n.value, ';').get(at).map(|part| lines::unescape(part));
            let words: Vec<String> = [3, 1, 2, 0, 4].into_iter().filter_map(part).collect();
            Plain::line(&words.join(" ")).some()
        });
        let other = |name: &str| property(name).and_then(|line| Plain::line(&line.text().replace(';', ", ")).some());
        card.name = parts.or_else(|| other("NICKNAME")).or_else(|| other("ORG"));
    }
    if let Some(name) = &card.name {
        let made = format!("N:{}", parts_of(name.as_str()));
        card.cards.retain(|line| line.as_str().trim_end_matches(';') != made.trim_end_matches(';'));
    }
    card
}
