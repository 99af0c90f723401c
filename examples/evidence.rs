//! Checks that every piece of evidence holds: its quote stands word for word in the post or the page that it names, and the
//! page leads to whom the reason names. Prints what does not hold and, at the end, how much was looked at.
//!
//! `cargo run --example evidence -- [--web WEB] DATA_DIR...`
//!
//! Posts are looked up in the data folder, which keeps a part of what strangers wrote. What it does not keep is looked up in
//! `WEB`, if there is one: a folder a site, each with `feed.xml`, pages, and a `meta.json` that tells their addresses
//! (`{"base", "feed_path", "pages": [{"path", "file"}]}`).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use penpal::{
    app::{App, Paths},
    config::Config,
    discover::{edges::own_sites, site},
    feed::{self, Hints, SafeHtml},
    model::{Blog, BlogId, Evidence, Plain, Reason, ReasonKind, Suggestion, address::page_key},
};
use scraper::{Html, Node};
use serde_json::Value;
use url::Url;

/// What somebody who opens an address reads there.
#[derive(Default)]
struct Shown {
    /// Without white space: a browser sets it as it likes.
    text: String,
    title: String,
    /// Whom it leads to.
    sites: BTreeSet<String>,
    pages: BTreeSet<String>,
    of: Option<BlogId>,
}

/// What lies at each address, by [`page_key`]; of posts that share one, all.
type Web = HashMap<String, Vec<Shown>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut web = Web::new();
    if let Some(at) = arguments.iter().position(|argument| argument == "--web") {
        let folder: Vec<String> = arguments.drain(at..(at + 2).min(arguments.len())).collect();
        let folder = folder.get(1).ok_or_else(|| anyhow::anyhow!("--web needs a folder"))?;
        for entry in fs::read_dir(folder)? {
            read_site(&entry?.path(), &mut web)?;
        }
    }
    let (mut counts, mut fails) = (BTreeMap::<(&str, &str), usize>::new(), 0);
    for folder in &arguments {
        let app = App::open(Paths { data: PathBuf::from(folder) }, Config::default(), Default::default()).await?;
        app.catch_up().await?;
        let (kept, blogs) = (kept_posts(&app)?, app.store.blogs()?);
        let followed: HashSet<BlogId> = app.store.subscriptions()?.into_iter().map(|one| one.blog).collect();
        for suggestion in app.suggest(1000)? {
            for reason in &suggestion.reasons {
                let named = Named::of(&suggestion, reason, &blogs, &followed);
                for piece in &reason.evidence {
                    let found = judge(piece, &named, reason, [&kept, &web]);
                    *counts.entry((kind(reason), found)).or_default() += 1;
                    if found.starts_with('!') {
                        fails += 1;
                        println!("{folder}: {} {}: {found}", suggestion.blog.feed_url, kind(reason));
                        println!("  {}\n  {}\n  {:?}", reason.text, piece.post_url, piece.quote.as_str());
                    }
                }
            }
        }
        app.close()?;
    }
    counts.iter().for_each(|((kind, found), count)| println!("{kind}: {found}: {count}"));
    anyhow::ensure!(fails == 0, "{fails} pieces of evidence do not hold");
    Ok(())
}

fn kind(reason: &Reason) -> &'static str {
    match reason.kind {
        ReasonKind::Friends => "friends",
        ReasonKind::Interests => "interests",
        ReasonKind::Discussions => "discussions",
        ReasonKind::Perspective => "perspective",
    }
}

/// The sites of those whom a reason means, the candidate among them, by blog.
struct Named(Vec<(BlogId, HashSet<String>)>);

impl Named {
    fn of(suggestion: &Suggestion, reason: &Reason, blogs: &[Blog], followed: &HashSet<BlogId>) -> Self {
        // Of several discussions or friends a sentence may count some that it does not name. All are followed.
        let counts = reason.kind == ReasonKind::Discussions || reason.text.as_str().contains(" more");
        let is_meant = |blog: &Blog| counts && followed.contains(&blog.id);
        let is_named = |blog: &&Blog| {
            let title = blog.title.as_str();
            let is_told = !title.is_empty() && reason.text.as_str().contains(title);
            blog.id == suggestion.blog.id || is_told || is_meant(blog)
        };
        Self(blogs.iter().filter(is_named).map(|blog| (blog.id, own_sites(blog))).collect())
    }

    /// Whether a page leads to one of them whose own it is not.
    fn is_led_to_by(&self, shown: &Shown) -> bool {
        let others = self.0.iter().filter(|(blog, _)| Some(*blog) != shown.of);
        others.flat_map(|(_, sites)| sites).any(|site| shown.sites.contains(site))
    }
}

/// What somebody reads who opens the page of a piece: as the folder has it, and as the web has it.
fn opened<'a>(piece: &Evidence, places: [&'a Web; 2]) -> [&'a [Shown]; 2] {
    let key = page_key(piece.post_url.url());
    places.map(|place| place.get(&key).map_or(&[][..], Vec::as_slice))
}

/// Whether both lead to the same page, and neither is the other's.
fn discuss_the_same(one: &Shown, other: &Shown) -> bool {
    one.of != other.of && one.pages.intersection(&other.pages).next().is_some()
}

