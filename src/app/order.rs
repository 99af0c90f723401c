//! The order of all candidates, and what it is made of: what was reckoned of the data, and the user's words on people.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use super::{App, AppError};
use crate::{
    discover::{
        digest::Digests,
        knowledge::{Reckoned, Stop, kept_near},
        near::Near,
        rank::{Judgement, Ranking, rank},
        theirs::{Theirs, own_blogs},
    },
    journal::Stamp,
    model::{BlogId, Standing},
};

/// How long "not now" holds: 90 days, in milliseconds of the journal's clock.
const NOT_NOW_MS: u64 = 90 * 24 * 3600 * 1000;

/// How the user stands with blogs.
type Judged = BTreeMap<BlogId, Judgement>;

/// An order that was made, and what of; the next who asks mostly asks for the same.
#[derive(Debug)]
pub(super) struct Kept {
    near: Arc<Near>,
    /// The user's own blogs among those that are known.
    own: Vec<BlogId>,
    judged: Judged,
    ranking: Arc<Ranking>,
}

impl App {
    /// All candidates in order, from what was reckoned when the data last changed.
    pub fn ranking(&self, near: &Arc<Near>) -> Result<Arc<Ranking>, AppError> {
        let (looked, since) = (self.last_looked()?, self.store.taste_since()?.unwrap_or_default());
        let judged = self.store.standings()?.into_iter().map(|(blog, (standing, stamp))| match standing {
            // "Not now" ends after a while.
            Standing::NotNow if not_now_until(stamp) <= looked => (blog, Judgement::default()),
            _ => (blog, Judgement { standing, counts: stamp.t >= since, away: false }),
        });
        let mut judged: Judged = judged.collect();
        for blog in self.away(looked)?.into_keys() {
            judged.entry(blog).or_default().away = true;
        }
        let mut kept = self.ranked.lock().unwrap_or_else(PoisonError::into_inner);
        let own = match &*kept {
            Some(ranked) if Arc::ptr_eq(&ranked.near, near) => ranked.own.clone(),
            _ => own_blogs(&self.store, &self.named().sites())?,
        };
        // Nobody is to be met by themselves.
        let own_blog = Judgement { standing: Standing::Never, ..Judgement::default() };
        judged.extend(own.iter().map(|blog| (*blog, own_blog)));
        if let Some(ranked) = &*kept
            && Arc::ptr_eq(&ranked.near, near)
            && ranked.judged == judged
        {
            return Ok(ranked.ranking.clone());
        }
        let ranking = Arc::new(rank(near, |blog| judged.get(&blog).copied().unwrap_or_default()));
        *kept = Some(Kept { near: near.clone(), own, judged, ranking: ranking.clone() });
        Ok(ranking)
    }

    /// Who is not suggested as of then, because the user followed them and does no longer, with until when: as long as "not
    /// now" lasts, but for whoever was flagged since. Milliseconds of the journal's clock.
    pub(super) fn away(&self, as_of: u64) -> Result<BTreeMap<BlogId, u64>, AppError> {
        let mut away = self.store.unfollowed(as_of.saturating_sub(NOT_NOW_MS))?;
        if !away.is_empty() {
            for (blog, (standing, said)) in self.store.standings()? {
                if standing == Standing::Flagged && away.get(&blog).is_some_and(|ended| *ended < said) {
                    away.remove(&blog);
                }
            }
        }
        Ok(away.into_iter().map(|(blog, ended)| (blog, not_now_until(ended))).collect())
    }

    /// What was reckoned when the data last changed; kept in memory for the next who asks.
    pub fn near(&self) -> Result<Arc<Near>, AppError> {
        let reckoned = Reckoned::now(&self.store)?;
        let mut kept = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, near)) = kept.as_ref()
            && Some(*of) == reckoned
        {
            return Ok(near.clone());
        }
        let stored = reckoned.as_ref().map(|reckoned| kept_near(&self.store, reckoned)).transpose()?.flatten();
        let near = match stored {
            Some(near) => Arc::new(near),
            None => Arc::new(self.near_now()?),
        };
        *kept = reckoned.map(|reckoned| (reckoned, near.clone()));
        Ok(near)
    }

    /// Reckoned of what is known now, kept nowhere.
    fn near_now(&self) -> Result<Near, AppError> {
        let theirs = Theirs::now(&self.store, &self.named())?;
        Ok(Near::reckon(&Digests::of(&self.store, &theirs, Stop::default())?)?)
    }

    /// When a feed was last asked, in milliseconds: "not now" is over as of the last refresh, so that the same data make
    /// the same suggestions whatever the clock says.
    pub(super) fn last_looked(&self) -> Result<u64, AppError> {
        let mut last = None;
        for subscription in self.store.subscriptions()? {
            last = last.max(self.store.feed(subscription.blog)?.asked);
        }
        Ok(last.map_or(0, |last| last.0.max(0) as u64 * 1000))
    }

    /// What was reckoned is read anew the next time.
    pub(super) fn forget_near(&self) {
        *self.near.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.ranked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Until when somebody is not suggested to whom "not now" was said then, in milliseconds of the journal's clock.
pub(super) fn not_now_until(said: Stamp) -> u64 {
    said.t.saturating_add(NOT_NOW_MS)
}
