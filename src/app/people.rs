//! Whom to get to know: looking for them, suggestions, and where the user stands with somebody.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    App, AppError,
    narrowed::{Choices, Narrowed, in_a_line},
    spare,
};
use crate::{
    discover::{
        Crawled, Crawler, Knowledge, Progress,
        edges::own_sites,
        keys,
        knowledge::vectors,
        profile::Topic,
        reasons::{Teller, suggest},
        similar, site,
        theirs::Named,
    },
    journal::Act,
    model::{Blog, BlogId, PageUrl, Plain, Standing, Suggestion, Timestamp},
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
    pub(super) fn show_red_lines(&self, suggestions: &mut [Suggestion]) -> Result<(), AppError> {
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

    /// What the user names in the configuration as theirs.
    pub fn named(&self) -> Named {
        self.config.me.named()
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

    /// Judgements, and what was read and starred, up to now no longer move the weights. Undone by doing it again with what was before.
    pub async fn reset_taste(&self) -> Result<(), AppError> {
        let before = self.store.taste_since()?;
        let since = Some(crate::journal::wall_clock_ms());
        Ok(self.writer.act(vec![Act::Taste { since, before }]).await?)
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

/// Whoever is suggested was never sent away, or that is over.
pub(super) fn as_it_stands_now(suggestion: &mut Suggestion) {
    if suggestion.standing == Standing::NotNow {
        suggestion.standing = Standing::New;
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
