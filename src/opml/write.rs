//! Writes OPML 2.0.

use std::collections::HashMap;

use quick_xml::escape::escape;

use super::{Outline, name};
use crate::model::Plain;

/// A list with folders nested again. A folder stands where its first outline does and holds all that are in it; apart
/// from that the order is kept. What [`read`](super::read()) makes of it equals `outlines`, but for their lines.
pub fn write<'a>(title: &str, outlines: impl Iterator<Item = &'a Outline>) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n");
    let title = name::written(&Plain::line(title)).into_owned();
    xml.push_str(&format!("    <title>{}</title>\n  </head>\n  <body>\n", value(&title)));
    let folders = nested(outlines);
    // Folder and position in it; a stack, so that no depth can exhaust the thread's own.
    let mut open = vec![(0, 0)];
    while let Some((folder, position)) = open.pop() {
        let indent = "  ".repeat(open.len() + 2);
        match folders[folder].inside.get(position) {
            Some(Item::Feed(outline)) => {
                open.push((folder, position + 1));
                xml.push_str(&indent);
                xml.push_str(&feed(outline));
            }
            Some(Item::Folder(inner)) => {
                open.push((folder, position + 1));
                open.push((*inner, 0));
                let name = name::written(folders[*inner].name);
                xml.push_str(&format!("{indent}<outline text=\"{}\">\n", value(&name)));
            }
            None if open.is_empty() => {}
            None => xml.push_str(&format!("{}</outline>\n", "  ".repeat(open.len() + 1))),
        }
    }
    xml.push_str("  </body>\n</opml>\n");
    xml
}

struct Folder<'a> {
    name: &'a Plain,
    inside: Vec<Item<'a>>,
}

enum Item<'a> {
    Feed(&'a Outline),
    /// Its place in the list of folders.
    Folder(usize),
}

/// The first folder is the list itself.
fn nested<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Vec<Folder<'a>> {
    static NO_NAME: std::sync::LazyLock<Plain> = std::sync::LazyLock::new(Plain::default);
    let mut folders = vec![Folder { name: &NO_NAME, inside: Vec::new() }];
    let mut places: HashMap<(usize, &Plain), usize> = HashMap::new();
    for outline in outlines {
        let mut at = 0;
        for name in &outline.folder {
            at = *places.entry((at, name)).or_insert_with(|| {
                folders.push(Folder { name, inside: Vec::new() });
                let place = folders.len() - 1;
                folders[at].inside.push(Item::Folder(place));
                place
            });
        }
        folders[at].inside.push(Item::Feed(outline));
    }
    folders
}

fn feed(outline: &Outline) -> String {
    let other = |name: &str| outline.other.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
    let mut tag = String::from("<outline");
    let mut attribute = |name: &str, text: &str| tag.push_str(&format!(" {name}=\"{}\"", value(text)));
    if !other("type") {
        attribute("type", "rss");
    }
    // The specification asks for `text`, and some readers look only at `title`.
    let title = outline.title.as_ref().map(name::written).unwrap_or_default();
    attribute("text", &title);
    if !other("title") {
        attribute("title", &title);
    }
    attribute("xmlUrl", outline.feed_url.as_str());
    if let Some(site) = &outline.site_url {
        attribute("htmlUrl", site.as_str());
    }
    if !outline.tags.is_empty() {
        let tags: Vec<String> = outline.tags.iter().map(|tag| tag.as_str().replace(',', " ")).collect();
        attribute("category", &tags.join(","));
    }
    for (name, text) in &outline.other {
        attribute(name, text);
    }
    tag.push_str("/>\n");
    tag
}

/// Escaped for an attribute; line breaks and tabs would else become spaces.
fn value(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opml::read;

    #[test]
    fn a_list_is_written_with_its_folders_nested() {
        let list = "<outline text='B'><outline text='C'>\
                    <outline text='1 &amp; 2' xmlUrl='http://a.example/'/></outline></outline>\
                    <outline text='top' xmlUrl='http://b.example/' htmlUrl='http://b.example/' category='x,/y' a='&#10;'/>\
                    <outline text='B'><outline text='3' type='atom' xmlUrl='http://c.example/'/></outline>";
        let outlines = read(list.as_bytes()).unwrap().outlines;
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Mine &amp; yours</title>
  </head>
  <body>
    <outline text="B">
      <outline text="C">
        <outline type="rss" text="1 &amp; 2" title="1 &amp; 2" xmlUrl="http://a.example/"/>
      </outline>
      <outline text="3" title="3" xmlUrl="http://c.example/" type="atom"/>
    </outline>
    <outline type="rss" text="top" title="top" xmlUrl="http://b.example/" htmlUrl="http://b.example/" category="x,/y" a="&#10;"/>
  </body>
</opml>
"#;
        assert_eq!(write("Mine & yours", outlines.iter()), expected);
    }
}
