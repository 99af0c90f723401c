//! What key presses lead to, on a state made by hand.

use super::*;
use crate::{
    app::{action::Action, posts::Listed},
    model::{Flags, Plain, Post},
};

fn listed(number: u8) -> Listed {
    let feed = FeedUrl::parse("https://example.org/feed").unwrap();
    let blog = Blog::unknown(feed);
    Listed {
        post: Post {
            id: PostId([number; 16]),
            blog: blog.id,
            url: None,
            title: Plain::line(&format!("post {number}")),
            authors: Vec::new(),
            published: Some(Timestamp(i64::from(number))),
            updated: None,
            first_seen: Timestamp(1000),
            tags: Vec::new(),
            summary: Plain::default(),
            enclosures: Vec::new(),
        },
        blog,
        flags: Flags::default(),
        tags: Vec::new(),
    }
}

fn with_posts(numbers: &[u8]) -> State {
    let mut state = State { size: (80, 24), ..State::default() };
    begin(&mut state);
    hear(&mut state, News::River { first: true, posts: numbers.iter().map(|&n| listed(n)).collect() });
    state
}

#[test]
fn a_mark_is_shown_at_once_and_undo_takes_it_back() {
    let mut state = with_posts(&[2, 1]);
    let id = PostId([2; 16]);
    assert_eq!(act(&mut state, Action::ToggleRead), [Effect::Mark { posts: vec![id], read: true }]);
    assert!(state.river.current().unwrap().flags.read);
    assert_eq!(act(&mut state, Action::Undo), [Effect::Mark { posts: vec![id], read: false }, Effect::LoadBlogs]);
    assert!(!state.river.current().unwrap().flags.read);
    assert_eq!(act(&mut state, Action::Undo), []);
}

#[test]
fn undo_of_all_read_leaves_what_was_read_before() {
    let mut state = with_posts(&[3, 2, 1]);
    act(&mut state, Action::ToggleRead);
    assert_eq!(act(&mut state, Action::MarkAllRead), [Effect::MarkAll(None)]);
    hear(&mut state, News::MarkedAll(vec![PostId([2; 16]), PostId([1; 16])]));
    assert!(state.river.all.iter().all(|one| one.flags.read));
    act(&mut state, Action::Undo);
    let read: Vec<bool> = state.river.all.iter().map(|one| one.flags.read).collect();
    assert_eq!(read, [true, false, false]);
}

#[test]
fn a_filter_narrows_as_one_types_and_the_cursor_stays_on_its_post() {
    let mut state = with_posts(&[12, 11, 2, 1]);
    act(&mut state, Action::Down);
    act(&mut state, Action::Filter);
    type_in(&mut state, '1');
    assert_eq!(state.river.shown.len(), 3);
    assert_eq!(state.river.current().unwrap().post.id, PostId([11; 16]));
    end_prompt(&mut state, false);
    assert_eq!(state.river.shown.len(), 4);
}

#[test]
fn the_next_page_is_asked_for_before_the_end_comes_in_sight() {
    let mut state = with_posts(&[0; 0]);
    let page: Vec<Listed> = (0..super::super::state::PAGE).map(|n| listed((n % 250) as u8)).collect();
    state.river.loading = true;
    assert_eq!(hear(&mut state, News::River { first: true, posts: page }), []);
    let effects = act(&mut state, Action::Bottom);
    assert!(matches!(effects[..], [Effect::LoadRiver { after: Some(_), .. }]), "{effects:?}");
    assert_eq!(act(&mut state, Action::Up), [], "and only once");
}

#[test]
fn a_second_refresh_waits_for_the_first() {
    let mut state = with_posts(&[1]);
    assert_eq!(act(&mut state, Action::Refresh), [Effect::Refresh]);
    assert_eq!(act(&mut state, Action::Refresh), []);
    hear(&mut state, News::Failed { job: Job::Other, why: Plain::line("no browser") });
    assert_eq!(act(&mut state, Action::Refresh), [], "what fails beside it does not end it");
    hear(&mut state, News::Failed { job: Job::Run, why: Plain::line("no network") });
    assert_eq!(act(&mut state, Action::Refresh), [Effect::Refresh]);
}

#[test]
fn what_could_not_be_kept_is_read_again() {
    let mut state = with_posts(&[1]);
    act(&mut state, Action::ToggleStar);
    let effects = hear(&mut state, News::Failed { job: Job::Act, why: Plain::line("the disk is full") });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::LoadRiver { after: None, .. })), "{effects:?}");
    assert_eq!(state.status, "the disk is full");
}

#[test]
fn text_that_is_pasted_is_no_row_of_commands() {
    let mut state = with_posts(&[1]);
    assert_eq!(paste(&mut state, "AXu"), []);
    assert!(!state.river.current().unwrap().flags.read);
    act(&mut state, Action::Follow);
    paste(&mut state, "https://example.org/\n");
    assert_eq!(end_prompt(&mut state, true), [Effect::Follow("https://example.org/".into())]);
}

#[test]
fn nothing_is_done_on_empty_screens() {
    let mut state = State { size: (80, 24), ..State::default() };
    for screen in Screen::ALL {
        state.screen = screen;
        for entry in crate::app::action::TABLE.iter().filter(|entry| entry.works_on(screen)) {
            act(&mut state, entry.action);
            state = State { size: (80, 24), screen, ..State::default() };
        }
    }
}
