//! Feeds, pages and lists to serve.

/// An entry of a feed.
#[derive(Clone, Debug)]
pub struct Post {
    pub id: String,
    pub title: String,
    pub url: String,
    pub published: String,
    pub html: String,
}

impl Post {
    /// The post at `url`, which is its id too. Posts with a higher number are newer, by a day.
    pub fn new(url: impl Into<String>, number: u32, title: &str, html: &str) -> Self {
        let url = url.into();
        let published = format!("2026-{:02}-{:02}T08:00:00Z", 1 + number / 28, 1 + number % 28);
        Self { id: url.clone(), title: title.to_owned(), url, published, html: html.to_owned() }
    }
}

/// An Atom feed.
pub fn atom(title: &str, site: &str, posts: &[Post]) -> String {
    let entries: String = posts
        .iter()
        .map(|post| {
            format!(
                "<entry><id>{}</id><title>{}</title><link href=\"{}\"/><updated>{}</updated><published>{}</published>\
                 <content type=\"html\">{}</content></entry>\n",
                escaped(&post.id),
                escaped(&post.title),
                escaped(&post.url),
                post.published,
                post.published,
                escaped(&post.html)
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>{0}</id>\
         <title>{1}</title><link href=\"{0}\"/><updated>2026-03-01T00:00:00Z</updated>\n{entries}</feed>\n",
        escaped(site),
        escaped(title)
    )
}

/// An RSS feed whose items have neither ids nor dates: title, link and text are all there is.
pub fn rss(title: &str, site: &str, posts: &[Post]) -> String {
    let items: String = posts
        .iter()
        .map(|post| {
            format!(
                "<item><title>{}</title><link>{}</link><description>{}</description></item>\n",
                escaped(&post.title),
                escaped(&post.url),
                escaped(&post.html)
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>{}</title><link>{}</link><description/>\n{items}</channel></rss>\n",
        escaped(title),
        escaped(site)
    )
}

/// A page with these elements in its head and its body.
pub fn page(head: &str, body: &str) -> String {
    format!("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">{head}</head><body>{body}</body></html>")
}

/// A list of feeds without titles or folders.
pub fn opml(feeds: &[String]) -> String {
    let outlines: String =
        feeds.iter().map(|feed| format!("<outline type=\"rss\" xmlUrl=\"{}\"/>\n", escaped(feed))).collect();
    format!("<opml version=\"2.0\"><head/><body>\n{outlines}</body></opml>\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
