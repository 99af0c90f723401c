//! Where candidates come from, what looking for them costs at most, and whom it leaves alone.

mod support;

use std::process::Stdio;

use serde_json::{Value, json};
use support::{Answer, Asked, Nobody, Penpal, Post, Proxy, Server, atom, discover_after, page};

const ON_LOOPBACK: &str = "[discover]\nallow_private = true\n";
const FEED: &str = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/feed\">";

fn link(server: &Server, words: &str) -> String {
    format!("<a href=\"{}\">{words}</a>", server.url("/"))
}

/// A blog with a home page and a page for each post.
fn blog(server: &Server, title: &str, home: &str, posts: &[&str]) {
    server.serve("/", Answer::page(page(&format!("<title>{title}</title>{FEED}"), home)));
    let mut entries = Vec::new();
    for (number, html) in posts.iter().enumerate() {
        let path = format!("/{number}");
        let words = format!("{title} on bread {number}");
        server.serve(&path, Answer::page(page("", &format!("<article><h1>{words}</h1>{html}</article>"))));
        entries.push(Post::new(server.url(&path), number as u32, &words, html));
    }
    server.serve("/feed", Answer::feed(atom(title, &server.url("/"), &entries)));
}

const RYE: &str = "<p>A sourdough starter likes rye flour and a warm kitchen, whatever the miller says of it.</p>";
const OVEN: &str = "<p>Steam in the oven makes the crust of a sourdough loaf thin, and the rye flour dark.</p>";

fn follower(config: &str, of: &Server) -> Penpal {
    let penpal = Penpal::configured(config);
    penpal.subscribe(&[of.url("/feed")]);
    penpal.done(&["refresh"]);
    of.forget();
    penpal
}

fn suggested<'a>(suggestions: &'a [Value], server: &Server) -> Option<&'a Value> {
    suggestions.iter().find(|suggestion| suggestion["blog"]["feed_url"] == server.url("/feed"))
}

fn opml(name: &str, target: &Server) -> String {
    format!(
        "<opml version=\"2.0\"><head><title>{name}</title></head><body><outline type=\"rss\" text=\"Cleo\" xmlUrl=\"{}\" \
         htmlUrl=\"{}\"/></body></opml>",
        target.url("/feed"),
        target.url("/")
    )
}

/// How Ann's site shows that she knows Cleo.
type Source = fn(&Server, &Server);

const SOURCES: [(&str, Source); 12] = [
    ("a link in a post", |ann, cleo| blog(ann, "Ann", "", &[&format!("{RYE}<p>As {} says.</p>", link(cleo, "Cleo"))])),
    ("a blogroll on the home page", |ann, cleo| {
        blog(ann, "Ann", &format!("<aside class=\"blogroll\">{}</aside>", link(cleo, "Cleo")), &[RYE])
    }),
    ("a second page of friends", |ann, cleo| {
        blog(ann, "Ann", "<a href=\"/links\">Links</a> <a href=\"/friends\">友情链接</a>", &[RYE]);
        ann.serve("/links", Answer::page(page("<title>Links</title>", "<p>none yet</p>")));
        ann.serve("/friends", Answer::page(page("<title>友情链接</title>", &link(cleo, "Cleo"))));
    }),
    ("a friend by XFN", |ann, cleo| {
        let friend = format!("<p><a rel=\"friend met\" href=\"{}\">Cleo</a></p>", cleo.url("/"));
        blog(ann, "Ann", &friend, &[RYE]);
    }),
    ("rel=blogroll", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        let head = format!("<title>Ann</title>{FEED}<link rel=\"blogroll\" type=\"text/x-opml\" href=\"/roll.opml\">");
        ann.serve("/", Answer::page(page(&head, "")));
        ann.serve("/roll.opml", Answer::feed(opml("Ann reads", cleo)));
    }),
    ("source:blogroll in the feed", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        let roll = format!(
            "<rss version=\"2.0\" xmlns:source=\"http://source.scripting.com/\"><channel><title>Ann</title><link>{}</link>\
             <source:blogroll>{}</source:blogroll><item><title>Rye</title><link>{}</link><description>Rye</description>\
             </item></channel></rss>",
            ann.url("/"),
            ann.url("/roll.opml"),
            ann.url("/0")
        );
        ann.serve("/feed", Answer::feed(roll));
        ann.serve("/roll.opml", Answer::feed(opml("Ann reads", cleo)));
    }),
    ("the list at the well-known place", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        ann.serve("/.well-known/recommendations.opml", Answer::feed(opml("Ann recommends", cleo)));
    }),
    ("a comment below a post", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        let comments = format!("<section class=\"comments\"><p>{}: I agree.</p></section>", link(cleo, "Cleo"));
        ann.serve("/0", Answer::page(page("", &format!("<article>{RYE}</article>{comments}"))));
    }),
    ("a comment that only the feed of comments shows", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        commented(ann, cleo, "");
    }),
    ("a comment in the feed of comments that only the item names", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        commented(ann, cleo, "");
        ann.serve("/0", Answer::page(page("", &format!("<article>{RYE}</article>"))));
        let item = format!(
            "<rss version=\"2.0\" xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\" \
             xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\"><channel><title>Ann</title><link>{}</link>\
             <item><title>Rye</title><link>{}</link><wfw:commentRss>{}</wfw:commentRss><slash:comments>1</slash:comments>\
             <description>Rye flour and a sourdough starter</description></item></channel></rss>",
            ann.url("/"),
            ann.url("/0"),
            ann.url("/0/feed/")
        );
        ann.serve("/feed", Answer::feed(item));
    }),
    ("a webmention below a post", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        let mention =
            format!("<ul class=\"webmentions\"><li class=\"h-cite\">{} answered</li></ul>", link(cleo, "Cleo"));
        ann.serve("/0", Answer::page(page("", &format!("<article>{RYE}</article>{mention}"))));
    }),
    ("a planet that takes posts from her", |ann, cleo| {
        blog(ann, "Ann", "", &[RYE]);
        let taken = format!(
            "<rss version=\"2.0\"><channel><title>Ann</title><link>{}</link><item><title>Taken</title><link>{}</link>\
             <source url=\"{}\">Cleo</source><description>Rye flour and a sourdough starter</description></item></channel></rss>",
            ann.url("/"),
            ann.url("/0"),
            cleo.url("/feed")
        );
        ann.serve("/feed", Answer::feed(taken));
    }),
];

