//! Letters from templates: the built-in ones, or the user's own. What is said comes from facts alone, and each fact has a
//! mark that leads to its page until the letter goes out.

use std::path::Path;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::{Deserialize, Serialize};

use super::{
    facts::{Facts, How},
    me::Me,
};
use crate::model::{Blog, Evidence, Plain};

/// The built-in letters by language (ISO 639-1), the first where no other fits.
const LETTERS: [(&str, &str); 8] = [
    ("en", include_str!("../../assets/letters/en.txt")),
    ("de", include_str!("../../assets/letters/de.txt")),
    ("es", include_str!("../../assets/letters/es.txt")),
    ("fr", include_str!("../../assets/letters/fr.txt")),
    ("it", include_str!("../../assets/letters/it.txt")),
    ("nl", include_str!("../../assets/letters/nl.txt")),
    ("pt", include_str!("../../assets/letters/pt.txt")),
    ("zh", include_str!("../../assets/letters/zh.txt")),
];

/// What the built-in letters can sound like.
pub const TONES: [&str; 4] = ["plain", "warm", "brief", "short"];

/// Characters of a short letter, without marks.
pub const SHORT: usize = 300;

/// What stands in place of the name of a user who gave none. No letter goes out with it.
pub const NO_NAME: &str = "[your name]";

/// Below it nothing is sent.
const SCISSORS: &str = "# ---- what stands below is not sent: where each fact comes from ----";

/// A letter with its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub subject: Plain,
    /// With marks such as `[^1]`.
    pub body: String,
    /// In the order of their marks, from 1.
    pub sources: Vec<Source>,
    pub language: String,
    pub tone: String,
}

/// What a mark stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub mark: usize,
    /// The words of the letter that are meant.
    pub fact: Plain,
    #[serde(flatten)]
    pub evidence: Evidence,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    #[error("no letter is called {name:?}. There are {known}, and templates of your own in {folder}")]
    NoTone { name: String, known: String, folder: String },
    #[error("the template {name} cannot be used: {why}")]
    Template { name: String, why: String },
}

/// Which letter is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub tone: &'a str,
    /// What the user asked for, if they did.
    pub language: Option<&'a str>,
    /// Where the user's own templates lie: `NAME.txt` and `NAME.LANGUAGE.txt`.
    pub templates: &'a Path,
}

/// The language of a letter: what was asked for; else the blog's if the user writes it and a letter is there; else the
/// user's best that a letter is there for; else English.
pub fn language(asked: Option<&str>, blog: Option<&str>, me: &Me) -> String {
    let short = |tag: &str| tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
    if let Some(asked) = asked {
        return short(asked);
    }
    let has_letter = |code: &String| LETTERS.iter().any(|(language, _)| language == code);
    let written = |code: &String| me.languages.is_empty() || me.languages.contains(code);
    let theirs = blog.map(short).filter(|code| has_letter(code) && written(code));
    theirs.or_else(|| me.languages.iter().find(|code| has_letter(code)).cloned()).unwrap_or_else(|| "en".to_owned())
}

/// Writes a letter from facts.
pub fn write(
    blog: &Blog,
    name: Option<&Plain>,
    facts: &Facts,
    me: &Me,
    wanted: Wanted<'_>,
) -> Result<Draft, DraftError> {
    let language = language(wanted.language, blog.language.as_deref(), me);
    let (template, source) = template(&wanted, &language)?;
    let mut facts = facts.clone();
    loop {
        let rendered = render(&template, &source, blog, name, &facts, me, wanted.tone, &language)?;
        let draft = finish(&rendered, &facts, wanted.tone, &language);
        if wanted.tone != "short" || stripped(&draft.body).chars().count() <= SHORT || !shorten(&mut facts) {
            return Ok(draft);
        }
    }
}

/// Leaves out what can be spared most. `false` if nothing is left to leave out.
fn shorten(facts: &mut Facts) -> bool {
    facts.friend.take().is_some()
        || facts.topic.take().is_some()
        || facts.found.take().is_some()
        || facts.post.take().is_some()
}

/// The user's own template counts before a built-in one.
fn template(wanted: &Wanted<'_>, language: &str) -> Result<(String, String), DraftError> {
    let is_name =
        !wanted.tone.is_empty() && wanted.tone.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    for name in [format!("{}.{language}.txt", wanted.tone), format!("{}.txt", wanted.tone)] {
        match std::fs::read_to_string(wanted.templates.join(&name)) {
            Ok(text) if is_name => return Ok((name, text)),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(DraftError::Template { name, why: error.to_string() }),
        }
    }
    if !TONES.contains(&wanted.tone) {
        let folder = wanted.templates.display().to_string();
        return Err(DraftError::NoTone { name: wanted.tone.to_owned(), known: TONES.join(", "), folder });
    }
    let letter = LETTERS.iter().find(|(code, _)| *code == language).unwrap_or(&LETTERS[0]);
    Ok((format!("letter.{}", letter.0), letter.1.to_owned()))
}

