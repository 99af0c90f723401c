//! How the cards are narrowed and ordered, and how everybody comes back.

use super::*;
use crate::{
    app::{
        action::Action,
        book::behind,
        update::{News, act, hear},
    },
    model::{BlogId, Contact, ContactKind, ReasonKind, Suggestion, Timestamp},
};

fn suggestion(name: &str, language: &str, kinds: &[ReasonKind]) -> Suggestion {
    let reasons: Vec<(ReasonKind, &str)> = kinds.iter().map(|kind| (*kind, "ann")).collect();
    let person = Suggestion::made_up(name, &reasons);
    Suggestion { blog: Blog { language: Some(language.into()), ..person.blog.clone() }, ..person }
}

/// Nobody is near by discussions; only who is near by friends writes German.
fn with_people() -> State {
    let mut state = State { screen: Screen::People, size: (80, 24), ..State::default() };
    let people = vec![
        suggestion("ann", "en-GB", &[ReasonKind::Interests]),
        suggestion("ben", "de", &[ReasonKind::Friends]),
        suggestion("cleo", "en", &[ReasonKind::Interests, ReasonKind::Perspective]),
    ];
    hear(&mut state, News::Suggestions(people));
    state
}

fn names(state: &State) -> String {
    state.people.iter().map(|person| person.blog.author.as_ref().unwrap().as_str()).collect::<Vec<_>>().join(" ")
}

fn blog_of(state: &State, name: &str) -> BlogId {
    let is_named = |person: &&Suggestion| person.blog.author.as_ref().unwrap().as_str() == name;
    state.contacts.suggested.iter().find(is_named).unwrap().blog.id
}

#[test]
fn a_kind_or_language_that_would_leave_nobody_is_passed_over() {
    let mut state = with_people();
    let mut kinds = Vec::new();
    for _ in 0..4 {
        act(&mut state, Action::Which);
        assert!(!state.people.is_empty(), "{:?}", state.contacts.only.kind);
        kinds.push(state.contacts.only.kind);
    }
    use ReasonKind::{Friends, Interests, Perspective};
    assert_eq!(kinds, [Some(Interests), Some(Friends), Some(Perspective), None]);

    act(&mut state, Action::Language);
    assert_eq!((names(&state).as_str(), state.contacts.only.language.as_deref()), ("ben", Some("de")));
    assert!(state.status.starts_with("Only those who write in German"), "{}", state.status);
    act(&mut state, Action::Which);
    assert_eq!((names(&state).as_str(), state.contacts.only.kind), ("ben", Some(Friends)));
    act(&mut state, Action::Language);
    assert_eq!(state.contacts.only.language, None, "those near by friends write in no other language");
}

#[test]
fn a_circle_narrows_the_cards_to_those_to_whom_it_leads_and_esc_ends_it() {
    let mut state = with_people();
    act(&mut state, Action::Circle);
    assert!(state.status.starts_with("No folder, no tag"), "{}", state.status);
    let led = |name: &str, circles: &[&str]| {
        (blog_of(&with_people(), name), circles.iter().copied().map(Plain::line).collect::<Vec<_>>())
    };
    state.contacts.led_by = [led("ann", &["bakers"]), led("ben", &["bakers", "near"])].into();
    act(&mut state, Action::Circle);
    assert_eq!(
        (names(&state).as_str(), state.status.as_str()),
        ("ann ben", "Only those to whom bakers leads; C shows others")
    );
    assert_eq!(state.contacts.look().1, [Plain::line("via bakers")]);
    act(&mut state, Action::Circle);
    assert_eq!(names(&state), "ben");
    act(&mut state, Action::Which);
    assert_eq!(state.contacts.look().1, ["friends", "via near"].map(Plain::line));
    act(&mut state, Action::Back);
    assert_eq!((names(&state).as_str(), state.contacts.is_narrowed()), ("ann ben cleo", false));
}

#[test]
fn esc_brings_everybody_back_in_the_usual_order_whatever_narrowed_the_list() {
    let mut state = with_people();
    state.contacts.only.kind = Some(ReasonKind::Discussions);
    state.contacts.only.language = Some("en".into());
    state.arrange_people();
    assert_eq!(names(&state), "", "the last one near by discussions may have been sent away");
    let near = vec![blog_of(&state, "cleo"), blog_of(&state, "ben")];
    hear(&mut state, News::Like { name: Plain::line("cleo"), near });
    act(&mut state, Action::Back);
    assert_eq!((names(&state).as_str(), state.contacts.is_narrowed()), ("ann ben cleo", false));

    act(&mut state, Action::Book);
    state.contacts.standing = Some(Standing::Invited);
    act(&mut state, Action::Back);
    assert_eq!((state.contacts.view, state.contacts.standing), (View::Book, None));
    act(&mut state, Action::Back);
    assert_eq!(state.contacts.view, View::Cards);
}

#[test]
fn an_order_by_likeness_stays_until_it_is_ended_by_the_same_key_on_the_same_person() {
    let mut state = with_people();
    let [ann, ben, cleo] = ["ann", "ben", "cleo"].map(|name| blog_of(&state, name));
    act(&mut state, Action::Bottom);
    assert_eq!(act(&mut state, Action::LikeThis), [Effect::LoadLike(cleo)]);
    hear(&mut state, News::Like { name: Plain::line("cleo"), near: vec![cleo, ben, ann] });
    assert_eq!((names(&state).as_str(), state.person), ("cleo ben ann", 0));

    let again = state.contacts.suggested.clone();
    hear(&mut state, News::Suggestions(again));
    assert_eq!(names(&state), "cleo ben ann", "what comes anew stands in the same order");
    act(&mut state, Action::Down);
    assert_eq!(act(&mut state, Action::LikeThis), [Effect::LoadLike(ben)], "of somebody else it is another order");
    act(&mut state, Action::Up);
    act(&mut state, Action::LikeThis);
    assert_eq!((names(&state).as_str(), &state.contacts.like), ("ann ben cleo", &None));
    assert_eq!(state.current_person().unwrap().blog.id, cleo, "the cursor stays on its person");
}

#[test]
fn a_page_keeps_the_ways_to_somebody_that_nobody_noted_when_they_come_into_the_book() {
    let mut state = with_people();
    let known = behind(&state.people[0].blog, Timestamp(0));
    let way = |value| Contact { kind: ContactKind::Email, value: Plain::line(value) };
    let page = Person { reach: vec![way("ann@ann.example")], ..known.clone() };
    hear(&mut state, News::Person(Box::new(page.clone())));
    hear(&mut state, News::Book(vec![Person { standing: Standing::Flagged, in_book: true, ..known.clone() }]));
    let shown = state.contacts.page.as_ref().unwrap();
    assert_eq!((&shown.reach, shown.standing), (&page.reach, Standing::Flagged));
    hear(&mut state, News::Book(vec![Person { reach: vec![way("new@ann.example")], ..known }]));
    assert_eq!(state.contacts.page.as_ref().unwrap().reach, [way("new@ann.example")], "what was noted wins");
}
