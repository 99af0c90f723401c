//! What somebody at the screens can do: one table of actions with their keys. The keymap, the footer and the help come
//! from it.

use super::state::Screen;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Go(Screen),
    NextScreen,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Open,
    Back,
    Browse,
    FullText,
    Hints,
    Links,
    Enclosures,
    NextPost,
    PreviousPost,
    ToggleRead,
    ToggleStar,
    MarkAllRead,
    Undo,
    Refresh,
    RefreshThis,
    Discover,
    Flag,
    NotNow,
    Never,
    FollowPerson,
    Follow,
    Unfollow,
    Filter,
    Help,
    Quit,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub action: Action,
    /// As they are shown; each is a character or the name of a key.
    pub keys: &'static [&'static str],
    /// What it does, for the help.
    pub does: &'static str,
    /// The word for the footer; empty for what needs no mention there.
    pub short: &'static str,
    /// Where it works; empty for everywhere.
    pub on: &'static [Screen],
}

const LISTS: &[Screen] = &[Screen::River, Screen::Blogs];
const FEEDS: &[Screen] = &[Screen::Blogs, Screen::Health];
const POSTS: &[Screen] = &[Screen::River, Screen::Blogs, Screen::Post];

macro_rules! table {
    ($($action:expr, [$($key:literal),*], $does:literal, $short:literal, $on:expr;)*) => {
        &[$(Entry { action: $action, keys: &[$($key),*], does: $does, short: $short, on: $on }),*]
    };
}

/// All actions, in the order in which the help shows them.
pub const TABLE: &[Entry] = table! {
    Action::Go(Screen::River), ["1"], "River: new posts of all blogs", "", &[];
    Action::Go(Screen::Blogs), ["2"], "Blogs: what you follow", "", &[];
    Action::Go(Screen::Post), ["3"], "Post: the text", "", &[];
    Action::Go(Screen::People), ["4"], "People: whom you might like to meet", "", &[];
    Action::Go(Screen::Health), ["5"], "Health: how the feeds fare", "", &[];
    Action::NextScreen, ["Tab"], "the next screen", "", &[];
    Action::Down, ["j", "Down"], "down", "", &[];
    Action::Up, ["k", "Up"], "up", "", &[];
    Action::PageDown, ["Space", "PgDn"], "a page down", "", &[];
    Action::PageUp, ["b", "PgUp"], "a page up", "", &[];
    Action::Top, ["g", "Home"], "to the top", "", &[];
    Action::Bottom, ["G", "End"], "to the bottom", "", &[];
    Action::Open, ["Enter", "l", "Right"], "open; in a post, the link whose number was typed", "open", &[];
    Action::Back, ["Esc", "h", "Left"], "back; in a list, the end of a filter", "back", &[];
    Action::Browse, ["o"], "open in the browser", "browser", &[];
    Action::FullText, ["v"], "the text of the post's page, or the feed's again", "full text", &[Screen::Post];
    Action::Hints, ["f"], "letters beside the links that are seen; type them to open one", "links", &[Screen::Post];
    Action::Links, ["L"], "all links of the post in a list", "", &[Screen::Post];
    Action::Enclosures, ["e"], "play or open what comes with the post", "", &[Screen::Post];
    Action::NextPost, ["n"], "the next post", "next", &[Screen::Post];
    Action::PreviousPost, ["p"], "the previous post", "previous", &[Screen::Post];
    Action::ToggleRead, ["m"], "mark read or unread", "read", POSTS;
    Action::ToggleStar, ["s"], "star, or take the star off", "star", POSTS;
    Action::MarkAllRead, ["A"], "mark everything in the list read", "all read", LISTS;
    Action::Flag, ["f"], "flag somebody to get to know, or take the flag off", "flag", &[Screen::People];
    Action::FollowPerson, ["F"], "follow their blog", "follow", &[Screen::People];
    Action::NotNow, ["x"], "not now: do not suggest for three months", "not now", &[Screen::People];
    Action::Never, ["X"], "never suggest again", "never", &[Screen::People];
    Action::Discover, ["d"], "look for people around the blogs you follow", "discover", &[Screen::People];
    Action::Follow, ["a"], "follow a blog by its address", "follow", &[Screen::River, Screen::Blogs, Screen::Health];
    Action::Unfollow, ["U"], "follow this blog no longer", "unfollow", FEEDS;
    Action::Filter, ["/"], "narrow the list to what holds these words", "filter", LISTS;
    Action::Undo, ["u"], "undo what was marked, starred or sent away", "undo", &[];
    Action::Refresh, ["r"], "ask the blogs for new posts", "refresh", &[];
    Action::RefreshThis, ["R"], "ask this blog alone", "ask it", FEEDS;
    Action::Help, ["?"], "this help", "help", &[];
    Action::Quit, ["q", "Ctrl-C"], "quit", "quit", &[];
};

impl Entry {
    pub fn works_on(&self, screen: Screen) -> bool {
        self.on.is_empty() || self.on.contains(&screen)
    }
}

/// What a key does on a screen.
pub fn for_key(key: &str, screen: Screen) -> Option<Action> {
    let entry = TABLE.iter().find(|entry| entry.keys.contains(&key) && entry.works_on(screen));
    entry.map(|entry| entry.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::ALL {
            let keys: Vec<&str> = TABLE.iter().filter(|e| e.works_on(screen)).flat_map(|e| e.keys).copied().collect();
            for key in &keys {
                assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key} on {screen:?}");
            }
        }
    }
}
