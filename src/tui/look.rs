//! What the spans of an article look like. Whatever has a colour has an attribute or a sign besides.

use ratatui::style::{Modifier, Style};

use super::theme;
use crate::app::article::{Look, Role, Token};

/// The style of a span. The one place where meanings become looks.
pub fn style(look: &Look) -> Style {
    let mut style = meaning(look).map(theme::Role::style).unwrap_or_default();
    if let Role::Image(_) = look.role {
        style = style.add_modifier(Modifier::ITALIC);
    }
    let attributes = [
        (look.strong || look.role == Role::Term, Modifier::BOLD),
        (look.emphasis || look.quoted && look.role == Role::Text, Modifier::ITALIC),
        (look.struck, Modifier::CROSSED_OUT),
        (look.marked, Modifier::REVERSED),
        (look.link.is_some() && look.is_text() && look.role != Role::Caption, Modifier::UNDERLINED),
    ];
    for (_, attribute) in attributes.iter().filter(|(on, _)| *on) {
        style = style.add_modifier(*attribute);
    }
    style
}

/// The role of a span among those that themes know.
fn meaning(look: &Look) -> Option<theme::Role> {
    Some(match look.role {
        Role::Heading(_) => theme::Role::Heading,
        Role::Code | Role::Token(Token::Plain | Token::Number) => theme::Role::Code,
        Role::Token(Token::Keyword) => theme::Role::CodeKeyword,
        Role::Token(Token::Type | Token::Function) => theme::Role::CodeType,
        Role::Token(Token::String) => theme::Role::CodeString,
        Role::Token(Token::Comment) => theme::Role::CodeComment,
        Role::Caption | Role::Number | Role::Margin | Role::Image(_) => theme::Role::Dim,
        Role::Text | Role::Term if look.link.is_some() && look.is_text() => theme::Role::Link,
        // It has colours of its own.
        Role::Picture { .. } => return None,
        Role::Text if look.quoted => theme::Role::Quote,
        Role::Text | Role::Term => return None,
    })
}
