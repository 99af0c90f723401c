//! Reads the rows of one table of an SQLite file: newsboat keeps what was read in one, FreshRSS all it has. All of SQLite would be a build of
//! its own; a file that nobody writes to takes only its tables' trees (<https://www.sqlite.org/fileformat2.html>, 1.5, 1.6
//! and 2.1). Bounds hold whatever the file says: each page is visited once at most.

/// What a column holds. Real numbers and blobs are of no use here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
}

const MAGIC: &[u8] = b"SQLite format 3\0";
/// The columns of `sqlite_schema` that say where a table begins and what its columns are.
const KIND: usize = 0;
const NAME: usize = 1;
const ROOT: usize = 3;
const SQL: usize = 4;

pub(super) fn looks_like(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Calls `row` with the values of `columns` for each row of a table, in the order of row ids; a column that the table does
/// not have is null. `None` if there is no such table, or what there is cannot be read.
pub(super) fn each_row(bytes: &[u8], table: &str, columns: &[&str], mut row: impl FnMut(&[Value])) -> Option<()> {
    let file = File::of(bytes)?;
    let mut found = None;
    file.walk(1, |_, values| {
        let text = |at: usize| match values.get(at) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        if let (true, Some(Value::Integer(root))) =
            (text(KIND) == "table" && text(NAME).eq_ignore_ascii_case(table), values.get(ROOT))
        {
            found = Some((*root, columns_of(text(SQL)), row_id_of(text(SQL))));
        }
    })?;
    let (root, known, row_id) = found?;
    let places: Vec<Option<usize>> =
        columns.iter().map(|column| known.iter().position(|known| known.eq_ignore_ascii_case(column))).collect();
    file.walk(usize::try_from(root).ok()?, |id, values| {
        let value = |place: &Option<usize>| match place.and_then(|at| values.get(at)) {
            Some(Value::Null) if *place == row_id => Value::Integer(id),
            found => found.cloned().unwrap_or(Value::Null),
        };
        row(&places.iter().map(value).collect::<Vec<_>>());
    })
}

/// The names of the columns in a `CREATE TABLE`.
fn columns_of(sql: &str) -> Vec<String> {
    let name = |column: &String| {
        column.split_whitespace().next().unwrap_or_default().trim_matches(['"', '`', '[', ']', '\'']).to_owned()
    };
    definitions(sql).iter().map(name).collect()
}

/// The place of the column that is another name of the row's id, and is not stored.
fn row_id_of(sql: &str) -> Option<usize> {
    definitions(sql).iter().position(|column| column.to_ascii_uppercase().contains(" INTEGER PRIMARY KEY"))
}

/// What a `CREATE TABLE` says of each column.
fn definitions(sql: &str) -> Vec<String> {
    let Some((_, inside)) = sql.split_once('(') else { return Vec::new() };
    let mut depth = 0;
    let mut columns = vec![String::new()];
    for c in inside.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => columns.push(String::new()),
            c if depth == 0 => columns.last_mut().into_iter().for_each(|column| column.push(c)),
            _ => {}
        }
    }
    columns
}

struct File<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// Bytes of a page without what is reserved at its end.
    usable: usize,
}

