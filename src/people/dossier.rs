//! "Who are these people anyway?": one page of facts about whoever writes a blog, each with the page that it stands on.
//! No score: what is unknown is said, and the verdict is the reader's.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    own_words::OwnWords,
    red_lines::RedLines,
    shops,
    speech::{self, Spoken},
};
use crate::{
    discover::{
        Knowledge, Person,
        edges::{self, own_sites},
        knowledge::Known,
        profile::{self, PostText, Profile, Topic},
        site,
    },
    feed::SafeHtml,
    model::{Blog, Contact, ContactKind, Evidence, Link, PageUrl, Plain, Post, RedLine, Standing, Timestamp},
    page::{self, Page},
    text::{background, sensitive::is_sensitive},
};

/// Years that are told, the newest first.
const MOST_YEARS: usize = 12;
const PHRASES_A_YEAR: usize = 6;
const MOST_LINKED: usize = 15;
/// Characters of what they say of themselves.
const LONGEST_ABOUT: usize = 500;
/// A blog whose oldest post is younger than this is said to be young.
const YOUNG_DAYS: i64 = 270;

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

/// Phrases of each year, the most telling first; tags where the language has no words that are parted.
fn topics(texts: &[PostText], language: Option<&str>) -> Vec<Year> {
    use chrono::Datelike;
    let mut years: BTreeMap<i32, Vec<PostText>> = BTreeMap::new();
    for one in texts {
        if let Some(date) = dated(&one.post) {
            years.entry(date.calendar().year()).or_default().push(one.clone());
        }
    }
    let of_year = |(year, posts): (i32, Vec<PostText>)| {
        let mut phrases = telling(&profile::of(&posts, language, 0), language);
        if phrases.is_empty() {
            phrases = tags(&posts);
        }
        Year { year, phrases, posts: posts.len() }
    };
    years.into_iter().rev().take(MOST_YEARS).map(of_year).collect()
}

/// The phrases that are rarer at large than with them, without those that repeat a word of another.
fn telling(profile: &Profile, language: Option<&str>) -> Vec<Plain> {
    let english = language.is_none_or(|language| language == "en");
    let worth = |topic: &Topic| {
        // The table of everyday words is made of English ones; stop words of other languages never get here.
        let rarity = |stem: &str| if english { (1.0 / background::share(stem)).ln() } else { 5.0 };
        let words: Vec<f64> = topic.stems.split(' ').map(rarity).collect();
        let rarest = words.iter().copied().fold(0.0, f64::max);
        rarest * (1.0 + 0.3 * (words.len() as f64 - 1.0)) * f64::from(topic.posts).ln_1p()
    };
    let reads_well = |topic: &&Topic| {
        topic.written.as_str().chars().filter(|c| c.is_alphabetic()).count() >= 4
            && !topic.written.as_str().contains(|c: char| c.is_ascii_digit())
    };
    let mut sorted: Vec<(&Topic, f64)> = profile
        .topics()
        .filter(reads_well)
        .map(|topic| (topic, worth(topic)))
        .filter(|(_, worth)| *worth > 3.0)
        .collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.stems.cmp(&b.0.stems)));
    let (mut chosen, mut used): (Vec<Plain>, HashSet<&str>) = (Vec::new(), HashSet::new());
    for (topic, _) in sorted {
        if chosen.len() < PHRASES_A_YEAR && !topic.stems.split(' ').any(|stem| used.contains(stem)) {
            used.extend(topic.stems.split(' '));
            chosen.push(topic.written.clone());
        }
    }
    chosen
}

fn tags(posts: &[PostText]) -> Vec<Plain> {
    let mut counts: HashMap<&Plain, usize> = HashMap::new();
    let tags = posts.iter().flat_map(|one| &one.post.tags);
    for tag in tags.filter(|tag| !is_sensitive(tag.as_str())) {
        *counts.entry(tag).or_default() += 1;
    }
    let mut sorted: Vec<(&Plain, usize)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    sorted.into_iter().take(PHRASES_A_YEAR).map(|(tag, _)| tag.clone()).collect()
}

