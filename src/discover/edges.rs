//! Whom somebody links to, with the words around the link, so that every edge can be shown.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{profile::PostText, site};
use crate::{
    feed::{Feed, SafeHtml},
    model::{Blog, LinkKind, PageUrl, Plain, PostId, Timestamp, address::page_key},
    page::{Page, Place},
    store::{StoreError, codec},
    text::sentences,
};

const MOST_EDGES: usize = 4000;
const MOST_ROLL: usize = 1000;
/// Links of one post's page that its feed did not give.
const MOST_OF_A_PAGE: usize = 200;
/// Commenters of one post that are taken out of the feed of its comments.
const MOST_COMMENTERS: usize = 30;
const QUOTE_CHARACTERS: usize = 240;

/// The links of a blog's posts to other sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edges {
    /// Up to which revision of the blog's posts this was reckoned.
    pub revision: u64,
    pub sources: Vec<Source>,
    pub edges: Vec<Edge>,
}

/// A post that links to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub post: PostId,
    pub url: PageUrl,
    pub title: Plain,
    pub published: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The site that is linked; `None` for pages that belong to nobody, which only tell what a post is about.
    pub site: Option<String>,
    pub target: PageUrl,
    pub kind: LinkKind,
    /// Index into [`Edges::sources`].
    pub source: u32,
    /// The words around the link, as they stand in the post.
    pub quote: Plain,
}

/// Links of a home page, an about page or a page of friends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    pub links: Vec<RollLink>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollLink {
    pub site: String,
    pub target: PageUrl,
    pub text: Plain,
    /// Declared on a blogroll, or only somewhere on a page.
    pub declared: bool,
    pub page: PageUrl,
    pub page_title: Plain,
}

impl Edge {
    /// Whether the author of the source links there, and not somebody who left a comment below it and their address.
    pub fn is_authors(&self) -> bool {
        self.kind != LinkKind::Comment
    }
}

/// The site keys that are a blog's own.
pub fn own_sites(blog: &Blog) -> HashSet<String> {
    let site = blog.site_url.as_ref().and_then(|site| site::key(site.url()));
    site.into_iter().chain(site::key(blog.feed_url.url())).collect()
}

/// The edges of a blog, from its posts. A target that several posts link to is kept for each.
pub fn of(blog: &Blog, posts: &[PostText], revision: u64) -> Edges {
    let own = own_sites(blog);
    let mut edges = Edges { revision, ..Edges::default() };
    for one in posts {
        let Some(url) = one.post.url.clone() else { continue };
        let mut seen = HashSet::new();
        let source = edges.sources.len() as u32;
        let before = edges.edges.len();
        for link in &one.links {
            let site = site::key(link.target.url());
            if site.as_ref().is_some_and(|site| own.contains(site)) || !seen.insert(page_key(link.target.url())) {
                continue;
            }
            let quote = quote_around(one.text.as_str(), link.text.as_str());
            edges.edges.push(Edge { site, target: link.target.clone(), kind: link.kind, source, quote });
        }
        if edges.edges.len() > before {
            edges.sources.push(Source {
                post: one.post.id,
                url,
                title: one.post.label(),
                published: one.post.published.or(one.post.updated),
            });
        }
        if edges.edges.len() >= MOST_EDGES {
            break;
        }
    }
    edges
}

/// What the page of a post shows beside what its feed gave: who commented or mentioned it, and the links of its text.
/// Those that `known` has already, by page key, are left out.
pub fn of_post_page(blog: &Blog, page: &Page, source: Source, known: &HashSet<String>) -> Edges {
    let own = own_sites(blog);
    let (mut commenters, mut seen) = (HashSet::new(), known.clone());
    let mut edges = Edges::default();
    for link in &page.links {
        let Some(site) = site::key(link.target.url()).filter(|site| !own.contains(site)) else { continue };
        let (kind, quote) = match link.place {
            Place::Comment if commenters.insert(site.clone()) => (LinkKind::Comment, link.text.clone()),
            Place::Article if !link.text.is_empty() && page.text.as_str().contains(link.text.as_str()) => {
                (LinkKind::Mention, quote_around(page.text.as_str(), link.text.as_str()))
            }
            _ => continue,
        };
        if kind == LinkKind::Comment || seen.insert(page_key(link.target.url())) {
            edges.edges.push(Edge { site: Some(site), target: link.target.clone(), kind, source: 0, quote });
        }
        if edges.edges.len() >= MOST_OF_A_PAGE {
            break;
        }
    }
    if !edges.edges.is_empty() {
        edges.sources.push(source);
    }
    edges
}

