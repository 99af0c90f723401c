//! What somebody wrote, told apart from what they quote of others.

use crate::{feed::SafeHtml, model::Plain};

/// The text of a post in two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    pub own: Plain,
    /// What stands in block quotes.
    pub quoted: Plain,
}

impl OwnWords {
    pub fn of(html: &SafeHtml) -> Self {
        let source = html.as_str();
        if !source.contains("<blockquote") {
            return Self { own: html.text(), quoted: Plain::default() };
        }
        let (mut own, mut quoted) = (String::new(), String::new());
        // Safe HTML is written by one serialiser: every tag is closed, and `<` stands nowhere else.
        let (mut rest, mut depth) = (source, 0_usize);
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            if depth == 0 { &mut own } else { &mut quoted }.push_str(before);
            let end = tag.find('>').map_or(tag.len(), |end| end + 1);
            let is = |begin: &str| tag.strip_prefix(begin).is_some_and(|more| more.starts_with([' ', '>', '\n']));
            if is("<blockquote") {
                depth += 1;
                // Keeps paragraphs apart that stood on either side.
                own.push_str("<br>");
            } else if is("</blockquote") {
                depth = depth.saturating_sub(1);
                quoted.push_str("<br>");
            } else {
                if depth == 0 { &mut own } else { &mut quoted }.push_str(&tag[..end]);
            }
            rest = &tag[end..];
        }
        own.push_str(rest);
        Self { own: SafeHtml::from_stored(own).text(), quoted: SafeHtml::from_stored(quoted).text() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_within_quotes_are_others_words_and_what_follows_is_ones_own() {
        let html = "<p>Mine.</p><blockquote><p>A</p><blockquote>B</blockquote>C</blockquote><p>Mine <i>too</i></p>";
        let words = OwnWords::of(&SafeHtml::from_stored(html.into()));
        let lines = |text: &Plain| text.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(lines(&words.own), "Mine. Mine too");
        assert_eq!(lines(&words.quoted), "A B C");
    }
}
