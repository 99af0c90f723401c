//! Tables: columns fitted to the width, cells wrapped within them; where even words do not fit, a record a row.

use super::{
    bidi,
    block::{Block, Cell, Definition, Inline, Table},
    lay::{Laid, Setter, lay as lay_blocks, margin},
    line::Line,
    look::{Look, Role},
    wrap,
};

/// Between two columns.
const BAR: &str = " | ";
const BAR_WIDTH: usize = 3;
/// A column of that many cells may break words; a narrower one is none.
const NARROWEST: usize = 12;

/// A cell with the column where it begins.
struct Placed<'a> {
    column: usize,
    cell: &'a Cell,
}

pub fn lay(setter: &mut Setter, table: &Table) {
    setter.gap();
    if let Some(caption) = &table.caption {
        setter.flow(caption);
    }
    let (rows, columns) = place(table);
    let nested = rows.iter().flatten().any(|placed| placed.cell.blocks.iter().any(holds_table));
    if columns < 2 || nested {
        // Tables that only put things beside each other or in a frame, as letters do.
        for placed in rows.iter().flatten() {
            setter.blocks(&placed.cell.blocks);
            setter.gap();
        }
        return;
    }
    match fit(&rows, columns, setter.room()) {
        Some(widths) => grid(setter, table.heads, &rows, &widths),
        None => records(setter, table.heads, &rows, columns),
    }
    setter.gap();
}

/// Where each cell stands, those considered that reach down from rows above; and the number of columns.
fn place(table: &Table) -> (Vec<Vec<Placed<'_>>>, usize) {
    let mut columns = 0;
    // How many rows each column is still taken by a cell from above.
    let mut taken: Vec<usize> = Vec::new();
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut placed = Vec::with_capacity(row.len());
        let mut below: Vec<(usize, usize)> = Vec::new();
        let mut column = 0;
        for cell in row {
            while taken.get(column).is_some_and(|left| *left > 0) {
                column += 1;
            }
            placed.push(Placed { column, cell });
            below.extend((column..column + cell.columns).map(|column| (column, cell.rows)));
            column += cell.columns;
        }
        taken.iter_mut().for_each(|left| *left = left.saturating_sub(1));
        for (column, down) in below {
            if taken.len() <= column {
                taken.resize(column + 1, 0);
            }
            taken[column] = down - 1;
        }
        columns = columns.max(column);
        rows.push(placed);
    }
    // A cell says that it takes more columns than any row has.
    let used = rows.iter().flatten().map(|placed| placed.column + 1).max().unwrap_or(0);
    (rows, columns.min(used.max(1)))
}

fn holds_table(block: &Block) -> bool {
    match block {
        Block::Table(_) => true,
        Block::Quote(blocks) => blocks.iter().any(holds_table),
        Block::List { items, .. } => items.iter().flatten().any(holds_table),
        _ => false,
    }
}

/// Cells that blocks need at least, and those that they would take.
fn extent(blocks: &[Block]) -> (usize, usize) {
    let indented = |by: usize, (least, most): (usize, usize)| (least + by, most + by);
    let of = |block: &Block| match block {
        Block::Text(inline) | Block::Heading(_, inline) | Block::Caption(inline) => wrap::extent(inline),
        Block::Quote(blocks) => indented(2, extent(blocks)),
        Block::List { items, .. } => {
            items.iter().map(|item| indented(4, extent(item))).fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)))
        }
        Block::Definitions(definitions) => definitions
            .iter()
            .map(|definition| match definition {
                Definition::Term(blocks) => extent(blocks),
                Definition::Description(blocks) => indented(4, extent(blocks)),
            })
            .fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1))),
        Block::Code(lines) => {
            let width = |line: &Vec<(String, _)>| line.iter().map(|(text, _)| wrap::width(text)).sum::<usize>() + 2;
            let most = lines.iter().map(width).max().unwrap_or(0);
            (most.min(24), most)
        }
        Block::Table(_) => (24, 72),
        Block::Rule => (4, 24),
        Block::Anchor(_) => (0, 0),
    };
    blocks.iter().map(of).fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)))
}

