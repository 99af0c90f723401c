//! What can be done about the people who are suggested.

use super::{Effect, contacts};
use crate::{
    app::state::{Screen, State},
    model::{BlogId, Standing, Suggestion},
};

pub(super) fn flag(state: &mut State) -> Vec<Effect> {
    let Some(id) = state.current_person().map(|person| person.blog.id) else { return Vec::new() };
    let Some(at) = place(state, id) else { return Vec::new() };
    let person = &mut state.contacts.suggested[at];
    person.standing = if person.standing == Standing::Flagged { Standing::New } else { Standing::Flagged };
    let (blog, standing) = (Box::new(person.blog.clone()), person.standing);
    state.arrange_people();
    state.status = match standing {
        Standing::Flagged => format!("{} is flagged; u undoes it", blog.title),
        _ => format!("{} is flagged no longer; u undoes it", blog.title),
    };
    vec![Effect::Stand { blog, standing }]
}

pub(super) fn send_away(state: &mut State, standing: Standing) -> Vec<Effect> {
    let Some(person) = take(state) else { return Vec::new() };
    let blog = Box::new(person.blog.clone());
    let until = if standing == Standing::NotNow { "for three months" } else { "again" };
    state.status = format!("{} will not be suggested {until}; u brings them back", blog.title);
    let mut effects = vec![Effect::Stand { blog, standing }];
    effects.extend(contacts::newest(state));
    effects
}

pub(super) fn follow(state: &mut State) -> Vec<Effect> {
    let Some(person) = take(state) else { return Vec::new() };
    let title = person.blog.title.to_string();
    state.status = format!("Following {title} ...");
    vec![Effect::FollowFeed { feed_url: person.blog.feed_url, title }]
}

/// Their newest post, to be read before anything is done; from a reason the post that it quotes.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if !state.contacts.is_on_cards() {
        return contacts::show(state);
    }
    let Some(person) = state.current_person() else { return Vec::new() };
    let newest = state.contacts.newest.as_ref().filter(|(blog, _)| *blog == person.blog.id);
    match newest.and_then(|(_, posts)| posts.first()) {
        Some(post) if state.evidence.is_none() => {
            vec![Effect::LoadPost { id: post.post.id, quote: None, from: Screen::People }]
        }
        _ => reasons(state),
    }
}

/// From the list into the reasons; from a reason to the post that it quotes.
pub(super) fn reasons(state: &mut State) -> Vec<Effect> {
    if !state.contacts.is_on_cards() {
        return Vec::new();
    }
    let pieces: Vec<_> = state.all_evidence().into_iter().cloned().collect();
    match state.evidence {
        None if pieces.is_empty() => Vec::new(),
        None => {
            // A post can be shown; most pages of friends are only in the browser.
            state.evidence = Some(pieces.iter().position(|piece| piece.published.is_some()).unwrap_or(0));
            state.status = "Enter shows the quoted post, Esc goes back to the list".into();
            Vec::new()
        }
        Some(at) => pieces.into_iter().nth(at).map(|piece| Effect::FindQuoted(Box::new(piece))).into_iter().collect(),
    }
}

/// What the browser would open: the evidence under the cursor, else the person's blog.
pub(super) fn address(state: &State) -> Option<String> {
    if !state.contacts.is_on_cards() {
        let Some(contacts::Whom::Person(person)) = contacts::whom(state) else { return None };
        let blog = person
            .blogs
            .first()
            .map(|blog| blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str()));
        return blog.or_else(|| person.pages.first().map(|page| page.as_str())).map(ToOwned::to_owned);
    }
    if let Some(at) = state.evidence {
        return state.all_evidence().get(at).map(|piece| piece.post_url.to_string());
    }
    let blog = &state.current_person()?.blog;
    Some(blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str()).to_owned())
}

/// Takes the current person's card away; where it was among all that are suggested.
fn take(state: &mut State) -> Option<Suggestion> {
    let at = place(state, state.current_person()?.blog.id)?;
    let person = state.contacts.suggested.remove(at);
    state.evidence = None;
    state.arrange_people();
    Some(person)
}

fn place(state: &State, blog: BlogId) -> Option<usize> {
    state.contacts.suggested.iter().position(|person| person.blog.id == blog)
}
