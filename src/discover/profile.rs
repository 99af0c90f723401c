//! What somebody writes about: how often which terms, and the phrases that a person would call topics.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use crate::{
    model::{Link, Plain, Post, PostId, Timestamp},
    store::{StoreError, codec},
    text::{
        background, language, phrases,
        topical::{is_first_name, is_topic},
        vector::Counts,
        words::Terms,
    },
};

/// Terms a blog, the most frequent first to stay.
const MOST_TERMS: usize = 6000;
const MOST_PHRASES: usize = 400;
/// Words that a profile is reckoned from, the newest posts first. Profiles of very different lengths are near each other
/// for their length; equal ones find half as many again of the right people (docs/suggestions.md).
const MOST_WORDS: usize = 30_000;
/// Who posts often is silent after so long, whoever posts seldom after so many of their usual pauses, and everybody after
/// so long.
const SILENT_FROM: Duration = Duration::from_secs(182 * 24 * 3600);
const SILENT_PAUSES: u32 = 4;
const SILENT_SURELY: Duration = Duration::from_secs(3 * 365 * 24 * 3600);
/// Words of a title count as if they stood so often in the text.
const TITLE_WEIGHT: u32 = 2;
/// A word that stands behind a first name once in so many times is a surname.
const SURNAME_FROM: u32 = 4;

/// A post with its text, for whoever counts words and follows links.
#[derive(Clone, Debug)]
pub struct PostText {
    pub post: Post,
    pub text: Plain,
    /// The text without its code, which is what somebody writes about.
    pub prose: Plain,
    pub links: Vec<Link>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Up to which revision of the blog's posts this was reckoned.
    pub revision: u64,
    pub language: Option<String>,
    pub terms: Counts,
    /// Those in most posts first, the rarer at large before the more common.
    pub phrases: Vec<Topic>,
    pub posts: u32,
    pub first_post: Option<Timestamp>,
    pub last_post: Option<Timestamp>,
}

/// A phrase and the posts that hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// Its stems, by which it meets the same phrase of others.
    pub stems: String,
    pub written: Plain,
    /// In how many posts.
    pub posts: u32,
    pub count: u32,
    /// The posts that hold it most often, three at most.
    pub best: Vec<PostId>,
}

impl Profile {
    /// The phrases that can be said of somebody (see [`is_topic`]), in the order of `phrases`. Surnames are
    /// none either.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        let counts: HashMap<&str, u32> = self.phrases.iter().map(|topic| (topic.stems.as_str(), topic.count)).collect();
        let mut surnames: HashSet<String> = HashSet::new();
        for topic in &self.phrases {
            let (Some((first, _)), Some((_, last))) =
                (topic.written.as_str().split_once(' '), topic.stems.split_once(' '))
            else {
                continue;
            };
            let alone = counts.get(last).copied().unwrap_or(0);
            if !last.contains(' ') && is_first_name(first) && topic.count * SURNAME_FROM >= alone {
                surnames.insert(last.to_owned());
            }
        }
        let language = self.language.as_deref();
        self.phrases.iter().filter(move |topic| {
            is_topic(topic.written.as_str(), language) && !topic.stems.split(' ').any(|word| surnames.contains(word))
        })
    }

    /// Posts a month over the time that the posts span; `None` for fewer than two dated posts.
    pub fn posts_per_month(&self) -> Option<f64> {
        let (first, last) = self.first_post.zip(self.last_post)?;
        let months = last.since(first).as_secs_f64() / (30.44 * 86_400.0);
        (self.posts > 1 && months > 0.0).then(|| (f64::from(self.posts - 1) / months * 10.0).round() / 10.0)
    }

    /// The last post of somebody who fell silent: nothing since for half a year and for several of their usual pauses,
    /// or for three years. `now` is the moment up to which posts are known.
    pub fn silent_since(&self, now: Timestamp) -> Option<Timestamp> {
        let (first, last) = self.first_post.zip(self.last_post)?;
        let usual = last.since(first) / self.posts.saturating_sub(1).max(1);
        let longest = (usual * SILENT_PAUSES).clamp(SILENT_FROM, SILENT_SURELY);
        (now.since(last) > longest).then_some(last)
    }
}

/// A [`Profile`] as it lies in the store, its terms passed over: they are most of it.
#[derive(Deserialize)]
struct WithoutTerms {
    revision: u64,
    language: Option<String>,
    #[serde(rename = "terms", deserialize_with = "pass_over")]
    _terms: (),
    phrases: Vec<Topic>,
    posts: u32,
    first_post: Option<Timestamp>,
    last_post: Option<Timestamp>,
}

