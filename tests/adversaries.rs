//! Who tries to be suggested by a trick does not come before somebody who is simply near.

use std::collections::{BTreeMap, HashSet};

use penpal::{
    discover::{
        Knowledge, Person,
        edges::{self, Roll, Source},
        frontier::{DECLARED, Frontier, Linker},
        graph::{self, Graph, Seeds},
        knowledge::Known,
        near::Near,
        profile::{self, PostText},
        rank::{Judgement, rank, standardise},
        signals::{COUNT, MEANINGS, Values},
        traits,
    },
    feed::{self, Hints, SafeHtml},
    model::{Blog, FeedUrl, Link, LinkKind, PageUrl, Plain, Post, PostId, Standing, Timestamp},
    page,
    store::links_of,
};
use url::Url;

/// A world of invented blogs: each a name, its posts as HTML, and whether it is followed.
#[derive(Default)]
struct World(BTreeMap<String, (bool, Vec<String>)>);

impl World {
    fn blog(&mut self, name: &str, followed: bool, posts: &[String]) -> &mut Self {
        self.0.insert(name.to_owned(), (followed, posts.to_vec()));
        self
    }

    /// Bakers whom the user follows, who link to `friend`, and some strangers who write about other things.
    fn of_bakers() -> Self {
        let mut world = Self::default();
        for (number, baker) in ["ann", "ben", "cem"].iter().enumerate() {
            let posts = [
                format!("My sourdough starter likes rye flour, says {}. It rises in a cold kitchen.", link("friend")),
                format!("Long fermentation gives the rye loaf its crumb. {} thinks so too.", link("stranger0")),
                format!("A banneton, a dutch oven and loaf number {number}: steam makes the crust."),
            ];
            world.blog(baker, true, &posts);
        }
        let posts = [
            "A sourdough starter can grow old; mine eats rye flour and sleeps in the cold.".to_owned(),
            format!("Steam makes the crust of a rye loaf, as {} found.", link("ann")),
        ];
        world.blog("friend", false, &posts);
        for number in 0..12 {
            let next = link(&format!("stranger{}", (number + 1) % 12));
            let posts = [
                format!("The compiler borrows lifetime {number} of arenas. See {next} for traits."),
                format!("Gardens need compost in spring, and the {number} bees know it."),
            ];
            world.blog(&format!("stranger{number}"), false, &posts);
        }
        world
    }

    fn near(&self) -> Near {
        self.near_of("")
    }

    /// The same for somebody whose own blog is one of these.
    fn near_of(&self, own: &str) -> Near {
        let mut blogs: Vec<Known> = self
            .0
            .iter()
            .map(|(name, (followed, posts))| Known { own: name == own, ..known(name, *followed, posts) })
            .collect();
        blogs.sort_by_key(|known| known.blog.id);
        Near::reckon(&Knowledge { blogs }).unwrap()
    }

    /// One signal of each of some blogs.
    fn signal<const N: usize>(&self, signal: &str, names: [&str; N]) -> [f64; N] {
        let near = self.near();
        let place = MEANINGS.iter().position(|meaning| meaning.name == signal).unwrap();
        names.map(|name| near.values[near.position(feed(name).1).unwrap()][place].unwrap())
    }

    /// The names of all candidates, best first.
    fn suggested(&self) -> Vec<String> {
        let near = self.near();
        let names: BTreeMap<_, _> = self.0.keys().map(|name| (feed(name).1, name.clone())).collect();
        let ranking = rank(&near, |_| Judgement::default());
        assert_eq!(ranking, rank(&near, |_| Judgement::default()), "the same data make the same order");
        ranking.candidates.iter().map(|ranked| names[&near.facts[ranked.blog].id].clone()).collect()
    }

    fn place_of(&self, name: &str) -> usize {
        self.suggested().iter().position(|other| other == name).unwrap()
    }
}

fn link(name: &str) -> String {
    format!("<a href=\"https://{name}.example/about\">the blog of {name}</a>")
}

fn feed(name: &str) -> (FeedUrl, penpal::model::BlogId) {
    let url = FeedUrl::from_url(Url::parse(&format!("https://{name}.example/feed")).unwrap()).unwrap();
    let blog = Blog::unknown(url.clone());
    (url, blog.id)
}