/// A post of Ann's whose page shows no comments but points to their feed, in which Cleo wrote.
fn commented(ann: &Server, cleo: &Server, generator: &str) {
    let head = format!(
        "<meta name=\"generator\" content=\"{generator}\"><link rel=\"alternate\" type=\"application/rss+xml\" \
         title=\"Ann &raquo; Comments on rye\" href=\"/0/feed/\">"
    );
    ann.serve("/0", Answer::page(page(&head, &format!("<article>{RYE}</article>"))));
    let feed = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>c</id><title>Comments on rye</title><updated>2026-01-03T00:00:00Z</updated>\
         <entry><id>c1</id><title>By Cleo</title><link href=\"{}\"/><updated>2026-01-02T10:00:00Z</updated>\
         <author><name>Cleo</name><uri>{}</uri></author><content type=\"html\">&lt;p&gt;Mine likes it warmer. Always did.&lt;/p&gt;\
         </content></entry></feed>",
        ann.url("/0/comment-1"),
        cleo.url("/")
    );
    let path = if generator.is_empty() { "/0/feed/" } else { "/0/feed/atom/" };
    ann.serve(path, Answer::feed(feed));
}

#[test]
fn a_comment_is_shown_with_its_words_its_date_and_its_address() {
    // WordPress tells where a commenter writes in Atom alone.
    for generator in ["", "WordPress 6.8"] {
        let (ann, cleo) = (Server::start(), Server::start());
        blog(&ann, "Ann", "", &[RYE]);
        blog(&cleo, "Cleo", "", &[RYE, OVEN]);
        commented(&ann, &cleo, generator);
        let penpal = follower(ON_LOOPBACK, &ann);
        penpal.done(&["discover"]);
        let suggestions = penpal.json(&["suggest"]);
        let found = suggested(&suggestions, &cleo).unwrap_or_else(|| panic!("{generator}: {suggestions:?}"));
        let friends = &found["reasons"].as_array().unwrap().iter().find(|reason| reason["kind"] == "friends").unwrap();
        assert_eq!(friends["text"], "comments on Ann, whom you follow");
        let evidence = &friends["evidence"][0];
        assert_eq!(
            (&evidence["quote"], &evidence["published"], &evidence["post_url"]),
            (&json!("Mine likes it warmer."), &json!("2026-01-02T10:00:00Z"), &json!(ann.url("/0/comment-1")))
        );
    }
}

#[test]
fn the_feed_of_comments_is_not_asked_where_the_page_shows_who_commented() {
    let (ann, cleo) = (Server::start(), Server::start());
    blog(&ann, "Ann", "", &[RYE]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    let head = "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Comments\" href=\"/0/feed/\">";
    let comments = format!("<section class=\"comments\"><p>{}: I agree.</p></section>", link(&cleo, "Cleo"));
    ann.serve("/0", Answer::page(page(head, &format!("<article>{RYE}</article>{comments}"))));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_some());
    assert!(!ann.paths().iter().any(|path| path.starts_with("/0/feed")), "{:?}", ann.paths());
}

