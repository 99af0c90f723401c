//! What becomes of each field when two entries are made one, shown before it is done.

use serde::{Deserialize, Serialize};

use crate::model::{Person, Plain};

/// One field of two entries, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub field: String,
    /// What the entry says that stays.
    pub this: Vec<Plain>,
    pub other: Vec<Plain>,
    pub becomes: Vec<Plain>,
}

/// Every field that either entry says something in; `merged` is what the store makes of the two.
pub fn outcomes(this: &Person, other: &Person, merged: &Person) -> Vec<Outcome> {
    let rows = |person: &Person| -> Vec<(&str, Vec<Plain>)> {
        let one = |value: &Option<Plain>| value.iter().cloned().collect::<Vec<_>>();
        let line = |text: String| Plain::line(&text);
        vec![
            ("name", vec![person.name.clone()]),
            ("standing", vec![Plain::line(person.standing.words())]),
            ("because", one(&person.because)),
            ("quote", one(&person.quote)),
            ("blogs", person.blogs.iter().map(|blog| line(blog.feed_url.to_string())).collect()),
            ("pages", person.pages.iter().map(|page| line(page.to_string())).collect()),
            ("reach", person.reach.iter().map(|contact| contact.value.clone()).collect()),
            ("tags", person.tags.clone()),
            ("circles", person.circles.clone()),
            ("met", one(&person.met)),
            ("from", one(&person.from)),
            ("log", person.log.iter().map(|passed| line(format!("{} {}", passed.when.day(), passed.text))).collect()),
            ("cards", person.cards.clone()),
        ]
    };
    let all = rows(this).into_iter().zip(rows(other)).zip(rows(merged));
    all.map(|(((field, this), (_, other)), (_, becomes))| Outcome { field: field.to_owned(), this, other, becomes })
        .filter(|outcome| !(outcome.this.is_empty() && outcome.other.is_empty()))
        .collect()
}
