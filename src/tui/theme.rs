//! How things look. What is drawn names a [`Role`] and never a colour; a [`Theme`] turns roles into colours once a frame
//! is drawn. So no screen has to know of themes, and nothing can be said by colour alone: a role looks like something
//! in the theme without colours too.

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier, Style},
};

use crate::config::{Lines, Looks};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    Heading,
    Strong,
    Emphasis,
    Code,
    /// Within code: words of the language, texts in quotes, remarks, names of types.
    CodeKeyword,
    CodeString,
    CodeComment,
    CodeType,
    Link,
    Quote,
    Unread,
    Starred,
    Dim,
    Key,
    Status,
    Error,
    Border,
    /// The row or the word under the cursor.
    Selected,
    /// The cursor of a pane that keys do not go to.
    Beside,
}

const ROLES: [Role; 19] = [
    Role::Heading,
    Role::Strong,
    Role::Emphasis,
    Role::Code,
    Role::CodeKeyword,
    Role::CodeString,
    Role::CodeComment,
    Role::CodeType,
    Role::Link,
    Role::Quote,
    Role::Unread,
    Role::Starred,
    Role::Dim,
    Role::Key,
    Role::Status,
    Role::Error,
    Role::Border,
    Role::Selected,
    Role::Beside,
];

/// Roles travel in a cell as colours of a palette that nothing else here draws with.
const FIRST: u8 = 232;

impl Role {
    /// The style to draw with. Text that is selected keeps its own role too.
    pub const fn style(self) -> Style {
        let mark = Color::Indexed(FIRST + self as u8);
        match self {
            Self::Selected | Self::Beside => Style::new().bg(mark),
            _ => Style::new().fg(mark),
        }
    }

    /// The role that a colour stands for.
    pub fn of(color: Color) -> Option<Self> {
        match color {
            Color::Indexed(index) => ROLES.get(usize::from(index.checked_sub(FIRST)?)).copied(),
            _ => None,
        }
    }
}

impl From<Role> for Style {
    fn from(role: Role) -> Self {
        role.style()
    }
}

/// Which colours there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Palette {
    /// None: `NO_COLOR`, or a terminal that has none.
    Plain,
    /// The terminal's own sixteen, which its user has chosen.
    #[default]
    Terminal,
    Dark,
    Light,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    palette: Palette,
    /// Borders as lines and not of `|`, `-` and `+`.
    drawn_lines: bool,
}

impl Theme {
    /// What the configuration says. `no_color`: <https://no-color.org>, which wins.
    pub fn of(looks: &Looks, no_color: bool) -> Self {
        let palette = match looks.theme {
            _ if no_color => Palette::Plain,
            crate::config::ThemeName::Terminal => Palette::Terminal,
            crate::config::ThemeName::Dark => Palette::Dark,
            crate::config::ThemeName::Light => Palette::Light,
        };
        Self { palette, drawn_lines: looks.lines == Lines::Drawn }
    }

    /// Turns the roles of a drawn frame into what the terminal shows.
    pub fn paint(&self, buffer: &mut Buffer) {
        let styles = ROLES.map(|role| self.style(role));
        let base = self.base();
        for cell in &mut buffer.content {
            let (text, row) = (Role::of(cell.fg), Role::of(cell.bg));
            if text.is_some() {
                cell.fg = Color::Reset;
            }
            if row.is_some() {
                cell.bg = Color::Reset;
            }
            if cell.fg == Color::Reset && cell.bg == Color::Reset {
                cell.set_style(base);
            }
            if self.palette == Palette::Plain {
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
            }
            if text == Some(Role::Border) && self.drawn_lines {
                draw_line(cell);
            }
            // The row's style comes last: what is selected has to stand out.
            for role in [text, row].into_iter().flatten() {
                cell.set_style(styles[role as usize]);
            }
        }
    }

    /// Of everything that has no role.
    fn base(&self) -> Style {
        match self.palette {
            Palette::Plain | Palette::Terminal => Style::new(),
            Palette::Dark => Style::new().fg(rgb(0xd8dee4)).bg(rgb(0x16191d)),
            Palette::Light => Style::new().fg(rgb(0x24292e)).bg(rgb(0xfbfaf7)),
        }
    }

    fn style(&self, role: Role) -> Style {
        let shape = shape(role);
        match self.palette {
            Palette::Plain => shape,
            Palette::Terminal => match role {
                Role::Heading | Role::Key => shape.fg(Color::Cyan),
                Role::Code | Role::CodeString => shape.fg(Color::Green),
                Role::CodeKeyword => shape.fg(Color::Magenta),
                Role::CodeType | Role::Starred => shape.fg(Color::Yellow),
                Role::Link => shape.fg(Color::Blue),
                Role::Error => shape.fg(Color::Red),
                _ => shape,
            },
            Palette::Dark => colours(role, shape, &DARK),
            Palette::Light => colours(role, shape, &LIGHT),
        }
    }
}

/// What a role looks like without any colour.
fn shape(role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Heading | Role::Strong | Role::Unread | Role::Status | Role::Error | Role::CodeKeyword | Role::Key => {
            plain.add_modifier(Modifier::BOLD)
        }
        Role::Emphasis => plain.add_modifier(Modifier::ITALIC),
        Role::Link => plain.add_modifier(Modifier::UNDERLINED),
        Role::Quote | Role::Dim | Role::Border | Role::CodeComment => plain.add_modifier(Modifier::DIM),
        Role::Code | Role::CodeString | Role::CodeType | Role::Starred => plain,
        // What is dim turned round cannot be read on many terminals.
        Role::Selected => plain.add_modifier(Modifier::REVERSED).remove_modifier(Modifier::DIM),
        Role::Beside => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
    }
}

