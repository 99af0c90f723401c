//! "Who are these people anyway?": one page of facts about whoever writes a blog, each with the page that it stands on.
//! No score: what is unknown is said, and the verdict is the reader's.

mod links;
mod topics;
mod unknown;

use serde::{Deserialize, Serialize};
use url::Url;

pub use links::link_to;

use links::{linked_by, links_to};
use topics::topics;
use unknown::unknown;

use super::{
    own_words::OwnWords,
    red_lines::RedLines,
    speech::{self, Spoken},
};
use crate::{
    discover::{
        Knowledge, Person, edges,
        profile::{self, PostText},
    },
    feed::SafeHtml,
    model::{Blog, Contact, ContactKind, Evidence, Link, PageUrl, Plain, Post, RedLine, Standing, Timestamp},
    page::{self, Page},
};

/// Characters of what they say of themselves.
const LONGEST_ABOUT: usize = 500;

/// A post with all that is known of its text.
#[derive(Clone, Debug)]
pub struct Written {
    pub post: Post,
    pub html: SafeHtml,
    pub links: Vec<Link>,
}

/// A page of theirs that was read for the dossier.
#[derive(Clone, Debug)]
pub struct Read {
    pub url: Url,
    pub page: Page,
}

/// A text of theirs that also stands somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub post: Evidence,
    pub elsewhere: Evidence,
    pub by: Plain,
}

/// Everything that a dossier is made of.
#[derive(Debug)]
pub struct Material<'a> {
    pub blog: Blog,
    pub standing: Standing,
    /// In any order.
    pub posts: Vec<Written>,
    /// Whether the texts are whole, as the feed has them, and not the beginnings that are kept of strangers' posts.
    pub whole: bool,
    pub home: Option<Read>,
    pub about: Option<Read>,
    /// What was known of them before.
    pub person: Person,
    pub knowledge: &'a Knowledge,
    pub red_lines: &'a RedLines,
    pub copies: Vec<Copied>,
    /// What could not be had, in words.
    pub missing: Vec<String>,
    pub now: Timestamp,
}

/// The page of facts. Lists say in their documentation what comes first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    pub blog: Blog,
    pub standing: Standing,
    pub who: Who,
    /// The date of their oldest post that is known.
    pub since: Option<Timestamp>,
    pub posts_per_month: Option<f64>,
    pub last_post: Option<Timestamp>,
    /// Their last post, if they fell silent.
    pub silent_since: Option<Timestamp>,
    /// The newest year first.
    pub topics: Vec<Year>,
    /// With whom they talk: those whom the user follows first, then whom they link to most.
    pub links_to: Vec<Linked>,
    /// Who of those whom the user follows links to them, the newest post first.
    pub linked_by: Vec<LinkedBy>,
    pub speaks_of_people: Vec<Spoken>,
    pub red_lines: Vec<RedLine>,
    /// What is unknown or does not fit together, in words.
    pub unknown: Vec<Plain>,
    pub contact: Vec<Contact>,
    pub looked_at: LookedAt,
}

/// Who they say they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Who {
    pub name: Option<Plain>,
    /// Their own words.
    pub about: Option<Plain>,
    /// Where those stand.
    pub about_url: Option<PageUrl>,
    /// Where they say that they live.
    pub place: Option<Plain>,
    /// Pages that they say are theirs too (`rel="me"`).
    pub links: Vec<PageUrl>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Year {
    pub year: i32,
    pub phrases: Vec<Plain>,
    pub posts: usize,
}

/// Somebody to whom they link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    pub title: Plain,
    pub url: PageUrl,
    /// Whether the user follows them.
    pub followed: bool,
    /// In how many posts; 0 where they stand only on the blogroll or a page.
    pub posts: usize,
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// Somebody whom the user follows, who links to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkedBy {
    pub blog: Blog,
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// What the dossier rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LookedAt {
    pub posts: usize,
    pub oldest: Option<Timestamp>,
    /// Whether whole texts were read, and not only the beginnings that are kept of strangers' posts.
    pub whole_texts: bool,
    pub pages: Vec<PageUrl>,
}

