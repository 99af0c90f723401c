//! A module uses only those above it in the list of `lib.rs`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The house, from the ground up.
const ORDER: [&str; 18] = [
    "model", "text", "feed", "page", "opml", "web", "journal", "store", "search", "poll", "discover", "people",
    "config", "app", "session", "demo", "tui", "cli",
];

#[test]
fn no_module_uses_one_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files(&src);
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let inside = path.strip_prefix(&src).unwrap();
            let text = fs::read_to_string(path).unwrap();
            wrong_uses(inside, &text).into_iter().map(|wrong| format!("src/{}:{wrong}", inside.display()))
        })
        .collect();
    assert!(files.len() > 50, "only {} files were found", files.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_folder_has_its_place_in_the_order() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&src).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(matches!(module, "lib" | "main") || ORDER.contains(&module), "src/{name} has no place in the house");
    }
}

#[test]
fn a_use_of_a_module_below_is_found_however_it_is_written() {
    for (file, text, found) in [
        ("store/read.rs", "use crate::app::App;", &["1: store uses app"][..]),
        ("store/mod.rs", "\n\nfn f() { penpal::cli::main() }", &["3: store uses cli"]),
        ("poll/due.rs", "use crate::{\n    model::{Blog, BlogId},\n    app::App,\n};", &["3: poll uses app"]),
        ("poll/due.rs", "use super::super::app::App;", &["1: poll uses app"]),
        ("poll/mod.rs", "use super::{app, model, config as c};", &["1: poll uses app", "1: poll uses config"]),
        ("text/words.rs", "mod tests {\n    use super::super::super::feed::Feed;\n}", &["2: text uses feed"]),
        ("model/id.rs", "const A: &str = \"a\\\"b\"; type B = crate :: text::X;", &["1: model uses text"]),
        ("model/id.rs", "fn f<'a>(c: &'a char) -> bool { *c == '\"' || crate::web::g() }", &["1: model uses web"]),
        ("model/id.rs", "macro_rules! m { () => { $crate::web::g() } }", &["1: model uses web"]),
        ("web/mod.rs", "pub(crate) use crate::*;", &["1: web uses *"]),
    ] {
        assert_eq!(wrong_uses(Path::new(file), text), found, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_use_is_let_be() {
    for (file, text) in [
        ("app/mod.rs", "use crate::{model::{self, app}, store::Store};\nuse super::store;"),
        ("store/read.rs", "use super::records; mod tests { use super::super::records::app; }"),
        ("store/mod.rs", "//! see [`crate::app`]\n/* crate::app /* nested */ crate::cli */ fn f() {}"),
        ("store/mod.rs", "const A: &str = \"crate::app\"; const B: &str = r#\"a\"crate::app\"#;"),
        ("store/mod.rs", "pub(crate) fn app() {} use other_crate::app; use tokio::crate_like::app;"),
        ("main.rs", "fn main() { penpal::cli::main() }"),
        ("lib.rs", "pub mod cli; use crate::cli::x;"),
    ] {
        assert_eq!(wrong_uses(Path::new(file), text), [""; 0], "{text}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A line for each use of a module that stands below `file`'s own; `file` is relative to `src`.
fn wrong_uses(file: &Path, text: &str) -> Vec<String> {
    let mut module: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    module.retain(|part| !matches!(part.as_str(), "mod" | "lib" | "main"));
    let Some(own) = module.first().cloned() else { return Vec::new() };
    let place = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut wrong = Vec::new();
    for (line, used) in uses(&tokens(text), &module) {
        let below = used == "*" || place(&used).is_some_and(|used| place(&own).is_none_or(|own| used > own));
        if below {
            wrong.push(format!("{line}: {own} uses {used}"));
        }
    }
    wrong
}

type Token = (usize, String);

/// The names at the crate's root that paths lead to, with their lines. `module` is where the tokens stand.
fn uses(tokens: &[Token], module: &[String]) -> Vec<(usize, String)> {
    let text = |at: usize| tokens.get(at).map_or("", |(_, text)| text.as_str());
    let mut found = Vec::new();
    // For each open brace whether it is a module's, which makes `super` lead one step less far.
    let mut braces = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match text(at) {
            "{" => braces.push(at >= 2 && text(at - 2) == "mod"),
            "}" => drop(braces.pop()),
            "crate" | "penpal" | "super" | "self" if (at == 0 || text(at - 1) != "::") && text(at + 1) == "::" => {
                let inline = braces.iter().filter(|is_module| **is_module).count();
                let mut here: Vec<String> = module.to_vec();
                here.extend((0..inline).map(|_| "inline".to_owned()));
                at = follow(tokens, at, here, &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Follows one path or tree of paths that begins at `at` in the module `from`; gives where it ends.
fn follow(tokens: &[Token], mut at: usize, from: Vec<String>, found: &mut Vec<(usize, String)>) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |(_, text)| text.as_str());
    // What the path stands for so far; at the crate's root it is empty.
    let mut path = from;
    loop {
        match text(at) {
            "crate" | "penpal" => path.clear(),
            "self" => {}
            "super" => drop(path.pop()),
            "{" => {
                at += 1;
                while !matches!(text(at), "}" | "") {
                    at = follow(tokens, at, path.clone(), found);
                    // `as other` and the comma.
                    while !matches!(text(at), "," | "}" | "") {
                        at += 1;
                    }
                    at += usize::from(text(at) == ",");
                }
                return at + 1;
            }
            name => {
                if path.is_empty() {
                    found.push((tokens[at].0, name.to_owned()));
                }
                path.push(name.to_owned());
            }
        }
        at += 1;
        if text(at) != "::" {
            return at;
        }
        at += 1;
    }
}

/// Words, `::` and single signs, with their lines; without comments and literals.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => comment(rest),
            ['"', ..] => string(rest),
            ['r', '"' | '#', ..] if raw_string(rest).is_some() => raw_string(rest).unwrap(),
            ['\'', '\\', _, more @ ..] => 3 + more.iter().position(|c| *c == '\'').map_or(0, |end| end + 1),
            ['\'', _, '\'', ..] => 3,
            [':', ':', ..] => {
                found.push((line, "::".to_owned()));
                2
            }
            [c, ..] if is_word(*c) => {
                let length = rest.iter().position(|c| !is_word(*c)).unwrap_or(rest.len());
                found.push((line, rest[..length].iter().collect()));
                length
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    found.push((line, c.to_string()));
                }
                1
            }
            [] => break,
        };
        line += rest[..length].iter().filter(|c| **c == '\n').count();
        at += length;
    }
    found
}

/// The length of a comment that may hold others.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// `None` if it is a word that begins with r.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = 2 + hashes;
    let length = rest[body..].windows(end.len()).position(|window| window == end)?;
    Some(body + length + end.len())
}
