//! What was done to a post is seen at once, wherever the post is in memory.

use std::collections::{HashMap, HashSet};

use super::{lists::Posts, posts::Listed, state::State, tree};
use crate::model::{BlogId, Flags, PostId};

impl State {
    /// Takes a post out of the lists in memory, since they show it no longer.
    pub fn drop_post(&mut self, id: PostId) {
        let filter = self.filter.clone();
        let drop = |list: &mut Posts, filter: &str| {
            let (row, mut all) = (list.cursor, std::mem::take(&mut list.all));
            all.retain(|one| one.post.id != id);
            list.replace(all, filter);
            list.cursor = row.min(list.shown.len().saturating_sub(1));
        };
        drop(&mut self.river, &filter);
        if let Some((_, _, list)) = &mut self.blog {
            drop(list, &filter);
        }
        if let Some((_, _, list)) = &mut self.beside {
            // The words narrow the tree beside it.
            drop(list, "");
        }
        for writer in &mut self.today.all {
            writer.posts.retain(|one| one.post.id != id);
        }
        self.today.all.retain(|writer| !writer.posts.is_empty());
        self.today.narrow(&filter);
    }

    /// Every place where posts stand in memory.
    fn listed_mut(&mut self) -> impl Iterator<Item = &mut Listed> {
        let lists = [&mut self.blog, &mut self.beside].into_iter().flatten().map(|(_, _, posts)| posts);
        let of_lists = std::iter::once(&mut self.river).chain(lists).flat_map(|list| &mut list.all);
        of_lists
            .chain(self.today.all.iter_mut().flat_map(|writer| &mut writer.posts))
            .chain(self.contacts.newest.iter_mut().flat_map(|(_, posts)| posts))
            .chain(self.post.iter_mut().map(|open| &mut open.listed))
    }

    /// The marks of a post that is in memory: what was done a moment ago is not in the store yet.
    pub fn flags_of(&self, id: PostId) -> Option<Flags> {
        let lists = [&self.blog, &self.beside].into_iter().flatten().map(|(_, _, posts)| posts);
        let of_lists = std::iter::once(&self.river).chain(lists).flat_map(|list| &list.all);
        let mut listed = of_lists
            .chain(self.today.all.iter().flat_map(|writer| &writer.posts))
            .chain(self.contacts.newest.iter().flat_map(|(_, posts)| posts));
        listed.find(|one| one.post.id == id).map(|one| one.flags)
    }

    /// Shows a mark at once, wherever the post is in memory.
    pub fn show_marks(&mut self, posts: &[PostId], change: impl Fn(&mut Listed)) {
        let posts: HashSet<PostId> = posts.iter().copied().collect();
        // Before and after, once a post, in however many lists it is.
        let mut counts: HashMap<PostId, (BlogId, bool, bool)> = HashMap::new();
        let change_one = |one: &mut Listed| {
            if posts.contains(&one.post.id) {
                let before = one.flags.read;
                change(one);
                counts.entry(one.post.id).or_insert((one.blog.id, before, one.flags.read));
            }
        };
        self.listed_mut().for_each(change_one);
        let recount = |unread: &mut usize, before: bool, after: bool| {
            *unread = (*unread + usize::from(before && !after)).saturating_sub(usize::from(!before && after));
        };
        let mut changed = false;
        for (blog, before, after) in counts.into_values().filter(|(_, before, after)| before != after) {
            changed = true;
            if let Some(followed) = self.blogs.iter_mut().find(|followed| followed.blog.id == blog) {
                recount(&mut followed.counts.unread, before, after);
            }
            if let Some(writer) = self.today.all.iter_mut().find(|writer| writer.blog.id == blog) {
                recount(&mut writer.unread, before, after);
            }
        }
        if changed {
            tree::recount(&mut self.rows, &self.blogs, self.by_tag);
        }
    }
}
