//! The lines of JSON between the process that holds the data folder and one that wants something of it. The holder
//! greets; the other asks; the holder tells how it goes and then answers. A connection serves any number of questions,
//! one after another.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::app::request::Progress;

/// No line is longer: the largest list of subscriptions that is read, and then some.
const LONGEST_LINE: u64 = 256 << 20;

/// What the holder is busy with, which decides who has to wait for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One command, which ends by itself.
    Command,
    /// Polls until it is stopped; gives way to the screens.
    Watch,
    /// Somebody sits in front of it.
    Screens,
}

/// The holder's first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Greeting {
    /// Its version. Another one may know other requests.
    pub penpal: String,
    /// Its line in the lock file.
    pub holder: String,
    pub role: Role,
}

/// A question: the name of a request and its fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked<R> {
    pub ask: String,
    pub with: R,
}

/// What asks the holder to let go of the folder. The answer is whether it does.
pub const GIVE_WAY: &str = "give_way";

/// What the holder says to a question: news of it, and then one of the other two.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told<A> {
    Progress(Progress),
    Answer(A),
    Error(String),
}

impl Told<Value> {
    /// A line that holds an answer which is JSON already.
    pub fn answer_line(json: &str) -> String {
        format!("{{\"answer\":{json}}}")
    }
}

/// Reads one line; `None` at the end, also of one that is cut short or longer than any of ours.
pub async fn read_line(reader: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    Ok((line.pop() == Some(b'\n')).then_some(line))
}

pub async fn write_line(writer: &mut (impl AsyncWrite + Unpin), line: &str) -> std::io::Result<()> {
    writer.write_all(line.as_bytes()).await?;
    writer.write_all(b"\n").await?;
    writer.flush().await
}