/// What the feed of a post's comments shows: who wrote there and names a site of their own, with their words, when they
/// wrote them and where these stand. `post` is what all of it is about.
pub fn of_comments(blog: &Blog, comments: &Feed, post: &Source) -> Edges {
    let own = own_sites(blog);
    let (mut commenters, mut edges) = (HashSet::new(), Edges::default());
    for entry in &comments.entries {
        let Some(url) = entry.authors.iter().find_map(|author| author.url.clone()) else { continue };
        let (Some(site), Some(target)) = (site::key(&url), PageUrl::from_url(url)) else { continue };
        if own.contains(&site) || !commenters.insert(site.clone()) {
            continue;
        }
        let text = entry.body().map(SafeHtml::text).unwrap_or_default();
        let name = entry.authors.iter().find_map(|author| author.name.clone()).unwrap_or_default();
        let first = text.as_str().lines().map(str::trim).find(|line| !line.is_empty());
        edges.edges.push(Edge {
            site: Some(site),
            target,
            kind: LinkKind::Comment,
            source: edges.sources.len() as u32,
            quote: first.map_or(name, |line| quote_at(line, 0, 0)),
        });
        edges.sources.push(Source {
            url: entry.link.clone().and_then(PageUrl::from_url).unwrap_or_else(|| post.url.clone()),
            published: entry.published.or(entry.updated),
            ..post.clone()
        });
        if edges.edges.len() >= MOST_COMMENTERS {
            break;
        }
    }
    edges
}

impl Edges {
    /// Takes in what was seen elsewhere; of a post that both know, what is newer.
    pub fn join(&mut self, other: Edges) {
        let first = self.sources.len() as u32;
        let room = MOST_EDGES.saturating_sub(self.edges.len());
        self.sources.extend(other.sources);
        self.edges.extend(other.edges.into_iter().take(room).map(|edge| Edge { source: edge.source + first, ..edge }));
    }

    /// Without what one post shows: its page, and each comment on it.
    pub fn forget(&mut self, post: PostId) {
        while let Some(gone) = self.sources.iter().position(|source| source.post == post) {
            self.sources.remove(gone);
            self.edges.retain(|edge| edge.source as usize != gone);
            for edge in self.edges.iter_mut().filter(|edge| edge.source as usize > gone) {
                edge.source -= 1;
            }
        }
    }
}

/// An edge as it lies in the store, its text neither copied nor made clean.
#[derive(Deserialize)]
struct StoredEdge<'a> {
    site: Option<&'a str>,
    target: &'a str,
    kind: LinkKind,
    source: u32,
    /// Whether it is UTF-8 is looked at where it is taken: most are passed over.
    quote: &'a [u8],
}

#[derive(Deserialize)]
struct StoredSource<'a> {
    post: PostId,
    url: &'a str,
    title: &'a [u8],
    published: Option<Timestamp>,
}

#[derive(Deserialize)]
struct StoredEdges<'a> {
    #[serde(rename = "revision")]
    _revision: u64,
    #[serde(borrow)]
    sources: Vec<StoredSource<'a>>,
    edges: Vec<StoredEdge<'a>>,
}

/// The same without what comes last and is most of it.
#[derive(Deserialize)]
struct StoredSources<'a> {
    #[serde(rename = "revision")]
    _revision: u64,
    #[serde(borrow)]
    sources: Vec<StoredSource<'a>>,
}

