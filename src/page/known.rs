//! Where well-known places keep their feeds: shapes of addresses, and programs that make sites. The table is
//! `assets/feeds.txt`.

use std::sync::LazyLock;

use url::Url;

/// What the table knows of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Its feeds, the best first.
    Feeds(Vec<Url>),
    /// Ask it as it is.
    AsItIs,
    /// It has none, in words for a person.
    None(&'static str),
}

#[derive(Default)]
struct Table {
    at: Vec<Shape>,
    inside: Vec<Inside>,
    like: Vec<Shape>,
    by: Vec<(&'static str, Vec<&'static str>)>,
}

/// A shape of addresses. For `none` the words are in place of the feeds.
struct Shape {
    /// Empty for any.
    host: &'static str,
    path: &'static str,
    feeds: Vec<&'static str>,
    none: Option<&'static str>,
}

struct Inside {
    host: &'static str,
    mark: &'static str,
    feed: &'static str,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| read(include_str!("../../assets/feeds.txt")));

fn read(text: &'static str) -> Table {
    let mut table = Table::default();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let mut next = || words.next().unwrap_or_default();
        match next() {
            "at" => table.at.push(Shape { host: next(), path: next(), feeds: words.collect(), none: None }),
            "none" => {
                let (host, path) = (next(), next());
                let said = line.splitn(4, ' ').nth(3);
                table.at.push(Shape { host, path, feeds: Vec::new(), none: said });
            }
            "in" => table.inside.push(Inside { host: next(), mark: next(), feed: next() }),
            "like" => table.like.push(Shape { host: "", path: next(), feeds: words.collect(), none: None }),
            "by" => table.by.push((next(), words.collect())),
            _ => {}
        }
    }
    table
}

/// Where the feeds of an address lie, if the table knows its host.
pub fn at(url: &Url) -> Option<Known> {
    let (shape, names) = TABLE.at.iter().find_map(|shape| Some((shape, shape.fit(url)?)))?;
    match shape.none {
        Some(words) => Some(Known::None(words)),
        None if shape.feeds == ["-"] => Some(Known::AsItIs),
        None => Some(Known::Feeds(shape.fill(url, &names))),
    }
}

/// Where feeds would lie if the host ran a program whose addresses look like this one.
pub fn like(url: &Url) -> Vec<Url> {
    let fitting = TABLE.like.iter().filter_map(|shape| Some(shape.fill(url, &shape.fit(url)?)));
    fitting.flatten().collect()
}

/// Feeds whose address a page gives away without linking to them.
pub fn inside(url: &Url, html: &str) -> Vec<Url> {
    let host = host(url);
    let found = TABLE.inside.iter().filter(|line| line.host == host).filter_map(|line| {
        let (_, after) = html.split_once(line.mark)?;
        let (value, _) = after.split_once(['"', '\''])?;
        let is_id = (1..=64).contains(&value.len())
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        is_id.then(|| url.join(&line.feed.replace("{found}", value)).ok()).flatten()
    });
    let mut feeds: Vec<Url> = found.collect();
    feeds.dedup();
    feeds
}

/// Where the program that made a site keeps its feeds, relative to the site; empty if it is not known.
pub fn by(generator: &str) -> &'static [&'static str] {
    let generator = generator.to_ascii_lowercase();
    let line = TABLE.by.iter().find(|(program, _)| generator.contains(program));
    line.map_or(&[], |(_, feeds)| feeds.as_slice())
}

/// What a pattern's names stand for.
type Names<'a> = Vec<(&'static str, &'a str)>;

impl Shape {
    /// What the names stand for if the address is of this shape.
    fn fit<'u>(&self, url: &'u Url) -> Option<Names<'u>> {
        let mut names = Names::new();
        if !self.host.is_empty() {
            let (own, theirs) = (self.host.split('.'), host(url).split('.'));
            if own.clone().count() != theirs.clone().count() {
                return None;
            }
            for (own, theirs) in own.zip(theirs) {
                fit_part(own, theirs, &mut names)?;
            }
        }
        let (path, query) = self.path.split_once('?').map_or((self.path, None), |(path, query)| (path, Some(query)));
        let mut own = path.split('/').filter(|part| !part.is_empty());
        let mut theirs = url.path().split('/').filter(|part| !part.is_empty());
        loop {
            match (own.next(), theirs.next()) {
                (Some("**"), _) | (None, None) => break,
                (Some(own), Some(theirs)) => fit_part(own, theirs, &mut names)?,
                _ => return None,
            }
        }
        if let Some((key, value)) = query.and_then(|query| query.split_once('=')) {
            let pairs = url.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
            let (_, theirs) = { pairs }.find(|(name, _)| *name == key)?;
            fit_part(value, theirs, &mut names)?;
        }
        Some(names)
    }

    fn fill(&self, url: &Url, names: &Names<'_>) -> Vec<Url> {
        let feeds = self.feeds.iter().filter_map(|feed| {
            let filled = names.iter().fold((*feed).to_owned(), |feed, (name, value)| feed.replace(name, value));
            url.join(&filled).ok()
        });
        feeds.collect()
    }
}

