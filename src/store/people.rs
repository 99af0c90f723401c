//! The contact book as registers, and how registers become people.
//!
//! A record of a device sets registers of one entry; the greatest stamp wins, in whatever order records come. An entry
//! that was merged into another gives it what it has; where both say something, the other's own word counts.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    changes::{Changes, Tree},
    codec,
    read::get,
};
use crate::{
    journal::Stamp,
    model::{
        Blog, BlogId, Change, Contact, Element, EntryId, Field, PageUrl, Passed, Person, PersonId, Plain, Standing,
        Timestamp,
    },
};

/// What the user said of one entry of the book.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    fields: BTreeMap<Field, (Option<Plain>, Stamp)>,
    standing: Option<(Standing, Stamp)>,
    /// By [`Element::key`]; `false` is one that was taken away.
    elements: BTreeMap<String, (Element, bool, Came)>,
    log: BTreeMap<EntryId, (Option<Passed>, Stamp)>,
    merged: Option<(Option<PersonId>, Stamp)>,
    first: Option<Stamp>,
    last: Option<Stamp>,
}

/// When a set was changed, and as the how manyth of its record, so that what came together keeps its order.
type Came = (Stamp, u32);

impl Entry {
    fn touch(&mut self, stamp: Stamp) {
        self.first = Some(self.first.map_or(stamp, |first| first.min(stamp)));
        self.last = self.last.max(Some(stamp));
    }

    /// The `place`th change of a record.
    fn change(&mut self, change: Change, stamp: Stamp, place: u32) {
        match change {
            Change::Set { field, to, .. } => {
                if self.fields.get(&field).is_none_or(|(_, before)| *before <= stamp) {
                    self.fields.insert(field, (to, stamp));
                }
            }
            Change::Stand { to, .. } => set(&mut self.standing, to, stamp),
            Change::Add(element) => self.put(element, true, (stamp, place)),
            Change::Remove(element) => self.put(element, false, (stamp, place)),
            Change::Log { id, to, .. } => {
                if self.log.get(&id).is_none_or(|(_, before)| *before <= stamp) {
                    self.log.insert(id, (to.map(|entry| *entry), stamp));
                }
            }
        }
    }

    fn put(&mut self, element: Element, on: bool, came: Came) {
        let key = element.key();
        if self.elements.get(&key).is_none_or(|(.., before)| *before <= came) {
            self.elements.insert(key, (element, on, came));
        }
    }

    fn merged_into(&self) -> Option<PersonId> {
        self.merged.and_then(|(into, _)| into)
    }
}

fn set<T>(register: &mut Option<(T, Stamp)>, value: T, stamp: Stamp) {
    if register.as_ref().is_none_or(|(_, before)| *before <= stamp) {
        *register = Some((value, stamp));
    }
}

/// Entries that a batch changes, so that two records of one person see each other.
#[derive(Debug, Default)]
pub(super) struct Book(BTreeMap<PersonId, Entry>);

impl Book {
    pub(super) fn change(
        &mut self,
        store: &Store,
        of: PersonId,
        changes: Vec<Change>,
        stamp: Stamp,
    ) -> Result<(), StoreError> {
        let entry = self.entry(store, of)?;
        entry.touch(stamp);
        changes.into_iter().zip(0..).for_each(|(change, place)| entry.change(change, stamp, place));
        Ok(())
    }

    pub(super) fn merge(
        &mut self,
        store: &Store,
        of: PersonId,
        into: Option<PersonId>,
        stamp: Stamp,
    ) -> Result<(), StoreError> {
        if let Some(into) = into {
            // Whoever was only ever flagged has no entry, and must have one for as long as another one is merged into it.
            self.entry(store, into)?;
        }
        let entry = self.entry(store, of)?;
        entry.touch(stamp);
        set(&mut entry.merged, into, stamp);
        Ok(())
    }

    fn entry(&mut self, store: &Store, of: PersonId) -> Result<&mut Entry, StoreError> {
        match self.0.entry(of) {
            btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
            btree_map::Entry::Vacant(free) => Ok(free.insert(get(&store.trees.people, of)?.unwrap_or_default())),
        }
    }

