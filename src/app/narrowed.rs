//! Suggestions narrowed to one kind of reason, one language, or those to whom one circle leads: a folder or a tag of the
//! followed blogs, or a circle of the contact book. Pure, but for where circles come from.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    discover::{edges::own_sites, site},
    model::{Blog, Plain, ReasonKind, Suggestion},
};

/// Whoever fits all that is asked; what asks for nothing fits everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrowed {
    pub kind: Option<ReasonKind>,
    /// A code without region (`en`) or an English name.
    pub language: Option<String>,
    pub circle: Option<Plain>,
}

impl Narrowed {
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// `circles` lead to them.
    pub fn fits(&self, person: &Suggestion, circles: &[Plain]) -> bool {
        let is_in = |wanted: &String| language_of(person).is_some_and(|code| is_language(&code, wanted));
        self.kind.is_none_or(|kind| speaks(person, kind))
            && self.language.as_ref().is_none_or(is_in)
            && self.circle.as_ref().is_none_or(|wanted| circles.iter().any(|circle| is_same(circle, wanted)))
    }

    /// In words, one for each thing that is asked: `friends`, `German`, `via bakers`.
    pub fn words(&self) -> Vec<Plain> {
        let kind = self.kind.map(|kind| kind.words().to_owned());
        let language = self.language.as_deref().map(|code| language_name(code).to_owned());
        let circle = self.circle.as_ref().map(|circle| format!("via {circle}"));
        kind.into_iter().chain(language).chain(circle).map(|words| Plain::line(&words)).collect()
    }
}

/// Things that are asked, in one line: `friends · German · via bakers`.
pub fn in_a_line(words: &[Plain]) -> Plain {
    let words: Vec<&str> = words.iter().map(Plain::as_str).collect();
    Plain::line(&words.join(" · "))
}

/// What suggestions can be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    pub kinds: BTreeSet<ReasonKind>,
    /// Codes without region.
    pub languages: BTreeSet<String>,
    pub circles: BTreeSet<Plain>,
}

impl Choices {
    pub fn take_in(&mut self, person: &Suggestion, circles: &[Plain]) {
        self.kinds.extend(person.reasons.iter().map(|reason| reason.kind));
        self.languages.extend(language_of(person));
        self.circles.extend(circles.iter().cloned());
    }

    /// For whoever asked for what nobody is: `kinds friends, interests; languages German (de)`.
    pub fn words(&self) -> String {
        let named = |code: &String| match language_name(code) {
            name if name == code => code.clone(),
            name => format!("{name} ({code})"),
        };
        let all: [(&str, Vec<String>); 3] = [
            ("kinds", self.kinds.iter().map(|kind| kind.words().to_owned()).collect()),
            ("languages", self.languages.iter().map(named).collect()),
            ("circles", self.circles.iter().map(ToString::to_string).collect()),
        ];
        let or_none = |words: Vec<String>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
        all.map(|(what, words)| format!("{what} {}", or_none(words))).join("; ")
    }
}

/// Circles by the sites that they hold.
#[derive(Clone, Debug, Default)]
pub struct Circles(BTreeMap<String, BTreeSet<Plain>>);

impl Circles {
    /// A blog is in these.
    pub fn put(&mut self, blog: &Blog, circles: impl IntoIterator<Item = Plain>) {
        let circles: Vec<Plain> = circles.into_iter().collect();
        for site in own_sites(blog).into_iter().filter(|_| !circles.is_empty()) {
            self.0.entry(site).or_default().extend(circles.iter().cloned());
        }
    }

    /// The circles of the blogs that prove why somebody is suggested, their own left out; each once however it is written.
    pub fn leading_to(&self, person: &Suggestion) -> Vec<Plain> {
        let own = own_sites(&person.blog);
        let pages = person.reasons.iter().flat_map(|reason| &reason.evidence);
        let sites: HashSet<String> = pages.filter_map(|piece| site::key(piece.post_url.url())).collect();
        let circles = sites.iter().filter(|site| !own.contains(*site)).filter_map(|site| self.0.get(site)).flatten();
        let circles: BTreeMap<String, &Plain> =
            circles.map(|circle| (circle.as_str().to_lowercase(), circle)).collect();
        circles.into_values().cloned().collect()
    }
}