#[test]
fn who_fell_silent_is_shown_with_the_day_and_where_and_how_they_are_reached() {
    let (ann, cleo, dora) = (Server::start(), Server::start(), Server::start());
    let friends = format!("<div class=\"blogroll\">{}{}</div>", link(&cleo, "Cleo"), link(&dora, "Dora"));
    blog(&ann, "Ann", &friends, &[RYE]);
    let card = "<p class=\"h-card\"><a class=\"p-name u-url\" href=\"/\">Cleo</a>, \
                <span class=\"p-locality\">Ghent</span>, <span class=\"p-country-name\">Belgium</span></p>\
                <a href=\"/write/\">Contact me</a>";
    blog(&cleo, "Cleo", card, &[RYE, OVEN]);
    let old = |number: u32| Post {
        published: format!("2019-03-{:02}T08:00:00Z", number + 1),
        ..Post::new(cleo.url(&format!("/{number}")), number, &format!("Rye {number}"), RYE)
    };
    cleo.serve("/feed", Answer::feed(atom("Cleo", &cleo.url("/"), &[old(0), old(1)])));
    blog(&dora, "Dora", "", &[RYE]);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    let silent = |server: &Server| suggested(&suggestions, server).unwrap()["silent_since"].clone();
    assert_eq!((silent(&cleo), silent(&dora)), (json!("2019-03-02T08:00:00Z"), Value::Null));
    let of_cleo = suggested(&suggestions, &cleo).unwrap();
    assert_eq!(of_cleo["place"], "Ghent, Belgium");
    assert_eq!(of_cleo["contact"], json!([{"kind": "form", "value": cleo.url("/write/")}]));
    let told = penpal.done(&["suggest"]).stdout;
    assert!(told.contains(", silent since 2019-03-02, Ghent, Belgium"), "{told}");
    let why = penpal.done(&["why", &cleo.url("/")]).stdout;
    assert!(why.contains("silent since 2019-03-02"), "{why}");
    let page = penpal.done(&["people", "show", &cleo.url("/")]).stdout;
    assert!(page.contains("silent since 2019-03-02"), "{page}");
    assert_eq!(penpal.json(&["people", "show", &dora.url("/")])[0]["silent_since"], Value::Null);
    let dossier = penpal.done(&["vet", &cleo.url("/")]).stdout;
    assert!(
        dossier.contains("they have been silent since 2019-03-02") && dossier.contains("lives in Ghent"),
        "{dossier}"
    );
}

#[test]
fn whose_feed_and_home_page_are_gone_is_left_out_in_time() {
    let (ann, cleo, dora) = (Server::start(), Server::start(), Server::start());
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}{}</div>", link(&cleo, "Cleo"), link(&dora, "Dora")), &[RYE]);
    [&cleo, &dora].iter().for_each(|server| blog(server, "Friend", "", &[RYE, OVEN]));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let is_suggested = |server: &Server| suggested(&penpal.json(&["suggest"]), server).is_some();
    assert!(is_suggested(&cleo) && is_suggested(&dora));
    // Cleo's site goes; of Dora's only the feed, for a while.
    for path in ["/", "/feed", "/0", "/1"] {
        cleo.serve(path, Answer::status(410));
    }
    dora.serve("/feed", Answer::status(404));
    discover_after(&penpal, ON_LOOPBACK, 70);
    assert!(is_suggested(&cleo) && is_suggested(&dora), "a site may be down for a day");
    discover_after(&penpal, ON_LOOPBACK, 80);
    assert!(!is_suggested(&cleo) && is_suggested(&dora));
    penpal.run(&["why", &cleo.url("/feed")]).failed_with(&["neither its feed nor its home page is there"]);
    // She is back.
    blog(&cleo, "Friend", "", &[RYE, OVEN]);
    discover_after(&penpal, ON_LOOPBACK, 90);
    assert!(is_suggested(&cleo));
    // And wants to be left alone.
    cleo.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    discover_after(&penpal, ON_LOOPBACK, 160);
    assert!(!is_suggested(&cleo));
    penpal.run(&["why", &cleo.url("/feed")]).failed_with(&["asks programs to leave it out"]);
}

#[test]
fn each_source_leads_to_its_candidate_with_evidence() {
    for (name, source) in SOURCES {
        let (ann, cleo) = (Server::start(), Server::start());
        blog(&cleo, "Cleo", "", &[RYE, OVEN]);
        source(&ann, &cleo);
        let penpal = follower(ON_LOOPBACK, &ann);
        penpal.done(&["discover"]);
        let suggestions = penpal.json(&["suggest"]);
        let found = suggested(&suggestions, &cleo).unwrap_or_else(|| panic!("{name}: {suggestions:?}"));
        let reasons = found["reasons"].as_array().unwrap();
        let friends = reasons.iter().find(|reason| reason["kind"] == "friends").unwrap_or_else(|| panic!("{name}"));
        let evidence = &friends["evidence"][0];
        let url = evidence["post_url"].as_str().unwrap();
        assert!(url.starts_with(&ann.url("/")), "{name}: it is shown where it was seen: {evidence}");
    }
}

#[test]
fn who_answered_below_a_post_that_i_opened_is_a_candidate() {
    let (ann, cleo) = (Server::start(), Server::start());
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    blog(&ann, "Ann", "", &[RYE, OVEN, RYE, OVEN]);
    let comments = format!("<section class=\"comments\"><p>{}: I agree.</p></section>", link(&cleo, "Cleo"));
    // An old post, whose page discovery would not look at soon.
    ann.serve("/0", Answer::page(page("", &format!("<article>{RYE}{RYE}{RYE}</article>{comments}"))));
    let penpal = follower(ON_LOOPBACK, &ann);
    let old = penpal.json(&["posts"]).into_iter().find(|post| post["url"] == ann.url("/0")).unwrap();
    penpal.done(&["read", old["id"].as_str().unwrap(), "--full"]);
    ann.serve("/0", Answer::status(404));
    penpal.done(&["discover"]);
    assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_some());
}