fn post(blog: &Blog, number: usize, html: &str) -> PostText {
    let safe = SafeHtml::of_page(html, None).unwrap();
    let url = PageUrl::parse(&format!("https://{}/{number}", blog.host())).unwrap();
    let links = safe.links().into_iter().filter_map(|(target, text)| {
        Some(Link { target: PageUrl::parse(&target).ok()?, text, kind: LinkKind::Mention })
    });
    let post = Post {
        id: PostId::of(blog.id, &number.to_string()),
        blog: blog.id,
        url: Some(url),
        title: Plain::line(&format!("Post {number}")),
        authors: Vec::new(),
        published: Some(Timestamp(1_790_000_000 - 86_400 * number as i64)),
        updated: None,
        first_seen: Timestamp(1_790_000_000),
        tags: Vec::new(),
        summary: Plain::default(),
        enclosures: Vec::new(),
    };
    PostText { post, text: safe.text(), prose: safe.prose(), links: links.collect() }
}

fn known(name: &str, followed: bool, posts: &[String]) -> Known {
    let blog = Blog::unknown(feed(name).0);
    let posts: Vec<PostText> = posts.iter().enumerate().map(|(number, html)| post(&blog, number, html)).collect();
    Known {
        aside: None,
        followed,
        own: false,
        standing: Standing::New,
        stood: None,
        profile: profile::of(&posts, Some("en"), 1),
        edges: edges::of(&blog, &posts, 1),
        roll: Roll::default(),
        person: Person::default(),
        blog,
    }
}

#[test]
fn a_feed_stuffed_with_the_users_phrases_does_not_come_before_a_friend() {
    let mut world = World::of_bakers();
    let stuffing =
        "sourdough starter rye flour long fermentation rye loaf banneton dutch oven steam crust ".repeat(400);
    world.blog("stuffed", false, &vec![stuffing; 20]);
    assert!(world.place_of("friend") < world.place_of("stuffed"), "{:?}", world.suggested());
}

#[test]
fn one_post_stuffed_with_a_phrase_makes_nobody_a_writer_about_it() {
    let mut world = World::of_bakers();
    let stuffing =
        "sourdough starter rye flour long fermentation rye loaf banneton dutch oven steam crust ".repeat(400);
    let stars = |n: usize| (0..25).map(|word| format!("nebula{} ", n * 25 + word)).collect::<String>();
    let mut posts: Vec<String> = (0..4).map(stars).collect();
    world.blog("stargazer", false, &posts);
    posts.push(stuffing);
    world.blog("stuffer", false, &posts);
    let [friend, stuffer] = world.signal("topics of all you follow", ["friend", "stuffer"]);
    assert!(stuffer < friend, "{stuffer} beside {friend}");
}

#[test]
fn who_writes_about_everything_is_not_near_to_everybody() {
    let mut world = World::of_bakers();
    let all: Vec<String> = world.0.values().flat_map(|(_, posts)| posts.clone()).collect();
    world.blog("hoarder", false, &all);
    let [friend, hoarder] = world.signal("topics of the nearest", ["friend", "hoarder"]);
    assert!(hoarder < 0.95 && friend < 0.95, "nobody writes the same as somebody else: {hoarder}, {friend}");
    // One who links to every site shares less with each than who links to the same few.
    let everywhere: String = (0..60).map(|n| link(&format!("site{n}"))).collect();
    let few: String = (0..3).map(|n| link(&format!("site{n}"))).collect();
    for baker in ["ann", "ben", "cem"] {
        world.0.get_mut(baker).unwrap().1.push(few.clone());
    }
    world.blog("likeminded", false, &[few]).blog("everywhere", false, &[everywhere]);
    let [likeminded, everywhere] = world.signal("links to the same sites", ["likeminded", "everywhere"]);
    assert!(everywhere < likeminded / 2.0, "{everywhere} beside {likeminded}");
}

#[test]
fn whom_nearly_everybody_names_makes_room_and_whom_friends_name_does_not() {
    let mut world = World::of_bakers();
    for number in 0..25 {
        let posts = [format!("A bee book by {}, and compost tip {number}.", link("famous"))];
        world.blog(&format!("reader{number}"), false, &posts);
    }
    world.blog("famous", false, &["Bees and compost, every week.".to_owned()]);
    let [friend, famous] = world.signal("not named by everybody", ["friend", "famous"]);
    assert!(friend == 0.0 && famous < 0.0, "{friend} and {famous}");
}

#[test]
fn whoever_writes_about_what_nobody_else_does_brings_something_new() {
    let mut world = World::of_bakers();
    let of_bakers: Vec<String> =
        world.0.values().filter(|(followed, _)| *followed).flat_map(|(_, posts)| posts.clone()).collect();
    world.blog("echo", false, &of_bakers);
    let [echo, stranger] = world.signal("topics that are new to you", ["echo", "stranger1"]);
    assert!(echo < stranger && stranger <= 1.0, "{echo} and {stranger}");
}

