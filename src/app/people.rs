//! Whom to get to know: suggestions, their reckoning, and where the user stands with somebody.

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    discover::{
        Crawled, Crawler, Knowledge, Progress,
        rank::rank,
        reasons::suggest,
        signals::{Signals, vectors},
    },
    journal::Act,
    model::{Blog, BlogId, Plain, Signal, Standing, Suggestion},
    text::{vector::Vector, words::is_unspaced},
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
}

/// How long "not now" holds: 90 days, in milliseconds of the journal's clock.
const NOT_NOW_MS: u64 = 90 * 24 * 3600 * 1000;

impl App {
    /// Looks for candidates with at most `budget` answered requests.
    pub async fn discover(&self, budget: usize, progress: impl Fn(Progress) + Sync) -> Result<Crawled, AppError> {
        let crawler = Crawler { store: self.store.clone(), writer: self.writer.clone(), web: self.web()? };
        Ok(crawler.run(budget, self.now(), progress).await?)
    }

    /// Takes in what was fetched since profiles were last reckoned. To be called before asking for suggestions.
    pub async fn catch_up(&self) -> Result<(), AppError> {
        Knowledge::catch_up(&self.store, &self.writer).await?;
        Ok(())
    }

    /// The ranking with its evidence. Work for a processor, not for the thread that draws.
    pub fn suggest(&self, limit: usize) -> Result<Vec<Suggestion>, AppError> {
        let knowledge = self.knowledge()?;
        let signals = Signals::reckon(&knowledge);
        let ranked = rank(&knowledge, &signals);
        let mut suggestions = suggest(&knowledge, &signals, &ranked, &self.store, limit)?;
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
        let knowledge = self.knowledge()?;
        let signals = Signals::reckon(&knowledge);
        let ranked = rank(&knowledge, &signals);
        let suggestions = suggest(&knowledge, &signals, &ranked, &self.store, usize::MAX)?;
        let mut found = suggestions.into_iter().find(|suggestion| suggestion.blog.id == blog);
        self.show_red_lines(found.as_mut_slice())?;
        let reckoned = ranked.into_iter().find(|ranked| knowledge.blogs[ranked.blog].blog.id == blog);
        Ok(found.zip(reckoned).map(|(suggestion, ranked)| Why { suggestion, signals: ranked.signals }))
    }

    /// Followed and known blogs by what they write about, the nearest first.
    pub fn similar(&self, blog: BlogId, limit: usize) -> Result<Vec<Similar>, AppError> {
        let knowledge = self.knowledge()?;
        let Some(this) = knowledge.position(blog) else {
            let title = self.blog(blog)?.map(|blog| blog.title).unwrap_or_default();
            return Err(AppError::NothingRead { title });
        };
        let vectors = vectors(&knowledge);
        let mut near: Vec<(usize, f64)> = (0..vectors.len())
            .filter(|&other| other != this)
            .map(|other| (other, vectors[this].cosine(&vectors[other])))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        near.sort_by(|a, b| {
            b.1.total_cmp(&a.1).then_with(|| knowledge.blogs[a.0].blog.id.cmp(&knowledge.blogs[b.0].blog.id))
        });
        near.truncate(limit);
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
        if before == standing {
            return Ok(());
        }
        Ok(self.writer.act(vec![Act::Stand { of: blog.clone(), standing, before }]).await?)
    }

    /// What is known, as suggestions take it: "not now" ends after a while.
    fn knowledge(&self) -> Result<Knowledge, AppError> {
        let mut knowledge = Knowledge::load(&self.store)?;
        let now = self.now().0.max(0) as u64 * 1000;
        for known in &mut knowledge.blogs {
            let over = known.stood.is_some_and(|stamp| stamp.t.saturating_add(NOT_NOW_MS) <= now);
            if known.standing == Standing::NotNow && over {
                known.standing = Standing::New;
            }
        }
        Ok(knowledge)
    }
}

/// The phrases, else the terms, that bring two blogs together.
fn shared_phrases(knowledge: &Knowledge, this: usize, other: usize, vectors: &[Vector]) -> Vec<Plain> {
    let theirs = &knowledge.blogs[other].profile.phrases;
    let mine = knowledge.blogs[this].profile.phrases.iter();
    let mut phrases: Vec<Plain> = mine
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
        let written = knowledge.blogs[this].profile.phrases.iter().find(|topic| topic.stems == term);
        match written {
            Some(topic) => phrases.push(topic.written.clone()),
            None if term.chars().any(is_unspaced) => phrases.push(Plain::line(term)),
            // A bare stem is no word that anybody would know.
            None => {}
        }
    }
    phrases
}