    pub(super) fn finish(self, changes: &mut Changes) -> Result<(), StoreError> {
        for (id, entry) in self.0 {
            // The cache may not know a blog that only another device met.
            changes.put(Tree::People, id, codec::encode(&entry)?);
        }
        Ok(())
    }
}

/// The entries that one person is made of, the one that the others were merged into first.
type Group = Vec<(PersonId, Entry)>;

impl Store {
    /// Everybody in the book, by name. Whoever has a standing is in it, also if nothing else was ever noted.
    pub fn people(&self) -> Result<Vec<Person>, StoreError> {
        let stands = self.blog_standings()?;
        let mut people = Vec::new();
        for group in self.groups(&stands, &[])? {
            people.extend(self.person_of(&group, &stands)?);
        }
        people.sort_by_cached_key(|person| (person.name.as_str().to_lowercase(), person.id));
        Ok(people)
    }

    /// Somebody in the book, also by the id of an entry that was merged into theirs.
    pub fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let stands = self.blog_standings()?;
        let group = self.groups(&stands, &[])?.into_iter().find(|group| group.iter().any(|(member, _)| *member == id));
        group.map_or(Ok(None), |group| self.person_of(&group, &stands))
    }

    /// The two as one person, as they would be if `other` were merged into the first at `now`.
    pub fn if_merged(&self, into: &Person, other: &Person, now: Timestamp) -> Result<Option<Person>, StoreError> {
        let stands = self.blog_standings()?;
        let stamp = Stamp { t: (now.0.max(0) as u64).saturating_mul(1000).max(last(into, other)), ..Stamp::default() };
        let groups = self.groups(&stands, &[(into, None, stamp), (other, Some(into.id), stamp)])?;
        let group = groups.into_iter().find(|group| group.iter().any(|(member, _)| *member == into.id));
        group.map_or(Ok(None), |group| self.person_of(&group, &stands))
    }

    /// What entry another one was merged into.
    pub fn merged_into(&self, id: PersonId) -> Result<Option<PersonId>, StoreError> {
        Ok(get::<Entry>(&self.trees.people, id)?.and_then(|entry| entry.merged_into()))
    }

    /// The one entry merged into somebody's that a blog of theirs came by, and where the user stands with that one by
    /// itself. `None` if the blog is in the first entry too, or in several.
    pub fn merged_with(&self, id: PersonId, blog: BlogId) -> Result<Option<(PersonId, Standing)>, StoreError> {
        let stands = self.blog_standings()?;
        let groups = self.groups(&stands, &[])?;
        let group = groups.into_iter().find(|group| group.first().is_some_and(|(root, _)| *root == id));
        let has = |(_, entry): &(PersonId, Entry)| {
            let of_blog = |(element, on, _): &(Element, bool, Came)| matches!(element, Element::Blog(one) if *on && one.id == blog);
            entry.elements.values().any(of_blog)
        };
        let mut having: Group = group.unwrap_or_default().into_iter().filter(has).collect();
        Ok(match (having.pop(), having.is_empty()) {
            (Some((own, entry)), true) if own != id => {
                let standing = standing_of(&vec![(own, entry)], &stands);
                Some((own, standing.map_or(Standing::New, |(standing, _)| standing)))
            }
            _ => None,
        })
    }

    /// The person behind a blog, if they are in the book.
    pub fn person_behind(&self, blog: BlogId) -> Result<Option<Person>, StoreError> {
        Ok(self.people()?.into_iter().find(|person| person.blogs.iter().any(|theirs| theirs.id == blog)))
    }

    /// Where the user stands with each blog's person, as far as the book says so.
    pub(super) fn person_standings(
        &self,
        stands: &BTreeMap<BlogId, (Standing, Stamp)>,
    ) -> Result<BTreeMap<BlogId, (Standing, Stamp)>, StoreError> {
        let mut found = BTreeMap::new();
        for group in self.groups(stands, &[])? {
            if let Some(stands) = standing_of(&group, stands) {
                found.extend(blogs_of(&group).into_iter().map(|blog| (blog.id, stands)));
            }
        }
        Ok(found)
    }

    /// `also` are entries that are taken to be there, with what they are merged into.
    fn groups(
        &self,
        stands: &BTreeMap<BlogId, (Standing, Stamp)>,
        also: &[(&Person, Option<PersonId>, Stamp)],
    ) -> Result<Vec<Group>, StoreError> {
        let mut entries: BTreeMap<PersonId, Entry> = BTreeMap::new();
        for kept in &self.trees.people {
            let (key, value) = kept?;
            if let Some(id) = PersonId::from_slice(&key) {
                entries.insert(id, codec::decode(&value)?);
            }
        }
        for (person, into, stamp) in also {
            let entry = entries.entry(person.id).or_default();
            if into.is_some() {
                set(&mut entry.merged, *into, *stamp);
            }
        }
        // Who was only ever flagged has no entry; the blog's standing is all that is known.
        let taken: BTreeSet<BlogId> = entries
            .values()
            .flat_map(|entry| entry.elements.values())
            .filter_map(|(element, on, _)| match element {
                Element::Blog(blog) if *on => Some(blog.id),
                _ => None,
            })
            .collect();
        for (blog, (standing, stamp)) in stands {
            let id = PersonId::of_blog(*blog);
            let in_book = !matches!(standing, Standing::New | Standing::Followed);
            if taken.contains(blog) || !(in_book || entries.contains_key(&id)) {
                continue;
            }
            let Some(blog) = self.blog(*blog)? else { continue };
            let entry = entries.entry(id).or_default();
            let element = Element::Blog(Box::new(blog));
            entry.first = entry.first.or(Some(*stamp));
            let key = element.key();
            if in_book && entry.elements.get(&key).is_some_and(|(_, on, _)| !on) {
                // Who was flagged after their blog was taken away has it again: the later word counts.
                entry.put(element, true, (*stamp, 0));
            } else {
                entry.elements.entry(key).or_insert((element, true, (*stamp, 0)));
            }
        }
        for (person, _, stamp) in also {
            let entry = entries.entry(person.id).or_default();
            if entry.first.is_none() {
                let blogs = person.blogs.iter().cloned().map(|blog| Element::Blog(Box::new(blog)));
                blogs.for_each(|blog| entry.put(blog, true, (*stamp, 0)));
            }
        }
        let roots: BTreeMap<PersonId, PersonId> = entries.keys().map(|id| (*id, root(*id, &entries))).collect();
        let mut groups: BTreeMap<PersonId, Group> = BTreeMap::new();
        for (id, entry) in entries {
            let root = roots[&id];
            let group = groups.entry(root).or_default();
            if id == root { group.insert(0, (id, entry)) } else { group.push((id, entry)) }
        }
        Ok(groups.into_values().collect())
    }

    /// `None` for an entry of which everything was taken back.
    fn person_of(
        &self,
        group: &Group,
        stands: &BTreeMap<BlogId, (Standing, Stamp)>,
    ) -> Result<Option<Person>, StoreError> {
        let Some((id, _)) = group.first() else { return Ok(None) };
        let stood = standing_of(group, stands);
        let mut person = Person {
            id: *id,
            name: field(group, Field::Name).unwrap_or_default(),
            standing: stood.map_or(Standing::New, |(standing, _)| standing),
            stood: stood.map(|(_, stamp)| moment(stamp)),
            blogs: Vec::new(),
            pages: Vec::new(),
            reach: Vec::new(),
            tags: Vec::new(),
            circles: Vec::new(),
            met: field(group, Field::Met),
            from: field(group, Field::From),
            because: field(group, Field::Because),
            quote: field(group, Field::Quote),
            silent_since: None,
            log: Vec::new(),
            cards: Vec::new(),
            in_book: true,
            since: moment(group.iter().filter_map(|(_, entry)| entry.first).min().unwrap_or_default()),
            changed: Timestamp(0),
            merged: group.iter().skip(1).map(|(id, _)| *id).collect(),
        };
        for element in elements(group) {
            match element {
                Element::Blog(blog) => person.blogs.push(self.blog(blog.id)?.unwrap_or(*blog)),
                Element::Page(page) => person.pages.push(page),
                Element::Reach(contact) => person.reach.push(contact),
                Element::Tag(tag) => person.tags.push(tag),
                Element::Circle(circle) => person.circles.push(circle),
                Element::Card(line) => person.cards.push(line),
            }
        }
        person.log = log(group);
        let last = group.iter().filter_map(|(_, entry)| entry.last).max().map(moment);
        person.changed = last.max(person.stood).unwrap_or(person.since);
        if is_blank(&person) {
            return Ok(None);
        }
        if person.name.is_empty() {
            person.name = stand_in(&person);
        }
        Ok(Some(person))
    }
}

