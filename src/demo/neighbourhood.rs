//! The blogs as they lie in `assets/demo`: one TOML file each.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    model::{FeedUrl, Plain, SiteUrl, Timestamp},
    opml::{self, Outline},
};

macro_rules! blog {
    ($slug:literal) => {
        ($slug, include_str!(concat!("../../assets/demo/", $slug, ".toml")))
    };
}

const FILES: &[(&str, &str)] = &[
    blog!("arena-notes"),
    blog!("borrowed-time"),
    blog!("candid-desk"),
    blog!("clay-and-bean"),
    blog!("desk-and-door"),
    blog!("korn-kammer"),
    blog!("long-notice"),
    blog!("lost-signs"),
    blog!("mill-lane"),
    blog!("night-build"),
    blog!("no-callbacks"),
    blog!("open-floor"),
    blog!("oven-window"),
    blog!("parish-chest"),
    blog!("parsing-rain"),
    blog!("plain-terminal"),
    blog!("references-on-request"),
    blog!("rye-and-reason"),
    blog!("second-interview"),
    blog!("seed-ledger"),
    blog!("slow-crumb"),
    blog!("small-tools"),
    blog!("tramlines"),
    blog!("under-glass"),
];

/// All blogs by slug, with the day that "today" is.
#[derive(Clone, Debug)]
pub struct Neighbourhood {
    pub blogs: BTreeMap<String, DemoBlog>,
    pub today: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoBlog {
    pub title: String,
    pub author: String,
    pub host: String,
    pub language: String,
    pub about: String,
    pub feed: Format,
    pub email: Option<String>,
    pub mastodon: Option<String>,
    /// Slugs of the blogs that it recommends.
    pub blogroll: Vec<String>,
    /// Whether the demo follows it.
    #[serde(default)]
    pub followed: bool,
    /// Newest first.
    pub posts: Vec<DemoPost>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Rss,
    Atom,
    Json,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoPost {
    pub slug: String,
    pub days_ago: i64,
    pub title: String,
    pub tags: Vec<String>,
    /// With `{{slug}}` and `{{slug/post}}` for addresses in the neighbourhood.
    pub html: String,
    #[serde(default)]
    pub comments: Vec<DemoComment>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoComment {
    pub days_ago: i64,
    pub name: String,
    pub blog: Option<String>,
    pub text: String,
}

impl Neighbourhood {
    /// Reads the embedded files as of `today`.
    pub fn read(today: Timestamp) -> Result<Self, toml::de::Error> {
        let blogs: Result<_, _> =
            FILES.iter().map(|(slug, text)| Ok(((*slug).to_owned(), toml::from_str(text)?))).collect();
        Ok(Self { blogs: blogs?, today })
    }

    /// The address of a blog's home page, or of a post of it.
    pub fn address(&self, slug: &str) -> String {
        match slug.split_once('/') {
            Some((blog, post)) => format!("http://{blog}.example/posts/{post}/"),
            None => format!("http://{slug}.example/"),
        }
    }

    /// A post's moment: so many days ago, at an hour that belongs to the post.
    pub fn moment(&self, days_ago: i64, slug: &str) -> Timestamp {
        let hour = 6 + i64::from(blake3::hash(slug.as_bytes()).as_bytes()[0] % 15);
        let midnight = self.today.0 - self.today.0.rem_euclid(86_400);
        Timestamp((midnight - days_ago * 86_400 + hour * 3600).min(self.today.0))
    }

    /// The six that the demo follows, as an OPML file.
    pub fn opml(&self) -> String {
        let outlines: Vec<Outline> = self
            .blogs
            .iter()
            .filter(|(_, blog)| blog.followed)
            .filter_map(|(slug, blog)| {
                Some(Outline {
                    feed_url: FeedUrl::parse(&format!("{}{}", self.address(slug), blog.feed.file())).ok()?,
                    title: Some(Plain::line(&blog.title)),
                    site_url: SiteUrl::parse(&self.address(slug)).ok(),
                    folder: vec![Plain::line("The neighbourhood")],
                    tags: Vec::new(),
                    other: Vec::new(),
                    line: 0,
                })
            })
            .collect();
        opml::write("Six blogs of the neighbourhood", outlines.iter())
    }
}

impl Format {
    pub fn file(self) -> &'static str {
        match self {
            Self::Rss => "feed.xml",
            Self::Atom => "atom.xml",
            Self::Json => "feed.json",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_of_the_neighbourhood_leads_somewhere_and_six_are_followed() {
        let neighbourhood = Neighbourhood::read(Timestamp(1_790_000_000)).unwrap();
        let exists = |target: &str| match target.split_once('/') {
            Some((blog, post)) => {
                neighbourhood.blogs.get(blog).is_some_and(|blog| blog.posts.iter().any(|other| other.slug == post))
            }
            None => neighbourhood.blogs.contains_key(target),
        };
        for (slug, blog) in &neighbourhood.blogs {
            assert_eq!(blog.host, format!("{slug}.example"));
            assert!(blog.posts.len() >= 8, "{slug}");
            for friend in &blog.blogroll {
                assert!(exists(friend), "{slug} recommends {friend}");
            }
            for post in &blog.posts {
                let targets = post.html.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(t, _)| t);
                let commenters = post.comments.iter().filter_map(|comment| comment.blog.as_deref());
                for target in targets.chain(commenters) {
                    assert!(exists(target), "{slug}/{} links to {target}", post.slug);
                }
            }
        }
        assert_eq!(neighbourhood.blogs.values().filter(|blog| blog.followed).count(), 6);
    }
}