#[allow(clippy::too_many_arguments)]
fn render(
    name: &str,
    source: &str,
    blog: &Blog,
    their_name: Option<&Plain>,
    facts: &Facts,
    me: &Me,
    tone: &str,
    language: &str,
) -> Result<String, DraftError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let failed = |error: minijinja::Error| {
        let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
        DraftError::Template { name: name.to_owned(), why: format!("{line}{error}") }
    };
    environment.add_template(name, source).map_err(failed)?;
    let page = |evidence: &Evidence, mark: &str| {
        context! {
            title => evidence.post_title.as_str(),
            url => evidence.post_url.as_str(),
            quote => evidence.quote.as_str(),
            date => evidence.published.map(|date| date.day()),
            mark => format!("[^{mark}]"),
        }
    };
    let found = facts.found.as_ref().map(|found| {
        let how = match found.how {
            How::Linked => "linked",
            How::Listed => "listed",
            How::Answered => "answered",
        };
        context! { how, by => found.by.as_str(), ..page(&found.source, "found") }
    });
    let post = facts.post.as_ref().map(|post| page(&post.source, "post"));
    let topic =
        facts.topic.as_ref().map(|topic| context! { text => topic.text.as_str(), ..page(&topic.source, "topic") });
    let friend = facts.friend.as_ref().map(|friend| {
        context! {
            name => friend.name.as_str(),
            url => friend.page.as_str(),
            links_to_me => friend.links_to_me.is_some(),
            mark => "[^friend]",
        }
    });
    let site = blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |site| site.as_str());
    let them = context! { name => their_name.map(Plain::as_str), blog => blog.title.as_str(), url => site };
    let blogs: Vec<String> = me.blogs.iter().map(ToString::to_string).collect();
    let me = context! {
        name => me.name.as_ref().map(Plain::as_str),
        about => me.about.as_ref().map(Plain::as_str),
        blog => blogs.first().cloned(),
        blogs,
        mail => me.mail.as_ref().map(Plain::as_str),
    };
    let letter = environment.get_template(name).map_err(failed)?;
    letter.render(context! { me, them, found, post, topic, friend, tone, language }).map_err(failed)
}

/// Splits the subject off, numbers the marks in the order in which they stand, and keeps their sources.
fn finish(rendered: &str, facts: &Facts, tone: &str, language: &str) -> Draft {
    let rendered = rendered.trim();
    let (subject, body) =
        match rendered.strip_prefix("Subject:").map(|rest| rest.split_once('\n').unwrap_or((rest, ""))) {
            Some((subject, body)) => (Plain::line(subject), body.trim()),
            None => (Plain::default(), rendered),
        };
    let subject = Plain::line(&without_marks(subject.as_str()));
    let mut body = Plain::text(body).to_string();
    while body.contains("\n\n\n") {
        body = body.replace("\n\n\n", "\n\n");
    }
    type Pages = Vec<(Plain, Evidence)>;
    let mut kinds: Vec<(&str, Pages)> = Vec::new();
    if let Some(found) = &facts.found {
        kinds.push(("found", vec![(found.by.clone(), found.source.clone())]));
    }
    if let Some(post) = &facts.post {
        kinds.push(("post", vec![(post.text.clone(), post.source.clone())]));
    }
    if let Some(topic) = &facts.topic {
        kinds.push(("topic", vec![(topic.text.clone(), topic.source.clone())]));
    }
    if let Some(friend) = &facts.friend {
        let mut pages = vec![(friend.name.clone(), friend.linked_by_them.clone())];
        pages.extend(friend.links_to_me.clone().map(|page| (friend.name.clone(), page)));
        kinds.push(("friend", pages));
    }
    let mut used: Vec<(usize, &str, Pages)> =
        kinds.into_iter().filter_map(|(kind, pages)| Some((body.find(&format!("[^{kind}]"))?, kind, pages))).collect();
    used.sort_by_key(|(at, ..)| *at);
    let mut sources = Vec::new();
    for (_, kind, pages) in used {
        let first = sources.len() + 1;
        let marks: String = (first..first + pages.len()).map(|mark| format!("[^{mark}]")).collect();
        body = body.replace(&format!("[^{kind}]"), &marks);
        for (fact, evidence) in pages {
            sources.push(Source { mark: sources.len() + 1, fact, evidence });
        }
    }
    Draft { subject, body, sources, language: language.to_owned(), tone: tone.to_owned() }
}

