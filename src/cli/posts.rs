//! `penpal posts`, `read`, `search`: reading without the screens.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::Out;
use crate::{
    app::{
        article::{Article, Line, Look, MEASURE, Role, Token},
        posts::{Listed, PostLine},
        request::posts::{Posts, Read, Search},
        select::{Only, Order, Selection},
    },
    model::Tag,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words that must all be in title, summary, author, tags or the blog's title
    query: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", value_parser = super::at_least_one)]
    limit: Option<usize>,
    /// Only what is unread
    #[arg(long)]
    unread: bool,
    /// Only what is starred
    #[arg(long)]
    starred: bool,
    /// Only what is saved for later
    #[arg(long)]
    saved: bool,
    /// Only what has this tag of yours, on the post or on its blog; all of them if given several times
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only posts of this blog
    #[arg(long, value_name = "BLOG")]
    blog: Option<String>,
    /// Also what is hidden, by hand or by muted words
    #[arg(long)]
    all: bool,
    /// Only what is hidden, by hand or by muted words
    #[arg(long, conflicts_with = "all")]
    hidden: bool,
    /// In which order
    #[arg(long, value_enum, default_value_t = Sort::Newest, value_name = "ORDER")]
    sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Sort {
    Newest,
    Oldest,
    /// Unread posts before read ones
    Unread,
    /// By the blogs' titles
    Blog,
}

impl Args {
    fn selection(&self) -> Selection {
        let flags = [
            (self.unread, Only::Unread),
            (self.starred, Only::Starred),
            (self.saved, Only::Saved),
            (self.hidden, Only::Hidden),
        ];
        let tags = self.tag.iter().map(|tag| Only::Tag(Tag::from(tag.clone())));
        let order = match self.sort {
            Sort::Newest => Order::Newest,
            Sort::Oldest => Order::Oldest,
            Sort::Unread => Order::Unread,
            Sort::Blog => Order::Blog,
        };
        let only = flags.into_iter().filter_map(|(on, only)| on.then_some(only)).chain(tags).collect();
        Selection { only, order, blog: None, all: self.all }
    }
}

#[derive(Debug, clap::Args)]
pub struct ReadArgs {
    /// An id, six or more characters of its beginning, or an address
    post: String,
    /// Fetch the post's page where the feed gives only a part of the text; once, then it is kept
    #[arg(long)]
    full: bool,
    /// How the text is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for a terminal, links numbered and listed at the end
    Text,
    /// Markdown, under its title
    Markdown,
    /// The post's HTML, made safe
    Html,
}

#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    #[arg(required = true)]
    query: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = super::at_least_one)]
    limit: usize,
}

pub async fn run(desk: &mut Desk, args: &Args, out: &mut Out) -> anyhow::Result<ExitCode> {
    let selection = args.selection();
    let narrowed = !args.query.is_empty() || !selection.only.is_empty() || args.blog.is_some();
    let posts = Posts {
        query: args.query.join(" "),
        selection,
        blog: args.blog.clone(),
        limit: args.limit.unwrap_or(usize::MAX),
    };
    print(desk.ask(posts, &|_| {}).await?, narrowed, out)
}

pub async fn search(desk: &mut Desk, args: &SearchArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let search = Search { query: args.query.join(" "), limit: args.limit };
    let found = desk.ask(search, &|_| {}).await?;
    if !out.json {
        return print(found, true, out);
    }
    let total = found.len().max(1);
    for (place, one) in found.into_iter().enumerate() {
        let mut line = serde_json::to_value(PostLine::from(one))?;
        if let Value::Object(fields) = &mut line {
            fields.insert("score".into(), json!(1.0 - place as f64 / total as f64));
            let snippet = fields.get("summary").cloned().unwrap_or_default();
            fields.insert("snippet".into(), snippet);
        }
        out.object(&line)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn print(posts: Vec<Listed>, searched: bool, out: &mut Out) -> anyhow::Result<ExitCode> {
    if posts.is_empty() {
        out.say(if searched {
            "No post is what you asked for."
        } else {
            "No posts. `penpal refresh` asks the blogs you follow for theirs."
        });
    }
    for one in posts {
        if out.json {
            out.object(&PostLine::from(one))?;
            continue;
        }
        let mark = match (one.flags.starred, one.flags.read) {
            (true, _) => '*',
            (false, false) => 'N',
            (false, true) => ' ',
        };
        let id: String = one.post.id.to_string().chars().take(8).collect();
        let blog = out.dim(&format!("({})", one.blog.title));
        out.line(format!("{id} {mark} {}  {}  {blog}", one.post.sort_time().day(), one.post.label()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub async fn read(desk: &mut Desk, args: &ReadArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let (listed, html) = desk.ask(Read { post: args.post.clone(), full: args.full }, &|_| {}).await?;
    if out.json {
        let mut line = serde_json::to_value(PostLine::from(listed))?;
        if let Value::Object(fields) = &mut line {
            fields.insert("html".into(), json!(html.as_str()));
            fields.insert("text".into(), json!(html.text()));
        }
        out.object(&line)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let article = Article::set(&html, &listed.post, MEASURE);
    match args.format {
        Format::Html => out.line(html.as_str())?,
        Format::Markdown => {
            let title = listed.post.label();
            let title = match &listed.post.url {
                Some(url) => format!("[{title}]({url})"),
                None => title.to_string(),
            };
            out.line(format!("# {title}\n\n{}\n\n{}", about(&listed), article.markdown()))?;
        }
        Format::Text => {
            let heading = out.bold(listed.post.label().as_str());
            out.line(heading)?;
            out.line(about(&listed))?;
            if let Some(url) = &listed.post.url {
                out.line(url.as_str())?;
            }
            out.line("")?;
            for line in &article.lines {
                out.line(if out.color { styled(line) } else { line.text() })?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// From which blog, by whom, of which day.
fn about(listed: &Listed) -> String {
    let by = listed.blog.author.as_ref().map(|author| format!(", {author}")).unwrap_or_default();
    let date = listed.post.published.map(|date| format!(", {}", date.day())).unwrap_or_default();
    format!("{}{by}{date}", listed.blog.title)
}

/// A line with attributes and without colours (ECMA-48, SGR).
fn styled(line: &Line) -> String {
    let mut text = String::new();
    for span in &line.spans {
        let codes = attributes(&span.look);
        if codes.is_empty() {
            text.push_str(span.text.as_str());
        } else {
            text.push_str(&format!("\x1b[{}m{}\x1b[0m", codes.join(";"), span.text));
        }
    }
    text.trim_end().to_owned()
}

fn attributes(look: &Look) -> Vec<&'static str> {
    let keyword = matches!(look.role, Role::Token(Token::Keyword | Token::Type));
    let comment = matches!(look.role, Role::Token(Token::Comment));
    let bold = look.strong || keyword || matches!(look.role, Role::Heading(_) | Role::Term);
    let dim = comment || matches!(look.role, Role::Number | Role::Margin | Role::Caption | Role::Image(_));
    [
        (bold, "1"),
        (dim, "2"),
        (look.emphasis, "3"),
        (look.link.is_some() && look.is_text() && look.role != Role::Caption, "4"),
        (look.marked, "7"),
        (look.struck, "9"),
    ]
    .into_iter()
    .filter_map(|(on, code)| on.then_some(code))
    .collect()
}
