//! How a key press becomes a change of the state and work to be done. Pure: it neither writes, fetches nor draws. The
//! screen shows a change at once; the effect makes it durable, and an error takes it back.

mod contacts;
mod effect;
mod lists;
mod marks;
mod moves;
mod news;
mod people;
mod pictures;
pub mod reading;
mod share;
mod typed;
mod vet;

pub use contacts::Whom;
pub use effect::{ActsIn, Effect};
pub use moves::put;
pub use news::{About, Job, News, hear, hear_as_of};
pub use share::choose_macro;
pub use typed::age;

use moves::{beside, fold, go, more, neighbour, page, step};

use super::{
    action::Action,
    contacts::View,
    lists::Posts,
    select::Only,
    state::{Busy, Prompt, Row, Screen, State},
};
use crate::{
    model::{Blog, Standing},
    store::TakeBack,
};

/// What is needed when the screens open.
pub fn begin(state: &mut State) -> Vec<Effect> {
    state.opening = false;
    let depth = state.to_find.depth();
    let mut effects = vec![Effect::LoadToday, Effect::LoadBlogs, lists::load_river(state, depth)];
    // Where they left off: the screen wants what it wants of whoever goes there, and the open post opens again.
    if let Some((id, ..)) = &state.blog {
        effects.push(lists::load_posts_of(state, *id));
    }
    if matches!(state.screen, Screen::People | Screen::Discussions) {
        effects.extend(go(state, state.screen));
    }
    effects.extend(state.to_find.post.map(|(id, from)| Effect::LoadGiven { id, from }));
    effects
}

