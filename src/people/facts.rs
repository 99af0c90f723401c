//! What a letter may say: how the user found somebody, what the two share, whom both know. Only what stands on a page
//! that can be opened, each with that page.

use serde::Serialize;

use super::{
    dossier::{Written, link_to},
    me::Me,
};
use crate::{
    discover::{
        Knowledge,
        edges::{own_sites, quote_at},
        knowledge::Known,
        profile::Topic,
        site,
    },
    model::{Blog, Evidence, PageUrl, Plain, Post, address::page_key},
    text::{background, nouns::stands_as_noun, sensitive::is_sensitive},
};

/// Everything that can be said, each with the page where it stands.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// How the user came to them.
    pub found: Option<Found>,
    /// One post of theirs.
    pub post: Option<Fact>,
    /// What both write or read about, with a post of theirs that holds the word.
    pub topic: Option<Fact>,
    pub friend: Option<Friend>,
    /// A post of the user's own that links to theirs, for a webmention.
    pub mention: Option<Mention>,
}

/// Words, and the page on which they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub text: Plain,
    pub source: Evidence,
}

/// The post by somebody whom the user reads that led to them, or the post of theirs that answered one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub how: How,
    /// Whose blog it was.
    pub by: Plain,
    /// Of [`How::Answered`], the post of theirs; else the page that links to them.
    pub source: Evidence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A post links to them.
    Linked,
    /// They are on somebody's blogroll or page.
    Listed,
    /// They linked to a post of somebody whom the user reads.
    Answered,
}

/// Somebody whom they link to and who links to the user, or whom the user reads (IndieWeb's Vouch).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Friend {
    pub name: Plain,
    /// The friend's public page: one that links to the user, else their blog.
    pub page: PageUrl,
    /// Where it stands that the friend links to the user; `None` if the user only reads them.
    pub links_to_me: Option<Evidence>,
    /// Where they link to the friend.
    pub linked_by_them: Evidence,
}

/// A link from the user's own blog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The user's post.
    pub source: PageUrl,
    /// Theirs.
    pub target: PageUrl,
}

/// Finds what can be said to whoever writes a blog. `posts` are theirs, in any order.
pub fn of(knowledge: &Knowledge, blog: &Blog, posts: &[Written], me: &Me) -> Facts {
    let mut posts: Vec<&Written> = posts.iter().filter(|one| one.post.url.is_some()).collect();
    posts.sort_by_key(|one| std::cmp::Reverse((one.post.published.or(one.post.updated), one.post.id)));
    let found = found(knowledge, blog, me);
    let topic = topic(knowledge, blog, &posts, me);
    // The post that answered somebody tells most, then the one on what is shared, then the newest with a title.
    let answered = found.as_ref().filter(|found| found.how == How::Answered).map(|found| found.source.clone());
    let named = answered
        .or_else(|| topic.as_ref().map(|topic| topic.source.clone()))
        .or_else(|| posts.iter().find(|one| can_be_said(&one.post.title)).and_then(|one| in_title(&one.post)));
    let post = named.map(|source| Fact { text: source.post_title.clone(), source });
    Facts { friend: friend(knowledge, blog, me), mention: mention(knowledge, blog, me), found, post, topic }
}

/// A letter names no post whose title tells something sensitive.
fn can_be_said(title: &Plain) -> bool {
    !title.is_empty() && !is_sensitive(title.as_str())
}

fn in_title(post: &Post) -> Option<Evidence> {
    super::dossier::evidence(post, post.title.clone())
}

/// Their blog among those that are known.
fn theirs<'a>(knowledge: &'a Knowledge, blog: &Blog) -> Option<&'a Known> {
    knowledge.position(blog.id).map(|at| &knowledge.blogs[at])
}

fn found(knowledge: &Knowledge, blog: &Blog, me: &Me) -> Option<Found> {
    let sites = own_sites(blog);
    let mine: Vec<_> = my_blogs(knowledge, me).iter().map(|known| known.blog.id).collect();
    // Whoever reads their own blog did not find anybody through it.
    let is_other = |known: &&Known| known.blog.id != blog.id && !mine.contains(&known.blog.id);
    let followed = || knowledge.followed().map(|at| &knowledge.blogs[at]).filter(is_other);
    let linking = followed().filter_map(|known| Some((known, link_to(known, &sites)?)));
    let linking = linking.filter(|(_, source)| !is_sensitive(source.post_title.as_str()));
    let linked = linking.max_by_key(|(_, source)| source.published).map(|(known, source)| Found {
        how: if source.published.is_some() { How::Linked } else { How::Listed },
        by: known.blog.title.clone(),
        source,
    });
    linked.or_else(|| {
        let them = theirs(knowledge, blog)?;
        let answers = followed().filter_map(|known| {
            let source = link_to(them, &own_sites(&known.blog))
                .filter(|source| source.published.is_some() && can_be_said(&source.post_title))?;
            Some((known, source))
        });
        let (known, source) = answers.max_by_key(|(_, source)| source.published)?;
        Some(Found { how: How::Answered, by: known.blog.title.clone(), source })
    })
}