impl App {
    /// The folders and tags of what is followed, and the circles of the book.
    pub fn circles(&self) -> Result<Circles, AppError> {
        let mut circles = Circles::default();
        for subscription in self.store.subscriptions()? {
            if let Some(blog) = self.store.blog(subscription.blog)? {
                circles.put(&blog, subscription.folder.into_iter().chain(subscription.tags));
            }
        }
        for person in self.store.people()? {
            person.blogs.iter().for_each(|blog| circles.put(blog, person.circles.iter().cloned()));
        }
        Ok(circles)
    }
}

pub fn speaks(person: &Suggestion, kind: ReasonKind) -> bool {
    person.reasons.iter().any(|reason| reason.kind == kind)
}

/// Without region: `en`.
pub fn language_of(person: &Suggestion) -> Option<String> {
    let language = person.blog.language.as_ref()?;
    Some(language.split(['-', '_']).next().unwrap_or_default().to_lowercase())
}

fn is_language(code: &str, wanted: &str) -> bool {
    code.eq_ignore_ascii_case(wanted) || language_name(code).eq_ignore_ascii_case(wanted)
}

fn is_same(circle: &Plain, wanted: &Plain) -> bool {
    circle.as_str().to_lowercase() == wanted.as_str().to_lowercase()
}

/// A language by its name; its code where that is not known.
pub fn language_name(code: &str) -> &str {
    const NAMES: &[(&str, &str)] = &[
        ("ar", "Arabic"),
        ("cs", "Czech"),
        ("da", "Danish"),
        ("de", "German"),
        ("el", "Greek"),
        ("en", "English"),
        ("es", "Spanish"),
        ("fa", "Persian"),
        ("fi", "Finnish"),
        ("fr", "French"),
        ("he", "Hebrew"),
        ("hi", "Hindi"),
        ("hu", "Hungarian"),
        ("id", "Indonesian"),
        ("it", "Italian"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
        ("nl", "Dutch"),
        ("no", "Norwegian"),
        ("pl", "Polish"),
        ("pt", "Portuguese"),
        ("ro", "Romanian"),
        ("ru", "Russian"),
        ("sv", "Swedish"),
        ("tr", "Turkish"),
        ("uk", "Ukrainian"),
        ("vi", "Vietnamese"),
        ("zh", "Chinese"),
    ];
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_those_of_the_blogs_that_the_evidence_lies_in_and_not_the_suggested_ones_own() {
        let blog = |name: &str| Suggestion::made_up(name, &[]).blog;
        let mut circles = Circles::default();
        circles.put(&blog("ann"), [Plain::line("Bakers"), Plain::line("near")]);
        circles.put(&blog("ben"), [Plain::line("bakers")]);
        circles.put(&blog("cleo"), [Plain::line("own")]);
        circles.put(&blog("dora"), [Plain::line("others")]);
        let cleo = Suggestion::made_up(
            "cleo",
            &[(ReasonKind::Friends, "ann"), (ReasonKind::Friends, "ben"), (ReasonKind::Interests, "cleo")],
        );
        let led: Vec<String> = circles.leading_to(&cleo).iter().map(|one| one.as_str().to_lowercase()).collect();
        assert_eq!(led, ["bakers", "near"], "one circle however it is written");
        assert!(circles.leading_to(&Suggestion::made_up("emil", &[(ReasonKind::Interests, "emil")])).is_empty());
    }

    #[test]
    fn whoever_fits_fits_all_that_is_asked_however_it_is_written() {
        let mut cleo = Suggestion::made_up("cleo", &[(ReasonKind::Friends, "ann")]);
        cleo.blog.language = Some("de-AT".into());
        let circles = [Plain::line("Bakers")];
        let narrowed = |kind: Option<ReasonKind>, language: Option<&str>, circle: Option<&str>| Narrowed {
            kind,
            language: language.map(str::to_owned),
            circle: circle.map(Plain::line),
        };
        let all = narrowed(Some(ReasonKind::Friends), Some("german"), Some("bakers"));
        assert_eq!(all.words(), ["friends", "german", "via bakers"].map(Plain::line));
        for fits in [narrowed(None, None, None), narrowed(None, Some("DE"), None), all] {
            assert!(fits.fits(&cleo, &circles), "{fits:?}");
        }
        for not in [
            narrowed(Some(ReasonKind::Interests), None, None),
            narrowed(None, Some("en"), None),
            narrowed(Some(ReasonKind::Friends), None, Some("near")),
        ] {
            assert!(!not.fits(&cleo, &circles), "{not:?}");
        }
        let mut choices = Choices::default();
        assert_eq!(choices.words(), "kinds none; languages none; circles none");
        choices.take_in(&cleo, &circles);
        assert_eq!(choices.words(), "kinds friends; languages German (de); circles Bakers");
    }
}
