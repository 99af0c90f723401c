//! A blog, and what its reader has to do with it.

use serde::{Deserialize, Serialize};

use super::{BlogId, FeedUrl, Plain, SiteUrl, Timestamp};

/// What `--json` calls `blog` everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blog {
    pub id: BlogId,
    /// Never empty: the host stands in where a feed gives none.
    pub title: Plain,
    pub site_url: Option<SiteUrl>,
    /// As followed, unless the feed moved.
    pub feed_url: FeedUrl,
    pub author: Option<Plain>,
    /// As the feed declares it (BCP 47), else as detected from its posts.
    pub language: Option<String>,
}

impl Blog {
    /// ` by Ann Lee`, where the author is known and the blog not called by that name.
    pub fn by(&self) -> String {
        let author = self.author.as_ref().filter(|author| **author != self.title);
        author.map(|author| format!(" by {author}")).unwrap_or_default()
    }

    /// A blog of which nothing is known but its feed's address.
    pub fn unknown(feed_url: FeedUrl) -> Self {
        Self {
            id: BlogId::of(&feed_url),
            title: Plain::line(feed_url.host()),
            site_url: None,
            feed_url,
            author: None,
            language: None,
        }
    }

    /// The host that people know the blog by.
    pub fn host(&self) -> &str {
        self.site_url.as_ref().map_or(self.feed_url.host(), SiteUrl::host)
    }
}

/// That the user follows a blog, and where it lies among the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub blog: BlogId,
    pub feed_url: FeedUrl,
    /// What the user's OPML or the user calls it; wins over the feed's own title.
    pub title: Option<Plain>,
    pub site_url: Option<SiteUrl>,
    /// Outermost first; empty at the top level.
    pub folder: Vec<Plain>,
    pub tags: Vec<Plain>,
    pub since: Timestamp,
    /// Attributes of its outline that penpal has no use for, kept for export: name and value.
    pub other: Vec<(String, String)>,
}

/// What lies at the address of a subscription.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedForm {
    /// RSS, Atom or JSON Feed.
    #[default]
    Feed,
    /// A page with marked-up posts (h-feed).
    Page,
    /// A reading list: an OPML file whose blogs are followed along with it.
    List,
}

impl FeedForm {
    /// As the `type` of an outline; `None` for a feed. `include` is OPML's own word.
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Feed => None,
            Self::Page => Some("h-feed"),
            Self::List => Some("include"),
        }
    }

    /// The attributes of an outline of that form.
    pub fn attributes(self) -> Vec<(String, String)> {
        self.word().map(|word| ("type".to_owned(), word.to_owned())).into_iter().collect()
    }
}

impl Subscription {
    /// What its outline says that it is.
    pub fn form(&self) -> FeedForm {
        let kind = self.other.iter().find(|(name, _)| name == "type").map(|(_, kind)| kind.as_str());
        let fits =
            |form: &FeedForm| kind.is_some_and(|kind| form.word().is_some_and(|word| kind.eq_ignore_ascii_case(word)));
        [FeedForm::Page, FeedForm::List].into_iter().find(fits).unwrap_or_default()
    }
}

/// Where the user stands with somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    New,
    Followed,
    Flagged,
    NotNow,
    Never,
    Invited,
    Answered,
    Connected,
    Declined,
    AtADistance,
    Lapsed,
}

impl Standing {
    /// In words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Followed => "followed",
            Self::Flagged => "flagged",
            Self::NotNow => "not now",
            Self::Never => "never",
            Self::Invited => "invited",
            Self::Answered => "answered",
            Self::Connected => "connected",
            Self::Declined => "declined",
            Self::AtADistance => "at a distance",
            Self::Lapsed => "lapsed",
        }
    }
}