/// Does what somebody wants.
pub fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if state.help {
        (state.help, state.help_row) = (false, 0);
        return Vec::new();
    }
    if !matches!(action, Action::Open | Action::Browse) && !std::mem::take(&mut state.digits).is_empty() {
        state.status.clear();
        if action == Action::Back {
            return Vec::new();
        }
    }
    // What was said is about what was done before.
    state.status.clear();
    match action {
        Action::Go(screen) => go(state, screen),
        Action::NextScreen => {
            let at = Screen::ALL.iter().position(|screen| *screen == state.screen).unwrap_or(0);
            go(state, Screen::ALL[(at + 1) % Screen::ALL.len()])
        }
        Action::Up => step(state, -1),
        Action::Down => step(state, 1),
        Action::PageUp => step(state, -page(state)),
        Action::PageDown => step(state, page(state)),
        Action::Top => step(state, isize::MIN / 2),
        Action::Bottom => step(state, isize::MAX / 2),
        Action::Open => open(state),
        Action::Back => back(state),
        Action::Browse => browse(state),
        Action::FullText => full_text(state),
        Action::Hints => reading::hints(state),
        Action::Links => reading::links(state),
        Action::Enclosures => reading::enclosures(state),
        Action::Pictures => pictures::toggle(state),
        Action::BrowsePicture => reading::pictures(state),
        Action::NextPost => neighbour(state, 1),
        Action::PreviousPost => neighbour(state, -1),
        Action::ToggleRead => marks::toggle_read(state),
        Action::ToggleStar => marks::toggle_star(state),
        Action::ToggleSaved => marks::toggle_saved(state),
        Action::ToggleHidden => marks::toggle_hidden(state),
        Action::Tags => typed::ask_tags(state),
        Action::Mute => prompt(state, Prompt::Mute),
        Action::MarkAllRead => marks::mark_all(state),
        Action::MarkAbove => marks::mark_above(state),
        Action::MarkBelow => marks::mark_below(state),
        Action::MarkOlder => prompt(state, Prompt::Older),
        Action::Undo => vec![Effect::TakeBack(TakeBack::Undo)],
        Action::Redo => vec![Effect::TakeBack(TakeBack::Redo)],
        Action::NextUnread => lists::next_unread(state),
        Action::Jump => prompt(state, Prompt::Jump),
        Action::Only => lists::cycle_only(state),
        Action::OnlyTag => prompt(state, Prompt::OnlyTag),
        Action::Sort => lists::cycle_order(state),
        Action::Copy => share::copy(state),
        Action::BrowseSeveral => share::browse_several(state),
        Action::Macro => share::ask_macro(state),
        Action::WriteDown => typed::ask_file(state),
        Action::Refresh => {
            if state.busy.is_some() {
                return say(state, "Something is under way already");
            }
            state.busy = Some(Busy::begun("Refreshing"));
            vec![Effect::Refresh]
        }
        Action::RefreshThis => {
            match state.this_blog().map(|followed| (followed.blog.id, followed.blog.title.clone())) {
                Some((blog, title)) if state.busy.is_some() => {
                    state.status = format!("Asking {title} ...");
                    vec![Effect::RefreshBeside { blog, title }]
                }
                Some((blog, _)) => {
                    state.busy = Some(Busy::begun("Asking"));
                    vec![Effect::RefreshThis(blog)]
                }
                None => Vec::new(),
            }
        }
        Action::Discover => {
            if state.busy.is_some() {
                return say(state, "Something is under way already");
            }
            state.busy = Some(Busy::begun("Looking around"));
            vec![Effect::Discover]
        }
        Action::Reasons => people::reasons(state),
        Action::Book => contacts::turn(state, View::Book),
        Action::Outbox => contacts::turn(state, View::Outbox),
        Action::ShowPerson => contacts::show(state),
        Action::Distance => contacts::ask_distance(state),
        Action::Vet => vet::vet(state),
        Action::Invite => vet::invite(state),
        Action::Which => contacts::which(state),
        Action::Language => contacts::language(state),
        Action::Circle => contacts::circle(state),
        Action::MorePeople => contacts::more(state),
        Action::LikeThis => contacts::like_this(state),
        Action::Flag | Action::NotNow | Action::Never | Action::FollowPerson if !state.contacts.is_on_cards() => {
            if action == Action::Flag {
                return contacts::flag(state);
            }
            say(state, "This is for suggestions; `penpal people stand` changes where you stand with somebody")
        }
        Action::Flag => people::flag(state),
        Action::NotNow => people::send_away(state, Standing::NotNow),
        Action::Never => people::send_away(state, Standing::Never),
        Action::FollowPerson => people::follow(state),
        Action::Follow => {
            // Where a page stands in the feed's place, the feed that it declares is what one wants to follow.
            let proposal =
                state.this_blog().and_then(|followed| followed.feed.proposal.as_ref()).map(ToString::to_string);
            state.prompt = Some((Prompt::Follow, proposal.unwrap_or_default()));
            Vec::new()
        }
        Action::Import => prompt(state, Prompt::Import),
        Action::Starter if !state.blogs.is_empty() || !state.blogs_loaded => say(
            state,
            "The starter set is for who follows nothing yet; `penpal import feeds.opml` takes it at any time",
        ),
        Action::Starter => {
            state.busy = Some(Busy::begun("Taking the starter set"));
            vec![Effect::Starter]
        }
        Action::Demo if !state.blogs.is_empty() || !state.blogs_loaded => {
            say(state, "`penpal demo` shows the demo, and leaves your own folder alone")
        }
        Action::Demo => {
            (state.quit, state.demo) = (true, true);
            Vec::new()
        }
        Action::ToggleTags => {
            state.by_tag = !state.by_tag;
            state.blog = None;
            state.row = 0;
            state.arrange_blogs();
            beside(state)
        }
        Action::Unfollow => marks::unfollow(state),
        Action::Filter => prompt(state, Prompt::Filter),
        Action::Help => {
            state.help = true;
            Vec::new()
        }
        // The terminal is not this module's; whoever has it looks for this.
        Action::Suspend => {
            state.suspend = true;
            Vec::new()
        }
        Action::Quit => {
            state.quit = true;
            Vec::new()
        }
    }
}

/// A character while something is typed.
pub fn type_in(state: &mut State, c: char) -> Vec<Effect> {
    if let Some((_, text)) = &mut state.prompt {
        text.push(c);
    }
    typed(state)
}

pub fn erase(state: &mut State) -> Vec<Effect> {
    if let Some((_, text)) = &mut state.prompt {
        text.pop();
    }
    typed(state)
}

