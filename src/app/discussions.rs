//! Discussions: pages that several of the followed blogs link to or answer, and what each of them says there. They come
//! out of the links that profiles keep, blog by blog, so that no text is read again.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    discover::{
        edges::{Edge, Edges, own_sites},
        keys,
    },
    model::{Blog, BlogId, LinkKind, PageUrl, Plain, PostId, Timestamp, address::page_key},
    store::StoreError,
};

/// Discussions that are shown, the newest.
const MOST: usize = 200;
/// A page that more than this share of the followed blogs link to is a landmark and no discussion.
const LANDMARK: f64 = 0.3;
/// However few are followed, so many may talk about one page.
const FEW: usize = 6;
/// Posts of a blog among which the page that is talked about is looked for.
const LOOKED_AT: usize = 400;

/// Something that several talk about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    pub page: PageUrl,
    /// The title of the post, if it is one of a followed blog; else what its address says.
    pub title: Plain,
    /// The post itself, and who wrote it, if they are followed.
    pub post: Option<PostId>,
    pub by: Option<Plain>,
    /// What was said, the newest first; of each blog the newest post.
    pub sayings: Vec<Saying>,
}

/// What one of them says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    pub by: BlogId,
    /// The blog's title.
    pub blog: Plain,
    pub post: PostId,
    pub title: Plain,
    pub published: Option<Timestamp>,
    /// The sentence around the link; empty where the post only declares that it answers.
    pub quote: Plain,
    /// It says of itself that it answers the page.
    pub answers: bool,
}

impl Discussion {
    pub fn newest(&self) -> Option<Timestamp> {
        self.sayings.iter().filter_map(|saying| saying.published).max()
    }

    /// Who takes part, the author of the page first.
    pub fn who(&self) -> Vec<&Plain> {
        let mut who: Vec<&Plain> = self.by.iter().collect();
        for saying in &self.sayings {
            if !who.contains(&&saying.blog) {
                who.push(&saying.blog);
            }
        }
        who
    }
}

/// Who links to a page, while it is only counted.
#[derive(Default)]
struct Linkers {
    blogs: HashSet<BlogId>,
    /// The followed blog that the page belongs to.
    owner: Option<BlogId>,
}

impl App {
    /// What the followed blogs talk about, what was said last first. As far as their profiles are reckoned.
    pub fn discussions(&self) -> Result<Vec<Discussion>, AppError> {
        let mut blogs = Vec::new();
        for subscription in self.store.subscriptions()? {
            blogs.extend(self.blog(subscription.blog)?);
        }
        let owners: HashMap<String, BlogId> =
            blogs.iter().flat_map(|blog| own_sites(blog).into_iter().map(|site| (site, blog.id))).collect();
        let talked = self.talked_about(&blogs, &owners)?;
        let mut found: HashMap<String, Discussion> = HashMap::new();
        for blog in &blogs {
            self.add_sayings(blog, &talked, &mut found)?;
        }
        let mut discussions: Vec<Discussion> = found.into_values().collect();
        for discussion in &mut discussions {
            discussion.sayings.sort_by_key(|saying| (std::cmp::Reverse(saying.published), saying.post));
        }
        discussions.sort_by(|a, b| b.newest().cmp(&a.newest()).then_with(|| a.page.as_str().cmp(b.page.as_str())));
        discussions.truncate(MOST);
        for discussion in &mut discussions {
            let owner = talked.get(&page_key(discussion.page.url())).and_then(|linkers| linkers.owner);
            if let Some(blog) = owner.and_then(|owner| blogs.iter().find(|blog| blog.id == owner)) {
                self.name_after_post(discussion, blog)?;
            }
        }
        Ok(discussions)
    }

    fn edges_of(&self, blog: BlogId) -> Result<Edges, StoreError> {
        Ok(self.store.discovered(&keys::of(keys::EDGES, blog))?.unwrap_or_default())
    }

    /// The pages that enough of them take part in, and not so many that it is a place everybody knows.
    fn talked_about(
        &self,
        blogs: &[Blog],
        owners: &HashMap<String, BlogId>,
    ) -> Result<HashMap<String, Linkers>, StoreError> {
        let mut pages: HashMap<String, Linkers> = HashMap::new();
        for blog in blogs {
            for edge in self.edges_of(blog.id)?.edges.iter().filter(|edge| is_page(edge)) {
                let linkers = pages.entry(page_key(edge.target.url())).or_default();
                linkers.blogs.insert(blog.id);
                linkers.owner = edge.site.as_ref().and_then(|site| owners.get(site)).copied();
            }
        }
        let most = FEW.max((blogs.len() as f64 * LANDMARK) as usize);
        let several = |linkers: &Linkers| linkers.blogs.len() + usize::from(linkers.owner.is_some()) >= 2;
        pages.retain(|_, linkers| several(linkers) && linkers.blogs.len() <= most);
        Ok(pages)
    }

    fn add_sayings(
        &self,
        blog: &Blog,
        talked: &HashMap<String, Linkers>,
        found: &mut HashMap<String, Discussion>,
    ) -> Result<(), StoreError> {
        let edges = self.edges_of(blog.id)?;
        for edge in edges.edges.iter().filter(|edge| is_page(edge)) {
            let key = page_key(edge.target.url());
            let (true, Some(source)) = (talked.contains_key(&key), edges.sources.get(edge.source as usize)) else {
                continue;
            };
            let discussion = found.entry(key).or_insert_with(|| Discussion {
                page: edge.target.clone(),
                title: name_of(&edge.target),
                post: None,
                by: None,
                sayings: Vec::new(),
            });
            let saying = Saying {
                by: blog.id,
                blog: blog.title.clone(),
                post: source.post,
                title: source.title.clone(),
                published: source.published,
                quote: edge.quote.clone(),
                answers: edge.kind == LinkKind::Reply,
            };
            match discussion.sayings.iter_mut().find(|known| known.by == saying.by) {
                Some(known) if known.published < saying.published => *known = saying,
                Some(_) => {}
                None => discussion.sayings.push(saying),
            }
        }
        Ok(())
    }

    fn name_after_post(&self, discussion: &mut Discussion, blog: &Blog) -> Result<(), StoreError> {
        let key = page_key(discussion.page.url());
        discussion.by = Some(blog.title.clone());
        for post in self.store.heads_of(blog.id).take(LOOKED_AT) {
            let post = post?;
            if post.url.as_ref().is_some_and(|url| page_key(url.url()) == key) {
                discussion.title = post.label();
                discussion.post = Some(post.id);
                break;
            }
        }
        Ok(())
    }
}

/// A link to somebody's front door is a greeting and no discussion.
fn is_page(edge: &Edge) -> bool {
    edge.is_authors() && (!edge.target.url().path().trim_matches('/').is_empty() || edge.target.url().query().is_some())
}

/// A page in words: the telling end of its path, or its whole address.
fn name_of(page: &PageUrl) -> Plain {
    let last =
        page.url().path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).unwrap_or_default();
    let words = last.split('.').next().unwrap_or_default().replace(['-', '_'], " ");
    if words.chars().filter(|c| c.is_alphabetic()).count() > 3 {
        Plain::line(&words)
    } else {
        Plain::line(page.as_str().split_once("://").map_or(page.as_str(), |(_, rest)| rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_a_title_is_called_by_its_address() {
        for (address, name) in [
            ("https://a.example/2026/on-writing-letters.html", "on writing letters"),
            ("https://a.example/item?id=123", "item"),
            ("https://a.example/p/12", "a.example/p/12"),
        ] {
            assert_eq!(name_of(&PageUrl::parse(address).unwrap()).as_str(), name);
        }
    }
}