/// A [`Profile`] up to its terms.
#[derive(Deserialize)]
struct UpToTerms {
    #[serde(rename = "revision")]
    _revision: u64,
    #[serde(rename = "language")]
    _language: Option<String>,
    terms: Counts,
}

/// Reads terms and their counts, and keeps none.
fn pass_over<'de, D: Deserializer<'de>>(stored: D) -> Result<(), D::Error> {
    struct Passed;

    impl<'de> Visitor<'de> for Passed {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("terms and their counts")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut terms: A) -> Result<(), A::Error> {
            while terms.next_element::<(&[u8], u32)>()?.is_some() {}
            Ok(())
        }
    }

    stored.deserialize_seq(Passed)
}

/// An encoded [`Profile`] without its terms.
pub fn without_terms(bytes: &[u8]) -> Result<Profile, StoreError> {
    let WithoutTerms { revision, language, _terms, phrases, posts, first_post, last_post } = codec::decode_in(bytes)?;
    Ok(Profile { revision, language, terms: Counts::default(), phrases, posts, first_post, last_post })
}

/// The terms alone of an encoded [`Profile`].
pub fn terms_of(bytes: &[u8]) -> Result<Counts, StoreError> {
    codec::decode_in::<UpToTerms>(bytes).map(|profile| profile.terms)
}

/// Reckons a profile from all posts at hand.
pub fn of(posts: &[PostText], declared_language: Option<&str>, revision: u64) -> Profile {
    let mut posts: Vec<&PostText> = posts.iter().collect();
    posts.sort_by_key(|one| std::cmp::Reverse(one.post.published.or(one.post.updated)));
    let sample: String = posts.iter().take(8).map(|one| one.prose.as_str()).collect::<Vec<_>>().join("\n");
    let language = language::of(&sample, declared_language);
    let stemming = Terms::of(language.as_deref());
    let (mut terms, mut words): (HashMap<String, f64>, usize) = (HashMap::new(), 0);
    let mut topics: HashMap<String, (Topic, Vec<(u32, PostId)>)> = HashMap::new();
    for one in &posts {
        if words < MOST_WORDS {
            let mut own: HashMap<String, u32> = HashMap::new();
            stemming.each(one.post.title.as_str(), |term| *own.entry(term).or_default() += TITLE_WEIGHT);
            stemming.each(one.prose.as_str(), |term| {
                words += 1;
                if words <= MOST_WORDS {
                    *own.entry(term).or_default() += 1;
                }
            });
            // What stands in many posts counts for more than what fills one.
            for (term, count) in own {
                *terms.entry(term).or_default() += 1.0 + f64::from(count).ln();
            }
        }
        let whole = format!("{}.\n{}", one.post.title, one.prose);
        for (stems, phrase) in phrases::of(&whole, language.as_deref(), &stemming) {
            let (topic, held) = topics.entry(stems.clone()).or_insert_with(|| {
                let written = Plain::line(&phrase.written);
                (Topic { stems, written, posts: 0, count: 0, best: Vec::new() }, Vec::new())
            });
            topic.posts += 1;
            topic.count += phrase.count;
            held.push((phrase.count, one.post.id));
        }
    }
    let terms = terms.into_iter().map(|(term, weight)| (term, weight.round() as u32)).collect();
    // A clock that is wrong must not make everybody else look silent.
    let dated = |post: &Post| post.published.or(post.updated).map(|_| post.sort_time());
    let dates = || posts.iter().filter_map(|one| dated(&one.post));
    Profile {
        revision,
        language,
        terms: Counts::from_map(terms, MOST_TERMS),
        phrases: choose(topics, posts.len()),
        posts: posts.len() as u32,
        first_post: dates().min(),
        last_post: dates().max(),
    }
}

