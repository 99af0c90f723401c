//! Names of elements and attributes with one prefix for each vocabulary, whatever a document calls it.
//!
//! The document's own vocabulary (RSS, or Atom) is known by its root, because feeds declare it wrongly in every way.
//! RSS's names come out bare (`pubdate`), all others with a prefix (`dc:creator`, `atom:link`), in lower case.

/// Namespaces without scheme, `www.` and what is at their ends, and the prefix that they get. The empty one is RSS.
const NAMESPACES: [(&str, &str); 43] = [
    ("backend.userland.com/rss", ""),
    ("backend.userland.com/rss2", ""),
    ("backend.userland.com/rss091", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
    ("channel.netscape.com/rdf/simple/0.9", ""),
    ("my.netscape.com/rdf/simple/0.9", ""),
    ("my.netscape.com/publish/formats/rss-0.91.dtd", ""),
    ("purl.org/rss/1.0", ""),
    ("purl.org/net/rss1.1", ""),
    ("purl.org/rss/1.0/modules/rss091", ""),
    ("w3.org/2005/atom", "atom"),
    ("purl.org/atom/ns", "atom"),
    ("example.com/newformat", "atom"),
    ("necho.com/ns/echo", "atom"),
    ("purl.org/echo", "atom"),
    ("purl.org/pie", "atom"),
    ("purl.org/atom/app", "app"),
    ("w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("w3.org/1999/xhtml", "xhtml"),
    ("w3.org/2000/svg", "svg"),
    ("w3.org/1998/math/mathml", "math"),
    ("w3.org/1999/xlink", "xlink"),
    ("w3.org/xml/1998/namespace", "xml"),
    ("purl.org/dc/elements/1.1", "dc"),
    ("purl.org/dc/elements/1.0", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/rss/1.0/modules/dcterms", "dcterms"),
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/modules/slash", "slash"),
    ("purl.org/rss/1.0/modules/syndication", "sy"),
    ("purl.org/rss/1.0/modules/taxonomy", "taxo"),
    ("purl.org/syndication/thread/1.0", "thr"),
    ("wellformedweb.org/commentapi", "wfw"),
    ("itunes.com/dtds/podcast-1.0.dtd", "itunes"),
    ("itunes.com/dtds/podcast", "itunes"),
    ("example.com/dtds/podcast-1.0.dtd", "itunes"),
    ("search.yahoo.com/mrss", "media"),
    ("video.search.yahoo.com/mrss", "media"),
    ("rssboard.org/media-rss", "media"),
    ("source.scripting.com", "source"),
    ("source.smallpict.com/2014/07/12/theoutlinernamespace.html", "source"),
    ("podcastindex.org/namespace/1.0", "podcast"),
    ("prismstandard.org/namespaces/1.2/basic", "prism"),
];

/// Prefixes that people use without saying what they stand for.
const USUAL: [(&str, &str); 24] = [
    ("a10", "atom"),
    ("atom", "atom"),
    ("atom03", "atom"),
    ("atom10", "atom"),
    ("content", "content"),
    ("dc", "dc"),
    ("dct", "dcterms"),
    ("dcterms", "dcterms"),
    ("itunes", "itunes"),
    ("media", "media"),
    ("podcast", "podcast"),
    ("rdf", "rdf"),
    ("rss", ""),
    ("slash", "slash"),
    ("source", "source"),
    ("sy", "sy"),
    ("taxo", "taxo"),
    ("thr", "thr"),
    ("wfw", "wfw"),
    ("xhtml", "xhtml"),
    ("xlink", "xlink"),
    ("xml", "xml"),
    ("svg", "svg"),
    ("prism", "prism"),
];

/// What a vocabulary gets that penpal does not know, so that its `description` is not taken for RSS's.
const FOREIGN: &str = "?";

/// Declarations that hold at one place; a document with more is an attack.
const MOST_DECLARATIONS: usize = 256;

/// The declarations that hold where the reader is.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Prefix (empty: the default) and what it stands for, the innermost last.
    declared: Vec<(String, Space)>,
    /// The vocabulary of the root, once that is known.
    root: Option<Root>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Space {
    prefix: &'static str,
    address: String,
}

#[derive(Debug)]
struct Root {
    /// The default namespace at the root; everything without a prefix under it is the format's own.
    default: String,
    /// The namespace of the root's own prefix, where it has one that is not known.
    own: Option<String>,
    prefix: &'static str,
}

impl Scope {
    /// To give back to [`Scope::leave`].
    pub(super) fn mark(&self) -> usize {
        self.declared.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        self.declared.truncate(mark);
    }

    /// Takes note of an `xmlns` or `xmlns:prefix`; other attributes are none of its business.
    pub(super) fn declare(&mut self, attribute: &str, address: &str) {
        let prefix = match attribute.strip_prefix("xmlns") {
            Some("") => "",
            Some(rest) if rest.starts_with(':') => &rest[1..],
            _ => return,
        };
        if self.declared.len() < MOST_DECLARATIONS {
            let address = normal(address);
            let known = NAMESPACES.iter().find(|(known, _)| *known == address).map(|(_, prefix)| *prefix);
            let by_family = || address.starts_with("backend.userland.com/rss").then_some("");
            let prefix_of = known.or_else(by_family).unwrap_or(FOREIGN);
            self.declared.push((prefix.to_ascii_lowercase(), Space { prefix: prefix_of, address }));
        }
    }

    /// Says that the element whose declarations have just been read is the root, and what its format's names get.
    pub(super) fn set_root(&mut self, name: &str, prefix: &'static str) {
        let own = name.split_once(':').and_then(|(written, _)| self.space(written)).map(|space| space.address.clone());
        let default = self.space("").map(|space| space.address.clone()).unwrap_or_default();
        self.root = Some(Root { default, own, prefix });
    }

    pub(super) fn element(&self, written: &str) -> String {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        named(self.prefix(prefix), local)
    }

    /// Attributes without a prefix belong to their element.
    pub(super) fn attribute(&self, written: &str) -> String {
        match written.split_once(':') {
            None => written.to_ascii_lowercase(),
            Some((prefix, local)) => named(self.prefix(prefix), local),
        }
    }

    fn prefix(&self, written: &str) -> &'static str {
        let own = self.root.as_ref().map_or("", |root| root.prefix);
        let lower = written.to_ascii_lowercase();
        match (self.space(&lower), &self.root) {
            (Some(space), Some(root)) if written.is_empty() && space.address == root.default => own,
            (Some(space), Some(root)) if space.prefix == FOREIGN && Some(&space.address) == root.own.as_ref() => own,
            (Some(space), _) if written.is_empty() && space.address.is_empty() => own,
            (Some(space), _) => space.prefix,
            (None, _) if written.is_empty() => own,
            (None, _) => USUAL.iter().find(|(usual, _)| *usual == lower).map_or(FOREIGN, |(_, prefix)| prefix),
        }
    }

    fn space(&self, prefix: &str) -> Option<&Space> {
        self.declared.iter().rev().find(|(declared, _)| declared == prefix).map(|(_, space)| space)
    }
}

fn named(prefix: &str, local: &str) -> String {
    let mut name = String::with_capacity(prefix.len() + local.len() + 1);
    if !prefix.is_empty() {
        name.push_str(prefix);
        name.push(':');
    }
    name.push_str(local);
    name.make_ascii_lowercase();
    name
}

/// The last part of a name: `b` of `xhtml:b`.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn normal(address: &str) -> String {
    let lower = address.trim().to_ascii_lowercase();
    let bare = lower.trim_start_matches("http://").trim_start_matches("https://").trim_start_matches("www.");
    bare.trim_end_matches(['/', '#']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(root: &str, declarations: &[(&str, &str)], written: &str) -> String {
        let mut scope = Scope::default();
        for (attribute, address) in declarations {
            scope.declare(attribute, address);
        }
        scope.set_root(root, if root.ends_with("feed") { "atom" } else { "" });
        scope.element(written)
    }

    #[test]
    fn a_vocabulary_has_one_prefix_whatever_a_feed_calls_it() {
        const ATOM: &str = "http://www.w3.org/2005/Atom";
        for (root, declarations, written, expected) in [
            ("rss", &[][..], "pubDate", "pubdate"),
            ("rss", &[("xmlns:d", "http://purl.org/dc/elements/1.1/")], "d:Creator", "dc:creator"),
            ("rss", &[("xmlns:dc", "https://purl.org/dc/elements/1.1")], "dc:creator", "dc:creator"),
            ("rss", &[], "content:encoded", "content:encoded"),
            ("rss", &[("xmlns:szf", "http://schemas.example/")], "szf:description", "?:description"),
            ("rss", &[("xmlns", "http://my.example/rss")], "item", "item"),
            ("rss", &[("xmlns", ATOM), ("xmlns:atom", ATOM)], "title", "title"),
            ("rss", &[("xmlns", ATOM), ("xmlns:atom", ATOM)], "atom:link", "atom:link"),
            ("rss", &[("xmlns", "")], "title", "title"),
            ("x:rss", &[("xmlns:x", "http://my.example/rss")], "x:item", "item"),
            ("rdf:RDF", &[("xmlns", "http://my.netscape.com/rdf/simple/0.9/")], "item", "item"),
            ("feed", &[("xmlns", "https://www.w3.org/2005/Atom/")], "entry", "atom:entry"),
            ("feed", &[("xmlns", "http://my.example/atom")], "entry", "atom:entry"),
            ("a:feed", &[("xmlns:a", "http://purl.org/atom/ns#")], "a:entry", "atom:entry"),
            ("feed", &[], "entry", "atom:entry"),
        ] {
            assert_eq!(name(root, declarations, written), expected, "{root} {declarations:?}");
        }
    }

    #[test]
    fn a_declaration_ends_with_its_element() {
        let mut scope = Scope::default();
        scope.set_root("rss", "");
        let mark = scope.mark();
        scope.declare("xmlns", "http://www.w3.org/1999/xhtml");
        assert_eq!(scope.element("body"), "xhtml:body");
        scope.leave(mark);
        assert_eq!(scope.element("body"), "body");
    }
}
