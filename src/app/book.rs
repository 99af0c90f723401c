//! The contact book: who is in it, who is meant, and every change to it. What is asked is durable when it returns.

use super::{App, AppError};
use crate::{
    journal::Act,
    model::{Blog, Change, Element, Field, Person, PersonId, Plain, Standing, Timestamp},
    people::who,
};

impl App {
    /// Somebody in the book, or whoever writes a blog that is followed or known.
    pub fn find_person(&self, who: &str) -> Result<Person, AppError> {
        let people = self.store.people()?;
        match who::meant(&people, who).as_slice() {
            [one] => Ok((*one).clone()),
            [] => match self.find_blog(who) {
                Ok(blog) => Ok(self.person_of(&blog)?),
                Err(AppError::NoBlog { name }) => Err(AppError::NoPerson { name }),
                Err(error) => Err(error),
            },
            several => {
                let candidates: Vec<String> = several.iter().map(|person| candidate(person)).collect();
                Err(AppError::ManyPeople { name: Plain::line(who), candidates: candidates.join("\n") })
            }
        }
    }

    /// Whoever writes a blog, in the book or not.
    pub fn person_of(&self, blog: &Blog) -> Result<Person, AppError> {
        Ok(self.store.person_behind(blog.id)?.unwrap_or_else(|| behind(blog, self.now())))
    }

    /// Notes changes to somebody, who comes into the book with the first of them.
    pub async fn change_person(&self, person: &Person, mut changes: Vec<Change>) -> Result<(), AppError> {
        if changes.is_empty() {
            return Ok(());
        }
        if self.store.person(person.id)?.is_none_or(|known| known.blogs.len() < person.blogs.len()) {
            let blogs = person.blogs.iter().cloned().map(|blog| Change::Add(Element::Blog(Box::new(blog))));
            changes.splice(0..0, blogs);
        }
        Ok(self.writer.act(vec![Act::Person { of: person.id, changes }]).await?)
    }

    /// Notes where the user stands with somebody, and why. Without a reason, what was said before is taken back.
    pub async fn stand_with(
        &self,
        person: &Person,
        standing: Standing,
        because: Option<Plain>,
        quote: Option<Plain>,
    ) -> Result<(), AppError> {
        let mut changes = Vec::new();
        if person.standing != standing {
            changes.push(Change::Stand { to: standing, before: person.standing });
        }
        for (field, to, before) in [(Field::Because, because, &person.because), (Field::Quote, quote, &person.quote)] {
            if to != *before {
                changes.push(Change::Set { field, to, before: before.clone() });
            }
        }
        self.change_person(person, changes).await
    }
}

/// Somebody of whom only a blog is known, as they would come into the book.
pub fn behind(blog: &Blog, now: Timestamp) -> Person {
    Person {
        id: PersonId::of_blog(blog.id),
        name: blog.author.clone().unwrap_or_else(|| blog.title.clone()),
        standing: Standing::New,
        stood: None,
        blogs: vec![blog.clone()],
        pages: Vec::new(),
        reach: Vec::new(),
        tags: Vec::new(),
        circles: Vec::new(),
        met: None,
        from: None,
        because: None,
        quote: None,
        log: Vec::new(),
        cards: Vec::new(),
        since: now,
        changed: now,
        merged: Vec::new(),
    }
}

/// A line for whoever has to choose.
fn candidate(person: &Person) -> String {
    let address = person.reach.first().map(|contact| contact.value.to_string());
    let blog = || person.blogs.first().map(|blog| blog.feed_url.to_string());
    format!("  {}  {}  {}", &person.id.to_string()[..8], person.name, address.or_else(blog).unwrap_or_default())
}