impl<'a> File<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let declared = usize::from(u16_at(bytes, 16)?);
        let page_size = if declared == 1 { 65_536 } else { declared };
        let usable = page_size.checked_sub(usize::from(*bytes.get(20)?))?;
        // The text encoding: all but UTF-8 is a curiosity.
        let is_known = looks_like(bytes) && page_size.is_power_of_two() && usable >= 480 && u32_at(bytes, 56)? <= 1;
        is_known.then_some(Self { bytes, page_size, usable })
    }

    fn page(&self, number: usize) -> Option<&'a [u8]> {
        let start = number.checked_sub(1)?.checked_mul(self.page_size)?;
        self.bytes.get(start..start.checked_add(self.page_size)?)
    }

    fn pages(&self) -> usize {
        self.bytes.len() / self.page_size
    }

    /// Calls `row` with the id and the values of each row of the tree that begins at a page.
    fn walk(&self, root: usize, mut row: impl FnMut(i64, &[Value])) -> Option<()> {
        let mut to_do = vec![root];
        let (mut visited, mut read) = (0, 0);
        while let Some(number) = to_do.pop() {
            visited += 1;
            if visited > self.pages() {
                return None;
            }
            let page = self.page(number)?;
            // The first page begins with the file's own header.
            let header = if number == 1 { 100 } else { 0 };
            let cells = usize::from(u16_at(page, header + 3)?);
            match page.get(header)? {
                0x05 => {
                    let children = (0..cells).map(|cell| {
                        let at = usize::from(u16_at(page, header + 12 + 2 * cell)?);
                        usize::try_from(u32_at(page, at)?).ok()
                    });
                    let mut children: Vec<usize> = children.collect::<Option<_>>()?;
                    children.push(usize::try_from(u32_at(page, header + 8)?).ok()?);
                    to_do.extend(children.into_iter().rev());
                    // More waiting than there are pages is a circle.
                    if to_do.len() > self.pages() {
                        return None;
                    }
                }
                0x0d => {
                    for cell in 0..cells {
                        let at = usize::from(u16_at(page, header + 8 + 2 * cell)?);
                        let (id, payload) = self.payload(page, at)?;
                        // Cells that share what they hold would be read without end.
                        read += payload.len();
                        if read > self.bytes.len() {
                            return None;
                        }
                        row(id, &record(&payload)?);
                    }
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// The id of a row and what its cell holds, from its page and those that it flows over to.
    fn payload(&self, page: &[u8], cell: usize) -> Option<(i64, Vec<u8>)> {
        let (length, after) = varint(page, cell)?;
        let (id, start) = varint(page, after)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= self.bytes.len())?;
        let (most, least) = (self.usable - 35, (self.usable - 12) * 32 / 255 - 23);
        let here = if length <= most {
            length
        } else {
            let fitting = least + (length - least) % (self.usable - 4);
            if fitting <= most { fitting } else { least }
        };
        let mut payload = page.get(start..start + here)?.to_vec();
        let mut next = if here < length { u32_at(page, start + here)? } else { 0 };
        while payload.len() < length {
            let page = self.page(usize::try_from(next).ok()?)?;
            let more = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + more)?);
            next = u32_at(page, 0)?;
        }
        Some((id.cast_signed(), payload))
    }
}

/// The values of a record.
fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(payload, 0)?;
    let header = usize::try_from(header).ok().filter(|header| *header <= payload.len())?;
    let mut body = header;
    let mut values = Vec::new();
    while at < header {
        let (kind, after) = varint(payload, at)?;
        at = after;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => (kind - 12) / 2,
        };
        let end = body.checked_add(usize::try_from(length).ok()?)?;
        let bytes = payload.get(body..end)?;
        body = end;
        values.push(match kind {
            1..=6 => Value::Integer(integer(bytes)),
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            13.. if kind % 2 == 1 => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            _ => Value::Null,
        });
    }
    Some(values)
}

/// Up to eight bytes, the first of which has the sign.
fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte))
}

/// A number in one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for step in 0..9 {
        let byte = *bytes.get(at + step)?;
        if step == 8 {
            return Some((value << 8 | u64::from(byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + step + 1));
        }
    }
    None
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_in_the_statement_that_made_them() {
        let sql = "CREATE TABLE rss_item (  id INTEGER PRIMARY KEY,  \"guid\" VARCHAR(64) NOT NULL, url VARCHAR(10,2), deleted INTEGER(1) NOT NULL DEFAULT 0)";
        assert_eq!(columns_of(sql), ["id", "guid", "url", "deleted"]);
        assert_eq!(row_id_of(sql), Some(0));
        assert_eq!(row_id_of("CREATE TABLE entry (id BIGINT NOT NULL, PRIMARY KEY (id))"), None);
        assert_eq!(columns_of("nothing"), [""; 0]);
    }

    #[test]
    fn numbers_are_read_in_all_their_lengths() {
        for (bytes, value) in [(&[0x7f][..], (0x7f, 1)), (&[0x81, 0x00], (0x80, 2)), (&[0xff; 9], (u64::MAX, 9))] {
            assert_eq!(varint(bytes, 0), Some(value));
        }
        assert_eq!(varint(&[0x80], 0), None);
        assert_eq!((integer(&[0xff]), integer(&[0x01, 0x00]), integer(&[])), (-1, 256, 0));
    }
}