#[test]
fn a_farm_of_blogs_that_link_one_another_costs_its_share_and_is_not_first() {
    const FARM: usize = 200;
    const BUDGET: usize = 120;
    let (server, proxy) = (Server::start(), Proxy::http());
    let port = server.address().port();
    let at = |name: &str, path: &str| format!("http://{name}.example:{port}{path}");
    // One server is all of them; the name that it is asked by tells whom it is to be.
    let is_farm = |asked: &Asked| asked.header("host").is_some_and(|host| host.starts_with("farm"));
    let all: String =
        (0..FARM).map(|number| format!("<a href=\"{}\">Farm</a>", at(&format!("farm{number}"), "/"))).collect();
    let home = page(&format!("<title>Farm</title>{FEED}"), &format!("<aside class=\"blogroll\">{all}</aside>"));
    let person = page(&format!("<title>Person</title>{FEED}"), "");
    server.serve_with("/", move |asked| Answer::page(if is_farm(asked) { home.clone() } else { person.clone() }));
    let friends = format!("<p>Like {} I bake.</p>", format_args!("<a href=\"{}\">Cleo</a>", at("cleo", "/")));
    let entry = format!("<p>One link: <a href=\"{}\">there</a>.</p>", at("farm0", "/"));
    server.serve_with("/feed", move |asked| {
        let host = asked.header("host").unwrap_or_default();
        let site = format!("http://{host}/");
        let post = |number: u32, html: &str| {
            Post::new(format!("{site}{number}"), number, &format!("On bread and rye, by {host}"), html)
        };
        let html = if host.starts_with("ann") {
            format!("{RYE}{friends}{entry}")
        } else {
            format!("{RYE}<p>{host} says so.</p>")
        };
        Answer::feed(atom(&host, &site, &[post(1, &html), post(2, OVEN)]))
    });
    let penpal = Penpal::configured(ON_LOOPBACK).with("http_proxy", proxy.url("http"));
    penpal.subscribe(&[at("ann", "/feed")]);
    penpal.done(&["refresh"]);
    server.forget();
    penpal.done(&["discover", "--budget", &BUDGET.to_string()]);
    let farm = server.asked().into_iter().filter(|asked| is_farm(asked)).count();
    assert!(farm <= BUDGET * 2 / 3, "{farm} of {BUDGET} requests went to the farm");
    let suggestions = penpal.json(&["suggest"]);
    assert_eq!(suggestions[0]["blog"]["site_url"], at("cleo", "/"), "{:?}", &suggestions[0]["blog"]);
}

#[test]
fn robots_txt_is_heeded_where_a_redirect_leads_as_well() {
    let (ann, cleo, dora, moved) = (Server::start(), Server::start(), Server::start(), Server::start());
    let roll = [(&cleo, "Cleo"), (&moved, "Dora")].map(|(server, name)| link(server, name)).concat();
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{roll}</div>"), &[RYE]);
    // Within a host, to what it keeps closed; to another host, that keeps all closed.
    blog(&cleo, "Cleo", "", &[RYE]);
    cleo.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /members/\n"));
    cleo.serve("/", Answer::redirect(302, "/members/home"));
    cleo.serve("/members/home", Answer::page(page(&format!("<title>Cleo</title>{FEED}"), "")));
    moved.serve("/", Answer::redirect(301, &dora.url("/")));
    blog(&dora, "Dora", "", &[OVEN]);
    dora.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    assert!(!cleo.paths().contains(&"/members/home".to_owned()), "{:?}", cleo.paths());
    assert_eq!(dora.paths(), ["/robots.txt"]);
    assert!(penpal.json(&["suggest"]).is_empty());
}

#[test]
fn a_redirect_to_another_scheme_at_the_same_port_holds_up_nobody() {
    let (ann, cleo) = (Server::start(), Server::start());
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}</div>", link(&cleo, "Cleo")), &[RYE]);
    // Which has a robots.txt of its own, and answers to nobody.
    cleo.serve("/", Answer::redirect(302, &cleo.url("/").replace("http:", "https:")));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    assert_eq!(cleo.paths()[..2], ["/robots.txt", "/"]);
    assert!(penpal.json(&["suggest"]).is_empty());
}

#[test]
fn a_page_of_friends_or_a_list_that_wants_to_be_left_out_is_not_used() {
    let (ann, cleo, dora) = (Server::start(), Server::start(), Server::start());
    blog(&ann, "Ann", "<a href=\"/friends\">Friends</a>", &[RYE]);
    let head = "<title>Friends</title><meta name=\"penpal\" content=\"noindex\">";
    ann.serve("/friends", Answer::page(page(head, &link(&cleo, "Cleo"))));
    let list = Answer::feed(opml("Ann recommends", &dora)).with("x-robots-tag", "noindex");
    ann.serve("/.well-known/recommendations.opml", list);
    [&cleo, &dora].iter().for_each(|server| blog(server, "Friend", "", &[OVEN]));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    assert!(ann.paths().contains(&"/friends".to_owned()), "{:?}", ann.paths());
    assert_eq!((cleo.paths().len(), dora.paths().len()), (0, 0));
}

