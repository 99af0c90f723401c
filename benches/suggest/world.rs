//! A neighbourhood that is made up, as large as wanted and the same each time: invented words in three languages, topics,
//! friends and pages that few or many link to (all by power laws, as on the web).

use std::fmt::Write;

/// Knuth's constants; the high bits are taken.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5151_5151);
        dice.next();
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 31
    }

    /// 0..1.
    fn share(&mut self) -> f64 {
        self.next() as f64 / (1_u64 << 33) as f64
    }

    pub fn below(&mut self, most: usize) -> usize {
        (self.share() * most as f64) as usize
    }

    /// Below `most`, the n-th about one n-th as often as the first (Zipf).
    pub fn ranked(&mut self, most: usize) -> usize {
        ((most as f64 + 1.0).powf(self.share()) - 1.0) as usize
    }
}

const ENGLISH: [&str; 40] = [
    "the", "of", "and", "to", "a", "in", "is", "that", "it", "was", "for", "on", "are", "as", "with", "they", "at",
    "be", "this", "have", "from", "or", "had", "by", "but", "some", "what", "there", "we", "can", "out", "other",
    "were", "all", "your", "when", "up", "use", "how", "should",
];
const GERMAN: [&str; 30] = [
    "der", "die", "und", "in", "den", "von", "zu", "das", "mit", "sich", "des", "auf", "für", "ist", "im", "dem",
    "nicht", "ein", "eine", "als", "auch", "es", "an", "werden", "aus", "er", "hat", "dass", "sie", "wir",
];
const SYLLABLES: [&str; 32] = [
    "ba", "ker", "lo", "min", "tra", "ves", "sol", "dri", "pen", "qua", "zet", "hor", "nim", "fal", "gru", "wen",
    "tis", "ork", "el", "ush", "ron", "pla", "cor", "dex", "mu", "sta", "ing", "ber", "ko", "ril", "ant", "oe",
];
const WORDS: usize = 60_000;
const TOPICS: usize = 240;
const WORDS_A_TOPIC: usize = 300;
/// Pages of third parties, each linked by somebody.
const PAGES: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    English,
    German,
    Chinese,
}

/// One of the invented blogs.
pub struct Invented {
    pub number: usize,
    language: Language,
    topics: [usize; 3],
}

impl Invented {
    pub fn of(number: usize) -> Self {
        let mut dice = Dice::of(number as u64);
        let language = match dice.below(10) {
            0 => Language::Chinese,
            1 | 2 => Language::German,
            _ => Language::English,
        };
        Self { number, language, topics: std::array::from_fn(|_| dice.ranked(TOPICS)) }
    }

    pub fn site(number: usize) -> String {
        format!("https://blog{number}.example/")
    }

    pub fn feed_url(number: usize) -> String {
        format!("https://blog{number}.example/feed.xml")
    }

    fn code(&self) -> &'static str {
        match self.language {
            Language::English => "en",
            Language::German => "de",
            Language::Chinese => "zh",
        }
    }

    fn word(&self, rank: usize) -> String {
        let common: &[&str] = match self.language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
            // Two of some three thousand characters.
            Language::Chinese => {
                let character = |at: usize| char::from_u32(0x4e00 + (at % 3000) as u32).unwrap_or('一');
                return [character(rank * 7), character(rank / 40)].iter().collect();
            }
        };
        if let Some(word) = common.get(rank) {
            return (*word).to_owned();
        }
        let (mut rest, mut word) = (rank * 3 + 31, String::new());
        while rest > 0 {
            word.push_str(SYLLABLES[rest % 32]);
            rest /= 32;
        }
        word
    }

    fn words(&self, dice: &mut Dice, count: usize) -> String {
        let mut text = String::new();
        for place in 0..count {
            let rank = match dice.below(5) {
                0 | 1 => {
                    let topic = self.topics[dice.below(3)];
                    2000 + (topic * 7919 + dice.ranked(WORDS_A_TOPIC) * 131) % (WORDS - 2000)
                }
                _ => dice.ranked(WORDS),
            };
            text.push_str(&self.word(rank));
            let ends = place % 14 == 13;
            match self.language {
                Language::Chinese => text.push_str(if ends { "。" } else { "" }),
                _ => text.push_str(if ends { ". " } else { " " }),
            }
        }
        text
    }

    /// A post with links to blogs of so many, and to pages.
    fn post(&self, post: usize, words: usize, blogs: usize) -> String {
        let mut dice = Dice::of((self.number * 1000 + post) as u64 ^ 0xabcd);
        let mut html = String::new();
        for _ in 0..3 {
            let _ = write!(html, "<p>{}", self.words(&mut dice, words / 3));
            if dice.below(10) < 4 {
                let target = Invented::site(dice.ranked(blogs));
                let _ = write!(html, "<a href=\"{target}\">{}</a> ", self.words(&mut dice, 3));
            }
            if dice.below(10) < 3 {
                // What a circle talks about, or anybody.
                let page = if dice.below(2) == 0 { self.topics[0] * 97 + dice.ranked(200) } else { dice.ranked(PAGES) };
                let text = self.words(&mut dice, 2);
                let _ = write!(html, "<a href=\"https://site{}.example.org/a/{page}\">{text}</a>.", page % 5000);
            }
            let _ = writeln!(html, "{}.</p>", self.words(&mut dice, 8));
        }
        html
    }

    /// An RSS feed with so many posts, the newest from `newest` (seconds), which link to some of so many blogs.
    pub fn feed(&self, posts: usize, words: usize, blogs: usize, newest: i64) -> Vec<u8> {
        let site = Self::site(self.number);
        let mut feed = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{}</title><link>{site}</link><language>{}</language>",
            self.title(),
            self.code()
        );
        let mut dice = Dice::of(self.number as u64 ^ 0x7777);
        let gap = 86_400 * (1 + dice.below(20) as i64);
        let silent = if dice.below(5) == 0 { 86_400 * dice.below(1500) as i64 } else { 0 };
        for post in 0..posts {
            let written = penpal::model::Timestamp(newest - silent - gap * post as i64).rfc3339();
            let title = self.words(&mut dice, 5);
            let html = self.post(post, words, blogs);
            let html = html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let _ = write!(
                feed,
                "<item><title>{title}</title><link>{site}{post}</link><guid>{site}{post}</guid>\
                 <dc:date xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{written}</dc:date><description>{html}</description></item>"
            );
        }
        (feed + "</channel></rss>").into_bytes()
    }

    fn title(&self) -> String {
        let mut dice = Dice::of(self.number as u64 ^ 0x3333);
        self.words(&mut dice, 3).trim().to_owned()
    }

    /// The home page; every third has a blogroll.
    pub fn home(&self, blogs: usize) -> String {
        let mut dice = Dice::of(self.number as u64 ^ 0x2222);
        let mut roll = String::new();
        if dice.below(3) == 0 {
            for _ in 0..5 + dice.below(40) {
                let _ = write!(
                    roll,
                    "<li><a href=\"{}\">{}</a></li>",
                    Self::site(dice.ranked(blogs)),
                    self.words(&mut dice, 2)
                );
            }
        }
        format!(
            "<html><head><title>{}</title></head><body><a href=\"mailto:me@blog{}.example\">mail</a>\
             <ul class=\"blogroll\">{roll}</ul></body></html>",
            self.title(),
            self.number
        )
    }
}
