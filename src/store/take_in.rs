//! Taking posts in: what a batch has to change so that they are listed, found and read.

use super::{
    StoreError,
    changes::{Changes, Tree},
    codec, links,
    packs::Place,
    records::NewPost,
    shelves::Shelving,
    write::Worker,
};
use crate::model::{Blog, Post, PostId};

/// A post whose text has been added to a pack, or needs not be.
struct Arrival {
    post: Post,
    place: Option<Place>,
    /// Where its text lay before, if that lies elsewhere now.
    before: Option<Place>,
    /// It is not known as it is.
    edited: bool,
}

impl Worker {
    pub(super) fn take_in(
        &mut self,
        blog: &Blog,
        posts: Vec<NewPost>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let mut shelving = Shelving::of(&self.store, blog.id)?;
        let is_new = shelving.is_empty();
        // Most people mute nothing.
        let may_be_muted = !self.matchers.is_empty() || !self.store.trees.muted.is_empty();
        // Feeds begin with the newest. Later ones will come behind it, and a blog's newest posts are asked for most.
        let mut posts = posts;
        posts.sort_by_key(|new| new.post.sort_time());
        let mut arrivals = Vec::with_capacity(posts.len());
        let mut bodies = Vec::with_capacity(posts.len());
        for NewPost { mut post, html, beside } in posts {
            let known = shelving.find(post.id)?;
            if let Some(known) = &known {
                post.first_seen = known.post.first_seen;
            }
            let place = known.as_ref().and_then(|known| known.place);
            let edited = known.is_none_or(|known| known.post != post);
            let (place, before) = if html.is_some() { (None, place) } else { (place, None) };
            if let Some(html) = html {
                self.beside(post.id, is_new, &beside, changes)?;
                bodies.push((post.id, html));
            }
            arrivals.push(Arrival { post, place, before, edited });
        }
        let came: Vec<PostId> = arrivals.iter().map(|arrival| arrival.post.id).collect();
        let mut packed = self.packing.add(&bodies)?.into_iter().peekable();
        for mut arrival in arrivals {
            if let Some((_, place)) = packed.next_if(|(id, _)| *id == arrival.post.id) {
                arrival.place = Some(place);
                if let Some(before) = arrival.before {
                    self.packing.forget(before);
                }
                shelving.put(&arrival.post, arrival.place)?;
            } else if arrival.edited {
                shelving.put(&arrival.post, arrival.place)?;
            }
            if arrival.edited && may_be_muted {
                self.store.mute_one(&arrival.post, &self.matchers, changes)?;
            }
        }
        shelving.finish(&mut self.packer, changes)?;
        self.store.find_strays(blog, came.into_iter(), changes)?;
        if !bodies.is_empty() {
            changes.put(Tree::Meta, "packs", codec::encode(&self.packing.accounts)?);
        }
        Ok(())
    }

    fn beside(
        &self,
        id: PostId,
        is_new: bool,
        beside: &[crate::model::Link],
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let beside = links::beside(beside.to_vec());
        if !beside.is_empty() {
            changes.put(Tree::Links, id, codec::encode(&beside)?);
        } else if !is_new && self.store.trees.links.contains_key(id)? {
            changes.remove(Tree::Links, id);
        }
        Ok(())
    }
}
