//! HTML as plain text, read with a tokenizer instead of a second parser: it is asked for every post.

use std::ops::ControlFlow;

use super::entity;
use super::markup::{Dialect, Tag, Token, Tokens};
use super::mend::mend;

/// Elements whose content is no text of the page.
pub(super) const UNREAD: [&str; 3] = ["script", "style", "title"];

/// Elements that hold code.
const CODE: [&str; 5] = ["pre", "code", "samp", "kbd", "tt"];

/// What stands between two elements' texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

fn gap_at(name: &str) -> Gap {
    match name {
        "p" | "div" | "ul" | "ol" | "dl" | "table" | "blockquote" | "pre" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "section" | "article" | "figure" | "header" | "footer" | "aside" | "nav" | "main" | "center"
        | "address" => Gap::Paragraph,
        "br" | "li" | "tr" | "dt" | "dd" | "figcaption" | "caption" | "thead" | "tbody" | "tfoot" => Gap::Line,
        "td" | "th" => Gap::Space,
        _ => Gap::None,
    }
}

/// Text with a blank line between paragraphs and a line for each `<br>`, list item and row. Within `<pre>` it stays as
/// it is.
pub(super) fn text(html: &str) -> String {
    beginning(html, usize::MAX)
}

/// [`text`] without what is no language: listings and words in the type of a machine.
pub(super) fn prose(html: &str) -> String {
    let (mut written, mut code) = (Writer::default(), 0_i32);
    let is_code = |name: &str| CODE.iter().any(|code| name.eq_ignore_ascii_case(code));
    walk(html, |step| {
        match step {
            Step::Text(_) if code > 0 => written.gap = written.gap.max(Gap::Space),
            Step::Text(text) => written.push(&text),
            Step::Open(tag) if is_code(tag.name) => code += 1,
            Step::Close(name) if is_code(name) => code = (code - 1).max(0),
            Step::Open(tag) => written.element(&tag.name.to_ascii_lowercase(), 1),
            Step::Close(name) => written.element(&name.to_ascii_lowercase(), -1),
        }
        ControlFlow::Continue(())
    });
    written.text
}

/// The first words of [`text`]: `characters` of them at least, if there are as many, and not many more.
pub(super) fn beginning(html: &str, characters: usize) -> String {
    let mut written = Writer::default();
    walk(html, |step| {
        match step {
            Step::Text(text) => written.push(&text),
            Step::Open(tag) => written.element(&tag.name.to_ascii_lowercase(), 1),
            Step::Close(name) => written.element(&name.to_ascii_lowercase(), -1),
        }
        let text = &written.text;
        let enough = text.len() >= characters && text.chars().count() >= characters;
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    written.text
}

/// Text in one run, white space as it comes: for titles.
pub(super) fn line(html: &str) -> String {
    let mut line = String::new();
    walk(html, |step| {
        match step {
            Step::Text(text) => line.push_str(&text),
            Step::Open(Tag { name, .. }) | Step::Close(name) => {
                if gap_at(&name.to_ascii_lowercase()) > Gap::None {
                    line.push(' ');
                }
            }
        }
        ControlFlow::Continue(())
    });
    mend(line)
}

/// Each `<a href>` with its text, in order.
pub(super) fn links(html: &str) -> Vec<(String, String)> {
    let mut links = Vec::new();
    let mut open: Option<(String, String)> = None;
    walk(html, |step| {
        match step {
            Step::Text(text) => {
                if let Some((_, words)) = &mut open {
                    words.push_str(&text);
                }
            }
            Step::Open(tag) if tag.name.eq_ignore_ascii_case("a") => {
                links.extend(open.take());
                let href = tag.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case("href"));
                open = href.map(|(_, address)| (entity::decode(address).into_owned(), String::new()));
            }
            Step::Close(name) if name.eq_ignore_ascii_case("a") => links.extend(open.take()),
            Step::Open(_) | Step::Close(_) => {}
        }
        ControlFlow::Continue(())
    });
    links.extend(open);
    for (_, words) in &mut links {
        *words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    links
}

enum Step<'a> {
    Text(std::borrow::Cow<'a, str>),
    Open(Tag<'a>),
    Close(&'a str),
}

/// Goes through the source until its end, or until `visit` has seen enough.
fn walk(html: &str, mut visit: impl FnMut(Step) -> ControlFlow<()>) {
    let mut tokens = Tokens::new(html, Dialect::Html);
    while let Some(token) = tokens.next() {
        let seen = match token {
            Token::Text(text) | Token::Verbatim(text) => visit(Step::Text(entity::decode(text))),
            Token::Open(tag) => match UNREAD.iter().find(|unread| tag.name.eq_ignore_ascii_case(unread)) {
                Some(unread) => {
                    tokens.skip_past_end_of(unread);
                    continue;
                }
                None => visit(Step::Open(tag)),
            },
            Token::Close(name) => visit(Step::Close(name)),
        };
        if seen.is_break() {
            return;
        }
    }
}

/// Writes words, and the gaps between them only once.
struct Writer {
    text: String,
    gap: Gap,
    /// Open `<pre>`s.
    verbatim: i32,
}

impl Default for Writer {
    fn default() -> Self {
        Self { text: String::new(), gap: Gap::None, verbatim: 0 }
    }
}

impl Writer {
    fn element(&mut self, name: &str, step: i32) {
        self.gap = self.gap.max(gap_at(name));
        if name == "pre" {
            self.verbatim = (self.verbatim + step).max(0);
        }
    }

    fn push(&mut self, text: &str) {
        if self.verbatim > 0 && !text.is_empty() {
            self.close_gap();
            self.text.push_str(text);
            return;
        }
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            if !word.is_empty() {
                self.close_gap();
                self.text.push_str(word);
            }
            if word.len() < piece.len() {
                self.gap = self.gap.max(Gap::Space);
            }
        }
    }

    fn close_gap(&mut self) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if self.text.is_empty() {
            return;
        }
        self.text.push_str(match gap {
            Gap::None => "",
            Gap::Space => " ",
            Gap::Line => "\n",
            Gap::Paragraph => "\n\n",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_the_text_without_its_code() {
        for (html, plain) in [
            (
                "<p>Call <code>free()</code> late.</p><pre>let <b>x</b>;</pre><p>Then <tt>y</tt>.</p>",
                "Call late.\n\nThen .",
            ),
            ("<pre><code>a</code> b</pre>c", "c"),
            ("no code", "no code"),
        ] {
            assert_eq!(prose(html), plain, "{html}");
        }
    }

    #[test]
    fn text_has_the_paragraphs_of_its_html() {
        for (html, plain) in [
            ("<p>a <b>b</b>c</p><p>d<br>e</p>", "a bc\n\nd\ne"),
            ("  a\n  b  ", "a b"),
            ("<ul><li>1</li><li>2</li></ul>x", "1\n2\n\nx"),
            ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
            ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
            ("a<script>b</script>c &amp;lt; &nbsp;d", "ac &lt; d"),
            ("1 < 2", "1 < 2"),
            ("", ""),
        ] {
            assert_eq!(text(html), plain, "{html}");
        }
    }

    #[test]
    fn links_come_with_their_words() {
        let html =
            r#"<a href="http://a.example/?x&amp;y">one <i>two</i></a> <a name="z">no</a> <a href="http://b.example/">"#;
        let expected = [("http://a.example/?x&y", "one two"), ("http://b.example/", "")];
        assert_eq!(links(html), expected.map(|(address, text)| (address.to_owned(), text.to_owned())));
    }
}
