//! robots.txt (RFC 9309), for everything that the user did not ask for by name.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use url::Url;

use super::{Ask, Budget, Trust, Web, WebError};
use crate::model::Timestamp;

/// The name that a robots.txt may address penpal by.
const PRODUCT: &str = "penpal";
/// RFC 9309, 2.5: at least 500 kibibytes must be read.
const LARGEST: usize = 512 << 10;
/// A longer `Crawl-delay` than this is taken for this.
const LONGEST_DELAY: Duration = Duration::from_secs(10);

/// What a host lets penpal fetch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    /// Pattern, and whether it allows.
    rules: Vec<(String, bool)>,
    pub crawl_delay: Option<Duration>,
    /// The host was ill (RFC 9309, 2.3.1.4): nothing may be fetched.
    closed: bool,
}

/// One rule set a host (scheme, name and port), for as long as the process runs.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<String, Arc<Asked>>>);

/// What a host allows; asked for, and paid for, by whoever comes first.
type Asked = tokio::sync::OnceCell<Robots>;

impl Robots {
    /// Reads the group for penpal, else the one for everybody.
    pub fn read(text: &str) -> Self {
        let mut groups: Vec<(Vec<String>, Robots)> = Vec::new();
        let mut in_agents = false;
        let text = text.trim_start_matches('\u{feff}');
        for line in text.split(['\r', '\n']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if !in_agents {
                        groups.push((Vec::new(), Robots::default()));
                    }
                    in_agents = true;
                    if let Some((agents, _)) = groups.last_mut() {
                        // The product token, whatever version stands behind it (RFC 9309, 2.2.1).
                        let token = value.split(['/', ' ', '\t']).next().unwrap_or_default();
                        agents.push(token.to_ascii_lowercase());
                    }
                }
                rule @ ("allow" | "disallow") => {
                    in_agents = false;
                    if let Some((_, robots)) = groups.last_mut()
                        && !value.is_empty()
                    {
                        robots.rules.push((value.to_owned(), rule == "allow"));
                    }
                }
                "crawl-delay" => {
                    in_agents = false;
                    if let (Some((_, robots)), Ok(seconds)) = (groups.last_mut(), value.parse::<f64>())
                        && seconds > 0.0
                    {
                        robots.crawl_delay = Some(Duration::from_secs_f64(seconds.min(LONGEST_DELAY.as_secs_f64())));
                    }
                }
                _ => {}
            }
        }
        let ours = |wanted: &str| {
            let mut merged = Robots::default();
            let mut any = false;
            for (_, robots) in groups.iter().filter(|(agents, _)| agents.iter().any(|agent| agent == wanted)) {
                any = true;
                merged.rules.extend(robots.rules.iter().cloned());
                merged.crawl_delay = merged.crawl_delay.or(robots.crawl_delay);
            }
            any.then_some(merged)
        };
        ours(PRODUCT).or_else(|| ours("*")).unwrap_or_default()
    }

    /// Whether a path (with its query) may be fetched: the longest rule that fits decides, and `allow` wins a tie.
    pub fn allows(&self, path: &str) -> bool {
        if self.closed {
            return false;
        }
        let fitting = self.rules.iter().filter(|(pattern, _)| fits(pattern, path));
        fitting.max_by_key(|(pattern, allow)| (pattern.len(), *allow)).is_none_or(|(_, allow)| *allow)
    }
}

/// `*` stands for anything and a `$` at the end for the end (RFC 9309, 2.2.3).
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, anchored) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
        last = Some(part);
    }
    match last {
        _ if !anchored => true,
        None => rest.is_empty(),
        // The last piece may stand at the very end as well as where it was found first.
        Some(part) => path.len() - first.len() >= part.len() && path.ends_with(part),
    }
}

impl Web {
    /// What the host of `url` allows, asked for once a process.
    pub async fn robots(&self, url: &Url, budget: Option<&Budget>, now: Timestamp) -> Result<Robots, WebError> {
        let key = url.origin().ascii_serialization();
        let cell = {
            let mut hosts = self.inner.robots.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(key).or_default())
        };
        Ok(cell.get_or_try_init(|| self.fetch_robots(url, budget, now)).await?.clone())
    }

    async fn fetch_robots(&self, url: &Url, budget: Option<&Budget>, now: Timestamp) -> Result<Robots, WebError> {
        let Ok(robots_txt) = url.join("/robots.txt") else { return Ok(Robots::default()) };
        let ask = Ask { no_pause: true, largest: LARGEST, cut: true, budget, ..Ask::page(&robots_txt, Trust::Found) };
        match self.get(ask, now).await {
            Ok(reply) if reply.is_ok() => Ok(Robots::read(&String::from_utf8_lossy(&reply.body))),
            // None there: everything may be fetched. A server in trouble, or one that wants to be left alone: nothing.
            Ok(reply) if reply.status < 500 && reply.status != 429 => Ok(Robots::default()),
            Ok(_) => Ok(Robots { closed: true, ..Robots::default() }),
            Err(WebError::Redirects { .. } | WebError::BadRedirect { .. }) => Ok(Robots::default()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_decides() {
        let robots = Robots::read("User-agent: *\nDisallow: /private\nAllow: /private/feed\nDisallow: /*.pdf$\n");
        for (path, allowed) in [
            ("/", true),
            ("/private", false),
            ("/private/diary", false),
            ("/private/feed.xml", true),
            ("/a/b.pdf", false),
            ("/a/b.pdf?x=1", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
    }

    #[test]
    fn a_group_for_penpal_wins_over_the_one_for_everybody() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Penpal\nUser-agent: other\nDisallow: /tmp # why\nCrawl-delay: 3\n";
        let robots = Robots::read(text);
        assert!(robots.allows("/a") && !robots.allows("/tmp/x"));
        assert_eq!(robots.crawl_delay, Some(Duration::from_secs(3)));
        assert!(!Robots::read("user-agent:*\ndisallow:/").allows("/a"));
        assert!(!Robots::read("\u{feff}User-agent: *\rDisallow: /\r").allows("/a"));
        assert!(!Robots::read("User-agent: penpal/1.0\nDisallow: /\n\nUser-agent: *\nDisallow:\n").allows("/a"));
        assert!(Robots::read("User-agent: *\nDisallow:\n").allows("/a"));
        assert_eq!(Robots::read("User-agent: *\nCrawl-delay: 9999").crawl_delay, Some(LONGEST_DELAY));
    }
}