/// Follows merges to where they end. Where two devices merged each other's entries crosswise, the smallest id is the end.
fn root(id: PersonId, entries: &BTreeMap<PersonId, Entry>) -> PersonId {
    let (mut at, mut seen) = (id, vec![id]);
    while let Some(next) = entries.get(&at).and_then(Entry::merged_into).filter(|next| entries.contains_key(next)) {
        if let Some(start) = seen.iter().position(|known| *known == next) {
            return seen[start..].iter().min().copied().unwrap_or(next);
        }
        seen.push(next);
        at = next;
    }
    at
}

/// The word of the entry that the others were merged into, else the latest of theirs.
fn field(group: &Group, field: Field) -> Option<Plain> {
    if let Some((own, stamp)) = group.first().and_then(|(_, entry)| entry.fields.get(&field))
        && (own.is_some() || Some(*stamp) > merged(group))
    {
        return own.clone();
    }
    let others = group.iter().skip(1).filter_map(|(_, entry)| match entry.fields.get(&field) {
        Some((Some(value), stamp)) => Some((*stamp, value)),
        _ => None,
    });
    others.max_by_key(|(stamp, _)| *stamp).map(|(_, value)| value.clone())
}

/// When the last entry was merged into the first.
fn merged(group: &Group) -> Option<Stamp> {
    group.iter().skip(1).filter_map(|(_, entry)| entry.merged.map(|(_, stamp)| stamp)).max()
}

