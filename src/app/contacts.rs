//! The People screen's other side as data: the contact book, one person's page, the outbox; and which suggestions are
//! shown as cards.

use std::collections::{HashMap, HashSet};

use super::{
    few::{FEW, Week, few},
    narrowed::{Choices, Narrowed},
    posts::Listed,
    state::State,
};
use crate::model::{BlogId, Passed, PassedKind, Person, Plain, Standing, Suggestion, Way};

/// What the People screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Cards,
    Book,
    Outbox,
}

/// The order of those who write about the same things as somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    pub name: Plain,
    /// Whose blog it is, and then all others, the nearest first.
    pub near: Vec<BlogId>,
}

impl Like {
    pub fn is_of(&self, blog: BlogId) -> bool {
        self.near.first() == Some(&blog)
    }

    fn place(&self, blog: BlogId) -> usize {
        self.near.iter().position(|near| *near == blog).unwrap_or(usize::MAX)
    }
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
    /// Who is shown this week, and as it was kept last; `None` before that was read.
    pub week: Week,
    pub kept_week: Option<Week>,
    /// Whether all fitting suggestions are shown, and not only a few.
    pub everybody: bool,
    /// What the cards are narrowed to.
    pub only: Narrowed,
    /// The circles that lead to each who is suggested.
    pub led_by: HashMap<BlogId, Vec<Plain>>,
    /// Whose like come first.
    pub like: Option<Like>,
    /// The first line of the card that is seen, and whose card that is.
    pub card: Option<(BlogId, usize)>,
    /// Who was not suggested before yesterday.
    pub fresh: HashSet<BlogId>,
    /// The newest posts of the person on the card.
    pub newest: Option<(BlogId, Vec<Listed>)>,
}

impl Contacts {
    /// The cards of this week if others are kept.
    pub fn week_to_keep(&mut self) -> Option<Week> {
        let kept = self.kept_week.as_mut().filter(|kept| **kept != self.week)?;
        kept.clone_from(&self.week);
        Some(self.week.clone())
    }

    /// Takes in who was shown before. What the screens know of the same week is later.
    pub fn go_on_with(&mut self, week: Week) {
        if self.kept_week.as_ref().is_none_or(|kept| kept.since != week.since) {
            self.week = week.clone();
            self.kept_week = Some(week);
        }
    }

    /// Whether the suggestions are in sight, and not the contact book, the outbox or somebody's page.
    pub fn is_on_cards(&self) -> bool {
        self.view == View::Cards && self.page.is_none()
    }

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
        let words = words(filter);
        self.suggested.iter().filter(move |person| self.only.fits(person, self.led_by(person)) && holds(person, &words))
    }

    fn led_by(&self, person: &Suggestion) -> &[Plain] {
        self.led_by.get(&person.blog.id).map_or(&[], Vec::as_slice)
    }

    /// What there is among those who fit `only`, which may ask for less than what the cards are narrowed to.
    pub fn choices(&self, only: &Narrowed, filter: &str) -> Choices {
        let words = words(filter);
        let mut choices = Choices::default();
        for person in self.suggested.iter().filter(|person| holds(person, &words)) {
            let circles = self.led_by(person);
            if only.fits(person, circles) {
                choices.take_in(person, circles);
            }
        }
        choices
    }

    /// Whether the cards are only some of those who are suggested, or in another order.
    pub fn is_narrowed(&self) -> bool {
        self.like.is_some() || !self.only.is_everybody()
    }

    /// Whose like come first, and what the cards are narrowed to, in words.
    pub fn look(&self) -> (Option<Plain>, Vec<Plain>) {
        let like = self.like.as_ref().map(|like| Plain::line(&format!("like {}", like.name)));
        (like, self.only.words())
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

fn words(filter: &str) -> Vec<String> {
    filter.split_whitespace().map(str::to_lowercase).collect()
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
        if let Some(like) = &self.contacts.like {
            fitting.sort_by_cached_key(|person| like.place(person.blog.id));
        }
        let is_whole_list = self.filter.is_empty() && !self.contacts.is_narrowed();
        let mut week = None;
        if !self.contacts.everybody && is_whole_list {
            let this_week = week.insert(self.contacts.week.clone());
            let shown = few(&fitting, this_week);
            this_week.note(&shown, &fitting, self.now);
            fitting = shown.into_iter().map(|(_, person)| person).collect();
        } else if !self.contacts.everybody && self.contacts.like.is_some() {
            fitting.truncate(FEW);
        } else if !self.contacts.everybody {
            // Among those who fit nobody has a place of theirs.
            fitting = few(&fitting, &Week::default()).into_iter().map(|(_, person)| person).collect();
        }
        self.people = fitting.into_iter().cloned().collect();
        // Whoever asks for one kind of reason sees that first.
        if let Some(kind) = self.contacts.only.kind {
            self.people.iter_mut().for_each(|person| person.reasons.sort_by_key(|reason| reason.kind != kind));
        }
        self.contacts.week = week.unwrap_or_else(|| std::mem::take(&mut self.contacts.week));
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
            // The list does not tell since when they are silent, and only what was noted of how they are reached.
            let reach = if now.reach.is_empty() { &page.reach } else { &now.reach };
            **page = Person { silent_since: page.silent_since, reach: reach.clone(), ..now.clone() };
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
