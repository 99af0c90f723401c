//! Small pieces of HTML and the lines that come out.

use proptest::prelude::*;

use super::*;
use crate::model::{BlogId, PostId, Timestamp};

fn set(html: &str, width: usize) -> Article {
    Article::of_text(&SafeHtml::from_stored(html.into()), width)
}

fn lines(html: &str, width: usize) -> Vec<String> {
    set(html, width).lines.iter().map(Line::text).collect()
}

#[test]
fn pieces_of_html_look_as_in_a_browser_for_text() {
    let cases: &[(&str, usize, &[&str])] = &[
        ("<p>one  two\n three</p><p>four</p>", 9, &["one two", "three", "", "four"]),
        ("<h2>A heading</h2><p>text</p>", 40, &["## A heading", "", "text"]),
        ("<p>a<br>b</p>", 40, &["a", "b"]),
        ("a<br><br>b", 40, &["a", "", "b"]),
        ("<ul><li>one</li><li>two<ul><li>three</li></ul></li></ul>", 40, &["* one", "* two", "  * three"]),
        ("<ol start=9><li>one</li><li>two</li></ol>", 40, &[" 9. one", "10. two"]),
        ("<ol reversed=\"\"><li>b</li><li>a</li></ol>", 40, &["2. b", "1. a"]),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", 40, &["* a", "", "  b", "", "* c"]),
        ("<blockquote><p>x</p><blockquote>y</blockquote></blockquote><p>z</p>", 40, &["| x", "|", "| | y", "", "z"]),
        ("<pre>if x {\n\ty();\n}</pre>", 40, &["  if x {", "      y();", "  }"]),
        ("<pre>abcdefghijklmnopqrstuvwxyz</pre>", 20, &["  abcdefghijklmnopqr", "↪ stuvwxyz"]),
        (
            "<dl><dt>term</dt><dd>what it is</dd><dt>other</dt><dd>x</dd></dl>",
            40,
            &["term", "    what it is", "", "other", "    x"],
        ),
        ("<p>a</p><hr><p>b</p>", 10, &["a", "", "----------", "", "b"]),
        ("E = mc<sup>2</sup>, H<sub>2</sub>O, x<sup>ab</sup>, 4<sup>th</sup>", 60, &["E = mc², H₂O, x^(ab), 4th"]),
        ("<q>yes</q> <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", 40, &["“yes” 漢(kan)"]),
        (
            "<figure><img src=\"http://x.example/a.png\" alt=\"A cat\"><figcaption>Tom</figcaption></figure>",
            40,
            &["[image: A cat]", "Tom"],
        ),
        ("<p><img src=\"http://x.example/dir/photo.jpg\"></p>", 40, &["[image: photo.jpg]"]),
        ("<p>Hi <img class=\"emoji\" src=\"http://x.example/s.png\" alt=\"🙂\"></p>", 40, &["Hi 🙂"]),
        ("<details><summary>More</summary><p>text</p></details>", 40, &["More", "", "text"]),
        ("<sup>a<p>b c</p></sup>d", 40, &["a", "", "b c", "", "d"]),
        ("<sup>ééé<p>ü</p>x</sup>", 40, &["ééé", "", "ü", "", "^x"]),
        // Words are never given hyphens, and what is too long is broken where it is full.
        ("<p>Donaudampf&shy;schifffahrt</p>".trim(), 12, &["Donaudampfsc", "hifffahrt"]),
        // Ideographs break anywhere, but not before what closes a sentence; emoji stay whole.
        ("<p>我喜欢读书。你呢</p>", 10, &["我喜欢读", "书。你呢"]),
        ("<p>x 👩\u{200d}👩\u{200d}👧 y</p>", 4, &["x 👩\u{200d}👩\u{200d}👧", "y"]),
    ];
    for (html, width, expected) in cases {
        assert_eq!(lines(html, *width), *expected, "{html}");
    }
}

fn post(url: &str, enclosures: Vec<Enclosure>) -> Post {
    let (id, blog) = (PostId([1; 16]), BlogId([2; 16]));
    let (title, summary) = (Plain::default(), Plain::default());
    let (authors, tags) = (Vec::new(), Vec::new());
    let url = PageUrl::parse(url).ok();
    Post {
        id,
        blog,
        url,
        title,
        authors,
        published: None,
        updated: None,
        first_seen: Timestamp(0),
        tags,
        summary,
        enclosures,
    }
}

#[test]
fn what_comes_with_a_post_is_listed_under_it() {
    let url = PageUrl::parse("https://a.example/12.mp3").unwrap();
    let episode = Enclosure { url, media_type: Some(Plain::line("audio/mpeg")), length: Some(34_560_000) };
    let html = SafeHtml::from_stored("<p>Episode</p>".into());
    let article = Article::set(&html, &post("https://a.example/12", vec![episode]), 60);
    let lines: Vec<String> = article.lines.iter().map(Line::text).collect();
    assert_eq!(&lines[2..5], ["Comes with it:", "", "* 12.mp3, audio/mpeg, 34.5 MB[1]"]);
    assert_eq!(article.links[0].as_str(), "https://a.example/12.mp3");
}

