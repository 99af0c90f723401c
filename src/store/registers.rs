//! How records of the journal become state: each sets registers, and the greatest stamp wins, in whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Store, StoreError,
    changes::{Changes, Tree},
    codec,
    forget::Forgotten,
    habits::Doing,
    mutes,
    people::Book,
    read::TASTE,
    records::{Alias, Followed, Labels, Marks, Muted, Stands},
};
use crate::{
    journal::{Act, Part, Record, Stamp},
    model::{Blog, BlogId, Matcher, MuteRule, PostId, Standing, Subscription, Tag},
};

/// Applies records to registers: a set of the same register at an earlier moment changes nothing.
pub(super) struct Registers<'a> {
    pub(super) store: &'a Store,
    pub(super) changes: &'a mut Changes,
    /// Who is not brought back.
    pub(super) forgotten: &'a Forgotten,
    /// Marks set by this batch, so that two records about one post see each other.
    pub(super) marks: BTreeMap<PostId, Marks>,
    /// What this batch followed and moved; where a feed is comes out of both.
    pub(super) follows: BTreeMap<BlogId, Followed>,
    pub(super) moves: Vec<Alias>,
    pub(super) labels: BTreeMap<Labelled, Labels>,
    pub(super) mutes: BTreeMap<[u8; 16], Muted>,
    /// Entries of the contact book that this batch changes.
    pub(super) book: Book,
    pub(super) doing: Doing,
}

/// What can be tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Labelled {
    Post(PostId),
    Blog(BlogId),
}