/// The latest word on where the user stands with them, of the entries and of their blogs. Since a merge, only what was
/// said after it; else the strongest word of all, so that nobody comes nearer by being found twice.
fn standing_of(group: &Group, stands: &BTreeMap<BlogId, (Standing, Stamp)>) -> Option<(Standing, Stamp)> {
    let said_of_blogs = blogs_of(group).into_iter().filter_map(|blog| stands.get(&blog.id).copied());
    let said: Vec<(Standing, Stamp)> =
        group.iter().filter_map(|(_, entry)| entry.standing).chain(said_of_blogs).collect();
    let latest = said.iter().max_by_key(|(_, stamp)| *stamp).copied();
    match merged(group) {
        Some(merge) if latest.is_none_or(|(_, stamp)| stamp < merge) => {
            said.into_iter().max_by_key(|(standing, stamp)| (weight(*standing), *stamp))
        }
        _ => latest,
    }
}

/// Which word counts where two entries of one person say different things: what the user decided for good, then how far
/// the two have come.
pub fn weight(standing: Standing) -> u8 {
    match standing {
        Standing::AtADistance => 10,
        Standing::Never => 9,
        Standing::Connected => 8,
        Standing::Declined => 7,
        Standing::Answered => 6,
        Standing::Invited => 5,
        Standing::Lapsed => 4,
        Standing::Flagged => 3,
        Standing::NotNow => 2,
        Standing::Followed => 1,
        Standing::New => 0,
    }
}

fn blogs_of(group: &Group) -> Vec<Blog> {
    let blogs = elements(group).into_iter().filter_map(|element| match element {
        Element::Blog(blog) => Some(*blog),
        _ => None,
    });
    blogs.collect()
}

/// What the entries have together, in the order in which it came.
fn elements(group: &Group) -> Vec<Element> {
    let mut latest: BTreeMap<&String, &(Element, bool, Came)> = BTreeMap::new();
    for (key, set) in group.iter().flat_map(|(_, entry)| &entry.elements) {
        // What one entry lost and another has is there: a merge takes nothing away, unless it was taken later.
        if latest.get(key).is_none_or(|(.., came)| *came < set.2) {
            latest.insert(key, set);
        }
    }
    let mut there: Vec<_> = latest.into_values().filter(|(_, on, _)| *on).collect();
    there.sort_by_key(|(element, _, came)| (*came, element.key()));
    there.into_iter().map(|(element, ..)| element.clone()).collect()
}

