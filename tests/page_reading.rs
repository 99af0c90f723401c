//! What a page offers is found, wherever its author has put it.

use penpal::page::{FeedKind, Page, Place, read};
use url::Url;

fn page(html: &str) -> Page {
    read(html, &Url::parse("https://blog.example/about/").unwrap())
}

fn addresses(urls: &[Url]) -> Vec<&str> {
    urls.iter().map(Url::as_str).collect()
}

#[test]
fn feeds_come_best_first() {
    let page = page(
        "<link rel=alternate type='application/rss+xml' title='Comments on: About' href='/about/feed/'>\
         <link rel=alternate type='application/rss+xml' title='T &amp; U' href='/feed.xml'>\
         <link rel='ALTERNATE home' type='application/atom+xml; charset=utf-8' href='/atom'>\
         <link rel=alternate type='application/json' href='/wp-json/wp/v2/pages/1'>\
         <link rel=alternate type='application/json+oembed' href='/oembed'>\
         <link rel=alternate hreflang=de href='/de/'>\
         <link rel=alternate type='application/rss+xml' href='/tag/rust/feed.xml'>\
         <a href='/feed.xml'>RSS</a> <a href='/notes/feed.json'>Notes</a> <a href='/subscribe'>RSS feed</a>\
         <a href='https://friend.example/feed.xml'>RSS</a> <a href='feed://blog.example/more.rss'>more</a>",
    );
    let found: Vec<_> = page.feeds.iter().map(|feed| (feed.url.as_str(), feed.kind, feed.declared)).collect();
    assert_eq!(
        found,
        [
            ("https://blog.example/feed.xml", Some(FeedKind::Rss), true),
            ("https://blog.example/atom", Some(FeedKind::Atom), true),
            ("https://blog.example/notes/feed.json", Some(FeedKind::Json), false),
            ("https://blog.example/subscribe", None, false),
            ("http://blog.example/more.rss", Some(FeedKind::Rss), false),
            ("https://blog.example/tag/rust/feed.xml", Some(FeedKind::Rss), true),
            ("https://blog.example/about/feed/", Some(FeedKind::Rss), true),
        ]
    );
    assert_eq!(page.feeds[0].title.as_ref().map(|title| title.as_str()), Some("T & U"));
}

#[test]
fn a_link_tells_where_it_stands() {
    for (html, place) in [
        ("<nav><a href=/x>x</a></nav>", Place::Nav),
        ("<header><a href=/x>x</a></header>", Place::Nav),
        ("<footer><p><a href=/x>x</a></footer>", Place::Footer),
        ("<aside><a href=/x>x</a></aside>", Place::Aside),
        ("<article><p><a href=/x>x</a></article>", Place::Article),
        ("<article><header><a href=/x>x</a></header></article>", Place::Article),
        ("<div class='post e-content'><a href=/x>x</a></div>", Place::Article),
        ("<main><p><a href=/x>x</a></main>", Place::Body),
        ("<div id=comments><article><a href=/x>x</a></article></div>", Place::Comment),
        ("<ol><li id=comment-12><a href=/x>x</a></ol>", Place::Comment),
        ("<div class=my-blogroll-list><a href=/x>x</a></div>", Place::Blogroll),
        ("<div class=links><a href=/x>x</a></div>", Place::Blogroll),
        ("<nav><ul class=links><li><a href=/x>x</a></ul></nav>", Place::Nav),
        ("<div class=flink><article><a href=/x>x</a></article></div>", Place::Blogroll),
        ("<main><h2>Friends</h2><ul><li><a href=/x>x</a></ul></main>", Place::Blogroll),
        ("<main><h2>Friends</h2><ul></ul><h2>Archive</h2><a href=/x>x</a></main>", Place::Body),
        ("<main><h1>🔗 Links</h1><h2>Rust</h2><a href=/x>x</a></main>", Place::Blogroll),
        ("<main><div><div><h1>Blogroll</h1></div></div><div><p><a href=/x>x</a></div></main>", Place::Blogroll),
        ("<article><div><h1>友情链接</h1></div><div><p><a href=/x>x</a></div></article>", Place::Blogroll),
        ("<section><h3>Blogs I read</h3></section><p><a href=/x>x</a>", Place::Body),
        ("<footer><h4>友链</h4><a href=/x>x</a></footer>", Place::Blogroll),
        ("<h2>Friends</h2><nav><a href=/x>x</a></nav>", Place::Nav),
        ("<p><a href=/x rel='friend met'>x</a>", Place::Blogroll),
        ("<p><a href=/x rel='me nofollow'>x</a>", Place::Body),
    ] {
        let links = page(html).links;
        assert_eq!(links.iter().map(|link| link.place).collect::<Vec<_>>(), [place], "{html}");
    }
}

