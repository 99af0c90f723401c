//! Perspective: how they speak about what somebody who is followed speaks about too. A beginning: two sentences side by
//! side, each of which takes a stand, on the same page or the same phrase. Whether they agree is for the reader to see.

use super::{
    Teller,
    discussions::{hosts, name_of, own_pages, pages},
    interests, of_edge,
    spelling::{find_ignoring_case, says},
    without_repeats,
};
use crate::{
    discover::{edges::quote_around, profile::Topic, reckon::LANDMARK},
    model::{Evidence, Plain, PostId, Reason, ReasonKind},
    store::StoreError,
    text::{self, sensitive::is_sensitive, words::split},
};

/// Words by which somebody takes a stand, in some languages that bloggers write in.
const STANDS: &[&str] = &[
    "agree",
    "amazing",
    "annoying",
    "awful",
    "bad",
    "beautiful",
    "believe",
    "best",
    "better",
    "disagree",
    "dislike",
    "elegant",
    "enjoy",
    "excellent",
    "fantastic",
    "favorite",
    "favourite",
    "glad",
    "great",
    "hate",
    "honestly",
    "hope",
    "horrible",
    "important",
    "interesting",
    "love",
    "loved",
    "lovely",
    "mistake",
    "opinion",
    "overrated",
    "perfect",
    "prefer",
    "regret",
    "sad",
    "should",
    "shouldn't",
    "terrible",
    "underrated",
    "useful",
    "useless",
    "wish",
    "wonderful",
    "worse",
    "worst",
    "worth",
    "wrong", // English
    "besser",
    "falsch",
    "finde",
    "gut",
    "hoffe",
    "leider",
    "liebe",
    "schade",
    "schlecht",
    "schön",
    "sollte",
    "wichtig", // German
    "aime",
    "dommage",
    "faut",
    "meilleur",
    "mieux",
    "pense",
    "pire",
    "préfère", // French
    "creo",
    "mejor",
    "odio",
    "peor",
    "prefiero",
    "acho",
    "gosto",
    "melhor",
    "pior", // Spanish, Portuguese
];
/// A sentence shorter than this takes no stand that one could follow.
const SENTENCE: usize = 40;
/// Phrases and pages that are tried.
const MOST_TRIED: usize = 6;
const MOST_PAIRS: usize = 2;

/// Two sentences about one thing.
struct Pair {
    about: String,
    with: usize,
    evidence: [Evidence; 2],
}

pub(super) fn of(teller: &mut Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let mut pairs = on_pages(teller, blog)?;
    if pairs.len() < MOST_PAIRS {
        pairs.extend(on_phrases(teller, blog)?);
    }
    let Some(with) = pairs.first().map(|first| first.with) else { return Ok(None) };
    // The sentence names one person, so what is shown is theirs.
    pairs.retain(|pair| pair.with == with);
    pairs.truncate(MOST_PAIRS);
    let subjects: Vec<&str> = pairs.iter().map(|pair| pair.about.as_str()).collect();
    let beside = match teller.near.is_own(with) {
        true => format!("what {} says", teller.name(with)?),
        false => format!("what {} thinks", teller.title(with)?),
    };
    let text = format!("what they think of {}, beside {beside}", subjects.join(" and of "));
    let strength = 0.15 * pairs.len() as f64;
    let evidence = without_repeats(pairs.into_iter().flat_map(|pair| pair.evidence).collect());
    Ok(Some(Reason { kind: ReasonKind::Perspective, strength, text: Plain::line(&text), evidence }))
}

/// Whether a sentence says what somebody thinks of something, and tells nothing sensitive.
fn takes_a_stand(sentence: &Plain) -> bool {
    let stands = |word: &str| STANDS.contains(&word.to_lowercase().replace('’', "'").as_str());
    let says_something = sentence.as_str().chars().count() >= SENTENCE;
    says_something && split(sentence.as_str()).any(|word| stands(word.written)) && !is_sensitive(sentence.as_str())
}

/// Sentences around links to the same page.
fn on_pages(teller: &Teller<'_>, blog: usize) -> Result<Vec<Pair>, StoreError> {
    let near = teller.near;
    let landmark = (near.facts.len() as f64 * LANDMARK).max(3.0);
    let them = teller.known(blog)?;
    let mine = own_pages(them.edges()?);
    let mut pairs = Vec::new();
    for (with, theirs) in teller.beside(blog, &hosts(&mine))?.iter() {
        let with = *with;
        let theirs = pages(theirs.iter().map(|(edge, source)| (edge, source)));
        for (key, (edge, source)) in &mine {
            let Some((their_edge, their_source)) = theirs.get(key) else { continue };
            let linkers = f64::from(near.linkers.get(&text::key(key)).copied().unwrap_or(1));
            if linkers <= landmark && takes_a_stand(&edge.quote) && takes_a_stand(&their_edge.quote) {
                let evidence = [of_edge(edge, source), of_edge(their_edge, their_source)];
                pairs.push(Pair { about: name_of(&edge.target), with, evidence });
            }
        }
        if pairs.len() >= MOST_PAIRS {
            break;
        }
    }
    Ok(pairs)
}

/// Sentences that hold the same phrase.
fn on_phrases(teller: &mut Teller<'_>, blog: usize) -> Result<Vec<Pair>, StoreError> {
    let them = teller.known(blog)?;
    let chosen: Vec<(Topic, usize)> = interests::shared(&teller.topics, &them)?
        .into_iter()
        .filter_map(|topic| teller.topics.who_writes_most(&topic).map(|with| (topic, with)))
        .take(MOST_TRIED)
        .collect();
    let mut pairs = Vec::new();
    for (topic, with) in chosen {
        let friend = teller.known(with)?;
        let their_topic = friend.profile()?.phrases.iter().find(|other| other.stems == topic.stems);
        let Some(own) = stand_on(teller, blog, &topic)? else { continue };
        let Some(theirs) = their_topic.map(|topic| stand_on(teller, with, topic)).transpose()?.flatten() else {
            continue;
        };
        pairs.push(Pair { about: format!("“{}”", topic.written), with, evidence: [own, theirs] });
        if pairs.len() == MOST_PAIRS {
            break;
        }
    }
    Ok(pairs)
}

/// The first sentence that holds a phrase and takes a stand, in the posts that hold the phrase most often.
fn stand_on(teller: &mut Teller<'_>, blog: usize, topic: &Topic) -> Result<Option<Evidence>, StoreError> {
    for &post in &topic.best {
        if let Some(evidence) = stand_in(teller, blog, post, topic.written.as_str())? {
            return Ok(Some(evidence));
        }
    }
    Ok(None)
}

fn stand_in(teller: &mut Teller<'_>, blog: usize, id: PostId, words: &str) -> Result<Option<Evidence>, StoreError> {
    let Some(post) = teller.post(blog, id)? else { return Ok(None) };
    let Some(url) = post.url.clone() else { return Ok(None) };
    let text = teller.text(blog, id)?;
    let looked = teller.known(blog)?;
    let language = looked.profile()?.language.as_deref();
    let quotes = text.as_str().lines().filter_map(|line| {
        let found = find_ignoring_case(line, words)?;
        let quote = quote_around(line, found);
        says(line, found, language, &quote).then_some(quote)
    });
    let quote = quotes.into_iter().find(takes_a_stand);
    let published = post.published.or(post.updated);
    Ok(quote.map(|quote| Evidence { post_url: url, post_title: post.label(), quote, published }))
}
