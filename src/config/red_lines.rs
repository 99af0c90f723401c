//! `[[red_lines]]`: what the user does not want to overlook in what somebody wrote.

use serde::Deserialize;

use crate::people::red_lines::Line;

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: String,
    #[serde(default)]
    phrases: Vec<String>,
    #[serde(default)]
    about: Vec<String>,
    when: Option<String>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Table")]
pub struct RedLine(pub Line);

impl TryFrom<Table> for RedLine {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let by_meaning = !table.about.is_empty() || table.when.is_some();
        match (table.phrases.is_empty(), by_meaning) {
            (false, true) => Err("a red line has either phrases, or about and when; make two of it".into()),
            (false, false) => Line::new(&table.name, &table.phrases).map(Self),
            (true, true) => match (table.about.is_empty(), table.when.as_deref()) {
                (true, _) => {
                    Err("a red line with `when` wants `about`: of whom, such as about = [\"candidate\"]".into())
                }
                (_, None | Some("hostile")) => Line::by_meaning(&table.name).map(Self),
                (_, Some(other)) => Err(format!("when = {other:?} is not known; it can be \"hostile\"")),
            },
            (true, false) => Err(format!(
                "the red line {:?} says nothing; give it phrases = [\"plain words\", \"/a pattern/\"]",
                table.name
            )),
        }
    }
}