/// Text that is pasted counts only where something is being typed: elsewhere each letter would be a command.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match &mut state.prompt {
        Some((_, typed)) => typed.extend(text.chars().filter(|c| !c.is_control())),
        None => return say(state, "Text was pasted where none is asked for; a follows an address"),
    }
    typed(state)
}

/// Takes away all that was typed.
pub fn erase_all(state: &mut State) -> Vec<Effect> {
    if let Some((_, text)) = &mut state.prompt {
        text.clear();
    }
    typed(state)
}

/// Ends the typing: done, or never mind.
pub fn end_prompt(state: &mut State, done: bool) -> Vec<Effect> {
    match state.prompt.take() {
        Some((Prompt::Follow, address)) if done && !address.trim().is_empty() => {
            state.status = format!("Looking for the feed of {} ...", address.trim());
            vec![Effect::Follow(address.trim().to_owned())]
        }
        Some((Prompt::Distance, because)) if done => contacts::keep_distance(state, because.trim()),
        Some((Prompt::Import, from)) if done && !from.trim().is_empty() => {
            state.busy = Some(Busy::begun("Importing"));
            vec![Effect::Import(from.trim().to_owned())]
        }
        Some((Prompt::Filter, _)) if !done => {
            state.filter.clear();
            narrow(state)
        }
        Some((prompt, text)) if done => typed::done(state, prompt, &text),
        _ => Vec::new(),
    }
}

/// A digit: part of a link's number in a post.
pub fn digit(state: &mut State, c: char) -> Vec<Effect> {
    if state.digits.len() < 3 {
        state.digits.push(c);
    }
    let digits = state.digits.clone();
    say(state, &format!("Link {digits}: Enter opens it, Esc forgets it"))
}

fn typed(state: &mut State) -> Vec<Effect> {
    if let Some((Prompt::Filter, text)) = &state.prompt {
        state.filter = text.clone();
        return narrow(state);
    }
    Vec::new()
}

fn narrow(state: &mut State) -> Vec<Effect> {
    let filter = state.filter.clone();
    state.today.narrow(&filter);
    state.river.narrow(&filter);
    if let Some((_, _, posts)) = &mut state.blog {
        posts.narrow(&filter);
    }
    state.arrange_blogs();
    state.arrange_people();
    state.arrange_book();
    more(state)
}

fn prompt(state: &mut State, prompt: Prompt) -> Vec<Effect> {
    state.prompt = Some((prompt, String::new()));
    Vec::new()
}

fn say(state: &mut State, what: &str) -> Vec<Effect> {
    state.status = what.to_owned();
    Vec::new()
}

/// The terminal has so many columns and rows now.
pub fn resize(state: &mut State, columns: u16, rows: u16) -> Vec<Effect> {
    state.size = (columns, rows);
    state.lay_dossier();
    reading::fit(state).into_iter().chain(beside(state)).collect()
}

fn open(state: &mut State) -> Vec<Effect> {
    match state.screen {
        Screen::Today | Screen::River => open_post(state),
        Screen::Discussions => open_discussion(state),
        Screen::Blogs if state.blog.is_some() => open_post(state),
        Screen::Blogs => match state.rows.get(state.row) {
            Some(Row::Blog(index)) => {
                let blog = &state.blogs[*index].blog;
                let (id, title) = (blog.id, blog.title.clone());
                // The words narrowed the list of blogs; this is another list.
                state.filter.clear();
                state.arrange_blogs();
                match state.beside.take() {
                    Some(shown) if shown.0 == id => state.blog = Some(shown),
                    _ => state.blog = Some((id, title, Posts::on_its_way())),
                }
                vec![lists::load_posts_of(state, id)]
            }
            Some(Row::Folder { folded, .. }) => {
                let is_open = !folded;
                fold(state, is_open)
            }
            None => Vec::new(),
        },
        Screen::Post => open_link(state),
        Screen::Dossier => browse(state),
        Screen::People => people::open(state),
        Screen::Health => match state.this_feed().map(|followed| (followed.blog.id, followed.blog.title.clone())) {
            Some((id, title)) => {
                state.screen = Screen::Blogs;
                state.blog = Some((id, title, Posts::on_its_way()));
                vec![lists::load_posts_of(state, id)]
            }
            None => Vec::new(),
        },
    }
}