#[test]
fn tables_fit_their_width_and_become_records_where_they_cannot() {
    let table = "<table><caption>Flour</caption><thead><tr><th>Name</th><th>Ash</th></tr></thead><tbody>\
                 <tr><td>Type 550</td><td>0.55</td></tr><tr><td>Wholemeal of rye</td><td>1.8</td></tr></tbody></table>";
    assert_eq!(
        lines(table, 40),
        [
            "Flour",
            "Name             |  Ash",
            "-----------------+-----",
            "Type 550         | 0.55",
            "Wholemeal of rye |  1.8"
        ]
    );
    let narrow = lines(table, 18);
    assert!(narrow.iter().any(|line| line.starts_with("Wholemeal")), "{narrow:?}");
    let wide = "<table><tr><th>Alpha</th><th>Beta</th><th>Gamma</th><th>Delta</th><th>Epsilon</th></tr>\
                <tr><td>extraordinary</td><td>circumstances</td><td>notwithstanding</td><td>four</td><td>five</td></tr></table>";
    assert_eq!(
        lines(wide, 24),
        ["Alpha: extraordinary", "Beta: circumstances", "Gamma: notwithstanding", "Delta: four", "Epsilon: five"]
    );
    // A table that only frames a page is read straight on.
    assert_eq!(lines("<table><tr><td><p>a</p><p>b</p></td></tr></table>", 40), ["a", "", "b"]);
    let spans =
        "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td colspan=2>d e f</td></tr></table>";
    assert_eq!(lines(spans, 40), ["a | b", "  | c", "d e f"]);
}

#[test]
fn links_are_numbered_once_each_and_listed() {
    let html = "<p>I read <a href=\"https://a.example/x\">what Ann wrote</a>, and <a href=\"https://a.example/x\">again</a>.</p>\
                <ul><li><a href=\"mailto:ann@a.example\">Write</a></li></ul>";
    let article = set(html, 40);
    let lines: Vec<String> = article.lines.iter().map(Line::text).collect();
    assert_eq!(
        lines,
        [
            "I read what Ann wrote[1], and again[1].",
            "",
            "* Write[2]",
            "",
            "Links:",
            "[1] https://a.example/x",
            "[2] mailto:ann@a.example"
        ]
    );
    assert_eq!(
        article.links.iter().map(Plain::as_str).collect::<Vec<_>>(),
        ["https://a.example/x", "mailto:ann@a.example"]
    );
    let look = |word: &str| {
        let spans = article.lines.iter().flat_map(|line| &line.spans);
        spans.filter(|span| span.text.as_str() == word).map(|span| span.look).next()
    };
    assert_eq!(look("what Ann wrote").and_then(|look| look.link), Some(Link::Out(1)));
    assert_eq!(look("[1]").map(|look| look.role), Some(Role::Number));
}

#[test]
fn a_footnote_leads_to_its_text_and_back() {
    let html = "<p id=\"fnref1\">So it is<sup><a href=\"https://a.example/post#fn1\">1</a></sup>.</p><p>x</p>\
                <ol><li id=\"fn1\"><p>Mostly. <a href=\"https://a.example/post#fnref1\">↩</a></p></li></ol>\
                <p><a href=\"https://b.example/#fn1\">elsewhere</a></p>";
    let article = Article::set(&SafeHtml::from_stored(html.into()), &post("https://a.example/post", Vec::new()), 40);
    let lines: Vec<String> = article.lines.iter().map(Line::text).collect();
    assert_eq!(&lines[..7], ["So it is[^1].", "", "x", "", "1. Mostly. ↩", "", "elsewhere[1]"]);
    assert_eq!(article.within, [4, 0]);
    assert_eq!(article.links.len(), 1, "a link to another site is a link out");
}

#[test]
fn a_quotation_is_found_across_lines_numbers_cells_and_raised_digits() {
    let html = "<p>I read <a href=\"https://a.example/x\">what Ann wrote</a> and then some more of it, which was long \
                enough to be broken into several lines of text.</p>\
                <table><tr><td>The first cell has words of its own that fill lines</td>\
                <td>and the second cell has others, which stand beside them in the same lines</td></tr></table>\
                <ul><li>an item in which x<sup>2</sup> grows</li></ul>";
    let article = set(html, 40);
    let line = |quote: &str| article.find(quote).map(|at| article.lines[at].text());
    assert!(line("Ann wrote and then some more of it").is_some_and(|line| line.contains("wrote[1]")));
    assert!(line("enough to be broken into several").is_some_and(|line| line.contains("enough")));
    assert!(line("second cell has others, which stand beside them").is_some_and(|line| line.contains("second")));
    assert!(line("item in which x2 grows").is_some_and(|line| line.starts_with('*')));
    assert_eq!(article.find("words that are nowhere"), None);
    // The place in the text is the same in another width.
    let narrow = article.fitted(25);
    let at = narrow.line_at(article.place_of(article.find("an item in which").unwrap()));
    assert!(narrow.lines[at].text().starts_with('*'), "{:?}", narrow.lines[at]);
}

