//! The feeds of a page.

use scraper::ElementRef;
use url::Url;

use super::friends::same_host;
use super::head::{cut, has_token, push_new, resolve};
use super::place::Place;
use crate::model::Plain;
use crate::model::address::canonical;

/// A feed that a page points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    pub url: Url,
    pub title: Option<Plain>,
    /// As declared, else as the address ends.
    pub kind: Option<FeedKind>,
    /// Whether the page declares it as its feed; else it only links to what looks like one.
    pub declared: bool,
}

/// What format a feed is said to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedKind {
    Rss,
    Atom,
    Json,
}

/// As many as are kept of each sort; some sites declare one for each tag.
const MOST: usize = 100;

/// Gathers feeds and blogrolls in OPML.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    /// In the order of [`Rank`].
    ranked: [Vec<FeedLink>; 4],
    pub(super) blogrolls: Vec<Url>,
}

/// The smaller, the likelier it is what a reader wants.
#[derive(Clone, Copy)]
enum Rank {
    Declared,
    Linked,
    Partial,
    Comments,
}

impl Feeds {
    /// `<link>`.
    pub(super) fn declared(&mut self, element: ElementRef<'_>, base: &Url) {
        let value = element.value();
        let rel = value.attr("rel");
        let Some(url) = value.attr("href").and_then(|href| resolve(base, href)) else { return };
        let media = value.attr("type").unwrap_or_default().split(';').next().unwrap_or_default();
        let media = media.trim().to_ascii_lowercase();
        if is_blogroll(rel, &media, &url) {
            return push_new(&mut self.blogrolls, url, MOST);
        }
        let is_alternate = has_token(rel, "alternate") || has_token(rel, "feed");
        let Some(kind) = declared_kind(&media, &url, has_token(rel, "feed")).filter(|_| is_alternate) else { return };
        let title = value.attr("title").and_then(|title| Plain::line(cut(title, 200)).some());
        self.add(FeedLink { url, title, kind, declared: true }, Rank::Declared);
    }

    /// `<a>`, with its text and the part of the page it stands in.
    pub(super) fn linked(&mut self, element: ElementRef<'_>, text: &Plain, place: Place, base: &Url) {
        let value = element.value();
        let href = value.attr("href").unwrap_or_default().trim();
        let bare = href.strip_prefix("feed:").unwrap_or(href);
        let bare =
            if bare.starts_with("//") && bare.len() < href.len() { format!("http:{bare}") } else { bare.to_owned() };
        let Some(url) = resolve(base, &bare) else { return };
        let media = value.attr("type").unwrap_or_default().to_ascii_lowercase();
        if is_blogroll(value.attr("rel"), &media, &url) {
            return push_new(&mut self.blogrolls, url, MOST);
        }
        // Others' feeds stand beside their blogs in many a blogroll.
        let says_so = is_feed_text(text.as_str());
        let is_frame = matches!(place, Place::Nav | Place::Footer | Place::Aside);
        if !(same_host(&url, base) || (is_feed_host(&url) && says_so && is_frame)) {
            return;
        }
        let ending = kind_by_address(&url);
        let is_alternate = has_token(value.attr("rel"), "alternate") && declared_kind(&media, &url, false).is_some();
        if ending.is_some() || says_so || is_alternate || bare.len() < href.len() {
            let title = if says_so { None } else { text.clone().some() };
            self.add(FeedLink { url, title, kind: ending.flatten(), declared: false }, Rank::Linked);
        }
    }

    fn add(&mut self, feed: FeedLink, rank: Rank) {
        let title = feed.title.as_ref().map_or("", Plain::as_str).to_lowercase();
        let address = feed.url.as_str().to_ascii_lowercase();
        let rank = if is_of_comments(&title, &address) {
            Rank::Comments
        } else if ["/tag/", "/tags/", "/category/", "/categories/", "/author/"]
            .iter()
            .any(|part| address.contains(part))
        {
            Rank::Partial
        } else {
            rank
        };
        let list = &mut self.ranked[rank as usize];
        if list.len() < MOST {
            list.push(feed);
        }
    }

