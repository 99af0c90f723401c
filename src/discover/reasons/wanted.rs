//! Topics that the user named: who writes about one, with the post that shows it.

use super::{
    Teller, dated,
    interests::{find, first_with},
    list,
    spelling::can_be_quoted,
    without_repeats,
};
use crate::{
    model::{Plain, Reason, ReasonKind},
    store::StoreError,
    text::words::{Terms, split},
};

const MOST_TOPICS: usize = 3;

pub(super) fn of(teller: &mut Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let much = teller.near.nearest[blog].wanted;
    if much <= 0.0 {
        return Ok(None);
    }
    let (mut topics, mut evidence, mut newest) = (Vec::new(), Vec::new(), None);
    for topic in teller.near.wanted.clone() {
        if topics.len() == MOST_TOPICS {
            break;
        }
        let Some(piece) = shown(teller, blog, &topic)? else { continue };
        newest = newest.max(piece.published);
        evidence.push(piece);
        topics.push(topic);
    }
    let what = match topics.len() {
        0 => return Ok(None),
        1 => "one of your topics",
        _ => "which are topics of yours",
    };
    let text = format!("writes about {}, {what}{}", list(&topics, MOST_TOPICS), dated("; quoted from", newest));
    let strength = f64::from(much).sqrt().min(1.0);
    let evidence = without_repeats(evidence);
    Ok(Some(Reason { kind: ReasonKind::Interests, strength, text: Plain::line(&text), evidence }))
}

/// A sentence of theirs that has a topic, in the post that has it most often if that is known.
fn shown(teller: &mut Teller<'_>, blog: usize, topic: &Plain) -> Result<Option<crate::model::Evidence>, StoreError> {
    let them = teller.known(blog)?;
    let profile = them.profile()?;
    let stemming = Terms::of(profile.language.as_deref());
    let words: Vec<&str> = split(topic.as_str()).map(|word| word.written).collect();
    let stems: Vec<String> = words.iter().map(|word| stemming.stem(word)).collect();
    let joined = stems.join(" ");
    if let Some(theirs) = profile.phrases.iter().find(|theirs| theirs.stems == joined)
        && let Some(found) = find(teller, blog, theirs, can_be_quoted)?
    {
        return Ok(Some(found));
    }
    if let Some(found) = first_with(teller, blog, topic.as_str(), can_be_quoted)? {
        return Ok(Some(found));
    }
    // "Arenas" is found in "an arena" too, by the stem of the last word where a word begins with it.
    let Some((last, before)) = words.split_last() else { return Ok(None) };
    match stems.last().filter(|stem| last.to_lowercase().starts_with(stem.as_str()) && stem.len() < last.len()) {
        Some(stem) => first_with(teller, blog, &[before, &[stem.as_str()]].concat().join(" "), can_be_quoted),
        None => Ok(None),
    }
}
