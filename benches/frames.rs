//! A frame of each screen at 200x50, with 1,000 blogs and 35,000 posts in memory: drawn, painted in a theme, and written as
//! a terminal gets it. The cursor moves between two frames, so that each has something new. Prints the median and the 99th
//! percentile, which no mean would show: a frame that comes late is felt, however quick the others are.
//!
//! What a key costs before its frame is measured apart: a move, and a letter of a filter that goes through all posts.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use penpal::{
    app::{
        action::Action,
        article::{Article, MEASURE},
        blogs::{Followed, Health},
        discussions::{Discussion, Saying},
        dossier::{Line, Part},
        posts::Listed,
        state::{OpenDossier, Screen, State},
        today::Writer,
        update::{News, act, end_prompt, hear, type_in},
    },
    config::{Looks, ThemeName},
    feed::SafeHtml,
    model::{
        Blog, Evidence, FeedUrl, Flags, PageUrl, Plain, Post, PostId, Reason, ReasonKind, Standing, Subscription,
        Suggestion, Timestamp,
    },
    store::{Counts, FeedState},
    tui::{frame, theme::Theme},
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};

const NOW: Timestamp = Timestamp(1_790_000_000);
const BLOGS: usize = 1_000;
const POSTS: usize = 35_000;

fn blog(number: usize) -> Blog {
    let url = FeedUrl::parse(&format!("https://{number}.example.org/feed")).expect("it is an address");
    Blog { title: Plain::line(&format!("The blog number {number}")), ..Blog::unknown(url) }
}

fn followed(number: usize) -> Followed {
    let blog = blog(number);
    let subscription = Subscription {
        blog: blog.id,
        feed_url: blog.feed_url.clone(),
        title: None,
        site_url: None,
        folder: vec![Plain::line(&format!("folder {:02}", number / 50))],
        tags: Vec::new(),
        since: NOW,
        other: Vec::new(),
    };
    let counts = Counts { posts: 35, unread: 20, last_post: Some(NOW), newest_unread: Some(NOW) };
    Followed {
        blog,
        subscription,
        counts,
        health: Health::Ok,
        feed: FeedState::default(),
        besides: Default::default(),
        next: None,
    }
}

fn listed(number: usize) -> Listed {
    let blog = blog(number % BLOGS);
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let post = Post {
        id: PostId(id),
        blog: blog.id,
        url: PageUrl::parse(&format!("https://example.org/{number}")).ok(),
        title: Plain::line(&format!("On lamps, rivers and 读写 naïve compilers, part {number}")),
        authors: Vec::new(),
        published: Some(Timestamp(NOW.0 - number as i64 * 60)),
        updated: None,
        first_seen: NOW,
        tags: Vec::new(),
        enclosures: Vec::new(),
        summary: Plain::line(&"some words of a summary ".repeat(8)),
    };
    Listed { post, blog, flags: Flags { read: number.is_multiple_of(3), ..Flags::default() }, tags: Vec::new() }
}

