//! An HTML page and what it offers: feeds, links and what they mean, the person behind it, the main text.
//!
//! ```text
//! bytes ─decode─▶ text ─bounds─▶ html5ever ─▶ tree ─walk─▶ head, feeds, links, person, prose ─▶ Page
//! ```
//!
//! The tree is walked once and without recursion. A page from a stranger may be built to exhaust a reader, so
//! `bounds` decides first how much of it is looked at.

mod article;
mod bounds;
pub mod decode;
mod feeds;
mod friends;
mod head;
pub mod known;
mod links;
mod marked;
mod named;
mod person;
mod place;
mod prose;
mod walk;

pub use article::article;
pub use decode::decode;
pub use feeds::{FeedKind, FeedLink, FeedRank, looks_like_feed};
pub use friends::percent_decoded;
pub use links::PageLink;
pub use marked::marked;
pub use named::{about_pages, contact_page};
pub use place::Place;

use scraper::Html;
use url::Url;

use crate::model::Plain;

/// What a page offers. Lists are in document order and without duplicates unless they say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// `<title>`, else what the page calls itself where it is shared (Open Graph).
    pub title: Option<Plain>,
    pub description: Option<Plain>,
    /// BCP 47, as declared.
    pub language: Option<String>,
    pub canonical: Option<Url>,
    /// Best first: declared in `<link rel="alternate">`, then linked, then of a tag or category, then the same in other
    /// formats, then of comments.
    pub feeds: Vec<FeedLink>,
    /// Links whose words or address speak of a feed, and which may be anything.
    pub feed_hints: Vec<Url>,
    /// OPML files: `rel="blogroll"`, OPML types, addresses that end so.
    pub blogrolls: Vec<Url>,
    /// Pages of the same host that seem to list other people's blogs, the likeliest first.
    pub friends_pages: Vec<Url>,
    /// Everything that can be clicked, duplicates too; [`MOST_LINKS`] at most.
    pub links: Vec<PageLink>,
    /// `rel="me"`: the same person elsewhere.
    pub me: Vec<Url>,
    pub emails: Vec<Plain>,
    /// Handles, as in `@name@host`.
    pub mastodon: Vec<Plain>,
    /// Where mentions of the page are sent (W3C Webmention).
    pub webmention: Option<Url>,
    /// The person's: from an h-card, else `<meta name="author">`, else `rel="author"`.
    pub name: Option<Plain>,
    /// Where the person lives, as their h-card says.
    pub locality: Option<Plain>,
    /// The main text, a line a paragraph, without navigation, sidebars, footers and comments.
    pub text: Plain,
    pub generator: Option<Plain>,
    /// Posts that are marked up on the page itself (microformats' `h-entry`).
    pub marked_posts: usize,
    /// Whether its owner asks search engines to leave it out.
    pub noindex: bool,
}

/// As many links as are kept of a page.
pub const MOST_LINKS: usize = 5_000;

/// Reads a page that was fetched from `base`; `<base href>` is honoured. Never fails: in the worst case the page offers
/// nothing. Looks at the first 4 MiB at most.
pub fn read(html: &str, base: &Url) -> Page {
    let document = Html::parse_document(bounds::within(html));
    let base = head::base(&document, base);
    let mut collected = walk::Collected::new(base);
    walk::walk(&document, &mut collected);
    collected.finish()
}
