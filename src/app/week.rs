//! Who is shown as a card this week: kept in the cache, so that the cards are the same after a restart.

use super::{
    App, AppError,
    few::{Card, Week},
};
use crate::{
    discover::keys,
    model::{BlogId, Standing, Timestamp},
    store::{Batch, codec},
};

impl App {
    /// The week that has begun; a new one if the last is over. Nothing is kept yet.
    pub fn week(&self) -> Result<Week, AppError> {
        let last = self.last_week()?;
        let now = self.now();
        if !last.is_over(now) {
            return Ok(last);
        }
        let standings = self.store.standings()?;
        let mut heeded = Vec::new();
        for card in &last.cards {
            let is_judged = standings.get(&card.blog).is_some_and(|(standing, _)| *standing != Standing::New);
            if is_judged || self.read_any(card.blog)? {
                heeded.push(card.blog);
            }
        }
        Ok(last.next(now, |blog| heeded.contains(&blog)))
    }

    /// Keeps who is shown, in place of what was kept before.
    pub async fn keep_week(&self, week: &Week) -> Result<(), AppError> {
        let before = self.last_week()?;
        let cards = before.cards.iter().map(|card| (keys::of(keys::CARD, card.blog), None));
        let resting = before.resting.iter().map(|(blog, _)| (keys::of(keys::RESTING, *blog), None));
        let mut records: Vec<_> = cards.chain(resting).collect();
        records.push((keys::WEEK.to_vec(), Some(codec::encode(&week.since)?)));
        for card in &week.cards {
            let value = codec::encode(&(card.place, card.since))?;
            records.push((keys::of(keys::CARD, card.blog), Some(value)));
        }
        for (blog, until) in &week.resting {
            records.push((keys::of(keys::RESTING, *blog), Some(codec::encode(until)?)));
        }
        Ok(self.writer.apply(Batch::Discovery(records)).await?)
    }

    /// Each blog has records of its own, which go with it when somebody is forgotten.
    fn last_week(&self) -> Result<Week, AppError> {
        let cards = self.store.discovered_all::<(usize, Timestamp)>(keys::CARD)?.into_iter();
        let card = |(id, (place, since)): (Vec<u8>, _)| Some(Card { blog: BlogId::from_slice(&id)?, place, since });
        let mut cards: Vec<Card> = cards.filter_map(card).collect();
        cards.sort_by_key(|card| (card.since, card.place, card.blog));
        let resting = self.store.discovered_all::<Timestamp>(keys::RESTING)?.into_iter();
        Ok(Week {
            since: self.store.discovered(keys::WEEK)?.unwrap_or_default(),
            cards,
            resting: resting.filter_map(|(id, until)| Some((BlogId::from_slice(&id)?, until))).collect(),
        })
    }

    fn read_any(&self, blog: BlogId) -> Result<bool, AppError> {
        for post in self.store.posts_of(blog) {
            if self.store.flags(post?)?.read {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
