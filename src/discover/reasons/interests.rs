//! Interests: phrases that both write about, each with a post of the candidate and one of somebody who is followed, or of
//! the user's own.

use std::collections::BTreeSet;

use super::{Teller, dated, list, looked::Looked, without_repeats};
use crate::{
    discover::{
        edges::quote_around,
        near::Near,
        profile::{Profile, Topic},
    },
    model::{Evidence, Plain, PostId, Reason, ReasonKind, Timestamp},
    store::StoreError,
    text::{
        background, key,
        nouns::stands_as_noun,
        sensitive::is_sensitive,
        topical::{is_first_name, is_topic},
        vector::Frequencies,
        words::{Word, is_unspaced, split},
    },
};

/// Different letters on each side that make a word of some letters.
const VARIED: usize = 3;
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

/// Whether a single word may stand for a topic: not `u32`, `rec` or `tmp`, which come from listings, but `CSS` and `bread`.
fn reads_like_a_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    !word.chars().any(|c| c.is_ascii_digit()) && (letters >= 4 || (letters >= 3 && capitals == letters))
}

/// GPU of GPUs, of which a stemmer knows nothing.
fn singular(stem: &str) -> &str {
    stem.strip_suffix('s').unwrap_or(stem)
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
        let words: BTreeSet<&str> = topic.stems.split(' ').map(singular).collect();
        let repeats = chosen.iter().any(|(other, _)| other.stems.split(' ').any(|word| words.contains(singular(word))));
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

/// Whether a line says something of the words that were found in it (line, words, language, what is quoted of the line).
type Says = fn(&str, &str, Option<&str>, &Plain) -> bool;

/// What is said of somebody: the words stand there as a noun, and what is quoted can be shown.
pub(super) fn says(line: &str, found: &str, language: Option<&str>, quote: &Plain) -> bool {
    // `found` is a part of `line`, so its place is the distance of the two beginnings.
    let at = found.as_ptr() as usize - line.as_ptr() as usize;
    stands_as_noun(line, at..at + found.len(), language) && can_be_quoted(line, found, language, quote)
}

/// The same of words that the user named: what they are called for is known.
pub(super) fn can_be_quoted(line: &str, found: &str, _: Option<&str>, quote: &Plain) -> bool {
    !is_denied(line, found) && !looks_like_code(quote.as_str()) && !is_sensitive(quote.as_str())
}

/// Whether the words in a line are what somebody says that they have nothing of: "I have no garden, for the record".
fn is_denied(line: &str, found: &str) -> bool {
    let at = found.as_ptr() as usize - line.as_ptr() as usize;
    let before = split(&line[..at]).last().map(|word| word.written.to_lowercase());
    before.is_some_and(|word| {
        ["no", "not", "never", "nor", "without", "kein", "keine", "keinen"].contains(&word.as_str())
    })
}

/// Whether a quotation is a piece of a program and no sentence.
fn looks_like_code(quote: &str) -> bool {
    quote.ends_with(';') || ["{", "}", "();", "=>", "==", "&&", "||", "</"].iter().any(|mark| quote.contains(mark))
}

/// Whether a word stands in a text as somebody's surname: with a capital, behind a first name.
fn is_surname(text: &str, word: &str) -> bool {
    // Most texts hold no such word, and a phrase is no word.
    if word.contains(' ') || (word.is_ascii() && find_ignoring_case(text, word).is_none()) {
        return false;
    }
    let lower = word.to_lowercase();
    let same = |written: &str| written.starts_with(char::is_uppercase) && written.to_lowercase() == lower;
    let mut before = "";
    split(text).any(|Word { written, after_break }| {
        let first = std::mem::replace(&mut before, written);
        !after_break && same(written) && is_first_name(first)
    })
}

/// The words as the text spells them.
pub(super) fn find_ignoring_case<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    // No other letter than K has a look-alike of which it is the lower case (the sign of Kelvin).
    let has_k = words.bytes().any(|byte| byte.eq_ignore_ascii_case(&b'k'));
    if words.is_ascii() && !(has_k && text.contains('\u{212a}')) {
        return find_ascii(text, words);
    }
    let first = words.chars().next()?;
    let starts = text.char_indices().filter(|(_, c)| c.to_lowercase().eq(first.to_lowercase())).map(|(at, _)| at);
    for at in starts {
        // In the middle of a word it is another word; where words are not parted, anywhere will do.
        if !is_unspaced(first) && is_within_a_word(text, at) {
            continue;
        }
        let mut rest = text[at..].char_indices();
        let fits = words.chars().all(|word| rest.next().is_some_and(|(_, c)| c.to_lowercase().eq(word.to_lowercase())));
        if fits {
            let end = rest.next().map_or(text.len(), |(offset, _)| at + offset);
            return Some(&text[at..end]);
        }
    }
    None
}

