//! Somebody contacts me, or I met them elsewhere: reading a blog that nobody follows, and who of mine knows them.

use super::{App, AppError};
use crate::{
    discover::{
        self, Knowledge,
        edges::own_sites,
        knowledge::{read_posts, reckon},
    },
    model::{Blog, Contact, Person, SiteUrl},
    poll::Answer,
    store::Batch,
};

impl App {
    /// Reads the blog at an address that the user named, without following it.
    pub async fn meet(&self, address: &str) -> Result<Blog, AppError> {
        let found = self.web()?.find_feed(address, self.now()).await?;
        let site_url = found.feed.link.clone().and_then(SiteUrl::from_url);
        let they = Blog { site_url, ..Blog::unknown(found.feed_url.clone()) };
        self.check_not_forgotten(&self.person_of(&they)?)?;
        let answer = Answer::Feed(found.reply, Box::new(found.feed));
        let (blog, _) = self.absorb(&found.feed_url, answer).await?;
        let posts = read_posts(&self.store, blog.id)?;
        let records = reckon(&blog, &posts, self.store.current(blog.id)?.revision)?;
        self.writer.apply(Batch::Discovery(records)).await?;
        Ok(blog)
    }

    /// The ways to reach somebody that their own pages name.
    pub(super) fn ways_to(&self, person: &Person) -> Result<Vec<Contact>, AppError> {
        let mut ways = Vec::new();
        for blog in &person.blogs {
            let known = discover::Person::behind(&self.store, blog.id)?;
            ways.extend(known.unwrap_or_default().contact);
        }
        ways.retain(|way| !person.reach.contains(way));
        Ok(ways)
    }

    /// Somebody for whom no way to reach them was noted, with those that their own pages name.
    pub fn with_ways(&self, person: Person) -> Result<Person, AppError> {
        let reach = if person.reach.is_empty() { self.ways_to(&person)? } else { person.reach.clone() };
        Ok(Person { reach, ..person })
    }

    /// Followed blogs that link to one of somebody's.
    pub(super) fn linking_to(&self, person: &Person) -> Result<Vec<Blog>, AppError> {
        let sites: std::collections::HashSet<String> = person.blogs.iter().flat_map(own_sites).collect();
        if sites.is_empty() {
            return Ok(Vec::new());
        }
        let knowledge = Knowledge::load(&self.store)?;
        let linking = knowledge.followed().map(|index| &knowledge.blogs[index]).filter(|known| {
            let in_posts =
                known.edges.edges.iter().any(|edge| edge.site.as_ref().is_some_and(|site| sites.contains(site)));
            in_posts || known.roll.links.iter().any(|link| sites.contains(&link.site))
        });
        Ok(linking.map(|known| known.blog.clone()).collect())
    }
}
