//! Tags, what is saved for later, what is hidden, words that are muted.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    journal::Act,
    model::{Blog, BlogId, MuteRule, PostId, Tag},
};

/// A line of `tag --json`: a word and how much has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagUse {
    pub tag: Tag,
    pub posts: usize,
    pub blogs: usize,
}

/// A line of `mute list --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mute {
    pub words: String,
    pub blog: Option<Blog>,
}

impl App {
    /// Puts a tag on posts, or takes it off. How many changed.
    pub async fn tag(&self, posts: &[PostId], tag: &Tag, on: bool) -> Result<usize, AppError> {
        let _turn = self.marking.lock().await;
        let of = self.those(posts, |(_, tags)| tags.contains(tag) != on)?;
        let changed = of.len();
        if changed > 0 {
            self.writer.act(vec![Act::Tag { of, tag: tag.clone(), on }]).await?;
        }
        Ok(changed)
    }

    /// Puts tags on one post and takes others off, in one go.
    pub async fn retag(&self, post: PostId, changes: &[(Tag, bool)]) -> Result<(), AppError> {
        let (_, tags) = self.store.flags_and_tags(post)?;
        let changes = changes.iter().filter(|(tag, on)| tags.contains(tag) != *on);
        let acts = changes.map(|(tag, on)| Act::Tag { of: vec![post], tag: tag.clone(), on: *on });
        Ok(self.writer.act(acts.collect()).await?)
    }

    /// Puts tags on one blog and takes others off, in one go.
    pub async fn retag_blog(&self, blog: BlogId, changes: &[(Tag, bool)]) -> Result<(), AppError> {
        let acts = changes.iter().map(|(tag, on)| Act::TagBlog { of: vec![blog], tag: tag.clone(), on: *on });
        Ok(self.writer.act(acts.collect()).await?)
    }

    /// Puts a tag on followed blogs, or takes it off. How many changed.
    pub async fn tag_blogs(&self, blogs: &[BlogId], tag: &Tag, on: bool) -> Result<usize, AppError> {
        let has = self.blogs_tagged(tag)?;
        let of: Vec<BlogId> = blogs.iter().filter(|blog| has.contains(blog) != on).copied().collect();
        let changed = of.len();
        if changed > 0 {
            self.writer.act(vec![Act::TagBlog { of, tag: tag.clone(), on }]).await?;
        }
        Ok(changed)
    }

    /// The followed blogs that have a tag.
    pub fn blogs_tagged(&self, tag: &Tag) -> Result<HashSet<BlogId>, AppError> {
        let subscriptions = self.store.subscriptions()?.into_iter();
        let has = |had: &crate::model::Plain| Tag::new(had.as_str()).as_ref() == Some(tag);
        Ok(subscriptions.filter(|one| one.tags.iter().any(has)).map(|one| one.blog).collect())
    }

    /// All tags that are on something, in the order of the alphabet.
    pub fn tags(&self) -> Result<Vec<TagUse>, AppError> {
        let mut uses: BTreeMap<Tag, (usize, usize)> = BTreeMap::new();
        for entry in self.store.labelled() {
            for tag in entry?.1.tags() {
                uses.entry(tag.clone()).or_default().0 += 1;
            }
        }
        for subscription in self.store.subscriptions()? {
            for tag in subscription.tags.iter().filter_map(|tag| Tag::new(tag.as_str())) {
                uses.entry(tag).or_default().1 += 1;
            }
        }
        Ok(uses.into_iter().map(|(tag, (posts, blogs))| TagUse { tag, posts, blogs }).collect())
    }

    /// Puts posts out of sight, or shows them again. How many changed.
    pub async fn hide(&self, posts: &[PostId], hidden: bool) -> Result<usize, AppError> {
        let _turn = self.marking.lock().await;
        let of = self.those(posts, |(flags, _)| flags.hidden != hidden)?;
        let changed = of.len();
        if changed > 0 {
            self.writer.act(vec![Act::Hide { of, hidden }]).await?;
        }
        Ok(changed)
    }

    /// Mutes words, or hears them again. Whether that changed anything.
    pub async fn mute(&self, rule: MuteRule, on: bool) -> Result<bool, AppError> {
        rule.matcher()?;
        if self.store.mutes()?.contains(&rule) == on {
            return Ok(false);
        }
        self.writer.act(vec![Act::Mute { rule, on }]).await?;
        Ok(true)
    }

    pub fn mutes(&self) -> Result<Vec<Mute>, AppError> {
        let rules = self.store.mutes()?.into_iter();
        rules
            .map(|rule| {
                let blog = rule.blog.map(|blog| self.blog(blog)).transpose()?.flatten();
                Ok(Mute { words: rule.words.to_string(), blog })
            })
            .collect()
    }
}
