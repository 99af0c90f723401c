//! Tables of address books (RFC 4180): as Google, Outlook and Thunderbird write them, told by the names of their columns,
//! and penpal's own.

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};

use super::{
    entry::{AddressBook, Entry, Skipped},
    vcard::lines::{ContentLine, escape, unmarked},
};
use crate::model::{Contact, ContactKind, FeedUrl, PageUrl, Person, Plain};

/// What parts several values in one cell, as Google has it.
const BETWEEN: &str = " ::: ";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    /// One word of the name; they are put together in this order.
    NamePart(u8),
    Reach(ContactKind),
    Page,
    Feed,
    Note,
    Tags,
    Circles,
    Met,
    /// Says of what kind the next column is, which the book has no place for unless something is there.
    Label,
    Other,
}

fn column(heading: &str) -> Column {
    let name = heading.trim().trim_matches('"').to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match name.as_str() {
        "name" | "display name" | "full name" | "file as" => return Column::Name,
        "name prefix" | "title" | "prefix" => return Column::NamePart(0),
        "first name" | "given name" => return Column::NamePart(1),
        "middle name" | "additional name" => return Column::NamePart(2),
        "last name" | "family name" | "surname" => return Column::NamePart(3),
        "name suffix" | "suffix" => return Column::NamePart(4),
        "notes" | "note" => return Column::Note,
        "labels" | "group membership" | "categories" | "tags" => return Column::Tags,
        "circles" => return Column::Circles,
        "met" => return Column::Met,
        "feed" => return Column::Feed,
        _ => {}
    }
    if has(&[" - type", " - label", "e-mail type", "display name"]) {
        Column::Label
    } else if has(&["e-mail", "email"]) {
        Column::Reach(ContactKind::Email)
    } else if has(&["mastodon"]) {
        Column::Reach(ContactKind::Mastodon)
    } else if has(&["phone", "mobile number", "telephone"]) && !has(&["fax", "pager"]) {
        Column::Reach(ContactKind::Phone)
    } else if has(&["chat", "jabber", "xmpp", "matrix"]) {
        Column::Reach(ContactKind::Chat)
    } else if has(&["web page", "website", "homepage", "blog"]) || name == "url" {
        Column::Page
    } else {
        Column::Other
    }
}

/// `None` if the first line is no heading of an address book.
pub fn read(bytes: &[u8]) -> Option<AddressBook> {
    let bytes = unmarked(bytes);
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0,
    };
    let heading = text.lines().next()?;
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(|b| heading.bytes().filter(|c| c == b).count())?;
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().ok()?.clone();
    let columns: Vec<Column> = headings.iter().map(column).collect();
    let names_people = |column: &Column| matches!(column, Column::Name | Column::NamePart(_) | Column::Reach(_));
    if columns.iter().filter(|column| names_people(column)).count() < 2 {
        return None;
    }
    let mut book = AddressBook::default();
    for row in reader.records() {
        match row {
            Ok(row) => {
                let line = row.position().map_or(0, |position| position.line() as usize);
                let entry = entry(&row, &columns, &headings, line);
                if entry.title().is_empty() {
                    book.skipped.push(Skipped { line, reason: "the row names nobody".into() });
                } else {
                    book.entries.push(entry);
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, |position| position.line() as usize);
                book.skipped.push(Skipped { line, reason: error.to_string() });
            }
        }
    }
    Some(book)
}

fn entry(row: &StringRecord, columns: &[Column], headings: &StringRecord, line: usize) -> Entry {
    let mut entry = Entry { line, ..Entry::default() };
    let mut name: Vec<(u8, &str)> = Vec::new();
    for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let heading = headings.get(at).unwrap_or_default();
        let values = || cell.split(BETWEEN.trim()).map(str::trim).filter(|value| !value.is_empty());
        match columns.get(at).copied().unwrap_or(Column::Other) {
            Column::Name if entry.name.is_none() => entry.name = Plain::line(cell).some(),
            Column::NamePart(place) => name.push((place, cell)),
            Column::Reach(kind) => {
                values().for_each(|value| entry.add_reach(Contact { kind, value: Plain::line(value) }));
            }
            Column::Page => {
                for value in values() {
                    match PageUrl::parse(value).or_else(|_| PageUrl::parse(&format!("http://{value}"))) {
                        Ok(page) => entry.add_page(page),
                        Err(_) => keep(&mut entry, heading, value),
                    }
                }
            }
            Column::Feed => entry.feeds.extend(values().filter_map(|value| FeedUrl::parse(value).ok())),
            Column::Note => entry.notes.extend(Plain::text(cell).some().map(|note| (None, note))),
            Column::Tags => {
                // Google marks groups of its own with a star; that everybody is in one says nothing.
                let tags =
                    values().flat_map(|value| value.split([';', ','])).map(|tag| tag.trim().trim_start_matches("* "));
                entry.tags.extend(tags.filter(|tag| *tag != "myContacts").filter_map(|tag| Plain::line(tag).some()));
            }
            Column::Circles => entry.circles.extend(values().filter_map(|circle| Plain::line(circle).some())),
            Column::Met => entry.met = Plain::text(cell).some(),
            Column::Label | Column::Name | Column::Other => keep(&mut entry, heading, cell),
        }
    }
    name.sort_by_key(|(place, _)| *place);
    let words: Vec<&str> = name.into_iter().map(|(_, word)| word).collect();
    entry.name = entry.name.take().or_else(|| Plain::line(&words.join(" ")).some());
    entry
}

