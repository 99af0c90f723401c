//! The main part of a page as HTML: the article without what stands around it.

use dom_smoothie::{Config, Readability};
use url::Url;

use super::bounds;
use crate::model::Plain;

/// Elements may stand this deep; the extractor's time grows faster than its pages do.
const DEEPEST: usize = 300;
/// Elements of a page that are looked at.
const MOST_ELEMENTS: usize = 50_000;
/// Of the plain main text, in hundredths, that an article must have to be believed.
const LEAST: usize = 50;
/// Bytes of text that make an article where there seems to be none.
const ENOUGH: usize = 140;

/// The main part of a page that was fetched from `base`, by the method of Mozilla's Readability; else its main text, a
/// paragraph a line. `None` if there is hardly any. Nothing in it is safe to show yet.
pub fn article(html: &str, base: &Url) -> Option<String> {
    let main = super::read(html, base).text;
    let least = if main.is_empty() { ENOUGH } else { main.as_str().len() * LEAST / 100 };
    let extracted = extract(html, base).filter(|(_, length)| *length >= least);
    match extracted {
        Some((article, _)) => Some(article),
        None if main.is_empty() => None,
        None => Some(as_paragraphs(&main)),
    }
}

/// The extractor's HTML, and how many bytes of text there are in it.
fn extract(html: &str, base: &Url) -> Option<(String, usize)> {
    let (html, deepest) = bounds::measure(html);
    if deepest > DEEPEST {
        return None;
    }
    let config = Config {
        // Microformats in an article say whom it answers.
        keep_classes: true,
        max_elements_to_parse: MOST_ELEMENTS,
        ..Config::default()
    };
    let article = Readability::new(html, Some(base.as_str()), Some(config)).ok()?.parse().ok()?;
    let length = article.text_content.split_whitespace().map(|word| word.len() + 1).sum();
    Some((article.content.to_string(), length))
}

fn as_paragraphs(text: &Plain) -> String {
    let escape = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;");
    text.as_str().lines().map(|line| format!("<p>{}</p>", escape(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> String {
        article(html, &Url::parse("http://ann.example/posts/1").unwrap()).unwrap_or_default()
    }

    #[test]
    fn an_article_comes_without_what_stands_around_it() {
        let paragraph = "<p>The oven was built of bricks, with a door of iron, and it held the heat for two days.</p>";
        let page = format!(
            "<html><head><title>Ovens</title></head><body><nav><a href='/'>Home</a><a href='/about'>About me</a></nav>\
             <main><article><h1>Ovens</h1>{}<figure><img src='oven.png' alt='The oven'></figure>{}\
             <pre><code>let x = 1;</code></pre></article></main>\
             <aside>Subscribe to my newsletter</aside><footer>All rights reserved</footer></body></html>",
            paragraph.repeat(4),
            paragraph.repeat(4)
        );
        let found = read(&page);
        for part in ["built of bricks", "http://ann.example/posts/oven.png", "let x = 1;"] {
            assert!(found.contains(part), "{part} is not in {found}");
        }
        for part in ["About me", "newsletter", "rights reserved"] {
            assert!(!found.contains(part), "{part} is in {found}");
        }
    }

    #[test]
    fn a_page_that_the_extractor_is_not_for_gives_its_main_text() {
        let deep = format!("{}<p>Deep words &amp; <b>more</b></p>{}", "<div>".repeat(400), "</div>".repeat(400));
        assert_eq!(read(&deep), "<p>Deep words &amp; more</p>");
        assert_eq!(article("<nav>Home</nav>", &Url::parse("http://ann.example/").unwrap()), None);
    }
}
