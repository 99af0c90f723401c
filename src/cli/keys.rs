//! `penpal keys`: the keys of the screens.

use std::process::ExitCode;

use serde_json::json;

use super::Out;
use crate::app::action::TABLE;

pub fn run(out: &mut Out) -> anyhow::Result<ExitCode> {
    for entry in TABLE {
        if out.json {
            let on: Vec<&str> = entry.on.iter().map(|screen| screen.name()).collect();
            out.object(&json!({"name": entry.name, "keys": entry.keys, "does": entry.does, "on": on}))?;
        } else {
            let place = if entry.on.is_empty() { String::new() } else { format!("  ({})", entry.places()) };
            let place = out.dim(&place);
            out.line(format!("{:<12} {:<15} {}{place}", entry.keys.join(" "), entry.name, entry.does))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
