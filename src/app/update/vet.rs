//! Who somebody is and a letter to them: the dossier of whoever the cursor is on, and the way to `penpal invite`.

use super::{
    Effect,
    contacts::{self, Whom},
    say,
};
use crate::{
    app::{
        dossier::lines,
        state::{OpenDossier, Screen, State, Vetting},
        vet::Vetted,
    },
    model::{Blog, Plain},
};

/// Asks for the dossier of whoever writes what is at hand.
pub(super) fn vet(state: &mut State) -> Vec<Effect> {
    let Some((name, asked)) = at_hand(state) else { return say(state, "Put the cursor on somebody with a blog first") };
    state.vetting = Some(Vetting { name, asked: asked.clone(), from: state.screen });
    vec![Effect::Vet(asked)]
}

/// Their name, and what finds their blog or page.
fn at_hand(state: &State) -> Option<(Plain, String)> {
    let of_blog = |blog: &Blog| (blog.author.as_ref().unwrap_or(&blog.title).clone(), name_of(state, blog));
    if state.screen == Screen::People {
        return match contacts::whom(state)? {
            Whom::Blog(blog) => Some(of_blog(&blog)),
            Whom::Person(person) => {
                let blog = person.blogs.first().map(|blog| name_of(state, blog));
                let asked = blog.or_else(|| person.pages.first().map(ToString::to_string))?;
                Some((person.name, asked))
            }
        };
    }
    if state.screen == Screen::Discussions {
        let by = state.discussions.current_saying()?.by;
        return state.blogs.iter().find(|followed| followed.blog.id == by).map(|followed| of_blog(&followed.blog));
    }
    let post = state.this_post().map(|listed| &listed.blog);
    post.or_else(|| state.this_blog().map(|followed| &followed.blog)).map(of_blog)
}

/// The address of a blog that the user named by following it, which may be on a private network; else its id.
fn name_of(state: &State, blog: &Blog) -> String {
    let followed = state.blogs.iter().any(|followed| followed.blog.id == blog.id);
    if followed && blog.feed_url.source().is_none() { blog.feed_url.to_string() } else { blog.id.to_string() }
}

/// The dossier came, or what kept it. Whoever went elsewhere meanwhile is not called back.
pub(super) fn vetted(state: &mut State, asked: &str, vetted: Result<Box<Vetted>, Plain>) -> Vec<Effect> {
    let Some(vetting) = state.vetting.take_if(|vetting| vetting.asked == asked) else { return Vec::new() };
    let vetted = match vetted {
        Ok(vetted) => vetted,
        Err(why) => return say(state, why.as_str()),
    };
    if state.screen != vetting.from || state.prompt.is_some() {
        return say(
            state,
            &format!("The dossier of {} came while you were elsewhere; V on them asks again", vetting.name),
        );
    }
    let lines = lines(&vetted);
    state.dossier =
        Some(OpenDossier { blog: vetted.dossier.blog, lines, rows: Vec::new(), scroll: 0, from: vetting.from });
    state.lay_dossier();
    state.screen = Screen::Dossier;
    state.help = false;
    Vec::new()
}

pub(super) fn step(state: &mut State, by: isize) {
    let rows = state.list_rows();
    if let Some(open) = &mut state.dossier {
        let last = open.rows.len().saturating_sub(rows);
        open.scroll = open.scroll.saturating_add_signed(by).min(last);
    }
}

/// To where the dossier was asked for.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    state.screen = state.dossier.take().map_or(Screen::People, |open| open.from);
    // What was read before may have changed meanwhile.
    if state.screen == Screen::People && !state.people_loaded && !state.people_loading {
        state.people_loading = true;
        return vec![Effect::Suggest, Effect::LoadBook];
    }
    Vec::new()
}

/// Looks for the letter to whoever is at hand: one that waits is taken up again.
pub(super) fn invite(state: &mut State) -> Vec<Effect> {
    let whom = match state.screen {
        Screen::Dossier => state.dossier.as_ref().map(|open| Whom::Blog(Box::new(open.blog.clone()))),
        _ => contacts::whom(state),
    };
    let chosen = state.contacts.chosen_letter().filter(|_| state.screen == Screen::People).map(|passed| passed.id);
    whom.map(|whom| Effect::FindLetter { whom, chosen }).into_iter().collect()
}
