//! Reading lists: OPML files that are followed like feeds. What is new on one is followed along with it, in its folder;
//! what is gone is told, and stays followed until the user says otherwise. Both are reckoned from what the list held
//! before, so that a blog which the user took off does not come back.

use std::collections::HashSet;

use url::Url;

use super::{
    Poller,
    decide::{Answer, Known},
};
use crate::{
    journal::Act,
    model::{BlogId, FeedForm, Plain, PostId, Subscription, Timestamp},
    opml::{self, Outline},
    store::write::WriteError,
    web::{Trust, guard},
};

/// Blogs of one list that are followed along with it, now and later; more are no list of what somebody reads.
const MOST: usize = 500;
/// Names that are told; the others are counted.
const MOST_TOLD: usize = 5;
/// The attribute of a subscription that came from a list: the list's address.
const FROM: &str = "list";

/// What stands on a list now, and where the list lies.
#[derive(Debug)]
pub struct Listed {
    outlines: Vec<Outline>,
    from: Url,
}

/// The list in an answer, if it is one. An empty one is more often a mistake than a list of nobody.
pub fn read(known: &Known, answer: &Answer) -> Option<Listed> {
    let Answer::Feed(reply, _) = answer else { return None };
    let list = (known.form == FeedForm::List).then(|| opml::read(&reply.body).ok()).flatten()?;
    (!list.outlines.is_empty()).then(|| Listed { outlines: list.outlines, from: reply.url.clone() })
}

/// The list that a subscription came from.
fn list_of(subscription: &Subscription) -> Option<&String> {
    subscription.other.iter().find(|(name, _)| name == FROM).map(|(_, list)| list)
}

/// What a subscription says of its feed; one that is not followed yet was named by the user.
pub fn form_and_trust(subscription: Option<&Subscription>) -> (FeedForm, Trust) {
    subscription.map_or((FeedForm::Feed, Trust::Named), |subscription| (subscription.form(), trust_in(subscription)))
}

/// Whose word stands for a feed's address: the user's, or that of a list, which leads into no private network unless it
/// lies there itself.
fn trust_in(subscription: &Subscription) -> Trust {
    match list_of(subscription).map(|list| Url::parse(list)) {
        None => Trust::Named,
        Some(Ok(list)) if guard::is_private(&list) => Trust::Named,
        Some(_) => Trust::Found,
    }
}

impl Listed {
    /// What may be followed without the user's word for it: no programs and files, and nothing in private networks unless
    /// the list lies there itself.
    fn to_follow(&self) -> impl Iterator<Item = &Outline> {
        // Lists on lists would follow half the web.
        let is_list = |(name, kind): &(String, String)| name == "type" && kind.eq_ignore_ascii_case("include");
        let may = move |outline: &&Outline| {
            let feed_url = &outline.feed_url;
            feed_url.source().is_none()
                && guard::may_lead(&self.from, feed_url.url())
                && !outline.other.iter().any(is_list)
        };
        self.outlines.iter().filter(may).take(MOST)
    }
}

impl Poller {
    /// Follows what is new on a list since `known`. What to tell of that, if anything happened.
    pub async fn take_over(&self, known: &Known, list: &Listed, now: Timestamp) -> Result<Option<Plain>, WriteError> {
        let Some(own) = self.store.subscription(known.blog.id)? else { return Ok(None) };
        let post_of = |outline: &Outline| PostId::of(known.blog.id, &outline.feed_url.to_string());
        let before: HashSet<PostId> = known.current.posts.iter().map(|(id, _)| *id).collect();
        let mut follows: Vec<Act> = Vec::new();
        let mut added: Vec<String> = Vec::new();
        let mut met: HashSet<BlogId> = HashSet::new();
        let address = own.feed_url.to_string();
        let brought = self.store.subscriptions()?.iter().filter(|one| list_of(one) == Some(&address)).count();
        for outline in list.to_follow().filter(|outline| !before.contains(&post_of(outline))) {
            let blog = self.store.blog_at(&outline.feed_url)?;
            if brought + follows.len() >= MOST {
                break;
            }
            if !met.insert(blog) || self.store.subscription(blog)?.is_some() {
                continue;
            }
            added.push(outline.title.as_ref().map_or(outline.feed_url.host(), Plain::as_str).to_owned());
            let mut other = outline.other.clone();
            other.retain(|(name, _)| name != FROM);
            other.push((FROM.to_owned(), address.clone()));
            follows.push(Act::Follow(Subscription {
                blog,
                feed_url: outline.feed_url.clone(),
                title: outline.title.clone(),
                site_url: outline.site_url.clone(),
                folder: own.folder.iter().chain(&outline.folder).cloned().collect(),
                tags: outline.tags.clone(),
                since: now,
                other,
            }));
        }
        let after: HashSet<PostId> = list.outlines.iter().map(post_of).collect();
        let mut gone = Vec::new();
        for post in before.difference(&after) {
            gone.extend(self.store.post(*post)?.map(|post| post.label().to_string()));
        }
        gone.sort();
        self.writer.act(follows).await?;
        Ok(told(&added, &gone))
    }
}

fn told(added: &[String], gone: &[String]) -> Option<Plain> {
    let names = |names: &[String]| {
        let more = names.len().saturating_sub(MOST_TOLD);
        let first = names[..names.len() - more].join(", ");
        if more > 0 { format!("{first} and {more} more") } else { first }
    };
    let mut parts = Vec::new();
    if !added.is_empty() {
        parts.push(format!("new on this list, and followed now: {}", names(added)));
    }
    if !gone.is_empty() {
        parts.push(format!(
            "no longer on this list: {} (`penpal unfollow` takes off what you do not want)",
            names(gone)
        ));
    }
    (!parts.is_empty()).then(|| Plain::line(&parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_in_one_line_and_not_at_length() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (added, gone, expected) in [
            (vec![], vec![], None),
            (vec!["A", "B"], vec![], Some("new on this list, and followed now: A, B")),
            (vec!["A"; 7], vec![], Some("new on this list, and followed now: A, A, A, A, A and 2 more")),
            (vec![], vec!["C"], Some("no longer on this list: C (`penpal unfollow` takes off what you do not want)")),
        ] {
            assert_eq!(told(&names(&added), &names(&gone)).map(String::from).as_deref(), expected);
        }
    }
}
