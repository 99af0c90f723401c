//! Who is a person, and which sites are the same person's: reckoned from evidence each time, never stored as the truth.
//! The rules are those of `docs/persons.md`. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::traits::Traits;
use crate::model::{BlogId, Plain};

/// Fewer posts say nothing of who writes.
const ENOUGH_POSTS: u32 = 8;
/// Shared posts that make two sites one person's, and their share of the smaller site's.
const SHARED_POSTS: usize = 3;
const SHARED_PART: f64 = 0.3;
/// A list of so many sites that so many blogs share but for a tenth is nobody's circle of friends.
const FARM_LINKS: usize = 30;
const FARM_TWINS: usize = 5;
const FARM_LIKENESS: f64 = 0.9;
/// A post that so many sites have is everybody's.
const MOST_HOLDERS: usize = 6;

/// One blog as this needs it.
#[derive(Clone, Debug)]
pub struct One {
    pub id: BlogId,
    pub title: Plain,
    pub followed: bool,
    /// Whether the user flagged it, sent it away or follows it no longer, which holds for the person.
    pub judged: bool,
    pub sites: HashSet<String>,
    /// Sites that it links to.
    pub links: HashSet<String>,
    /// How many known blogs link to it: whoever copies others is known to fewer.
    pub linked_by: usize,
    pub traits: Traits,
}

/// Why a blog is not suggested, in words that follow "is set aside: ". Blogs that are somebody's only one have none.
pub fn set_aside(blogs: &[One]) -> BTreeMap<BlogId, Plain> {
    let mut aside = BTreeMap::new();
    let mut people: Vec<&One> = Vec::new();
    let farms = farms(blogs);
    for (index, blog) in blogs.iter().enumerate() {
        match no_person(&blog.traits).or_else(|| farms.get(&index).cloned()) {
            Some(why) if !blog.followed => {
                aside.insert(blog.id, Plain::line(&why));
            }
            Some(_) => {}
            None => people.push(blog),
        }
    }
    for same in same_person(&people) {
        let (first, others) = (same[0], &same[1..]);
        for other in others.iter().filter(|other| !other.followed) {
            let followed = if first.followed { ", whom you follow" } else { "" };
            let why = format!("it is the same person's as {}{followed}", first.title);
            aside.insert(other.id, Plain::line(&why));
        }
    }
    aside
}

/// Blogs of the persons who write some of these, those included.
pub fn of_the_same(blogs: &[One], some: &BTreeSet<BlogId>) -> BTreeSet<BlogId> {
    let groups = same_person(&blogs.iter().collect::<Vec<_>>());
    let theirs = groups.iter().filter(|group| group.iter().any(|blog| some.contains(&blog.id)));
    theirs.flatten().map(|blog| blog.id).chain(some.iter().copied()).collect()
}

/// Why a site is no single person's; `None` if it seems to be.
pub fn no_person(traits: &Traits) -> Option<String> {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let enough = traits.count >= ENOUGH_POSTS;
    if enough && (traits.taken >= 0.5 && traits.elsewhere_sites >= 3) {
        return Some(format!("it gathers others' posts ({} of them were taken from elsewhere)", percent(traits.taken)));
    }
    if enough && traits.elsewhere >= 0.6 && traits.elsewhere_sites >= 5 && traits.authors >= 5 {
        return Some(format!("it gathers the posts of {} authors at {} sites", traits.authors, traits.elsewhere_sites));
    }
    if enough && traits.jobs >= 0.5 {
        return Some(format!("it is a board of offers ({} of its titles offer a job)", percent(traits.jobs)));
    }
    if enough && traits.alike >= 0.5 {
        return Some(format!(
            "{} of its posts are nearly the same text, as machines write them",
            percent(traits.alike)
        ));
    }
    if traits.a_day >= 30.0 || (traits.a_day >= 6.0 && traits.authors >= 5) {
        return Some(format!("it brings {:.0} posts a day, as newsrooms and machines do", traits.a_day));
    }
    if traits.authors >= 12 {
        return Some(format!("{} people write there, as in a magazine or a company", traits.authors));
    }
    if traits.business.len() >= 3 || (traits.business.len() >= 2 && traits.authors >= 4) {
        return Some(format!("its menus are a business's ({})", traits.business.join(", ")));
    }
    None
}

