//! What the screens show of the demo's neighbourhood, drawn in memory.

use penpal::{
    app::{
        action::Action,
        lists::PAGE,
        state::{Screen, State},
        update::{Effect, News, act, begin, hear, resize},
    },
    demo::Demo,
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
