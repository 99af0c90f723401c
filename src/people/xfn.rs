//! Pages that list people with XFN (XHTML Friends Network, gmpg.org/xfn): links whose `rel` says who somebody is to whom.

use scraper::{Html, Selector};

use super::entry::{AddressBook, Entry};
use crate::model::{Contact, ContactKind, PageUrl, Person, Plain};

/// What XFN 1.1 knows, but for `me`.
const WORDS: [&str; 17] = [
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

/// Everybody whom a page links to with a word of XFN, once for each address.
pub fn read(html: &str) -> AddressBook {
    let mut book = AddressBook::default();
    let Ok(links) = Selector::parse("a[rel][href]") else { return book };
    for link in Html::parse_document(html).select(&links) {
        let rel = link.value().attr("rel").unwrap_or_default().to_lowercase();
        let words: Vec<Plain> =
            rel.split_ascii_whitespace().filter(|word| WORDS.contains(word)).map(Plain::line).collect();
        if words.is_empty() {
            continue;
        }
        let href = link.value().attr("href").unwrap_or_default().trim();
        let mut entry = Entry { line: book.entries.len() + 1, tags: words, ..Entry::default() };
        entry.name = Plain::line(&link.text().collect::<String>()).some();
        if let Some(address) = href.strip_prefix("mailto:") {
            let address = address.split('?').next().unwrap_or_default();
            entry.add_reach(Contact { kind: ContactKind::Email, value: Plain::line(address) });
        } else if let Ok(page) = PageUrl::parse(href) {
            entry.add_page(page);
        }
        if !entry.title().is_empty() {
            book.entries.push(entry);
        }
    }
    book
}

/// A page of everybody with a blog or another page. Tags that are words of XFN say who they are; everybody is a contact.
pub fn write<'a>(people: impl Iterator<Item = &'a Person>) -> String {
    let mut html = String::from(
        "<!DOCTYPE html>\n<html>\n<head profile=\"http://gmpg.org/xfn/11\">\n<meta charset=\"utf-8\">\n\
         <title>People</title>\n</head>\n<body>\n<ul>\n",
    );
    for person in people {
        let mut rel: Vec<&str> = person.tags.iter().map(Plain::as_str).filter(|tag| WORDS.contains(tag)).collect();
        if !rel.iter().any(|word| matches!(*word, "contact" | "acquaintance" | "friend")) {
            rel.push("contact");
        }
        let blogs =
            person.blogs.iter().map(|blog| blog.site_url.as_ref().map_or(blog.feed_url.as_str(), |s| s.as_str()));
        for address in blogs.chain(person.pages.iter().map(PageUrl::as_str)) {
            html.push_str(&format!(
                "<li><a rel=\"{}\" href=\"{}\">{}</a></li>\n",
                rel.join(" "),
                escape(address),
                escape(person.name.as_str())
            ));
        }
    }
    html.push_str("</ul>\n</body>\n</html>\n");
    html
}

fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_that_say_who_somebody_is_are_people() {
        let html = "<a rel='Friend met' href='https://ada.example/'>Ada &amp; Co</a> <a rel=me href=/>me</a>\
                    <a rel=nofollow href='https://shop.example'>shop</a> <a rel=contact href='mailto:b@example.org?subject=x'></a>";
        let book = read(html);
        let names: Vec<String> = book.entries.iter().map(|entry| entry.title().to_string()).collect();
        assert_eq!(names, ["Ada & Co", "b@example.org"]);
        assert_eq!(book.entries[0].tags, [Plain::line("friend"), Plain::line("met")]);
    }
}
