//! Interests: phrases that both write about, each with a post of the candidate and one of somebody who is followed, or of
//! the user's own.

use std::collections::BTreeSet;

use super::{
    Teller, dated, list,
    looked::Looked,
    spelling::{
        Says, Varied, as_written, find_ignoring_case, is_same_word, is_surname, one_of_many, reads_like_a_word, says,
    },
    without_repeats,
};
use crate::{
    discover::{
        edges::quote_around,
        near::Near,
        profile::{Profile, Topic},
    },
    model::{Evidence, Plain, PostId, Reason, ReasonKind, Timestamp},
    store::StoreError,
    text::{background, key, topical::is_topic, vector::Frequencies, words::is_unspaced},
};

const MOST_PHRASES: usize = 3;
/// A phrase that more than this share of all blogs write about parts nobody from anybody.
const TOO_COMMON: f64 = 0.4;
/// ln of one over the share of posts at large: a single word must stand in fewer than one of 45 posts.
const LEAST_RARITY: f64 = 3.8;
/// "borrow checker" says more than "checker".
const PHRASE_OVER_WORD: f64 = 1.6;
/// A phrase needs one word that stands in fewer than one of 20.
const LEAST_RARITY_IN_PHRASE: f64 = 3.0;
/// A single word that never comes twice in a post is seldom what the post is about (Katz 1996): so much of it counts.
const IN_PASSING: f64 = 0.35;
/// A topic that is worth less than this share of the best one would only weaken it.
const WORTH_SAYING: f64 = 0.4;

/// Who writes about what.
#[derive(Debug)]
pub struct Topics<'a> {
    near: &'a Near,
}

impl<'a> Topics<'a> {
    pub fn of(near: &'a Near) -> Self {
        Self { near }
    }

    /// The followed blog that writes most about a phrase.
    pub fn who_writes_most(&self, topic: &Topic) -> Option<usize> {
        self.near.topics.get(&key(&topic.stems)).map(|(blog, _)| *blog)
    }

    /// What a shared phrase is worth: rare at large and among the blogs at hand, frequent with both, and the longer the
    /// better. `None` for what is no topic: everyday words, and people's names.
    fn worth(&self, topic: &Topic) -> Option<f64> {
        let (_, theirs) = self.near.topics.get(&key(&topic.stems))?;
        let documents = f64::from(self.near.documents.get(&key(&topic.stems)).copied().unwrap_or(1));
        let blogs = self.near.facts.len() as f64;
        let words: Vec<&str> = topic.stems.split(' ').collect();
        if documents > (blogs * TOO_COMMON).max(4.0) || words.iter().any(|word| self.near.names.contains(&key(word))) {
            return None;
        }
        if words.len() == 1 && !reads_like_a_word(topic.written.as_str()) {
            return None;
        }
        let rarities: Vec<f64> = words.iter().map(|word| (1.0 / background::share(word)).ln()).collect();
        let rarest = rarities.iter().copied().fold(0.0, f64::max);
        if rarest < if words.len() == 1 { LEAST_RARITY } else { LEAST_RARITY_IN_PHRASE } {
            return None;
        }
        let rarity = rarest + 0.35 * (rarities.iter().sum::<f64>() - rarest);
        let rare_here = ((1.0 + blogs) / documents).ln().max(0.1);
        let both = f64::from(topic.posts.min(*theirs)).ln_1p() + 0.3 * f64::from(topic.posts.max(*theirs)).ln_1p();
        let spelt_out = if words.len() > 1 { PHRASE_OVER_WORD } else { 1.0 };
        let in_passing = if words.len() == 1 && topic.count <= topic.posts { IN_PASSING } else { 1.0 };
        Some(rarity * (1.0 + 0.5 * rare_here) * both * spelt_out * in_passing)
    }
}

/// The phrases that a blog shares with those who are followed, the most telling first.
pub(super) fn shared(topics: &Topics<'_>, looked: &Looked) -> Result<Vec<Topic>, StoreError> {
    let phrases = &looked.profile()?.phrases;
    let chosen = looked.shared(|profile| {
        let chosen = choose(topics, profile);
        let place = |topic: &Topic| profile.phrases.iter().position(|other| std::ptr::eq(other, topic));
        chosen.into_iter().filter_map(|(topic, worth)| Some((place(topic)?, worth))).collect()
    })?;
    Ok(chosen.iter().map(|(place, _)| phrases[*place].clone()).collect())
}