fn log(group: &Group) -> Vec<Passed> {
    let mut latest: BTreeMap<EntryId, &(Option<Passed>, Stamp)> = BTreeMap::new();
    for (id, kept) in group.iter().flat_map(|(_, entry)| &entry.log) {
        if latest.get(id).is_none_or(|(_, stamp)| *stamp < kept.1) {
            latest.insert(*id, kept);
        }
    }
    let mut log: Vec<Passed> = latest.into_values().filter_map(|(entry, _)| entry.clone()).collect();
    log.sort_by_key(|passed| (passed.when, passed.id));
    log
}

/// A moment behind the last change of two people, in milliseconds.
fn last(one: &Person, other: &Person) -> u64 {
    (one.changed.max(other.changed).0.max(0) as u64).saturating_add(1).saturating_mul(1000)
}

fn moment(stamp: Stamp) -> Timestamp {
    Timestamp((stamp.t / 1000) as i64)
}

/// Nothing is left of an entry whose every change was undone.
fn is_blank(person: &Person) -> bool {
    let nobody = person.name.is_empty() && person.reach.is_empty() && person.pages.is_empty();
    let unmarked = person.standing == Standing::New
        && person.log.is_empty()
        && person.tags.is_empty()
        && person.circles.is_empty()
        && person.met.is_none()
        && person.from.is_none();
    unmarked && nobody
}

fn stand_in(person: &Person) -> Plain {
    let blog = person.blogs.first().map(|blog| blog.author.clone().unwrap_or_else(|| blog.title.clone()));
    let address = || person.reach.first().map(|Contact { value, .. }| value.clone());
    let page = || person.pages.first().map(|page: &PageUrl| Plain::line(page.host()));
    blog.or_else(address).or_else(page).unwrap_or_else(|| Plain::line(&person.id.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::DeviceId;

    fn change() -> impl Strategy<Value = Change> {
        let word = prop::option::of("[ab]").prop_map(|word| word.map(|word| Plain::line(&word)));
        let field = prop_oneof![Just(Field::Name), Just(Field::Because)];
        let standing = prop_oneof![Just(Standing::Flagged), Just(Standing::New), Just(Standing::AtADistance)];
        let tag = "[ab]".prop_map(|tag| Element::Tag(Plain::line(&tag)));
        let entry = (0..2_i64, prop::bool::ANY).prop_map(|(when, there)| {
            let passed = Passed::note(Plain::line("note"), PersonId([1; 16]), Timestamp(when));
            Change::Log { id: passed.id, to: there.then(|| Box::new(passed)), before: None }
        });
        prop_oneof![
            (field, word).prop_map(|(field, to)| Change::Set { field, to, before: None }),
            standing.prop_map(|to| Change::Stand { to, before: Standing::New }),
            tag.clone().prop_map(Change::Add),
            tag.prop_map(Change::Remove),
            entry,
        ]
    }

    proptest! {
        /// Two devices write at the same moments; their files are read in any order, some lines twice.
        #[test]
        fn books_of_two_devices_come_to_the_same_in_any_order(
            changes in prop::collection::vec((0..4_u64, 0..2_u8, change()), 1..12),
            order in Just(()).prop_perturb(|(), mut random| random.random::<u64>()),
        ) {
            let mut seen = BTreeSet::new();
            let records: Vec<_> = changes
                .into_iter()
                .map(|(t, dev, change)| (Stamp { t, dev: DeviceId([dev; 8]) }, change))
                .filter(|(stamp, _)| seen.insert(*stamp))
                .collect();
            let apply = |records: &[(Stamp, Change)]| {
                let mut entry = Entry::default();
                for (stamp, change) in records {
                    entry.touch(*stamp);
                    entry.change(change.clone(), *stamp, 0);
                }
                entry
            };
            let mut other = records.clone();
            let by = (order as usize) % other.len();
            other.rotate_left(by);
            other.extend_from_slice(&records[..by]);
            other.reverse();
            prop_assert_eq!(apply(&records), apply(&other));
        }
    }

    #[test]
    fn entries_that_two_devices_merged_crosswise_are_one_person() {
        let (a, b, c) = (PersonId([1; 16]), PersonId([2; 16]), PersonId([3; 16]));
        let into = |id| Entry { merged: Some((Some(id), Stamp::default())), ..Entry::default() };
        let entries = BTreeMap::from([(a, into(b)), (b, into(a)), (c, into(b))]);
        assert_eq!([a, b, c].map(|id| root(id, &entries)), [a, a, a]);
    }
}
