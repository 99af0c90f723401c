//! `[[sources]]`: feeds that come from a file or a program of the user's.

use serde::Deserialize;

use super::feeds::program;
use crate::{
    model::FeedUrl,
    poll::{Source, SourceKind},
    web::command::at_home,
};

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: String,
    file: Option<String>,
    #[serde(default, deserialize_with = "program")]
    exec: Option<Vec<String>>,
    #[serde(default, deserialize_with = "program")]
    filter: Option<Vec<String>>,
    url: Option<String>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Defined(pub Source);

impl TryFrom<Table> for Defined {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let kind = match (table.file, table.exec, table.filter, table.url) {
            (Some(file), None, None, None) if file.starts_with('/') || file.starts_with("~/") => {
                SourceKind::File(at_home(&file))
            }
            (Some(_), None, None, None) => return Err("give the file's whole path, or one that begins with ~/".into()),
            (None, Some(command), None, None) => SourceKind::Exec(command),
            (None, None, Some(command), Some(url)) => {
                let url = FeedUrl::parse(&url).map_err(|error| error.to_string())?;
                if url.source().is_some() {
                    return Err("a filter gets a feed from the web; its url begins with http".into());
                }
                SourceKind::Filter { command, url }
            }
            (None, None, Some(_), None) => return Err("a filter wants the url of the feed that it gets".into()),
            (None, None, None, Some(_)) => {
                return Err("a url wants a filter; penpal follow is for a feed as it is".into());
            }
            _ => return Err("a source has one of file, exec, or filter with url".into()),
        };
        Ok(Self(Source::new(table.name, kind)?))
    }
}
