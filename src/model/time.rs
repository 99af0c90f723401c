//! Moments, as everything in penpal keeps them.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Seconds since the Unix epoch, UTC. In JSON an RFC 3339 string with `Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// What the machine's clock says. Only the edges of the program call this; everything else is given the time.
    pub fn now() -> Self {
        Self(Utc::now().timestamp())
    }

    /// Reads an RFC 3339 moment; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| Self(moment.timestamp()))
    }

    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(wait.as_secs()))
    }

    /// How long ago `earlier` was; nothing if it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0).max(0) as u64)
    }

    /// `2026-03-01T00:00:00Z`. A moment that no calendar has is the epoch.
    pub fn rfc3339(self) -> String {
        self.calendar().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// `2026-03-01`.
    pub fn day(self) -> String {
        self.calendar().format("%Y-%m-%d").to_string()
    }

    /// `2026-03-01 08:00`.
    pub fn minute(self) -> String {
        self.calendar().format("%Y-%m-%d %H:%M").to_string()
    }

    pub fn calendar(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.rfc3339())
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no RFC 3339 time")))
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}
