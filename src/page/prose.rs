//! The main text of a page.

use crate::model::Plain;

/// Bytes kept; a long novel of a page is known well enough by its beginning.
const LONGEST: usize = 256 * 1024;
/// Bytes from which on `<main>` or `<article>` is believed to hold the text.
const ENOUGH: usize = 140;

/// What an element is to the text around it.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "br"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
    )
}

/// Elements whose text nobody reads.
pub(super) fn is_unread(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "button"
            | "canvas"
            | "head"
            | "iframe"
            | "math"
            | "noscript"
            | "object"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "video"
    )
}

/// Gathers text three ways and takes the best in the end.
#[derive(Debug, Default)]
pub(super) struct Prose {
    main: Flow,
    article: Flow,
    body: Flow,
    articles: usize,
}

/// What text stands in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Within {
    pub(super) main: bool,
    pub(super) article: bool,
}

impl Prose {
    /// An article that stands in no other begins.
    pub(super) fn article(&mut self) {
        self.articles += 1;
    }

    pub(super) fn text(&mut self, text: &str, within: Within) {
        self.body.text(text);
        if within.main {
            self.main.text(text);
        }
        if within.article {
            self.article.text(text);
        }
    }

    /// A line ends here.
    pub(super) fn end_line(&mut self) {
        for flow in [&mut self.main, &mut self.article, &mut self.body] {
            flow.gap = Gap::Line;
        }
    }

    /// A single article is the post; else the main part, else everything.
    pub(super) fn finish(self) -> Plain {
        let article = Some(self.article.text).filter(|text| self.articles == 1 && text.len() >= ENOUGH);
        let main = Some(self.main.text).filter(|text| text.len() >= ENOUGH);
        Plain::text(&article.or(main).unwrap_or(self.body.text))
    }
}

/// Text with white space collapsed: spaces within a line, one line break between lines.
#[derive(Debug, Default)]
struct Flow {
    text: String,
    gap: Gap,
}

#[derive(Debug, Default, PartialEq)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Flow {
    fn text(&mut self, text: &str) {
        if self.text.len() + text.len() > LONGEST {
            return;
        }
        for word in text.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            if !bare.is_empty() {
                match std::mem::take(&mut self.gap) {
                    _ if self.text.is_empty() => {}
                    Gap::None => {}
                    Gap::Space => self.text.push(' '),
                    Gap::Line => self.text.push('\n'),
                }
                self.text.push_str(bare);
            }
            if bare.len() < word.len() && self.gap == Gap::None {
                self.gap = Gap::Space;
            }
        }
    }
}
