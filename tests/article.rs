//! Reading an article: how it looks in two widths, and what can be done in it, in the real binary.

mod support;

use std::time::{Duration, Instant};

use penpal::{
    app::article::{Article, Line, bidi},
    feed::SafeHtml,
};
use support::{Answer, Console, Penpal, Server, page};

const RICH: &str = r##"
<h1>On keeping a sourdough</h1>
<p>Flour and water, <em>nothing</em> else; what lives in it comes by itself. <a href="https://a.example/starter">Ann wrote</a>
about it in 2019, and I did not believe her.<sup id="r1"><a href="#f1">1</a></sup></p>
<h2>What one needs</h2>
<ul>
  <li>rye flour, <strong>whole</strong></li>
  <li>water
    <ol><li>not from the softener</li><li>at 28&nbsp;°C or so, which a thermometer tells better than an elbow</li></ol>
  </li>
  <li>patience</li>
</ul>
<blockquote><p>A starter is a promise to be at home on Saturday.</p>
  <blockquote><p>Who keeps whom?</p></blockquote>
</blockquote>
<table>
  <caption>Flours</caption>
  <thead><tr><th>Type</th><th>Ash in per cent</th><th>What it is good for</th></tr></thead>
  <tbody>
    <tr><td>R960</td><td>0.96</td><td>the everyday loaf, half and half with wheat</td></tr>
    <tr><td>R2500</td><td>2.5</td><td>the starter itself</td></tr>
  </tbody>
</table>
<pre><code class="language-rust">fn feed(starter: &mut Starter) {
    // Equal parts, by weight.
    starter.add(Flour::rye(50), Water::at(28));
}</code></pre>
<dl><dt>Levain</dt><dd>The same, in French and younger.</dd><dt>Poolish</dt><dd>Not the same: it has yeast in it.</dd></dl>
<figure><img src="https://a.example/jar.jpg" alt="A jar with bubbles"><figcaption>Day four</figcaption></figure>
<p>面包需要时间。所以我等待，一天又一天，直到面团长大。</p>
<p dir="rtl">הלחם (מלחם שאור) צריך זמן, 24 שעות לפחות.</p>
<hr>
<ol><li id="f1">I do now. <a href="#r1">↩</a></li></ol>
"##;

fn set(width: usize) -> String {
    let base = url::Url::parse("https://a.example/post").unwrap();
    let html = SafeHtml::of_page(RICH, Some(&base)).unwrap();
    let article = Article::of_text(&html, width);
    let seen = |line: &Line| bidi::visual(line, width).text();
    article.lines.iter().map(seen).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_rich_article_in_a_narrow_and_in_a_wide_column() {
    insta::assert_snapshot!("article_40", set(40));
    insta::assert_snapshot!("article_72", set(72));
}

#[test]
fn markdown_of_a_rich_article() {
    let html = SafeHtml::of_page(RICH, None).unwrap();
    insta::assert_snapshot!("article_markdown", Article::of_text(&html, 72).markdown());
}

/// A podcast whose feed gives a summary, with a page that has the whole of it.
fn podcast(server: &Server) {
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>Crumbs aloud</title><link>{0}</link><item><title>Rye</title>\
         <link>{0}rye</link><guid>rye</guid><pubDate>Tue, 03 Mar 2026 10:00:00 +0000</pubDate>\
         <description>&lt;p&gt;With &lt;a href=\"{0}ann\"&gt;Ann&lt;/a&gt; at the oven.&lt;/p&gt;</description>\
         <enclosure url=\"{0}rye.mp3\" type=\"audio/mpeg\" length=\"34560000\"/></item></channel></rss>",
        server.url("/")
    );
    server.serve("/feed", Answer::feed(feed));
    let words = "<p>All that was said about rye at the oven, and it was a lot of talk about rye.</p>".repeat(8);
    server.serve("/rye", Answer::page(page("<title>Rye</title>", &format!("<article><h1>Rye</h1>{words}</article>"))));
}

/// Blocks until a program that was started has written what it was given.
fn written(path: &std::path::Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match std::fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text,
            _ => assert!(Instant::now() < deadline, "{} never came", path.display()),
        }
        std::thread::yield_now();
    }
}

/// A program that notes what it was given.
fn noting(penpal: &Penpal, name: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let note = penpal.home().join(format!("{name}.txt"));
    let script = format!("#!/bin/sh\necho \"$@\" > '{0}.new' && mv '{0}.new' '{0}'\n", note.display());
    let program = penpal.file(name, script);
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn links_open_by_letters_and_an_episode_plays_in_the_users_player() {
    let server = Server::start();
    podcast(&server);
    let penpal = Penpal::new();
    let (player, browser) = (noting(&penpal, "player"), noting(&penpal, "browser"));
    let config = penpal.file("config.toml", format!("[reading]\nplayer = [\"{player}\", \"--loud\", \"%u\"]\n"));
    let penpal = penpal.with("PENPAL_CONFIG", config).with("BROWSER", browser);
    penpal.done(&["follow", &server.url("/feed")]);

    let episode = &penpal.json(&["posts"])[0]["enclosures"][0];
    assert_eq!((&episode["type"], &episode["length"]), (&"audio/mpeg".into(), &34_560_000.into()), "{episode}");
    let told = penpal.done(&["read", &server.url("/rye")]).stdout;
    assert!(told.contains("With Ann[1] at the oven.") && told.contains("rye.mp3, audio/mpeg, 34.5 MB[2]"), "{told}");
    let markdown = penpal.done(&["read", &server.url("/rye"), "--format", "markdown"]).stdout;
    assert!(markdown.contains(&format!("With [Ann]({}) at the oven.", server.url("/ann"))), "{markdown}");
    let html = penpal.done(&["read", &server.url("/rye"), "--format", "html"]).stdout;
    assert_eq!(html, format!("<p>With <a href=\"{}\">Ann</a> at the oven.</p>\n", server.url("/ann")));

    let mut console = Console::open(&penpal, &[]);
    // What was read stands in the River, and no longer on Today.
    console.type_in("2");
    console.wait_for("Crumbs aloud");
    console.type_in("\r");
    console.wait_for("Comes with it");
    console.type_in("f");
    console.wait_for("Type the letters");
    console.type_in("a");
    assert_eq!(written(&penpal.home().join("browser.txt")).trim(), server.url("/ann"));
    console.type_in("e");
    assert_eq!(written(&penpal.home().join("player.txt")).trim(), format!("--loud {}", server.url("/rye.mp3")));
    assert_eq!(console.quit(), 0);
}

#[test]
fn where_the_user_wants_it_so_posts_are_read_from_their_pages() {
    let server = Server::start();
    podcast(&server);
    let penpal = Penpal::configured(&format!("[[feeds]]\nurl = \"{}\"\nfull_text = true\n", server.url("/feed")));
    penpal.done(&["follow", &server.url("/feed")]);
    let told = penpal.done(&["read", &server.url("/rye")]).stdout;
    assert!(told.contains("All that was said about rye"), "{told}");
    let mut console = Console::open(&penpal, &[]);
    // What was read stands in the River, and no longer on Today.
    console.type_in("2");
    console.wait_for("Crumbs aloud");
    console.type_in("\r");
    console.wait_for("All that was said");
    console.type_in("v");
    console.wait_for("at the oven.");
    console.wait("what the feed gives", |screen| !screen.contents().contains("All that was said"));
    assert_eq!(console.quit(), 0);
}
