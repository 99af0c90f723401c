//! Where the panes of a screen are: side by side from 120 columns on, else one below the other, and on low terminals the
//! list alone. Whoever draws and whoever asks what was clicked both ask here.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Text},
};

use super::theme::Role;
use crate::app::state::{State, stacked_list_rows};

/// What stands around every screen, and what is left for the screen itself. A part that has no room is empty.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub tabs: Rect,
    pub body: Rect,
    pub status: Rect,
    pub footer: Rect,
}

pub fn parts(area: Rect) -> Parts {
    let around = State::rows_around(area.height);
    let one = |wanted: bool| Constraint::Length(u16::from(wanted));
    let [tabs, body, status, footer] =
        Layout::vertical([one(around >= 1), Constraint::Min(0), one(around >= 2), one(around >= 3)]).areas(area);
    Parts { tabs, body, status, footer }
}

/// A list and what is known of the row under its cursor.
#[derive(Clone, Copy, Debug)]
pub struct Panes {
    pub list: Rect,
    /// One column or row between the two.
    pub border: Rect,
    /// Empty where there is no room.
    pub detail: Rect,
}

/// Two panes. `share`: percent of the columns that the list gets where they stand side by side.
pub fn split(area: Rect, share: u16) -> Panes {
    if area.width >= crate::app::state::WIDE {
        let list = u32::from(area.width) * u32::from(share) / 100;
        let [list, border, detail] =
            Layout::horizontal([Constraint::Length(list as u16), Constraint::Length(1), Constraint::Min(1)])
                .areas(area);
        return Panes { list, border, detail };
    }
    let rows = stacked_list_rows(area.height);
    if rows == area.height {
        return Panes { list: area, border: Rect::ZERO, detail: Rect::ZERO };
    }
    let [list, border, detail] =
        Layout::vertical([Constraint::Length(rows), Constraint::Length(1), Constraint::Min(1)]).areas(area);
    Panes { list, border, detail }
}

pub fn draw_border(frame: &mut Frame<'_>, area: Rect) {
    let line = if area.height > 1 { vec!["|"; usize::from(area.height)] } else { vec![] };
    let text = match area.height {
        0 => return,
        1 => Text::from(Line::raw("-".repeat(usize::from(area.width)))),
        _ => Text::from(line.into_iter().map(Line::raw).collect::<Vec<_>>()),
    };
    frame.render_widget(text.style(Role::Border), area);
}

/// A column narrower than the pane, with a margin.
pub fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area }
}