/// The same for words of plain letters, sixteen bytes at a time.
fn find_ascii<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let first = *words.as_bytes().first()?;
    let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text.as_bytes());
    let fits =
        |at: usize| text.as_bytes()[at..].get(..words.len())?.eq_ignore_ascii_case(words.as_bytes()).then_some(at);
    let at = starts.filter_map(fits).find(|at| !is_within_a_word(text, *at))?;
    Some(&text[at..at + words.len()])
}

fn is_within_a_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
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
            let lower = written.as_str().to_lowercase();
            let is_new = !shown.iter().any(|one: &Plain| singular(&one.as_str().to_lowercase()) == singular(&lower));
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

/// Whether two spellings of one stem are one word: Electron is not electronics, and Slack is not slack. Elsewhere than in
/// English, endings and capitals tell less.
fn is_same_word(a: &str, b: &str, language: Option<&str>) -> bool {
    let is_name = |word: &str| word.starts_with(char::is_uppercase);
    language != Some("en") || a.contains(' ') || (is_name(a) == is_name(b) && one_of_many(a) == one_of_many(b))
}

/// A plural's singular, in lower case.
fn one_of_many(word: &str) -> String {
    let word = word.to_lowercase();
    let cut = |ending: &str| word.strip_suffix(ending).filter(|rest| rest.len() > 2);
    if let Some(rest) = cut("ies") {
        return format!("{rest}y");
    }
    let sibilant = |rest: &&str| ["s", "x", "z", "ch", "sh"].iter().any(|ending| rest.ends_with(ending));
    match cut("es").filter(sibilant).or_else(|| cut("s").filter(|rest| !rest.ends_with('s'))) {
        Some(rest) => rest.to_owned(),
        None => word,
    }
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

/// Different letters at one side of a word. Where it begins or ends a sentence, it begins or ends there.
#[derive(Default)]
struct Varied {
    letters: BTreeSet<char>,
    ends: usize,
}

impl Varied {
    fn take_in(&mut self, next: Option<char>) {
        match next.filter(|c| is_unspaced(*c)) {
            Some(letter) => drop(self.letters.insert(letter)),
            None => self.ends += 1,
        }
    }

    fn is_enough(&self) -> bool {
        self.letters.len() + self.ends >= VARIED
    }
}

/// The whole word that begins with a stem, as a text has it.
fn as_written(text: &str, stem: &str, language: Option<&str>) -> Plain {
    let Some(found) = find_ignoring_case(text, stem) else { return Plain::line(stem) };
    // `found` is a part of `text`, so its place is the distance of the two beginnings.
    let at = found.as_ptr() as usize - text.as_ptr() as usize;
    let end = text[at..]
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '+' | '#')))
        .map_or(text.len(), |end| at + end);
    let end = if stem.chars().any(is_unspaced) { at + found.len() } else { end };
    let word = text[at..end].split("--").next().unwrap_or_default();
    // A capital at the beginning of a sentence is no part of the word, but in German it is of every noun.
    let is_capital = at == 0 && language != Some("de") && !word.chars().skip(1).any(char::is_uppercase);
    Plain::line(&if is_capital { word.to_lowercase() } else { word.to_owned() })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_one_thing_however_many_of_them_but_not_whatever_begins_alike() {
        let same = |a, b| is_same_word(a, b, Some("en"));
        assert!(same("stones", "stone") && same("GPU", "GPUs") && same("bodies", "body") && same("boxes", "box"));
        assert!(!same("Slack", "slack") && !same("Electron", "electronics") && !same("Sandy", "sand"));
        assert!(!same("filmmaker", "filming") && is_same_word("Wörter", "Wort", Some("de")));
    }

    #[test]
    fn who_says_that_they_have_none_of_it_is_not_quoted_for_it() {
        for (line, denied) in [("I have no garden, for the record.", true), ("My garden has no gate.", false)] {
            let found = find_ignoring_case(line, "garden").unwrap();
            assert_eq!(is_denied(line, found), denied, "{line}");
        }
    }

    #[test]
    fn letters_are_a_word_where_what_stands_around_them_varies() {
        let varies = |around: &str| {
            let mut side = Varied::default();
            around.chars().for_each(|c| side.take_in(Some(c)));
            side.is_enough()
        };
        assert!(varies("的在，") && varies("，。 ") && !varies("接接接接"));
    }

    #[test]
    fn a_surname_is_told_by_the_first_name_before_it() {
        for (line, words, surname) in [
            ("It was Hannah Slack who milled.", "slack", true),
            ("The slack in the rope.", "slack", false),
            ("Hannah, Slack is down.", "slack", false),
            ("Slack is down.", "slack", false),
        ] {
            assert_eq!(is_surname(line, words), surname, "{line}");
        }
    }

    #[test]
    fn words_are_found_whatever_their_capitals_but_not_within_others() {
        for (text, words, found) in [
            ("A crust. RUST is", "rust", Some("RUST")),
            ("trust", "rust", None),
            ("éclair, Clair", "clair", Some("Clair")),
            ("Rust", "rusty", None),
            ("Borrow  checker, borrow Checker", "borrow checker", Some("borrow Checker")),
            ("3 \u{212a}g", "kg", Some("\u{212a}g")),
            ("Größe und GRÖSSE", "größe", Some("Größe")),
            ("我喜欢编程", "编程", Some("编程")),
            ("ends in C", "c", Some("C")),
            ("", "c", None),
        ] {
            assert_eq!(find_ignoring_case(text, words), found, "{text}");
        }
    }

    #[test]
    fn what_is_said_of_somebody_is_a_noun_in_a_sentence() {
        for (line, words, expected) in [
            ("I keep the recipes of my aunt.", "recipes", true),
            ("That is brilliant.", "brilliant", false),
            ("int lookup(table) { return 0; }", "table", false),
            ("let x = a.lookup(table);", "table", false),
            ("After chemotherapy I read the recipes.", "recipes", false),
        ] {
            let found = find_ignoring_case(line, words).unwrap();
            assert_eq!(says(line, found, Some("en"), &Plain::line(line)), expected, "{line}");
        }
    }

    #[test]
    fn a_word_is_shown_as_it_stands_within_a_sentence() {
        for (quote, stem, language, expected) in [
            ("Recipes are old.", "recip", Some("en"), "recipes"),
            ("Brot ist alt.", "brot", Some("de"), "Brot"),
            ("GPUs are fast.", "gpu", Some("en"), "GPUs"),
            ("It has upsides--the price.", "upsid", Some("en"), "upsides"),
            ("We chose Netlify.", "netlifi", Some("en"), "netlifi"),
            ("We chose Netlify.", "netlif", Some("en"), "Netlify"),
        ] {
            assert_eq!(as_written(quote, stem, language).as_str(), expected);
        }
    }

    #[test]
    fn a_single_word_has_to_read_like_a_topic() {
        for (word, expected) in [("bread", true), ("CSS", true), ("assembly", true), ("rec", false), ("sha256", false)]
        {
            assert_eq!(reads_like_a_word(word), expected, "{word}");
        }
    }
}
