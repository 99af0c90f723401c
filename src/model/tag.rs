//! The user's own words for posts and blogs.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Plain;

/// One word in lower case, without `#`; white space within is a `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Tag(Plain);

/// Bytes that a tag may have.
const LONGEST: usize = 60;

impl Tag {
    /// The tag of what is kept for later. A star says "I liked it"; this says "I want to come back to it".
    pub fn saved() -> Self {
        Self(Plain::line("saved"))
    }

    /// `None` where no word is left.
    pub fn new(text: &str) -> Option<Self> {
        Some(Self::from(text.to_owned())).filter(|tag| !tag.as_str().is_empty())
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn plain(&self) -> Plain {
        self.0.clone()
    }
}

impl From<String> for Tag {
    fn from(text: String) -> Self {
        let line = Plain::line(text.trim().trim_start_matches('#')).as_str().to_lowercase().replace(' ', "-");
        Self(Plain::line(&line[..line.floor_char_boundary(LONGEST)]))
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0.to_string()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_word_however_it_is_typed() {
        for (typed, tag) in [("Rust", "rust"), (" #To Read ", "to-read"), ("a\tb\u{1b}", "a-b"), ("读", "读")] {
            assert_eq!(Tag::new(typed).unwrap().as_str(), tag);
        }
        assert_eq!((Tag::new("  "), Tag::new("#")), (None, None));
        assert!(Tag::new(&"é".repeat(100)).unwrap().as_str().len() <= 60);
    }
}
