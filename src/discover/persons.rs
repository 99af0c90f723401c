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
    /// Whether it is the user's own.
    pub own: bool,
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
            Some(why) if !blog.followed && !blog.own => {
                aside.insert(blog.id, Plain::line(&why));
            }
            Some(_) => {}
            None => people.push(blog),
        }
    }
    for Same { first, others } in same_person(&people) {
        for (other, is_declared) in others.into_iter().filter(|(other, _)| !other.followed && !other.own) {
            let what = if is_declared { "it is the same person's as" } else { "it has the same posts as" };
            let why = match (first.own, first.followed) {
                (true, _) if is_declared => format!("it is yours, as your own blog {} is", first.title),
                (true, _) => format!("{what} your own blog {}", first.title),
                (_, true) => format!("{what} {}, whom you follow", first.title),
                _ => format!("{what} {}", first.title),
            };
            aside.insert(other.id, Plain::line(&why));
        }
    }
    aside
}

/// Blogs that go with some of these when their writer is to be forgotten, those included: what they call their own and is
/// called theirs there, and what calls them the real address. Whoever only has the same posts may be somebody else, and
/// so may an address that a copy calls the real one.
pub fn declared_with(blogs: &[One], some: &BTreeSet<BlogId>) -> BTreeSet<BlogId> {
    let links: Vec<Declared> = declared(&blogs.iter().collect::<Vec<_>>());
    let mut theirs = some.clone();
    loop {
        let is_theirs = |at: usize| theirs.contains(&blogs[at].id);
        let go_along = |link: &Declared| !is_theirs(link.from) && is_theirs(link.to);
        let more: Vec<BlogId> = links.iter().filter(|link| go_along(link)).map(|link| blogs[link.from].id).collect();
        if more.is_empty() {
            return theirs;
        }
        theirs.extend(more);
    }
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

/// Blogs of which one is shown.
struct Same<'a> {
    first: &'a One,
    /// Whether each is declared to be the same person's, and not only has the same posts.
    others: Vec<(&'a One, bool)>,
}

/// Groups of more than one. First comes the user's own, else who is followed, else who does not point to another address, else whom most link
/// to; of the blogs that say of each other that they are one person's, the one that the user judged. Whoever has others' posts may be somebody else,
/// so no word on them counts for those.
fn same_person<'a>(blogs: &[&'a One]) -> Vec<Same<'a>> {
    let mut persons: Vec<usize> = (0..blogs.len()).collect();
    let links = declared(blogs);
    links.iter().for_each(|link| join(&mut persons, link.from, link.to));
    let said: HashSet<(usize, usize)> = links.iter().map(|link| (link.from, link.to)).collect();
    let mutual = links.iter().filter(|link| said.contains(&(link.to, link.from)));
    let mut both_say: Vec<usize> = (0..blogs.len()).collect();
    mutual.for_each(|link| join(&mut both_say, link.from, link.to));
    let mut same = persons.clone();
    having_the_same_posts(blogs).into_iter().for_each(|(a, b)| join(&mut same, a, b));
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..blogs.len() {
        groups.entry(root(&same, at)).or_default().push(at);
    }
    let known = |at: usize| {
        let blog = blogs[at];
        (blog.traits.canonical.is_some(), std::cmp::Reverse((blog.linked_by, blog.traits.count)), blog.id)
    };
    let groups = groups.into_values().filter(|group| group.len() > 1);
    let first_of = |group: &[usize]| {
        let best = group.iter().copied().min_by_key(|&at| (!blogs[at].own, !blogs[at].followed, known(at)))?;
        let theirs = group.iter().copied().filter(|&at| root(&both_say, at) == root(&both_say, best));
        theirs.min_by_key(|&at| {
            let blog = blogs[at];
            (!blog.own, !blog.followed, !blog.judged, known(at))
        })
    };
    groups
        .filter_map(|group| {
            let first = first_of(&group)?;
            let others = group.into_iter().filter(|&at| at != first);
            let declared = |at: usize| root(&persons, at) == root(&persons, first);
            Some(Same { first: blogs[first], others: others.map(|at| (blogs[at], declared(at))).collect() })
        })
        .collect()
}

fn join(group: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(group, a), root(group, b));
    group[a.max(b)] = a.min(b);
}

