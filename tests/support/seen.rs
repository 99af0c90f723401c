//! What the screens show of the demo's neighbourhood, drawn in memory.

use penpal::{
    app::{
        action::Action,
        lists::PAGE,
        state::{Screen, State},
        update::{Effect, News, act, begin, hear, resize},
    },
    demo::Demo,
    model::{Plain, Timestamp},
    store::{Answered, FeedState},
    tui::frame,
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

/// The demo's neighbourhood on a day of March, as somebody sees it who has just opened the screens.
pub async fn state_of_the_demo(demo: &Demo) -> State {
    let app = &demo.app;
    let mut state = State::default();
    begin(&mut state);
    hear(&mut state, News::Today(app.today(400).unwrap()));
    hear(&mut state, News::River { after: None, posts: app.river(None, PAGE).unwrap(), as_of: app.now() });
    hear(&mut state, News::Blogs(app.followed().unwrap()));
    hear(&mut state, News::Discussions { all: app.discussions().unwrap(), behind: false });
    hear(&mut state, News::Suggestions(app.suggest(40).unwrap()));
    state
}

/// The dossier of whoever the cursor is on, as it comes while somebody looks at `screen`.
pub fn vetted(demo: &Demo, state: &mut State, screen: Screen) {
    let effects = act(state, Action::Vet);
    let [Effect::Vet(asked)] = effects.as_slice() else { panic!("{effects:?}") };
    let blog = demo.app.find_blog(asked).unwrap();
    state.screen = screen;
    let vetted = demo.app.vet_offline(&blog).unwrap();
    hear(state, News::Vetted { asked: asked.clone(), vetted: Ok(Box::new(vetted)) });
}

/// One of two well feeds, one that fails today, one that has been failing for long, one that is slow, one never asked.
pub fn feed_that_fares(at: usize, now: Timestamp) -> FeedState {
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

/// The screens in so many columns and rows, in roles.
pub fn buffer(state: &mut State, (width, height): (u16, u16)) -> Buffer {
    resize(state, width, height);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|area| frame::draw(area, state)).unwrap();
    terminal.backend().buffer().clone()
}

/// The words of a frame, row by row.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let rows = (0..area.height).map(|y| {
        let mut row = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            // A wide character's second cell has nothing of its own.
            x += unicode_width::UnicodeWidthStr::width(symbol).max(1) as u16;
        }
        row.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// What somebody sees in so many columns and rows.
pub fn drawn(state: &mut State, size: (u16, u16)) -> String {
    text(&buffer(state, size))
}