fn links_to(material: &Material<'_>, edges: &edges::Edges) -> Vec<Linked> {
    let knowledge = material.knowledge;
    let sites = knowledge.sites();
    let owner = |site: &str| sites.get(site).map(|&at| &knowledge.blogs[at]);
    let mut by_site: BTreeMap<&str, Vec<&edges::Edge>> = BTreeMap::new();
    for edge in edges.edges.iter().filter(|edge| edge.is_authors()) {
        if let Some(site) = &edge.site {
            by_site.entry(site).or_default().push(edge);
        }
    }
    let mut linked: Vec<Linked> = Vec::new();
    for (site, found) in &by_site {
        let sources: HashSet<u32> = found.iter().map(|edge| edge.source).collect();
        let newest = found.iter().filter_map(|edge| Some((edge, edges.sources.get(edge.source as usize)?)));
        let Some((edge, source)) = newest.max_by_key(|(_, source)| source.published) else { continue };
        let quote = if edge.quote.is_empty() { source.title.clone() } else { edge.quote.clone() };
        let evidence = Evidence {
            post_url: source.url.clone(),
            post_title: source.title.clone(),
            quote,
            published: source.published,
        };
        linked.extend(named(owner(site), site, &edge.target, sources.len(), evidence));
    }
    let roll = knowledge.position(material.blog.id).map(|at| &knowledge.blogs[at].roll);
    for link in roll.into_iter().flat_map(|roll| &roll.links).filter(|link| link.declared) {
        if !by_site.contains_key(link.site.as_str()) {
            let quote = if link.text.is_empty() { Plain::line(link.target.host()) } else { link.text.clone() };
            let evidence =
                Evidence { post_url: link.page.clone(), post_title: link.page_title.clone(), quote, published: None };
            linked.extend(named(owner(&link.site), &link.site, &link.target, 0, evidence));
        }
    }
    linked.sort_by_key(|one| std::cmp::Reverse((one.followed, one.posts, one.evidence.published)));
    linked.truncate(MOST_LINKED);
    linked
}

fn named(known: Option<&Known>, site: &str, target: &PageUrl, posts: usize, evidence: Evidence) -> Option<Linked> {
    let home = known.and_then(|known| known.blog.site_url.as_ref()).map(|site| site.url().clone());
    let url = home.or_else(|| site::home(target.url())).and_then(PageUrl::from_url)?;
    let title = known.map_or_else(|| Plain::line(site), |known| known.blog.title.clone());
    Some(Linked { title, url, followed: known.is_some_and(|known| known.followed), posts, evidence })
}

fn linked_by(material: &Material<'_>) -> Vec<LinkedBy> {
    let sites = own_sites(&material.blog);
    let mut found = Vec::new();
    for index in material.knowledge.followed() {
        let known = &material.knowledge.blogs[index];
        if known.blog.id == material.blog.id {
            continue;
        }
        if let Some(evidence) = link_to(known, &sites) {
            found.push(LinkedBy { blog: known.blog.clone(), evidence });
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.evidence.published));
    found
}

