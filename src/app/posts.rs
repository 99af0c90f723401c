//! Lists of posts, reading one, marking them.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{App, AppError, select::Selection};
use crate::{
    feed::SafeHtml,
    journal::Act,
    model::{Blog, BlogId, Enclosure, Flags, PageUrl, Plain, Post, PostId, Tag, Timestamp, address::page_key},
    store::Labels,
};

/// Heads of posts that are read together by whoever looks at all.
const LISTED_AT_ONCE: usize = 512;

/// A post as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    pub post: Post,
    pub blog: Blog,
    pub flags: Flags,
    /// The user's own words for it.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// A line of `posts --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PostLine {
    pub id: PostId,
    pub blog: Blog,
    pub feed_url: String,
    pub title: Plain,
    pub url: Option<PageUrl>,
    pub authors: Vec<Plain>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub read: bool,
    pub starred: bool,
    /// The user's own and the feed's.
    pub tags: Vec<Plain>,
    pub summary: Plain,
    pub enclosures: Vec<Enclosure>,
    pub own_tags: Vec<Tag>,
    pub saved: bool,
    pub hidden: bool,
    pub muted: bool,
}

impl From<Listed> for PostLine {
    fn from(Listed { post, blog, flags, tags }: Listed) -> Self {
        let own = tags.iter().map(Tag::plain).chain(post.tags);
        let mut all: Vec<Plain> = Vec::new();
        own.for_each(|tag| {
            if !all.contains(&tag) {
                all.push(tag)
            }
        });
        Self {
            id: post.id,
            feed_url: blog.feed_url.to_string(),
            blog,
            title: post.title,
            url: post.url,
            authors: post.authors,
            published: post.published,
            updated: post.updated,
            read: flags.read,
            starred: flags.starred,
            tags: all,
            summary: post.summary,
            enclosures: post.enclosures,
            own_tags: tags,
            saved: flags.saved,
            hidden: flags.hidden,
            muted: flags.muted,
        }
    }
}

impl App {
    /// Posts of followed blogs, newest first, from behind `after` on.
    pub fn river(&self, after: Option<(Timestamp, PostId)>, limit: usize) -> Result<Vec<Listed>, AppError> {
        let blogs = self.blogs_by_id()?;
        self.list(self.store.river(after, limit)?, &blogs)
    }

    /// The posts of one blog, newest first, without those out of sight.
    pub fn posts_of(&self, blog: BlogId, limit: usize) -> Result<Vec<Listed>, AppError> {
        let blogs = self.blogs_by_id()?;
        let hidden = self.store.out_of_sight()?;
        let is_in_sight = |post: &Post| !hidden.contains(&post.id);
        let heads = self.store.heads_of(blog).filter(|post| post.as_ref().map_or(true, is_in_sight)).take(limit);
        self.list_heads(heads.collect::<Result<_, _>>()?, &blogs)
    }

