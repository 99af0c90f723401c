//! Everything on a page that can be clicked.

use scraper::ElementRef;
use url::Url;

use super::head::{cut, resolve};
use super::place::Place;
use super::walk::short_text;
use crate::model::{PageUrl, Plain};

/// A link, and where on the page it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLink {
    /// Without fragment.
    pub target: PageUrl,
    /// What is clicked: text, else an image's description, else the link's own title. At most 120 characters; may be
    /// empty.
    pub text: Plain,
    /// In lower case: XFN, `nofollow`, `ugc` and so on.
    pub rel: Vec<String>,
    pub place: Place,
}

/// The relations to people that XFN 1.1 knows, `me` apart (<https://gmpg.org/xfn/11>).
const XFN: [&str; 17] = [
    "contact",
    "acquaintance",
    "friend",
    "met",
    "co-worker",
    "colleague",
    "co-resident",
    "neighbor",
    "child",
    "parent",
    "sibling",
    "spouse",
    "kin",
    "muse",
    "crush",
    "date",
    "sweetheart",
];

/// `None` where the link leads to no other page.
pub(super) fn link(element: ElementRef<'_>, place: Place, base: &Url) -> Option<PageLink> {
    let href = element.attr("href")?.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    let target = PageUrl::from_url(resolve(base, href)?)?;
    let rel: Vec<String> = rel(element);
    let place = if rel.iter().any(|word| XFN.contains(&word.as_str())) { Place::Blogroll } else { place };
    Some(PageLink { target, text: text(element), rel, place })
}

/// The words of `rel`, in lower case.
fn rel(element: ElementRef<'_>) -> Vec<String> {
    let words = element.attr("rel").unwrap_or_default().split_ascii_whitespace();
    words.take(20).map(|word| Plain::line(cut(word, 60)).as_str().to_ascii_lowercase()).collect()
}

fn text(element: ElementRef<'_>) -> Plain {
    let shown = short_text(element, 120);
    let shown = if shown.is_empty() {
        element.attr("title").or_else(|| element.attr("aria-label")).unwrap_or_default()
    } else {
        &shown
    };
    Plain::line(cut(Plain::line(cut(shown, 500)).as_str(), 120))
}