impl Draft {
    /// For the editor: headers, the letter with its marks, and below the cut where each fact comes from.
    pub fn text(&self, to: Option<&str>) -> String {
        let mut text = String::new();
        if let Some(to) = to {
            text.push_str(&format!("To: {}\n", Plain::line(to)));
        }
        if !self.subject.is_empty() {
            text.push_str(&format!("Subject: {}\n", self.subject));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", self.body));
        if !self.sources.is_empty() {
            text.push_str(&format!("\n{SCISSORS}\n"));
        }
        for source in &self.sources {
            let Evidence { post_url, post_title, quote, published } = &source.evidence;
            let date = published.map(|date| format!(", {}", date.day())).unwrap_or_default();
            text.push_str(&format!("[^{}]: {post_url} “{post_title}”{date}: “{quote}”\n", source.mark));
        }
        text
    }
}

/// A letter as somebody left it in their editor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    pub to: Option<Plain>,
    pub subject: Plain,
    /// Without marks, and without what stands below the cut.
    pub body: String,
}

/// Reads what an editor left. Lines that begin like a header count as such only at the top.
pub fn read(text: &str) -> Edited {
    let text = text.replace("\r\n", "\n");
    let kept = text.split_once(SCISSORS).map_or(text.as_str(), |(kept, _)| kept);
    let mut edited = Edited::default();
    let mut rest = kept.trim_start_matches('\n');
    while let Some((line, more)) = rest.split_once('\n').or((!rest.is_empty()).then_some((rest, ""))) {
        let header = |name: &str| {
            line.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).map(|_| &line[name.len()..])
        };
        if let Some(to) = header("To:") {
            edited.to = Plain::line(to).some();
        } else if let Some(subject) = header("Subject:") {
            edited.subject = Plain::line(&without_marks(subject));
        } else {
            break;
        }
        rest = more;
    }
    edited.body = stripped(rest);
    edited
}

/// The letter as it goes out.
pub fn stripped(body: &str) -> String {
    let lines: Vec<String> = without_marks(body).lines().map(|line| line.trim_end().to_owned()).collect();
    Plain::text(lines.join("\n").trim()).to_string()
}

