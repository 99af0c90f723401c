//! Starred posts as Google Reader gave them out, and as FreshRSS, Inoreader and The Old Reader do after it: JSON with
//! `items`, each with its address and the feed that it is from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{FeedUrl, PageUrl, Plain};

/// A post that somebody starred elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarredPost {
    pub url: Option<PageUrl>,
    pub title: Option<Plain>,
    /// The feed that it is from.
    pub feed_url: Option<FeedUrl>,
    /// Its place in the file, from 1.
    pub place: usize,
}

/// `None` if it is other JSON, or none.
pub(super) fn read(text: &str) -> Option<Vec<StarredPost>> {
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let items = document.get("items")?.as_array()?;
    let is_reader = |item: &Value| item.get("origin").is_some() || item.get("alternate").is_some();
    (document["version"].is_null() && items.iter().any(is_reader))
        .then(|| items.iter().enumerate().map(|(at, item)| post(item, at + 1)).collect())
}

fn post(item: &Value, place: usize) -> StarredPost {
    let address = |key: &str| item[key].as_array()?.iter().find_map(|link| PageUrl::parse(link["href"].as_str()?).ok());
    let stream = item["origin"]["streamId"].as_str().and_then(|id| id.strip_prefix("feed/"));
    StarredPost {
        url: address("canonical").or_else(|| address("alternate")),
        title: item["title"].as_str().and_then(|title| Plain::line(title).some()),
        feed_url: stream.and_then(|url| FeedUrl::parse(url).ok()),
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starred_posts_are_read_with_their_feeds() {
        let text = r#"{"id": "user/1/state/com.google/starred", "items": [
            {"title": "One &", "canonical": [{"href": "http://a.example/1"}], "alternate": [{"href": "http://x.example/"}],
             "origin": {"streamId": "feed/http://a.example/feed", "title": "A"}},
            {"title": "Two", "alternate": [{"type": "text/html", "href": "http://b.example/2"}]}, 7]}"#;
        let posts = read(text).unwrap();
        let urls: Vec<Option<&str>> = posts.iter().map(|post| post.url.as_ref().map(PageUrl::as_str)).collect();
        assert_eq!(urls, [Some("http://a.example/1"), Some("http://b.example/2"), None]);
        assert_eq!(posts[0].feed_url.as_ref().map(FeedUrl::as_str), Some("http://a.example/feed"));
        assert_eq!((posts[0].title.clone(), posts[2].place), (Some(Plain::line("One &")), 3));
    }

    #[test]
    fn other_json_is_none() {
        for text in [
            "",
            "{}",
            "[]",
            "{\"items\": []}",
            r#"{"version": "https://jsonfeed.org/version/1", "items": [{"alternate": 1}]}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
