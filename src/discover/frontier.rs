//! Which site to look at next: the one that most is expected of. Declared friendship counts before a passing link,
//! several blogs before one, those that the user follows before those they link to. Pure.

use std::{collections::HashMap, time::Duration};

use url::Url;

use super::site;

/// How much one linking blog may add, by the kind of its link.
pub const DECLARED: f64 = 3.0;
pub const REPLY: f64 = 2.0;
pub const MENTION: f64 = 1.2;
pub const PAGE: f64 = 0.6;
/// The trust in a blog that the user follows; others have less, by what was expected of them.
pub const FOLLOWED: f64 = 1.0;

/// Sites that were seen in links and not looked at yet.
#[derive(Debug, Default)]
pub struct Frontier {
    waiting: HashMap<String, Waiting>,
    /// Sites that are no candidates any more: looked at, followed, or under way.
    done: std::collections::HashSet<String>,
}

#[derive(Debug)]
struct Waiting {
    /// The address that was linked first.
    url: Url,
    /// For each linking blog the most that one of its links is worth, and what they all add.
    by_linker: HashMap<String, (f64, f64)>,
}

/// A site to look at, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub site: String,
    pub url: Url,
    pub value: f64,
}

impl Frontier {
    /// This site is known, or was looked at not long ago.
    pub fn skip(&mut self, site: &str) {
        self.waiting.remove(site);
        self.done.insert(site.to_owned());
    }

    /// `linker` links to a site. `worth` is its kind's weight times the trust in the linker.
    pub fn saw(&mut self, linker: &str, site: &str, url: &Url, worth: f64) {
        if self.done.contains(site) || linker == site {
            return;
        }
        let waiting = self
            .waiting
            .entry(site.to_owned())
            .or_insert_with(|| Waiting { url: url.clone(), by_linker: HashMap::new() });
        let (most, sum) = waiting.by_linker.entry(linker.to_owned()).or_insert((0.0, 0.0));
        // A second link of one blog adds less than the first, and a hundred no more than one and a half of it.
        *most = most.max(worth);
        *sum = (*sum + if *sum == 0.0 { worth } else { worth * 0.4 }).clamp(*most, *most * 2.5);
    }

    /// Takes the site that most is expected of.
    pub fn pop(&mut self) -> Option<Next> {
        let value = |waiting: &Waiting| {
            let mut worths: Vec<f64> = waiting.by_linker.values().map(|(_, sum)| *sum).collect();
            worths.sort_by(f64::total_cmp);
            worths.iter().sum::<f64>()
        };
        let (site, value) = self
            .waiting
            .iter()
            .map(|(site, waiting)| (site, value(waiting)))
            .max_by(|(a_site, a), (b_site, b)| a.total_cmp(b).then_with(|| b_site.cmp(a_site)))?;
        let site = site.clone();
        let waiting = self.waiting.remove(&site)?;
        self.done.insert(site.clone());
        Some(Next { site, url: waiting.url, value })
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// The trust in a candidate of which so much was expected.
pub fn trust(value: f64) -> f64 {
    0.5 * (value / MENTION).clamp(0.2, 1.0) * FOLLOWED
}

/// What is left of a link's worth after some time, 0..=1: half of it after six years. Old links lead to people who
/// moved on, and to hosts that are gone.
pub fn fading(age: Duration) -> f64 {
    0.5_f64.powf(age.as_secs_f64() / (6.0 * 365.25 * 86_400.0))
}

/// How likely an address is somebody's own: more than 1 for front doors and for addresses that say that they are a
/// blog's, less for manuals, files and machines.
pub fn personal(url: &Url) -> f64 {
    let host = url.host_str().unwrap_or_default();
    let path = url.path().trim_matches('/');
    let first = host.split('.').next().unwrap_or_default();
    let machine = matches!(
        first,
        "docs"
            | "doc"
            | "developer"
            | "developers"
            | "api"
            | "help"
            | "support"
            | "cdn"
            | "static"
            | "download"
            | "downloads"
            | "learn"
            | "wiki"
            | "forum"
            | "forums"
            | "community"
            | "store"
            | "shop"
            | "news"
            | "status"
            | "lists"
            | "bugs"
            | "git"
            | "gist"
            | "discuss"
    );
    let file = path.rsplit('.').next().is_some_and(|end| {
        matches!(
            end,
            "pdf"
                | "png"
                | "jpg"
                | "jpeg"
                | "gif"
                | "svg"
                | "zip"
                | "gz"
                | "mp3"
                | "mp4"
                | "json"
                | "js"
                | "css"
                | "txt"
        )
    });
    if machine || file {
        return 0.3;
    }
    // Whoever links to the front door means the person.
    let door = if path.is_empty() { 2.0 } else { 1.0 };
    let dated = path.split('/').any(|part| part.len() == 4 && part.starts_with("20"));
    let says_so = host.contains("blog") || path.contains("blog") || path.contains("posts/") || path.starts_with('~');
    let own_name = site::is_below_platform(host);
    door * if says_so || dated { 1.5 } else { 1.0 } * if own_name { 1.5 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friends_come_before_passing_links_and_several_voices_before_one() {
        let url = Url::parse("https://x.example/").unwrap();
        let mut frontier = Frontier::default();
        frontier.saw("a", "passing", &url, MENTION);
        frontier.saw("a", "friend", &url, DECLARED);
        frontier.saw("a", "two voices", &url, MENTION);
        frontier.saw("b", "two voices", &url, MENTION);
        for _ in 0..50 {
            frontier.saw("a", "often by one", &url, MENTION);
        }
        frontier.saw("c", "friend of a stranger", &url, DECLARED * trust(0.3));
        frontier.skip("known");
        frontier.saw("a", "known", &url, DECLARED);
        let order: Vec<String> = std::iter::from_fn(|| frontier.pop()).map(|next| next.site).collect();
        assert_eq!(order, ["friend", "often by one", "two voices", "passing", "friend of a stranger"]);
    }
}