fn state() -> State {
    let mut state = State { now: NOW, size: (200, 50), ..State::default() };
    let blogs = (0..BLOGS).map(followed).collect();
    hear(&mut state, News::Blogs(blogs));
    hear(&mut state, News::River { after: None, posts: (0..POSTS).map(listed).collect(), as_of: NOW });
    let writers = (0..400).map(|number| Writer {
        blog: blog(number),
        unread: 9,
        posts: (0..4).map(|part| listed(number + 1000 * part)).collect(),
    });
    hear(&mut state, News::Today(writers.collect()));
    let talks = (0..200).map(|number| Discussion {
        page: PageUrl::parse(&format!("https://example.org/{number}")).expect("it is an address"),
        title: Plain::line("What was talked about"),
        post: None,
        by: None,
        sayings: (0..5)
            .map(|who| Saying {
                by: blog(who).id,
                blog: blog(who).title,
                post: listed(who).post.id,
                title: Plain::line("An answer"),
                published: Some(NOW),
                quote: Plain::line(&"a sentence that goes on for a while ".repeat(5)),
                answers: false,
            })
            .collect(),
    });
    hear(&mut state, News::Discussions { all: talks.collect(), behind: false });
    let people = (0..40).map(|number| Suggestion {
        rank: number + 1,
        score: 0.5,
        blog: blog(number),
        standing: Standing::New,
        reasons: vec![Reason {
            kind: ReasonKind::Friends,
            strength: 0.5,
            text: Plain::line("linked by several that you follow"),
            evidence: vec![Evidence {
                post_url: PageUrl::parse("https://example.org/1").expect("it is an address"),
                post_title: Plain::line("A post"),
                quote: Plain::line("She keeps an older one."),
                published: Some(NOW),
            }],
        }],
        red_lines: Vec::new(),
        contact: Vec::new(),
        place: None,
        posts_per_month: None,
        last_post: Some(NOW),
        silent_since: None,
    });
    hear(&mut state, News::Suggestions(people.collect()));
    let one = listed(1);
    let html = SafeHtml::from_stored("<h2>On lamps</h2><p>A text of some words and <code>code</code>.</p>".repeat(60));
    let article = Arc::new(Article::set(&html, &one.post, MEASURE));
    hear(&mut state, News::Post { listed: Box::new(one), article, quote: None, from: Screen::River });
    let line = |at: usize| Line {
        part: if at.is_multiple_of(9) { Part::Heading } else { Part::Text },
        indent: 3,
        text: Plain::line(&"what she wrote about lamps and rivers ".repeat(6)),
        address: Some(Plain::line("https://example.org/posts/of-lamps-and-rivers")),
    };
    state.dossier = Some(OpenDossier {
        blog: blog(1),
        lines: (0..200).map(line).collect(),
        rows: Vec::new(),
        scroll: 0,
        from: Screen::People,
    });
    state.lay_dossier();
    state.river.cursor = POSTS / 2;
    state
}

/// The median, the 99th percentile and the worst.
fn percentiles(mut times: Vec<Duration>) -> [Duration; 3] {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    [at(50), at(99), at(100)]
}

fn told(name: &str, times: Vec<Duration>) {
    let [median, late, worst] = percentiles(times).map(|time| time.as_secs_f64() * 1000.0);
    println!("| {name} | {median:.2} | {late:.2} | {worst:.2} |");
}

fn main() {
    // `cargo test` runs this too, to see that it can be run.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 2000 } else { 2 };
    let mut state = state();
    let theme = Theme::of(&Looks { theme: ThemeName::Dark, ..Looks::default() }, false);
    println!("| milliseconds | median | 99 % | worst |\n|---|---|---|---|");
    let mut keys = Vec::new();
    for screen in Screen::ALL.into_iter().chain([Screen::Dossier]) {
        state.screen = screen;
        let area = Rect::new(0, 0, 200, 50);
        let options = TerminalOptions { viewport: Viewport::Fixed(area) };
        let mut terminal =
            Terminal::with_options(CrosstermBackend::new(std::io::sink()), options).expect("it is in memory");
        let mut frames = Vec::with_capacity(rounds);
        for round in 0..rounds {
            let step = if round / 100 % 2 == 0 { Action::Down } else { Action::Up };
            let pressed = Instant::now();
            black_box(act(&mut state, step));
            keys.push(pressed.elapsed());
            let begun = Instant::now();
            let drawn = terminal.draw(|frame| {
                frame::draw(frame, black_box(&state));
                theme.paint(frame.buffer_mut());
            });
            assert!(drawn.is_ok());
            frames.push(begun.elapsed());
        }
        told(&format!("frame: {}", screen.name()), frames);
    }
    told("key: a move, any screen", keys);
    state.screen = Screen::River;
    for (name, letters) in [("key: first letter of a filter", "e"), ("key: further letters of it", "naïve compilers")]
    {
        let mut typed = Vec::new();
        for _ in 0..rounds.div_ceil(100) {
            act(&mut state, Action::Filter);
            for (at, letter) in letters.chars().enumerate() {
                let pressed = Instant::now();
                black_box(type_in(&mut state, letter));
                if at > 0 || letters.len() == 1 {
                    typed.push(pressed.elapsed());
                }
            }
            end_prompt(&mut state, false);
        }
        told(name, typed);
    }
}
