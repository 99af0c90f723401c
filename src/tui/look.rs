//! What the spans of an article look like. Whatever has a colour has an attribute or a sign besides.

use ratatui::style::{Modifier, Style};

use crate::app::article::{Look, Role, Token};

/// The style of a span. The one place where meanings become looks.
pub fn style(look: &Look) -> Style {
    let mut style = match look.role {
        Role::Text | Role::Term => Style::new(),
        Role::Heading(_) => Style::new().add_modifier(Modifier::BOLD),
        Role::Code => Style::new().add_modifier(Modifier::DIM),
        Role::Token(token) => of_token(token),
        Role::Caption | Role::Number | Role::Margin => Style::new().add_modifier(Modifier::DIM),
        Role::Image(_) => Style::new().add_modifier(Modifier::DIM | Modifier::ITALIC),
    };
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

fn of_token(token: Token) -> Style {
    match token {
        Token::Plain | Token::Number => Style::new(),
        Token::Keyword | Token::Type => Style::new().add_modifier(Modifier::BOLD),
        Token::Function => Style::new().add_modifier(Modifier::UNDERLINED),
        Token::String => Style::new().add_modifier(Modifier::ITALIC),
        Token::Comment => Style::new().add_modifier(Modifier::DIM),
    }
}