#[test]
fn a_page_with_a_hundred_thousand_links_is_read_within_bounds() {
    let crowd = |n: usize| format!("https://u{n}.example/");
    let links: String = (0..100_000).map(|n| format!("<a href=\"{}\">x</a>\n", crowd(n))).collect();
    // As many as a list of the largest size that is read has room for.
    let outlines: String =
        (0..40_000).map(|n| format!("<outline type=\"rss\" text=\"x\" xmlUrl=\"{}feed\"/>", crowd(n))).collect();
    let list = format!("<opml version=\"2.0\"><body>{outlines}</body></opml>");
    for (home, list) in [(format!("<div class=\"blogroll\">{links}</div>"), None), (String::new(), Some(list))] {
        // Nobody is at home at any of these names.
        let (ann, proxy) = (Server::start(), Proxy::http());
        blog(&ann, "Ann", &home, &[RYE]);
        if let Some(list) = list {
            ann.serve("/.well-known/recommendations.opml", Answer::feed(list));
        }
        let penpal = follower(ON_LOOPBACK, &ann).with("https_proxy", proxy.url("http"));
        let crawled = &penpal.json(&["discover", "--budget", "40"])[0];
        assert!(ann.asked().len() <= 40);
        // Some were tried in vain.
        assert!((500..=1000).contains(&crawled["candidates"].as_u64().unwrap()), "{crawled}");
    }
}

#[test]
fn what_is_left_of_the_day_is_spent_and_no_more() {
    let (ann, cleo, dora) = (Server::start(), Server::start(), Server::start());
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}{}</div>", link(&cleo, "Cleo"), link(&dora, "Dora")), &[RYE]);
    [&cleo, &dora].iter().for_each(|server| blog(server, "Friend", "", &[RYE, OVEN]));
    let penpal = follower("[discover]\nallow_private = true\nbudget = 7\n", &ann);
    let asked = || [&ann, &cleo, &dora].iter().map(|server| server.asked().len()).sum::<usize>();
    penpal.done(&["discover"]);
    for _ in 0..3 {
        penpal.done(&["discover"]);
    }
    assert!((4..=7).contains(&asked()), "{} requests a day of 7", asked());
    if asked() == 7 {
        penpal.run(&["discover"]).said(&["Today's requests are spent", "--budget"]);
    }
    let before = asked();
    penpal.done(&["discover", "--budget", "20"]);
    assert!(asked() > before, "a budget for one run stands in place of the day's");
    assert!(suggested(&penpal.json(&["suggest"]), &dora).is_some());
}

#[test]
fn a_run_that_was_killed_goes_on_where_it_was() {
    let (ann, cleo, dora) = (Server::start(), Server::start(), Server::start());
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}{}</div>", link(&cleo, "Cleo"), link(&dora, "Dora")), &[RYE]);
    [&cleo, &dora].iter().for_each(|server| blog(server, "Friend", "", &[RYE, OVEN]));
    let penpal = follower(ON_LOOPBACK, &ann);
    dora.hold_after(1);
    let mut killed = penpal.command(&["discover"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    dora.wait_for(2);
    cleo.wait_for(3);
    killed.kill().unwrap();
    killed.wait().unwrap();
    dora.release();
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    assert!(suggested(&suggestions, &cleo).is_some() && suggested(&suggestions, &dora).is_some(), "{suggestions:?}");
}

#[test]
fn who_asks_in_a_header_to_be_left_out_is_left_out() {
    let (ann, cleo) = (Server::start(), Server::start());
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}</div>", link(&cleo, "Cleo")), &[RYE]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    cleo.serve("/", Answer::page(page(FEED, "")).with("x-robots-tag", "noindex"));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_none());
    assert_eq!(cleo.paths(), ["/robots.txt", "/"]);
    // The user may look at them, which makes nobody of them to suggest.
    penpal.done(&["vet", &cleo.url("/")]);
    assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_none());
}

