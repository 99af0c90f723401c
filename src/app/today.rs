//! Today: one row a person, with what they wrote that is not read yet. Who writes seldom comes before who floods.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{App, AppError, posts::Listed};
use crate::{
    model::{Blog, BlogId, Plain, Timestamp},
    store::Counts,
};

/// Titles that a row has room for on the widest terminal.
pub const TITLES: usize = 4;
/// Posts of one blog that are looked at for unread ones; whoever reads a blog at all reads the newest.
const LOOKED_AT: usize = 60;
/// Seconds. Where a blog's rhythm is not known, or slower or faster than these, it counts as this.
const UNKNOWN_GAP: i64 = 30 * 24 * 3600;
const SHORTEST_GAP: i64 = 3600;
const LONGEST_GAP: i64 = 365 * 24 * 3600;

/// A row of Today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Writer {
    pub blog: Blog,
    /// All that is not read, also what is not in `posts`.
    pub unread: usize,
    /// The newest unread posts, newest first, [`TITLES`] at most; never empty when it is loaded. What is read meanwhile
    /// stays, with its mark, until the next time.
    pub posts: Vec<Listed>,
}

impl Writer {
    /// What somebody knows them by.
    pub fn name(&self) -> &Plain {
        self.blog.author.as_ref().filter(|author| !author.is_empty()).unwrap_or(&self.blog.title)
    }

    /// The post that keys are about: the newest unread one, or the newest.
    pub fn current(&self) -> Option<&Listed> {
        self.posts.iter().find(|one| !one.flags.read).or(self.posts.first())
    }
}

/// How long ago somebody wrote, measured by how often they do: 0 is just now, 1 is when one would expect the next post.
/// The smaller, the further up. A letter of a week ago from who writes once a year comes before the third one of today
/// from who writes every hour.
pub fn staleness(newest: Timestamp, usual_gap: Option<u64>, now: Timestamp) -> f64 {
    let gap = usual_gap.map_or(UNKNOWN_GAP, |gap| i64::try_from(gap).unwrap_or(LONGEST_GAP));
    let age = now.since(newest).as_secs() as f64;
    // Even what came this minute is not quite new for who writes every hour: half of its gap counts at once.
    (age + SHORTEST_GAP as f64 / 2.0) / gap.clamp(SHORTEST_GAP, LONGEST_GAP) as f64
}

impl App {
    /// Everybody who wrote something that is not read yet, `limit` of them at most.
    pub fn today(&self, limit: usize) -> Result<Vec<Writer>, AppError> {
        self.today_of(&self.store.counts()?, limit)
    }

    /// The same from counts that are at hand: to count is a pass over all posts.
    pub(super) fn today_of(&self, counts: &HashMap<BlogId, Counts>, limit: usize) -> Result<Vec<Writer>, AppError> {
        let now = self.now();
        let mut ranked: Vec<(f64, BlogId, usize)> = Vec::new();
        for subscription in self.store.subscriptions()? {
            let Some(count) = counts.get(&subscription.blog).filter(|count| count.unread > 0) else { continue };
            let Some(newest) = count.newest_unread else { continue };
            let gap = self.store.feed(subscription.blog)?.usual_gap;
            ranked.push((staleness(newest, gap, now), subscription.blog, count.unread));
        }
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut writers = Vec::new();
        for (_, blog, unread) in ranked.into_iter().take(limit) {
            let Some(blog) = self.blog(blog)? else { continue };
            let posts = self.newest_unread(&blog)?;
            if !posts.is_empty() {
                writers.push(Writer { blog, unread, posts });
            }
        }
        Ok(writers)
    }

    fn newest_unread(&self, blog: &Blog) -> Result<Vec<Listed>, AppError> {
        let mut unread = Vec::new();
        let mut posts = self.store.heads_of(blog.id);
        let mut looked_at = 0;
        // An unread post further down than that is shown nevertheless, if it is the only one.
        while unread.len() < TITLES && (looked_at < LOOKED_AT || unread.is_empty()) {
            let Some(post) = posts.next().transpose()? else { break };
            looked_at += 1;
            let (flags, tags) = self.store.flags_and_tags(post.id)?;
            if !flags.read && !flags.out_of_sight() {
                unread.push(Listed { post, blog: blog.clone(), flags, tags });
            }
        }
        Ok(unread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_seldom_comes_before_who_floods() {
        const HOUR: i64 = 3600;
        let now = Timestamp(1_790_000_000);
        // Hours since the newest post, hours between two.
        let order = [
            ("weekly, an hour ago", 1, Some(168)),
            ("yearly, a week ago", 168, Some(8760)),
            ("monthly, a day ago", 24, Some(720)),
            ("daily, three hours ago", 3, Some(24)),
            ("no rhythm known, a week ago", 168, None),
            ("every ten minutes, just now", 0, Some(0)),
            ("hourly, an hour ago", 1, Some(1)),
            ("daily, a month ago", 720, Some(24)),
        ];
        let stale = order.map(|(_, age, gap): (_, i64, Option<u64>)| {
            staleness(Timestamp(now.0 - age * HOUR), gap.map(|gap| gap * 3600), now)
        });
        assert!(stale.is_sorted(), "{:?}", order.iter().zip(stale).collect::<Vec<_>>());
    }
}
