//! What can be done in the contact book, on a person's page, and with the cards as a whole.

use super::{Effect, narrow, say};
use crate::{
    app::{
        contacts::{View, next},
        narrowed::{Narrowed, language_name},
        state::{Prompt, Screen, State},
    },
    model::{Blog, Person, Plain, Standing},
};

/// Somebody whom an action is about: on a card only their blog is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Whom {
    Blog(Box<Blog>),
    Person(Box<Person>),
}

impl Whom {
    pub fn name(&self) -> &Plain {
        match self {
            Self::Blog(blog) => blog.author.as_ref().unwrap_or(&blog.title),
            Self::Person(person) => &person.name,
        }
    }
}

/// Whoever the cursor is on, or whose page is open.
pub(super) fn whom(state: &State) -> Option<Whom> {
    let contacts = &state.contacts;
    if let Some(page) = &contacts.page {
        return Some(Whom::Person(page.clone()));
    }
    match contacts.view {
        View::Cards => state.current_person().map(|person| Whom::Blog(Box::new(person.blog.clone()))),
        View::Book => contacts.current().map(|person| Whom::Person(Box::new(person.clone()))),
        View::Outbox => {
            let letters = contacts.letters();
            letters.get(contacts.letter).map(|(person, _)| Whom::Person(Box::new((*person).clone())))
        }
    }
}

/// To the book or the outbox, or from there to the cards.
pub(super) fn turn(state: &mut State, to: View) -> Vec<Effect> {
    let contacts = &mut state.contacts;
    contacts.view = if contacts.view == to { View::Cards } else { to };
    (contacts.page, contacts.scroll) = (None, 0);
    state.evidence = None;
    state.filter.clear();
    // Only the River is ever asked for more, and that is not in sight.
    let _ = narrow(state);
    if state.contacts.view == View::Cards { newest(state) } else { vec![Effect::LoadBook] }
}

/// The posts of whoever is on the card, to be read before anything else is done.
pub(super) fn newest(state: &State) -> Vec<Effect> {
    let Some(person) = state.current_person() else { return Vec::new() };
    let is_here = state.contacts.newest.as_ref().is_some_and(|(blog, _)| *blog == person.blog.id);
    if is_here { Vec::new() } else { vec![Effect::LoadNewest(person.blog.id)] }
}

/// The next or previous of the posts on the card, if the open one is among them; they stand there the newest first.
pub(super) fn neighbour(state: &mut State, by: isize) -> Option<Vec<Effect>> {
    let open = state.post.as_ref()?.listed.post.id;
    let (_, posts) = state.contacts.newest.as_ref()?;
    let here = posts.iter().position(|listed| listed.post.id == open)?;
    let next = here.checked_add_signed(by).and_then(|at| posts.get(at)).map(|listed| listed.post.id);
    Some(match next {
        Some(id) => vec![Effect::LoadPost { id, quote: None, from: Screen::People }],
        None => say(state, if by > 0 { "This is the last of their posts here" } else { "This is their newest post" }),
    })
}

pub(super) fn show(state: &mut State) -> Vec<Effect> {
    match whom(state) {
        Some(whom) => vec![Effect::LoadPerson(whom)],
        None => Vec::new(),
    }
}

pub(super) fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let contacts = &mut state.contacts;
    let moved = |at: usize, len: usize| at.saturating_add_signed(by).min(len.saturating_sub(1));
    if contacts.page.is_some() {
        // What is behind the end is cut off where it is drawn.
        contacts.scroll = contacts.scroll.saturating_add_signed(by).min(10_000);
        return Vec::new();
    }
    match contacts.view {
        View::Book => contacts.cursor = moved(contacts.cursor, contacts.shown.len()),
        View::Outbox => contacts.letter = moved(contacts.letter, contacts.letters().len()),
        View::Cards => {}
    }
    Vec::new()
}

/// Out of a page, then to everybody in their usual order, then out of the book or the outbox.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let contacts = &mut state.contacts;
    if contacts.page.take().is_some() {
        contacts.scroll = 0;
        return Vec::new();
    }
    let was_narrowed = !state.filter.is_empty()
        || match contacts.view {
            View::Cards => contacts.is_narrowed(),
            View::Book => contacts.standing.is_some() || contacts.circle.is_some(),
            View::Outbox => false,
        };
    if was_narrowed {
        match contacts.view {
            View::Cards => (contacts.like, contacts.only) = (None, Narrowed::default()),
            View::Book => (contacts.standing, contacts.circle) = (None, None),
            View::Outbox => {}
        }
        state.filter.clear();
        // Only the River is ever asked for more, and that is not in sight.
        let _ = narrow(state);
    } else {
        contacts.view = View::Cards;
    }
    if state.contacts.view == View::Cards { newest(state) } else { Vec::new() }
}

