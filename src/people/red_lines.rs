//! The user's red lines: phrases and patterns that are looked for in what somebody wrote. They are shown, with their
//! dates, and never hide or move anybody.

use regex::{Regex, RegexBuilder};

use super::own_words::OwnWords;
use crate::{
    discover::edges::quote_at,
    feed::SafeHtml,
    model::{Plain, Post, RedLine},
    text::words::is_unspaced,
};

/// Bytes that a compiled pattern may have. Patterns run in linear time whatever they are (crate `regex`), so this bounds
/// what one costs.
const LARGEST_PATTERN: usize = 1 << 20;
/// Characters of a phrase or pattern.
const LONGEST: usize = 500;
/// Quotes that one line shows; the newest are the ones that count.
const MOST_QUOTES: usize = 5;

/// What the user does not want to overlook.
#[derive(Clone, Debug, Default)]
pub struct RedLines {
    lines: Vec<Line>,
}

/// One line: a name, and what crosses it.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: Plain,
    patterns: Vec<Regex>,
    /// It is told by meaning, which is not looked for.
    by_meaning: bool,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        let texts = |line: &Self| line.patterns.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>();
        self.name == other.name && self.by_meaning == other.by_meaning && texts(self) == texts(other)
    }
}

impl Line {
    /// `phrases` are plain words, or patterns between slashes. `Err` says what is wrong with one of them.
    pub fn new(name: &str, phrases: &[String]) -> Result<Self, String> {
        let name = Plain::line(name).some().ok_or("a red line has a name, under which it is shown")?;
        if phrases.is_empty() {
            return Err(format!("the red line {name:?} has no phrases, so nothing crosses it"));
        }
        let patterns: Result<_, _> = phrases.iter().map(|phrase| pattern(phrase)).collect();
        Ok(Self { name, patterns: patterns?, by_meaning: false })
    }

    /// One that is told by what is spoken of and how. It is kept, and said to be passed over.
    pub fn by_meaning(name: &str) -> Result<Self, String> {
        let name = Plain::line(name).some().ok_or("a red line has a name, under which it is shown")?;
        Ok(Self { name, patterns: Vec::new(), by_meaning: true })
    }
}

impl RedLines {
    pub fn new(lines: Vec<Line>) -> Self {
        Self { lines }
    }

    /// Whether there is anything to look for.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.by_meaning)
    }

    /// The lines that nothing is looked for, since they are told by meaning.
    pub fn passed_over(&self) -> impl Iterator<Item = &Plain> {
        self.lines.iter().filter(|line| line.by_meaning).map(|line| &line.name)
    }

    /// What crosses a line in the title and text of posts, the newest of each line first; somebody's own words before
    /// what they quote of others. One quote a post and line.
    pub fn crossed<'a>(&self, posts: impl Iterator<Item = (&'a Post, &'a SafeHtml)>) -> Vec<RedLine> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Vec<RedLine>> = vec![Vec::new(); self.lines.len()];
        for (post, html) in posts {
            let words = OwnWords::of(html);
            for (line, found) in self.lines.iter().zip(&mut found) {
                found.extend(line.crossed_in(post, &words));
            }
        }
        for quotes in &mut found {
            quotes.sort_by_key(|quote| (quote.quoting, std::cmp::Reverse(quote.published)));
            quotes.truncate(MOST_QUOTES);
        }
        found.into_iter().flatten().collect()
    }
}

impl Line {
    fn crossed_in(&self, post: &Post, words: &OwnWords) -> Option<RedLine> {
        let quote_in = |text: &str| {
            let found = self.patterns.iter().filter_map(|pattern| pattern.find(text)).min_by_key(|found| found.start());
            found.map(|found| quote_at(text, found.start(), found.len())).and_then(Plain::some)
        };
        let title = quote_in(post.title.as_str()).map(|_| post.title.clone());
        let own = title.or_else(|| quote_in(words.own.as_str()));
        let quoting = own.is_none();
        Some(RedLine {
            name: self.name.clone(),
            quote: own.or_else(|| quote_in(words.quoted.as_str()))?,
            post_url: post.url.clone(),
            post_title: post.label(),
            published: post.published.or(post.updated),
            quoting,
        })
    }
}

fn pattern(phrase: &str) -> Result<Regex, String> {
    let phrase = phrase.trim();
    if phrase.chars().count() > LONGEST {
        return Err(format!("a phrase of a red line has {LONGEST} characters at most"));
    }
    let inner = phrase.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
    let text = match inner {
        Some(pattern) => pattern.to_owned(),
        None => plain_words(phrase)?,
    };
    let mut builder = RegexBuilder::new(&text);
    builder.case_insensitive(true).multi_line(true).size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN);
    let compiled = builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => format!("the pattern {phrase} is too large"),
        error => format!("the pattern {phrase} cannot be read: {}", in_a_line(&error.to_string())),
    })?;
    if compiled.is_match("") {
        return Err(format!("the pattern {phrase} fits everything, also nothing at all"));
    }
    Ok(compiled)
}