fn open_post(state: &mut State) -> Vec<Effect> {
    let Some(listed) = state.this_post() else { return Vec::new() };
    vec![Effect::LoadPost { id: listed.post.id, quote: None, from: state.screen }]
}

/// From the list into what was said; from there to the post that says it.
fn open_discussion(state: &mut State) -> Vec<Effect> {
    let Some(talk) = state.discussions.current() else { return Vec::new() };
    let from = Screen::Discussions;
    match state.discussions.saying {
        None => {
            state.discussions.saying = Some(0);
            Vec::new()
        }
        Some(at) => match talk.sayings.get(at) {
            Some(saying) => {
                vec![Effect::LoadPost { id: saying.post, quote: Some(saying.quote.to_string()), from }]
            }
            None => Vec::new(),
        },
    }
}

fn open_link(state: &mut State) -> Vec<Effect> {
    let number = std::mem::take(&mut state.digits).parse::<usize>().ok();
    let Some(open) = &state.post else { return Vec::new() };
    match number {
        None if open.article.links.is_empty() => say(state, "This post has no links; o opens it in the browser"),
        None => say(state, "Type a link's number first, then Enter; o opens the post itself"),
        Some(number) => match number.checked_sub(1).and_then(|at| open.article.links.get(at)) {
            Some(link) => vec![Effect::Browse(link.to_string())],
            None => say(state, &format!("There is no link {number} in this post")),
        },
    }
}

fn back(state: &mut State) -> Vec<Effect> {
    match state.screen {
        Screen::Post => {
            if reading::return_to_text(state) {
                return Vec::new();
            }
            let from = state.post.as_ref().map_or(Screen::River, |open| open.from);
            state.screen = from;
        }
        Screen::Today | Screen::River | Screen::Blogs if !state.filter.is_empty() => {
            state.filter.clear();
            return narrow(state);
        }
        Screen::River | Screen::Blogs if state.only != Only::All && state.posts().is_some() => {
            return lists::only(state, Only::All);
        }
        Screen::Blogs if state.blog.is_some() => {
            state.beside = state.blog.take();
            return beside(state);
        }
        Screen::Blogs => return fold(state, true),
        Screen::People if state.evidence.is_none() => return contacts::back(state),
        Screen::People => state.evidence = None,
        Screen::Discussions => state.discussions.saying = None,
        Screen::Dossier => return vet::back(state),
        Screen::Today | Screen::River | Screen::Health => {}
    }
    Vec::new()
}

fn browse(state: &mut State) -> Vec<Effect> {
    if state.screen == Screen::Post && !state.digits.is_empty() {
        return open_link(state);
    }
    match address(state) {
        Some(address) => vec![Effect::Browse(address)],
        None => say(state, "There is no address to open here"),
    }
}

/// The address of what is at hand: a post, a blog, a person, a page that is talked about.
fn address(state: &State) -> Option<String> {
    match state.screen {
        Screen::People => people::address(state),
        Screen::Discussions => state.discussions.current().map(|talk| talk.page.to_string()),
        Screen::Dossier => state.dossier.as_ref().map(|open| home_of(&open.blog)),
        Screen::Blogs | Screen::Health if state.screen == Screen::Health || state.blog.is_none() => {
            let blog = state.this_blog().map(|followed| &followed.blog);
            blog.map(home_of)
        }
        _ => state.this_post().and_then(|listed| listed.post.url.as_ref()).map(ToString::to_string),
    }
}

fn home_of(blog: &Blog) -> String {
    blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str()).to_owned()
}

/// From what the feed gives to the text of the post's page, and back.
fn full_text(state: &mut State) -> Vec<Effect> {
    let Some(open) = &state.post else { return say(state, "No post is open") };
    let (id, from) = (open.listed.post.id, open.from);
    if open.full {
        return vec![Effect::LoadGiven { id, from }];
    }
    state.status = "Reading the post's page".into();
    vec![Effect::LoadFullText(id)]
}

#[cfg(test)]
mod tests;