#[test]
fn a_page_that_is_a_list_lists_friends_in_its_body_only() {
    let html = "<title>My site</title><nav><a href='https://n.example/'>n</a></nav><a href='/own'>own</a>\
                <p class=h-card><a href='https://f.example/'>Friend</a>";
    for (address, title, place) in [
        ("https://blog.example/links/", "My site", Place::Blogroll),
        ("https://blog.example/pages/friends.html", "My site", Place::Blogroll),
        ("https://blog.example/p/7", "Blogroll | My site", Place::Blogroll),
        ("https://blog.example/p/links-of-may", "Links-of-May", Place::Body),
        ("https://blog.example/", "Links", Place::Body),
    ] {
        let page = read(&html.replace("My site", title), &Url::parse(address).unwrap());
        let places: Vec<_> = page.links.iter().map(|link| link.place).collect();
        assert_eq!(places, [Place::Nav, Place::Body, place], "{address}");
        assert_eq!(page.name.is_none(), place == Place::Blogroll, "{address}");
    }
}

#[test]
fn links_are_absolute_and_named() {
    let page = page(
        "<base href='https://cdn.example/dir/'><a href='a#frag' rel='Friend NoFollow'> two\n words </a>\
         <a href='//other.example/'><img alt='A picture' src=x></a> <a href='#top'>top</a> \
         <a href='javascript:x()'>x</a>\
         <a href='ftp://x.example/'>x</a> <a>none</a> <a href='https://long.example/'>",
    );
    let found: Vec<_> = page.links.iter().map(|link| (link.target.as_str(), link.text.as_str())).collect();
    assert_eq!(
        found,
        [
            ("https://cdn.example/dir/a", "two words"),
            ("https://other.example/", "A picture"),
            ("https://long.example/", "")
        ]
    );
    assert_eq!(page.links[0].rel, ["friend", "nofollow"]);
    let long = format!("<a href=/x>{}</a>", "友".repeat(500));
    assert_eq!(self::page(&long).links[0].text.as_str().chars().count(), 120);
}

#[test]
fn lists_of_friends_are_found() {
    let page = page(
        "<link rel=blogroll type='text/xml' href='/follows.xml'> <a href='/blogroll.opml'>OPML</a>\
         <link rel=alternate type='text/x-opml' href='/list'> <a href='/blogroll.opml'>again</a>\
         <a href='/links/'>Links</a> <a href='/friends.html'>x</a> <a href='/p/7'>友链</a> \
         <a href='/posts/links-of-may'>x</a>\
         <a href='/p/my-long-thoughts-on-having-a-blogroll'>My long thoughts on having a blogroll</a> \
         <a href='/tags/links/'>x</a>\
         <a href='https://other.example/blogroll'>Blogroll</a> <a href='/about/'>friends</a>\
         <a href='https://www.blog.example/%E5%8F%8B%E9%93%BE/'>x</a> <a href='/who'>Blogs I read »</a>",
    );
    assert_eq!(
        addresses(&page.blogrolls),
        ["https://blog.example/follows.xml", "https://blog.example/blogroll.opml", "https://blog.example/list"]
    );
    assert_eq!(
        addresses(&page.friends_pages),
        [
            "https://blog.example/p/7",
            "https://blog.example/who",
            "https://blog.example/links/",
            "https://blog.example/friends.html",
            "https://www.blog.example/%E5%8F%8B%E9%93%BE/",
        ]
    );
}

#[test]
fn the_person_is_found_and_not_their_friends_or_visitors() {
    let page = page(
        "<meta name=author content='https://junk.example'><meta name='fediverse:creator' content='@ada@social.example'>\
         <article><div class=e-content><a class=h-card href='https://bob.example'>Bob</a></div></article>\
         <div class=blogroll><p class='h-card'><a class='p-name u-url' href='/'>Friend</a></div>\
         <div id=comments><p class=h-card><span class=p-name>Visitor</span><a href='mailto:v@visitor.example'>v\
         </a></div>\
         <div class='h-card'><a class='u-url' rel=me href='/'><img alt='Photo'></a> \
         <b class=p-name>Ada  Lovelace</b></div>\
         <a rel=me href='https://social.example/@ada'>x</a> <a rel='me' href='https://www.youtube.com/@ada'>x</a>\
         <a rel='me noopener' href='https://other.example/users/ada2'>x</a>\
         <a href='mailto:ada%40blog.example?subject=Hi'>x</a> <a href='MAILTO:ada@blog.example'>x</a> \
         <a href='mailto:you'>x</a>\
         <link rel=webmention href=''>",
    );
    assert_eq!(page.name.as_ref().map(|name| name.as_str()), Some("Ada Lovelace"));
    assert_eq!(
        page.mastodon.iter().map(|handle| handle.as_str()).collect::<Vec<_>>(),
        ["@ada@social.example", "@ada2@other.example"]
    );
    assert_eq!(page.emails.iter().map(|mail| mail.as_str()).collect::<Vec<_>>(), ["ada@blog.example"]);
    assert_eq!(page.me.len(), 4);
    assert_eq!(page.webmention.as_ref().map(Url::as_str), Some("https://blog.example/about/"));
}