/// Phrases of several words are topics when they come twice, single words when several posts hold them. Those that are
/// common at large leave their places to those that tell something.
fn choose(topics: HashMap<String, (Topic, Vec<(u32, PostId)>)>, posts: usize) -> Vec<Topic> {
    let few = posts < 6;
    let weight = |topic: &Topic| {
        let words = topic.stems.split(' ').count() as u32;
        let rarity = topic.stems.split(' ').map(|word| (1.0 / background::share(word)).ln()).fold(0.0, f64::max);
        f64::from(topic.posts * 2 * words + topic.count.min(20)) * rarity
    };
    let mut chosen: Vec<(f64, Topic)> = topics
        .into_values()
        .filter(|(topic, _)| if topic.stems.contains(' ') { topic.count >= 2 || few } else { topic.posts >= 2 || few })
        .map(|(mut topic, mut held)| {
            held.sort_by(|a, b| b.cmp(a));
            topic.best = held.into_iter().take(3).map(|(_, post)| post).collect();
            (weight(&topic), topic)
        })
        .collect();
    chosen.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.stems.cmp(&b.1.stems)));
    chosen.truncate(MOST_PHRASES);
    chosen.into_iter().map(|(_, topic)| topic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_silent_against_their_own_habit() {
        let day = 24 * 3600;
        // Every so many days, the last so many days ago.
        let silent = |usual: i64, ago: i64| {
            let now = Timestamp(1_790_000_000);
            let last = Timestamp(now.0 - ago * day);
            let first = Timestamp(last.0 - usual * 9 * day);
            let profile = Profile { posts: 10, first_post: Some(first), last_post: Some(last), ..Profile::default() };
            profile.silent_since(now).is_some()
        };
        for (usual, ago, expected) in [
            (1, 180, false),
            (1, 190, true),
            (30, 190, true),
            (100, 300, false),
            (100, 410, true),
            (500, 1000, false),
            (500, 1100, true),
            (1, -5, false),
        ] {
            assert_eq!(silent(usual, ago), expected, "every {usual} days, {ago} days ago");
        }
        assert_eq!(Profile::default().silent_since(Timestamp(0)), None, "nothing is known");
    }

    #[test]
    fn a_stored_profile_is_read_with_its_terms_or_without() {
        let topic =
            Topic { stems: "rye".into(), written: Plain::line("Rye"), posts: 2, count: 3, best: vec![PostId([7; 16])] };
        let profile = Profile {
            revision: 300,
            language: Some("en".into()),
            terms: Counts(vec![("dough".into(), 3), ("größe".into(), 70_000)]),
            phrases: vec![topic],
            posts: 9,
            first_post: Some(Timestamp(-5)),
            last_post: Some(Timestamp(1_790_000_000)),
        };
        let bytes = codec::encode(&profile).unwrap();
        assert_eq!(terms_of(&bytes).unwrap(), profile.terms);
        assert_eq!(without_terms(&bytes).unwrap(), Profile { terms: Counts::default(), ..profile });
    }

    #[test]
    fn whom_somebody_writes_about_is_no_topic() {
        let topic = |(written, count): (&str, u32)| Topic {
            stems: written.to_lowercase(),
            written: Plain::line(written),
            posts: 3,
            count,
            best: vec![],
        };
        let phrases = [
            ("edith crane", 4),
            ("crane", 5),
            ("anna bread", 2),
            ("bread", 9),
            ("hannah", 8),
            ("eleven", 7),
            ("antidepress help", 3),
            ("parish", 2),
        ];
        let profile = Profile { phrases: phrases.map(topic).to_vec(), ..Profile::default() };
        let topics: Vec<&str> = profile.topics().map(|topic| topic.written.as_str()).collect();
        assert_eq!(topics, ["bread", "parish"]);
    }

    #[test]
    fn what_is_common_at_large_leaves_its_place_to_what_tells_something() {
        let topic = |stems: &str| {
            let topic =
                Topic { stems: stems.to_owned(), written: Plain::line(stems), posts: 3, count: 3, best: vec![] };
            (stems.to_owned(), (topic, Vec::new()))
        };
        let chosen = choose(HashMap::from(["time", "sourdough"].map(topic)), 9);
        assert_eq!(chosen.iter().map(|topic| topic.stems.as_str()).collect::<Vec<_>>(), ["sourdough", "time"]);
    }

    #[test]
    fn a_post_from_the_future_is_of_the_day_when_it_was_first_seen() {
        let blog = crate::model::BlogId([1; 16]);
        let post = Post {
            id: PostId::of(blog, "1"),
            blog,
            url: None,
            title: Plain::default(),
            authors: Vec::new(),
            published: Some(Timestamp(4_000_000_000)),
            updated: None,
            first_seen: Timestamp(1_790_000_000),
            tags: Vec::new(),
            summary: Plain::default(),
            enclosures: Vec::new(),
        };
        let one = PostText { post, text: Plain::default(), prose: Plain::default(), links: Vec::new() };
        assert_eq!(of(&[one], None, 1).last_post, Some(Timestamp(1_790_000_000)));
    }
}
