//! A list of subscriptions as a feed: each blog on it is an entry. That is how a reading list is followed, since what is
//! new on it and what is gone is what refreshing a feed finds out.

use url::Url;

use super::{Document, Outline};
use crate::feed::{Entry, Feed, FeedKind, SafeHtml};
use crate::model::Plain;

/// The list as a feed, without the programs and files that it names; `base` is where it lies. An entry's id is the address of its feed.
pub fn as_feed(list: &Document, base: &Url) -> Feed {
    Feed {
        title: list.title.clone().or_else(|| Plain::line(base.host_str().unwrap_or_default()).some()),
        link: Some(base.clone()),
        kind: FeedKind::List,
        entries: list.outlines.iter().filter(|outline| outline.feed_url.source().is_none()).map(entry).collect(),
        ..Feed::default()
    }
}

fn entry(outline: &Outline) -> Entry {
    let feed_url = outline.feed_url.to_string();
    let link = outline.site_url.as_ref().map(|site| site.url().clone());
    let name = outline.title.as_ref().map_or(feed_url.as_str(), Plain::as_str);
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let at = link.as_ref().map_or(feed_url.as_str(), Url::as_str);
    let html = format!(
        "<p>On this list: <a href=\"{}\">{}</a>. Its feed is {}</p>",
        escape(at),
        escape(name),
        escape(&feed_url)
    );
    Entry {
        title: outline.title.clone().or_else(|| Plain::line(&feed_url).some()),
        link: link.or_else(|| Url::parse(&feed_url).ok()),
        content: SafeHtml::of_page(&html, None),
        categories: outline.tags.clone(),
        id: feed_url,
        ..Entry::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opml::read;

    #[test]
    fn each_blog_of_a_list_is_an_entry() {
        let text = "<opml><head><title>Ann reads</title></head><body><outline text='F'>\
            <outline text='B &amp; Co' xmlUrl='http://b.example/f' htmlUrl='http://b.example/'/></outline>\
            <outline xmlUrl='http://c.example/f?a=1&amp;b=2'/></body></opml>";
        let feed = as_feed(&read(text.as_bytes()).unwrap(), &Url::parse("http://ann.example/l.opml").unwrap());
        assert_eq!(feed.title, Some(Plain::line("Ann reads")));
        let shown = feed.entries.iter().map(|entry| {
            (
                entry.id.as_str(),
                entry.title.as_ref().map_or("", Plain::as_str),
                entry.link.as_ref().map_or("", Url::as_str),
            )
        });
        let expected = [
            ("http://b.example/f", "B & Co", "http://b.example/"),
            ("http://c.example/f?a=1&b=2", "http://c.example/f?a=1&b=2", "http://c.example/f?a=1&b=2"),
        ];
        assert!(shown.eq(expected), "{:?}", feed.entries);
    }
}
