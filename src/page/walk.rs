//! One walk over the tree, which hands each element to those that gather.
//!
//! Without recursion: a tree can be deeper than a thread's stack.

use scraper::{ElementRef, Html, Node};
use url::Url;

use super::feeds::Feeds;
use super::friends::{FriendsPages, is_list_page, same_host};
use super::head::{Head, cut};
use super::links::{PageLink, link};
use super::person::Person;
use super::place::{Place, Places};
use super::prose::{Prose, Within, is_block, is_unread};
use super::{MOST_LINKS, Page};

/// Nodes below an element that are looked at for its text.
const NODES_OF_A_TEXT: usize = 400;

/// What the walk has gathered.
#[derive(Debug)]
pub(super) struct Collected {
    base: Url,
    head: Head,
    feeds: Feeds,
    friends: FriendsPages,
    links: Vec<PageLink>,
    person: Person,
    prose: Prose,
    places: Places,
    marked_posts: usize,
    open: Vec<Level>,
}

/// What an open element is to the text in it.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    unread: bool,
    /// Inside a `<template>`: on the page only once a script puts it there.
    inert: bool,
    /// Inside a post's content (`e-content`), where people are mentioned and not introduced.
    in_content: bool,
    within: Within,
}

/// Goes through the tree in document order.
pub(super) fn walk(document: &Html, collected: &mut Collected) {
    let mut node = document.tree.root();
    loop {
        match node.value() {
            Node::Text(text) => collected.text(text),
            Node::Element(_) => {
                if let Some(element) = ElementRef::wrap(node) {
                    collected.open(element);
                }
            }
            _ => {}
        }
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            if let Some(element) = ElementRef::wrap(node) {
                collected.close(element);
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => return,
            }
        }
    }
}

impl Collected {
    pub(super) fn new(base: Url) -> Self {
        Self {
            base,
            head: Head::default(),
            feeds: Feeds::default(),
            friends: FriendsPages::default(),
            links: Vec::new(),
            person: Person::default(),
            prose: Prose::default(),
            places: Places::default(),
            marked_posts: 0,
            open: Vec::new(),
        }
    }

    fn open(&mut self, element: ElementRef<'_>) {
        let place = self.places.enter(element);
        let value = element.value();
        let name = value.name();
        let around = self.open.last().copied().unwrap_or_default();
        let mut level = around;
        level.unread |= is_unread(name)
            || matches!(place, Place::Nav | Place::Footer | Place::Aside | Place::Comment)
            || value.attr("hidden").is_some()
            || value.attr("aria-hidden") == Some("true");
        level.inert |= name == "template";
        self.marked_posts += usize::from(value.classes().any(|class| class == "h-entry"));
        level.in_content |= value.classes().any(|class| class == "e-content");
        level.within.main |= name == "main" || value.attr("role") == Some("main");
        if name == "article" && !level.unread {
            if !around.within.article {
                self.prose.article();
            }
            level.within.article = true;
        }
        self.open.push(level);
        if is_block(name) {
            self.prose.end_line();
        }
        if level.inert {
            return;
        }
        self.head.open(element, &self.base);
        self.person.open(element, place, level.in_content, &self.base);
        match name {
            "link" => self.feeds.declared(element, &self.base),
            "a" | "area" if self.links.len() < MOST_LINKS => self.link(element, place),
            _ => {}
        }
    }

    fn link(&mut self, element: ElementRef<'_>, place: Place) {
        let found = link(element, place, &self.base);
        let text = found.as_ref().map(|link| link.text.clone()).unwrap_or_default();
        if place != Place::Comment {
            self.feeds.linked(element, &text, place, &self.base);
        }
        let Some(found) = found else { return };
        if place != Place::Comment {
            self.friends.consider(found.target.url(), text.as_str(), &self.base);
        }
        self.links.push(found);
    }

    fn text(&mut self, text: &str) {
        let level = self.open.last().copied().unwrap_or_default();
        if !level.unread {
            self.prose.text(text, level.within);
        }
    }

    fn close(&mut self, element: ElementRef<'_>) {
        self.open.pop();
        self.places.leave();
        if is_block(element.value().name()) {
            self.prose.end_line();
        }
    }

    pub(super) fn finish(mut self) -> Page {
        let lists_others = is_list_page(&self.base, self.head.title().as_ref());
        if lists_others {
            let is_friend = |link: &&mut PageLink| {
                matches!(link.place, Place::Body | Place::Article) && !same_host(link.target.url(), &self.base)
            };
            self.links.iter_mut().filter(is_friend).for_each(|link| link.place = Place::Blogroll);
        }
        let offered = self.feeds.finish();
        Page {
            title: self.head.title(),
            description: self.head.description(),
            language: self.head.language(),
            feeds: offered.feeds,
            feed_hints: offered.hints,
            blogrolls: offered.blogrolls,
            friends_pages: self.friends.finish(),
            links: self.links,
            mastodon: self.person.mastodon(&self.head.creators),
            name: self.person.name(self.head.author.as_ref(), lists_others),
            locality: self.person.locality(lists_others),
            me: self.person.me,
            emails: self.person.emails,
            webmention: self.person.webmention,
            text: self.prose.finish(),
            canonical: self.head.canonical,
            generator: self.head.generator,
            marked_posts: self.marked_posts,
            noindex: self.head.noindex,
        }
    }
}

/// The text in an element, in one line; else what its first described image shows. A little more than `characters` may
/// come, since the last piece is not cut; may be empty.
pub(super) fn short_text(element: ElementRef<'_>, characters: usize) -> String {
    let (mut text, mut picture) = (String::new(), None);
    for node in element.descendants().take(NODES_OF_A_TEXT) {
        match node.value() {
            Node::Text(piece) => {
                let around = node.parent().and_then(ElementRef::wrap).map_or("", |parent| parent.value().name());
                if !matches!(around, "script" | "style" | "template") {
                    text.push_str(cut(piece, characters * 2));
                }
            }
            Node::Element(inner) if inner.name() == "img" && picture.is_none() => picture = inner.attr("alt"),
            Node::Element(inner) if is_block(inner.name()) => text.push(' '),
            _ => {}
        }
        if text.len() > characters * 8 {
            break;
        }
    }
    let text = text.trim();
    if text.is_empty() { cut(picture.unwrap_or_default(), characters).to_owned() } else { text.to_owned() }
}
