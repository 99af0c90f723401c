//! The People screen's other side as data: the contact book, one person's page, the outbox; and which suggestions are
//! shown as cards.

use std::collections::HashSet;

use super::{few::few, posts::Listed, state::State};
use crate::model::{BlogId, Passed, PassedKind, Person, Plain, ReasonKind, Standing, Suggestion, Way};

/// What the People screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Cards,
    Book,
    Outbox,
}

#[derive(Clone, Debug, Default)]
pub struct Contacts {
    pub view: View,
    /// Everybody in the book, by name.
    pub all: Vec<Person>,
    /// Positions in `all` that fit what is asked for.
    pub shown: Vec<usize>,
    pub cursor: usize,
    pub loaded: bool,
    /// Only those with whom the user stands so.
    pub standing: Option<Standing>,
    pub circle: Option<Plain>,
    /// The person whose page is open, and its first line on the screen.
    pub page: Option<Box<Person>>,
    pub scroll: usize,
    /// The cursor in the outbox.
    pub letter: usize,
    /// Every suggestion; the cards are those of them that fit.
    pub suggested: Vec<Suggestion>,
    /// Whether all fitting suggestions are shown, and not only a few.
    pub everybody: bool,
    pub kind: Option<ReasonKind>,
    pub language: Option<String>,
    /// Who was not suggested before yesterday.
    pub fresh: HashSet<BlogId>,
    /// The newest posts of the person on the card.
    pub newest: Option<(BlogId, Vec<Listed>)>,
}

impl Contacts {
    pub fn current(&self) -> Option<&Person> {
        self.shown.get(self.cursor).and_then(|&at| self.all.get(at))
    }

    /// What went out and came in, and what is still to be sent; the latest first.
    pub fn letters(&self) -> Vec<(&Person, &Passed)> {
        let all = self.all.iter().flat_map(|person| person.log.iter().map(move |passed| (person, passed)));
        let mut letters: Vec<_> = all.filter(|(_, passed)| is_letter(passed)).collect();
        letters.sort_by_key(|(_, passed)| (std::cmp::Reverse(passed.when), passed.id));
        letters
    }

    /// The letter under the cursor, while the outbox is in sight.
    pub fn chosen_letter(&self) -> Option<&Passed> {
        if self.view != View::Outbox || self.page.is_some() {
            return None;
        }
        self.letters().get(self.letter).map(|(_, passed)| *passed)
    }

    /// How many suggestions fit and are not shown.
    pub fn held_back(&self, shown: usize, filter: &str) -> usize {
        self.fitting(filter).count().saturating_sub(shown)
    }

    fn fitting<'a>(&'a self, filter: &str) -> impl Iterator<Item = &'a Suggestion> + use<'a> {
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        self.suggested.iter().filter(move |person| {
            self.kind.is_none_or(|kind| person.reasons.iter().any(|reason| reason.kind == kind))
                && self.language.as_ref().is_none_or(|wanted| language_of(person).as_ref() == Some(wanted))
                && holds(person, &words)
        })
    }

    /// The languages of those who are suggested.
    pub fn languages(&self) -> Vec<String> {
        let mut languages: Vec<String> = self.suggested.iter().filter_map(language_of).collect();
        languages.sort();
        languages.dedup();
        languages
    }

    pub fn circles(&self) -> Vec<Plain> {
        let mut circles: Vec<Plain> = self.all.iter().flat_map(|person| person.circles.iter().cloned()).collect();
        circles.sort();
        circles.dedup();
        circles
    }

    pub fn standings(&self) -> Vec<Standing> {
        let mut standings: Vec<Standing> = Vec::new();
        for person in &self.all {
            if !standings.contains(&person.standing) {
                standings.push(person.standing);
            }
        }
        standings.sort_by_key(|standing| standing.words());
        standings
    }
}

fn is_letter(passed: &Passed) -> bool {
    let is_own = !matches!(passed.kind, PassedKind::Note | PassedKind::Met | PassedKind::Call);
    is_own && (passed.way != Way::Both || matches!(passed.kind, PassedKind::Draft | PassedKind::Unsure))
}

/// Without region: `en`.
fn language_of(person: &Suggestion) -> Option<String> {
    let language = person.blog.language.as_ref()?;
    Some(language.split(['-', '_']).next().unwrap_or_default().to_lowercase())
}

fn holds(person: &Suggestion, words: &[String]) -> bool {
    let reasons = person.reasons.iter().map(|reason| reason.text.as_str());
    let author = person.blog.author.as_ref().map(Plain::as_str);
    let text: Vec<&str> =
        author.into_iter().chain([person.blog.title.as_str(), person.blog.host()]).chain(reasons).collect();
    let text = text.join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// The next of several choices, and none behind the last.
pub fn next<T: PartialEq + Clone>(choices: &[T], now: Option<&T>) -> Option<T> {
    match now {
        None => choices.first().cloned(),
        Some(now) => choices.iter().position(|choice| choice == now).and_then(|at| choices.get(at + 1)).cloned(),
    }
}

impl State {
    /// Makes the cards anew out of what is suggested; the cursor stays on its person where it can.
    pub fn arrange_people(&mut self) {
        let here = self.current_person().map(|person| person.blog.id);
        let mut fitting: Vec<&Suggestion> = self.contacts.fitting(&self.filter).collect();
        if !self.contacts.everybody {
            fitting = few(&fitting);
        }
        self.people = fitting.into_iter().cloned().collect();
        let place = self.people.iter().position(|person| Some(person.blog.id) == here);
        if place.is_none() {
            self.evidence = None;
        }
        self.person = place.unwrap_or(self.person).min(self.people.len().saturating_sub(1));
    }

    /// Makes the list of the book anew.
    pub fn arrange_book(&mut self) {
        let filter = crate::people::Filter {
            standing: self.contacts.standing,
            circle: self.contacts.circle.as_ref().map(ToString::to_string),
            tag: None,
            words: self.filter.split_whitespace().map(str::to_owned).collect(),
        };
        let book = &mut self.contacts;
        let here = book.current().map(|person| person.id);
        book.shown = (0..book.all.len()).filter(|&at| filter.fits(&book.all[at])).collect();
        let place = book.shown.iter().position(|&at| Some(book.all[at].id) == here);
        book.cursor = place.unwrap_or(book.cursor).min(book.shown.len().saturating_sub(1));
        if let Some(page) = &mut book.page
            && let Some(now) = book.all.iter().find(|person| person.id == page.id)
        {
            // The list does not tell since when they are silent.
            **page = Person { silent_since: page.silent_since, ..now.clone() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_go_round_by_way_of_everybody() {
        let all = ["a", "b"];
        assert_eq!(next(&all, None), Some("a"));
        assert_eq!(next(&all, Some(&"a")), Some("b"));
        assert_eq!(next(&all, Some(&"b")), None);
        assert_eq!(next::<&str>(&[], None), None);
    }
}
