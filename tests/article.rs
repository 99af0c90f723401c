//! How a rich article looks in two widths.

use penpal::{
    app::article::{Article, Line, bidi},
    feed::SafeHtml,
};

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
