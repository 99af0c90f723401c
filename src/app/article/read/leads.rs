//! What leads elsewhere: links and their numbers, pictures, films and recordings.

use url::Url;

use super::{Kind, Reader, Start};
use crate::{
    app::article::{
        block::Image,
        look::{Link, Look, Role},
    },
    feed::pieces::Element,
    model::Plain,
};

impl Reader<'_> {
    pub(super) fn link(&mut self, element: &Element<'_>) -> Kind {
        let Some(href) = element.attribute("href") else { return Kind::Phrase };
        self.look.link = self.leads_within(&href).or_else(|| self.numbered(&href));
        Kind::Link { from: self.start() }
    }

    /// A link to a place in this text: `#fn1`.
    pub(super) fn leads_within(&mut self, href: &str) -> Option<Link> {
        let (before, id) = href.split_once('#')?;
        let place = self.ids.get_mut(id)?;
        // Feeds resolve it against any address of their own.
        let url = Url::parse(before).ok();
        if let (Some(url), Some(page)) = (&url, self.page)
            && url.host() != page.host()
        {
            return None;
        }
        let at = place.unwrap_or_else(|| {
            self.document.within.push(id.to_owned());
            self.document.within.len() - 1
        });
        *place = Some(at);
        Some(Link::Within(at))
    }

    pub(super) fn numbered(&mut self, href: &str) -> Option<Link> {
        let address = Plain::line(href);
        if address.is_empty() {
            return None;
        }
        let next = self.document.links.len() + 1;
        let number = *self.numbers.entry(address.as_str().to_owned()).or_insert(next);
        if number == next {
            self.document.links.push(address);
        }
        Some(Link::Out(number))
    }

    /// The number of a link stands behind its words, and stays with them on the line.
    pub(super) fn number(&mut self, from: Start) {
        let Some(Link::Out(number)) = self.look.link else { return };
        let words = &self.inline.text[self.since(from)..];
        if self.verbatim || words.trim().is_empty() {
            return;
        }
        let end = self.inline.text.trim_end_matches(' ').len();
        let gap = end < self.inline.text.len();
        self.inline.truncate(end);
        let look = Look { link: self.look.link, quoted: self.look.quoted, ..Look::of(Role::Number) };
        let joined = if end == 0 { "" } else { "\u{2060}" };
        self.inline.push(&format!("{joined}[{number}]"), look);
        if gap {
            let outside = self.open.last().map_or(Look::default(), |open| open.look);
            self.inline.push(" ", outside);
        }
    }

    pub(super) fn image(&mut self, element: &Element<'_>) {
        let Some(address) = element.attribute("src").map(|src| Plain::line(&src)).filter(|src| !src.is_empty()) else {
            return self.text(&element.attribute("alt").unwrap_or_default());
        };
        let alt = Plain::line(&element.attribute("alt").unwrap_or_default());
        // Small ones are part of a sentence: smilies, icons.
        let small = |name| {
            let size = element.attribute(name).and_then(|size| size.trim().parse::<u32>().ok());
            size.is_some_and(|size| size <= 32)
        };
        let emoji = element.attribute("class").is_some_and(|class| class.contains("emoji") || class.contains("smiley"));
        if (emoji || small("width") || small("height")) && !alt.is_empty() {
            return self.text(alt.as_str());
        }
        let label = alt.some().unwrap_or_else(|| file_name(address.as_str()));
        let at = self.document.images.len();
        let look = Look { role: Role::Image(at), link: self.look.link, quoted: self.look.quoted, ..Look::default() };
        self.inline.push(&format!("[image: {label}]"), look);
        self.document.images.push(Image { address, label });
    }

    /// A film or a recording is a link to it.
    pub(super) fn media(&mut self, element: &Element<'_>) {
        if let Some(src) = element.attribute("src") {
            let before = self.look;
            self.look.link = self.numbered(&src);
            let label = format!("[{}: {}]", element.name(), file_name(&src));
            let look = Look { link: self.look.link, ..Look::of(Role::Margin) };
            let from = self.start();
            self.inline.push(&label, look);
            self.number(from);
            self.look = before;
        }
    }
}

/// The last part of an address's path.
fn file_name(address: &str) -> Plain {
    let url = Url::parse(address).ok();
    let name = url.as_ref().and_then(|url| url.path_segments()?.next_back()).filter(|name| !name.is_empty());
    Plain::line(name.unwrap_or("untitled"))
}
