//! `penpal mark`, `star`, `save`, `tag`, `hide`, `mute`: what somebody does to posts without the screens.

use std::process::ExitCode;

use super::Out;
use crate::{
    app::request::{
        acts::{Hide, Mute, Mutes, Tag, Tags},
        posts::{Mark, MarkAll, Star},
    },
    model,
    session::Desk,
};

#[derive(Debug, clap::Args)]
pub struct MarkArgs {
    /// Ids, beginnings of ids, or addresses
    #[arg(required_unless_present_any = ["all", "blog", "older_than"])]
    posts: Vec<String>,
    #[arg(long, conflicts_with = "unread", required_unless_present = "unread")]
    read: bool,
    #[arg(long)]
    unread: bool,
    /// Everything unread that is there at this moment
    #[arg(long, conflicts_with_all = ["posts", "unread"])]
    all: bool,
    /// Everything unread of one blog
    #[arg(long, value_name = "BLOG", conflicts_with_all = ["posts", "unread", "all"])]
    blog: Option<String>,
    /// Everything unread that is older, such as 12h, 30d or 8w; with --blog, of that blog
    #[arg(long, value_name = "AGE", value_parser = age, conflicts_with_all = ["posts", "unread", "all"])]
    older_than: Option<i64>,
}

#[derive(Debug, clap::Args)]
pub struct StarArgs {
    /// Ids, beginnings of ids, or addresses
    #[arg(required = true)]
    posts: Vec<String>,
    /// Take the star off
    #[arg(long)]
    off: bool,
}

/// A star says that you liked it; what is saved waits to be read. Saved posts have the tag "saved".
#[derive(Debug, clap::Args)]
pub struct SaveArgs {
    /// Ids, beginnings of ids, or addresses
    #[arg(required = true)]
    posts: Vec<String>,
    /// Keep for later no longer
    #[arg(long)]
    off: bool,
}

/// Without arguments, lists your tags and how many posts and blogs have each.
#[derive(Debug, clap::Args)]
pub struct TagArgs {
    /// One word; blanks in it become -
    tag: Option<String>,
    /// Ids of posts, beginnings of ids, or addresses
    #[arg(requires = "tag")]
    posts: Vec<String>,
    /// A blog to tag; may be given several times
    #[arg(long, value_name = "BLOG", requires = "tag")]
    blog: Vec<String>,
    /// Take the tag off
    #[arg(long, requires = "tag")]
    off: bool,
}

#[derive(Debug, clap::Args)]
pub struct HideArgs {
    /// Ids, beginnings of ids, or addresses
    #[arg(required = true)]
    posts: Vec<String>,
    /// Show them again
    #[arg(long)]
    off: bool,
}

#[derive(Debug, clap::Args)]
pub struct MuteArgs {
    #[command(subcommand)]
    what: Option<MuteWhat>,
}

#[derive(Debug, clap::Subcommand)]
enum MuteWhat {
    /// List what is muted
    List,
    /// Hide posts whose title, first words, tags or authors hold these words
    Add(MuteWords),
    /// Hear words again; the posts come back
    Remove(MuteWords),
}

#[derive(Debug, clap::Args)]
struct MuteWords {
    /// Whole words, in this order and in any case; or /pattern/, a regular expression
    #[arg(required = true)]
    words: Vec<String>,
    /// In one blog alone
    #[arg(long, value_name = "BLOG")]
    blog: Option<String>,
}

pub async fn mark(desk: &mut Desk, args: &MarkArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let changed = if args.posts.is_empty() {
        desk.ask(MarkAll { blog: args.blog.clone(), older_than: args.older_than }, &|_| {}).await?
    } else {
        desk.ask(Mark { posts: args.posts.clone(), read: args.read }, &|_| {}).await?
    };
    told(out, changed, if args.read { "marked read" } else { "marked unread" })
}

pub async fn star(desk: &mut Desk, args: &StarArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let changed = desk.ask(Star { posts: args.posts.clone(), starred: !args.off }, &|_| {}).await?;
    told(out, changed, if args.off { "no longer starred" } else { "starred" })
}