    /// Posts of followed blogs that a selection takes and that hold all words of `query` in title, summary, author, tags
    /// or the blog's title.
    pub fn search(&self, query: &str, selection: &Selection, limit: usize) -> Result<Vec<Listed>, AppError> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let blogs = self.blogs_by_id()?;
        let mut selected = self.selected(selection, &blogs)?;
        if !words.is_empty() {
            let ids: Vec<PostId> = selected.iter().map(|(id, _)| *id).collect();
            let labels: HashMap<PostId, Labels> = self.store.labelled().collect::<Result<_, _>>()?;
            let mut holding = HashSet::new();
            for post in self.store.posts(&ids) {
                let post = post?;
                let tags: Vec<Tag> = labels.get(&post.id).map_or(vec![], |labels| labels.tags().cloned().collect());
                if blogs.get(&post.blog).is_some_and(|blog| stands_in(&post, blog, &tags, &words)) {
                    holding.insert(post.id);
                }
            }
            selected.retain(|(id, _)| holding.contains(id));
        }
        selected.truncate(limit);
        self.list(selected, &blogs)
    }

    /// Posts of followed blogs that hold all words of `query` anywhere, their texts included.
    pub fn search_texts(&self, query: &str, limit: usize) -> Result<Vec<Listed>, AppError> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let blogs = self.blogs_by_id()?;
        let mut found = Vec::new();
        for some in self.store.river(None, usize::MAX)?.chunks(LISTED_AT_ONCE) {
            for one in self.list(some.to_vec(), &blogs)? {
                if found.len() >= limit {
                    return Ok(found);
                }
                if holds(&one, &words) || holds_in_text(&self.text_of(one.post.id)?, &one, &words) {
                    found.push(one);
                }
            }
        }
        Ok(found)
    }

    fn list_heads(&self, posts: Vec<Post>, blogs: &HashMap<BlogId, Blog>) -> Result<Vec<Listed>, AppError> {
        let mut listed = Vec::with_capacity(posts.len());
        for post in posts {
            if let Some(blog) = blogs.get(&post.blog) {
                let (flags, tags) = self.store.flags_and_tags(post.id)?;
                listed.push(Listed { post, blog: blog.clone(), flags, tags });
            }
        }
        Ok(listed)
    }

    pub(super) fn list(
        &self,
        ids: Vec<(PostId, BlogId)>,
        blogs: &HashMap<BlogId, Blog>,
    ) -> Result<Vec<Listed>, AppError> {
        let wanted: Vec<PostId> = ids.iter().map(|(id, _)| *id).collect();
        let found: Result<HashMap<PostId, Post>, _> =
            self.store.posts(&wanted).map(|post| post.map(|post| (post.id, post))).collect();
        let mut found = found?;
        self.list_heads(wanted.iter().filter_map(|id| found.remove(id)).collect(), blogs)
    }

    pub fn listed(&self, id: PostId) -> Result<Option<Listed>, AppError> {
        let Some(post) = self.store.post(id)? else { return Ok(None) };
        let Some(blog) = self.blog(post.blog)? else { return Ok(None) };
        let (flags, tags) = self.store.flags_and_tags(id)?;
        Ok(Some(Listed { post, blog, flags, tags }))
    }

    /// The text of a post; empty where its feed gave none.
    pub fn text_of(&self, id: PostId) -> Result<SafeHtml, AppError> {
        Ok(SafeHtml::from_stored(self.store.html(id)?.unwrap_or_default()))
    }

    /// Which post is meant by an id, the beginning of one (six characters or more), or an address.
    pub fn find_post(&self, name: &str) -> Result<PostId, AppError> {
        let name = name.trim();
        if let Some(id) = PostId::parse(name)
            && self.store.post(id)?.is_some()
        {
            return Ok(id);
        }
        let none = || AppError::NoPost { name: Plain::line(name) };
        if let Ok(url) = PageUrl::parse(name) {
            return self.post_at(&url)?.ok_or_else(none);
        }
        if name.len() < 6 {
            return Err(none());
        }
        match self.store.posts_with_prefix(&name.to_ascii_lowercase())?.as_slice() {
            [] => Err(none()),
            [one] => Ok(*one),
            _ => Err(AppError::ManyPosts { name: Plain::line(name) }),
        }
    }

    /// The post at an address, if it is in the cache.
    pub fn post_at(&self, url: &PageUrl) -> Result<Option<PostId>, AppError> {
        let key = page_key(url.url());
        let is_it = |post: &Post| post.url.as_ref().is_some_and(|url| page_key(url.url()) == key);
        // Most posts lie where their blog does, and only few blogs lie there.
        for blog in self.store.blogs()? {
            if (blog.host() == url.host() || blog.feed_url.host() == url.host())
                && let Some(post) = self.store.heads_of(blog.id).find_map(|post| post.ok().filter(is_it))
            {
                return Ok(Some(post.id));
            }
        }
        Ok(self.store.all_posts().find_map(|post| post.ok().filter(is_it)).map(|post| post.id))
    }

    /// Marks posts; those that are so already are left alone. How many changed.
    pub async fn mark(&self, posts: &[PostId], read: bool) -> Result<usize, AppError> {
        let _turn = self.marking.lock().await;
        let of = self.those(posts, |(flags, _)| flags.read != read)?;
        let changed = of.len();
        if changed > 0 {
            self.writer.act(vec![Act::Read { of, read }]).await?;
        }
        Ok(changed)
    }

    /// Stars posts or takes the star off. How many changed.
    pub async fn star(&self, posts: &[PostId], starred: bool) -> Result<usize, AppError> {
        let _turn = self.marking.lock().await;
        let of = self.those(posts, |(flags, _)| flags.starred != starred)?;
        let changed = of.len();
        if changed > 0 {
            self.writer.act(vec![Act::Star { of, starred }]).await?;
        }
        Ok(changed)
    }

    /// Notes that a post was opened, or that the user came to its end, where that is not known: what is theirs counts as
    /// they read it.
    pub async fn opened(&self, of: PostId, blog: BlogId, finished: bool) -> Result<(), AppError> {
        if !self.store.was_opened(of, finished)? {
            self.writer.act(vec![Act::Opened { of, blog, finished }]).await?;
        }
        Ok(())
    }

    pub(super) fn those(
        &self,
        posts: &[PostId],
        wanted: impl Fn(&(Flags, Vec<Tag>)) -> bool,
    ) -> Result<Vec<PostId>, AppError> {
        let (mut those, mut seen) = (Vec::new(), HashSet::new());
        for &post in posts {
            if seen.insert(post) && wanted(&self.store.flags_and_tags(post)?) {
                those.push(post);
            }
        }
        Ok(those)
    }
}

