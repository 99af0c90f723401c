//! What key presses lead to, on a state made by hand.

use super::*;
use crate::{
    app::{
        action::Action,
        article::Article,
        blogs::{Followed, Health},
        history::TakenBack,
        lists::PAGE,
        picture::{Picture, Way},
        posts::Listed,
    },
    feed::SafeHtml,
    journal::{Act, Deed},
    model::{Blog, BlogId, Enclosure, FeedUrl, Flags, PageUrl, Plain, Post, PostId, Subscription, Tag, Timestamp},
    poll::Summary,
    store::Taken,
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
    let mut state = State { screen: Screen::River, size: (80, 24), ..State::default() };
    begin(&mut state);
    hear(&mut state, river(numbers.iter().map(|&n| listed(n)).collect()));
    state
}

/// What the journal says of a deed that was taken back, or done again.
fn taken(which: TakeBack, acts: Vec<Act>) -> News {
    let deed = Deed { n: 1, t: 0, acts: acts.clone() };
    let taken = TakenBack { which, taken: Taken { deed, acts }, what: Plain::line("a post marked read") };
    News::TakenBack { which, taken: Some(Box::new(taken)) }
}

#[test]
fn a_mark_is_shown_at_once_and_undo_takes_it_back() {
    let mut state = with_posts(&[2, 1]);
    let id = PostId([2; 16]);
    assert_eq!(act(&mut state, Action::ToggleRead), [Effect::Mark { posts: vec![id], read: true }]);
    assert!(state.river.current().unwrap().flags.read);
    assert_eq!(act(&mut state, Action::Undo), [Effect::TakeBack(TakeBack::Undo)]);
    hear(&mut state, taken(TakeBack::Undo, vec![Act::Read { of: vec![id], read: false }]));
    assert!(!state.river.current().unwrap().flags.read);
    assert!(state.status.contains("Undone: a post marked read; Ctrl-R"), "{}", state.status);
    hear(&mut state, News::TakenBack { which: TakeBack::Undo, taken: None });
    assert!(state.status.contains("could be undone"), "{}", state.status);
}

#[test]
fn what_was_tagged_starred_or_hidden_comes_back_by_undo_and_goes_by_redo() {
    let mut state = with_posts(&[2, 1]);
    let of = vec![PostId([2; 16])];
    let tag = Tag::new("saved").unwrap();
    act(&mut state, Action::ToggleSaved);
    act(&mut state, Action::ToggleStar);
    let flags = |state: &State| state.river.all[0].flags;
    assert!(flags(&state).saved && flags(&state).starred);
    hear(&mut state, taken(TakeBack::Undo, vec![Act::Star { of: of.clone(), starred: false }]));
    hear(&mut state, taken(TakeBack::Undo, vec![Act::Tag { of: of.clone(), tag: tag.clone(), on: false }]));
    assert_eq!(flags(&state), Flags::default());
    hear(&mut state, taken(TakeBack::Redo, vec![Act::Tag { of, tag, on: true }]));
    assert!(flags(&state).saved && state.status.contains("u undoes it"), "{}", state.status);
    act(&mut state, Action::ToggleHidden);
    assert_eq!(state.river.all.len(), 1, "what is hidden is gone from the list at once");
}