#[test]
fn a_name_is_taken_from_where_there_is_one() {
    for (html, name) in [
        ("<meta name=author content='Ada'>", Some("Ada")),
        ("<p class=h-card>Ada L.</p><meta name=author content='Ada'>", Some("Ada")),
        ("<p class=h-card>Ada L.</p>", Some("Ada L.")),
        (
            "<a class='p-author h-card' href='https://x.example/'>Ada L.</a><meta name=author content='Ada'>",
            Some("Ada L."),
        ),
        ("<p>by <a rel=author href='/about'>Ada</a>", Some("Ada")),
        ("<a class=h-card href=/><img alt='Ada' src=x></a>", Some("Ada")),
        ("<p>nobody", None),
    ] {
        assert_eq!(page(html).name.as_ref().map(|name| name.as_str()), name, "{html}");
    }
}

#[test]
fn what_a_page_says_of_itself_is_read() {
    let page = page(
        "<html lang=en-GB><title>A\u{1b}[2J &amp; B\n C</title><meta name=Description content='D'>\
         <meta property=og:title content=no>\
         <link rel=canonical href='/home#x'><meta name=generator content='Hugo 0.1'>\
         <meta name=robots content='NOINDEX, follow'>\
         <svg><title>icon</title></svg>",
    );
    assert_eq!(page.title.as_ref().map(|title| title.as_str()), Some("A[2J & B C"));
    assert_eq!(page.description.as_ref().map(|text| text.as_str()), Some("D"));
    assert_eq!(page.language.as_deref(), Some("en-GB"));
    assert_eq!(page.canonical.as_ref().map(Url::as_str), Some("https://blog.example/home"));
    assert_eq!(page.generator.as_ref().map(|text| text.as_str()), Some("Hugo 0.1"));
    assert!(page.noindex);
    let shared = self::page("<meta property='og:title' content='Shared'><meta property=og:locale content=de_AT>");
    assert_eq!(shared.title.as_ref().map(|title| title.as_str()), Some("Shared"));
    assert_eq!(shared.language.as_deref(), Some("de-AT"));
    assert!(!shared.noindex);
}

#[test]
fn the_main_text_is_what_the_author_wrote() {
    let long = "This is a sentence of the post that is long enough to be believed. ".repeat(4);
    let html = format!(
        "<header>Site name</header><nav>Menu</nav><main><article><h1>Title</h1><p>First <b>bo</b>ld.<p>{long}\
         <script>x()</script><a aria-hidden=true>#</a></article><article id=comment-1>Visitor</article></main>\
         <aside>Side</aside><footer>Foot</footer>"
    );
    assert_eq!(page(&html).text.as_str(), format!("Title\nFirst bold.\n{}", long.trim_end()));
    assert_eq!(page("<p>Short\n  page<br>two lines").text.as_str(), "Short page\ntwo lines");
    let two = format!("<main><article>{long}</article><article>{long}</article></main><p>outside");
    assert_eq!(page(&two).text.as_str(), format!("{}\n{}", long.trim_end(), long.trim_end()));
}

#[test]
fn a_page_made_to_exhaust_its_reader_is_still_read() {
    // Without bounds, most of these take minutes or the stack.
    for html in [
        "<div>".repeat(100_000),
        format!("{}<a href=/x>x</a>{}", "<div>".repeat(100_000), "</div>".repeat(100_000)),
        format!("{}{}", "<font color=a>".repeat(1_000), "<p>x".repeat(100_000)),
        (0..3_000).map(|i| format!("<b class=c{i}>")).collect::<String>() + &"<p>x".repeat(50_000),
        "<table><tr><td>".repeat(30_000),
        format!("<a {}>", "b c=d ".repeat(300_000)),
        "<a href=x>".repeat(100_000),
        "<h1>".repeat(100_000),
        "<div class='h-card widget-title'>".repeat(30_000),
        "<select><option>".repeat(50_000),
        "<svg><g>".repeat(50_000),
        "<!--".repeat(300_000),
        "<a href='".repeat(300_000),
        "&amp".repeat(300_000),
        "\u{0}<".repeat(300_000),
        String::new(),
    ] {
        let page = page(&html);
        assert!(page.links.len() <= penpal::page::MOST_LINKS);
    }
}

proptest::proptest! {
    #[test]
    fn no_page_makes_it_panic(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<a href=", "'mailto:%", "'//[", "http://", "x'", "<base href=", "<link rel=alternate ", "type=", "\
         <h1>", "</h1>", "Links",
        "<article>", "</article>", "<main>", "<p class=h-card>", "é", "友链", "<!--", "-->", "</", "\
         <", ">", "\"", "'", "\0",
        "<template>", "<svg>", "<title>", "<td>", "<select>", "rel=me", " ", "<frameset>", "</body>", "<meta content=",
    ]), 0..60)) {
        let html: String = parts.concat();
        page(&html);
        let _ = penpal::page::decode(html.as_bytes(), Some(&html));
    }
}
