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
    Pictures,
    BrowsePicture,
    NextPost,
    PreviousPost,
    ToggleTags,
    ToggleRead,
    ToggleStar,
    ToggleSaved,
    ToggleHidden,
    Tags,
    Mute,
    MarkAllRead,
    MarkAbove,
    MarkBelow,
    MarkOlder,
    NextUnread,
    Jump,
    Only,
    OnlyTag,
    Sort,
    Copy,
    BrowseSeveral,
    Macro,
    WriteDown,
    Undo,
    Redo,
    Refresh,
    RefreshThis,
    Discover,
    Flag,
    NotNow,
    Never,
    FollowPerson,
    Reasons,
    Book,
    Outbox,
    ShowPerson,
    Distance,
    Vet,
    Invite,
    Which,
    Language,
    Circle,
    MorePeople,
    LikeThis,
    Follow,
    Import,
    Starter,
    Demo,
    Unfollow,
    Filter,
    Help,
    Suspend,
    Quit,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub action: Action,
    /// What it is called in docs, and in keymaps that users write.
    pub name: &'static str,
    /// As they are shown; each is a character or the name of a key.
    pub keys: &'static [&'static str],
    /// What it does, for the help.
    pub does: &'static str,
    /// The word for the footer; empty for what needs no mention there.
    pub short: &'static str,
    /// Where it works; empty for everywhere.
    pub on: &'static [Screen],
}

const LISTS: &[Screen] = &[Screen::Today, Screen::River, Screen::Blogs];
const LINES: &[Screen] = &[Screen::River, Screen::Blogs];
/// What can be narrowed by words.
const NARROWED: &[Screen] = &[Screen::Today, Screen::River, Screen::Blogs, Screen::People];
const FEEDS: &[Screen] = &[Screen::Blogs, Screen::Health];
const POSTS: &[Screen] = &[Screen::Today, Screen::River, Screen::Blogs, Screen::Post];
/// Where the cursor is on somebody.
const NAMES: &[Screen] =
    &[Screen::Today, Screen::River, Screen::Blogs, Screen::Post, Screen::Discussions, Screen::People, Screen::Health];
/// Where blogs are asked for and come in.
const COMING: &[Screen] = &[Screen::Today, Screen::River, Screen::Blogs, Screen::Health];

macro_rules! table {
    ($($action:expr, $name:literal, [$($key:literal),*], $does:literal, $short:literal, $on:expr;)*) => {
        &[$(Entry { action: $action, name: $name, keys: &[$($key),*], does: $does, short: $short, on: $on }),*]
    };
}