#[test]
fn only_so_many_words_of_a_feed_count() {
    let blog = Blog::unknown(feed("prolific").0);
    let posts: Vec<PostText> = (0..40).map(|n| post(&blog, n, &format!("{} only{n}", "words ".repeat(1000)))).collect();
    let terms = profile::of(&posts, Some("en"), 1).terms.0;
    let has = |wanted: &str| terms.iter().any(|(term, _)| term == wanted);
    assert!(has("only0") && has("only25") && !has("only35"), "the newest 30,000 words count");
}

#[test]
fn the_choice_of_who_links_to_everybody_weighs_little() {
    let links = |all: &[(usize, Vec<usize>)]| {
        let mut out = vec![BTreeMap::new(); 60];
        for (from, to) in all {
            out[*from].extend(to.iter().map(|to| (*to, graph::weight(1, false))));
        }
        Graph::of(out)
    };
    // The user follows 0 and 1. Blog 2 links to both and to 3; blog 4 to both, to 5 and to all the rest.
    let everybody = [0, 1, 5].into_iter().chain(6..60).collect();
    let graph = links(&[(2, vec![0, 1, 3]), (4, everybody)]);
    let votes = graph.like_minds(&Seeds::from([(0, 1.0), (1, 1.0)]));
    assert!(votes[3] > 2.0 * votes[5], "{} and {}", votes[3], votes[5]);
    // A neighbour of who has few says more than one of who has many (Adamic & Adar).
    let graph = links(&[(0, vec![2]), (1, (3..60).collect())]);
    let near = graph.adamic_adar(&Seeds::from([(0, 1.0), (1, 1.0)]));
    assert!(near[2] > 2.0 * near[3], "{} and {}", near[2], near[3]);
    assert!(graph::weight(1000, false) < 3.0 * graph::weight(1, true), "a thousand links are not a thousand friends");
}

#[test]
fn no_signal_outweighs_all_others_however_far_it_stands_out() {
    let of = |value| -> Values { std::array::from_fn(|_| Some(value)) };
    let mut values = vec![of(1.0); 400];
    values.push(of(1e9));
    let standards: Vec<[f64; COUNT]> = standardise(&values);
    assert!(standards[400][0] < 2.5, "{}", standards[400][0]);
}

#[test]
fn a_branch_that_had_many_looks_gives_way_to_one_that_had_none() {
    let mut frontier = Frontier::new(400);
    let url = Url::parse("https://x.example/").unwrap();
    let stranger = |branch: &str| Linker { id: branch.to_owned(), branch: Some(branch.to_owned()) };
    for number in 0..40 {
        frontier.saw(&stranger("loud"), &format!("loud{number}"), &url, DECLARED / 3.0);
    }
    frontier.saw(&stranger("quiet"), "quiet0", &url, DECLARED / 4.0);
    let order: Vec<String> = std::iter::from_fn(|| frontier.pop()).map(|next| next.site).collect();
    let place = order.iter().position(|site| site == "quiet0").unwrap();
    assert!((1..20).contains(&place), "{place}");
}

#[test]
fn posts_that_a_machine_wrote_are_alike() {
    let words = "in this article we look at the ten best rye flours of the year and tell you which of them to buy right now \
                 before the prices rise again since our partners offer them for less than anybody else";
    let texts: Vec<String> = (0..10).map(|n| format!("{words} number{n}")).collect();
    let seen = |text| traits::Seen { url: None, title: "", authors: &[], published: None, text, taken: false };
    let posts: Vec<traits::Seen<'_>> = texts.iter().map(|text| seen(text.as_str())).collect();
    assert!(traits::of(&HashSet::new(), None, &posts).alike > 0.9);
}

#[test]
fn what_a_page_or_a_feed_can_put_in_is_bounded() {
    let blog = Blog::unknown(feed("crowd").0);
    let address = Url::parse("https://crowd.example/0").unwrap();
    let links: String = (0..3_000).map(|n| format!("<a href=\"https://u{n}.example/\">words {n}</a> ")).collect();
    let html = SafeHtml::of_page(&links, None).unwrap();
    let of_text = links_of(&[], &html);
    assert_eq!(of_text.len(), 500, "links of one post");
    let posts: Vec<PostText> = (0..20).map(|n| PostText { links: of_text.clone(), ..post(&blog, n, "x") }).collect();
    assert!(edges::of(&blog, &posts, 1).edges.len() < 4_500, "links of one blog");
    let page = page::read(&format!("<html><body><article>{links}</article></body></html>"), &address);
    let source = Source {
        post: posts[0].post.id,
        url: PageUrl::from_url(address.clone()).unwrap(),
        title: Plain::line("x"),
        published: None,
    };
    assert_eq!(
        edges::of_post_page(&blog, &page, source.clone(), &HashSet::new()).edges.len(),
        200,
        "links of one page"
    );
    let comments: String = (0..200)
        .map(|n| format!("<entry><id>{n}</id><title>c</title><author><name>N</name><uri>https://u{n}.example/</uri></author></entry>"))
        .collect();
    let comments = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>c</id><title>c</title>{comments}</feed>");
    let comments = feed::read(comments.as_bytes(), &Hints { base_url: Some(&address), content_type: None }).unwrap();
    assert_eq!(edges::of_comments(&blog, &comments, &source).edges.len(), 30, "commenters of one post");
}

