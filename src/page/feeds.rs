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
    pub rank: FeedRank,
}

/// The smaller, the likelier it is what a reader wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedRank {
    Declared,
    Linked,
    /// Of a tag, a category or one of several authors.
    Partial,
    /// The same in another format.
    Duplicate,
    Comments,
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
/// Links that may be feeds; who follows them asks a few at most.
const MOST_HINTS: usize = 10;

/// Gathers feeds and blogrolls in OPML.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    /// In document order.
    found: Vec<FeedLink>,
    /// How many of each rank, in its order.
    counts: [usize; 5],
    blogrolls: Vec<Url>,
    hints: Vec<Url>,
}

/// What they come to.
pub(super) struct Offered {
    /// Best first, each address once.
    pub(super) feeds: Vec<FeedLink>,
    pub(super) blogrolls: Vec<Url>,
    pub(super) hints: Vec<Url>,
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
        self.add(FeedLink { url, title, kind, declared: true, rank: FeedRank::Declared });
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
            self.add(FeedLink { url, title, kind: ending.flatten(), declared: false, rank: FeedRank::Linked });
        } else if speaks_of_feeds(&url, text.as_str()) {
            push_new(&mut self.hints, url, MOST_HINTS);
        }
    }

    fn add(&mut self, mut feed: FeedLink) {
        let title = feed.title.as_ref().map_or("", Plain::as_str).to_lowercase();
        let address = feed.url.as_str().to_ascii_lowercase();
        if is_of_comments(&title, &address) {
            feed.rank = FeedRank::Comments;
        } else if ["/tag/", "/tags/", "/category/", "/categories/", "/author/"]
            .iter()
            .any(|part| address.contains(part))
        {
            feed.rank = FeedRank::Partial;
        }
        let count = &mut self.counts[feed.rank as usize];
        *count += 1;
        if *count <= MOST {
            self.found.push(feed);
        }
    }

    pub(super) fn finish(self) -> Offered {
        let mut feeds = self.found;
        feeds.sort_by_key(|feed| feed.rank);
        let mut seen = std::collections::HashSet::new();
        feeds.retain(|feed| seen.insert(canonical(&feed.url)));
        // The same feed in each format is no choice that anybody wants to make: the first one counts.
        let mut formats: Vec<(FeedKind, String, FeedRank)> = Vec::new();
        for feed in feeds.iter_mut().filter(|feed| feed.declared && feed.rank < FeedRank::Duplicate) {
            let Some(kind) = feed.kind.or_else(|| kind_by_address(&feed.url).flatten()) else { continue };
            let (stem, rank) = (title_without_format(feed.title.as_ref()), feed.rank);
            if formats.iter().any(|(other, title, same)| *other != kind && *title == stem && *same == rank) {
                feed.rank = FeedRank::Duplicate;
            } else {
                formats.push((kind, stem, rank));
            }
        }
        feeds.sort_by_key(|feed| feed.rank);
        Offered { feeds, blogrolls: self.blogrolls, hints: self.hints }
    }
}

/// The words of a title that name no format.
fn title_without_format(title: Option<&Plain>) -> String {
    let title = title.map_or("", Plain::as_str).to_lowercase();
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        !matches!(
            *word,
            "" | "rss"
                | "rss2"
                | "atom"
                | "json"
                | "jsonfeed"
                | "feed"
                | "xml"
                | "rdf"
                | "0"
                | "1"
                | "2"
                | "3"
                | "10"
                | "20"
        )
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether an address ends as those of feeds do.
pub fn looks_like_feed(url: &Url) -> bool {
    kind_by_address(url).is_some() || url.path().ends_with(".xml") || url.path().ends_with(".rdf")
}

/// Whether a link's words or address name a feed without being sure of it.
fn speaks_of_feeds(url: &Url, text: &str) -> bool {
    let names_feed = |text: &str, most: usize| {
        let text = text.to_ascii_lowercase();
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(most + 1);
        let mut count = 0;
        words.any(|word| {
            count += 1;
            count <= most && matches!(word, "rss" | "rss2" | "atom" | "feed" | "feeds" | "rdf" | "订阅")
        })
    };
    let path = url.path().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_file =
        last.rsplit_once('.').is_none_or(|(_, kind)| matches!(kind, "xml" | "php" | "json" | "rdf" | "cgi" | "aspx"));
    is_file && (names_feed(path, 6) || names_feed(url.query().unwrap_or_default(), 4) || names_feed(text, 5))
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
