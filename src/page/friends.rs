//! The words by which people call a list of others' blogs: blogroll, links, friends, 友链.

use url::Url;

use super::head::push_new;
use crate::model::address::canonical;

/// Say it wherever they stand in a heading or a link.
const CERTAIN: [&str; 19] = [
    "blogroll",
    "blog roll",
    "friend links",
    "friends' blogs",
    "blogs i ",
    "blogs we ",
    "favorite blogs",
    "favourite blogs",
    "other blogs",
    "who i read",
    "友链",
    "友鏈",
    "友情链接",
    "友情連結",
    "友情鏈接",
    "友情連接",
    "相互リンク",
    "リンク集",
    "小伙伴",
];
/// Say it if nothing else is said.
const LIKELY: [&str; 26] = [
    "amigos",
    "amis",
    "blogs",
    "cool people",
    "enlaces",
    "favorites",
    "favourites",
    "following",
    "freunde",
    "friend",
    "friends",
    "liens",
    "link",
    "links",
    "my friends",
    "neighborhood",
    "neighbors",
    "neighbours",
    "people i follow",
    "邻居",
    "朋友",
    "朋友们",
    "链接",
    "連結",
    "リンク",
    "左邻右舍",
];
/// Say it in a link to a page, though not over a list.
const LIKELY_LINK: [&str; 8] =
    ["people", "reading", "reading list", "recommendations", "recommended", "subscriptions", "webring", "what i read"];
/// Last parts of a path.
const PATHS: [&str; 27] = [
    "blog-roll",
    "blogroll",
    "blogrolls",
    "blogs",
    "flink",
    "flinks",
    "following",
    "friend",
    "friend-links",
    "friendlinks",
    "friends",
    "friendslink",
    "link",
    "links",
    "neighbors",
    "neighbours",
    "people",
    "reading",
    "reading-list",
    "recommendations",
    "recommended",
    "subscriptions",
    "webring",
    "youlian",
    "youqing",
    "友链",
    "友情链接",
];

/// Whether a heading announces a list of blogs.
pub(super) fn is_heading(text: &str) -> bool {
    is_certain(text) || LIKELY.contains(&bare(text).as_str())
}

/// The same beyond doubt.
pub(super) fn is_certain(text: &str) -> bool {
    let text = format!("{} ", bare(text));
    CERTAIN.iter().any(|word| text.contains(word))
}

/// Whether a class or id is given to such lists only.
pub(super) fn is_certain_class(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    let starts = [
        "flink",
        "friend-link",
        "friendlink",
        "friends-link",
        "friend-list",
        "friends-list",
        "youlian",
        "widget_links",
    ];
    class.contains("blogroll") || starts.iter().any(|start| class.starts_with(start))
}

/// Whether a class or id is given to such lists among others.
pub(super) fn is_likely_class(class: &str) -> bool {
    ["links", "friends", "friend", "linklist", "link-list"].iter().any(|name| class.eq_ignore_ascii_case(name))
}

/// Lower case, without the ornaments that people put around: "🔗 Links »".
fn bare(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Gathers pages of the same host that seem to list others.
#[derive(Debug, Default)]
pub(super) struct FriendsPages {
    certain: Vec<Url>,
    likely: Vec<Url>,
}

/// More than this is a site whose every link has such a name.
const MOST: usize = 20;

impl FriendsPages {
    /// Takes a link's target if its text or path says so.
    pub(super) fn consider(&mut self, target: &Url, text: &str, page: &Url) {
        if !same_host(target, page) || canonical(target) == canonical(page) || self.likely.len() >= MOST {
            return;
        }
        let decoded = percent_decoded(target.path());
        let last = decoded.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
        let (stem, ending) = last.rsplit_once('.').unwrap_or((&last, ""));
        if !matches!(ending, "" | "html" | "htm" | "php" | "aspx") {
            return;
        }
        let name = bare(text);
        if stem.contains("blogroll") || (text.chars().count() <= 40 && is_certain(text)) {
            push_new(&mut self.certain, target.clone(), MOST);
        } else if PATHS.contains(&stem) || LIKELY.contains(&name.as_str()) || LIKELY_LINK.contains(&name.as_str()) {
            push_new(&mut self.likely, target.clone(), MOST);
        }
    }

    /// The likeliest first.
    pub(super) fn finish(self) -> Vec<Url> {
        let mut pages = self.certain;
        for page in self.likely {
            push_new(&mut pages, page, MOST);
        }
        pages
    }
}

/// Whether two addresses have the same host, with or without `www.`.
pub(super) fn same_host(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    host(one) == host(other)
}

/// `%E5%8F%8B` becomes 友; what is no UTF-8 becomes U+FFFD.
pub(super) fn percent_decoded(text: &str) -> String {
    // Form encoding is percent encoding with a plus for a space.
    let escaped = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}
