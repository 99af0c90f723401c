//! Names of blogs and folders: HTML that some programs put into them becomes the text it stands for.

use std::borrow::Cow;

use super::attributes::resolve;
use crate::model::Plain;

/// Elements that titles are seen with. Anything else in angle brackets is text, as in "Generic <T> considered".
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "br", "code", "div", "em", "font", "h1", "h2", "i", "img", "mark", "p", "q", "small", "span",
    "strong", "sub", "sup", "tt", "u",
];

/// Those that part words.
const BREAKING: [&str; 5] = ["br", "div", "h1", "h2", "p"];

/// What a person reads in an attribute's value.
pub(super) fn read(value: &str) -> Plain {
    // Tags first: what only looks like one once its entities are resolved is text.
    Plain::line(&resolve(&without_tags(value)))
}

/// The value that [`read`] takes for `name`. Mostly the name itself.
pub(super) fn written(name: &Plain) -> Cow<'_, str> {
    let text = name.as_str();
    if read(text) == *name { Cow::Borrowed(text) } else { Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;")) }
}

fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        kept.push_str(before);
        let bare = tag.strip_prefix('/').unwrap_or(tag);
        let name = bare.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        if !INLINE.contains(&name.as_str()) {
            kept.push('<');
            rest = tag;
            continue;
        }
        let Some((_, after)) = tag.split_once('>') else {
            kept.push('<');
            kept.push_str(tag);
            return Cow::Owned(kept);
        };
        if BREAKING.contains(&name.as_str()) {
            kept.push(' ');
        }
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_person_would_read() {
        for (value, expected) in [
            ("Plain & simple", "Plain & simple"),
            ("<b>Bold</b> <a href='x'>name</a>", "Bold name"),
            ("AT&amp;T &#8212; news", "AT&T — news"),
            ("one<br/>two", "one two"),
            ("Generic <T> considered", "Generic <T> considered"),
            ("a < b", "a < b"),
            ("<b unclosed", "<b unclosed"),
            ("&lt;b&gt;", "<b>"),
            (" \n many\tspaces ", "many spaces"),
        ] {
            assert_eq!(read(value).as_str(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for name in ["<b>", "&amp;", "AT&T", "&lt;b&gt; & <i>", "x < y", "&nbsp;"] {
            let name = Plain::line(name);
            assert_eq!(read(&written(&name)), name);
        }
    }
}
