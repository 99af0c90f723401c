//! The words by which people call a list of others' blogs: blogroll, links, friends, 友链.

use url::Url;

use crate::model::Plain;
use crate::model::address::{canonical, page_key};

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
const PATHS: [&str; 28] = [
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
    "linkroll",
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

/// Bytes of a path's part or a link's text; a longer one is the title of a post about blogrolls.
const SHORT: usize = 30;
/// More than this is a site whose every link has such a name.
const MOST: usize = 20;

impl FriendsPages {
    /// Takes a link's target if its text or path says so.
    pub(super) fn consider(&mut self, target: &Url, text: &str, page: &Url) {
        if !same_host(target, page)
            || canonical(target) == canonical(page)
            || self.certain.len() + self.likely.len() >= MOST
        {
            return;
        }
        let Some(stem) = stem(target) else { return };
        let (name, key) = (bare(text), page_key(target));
        if self.certain.iter().chain(&self.likely).any(|known| page_key(known) == key) {
            return;
        }
        if stem.contains("blogroll") && stem.len() <= SHORT || text.len() <= SHORT && is_certain(text) {
            self.certain.push(target.clone());
        } else if is_path(&stem) || LIKELY.contains(&name.as_str()) || LIKELY_LINK.contains(&name.as_str()) {
            self.likely.push(target.clone());
        }
    }

    /// The likeliest first.
    pub(super) fn finish(mut self) -> Vec<Url> {
        self.certain.append(&mut self.likely);
        self.certain
    }
}

/// Whether a page as a whole is such a list, by its address or title.
pub(super) fn is_list_page(page: &Url, title: Option<&Plain>) -> bool {
    let Some(stem) = stem(page).filter(|stem| !stem.is_empty()) else { return false };
    let title = title.map_or("", Plain::as_str);
    let says_so = |part: &str| is_heading(part) && part.len() <= SHORT;
    is_path(&stem) || title.replace(" - ", "|").split(['|', ':', '–', '—', '·', '•', '«']).any(says_so)
}

fn is_path(stem: &str) -> bool {
    PATHS.contains(&stem)
}

/// The last part of a path, decoded, in lower case, without `.html`; empty for a home page. `None` where it's a file of
/// another kind, or the list of what a tag or category has.
fn stem(page: &Url) -> Option<String> {
    let path = percent_decoded(page.path()).to_lowercase();
    if ["/tag/", "/tags/", "/category/", "/categories/"].iter().any(|part| path.contains(part)) {
        return None;
    }
    let last = path.trim_end_matches('/').trim_end_matches("/index.html").rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.') {
        Some((stem, "html" | "htm" | "php" | "aspx")) => Some(stem.to_owned()),
        Some(_) => None,
        None => Some(last.to_owned()),
    }
}

/// Whether two addresses have the same host, with or without `www.`.
pub(super) fn same_host(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    host(one) == host(other)
}

/// `%E5%8F%8B` becomes 友; what is no UTF-8 becomes U+FFFD.
pub fn percent_decoded(text: &str) -> String {
    // Form encoding is percent encoding with a plus for a space.
    let escaped = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}