fn choose<'a>(topics: &Topics<'_>, profile: &'a Profile) -> Vec<(&'a Topic, f64)> {
    let mut shared: Vec<(&Topic, f64)> =
        profile.topics().filter_map(|topic| topics.worth(topic).map(|worth| (topic, worth))).collect();
    shared.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.stems.cmp(&b.0.stems)));
    let mut chosen: Vec<(&Topic, f64)> = Vec::new();
    let least = shared.first().map_or(0.0, |(_, best)| best * WORTH_SAYING);
    for (topic, worth) in shared.into_iter().take_while(|(_, worth)| *worth >= least) {
        let words: BTreeSet<String> = topic.stems.split(' ').map(one_of_many).collect();
        let repeats =
            chosen.iter().any(|(other, _)| other.stems.split(' ').any(|word| words.contains(&one_of_many(word))));
        if !repeats {
            chosen.push((topic, worth));
        }
        if chosen.len() == MOST_PHRASES {
            break;
        }
    }
    chosen
}

pub(super) fn of(teller: &mut Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let nearness = teller.near.nearest[blog].by_words.map_or(0.0, |(_, nearness)| nearness);
    let strength = f64::from(nearness).sqrt().min(1.0);
    let them = teller.known(blog)?;
    let chosen = shared(&teller.topics, &them)?;
    if chosen.is_empty() {
        return by_terms(teller, blog, strength);
    }
    let mut evidence = Vec::new();
    let mut phrases: Vec<Plain> = Vec::new();
    let mut with: Vec<usize> = Vec::new();
    let mut newest = None;
    for topic in &chosen {
        let Some(followed) = teller.topics.who_writes_most(topic) else { continue };
        let Some(own) = find(teller, blog, topic, says)? else { continue };
        let friend = teller.known(followed)?;
        let their_topic = friend.profile()?.phrases.iter().find(|other| other.stems == topic.stems);
        let theirs = their_topic.map(|their_topic| find(teller, followed, their_topic, says)).transpose()?.flatten();
        // Whoever is named must have a post that shows it.
        let Some(theirs) = theirs else { continue };
        let spelt = their_topic.map_or("", |their_topic| their_topic.written.as_str());
        if !is_same_word(topic.written.as_str(), spelt, them.profile()?.language.as_deref()) {
            continue;
        }
        phrases.push(topic.written.clone());
        if !with.contains(&followed) {
            with.push(followed);
        }
        newest = newest.max(own.published);
        evidence.extend([own, theirs]);
    }
    if phrases.is_empty() {
        return by_terms(teller, blog, strength);
    }
    let names = with.iter().map(|&with| teller.name(with)).collect::<Result<Vec<Plain>, _>>()?;
    let verb = if names.len() == 1 { "does" } else { "do" };
    let text = format!("writes about {}, as {} {verb}", list(&phrases, MOST_PHRASES), list(&names, MOST_PHRASES));
    Ok(Some(said(text, strength, newest, evidence)))
}

/// With the month of the newest post of theirs that is shown.
fn said(text: String, strength: f64, newest: Option<Timestamp>, evidence: Vec<Evidence>) -> Reason {
    let text = Plain::line(&format!("{text}{}", dated("; quoted from", newest)));
    Reason { kind: ReasonKind::Interests, strength, text, evidence: without_repeats(evidence) }
}

/// A post of a blog that holds a phrase, with the sentence around it.
pub(super) fn find(
    teller: &mut Teller<'_>,
    blog: usize,
    topic: &Topic,
    says: Says,
) -> Result<Option<Evidence>, StoreError> {
    // Where the posts that hold it most often name somebody by it, it is a surname in the others as well.
    for &post in &topic.best {
        if is_surname(teller.text(blog, post)?.as_str(), topic.written.as_str()) {
            return Ok(None);
        }
    }
    for &post in &topic.best {
        if let Some(evidence) = quote(teller, blog, post, topic.written.as_str(), says)? {
            return Ok(Some(evidence));
        }
    }
    // The best posts may have left the cache, or spell it another way.
    for post in teller.newest(blog)? {
        if let Some(evidence) = quote(teller, blog, post, topic.written.as_str(), says)? {
            return Ok(Some(evidence));
        }
    }
    Ok(None)
}

