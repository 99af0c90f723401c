//! Words that the user does not want to read about: a rule, and what it hides.

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::{BlogId, Plain, Post};

/// Words, or `/pattern/`, everywhere or in one blog. Posts that hold them are hidden, never deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MuteRule {
    pub words: Plain,
    pub blog: Option<BlogId>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MuteError {
    #[error("say which words to mute")]
    NoWords,
    #[error("{0:?} is too long for words to mute: {LONGEST} characters at most")]
    TooLong(Plain),
    #[error("/{pattern}/ is no pattern: {why}")]
    Pattern { pattern: String, why: String },
}

const LONGEST: usize = 200;
/// Bytes that a compiled pattern may take, so that none eats the memory.
const LARGEST_PATTERN: usize = 1 << 20;

impl MuteRule {
    /// A rule that can be kept; `Err` says what is wrong with its words.
    pub fn new(words: &str, blog: Option<BlogId>) -> Result<Self, MuteError> {
        let rule = Self { words: Plain::line(words), blog };
        rule.matcher().map(|_| rule)
    }

    pub fn matcher(&self) -> Result<Matcher, MuteError> {
        let words = self.words.as_str();
        if words.is_empty() || words == "//" {
            return Err(MuteError::NoWords);
        }
        if words.chars().count() > LONGEST {
            return Err(MuteError::TooLong(self.words.clone()));
        }
        let pattern = match words.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            Some(pattern) => pattern.to_owned(),
            None => whole_words(words),
        };
        let built = RegexBuilder::new(&pattern).case_insensitive(true).size_limit(LARGEST_PATTERN).build();
        let regex = built.map_err(|error| MuteError::Pattern {
            // The message of a parse error draws the pattern with a mark below; its last line says what is wrong.
            why: error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
            pattern,
        })?;
        Ok(Matcher { regex, blog: self.blog })
    }
}

/// The words in this order with any white space between, and not as parts of longer words: "port" is no "airport".
fn whole_words(words: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let edge = |c| if is_word(c) { r"\b" } else { "" };
    let inner: Vec<String> = words.split_whitespace().map(regex::escape).collect();
    format!("{}{}{}", edge(words.chars().next()), inner.join(r"\s+"), edge(words.chars().next_back()))
}

/// A rule made ready to look at posts.
#[derive(Clone, Debug)]
pub struct Matcher {
    regex: Regex,
    blog: Option<BlogId>,
}

impl Matcher {
    /// Whether the title, the first words, a tag or an author hold the words. The whole text is not looked at.
    pub fn hides(&self, post: &Post) -> bool {
        self.blog.is_none_or(|blog| blog == post.blog)
            && [&post.title, &post.summary]
                .into_iter()
                .chain(&post.tags)
                .chain(&post.authors)
                .any(|text| self.regex.is_match(text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PostId, Timestamp};

    fn post(title: &str) -> Post {
        Post {
            id: PostId([1; 16]),
            blog: BlogId([2; 16]),
            url: None,
            title: Plain::line(title),
            authors: vec![Plain::line("Ann")],
            published: None,
            updated: None,
            first_seen: Timestamp(0),
            tags: vec![Plain::line("C++")],
            summary: Plain::default(),
            enclosures: Vec::new(),
        }
    }

    #[test]
    fn words_are_whole_and_patterns_are_what_they_say() {
        for (words, title, hides) in [
            ("port", "The port of Oslo", true),
            ("port", "An airport", false),
            ("PORT", "port", true),
            ("New York", "A new  york state of mind", true),
            ("new york", "york, new", false),
            ("c++", "nothing", true),
            ("ann", "nothing", true),
            ("/^sponsored/", "Sponsored: a mattress", true),
            ("/^sponsored/", "Not sponsored", false),
            ("Ärger", "viel ärger!", true),
            ("读", "读", true),
            ("a.b", "acb", false),
        ] {
            let matcher = MuteRule::new(words, None).unwrap().matcher().unwrap();
            assert_eq!(matcher.hides(&post(title)), hides, "{words} in {title}");
        }
    }

    #[test]
    fn a_rule_for_one_blog_leaves_the_others_alone() {
        let hides = |blog| MuteRule::new("port", Some(blog)).unwrap().matcher().unwrap().hides(&post("port"));
        assert!(hides(BlogId([2; 16])) && !hides(BlogId([3; 16])));
    }

    #[test]
    fn what_cannot_be_a_rule_says_why() {
        for (words, part) in [("  ", "which words"), ("//", "which words"), ("/(/", "unclosed group")] {
            let error = MuteRule::new(words, None).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(MuteRule::new(&"x".repeat(300), None).is_err());
    }
}
