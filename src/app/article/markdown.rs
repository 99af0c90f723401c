//! Blocks as Markdown (CommonMark 0.31, with GitHub's tables), for notes and for other programs.

use super::{
    block::{Block, Cell, Definition, Document, Inline, Table},
    look::{Link, Look, Role},
};

pub fn write(document: &Document) -> String {
    let mut text = blocks(&document.blocks, document);
    text.truncate(text.trim_end().len());
    text
}

fn blocks(blocks: &[Block], document: &Document) -> String {
    let parts: Vec<String> = blocks.iter().map(|one| block(one, document)).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

fn block(block: &Block, document: &Document) -> String {
    match block {
        Block::Text(inline) => flow(inline, document),
        Block::Caption(inline) => format!("*{}*", flow(inline, document).replace('\n', " ")),
        Block::Heading(level, inline) => {
            format!("{} {}", "#".repeat(usize::from(*level)), flow(inline, document).replace("\\\n", " "))
        }
        Block::Quote(inner) => indented(&blocks(inner, document), "> ", "> "),
        Block::List { numbers, items } => {
            let items = items.iter().enumerate().map(|(at, item)| {
                let mark = match numbers {
                    None => "- ".to_owned(),
                    Some((start, true)) => format!("{}. ", start.saturating_sub(at as i64)),
                    Some((start, false)) => format!("{}. ", start.saturating_add(at as i64)),
                };
                indented(&blocks(item, document), &mark, &" ".repeat(mark.len()))
            });
            items.collect::<Vec<_>>().join("\n")
        }
        Block::Definitions(definitions) => {
            let parts = definitions.iter().map(|definition| match definition {
                Definition::Term(inner) => format!("**{}**", blocks(inner, document)),
                Definition::Description(inner) => indented(&blocks(inner, document), ": ", "  "),
            });
            parts.collect::<Vec<_>>().join("\n")
        }
        Block::Code(lines) => {
            let lines: Vec<String> =
                lines.iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect();
            let text = lines.join("\n");
            let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            format!("{fence}\n{text}\n{fence}")
        }
        Block::Table(inner) => table(inner, document),
        Block::Rule => "---".into(),
        Block::Anchor(_) => String::new(),
    }
}

fn indented(text: &str, first: &str, rest: &str) -> String {
    let lines = text.lines().enumerate().map(|(at, line)| {
        let mark = if at == 0 { first } else { rest };
        format!("{mark}{line}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A table has one row of headings; cells have one line.
fn table(table: &Table, document: &Document) -> String {
    let columns = table.rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum::<usize>()).max().unwrap_or(0);
    if columns < 2 {
        let cells = table.rows.iter().flatten().map(|cell| blocks(&cell.blocks, document));
        return cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\n\n");
    }
    let cell = |cell: &Cell| {
        let text = blocks(&cell.blocks, document).replace("\\\n", " ").replace('\n', " ").replace('|', "\\|");
        format!("{text}{}", " |".repeat(cell.columns - 1))
    };
    let row = |cells: &[Cell]| {
        let written: Vec<String> = cells.iter().map(cell).collect();
        let missing = columns.saturating_sub(cells.iter().map(|cell| cell.columns).sum());
        format!("| {} |{}", written.join(" | "), " |".repeat(missing))
    };
    let rule = format!("|{}", " --- |".repeat(columns));
    let mut lines: Vec<String> = table.rows.iter().map(|cells| row(cells)).collect();
    if table.heads == 0 {
        lines.insert(0, format!("|{}", " |".repeat(columns)));
    }
    lines.insert(1, rule);
    let caption = table.caption.iter().map(|caption| format!("*{}*\n", flow(caption, document)));
    caption.chain([lines.join("\n")]).collect::<Vec<_>>().join("\n")
}

fn flow(inline: &Inline, document: &Document) -> String {
    let mut written = String::with_capacity(inline.text.len());
    let mut runs = inline.runs().peekable();
    while let Some((text, look)) = runs.next() {
        let text = text.replace('\u{2060}', "");
        if let Role::Image(at) = look.role
            && let Some(image) = document.images.get(at)
        {
            written.push_str(&format!("![{}]({})", escaped(image.label.as_str()), target(image.address.as_str())));
            continue;
        }
        let Some(Link::Out(number)) = look.link else {
            written.push_str(&dressed(&text, look));
            continue;
        };
        // A link goes as far as its number, which is not written.
        let mut words = if look.role == Role::Number { String::new() } else { dressed(&text, look) };
        while let Some((text, look)) = runs.next_if(|(_, next)| next.link == look.link) {
            if look.role != Role::Number {
                words.push_str(&dressed(&text.replace('\u{2060}', ""), look));
            }
        }
        let address = document.links.get(number - 1).map_or("", |address| address.as_str());
        written.push_str(&format!("[{}]({})", words.trim(), target(address)));
    }
    written
}

/// Text with its emphasis; blanks stay outside of it.
fn dressed(text: &str, look: Look) -> String {
    let bare = text.trim();
    if bare.is_empty() {
        return text.replace('\n', "\\\n");
    }
    let (before, after) = (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
    let inner = if matches!(look.role, Role::Code) {
        let fence = if bare.contains('`') { "``" } else { "`" };
        format!("{fence}{bare}{fence}")
    } else {
        escaped(bare).replace('\n', "\\\n")
    };
    let mut marks = String::new();
    for (on, mark) in [(look.strong, "**"), (look.emphasis, "*"), (look.struck, "~~")] {
        if on {
            marks.push_str(mark);
        }
    }
    let closing: String = marks.chars().rev().collect();
    format!("{before}{marks}{inner}{closing}{after}", after = after.replace('\n', "\\\n"))
}

/// Characters that would be read as marks; a `#` or a number begins something only at the start of a line.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<') || (at == 0 && matches!(c, '#' | '>' | '+' | '-')) {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

/// An address where parentheses and blanks cannot end it.
fn target(address: &str) -> String {
    address.replace(' ', "%20").replace('(', "%28").replace(')', "%29")
}
