//! Who tries to be suggested by a trick does not come before somebody who is simply near.

use std::collections::BTreeMap;

use penpal::{
    discover::{
        Knowledge, Person,
        edges::{self, Roll},
        knowledge::Known,
        near::Near,
        profile::{self, PostText},
        rank::rank,
    },
    feed::SafeHtml,
    model::{Blog, FeedUrl, Link, LinkKind, PageUrl, Plain, Post, PostId, Standing, Timestamp},
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

    /// The names of all candidates, best first.
    fn suggested(&self) -> Vec<String> {
        let mut blogs: Vec<Known> =
            self.0.iter().map(|(name, (followed, posts))| known(name, *followed, posts)).collect();
        blogs.sort_by_key(|known| known.blog.id);
        let near = Near::reckon(&Knowledge { blogs }).unwrap();
        let names: BTreeMap<_, _> = self.0.keys().map(|name| (feed(name).1, name.clone())).collect();
        let ranking = rank(&near, |_| (Standing::New, false));
        assert_eq!(ranking, rank(&near, |_| (Standing::New, false)), "the same data make the same order");
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