#[test]
fn mark_all_means_what_was_there_when_the_list_was_read() {
    let mut state = with_posts(&[2, 1]);
    let effects = act(&mut state, Action::MarkAllRead);
    let [Effect::MarkMany { which, shown }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((which.as_of, shown.len()), (Some(Timestamp(77)), 2));
    hear(&mut state, News::MarkedAll(vec![PostId([2; 16]), PostId([1; 16])]));
    assert!(state.river.all.iter().all(|one| one.flags.read));
}

/// The first page of the River.
fn river(posts: Vec<Listed>) -> News {
    News::River { after: None, posts, as_of: Timestamp(77) }
}

#[test]
fn a_list_that_was_read_before_the_last_act_is_asked_for_again_and_not_shown() {
    let mut state = with_posts(&[2, 1]);
    let ask = || Effect::LoadRiver { after: None, limit: PAGE };
    // Two are under way when something is hidden.
    let asked = state.count(vec![ask(), ask(), Effect::LoadToday]);
    let effects = act(&mut state, Action::ToggleHidden);
    let hidden = state.count(effects);
    assert_eq!((asked[0].0, hidden[0].0), (0, 1));
    let stale = || river(vec![listed(2), listed(1)]);
    assert_eq!(hear_as_of(&mut state, 0, stale()), [ask()]);
    let asked = state.count(vec![ask()]);
    assert_eq!(hear_as_of(&mut state, 0, stale()), [], "a newer answer is on its way");
    assert_eq!(state.river.all.len(), 1, "what was hidden stays hidden");
    hear_as_of(&mut state, asked[0].0, river(vec![listed(1)]));
    assert_eq!(state.river.all[0].post.id, PostId([1; 16]));
    // Opening the next page counts as a question for no first page.
    state.count(vec![Effect::LoadRiver { after: state.river.end(), limit: PAGE }]);
    assert_eq!(state.acts_in.river, 1);
    state.count(vec![Effect::Suggest, Effect::LoadPostsOf(BlogId([9; 16])), Effect::LoadBlogs, Effect::LoadToday]);
    let effects = act(&mut state, Action::ToggleStar);
    state.count(effects);
    assert_eq!(hear_as_of(&mut state, 1, News::Today(Vec::new())), [Effect::LoadToday]);
    assert_eq!(hear_as_of(&mut state, 1, News::Blogs(Vec::new())), [Effect::LoadBlogs]);
    assert_eq!(hear_as_of(&mut state, 1, News::Suggestions(Vec::new())), [Effect::Suggest]);
    let of_one = News::PostsOf { blog: BlogId([9; 16]), posts: Vec::new(), as_of: Timestamp(77) };
    assert_eq!(hear_as_of(&mut state, 1, of_one), [Effect::LoadPostsOf(BlogId([9; 16]))]);
}

#[test]
fn a_page_goes_on_only_from_the_end_that_it_was_asked_behind() {
    let mut state = with_posts(&[3, 2]);
    state.river.whole = false;
    let behind = state.river.end();
    let page = |posts| News::River { after: behind, posts, as_of: Timestamp(77) };
    hear(&mut state, page(vec![listed(1)]));
    assert_eq!(state.river.all.len(), 3);
    state.river.whole = false;
    hear(&mut state, page(vec![listed(1)]));
    assert_eq!(state.river.all.len(), 3, "the same page a second time goes on from another end");
}

#[test]
fn above_and_below_the_cursor_are_marked_and_the_cursor_row_is_not() {
    let mut state = with_posts(&[4, 3, 2, 1]);
    act(&mut state, Action::Down);
    assert_eq!(act(&mut state, Action::MarkAbove), [Effect::Mark { posts: vec![PostId([4; 16])], read: true }]);
    let below = vec![PostId([2; 16]), PostId([1; 16])];
    assert_eq!(act(&mut state, Action::MarkBelow), [Effect::Mark { posts: below, read: true }]);
    let read: Vec<bool> = state.river.all.iter().map(|one| one.flags.read).collect();
    assert_eq!(read, [true, false, true, true]);
    assert_eq!(act(&mut state, Action::MarkBelow), []);
}

#[test]
fn what_one_scrolls_past_is_read_only_for_who_wants_it() {
    let mut state = with_posts(&[3, 2, 1]);
    assert_eq!(act(&mut state, Action::Down), []);
    state.reading.mark_on_scroll = true;
    assert_eq!(act(&mut state, Action::Down), [Effect::Mark { posts: vec![PostId([2; 16])], read: true }]);
    assert_eq!(act(&mut state, Action::Up), []);
    act(&mut state, Action::Top);
    assert_eq!(act(&mut state, Action::Bottom), [], "who leaps to the end has passed nothing by");
}

#[test]
fn the_next_unread_post_is_found_in_the_list_and_beyond() {
    let mut state = with_posts(&[3, 2, 1]);
    act(&mut state, Action::ToggleRead);
    let opens = |effects: &[Effect]| match effects {
        [Effect::LoadPost { id, .. }] => Some(id.0[0]),
        _ => None,
    };
    assert_eq!(opens(&act(&mut state, Action::NextUnread)), Some(2));
    state.show_marks(&[PostId([2; 16]), PostId([1; 16])], |one| one.flags.read = true);
    assert!(matches!(act(&mut state, Action::NextUnread)[..], [Effect::NextUnread { .. }]));
}

#[test]
fn another_look_at_the_river_is_asked_for_and_a_late_answer_to_the_first_is_dropped() {
    let mut state = with_posts(&[2, 1]);
    let effects = act(&mut state, Action::Only);
    assert!(matches!(&effects[..], [Effect::LoadThrough { selection, .. }] if selection.only == [Only::Unread]));
    hear(&mut state, river(vec![listed(9)]));
    assert_eq!(state.river.all.len(), 0, "that was everything, and only what is unread is wanted");
    let selection = state.selection(None);
    hear(&mut state, News::Through { selection, known: 0, whole: true, posts: vec![listed(2)], as_of: Timestamp(77) });
    assert_eq!(state.river.shown.len(), 1);
    let effects = act(&mut state, Action::Back);
    assert!(matches!(effects[..], [Effect::LoadRiver { after: None, .. }]), "{effects:?}");
}

#[test]
fn tags_are_changed_where_they_stand() {
    let mut state = with_posts(&[1]);
    let id = PostId([1; 16]);
    act(&mut state, Action::Tags);
    "bread Rye".chars().for_each(|c| drop(type_in(&mut state, c)));
    let tag = |word| Tag::new(word).unwrap();
    let on = vec![(tag("bread"), true), (tag("rye"), true)];
    assert_eq!(end_prompt(&mut state, true), [Effect::Retag { post: id, changes: on }]);
    act(&mut state, Action::Tags);
    assert_eq!(state.prompt.as_ref().unwrap().1, "bread rye ");
    erase_all(&mut state);
    type_in(&mut state, 'x');
    let changes = vec![(tag("bread"), false), (tag("rye"), false), (tag("x"), true)];
    assert_eq!(end_prompt(&mut state, true), [Effect::Retag { post: id, changes }]);
}

#[test]
fn an_age_is_a_number_of_days_or_says_otherwise() {
    for (text, seconds) in
        [("2", Some(172_800)), (" 12h ", Some(43_200)), ("1w", Some(604_800)), ("x", None), ("", None)]
    {
        assert_eq!(age(text), seconds, "{text}");
    }
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
    // A page that began with an empty line begins with the words behind it.
    let open = state.post.as_ref().unwrap();
    assert_eq!(open.article.place_of(open.scroll), left.article.place_of(left.scroll));
    let Some(Effect::Fit { article, width: 36, post, .. }) = effects.first() else { panic!("{effects:?}") };
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
    assert_eq!(act(&mut state, Action::BrowsePicture), [Effect::Browse("https://a.example/1.png".into())]);
    let two = "<p><img src=\"https://a.example/1.png\"> and <img src=\"https://a.example/2.png\"></p>";
    let mut state = reading(two);
    assert_eq!(act(&mut state, Action::BrowsePicture), []);
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
    let page: Vec<Listed> = (0..PAGE).map(|n| listed((n % 250) as u8)).collect();
    state.river.loading = true;
    assert_eq!(hear(&mut state, river(page)), []);
    let effects = act(&mut state, Action::Bottom);
    assert!(matches!(effects[..], [Effect::LoadRiver { after: Some(_), .. }]), "{effects:?}");
    assert_eq!(act(&mut state, Action::Up), [], "and only once");
}

#[test]
fn one_blog_can_be_asked_while_all_are_and_neither_ends_the_other() {
    let mut state = with_posts(&[]);
    let blog = listed(1).blog;
    state.blogs = vec![Followed {
        subscription: Subscription {
            blog: blog.id,
            feed_url: blog.feed_url.clone(),
            title: None,
            site_url: None,
            folder: Vec::new(),
            tags: Vec::new(),
            since: Timestamp(0),
            other: Vec::new(),
        },
        blog,
        counts: Default::default(),
        health: Health::Gone,
        feed: Default::default(),
        besides: Default::default(),
        next: None,
    }];
    (state.screen, state.worst) = (Screen::Health, vec![0]);
    assert_eq!(act(&mut state, Action::Refresh), [Effect::Refresh]);
    let effects = act(&mut state, Action::RefreshThis);
    let [Effect::RefreshBeside { title, .. }] = &effects[..] else { panic!("{effects:?}") };
    let summary = Summary { asked: 1, new_posts: 2, ..Summary::default() };
    hear(&mut state, News::RefreshedBeside { title: title.clone(), summary });
    assert!(state.status.ends_with(": 2 new posts"), "{}", state.status);
    assert_eq!(act(&mut state, Action::Refresh), [], "the first is still under way");
    hear(&mut state, News::Refreshed(summary));
    assert!(matches!(act(&mut state, Action::RefreshThis)[..], [Effect::RefreshThis(_)]));
    // Of one that has ended that is one answer to what Health asks; this is the other.
    assert!(matches!(act(&mut state, Action::Unfollow)[..], [Effect::Unfollow(_)]));
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
    let mut state = State { screen: Screen::River, size: (80, 24), ..State::default() };
    for screen in Screen::ALL.into_iter().chain([Screen::Dossier]) {
        state.screen = screen;
        for entry in crate::app::action::TABLE.iter().filter(|entry| entry.works_on(screen)) {
            act(&mut state, entry.action);
            state = State { size: (80, 24), screen, ..State::default() };
        }
    }
}

#[test]
fn what_of_a_list_was_left_out_is_still_told_when_its_blogs_were_asked() {
    let mut state = with_posts(&[1]);
    hear(&mut state, News::Imported { added: 3, known: 0, skipped: 2 });
    assert!(state.status.contains("2 lines left out"), "{}", state.status);
    let summary = Summary { asked: 3, new_posts: 9, ..Summary::default() };
    hear(&mut state, News::Refreshed(summary));
    assert!(state.status.contains("9 new posts") && state.status.contains("2 lines"), "{}", state.status);
    hear(&mut state, News::Refreshed(Summary { asked: 1, ..Summary::default() }));
    assert!(!state.status.contains("lines"), "it is told once: {}", state.status);
}

#[test]
fn news_at_the_top_of_a_long_list_do_not_have_all_of_it_read_again() {
    let mut state = with_posts(&[]);
    let many = || (0..PAGE).map(|n| listed((n % 250) as u8)).collect::<Vec<_>>();
    hear(&mut state, river([many(), many(), many()].concat()));
    let limit = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::LoadRiver { after: None, limit } => Some(limit),
            _ => None,
        })
    };
    assert_eq!(limit(hear(&mut state, News::Elsewhere)), Some(PAGE));
    state.river.cursor = PAGE + 7;
    assert_eq!(limit(hear(&mut state, News::Elsewhere)), Some(2 * PAGE + 7), "and the cursor stays on its post");
}

