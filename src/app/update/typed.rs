//! What becomes of a line that was typed: tags, words to mute, an age, a blog's name, a file.

use super::{Effect, lists, marks, say};
use crate::{
    app::{
        select::Only,
        state::{Prompt, Screen, State},
    },
    model::{MuteRule, Plain, Tag},
};

/// Asks for the tags of the post at hand, or of the blog under the cursor; those that it has stand there to be changed.
pub(super) fn ask_tags(state: &mut State) -> Vec<Effect> {
    let words = |tags: Vec<&str>| tags.iter().map(|tag| format!("{tag} ")).collect::<String>();
    let text = if let Some(one) = state.this_post() {
        words(one.tags.iter().filter(|tag| **tag != Tag::saved()).map(Tag::as_str).collect())
    } else if let Some(followed) = state.this_blog() {
        words(followed.subscription.tags.iter().map(Plain::as_str).collect())
    } else {
        return say(state, "Put the cursor on a post or a blog first");
    };
    state.prompt = Some((Prompt::Tags, text));
    Vec::new()
}

/// A line was ended.
pub(super) fn done(state: &mut State, prompt: Prompt, text: &str) -> Vec<Effect> {
    let text = text.trim();
    match prompt {
        Prompt::Tags => retag(state, text),
        Prompt::OnlyTag => match Tag::new(text) {
            Some(tag) => lists::only(state, Only::Tag(tag)),
            None => lists::only(state, Only::All),
        },
        Prompt::Mute if text.is_empty() => Vec::new(),
        Prompt::Mute => mute(state, text),
        Prompt::Older if text.is_empty() => Vec::new(),
        Prompt::Older => match age(text) {
            Some(seconds) => marks::mark_older(state, seconds),
            None => say(state, "That is no age: days, or 12h, 30d, 8w"),
        },
        Prompt::Jump if text.is_empty() => Vec::new(),
        Prompt::Jump => lists::jump(state, text),
        Prompt::WriteTo if text.is_empty() => Vec::new(),
        Prompt::WriteTo => match state.this_post().map(|one| one.post.id) {
            Some(post) => vec![Effect::WriteDown { post, path: text.to_owned() }],
            None => Vec::new(),
        },
        Prompt::Filter | Prompt::Follow | Prompt::Import | Prompt::Distance => Vec::new(),
    }
}

/// Seconds; a bare number is days.
pub fn age(text: &str) -> Option<i64> {
    let (number, unit) = match text.trim().char_indices().next_back()? {
        (_, c) if c.is_ascii_digit() => (text.trim(), 'd'),
        (at, c) => (&text.trim()[..at], c),
    };
    let seconds = match unit {
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        _ => return None,
    };
    number.trim().parse::<u32>().ok().map(|number| i64::from(number) * seconds)
}

/// From the tags that something has to those that were typed.
fn retag(state: &mut State, text: &str) -> Vec<Effect> {
    let wanted: Vec<Tag> = text.split([' ', ',']).filter_map(Tag::new).collect();
    let changes = |had: Vec<Tag>| -> Vec<(Tag, bool)> {
        let off = had.iter().filter(|tag| !wanted.contains(tag)).map(|tag| (tag.clone(), false));
        let on = wanted.iter().filter(|tag| !had.contains(tag)).map(|tag| (tag.clone(), true));
        off.chain(on).collect()
    };
    let post = state
        .this_post()
        .map(|one| (one.post.id, changes(one.tags.iter().filter(|tag| **tag != Tag::saved()).cloned().collect())));
    let blog = state.this_blog().map(|followed| {
        let had = followed.subscription.tags.iter().filter_map(|tag| Tag::new(tag.as_str())).collect();
        (followed.blog.id, changes(had))
    });
    let (changes, effect) = match (post, blog) {
        (Some((post, changes)), _) => {
            changes.iter().for_each(|(tag, on)| marks::show_tags(state, &[post], tag, *on));
            (changes.clone(), Effect::Retag { post, changes })
        }
        (None, Some((blog, changes))) => (changes.clone(), Effect::RetagBlog { blog, changes }),
        (None, None) => return Vec::new(),
    };
    if changes.is_empty() {
        return say(state, "The tags are as they were");
    }
    let told: Vec<String> = changes.iter().map(|(tag, on)| format!("{}{tag}", if *on { "+" } else { "-" })).collect();
    state.status = format!("Tags: {}; u undoes it", told.join(" "));
    vec![effect]
}

/// `@` before the words means the blog at hand alone.
fn mute(state: &mut State, text: &str) -> Vec<Effect> {
    let (words, blog) = match text.strip_prefix('@') {
        Some(words) => {
            let here = state.this_post().map(|one| one.blog.id);
            let here = here.or_else(|| state.this_blog().map(|followed| followed.blog.id));
            if here.is_none() {
                return say(state, "Put the cursor on a post or a blog first");
            }
            (words, here)
        }
        None => (text, None),
    };
    match MuteRule::new(words, blog) {
        Ok(rule) => {
            state.status = format!("Muting “{}” ...", rule.words);
            vec![Effect::Mute(rule)]
        }
        Err(error) => say(state, Plain::line(&error.to_string()).as_str()),
    }
}

/// Where the post at hand would be written, to be changed.
pub(super) fn ask_file(state: &mut State) -> Vec<Effect> {
    let Some(one) = state.this_post() else { return say(state, "Put the cursor on a post first") };
    let name: String = one.post.label().as_str().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<String> = name.split('-').filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
    let name = parts.join("-");
    let name = &name[..name.floor_char_boundary(60)];
    state.prompt = Some((Prompt::WriteTo, format!("~/{}.md", if name.is_empty() { "post" } else { name })));
    Vec::new()
}

impl State {
    /// What stands before the line that is being typed, with the line; `None` while nothing is.
    pub fn prompt_line(&self) -> Option<String> {
        let (prompt, text) = self.prompt.as_ref()?;
        let label = match prompt {
            Prompt::Filter => "/",
            Prompt::Follow => "Follow (a site, a feed, @name@instance): ",
            Prompt::Import => "Import (a file, Tab completes; or an address): ",
            Prompt::Tags => "Tags (words; take out what is to go): ",
            Prompt::OnlyTag => "Only what is tagged: ",
            Prompt::Mute => "Mute (words or /pattern/; @ before them: in this blog alone): ",
            Prompt::Older if self.screen == Screen::River => "Mark read what is older than (days, or 12h, 8w): ",
            Prompt::Older => "Mark read here what is older than (days, or 12h, 8w): ",
            Prompt::Jump => "Jump to a blog: ",
            Prompt::WriteTo => "Write to (.md for Markdown, else text): ",
            Prompt::Distance => "At a distance, because (for you alone; may stay empty): ",
        };
        let found = match prompt {
            Prompt::Jump if !text.trim().is_empty() => match lists::blogs_called(self, text).as_slice() {
                [] => " (no blog is called so)".to_owned(),
                [one] => format!(" ({})", one.blog.title),
                [first, others @ ..] => format!(" ({}, and {} more)", first.blog.title, others.len()),
            },
            _ => String::new(),
        };
        Some(format!("{label}{text}_{found}"))
    }
}
