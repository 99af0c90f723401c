//! Whom to get to know: suggestions, their reckoning, and where the user stands with somebody.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{
    App, AppError,
    narrowed::{Choices, Narrowed, in_a_line},
    spare,
};
use crate::{
    discover::{
        Crawled, Crawler, Knowledge, Progress,
        blend::ENOUGH,
        digest::Digests,
        edges::own_sites,
        keys,
        knowledge::{Reckoned, Stop, kept_near, vectors},
        near::Near,
        profile::Topic,
        rank::{Judgement, Ranked, Ranking, rank},
        reasons::{Teller, suggest},
        signals::{COUNT, MEANINGS},
        similar, site,
        theirs::{Named, Theirs, own_blogs},
    },
    journal::{Act, Stamp},
    model::{Blog, BlogId, PageUrl, Plain, Signal, Standing, Suggestion, Timestamp},
    store::{Batch, codec},
    text::{sensitive::is_sensitive, vector::Vector, words::is_unspaced},
};

/// A line of `similar --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    pub rank: usize,
    /// 0..=1.
    pub score: f64,
    pub blog: Blog,
    /// What both write about.
    pub phrases: Vec<Plain>,
}

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

/// How long "not now" holds: 90 days, in milliseconds of the journal's clock.
const NOT_NOW_MS: u64 = 90 * 24 * 3600 * 1000;

/// Reasons are looked for one by one, so whoever asks for those of one circle gets them from so many at most.
const LOOKED_THROUGH: usize = 500;
/// To find the words for so many takes a hundred megabytes for a moment.
const MANY: usize = 20;

