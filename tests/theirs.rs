//! What is the user's: their own blog is a place to start from, beside those that they follow, and these count as they are
//! read; and so are topics that they name.

mod support;

use std::fs;

use penpal::{
    app::{App, Paths},
    config::Config,
};
use serde_json::{Value, json};
use support::{Answer, Penpal, Post, Proxy, Server, atom, discover_after, page};

const ON_LOOPBACK: &str = "[discover]\nallow_private = true\n";
const RYE: &str = "<p>A sourdough starter likes rye flour and a warm kitchen, whatever the miller says of it.</p>";
const OVEN: &str = "<p>Steam in the oven makes the crust of a sourdough loaf thin, and the rye flour dark.</p>";
const MOSS: &str = "<p>Moss and lichen cover the old wall, and a hand lens shows the peristome of each capsule.</p>";

fn link(server: &Server, words: &str) -> String {
    format!("<a href=\"{}\">{words}</a>", server.url("/"))
}

/// A blog with a home page and a page for each post.
fn blog(server: &Server, title: &str, head: &str, posts: &[&str]) {
    let feed = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed\">";
    server.serve("/", Answer::page(page(&format!("<title>{title}</title>{feed}{head}"), "")));
    let mut entries = Vec::new();
    for (number, html) in posts.iter().enumerate() {
        let (path, words) = (format!("/{number}"), format!("{title}, page {number}"));
        server.serve(&path, Answer::page(page("", &format!("<article><h1>{words}</h1>{html}</article>"))));
        entries.push(Post::new(server.url(&path), number as u32, &words, html));
    }
    server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &entries)));
}

/// Somebody whose own blog is Ada's, with more in the configuration.
fn ada(ada: &Server, config: &str) -> Penpal {
    Penpal::configured(&format!("{config}[me]\nblogs = [\"{}\"]\n", ada.url("/")))
}

fn suggested<'a>(suggestions: &'a [Value], server: &Server) -> Option<&'a Value> {
    suggestions.iter().find(|suggestion| suggestion["blog"]["feed_url"] == server.url("/feed"))
}

/// What is said of somebody, by kind.
fn said<'a>(suggestions: &'a [Value], server: &Server, kind: &str) -> &'a str {
    let found =
        suggested(suggestions, server).unwrap_or_else(|| panic!("{} is not in {suggestions:?}", server.url("")));
    let reasons = found["reasons"].as_array().unwrap();
    let reason = reasons.iter().find(|reason| reason["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {found}"));
    assert_ne!(reason["evidence"], json!([]));
    reason["text"].as_str().unwrap()
}

#[test]
fn who_follows_nobody_and_has_a_blog_gets_suggestions_that_say_so() {
    let [me, cleo, dora] = [(); 3].map(|()| Server::start());
    blog(&me, "Ada bakes", "", &[&format!("{RYE}<p>I asked {} about it.</p>", link(&cleo, "Cleo")), OVEN]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN, &format!("<p>{} knows moss.</p>", link(&dora, "Dora"))]);
    let answer = format!("{MOSS}<p>As {} found, moss needs no bread.</p>", link(&me, "Ada"));
    blog(&dora, "Dora", "", &[&answer]);
    let penpal = ada(&me, ON_LOOPBACK);
    let discovered = penpal.done(&["discover", "--json"]);
    assert!(!discovered.stderr.contains("Nothing is known"), "{}", discovered.stderr);
    let crawled = &discovered.lines()[0];
    assert_eq!(crawled["profiled"], 3, "Ada, Cleo and Dora: {crawled}");
    assert_eq!(penpal.json(&["blogs"]), [] as [Value; 0], "her own blog is not followed for it");
    let suggestions = penpal.json(&["suggest"]);
    assert!(said(&suggestions, &cleo, "friends").starts_with("linked by your own blog Ada bakes (last in "));
    assert!(said(&suggestions, &cleo, "interests").contains(", as your own blog Ada bakes does"), "{suggestions:?}");
    assert_eq!(said(&suggestions, &dora, "friends"), "links to your own blog Ada bakes");
    assert!(suggested(&suggestions, &me).is_none(), "nobody is to be met by themselves");
    let text = penpal.done(&["suggest"]).stdout;
    assert!(!text.contains("you follow"), "{text}");
}