/// The sentence of a post that holds some words, whatever their capitals, and tells nothing sensitive.
fn quote(
    teller: &mut Teller<'_>,
    blog: usize,
    id: PostId,
    words: &str,
    says: Says,
) -> Result<Option<Evidence>, StoreError> {
    let Some(post) = teller.post(blog, id)? else { return Ok(None) };
    let Some(url) = post.url.clone() else { return Ok(None) };
    let text = teller.text(blog, id)?;
    let holds = |text: &Plain| find_ignoring_case(text.as_str(), words).is_some();
    if !holds(&text) && !holds(&post.title) {
        return Ok(None);
    }
    if is_surname(text.as_str(), words) || is_surname(post.title.as_str(), words) {
        return Ok(None);
    }
    let looked = teller.known(blog)?;
    let language = looked.profile()?.language.as_deref();
    let mut lines = text.as_str().lines().filter_map(|line| {
        let found = find_ignoring_case(line, words)?;
        let quote = quote_around(line, found);
        says(line, found, language, &quote).then_some(quote)
    });
    let title = || {
        let found = find_ignoring_case(post.title.as_str(), words)?;
        says(post.title.as_str(), found, language, &post.title).then(|| post.title.clone())
    };
    let Some(quote) = lines.next().or_else(title) else { return Ok(None) };
    Ok(Some(Evidence { post_url: url, post_title: post.label(), quote, published: post.published.or(post.updated) }))
}

/// Where no phrase is shared, or the script has no words to make phrases of: the terms that both use most.
fn by_terms(teller: &mut Teller<'_>, blog: usize, strength: f64) -> Result<Option<Reason>, StoreError> {
    let Some((followed, _)) = teller.near.nearest[blog].by_words else { return Ok(None) };
    // Only what the background table says of their rarity: the counts of all others are not at hand here.
    let them = teller.known(blog)?;
    let (terms, friends_terms) = (teller.terms(blog)?, teller.terms(followed)?);
    let counts = [&*terms, &*friends_terms];
    let language = them.profile()?.language.as_deref();
    let both = Frequencies::of(counts);
    let [mine, theirs] = counts.map(|counts| both.weigh(counts, 1.0));
    let mut terms: Vec<(&str, f64)> = mine.shared(&theirs).collect();
    terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let telling = |term: &&str| {
        let unspaced = term.chars().any(is_unspaced);
        unspaced
            || (reads_like_a_word(term)
                && (1.0 / background::share(term)).ln() >= LEAST_RARITY
                && !teller.near.names.contains(&key(term)))
    };
    // Nobody writes about what they named but once.
    let often = |term: &&str| counts.iter().all(|counts| counts.count(term) > 1);
    let terms = terms.into_iter().map(|(term, _)| term).filter(telling).filter(often).take(12);
    let terms: Vec<String> = terms.map(str::to_owned).collect();
    let (mut evidence, mut shown, mut newest) = (Vec::new(), Vec::new(), None);
    for term in terms {
        if shown.len() == MOST_PHRASES {
            break;
        }
        let own = first_with(teller, blog, &term, says)?;
        let theirs = first_with(teller, followed, &term, says)?;
        if let (Some(own), Some(theirs)) = (own, theirs) {
            let written = as_written(own.quote.as_str(), &term, language);
            let by_friend = as_written(theirs.quote.as_str(), &term, language);
            if !is_same_word(written.as_str(), by_friend.as_str(), language) || !is_whole(teller, blog, &term)? {
                continue;
            }
            let is_word = term.chars().any(is_unspaced) || reads_like_a_word(written.as_str());
            let is_new = !shown.iter().any(|one: &Plain| one_of_many(one.as_str()) == one_of_many(written.as_str()));
            if is_word && is_new && is_topic(written.as_str(), language) {
                shown.push(written);
                newest = newest.max(own.published);
                evidence.extend([own, theirs]);
            }
        }
    }
    if shown.is_empty() {
        return Ok(None);
    }
    let text = format!("writes about {}, as {} does", list(&shown, MOST_PHRASES), teller.name(followed)?);
    Ok(Some(said(text, strength * 0.8, newest, evidence)))
}

/// Whether letters that no spaces part are a word, and no piece of a longer one: what stands before them and behind them
/// varies (accessor variety, Feng et al. 2004).
fn is_whole(teller: &mut Teller<'_>, blog: usize, term: &str) -> Result<bool, StoreError> {
    if !term.chars().any(is_unspaced) {
        return Ok(true);
    }
    let (mut before, mut behind) = (Varied::default(), Varied::default());
    for post in teller.newest(blog)? {
        let text = teller.text(blog, post)?;
        for (at, found) in text.as_str().match_indices(term) {
            before.take_in(text.as_str()[..at].chars().next_back());
            behind.take_in(text.as_str()[at + found.len()..].chars().next());
        }
        if before.is_enough() && behind.is_enough() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first of the newest posts of a blog that holds a term.
pub(super) fn first_with(
    teller: &mut Teller<'_>,
    blog: usize,
    term: &str,
    says: Says,
) -> Result<Option<Evidence>, StoreError> {
    for post in teller.newest(blog)? {
        if let Some(evidence) = quote(teller, blog, post, term, says)? {
            return Ok(Some(evidence));
        }
    }
    Ok(None)
}
