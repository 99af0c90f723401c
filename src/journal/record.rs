//! One line of the journal:
//! `{"v":1,"t":1790000000123,"n":7,"dev":"k3f…","act":"star","of":[…],"crc":"0a1b2c3d"}`.
//!
//! `t` is a hybrid logical clock in milliseconds, `n` counts a device's lines, `crc` is CRC-32C (RFC 3720) in hex of
//! the line up to it. Acts that this version does not know are kept in the file and skipped.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Act, DeviceId};

const VERSION: u64 = 1;
const CRC: &str = ",\"crc\":\"";

/// When and where a register was set. The greatest wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since the Unix epoch, of a hybrid logical clock.
    pub t: u64,
    pub dev: DeviceId,
}

/// What a record has to do with others of its device, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// It begins something, and may be all of it.
    #[default]
    Whole,
    /// It was done in one go with that one.
    With(u64),
    /// It brings back what was before that one.
    Undoes(u64),
    /// It does again what that one did.
    Redoes(u64),
}

impl Part {
    fn field(self) -> Option<(&'static str, u64)> {
        match self {
            Self::Whole => None,
            Self::With(n) => Some(("with", n)),
            Self::Undoes(n) => Some(("undoes", n)),
            Self::Redoes(n) => Some(("redoes", n)),
        }
    }

    fn read(fields: &Map<String, Value>) -> Self {
        let number = |name: &str| fields.get(name).and_then(Value::as_u64);
        let with = number("with").map(Self::With);
        let part = with.or_else(|| number("undoes").map(Self::Undoes)).or_else(|| number("redoes").map(Self::Redoes));
        part.unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub stamp: Stamp,
    pub n: u64,
    /// `None` for an act of a newer version.
    pub act: Option<Act>,
    pub part: Part,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("the line is not JSON with a checksum at its end")]
    NoChecksum,
    #[error("the checksum does not fit: the line was changed or damaged")]
    Checksum,
    #[error("the line cannot be understood: {0}")]
    Content(String),
}

impl Record {
    /// The line, with its line feed.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        let mut fields = Map::new();
        fields.insert("v".into(), VERSION.into());
        fields.insert("t".into(), self.stamp.t.into());
        fields.insert("n".into(), self.n.into());
        fields.insert("dev".into(), self.stamp.dev.to_string().into());
        if let Some((name, n)) = self.part.field() {
            fields.insert(name.into(), n.into());
        }
        if let Some(act) = &self.act
            && let Value::Object(act) = serde_json::to_value(act)?
        {
            fields.extend(act);
        }
        let mut line = serde_json::to_string(&fields)?;
        line.pop(); // the closing brace, which comes back behind the checksum
        let crc = crc32c::crc32c(line.as_bytes());
        line.push_str(&format!("{CRC}{crc:08x}\"}}\n"));
        Ok(line)
    }

    /// Reads a line without its line feed.
    pub fn read(line: &[u8]) -> Result<Self, RecordError> {
        let line = std::str::from_utf8(line).map_err(|_| RecordError::NoChecksum)?;
        let (covered, crc) = line.rsplit_once(CRC).ok_or(RecordError::NoChecksum)?;
        let crc = crc.trim_end().strip_suffix("\"}").ok_or(RecordError::NoChecksum)?;
        if u32::from_str_radix(crc, 16) != Ok(crc32c::crc32c(covered.as_bytes())) {
            return Err(RecordError::Checksum);
        }
        let content = |what: &dyn std::fmt::Display| RecordError::Content(what.to_string());
        let fields: Map<String, Value> = serde_json::from_str(&format!("{covered}}}")).map_err(|e| content(&e))?;
        let number = |name: &str| {
            fields.get(name).and_then(Value::as_u64).ok_or_else(|| content(&format!("{name:?} is missing")))
        };
        let (t, n) = (number("t")?, number("n")?);
        let dev = fields.get("dev").and_then(Value::as_str).and_then(DeviceId::parse);
        let dev = dev.ok_or_else(|| content(&"\"dev\" is missing"))?;
        let part = Part::read(&fields);
        let act = serde_json::from_value(Value::Object(fields)).ok();
        Ok(Self { stamp: Stamp { t, dev }, n, act, part })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PostId;

    fn record() -> Record {
        let act = Act::Read { of: vec![PostId([9; 16])], read: true };
        Record {
            stamp: Stamp { t: 1_790_000_000_123, dev: DeviceId([1; 8]) },
            n: 7,
            act: Some(act),
            part: Part::Undoes(3),
        }
    }

    #[test]
    fn a_line_reads_back_as_it_was_written() {
        let line = record().line().unwrap();
        assert!(line.starts_with(r#"{"v":1,"t":1790000000123,"n":7,"dev":""#), "{line}");
        assert_eq!(Record::read(line.trim_end().as_bytes()), Ok(record()));
    }

    #[test]
    fn a_changed_line_is_noticed() {
        let line = record().line().unwrap().replace("true", "false");
        assert_eq!(Record::read(line.trim_end().as_bytes()), Err(RecordError::Checksum));
    }

    #[test]
    fn an_act_of_a_newer_version_is_skipped_and_its_place_in_time_kept() {
        let mut line = String::from(r#"{"v":2,"t":5,"n":1,"dev":"aeaqcaibaeaqc","act":"teleport","of":"x""#);
        let crc = crc32c::crc32c(line.as_bytes());
        line.push_str(&format!("{CRC}{crc:08x}\"}}"));
        let record = Record::read(line.as_bytes()).unwrap();
        assert_eq!((record.stamp.t, record.act), (5, None));
    }
}