#[test]
fn what_the_user_names_is_asked_for_whatever_it_tells_strangers() {
    let [me, cleo] = [(); 2].map(|()| Server::start());
    blog(&me, "Ada bakes", "<meta name=\"robots\" content=\"noindex\">", &[&format!("{RYE}{}", link(&cleo, "Cleo"))]);
    me.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    // What was only found stays out of reach on a private network.
    let penpal = ada(&me, "");
    let crawled = &penpal.json(&["discover"])[0];
    assert_eq!((&crawled["profiled"], cleo.asked().len()), (&json!(1), 0), "{crawled}");
    assert!(me.paths().contains(&"/feed".to_owned()), "{:?}", me.paths());
    assert!(crawled["requests"] == me.asked().len(), "they count against the budget: {crawled}");
}

#[test]
fn an_own_blog_that_is_followed_counts_once_and_is_nobody_whom_one_follows() {
    let [me, ann, cleo] = [(); 3].map(|()| Server::start());
    let words = format!("{RYE}<p>See {}.</p>", link(&cleo, "Cleo"));
    blog(&me, "Ada bakes", "", &[&words, OVEN]);
    blog(&ann, "Ann", "", &[&words]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    let penpal = ada(&me, ON_LOOPBACK);
    penpal.subscribe(&[me.url("/feed"), ann.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    let friends = said(&suggestions, &cleo, "friends");
    assert!(
        friends.contains("linked by Ann") && friends.contains("whom you follow; linked by your own blog Ada"),
        "{friends}"
    );
    let why = &penpal.json(&["why", &cleo.url("/")])[0];
    let linked = why["signals"].as_array().unwrap().iter().find(|one| one["name"] == "linked by followed").unwrap();
    assert_eq!(linked["value"], 2.0);
}

#[test]
fn naming_another_blog_is_reckoned_with_at_once() {
    let [ann, ben, cleo] = [(); 3].map(|()| Server::start());
    for (server, title) in [(&ann, "Ann"), (&ben, "Ben")] {
        blog(server, title, "", &[&format!("{RYE}<p>See {}.</p>", link(&cleo, "Cleo")), OVEN]);
    }
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    let penpal = ada(&ann, ON_LOOPBACK);
    penpal.subscribe(&[ben.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    let friends = |penpal: &Penpal| said(&penpal.json(&["suggest"]), &cleo, "friends").to_owned();
    assert!(friends(&penpal).contains("whom you follow; linked by your own blog Ann"), "{}", friends(&penpal));
    let config = format!("{ON_LOOPBACK}[me]\nblogs = [\"{}\"]\n", ben.url("/"));
    fs::write(penpal.home().join("config.toml"), config).unwrap();
    let now = friends(&penpal);
    assert!(now.contains("your own blog Ben") && !now.contains("Ann"), "Ann’s is a stranger’s again: {now}");
}

#[test]
fn an_own_blog_is_read_again_after_a_week_and_one_that_failed_the_next_day() {
    let [me, cleo] = [(); 2].map(|()| Server::start());
    me.serve("/", Answer::status(500));
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    let config = format!("{ON_LOOPBACK}[me]\nblogs = [\"{}\"]\n", me.url("/"));
    let penpal = Penpal::configured(&config);
    penpal.done(&["discover"]).said(&[&format!("Nothing is known of your own blog {}", me.url("/"))]);
    blog(&me, "Ada bakes", "", &[RYE]);
    me.forget();
    penpal.done(&["discover"]);
    assert_eq!(me.paths(), [] as [String; 0], "not the same day");
    discover_after(&penpal, &config, 2);
    assert!(me.paths().contains(&"/feed".to_owned()), "{:?}", me.paths());
    blog(&me, "Ada bakes", "", &[RYE, &format!("{OVEN}{}", link(&cleo, "Cleo"))]);
    me.forget();
    discover_after(&penpal, &config, 5);
    assert_eq!(me.paths(), [] as [String; 0]);
    discover_after(&penpal, &config, 10);
    assert!(said(&penpal.json(&["suggest"]), &cleo, "friends").contains("your own blog Ada bakes"));
}

/// Ann and Ben are followed, who write the same; Ann links to Cleo and Ben to Dora, who write the same too.
struct Evens {
    ann: Server,
    ben: Server,
    cleo: Server,
    dora: Server,
}

impl Evens {
    fn reader() -> (Self, Penpal) {
        let [ann, ben, cleo, dora] = [(); 4].map(|()| Server::start());
        blog(&ann, "Ann", "", &[&format!("{RYE}<p>See {}.</p>", link(&cleo, "her")), OVEN, MOSS]);
        blog(&ben, "Ben", "", &[&format!("{RYE}<p>See {}.</p>", link(&dora, "her")), OVEN, MOSS]);
        blog(&cleo, "Cleo", "", &[RYE]);
        blog(&dora, "Dora", "", &[RYE]);
        let penpal = Penpal::configured(ON_LOOPBACK);
        penpal.subscribe(&[ann.url("/feed"), ben.url("/feed")]);
        penpal.done(&["refresh"]);
        penpal.done(&["discover"]);
        (Self { ann, ben, cleo, dora }, penpal)
    }

    /// Who is suggested first.
    fn first(&self, penpal: &Penpal) -> &str {
        let suggestions = penpal.json(&["suggest"]);
        if suggestions[0]["blog"]["feed_url"] == self.cleo.url("/feed") { "Cleo" } else { "Dora" }
    }

    fn counting(&self, penpal: &Penpal) -> Value {
        penpal.json(&["why", &self.dora.url("/")])[0]["counting"].clone()
    }
}

#[test]
fn whose_posts_are_starred_and_read_counts_more_until_the_taste_is_reset() {
    let (blogs, penpal) = Evens::reader();
    let nothing = json!({"more": [], "less": []});
    assert_eq!(blogs.counting(&penpal), nothing);
    let even = penpal.done(&["suggest", "--json"]).stdout;
    penpal.done(&["mark", &blogs.ben.url("/0"), &blogs.ben.url("/1"), &blogs.ben.url("/2"), "--read"]);
    assert_eq!(penpal.done(&["suggest", "--json"]).stdout, even, "who clears a list has read nothing");
    for (of, other, friend) in [(&blogs.ben, &blogs.ann, "Dora"), (&blogs.ann, &blogs.ben, "Cleo")] {
        for path in ["/0", "/1", "/2"] {
            penpal.done(&["star", &of.url(path)]);
            penpal.run(&["star", &other.url(path), "--off"]);
        }
        assert_eq!(blogs.first(&penpal), friend);
    }
    assert_eq!(blogs.counting(&penpal), json!({"more": ["Ann"], "less": []}));
    let why = penpal.done(&["why", &blogs.dora.url("/")]).stdout;
    assert!(why.contains("Counts for more, as you star, finish or open more of it"), "{why}");
    let told = penpal.done(&["suggest", "--json"]).stdout;
    fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    assert_eq!(penpal.done(&["suggest", "--json"]).stdout, told, "the journal has it, and the same data say the same");
    penpal.done(&["suggest", "--reset-taste"]);
    assert_eq!(blogs.counting(&penpal), nothing);
    assert_eq!(penpal.done(&["suggest", "--json"]).stdout, even);
    penpal.done(&["undo"]);
    assert_eq!(penpal.done(&["suggest", "--json"]).stdout, told);
}

#[test]
fn posts_that_are_read_count_and_so_does_an_author_who_was_flagged() {
    let (blogs, penpal) = Evens::reader();
    for path in ["/0", "/1", "/2"] {
        penpal.done(&["read", &blogs.ann.url(path)]);
        penpal.done(&["read", &blogs.ann.url(path)]);
    }
    assert_eq!(blogs.counting(&penpal), json!({"more": ["Ann"], "less": []}));
    penpal.done(&["flag", &blogs.ben.url("/")]);
    assert_eq!(blogs.counting(&penpal)["more"].as_array().unwrap().len(), 2);
    penpal.done(&["undo"]);
    assert_eq!(blogs.counting(&penpal)["more"], json!(["Ann"]));
}

#[test]
fn whoever_wrote_much_that_is_never_opened_counts_less_once_a_lot_of_others_was() {
    let [ann, ben, cem, dora] = [(); 4].map(|()| Server::start());
    let her = format!("{RYE}<p>See {}.</p>", link(&dora, "her"));
    blog(&ann, "Ann", "", &[&*her; 12]);
    blog(&ben, "Ben", "", &[OVEN; 40]);
    blog(&cem, "Cem", "", &[MOSS; 3]);
    blog(&dora, "Dora", "", &[RYE]);
    let penpal = Penpal::configured(ON_LOOPBACK);
    penpal.subscribe(&[ann.url("/feed"), ben.url("/feed"), cem.url("/feed")]);
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    let less = |penpal: &Penpal| penpal.json(&["why", &dora.url("/")])[0]["counting"]["less"].clone();
    let open = |numbers: std::ops::Range<usize>| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let app = App::open(Paths { data: penpal.data() }, Config::default(), Default::default()).await.unwrap();
            for number in numbers {
                let post = app.find_post(&ben.url(&format!("/{number}"))).unwrap();
                let blog = app.store.post(post).unwrap().unwrap().blog;
                app.opened(post, blog, false).await.unwrap();
            }
            app.close().unwrap();
        });
    };
    open(0..39);
    assert_eq!(less(&penpal), json!([]));
    open(39..40);
    assert_eq!(less(&penpal), json!(["Ann"]), "and Cem, who wrote little, as before");
}

/// Somebody whose own blog, which is about something else, links to Cleo, who bakes, and to Dora, who collects moss.
fn two_friends() -> [Server; 3] {
    let [me, cleo, dora] = [(); 3].map(|()| Server::start());
    let both = format!("<p>Trains are late. See {} and {}.</p>", link(&cleo, "one"), link(&dora, "another"));
    blog(&me, "Ada", "", &[&both, "<p>The signal box at the junction is open on Sundays.</p>"]);
    let bread = "<p>Rye bread keeps for a week. A rye bread without wheat wants a tin.</p>";
    blog(&cleo, "Cleo", "", &[bread, OVEN]);
    blog(&dora, "Dora", "", &[MOSS, "<p>Sphagnum holds water; a hand lens shows the pores of sphagnum.</p>"]);
    [me, cleo, dora]
}

#[test]
fn topics_find_who_writes_about_them_with_the_sentence_that_shows_it() {
    let [me, cleo, dora] = two_friends();
    let penpal = ada(&me, ON_LOOPBACK);
    penpal.done(&["discover"]);
    let titles = |suggestions: &[Value]| -> Vec<String> {
        suggestions.iter().map(|one| one["blog"]["title"].as_str().unwrap().to_owned()).collect()
    };
    for (topic, first, written) in [("Rye Breads", "Cleo", "Rye Breads"), ("sphagnum", "Dora", "sphagnum")] {
        let own = format!("{ON_LOOPBACK}[me]\nblogs = [\"{}\"]\ntopics = [\"{topic}\"]\n", me.url("/"));
        fs::write(penpal.home().join("config.toml"), own).unwrap();
        assert_eq!(titles(&penpal.json(&["suggest"]))[0], first);
        // Nothing followed, and no blog of one's own: the words alone.
        fs::write(penpal.home().join("config.toml"), format!("{ON_LOOPBACK}[me]\ntopics = [\"{topic}\"]\n")).unwrap();
        let suggestions = penpal.json(&["suggest"]);
        assert_eq!(titles(&suggestions), [first], "nothing speaks for the others");
        let of = if first == "Cleo" { &cleo } else { &dora };
        let text = said(&suggestions, of, "interests");
        assert!(text.starts_with(&format!("writes about {written}, one of your topics; quoted from ")), "{text}");
        let evidence = &suggestions[0]["reasons"][0]["evidence"][0];
        let (url, quote) = (evidence["post_url"].as_str().unwrap(), evidence["quote"].as_str().unwrap());
        assert!(of.body(url.strip_prefix(&of.url("")).unwrap()).contains(quote), "{evidence}");
        assert_eq!(penpal.json(&["suggest"]), suggestions, "the same data say the same");
    }
}

#[test]
fn topics_alone_begin_at_the_starter_set() {
    let [me, ..] = two_friends();
    let proxy = Proxy::http();
    let config = "[me]\ntopics = [\"rye bread\"]\n";
    let through = |config: &str| {
        Penpal::configured(config).with("http_proxy", proxy.url("http")).with("https_proxy", proxy.url("http"))
    };
    let ran = through(config).done(&["discover"]);
    ran.said(&["begins at the blogs of the starter set"]);
    let starter = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/feeds.opml")).unwrap();
    let is_starter = |asked: &String| starter.contains(&format!("//{}/", asked.split(':').next().unwrap()));
    let asked = proxy.asked();
    assert!(asked.len() > 10 && asked.iter().all(is_starter), "{asked:?}");
    let none = proxy.asked().len();
    through("").done(&["discover"]).said(&["nobody to start from", "[me]"]);
    through(&format!("{config}blogs = [\"{}\"]\n", me.url("/"))).done(&["discover"]);
    assert!(proxy.asked().iter().skip(none).all(|host| !is_starter(host)), "who has a blog begins there");
}

#[test]
fn who_has_nothing_to_start_from_is_told_what_would_do() {
    let penpal = Penpal::new();
    let suggest = penpal.done(&["suggest"]);
    suggest.said(&[
        "you follow nobody yet",
        "penpal import FILE",
        "blogs = ",
        "topics = [\"rye bread\"]",
        "penpal discover",
    ]);
    penpal.done(&["discover"]).said(&["penpal follow URL", "topics = "]);
    let penpal = Penpal::configured("[me]\nblogs = [\"https://ada.example/\"]\n");
    penpal.done(&["suggest"]).said(&["`penpal discover` reads your own blog"]);
    let penpal = Penpal::configured("[me]\ntopics = [\"rye bread\"]\n");
    penpal.done(&["suggest"]).said(&["people who write about your topics"]);
}
