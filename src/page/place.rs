//! Where on a page something stands.

use scraper::ElementRef;

use super::friends;
use super::walk::short_text;

/// The part of a page that a link stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Place {
    /// Menus, and the page's head.
    Nav,
    Footer,
    /// Sidebars.
    Aside,
    /// What is called a blogroll, links, friends, 友链 by its id, class or heading, or by the page's address or title.
    Blogroll,
    /// A post.
    Article,
    /// What visitors wrote.
    Comment,
    #[default]
    Body,
}

/// Follows a walk over the tree and knows the place of the element that it is in.
#[derive(Debug, Default)]
pub(super) struct Places {
    open: Vec<Level>,
    heading: Option<Heading>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    place: Place,
    /// Whether a heading inside it speaks for no more than it.
    is_section: bool,
}

/// A heading that announces a list of blogs.
#[derive(Debug, Clone, Copy)]
struct Heading {
    /// 1 to 6; 7 for what is no `<h…>` but stands over a list.
    rank: u8,
    /// It speaks for what is at least this deep.
    depth: usize,
    place: Place,
    certain: bool,
}

impl Places {
    /// Enters an element; the place that it makes, or the one it is in.
    pub(super) fn enter(&mut self, element: ElementRef<'_>) -> Place {
        let around = self.open.last().map_or(Place::Body, |level| level.place);
        let name = element.value().name();
        let place = combine(around, own(element, around));
        let is_section = matches!(name, "article" | "section" | "aside" | "main" | "nav" | "footer" | "td" | "body");
        self.open.push(Level { place, is_section });
        if let Some(rank) = rank(element) {
            self.heading = self.heading.filter(|heading| heading.rank < rank);
            let text = short_text(element, 60);
            if friends::is_heading(&text) {
                let certain = friends::is_certain(&text);
                self.heading = Some(Heading { rank, depth: self.reach(rank), place, certain });
            }
        }
        self.announced(place)
    }

    pub(super) fn leave(&mut self) {
        self.open.pop();
        let depth = self.open.len();
        self.heading = self.heading.filter(|heading| depth >= heading.depth);
    }

    /// How deep the element is that the heading just entered speaks for: its parent where that is a section, else its
    /// grandparent, since headings are often wrapped; for a page's title the section around, however far.
    fn reach(&self, rank: u8) -> usize {
        let around = &self.open[..self.open.len() - 1];
        let most = if rank == 1 { around.len() } else { 1 };
        let up = around.iter().rev().take(most).take_while(|level| !level.is_section).count();
        around.len().saturating_sub(up).max(1)
    }

    fn announced(&self, place: Place) -> Place {
        match self.heading {
            Some(_) if !matches!(place, Place::Nav | Place::Footer | Place::Comment) => Place::Blogroll,
            Some(heading) if heading.certain && heading.place == place && place != Place::Comment => Place::Blogroll,
            _ => place,
        }
    }
}

fn rank(element: ElementRef<'_>) -> Option<u8> {
    match element.value().name() {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        "summary" | "legend" | "dt" => Some(7),
        _ => element.value().classes().any(|class| matches!(class, "widget-title" | "widgettitle")).then_some(7),
    }
}

/// What an element says of itself, and whether beyond doubt.
fn own(element: ElementRef<'_>, around: Place) -> Option<(Place, bool)> {
    let value = element.value();
    let name = value.name();
    let words = || value.classes().chain(value.id());
    if words().any(friends::is_certain_class) {
        return Some((Place::Blogroll, true));
    }
    if matches!(name, "html" | "body" | "a") {
        return None;
    }
    match (name, value.attr("role").unwrap_or_default()) {
        ("nav", _) | (_, "navigation") => return Some((Place::Nav, true)),
        ("header", _) if around == Place::Body => return Some((Place::Nav, true)),
        ("footer", _) | (_, "contentinfo") => return Some((Place::Footer, true)),
        _ => {}
    }
    if words().any(is_comment_class) || value.attr("itemprop") == Some("comment") {
        return Some((Place::Comment, true));
    }
    if words().any(friends::is_likely_class) {
        return Some((Place::Blogroll, false));
    }
    let is_aside = name == "aside" || value.attr("role") == Some("complementary");
    if is_aside || words().any(|class| matches!(class, "sidebar" | "side-bar" | "secondary")) {
        return Some((Place::Aside, true));
    }
    let is_post =
        |class| matches!(class, "h-entry" | "hentry" | "e-content" | "entry-content" | "post-content" | "post");
    (name == "article" || value.classes().any(is_post)).then_some((Place::Article, true))
}

fn is_comment_class(class: &str) -> bool {
    let named = [
        "comment",
        "comments",
        "comment-list",
        "commentlist",
        "comment-body",
        "comments-area",
        "p-comment",
        "u-comment",
        "replies",
        "webmentions",
        "h-cite",
    ];
    let numbered = class.strip_prefix("comment-").is_some_and(|id| id.starts_with(|c: char| c.is_ascii_digit()));
    numbered || named.iter().any(|name| class.eq_ignore_ascii_case(name))
}

fn combine(around: Place, own: Option<(Place, bool)>) -> Place {
    let Some((own, certain)) = own else { return around };
    match (around, own) {
        (Place::Comment, _) => Place::Comment,
        (_, Place::Comment) => Place::Comment,
        (Place::Nav | Place::Footer, Place::Blogroll) if !certain => around,
        (_, Place::Blogroll | Place::Nav | Place::Footer) => own,
        // A card for each friend is often an `<article>`.
        (Place::Blogroll | Place::Nav | Place::Footer, _) => around,
        _ => own,
    }
}