/// Fits one part of a host or path. Names and what stands around them follow one another: `@{user}@{host}`.
fn fit_part<'u>(own: &'static str, theirs: &'u str, names: &mut Names<'u>) -> Option<()> {
    if own == "*" {
        return Some(());
    }
    let (before, rest) = own.split_once('{').unwrap_or((own, ""));
    let theirs = theirs.strip_prefix(before)?;
    if rest.is_empty() {
        return theirs.is_empty().then_some(());
    }
    let (_, after) = rest.split_once('}')?;
    let name = &own[before.len()..own.len() - after.len()];
    let until = after.split('{').next().unwrap_or_default();
    let end = if until.is_empty() { theirs.len() } else { theirs.find(until)? };
    if end == 0 {
        return None;
    }
    names.push((name, &theirs[..end]));
    fit_part(after, &theirs[end..], names)
}

/// Without `www.`, which matters to nobody here, nor `m.` for telephones.
fn host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let bare = host.strip_prefix("www.").or_else(|| host.strip_prefix("m."));
    bare.filter(|bare| bare.contains('.')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: &str) -> String {
        match at(&Url::parse(address).unwrap()) {
            Some(Known::Feeds(feeds)) => feeds.iter().map(Url::as_str).collect::<Vec<_>>().join(" "),
            Some(Known::AsItIs) => "as it is".to_owned(),
            Some(Known::None(words)) => words.to_owned(),
            None => "unknown".to_owned(),
        }
    }

    #[test]
    fn the_feeds_of_well_known_places_are_known() {
        const NO_PERSON: &str =
            "Hacker News offers no feed of a person's posts and comments; news.ycombinator.com/rss has its front page";
        let mut unasked: Vec<&Shape> = TABLE.at.iter().collect();
        for (address, feeds) in [
            ("https://github.com/ann", "https://github.com/ann.atom"),
            (
                "https://github.com/ann/tool",
                "https://github.com/ann/tool/releases.atom https://github.com/ann/tool/tags.atom \
                 https://github.com/ann/tool/commits.atom",
            ),
            ("https://github.com/ann/tool/commits/main", "https://github.com/ann/tool/commits/main.atom"),
            ("https://github.com/", "unknown"),
            (
                "https://gitlab.com/ann/tool",
                "https://gitlab.com/ann/tool/-/releases.atom https://gitlab.com/ann/tool/-/tags?format=atom \
                 https://gitlab.com/ann/tool.atom",
            ),
            ("https://bsky.app/profile/ann.example", "https://bsky.app/profile/ann.example/rss"),
            ("https://bsky.app/profile/ann.example/post/3k", "https://bsky.app/profile/ann.example/rss"),
            ("https://bsky.app/profile/ann.example/rss", "as it is"),
            (
                "https://www.youtube.com/channel/UCabc/videos",
                "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc",
            ),
            ("https://youtube.com/playlist?si=x&list=PLabc", "https://youtube.com/feeds/videos.xml?playlist_id=PLabc"),
            ("https://www.youtube.com/@ann", "unknown"),
            ("https://www.reddit.com/r/rust/", "https://www.reddit.com/r/rust/.rss"),
            ("https://www.reddit.com/r/rust/top", "https://www.reddit.com/r/rust/top/.rss"),
            ("https://medium.com/@ann/a-post-1", "https://medium.com/feed/@ann"),
            ("https://medium.com/publication", "https://medium.com/feed/publication"),
            ("https://ann.medium.com/a-post", "https://ann.medium.com/feed"),
            ("https://ann.substack.com/p/post", "https://ann.substack.com/feed"),
            ("https://substack.com/@ann", "https://ann.substack.com/feed"),
            ("https://ann.wordpress.com/2020/", "https://ann.wordpress.com/feed/ https://ann.wordpress.com/?feed=rss2"),
            ("https://ann.tumblr.com/", "https://ann.tumblr.com/rss"),
            ("https://www.tumblr.com/ann/7/post", "https://ann.tumblr.com/rss"),
            ("http://ann.blogspot.co.uk/2020/1/x.html", "http://ann.blogspot.co.uk/feeds/posts/default"),
            ("https://write.as/ann/post", "https://write.as/ann/feed/"),
            ("https://ann.bearblog.dev/post/", "https://ann.bearblog.dev/feed/"),
            ("https://micro.blog/ann", "https://ann.micro.blog/feed.xml https://ann.micro.blog/feed.json"),
            ("https://news.ycombinator.com/", "https://news.ycombinator.com/rss"),
            ("https://github.com/orgs/tea/repositories", "https://github.com/tea.atom"),
            ("https://github.com/ann/tool/commits", "https://github.com/ann/tool/commits.atom"),
            ("https://github.com/ann/tool/tags", "https://github.com/ann/tool/tags.atom"),
            ("https://github.com/ann/tool/wiki/Home", "https://github.com/ann/tool/wiki.atom"),
            ("https://github.com/ann/tool/discussions/7", "https://github.com/ann/tool/discussions.atom"),
            ("https://gist.github.com/ann", "https://gist.github.com/ann.atom"),
            ("https://gitlab.com/ann", "https://gitlab.com/ann.atom"),
            (
                "https://gitlab.com/ann/tool/-/tree/main",
                "https://gitlab.com/ann/tool/-/releases.atom https://gitlab.com/ann/tool/-/tags?format=atom \
                 https://gitlab.com/ann/tool.atom",
            ),
            (
                "https://gitlab.com/tea/cups/tool/-/issues",
                "https://gitlab.com/tea/cups/tool/-/releases.atom \
                 https://gitlab.com/tea/cups/tool/-/tags?format=atom https://gitlab.com/tea/cups/tool.atom",
            ),
            (
                "https://gitlab.com/tea/cups/tool",
                "https://gitlab.com/tea/cups/tool/-/releases.atom \
                 https://gitlab.com/tea/cups/tool/-/tags?format=atom https://gitlab.com/tea/cups/tool.atom",
            ),
            ("https://codeberg.org/ann", "https://codeberg.org/ann.rss"),
            (
                "https://codeberg.org/ann/tool/issues",
                "https://codeberg.org/ann/tool/releases.rss https://codeberg.org/ann/tool.rss",
            ),
            (
                "https://git.sr.ht/~ann/tool/tree",
                "https://git.sr.ht/~ann/tool/refs/rss.xml https://git.sr.ht/~ann/tool/log/rss.xml",
            ),
            ("https://www.youtube.com/feeds/videos.xml?channel_id=x", "as it is"),
            ("https://www.youtube.com/user/ann/videos", "https://www.youtube.com/feeds/videos.xml?user=ann"),
            ("https://vimeo.com/ann", "https://vimeo.com/ann/videos/rss"),
            ("https://www.reddit.com/r/rust/comments/1x/a_post/", "https://www.reddit.com/r/rust/comments/1x/.rss"),
            ("https://www.reddit.com/user/ann/", "https://www.reddit.com/user/ann/.rss"),
            ("https://www.reddit.com/u/ann", "https://www.reddit.com/user/ann/.rss"),
            ("https://old.reddit.com/r/rust/comments/1x/a_post/", "https://old.reddit.com/r/rust/comments/1x/.rss"),
            ("https://old.reddit.com/r/rust/", "https://old.reddit.com/r/rust/.rss"),
            ("https://old.reddit.com/user/ann/", "https://old.reddit.com/user/ann/.rss"),
            ("https://news.ycombinator.com/news", "https://news.ycombinator.com/rss"),
            ("https://lobste.rs/~ann", "https://lobste.rs/~ann/stories.rss"),
            ("https://lobste.rs/u/ann", "https://lobste.rs/~ann/stories.rss"),
            ("https://lobste.rs/t/rust", "https://lobste.rs/t/rust.rss"),
            ("https://stackoverflow.com/users/7/ann", "https://stackoverflow.com/feeds/user/7"),
            ("https://stackoverflow.com/questions/tagged/rust", "https://stackoverflow.com/feeds/tag/rust"),
            ("https://medium.com/feed/@ann", "as it is"),
            ("https://medium.com/tag/tea", "https://medium.com/feed/tag/tea"),
            ("https://medium.com/p/0123", "as it is"),
            ("https://open.substack.com/pub/ann/p/post", "https://ann.substack.com/feed"),
            ("https://www.tumblr.com/tagged/tea", "as it is"),
            ("https://www.tumblr.com/blog/view/ann/7", "https://ann.tumblr.com/rss"),
            ("https://ann.tumblr.com/tagged/tea", "https://ann.tumblr.com/tagged/tea/rss"),
            ("https://ann.blogspot.com/", "https://ann.blogspot.com/feeds/posts/default"),
            ("https://ann.writeas.com/post", "https://ann.writeas.com/feed/"),
            ("https://ann.micro.blog/about/", "https://ann.micro.blog/feed.xml https://ann.micro.blog/feed.json"),
            ("https://ann.mataroa.blog/blog/x/", "https://ann.mataroa.blog/rss/"),
            ("https://ann.ghost.io/x/", "https://ann.ghost.io/rss/"),
            ("https://ann.hashnode.dev/x", "https://ann.hashnode.dev/rss.xml"),
            ("https://ann.livejournal.com/1.html", "https://ann.livejournal.com/data/atom"),
            ("https://ann.dreamwidth.org/1.html", "https://ann.dreamwidth.org/data/atom"),
            ("https://dev.to/feed/ann", "as it is"),
            ("https://dev.to/ann/a-post", "https://dev.to/feed/ann"),
            ("https://buttondown.com/ann/archive/", "https://buttondown.com/ann/rss"),
            ("https://buttondown.email/ann", "https://buttondown.email/ann/rss"),
            ("https://listed.to/@ann/1/post", "https://listed.to/@ann/feed.rss"),
            ("https://letterboxd.com/ann/films/", "https://letterboxd.com/ann/rss/"),
            ("https://pinboard.in/u:ann", "https://feeds.pinboard.in/rss/u:ann/"),
            ("https://news.ycombinator.com/user?id=ann", NO_PERSON),
            ("https://news.ycombinator.com/threads?id=ann", NO_PERSON),
            ("https://news.ycombinator.com/submitted?id=ann", NO_PERSON),
            (
                "https://news.ycombinator.com/item?id=1",
                "Hacker News offers no feed of a discussion; news.ycombinator.com/rss has its front page",
            ),
            ("https://ann.example/", "unknown"),
            ("https://evilgithub.com/ann", "unknown"),
        ] {
            assert_eq!(told(address), feeds, "{address}");
            let url = Url::parse(address).unwrap();
            if let Some(asked) = TABLE.at.iter().find(|shape| shape.fit(&url).is_some()) {
                unasked.retain(|shape| !std::ptr::eq(*shape, asked));
            }
        }
        let unasked: Vec<_> = unasked.iter().map(|shape| (shape.host, shape.path)).collect();
        assert_eq!(unasked, [], "each line is asked for by an address");
    }

    #[test]
    fn programs_are_known_by_the_shapes_of_their_addresses() {
        for (address, feeds) in [
            (
                "https://social.example/@ann",
                &["https://social.example/@ann.rss", "https://social.example/users/ann.rss"][..],
            ),
            (
                "https://social.example/@ann/109",
                &["https://social.example/@ann.rss", "https://social.example/users/ann.rss"],
            ),
            ("https://social.example/@ann@other.example", &["https://other.example/@ann.rss"]),
            ("https://forum.example/c/rust", &["https://forum.example/feeds/c/rust.xml"]),
            ("https://forum.example/u/ann", &["https://forum.example/feeds/u/ann.xml"]),
            ("https://forum.example/about", &[]),
        ] {
            let found = like(&Url::parse(address).unwrap());
            assert_eq!(found[..feeds.len()].iter().map(Url::as_str).collect::<Vec<_>>(), feeds, "{address}");
            assert!(!feeds.is_empty() || found.is_empty(), "{address}");
        }
        assert_eq!(by("WordPress 6.5")[..2], ["feed/", "?feed=rss2"]);
        assert!(by("A pen").is_empty());
    }

    #[test]
    fn a_channel_is_found_in_its_page() {
        let url = Url::parse("https://www.youtube.com/@ann").unwrap();
        for (html, feeds) in [
            ("{\"externalId\":\"UCabc-_1\"}", &["https://www.youtube.com/feeds/videos.xml?channel_id=UCabc-_1"][..]),
            ("{\"externalId\":\"../x\"}", &[]),
            ("", &[]),
        ] {
            assert_eq!(inside(&url, html).iter().map(Url::as_str).collect::<Vec<_>>(), feeds, "{html}");
        }
    }

    #[test]
    fn every_line_of_the_table_says_something() {
        let text = include_str!("../../assets/feeds.txt");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        let table = &*TABLE;
        assert_eq!(table.at.len() + table.inside.len() + table.like.len() + table.by.len(), lines);
        assert!(
            table
                .at
                .iter()
                .all(|shape| shape.path.starts_with('/') && (shape.none.is_some() || !shape.feeds.is_empty()))
        );
        assert!(
            table
                .like
                .iter()
                .chain(&table.at)
                .flat_map(|shape| &shape.feeds)
                .all(|feed| feed.starts_with('/') || *feed == "-")
        );
    }
}