/// Takes `[^1]` and the like out; a line that begins with one is a source and goes whole.
fn without_marks(text: &str) -> String {
    let is_source = |line: &&str| {
        let rest = line.strip_prefix("[^").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        !rest.is_some_and(|rest| rest.starts_with("]:"))
    };
    let mut kept: Vec<String> = Vec::new();
    for line in text.lines().filter(is_source) {
        let (mut out, mut rest) = (String::new(), line);
        while let Some(at) = rest.find("[^") {
            let mark = &rest[at + 2..];
            let end = mark.find(']').filter(|end| *end > 0 && mark[..*end].bytes().all(|b| b.is_ascii_alphanumeric()));
            match end {
                Some(end) => {
                    out.push_str(&rest[..at]);
                    rest = &mark[end + 1..];
                }
                None => {
                    out.push_str(&rest[..at + 2]);
                    rest = mark;
                }
            }
        }
        out.push_str(rest);
        kept.push(out);
    }
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{FeedUrl, PageUrl, Timestamp},
        people::facts::{Fact, Found, Friend},
    };

    fn evidence(url: &str, title: &str, quote: &str) -> Evidence {
        Evidence {
            post_url: PageUrl::parse(url).unwrap(),
            post_title: Plain::line(title),
            quote: Plain::line(quote),
            published: Some(Timestamp(1_790_000_000)),
        }
    }

    fn facts() -> Facts {
        let post = evidence("https://rye.example/pentosans", "Pentosans, again", "Rye holds water.");
        Facts {
            found: Some(Found {
                how: How::Linked,
                by: Plain::line("Slow Crumb"),
                source: evidence("https://crumb.example/freezer", "The starter in the freezer", "He told me so."),
            }),
            topic: Some(Fact { text: Plain::line("rye"), source: post.clone() }),
            post: Some(Fact { text: post.post_title.clone(), source: post }),
            friend: Some(Friend {
                name: Plain::line("Edith Crane"),
                page: PageUrl::parse("https://edith.example/friends").unwrap(),
                links_to_me: Some(evidence("https://edith.example/friends", "Friends", "Ada")),
                linked_by_them: evidence("https://rye.example/edith", "On Edith", "Edith wrote."),
            }),
            mention: None,
        }
    }

    fn blog() -> Blog {
        Blog {
            title: Plain::line("Rye and Reason"),
            ..Blog::unknown(FeedUrl::parse("https://rye.example/feed").unwrap())
        }
    }

    fn me() -> Me {
        Me {
            name: Some(Plain::line("Ada Byron")),
            about: Some(Plain::line("I bake.")),
            blogs: vec![PageUrl::parse("https://ada.example/").unwrap()],
            ..Me::default()
        }
    }

    fn written(tone: &str, language: &str, facts: &Facts) -> Draft {
        let wanted = Wanted { tone, language: Some(language), templates: Path::new("/nonexistent") };
        write(&blog(), Some(&Plain::line("Petr")), facts, &me(), wanted).unwrap()
    }

    #[test]
    fn every_letter_says_what_the_facts_say_in_every_language_and_nothing_is_left_of_the_template() {
        for (language, _) in LETTERS {
            for tone in TONES {
                for facts in [facts(), Facts { friend: None, topic: None, ..facts() }, Facts::default()] {
                    let draft = written(tone, language, &facts);
                    let whole = draft.text(None);
                    assert!(!whole.contains("{{") && !whole.contains("{%") && !whole.contains("[^found]"), "{whole}");
                    assert!(draft.body.contains("Ada Byron") && draft.body.contains("https://ada.example/"), "{whole}");
                    assert!(!draft.body.contains("\n\n\n") && !draft.body.contains("  "), "{language} {tone}: {whole}");
                    if facts.post.is_some() && tone != "short" {
                        assert!(draft.subject.as_str().contains("Pentosans, again"), "{whole}");
                        assert!(
                            draft.body.contains("https://crumb.example/freezer") && draft.body.contains("Slow Crumb")
                        );
                    }
                    if facts.friend.is_some() && tone != "short" {
                        assert!(draft.body.contains("https://edith.example/friends"), "the voucher's address: {whole}");
                    }
                    for source in &draft.sources {
                        assert!(draft.body.contains(&format!("[^{}]", source.mark)), "{whole}");
                    }
                    assert_eq!(draft.sources.is_empty(), facts.found.is_none(), "{language} {tone}: {whole}");
                    let sent = read(&whole);
                    assert!(!sent.body.contains("[^") && !sent.body.contains("# ----"), "{}", sent.body);
                }
            }
        }
    }

    #[test]
    fn a_short_letter_is_short_whatever_a_post_is_called() {
        for (language, _) in LETTERS {
            let mut long = facts();
            let title = "A very long title ".repeat(12);
            long.post = Some(Fact {
                text: Plain::line(&title),
                source: evidence("https://rye.example/pentosans", &title, "Rye holds water."),
            });
            for facts in [facts(), long] {
                let body = stripped(&written("short", language, &facts).body);
                assert!(body.chars().count() <= SHORT, "{language}: {} in {body}", body.chars().count());
            }
        }
    }

    #[test]
    fn the_language_is_the_blogs_where_the_user_writes_it() {
        let languages = |list: &[&str]| Me { languages: list.iter().map(|code| (*code).to_owned()).collect(), ..me() };
        for (asked, blog, mine, expected) in [
            (None, Some("de-AT"), &[][..], "de"),
            (None, Some("de"), &["en", "de"], "de"),
            (None, Some("fr"), &["nl", "en"], "nl"),
            (None, Some("fi"), &[], "en"),
            (None, None, &["it"], "it"),
            (Some("es"), Some("de"), &["en"], "es"),
        ] {
            assert_eq!(language(asked, blog, &languages(mine)), expected, "{blog:?} {mine:?}");
        }
    }

    #[test]
    fn a_template_of_ones_own_counts_and_its_mistakes_are_named_with_their_line() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = |tone| Wanted { tone, language: Some("de"), templates: folder.path() };
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        put("mine.txt", "Subject: Hi {{ them.name }}\n\n{{ post.title }}{{ post.mark }}\n");
        put("mine.de.txt", "Hallo {{ them.blog }}");
        put("bad.txt", "one\n{{ post.titel }}");
        put("broken.txt", "one\n{% if %}");
        let write = |tone| write(&blog(), Some(&Plain::line("Petr")), &facts(), &me(), wanted(tone));
        assert_eq!(write("mine").unwrap().body, "Hallo Rye and Reason");
        for tone in ["bad", "broken"] {
            let error = write(tone).unwrap_err().to_string();
            assert!(error.contains("line 2") && error.contains(&format!("{tone}.txt")), "{error}");
        }
        assert!(write("../mine").unwrap_err().to_string().contains("plain, warm, brief, short"));
    }

    #[test]
    fn what_an_editor_left_is_read_back() {
        let edited = read(
            "to: petr@rye.example\r\nSubject: On rye[^1]\r\n\r\nHello[^2] Petr [^not a mark],\r\n\r\nSubject: of no matter  \r\n[^1]: https://x.example\r\n",
        );
        assert_eq!(edited.to.unwrap().as_str(), "petr@rye.example");
        assert_eq!(edited.subject.as_str(), "On rye");
        assert_eq!(edited.body, "Hello Petr [^not a mark],\n\nSubject: of no matter");
        assert_eq!(read("").body, "");
    }
}
