//! Everything about one person in rows, for the command line and the screens alike.

use crate::model::{Passed, Person, Plain, Way};

/// What is known, each with its name; a value may have several lines.
pub fn rows(person: &Person) -> Vec<(&'static str, String)> {
    let mut rows: Vec<(&'static str, String)> = Vec::new();
    let since = person.stood.map(|stood| format!(" since {}", stood.day())).unwrap_or_default();
    rows.push(("standing", format!("{}{since}", person.standing.words())));
    rows.extend(person.because.iter().map(|because| ("because", because.to_string())));
    rows.extend(person.quote.iter().map(|quote| ("they wrote", format!("“{quote}”"))));
    for blog in &person.blogs {
        let address = blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str());
        rows.push(("blog", format!("{}  {address}", blog.title)));
    }
    rows.extend(person.silent_since.map(|since| ("silent since", since.day())));
    rows.extend(person.pages.iter().map(|page| ("page", page.to_string())));
    rows.extend(person.reach.iter().map(|contact| (contact.kind.words(), contact.value.to_string())));
    let join = |all: &[Plain]| all.iter().map(Plain::as_str).collect::<Vec<_>>().join(", ");
    rows.extend((!person.tags.is_empty()).then(|| ("tags", join(&person.tags))));
    rows.extend((!person.circles.is_empty()).then(|| ("circles", join(&person.circles))));
    rows.extend(person.met.iter().map(|met| ("met", met.to_string())));
    rows.extend(person.from.iter().map(|from| ("from them", from.to_string())));
    rows.push(match person.in_book {
        true => ("in the book", format!("since {}, id {}", person.since.day(), person.id)),
        false => ("in the book", "not yet".to_owned()),
    });
    rows
}

/// What kind of thing passed and who it came from: `mail to them`.
pub fn what_passed(passed: &Passed) -> String {
    let way = match passed.way {
        Way::Both => "",
        Way::FromMe => " to them",
        Way::ToMe => " from them",
    };
    format!("{}{way}", passed.kind.words())
}