/// What the book has no place for is kept as a line of a vCard, with the name of its column.
fn keep(entry: &mut Entry, heading: &str, cell: &str) {
    let name: String = heading.chars().map(|c| if matches!(c, '"' | '\n' | '\r') { ' ' } else { c }).collect();
    let line = ContentLine {
        name: "X-COLUMN".into(),
        parameters: vec![("X-NAME".into(), name)],
        value: escape(cell),
        ..ContentLine::default()
    };
    entry.cards.extend(Plain::text(&line.written()).some());
}

/// A table that [`read`] and spreadsheets take. Lines of vCards and what passed have no place in it.
pub fn write<'a>(people: impl Iterator<Item = &'a Person>) -> Result<String, csv::Error> {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    writer.write_record([
        "Name", "E-mail", "Phone", "Mastodon", "Chat", "Website", "Feed", "Tags", "Circles", "Met", "Notes",
    ])?;
    for person in people {
        let reach = |kind| person.reached_by(kind).map(Plain::as_str).collect::<Vec<_>>().join(BETWEEN);
        let sites = person.blogs.iter().filter_map(|blog| blog.site_url.as_ref()).map(|site| site.as_str());
        let pages: Vec<&str> = person.pages.iter().map(PageUrl::as_str).chain(sites).collect();
        let feeds: Vec<&str> = person.blogs.iter().map(|blog| blog.feed_url.as_str()).collect();
        let join = |all: &[Plain]| all.iter().map(Plain::as_str).collect::<Vec<_>>().join(BETWEEN);
        let notes: Vec<&str> = person.notes().map(|note| note.text.as_str()).collect();
        let fields = [
            person.name.to_string(),
            reach(ContactKind::Email),
            reach(ContactKind::Phone),
            reach(ContactKind::Mastodon),
            reach(ContactKind::Chat),
            pages.join(BETWEEN),
            feeds.join(BETWEEN),
            join(&person.tags),
            join(&person.circles),
            person.met.as_ref().map(ToString::to_string).unwrap_or_default(),
            notes.join("\n"),
        ];
        writer.write_record(fields.iter().map(|field| harmless(field)))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A spreadsheet runs what begins like a formula; a name from the web must not.
fn harmless(field: &str) -> String {
    let is_formula =
        field.starts_with(['=', '\t', '\r']) || (field.starts_with(['@', '+', '-']) && field.contains(['(', '|', '!']));
    if is_formula { format!("'{field}") } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_usual_programs_are_understood() {
        for (table, name, mail) in [
            (
                "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Website 1 - Value\n\
                 Ada,,Lovelace,* myContacts ::: friends,Home,ada@example.org ::: countess@example.org,ada.example\n",
                "Ada Lovelace",
                "ada@example.org",
            ),
            (
                "\"First Name\";\"Last Name\";\"E-mail Address\";\"Notes\"\r\nAda;Lovelace;ada@example.org;\"two\nlines\"\r\n",
                "Ada Lovelace",
                "ada@example.org",
            ),
            (
                "First Name,Last Name,Display Name,Primary Email,Secondary Email,Mobile Number\nAda,L.,Ada Lovelace,ada@example.org,,1\n",
                "Ada Lovelace",
                "ada@example.org",
            ),
        ] {
            let book = read(table.as_bytes()).unwrap();
            assert_eq!((book.entries.len(), book.skipped.len()), (1, 0), "{table}");
            let entry = &book.entries[0];
            assert_eq!(entry.title().as_str(), name);
            assert_eq!(entry.reach[0].value.as_str(), mail);
        }
        assert_eq!(read(b"Product,Price\nbread,3\n"), None);
    }

    #[test]
    fn groups_are_tags_and_unknown_columns_are_kept() {
        let table =
            "Name,E-mail 1 - Value,Group Membership,Birthday\nAda,a@example.org,* myContacts ::: friends,1815-12-10\n";
        let entry = &read(table.as_bytes()).unwrap().entries[0];
        assert_eq!(entry.tags, [Plain::line("friends")]);
        assert_eq!(entry.cards[0].as_str(), "X-COLUMN;X-NAME=Birthday:1815-12-10");
    }

    #[test]
    fn a_name_from_the_web_is_no_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("+44 20 1234"), "+44 20 1234");
        assert_eq!(harmless("@ada@example.org"), "@ada@example.org");
    }
}