/// Blogs that several others name which all name the same sites, as farms of links do and circles of friends do not: by
/// index, with the words for it.
fn farms(blogs: &[One]) -> HashMap<usize, String> {
    let mut at_site: HashMap<&str, usize> = HashMap::new();
    for (index, blog) in blogs.iter().enumerate() {
        at_site.extend(blog.sites.iter().map(|site| (site.as_str(), index)));
    }
    let mut linkers: HashMap<usize, HashSet<usize>> = HashMap::new();
    for (from, blog) in blogs.iter().enumerate().filter(|(_, blog)| blog.links.len() >= FARM_LINKS) {
        for to in blog.links.iter().filter_map(|site| at_site.get(site.as_str())).filter(|to| **to != from) {
            linkers.entry(*to).or_default().insert(from);
        }
    }
    let same_list = |a: usize, b: usize| {
        let (a, b) = (&blogs[a].links, &blogs[b].links);
        let shared = a.intersection(b).count();
        shared as f64 >= FARM_LIKENESS * (a.len() + b.len() - shared) as f64
    };
    let mut farms = HashMap::new();
    for (to, from) in linkers {
        let twins = from.iter().filter(|from| same_list(to, **from)).count();
        if blogs[to].links.len() >= FARM_LINKS && twins >= FARM_TWINS {
            farms.insert(to, format!("{twins} blogs that link to it have the same list of links as it has"));
        }
    }
    farms
}

/// Groups of more than one, the one to show first: who is followed, else whom the user judged, else who does not point to
/// another address, else whom most link to.
fn same_person<'a>(blogs: &[&'a One]) -> Vec<Vec<&'a One>> {
    let mut group: Vec<usize> = (0..blogs.len()).collect();
    for (a, b) in pairs(blogs) {
        let (a, b) = (root(&group, a), root(&group, b));
        group[a.max(b)] = a.min(b);
    }
    let mut groups: BTreeMap<usize, Vec<&One>> = BTreeMap::new();
    for (index, blog) in blogs.iter().enumerate() {
        groups.entry(root(&group, index)).or_default().push(blog);
    }
    let mut groups: Vec<Vec<&One>> = groups.into_values().filter(|group| group.len() > 1).collect();
    for group in &mut groups {
        group.sort_by_key(|blog| {
            let renowned = std::cmp::Reverse((blog.linked_by, blog.traits.count));
            (!blog.followed, !blog.judged, blog.traits.canonical.is_some(), renowned, blog.id)
        });
    }
    groups
}

fn root(group: &[usize], mut index: usize) -> usize {
    while group[index] != index {
        index = group[index];
    }
    index
}

