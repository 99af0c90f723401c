//! Elements as a tree, and the tree as HTML or as text.

use std::rc::Rc;

use url::Url;

use super::entity;
use super::names::local;

/// HTML's elements that never have an end tag. `<link>` and `<source>` are not here: in feeds they have content.
pub(super) const VOID: [&str; 9] = ["area", "br", "col", "embed", "hr", "img", "input", "param", "wbr"];

#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// See [`super::names`].
    pub(super) name: String,
    /// Without declarations of namespaces.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) nodes: Vec<Node>,
    /// What relative addresses in it are relative to (XML Base); `None` where nothing says it.
    pub(super) base: Option<Rc<Url>>,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    Element(Element),
}

impl Element {
    /// An attribute that is not blank, trimmed.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(have, _)| have == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children().filter(move |child| child.name == name)
    }

    pub(super) fn child<'a>(&'a self, name: &'a str) -> Option<&'a Element> {
        self.named(name).next()
    }

    /// The children of any of these names, in the order of the names: the best first.
    pub(super) fn any<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = &'a Element> {
        names.iter().flat_map(|name| self.named(name))
    }

    /// The text of the first child of these names that has some, trimmed.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<String> {
        self.any(names).map(Element::text).find(|text| !text.is_empty())
    }

    pub(super) fn has_children(&self) -> bool {
        self.children().next().is_some()
    }

    /// All text within, trimmed.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        match text.trim() {
            trimmed if trimmed.len() == text.len() => text,
            trimmed => trimmed.to_owned(),
        }
    }

    fn gather(&self, text: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(some) => text.push_str(some),
                Node::Element(element) => element.gather(text),
            }
        }
    }

    /// Whether any text directly in it looks like markup that was escaped.
    pub(super) fn holds_escaped_markup(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node, Node::Text(text) if text.contains("</")))
    }

    /// What is in it as HTML source. `escape` if its text is text, not if that is HTML source itself. Addresses in it
    /// are relative to its own base, also where an element within has another.
    pub(super) fn inner_html(&self, escape: bool) -> String {
        let mut html = String::new();
        self.write_inner(&mut html, escape, self.base.as_ref());
        html
    }

    fn write_inner(&self, html: &mut String, escape: bool, base: Option<&Rc<Url>>) {
        for node in &self.nodes {
            match node {
                Node::Text(text) if escape => entity::escape_into(html, text),
                Node::Text(text) => html.push_str(text),
                Node::Element(element) => element.write(html, escape, base),
            }
        }
    }

    fn write(&self, html: &mut String, escape: bool, base: Option<&Rc<Url>>) {
        let name = local(&self.name);
        let own_base = self.base.as_ref().filter(|own| base.is_none_or(|base| !Rc::ptr_eq(own, base)));
        html.push('<');
        html.push_str(name);
        for (attribute, value) in self.attributes.iter().filter(|(attribute, _)| !attribute.contains(':')) {
            html.push(' ');
            html.push_str(attribute);
            html.push_str("=\"");
            entity::escape_into(
                html,
                own_base.and_then(|base| absolute(base, attribute, value)).as_deref().unwrap_or(value),
            );
            html.push('"');
        }
        html.push('>');
        self.write_inner(html, escape, base);
        if !VOID.contains(&name) {
            html.push_str("</");
            html.push_str(name);
            html.push('>');
        }
    }
}

fn absolute(base: &Url, attribute: &str, value: &str) -> Option<String> {
    let address = matches!(attribute, "href" | "src" | "cite" | "poster");
    address.then(|| base.join(value.trim()).ok()).flatten().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_written_as_html() {
        let text = |text: &str| Node::Text(text.to_owned());
        let element = |name: &str, attributes: &[(&str, &str)], nodes| Element {
            name: name.to_owned(),
            attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            nodes,
            base: None,
        };
        let link = element("xhtml:a", &[("href", "x?a&b"), ("xml:lang", "en")], vec![text("1 < 2")]);
        let image = element("img", &[], vec![]);
        let paragraph = element("p", &[], vec![Node::Element(link), Node::Element(image), text("&lt;")]);
        assert_eq!(paragraph.inner_html(true), r#"<a href="x?a&amp;b">1 &lt; 2</a><img>&amp;lt;"#);
        assert_eq!(paragraph.inner_html(false), r#"<a href="x?a&amp;b">1 < 2</a><img>&lt;"#);
        assert_eq!(paragraph.text(), "1 < 2&lt;");
    }
}
