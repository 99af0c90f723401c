//! An id for entries that have none: the same each time the entry is met, and never another entry's.

use std::collections::{HashMap, HashSet};

use data_encoding::HEXLOWER;

use super::Entry;

/// Gives every entry without an id one. That is its link where no other entry goes by it, so that a feed which learns
/// to write ids keeps its posts; else a hash of what it says first.
pub(super) fn invent_ids(entries: &mut [Entry]) {
    let mut taken: HashSet<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let mut links: HashMap<String, usize> = HashMap::new();
    for link in entries.iter().filter(|entry| entry.id.is_empty()).filter_map(|entry| entry.link.as_ref()) {
        *links.entry(link.as_str().to_owned()).or_default() += 1;
    }
    let mut repeats: HashMap<String, usize> = HashMap::new();
    for entry in entries.iter_mut().filter(|entry| entry.id.is_empty()) {
        let link = entry.link.as_ref().map(|link| link.as_str().to_owned());
        entry.id = match link.filter(|link| links.get(link) == Some(&1) && !taken.contains(link)) {
            Some(link) => link,
            None => {
                let hash = hash_of(entry);
                let repeat = repeats.entry(hash.clone()).or_default();
                *repeat += 1;
                if *repeat == 1 { hash } else { format!("{hash}-{repeat}") }
            }
        };
        taken.insert(entry.id.clone());
    }
}

/// The title, link and date name an entry; its text only where those say nothing, because texts are edited.
fn hash_of(entry: &Entry) -> String {
    let mut hasher = blake3::Hasher::new();
    let title = entry.title.as_ref().map_or("", |title| title.as_str());
    let link = entry.link.as_ref().map_or("", |link| link.as_str());
    let date = entry.published.map(|published| published.rfc3339()).unwrap_or_default();
    let mut parts = vec![title, link, &date];
    if title.is_empty() && link.is_empty() {
        parts.extend(entry.body().map(|body| body.as_str()));
    }
    for part in parts {
        // The length keeps "a" and "bc" from being "ab" and "c".
        hasher.update(&(part.len() as u64).to_be_bytes()).update(part.as_bytes());
    }
    format!("penpal:{}", HEXLOWER.encode(&hasher.finalize().as_bytes()[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Plain;

    fn entry(id: &str, title: &str, link: Option<&str>) -> Entry {
        Entry {
            id: id.to_owned(),
            title: Plain::line(title).some(),
            link: link.and_then(|link| link.parse().ok()),
            ..Entry::default()
        }
    }

    fn ids(mut entries: Vec<Entry>) -> Vec<String> {
        invent_ids(&mut entries);
        entries.into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn invented_ids_are_distinct_and_do_not_depend_on_the_order() {
        let link = Some("http://example.org/1");
        let entries = vec![entry("", "a", None), entry("", "b", None), entry("", "c", link), entry("x", "d", link)];
        let first = ids(entries.clone());
        assert_eq!(first[2..], ["http://example.org/1", "x"]);
        assert_ne!(first[0], first[1]);
        let mut turned: Vec<String> = ids(entries.into_iter().rev().collect());
        turned.reverse();
        assert_eq!(first, turned);
    }

    #[test]
    fn entries_that_share_a_link_or_everything_still_differ() {
        let link = Some("http://example.org/");
        let ids = ids(vec![
            entry("", "a", link),
            entry("", "b", link),
            entry("", "b", link),
            entry("http://example.org/", "", None),
        ]);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4, "{ids:?}");
    }
}
