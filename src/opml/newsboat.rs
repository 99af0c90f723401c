//! newsboat's `urls` file, which is a plain list of addresses in its simplest form: a line a feed, its address first and
//! tags behind it, in quotes where they hold spaces. `"~Title"` is its name, `!` hides it from newsboat's list.

use super::{Document, Outline, Skipped};
use crate::model::{FeedUrl, Plain};

/// How lines begin that are no feeds of the web, and what to say of them.
const OTHERS: [(&str, &str); 4] = [
    ("query:", "a query feed of newsboat is made of the posts of other feeds; `penpal search` finds them"),
    (
        "exec:",
        "a program that makes a feed is not run by an import; define it in the configuration as [[sources]] with name and exec",
    ),
    (
        "filter:",
        "a program that changes a feed is not run by an import; define it in the configuration as [[sources]] with name, filter and url",
    ),
    (
        "file:",
        "a file on this machine is no feed of the web; define it in the configuration as [[sources]] with name and file",
    ),
];

/// Whether the first line that says something begins as those of newsboat do.
pub(super) fn looks_like(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let first = first.unwrap_or_default().trim_start_matches('"').to_ascii_lowercase();
    let schemes = ["http://", "https://", "feed:"];
    schemes.iter().chain(OTHERS.iter().map(|(start, _)| start)).any(|start| first.starts_with(start))
}

pub(super) fn read(text: &str) -> Document {
    let mut document = Document::default();
    for (at, line) in text.lines().enumerate() {
        let mut words = words(line).into_iter();
        let Some(address) = words.next() else { continue };
        let mut outline = Tags::of(words);
        match feed(&address) {
            Ok(feed_url) => document.outlines.push(Outline {
                feed_url,
                title: outline.title,
                site_url: None,
                folder: Vec::new(),
                tags: std::mem::take(&mut outline.tags),
                other: if outline.hidden { vec![("hidden".into(), "true".into())] } else { Vec::new() },
                line: at + 1,
            }),
            Err(reason) => document.skipped.push(Skipped {
                line: at + 1,
                title: outline.title,
                address: Some(Plain::line(&address).to_string()),
                reason,
            }),
        }
    }
    document
}

fn feed(address: &str) -> Result<FeedUrl, String> {
    let lower = address.to_ascii_lowercase();
    // What the configuration defines can be named here as in any other list.
    if let Ok(named) = FeedUrl::parse(address)
        && named.source().is_some()
    {
        return Ok(named);
    }
    match OTHERS.iter().find(|(start, _)| lower.starts_with(start)) {
        Some((_, reason)) => Err((*reason).to_owned()),
        None => FeedUrl::parse(address).map_err(|error| error.to_string()),
    }
}

/// What stands behind an address.
#[derive(Default)]
struct Tags {
    title: Option<Plain>,
    hidden: bool,
    tags: Vec<Plain>,
}

impl Tags {
    fn of(words: impl Iterator<Item = String>) -> Self {
        let mut found = Self::default();
        for word in words {
            match word.strip_prefix('~') {
                Some(title) => found.title = Plain::line(title).some(),
                None if word.starts_with('!') => found.hidden = true,
                // Tags are split at commas where they are written as OPML.
                None => found.tags.extend(Plain::line(&word.replace(',', " ")).some()),
            }
        }
        found
    }
}

/// The words of a line. Quotes hold spaces together, a backslash takes a quote for what it is, `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut quoted = false;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if quoted => word.get_or_insert_default().extend(characters.next()),
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '#' if !quoted && word.is_none() => break,
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words.retain(|word| !word.trim().is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_newsboat_reads_it() {
        let text = "# my feeds\n\
            https://a.example/feed\n\
            \n\
            https://b.example/feed tea \"hot drinks\" \"~The B\" # good\n\
            \"https://c.example/feed?x=1#top\" !\n\
            \"query:Unread:unread = \\\"yes\\\"\" all\n\
            exec:~/bin/make-feed\n\
            filter:~/bin/cut:https://d.example/feed\n\
            file:///home/ann/feed.xml\n\
            gopher://e.example/\n";
        assert!(looks_like(text));
        let document = read(text);
        let shown = |outline: &Outline| {
            let tags: Vec<&str> = outline.tags.iter().map(Plain::as_str).collect();
            let title = outline.title.as_ref().map_or("-", Plain::as_str);
            format!("{} {} {title} {} {}", outline.line, outline.feed_url, tags.join("|"), outline.other.len())
        };
        assert_eq!(
            document.outlines.iter().map(shown).collect::<Vec<_>>(),
            [
                "2 https://a.example/feed -  0",
                "4 https://b.example/feed The B tea|hot drinks 0",
                "5 https://c.example/feed?x=1 -  1"
            ]
        );
        let reasons: Vec<(usize, &str)> =
            document.skipped.iter().map(|skipped| (skipped.line, skipped.reason.as_str())).collect();
        for (at, (line, part)) in [
            (6, "query feed"),
            (7, "not run"),
            (8, "not run"),
            (9, "file on this machine"),
            (10, "only http and https"),
        ]
        .into_iter()
        .enumerate()
        {
            assert!(reasons[at].0 == line && reasons[at].1.contains(part), "{reasons:?}");
        }
    }

    #[test]
    fn other_text_is_no_list() {
        for text in ["", "# only a comment\n", "hello\nhttps://a.example/", "<opml>"] {
            assert!(!looks_like(text), "{text}");
        }
    }
}