/// How a blog links to one of `sites`: the newest post that does, else a blogroll, else another page.
pub fn link_to(known: &Known, sites: &HashSet<String>) -> Option<Evidence> {
    let leads_there = |edge: &&edges::Edge| edge.site.as_ref().is_some_and(|site| sites.contains(site));
    let edges = known.edges.edges.iter().filter(|edge| edge.is_authors()).filter(leads_there);
    let newest = edges
        .filter_map(|edge| Some((edge, known.edges.sources.get(edge.source as usize)?)))
        .max_by_key(|(_, source)| source.published);
    if let Some((edge, source)) = newest {
        let quote = if edge.quote.is_empty() { source.title.clone() } else { edge.quote.clone() };
        return Some(Evidence {
            post_url: source.url.clone(),
            post_title: source.title.clone(),
            quote,
            published: source.published,
        });
    }
    let link = known.roll.links.iter().filter(|link| sites.contains(&link.site)).max_by_key(|link| link.declared)?;
    let quote = if link.text.is_empty() { Plain::line(link.target.host()) } else { link.text.clone() };
    Some(Evidence { post_url: link.page.clone(), post_title: link.page_title.clone(), quote, published: None })
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

fn unknown(
    material: &Material<'_>,
    who: &Who,
    linked_by: &[LinkedBy],
    contact: &[Contact],
    profile: &profile::Profile,
) -> Vec<String> {
    let mut lines = material.missing.clone();
    match &who.name {
        None => lines.push("They give no name.".into()),
        Some(name) => {
            if let Some(author) = material.blog.author.as_ref().filter(|author| !same_person(name, author)) {
                lines.push(format!("The page is by {name}, the feed by {author}."));
            }
        }
    }
    if material.home.is_some() && material.about.is_none() {
        lines.push("No page on which they tell about themselves was found.".into());
    }
    if contact.is_empty() {
        lines.push("They publish no way to reach them, or none was found.".into());
    }
    match (profile.first_post, material.posts.len()) {
        (_, 0) => lines.push("Nothing that they wrote could be read.".into()),
        (None, _) => lines.push("None of their posts has a date.".into()),
        (Some(first), count) => {
            let days = material.now.since(first).as_secs() as i64 / 86_400;
            if days < YOUNG_DAYS {
                lines.push(format!(
                    "Nothing older than {} was found: the blog is young, or its feed short.",
                    first.day()
                ));
            } else {
                lines.push(format!(
                    "The {count} posts that were looked at go back to {}; what was before is unknown.",
                    first.day()
                ));
            }
        }
    }
    let undated = material.posts.iter().filter(|one| dated(&one.post).is_none()).count();
    if profile.first_post.is_some() && undated > 0 {
        lines.push(format!("{undated} of their posts have no date."));
    }
    let ahead = material.posts.iter().filter(|one| dated(&one.post) > Some(Timestamp(material.now.0 + 86_400))).count();
    if ahead > 0 {
        lines.push(format!("{ahead} of their posts are dated in the future."));
    }
    if !material.whole && !material.posts.is_empty() {
        lines.push("Only the beginnings that are kept of strangers' posts were looked at, and not whole texts.".into());
    }
    if linked_by.is_empty() {
        lines.push("Nobody whom you follow links to them.".into());
    }
    for Copied { post, elsewhere, by } in &material.copies {
        let date = |evidence: &Evidence| evidence.published.map(|date| format!(", {}", date.day())).unwrap_or_default();
        lines.push(format!(
            "“{}” ({}{}) stands nearly word for word in “{}” by {by} ({}{}).",
            post.post_title,
            post.post_url,
            date(post),
            elsewhere.post_title,
            elsewhere.post_url,
            date(elsewhere)
        ));
    }
    let selling: Vec<(&Written, &Link)> = material
        .posts
        .iter()
        .filter_map(|one| Some((one, one.links.iter().find(|link| shops::pays(link.target.url()))?)))
        .collect();
    if let Some((one, link)) = selling.first() {
        let at = one.post.url.as_ref().map(|url| format!(" ({url})")).unwrap_or_default();
        lines.push(format!(
            "{} of {} posts have links that pay whoever sends a buyer, such as one to {} in “{}”{at}.",
            selling.len(),
            material.posts.len(),
            link.target.host(),
            one.post.label()
        ));
    }
    for name in material.red_lines.passed_over() {
        lines.push(format!(
            "Your red line “{name}” is told by meaning (about, when), which penpal does not look for yet."
        ));
    }
    lines
}

/// Whether two names may be one person's: a word of one is a word of the other.
fn same_person(a: &Plain, b: &Plain) -> bool {
    let words = |name: &Plain| -> HashSet<String> {
        let lower = name.as_str().to_lowercase();
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    a.is_empty() || b.is_empty() || !a.is_disjoint(&b)
}

/// A post's head as evidence with these words of it.
pub fn evidence(post: &Post, quote: Plain) -> Option<Evidence> {
    Some(Evidence { post_url: post.url.clone()?, post_title: post.label(), quote, published: dated(post) })
}
