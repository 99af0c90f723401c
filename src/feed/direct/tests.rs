//! The short way beside the long one.

use proptest::prelude::*;

use super::*;
use crate::feed::sanitise::tests::by_parser;

fn base() -> Url {
    Url::parse("http://example.org/d/").unwrap()
}

#[test]
fn most_posts_are_simple() {
    for source in [
        "<p>One <b>two</b> <a href='x?a&amp;b'>three</a>.</p>\n<pre><code>a &lt; b &amp;&amp; c</code></pre>",
        "<ul>\n<li>one</li><li><p>two &nbsp;&hellip; &#8217;s</p></li></ul><hr/><img src=a.png alt='\"x\"'>",
        "<div><h2 id=x>T & U</h2><blockquote><p>q</p></blockquote><!-- c --><script>x</script></div>",
        "<P CLASS=a>x</P><o:p>y</o:p><iframe src=z></iframe>",
        "plain é text, and <em>an end that is missing",
        "<dl><dt>a</dt><dd>b</dd></dl><figure><img src='/x'><figcaption>y</figcaption></figure>",
    ] {
        assert_eq!(clean(source, Some(&base())), Some(by_parser(source, Some(&base()))), "{source}");
    }
}

#[test]
fn what_parsers_have_rules_for_is_left_to_one() {
    for source in [
        "<p>a<p>b",
        "<p><div>a</div></p>",
        "<b>a<i>b</b>c</i>",
        "<a href=x>a<a href=y>b</a>",
        "<table><tr><td>a</table>",
        "<li>a",
        "a &copy b",
        "a &#146; b",
        "a&b",
        "<pre>\na</pre>",
        "a\rb",
        "</p>",
        "<br></br>",
        "<h1><h2>a</h2></h1>",
        "<a href='mailto:x@example.org'>x</a>",
        "<a rel=a rel=b>x</a>",
        "\u{feff}a",
    ] {
        assert_eq!(clean(source, Some(&base())), None, "{source}");
    }
}

/// Pieces of source, of which many are traps.
fn piece() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "p",
        "div",
        "b",
        "i",
        "em",
        "a",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "pre",
        "code",
        "h1",
        "h2",
        "span",
        "blockquote",
        "table",
        "tr",
        "td",
        "br",
        "hr",
        "img",
        "svg",
        "math",
        "style",
        "script",
        "title",
        "textarea",
        "template",
        "noscript",
        "select",
        "option",
        "nobr",
        "ruby",
        "rt",
        "video",
        "source",
        "details",
        "summary",
        "form",
        "button",
        "iframe",
        "P",
        "section",
        "font",
        "dir",
        "center",
        "body",
        "html",
        "image",
        "plaintext",
    ]);
    let attribute = prop::sample::select(vec![
        "",
        " class=x",
        " class='a\u{a0}b'",
        " href=x",
        " href='javascript:x'",
        " href=\"http://e.example/?a&b=<\"",
        " title='<b>\"'",
        " onclick=x",
        " style='x'",
        " src=i.png",
        " CLASS=y",
        " srcset='a 1x, /b 2x'",
        " width=1",
        " height=1",
        " href=mailto:a@b.example",
        " alt='&amp;&eacute;&copy'",
        " lang=\"a\nb\"",
        " id=a",
        " /",
        " href='x' href='y'",
        " xlink:href=x",
        " dir",
        " title=\"a\rb\"",
    ]);
    let text = prop::sample::select(vec![
        "x",
        " ",
        "\n",
        "a b",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "\u{a0}",
        "é",
        "&eacute;",
        "&copy",
        "&#39;",
        "&#146;",
        "&#x26;",
        "&#60;",
        "&",
        "& ",
        "&&",
        "<",
        ">",
        "\"",
        "1 < 2",
        "</",
        "<!",
        "<!-- c -->",
        "<![CDATA[x]]>",
        "&#0;",
        "\r",
        "\0",
        "\u{85}",
        "&NotEqualTilde;",
        "&#xD800;",
        "&notin;",
        "&not",
        ";",
        "amp;",
        "日本",
        "&#10;",
        "\u{feff}",
        "<?php x ?>",
        "&#128;",
        "&Tab;",
        "&NewLine;",
    ]);
    prop_oneof![
        3 => (name.clone(), attribute.clone(), attribute).prop_map(|(name, a, b)| format!("<{name}{a}{b}>")),
        3 => name.prop_map(|name| format!("</{name}>")),
        4 => text.prop_map(str::to_owned),
    ]
}

/// Source that nests properly, most of the time.
fn nested() -> impl Strategy<Value = String> {
    let leaf = prop::collection::vec(piece(), 0..3).prop_map(|pieces| pieces.concat());
    let text = prop::sample::select(vec!["x", " y ", "&amp;", "é\u{a0}", "<br>", "<img src=a alt=b>", "\n"]);
    let leaf = prop_oneof![1 => leaf, 9 => text.prop_map(str::to_owned)];
    let names = vec![
        "p",
        "div",
        "b",
        "em",
        "a href=x",
        "ul",
        "li",
        "pre",
        "code",
        "h2",
        "blockquote",
        "span class=c",
        "dl",
        "dd",
        "dt",
        "ol",
        "section",
        "q cite=x",
        "td",
        "tr",
        "table",
        "figure",
        "i",
        "audio src=y",
        "small",
        "font",
    ];
    leaf.prop_recursive(8, 60, 6, move |inner| {
        (prop::sample::select(names.clone()), prop::collection::vec(inner, 0..6)).prop_map(|(tag, inner)| {
            let name = tag.split(' ').next().unwrap_or_default();
            format!("<{tag}>{}</{name}>", inner.concat())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_the_parser_would_write(pieces in prop::collection::vec(piece(), 0..12)) {
        let source = pieces.concat();
        if let Some(html) = clean(&source, Some(&base())) {
            prop_assert_eq!(html, by_parser(&source, Some(&base())));
        }
    }

    #[test]
    fn also_where_tags_nest(parts in prop::collection::vec(nested(), 1..4)) {
        let source = parts.concat();
        if let Some(html) = clean(&source, None) {
            prop_assert_eq!(html, by_parser(&source, None));
        }
    }
}
