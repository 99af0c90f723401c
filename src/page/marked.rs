//! Posts that are marked up on the page itself (microformats2: `h-feed`, `h-entry`), read as a feed.
//! <https://microformats.org/wiki/h-entry>

use scraper::{ElementRef, Html};
use url::Url;

use super::head::{base, has_token, resolve};
use super::{bounds, read};
use crate::feed::{Author, Entry, Feed, FeedKind, SafeHtml, complete, moment};
use crate::model::Plain;

/// Posts of one page, and elements of one post, that are looked at.
const MOST_POSTS: usize = 500;
const MOST_ELEMENTS: usize = 20_000;
/// Values of one property, and bytes of each but for names and texts; whatever nests them has them all anew each time.
const MOST_AUTHORS: usize = 5;
const MOST_VALUES: usize = 50;
const LONGEST_VALUE: usize = 1 << 10;
/// Bytes of a name: a note's is all of its text.
const LONGEST_NAME: usize = 64 << 10;

/// The posts of a page that was fetched from `fetched`; `None` if it marks up none. What an `h-feed` holds wins over
/// what stands elsewhere, and posts within posts are quotes.
pub fn marked(html: &str, fetched: &Url) -> Option<Feed> {
    let document = Html::parse_document(bounds::within(html));
    let base = base(&document, fetched);
    let elements = || document.tree.nodes().filter_map(ElementRef::wrap);
    let in_feed = |post: &ElementRef<'_>| holders(*post).any(|holder| is(holder, "h-feed"));
    let posts: Vec<ElementRef<'_>> = elements()
        .filter(|element| {
            is(*element, "h-entry") && !holders(*element).any(|holder| is_item(holder) && !is(holder, "h-feed"))
        })
        .take(MOST_POSTS)
        .collect();
    let has_feed = posts.iter().any(in_feed);
    let entries: Vec<Entry> =
        posts.into_iter().filter(|post| !has_feed || in_feed(post)).map(|post| entry(post, &base)).collect();
    if entries.is_empty() {
        return None;
    }
    let feed = elements().find(|element| is(*element, "h-feed"));
    let name = feed.and_then(|feed| Item::of(feed).text("p-name"));
    let page = read(html, fetched);
    Some(complete(Feed {
        title: name.or(page.title),
        link: Some(fetched.clone()),
        description: page.description,
        language: page.language,
        authors: page.name.map(|name| Author { name: Some(name), ..Author::default() }).into_iter().collect(),
        kind: FeedKind::Page,
        entries,
        ..Feed::default()
    }))
}

fn entry(post: ElementRef<'_>, base: &Url) -> Entry {
    let item = Item::of(post);
    let content = item.of_class("e-content").next();
    let photo = || {
        let photo = item.of_class("u-photo").find_map(|photo| address(photo, base))?;
        SafeHtml::of_page(&format!("<img src=\"{}\">", photo.as_str().replace('"', "%22")), None)
    };
    let content = content.and_then(|content| SafeHtml::of_page(&content.inner_html(), Some(base))).or_else(photo);
    let summary = item.of_class("p-summary").next();
    let summary = summary.and_then(|summary| SafeHtml::of_page(&summary.inner_html(), Some(base)));
    let link = item.of_class("u-url").find_map(|link| address(link, base));
    let uid = item.of_class("u-uid").find_map(|link| address(link, base));
    let date =
        |class: &str| item.of_class(class).take(MOST_VALUES).find_map(|date| moment(&written(date, LONGEST_VALUE)));
    // A note's name is its text; it has no title.
    let words = |plain: Plain| Plain::line(plain.as_str());
    let text = content.as_ref().or(summary.as_ref()).map(|text| words(text.text()));
    Entry {
        id: uid.as_ref().or(link.as_ref()).map(ToString::to_string).unwrap_or_default(),
        title: item.text("p-name").filter(|name| Some(name) != text.as_ref()),
        link: link.or(uid),
        authors: item.of_class("p-author").take(MOST_AUTHORS).filter_map(|author| person(author, base)).collect(),
        published: date("dt-published"),
        updated: date("dt-updated"),
        summary,
        content,
        categories: item
            .of_class("p-category")
            .take(MOST_VALUES)
            .filter_map(|tag| Plain::line(&written(tag, LONGEST_VALUE)).some())
            .collect(),
        in_reply_to: item.of_class("u-in-reply-to").take(MOST_AUTHORS).filter_map(|to| quoted(to, base)).collect(),
        ..Entry::default()
    }
}

/// An element with the elements within it that are its own and not those of an item inside.
struct Item<'a>(Vec<ElementRef<'a>>);

impl<'a> Item<'a> {
    fn of(root: ElementRef<'a>) -> Self {
        let inside = root.descendants().skip(1).filter_map(ElementRef::wrap).take(MOST_ELEMENTS);
        Self(inside.filter(|element| holders(*element).find(|holder| is_item(*holder)) == Some(root)).collect())
    }

