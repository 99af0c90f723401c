//! What holds blocks: quotations, lists, definitions, tables and their parts.

use super::{Kind, Reader};
use crate::{
    app::article::{
        block::{Block, Cell, Definition, Table},
        look::Role,
    },
    feed::pieces::Element,
};

/// Columns that a cell may say it takes.
const MOST_COLUMNS: usize = 64;

/// What holds blocks, with those that it holds so far.
pub(super) struct Shape {
    pub(super) what: What,
    pub(super) blocks: Vec<Block>,
}

pub(super) enum What {
    Quote,
    List { numbers: Option<(i64, bool)>, items: Vec<Vec<Block>> },
    Item,
    Definitions(Vec<Definition>),
    Term,
    Description,
    Table { table: Table, in_head: bool },
    Row { cells: Vec<Cell>, heads: bool },
    Cell { columns: usize, rows: usize },
}

impl Reader<'_> {
    /// The box that an element opens where it stands; `None` for one that is none, or stands where it means nothing.
    pub(super) fn shape(&mut self, name: &str, element: &Element<'_>) -> Option<What> {
        let number = |name: &str| element.attribute(name).and_then(|value| value.trim().parse::<i64>().ok());
        let span = |name: &str| number(name).unwrap_or(1).clamp(1, MOST_COLUMNS as i64) as usize;
        let within = self.innermost();
        Some(match name {
            "blockquote" => {
                self.look.quoted = true;
                What::Quote
            }
            "ul" | "dir" => What::List { numbers: None, items: Vec::new() },
            "ol" => {
                let reversed = element.attribute("reversed").is_some();
                let start = number("start").unwrap_or(if reversed { i64::MIN } else { 1 });
                What::List { numbers: Some((start, reversed)), items: Vec::new() }
            }
            "li" if matches!(within, Some(What::List { .. })) => What::Item,
            "dl" => What::Definitions(Vec::new()),
            "dt" if matches!(within, Some(What::Definitions(_))) => {
                self.look.role = Role::Term;
                What::Term
            }
            "dd" if matches!(within, Some(What::Definitions(_))) => What::Description,
            "table" => What::Table { table: Table::default(), in_head: false },
            "thead" | "tbody" | "tfoot" => {
                if let Some(What::Table { in_head, .. }) = self.innermost_mut() {
                    *in_head = name == "thead";
                }
                return None;
            }
            "tr" if matches!(within, Some(What::Table { .. })) => What::Row { cells: Vec::new(), heads: true },
            "td" | "th" => match self.innermost_mut() {
                Some(What::Row { heads, .. }) => {
                    *heads &= name == "th";
                    What::Cell { columns: span("colspan"), rows: span("rowspan") }
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    pub(super) fn innermost(&self) -> Option<&What> {
        self.open.iter().rev().find_map(|open| match &open.kind {
            Kind::Box(shape) => Some(&shape.what),
            _ => None,
        })
    }

    pub(super) fn innermost_mut(&mut self) -> Option<&mut What> {
        self.open.iter_mut().rev().find_map(|open| match &mut open.kind {
            Kind::Box(shape) => Some(&mut shape.what),
            _ => None,
        })
    }

    /// A box that is closed becomes part of the one around it.
    pub(super) fn put(&mut self, Shape { what, mut blocks }: Shape) {
        match what {
            What::Quote if blocks.is_empty() => {}
            What::Quote => self.push(Block::Quote(blocks)),
            What::List { numbers, mut items } => {
                // What stands in a list outside of its items, such as a list right in a list.
                if !blocks.is_empty() {
                    items.push(blocks);
                }
                let numbers = numbers.map(|(start, reversed)| {
                    // Without a start, the last item has the number 1.
                    (if start == i64::MIN { items.len() as i64 } else { start }, reversed)
                });
                if !items.is_empty() {
                    self.push(Block::List { numbers, items });
                }
            }
            What::Item => {
                let mut loose = self.take_loose();
                match self.innermost_mut() {
                    Some(What::List { items, .. }) => {
                        // A list right in a list belongs to the item before it.
                        match items.last_mut() {
                            Some(last) => last.append(&mut loose),
                            None if !loose.is_empty() => items.push(loose),
                            None => {}
                        }
                        items.push(blocks);
                    }
                    _ => self.extend(blocks),
                }
            }
            What::Definitions(mut definitions) => {
                if !blocks.is_empty() {
                    definitions.push(Definition::Description(blocks));
                }
                if !definitions.is_empty() {
                    self.push(Block::Definitions(definitions));
                }
            }
            What::Term | What::Description => {
                let is_term = matches!(what, What::Term);
                let loose = self.take_loose();
                match self.innermost_mut() {
                    Some(What::Definitions(definitions)) => {
                        if !loose.is_empty() {
                            definitions.push(Definition::Description(loose));
                        }
                        definitions.push(if is_term {
                            Definition::Term(blocks)
                        } else {
                            Definition::Description(blocks)
                        });
                    }
                    _ => self.extend(blocks),
                }
            }
            What::Table { mut table, .. } => {
                let caption = blocks.iter().position(|block| matches!(block, Block::Caption(_)));
                if let Some(Block::Caption(caption)) = caption.map(|at| blocks.remove(at)) {
                    table.caption = Some(caption);
                }
                // Text outside of cells, which a parser would have moved before the table.
                self.extend(blocks);
                if !table.rows.is_empty() {
                    self.push(Block::Table(table));
                } else if let Some(caption) = table.caption {
                    self.push(Block::Caption(caption));
                }
            }
            What::Row { cells, heads } => match self.innermost_mut() {
                Some(What::Table { table, in_head }) if !cells.is_empty() => {
                    // A row of headings under other rows is a row like them.
                    if (heads || *in_head) && table.heads == table.rows.len() {
                        table.heads += 1;
                    }
                    table.rows.push(cells);
                    self.extend(blocks);
                }
                _ => self.extend(blocks),
            },
            What::Cell { columns, rows } => match self.innermost_mut() {
                Some(What::Row { cells, .. }) if cells.len() < MOST_COLUMNS => {
                    cells.push(Cell { blocks, columns, rows });
                }
                _ => self.extend(blocks),
            },
        }
    }
}
