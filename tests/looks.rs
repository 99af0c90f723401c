//! How every screen looks: in four sizes, with what each cell looks like in the dark and in the light theme.

#[path = "support/seen.rs"]
mod seen;

use std::fmt::Write;

use penpal::{
    app::{
        action::Action,
        article::{Article, MEASURE},
        blogs::Health,
        state::{Screen, State},
        update::{Effect, News, act, hear, resize},
    },
    config::{Looks, ThemeName},
    demo::Demo,
    feed::SafeHtml,
    model::{Plain, Post, Timestamp},
    poll::due::asked_next,
    store::{Answered, FeedState},
    tui::theme::Theme,
};
use ratatui::{
    buffer::Buffer,
    style::{Color, Style},
};
use seen::{buffer, drawn, state_of_the_demo, text, vetted};

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

/// A frame as a person reads it, and below it what each run of cells looks like. A letter stands for one look, which is
/// explained at the end in both themes; what looks like plain text has a dot.
fn picture(state: &mut State, size: (u16, u16)) -> String {
    let drawn = buffer(state, size);
    let painted = |theme| {
        let mut painted = drawn.clone();
        Theme::of(&Looks { theme, ..Looks::default() }, false).paint(&mut painted);
        painted
    };
    let (dark, light) = (painted(ThemeName::Dark), painted(ThemeName::Light));
    let mut looks: Vec<(Style, Style)> = vec![(of_plain_text(ThemeName::Dark), of_plain_text(ThemeName::Light))];
    let mut picture = text(&drawn) + "\n";
    for y in 0..size.1 {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for x in 0..size.0 {
            let look = (dark[(x, y)].style(), light[(x, y)].style());
            let at = looks.iter().position(|known| *known == look).unwrap_or_else(|| {
                looks.push(look);
                looks.len() - 1
            });
            match runs.last_mut() {
                Some((last, cells)) if *last == at => *cells += 1,
                _ => runs.push((at, 1)),
            }
        }
        if runs.iter().any(|(at, _)| *at > 0) {
            let runs: Vec<String> = runs.iter().map(|(at, cells)| format!("{}{cells}", letter(*at))).collect();
            write!(picture, "\n{y:>2}  {}", runs.join(" ")).unwrap();
        }
    }
    picture.push('\n');
    for (at, (dark, light)) in looks.iter().enumerate() {
        write!(picture, "\n{}  {}  |  {}", letter(at), in_words(dark), in_words(light)).unwrap();
    }
    picture
}

fn of_plain_text(theme: ThemeName) -> Style {
    let mut cell = Buffer::empty(ratatui::layout::Rect::new(0, 0, 1, 1));
    Theme::of(&Looks { theme, ..Looks::default() }, false).paint(&mut cell);
    cell[(0, 0)].style()
}

fn letter(at: usize) -> char {
    ".abcdefghijklmnopqrstuvwxyz".chars().nth(at).expect("no screen has more looks than that")
}

/// `d8dee4 on 16191d, bold`
fn in_words(style: &Style) -> String {
    let colour = |colour: Option<Color>| match colour {
        Some(Color::Rgb(r, g, b)) => format!("{r:02x}{g:02x}{b:02x}"),
        Some(Color::Reset) | None => "none".to_owned(),
        Some(other) => format!("{other:?}"),
    };
    let mut words = format!("{} on {}", colour(style.fg), colour(style.bg));
    for (name, _) in style.add_modifier.iter_names() {
        write!(words, ", {}", name.to_lowercase()).unwrap();
    }
    words
}

/// A post in which everything stands that a theme has a look for.
fn post_of_everything(post: &Post) -> Article {
    let html = "<h2>Bread and code</h2><p>A <a href=\"https://example.org/a\">link</a>, <em>emphasis</em>, \
                <strong>strength</strong>, <code>code</code>, <del>gone</del>, <mark>marked</mark>, x<sup>2</sup> and a \
                note<sup><a href=\"#fn1\">1</a></sup>.</p><blockquote><p>What somebody else said, at some length, so \
                that it takes more than a line on any screen.</p></blockquote>\
                <pre><code class=\"language-rust\">// warm\nfn rise(dough: &amp;str) -> usize {\n    dough.len() * 2\n}\
                </code></pre><ul><li>flour<ul><li>rye</li></ul></li><li>water</li></ul>\
                <table><tr><th>Flour</th><th>Water</th></tr><tr><td>500 g</td><td>350 g</td></tr></table>\
                <figure><img src=\"https://example.org/loaf.jpg\" alt=\"A loaf, cut open\"><figcaption>The second \
                loaf</figcaption></figure><dl><dt>Crumb</dt><dd>What is inside.</dd></dl><hr>\
                <p id=\"fn1\">The note. 读写 and עברית stand in it.</p>";
    Article::set(&SafeHtml::from_stored(html.to_owned()), post, MEASURE)
}

