//! `penpal parse FILE --json [--base-url URL] [--content-type CT]`, for the conformance kit only.

use std::io::Write;

use penpal::feed::{self, Hints};

fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut file, mut base_url, mut content_type) = (None, None, None);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "parse" | "--json" => {}
            "--base-url" => base_url = arguments.next().and_then(|url| url::Url::parse(&url).ok()),
            "--content-type" => content_type = arguments.next(),
            _ => file = Some(argument),
        }
    }
    let hints = Hints { base_url: base_url.as_ref(), content_type: content_type.as_deref() };
    let read = std::fs::read(file.unwrap_or_default()).map_err(|error| error.to_string());
    let shown = read.and_then(|bytes| feed::read(&bytes, &hints).map_err(|error| error.to_string()));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let code = match &shown {
        Ok(feed) => serde_json::to_writer(&mut out, &feed::Shown(feed)).map_or(1, |()| 0),
        Err(error) => serde_json::to_writer(&mut out, &serde_json::json!({ "error": error })).map_or(1, |()| 1),
    };
    let _ = out.write_all(b"\n");
    code.into()
}
