//! Taking posts in: what a batch has to change so that they are listed, found and read.

use super::{
    StoreError,
    changes::{Changes, Tree},
    codec::{self, Body},
    links,
    packs::Place,
    read::Found,
    records::{NewPost, Whereabouts},
    write::Worker,
};
use crate::model::{Blog, Post, PostId};

/// A post whose text has been added to a pack, or needs not be.
struct Arrival {
    post: Post,
    known: Option<Found>,
    place: Option<Place>,
    /// The head differs from the known one.
    edited: bool,
}

impl Worker {
    pub(super) fn take_in(
        &mut self,
        blog: &Blog,
        posts: Vec<NewPost>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let followed = self.store.subscription(blog.id)?.is_some();
        // Most posts of a cold start belong to a blog without any: none of them needs to be looked for.
        let is_new = self.store.posts_of(blog.id).next().is_none();
        // Most people mute nothing.
        let may_be_muted = !self.matchers.is_empty() || !self.store.trees.muted.is_empty();
        let mut arrivals = Vec::with_capacity(posts.len());
        let mut bodies = Vec::with_capacity(posts.len());
        for NewPost { mut post, html, beside } in posts {
            let known = if is_new { None } else { self.store.find(post.id)? };
            if let Some(known) = &known {
                post.first_seen = known.post.first_seen;
            }
            let before = known.as_ref().and_then(|known| known.body.as_ref());
            let mut place = None;
            match (html, before) {
                (Some(html), _) => {
                    self.beside(post.id, is_new, &beside, changes)?;
                    bodies.push((post.id, html));
                }
                (None, Some(Body::Alone(html))) => bodies.push((post.id, html.clone())),
                (None, Some(Body::Packed(same))) => place = Some(*same),
                (None, None) => {}
            }
            let edited = known.as_ref().is_none_or(|known| known.post != post);
            arrivals.push(Arrival { post, known, place, edited });
        }
        let mut packed = self.packing.add(&bodies)?.into_iter().peekable();
        for mut arrival in arrivals {
            if let Some((_, place)) = packed.next_if(|(id, _)| *id == arrival.post.id) {
                arrival.place = Some(place);
                if let Some(Body::Packed(before)) = arrival.known.as_ref().and_then(|known| known.body.as_ref()) {
                    self.packing.forget(*before);
                }
            }
            if arrival.edited && may_be_muted {
                self.store.mute_one(&arrival.post, &self.matchers, changes)?;
            }
            list(&arrival, followed, changes)?;
        }
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

/// Lists a post, and what stands where it was listed before goes.
fn list(arrival: &Arrival, followed: bool, changes: &mut Changes) -> Result<(), StoreError> {
    let Arrival { post, known, place, edited } = arrival;
    let whereabouts = Whereabouts { blog: post.blog, time: post.sort_time(), place: *place };
    if let Some(known) = known {
        if known.post.sort_time() != whereabouts.time {
            changes.unlist(&known.post);
        }
        if known.is_old {
            changes.remove(Tree::Heads, post.id);
        }
    }
    if *edited || known.as_ref().is_some_and(|known| known.is_old) {
        changes.list_post(post, followed, codec::encode_head(post)?);
    }
    changes.put(Tree::Bodies, post.id, codec::encode_whereabouts(&whereabouts)?);
    Ok(())
}
