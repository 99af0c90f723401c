//! What can be done about the people who are suggested.

use super::Effect;
use crate::{app::state::State, model::Standing};

pub(super) fn flag(state: &mut State) -> Vec<Effect> {
    let at = state.person;
    let Some(person) = state.people.get_mut(at) else { return Vec::new() };
    person.standing = if person.standing == Standing::Flagged { Standing::New } else { Standing::Flagged };
    let (blog, standing) = (Box::new(person.blog.clone()), person.standing);
    state.status = match standing {
        Standing::Flagged => format!("{} is flagged; u undoes it", blog.title),
        _ => format!("{} is flagged no longer; u undoes it", blog.title),
    };
    vec![Effect::Stand { blog, standing }]
}

pub(super) fn send_away(state: &mut State, standing: Standing) -> Vec<Effect> {
    if state.person >= state.people.len() {
        return Vec::new();
    }
    let person = state.people.remove(state.person);
    let blog = Box::new(person.blog.clone());
    let until = if standing == Standing::NotNow { "for three months" } else { "again" };
    state.status = format!("{} will not be suggested {until}; u brings them back", blog.title);
    settle(state);
    vec![Effect::Stand { blog, standing }]
}

pub(super) fn follow(state: &mut State) -> Vec<Effect> {
    if state.person >= state.people.len() {
        return Vec::new();
    }
    let person = state.people.remove(state.person);
    settle(state);
    let title = person.blog.title.to_string();
    state.status = format!("Following {title} ...");
    vec![Effect::FollowFeed { feed_url: person.blog.feed_url, title }]
}

/// From the list into the reasons; from a reason to the post that it quotes.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let pieces: Vec<_> = state.all_evidence().into_iter().cloned().collect();
    match state.evidence {
        None if pieces.is_empty() => Vec::new(),
        None => {
            state.evidence = Some(0);
            state.status = "Enter shows the quoted post, Esc goes back to the list".into();
            Vec::new()
        }
        Some(at) => pieces.into_iter().nth(at).map(|piece| Effect::FindQuoted(Box::new(piece))).into_iter().collect(),
    }
}

/// What the browser would open: the evidence under the cursor, else the person's blog.
pub(super) fn address(state: &State) -> Option<String> {
    if let Some(at) = state.evidence {
        return state.all_evidence().get(at).map(|piece| piece.post_url.to_string());
    }
    let blog = &state.current_person()?.blog;
    Some(blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str()).to_owned())
}

fn settle(state: &mut State) {
    state.evidence = None;
    state.person = state.person.min(state.people.len().saturating_sub(1));
}
