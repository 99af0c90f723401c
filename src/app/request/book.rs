//! The contact book: who is in it, and every change to it.

use serde::{Deserialize, Serialize};

use super::{Request, Tell};
use crate::{
    app::{
        App, AppError,
        book::{Added, Edit},
        forget::Gone,
        take_in_people::Imported,
    },
    model::{Person, Plain, Standing},
    people::{Entry, Filter, Outcome},
};

/// Who is in the book, by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct People {
    pub filter: Filter,
}

impl Request for People {
    const NAME: &'static str = "people";
    const CHANGES: bool = false;
    type Answer = Vec<Person>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Person>, AppError> {
        Ok(self.filter.of(app.store.people()?))
    }
}

/// One person, in the book or behind a blog that is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Show {
    pub who: String,
}

impl Request for Show {
    const NAME: &'static str = "person";
    const CHANGES: bool = false;
    type Answer = Person;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Person, AppError> {
        app.with_silence(app.with_ways(app.find_person(&self.who)?)?)
    }
}

/// Change what is known of somebody. The answer is how they are afterwards.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EditPerson {
    pub who: String,
    pub edits: Vec<Edit>,
}

impl Request for EditPerson {
    const NAME: &'static str = "edit_person";
    const CHANGES: bool = true;
    type Answer = Person;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Person, AppError> {
        let person = app.find_person(&self.who)?;
        app.edit_person(&person, self.edits).await
    }
}

/// Note where the user stands with somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StandWith {
    pub who: String,
    pub standing: Standing,
    pub because: Option<Plain>,
    pub quote: Option<Plain>,
}

impl Request for StandWith {
    const NAME: &'static str = "stand_with";
    const CHANGES: bool = true;
    type Answer = Person;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Person, AppError> {
        let person = app.find_person(&self.who)?;
        app.stand_with(&person, self.standing, self.because, self.quote).await?;
        app.again(&person)
    }
}

/// Take somebody into the book by an address of theirs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddPerson {
    pub address: String,
    pub name: Option<Plain>,
    pub from: Option<Plain>,
    pub met: Option<Plain>,
}

impl Request for AddPerson {
    const NAME: &'static str = "add_person";
    const CHANGES: bool = true;
    type Answer = Added;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Added, AppError> {
        app.add_person(&self.address, self.name, self.from, self.met).await
    }
}

/// Make two entries one, or only tell what would become of each field.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MergePeople {
    /// The entry that stays.
    pub into: String,
    pub other: String,
    pub dry_run: bool,
}

impl Request for MergePeople {
    const NAME: &'static str = "merge_people";
    const CHANGES: bool = true;
    type Answer = Vec<Outcome>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Outcome>, AppError> {
        let (into, other) = (app.find_person(&self.into)?, app.find_person(&self.other)?);
        app.merge_people(&into, &other, self.dry_run).await
    }
}

/// Rub out everything about somebody, for good, or only tell what would go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ForgetPerson {
    pub who: String,
    pub dry_run: bool,
}

impl Request for ForgetPerson {
    const NAME: &'static str = "forget_person";
    const CHANGES: bool = true;
    type Answer = Gone;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Gone, AppError> {
        app.forget_person(&self.who, self.dry_run).await
    }
}

/// Make entries that were merged several again, or take one blog out into an entry of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SplitPerson {
    pub who: String,
    pub blog: Option<String>,
}

impl Request for SplitPerson {
    const NAME: &'static str = "split_person";
    const CHANGES: bool = true;
    type Answer = Vec<Person>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Person>, AppError> {
        let person = app.find_person(&self.who)?;
        app.split_person(&person, self.blog.as_deref()).await
    }
}

/// Take the entries of another address book in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportPeople {
    pub entries: Vec<Entry>,
}

impl Request for ImportPeople {
    const NAME: &'static str = "import_people";
    const CHANGES: bool = true;
    type Answer = Vec<Imported>;

    async fn carry_out(self, app: &App, _: Tell<'_>) -> Result<Vec<Imported>, AppError> {
        app.import_people(self.entries).await
    }
}
