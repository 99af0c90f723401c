//! The rows of the Blogs screen: blogs in their folders, which lie in folders, or under their tags.

use std::collections::{BTreeSet, HashSet};

use super::{blogs::Followed, state::Row};
use crate::model::Plain;

/// What stands over blogs without any tag.
const UNTAGGED: &str = "without a tag";

/// Blogs come sorted by folder, so that those right in a folder come before the folders in it. What lies in a folder of
/// `folded` is left out, and so is what does not `hold` what is looked for.
pub fn by_folder(blogs: &[Followed], folded: &HashSet<Vec<Plain>>, holds: impl Fn(&Followed) -> bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut open: &[Plain] = &[];
    for (index, followed) in blogs.iter().enumerate().filter(|(_, followed)| holds(followed)) {
        let folder = followed.subscription.folder.as_slice();
        let common = open.iter().zip(folder).take_while(|(a, b)| a == b).count();
        for depth in common + 1..=folder.len() {
            let path = &folder[..depth];
            if !is_hidden(path, folded) {
                rows.push(folder_row(path.to_vec(), blogs, folded, false));
            }
        }
        open = folder;
        if !is_hidden(folder, folded) && !folded.contains(folder) {
            rows.push(Row::Blog(index));
        }
    }
    rows
}

/// A blog stands under each of its tags; those without any come last.
pub fn by_tag(blogs: &[Followed], folded: &HashSet<Vec<Plain>>, holds: impl Fn(&Followed) -> bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let tags: BTreeSet<&Plain> = blogs.iter().flat_map(|followed| &followed.subscription.tags).collect();
    let untagged = Plain::line(UNTAGGED);
    for tag in tags.into_iter().chain(std::iter::once(&untagged)) {
        let path = vec![tag.clone()];
        let inside: Vec<usize> =
            (0..blogs.len()).filter(|&at| lies_in(&blogs[at], &path, true) && holds(&blogs[at])).collect();
        if inside.is_empty() {
            continue;
        }
        let is_folded = folded.contains(&path);
        rows.push(folder_row(path, blogs, folded, true));
        if !is_folded {
            rows.extend(inside.into_iter().map(Row::Blog));
        }
    }
    rows
}

/// Counts anew what is unread in folders.
pub fn recount(rows: &mut [Row], blogs: &[Followed], by_tag: bool) {
    for row in rows {
        if let Row::Folder { path, unread, .. } = row {
            *unread = unread_in(blogs, path, by_tag);
        }
    }
}

fn folder_row(path: Vec<Plain>, blogs: &[Followed], folded: &HashSet<Vec<Plain>>, by_tag: bool) -> Row {
    Row::Folder { unread: unread_in(blogs, &path, by_tag), folded: folded.contains(&path), path }
}

fn unread_in(blogs: &[Followed], path: &[Plain], by_tag: bool) -> usize {
    blogs.iter().filter(|followed| lies_in(followed, path, by_tag)).map(|followed| followed.counts.unread).sum()
}

/// Whether a blog lies in a folder, also deep within, or has a tag.
pub fn lies_in(followed: &Followed, path: &[Plain], by_tag: bool) -> bool {
    let subscription = &followed.subscription;
    match (by_tag, path) {
        (false, _) => subscription.folder.starts_with(path),
        (true, [tag]) if tag.as_str() == UNTAGGED => subscription.tags.is_empty() || subscription.tags.contains(tag),
        (true, _) => path.iter().all(|tag| subscription.tags.contains(tag)),
    }
}

/// Whether a folder that this one lies in is folded.
fn is_hidden(path: &[Plain], folded: &HashSet<Vec<Plain>>) -> bool {
    (1..path.len()).any(|depth| folded.contains(&path[..depth]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::blogs::Health,
        model::{Blog, FeedUrl, Subscription, Timestamp},
        store::{Counts, FeedState},
    };

    fn blog(title: &str, folder: &[&str], tags: &[&str], unread: usize) -> Followed {
        let feed_url = FeedUrl::parse(&format!("https://{title}.example/feed")).unwrap();
        let plain = |names: &[&str]| names.iter().map(|name| Plain::line(name)).collect::<Vec<_>>();
        let blog = Blog { title: Plain::line(title), ..Blog::unknown(feed_url.clone()) };
        let subscription = Subscription {
            blog: blog.id,
            feed_url,
            title: None,
            site_url: None,
            folder: plain(folder),
            tags: plain(tags),
            since: Timestamp(0),
            other: Vec::new(),
        };
        let counts = Counts { unread, ..Counts::default() };
        Followed {
            blog,
            subscription,
            counts,
            health: Health::Ok,
            feed: FeedState::default(),
            besides: Default::default(),
            next: None,
        }
    }

    /// One line a row: `outer/inner 3` or the blog's title.
    fn shown(rows: &[Row], blogs: &[Followed]) -> Vec<String> {
        let line = |row: &Row| match row {
            Row::Blog(index) => blogs[*index].blog.title.to_string(),
            Row::Folder { path, unread, folded } => {
                let path: Vec<&str> = path.iter().map(Plain::as_str).collect();
                format!("{}{} {unread}", if *folded { "+" } else { "" }, path.join("/"))
            }
        };
        rows.iter().map(line).collect()
    }

    fn some() -> Vec<Followed> {
        vec![
            blog("top", &[], &["calm"], 1),
            blog("a1", &["a"], &["calm", "rust"], 2),
            blog("ab1", &["a", "b"], &[], 3),
            blog("ac1", &["a", "c", "d"], &["rust"], 4),
            blog("z1", &["z"], &[], 5),
        ]
    }

    #[test]
    fn folders_lie_in_folders_and_fold() {
        let blogs = some();
        let rows = |folded: &[&[&str]]| {
            let folded = folded.iter().map(|path| path.iter().map(|name| Plain::line(name)).collect()).collect();
            shown(&by_folder(&blogs, &folded, |_| true), &blogs)
        };
        assert_eq!(rows(&[]), ["top", "a 9", "a1", "a/b 3", "ab1", "a/c 4", "a/c/d 4", "ac1", "z 5", "z1"]);
        assert_eq!(rows(&[&["a"]]), ["top", "+a 9", "z 5", "z1"]);
        assert_eq!(rows(&[&["a", "c"]]), ["top", "a 9", "a1", "a/b 3", "ab1", "+a/c 4", "z 5", "z1"]);
        let found = by_folder(&blogs, &HashSet::new(), |followed| followed.blog.title.as_str() == "ac1");
        assert_eq!(shown(&found, &blogs), ["a 9", "a/c 4", "a/c/d 4", "ac1"]);
    }

    #[test]
    fn tags_gather_blogs_from_all_folders() {
        let mut blogs = some();
        let mut rows = by_tag(&blogs, &HashSet::new(), |_| true);
        let expected = ["calm 3", "top", "a1", "rust 6", "a1", "ac1", "without a tag 8", "ab1", "z1"];
        assert_eq!(shown(&rows, &blogs), expected);
        blogs[1].counts.unread = 0;
        recount(&mut rows, &blogs, true);
        assert_eq!(shown(&rows, &blogs)[0], "calm 1");
    }
}