/// The phrase that they and the user share, with a post of theirs in which it stands as it is written. The user's own
/// blog counts before those that they read.
fn topic(knowledge: &Knowledge, blog: &Blog, posts: &[&Written], me: &Me) -> Option<Fact> {
    let them = theirs(knowledge, blog)?;
    let language = them.profile.language.as_deref();
    let own: Vec<&Known> = my_blogs(knowledge, me);
    let followed: Vec<&Known> = knowledge.followed().map(|at| &knowledge.blogs[at]).collect();
    for mine in [own, followed] {
        let shared = |topic: &Topic| {
            mine.iter()
                .filter(|known| known.blog.id != blog.id)
                .flat_map(|known| &known.profile.phrases)
                .filter(|other| other.stems == topic.stems)
                .map(|other| other.posts)
                .max()
        };
        let mut topics: Vec<(&Topic, f64)> = them
            .profile
            .topics()
            .take(150)
            .filter(|topic| is_telling(topic))
            .filter_map(|topic| Some((topic, worth(topic, shared(topic)?))))
            .collect();
        topics.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.stems.cmp(&b.0.stems)));
        if let Some(fact) =
            topics.into_iter().take(30).find_map(|(topic, _)| stands_in(&topic.written, posts, language))
        {
            return Some(fact);
        }
    }
    None
}

/// Not a number, a name in capitals or a word of everyday.
fn is_telling(topic: &Topic) -> bool {
    let written = topic.written.as_str();
    let letters = written.chars().filter(|c| c.is_alphabetic()).count();
    let rarest = topic.stems.split(' ').map(background::share).fold(1.0, f64::min);
    letters >= 4 && !written.contains(|c: char| c.is_ascii_digit()) && rarest < 0.02
}

fn worth(topic: &Topic, shared: u32) -> f64 {
    let words = topic.stems.split(' ').count() as f64;
    let rarest = topic.stems.split(' ').map(background::share).fold(1.0, f64::min);
    (1.0 / rarest).ln() * (0.6 + 0.4 * words) * f64::from(topic.posts.min(shared)).ln_1p()
}

/// The newest post of theirs that holds the words as they are written, whatever their capitals.
fn stands_in(words: &Plain, posts: &[&Written], language: Option<&str>) -> Option<Fact> {
    let text = format!(r"\b{}\b", regex::escape(words.as_str()));
    let pattern = regex::RegexBuilder::new(&text).case_insensitive(true).build().ok()?;
    posts.iter().filter(|one| !is_sensitive(one.post.title.as_str())).find_map(|one| {
        let text = super::own_words::OwnWords::of(&one.html).own;
        let (found, quote) = pattern.find_iter(text.as_str()).find_map(|found| {
            let quote = quote_at(text.as_str(), found.start(), found.len());
            let is_noun = stands_as_noun(text.as_str(), found.range(), language);
            let can_be_said = is_noun && !is_sensitive(quote.as_str());
            can_be_said.then_some((found, quote))
        })?;
        let source = super::dossier::evidence(&one.post, quote)?;
        Some(Fact { text: Plain::line(found.as_str()), source })
    })
}

fn my_blogs<'a>(knowledge: &'a Knowledge, me: &Me) -> Vec<&'a Known> {
    let sites: Vec<String> = me.blogs.iter().filter_map(|page| site::key(page.url())).collect();
    let owners = knowledge.sites();
    sites.iter().filter_map(|site| owners.get(site)).map(|&at| &knowledge.blogs[at]).collect()
}

/// Somebody whom they link to: best who links to the user, then whom the user reads.
fn friend(knowledge: &Knowledge, blog: &Blog, me: &Me) -> Option<Friend> {
    let them = theirs(knowledge, blog)?;
    let mine = me.blogs.iter().filter_map(|page| site::key(page.url())).collect();
    let mut friends: Vec<Friend> = Vec::new();
    for known in &knowledge.blogs {
        let sites = own_sites(&known.blog);
        let is_mine = me.blogs.iter().any(|page| site::key(page.url()).is_some_and(|key| sites.contains(&key)));
        if known.blog.id == blog.id || is_mine {
            continue;
        }
        let Some(linked_by_them) = link_to(them, &sites) else { continue };
        let links_to_me = link_to(known, &mine);
        if links_to_me.is_none() && !known.followed {
            continue;
        }
        let home = || known.blog.site_url.as_ref().and_then(|site| PageUrl::from_url(site.url().clone()));
        let page = links_to_me.as_ref().map(|page| page.post_url.clone()).or_else(home);
        let Some(page) = page else { continue };
        let name = known.blog.author.clone().or_else(|| known.person.name.clone());
        let name = name.unwrap_or_else(|| known.blog.title.clone());
        friends.push(Friend { name, page, links_to_me, linked_by_them });
    }
    friends.into_iter().max_by_key(|friend| {
        (friend.links_to_me.is_some(), friend.linked_by_them.published, std::cmp::Reverse(friend.page.clone()))
    })
}

/// The newest post of the user's own blog that links to one of theirs.
fn mention(knowledge: &Knowledge, blog: &Blog, me: &Me) -> Option<Mention> {
    let sites = own_sites(blog);
    let mentions = my_blogs(knowledge, me).into_iter().flat_map(|known| {
        let edges = known.edges.edges.iter().filter(|edge| edge.is_authors());
        edges.filter(|edge| edge.site.as_ref().is_some_and(|site| sites.contains(site))).filter_map(|edge| {
            let source = known.edges.sources.get(edge.source as usize)?;
            Some((source.published, Mention { source: source.url.clone(), target: edge.target.clone() }))
        })
    });
    mentions.max_by_key(|(published, mention)| (*published, page_key(mention.source.url()))).map(|(_, mention)| mention)
}
