//! Completing the path of a file as shells do. It reads folders, so it runs beside the event loop.

/// A path with as much added as all files that begin so have in common; a folder ends with a slash.
pub fn completed(typed: &str) -> String {
    let (folder, begun) = typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (folder, name));
    let place = match (folder, typed.starts_with('/')) {
        ("", true) => "/".into(),
        ("", false) => ".".into(),
        // `~` alone is the home, as `~/` is.
        (folder, _) => crate::web::command::at_home(&format!("{folder}/")),
    };
    let Ok(entries) = std::fs::read_dir(place) else { return typed.to_owned() };
    let names = entries.flatten().filter_map(|entry| {
        let is_folder = entry.path().is_dir();
        let name = entry.file_name().into_string().ok()?;
        let is_meant = name.starts_with(begun) && (!name.starts_with('.') || begun.starts_with('.'));
        is_meant.then(|| if is_folder { format!("{name}/") } else { name })
    });
    let common = names.reduce(|a, b| {
        let same =
            a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map_or(a.len().min(b.len()), |((at, _), _)| at);
        a[..same].to_owned()
    });
    match common {
        Some(common) if typed.contains('/') => format!("{folder}/{common}"),
        Some(common) => common,
        None => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_adds_what_all_files_have_in_common() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["feeds.opml", "feeds.old", "été.opml", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("lists")).unwrap();
        let at = |name: &str| format!("{}/{name}", folder.path().display());
        for (typed, longer) in [
            ("f", "feeds.o"),
            ("feeds.op", "feeds.opml"),
            ("l", "lists/"),
            ("é", "été.opml"),
            ("x", "x"),
            (".h", ".hidden"),
            ("", ""),
        ] {
            assert_eq!(completed(&at(typed)), at(longer), "{typed}");
        }
        assert_eq!(completed("/nowhere/at/all"), "/nowhere/at/all");
    }
}
