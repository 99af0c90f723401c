//! A walk through safe HTML, for whoever lays it out: tags and texts in order, references resolved.

use std::borrow::Cow;

use super::entity;
use super::flow::UNREAD;
use super::markup::{Dialect, Tag, Token, Tokens};

/// A step of the walk. Names are in lower case, as [`super::SafeHtml`] has them.
#[derive(Debug)]
pub enum Piece<'a> {
    Text(Cow<'a, str>),
    /// Elements without content (`br`, `img` ...) are opened and never closed.
    Open(Element<'a>),
    Close(&'a str),
}

/// A start tag.
#[derive(Debug)]
pub struct Element<'a>(Tag<'a>);

impl Element<'_> {
    pub fn name(&self) -> &str {
        self.0.name
    }

    /// An attribute's value; empty where it has none.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let found = self.0.attributes.iter().find(|(given, _)| *given == name);
        found.map(|(_, value)| entity::decode(value))
    }
}

pub(super) fn of(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut tokens = Tokens::new(html, Dialect::Html);
    std::iter::from_fn(move || {
        loop {
            return Some(match tokens.next()? {
                Token::Text(text) => Piece::Text(entity::decode(text)),
                Token::Verbatim(text) => Piece::Text(Cow::Borrowed(text)),
                Token::Close(name) => Piece::Close(name),
                Token::Open(tag) => match UNREAD.iter().find(|unread| tag.name.eq_ignore_ascii_case(unread)) {
                    Some(unread) => {
                        tokens.skip_past_end_of(unread);
                        continue;
                    }
                    None => Piece::Open(Element(tag)),
                },
            });
        }
    })
}