/// Pairs of indices of blogs that are one person's: each says so of the other (`rel="me"`), one calls the other the real
/// address, or they and nobody else hold the same posts.
fn pairs(blogs: &[&One]) -> Vec<(usize, usize)> {
    let mut at_site: HashMap<&str, usize> = HashMap::new();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, blog) in blogs.iter().enumerate() {
        at_site.extend(blog.sites.iter().map(|site| (site.as_str(), index)));
        for post in blog.traits.posts.iter().collect::<HashSet<_>>() {
            holders.entry(*post).or_default().push(index);
        }
    }
    let says = |from: usize, to: usize| blogs[from].traits.me.iter().any(|site| blogs[to].sites.contains(site));
    let mut pairs = Vec::new();
    for (from, blog) in blogs.iter().enumerate() {
        let named = |site: &String| at_site.get(site.as_str()).copied().filter(|to| *to != from);
        pairs.extend(blog.traits.me.iter().filter_map(named).filter(|to| says(*to, from)).map(|to| (from, to)));
        pairs.extend(blog.traits.canonical.iter().filter_map(named).map(|to| (from, to)));
    }
    // By address and by title: one post has a fingerprint of either kind.
    let mut shared: BTreeMap<(usize, usize), [usize; 2]> = BTreeMap::new();
    for (post, holders) in holders.iter().filter(|(_, holders)| holders.len() <= MOST_HOLDERS) {
        let kind = (post & 1) as usize;
        for (place, &a) in holders.iter().enumerate() {
            holders[place + 1..].iter().for_each(|&b| shared.entry((a.min(b), a.max(b))).or_default()[kind] += 1);
        }
    }
    let enough = |&((a, b), shared): &((usize, usize), [usize; 2])| {
        let shared = shared[0].max(shared[1]);
        let smaller = blogs[a].traits.count.min(blogs[b].traits.count);
        shared >= SHARED_POSTS && shared as f64 >= SHARED_PART * f64::from(smaller)
    };
    let same: Vec<(usize, usize)> = shared.into_iter().filter(enough).map(|(pair, _)| pair).collect();
    let mut partners: HashMap<usize, HashSet<usize>> = HashMap::new();
    for &(a, b) in &same {
        partners.entry(a).or_insert_with(|| HashSet::from([a])).insert(b);
        partners.entry(b).or_insert_with(|| HashSet::from([b])).insert(a);
    }
    // Whoever gathers the posts of two people, or writes a blog with somebody, makes no one person of them.
    pairs.extend(same.into_iter().filter(|(a, b)| partners[a] == partners[b]));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedUrl;

    fn one(site: &str, followed: bool, traits: Traits) -> One {
        let id = BlogId::of(&FeedUrl::parse(&format!("https://{site}/feed")).unwrap());
        One {
            id,
            title: Plain::line(site),
            followed,
            judged: false,
            sites: HashSet::from([site.to_owned()]),
            links: HashSet::new(),
            linked_by: 0,
            traits,
        }
    }

    fn me(sites: &[&str]) -> Traits {
        Traits { me: sites.iter().map(|site| (*site).to_owned()).collect(), ..Traits::default() }
    }

    fn posts(fingerprints: &[u64]) -> Traits {
        Traits { posts: fingerprints.to_vec(), count: fingerprints.len() as u32, ..Traits::default() }
    }

    #[test]
    fn two_names_of_one_person_are_one() {
        let aside = |blogs: &[One]| -> Vec<String> { set_aside(blogs).into_values().map(String::from).collect() };
        let both = [one("a.example", true, me(&["b.example"])), one("b.example", false, me(&["a.example"]))];
        assert_eq!(aside(&both), ["it is the same person's as a.example, whom you follow"]);
        let only_one_says_so = [one("a.example", true, me(&["b.example"])), one("b.example", false, me(&[]))];
        assert!(aside(&only_one_says_so).is_empty());
        let canonical = Traits { canonical: Some("a.example".to_owned()), ..Traits::default() };
        assert_eq!(aside(&[one("a.example", false, posts(&[2])), one("b.example", false, canonical)]).len(), 1);
        let same_posts = [one("a.example", false, posts(&[2, 4, 6, 8])), one("b.example", false, posts(&[4, 6, 8]))];
        assert_eq!(aside(&same_posts), ["it is the same person's as a.example"]);
        let mut copied = [one("a.example", false, posts(&[2, 4, 6])), one("b.example", false, posts(&[2, 4, 6, 8]))];
        copied[0].linked_by = 2;
        assert_eq!(aside(&copied), ["it is the same person's as a.example"], "whoever copies comes second");
        let mut judged = both.clone();
        (judged[0].followed, judged[1].judged) = (false, true);
        assert_eq!(aside(&judged), ["it is the same person's as b.example"], "a judgement is one of the person");
        let few_posts = [one("a.example", false, posts(&[2, 4, 6, 8])), one("b.example", false, posts(&[6, 8, 10]))];
        assert!(aside(&few_posts).is_empty());
        let two_kinds = [one("a.example", false, posts(&[2, 3, 4, 5])), one("b.example", false, posts(&[2, 3, 4, 5]))];
        assert!(aside(&two_kinds).is_empty(), "two posts, each by its address and by its title");
        let gathered = [
            one("a.example", false, posts(&[2, 4, 6])),
            one("b.example", false, posts(&[12, 14, 16])),
            one("both.example", false, posts(&[2, 4, 6, 12, 14, 16])),
        ];
        assert!(aside(&gathered).is_empty(), "whoever gathers others' posts makes no one person of them");
    }

    #[test]
    fn what_is_no_persons_is_set_aside_and_says_why() {
        let of = |change: fn(&mut Traits)| {
            let mut traits = Traits { count: 20, authors: 1, a_day: 0.5, ..Traits::default() };
            change(&mut traits);
            no_person(&traits)
        };
        assert_eq!(of(|_| {}), None);
        for (change, words) in [
            ((|traits| (traits.taken, traits.elsewhere_sites) = (0.9, 12)) as fn(&mut Traits), "gathers others' posts"),
            (
                |traits| (traits.elsewhere, traits.elsewhere_sites, traits.authors) = (0.9, 12, 9),
                "9 authors at 12 sites",
            ),
            (|traits| traits.jobs = 0.8, "board of offers (80 %"),
            (|traits| traits.alike = 0.7, "nearly the same text"),
            (|traits| traits.a_day = 40.0, "40 posts a day"),
            (|traits| traits.authors = 15, "15 people write there"),
            (
                |traits| traits.business = ["careers", "customers", "pricing"].map(str::to_owned).to_vec(),
                "a business's",
            ),
        ] {
            assert!(of(change).unwrap().contains(words), "{words}");
        }
        let farm: Vec<One> = (0..8)
            .map(|number| One {
                links: (0..40).filter(|to| *to != number).map(|to| format!("f{to}.example")).collect(),
                ..one(&format!("f{number}.example"), false, Traits::default())
            })
            .collect();
        assert_eq!(set_aside(&farm).len(), 8);
        // A link blog of one person points elsewhere all the time.
        assert_eq!(of(|traits| (traits.elsewhere, traits.elsewhere_sites) = (1.0, 20)), None);
        assert!(set_aside(&[one("news.example", true, Traits { authors: 99, ..Traits::default() })]).is_empty());
    }
}