/// Whether title and text together hold all these lower-case words.
fn holds_in_text(html: &SafeHtml, one: &Listed, words: &[String]) -> bool {
    let text = format!("{} {} {}", one.post.title, one.blog.title, html.text()).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Whether title, summary, author, tags or the blog's title hold all these lower-case words.
pub(super) fn holds(one: &Listed, words: &[String]) -> bool {
    stands_in(&one.post, &one.blog, &one.tags, words)
}

fn stands_in(post: &Post, blog: &Blog, own: &[Tag], words: &[String]) -> bool {
    let Post { title, summary, tags, authors, .. } = post;
    let all = || {
        let plain = [title, &blog.title, summary].into_iter().chain(tags).chain(authors);
        plain.map(Plain::as_str).chain(own.iter().map(Tag::as_str))
    };
    // A word has no blanks, so it stands in one of them or in none.
    words.iter().all(|word| all().any(|text| has_word(text, word)))
}

/// Whether a lower-case word stands in a text, in any case. It is asked of every post that is listed, with each letter of a
/// filter, so nothing is copied for it that can be compared as it is.
fn has_word(text: &str, word: &str) -> bool {
    let Some(first) = word.chars().next() else { return true };
    let has_odd = || {
        // Their first bytes are quicker to look for, and seldom there.
        memchr::memchr3(0xc4, 0xce, 0xe2, text.as_bytes()).is_some() && text.contains(ODD)
    };
    if word.is_ascii() {
        has_ascii(text.as_bytes(), word.as_bytes()) || (has_odd() && text.to_lowercase().contains(word))
    } else if text.is_ascii() {
        false
    } else if text.contains(word) {
        true
    } else if has_odd() {
        text.to_lowercase().contains(word)
    } else if first.is_ascii() {
        candidates(text.as_bytes(), first as u8).any(|at| begins_with(&text[at..], word))
    } else {
        let bytes = text.bytes().enumerate();
        bytes.filter(|(_, byte)| *byte >= 0xc0).any(|(at, _)| begins_with(&text[at..], word))
    }
}

/// In lower case these become several characters, another one at the end of a word, or one of ASCII.
const ODD: [char; 3] = ['\u{130}', '\u{3a3}', '\u{212a}'];

/// Where a lower-case letter of ASCII stands, in either case.
fn candidates(text: &[u8], letter: u8) -> impl Iterator<Item = usize> {
    memchr::memchr2_iter(letter, letter.to_ascii_uppercase(), text)
}

fn has_ascii(text: &[u8], word: &[u8]) -> bool {
    let is_there = |at: usize| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word));
    candidates(text, word[0]).any(is_there)
}

/// Whether a text without any of [`ODD`] begins with a word, in any case.
fn begins_with(text: &str, word: &str) -> bool {
    let mut lower = text.chars().flat_map(char::to_lowercase);
    word.chars().all(|c| lower.next() == Some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_as_in_the_lower_case_of_a_text() {
        let texts =
            ["", "a", "Rye bread", "RYE", "Über Mühlen", "naïve", "ΑΣ", "İstanbul", "rye\u{212a}", "ꜲÄß ẞ", "読 ﬁne"];
        let words = [
            "",
            "a",
            "rye",
            "bread",
            "read",
            "über",
            "mühlen",
            "e",
            "rye bread and more",
            "naïve",
            "ας",
            "k",
            "i",
            "ß",
            "ä",
            "ꜳ",
            "読",
        ];
        for text in texts {
            for word in words {
                assert_eq!(has_word(text, word), text.to_lowercase().contains(word), "{word:?} in {text:?}");
            }
        }
    }
}
