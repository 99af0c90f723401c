//! Programs that an address is handed to: the browser, the user's player.

use std::process::{Command, Stdio};

use url::Url;

/// What is said when a browser was started begins so.
pub(super) const OPENING: &str = "Opening ";

/// Opens an address by an argument vector, never by a shell. Says what happened. `BROWSER` may name several programs
/// between colons; the first that can be started is.
pub(super) fn browse(address: &str) -> String {
    let allowed = Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "gemini"));
    if !allowed {
        return format!("{address} is nothing that a browser should open");
    }
    let own = std::env::var("BROWSER").ok().filter(|browser| !browser.trim().is_empty());
    let system = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let browsers = own.unwrap_or_else(|| system.to_owned());
    let mut why = "BROWSER names no program".to_owned();
    for browser in browsers.split(':').filter(|browser| !browser.trim().is_empty()) {
        let mut words = browser.split_whitespace().map(|word| word.replace("%s", "%u"));
        let program = words.next().unwrap_or_default();
        match launch(&program, &words.collect::<Vec<_>>(), address) {
            Ok(said) => return said,
            Err(error) => why = format!("{program} cannot be started ({error})"),
        }
    }
    format!("{why}; set BROWSER to your browser. The address: {address}")
}

/// Hands what comes with a post to the user's player, or to the program that the system has for it.
pub(super) fn play(address: &str, player: &[String]) -> String {
    let Some((program, arguments)) = player.split_first() else { return browse(address) };
    launch(program, arguments, address).unwrap_or_else(|error| {
        format!("{program} cannot be started ({error}); the configuration names another: [reading] player = [\"mpv\", \"%u\"]")
    })
}

/// Starts a program with an address in the place of `%u`, or at the end. Says what happened.
fn launch(program: &str, arguments: &[String], address: &str) -> std::io::Result<String> {
    let mut given: Vec<String> = arguments.iter().map(|word| word.replace("%u", address)).collect();
    if !arguments.iter().any(|word| word.contains("%u")) {
        given.push(address.to_owned());
    }
    let started =
        Command::new(program).args(&given).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = started?;
    // Waited for beside everything else, so that it leaves no zombie.
    std::thread::spawn(move || child.wait());
    Ok(format!("{OPENING}{address}"))
}
