//! How a suggestion came to its place, and why somebody is none.

use serde::{Deserialize, Serialize};

use super::{App, AppError, order::not_now_until, people::as_it_stands_now};
use crate::{
    discover::{
        blend::ENOUGH,
        keys,
        near::Near,
        rank::{Ranked, Ranking},
        reasons::Teller,
        signals::{COUNT, MEANINGS},
        theirs::own_blogs,
    },
    model::{Blog, BlogId, Plain, Signal, Standing, Suggestion, Timestamp},
};

/// `why --json`: one suggestion with its whole reckoning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Why {
    #[serde(flatten)]
    pub suggestion: Suggestion,
    pub signals: Vec<Signal>,
    /// The mixture of signals that was taken, and how it came to be taken.
    pub blend: Blend,
    pub taste: Taste,
    /// Which of the followed blogs count more and less than others.
    pub counting: Counting,
    /// Signals of which nothing is known.
    pub unknown: Vec<String>,
    /// What would bring this suggestion further up, what would do most first.
    pub would_change: Vec<String>,
    /// Signals that bring it further down: for whoever prints the reckoning, `--json` leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lowers: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    pub name: String,
    /// What each blend found of those that the user follows, a part of them hidden; empty where too few are followed.
    pub tried: Vec<Tried>,
    /// From how many followed blogs on they are tried.
    pub needs: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub name: String,
    /// 0..=1.
    pub found: f64,
}

/// How the user's own judgements moved the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taste {
    pub liked: usize,
    pub sent_away: usize,
    /// Signals that count for more because of it, and for less.
    pub more: Vec<String>,
    pub less: Vec<String>,
}

/// Titles of followed blogs that count more than others, and less, by what the user does with their posts; those that count
/// most, and least, first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    pub more: Vec<Plain>,
    pub less: Vec<Plain>,
}

/// Whoever could gain less than this by a signal, in the sum that orders, has no advice of it.
const LEAST_ROOM: f64 = 0.03;

impl App {
    /// The reckoning of one suggestion; `None` if nothing speaks for that blog, or it is followed.
    pub fn why(&self, blog: BlogId) -> Result<Option<Why>, AppError> {
        let near = self.near()?;
        let ranking = self.ranking(&near)?;
        let Some(place) = near.position(blog) else { return Ok(None) };
        let Some(at) = ranking.candidates.iter().position(|ranked| ranked.blog == place) else { return Ok(None) };
        let mut teller = Teller::new(&near, &self.store)?;
        // Its place among those that can be shown, as `suggest` counts.
        let mut rank = 1;
        for better in &ranking.candidates[..at] {
            rank += usize::from(teller.can_show(better.blog)?);
        }
        let ranked = &ranking.candidates[at];
        let mut suggestion = teller.suggestion(ranked, rank)?;
        suggestion.iter_mut().for_each(as_it_stands_now);
        self.show_red_lines(suggestion.as_mut_slice())?;
        let counting = self.counting(&near)?;
        let signals = ranking.signals(&near, ranked);
        Ok(suggestion.map(|suggestion| explain(suggestion, signals, counting, ranked, &ranking)))
    }

    fn counting(&self, near: &Near) -> Result<Counting, AppError> {
        let mut by_weight: Vec<(usize, f64)> =
            near.followed.iter().map(|blog| (*blog, near.seeds[blog])).filter(|(_, weight)| *weight != 1.0).collect();
        by_weight.sort_by(|a, b| b.1.total_cmp(&a.1));
        let title = |(blog, _): &(usize, f64)| -> Result<Plain, AppError> {
            Ok(self.blog(near.facts[*blog].id)?.map(|blog| blog.title).unwrap_or_default())
        };
        let more = by_weight.iter().filter(|(_, weight)| *weight > 1.0).map(title).collect::<Result<_, _>>()?;
        let less = by_weight.iter().rev().filter(|(_, weight)| *weight < 1.0).map(title).collect::<Result<_, _>>()?;
        Ok(Counting { more, less })
    }

    /// Why a blog of which nothing keeps it aside is not suggested.
    pub fn why_not(&self, blog: Blog) -> Result<AppError, AppError> {
        let (title, feed_url) = (blog.title, Box::new(blog.feed_url));
        let (standing, stamp) = self.store.standings()?.remove(&blog.id).unwrap_or_default();
        let (until, looked) = (not_now_until(stamp), self.last_looked()?);
        let day = |until: u64| Timestamp((until / 1000) as i64).day();
        let away = self.away(looked)?.remove(&blog.id);
        let own = own_blogs(&self.store, &self.named().sites())?;
        Ok(match standing {
            _ if own.contains(&blog.id) => AppError::Own { title },
            _ if self.store.subscription(blog.id)?.is_some() => AppError::FollowedAlready { title },
            Standing::NotNow if until > looked => {
                AppError::SentAway { title, how: format!("{}, until {}", standing.words(), day(until)), feed_url }
            }
            Standing::Never => AppError::SentAway { title, how: standing.words().to_owned(), feed_url },
            Standing::New | Standing::Flagged | Standing::Followed | Standing::NotNow => match away {
                Some(until) => AppError::Unfollowed { title, until: day(until), feed_url },
                None => AppError::NothingSpeaks { title },
            },
            standing => AppError::NotNew { title, standing },
        })
    }

    /// Why a blog is not suggested although much may speak for it.
    pub fn set_aside(&self, blog: BlogId) -> Result<Option<Plain>, AppError> {
        Ok(self.store.discovered(&keys::of(keys::ASIDE, blog))?)
    }
}

/// Everything about how a suggestion came to its place.
fn explain(
    suggestion: Suggestion,
    signals: Vec<Signal>,
    counting: Counting,
    ranked: &Ranked,
    ranking: &Ranking,
) -> Why {
    let unknown = signals.iter().filter(|signal| signal.value.is_none()).map(|signal| signal.name.clone()).collect();
    // What they would gain by it, if they had as much of it as whoever has most.
    let most = |signal: usize| ranking.candidates.iter().map(|one| one.standard[signal]).fold(0.0, f64::max);
    let most: [f64; COUNT] = std::array::from_fn(most);
    let room = |signal: usize| signals[signal].weight * (most[signal] - ranked.standard[signal]);
    let mut by_room: Vec<usize> = (0..COUNT).filter(|&signal| room(signal) > LEAST_ROOM).collect();
    by_room.sort_by(|&a, &b| room(b).total_cmp(&room(a)).then(a.cmp(&b)));
    let (more, less) = ranking.taste.moved();
    let lowers = |signal: &usize| ranked.standard[*signal] * signals[*signal].weight < 0.0;
    let lowers = (0..COUNT).filter(lowers).map(|signal| signals[signal].name.clone()).collect();
    let owned = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect();
    Why {
        unknown,
        would_change: by_room.into_iter().take(4).map(|signal| MEANINGS[signal].change.to_owned()).collect(),
        lowers,
        signals,
        counting,
        suggestion,
        blend: Blend {
            name: ranking.blend.name.to_owned(),
            tried: ranking
                .blend
                .tried
                .iter()
                .map(|(name, found)| Tried { name: (*name).to_owned(), found: *found })
                .collect(),
            needs: ENOUGH,
        },
        taste: Taste {
            liked: ranking.taste.liked,
            sent_away: ranking.taste.sent_away,
            more: owned(more),
            less: owned(less),
        },
    }
}
