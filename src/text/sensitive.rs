//! Words that would tell somebody's health, faith, politics, origin or sexuality. Nobody is introduced by these: a phrase
//! that holds one is no topic and no reason. The list is `assets/sensitive.txt`.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::words::{is_unspaced, split};

/// No beginning of the list is shorter.
const SHORTEST_BEGINNING: usize = 4;

#[derive(Default)]
struct List {
    words: HashSet<&'static str>,
    /// `antidepress` of `antidepress*`.
    beginnings: HashSet<&'static str>,
    /// Several words in a row, by the first.
    runs: HashMap<&'static str, Vec<Vec<&'static str>>>,
    /// Of languages whose words are not parted.
    anywhere: Vec<&'static str>,
}

static LIST: LazyLock<List> = LazyLock::new(|| {
    let mut list = List::default();
    let lines = include_str!("../../assets/sensitive.txt").lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| line.split_once(' ')).flat_map(|(_, entries)| entries.split(", "));
    for entry in entries {
        let words: Vec<&str> = entry.split(' ').collect();
        match (entry.strip_suffix('*'), &words[..]) {
            (Some(beginning), _) => _ = list.beginnings.insert(beginning),
            (None, _) if entry.chars().any(is_unspaced) => list.anywhere.push(entry),
            (None, [word]) => _ = list.words.insert(word),
            (None, [first, ..]) => list.runs.entry(first).or_default().push(words),
            (None, []) => {}
        }
    }
    list
});

/// Whether a text in any language holds such a word.
pub fn is_sensitive(text: &str) -> bool {
    let words: Vec<String> = split(text).map(|word| word.written.to_lowercase().replace('’', "'")).collect();
    words.iter().enumerate().any(|(at, word)| is_listed(word) || begins_a_run(&words[at..]))
        || (text.chars().any(is_unspaced) && LIST.anywhere.iter().any(|entry| text.contains(entry)))
}

fn is_listed(word: &str) -> bool {
    let is_word = |word: &str| {
        let mut ends = word.char_indices().skip(SHORTEST_BEGINNING).map(|(end, _)| end).chain([word.len()]);
        LIST.words.contains(word) || ends.any(|end| LIST.beginnings.contains(&word[..end]))
    };
    // `cancer's`, `l'église` and `anti-immigrant` hold what the parts say.
    is_word(word) || (word.contains(['\'', '-']) && word.split(['\'', '-']).any(is_word))
}

fn begins_a_run(words: &[String]) -> bool {
    let runs = words.first().and_then(|first| LIST.runs.get(first.as_str()));
    let follows = |run: &Vec<&str>| run.len() <= words.len() && run.iter().zip(words).all(|(a, b)| a == b);
    runs.is_some_and(|runs| runs.iter().any(follows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_health_faith_politics_origin_and_sexuality_are_sensitive() {
        for text in [
            "chemotherapy ended",
            "Antidepressants help",
            "my mental health",
            "the Catholic church",
            "Ramadan bread",
            "brexit letters",
            "as a refugee",
            "gay bookshop",
            "cancer’s end",
            "Chemotherapie",
            "schwul",
            "sozialdemokratisch",
            "l'église",
            "la quimioterapia",
            "in gravidanza",
            "minha depressão",
            "kankeronderzoek",
            "抗抑郁药",
            "うつ病",
        ] {
            assert!(is_sensitive(text), "{text}");
        }
    }

    #[test]
    fn words_that_mean_something_else_as_well_stay() {
        for text in [
            "party wall",
            "cell culture",
            "stroke width",
            "RabbitMQ",
            "trumpet",
            "lithium battery",
            "Advent of Code",
            "platform-agnostic",
            "leader election",
            "mass production",
            "operating system",
            "disabled button",
            "sourdough",
            "教科书",
        ] {
            assert!(!is_sensitive(text), "{text}");
        }
    }

    #[test]
    fn the_list_is_written_as_it_is_read() {
        for line in include_str!("../../assets/sensitive.txt").lines().filter(|line| !line.is_empty()) {
            let (language, entries) = line.split_once(' ').unwrap();
            assert!(language == "#" || language.len() == 2, "{line}");
            for entry in entries.split(", ").filter(|_| language != "#") {
                assert!(!entry.is_empty() && entry == entry.trim() && entry == entry.to_lowercase(), "{entry}");
                let beginning = entry.strip_suffix('*').map_or(SHORTEST_BEGINNING, |one| one.chars().count());
                assert!(beginning >= SHORTEST_BEGINNING && !entry.trim_end_matches('*').contains('*'), "{entry}");
            }
        }
    }
}