    /// Best first, each address once.
    pub(super) fn finish(self) -> (Vec<FeedLink>, Vec<Url>) {
        let mut seen = std::collections::HashSet::new();
        let feeds = self.ranked.into_iter().flatten().filter(|feed| seen.insert(canonical(&feed.url))).collect();
        (feeds, self.blogrolls)
    }
}

/// `None` if the type is not a feed's; `Some(None)` if it leaves open which.
fn declared_kind(media: &str, url: &Url, rel_feed: bool) -> Option<Option<FeedKind>> {
    match media {
        "application/rss+xml" | "application/rdf+xml" | "application/rss" | "text/rss+xml" | "text/rss" => {
            Some(Some(FeedKind::Rss))
        }
        "application/atom+xml" | "application/atom" | "text/atom+xml" | "text/atom" => Some(Some(FeedKind::Atom)),
        "application/feed+json" => Some(Some(FeedKind::Json)),
        // WordPress declares its programming interface with this type.
        "application/json" => {
            (url.path().contains("feed") && !url.path().contains("wp-json")).then_some(Some(FeedKind::Json))
        }
        "text/xml" | "application/xml" => Some(kind_by_address(url).flatten()),
        "" => kind_by_address(url).or(rel_feed.then_some(None)),
        _ => None,
    }
}

/// `None` if the address doesn't end like a feed's; `Some(None)` if it leaves open which.
fn kind_by_address(url: &Url) -> Option<Option<FeedKind>> {
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    match path.rsplit('/').next().unwrap_or_default() {
        "rss" | "rss.xml" | "rss2" | "rss2.xml" | "feed.rss" | "index.rss" | "index.rdf" | "rss.php" => {
            Some(Some(FeedKind::Rss))
        }
        "atom" | "atom.xml" | "feed.atom" | "index.atom" => Some(Some(FeedKind::Atom)),
        "feed.json" | "rss.json" => Some(Some(FeedKind::Json)),
        "feed" | "feed.xml" | "feeds.xml" | "index.xml" => Some(None),
        last if last.ends_with(".rss") => Some(Some(FeedKind::Rss)),
        last if last.ends_with(".atom") => Some(Some(FeedKind::Atom)),
        // Blogger's and WordPress's older ways.
        _ if path.ends_with("/feeds/posts/default") => Some(Some(FeedKind::Atom)),
        _ if url.query_pairs().any(|(name, value)| name == "feed" && value.starts_with("rss")) => {
            Some(Some(FeedKind::Rss))
        }
        _ => None,
    }
}

fn is_feed_text(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    matches!(
        text.as_str(),
        "rss"
            | "atom"
            | "feed"
            | "rss feed"
            | "atom feed"
            | "json feed"
            | "rss/atom"
            | "web feed"
            | "news feed"
            | "subscribe via rss"
            | "rss 2.0"
            | "rss订阅"
            | "rss 订阅"
            | "flux rss"
            | "rss-feed"
    )
}

fn is_of_comments(title: &str, address: &str) -> bool {
    let words =
        ["comment", "kommentar", "comentario", "commentaire", "reacties", "评论", "評論", "コメント", "комментари"];
    words.iter().any(|word| title.contains(word))
        || address.contains("/comments/")
        || address.contains("comments-")
        || address.contains("feed=comments")
        || address.ends_with("/comments")
}

fn is_blogroll(rel: Option<&str>, media: &str, url: &Url) -> bool {
    let is_opml = matches!(
        media,
        "text/x-opml" | "application/x-opml" | "text/opml" | "application/opml+xml" | "text/x-opml+xml"
    ) || url.path().to_ascii_lowercase().ends_with(".opml");
    let is_page = matches!(media, "text/html" | "application/xhtml+xml");
    is_opml || ((has_token(rel, "blogroll") || has_token(rel, "source:blogroll")) && !is_page)
}

/// Hosts that serve others' feeds.
fn is_feed_host(url: &Url) -> bool {
    matches!(
        url.host_str(),
        Some("feeds.feedburner.com" | "feeds2.feedburner.com" | "feedpress.me" | "feeds.feedpress.me")
    )
}
