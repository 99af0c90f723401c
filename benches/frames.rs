//! A frame of each screen at 200x50, with 1,000 blogs and 35,000 posts in memory: drawn, and painted in a theme.

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use penpal::{
    app::{
        article::{Article, MEASURE},
        blogs::{Followed, Health},
        discussions::{Discussion, Saying},
        posts::Listed,
        state::{Screen, State},
        today::Writer,
        update::{News, hear},
    },
    config::Looks,
    feed::SafeHtml,
    model::{
        Blog, Evidence, FeedUrl, Flags, PageUrl, Plain, Post, PostId, Reason, ReasonKind, Standing, Subscription,
        Suggestion, Timestamp,
    },
    store::{Counts, FeedState},
    tui::{frame, theme::Theme},
};
use ratatui::{Terminal, backend::TestBackend};

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
    Followed { blog, subscription, counts, health: Health::Ok, feed: FeedState::default() }
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
    state.river.cursor = POSTS / 2;
    state
}

fn frames(c: &mut Criterion) {
    let mut state = state();
    let theme = Theme::of(&Looks::default(), false);
    let mut group = c.benchmark_group("frame 200x50");
    for screen in Screen::ALL {
        state.screen = screen;
        let mut terminal = Terminal::new(TestBackend::new(200, 50)).expect("a terminal in memory");
        group.bench_function(screen.name(), |b| {
            b.iter(|| {
                let drawn = terminal.draw(|area| {
                    frame::draw(area, black_box(&state));
                    theme.paint(area.buffer_mut());
                });
                black_box(drawn.is_ok())
            })
        });
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