/// The colours of a theme: each as 0xRRGGBB, legible on its background (WCAG 2.2, 1.4.3: 4.5 to 1).
struct Colours {
    heading: u32,
    code: u32,
    keyword: u32,
    string: u32,
    kind: u32,
    link: u32,
    dim: u32,
    star: u32,
    error: u32,
    border: u32,
    selected: (u32, u32),
    beside: u32,
}

const DARK: Colours = Colours {
    heading: 0x8ec7ff,
    code: 0xb5d6a7,
    keyword: 0xd7a8f0,
    string: 0xb5d6a7,
    kind: 0xf0d08a,
    link: 0x7fb8f5,
    dim: 0x98a2ad,
    star: 0xf0d08a,
    error: 0xff9a8d,
    border: 0x7d8893,
    selected: (0xffffff, 0x2f4a68),
    beside: 0x2a3138,
};

const LIGHT: Colours = Colours {
    heading: 0x0b4f8a,
    code: 0x2f6b2a,
    keyword: 0x7a2a9c,
    string: 0x2f6b2a,
    kind: 0x7a5400,
    link: 0x0a56a8,
    dim: 0x5c636a,
    star: 0x7a5400,
    error: 0xa8201a,
    border: 0x6c737a,
    selected: (0x000000, 0xc8dcf2),
    beside: 0xe8e6e0,
};

/// A theme with colours of its own needs no dimness, which few terminals show alike.
fn colours(role: Role, shape: Style, c: &Colours) -> Style {
    let bright = |color: u32| shape.fg(rgb(color)).remove_modifier(Modifier::DIM);
    match role {
        Role::Heading | Role::Key => bright(c.heading),
        Role::Code => bright(c.code),
        Role::CodeKeyword => bright(c.keyword),
        Role::CodeString => bright(c.string),
        Role::CodeType => bright(c.kind),
        Role::Link => bright(c.link),
        Role::Quote | Role::Dim | Role::CodeComment => bright(c.dim),
        Role::Starred => bright(c.star),
        Role::Error => bright(c.error),
        Role::Border => bright(c.border),
        Role::Selected => Style::new().fg(rgb(c.selected.0)).bg(rgb(c.selected.1)).add_modifier(Modifier::BOLD),
        Role::Beside => Style::new().bg(rgb(c.beside)).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Strong | Role::Emphasis | Role::Unread | Role::Status => shape,
    }
}

const fn rgb(color: u32) -> Color {
    let [_, red, green, blue] = color.to_be_bytes();
    Color::Rgb(red, green, blue)
}

fn draw_line(cell: &mut Cell) {
    let drawn = match cell.symbol() {
        "|" => "│",
        "-" => "─",
        "+" => "┼",
        _ => return,
    };
    cell.set_symbol(drawn);
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    fn themes() -> [Theme; 4] {
        [Palette::Plain, Palette::Terminal, Palette::Dark, Palette::Light]
            .map(|palette| Theme { palette, drawn_lines: false })
    }

    #[test]
    fn a_role_survives_the_way_through_a_cell() {
        for role in ROLES {
            let style = role.style();
            assert_eq!(style.fg.or(style.bg).and_then(Role::of), Some(role));
        }
        assert_eq!(Role::of(Color::Indexed(16)), None);
        assert_eq!(Role::of(Color::Red), None);
    }

    #[test]
    fn no_theme_leaves_a_role_or_hides_the_cursor() {
        for theme in themes() {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
            for (at, role) in ROLES.iter().enumerate() {
                buffer[(at as u16, 0)].set_style(role.style());
            }
            let before = buffer.clone();
            theme.paint(&mut buffer);
            assert!(buffer.content.iter().all(|cell| Role::of(cell.fg).is_none() && Role::of(cell.bg).is_none()));
            let plain = &buffer[(19, 0)];
            for role in [Role::Selected, Role::Heading, Role::Unread, Role::Error] {
                assert_ne!(buffer[(role as u16, 0)].style(), plain.style(), "{role:?} in {theme:?}");
            }
            assert_ne!(before, buffer);
        }
    }

    #[test]
    fn without_colour_nothing_is_coloured_not_even_what_brought_its_own() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        buffer[(0, 0)].set_style(Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Red));
        buffer[(1, 0)].set_style(Role::Error.style());
        Theme::of(&Looks::default(), true).paint(&mut buffer);
        assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
        assert!(buffer[(1, 0)].modifier.contains(Modifier::BOLD));
    }

    #[test]
    fn text_can_be_read_on_its_background() {
        for (theme, base) in [(DARK, 0x16191d), (LIGHT, 0xfbfaf7)] {
            let texts = [
                theme.heading,
                theme.code,
                theme.keyword,
                theme.string,
                theme.kind,
                theme.link,
                theme.dim,
                theme.star,
                theme.error,
            ];
            for text in texts {
                assert!(contrast(text, base) >= 4.5, "{text:06x} on {base:06x}: {}", contrast(text, base));
            }
            assert!(contrast(theme.selected.0, theme.selected.1) >= 4.5);
        }
    }

    /// WCAG 2.2's contrast ratio.
    fn contrast(a: u32, b: u32) -> f64 {
        let luminance = |color: u32| {
            let part = |byte: u32| {
                let c = f64::from(byte & 255) / 255.0;
                if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(color >> 16) + 0.7152 * part(color >> 8) + 0.0722 * part(color)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}
