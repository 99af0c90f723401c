//! What somebody has read in newsboat, out of its `cache.db`: an SQLite file with a row for each post.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sqlite::{self, Value};
use crate::model::FeedUrl;

/// The posts of one feed that somebody has read in another program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPosts {
    pub feed_url: FeedUrl,
    /// Id and address of each as its feed has them; never both empty.
    pub posts: Vec<(String, String)>,
}

/// `None` if it is another SQLite file, or a damaged one. By feed.
pub(super) fn newsboat(bytes: &[u8]) -> Option<Vec<ReadPosts>> {
    let mut feeds: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    sqlite::each_row(bytes, "rss_item", &["feedurl", "guid", "url", "unread"], |row| {
        if let [Value::Text(feed), guid, url, Value::Integer(0)] = row {
            let text =
                |value: &Value| if let Value::Text(text) = value { text.trim().to_owned() } else { String::new() };
            let post = (text(guid), text(url));
            if post != Default::default() {
                feeds.entry(feed.clone()).or_default().push(post);
            }
        }
    })?;
    let feeds = feeds.into_iter();
    Some(feeds.filter_map(|(feed, posts)| Some(ReadPosts { feed_url: FeedUrl::parse(&feed).ok()?, posts })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: &[u8] = include_bytes!("../../tests/files/newsboat-cache.db");

    #[test]
    fn what_newsboat_has_read_is_found_by_feed() {
        let feeds = newsboat(CACHE).unwrap();
        let shown: Vec<(String, usize)> =
            feeds.iter().map(|feed| (feed.feed_url.to_string(), feed.posts.len())).collect();
        assert_eq!(shown, [("http://127.0.0.1:0/feed".to_owned(), 6), ("http://other.example/feed".to_owned(), 2)]);
        assert_eq!(feeds[0].posts[0], ("urn:post:1".to_owned(), "http://a.example/1".to_owned()));
    }

    #[test]
    fn a_damaged_cache_gives_what_is_whole_or_nothing_and_ends() {
        for cut in (0..CACHE.len()).step_by(97) {
            let _ = newsboat(&CACHE[..cut]);
        }
        for at in 0..CACHE.len() {
            let mut damaged = CACHE.to_vec();
            damaged[at] ^= 0xff;
            let _ = newsboat(&damaged);
        }
        assert_eq!(newsboat(b"SQLite format 3\0"), None);
    }
}