/// One of two well feeds, one that fails today, one that has been failing for long, one that is slow, one never asked.
fn feed_that_fares(at: usize, now: Timestamp) -> FeedState {
    const HOUR: i64 = 3600;
    let ago = |hours: i64| Timestamp(now.0 - hours * HOUR);
    let answer = |hours, http, ms, error: Option<&str>| Answered {
        at: ago(hours),
        http,
        bytes: 48_000,
        ms,
        error: error.map(Plain::line),
    };
    let well = FeedState {
        asked: Some(ago(3)),
        answered: Some(ago(3)),
        http: Some(304),
        usual_gap: Some(5 * 24 * 3600),
        size: 48_000,
        spared: 96_000,
        answers: vec![answer(15, Some(304), 90, None), answer(3, Some(304), 110, None)],
        ..FeedState::default()
    };
    let failing = |since, failures, error: &str| FeedState {
        http: Some(500),
        error: Some(Plain::line(error)),
        failures,
        failing_since: Some(ago(since)),
        answers: vec![answer(90, Some(200), 200, None), answer(3, Some(500), 120, Some(error))],
        ..well.clone()
    };
    match at {
        1 => failing(3, 1, "the server is in trouble (500)"),
        2 => failing(90, 7, "this is a web page now; its feed may be at https://example.org/atom.xml"),
        3 => FeedState { answers: vec![answer(3, Some(200), 7_400, None)], ..well },
        4 => FeedState::default(),
        _ => well,
    }
}

/// The demo on a day of March. It is polled by the real clock and takes as long as the machine lets it; the picture
/// shall not.
async fn a_day_of_march(demo: &Demo, march: Timestamp) -> State {
    let mut state = state_of_the_demo(demo).await;
    state.now = march;
    for (at, followed) in state.blogs.iter_mut().enumerate() {
        followed.feed = feed_that_fares(at, march);
        followed.health = if followed.feed.is_ill() { Health::Ill } else { Health::Ok };
        followed.next = asked_next(followed.blog.id, &followed.feed, &followed.besides, march);
    }
    state.arrange_blogs();
    let blog = state.people[0].blog.id;
    hear(&mut state, News::Newest { blog, posts: demo.app.posts_of(blog, 5).unwrap() });
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_looks_as_it_should_in_four_sizes_and_two_themes() {
    let march = Timestamp::parse("2026-03-15T12:00:00Z").unwrap();
    let demo = Demo::begin_as_of(march, |_| {}).await.unwrap();
    let full = a_day_of_march(&demo, march).await;
    for size in SIZES {
        let name = |screen: &str| format!("{screen}_{}x{}", size.0, size.1);
        let mut state = full.clone();
        resize(&mut state, size.0, size.1);
        for (screen, called) in [
            (Screen::Today, "today"),
            (Screen::River, "river"),
            (Screen::Discussions, "discussions"),
            (Screen::People, "people"),
            (Screen::Health, "health"),
        ] {
            state.screen = screen;
            insta::assert_snapshot!(name(called), picture(&mut state, size));
        }

        state.screen = Screen::Blogs;
        state.row = 1;
        let blog = state.this_blog().unwrap().blog.id;
        act(&mut state, Action::Down);
        act(&mut state, Action::Up);
        let posts = demo.app.posts_of(blog, 50).unwrap();
        hear(&mut state, News::PostsOf { blog, posts, as_of: march });
        insta::assert_snapshot!(name("blogs"), picture(&mut state, size));
        act(&mut state, Action::Open);
        let posts = demo.app.posts_of(blog, 50).unwrap();
        hear(&mut state, News::PostsOf { blog, posts, as_of: march });
        insta::assert_snapshot!(name("blog"), picture(&mut state, size));

        state.screen = Screen::Discussions;
        act(&mut state, Action::Open);
        insta::assert_snapshot!(name("discussion"), picture(&mut state, size));
        act(&mut state, Action::Back);

        state.screen = Screen::People;
        act(&mut state, Action::Reasons);
        insta::assert_snapshot!(name("reasons"), picture(&mut state, size));
        act(&mut state, Action::Back);
        act(&mut state, Action::Help);
        insta::assert_snapshot!(name("help"), picture(&mut state, size));
        act(&mut state, Action::Help);
        vetted(&demo, &mut state, Screen::People);
        insta::assert_snapshot!(name("dossier"), picture(&mut state, size));
        act(&mut state, Action::Back);

        let mut reading = state.clone();
        let listed = reading.river.get(1).unwrap().clone();
        let article = post_of_everything(&listed.post).into();
        let news = News::Post { listed: Box::new(listed), article, quote: None, from: Screen::River };
        for effect in hear(&mut reading, news) {
            if let penpal::app::update::Effect::Fit { post, article, width, .. } = effect {
                hear(&mut reading, News::Fitted { id: post, article: article.fitted(width).into() });
            }
        }
        act(&mut reading, Action::ToggleStar);
        insta::assert_snapshot!(name("post"), picture(&mut reading, size));
        act(&mut reading, Action::Links);
        insta::assert_snapshot!(name("links"), picture(&mut reading, size));
    }
}

/// What somebody sees who has just begun, or who looks where there is nothing yet.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_feed_that_has_ended_health_asks_what_shall_become_of_it_and_says_the_keys() {
    let march = Timestamp::parse("2026-03-15T12:00:00Z").unwrap();
    let demo = Demo::begin_as_of(march, |_| {}).await.unwrap();
    let mut state = a_day_of_march(&demo, march).await;
    (state.blogs[0].health, state.blogs[0].feed.gone, state.blogs[0].next) = (Health::Gone, true, None);
    state.arrange_blogs();
    state.screen = Screen::Health;
    state.sick = state.worst.iter().position(|&index| state.blogs[index].health == Health::Gone).unwrap();
    let card = drawn(&mut state, (80, 24));
    assert!(card.contains("U follows it no longer (u takes that back). R asks once more."), "{card}");
    let gone = state.this_blog().unwrap().blog.id;
    assert_eq!(act(&mut state, Action::Unfollow), [Effect::Unfollow(gone)]);
}