    fn of_class<'s>(&'s self, class: &'s str) -> impl Iterator<Item = ElementRef<'a>> + 's {
        self.0.iter().copied().filter(move |element| is(*element, class))
    }

    fn text(&self, class: &str) -> Option<Plain> {
        self.of_class(class).take(MOST_VALUES).find_map(|element| Plain::line(&written(element, LONGEST_NAME)).some())
    }
}

/// The elements around one, the nearest first.
fn holders(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

fn is(element: ElementRef<'_>, class: &str) -> bool {
    has_token(element.attr("class"), class)
}

fn is_item(element: ElementRef<'_>) -> bool {
    element.value().classes().any(|class| class.starts_with("h-"))
}

/// What a property says: the value that is meant for machines, else its text.
fn written(element: ElementRef<'_>, longest: usize) -> String {
    let value = match element.value().name() {
        "time" | "ins" | "del" => element.attr("datetime"),
        "data" | "input" => element.attr("value"),
        "abbr" => element.attr("title"),
        "img" | "area" => element.attr("alt"),
        _ => None,
    };
    value.map_or_else(|| text_of(element, longest), str::to_owned)
}

/// The text within an element, up to the piece with which it becomes longer than so many bytes.
fn text_of(element: ElementRef<'_>, longest: usize) -> String {
    let mut text = String::new();
    for piece in element.text() {
        text.push_str(piece);
        if text.len() > longest {
            break;
        }
    }
    text
}

fn address(element: ElementRef<'_>, base: &Url) -> Option<Url> {
    let link = ["href", "src", "value"].iter().find_map(|name| element.attr(name));
    resolve(base, link.map_or_else(|| text_of(element, LONGEST_VALUE), str::to_owned).trim())
}

/// A name alone, or an h-card.
fn person(element: ElementRef<'_>, base: &Url) -> Option<Author> {
    let card = Item::of(element);
    let name = card.text("p-name").or_else(|| Plain::line(&written(element, LONGEST_VALUE)).some());
    let url =
        card.of_class("u-url").find_map(|link| address(link, base)).or_else(|| resolve(base, element.attr("href")?));
    (name.is_some() || url.is_some()).then_some(Author { name, email: None, url })
}

/// An address, or that of an h-cite.
fn quoted(element: ElementRef<'_>, base: &Url) -> Option<String> {
    let own = element.attr("href").and_then(|href| resolve(base, href));
    let cited = || Item::of(element).of_class("u-url").find_map(|link| address(link, base));
    own.or_else(cited).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(html: &str) -> Vec<Entry> {
        marked(html, &Url::parse("http://ann.example/notes/").unwrap()).map(|feed| feed.entries).unwrap_or_default()
    }

    #[test]
    fn a_page_of_marked_posts_reads_as_a_feed() {
        let html = "<html lang=en><title>Ann's page</title><div class=h-feed><h1 class=p-name>Ann's notes</h1>\
            <article class=h-entry><h2 class=p-name><a class=u-url href=1>One</a></h2>\
            <time class=dt-published datetime='2026-02-03T09:00:00+01:00'>3 Feb</time>\
            <a class='p-author h-card' href='/'>Ann</a> <a class=p-category href=/t>tea</a>\
            <div class=e-content><p onclick=x>Hot <a href=/more>water</a>.</p></div></article>\
            <article class=h-entry><div class='e-content p-name'>A note only</div><a class=u-url href=2>#</a>\
            <div class='u-in-reply-to h-cite'><a class='u-url p-name' href='http://bob.example/x'>Bob</a></div></article></div>\
            <div class=h-entry><a class='u-url p-name' href=3>elsewhere</a></div>";
        let feed = marked(html, &Url::parse("http://ann.example/notes/").unwrap()).unwrap();
        assert_eq!((feed.title, feed.language.as_deref()), (Some(Plain::line("Ann's notes")), Some("en")));
        let [one, note] = &feed.entries[..] else { panic!("two posts: {:?}", feed.entries) };
        assert_eq!((one.id.as_str(), one.title.clone()), ("http://ann.example/notes/1", Some(Plain::line("One"))));
        assert_eq!(one.published, moment("2026-02-03T08:00:00Z"));
        assert_eq!(one.authors[0].name, Some(Plain::line("Ann")));
        assert_eq!(one.categories, [Plain::line("tea")]);
        let html = "<p>Hot <a href=\"http://ann.example/more\">water</a>.</p>";
        assert_eq!(one.content.as_ref().map(SafeHtml::as_str), Some(html));
        assert_eq!((note.title.clone(), note.in_reply_to.clone()), (None, vec!["http://bob.example/x".to_owned()]));
    }

    #[test]
    fn a_post_without_an_address_has_an_id_and_quotes_are_no_posts() {
        let html =
            "<div class=h-entry><p class=p-name>x</p><div class='h-cite h-entry'>quoted</div></div><p class=h-entry>y";
        let posts = posts(html);
        assert_eq!(posts.len(), 2);
        assert!(posts.iter().all(|post| !post.id.is_empty()) && posts[0].id != posts[1].id);
        assert_eq!(self::posts("<article class=hentry>x</article>"), []);
    }
}