/// Widths of the columns; `None` if they do not fit side by side.
fn fit(rows: &[Vec<Placed<'_>>], columns: usize, room: usize) -> Option<Vec<usize>> {
    let mut least = vec![1; columns];
    let mut most = vec![1; columns];
    for placed in rows.iter().flatten() {
        let (word, line) = extent(&placed.cell.blocks);
        let over = placed.column.min(columns - 1)..(placed.column + placed.cell.columns).min(columns);
        let bars = BAR_WIDTH * over.len().saturating_sub(1);
        let share = |all: usize| all.saturating_sub(bars).div_ceil(over.len().max(1));
        for column in over.clone() {
            least[column] = least[column].max(share(word));
            // What spans several columns widens none: it has the room of all of them.
            if over.len() == 1 {
                most[column] = most[column].max(line);
            }
        }
    }
    let bars = BAR_WIDTH * (columns - 1);
    let room = room.checked_sub(bars)?;
    for column in 0..columns {
        most[column] = most[column].max(least[column]);
    }
    if most.iter().sum::<usize>() <= room {
        return Some(most);
    }
    if least.iter().sum::<usize>() > room {
        // Long words are broken before the table is taken apart.
        least.iter_mut().for_each(|width| *width = (*width).min(NARROWEST));
        if least.iter().sum::<usize>() > room {
            return None;
        }
    }
    // What is left goes to the columns by how much they want.
    let mut left = room - least.iter().sum::<usize>();
    let mut wanted: usize = most.iter().zip(&least).map(|(most, least)| most - least).sum();
    let mut widths = least.clone();
    for column in 0..columns {
        let want = most[column] - least[column];
        let share = if wanted == 0 { 0 } else { (left * want).div_ceil(wanted).min(want).min(left) };
        widths[column] += share;
        left -= share;
        wanted -= want;
    }
    // Very long texts in narrow columns are read better one after the other.
    let tallest = rows.iter().flatten().map(|placed| {
        let (_, line) = extent(&placed.cell.blocks);
        line / widths[placed.column.min(columns - 1)].max(1)
    });
    (tallest.max().unwrap_or(0) <= 40).then_some(widths)
}

fn grid(setter: &mut Setter, heads: usize, rows: &[Vec<Placed<'_>>], widths: &[usize]) {
    let numeric: Vec<bool> = (0..widths.len()).map(|column| is_numeric(rows.iter().skip(heads), column)).collect();
    let mut airy = false;
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<(usize, usize, Laid)> = row
            .iter()
            .filter(|placed| placed.column < widths.len())
            .map(|placed| {
                let end = (placed.column + placed.cell.columns).min(widths.len());
                let width = widths[placed.column..end].iter().sum::<usize>() + BAR_WIDTH * (end - placed.column - 1);
                let mut laid = lay_blocks(&placed.cell.blocks, width);
                if at < heads {
                    laid.lines.iter_mut().flat_map(|line| &mut line.spans).for_each(|span| span.look.strong = true);
                }
                (placed.column, width, laid)
            })
            .collect();
        let height = cells.iter().map(|(_, _, laid)| laid.lines.len()).max().unwrap_or(0);
        // Rows of several lines need something between them to be told apart.
        if at > heads && (airy || height > 1) {
            setter.write(rule(widths, " ", BAR));
        }
        airy = height > 1;
        let mut first = None;
        for part in 0..height.max(1) {
            let line = across(&cells, widths, &numeric, part);
            first.get_or_insert(setter.write(line));
        }
        for (_, _, laid) in &cells {
            setter.adopt(laid, first.unwrap_or(0));
        }
        if at + 1 == heads && heads < rows.len() {
            setter.write(rule(widths, "-", "-+-"));
        }
    }
}

/// One line of a row: a line of each cell, filled up to its width.
fn across(cells: &[(usize, usize, Laid)], widths: &[usize], numeric: &[bool], part: usize) -> Line {
    let mut line = Line::default();
    let mut column = 0;
    let mut cells = cells.iter().peekable();
    while column < widths.len() {
        if column > 0 {
            line.spans.push(margin(BAR));
        }
        match cells.next_if(|(at, ..)| *at <= column) {
            Some((at, width, laid)) => {
                let content = laid.lines.get(part).map(|line| bidi::visual(line, *width)).unwrap_or_default();
                let gap = margin(&" ".repeat(width.saturating_sub(content.width())));
                let before = numeric[*at];
                if before {
                    line.spans.push(gap.clone());
                }
                line.spans.extend(content.spans);
                if !before {
                    line.spans.push(gap);
                }
                let mut taken = 0;
                while column < widths.len() && taken < *width {
                    taken += widths[column] + if taken == 0 { 0 } else { BAR_WIDTH };
                    column += 1;
                }
            }
            // It belongs to a cell of a row above, or to none.
            None => {
                line.spans.push(margin(&" ".repeat(widths[column])));
                column += 1;
            }
        }
    }
    // Everything stands where it is drawn.
    line.margin = line.spans.len();
    line
}

fn rule(widths: &[usize], dash: &str, cross: &str) -> Line {
    let parts: Vec<String> = widths.iter().map(|width| dash.repeat(*width)).collect();
    let spans = vec![margin(&parts.join(cross))];
    Line { margin: spans.len(), spans, ..Line::default() }
}

/// Whether a column holds nothing but numbers, so that they stand below each other.
fn is_numeric<'a>(rows: impl Iterator<Item = &'a Vec<Placed<'a>>>, column: usize) -> bool {
    let mut any = false;
    for cell in rows.flatten().filter(|placed| placed.column == column && placed.cell.columns == 1) {
        let text = plain(&cell.cell.blocks);
        let digits = text.chars().any(|c| c.is_ascii_digit());
        if !digits || text.chars().any(|c| c.is_alphabetic()) || text.len() > 24 {
            if text.is_empty() {
                continue;
            }
            return false;
        }
        any = true;
    }
    any
}