/// The last line of a message tells what is wrong; those before it draw it.
fn in_a_line(message: &str) -> String {
    let last = message.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}

/// Whole words in any case, whatever stands between them on the page, and either kind of apostrophe.
fn plain_words(phrase: &str) -> Result<String, String> {
    let words: Vec<String> =
        phrase.split_whitespace().map(|word| regex::escape(word).replace(['\'', '’'], "['’]")).collect();
    let (Some(first), Some(last)) = (phrase.chars().next(), phrase.chars().next_back()) else {
        return Err("a phrase of a red line is empty".into());
    };
    // Where words are not parted by spaces, any place will do.
    let edge = |c: char| if (c.is_alphanumeric() || c == '_') && !is_unspaced(c) { r"\b" } else { "" };
    Ok(format!("{}{}{}", edge(first), words.join(r"\s+"), edge(last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlogId, PageUrl, PostId, Timestamp};

    fn post(title: &str, day: i64) -> Post {
        Post {
            id: PostId([day as u8; 16]),
            blog: BlogId([1; 16]),
            url: PageUrl::parse("https://a.example/post").ok(),
            title: Plain::line(title),
            authors: Vec::new(),
            published: Some(Timestamp(day * 86_400)),
            updated: None,
            first_seen: Timestamp(0),
            tags: Vec::new(),
            summary: Plain::default(),
            enclosures: Vec::new(),
        }
    }

    fn lines(phrases: &[&str]) -> RedLines {
        let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        RedLines::new(vec![Line::new("bashes candidates", &phrases).unwrap()])
    }

    #[test]
    fn plain_words_are_found_whole_in_any_case_and_over_any_white_space() {
        for (phrase, html, quote) in [
            ("lazy candidates", "<p>Well. Those LAZY\n candidates again! So.", Some("Those LAZY candidates again!")),
            ("lazy candidates", "<p>crazylazy candidates", None),
            ("can't code", "<p>They can’t code.", Some("They can’t code.")),
            ("c++", "<p>No C++ here", Some("No C++ here")),
            ("蠢货", "<p>他们都是蠢货。完", Some("他们都是蠢货。")),
            (r"/\bidiots?\b/", "<p>What an Idiot.", Some("What an Idiot.")),
            ("/a/b", "<p>either a/b or", None),
            ("lazy", "<p>one <b>la</b>zy day", Some("one lazy day")),
        ] {
            let html = SafeHtml::from_stored(html.to_owned());
            let found = lines(&[phrase]).crossed([(&post("A title", 1), &html)].into_iter());
            assert_eq!(found.first().map(|found| found.quote.as_str()), quote, "{phrase}");
        }
    }

    #[test]
    fn what_is_quoted_of_others_is_said_to_be_a_quote_and_stands_behind_ones_own_words() {
        let own = SafeHtml::from_stored("<p>All candidates lie.</p>".into());
        let quoting = SafeHtml::from_stored(
            "<p>I read:</p><blockquote><p>All candidates lie.</p></blockquote><p>How unkind.</p>".into(),
        );
        let (older, newer) = (post("Old", 1), post("New", 2));
        let found = lines(&["candidates lie"]).crossed([(&newer, &quoting), (&older, &own)].into_iter());
        assert_eq!(found.iter().map(|line| line.quoting).collect::<Vec<_>>(), [false, true]);
        assert_eq!(found[0].published, older.published);
    }

    #[test]
    fn a_title_counts_and_the_newest_quotes_are_kept() {
        let html = SafeHtml::from_stored(String::new());
        let posts: Vec<Post> = (1..=9).map(|day| post("Stupid users", day)).collect();
        let found = lines(&["stupid users"]).crossed(posts.iter().map(|post| (post, &html)));
        assert_eq!(found.len(), MOST_QUOTES);
        assert_eq!(found[0].published, posts[8].published);
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused_in_words() {
        for (phrase, part) in [
            ("/(/", "cannot be read: unclosed group"),
            ("/(a{1000}){1000}/", "too large"),
            ("/x*/", "fits everything"),
            ("  ", "empty"),
        ] {
            let error = Line::new("a", &[phrase.to_owned()]).unwrap_err();
            assert!(error.contains(part), "{phrase}: {error}");
        }
        assert!(Line::new(" ", &["a".into()]).is_err() && Line::new("a", &[]).is_err());
    }
}