#[derive(Deserialize)]
struct StoredRollLink<'a> {
    site: &'a str,
    target: &'a str,
    text: &'a str,
    declared: bool,
    page: &'a str,
    page_title: &'a str,
}

fn stored_text(bytes: &[u8]) -> Result<Plain, StoreError> {
    std::str::from_utf8(bytes).map(Plain::from).map_err(|error| StoreError::Damaged(error.to_string()))
}

fn stored_page(url: &str) -> Result<PageUrl, StoreError> {
    PageUrl::parse(url).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// The titles of the posts that encoded [`Edges`] come from, by the keys of their pages, in order.
pub fn titles_of_sources(bytes: &[u8]) -> Result<Vec<(String, Plain)>, StoreError> {
    let stored: StoredSources<'_> = codec::decode_in(bytes)?;
    let title = |source: StoredSource<'_>| Ok((page_key(stored_page(source.url)?.url()), stored_text(source.title)?));
    stored.sources.into_iter().map(title).collect()
}

/// Of encoded [`Edges`] those that lead to one of `sites`, with their sources: their author's, or those of comments.
pub fn leading_to(bytes: &[u8], sites: &HashSet<String>, of_author: bool) -> Result<Vec<(Edge, Source)>, StoreError> {
    let leads_there = |edge: &StoredEdge<'_>| edge.site.is_some_and(|site| sites.contains(site));
    chosen(bytes, |edge| leads_there(edge) && (edge.kind != LinkKind::Comment) == of_author)
}

/// Of encoded [`Edges`] those of the author that lead to a page on one of `hosts`, without `www.`, with their sources.
pub fn leading_to_hosts(bytes: &[u8], hosts: &HashSet<&str>) -> Result<Vec<(Edge, Source)>, StoreError> {
    let leads_there = |edge: &StoredEdge<'_>| host_in(edge.target).is_some_and(|host| hosts.contains(host));
    chosen(bytes, |edge| edge.kind != LinkKind::Comment && leads_there(edge))
}

/// The host of an address as it is stored, without `www.` and port.
fn host_in(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let end = if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.find(':') };
    Some(host[..end.unwrap_or(host.len())].trim_start_matches("www."))
}

fn chosen(bytes: &[u8], wanted: impl Fn(&StoredEdge<'_>) -> bool) -> Result<Vec<(Edge, Source)>, StoreError> {
    let stored: StoredEdges<'_> = codec::decode_in(bytes)?;
    let mut found = Vec::new();
    for edge in stored.edges.iter().filter(|edge| wanted(edge)) {
        let Some(source) = stored.sources.get(edge.source as usize) else { continue };
        let source = Source {
            post: source.post,
            url: stored_page(source.url)?,
            title: stored_text(source.title)?,
            published: source.published,
        };
        let edge = Edge {
            site: edge.site.map(str::to_owned),
            target: stored_page(edge.target)?,
            kind: edge.kind,
            source: edge.source,
            quote: stored_text(edge.quote)?,
        };
        found.push((edge, source));
    }
    Ok(found)
}

/// Of an encoded [`Roll`] the declared links that lead to one of `sites`.
pub fn declared_to(bytes: &[u8], sites: &HashSet<String>) -> Result<Vec<RollLink>, StoreError> {
    let stored: Vec<StoredRollLink<'_>> = codec::decode_in(bytes)?;
    let wanted = stored.into_iter().filter(|link| link.declared && sites.contains(link.site));
    let link = |link: StoredRollLink<'_>| {
        Ok(RollLink {
            site: link.site.to_owned(),
            target: stored_page(link.target)?,
            text: link.text.into(),
            declared: true,
            page: stored_page(link.page)?,
            page_title: link.page_title.into(),
        })
    };
    wanted.map(link).collect()
}

