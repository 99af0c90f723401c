//! What somebody has in FreshRSS, out of its database: `db.sqlite` of a user, or what `export-sqlite-for-user.php` writes.
//! Feeds with their categories, what was read, what was starred.

use std::collections::HashMap;

use super::attributes::resolve;
use super::sqlite::{self, Value};
use super::{Document, Outline, ReadPosts, Skipped, StarredPost};
use crate::model::{FeedUrl, PageUrl, Plain, SiteUrl};

/// What was in a database of another reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub feeds: Document,
    pub read: Vec<ReadPosts>,
    pub stars: Vec<StarredPost>,
}

/// Kinds of feeds that FreshRSS makes of pages and other files by rules of its own; RSS is 0 and 2, JSON Feed 25.
const MADE: [i64; 4] = [10, 15, 20, 30];
/// Where feeds are that nobody has sorted.
const UNSORTED: i64 = 1;

/// `None` if it is another SQLite file, or a damaged one.
pub(super) fn read(bytes: &[u8]) -> Option<Reader> {
    let mut categories: HashMap<i64, Plain> = HashMap::new();
    sqlite::each_row(bytes, "category", &["id", "name"], |row| {
        if let [Value::Integer(id), Value::Text(title)] = row {
            categories.insert(*id, Plain::line(&resolve(title)));
        }
    })?;
    let mut feeds: HashMap<i64, ReadPosts> = HashMap::new();
    let mut document = Document::default();
    sqlite::each_row(bytes, "feed", &["id", "url", "name", "website", "category", "kind"], |row| {
        let [Value::Integer(id), Value::Text(url), title, site, category, kind] = row else { return };
        let title = text(title).and_then(|title| Plain::line(&title).some());
        let line = document.outlines.len() + document.skipped.len() + 1;
        let kind = if let Value::Integer(kind) = kind { *kind } else { 0 };
        match feed(&resolve(url), kind) {
            Ok(feed_url) => {
                feeds.insert(*id, ReadPosts { feed_url: feed_url.clone(), posts: Vec::new() });
                let category = if let Value::Integer(category) = category { *category } else { UNSORTED };
                let folder = categories.get(&category).filter(|name| category != UNSORTED && !name.is_empty());
                document.outlines.push(Outline {
                    feed_url,
                    title,
                    site_url: text(site).and_then(|site| SiteUrl::parse(&site).ok()),
                    folder: folder.cloned().into_iter().collect(),
                    tags: Vec::new(),
                    other: Vec::new(),
                    line,
                });
            }
            Err(reason) => {
                let address = Some(Plain::line(url).into());
                document.skipped.push(Skipped { line, title, address, reason });
            }
        }
    })?;
    let mut stars = Vec::new();
    let columns = ["guid", "link", "title", "id_feed", "is_read", "is_favorite"];
    sqlite::each_row(bytes, "entry", &columns, |row| {
        let [guid, link, title, Value::Integer(of), is_read, is_favorite] = row else { return };
        let Some(feed) = feeds.get_mut(of) else { return };
        let link = text(link).unwrap_or_default();
        if *is_favorite == Value::Integer(1) {
            stars.push(StarredPost {
                url: PageUrl::parse(&link).ok(),
                title: text(title).and_then(|title| Plain::line(&title).some()),
                feed_url: Some(feed.feed_url.clone()),
                place: stars.len() + 1,
            });
        }
        let post = (text(guid).unwrap_or_default(), link);
        if *is_read == Value::Integer(1) && post != Default::default() {
            feed.posts.push(post);
        }
    })?;
    let mut read: Vec<ReadPosts> = feeds.into_values().filter(|feed| !feed.posts.is_empty()).collect();
    read.sort_by(|a, b| a.feed_url.as_str().cmp(b.feed_url.as_str()));
    Some(Reader { feeds: document, read, stars })
}

fn feed(url: &str, kind: i64) -> Result<FeedUrl, String> {
    if MADE.contains(&kind) {
        let reason =
            "FreshRSS makes this feed of something else by rules of its own; `penpal follow` looks for one there";
        return Err(reason.to_owned());
    }
    FeedUrl::parse(url).map_err(|error| error.to_string())
}

/// A text as it was before FreshRSS escaped it for its pages.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(resolve(text.trim()).into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: &[u8] = include_bytes!("../../tests/files/freshrss.sqlite");

    #[test]
    fn what_freshrss_has_is_found() {
        let Reader { feeds, read, stars } = super::read(DATABASE).unwrap();
        let shown: Vec<String> = feeds
            .outlines
            .iter()
            .map(|feed| {
                let folder: Vec<&str> = feed.folder.iter().map(Plain::as_str).collect();
                let title = feed.title.as_ref().map_or("-", Plain::as_str);
                format!("{}/{title} {} {}", folder.join("/"), feed.feed_url, feed.site_url.is_some())
            })
            .collect();
        assert_eq!(
            shown,
            ["/Ann http://a.example/feed?x=1&y=2 true", "Tea & talk/<b>ob http://b.example/feed.json false"]
        );
        assert_eq!(feeds.skipped.len(), 1, "what is scraped is no feed");
        assert!(feeds.skipped[0].reason.contains("penpal follow"));
        let posts: Vec<(&str, usize)> = read.iter().map(|feed| (feed.feed_url.as_str(), feed.posts.len())).collect();
        assert_eq!(posts, [("http://a.example/feed?x=1&y=2", 2), ("http://b.example/feed.json", 1)]);
        assert_eq!(read[0].posts[0], ("urn:1".to_owned(), "http://a.example/1?p&q".to_owned()));
        let starred: Vec<(Option<&str>, usize)> =
            stars.iter().map(|star| (star.url.as_ref().map(PageUrl::as_str), star.place)).collect();
        assert_eq!(starred, [(Some("http://a.example/2"), 1), (Some("http://b.example/1"), 2)]);
    }

    #[test]
    fn a_damaged_database_gives_what_is_whole_or_nothing_and_ends() {
        for at in 0..DATABASE.len() {
            let mut damaged = DATABASE.to_vec();
            damaged[at] ^= 0xff;
            let _ = super::read(&damaged);
        }
        assert_eq!(super::read(include_bytes!("../../tests/files/newsboat-cache.db")), None);
    }
}