/// The words of blocks that are paragraphs.
fn plain(blocks: &[Block]) -> String {
    let texts = blocks.iter().map(|block| match block {
        Block::Text(inline) | Block::Heading(_, inline) => inline.text.as_str(),
        _ => "…",
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// A row as a record: each cell behind the heading of its column.
fn records(setter: &mut Setter, heads: usize, rows: &[Vec<Placed<'_>>], columns: usize) {
    let mut names: Vec<Inline> = vec![Inline::default(); columns];
    for placed in rows.iter().take(heads).flatten() {
        for block in &placed.cell.blocks {
            if let (Block::Text(inline) | Block::Heading(_, inline), Some(name)) = (block, names.get_mut(placed.column))
            {
                if !name.text.is_empty() {
                    name.push(" ", Look::default());
                }
                name.append(inline);
            }
        }
    }
    let only_heads = heads == rows.len();
    for row in rows.iter().skip(if only_heads { 0 } else { heads }) {
        setter.gap();
        for placed in row {
            let mut line = Inline::default();
            let name = names.get(placed.column).filter(|name| !name.text.is_empty() && !only_heads);
            if let Some(name) = name {
                for (text, look) in name.runs() {
                    line.push(text, Look { strong: true, role: Role::Term, ..look });
                }
                line.push(": ", Look { strong: true, ..Look::of(Role::Term) });
            }
            let mut blocks = placed.cell.blocks.iter();
            if let Some(Block::Text(inline)) = placed.cell.blocks.first() {
                line.append(inline);
                line.rtl = inline.rtl;
                blocks.next();
            }
            if !line.text.is_empty() {
                setter.within(Some(Vec::new()), "  ", |setter| setter.flow(&line));
            }
            let rest: Vec<Block> = blocks.cloned().collect();
            setter.within(None, "  ", |setter| setter.blocks(&rest));
        }
    }
}
