//! Facts of a look become traits, and all traits together tell who is set aside.

use std::collections::{BTreeSet, HashMap, HashSet};

use url::Url;

use super::{
    Knowledge, Named, again,
    edges::own_sites,
    keys,
    knowledge::{Entry, Known, Stop, on_a_thread, read_posts},
    persons::{self, One},
    site,
    theirs::Theirs,
    traits::{self, Traits},
};
use crate::{
    feed::{Feed, SafeHtml},
    model::{Blog, BlogId, FeedUrl, LinkKind, PageUrl, Plain, Standing},
    page::Page,
    store::{Batch, Store, StoreError, Writer, codec, write::WriteError},
};

/// The traits of a blog from its feed and its home page; `site` is where it was found, if that is its own.
pub fn of_feed(url: &FeedUrl, site: Option<&str>, feed: &Feed, home: Option<(&Page, &Url)>) -> Traits {
    let own: HashSet<String> =
        [site::key(url.url()), home.and_then(|(_, url)| site::key(url)), site.map(str::to_owned)]
            .into_iter()
            .flatten()
            .collect();
    let names = |entry: &crate::feed::Entry| entry.authors.iter().filter_map(|author| author.name.clone()).collect();
    let texts: Vec<(Plain, Vec<Plain>)> = feed
        .entries
        .iter()
        .take(traits::MOST_POSTS)
        .map(|entry| (entry.body().map(SafeHtml::text).unwrap_or_default(), names(entry)))
        .collect();
    let posts = feed.entries.iter().zip(&texts).map(|(entry, (text, authors))| traits::Seen {
        url: entry.link.as_ref(),
        title: entry.title.as_ref().map_or("", Plain::as_str),
        authors,
        published: entry.published.or(entry.updated),
        text: text.as_str(),
        taken: entry.source.is_some(),
    });
    traits::of(&own, home, &posts.collect::<Vec<_>>())
}

/// The same from the posts that lie in the store.
pub fn of_stored(store: &Store, blog: &Blog, home: Option<(&Page, &Url)>) -> Result<Traits, StoreError> {
    let texts = read_posts(store, blog.id)?;
    let posts = texts.iter().map(|one| traits::Seen {
        url: one.post.url.as_ref().map(PageUrl::url),
        title: one.post.title.as_str(),
        authors: &one.post.authors,
        published: one.post.published.or(one.post.updated),
        text: one.text.as_str(),
        taken: one.links.iter().any(|link| link.kind == LinkKind::Source),
    });
    Ok(traits::of(&own_sites(blog), home, &posts.collect::<Vec<_>>()))
}

/// All blogs that were looked at, as far as it matters for whose they are.
fn all(store: &Store, knowledge: &Knowledge) -> Result<Vec<One>, StoreError> {
    let (standings, unfollowed) = (store.standings()?, store.unfollowed(0)?);
    let mut of_blog: HashMap<_, Traits> = store.discovered_all(keys::TRAITS)?.into_iter().collect();
    let mut linked_by: HashMap<String, usize> = HashMap::new();
    for known in &knowledge.blogs {
        sites_linked(known).into_iter().for_each(|site| *linked_by.entry(site).or_default() += 1);
    }
    let looked_at = knowledge.blogs.iter().filter_map(|known| {
        let sites = own_sites(&known.blog);
        Some(One {
            traits: of_blog.remove(known.blog.id.0.as_slice())?,
            id: known.blog.id,
            title: known.blog.title.clone(),
            followed: known.followed,
            own: known.own,
            judged: standings.get(&known.blog.id).is_some_and(|(standing, _)| *standing != Standing::New)
                || unfollowed.contains_key(&known.blog.id),
            links: sites_linked(known),
            linked_by: sites.iter().filter_map(|site| linked_by.get(site)).sum(),
            sites,
        })
    });
    Ok(looked_at.collect())
}

/// Blogs that go with some of these when their writer is to be forgotten ([`persons::declared_with`]), those included.
pub fn declared_with(store: &Store, some: &BTreeSet<BlogId>) -> Result<BTreeSet<BlogId>, StoreError> {
    Ok(persons::declared_with(&all(store, &Knowledge::load_links(store)?)?, some))
}

/// Tells anew who is set aside, if the user follows others since, or somebody was forgotten: what was said of whoever is one
/// person with somebody who is followed does not hold any more.
pub async fn catch_up(store: &Store, writer: &Writer, named: &Named, stop: &Stop) -> Result<(), WriteError> {
    let theirs = Theirs::now(store, named)?;
    let told: Option<[u8; 32]> = store.discovered(keys::TOLD_APART)?;
    if stop.is_told() || told == Some(theirs.mark_of_blogs()) {
        return Ok(());
    }
    let (reader, sites) = (store.clone(), named.sites());
    let records = on_a_thread(move || {
        let mut knowledge = Knowledge::load_links(&reader)?;
        knowledge.mark_own(&sites);
        set_aside(&reader, &knowledge, &theirs)
    });
    writer.apply(Batch::Discovery(records.await?)).await
}

/// Who is set aside by all that is known, as records. `theirs` is as it was when `knowledge` was loaded.
pub fn set_aside(store: &Store, knowledge: &Knowledge, theirs: &Theirs) -> Result<Vec<Entry>, StoreError> {
    let blogs = all(store, knowledge)?;
    let mut aside = persons::set_aside(&blogs);
    let followed: HashSet<BlogId> = blogs.iter().filter(|one| one.followed || one.own).map(|one| one.id).collect();
    let left_out = again::left_out(store)?.into_iter().filter(|(id, _)| !followed.contains(id));
    left_out.for_each(|(id, why)| {
        aside.entry(id).or_insert(why);
    });
    let mut records: Vec<Entry> = store
        .discovered_all::<Plain>(keys::ASIDE)?
        .into_iter()
        .filter(|(id, _)| BlogId::from_slice(id).is_none_or(|id| !aside.contains_key(&id)))
        .map(|(id, _)| ([keys::ASIDE, &id].concat(), None))
        .collect();
    records.push((keys::RECKONED.to_vec(), None));
    records.push((keys::TOLD_APART.to_vec(), Some(codec::encode(&theirs.mark_of_blogs())?)));
    for (id, because) in aside {
        records.push((keys::of(keys::ASIDE, id), Some(codec::encode(&because)?)));
    }
    Ok(records)
}

fn sites_linked(known: &Known) -> HashSet<String> {
    let in_posts = known.edges.edges.iter().filter(|edge| edge.is_authors()).filter_map(|edge| edge.site.clone());
    in_posts.chain(known.roll.links.iter().map(|link| link.site.clone())).collect()
}