#[test]
fn an_empty_screen_says_what_to_do_next() {
    let mut new = State { blogs_loaded: true, ..State::default() };
    new.today.loaded = true;
    new.discussions.loaded = true;
    new.contacts.loaded = true;
    for size in SIZES {
        let name = format!("first_run_{}x{}", size.0, size.1);
        new.screen = Screen::Today;
        insta::assert_snapshot!(name, picture(&mut new, size));
    }
    for size in [(40, 12), (80, 24)] {
        let mut all = String::new();
        for screen in Screen::ALL.into_iter().skip(1) {
            new.screen = screen;
            let shown = drawn(&mut new, size);
            assert!(shown.lines().skip(1).any(|line| line.trim().len() > 10), "{screen:?} says nothing:\n{shown}");
            write!(all, "{shown}\n\n").unwrap();
        }
        new.screen = Screen::People;
        act(&mut new, Action::Book);
        write!(all, "{}\n\n", drawn(&mut new, size)).unwrap();
        act(&mut new, Action::Outbox);
        all.push_str(&drawn(&mut new, size));
        act(&mut new, Action::Outbox);
        insta::assert_snapshot!(format!("empty_{}x{}", size.0, size.1), all);
    }
}

/// Nobody works so, but a window may be that small for a moment, or be a sidebar.
#[tokio::test(flavor = "multi_thread")]
async fn on_twenty_columns_or_five_lines_each_screen_still_says_something() {
    let march = Timestamp::parse("2026-03-15T12:00:00Z").unwrap();
    let demo = Demo::begin_as_of(march, |_| {}).await.unwrap();
    let mut state = a_day_of_march(&demo, march).await;
    let mut all = String::new();
    for size in [(20, 12), (80, 5), (20, 5)] {
        for screen in Screen::ALL {
            state.screen = screen;
            writeln!(all, "--- {} {}x{}\n{}", screen.name(), size.0, size.1, drawn(&mut state, size)).unwrap();
        }
    }
    insta::assert_snapshot!("tiny", all);
    let (mut narrow, mut low) = (state.clone(), state);
    assert!(drawn(&mut narrow, (19, 5)).contains("too small"), "who cannot see is told why");
    assert!(drawn(&mut low, (80, 2)).contains("too small"));
}