#[test]
fn pictures_are_asked_for_once_and_what_failed_is_tried_again() {
    let one = "https://a.example/1.png";
    let html = format!("<p><img src=\"{one}\" alt=\"one\"> <img src=\"{one}\"></p>");
    let mut state = reading(&html);
    assert_eq!(act(&mut state, Action::Pictures), []);
    assert!(state.status.starts_with("Pictures need colours"), "{}", state.status);
    state.pictures_by = Some(Way::Blocks);
    let asks = |effects: &[Effect]| match effects {
        [Effect::LoadPictures { addresses, .. }] => addresses.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    assert_eq!(asks(&act(&mut state, Action::Pictures)), [one], "once, though it stands there twice");
    assert_eq!(act(&mut state, Action::Pictures), [], "it is on its way");
    let address = Plain::line(one);
    hear(&mut state, News::Picture { address: address.clone(), picture: Err(Plain::line("it is broken")) });
    assert!(
        state.status.contains("“one” cannot be shown") && state.status.contains("it is broken"),
        "{}",
        state.status
    );
    assert_eq!(asks(&act(&mut state, Action::Pictures)), [one]);
    let picture = Picture { size: (80, 80), width: 80, height: 80, rgb: vec![0; 80 * 80 * 3] };
    let effects = hear(&mut state, News::Picture { address, picture: Ok(picture.into()) });
    let [Effect::Fit { post, article, width, shown }] = effects.as_slice() else { panic!("{effects:?}") };
    let drawn = article.with_pictures(*width, shown.clone());
    assert_eq!(drawn.lines.len(), article.lines.len() + 10, "two of five rows each");
    hear(&mut state, News::Fitted { id: *post, article: drawn.into() });
    let effects = act(&mut state, Action::Pictures);
    assert!(matches!(effects.as_slice(), [Effect::Fit { shown, .. }] if shown.is_empty()), "{effects:?}");
}

#[test]
fn a_post_counts_as_finished_once_its_end_was_reached_by_reading() {
    let long = "<p>more</p>".repeat(60);
    let opened = |finished| Effect::Opened { post: PostId([1; 16]), blog: listed(1).blog.id, finished };
    let open = |html: &str| {
        let mut state = with_posts(&[1]);
        let listed = state.river.get(0).unwrap().clone();
        let article = Article::set(&SafeHtml::from_stored(html.into()), &listed.post, 72).into();
        let effects =
            hear(&mut state, News::Post { listed: Box::new(listed), article, quote: None, from: Screen::River });
        (state, effects)
    };
    let (_, effects) = open("<p>All of it is seen.</p>");
    assert!(effects.contains(&opened(true)), "{effects:?}");
    let (mut state, effects) = open(&long);
    assert!(effects.contains(&opened(false)), "{effects:?}");
    assert_eq!(act(&mut state, Action::Bottom), [], "who leaps to the end has read nothing");
    act(&mut state, Action::Top);
    let told: Vec<Effect> = (0..40).flat_map(|_| act(&mut state, Action::PageDown)).collect();
    assert_eq!(told, [opened(true)], "and it is told once");
}
