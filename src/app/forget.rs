//! Forgetting somebody who asked for it: everything about them goes, and only keyed hashes stay, so that they do not
//! come back. Nothing brings it back but following their blog anew.

use std::{collections::BTreeSet, fs, io::Read};

use serde::{Deserialize, Serialize};

use super::{App, AppError, first_frame, left_off};
use crate::{
    discover::{aside::declared_with, edges::own_sites, site},
    journal::Act,
    model::{Blog, FeedUrl, Forget, PageUrl, Person, PersonId, Plain, Trace},
};

/// What goes, or went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gone {
    pub name: Plain,
    pub blogs: Vec<Blog>,
    /// How many of them were followed.
    pub followed: usize,
    pub posts: usize,
    /// Notes, letters and what else passed.
    pub log: usize,
}

impl App {
    /// Forgets whoever is called so, also somebody who was never met; with `dry_run` only tells what would go.
    pub async fn forget_person(&self, who: &str, dry_run: bool) -> Result<Gone, AppError> {
        let (person, traces) = match self.find_person(who) {
            Ok(person) => {
                let traces = self.traces(&person)?;
                (Some(person), traces)
            }
            Err(AppError::NoPerson { name }) => (None, traces_of_address(who).ok_or(AppError::NoPerson { name })?),
            Err(error) => return Err(error),
        };
        let mut blogs: Vec<Blog> = self.store.blogs()?;
        let named =
            blogs.iter().filter(|blog| traces.contains(&Trace::Blog(blog.id)) || is_at_a_site_of(blog, &traces));
        // Else they would come back under their other name.
        let theirs = declared_with(&self.store, &named.map(|blog| blog.id).collect())?;
        blogs.retain(|blog| theirs.contains(&blog.id));
        let mut traces: Vec<Trace> = traces.into_iter().collect();
        traces.extend(blogs.iter().flat_map(|blog| {
            let sites = own_sites(blog).into_iter().map(Trace::Site);
            sites.chain([Trace::Blog(blog.id), Trace::Person(PersonId::of_blog(blog.id))])
        }));
        let mut gone = Gone {
            name: person.as_ref().map_or_else(|| Plain::line(who), |person| person.name.clone()),
            followed: 0,
            posts: 0,
            log: person.as_ref().map_or(0, |person| person.log.len()),
            blogs,
        };
        for blog in &gone.blogs {
            gone.followed += usize::from(self.store.subscription(blog.id)?.is_some());
            gone.posts += self.store.posts_of(blog.id).count();
        }
        if dry_run {
            return Ok(gone);
        }
        let folder = |source| AppError::Folder { folder: self.paths.data.clone(), source };
        let mut salt = [0; 32];
        fs::File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut salt)).map_err(folder)?;
        self.writer.act(vec![Act::Forget(Forget::new(salt, &traces))]).await?;
        // Letters that were being written, and the screen that is shown first.
        for passed in person.iter().flat_map(|person| &person.log) {
            let _ = fs::remove_file(self.paths.data.join("outbox").join(format!("{}.txt", passed.id)));
        }
        first_frame::remove(&self.paths.data).map_err(folder)?;
        left_off::remove(&self.paths.data).map_err(folder)?;
        self.forget_near();
        self.store.sync()?;
        Ok(gone)
    }

    /// An error if somebody asked to be forgotten.
    pub(super) fn check_not_forgotten(&self, person: &Person) -> Result<(), AppError> {
        let forgotten = self.store.forgotten()?;
        if !forgotten.is_empty() && self.traces(person)?.iter().any(|trace| forgotten.holds(trace)) {
            return Err(AppError::Forgotten { name: person.name.clone() });
        }
        Ok(())
    }

    /// What somebody can be met by.
    fn traces(&self, person: &Person) -> Result<BTreeSet<Trace>, AppError> {
        let mut traces: BTreeSet<Trace> = person.merged.iter().map(|id| Trace::Person(*id)).collect();
        traces.insert(Trace::Person(person.id));
        for blog in &person.blogs {
            traces.extend([Trace::Blog(blog.id), Trace::Person(PersonId::of_blog(blog.id))]);
            traces.extend(own_sites(blog).into_iter().map(Trace::Site));
        }
        for page in &person.pages {
            traces.insert(Trace::Person(PersonId::of_name(&page.canonical())));
            traces.extend(site::key(page.url()).map(Trace::Site));
        }
        traces.extend(person.reach.iter().map(|contact| Trace::Person(PersonId::of_name(contact.value.as_str()))));
        Ok(traces)
    }
}

fn is_at_a_site_of(blog: &Blog, traces: &BTreeSet<Trace>) -> bool {
    own_sites(blog).into_iter().any(|site| traces.contains(&Trace::Site(site)))
}

/// Of somebody who is known to nobody here: by a web address, a mail address or a handle.
fn traces_of_address(who: &str) -> Option<BTreeSet<Trace>> {
    if let Some(contact) = super::book::reach(who) {
        return Some(BTreeSet::from([Trace::Person(PersonId::of_name(contact.value.as_str()))]));
    }
    let page = PageUrl::parse(who)
        .ok()
        .or_else(|| PageUrl::parse(&format!("https://{who}")).ok().filter(|_| who.contains('.')))?;
    let site = site::key(page.url())?;
    let mut traces = BTreeSet::from([Trace::Site(site), Trace::Person(PersonId::of_name(&page.canonical()))]);
    if let Some(feed) = FeedUrl::from_url(page.url().clone()) {
        let id = crate::model::BlogId::of(&feed);
        traces.extend([Trace::Blog(id), Trace::Person(PersonId::of_blog(id))]);
    }
    Some(traces)
}
