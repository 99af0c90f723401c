//! How a piece of text is meant, which the screens turn into colours and attributes.

/// What a span is, and what is done to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub role: Role,
    pub emphasis: bool,
    pub strong: bool,
    /// Taken back by its author.
    pub struck: bool,
    /// Marked as with a felt pen.
    pub marked: bool,
    /// Somebody else's words.
    pub quoted: bool,
    pub link: Option<Link>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    #[default]
    Text,
    /// From 1 to 6.
    Heading(u8),
    /// Within a sentence.
    Code,
    /// In a block of code.
    Token(Token),
    Term,
    Caption,
    /// What stands for a picture, counted from 0.
    Image(usize),
    /// A row of a picture that is drawn, both counted from 0.
    Picture {
        at: usize,
        row: u16,
    },
    /// A link's number; no part of the text.
    Number,
    /// Bullets, bars and rules; no part of the text.
    Margin,
}

impl Role {
    /// The picture that it stands for.
    pub fn image(self) -> Option<usize> {
        match self {
            Self::Image(at) | Self::Picture { at, .. } => Some(at),
            _ => None,
        }
    }
}

/// Words of a programming language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Token {
    #[default]
    Plain,
    Keyword,
    Type,
    Function,
    String,
    Number,
    Comment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Its number, from 1.
    Out(usize),
    /// To a place in the same text: its position in the list of those.
    Within(usize),
}

impl Look {
    pub fn of(role: Role) -> Self {
        Self { role, ..Self::default() }
    }

    /// Whether it is the author's text, and not put there by the layout.
    pub fn is_text(&self) -> bool {
        !matches!(self.role, Role::Number | Role::Margin | Role::Image(_) | Role::Picture { .. })
    }
}