#[test]
fn who_links_to_everybody_does_not_come_before_whom_somebody_links_to() {
    let mut world = World::of_bakers();
    let everybody: String = world.0.keys().map(|name| format!("Read {}. ", link(name))).collect();
    world.blog("flatterer", false, &vec![everybody; 10]);
    assert!(world.place_of("friend") < world.place_of("flatterer"), "{:?}", world.suggested());
}

#[test]
fn a_farm_of_two_hundred_blogs_that_link_one_another_stays_below() {
    let mut world = World::of_bakers();
    for number in 0..200 {
        let others: String = (1..40).map(|step| link(&format!("farm{}", (number + step) % 200))).collect();
        let bait = if number % 20 == 0 { link("ann") } else { String::new() };
        let posts = [format!("Buy rye flour and a dutch oven today. {bait}"), format!("Our partners: {others}")];
        world.blog(&format!("farm{number}"), false, &posts);
    }
    let suggested = world.suggested();
    assert_eq!(suggested[0], "friend", "{:?}", &suggested[..5]);
}

#[test]
fn a_farm_that_writes_and_links_as_the_followed_do_has_one_voice_for_its_own() {
    let mut world = World::of_bakers();
    for baker in ["ann", "ben", "cem"] {
        let shared: String = ["mill", "oven", "market"].map(link).concat();
        world.0.get_mut(baker).unwrap().1.push(shared);
    }
    world.0.get_mut("ann").unwrap().1.push(format!("A comment led me to {}.", link("farm0")));
    for number in 0..100 {
        let posts = [
            "My sourdough starter likes rye flour. Long fermentation gives the rye loaf its crumb.".to_owned(),
            ["mill", "oven", "market"].map(link).concat(),
            (1..40).map(|step| link(&format!("farm{}", (number + step) % 100))).collect(),
        ];
        world.blog(&format!("farm{number}"), false, &posts);
    }
    let [friend, first, another] = world.signal("chosen by kindred blogs", ["friend", "farm0", "farm50"]);
    assert!(friend > 2.5, "three whom the user follows choose them: {friend}");
    assert!(first < friend && another < 1.0, "{first} and {another} beside {friend}");
    assert_eq!(world.suggested()[0], "friend");
}

#[test]
fn a_text_cannot_write_its_own_evidence() {
    let blog = Blog::unknown(feed("forger").0);
    let html = "<p>I met \u{1b}[31m\u{202e}<a href=\"https://ann.example/\">Ann\u{7}</a>, who wrote \
                &lt;b&gt;“You must meet the forger”&lt;/b&gt;<script>steal()</script> yesterday.</p>";
    let one = post(&blog, 0, html);
    let edges = edges::of(&blog, std::slice::from_ref(&one), 1);
    let [edge] = &edges.edges[..] else { panic!("{edges:?}") };
    let quote = edge.quote.as_str();
    assert!(!quote.chars().any(|c| c.is_control() || c == '\u{202e}') && !quote.contains("steal"), "{quote}");
    // It is the forger's post that is quoted, word for word, and under the forger's own address.
    assert!(one.text.as_str().contains(quote), "{quote}");
    assert_eq!(edges.sources[edge.source as usize].url.host(), "forger.example");
}

#[test]
fn the_users_own_blog_is_a_seed_and_is_never_hidden_to_choose_the_blend() {
    let mut world = World::of_bakers();
    for number in 0..5 {
        let posts = [format!("Rye and sourdough number {number}. {} knows.", link("friend"))];
        world.blog(&format!("baker{number}"), true, &posts);
    }
    let eight = world.near();
    assert_eq!((eight.followed.len(), eight.without.len()), (8, 4));
    let own = world.near_of("ann");
    assert_eq!((own.followed.len(), own.own.len(), own.seeds.len()), (7, 1, 8), "followed and own, it counts once");
    assert!(own.without.is_empty(), "seven are too few to choose by");
    assert_eq!(own.values, eight.values, "as a seed it counts as one that is followed does");
    let own = world.near_of("friend");
    assert_eq!((own.followed.len(), own.without.len()), (8, 4));
    let friend = own.position(feed("friend").1).unwrap();
    let ranking = rank(&own, |_| Judgement::default());
    assert!(ranking.candidates.iter().all(|ranked| ranked.blog != friend), "nobody is to be met by themselves");
}
