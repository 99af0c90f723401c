//! What can be done about the people who are suggested.

use super::Effect;
use crate::{
    app::state::{State, Undo},
    model::{Standing, Suggestion},
};

pub(super) fn flag(state: &mut State) -> Vec<Effect> {
    let at = state.person;
    let Some(person) = state.people.get_mut(at) else { return Vec::new() };
    let before = person.standing;
    person.standing = if before == Standing::Flagged { Standing::New } else { Standing::Flagged };
    let (blog, standing) = (Box::new(person.blog.clone()), person.standing);
    let undo = Undo::Stand { person: Box::new(person.clone()), at, standing: before };
    state.status = match standing {
        Standing::Flagged => format!("{} is flagged; u undoes it", blog.title),
        _ => format!("{} is flagged no longer", blog.title),
    };
    state.undo.push(undo);
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
    state.undo.push(Undo::Stand { at: state.person, standing: person.standing, person: Box::new(person) });
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

pub(super) fn bring_back(state: &mut State, mut person: Suggestion, at: usize, standing: Standing) -> Vec<Effect> {
    person.standing = standing;
    let blog = Box::new(person.blog.clone());
    state.status =
        format!("{} is {} again", blog.title, if standing == Standing::New { "suggested" } else { standing.words() });
    state.people.retain(|other| other.blog.id != blog.id);
    let at = at.min(state.people.len());
    state.people.insert(at, person);
    state.person = at;
    state.evidence = None;
    vec![Effect::Stand { blog, standing }]
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