pub async fn save(desk: &mut Desk, args: &SaveArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let tag = model::Tag::saved();
    let changed = desk.ask(Tag { tag, posts: args.posts.clone(), blogs: Vec::new(), on: !args.off }, &|_| {}).await?;
    told(out, changed, if args.off { "no longer saved" } else { "saved for later" })
}

pub async fn tag(desk: &mut Desk, args: &TagArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let Some(word) = &args.tag else { return list_tags(desk, out).await };
    let Some(tag) = model::Tag::new(word) else { anyhow::bail!("{word:?} is no tag: a tag is a word") };
    anyhow::ensure!(
        !args.posts.is_empty() || !args.blog.is_empty(),
        "say what to tag: posts by their ids, or --blog BLOG. `penpal posts --tag {tag}` lists what has the tag"
    );
    let ask = Tag { tag: tag.clone(), posts: args.posts.clone(), blogs: args.blog.clone(), on: !args.off };
    let changed = desk.ask(ask, &|_| {}).await?;
    told(out, changed, &if args.off { format!("no longer tagged {tag}") } else { format!("tagged {tag}") })
}

async fn list_tags(desk: &mut Desk, out: &mut Out) -> anyhow::Result<ExitCode> {
    let tags = desk.ask(Tags, &|_| {}).await?;
    if tags.is_empty() {
        out.say("Nothing is tagged. `penpal tag WORD POST` tags a post, `penpal tag WORD --blog BLOG` a blog.");
    }
    for one in &tags {
        if out.json {
            out.object(one)?;
        } else {
            let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
            let uses = match (one.posts, one.blogs) {
                (posts, 0) => plural(posts, "post"),
                (0, blogs) => plural(blogs, "blog"),
                (posts, blogs) => format!("{}, {}", plural(posts, "post"), plural(blogs, "blog")),
            };
            out.line(format!("{}  {}", one.tag, out.dim(&uses)))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub async fn hide(desk: &mut Desk, args: &HideArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let changed = desk.ask(Hide { posts: args.posts.clone(), hidden: !args.off }, &|_| {}).await?;
    told(out, changed, if args.off { "shown again" } else { "hidden; `penpal posts --all` lists them too" })
}

pub async fn mute(desk: &mut Desk, args: &MuteArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let (words, on) = match &args.what {
        None | Some(MuteWhat::List) => return list_mutes(desk, out).await,
        Some(MuteWhat::Add(words)) => (words, true),
        Some(MuteWhat::Remove(words)) => (words, false),
    };
    let text = words.words.join(" ");
    let changed = desk.ask(Mute { words: text.clone(), blog: words.blog.clone(), on }, &|_| {}).await?;
    out.say(match (on, changed) {
        (true, true) => {
            format!("“{text}” is muted; `penpal posts --all` lists those posts too, `penpal undo` takes it back")
        }
        (true, false) => format!("“{text}” was muted already"),
        (false, _) => format!("“{text}” is heard again; `penpal undo` takes it back"),
    });
    Ok(ExitCode::SUCCESS)
}

async fn list_mutes(desk: &mut Desk, out: &mut Out) -> anyhow::Result<ExitCode> {
    let mutes = desk.ask(Mutes, &|_| {}).await?;
    if mutes.is_empty() {
        out.say("Nothing is muted. `penpal mute add WORDS` hides posts that hold them.");
    }
    for mute in &mutes {
        if out.json {
            out.object(mute)?;
            continue;
        }
        let blog = mute.blog.as_ref().map(|blog| out.dim(&format!("  (in {})", blog.title))).unwrap_or_default();
        out.line(format!("{}{blog}", mute.words))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// How much changed, and the way back.
fn told(out: &Out, changed: usize, how: &str) -> anyhow::Result<ExitCode> {
    let back = if changed == 0 { "" } else { "; `penpal undo` takes it back" };
    out.say(format!("{changed} {how}{back}"));
    Ok(ExitCode::SUCCESS)
}

/// Seconds.
fn age(text: &str) -> Result<i64, String> {
    crate::app::update::age(text).ok_or_else(|| "an age is a number and h, d or w, such as 12h, 30d or 8w".into())
}