fn root(group: &[usize], mut index: usize) -> usize {
    while group[index] != index {
        index = group[index];
    }
    index
}

/// One blog says of another, by index, that it is the same person's: both do so (`rel="me"`; there is a link either way then),
/// or the first calls the other the real address.
struct Declared {
    from: usize,
    to: usize,
}

fn declared(blogs: &[&One]) -> Vec<Declared> {
    let mut at_site: HashMap<&str, usize> = HashMap::new();
    for (index, blog) in blogs.iter().enumerate() {
        at_site.extend(blog.sites.iter().map(|site| (site.as_str(), index)));
    }
    let says = |from: usize, to: usize| blogs[from].traits.me.iter().any(|site| blogs[to].sites.contains(site));
    let mut links = Vec::new();
    for (from, blog) in blogs.iter().enumerate() {
        let named = |site: &String| at_site.get(site.as_str()).copied().filter(|to| *to != from);
        let both_say = blog.traits.me.iter().filter_map(named).filter(|to| says(*to, from));
        links.extend(both_say.chain(blog.traits.canonical.iter().filter_map(named)).map(|to| Declared { from, to }));
    }
    links
}

/// Pairs of indices of blogs that hold the same posts, and share none with anybody else.
fn having_the_same_posts(blogs: &[&One]) -> Vec<(usize, usize)> {
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, blog) in blogs.iter().enumerate() {
        for post in blog.traits.posts.iter().collect::<HashSet<_>>() {
            holders.entry(*post).or_default().push(index);
        }
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
    same.into_iter().filter(|(a, b)| partners[a] == partners[b]).collect()
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
            own: false,
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
        assert_eq!(aside(&same_posts), ["it has the same posts as a.example"]);
        let mut copied = [one("a.example", false, posts(&[2, 4, 6])), one("b.example", false, posts(&[2, 4, 6, 8]))];
        copied[0].linked_by = 2;
        assert_eq!(aside(&copied), ["it has the same posts as a.example"], "whoever copies comes second");
        copied[1].judged = true;
        assert_eq!(
            aside(&copied),
            ["it has the same posts as a.example"],
            "a word on the copy is none on who is copied"
        );
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
    fn a_word_on_whoever_calls_somebody_elses_address_the_real_one_is_none_on_them() {
        let posing = Traits { canonical: Some("vera.example".to_owned()), ..me(&["vera.example"]) };
        let mut blogs = [one("alias.example", false, posing), one("vera.example", false, Traits::default())];
        blogs[0].judged = true;
        let aside: Vec<(BlogId, String)> =
            set_aside(&blogs).into_iter().map(|(id, why)| (id, why.to_string())).collect();
        let why = "it is the same person's as vera.example".to_owned();
        assert_eq!(aside, [(blogs[0].id, why)], "and vera is suggested as before");
    }

    #[test]
    fn whoever_is_forgotten_takes_along_what_is_declared_theirs_and_no_copy_and_nobody_who_is_copied() {
        let with = |blogs: &[One], named: usize| -> Vec<String> {
            let theirs = declared_with(blogs, &BTreeSet::from([blogs[named].id]));
            let named = blogs.iter().filter(|blog| theirs.contains(&blog.id));
            named.map(|blog| blog.title.to_string()).collect()
        };
        let mut blogs = vec![
            one("a.example", false, me(&["b.example"])),
            one("b.example", false, me(&["a.example"])),
            one("mirror.example", true, Traits { canonical: Some("b.example".to_owned()), ..Traits::default() }),
            one("copy.example", false, posts(&[2, 4, 6, 8])),
            one("fan.example", false, me(&["a.example"])),
        ];
        blogs[0].traits.posts = vec![2, 4, 6, 8];
        blogs[0].traits.count = 4;
        assert!(!set_aside(&blogs).contains_key(&blogs[4].id));
        assert_eq!(set_aside(&blogs).len(), 3, "a and b are shown as the mirror that is followed, and so is the copy");
        assert_eq!(with(&blogs, 0), ["a.example", "b.example", "mirror.example"]);
        assert_eq!(with(&blogs, 3), ["copy.example"], "whoever is copied stays");
        assert_eq!(with(&blogs, 2), ["mirror.example"], "anybody can call somebody else's address the real one");
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
