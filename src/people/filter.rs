//! Part of the book.

use serde::{Deserialize, Serialize};

use crate::model::{Person, Plain, Standing};

/// Whoever fits all that is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub standing: Option<Standing>,
    pub circle: Option<String>,
    pub tag: Option<String>,
    /// Each stands somewhere in what is known of them.
    pub words: Vec<String>,
}

impl Filter {
    pub fn of(&self, mut people: Vec<Person>) -> Vec<Person> {
        people.retain(|person| self.fits(person));
        people
    }

    pub fn fits(&self, person: &Person) -> bool {
        let has = |all: &[Plain], wanted: &Option<String>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| all.iter().any(|one| one.as_str().to_lowercase() == wanted.to_lowercase()))
        };
        self.standing.is_none_or(|standing| person.standing == standing)
            && has(&person.circles, &self.circle)
            && has(&person.tags, &self.tag)
            && (self.words.is_empty() || {
                let text = text_of(person);
                self.words.iter().all(|word| text.contains(&word.to_lowercase()))
            })
    }
}

/// Everything that somebody may remember of a person, in lower case.
fn text_of(person: &Person) -> String {
    let blogs = person.blogs.iter().flat_map(|blog| [blog.title.as_str(), blog.feed_url.as_str(), blog.host()]);
    let reach = person.reach.iter().map(|contact| contact.value.as_str());
    let log = person.log.iter().flat_map(|passed| [Some(&passed.text), passed.body.as_ref()]).flatten();
    let rest = [&person.met, &person.from, &person.because].into_iter().flatten();
    let words = person.tags.iter().chain(&person.circles).chain(log).chain(rest).map(Plain::as_str);
    let pages = person.pages.iter().map(|page| page.as_str());
    let all: Vec<&str> = std::iter::once(person.name.as_str())
        .chain(std::iter::once(person.standing.words()))
        .chain(blogs)
        .chain(reach)
        .chain(words)
        .chain(pages)
        .collect();
    all.join("\n").to_lowercase()
}