/// Reckons a dossier.
pub fn of(mut material: Material<'_>) -> Dossier {
    material.posts.sort_by_key(|one| std::cmp::Reverse((dated(&one.post), one.post.sort_time())));
    let texts: Vec<PostText> = material
        .posts
        .iter()
        .map(|one| PostText {
            post: one.post.clone(),
            text: one.html.text(),
            prose: one.html.prose(),
            links: one.links.clone(),
        })
        .collect();
    let profile = profile::of(&texts, material.blog.language.as_deref(), 0);
    let mut blog = material.blog.clone();
    blog.language = blog.language.or_else(|| profile.language.clone());
    let who = who(&material);
    blog.author = blog.author.or_else(|| who.name.clone());
    let own: Vec<OwnWords> = material.posts.iter().map(|one| OwnWords::of(&one.html)).collect();
    let spoken = material.posts.iter().map(|one| &one.post).zip(&own);
    let edges = edges::of(&material.blog, &texts, 0);
    let red_lines = material.red_lines.crossed(material.posts.iter().map(|one| (&one.post, &one.html)));
    let linked_by = linked_by(&material);
    let contact = contact(&material);
    let pages = [&material.home, &material.about].into_iter().flatten();
    let looked_at = LookedAt {
        posts: material.posts.len(),
        oldest: profile.first_post,
        whole_texts: material.whole,
        pages: pages.filter_map(|read| PageUrl::from_url(read.url.clone())).collect(),
    };
    let unknown = unknown(&material, &who, &linked_by, &contact, &profile);
    Dossier {
        standing: material.standing,
        since: profile.first_post,
        posts_per_month: profile.posts_per_month(),
        last_post: profile.last_post,
        silent_since: profile.silent_since(material.now),
        topics: topics(&texts, profile.language.as_deref()),
        links_to: links_to(&material, &edges),
        linked_by,
        speaks_of_people: speech::of_people(spoken, profile.language.as_deref()),
        red_lines,
        unknown: unknown.iter().map(|line| Plain::line(line)).collect(),
        contact,
        who,
        blog,
        looked_at,
    }
}

fn dated(post: &Post) -> Option<Timestamp> {
    post.published.or(post.updated)
}

fn who(material: &Material<'_>) -> Who {
    let pages = || [&material.about, &material.home].into_iter().flatten();
    let name = pages().find_map(|read| read.page.name.clone());
    let own_account = material.about.as_ref().and_then(|read| Some((first_words(&read.page)?, &read.url)));
    let described =
        || pages().find_map(|read| Some((read.page.description.clone().filter(|text| !text.is_empty())?, &read.url)));
    let (about, about_url) = match own_account.or_else(described) {
        Some((about, url)) => (Some(about), PageUrl::from_url(url.clone())),
        None => (material.person.about.clone(), material.person.page.clone()),
    };
    let mut links: Vec<PageUrl> = Vec::new();
    for url in pages().flat_map(|read| &read.page.me) {
        if let Some(url) = PageUrl::from_url(url.clone())
            && !links.contains(&url)
        {
            links.push(url);
        }
    }
    Who {
        name: name.or_else(|| material.person.name.clone()).or_else(|| material.blog.author.clone()),
        about: about.map(|about| shortened(&about)),
        about_url,
        place: pages().find_map(|read| read.page.locality.clone()).or_else(|| material.person.place.clone()),
        links,
    }
}

/// The first paragraphs of a page that say something, as they stand there.
fn first_words(page: &Page) -> Option<Plain> {
    let says_something = |line: &&str| line.chars().count() >= 40;
    let first = page.text.as_str().lines().find(says_something)?;
    Plain::line(first).some()
}

/// Cut behind a word.
fn shortened(text: &Plain) -> Plain {
    let Some((end, _)) = text.as_str().char_indices().nth(LONGEST_ABOUT) else { return text.clone() };
    let end = text.as_str()[..end].rfind(' ').unwrap_or(end);
    Plain::line(&text.as_str()[..end])
}

/// The ways to reach them that they publish themselves.
fn contact(material: &Material<'_>) -> Vec<Contact> {
    let mut found: Vec<Contact> = Vec::new();
    let mut add = |kind, value: &str| {
        let one = Contact { kind, value: Plain::line(value) };
        if !one.value.is_empty() && !found.contains(&one) && found.len() < 12 {
            found.push(one);
        }
    };
    for read in [&material.about, &material.home].into_iter().flatten() {
        read.page.emails.iter().for_each(|mail| add(ContactKind::Email, mail.as_str()));
        read.page.mastodon.iter().for_each(|handle| add(ContactKind::Mastodon, handle.as_str()));
        if let Some(endpoint) = &read.page.webmention {
            add(ContactKind::Webmention, endpoint.as_str());
        }
        if let Some(form) = page::contact_page(&read.page, &read.url) {
            add(ContactKind::Form, form.as_str());
        }
    }
    material.person.contact.iter().for_each(|one| add(one.kind, one.value.as_str()));
    found
}

/// The page of a site on which its author tells about themselves, the likeliest first.
pub fn about_pages(home: &Read) -> Vec<Url> {
    page::about_pages(&home.page, &home.url)
}

/// A post's head as evidence with these words of it.
pub fn evidence(post: &Post, quote: Plain) -> Option<Evidence> {
    Some(Evidence { post_url: post.url.clone()?, post_title: post.label(), quote, published: dated(post) })
}