/// Only one kind of reason, or only one standing; the next of them each time.
pub(super) fn which(state: &mut State) -> Vec<Effect> {
    if state.contacts.view == View::Cards {
        // Nobody is near by a kind that is passed over.
        let choices = state.contacts.choices(&Narrowed { kind: None, ..state.contacts.only.clone() }, &state.filter);
        let kinds: Vec<_> = choices.kinds.into_iter().collect();
        state.contacts.only.kind = next(&kinds, state.contacts.only.kind.as_ref());
        let status = match state.contacts.only.kind {
            Some(kind) => format!("Only those near by {}; w shows others", kind.words()),
            None => "Near by anything".into(),
        };
        return narrowed(state, status);
    }
    state.contacts.standing = next(&state.contacts.standings(), state.contacts.standing.as_ref());
    state.arrange_book();
    match state.contacts.standing {
        Some(standing) => say(state, &format!("Only: {}; w shows others", standing.words())),
        None => say(state, "Everybody"),
    }
}

/// Only one language, or in the book only one circle; the next of them each time.
pub(super) fn language(state: &mut State) -> Vec<Effect> {
    if state.contacts.view != View::Cards {
        return circle(state);
    }
    let choices = state.contacts.choices(&Narrowed { language: None, ..state.contacts.only.clone() }, &state.filter);
    let languages: Vec<_> = choices.languages.into_iter().collect();
    state.contacts.only.language = next(&languages, state.contacts.only.language.as_ref());
    let status = match &state.contacts.only.language {
        Some(language) => format!("Only those who write in {}; L shows others", language_name(language)),
        None => "In any language".into(),
    };
    narrowed(state, status)
}

/// Only those to whom one circle leads, or in the book only one circle; the next of them each time.
pub(super) fn circle(state: &mut State) -> Vec<Effect> {
    if state.contacts.view == View::Cards {
        let choices = state.contacts.choices(&Narrowed { circle: None, ..state.contacts.only.clone() }, &state.filter);
        let circles: Vec<_> = choices.circles.into_iter().collect();
        state.contacts.only.circle = next(&circles, state.contacts.only.circle.as_ref());
        let status = match &state.contacts.only.circle {
            Some(circle) => format!("Only those to whom {circle} leads; C shows others"),
            None if circles.is_empty() => "No folder, no tag and no circle of yours leads to anybody here".into(),
            None => "Whoever leads to them".into(),
        };
        return narrowed(state, status);
    }
    state.contacts.circle = next(&state.contacts.circles(), state.contacts.circle.as_ref());
    state.arrange_book();
    match state.contacts.circle.clone() {
        Some(circle) => say(state, &format!("Only the circle {circle}; C shows others")),
        None => say(state, "Everybody; `penpal people circle` puts somebody into one"),
    }
}

/// The cards are narrowed to something else, and so said.
fn narrowed(state: &mut State, status: String) -> Vec<Effect> {
    state.arrange_people();
    state.status = status;
    newest(state)
}

pub(super) fn more(state: &mut State) -> Vec<Effect> {
    state.contacts.everybody = !state.contacts.everybody;
    state.arrange_people();
    newest(state)
}

/// Those first who are like this one; a second time for the same one, the usual order again.
pub(super) fn like_this(state: &mut State) -> Vec<Effect> {
    if !state.contacts.is_on_cards() {
        return Vec::new();
    }
    let Some(blog) = state.current_person().map(|person| person.blog.id) else { return Vec::new() };
    if state.contacts.like.take_if(|like| like.is_of(blog)).is_none() {
        return vec![Effect::LoadLike(blog)];
    }
    state.arrange_people();
    state.status = "In the usual order again".into();
    newest(state)
}

/// Asks why; the answer may be empty.
pub(super) fn ask_distance(state: &mut State) -> Vec<Effect> {
    match whom(state) {
        Some(_) => {
            state.prompt = Some((Prompt::Distance, String::new()));
            Vec::new()
        }
        None => Vec::new(),
    }
}

pub(super) fn keep_distance(state: &mut State, because: &str) -> Vec<Effect> {
    let Some(whom) = whom(state) else { return Vec::new() };
    let because = Plain::line(because).some();
    stand(state, whom, Standing::AtADistance, because)
}

/// A flag for somebody in the book, or none any more.
pub(super) fn flag(state: &mut State) -> Vec<Effect> {
    let Some(Whom::Person(person)) = whom(state) else { return Vec::new() };
    let standing = if person.standing == Standing::Flagged { Standing::New } else { Standing::Flagged };
    stand(state, Whom::Person(person), standing, None)
}

fn stand(state: &mut State, whom: Whom, standing: Standing, because: Option<Plain>) -> Vec<Effect> {
    state.status = match standing {
        Standing::AtADistance => format!("{} is kept at a distance, and is not told; u takes it back", whom.name()),
        standing => format!("{}: {}; u takes it back", whom.name(), standing.words()),
    };
    if let Whom::Blog(blog) = &whom {
        state.contacts.suggested.retain(|person| person.blog.id != blog.id);
        state.evidence = None;
        state.arrange_people();
    }
    let mut effects = vec![Effect::StandWith { whom, standing, because, quote: None }];
    if state.contacts.view == View::Cards {
        effects.extend(newest(state));
    }
    effects
}

#[cfg(test)]
mod tests;