/// All actions, in the order in which the help shows them.
pub const TABLE: &[Entry] = table! {
    Action::Go(Screen::Today), "today", ["1"], "Today: who wrote something, those who write seldom first", "", &[];
    Action::Go(Screen::River), "river", ["2"], "River: new posts of all blogs", "", &[];
    Action::Go(Screen::Blogs), "blogs", ["3"], "Blogs: what you follow", "", &[];
    Action::Go(Screen::Post), "post", ["4"], "Post: the text", "", &[];
    Action::Go(Screen::Discussions), "discussions", ["5"], "Discussions: what several of your blogs talk about", "", &[];
    Action::Go(Screen::People), "people", ["6"], "People: whom you might like to meet", "", &[];
    Action::Go(Screen::Health), "health", ["7"], "Health: how the feeds fare, who went quiet", "", &[];
    Action::NextScreen, "next-screen", ["Tab"], "the next screen", "", &[];
    Action::Down, "down", ["j", "Down"], "down", "", &[];
    Action::Up, "up", ["k", "Up"], "up", "", &[];
    Action::PageDown, "page-down", ["Space", "PgDn"], "a page down", "", &[];
    Action::PageUp, "page-up", ["b", "PgUp"], "a page up", "", &[];
    Action::Top, "top", ["g", "Home"], "to the top", "", &[];
    Action::Bottom, "bottom", ["G", "End"], "to the bottom", "", &[];
    Action::Open, "open", ["Enter", "l", "Right"], "open; in a post, the link whose number was typed", "open", &[];
    Action::Back, "back", ["Esc", "h", "Left"], "back; in a list, the end of a filter", "back", &[];
    Action::Browse, "browse", ["o"], "open in the browser", "browser", &[];
    Action::FullText, "full-text", ["v"], "the text of the post's page, or the feed's again", "full text", &[Screen::Post];
    Action::Hints, "hints", ["f"], "letters beside the links that are seen; type them to open one", "links", &[Screen::Post];
    Action::Links, "links", ["L"], "all links of the post in a list", "", &[Screen::Post];
    Action::Enclosures, "enclosures", ["e"], "play or open what comes with the post", "", &[Screen::Post];
    Action::Pictures, "pictures", ["i"], "fetch the pictures of the post and draw them, or hide them again", "pictures", &[Screen::Post];
    Action::BrowsePicture, "browse-picture", ["P"], "open a picture of the post in the browser", "", &[Screen::Post];
    Action::NextPost, "next-post", ["n"], "the next post", "next", &[Screen::Post];
    Action::PreviousPost, "previous-post", ["p"], "the previous post", "previous", &[Screen::Post];
    Action::ToggleRead, "toggle-read", ["m"], "mark read or unread", "read", POSTS;
    Action::ToggleStar, "toggle-star", ["s"], "star, or take the star off", "star", POSTS;
    Action::MarkAllRead, "mark-all-read", ["A"], "mark everything in the list read; on Today, of this person", "all read", LISTS;
    Action::MarkAbove, "mark-above", ["<"], "mark what stands above the cursor read", "", LINES;
    Action::MarkBelow, "mark-below", [">"], "mark what stands below the cursor read", "", LINES;
    Action::MarkOlder, "mark-older", ["-"], "mark what is older than some days read", "", LINES;
    Action::ToggleSaved, "toggle-saved", ["w"], "save for later, or no longer (a star says you liked it)", "save", POSTS;
    Action::Tags, "tags", ["T"], "tags of the post, or of the blog", "", POSTS;
    Action::ToggleHidden, "toggle-hidden", ["z"], "hide, or show again; nothing is deleted", "", POSTS;
    Action::Mute, "mute", ["M"], "hide all posts that hold certain words", "", POSTS;
    Action::NextUnread, "next-unread", ["N"], "open the next unread post, from anywhere", "unread", &[];
    Action::Jump, "jump", ["B"], "to a blog, by a part of its name", "", &[];
    Action::Only, "only", ["f"], "only what is unread, starred, saved, hidden; then everything", "only", LINES;
    Action::OnlyTag, "only-tag", ["#"], "only what has a tag", "", LINES;
    Action::Sort, "sort", ["O"], "sort: newest, oldest, unread first, by blog", "", LINES;
    Action::Copy, "copy", ["y"], "copy the address (OSC 52, also over ssh)", "", &[];
    Action::BrowseSeveral, "browse-several", ["Ctrl-O"], "unread ones from here on to the browser, ten at most", "", LINES;
    Action::Macro, "macro", [","], "hand the post to a program of yours, by its key", "", POSTS;
    Action::WriteDown, "write-down", ["W"], "write the post to a file, as text or Markdown", "", POSTS;
    Action::Vet, "vet", ["V"], "who they are: the dossier of whoever writes this, from what they wrote", "dossier", NAMES;
    Action::Flag, "flag", ["f"], "flag somebody to get to know, or take the flag off", "flag", &[Screen::People];
    Action::Invite, "invite", ["I"], "write to them: a draft from what is known, your editor, and out after your yes", "invite", &[Screen::People, Screen::Dossier];
    Action::FollowPerson, "follow-person", ["F"], "follow their blog", "follow", &[Screen::People];
    Action::NotNow, "not-now", ["x"], "not now: do not suggest for three months", "not now", &[Screen::People];
    Action::Never, "never", ["X"], "never suggest again", "never", &[Screen::People];
    Action::Reasons, "reasons", ["e"], "look into the reasons; Enter there shows the quoted post", "reasons", &[Screen::People];
    Action::ShowPerson, "person", ["p"], "everything that is known of somebody", "page", &[Screen::People];
    Action::Book, "book", ["c"], "the contact book, or the suggestions again", "book", &[Screen::People];
    Action::Distance, "distance", ["K"], "keep at a distance: private, and no invitation is offered again", "distance", &[Screen::People];
    Action::Which, "which", ["w"], "only one kind of reason; in the book, only one standing", "which", &[Screen::People];
    Action::Language, "language", ["L"], "only one language; in the book, only one circle", "", &[Screen::People];
    Action::Circle, "circle", ["C"], "only those to whom one folder, tag or circle of yours leads; in the book, only one circle", "", &[Screen::People];
    Action::LikeThis, "like-this", ["="], "those first who write about the same things as this one; again, the usual order", "more like this", &[Screen::People];
    Action::MorePeople, "more-people", ["+"], "all suggestions, or a few again", "all", &[Screen::People];
    Action::Outbox, "outbox", ["O"], "the outbox: what was drafted, sent and answered", "outbox", &[Screen::People];
    Action::Discover, "discover", ["d"], "look for people around the blogs you follow", "discover", &[Screen::People];
    Action::Follow, "follow", ["a"], "follow a blog by its address", "follow", COMING;
    Action::Import, "import", ["i"], "import a list: OPML, newsboat's urls, a file or an address", "import", COMING;
    Action::Starter, "starter", ["S"], "where nothing is followed: take the starter set of sixty blogs", "", COMING;
    Action::Demo, "demo", ["D"], "where nothing is followed: look at the demo", "", COMING;
    Action::ToggleTags, "toggle-tags", ["t"], "blogs under their tags, or in their folders", "tags", &[Screen::Blogs];
    Action::Unfollow, "unfollow", ["U"], "follow this blog no longer", "unfollow", FEEDS;
    Action::Filter, "filter", ["/"], "narrow the list to what holds these words", "filter", NARROWED;
    Action::Undo, "undo", ["u"], "undo what was done last, also before a restart", "undo", &[];
    Action::Redo, "redo", ["Ctrl-R"], "do again what was undone", "", &[];
    Action::Refresh, "refresh", ["r"], "ask the blogs for new posts", "refresh", &[];
    Action::RefreshThis, "refresh-this", ["R"], "ask this blog alone", "ask it", FEEDS;
    Action::Help, "help", ["?"], "this help", "help", &[];
    Action::Suspend, "suspend", ["Ctrl-Z"], "to the shell for a while; fg comes back", "", &[];
    Action::Quit, "quit", ["q", "Ctrl-C"], "quit", "quit", &[];
};

