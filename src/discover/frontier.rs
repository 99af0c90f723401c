//! Which site to look at next: the one that most is expected of. Declared friendship counts before a passing link,
//! several blogs before one, those that the user follows before those they link to. Pure.
//!
//! Strangers speak for one another in branches: everything that was found by way of one site that followed blogs link to
//! is one voice, however many blogs there are behind it. That is what keeps a farm of blogs that link to each other from
//! taking the whole budget.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use url::Url;

use super::site;
use crate::{model::Trace, store::Forgotten};

/// How much one linking blog may add, by the kind of its link.
pub const DECLARED: f64 = 3.0;
pub const REPLY: f64 = 2.0;
/// A planet or a link blog took a post from there.
pub const SOURCE: f64 = 2.0;
pub const MENTION: f64 = 1.2;
/// Somebody who answered below a post, and left an address.
pub const COMMENT: f64 = 0.9;
pub const PAGE: f64 = 0.6;
/// The trust in a blog that the user follows; others have less, by what was expected of them.
pub const FOLLOWED: f64 = 1.0;
/// All that one branch may add to a site: less than one declared friendship.
const MOST_OF_A_BRANCH: f64 = 2.5;
/// After so many looks a branch adds half as much.
const LOOKS_THAT_HALVE: f64 = 24.0;
/// Sites of one owner (names below one that somebody registered) that are looked at in a run.
const MOST_OF_AN_OWNER: usize = 4;
/// Sites that wait; what comes when there are so many has to be better than nothing.
const MOST_WAITING: usize = 100_000;

/// Sites that were seen in links and not looked at yet.
#[derive(Debug)]
pub struct Frontier {
    waiting: HashMap<String, Waiting>,
    /// Sites that are no candidates any more: looked at, followed, or under way.
    done: HashSet<String>,
    /// How many sites were looked at for which one branch alone spoke.
    looked: HashMap<String, usize>,
    /// How many sites of an owner were looked at.
    owners: HashMap<String, usize>,
    most_of_a_branch: usize,
    /// Whoever asked not to be met.
    forgotten: Forgotten,
}

/// Who links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linker {
    pub id: String,
    /// The branch that it was found in; `None` for followed blogs.
    pub branch: Option<String>,
}

#[derive(Debug)]
struct Waiting {
    /// The address that was linked first.
    url: Url,
    owner: String,
    /// For each linking blog the most that one of its links is worth, what they all add, and its branch; in one order, so
    /// that sums are the same each time.
    by_linker: BTreeMap<String, (f64, f64, Option<String>)>,
}

/// A site to look at, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub site: String,
    pub url: Url,
    pub value: f64,
    /// The branch of what is found there: the site itself if a followed blog links to it.
    pub branch: String,
}

impl Frontier {
    /// For a run with so many answered requests.
    pub fn new(budget: usize) -> Self {
        Self {
            waiting: HashMap::new(),
            done: HashSet::new(),
            looked: HashMap::new(),
            owners: HashMap::new(),
            most_of_a_branch: (budget / 8).max(8),
            forgotten: Forgotten::default(),
        }
    }

    /// The same, closed to whoever asked to be forgotten.
    pub fn without(self, forgotten: Forgotten) -> Self {
        Self { forgotten, ..self }
    }

    /// This site is known, or was looked at not long ago.
    pub fn skip(&mut self, site: &str) {
        self.waiting.remove(site);
        self.done.insert(site.to_owned());
    }

    /// `linker` links to a site. `worth` is its kind's weight times the trust in the linker.
    pub fn saw(&mut self, linker: &Linker, site: &str, url: &Url, worth: f64) {
        if self.done.contains(site) || linker.id == site {
            return;
        }
        if !self.waiting.contains_key(site) {
            if self.waiting.len() >= MOST_WAITING || self.forgotten.holds(&Trace::Site(site.to_owned())) {
                return;
            }
            let owner = site::owner(site).to_owned();
            self.waiting.insert(site.to_owned(), Waiting { url: url.clone(), owner, by_linker: BTreeMap::new() });
        }
        let Some(waiting) = self.waiting.get_mut(site) else { return };
        let (most, sum, _) =
            waiting.by_linker.entry(linker.id.clone()).or_insert_with(|| (0.0, 0.0, linker.branch.clone()));
        // A second link of one blog adds less than the first, and a hundred no more than one and a half of it.
        *most = most.max(worth);
        *sum = (*sum + if *sum == 0.0 { worth } else { worth * 0.4 }).clamp(*most, *most * 2.5);
    }

    /// Takes the site that most is expected of.
    pub fn pop(&mut self) -> Option<Next> {
        let open = |waiting: &Waiting| self.owners.get(&waiting.owner).is_none_or(|looked| *looked < MOST_OF_AN_OWNER);
        let valued = self.waiting.iter().filter(|(_, waiting)| open(waiting));
        let (site, value) = valued
            .map(|(site, waiting)| (site, self.value(waiting)))
            .filter(|(_, value)| *value > 0.0)
            .max_by(|(a_site, a), (b_site, b)| a.total_cmp(b).then_with(|| b_site.cmp(a_site)))?;
        let site = site.clone();
        let waiting = self.waiting.remove(&site)?;
        self.done.insert(site.clone());
        *self.owners.entry(waiting.owner.clone()).or_default() += 1;
        let branch = match waiting.loudest_branch() {
            Some(branch) => {
                *self.looked.entry(branch.clone()).or_default() += 1;
                branch
            }
            None => site.clone(),
        };
        Some(Next { site, url: waiting.url, value, branch })
    }