#[test]
fn hebrew_and_arabic_are_seen_from_the_right() {
    let article = set("<p>שלום (עולם) 12 abc</p><p>the word שלום here</p>", 24);
    let seen = |at: usize| bidi::visual(&article.lines[at], 24).text();
    assert_eq!(seen(0), "      abc 12 (םלוע) םולש");
    assert_eq!(seen(2), "the word םולש here");
    assert_eq!(article.lines[0].text(), "שלום (עולם) 12 abc", "in the order in which it is read");
}

#[test]
fn emphasis_is_kept_where_it_stands() {
    let article = set("<p>a <em>b <strong>c</strong></em> <code>d</code> <del>e</del><mark>f</mark></p>", 40);
    let spans = &article.lines[0].spans;
    let look = |word: &str| spans.iter().find(|span| span.text.as_str().contains(word)).map(|span| span.look).unwrap();
    assert!(look("b").emphasis && !look("b").strong && look("c").emphasis && look("c").strong);
    assert!(look("d").role == Role::Code && look("e").struck && look("f").marked && !look("a").emphasis);
}

#[test]
fn markdown_says_the_same() {
    let html = "<h2>On rye</h2><p>A <em>very</em> old <a href=\"https://a.example/x_(y)\">starter</a> *</p>\
                <ol><li>one</li><li>two<ul><li>three</li></ul></li></ol><blockquote>q</blockquote><pre>x\n  y</pre>\
                <table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td>2</td></tr></table>";
    assert_eq!(
        set(html, 40).markdown(),
        "## On rye\n\nA *very* old [starter](https://a.example/x_%28y%29) \\*\n\n1. one\n2. two\n\n   - three\n\n> q\n\n\
         ```\nx\n  y\n```\n\n| a | b\\|c |\n| --- | --- |\n| 1 | 2 |"
    );
}

/// Elements in each other with text of all scripts, as a page may have them.
fn html() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-z]{1,12}",
        1 => "[a-z]{30,80}",
        1 => "[一-丂読書。、「」]{1,30}",
        1 => "[א-ת]{1,9}( [()\\[\\]0-9]{1,3})?",
        1 => "\\PC{0,6}",
        1 => Just("👩\u{200d}👩\u{200d}👧 🇳🇱 e\u{301}\u{302}".to_owned()),
        1 => Just("\u{200b}\u{2060}\u{a0}\u{ad}".to_owned()),
    ];
    let text = proptest::collection::vec(word, 0..12)
        .prop_map(|words| words.join(" ").replace('&', "&amp;").replace('<', "&lt;"));
    let void = prop::sample::select(vec![
        "<br>",
        "<hr>",
        "<wbr>",
        "<img src=http://x.example/a.png alt=pic>",
        "</p>",
        "</ul>",
    ]);
    let leaf = prop_oneof![6 => text, 1 => void.prop_map(str::to_owned)];
    let names = vec![
        "p",
        "div",
        "h1",
        "h3",
        "ul",
        "ol start=98",
        "ol reversed",
        "li",
        "blockquote",
        "pre",
        "code",
        "b",
        "em",
        "del",
        "sup",
        "sub",
        "a href=http://x.example/",
        "a href=#x id=x",
        "table",
        "tr",
        "td",
        "td colspan=3 rowspan=2",
        "th",
        "caption",
        "thead",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "q",
        "ruby",
        "rt",
        "details",
        "summary",
        "span dir=rtl",
        "pre class=language-rust",
        "center",
    ];
    leaf.prop_recursive(7, 80, 6, move |inner| {
        (prop::sample::select(names.clone()), proptest::collection::vec(inner, 0..6)).prop_map(|(name, inner)| {
            let close = name.split(' ').next().unwrap_or_default();
            format!("<{name}>{}</{close}>", inner.concat())
        })
    })
}

/// How often each letter is there; n and i may be raised, which makes others of them.
fn letters(text: &str) -> std::collections::HashMap<char, usize> {
    let mut letters = std::collections::HashMap::new();
    for c in text.chars().filter(|c| c.is_alphabetic() && !"niⁿⁱ".contains(*c)) {
        *letters.entry(c).or_default() += 1;
    }
    letters
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn any_page_is_set_in_any_width_without_loss(source in html(), width in 1_usize..200) {
        let Some(html) = SafeHtml::of_page(&source, None) else { return Ok(()) };
        let article = Article::of_text(&html, width);
        for line in &article.lines {
            // A character of two cells cannot be halved.
            prop_assert!(line.width() <= width.clamp(2, MEASURE), "{:?} in {width} of {}", line.text(), html.as_str());
            let seen = bidi::visual(line, width.min(MEASURE));
            prop_assert!(seen.width() <= width.clamp(2, MEASURE), "{:?} in {width}", seen.text());
            prop_assert_eq!(letters(&seen.text()), letters(&line.text()));
        }
        let there = letters(&article.lines.iter().map(Line::text).collect::<String>());
        for (letter, count) in letters(html.text().as_str()) {
            prop_assert!(there.get(&letter).is_some_and(|found| *found >= count), "{letter} of {}", html.as_str());
        }
        prop_assert!(article.within.iter().all(|line| *line < article.lines.len().max(1)));
        article.markdown();
    }
}