impl Registers<'_> {
    pub(super) fn set(&mut self, record: Record) -> Result<(), StoreError> {
        let stamp = record.stamp;
        if record.act.as_ref().is_some_and(|act| self.forgotten.forbids(act, stamp)) {
            return Ok(());
        }
        match record.act {
            // Done with the batch.
            Some(Act::Forget(_)) => Ok(()),
            None => Ok(()),
            Some(Act::Follow(subscription)) => {
                self.follow(subscription.blog, Followed { subscription: Some(subscription), stamp, undone: false })
            }
            Some(Act::Unfollow { of, .. }) => {
                let undone = matches!(record.part, Part::Undoes(_));
                self.follow(of, Followed { subscription: None, stamp, undone })
            }
            Some(Act::Move { of, to, .. }) => {
                self.moves.push(Alias { of, to, stamp });
                Ok(())
            }
            Some(Act::Read { of, read }) => self.mark(of, stamp, |marks| &mut marks.read, read),
            Some(Act::Star { of, starred }) => {
                self.doing.star(self.store, &of)?;
                self.mark(of, stamp, |marks| &mut marks.starred, starred)
            }
            Some(Act::Opened { of, blog, finished }) => {
                self.doing.open(of, blog, finished, stamp);
                Ok(())
            }
            Some(Act::Tag { of, tag, on }) => of
                .into_iter()
                .try_for_each(|post| self.label(Labelled::Post(post), |labels| labels.tag(&tag, on, stamp))),
            Some(Act::TagBlog { of, tag, on }) => of
                .into_iter()
                .try_for_each(|blog| self.label(Labelled::Blog(blog), |labels| labels.tag(&tag, on, stamp))),
            Some(Act::Hide { of, hidden }) => of
                .into_iter()
                .try_for_each(|post| self.label(Labelled::Post(post), |labels| labels.hide(hidden, stamp))),
            Some(Act::Mute { rule, on }) => self.mute(rule, on, stamp),
            Some(Act::Stand { of, standing, .. }) => self.stand(&of, standing, stamp),
            Some(Act::Taste { since, .. }) => self.taste(since, stamp),
            Some(Act::Person { of, changes }) => self.book.change(self.store, of, changes, stamp),
            Some(Act::Merge { of, into, .. }) => self.book.merge(self.store, of, into, stamp),
        }
    }

    pub(super) fn mark(
        &mut self,
        posts: Vec<PostId>,
        stamp: Stamp,
        register: impl Fn(&mut Marks) -> &mut Option<(bool, Stamp)>,
        on: bool,
    ) -> Result<(), StoreError> {
        for post in posts {
            let mut marks = match self.marks.get(&post) {
                Some(marks) => *marks,
                None => self.store.marks(post)?,
            };
            let kept = register(&mut marks);
            if kept.is_none_or(|(_, before)| before < stamp) {
                *kept = Some((on, stamp));
                self.marks.insert(post, marks);
            }
        }
        Ok(())
    }

    fn label(&mut self, what: Labelled, set: impl FnOnce(&mut Labels)) -> Result<(), StoreError> {
        let mut labels = match (self.labels.remove(&what), what) {
            (Some(labels), _) => labels,
            (None, Labelled::Post(post)) => self.store.labels(post)?,
            (None, Labelled::Blog(blog)) => self.store.blog_labels(blog)?,
        };
        set(&mut labels);
        self.labels.insert(what, labels);
        Ok(())
    }

    fn mute(&mut self, rule: MuteRule, on: bool, stamp: Stamp) -> Result<(), StoreError> {
        let key = mutes::key(&rule);
        let before = match self.mutes.get(&key) {
            Some(muted) => Some(muted.stamp),
            None => self.store.mute_stamp(key)?,
        };
        if before.is_none_or(|before| before < stamp) {
            self.mutes.insert(key, Muted { rule, on, stamp });
        }
        Ok(())
    }

    /// Rules that changed hide and show posts.
    fn settle_mutes(&mut self) -> Result<(), StoreError> {
        if self.mutes.is_empty() {
            return Ok(());
        }
        let mut rules: BTreeSet<MuteRule> = self.store.mutes()?.into_iter().collect();
        for (key, muted) in std::mem::take(&mut self.mutes) {
            if muted.on {
                rules.insert(muted.rule.clone());
            } else {
                rules.remove(&muted.rule);
            }
            self.changes.put(Tree::Mutes, key, codec::encode(&muted)?);
        }
        let matchers: Vec<Matcher> = rules.iter().filter_map(|rule| rule.matcher().ok()).collect();
        self.store.mute_anew(&matchers, self.changes)
    }

    pub(super) fn follow(&mut self, blog: BlogId, followed: Followed) -> Result<(), StoreError> {
        let stamp = followed.stamp;
        if self.changes.stamp(Tree::Subscriptions, blog).or(self.store.followed_stamp(blog)?) > Some(stamp) {
            return Ok(());
        }
        if let Some(subscription) = &followed.subscription
            && self.store.blog(blog)?.is_none()
        {
            self.changes.put(Tree::Blogs, blog, codec::encode(&first_met(subscription))?);
        }
        self.changes.stamps.insert((Tree::Subscriptions, blog), stamp);
        self.follows.insert(blog, followed);
        Ok(())
    }

    /// Where a feed is asked is a register of its own, set by a follow and by a move.
    fn settle(&mut self) -> Result<(), StoreError> {
        if self.follows.is_empty() && self.moves.is_empty() {
            return Ok(());
        }
        let mut aliases = self.store.aliases()?;
        for alias in std::mem::take(&mut self.moves) {
            if !self.follows.contains_key(&alias.of)
                && let Some(followed) = self.store.register(alias.of)?
            {
                self.follows.insert(alias.of, followed);
            }
            let key = BlogId::of(&alias.to);
            let latest = aliases.iter().filter(|known| BlogId::of(&known.to) == key).map(|known| known.stamp).max();
            if latest.is_none_or(|latest| latest < alias.stamp) {
                self.changes.put(Tree::Aliases, key, codec::encode(&alias)?);
            }
            aliases.push(alias);
        }
        aliases.sort_by_key(|alias| alias.stamp);
        let addresses: BTreeMap<BlogId, Alias> = aliases.into_iter().map(|alias| (alias.of, alias)).collect();
        for (id, followed) in &mut self.follows {
            if let Some(subscription) = &mut followed.subscription {
                let moved = addresses.get(id).filter(|alias| alias.stamp > followed.stamp);
                if let Some(alias) = moved {
                    subscription.feed_url = alias.to.clone();
                }
                // This batch may have met the blog at its old address.
                let blog = self.store.blog(*id)?.unwrap_or_else(|| first_met(subscription));
                if moved.is_some() || blog.feed_url != subscription.feed_url {
                    let blog = Blog { feed_url: subscription.feed_url.clone(), ..blog };
                    self.changes.put(Tree::Blogs, *id, codec::encode(&blog)?);
                }
            }
            self.changes.put(Tree::Subscriptions, *id, codec::encode(followed)?);
        }
        Ok(())
    }

    fn taste(&mut self, since: Option<u64>, stamp: Stamp) -> Result<(), StoreError> {
        // Of several in one batch, whichever comes last in the list is kept: they come in the order of their stamps.
        if self.store.taste()?.is_none_or(|(_, before)| before < stamp) {
            self.changes.put(Tree::Meta, TASTE, codec::encode(&(since, stamp))?);
            self.doing.anew = true;
        }
        Ok(())
    }

    pub(super) fn stand(&mut self, blog: &Blog, standing: Standing, stamp: Stamp) -> Result<(), StoreError> {
        if self.changes.stamp(Tree::Standings, blog.id).or(self.store.standing_stamp(blog.id)?) > Some(stamp) {
            return Ok(());
        }
        if self.store.blog(blog.id)?.is_none() {
            self.changes.put(Tree::Blogs, blog.id, codec::encode(blog)?);
        }
        self.changes.stamps.insert((Tree::Standings, blog.id), stamp);
        self.changes.put(Tree::Standings, blog.id, codec::encode(&Stands { standing, stamp })?);
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.settle()?;
        self.settle_mutes()?;
        for (what, labels) in std::mem::take(&mut self.labels) {
            match what {
                Labelled::Post(post) => self.changes.put(Tree::Labels, post, codec::encode(&labels)?),
                Labelled::Blog(blog) => self.changes.put(Tree::BlogLabels, blog, codec::encode(&labels)?),
            }
        }
        self.book.finish(self.changes)?;
        self.doing.finish(self.store, &self.marks, self.changes)?;
        for (post, marks) in self.marks {
            self.changes.put(Tree::Marks, post, codec::encode(&marks)?);
        }
        Ok(())
    }
}

impl Labels {
    fn tag(&mut self, tag: &Tag, on: bool, stamp: Stamp) {
        let kept = self.tags.entry(tag.clone()).or_insert((on, stamp));
        if kept.1 < stamp {
            *kept = (on, stamp);
        }
    }

    fn hide(&mut self, hidden: bool, stamp: Stamp) {
        if self.hidden.is_none_or(|(_, before)| before < stamp) {
            self.hidden = Some((hidden, stamp));
        }
    }
}

/// A blog of which only the subscription is known.
fn first_met(subscription: &Subscription) -> Blog {
    let unknown = Blog::unknown(subscription.feed_url.clone());
    let title = subscription.title.clone().filter(|title| !title.is_empty());
    Blog {
        id: subscription.blog,
        site_url: subscription.site_url.clone(),
        title: title.unwrap_or(unknown.title),
        ..unknown
    }
}
