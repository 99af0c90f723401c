//! Whose page an address is. A site is one writer's: a host, a name below a host for many, or the first part of a path.
//! What belongs to nobody in particular (shops, platforms, references) is no candidate. The table is
//! `assets/sites.txt`; where it is silent, the public suffix list tells under which names each name is somebody's own
//! (<https://publicsuffix.org>).

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use url::Url;

struct Table {
    nobody: HashSet<&'static str>,
    path: HashSet<&'static str>,
    below: HashSet<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut by_word: HashMap<&str, HashSet<&str>> = HashMap::new();
    for line in include_str!("../../assets/sites.txt").lines() {
        if let Some((word, host)) = line.split_once(' ').filter(|(word, _)| *word != "#") {
            by_word.entry(word).or_default().insert(host.trim());
        }
    }
    let mut take = |word| by_word.remove(word).unwrap_or_default();
    Table { nobody: take("nobody"), path: take("path"), below: take("below") }
});

/// The key of the site that an address belongs to: a host without `www.`, and the writer's part of the path where many
/// share a host. `None` where it belongs to nobody in particular.
pub fn key(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    if let Some((name, above)) = host.split_once('.')
        && TABLE.below.contains(above)
        && !matches!(name, "blog" | "help" | "support" | "docs" | "about" | "static" | "cdn" | "pages")
    {
        return Some(format!("{host}{port}"));
    }
    let first = url.path_segments().and_then(|mut parts| parts.next()).filter(|part| !part.is_empty());
    if TABLE.path.contains(host) {
        let name = first.filter(|part| part.starts_with('@') || !part.contains('.'))?;
        return Some(format!("{host}{port}/{name}"));
    }
    let is_host_for_many = TABLE.below.contains(host) || is_shared_suffix(host);
    if is_host_for_many || ancestors(host).any(|host| TABLE.nobody.contains(host)) {
        return None;
    }
    // Pages of a person on a machine of many, as universities have them.
    match first.filter(|part| part.starts_with('~') && part.len() > 1) {
        Some(name) => Some(format!("{host}{port}/{name}")),
        None => Some(format!("{host}{port}")),
    }
}

/// The home page of the site that an address belongs to.
pub fn home(url: &Url) -> Option<Url> {
    let key = key(url)?;
    let path = key.split_once('/').map_or("/".to_owned(), |(_, name)| format!("/{name}/"));
    let mut home = url.clone();
    home.set_path(&path);
    home.set_query(None);
    home.set_fragment(None);
    Some(home)
}

/// Whether a host is a name of its own below a host for many, such as `alice.github.io`.
pub fn is_below_platform(host: &str) -> bool {
    host.split_once('.').is_some_and(|(_, above)| TABLE.below.contains(above) || is_shared_suffix(above))
}

/// Whose name a site's host lies under: all hosts of one owner have the same, `a.example.org` and `b.example.org` are
/// both `example.org`'s. Names below a host for many are their own.
pub fn owner(site: &str) -> &str {
    let host = site.split('/').next().unwrap_or(site);
    let name = host.split(':').next().unwrap_or(host);
    if host != site || is_below_platform(name) || name.parse::<std::net::IpAddr>().is_ok() {
        return site;
    }
    psl::domain_str(name).unwrap_or(site)
}

/// Whether everybody can have a name below this one: `github.io`, but not `co.uk`, below which nobody writes either.
fn is_shared_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private) && suffix.as_bytes() == host.as_bytes())
}

fn ancestors(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, above)| above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_writers_of_three_platforms_are_three_people_and_a_shop_is_none() {
        for (url, expected) in [
            ("https://alice.github.io/blog/x", Some("alice.github.io")),
            ("https://medium.com/@bob/a-story-1", Some("medium.com/@bob")),
            ("https://carol.substack.com/p/x", Some("carol.substack.com")),
            ("https://www.example.net/2020/x", Some("example.net")),
            ("https://blog.example.net/x", Some("blog.example.net")),
            ("http://cs.example.edu/~dan/notes/", Some("cs.example.edu/~dan")),
            ("http://127.0.0.1:4000/x", Some("127.0.0.1:4000")),
            ("https://github.io/", None),
            // Known from the public suffix list alone.
            ("https://erin.surge.sh/notes/", Some("erin.surge.sh")),
            ("https://surge.sh/", None),
            ("https://en.wikipedia.org/wiki/Rye", None),
            ("https://www.amazon.co.uk/dp/1", None),
            ("https://github.com/alice/tool", None),
        ] {
            assert_eq!(key(&Url::parse(url).unwrap()).as_deref(), expected, "{url}");
        }
        assert_eq!(["a.farm.example", "b.farm.example"].map(owner), ["farm.example"; 2]);
        assert_eq!(owner("blog.example.co.uk"), "example.co.uk");
        for own in ["alice.github.io", "erin.surge.sh", "medium.com/@bob", "127.0.0.1:4000"] {
            assert_eq!(owner(own), own);
        }
        let home_of = |url| home(&Url::parse(url).unwrap()).unwrap().to_string();
        assert_eq!(home_of("https://medium.com/@bob/a-story-1?x=1#y"), "https://medium.com/@bob/");
        assert_eq!(home_of("https://www.example.net/2020/x"), "https://www.example.net/");
    }
}
