//! A post for a file or another program: its title, who wrote it and where, and its text.

use super::{
    article::{Article, MEASURE},
    posts::Listed,
};
use crate::feed::SafeHtml;

/// The whole post as text in lines, or as Markdown.
pub fn written(one: &Listed, html: &SafeHtml, as_markdown: bool) -> String {
    let title = one.post.label();
    let author = one.blog.author.as_ref().or(one.post.authors.first());
    let by = author.map(|author| format!(" by {author}")).unwrap_or_default();
    let about = format!("{}{by}, {}", one.blog.title, one.post.sort_time().day());
    let address = one.post.url.as_ref().map(ToString::to_string).unwrap_or_default();
    let article = Article::set(html, &one.post, MEASURE);
    let lines = || article.lines.iter().map(|line| line.text().trim_end().to_owned());
    let text = if as_markdown { article.markdown() } else { lines().collect::<Vec<_>>().join("\n") };
    let (mark, about) = if as_markdown { ("# ", format!("*{about}*")) } else { ("", about) };
    let address = if as_markdown && !address.is_empty() { format!("<{address}>") } else { address };
    let head = if address.is_empty() { about } else { format!("{about}\n{address}") };
    format!("{mark}{title}\n\n{head}\n\n{}\n", text.trim_end())
}