impl App {
    /// Looks for candidates with at most `budget` answered requests; `None` for what is left of the day's budget.
    pub async fn discover(
        &self,
        budget: Option<usize>,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Crawled, AppError> {
        let crawler = Crawler { store: self.store.clone(), writer: self.writer.clone(), web: self.web()? };
        let now = self.now();
        let requests = match budget {
            Some(requests) => requests,
            None => crawler.left_today(self.config.discover.budget, now)?,
        };
        Ok(crawler.run(requests, budget.is_none(), &self.named(), now, progress).await?)
    }

    /// Requests that are left of the day's budget.
    pub fn left_today(&self) -> Result<usize, AppError> {
        let crawler = Crawler { store: self.store.clone(), writer: self.writer.clone(), web: self.web()? };
        Ok(crawler.left_today(self.config.discover.budget, self.now())?)
    }

    /// The ranking with its evidence. Work for a processor, not for the thread that draws.
    pub fn suggest(&self, limit: usize) -> Result<Vec<Suggestion>, AppError> {
        let near = self.near()?;
        let mut suggestions = suggest(&near, &self.ranking(&near)?.candidates, &self.store, limit)?;
        suggestions.iter_mut().for_each(as_it_stands_now);
        self.show_red_lines(&mut suggestions)?;
        if limit >= MANY && self.behind.stays() {
            spare::give_back();
        }
        Ok(suggestions)
    }

    /// Those of the first five hundred who fit, in their places of the whole ranking; an error that tells what there is
    /// if nobody does.
    pub fn suggest_only(&self, only: &Narrowed, limit: usize) -> Result<Vec<Suggestion>, AppError> {
        let near = self.near()?;
        let (ranking, circles) = (self.ranking(&near)?, self.circles()?);
        let mut teller = Teller::new(&near, &self.store)?;
        let (mut rank, mut there, mut suggestions) = (1, Choices::default(), Vec::new());
        for ranked in &ranking.candidates {
            if suggestions.len() == limit || rank > LOOKED_THROUGH {
                break;
            }
            let Some(mut suggestion) = teller.suggestion(ranked, rank)? else { continue };
            rank += 1;
            let leading = circles.leading_to(&suggestion);
            there.take_in(&suggestion, &leading);
            if only.fits(&suggestion, &leading) {
                as_it_stands_now(&mut suggestion);
                suggestions.push(suggestion);
            }
        }
        if suggestions.is_empty() && there != Choices::default() {
            let first =
                if rank > LOOKED_THROUGH { format!(" among the first {LOOKED_THROUGH}") } else { String::new() };
            return Err(AppError::NobodyFits { first, asked: in_a_line(&only.words()), there: there.words() });
        }
        self.show_red_lines(&mut suggestions)?;
        Ok(suggestions)
    }

    /// Looks for the user's red lines in what is kept of the posts of each. Nobody moves or is left out for them.
    fn show_red_lines(&self, suggestions: &mut [Suggestion]) -> Result<(), AppError> {
        let red_lines = self.config.red_lines();
        if red_lines.is_empty() {
            return Ok(());
        }
        for suggestion in suggestions {
            let posts = self.written(suggestion.blog.id)?;
            suggestion.red_lines = red_lines.crossed(posts.iter().map(|one| (&one.post, &one.html)));
        }
        Ok(())
    }

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

    /// What the user names in the configuration as theirs.
    pub fn named(&self) -> Named {
        self.config.me.named()
    }

    /// Who is not suggested as of then, because the user followed them and does no longer, with until when: as long as "not
    /// now" lasts, but for whoever was flagged since. Milliseconds of the journal's clock.
    fn away(&self, as_of: u64) -> Result<BTreeMap<BlogId, u64>, AppError> {
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

    /// The user's own blogs of which nothing was read.
    pub fn unread_of_own(&self) -> Result<Vec<PageUrl>, AppError> {
        let mut unread = self.named().blogs;
        if !unread.is_empty() {
            let known: HashSet<String> = self.store.blogs()?.iter().flat_map(own_sites).collect();
            unread.retain(|page| site::key(page.url()).is_none_or(|site| !known.contains(&site)));
        }
        Ok(unread)
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
    fn last_looked(&self) -> Result<u64, AppError> {
        let mut last = None;
        for subscription in self.store.subscriptions()? {
            last = last.max(self.store.feed(subscription.blog)?.asked);
        }
        Ok(last.map_or(0, |last| last.0.max(0) as u64 * 1000))
    }

    /// Judgements, and what was read and starred, up to now no longer move the weights. Undone by doing it again with what was before.
    pub async fn reset_taste(&self) -> Result<(), AppError> {
        let before = self.store.taste_since()?;
        let since = Some(crate::journal::wall_clock_ms());
        Ok(self.writer.act(vec![Act::Taste { since, before }]).await?)
    }

    /// Why a blog of which nothing keeps it aside is not suggested.
    pub fn why_not(&self, blog: Blog) -> Result<AppError, AppError> {
        let (title, feed_url) = (blog.title, Box::new(blog.feed_url));
        let (standing, stamp) = self.store.standings()?.remove(&blog.id).unwrap_or_default();
        let (until, looked) = (not_now_until(stamp), self.last_looked()?);
        let day = |until: u64| Timestamp((until / 1000) as i64).day();
        let away = self.away(looked)?.remove(&blog.id);
        Ok(match standing {
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

    /// Followed and known blogs by what they write about, the nearest first.
    pub fn similar(&self, blog: BlogId, limit: usize) -> Result<Vec<Similar>, AppError> {
        let knowledge = Knowledge::load(&self.store)?;
        let Some(this) = knowledge.position(blog) else {
            let title = self.blog(blog)?.map(|blog| blog.title).unwrap_or_default();
            return Err(AppError::NothingRead { title });
        };
        let vectors = vectors(&knowledge);
        let near = similar::nearest(&vectors, this, limit);
        let lines = near.into_iter().enumerate().map(|(place, (other, score))| Similar {
            rank: place + 1,
            score,
            blog: knowledge.blogs[other].blog.clone(),
            phrases: shared_phrases(&knowledge, this, other, &vectors),
        });
        Ok(lines.collect())
    }

    /// What was reckoned is read anew the next time.
    pub(super) fn forget_near(&self) {
        *self.near.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.ranked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes where the user stands with the person behind a blog; durable when it returns.
    pub async fn stand(&self, blog: &Blog, standing: Standing) -> Result<(), AppError> {
        let before = self.store.standing(blog.id)?;
        // "Not now" lasts from when it was said last, and a flag brings back whoever was followed before.
        let says_more = match standing {
            Standing::NotNow => true,
            Standing::Flagged => self.away(self.last_looked()?)?.contains_key(&blog.id),
            _ => false,
        };
        if before == standing && !says_more {
            return Ok(());
        }
        self.check_not_forgotten(&self.person_of(blog)?)?;
        Ok(self.writer.act(vec![Act::Stand { of: blog.clone(), standing, before }]).await?)
    }

    /// Those who were not suggested before yesterday. When somebody was first suggested is remembered.
    pub async fn fresh_people(&self, people: &[Suggestion]) -> Result<HashSet<BlogId>, AppError> {
        let yesterday = self.now().0 - 24 * 3600;
        let (mut fresh, mut records) = (HashSet::new(), Vec::new());
        // Where nobody was ever suggested, everybody is new, which says nothing.
        let is_first = self.store.discovered_all::<Timestamp>(keys::SUGGESTED)?.is_empty();
        for person in people {
            let key = keys::of(keys::SUGGESTED, person.blog.id);
            let first: Option<Timestamp> = self.store.discovered(&key)?;
            if first.is_none() {
                let since = if is_first { Timestamp(0) } else { self.now() };
                records.push((key, Some(codec::encode(&since)?)));
            }
            if !is_first && first.is_none_or(|first| first.0 > yesterday) {
                fresh.insert(person.blog.id);
            }
        }
        if !records.is_empty() {
            self.writer.apply(Batch::Discovery(records)).await?;
        }
        Ok(fresh)
    }
}

/// Until when somebody is not suggested to whom "not now" was said then, in milliseconds of the journal's clock.
fn not_now_until(said: Stamp) -> u64 {
    said.t.saturating_add(NOT_NOW_MS)
}

/// Whoever is suggested was never sent away, or that is over.
fn as_it_stands_now(suggestion: &mut Suggestion) {
    if suggestion.standing == Standing::NotNow {
        suggestion.standing = Standing::New;
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
    let mut by_room: Vec<usize> = (0..COUNT).filter(|&signal| signals[signal].weight > 0.0).collect();
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

/// The phrases, else the terms, that bring two blogs together.
fn shared_phrases(knowledge: &Knowledge, this: usize, other: usize, vectors: &[Vector]) -> Vec<Plain> {
    let theirs = &knowledge.blogs[other].profile.phrases;
    let mine: Vec<&Topic> = knowledge.blogs[this].profile.topics().collect();
    let mut phrases: Vec<Plain> = mine
        .iter()
        .filter(|topic| topic.stems.contains(' ') && theirs.iter().any(|other| other.stems == topic.stems))
        .map(|topic| topic.written.clone())
        .take(5)
        .collect();
    let mut terms: Vec<(&str, f64)> = vectors[this].shared(&vectors[other]).collect();
    terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    for (term, _) in terms {
        if phrases.len() >= 8 {
            break;
        }
        // The stem as somebody wrote it.
        let written = mine.iter().find(|topic| topic.stems == term);
        match written {
            Some(topic) => phrases.push(topic.written.clone()),
            None if term.chars().any(is_unspaced) && !is_sensitive(term) => phrases.push(Plain::line(term)),
            // A bare stem is no word that anybody would know.
            None => {}
        }
    }
    phrases
}