#[test]
fn a_site_that_serves_the_crawler_something_else_takes_nobodys_place() {
    // Mallory is linked once, and tells whoever looks that its feed is Cleo's, to whom many link.
    let (ann, cleo, mallory) = (Server::start(), Server::start(), Server::start());
    let friends = format!("<div class=\"blogroll\">{}</div>", link(&cleo, "Cleo"));
    blog(&ann, "Ann", &friends, &[&format!("{RYE}<p>See {}.</p>", link(&mallory, "this"))]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    blog(&mallory, "Cleo", "", &[RYE, OVEN]);
    let claim = atom("Cleo", &cleo.url("/"), &[Post::new(mallory.url("/0"), 1, "Rye for everybody", RYE)]);
    mallory.serve_with("/feed", move |asked| {
        let is_crawler = asked.header("user-agent").is_some_and(|agent| agent.contains("penpal"));
        if is_crawler { Answer::feed(claim.clone()) } else { Answer::status(404) }
    });
    // A robots.txt that is something else altogether allows everything, and breaks nothing.
    mallory.serve("/robots.txt", Answer::page("<html>\u{1b}[31mDisallow: /".repeat(50_000)));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    let of_cleo = suggested(&suggestions, &cleo).expect("Cleo herself");
    assert_eq!((&of_cleo["rank"], &of_cleo["blog"]["site_url"]), (&json!(1), &json!(cleo.url("/"))));
    if let Some(other) = suggested(&suggestions, &mallory) {
        assert_eq!(other["blog"]["site_url"], mallory.url("/"), "it stands for itself only");
    }
}

#[test]
fn a_page_that_points_to_anothers_feed_says_nothing_of_who_writes_it() {
    // Mallory's page declares Cleo's feed as its own, so that a letter to Cleo would go to Mallory.
    let (ann, cleo, mallory, decoy) = (Server::start(), Server::start(), Server::start(), Server::start());
    let says = |mail: &str| format!("<a href=\"mailto:{mail}@example.org\">write to me</a>");
    let friends = format!("<div class=\"blogroll\">{}{}</div>", link(&mallory, "Cleo"), link(&cleo, "Cleo"));
    blog(&ann, "Ann", &friends, &[RYE]);
    blog(&cleo, "Cleo", &says("cleo"), &[RYE, OVEN]);
    let feed = format!("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{}\">", cleo.url("/feed"));
    let roll = format!("<div class=\"blogroll\">{}</div>", link(&decoy, "Decoy"));
    mallory
        .serve("/", Answer::page(page(&format!("<title>Cleo</title>{feed}"), &format!("{}{roll}", says("mallory")))));
    let penpal = follower(ON_LOOPBACK, &ann);
    let contact = |penpal: &Penpal| -> Vec<Value> {
        let suggestions = penpal.json(&["suggest"]);
        let of_cleo = suggested(&suggestions, &cleo).expect("Cleo");
        assert_eq!(of_cleo["blog"]["site_url"], cleo.url("/"));
        of_cleo["contact"].as_array().unwrap().iter().map(|contact| contact["value"].clone()).collect()
    };
    penpal.done(&["discover"]);
    assert_eq!(contact(&penpal), ["cleo@example.org"]);
    // Whoever is asked about a feed that says so of itself alone is not believed either.
    let claim = atom("Cleo", &cleo.url("/"), &[Post::new(mallory.url("/0"), 1, "Rye for everybody", RYE)]);
    mallory.serve("/claim", Answer::feed(claim));
    penpal.done(&["vet", &mallory.url("/claim")]);
    let claims = penpal.json(&["suggest"]);
    let claim = claims.iter().find(|one| one["blog"]["feed_url"] == mallory.url("/claim"));
    assert!(claim.is_none_or(|claim| claim["contact"] == json!([])), "{claim:?}");
    assert_eq!(contact(&penpal), ["cleo@example.org"]);
}

#[test]
fn a_feed_that_a_page_points_to_takes_no_third_site() {
    // Mallory's page declares a feed elsewhere, which calls Cleo's site its own.
    let (ann, cleo, mallory, feeds) = (Server::start(), Server::start(), Server::start(), Server::start());
    let friends = format!("<div class=\"blogroll\">{}{}</div>", link(&mallory, "Mallory"), link(&cleo, "Cleo"));
    blog(&ann, "Ann", &friends, &[RYE]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    let claim = atom("Cleo", &cleo.url("/"), &[Post::new(feeds.url("/0"), 1, "Rye for everybody", RYE)]);
    feeds.serve("/feed", Answer::feed(claim));
    let feed = format!("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{}\">", feeds.url("/feed"));
    mallory.serve("/", Answer::page(page(&format!("<title>Mallory</title>{feed}"), "")));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    assert_eq!(suggested(&suggestions, &cleo).expect("Cleo herself")["blog"]["site_url"], cleo.url("/"));
    let other = &penpal.json(&["flag", &feeds.url("/feed")])[0]["blog"];
    assert_eq!(other["site_url"], feeds.url("/"), "it stands for itself only");
}

#[test]
fn who_asked_to_be_forgotten_is_gone_and_does_not_come_back() {
    let (ann, cleo) = (Server::start(), Server::start());
    let roll = format!("<div class=\"blogroll\">{}</div>", link(&cleo, "Cleo"));
    blog(&ann, "Ann", &roll, &[RYE]);
    blog(&cleo, "Cleo", "<a href=\"mailto:cleo@example.org\">write to me</a>", &[RYE, OVEN]);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let site = cleo.url("/");
    penpal.done(&["flag", &site]);
    penpal.done(&["people", "note", &site, "bakes", "well"]);
    penpal.done(&["people", "edit", &site, "--name", "Cleo Baker", "--reach", "cleo@example.org"]);
    // What another device wrote of her, which this one may not change.
    let journal = penpal.data().join("journal");
    let own = std::fs::read_dir(&journal).unwrap().next().unwrap().unwrap().path();
    let of_another = std::fs::read_to_string(&own).unwrap();
    penpal.run(&["people", "forget", "Cleo Baker"]).failed_with(&["cannot be brought back", "--yes"]);
    penpal.done(&["people", "forget", "Cleo Baker", "--dry-run"]);
    assert_eq!(penpal.json(&["people"])[0]["name"], "Cleo Baker");
    let gone = &penpal.json(&["people", "forget", "Cleo Baker", "--yes"])[0];
    assert_eq!((&gone["name"], &gone["log"]), (&json!("Cleo Baker"), &json!(1)));

    let left = std::fs::read_to_string(&own).unwrap();
    let address = site.trim_start_matches("http://").trim_end_matches('/');
    for word in ["Cleo", "cleo@", "bakes", address] {
        assert!(!left.contains(word), "{word} stands in {left}");
    }
    assert!(left.contains(&ann.url("/feed")), "{left}");
    let is_gone = |penpal: &Penpal| {
        assert_eq!(penpal.json(&["people"]), [] as [Value; 0]);
        assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_none());
    };
    is_gone(&penpal);
    cleo.forget();
    penpal.done(&["discover"]);
    assert_eq!(cleo.asked().len(), 0, "whoever asked to be forgotten is not even asked");
    is_gone(&penpal);
    penpal.run(&["people", "add", "cleo@example.org"]).failed_with(&["asked to be forgotten"]);
    penpal.run(&["people", "add", &site]).failed_with(&["asked to be forgotten"]);
    is_gone(&penpal);
    let deeds = penpal.done(&["undo", "--list"]).stdout;
    assert!(deeds.contains("followed") && !deeds.contains("Cleo"), "{deeds}");

    // Not by the file of another device, and not by a cache that is built anew.
    std::fs::write(journal.join("aaaaaaaaaaaaa.ndjson"), of_another).unwrap();
    is_gone(&penpal);
    std::fs::remove_dir_all(penpal.data().join("cache")).unwrap();
    penpal.done(&["refresh"]);
    penpal.done(&["discover"]);
    is_gone(&penpal);
    assert_eq!(penpal.json(&["blogs"]).len(), 1);

    // Reading is up to the user.
    penpal.done(&["follow", &cleo.url("/feed")]);
    assert_eq!(penpal.json(&["blogs"]).len(), 2);
    assert!(penpal.json(&["posts"]).iter().any(|post| post["url"] == cleo.url("/0")));
}

#[test]
fn whoever_is_forgotten_does_not_come_back_under_their_other_name() {
    let (ann, cleo, notes) = (Server::start(), Server::start(), Server::start());
    let me = |server: &Server| format!("<a rel=\"me\" href=\"{}\">also me</a>", server.url("/"));
    blog(
        &ann,
        "Ann",
        &format!("<div class=\"blogroll\">{}{}</div>", link(&cleo, "Cleo"), link(&notes, "Notes")),
        &[RYE],
    );
    blog(&cleo, "Cleo", &me(&notes), &[RYE]);
    blog(&notes, "Notes", &me(&cleo), &[OVEN]);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    assert_eq!(suggestions.len(), 1, "they are one person: {suggestions:?}");
    let shown = suggestions[0]["blog"]["site_url"].as_str().unwrap();
    assert_eq!(penpal.json(&["people", "forget", shown, "--yes"])[0]["blogs"].as_array().unwrap().len(), 2);
    [&cleo, &notes].iter().for_each(|server| server.forget());
    penpal.done(&["discover"]);
    assert_eq!((cleo.asked().len(), notes.asked().len()), (0, 0));
    assert!(penpal.json(&["suggest"]).is_empty());
}

#[test]
fn whoever_copies_somebody_is_forgotten_and_sent_away_alone() {
    let (ann, cleo, copy) = (Server::start(), Server::start(), Server::start());
    let posts = [RYE, OVEN, "<p>A loaf of spelt.</p>", "<p>A loaf of oats.</p>"];
    let (roll, post) = (link(&copy, "Copy"), format!("{RYE}<p>As {} says.</p>", link(&cleo, "Cleo")));
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}{roll}</div>", link(&cleo, "Cleo")), &[&post]);
    blog(&cleo, "Cleo Baker", &link(&ann, "Ann"), &posts);
    blog(&copy, "Cleo Baker", &link(&cleo, "Cleo"), &posts);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    penpal.run(&["why", &copy.url("/")]).failed_with(&["it has the same posts as Cleo Baker"]);
    penpal.done(&["flag", &copy.url("/"), "--never"]);
    penpal.done(&["discover"]);
    assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_some(), "no word was said on who is copied");
    let gone = &penpal.json(&["people", "forget", &copy.url("/"), "--yes"])[0];
    assert_eq!(gone["blogs"].as_array().unwrap().len(), 1, "{gone}");
    let left = penpal.json(&["suggest"]);
    assert!(suggested(&left, &cleo).is_some() && suggested(&left, &copy).is_none(), "{left:?}");
}

