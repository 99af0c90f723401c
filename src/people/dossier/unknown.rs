//! What the page about somebody cannot tell, or only with doubts.

use std::collections::HashSet;

use super::{Copied, LinkedBy, Material, Who, Written, dated};
use crate::{
    discover::profile::Profile,
    model::{Contact, Evidence, Link, Plain, Timestamp},
    people::shops,
};

/// A blog whose oldest post is younger than this is said to be young.
const YOUNG_DAYS: i64 = 270;

pub(super) fn unknown(
    material: &Material<'_>,
    who: &Who,
    linked_by: &[LinkedBy],
    contact: &[Contact],
    profile: &Profile,
) -> Vec<String> {
    let mut lines = material.missing.clone();
    match &who.name {
        None => lines.push("They give no name.".into()),
        Some(name) => {
            if let Some(author) = material.blog.author.as_ref().filter(|author| !same_person(name, author)) {
                lines.push(format!("The page is by {name}, the feed by {author}."));
            }
        }
    }
    if material.home.is_some() && material.about.is_none() {
        lines.push("No page on which they tell about themselves was found.".into());
    }
    if contact.is_empty() {
        lines.push("They publish no way to reach them, or none was found.".into());
    }
    match (profile.first_post, material.posts.len()) {
        (_, 0) => lines.push("Nothing that they wrote could be read.".into()),
        (None, _) => lines.push("None of their posts has a date.".into()),
        (Some(first), count) => {
            let days = material.now.since(first).as_secs() as i64 / 86_400;
            if days < YOUNG_DAYS {
                lines.push(format!(
                    "Nothing older than {} was found: the blog is young, or its feed short.",
                    first.day()
                ));
            } else {
                lines.push(format!(
                    "The {count} posts that were looked at go back to {}; what was before is unknown.",
                    first.day()
                ));
            }
        }
    }
    let undated = material.posts.iter().filter(|one| dated(&one.post).is_none()).count();
    if profile.first_post.is_some() && undated > 0 {
        lines.push(format!("{undated} of their posts have no date."));
    }
    let ahead = material.posts.iter().filter(|one| dated(&one.post) > Some(Timestamp(material.now.0 + 86_400))).count();
    if ahead > 0 {
        lines.push(format!("{ahead} of their posts are dated in the future."));
    }
    if !material.whole && !material.posts.is_empty() {
        lines.push("Only the beginnings that are kept of strangers' posts were looked at, and not whole texts.".into());
    }
    if linked_by.is_empty() {
        lines.push("Nobody whom you follow links to them.".into());
    }
    for Copied { post, elsewhere, by } in &material.copies {
        let date = |evidence: &Evidence| evidence.published.map(|date| format!(", {}", date.day())).unwrap_or_default();
        lines.push(format!(
            "“{}” ({}{}) stands nearly word for word in “{}” by {by} ({}{}).",
            post.post_title,
            post.post_url,
            date(post),
            elsewhere.post_title,
            elsewhere.post_url,
            date(elsewhere)
        ));
    }
    let selling: Vec<(&Written, &Link)> = material
        .posts
        .iter()
        .filter_map(|one| Some((one, one.links.iter().find(|link| shops::pays(link.target.url()))?)))
        .collect();
    if let Some((one, link)) = selling.first() {
        let at = one.post.url.as_ref().map(|url| format!(" ({url})")).unwrap_or_default();
        lines.push(format!(
            "{} of {} posts have links that pay whoever sends a buyer, such as one to {} in “{}”{at}.",
            selling.len(),
            material.posts.len(),
            link.target.host(),
            one.post.label()
        ));
    }
    for name in material.red_lines.passed_over() {
        lines.push(format!(
            "Your red line “{name}” is told by meaning (about, when), which penpal does not look for yet."
        ));
    }
    lines
}

/// Whether two names may be one person's: a word of one is a word of the other.
fn same_person(a: &Plain, b: &Plain) -> bool {
    let words = |name: &Plain| -> HashSet<String> {
        let lower = name.as_str().to_lowercase();
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    a.is_empty() || b.is_empty() || !a.is_disjoint(&b)
}