fn judge(piece: &Evidence, named: &Named, reason: &Reason, places: [&Web; 2]) -> &'static str {
    let quote = unspaced(piece.quote.as_str());
    let beside = || reason.evidence.iter().flat_map(|other| opened(other, places)).flatten();
    let leads = |shown: &Shown| match reason.kind {
        ReasonKind::Interests | ReasonKind::Perspective => true,
        ReasonKind::Friends => named.is_led_to_by(shown),
        ReasonKind::Discussions => named.is_led_to_by(shown) || beside().any(|other| discuss_the_same(shown, other)),
    };
    let (mut found, mut leads_nowhere) = (false, false);
    let names = [("in a kept post", "the title of a kept post"), ("on the page", "the title of the page")];
    for (place, (in_text, in_title)) in opened(piece, places).into_iter().zip(names) {
        for shown in place {
            found = true;
            let stands = if quote.is_empty() {
                None
            } else if shown.text.contains(&quote) {
                Some(in_text)
            } else {
                // The host of whom a link without words leads to.
                let is_shown = shown.title.contains(&quote) || shown.sites.contains(piece.quote.as_str());
                is_shown.then_some(in_title)
            };
            match stands {
                Some(stands) if leads(shown) => return stands,
                Some(_) => leads_nowhere = true,
                None => {}
            }
        }
    }
    match (found, leads_nowhere) {
        (false, _) => "not kept",
        (true, true) => "! it leads to nobody whom the reason names",
        (true, false) => "! the quote does not stand there",
    }
}

/// Without white space and marks that nobody sees, which a quotation leaves out.
fn unspaced(text: &str) -> String {
    Plain::line(text).as_str().split(' ').collect()
}

/// All posts of a data folder.
fn kept_posts(app: &App) -> anyhow::Result<Web> {
    let mut kept = Web::new();
    for post in app.store.all_posts() {
        let post = post?;
        let Some(url) = &post.url else { continue };
        let html = app.store.html(post.id)?.unwrap_or_default();
        let links = app.store.links_in(post.id, &html)?;
        let targets = links.iter().map(|link| link.target.url().clone());
        let text = SafeHtml::from_stored(html).text();
        let shown = shown(&text, &post.label(), targets, Some(post.blog));
        kept.entry(page_key(url.url())).or_default().push(shown);
    }
    Ok(kept)
}

fn shown(text: &Plain, title: &Plain, targets: impl Iterator<Item = Url>, of: Option<BlogId>) -> Shown {
    let mut shown = Shown { text: unspaced(text.as_str()), title: unspaced(title.as_str()), of, ..Shown::default() };
    for target in targets {
        shown.pages.insert(page_key(&target));
        shown.sites.extend(site::key(&target));
    }
    shown
}

/// The feed and the pages of one site.
fn read_site(folder: &Path, web: &mut Web) -> anyhow::Result<()> {
    let Ok(meta) = fs::read(folder.join("meta.json")) else { return Ok(()) };
    let meta: Value = serde_json::from_slice(&meta)?;
    let base = Url::parse(meta["base"].as_str().unwrap_or_default())?;
    let feed_url = base.join(meta["feed_path"].as_str().unwrap_or("feed.xml"))?;
    let of = penpal::model::FeedUrl::from_url(feed_url.clone()).map(|url| BlogId::of(&url));
    if let Ok(bytes) = fs::read(folder.join("feed.xml"))
        && let Ok(feed) = feed::read(&bytes, &Hints { base_url: Some(&feed_url), content_type: None })
    {
        for entry in &feed.entries {
            let Some(url) = &entry.link else { continue };
            let Some(body) = entry.body() else { continue };
            let links = body.links().into_iter().filter_map(|(target, _)| url.join(&target).ok());
            let title = entry.title.clone().unwrap_or_default();
            web.entry(page_key(url)).or_default().push(shown(&body.text(), &title, links, of));
        }
    }
    let pages = meta["pages"].as_array().into_iter().flatten();
    let pages = pages.filter_map(|page| Some((page["path"].as_str()?, page["file"].as_str()?)));
    for (path, file) in pages.chain([("", "home.html")]) {
        let Ok(bytes) = fs::read(folder.join(file)) else { continue };
        let address = base.join(path)?;
        let shown = read_page(&String::from_utf8_lossy(&bytes), &address, of);
        web.entry(page_key(&address)).or_default().push(shown);
    }
    Ok(())
}

/// A page by another reader than penpal's own.
fn read_page(html: &str, address: &Url, of: Option<BlogId>) -> Shown {
    let (mut text, mut title, mut links) = (String::new(), String::new(), Vec::new());
    for node in Html::parse_document(html).tree.nodes() {
        let within = node.parent().and_then(|parent| parent.value().as_element().map(|element| element.name()));
        match node.value() {
            Node::Text(_) if matches!(within, Some("script" | "style")) => {}
            Node::Text(words) if within == Some("title") => title.push_str(words),
            Node::Text(words) => text.push_str(words),
            Node::Element(element) => links.extend(element.attr("href").and_then(|target| address.join(target).ok())),
            _ => {}
        }
    }
    shown(&Plain::text(&text), &Plain::line(&title), links.into_iter(), of)
}
