//! Addresses: made absolute, only of kinds that a person can open, and chosen by what they are for.

use url::Url;

use super::tree::Element;

/// Schemes that lead somewhere and run nothing.
pub(super) const SCHEMES: [&str; 11] =
    ["http", "https", "mailto", "ftp", "gemini", "gopher", "tel", "magnet", "xmpp", "irc", "ircs"];

/// Bytes of an address; browsers and servers give up earlier.
const LONGEST_ADDRESS: usize = 16 * 1024;

/// An address as a feed has it, made absolute. `None` if it is empty, unreadable, relative to nothing, or of a kind
/// that nobody should open (`javascript:`, `data:`, `file:`).
pub(super) fn resolve(base: Option<&Url>, written: &str) -> Option<Url> {
    let written = written.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if written.is_empty() || written.len() > LONGEST_ADDRESS {
        return None;
    }
    let url = match Url::parse(written) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) if written.starts_with("www.") => {
            Url::parse(&format!("http://{written}")).ok()?
        }
        Err(url::ParseError::RelativeUrlWithoutBase) => base?.join(written).ok()?,
        Err(_) => return None,
    };
    SCHEMES.contains(&url.scheme()).then_some(url)
}

/// An `<atom:link>`, also as RSS feeds use it, or an RSS `<link href>`.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) rel: String,
    pub(super) url: Url,
    pub(super) media_type: Option<String>,
    pub(super) length: Option<u64>,
    /// `thr:count` (RFC 4685).
    pub(super) count: Option<u64>,
}

/// The links directly in an element, whose relative addresses are relative to `fallback` if nothing nearer is known.
pub(super) fn links(element: &Element, fallback: Option<&Url>) -> Vec<Link> {
    let own = element.any(&["atom:link", "link"]).filter_map(|link| {
        // Some write an address as the text, as RSS has it, and with a relation as Atom has it.
        let text = link.attribute("rel").map(|_| link.text()).unwrap_or_default();
        let url = resolve(link.base.as_deref().or(fallback), link.attribute("href").unwrap_or(&text))?;
        let rel = link.attribute("rel").unwrap_or("alternate").to_ascii_lowercase();
        // RFC 4287 lets a relation be an address at the IANA.
        let rel = rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(&rel).to_owned();
        Some(Link {
            rel,
            url,
            media_type: link.attribute("type").map(str::to_ascii_lowercase),
            length: link.attribute("length").and_then(|length| length.parse().ok()),
            count: link.attribute("thr:count").and_then(|count| count.parse().ok()),
        })
    });
    own.collect()
}

impl Link {
    pub(super) fn is(&self, rel: &str) -> bool {
        self.rel.split_ascii_whitespace().any(|own| own == rel)
    }

    pub(super) fn is_html(&self) -> bool {
        self.media_type.as_deref().is_some_and(|kind| kind.contains("html"))
    }

    fn is_feed(&self) -> bool {
        self.media_type.as_deref().is_some_and(|kind| kind.contains("atom") || kind.contains("rss"))
    }
}

/// The first of a relation.
pub(super) fn first(links: &[Link], rel: &str) -> Option<Url> {
    links.iter().find(|link| link.is(rel)).map(|link| link.url.clone())
}

/// The page for people: an alternate in HTML, else one that doesn't say what it is, else any.
pub(super) fn page(links: &[Link]) -> Option<Url> {
    let rank = |link: &Link| match &link.media_type {
        _ if link.is_html() => 0,
        None => 1,
        Some(_) if !link.is_feed() => 2,
        Some(_) => 3,
    };
    links.iter().filter(|link| link.is("alternate")).min_by_key(|link| rank(link)).map(|link| link.url.clone())
}

/// The address that is an element's text.
pub(super) fn of_text(element: &Element, fallback: Option<&Url>) -> Option<Url> {
    resolve(element.base.as_deref().or(fallback), &element.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_absolute_or_go() {
        let base = Url::parse("http://example.org/a/b").unwrap();
        for (written, absolute) in [
            (" c ", Some("http://example.org/a/c")),
            ("/c d", Some("http://example.org/c%20d")),
            ("//cdn.example/x", Some("http://cdn.example/x")),
            ("https://Example.com", Some("https://example.com/")),
            ("www.example.com/x", Some("http://www.example.com/x")),
            ("mailto:a@example.org", Some("mailto:a@example.org")),
            ("java\nscript:alert(1)", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("http://[", None),
            ("", None),
        ] {
            assert_eq!(resolve(Some(&base), written).as_ref().map(Url::as_str), absolute, "{written}");
        }
        assert_eq!(resolve(None, "c"), None);
    }
}