impl Entry {
    /// Where it works, in words.
    pub fn places(&self) -> String {
        if self.on.is_empty() {
            return "everywhere".into();
        }
        self.on.iter().map(|screen| screen.name()).collect::<Vec<_>>().join(", ")
    }

    pub fn works_on(&self, screen: Screen) -> bool {
        self.on.is_empty() || self.on.contains(&screen)
    }
}

/// What a key does on a screen.
pub fn for_key(key: &str, screen: Screen) -> Option<Action> {
    let entry = TABLE.iter().find(|entry| entry.keys.contains(&key) && entry.works_on(screen));
    entry.map(|entry| entry.action)
}

/// What there is to do about somebody on a card, what matters most first.
const ON_CARD: &[Action] = &[
    Action::Open,
    Action::Reasons,
    Action::Flag,
    Action::FollowPerson,
    Action::NotNow,
    Action::Never,
    Action::Vet,
    Action::Invite,
    Action::LikeThis,
    Action::Which,
];

/// What the footer tells of a screen while there is room: in the order of the table, but with somebody's card in sight what
/// there is to do about them first.
pub fn in_footer(screen: Screen, is_on_card: bool) -> impl Iterator<Item = &'static Entry> {
    let first = if is_on_card { ON_CARD } else { &[] };
    let place = move |entry: &&Entry| first.iter().position(|action| *action == entry.action);
    let mut told: Vec<&Entry> =
        TABLE.iter().filter(|entry| !entry.short.is_empty() && entry.works_on(screen)).collect();
    told.sort_by_key(|entry| place(entry).unwrap_or(first.len()));
    told.into_iter()
}

/// `docs/keys.md`: all actions with their names, keys and places.
pub fn page() -> String {
    let mut page = String::from(
        "# Keys\n\nWritten by `tests/acts.rs` from the table in `src/app/action.rs`; `penpal keys` prints the same, and `?` in \
         the screens\nshows what works where you are. Names are what a keymap of your own will go by.\n\n\
         | keys | does | where | name |\n|---|---|---|---|\n",
    );
    for entry in TABLE {
        let keys: Vec<String> = entry.keys.iter().map(|key| format!("`{key}`")).collect();
        page.push_str(&format!("| {} | {} | {} | {} |\n", keys.join(" "), entry.does, entry.places(), entry.name));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own() {
        for entry in TABLE {
            let is_plain = entry.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            assert!(is_plain && !entry.name.is_empty(), "{}", entry.name);
            assert_eq!(TABLE.iter().filter(|other| other.name == entry.name).count(), 1, "{}", entry.name);
        }
    }

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::ALL.into_iter().chain([Screen::Dossier]) {
            let keys: Vec<&str> = TABLE.iter().filter(|e| e.works_on(screen)).flat_map(|e| e.keys).copied().collect();
            for key in &keys {
                assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key} on {screen:?}");
            }
        }
    }
}
