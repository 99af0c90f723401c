//! A suggestion and why it is made. The shapes are those of `suggest --json`.

use serde::{Deserialize, Serialize};

use super::{Blog, PageUrl, Plain, Standing, Timestamp};

/// Somebody whom the user might like to meet, with the reasons, the strongest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// From 1.
    pub rank: usize,
    /// 0..=1, only comparable within one ranking; never shown to a person.
    pub score: f64,
    pub blog: Blog,
    pub standing: Standing,
    pub reasons: Vec<Reason>,
    pub red_lines: Vec<RedLine>,
    pub contact: Vec<Contact>,
    /// Where they say that they live.
    pub place: Option<Plain>,
    pub posts_per_month: Option<f64>,
    pub last_post: Option<Timestamp>,
    /// The last post of somebody who fell silent, as far as posts at large are known.
    pub silent_since: Option<Timestamp>,
}

impl Suggestion {
    /// When they wrote last, in words; `None` if that is unknown.
    pub fn last_heard(&self) -> Option<String> {
        match (self.silent_since, self.last_post) {
            (Some(since), _) => Some(format!("silent since {}", since.day())),
            (None, last) => last.map(|last| format!("last post {}", last.day())),
        }
    }
}

#[cfg(test)]
impl Suggestion {
    /// For tests: somebody at `<name>.example`, near by these kinds of reasons, each proven by a post at `<host>.example`.
    pub(crate) fn made_up(name: &str, reasons: &[(ReasonKind, &str)]) -> Self {
        let reason = |(kind, host): &(ReasonKind, &str)| Reason {
            kind: *kind,
            strength: 0.5,
            text: Plain::line("a reason"),
            evidence: PageUrl::parse(&format!("https://{host}.example/1"))
                .into_iter()
                .map(|post_url| Evidence {
                    post_url,
                    post_title: Plain::line("Bread"),
                    published: None,
                    quote: Plain::line("Rye bread."),
                })
                .collect(),
        };
        let unknown = crate::model::FeedUrl::parse(&format!("https://{name}.example/feed")).map(Blog::unknown);
        Self {
            rank: 1,
            score: 0.5,
            blog: Blog { author: Some(Plain::line(name)), ..unknown.expect("a name of letters makes an address") },
            standing: Standing::New,
            reasons: reasons.iter().map(reason).collect(),
            red_lines: Vec::new(),
            contact: Vec::new(),
            place: None,
            posts_per_month: None,
            last_post: None,
            silent_since: None,
        }
    }
}

/// One way in which two people are near, and what proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: ReasonKind,
    /// 0..=1.
    pub strength: f64,
    /// A sentence for a person, without a score.
    pub text: Plain,
    /// Never empty: a reason that nobody can check does not count.
    pub evidence: Vec<Evidence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    Interests,
    Friends,
    Discussions,
    Perspective,
}

impl ReasonKind {
    /// In words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Interests => "interests",
            Self::Friends => "friends",
            Self::Discussions => "discussions",
            Self::Perspective => "perspective",
        }
    }
}

/// A post or page that a person can open, and the words in it that are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub post_url: PageUrl,
    pub post_title: Plain,
    /// Stands in the post word for word.
    pub quote: Plain,
    pub published: Option<Timestamp>,
}

/// A sentence that crosses one of the user's red lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedLine {
    pub name: Plain,
    /// Stands in the post word for word.
    pub quote: Plain,
    pub post_url: Option<PageUrl>,
    pub post_title: Plain,
    pub published: Option<Timestamp>,
    /// They quote it of somebody else.
    pub quoting: bool,
}

/// A way to reach somebody, which they publish themselves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contact {
    pub kind: ContactKind,
    pub value: Plain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Email,
    Mastodon,
    Webmention,
    Form,
    Phone,
    /// XMPP, Matrix and their like, as an address with a scheme.
    Chat,
}

impl ContactKind {
    /// In words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Email => "mail",
            Self::Mastodon => "Mastodon",
            Self::Webmention => "webmention",
            Self::Form => "contact page",
            Self::Phone => "phone",
            Self::Chat => "chat",
        }
    }
}

/// One line of the reckoning that `why` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub name: String,
    /// `None` where it is unknown.
    pub value: Option<f64>,
    pub weight: f64,
    /// Of the score, 0..=1; all shares sum to 1.
    pub share: f64,
}