#[test]
fn a_redirect_leads_into_no_private_network() {
    let (server, private, proxy) = (Server::start(), Server::start(), Proxy::http());
    let port = server.address().port();
    let at = |name: &str, path: &str| format!("http://{name}.example:{port}{path}");
    let inside = private.url("/");
    let roll = format!("<div class=\"blogroll\"><a href=\"{}\">Cleo</a></div>", at("cleo", "/"));
    server.serve_with("/", move |asked| match asked.header("host").is_some_and(|host| host.starts_with("cleo")) {
        true => Answer::redirect(302, &inside),
        false => Answer::page(page(FEED, &roll)),
    });
    server.serve("/feed", Answer::feed(atom("Ann", &at("ann", "/"), &[Post::new(at("ann", "/0"), 1, "Rye", RYE)])));
    let penpal = Penpal::new().with("http_proxy", proxy.url("http"));
    penpal.subscribe(&[at("ann", "/feed")]);
    penpal.done(&["refresh"]);
    penpal.done(&["discover", "--budget", "20"]);
    assert!(proxy.asked().iter().any(|host| host.starts_with("cleo.example")), "{:?}", proxy.asked());
    assert_eq!(private.asked().len(), 0);
}

#[test]
fn somebody_with_two_feeds_is_shown_once_and_why_says_so() {
    let (ann, cleo, other) = (Server::start(), Server::start(), Server::start());
    let friends = format!("<div class=\"blogroll\">{}{}</div>", link(&cleo, "Cleo"), link(&other, "Cleo’s notes"));
    blog(&ann, "Ann", &friends, &[RYE]);
    let me = |of: &Server| format!("<a rel=\"me\" href=\"{}\">elsewhere</a>", of.url("/"));
    blog(&cleo, "Cleo", &me(&other), &[RYE, OVEN]);
    blog(&other, "Cleo’s notes", &me(&cleo), &[OVEN]);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    assert_eq!(suggestions.len(), 1, "{suggestions:?}");
    assert!(suggested(&suggestions, &cleo).is_some(), "the one with more to read");
    penpal.run(&["why", &other.url("/")]).failed_with(&["is set aside", "the same person's as Cleo"]);
    // Who is followed no longer is not said to be.
    penpal.done(&["follow", &other.url("/feed")]);
    penpal.done(&["discover"]);
    penpal.run(&["why", &cleo.url("/")]).failed_with(&["the same person's as Cleo’s notes, whom you follow"]);
    penpal.done(&["unfollow", &other.url("/feed")]);
    let why = penpal.run(&["why", &cleo.url("/")]);
    assert!(why.status != Some(0) && !why.stderr.contains("whom you follow"), "{}", why.stderr);
}

