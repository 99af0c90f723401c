//! A post's text as lines for a terminal, with its links numbered. html2text does the layout.

use crate::{feed::SafeHtml, model::Plain};

/// As wide as a line of text is pleasant to read.
pub const MEASURE: usize = 76;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    pub lines: Vec<Plain>,
    /// What the numbers in the text stand for, from 1; any address, not only of the web.
    pub links: Vec<Plain>,
}

impl Article {
    /// Sets a text in lines of `width` columns. The links are listed below it.
    pub fn set(html: &SafeHtml, width: usize) -> Self {
        let width = width.clamp(10, MEASURE);
        let config = html2text::config::plain().link_footnotes(true).no_link_wrapping();
        let text = config.string_from_read(html.as_str().as_bytes(), width);
        let text = text.unwrap_or_else(|_| html.text().as_str().to_owned());
        let mut lines: Vec<Plain> = text.lines().map(|line| Plain::text(line.trim_end())).collect();
        // html2text lists the addresses at the end, one a line and in order: `[1]: https://…`.
        let mut links = Vec::new();
        while let Some(address) = lines.last().and_then(|line| footnote(line.as_str())) {
            links.push(address);
            lines.pop();
        }
        links.reverse();
        while lines.last().is_some_and(is_blank) {
            lines.pop();
        }
        if !links.is_empty() {
            lines.push(Plain::default());
            lines.push(Plain::line("Links:"));
            lines.extend(links.iter().enumerate().map(|(at, link)| Plain::line(&format!("[{}] {link}", at + 1))));
        }
        Self { lines, links }
    }

    /// The line where some words begin, found by their first twenty-four letters, whatever breaks are between.
    pub fn find(&self, quote: &str) -> Option<usize> {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let wanted: String = letters(quote).chars().take(24).collect();
        let mut text = String::new();
        let mut ends = Vec::new();
        for line in &self.lines {
            // A link's number stands in the line but not in the quote.
            let mut rest = line.as_str();
            while let Some((before, after)) = rest.split_once('[') {
                text.push_str(&letters(before));
                rest = match after.split_once(']') {
                    Some((number, after)) if number.chars().all(|c| c.is_ascii_digit()) => after,
                    _ => after,
                };
            }
            text.push_str(&letters(rest));
            ends.push(text.len());
        }
        let at = (!wanted.is_empty()).then(|| text.find(&wanted)).flatten()?;
        ends.iter().position(|&end| end > at)
    }
}

fn footnote(line: &str) -> Option<Plain> {
    let (number, address) = line.strip_prefix('[')?.split_once("]: ")?;
    number.chars().all(|c| c.is_ascii_digit()).then(|| Plain::line(address))
}

fn is_blank(line: &Plain) -> bool {
    line.as_str().trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_numbered_and_a_quote_is_found_across_lines() {
        let html = "<p>I read <a href=\"https://a.example/x\">what Ann wrote</a> and then some more of it, which was long \
                    enough to be broken into several lines of text.</p><ul><li><a href=\"mailto:ann@a.example\">Write</a></li></ul>\
                    <pre>if x {\n\ty();\n}</pre>";
        let article = Article::set(&SafeHtml::from_stored(html.into()), 40);
        assert!(article.lines[0].as_str().contains("[1]"), "{:?}", article.lines);
        assert_eq!(
            article.links.iter().map(Plain::as_str).collect::<Vec<_>>(),
            ["https://a.example/x", "mailto:ann@a.example"]
        );
        assert!(article.lines.iter().any(|line| line.as_str() == "        y();"), "{:?}", article.lines);
        assert_eq!(article.find("enough to be broken into several"), Some(1), "{:?}", article.lines);
        assert!(article.lines.last().unwrap().as_str().contains("[2] mailto:ann@a.example"));
    }
}