    /// Nobody answered there, so that it took nothing from anybody's share.
    pub fn was_in_vain(&mut self, next: &Next) {
        let less = |counts: &mut HashMap<String, usize>, key: &str| {
            if let Some(count) = counts.get_mut(key) {
                *count = count.saturating_sub(1);
            }
        };
        less(&mut self.owners, site::owner(&next.site));
        if next.branch != next.site {
            less(&mut self.looked, &next.branch);
        }
    }

    /// What is expected of a site; nothing if only branches speak for it that had their share.
    fn value(&self, waiting: &Waiting) -> f64 {
        let (mut direct, mut branches) = (0.0, Vec::new());
        for (_, sum, branch) in waiting.by_linker.values() {
            match branch {
                None => direct += sum,
                Some(branch) => match branches.iter_mut().find(|(known, _)| *known == branch) {
                    Some((_, total)) => *total += *sum,
                    None => branches.push((branch, *sum)),
                },
            }
        }
        let of_branches: f64 = branches
            .iter()
            .map(|(branch, sum)| match self.looked.get(branch.as_str()).copied().unwrap_or(0) {
                looked if looked >= self.most_of_a_branch => 0.0,
                looked => {
                    let bounded = MOST_OF_A_BRANCH * (1.0 - (-sum / MOST_OF_A_BRANCH).exp());
                    bounded / (1.0 + looked as f64 / LOOKS_THAT_HALVE)
                }
            })
            .sum();
        direct + of_branches
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl Waiting {
    /// The branch that says most for it; `None` if a followed blog links to it.
    fn loudest_branch(&self) -> Option<String> {
        let mut branches: HashMap<&String, f64> = HashMap::new();
        for (_, sum, branch) in self.by_linker.values() {
            *branches.entry(branch.as_ref()?).or_default() += sum;
        }
        branches
            .into_iter()
            .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0)))
            .map(|(branch, _)| branch.clone())
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

    fn followed(id: &str) -> Linker {
        Linker { id: id.to_owned(), branch: None }
    }

    fn stranger(id: &str, branch: &str) -> Linker {
        Linker { id: id.to_owned(), branch: Some(branch.to_owned()) }
    }

    #[test]
    fn friends_come_before_passing_links_and_several_voices_before_one() {
        let url = Url::parse("https://x.example/").unwrap();
        let mut frontier = Frontier::new(400);
        let [a, b] = ["a", "b"].map(followed);
        frontier.saw(&a, "passing", &url, MENTION);
        frontier.saw(&a, "friend", &url, DECLARED);
        frontier.saw(&a, "two voices", &url, MENTION);
        frontier.saw(&b, "two voices", &url, MENTION);
        for _ in 0..50 {
            frontier.saw(&a, "often by one", &url, MENTION);
        }
        frontier.saw(&stranger("c", "c"), "friend of a stranger", &url, DECLARED * trust(0.3));
        frontier.skip("known");
        frontier.saw(&a, "known", &url, DECLARED);
        let order: Vec<String> = std::iter::from_fn(|| frontier.pop()).map(|next| next.site).collect();
        assert_eq!(order, ["friend", "often by one", "two voices", "passing", "friend of a stranger"]);
    }

    #[test]
    fn a_farm_has_one_voice_and_its_share_of_the_looks() {
        let url = Url::parse("https://x.example/").unwrap();
        let mut frontier = Frontier::new(400);
        for from in 0..200 {
            for to in 0..200 {
                frontier.saw(&stranger(&format!("farm{from}"), "farm0"), &format!("farm{to}"), &url, DECLARED);
            }
        }
        for name in ["friend", "other friend"] {
            frontier.saw(&followed("a"), name, &url, DECLARED);
        }
        let order: Vec<String> = std::iter::from_fn(|| frontier.pop()).map(|next| next.site).collect();
        assert_eq!(order[..2], ["friend", "other friend"]);
        assert_eq!(order.len(), 2 + 50, "an eighth of the budget goes to what one branch alone speaks for");
    }

    #[test]
    fn names_that_nobody_answers_at_take_nothing_from_a_branch() {
        let url = Url::parse("https://x.example/").unwrap();
        let mut frontier = Frontier::new(400);
        for to in 0..200 {
            frontier.saw(&stranger("a", "a"), &format!("dead{to}"), &url, DECLARED);
        }
        let mut looks = 0;
        while let Some(next) = frontier.pop() {
            frontier.was_in_vain(&next);
            looks += 1;
        }
        assert_eq!(looks, 200);
    }

    #[test]
    fn names_without_end_below_one_name_are_one_owners() {
        let mut frontier = Frontier::new(400);
        for number in 0..1000 {
            let url = Url::parse(&format!("https://n{number}.farm.example/")).unwrap();
            frontier.saw(&followed("a"), &site::key(&url).unwrap(), &url, DECLARED);
        }
        assert_eq!(std::iter::from_fn(|| frontier.pop()).count(), MOST_OF_AN_OWNER);
    }
}