/// The links of a page outside of posts. `declared` if the whole page is a page of friends.
pub fn of_page(blog: &Blog, page: &Page, address: &PageUrl, declared: bool) -> Vec<RollLink> {
    let own = own_sites(blog);
    let title = page.title.clone().unwrap_or_else(|| Plain::line(address.host()));
    let mut seen = HashSet::new();
    let links = page.links.iter().filter_map(|link| {
        let on_roll = link.place == Place::Blogroll;
        let in_list = declared && !matches!(link.place, Place::Nav | Place::Footer | Place::Comment);
        let site = site::key(link.target.url()).filter(|site| !own.contains(site))?;
        seen.insert(site.clone()).then(|| RollLink {
            site,
            target: link.target.clone(),
            text: link.text.clone(),
            declared: on_roll || in_list,
            page: address.clone(),
            page_title: title.clone(),
        })
    });
    links.take(MOST_ROLL).collect()
}

/// The sentence of `text` that holds `words`, cut to a readable length; the words alone if it cannot be found. White
/// space is folded, otherwise the quote stands in the text as it is.
pub fn quote_around(text: &str, words: &str) -> Plain {
    let words = words.trim();
    let Some(at) = (!words.is_empty()).then(|| text.find(words)).flatten() else { return Plain::line(words) };
    quote_at(text, at, words.len())
}

/// The sentence of `text` that holds the `length` bytes from `at` on, cut to a readable length.
pub fn quote_at(text: &str, at: usize, length: usize) -> Plain {
    let sentence = sentences::around(text, at, length, QUOTE_CHARACTERS);
    let cut = shorten(&text[sentence.clone()], at - sentence.start, length);
    // The words that the quote is for stay, whatever marks they begin or end with.
    let trimmed = sentences::without_lone_marks(cut);
    Plain::line(if trimmed.contains(text[at..at + length].trim()) { trimmed } else { cut })
}

/// Cuts a long sentence at spaces, around the words that it is about.
fn shorten(sentence: &str, at: usize, length: usize) -> &str {
    if sentence.chars().count() <= QUOTE_CHARACTERS {
        return sentence;
    }
    let room = QUOTE_CHARACTERS.saturating_sub(sentence[at..at + length].chars().count()) / 2;
    let start = sentence[..at].char_indices().rev().take(room).last().map_or(at, |(index, _)| index);
    let end = sentence[at + length..]
        .char_indices()
        .take(room)
        .last()
        .map_or(at + length, |(i, c)| at + length + i + c.len_utf8());
    let start = if start == 0 { 0 } else { sentence[start..at].find(' ').map_or(start, |space| start + space + 1) };
    let end = if end == sentence.len() {
        end
    } else {
        sentence[at + length..end].rfind(' ').map_or(end, |s| at + length + s)
    };
    &sentence[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_stored_address_is_that_of_the_address() {
        for url in [
            "https://www.a.example/x?y#z",
            "http://a.example:8080",
            "http://user:secret@a.example/@b",
            "http://[::1]:80/x",
            "http://127.0.0.1?x=http://b.example/",
        ] {
            let page = PageUrl::parse(url).unwrap();
            assert_eq!(host_in(page.as_str()), Some(page.host().trim_start_matches("www.")), "{url}");
        }
    }

    #[test]
    fn a_quote_is_the_sentence_around_the_link_and_stands_in_the_text() {
        let text = "First one. I agree with Petr’s post on rye, which v1.2 of it says. Then more.\nNext paragraph";
        assert_eq!(
            quote_around(text, "Petr’s post").as_str(),
            "I agree with Petr’s post on rye, which v1.2 of it says."
        );
        assert_eq!(quote_around(text, "absent words").as_str(), "absent words");
        assert_eq!(quote_around("前面。我喜欢这个博客！后面", "这个").as_str(), "我喜欢这个博客！");
        let long = format!("{}linked words {}", "begin ".repeat(100), "end ".repeat(100));
        let quote = quote_around(&long, "linked words");
        assert!(quote.as_str().chars().count() <= QUOTE_CHARACTERS && long.contains(quote.as_str()), "{quote}");
        assert!(quote.as_str().contains("linked words"));
    }
}