#[test]
fn whoever_poses_as_somebody_takes_nobody_away_when_they_are_forgotten_or_sent_away() {
    let (ann, vera, alias) = (Server::start(), Server::start(), Server::start());
    let friends = format!("<div class=\"blogroll\">{}{}</div>", link(&vera, "Vera"), link(&alias, "Alias"));
    blog(&ann, "Ann", &friends, &[RYE]);
    blog(&vera, "Vera", "", &[RYE, OVEN]);
    let posing = format!("<a rel=\"me\" href=\"{0}\">me</a><link rel=\"canonical\" href=\"{0}\">", vera.url("/"));
    blog(&alias, "Alias", &posing, &[OVEN]);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let is_suggested = || suggested(&penpal.json(&["suggest"]), &vera).is_some();
    penpal.done(&["flag", "--never", &alias.url("/")]);
    penpal.done(&["discover"]);
    assert!(is_suggested(), "a word on the copy is none on who is copied");
    penpal.done(&["follow", &alias.url("/feed")]);
    penpal.done(&["discover"]);
    penpal.done(&["people", "forget", &alias.url("/"), "--yes"]);
    assert!(is_suggested(), "nobody is set aside for whoever is forgotten");
}

#[test]
fn a_planet_is_no_person_and_its_writers_are() {
    let (ann, planet, cleo) = (Server::start(), Server::start(), Server::start());
    blog(&ann, "Ann", &format!("<div class=\"blogroll\">{}</div>", link(&planet, "Planet Bread")), &[RYE]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    blog(&planet, "Planet Bread", "", &[]);
    let sites = [cleo.url("/"), "http://127.0.0.1:1/".to_owned(), "http://127.0.0.1:2/".to_owned()];
    let items: String = (0..12)
        .map(|number| {
            let site = &sites[number % 3];
            format!(
                "<item><title>Rye {number}</title><link>{site}{number}</link><source url=\"{site}feed\">One</source>\
                 <description>A sourdough starter likes rye flour, part {number}</description></item>"
            )
        })
        .collect();
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>Planet Bread</title><link>{}</link>{items}</channel></rss>",
        planet.url("/")
    );
    planet.serve("/feed", Answer::feed(feed));
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover"]);
    let suggestions = penpal.json(&["suggest"]);
    assert!(suggested(&suggestions, &planet).is_none(), "{suggestions:?}");
    assert!(suggested(&suggestions, &cleo).is_some(), "{suggestions:?}");
    penpal.run(&["why", "Planet Bread"]).failed_with(&["set aside", "gathers others' posts (100 %"]);
}

#[test]
fn names_that_lead_nowhere_are_tried_once_a_week_and_keep_nobody_from_being_found() {
    let (ann, cleo, nobody) = (Server::start(), Server::start(), [(); 40].map(|()| Nobody::new()));
    let dead: String = nobody.iter().map(|nobody| format!("<a href=\"{}\">gone</a>", nobody.url("/"))).collect();
    let friends = format!("<div class=\"blogroll\">{dead}</div><a href=\"{}\">Cleo</a>", cleo.url("/"));
    blog(&ann, "Ann", &friends, &[RYE]);
    blog(&cleo, "Cleo", "", &[RYE, OVEN]);
    let penpal = follower(ON_LOOPBACK, &ann);
    penpal.done(&["discover", "--budget", "12"]);
    assert!(suggested(&penpal.json(&["suggest"]), &cleo).is_some());
    let crawled = &penpal.json(&["discover", "--budget", "12"])[0];
    assert_eq!(crawled["hosts"], 0, "{crawled}");
}
