//! What key presses lead to, on a state made by hand.

use super::*;
use crate::{
    app::{action::Action, article::Article, posts::Listed},
    feed::SafeHtml,
    model::{Enclosure, Flags, PageUrl, Plain, Post},
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

/// A post that is open, in the lines of a terminal of 80 columns.
fn reading(html: &str) -> State {
    let mut state = with_posts(&[2, 1]);
    let listed = state.river.get(0).unwrap().clone();
    let article = Article::set(&SafeHtml::from_stored(html.into()), &listed.post, 72);
    hear(
        &mut state,
        News::Post { listed: Box::new(listed), article: article.into(), quote: None, from: Screen::River },
    );
    state
}

#[test]
fn a_link_is_opened_by_the_letters_beside_it() {
    let links: String = (0..30).map(|n| format!("<p><a href=\"https://a.example/{n}\">link {n}</a></p>")).collect();
    let mut state = reading(&links);
    state.size = (80, 200);
    act(&mut state, Action::Hints);
    assert_eq!(reading::press(&mut state, "a"), [], "there are more links than letters");
    assert_eq!(reading::press(&mut state, "d"), [Effect::Browse("https://a.example/2".into())]);
    assert!(state.over.is_none());
    act(&mut state, Action::Hints);
    reading::press(&mut state, "Esc");
    assert!(state.over.is_none() && state.screen == Screen::Post);
    act(&mut state, Action::Links);
    reading::press(&mut state, "j");
    assert_eq!(reading::press(&mut state, "Enter"), [Effect::Browse("https://a.example/1".into())]);
}

#[test]
fn a_footnote_is_followed_and_left_again() {
    let note = "<p>So<a href=\"#n\">1</a></p>".to_owned() + &"<p>more</p>".repeat(40) + "<p id=\"n\">The note</p>";
    let mut state = reading(&note);
    act(&mut state, Action::Hints);
    assert_eq!(reading::press(&mut state, "a"), []);
    let open = state.post.as_ref().unwrap();
    let line = open.quoted.unwrap();
    assert_eq!(open.article.lines[line].text(), "The note");
    assert!((open.scroll..open.scroll + state.post_rows()).contains(&line), "it is seen");
    act(&mut state, Action::Back);
    assert_eq!((state.post.as_ref().unwrap().scroll, state.screen), (0, Screen::Post));
    act(&mut state, Action::Back);
    assert_eq!(state.screen, Screen::River);
}

#[test]
fn a_post_is_opened_again_where_it_was_left_also_in_another_width() {
    let html = "<p>some words that fill a line or two of any terminal, and then a few more of them</p>".repeat(40);
    let mut state = reading(&html);
    act(&mut state, Action::PageDown);
    act(&mut state, Action::PageDown);
    let left = state.post.as_ref().unwrap().clone();
    assert!(left.scroll > 20, "{}", left.scroll);
    state.size = (40, 24);
    let article = Article::set(&SafeHtml::from_stored(html), &left.listed.post, 72);
    let (listed, from) = (Box::new(left.listed.clone()), Screen::River);
    let effects = hear(&mut state, News::Post { listed, article: article.into(), quote: None, from });
    assert_eq!(state.post.as_ref().unwrap().scroll, left.scroll);
    let Some(Effect::Fit { article, width: 36, post }) = effects.first() else { panic!("{effects:?}") };
    let narrow = article.fitted(36);
    assert_eq!(hear(&mut state, News::Fitted { id: *post, article: narrow.into() }), [], "it fits");
    let open = state.post.as_ref().unwrap();
    assert!(open.scroll > left.scroll, "narrow lines are more");
    assert_eq!(open.article.place_of(open.scroll) / 100, left.article.place_of(left.scroll) / 100);
}

#[test]
fn what_comes_with_a_post_is_played_and_asked_about_where_it_is_several() {
    let mut state = reading("<p>Episode</p>");
    assert_eq!(act(&mut state, Action::Enclosures), []);
    let enclosure = |n| Enclosure {
        url: PageUrl::parse(&format!("https://a.example/{n}.mp3")).unwrap(),
        media_type: None,
        length: None,
    };
    state.post.as_mut().unwrap().listed.post.enclosures = vec![enclosure(1)];
    assert_eq!(act(&mut state, Action::Enclosures), [Effect::Play("https://a.example/1.mp3".into())]);
    state.post.as_mut().unwrap().listed.post.enclosures.push(enclosure(2));
    assert_eq!(act(&mut state, Action::Enclosures), []);
    reading::press(&mut state, "Down");
    assert_eq!(reading::press(&mut state, "Enter"), [Effect::Play("https://a.example/2.mp3".into())]);
}

#[test]
fn a_picture_that_is_seen_alone_is_opened_and_several_are_listed() {
    let mut state = reading("<p><img src=\"https://a.example/1.png\" alt=\"one\"></p>");
    assert_eq!(act(&mut state, Action::Pictures), [Effect::Browse("https://a.example/1.png".into())]);
    let two = "<p><img src=\"https://a.example/1.png\"> and <img src=\"https://a.example/2.png\"></p>";
    let mut state = reading(two);
    assert_eq!(act(&mut state, Action::Pictures), []);
    reading::press(&mut state, "j");
    assert_eq!(reading::press(&mut state, "Enter"), [Effect::Browse("https://a.example/2.png".into())]);
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
